//! Gathers trades into base candles and base candles into longer ones. Only closed candles come out.

use domain::{Candle, Interval, MarketTrade, Timestamp};
use serde::{Deserialize, Serialize};

/// A candle that is still growing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Builder {
    interval: Interval,
    running: Option<Candle>,
}

impl Builder {
    /// An empty builder of candles of this length.
    #[must_use]
    pub const fn new(interval: Interval) -> Self {
        Self { interval, running: None }
    }

    /// The candles' length.
    #[must_use]
    pub const fn interval(&self) -> Interval {
        self.interval
    }

    /// Adds a closed candle of `base` length. Gives back, in order, a running candle that this one
    /// shows to be over (its last parts are missing) and the candle that this one completes.
    pub fn add(&mut self, candle: &Candle, base: Interval) -> [Option<Candle>; 2] {
        let bucket = self.interval.open_time(candle.open_time);
        let over = self.running.take_if(|running| running.open_time != bucket);
        match &mut self.running {
            Some(running) => merge(running, candle),
            None => self.running = Some(Candle { open_time: bucket, ..*candle }),
        }
        let complete = base.end_of(candle.open_time) >= self.interval.end_of(bucket);
        [over, if complete { self.running.take() } else { None }]
    }

    /// Gives back the running candle when its time is over at `now`.
    pub fn close_until(&mut self, now: Timestamp) -> Option<Candle> {
        let end = self.interval.end_of(self.running.as_ref()?.open_time);
        if now >= end { self.running.take() } else { None }
    }

    /// Adds a trade to the running candle (close older ones with [`Self::close_until`] first).
    pub fn add_trade(&mut self, trade: &MarketTrade) {
        let single = Candle {
            open_time: self.interval.open_time(trade.at),
            open: trade.price,
            high: trade.price,
            low: trade.price,
            close: trade.price,
            volume: trade.quantity,
        };
        match &mut self.running {
            Some(running) => merge(running, &single),
            None => self.running = Some(single),
        }
    }
}

fn merge(running: &mut Candle, next: &Candle) {
    running.high = running.high.max(next.high);
    running.low = running.low.min(next.low);
    running.close = next.close;
    running.volume = running.volume + next.volume;
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Decimal, Price, Quantity, Symbol};

    fn candle(minute: i64, prices: [i64; 4]) -> Candle {
        let price = |n| Price::new(Decimal::new(n, 0)).expect("price");
        Candle::new(
            Timestamp::from_millis(minute * 60_000),
            prices.map(price),
            Quantity::new(Decimal::ONE).expect("quantity"),
        )
        .expect("candle")
    }

    #[test]
    fn fifteen_minutes_from_minutes_and_a_gap() {
        let mut builder = Builder::new("15m".parse().expect("interval"));
        let mut closed = Vec::new();
        for minute in (0..20).chain(40..50) {
            let c = candle(minute, [10, 10 + minute % 7, 9, 10]);
            closed.extend(builder.add(&c, Interval::MINUTE).into_iter().flatten());
        }
        let opens: Vec<i64> = closed.iter().map(|c| c.open_time.millis() / 60_000).collect();
        // 15..20 is cut off by the gap and closed late; 30..45 has only 40..45.
        assert_eq!(opens, [0, 15, 30]);
        assert_eq!(closed[0].high, candle(0, [10, 16, 9, 10]).high);
        assert_eq!(closed[1].volume.get(), Decimal::new(5, 0));
    }

    #[test]
    fn trades_make_candles_that_close_by_time_alone() {
        let mut builder = Builder::new(Interval::MINUTE);
        let trade = |ms: i64, price: i64| MarketTrade {
            symbol: Symbol::parse("BTCUSDT").expect("symbol"),
            trade_id: 1,
            at: Timestamp::from_millis(ms),
            price: Price::new(Decimal::new(price, 0)).expect("price"),
            quantity: Quantity::new(Decimal::ONE).expect("quantity"),
            buyer_is_maker: false,
        };
        for (ms, price) in [(100, 5), (200, 9), (59_999, 3)] {
            assert_eq!(builder.close_until(Timestamp::from_millis(ms)), None);
            builder.add_trade(&trade(ms, price));
        }
        let closed = builder.close_until(Timestamp::from_millis(60_000)).expect("over");
        assert_eq!(closed, Candle { volume: closed.volume, ..candle(0, [5, 9, 3, 3]) });
        assert_eq!(builder.close_until(Timestamp::from_millis(120_000)), None);
    }
}
