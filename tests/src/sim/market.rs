//! Where a seed's rows come from: the built-in market, or harsher bars and trades made here.
//!
//! The harsh ones have what recorded markets seldom have: gaps in time, spikes, falls to a few
//! ticks, rows without volume and rows with less volume than one order.

use super::chance::Chance;
use domain::{
    Bar, Candle, Decimal, Instrument, Interval, MarketTrade, Price, Quantity, Timestamp,
    ceil_to_step, floor_to_step,
};
use exchanges::Row;
use simulator::SimulatedMarket;

/// Kinds of markets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarketKind {
    /// The daemon's own simulated market.
    Simulated,
    /// Random bars with gaps, spikes and outages.
    HarshBars,
    /// Random trades.
    Trades,
}

/// A source of rows.
#[derive(Debug)]
pub enum Market {
    /// See [`MarketKind::Simulated`].
    Simulated(Box<SimulatedMarket>),
    /// See [`MarketKind::HarshBars`] and [`MarketKind::Trades`].
    Harsh(Box<HarshMarket>),
}

/// What was harsh about the rows so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Harshness {
    /// Bars left out.
    pub gaps: u64,
    /// Jumps of 8 % or more.
    pub spikes: u64,
    /// Rows without volume.
    pub silent: u64,
    /// Rows with at most a few lots of volume.
    pub thin: u64,
}

/// Random rows of several symbols.
#[derive(Debug)]
pub struct HarshMarket {
    chance: Chance,
    interval: Interval,
    trades: bool,
    opens_at: Timestamp,
    next: usize,
    lanes: Vec<Lane>,
    /// Of a hundred rows, how many have a spike, no volume, hardly any volume, or are missing.
    spikes: u64,
    silent: u64,
    thin: u64,
    gaps: u64,
    /// Largest usual move of a row, in per mille.
    step: u64,
    /// What has happened.
    pub harshness: Harshness,
}

#[derive(Debug)]
struct Lane {
    instrument: Instrument,
    price: Decimal,
    trade_id: u64,
    /// Upwards or downwards for a while, so that averages cross.
    drift: i64,
}

impl Market {
    /// The next row. There is always one.
    pub fn next_row(&mut self) -> Row {
        match self {
            Self::Simulated(market) => Row::Bar(market.next_bar()),
            Self::Harsh(market) => market.next_row(),
        }
    }

    /// What was harsh so far.
    #[must_use]
    pub fn harshness(&self) -> Harshness {
        match self {
            Self::Simulated(_) => Harshness::default(),
            Self::Harsh(market) => market.harshness,
        }
    }
}

impl HarshMarket {
    /// A market that begins at `start` with prices of about `prices`.
    #[must_use]
    pub fn new(
        seed: u64,
        lanes: &[(Instrument, Decimal)],
        interval: Interval,
        start: Timestamp,
        trades: bool,
    ) -> Self {
        let mut chance = Chance::new(seed, "harsh market");
        let lanes = lanes
            .iter()
            .map(|(instrument, price)| Lane {
                instrument: *instrument,
                price: *price,
                trade_id: 0,
                drift: 0,
            })
            .collect();
        Self {
            interval,
            trades,
            opens_at: interval.open_time(start),
            next: 0,
            lanes,
            spikes: *chance.pick(&[0, 1, 3, 8]),
            silent: *chance.pick(&[0, 0, 2, 10]),
            thin: *chance.pick(&[0, 5, 30, 80]),
            gaps: *chance.pick(&[0, 0, 1, 4]),
            step: *chance.pick(&[2, 5, 15, 40]),
            harshness: Harshness::default(),
            chance,
        }
    }

    fn next_row(&mut self) -> Row {
        let lane = self.next;
        self.next = (self.next + 1) % self.lanes.len();
        if lane == 0 && !self.trades && self.chance.percent(self.gaps) {
            let missing = self.chance.between(1, 40);
            self.harshness.gaps += missing;
            for _ in 0..missing {
                self.opens_at = self.interval.end_of(self.opens_at);
            }
        }
        if self.trades { self.trade(lane) } else { self.bar(lane) }
    }

    /// Moves a lane's price and gives it back on a tick.
    fn walk(&mut self, lane: usize) -> Price {
        let chance = &mut self.chance;
        let at = &mut self.lanes[lane];
        if chance.percent(4) {
            at.drift = chance.between(0, 4) as i64 - 2;
        }
        let step = self.step as i64;
        let usual = chance.between(0, 2 * self.step) as i64 - step + at.drift * step / 6;
        let per_mille = if chance.percent(self.spikes) {
            self.harshness.spikes += 1;
            let size = chance.between(80, 500) as i64;
            if chance.percent(50) { size } else { -size }
        } else {
            usual
        };
        let tick = at.instrument.tick_size;
        let moved = at.price * Decimal::new(1_000 + per_mille, 3);
        at.price = floor_to_step(moved.round_dp(12), tick)
            .clamp(tick * Decimal::from(3), Decimal::from(2_000_000));
        Price::new(at.price).expect("Invariant: a harsh price has three ticks or more")
    }

    fn volume(&mut self, lane: usize) -> Quantity {
        let lot = self.lanes[lane].instrument.lot_size;
        let lots = if self.chance.percent(self.silent) && !self.trades {
            self.harshness.silent += 1;
            0
        } else if self.chance.percent(self.thin) {
            self.harshness.thin += 1;
            self.chance.between(1, 12)
        } else {
            let magnitude = self.chance.between(2, 7) as u32;
            self.chance.between(1, 10_u64.pow(magnitude))
        };
        Quantity::new(lot * Decimal::from(lots)).expect("Invariant: lots are 0 or above")
    }

    fn bar(&mut self, lane: usize) -> Row {
        let open_time = self.opens_at;
        let instrument = self.lanes[lane].instrument;
        let open = if self.chance.percent(70) {
            Price::new(self.lanes[lane].price).expect("Invariant: prices stay above 0")
        } else {
            self.walk(lane)
        };
        let (a, b, close) = (self.walk(lane), self.walk(lane), self.walk(lane));
        let high = open.max(a).max(b).max(close);
        let low = open.min(a).min(b).min(close);
        let volume = self.volume(lane);
        if self.next == 0 {
            self.opens_at = self.interval.end_of(self.opens_at);
        }
        let candle = Candle::new(open_time, [open, high, low, close], volume)
            .expect("Invariant: high and low enclose every price");
        Row::Bar(Bar { symbol: instrument.symbol, interval: self.interval, candle })
    }

    fn trade(&mut self, lane: usize) -> Row {
        let price = self.walk(lane);
        let quantity = self.volume(lane);
        let pause = self.chance.between(1, self.interval.micros() as u64 / 4) as i64;
        self.opens_at = self.opens_at.plus_micros(pause);
        let at = &mut self.lanes[lane];
        at.trade_id += 1;
        Row::Trade(MarketTrade {
            symbol: at.instrument.symbol,
            trade_id: at.trade_id,
            at: self.opens_at,
            price,
            quantity,
            buyer_is_maker: at.trade_id.is_multiple_of(2),
        })
    }
}

/// A first price on a tick, at least a hundred ticks high.
#[must_use]
pub fn first_price(instrument: &Instrument, about: Decimal) -> Decimal {
    ceil_to_step(about, instrument.tick_size).max(instrument.tick_size * Decimal::ONE_HUNDRED)
}
