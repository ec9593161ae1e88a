//! Fills: at a price that the row had, with the fee that the exchange announces, numbered without gaps.

use crate::orders::Tracked;
use crate::rules::Rule;
use crate::{Execution, Oracle, Range};
use domain::{
    ClientOrderId, Decimal, Fill, Liquidity, OrderKind, OrderPurpose, OrderSide, Symbol,
    ceil_to_step, floor_to_step,
};

impl Oracle {
    pub(crate) fn on_filled(
        &mut self,
        id: ClientOrderId,
        symbol: Symbol,
        side: OrderSide,
        fill: &Fill,
    ) {
        let due = self.trade_ids.get(&symbol).copied().unwrap_or_default() + 1;
        self.must(fill.trade_id == due, Rule::CountedOnce, || {
            format!("{symbol}: execution {} where {due} was due", fill.trade_id)
        });
        self.trade_ids.insert(symbol, due);
        let held = self.held(symbol);
        let covered = side == OrderSide::Buy || fill.quantity.get() <= held;
        self.must(covered, Rule::NeverOversell, || format!("{fill:?}, held {held}"));
        self.moved = true;
        self.check_fee(fill);
        self.money.fill(&self.instrument(symbol), side, fill);
        let Some(order) = self.fill_order(id, fill) else { return };
        // At the price that latched, the exchange may have filled an entry a moment before.
        if order.order.purpose == OrderPurpose::Entry && !self.latched {
            self.check_allowed(OrderPurpose::Entry, "filled");
        }
        self.check_price(&order, fill);
        self.tally.fill(&order.order, fill);
        self.fills.push(Execution { id, symbol, fill: *fill });
        if let Some(run) = &mut self.close_all
            && side == OrderSide::Sell
        {
            run.sold(symbol, fill);
        }
        self.entry_over(id);
    }

    /// The fee is the announced share of the value, rounded up to eight decimals.
    fn check_fee(&mut self, fill: &Fill) {
        let config = self.costs;
        let pct = match fill.liquidity {
            Liquidity::Maker => config.maker_fee_pct,
            Liquidity::Taker => config.taker_fee_pct,
        };
        let value = fill.price.get() * fill.quantity.get();
        let exact = value * pct / Decimal::ONE_HUNDRED;
        let step = Decimal::new(1, 8);
        let fine = fill.fee >= exact.min(value) && fill.fee < exact + step;
        self.must(fine, Rule::FeeAnnounced, || format!("{fill:?}, exactly {exact}"));
    }

    fn check_price(&mut self, order: &Tracked, fill: &Fill) {
        let symbol = order.order.symbol;
        let Some(range) = self.range_of(order, "filled") else { return };
        let config = self.costs;
        let taken = self.taken.entry(symbol).or_default();
        *taken += fill.quantity.get();
        let (taken, most) = (*taken, range.volume * config.max_volume_share);
        let fits = range.is_liquid() && (config.max_volume_share.is_zero() || taken <= most);
        self.must(fits, Rule::VolumeShare, || format!("{taken} of {}", range.volume));
        let slip = config.slippage_bps / Decimal::from(10_000);
        let tick = self.instrument(symbol).tick_size;
        let worst_sell = |price: Decimal| floor_to_step(price * (Decimal::ONE - slip), tick) - tick;
        let worst_buy = |price: Decimal| ceil_to_step(price * (Decimal::ONE + slip), tick) + tick;
        let price = fill.price.get();
        let buy = order.order.side == OrderSide::Buy;
        let (least, most) = if buy {
            (range.low, worst_buy(range.high))
        } else {
            (worst_sell(range.low), range.high)
        };
        let inside = price >= least && price <= most;
        self.must(inside, Rule::PricesOfRow, || format!("{price} is not within {least} to {most}"));
        if order.order.purpose == OrderPurpose::Entry {
            let fine = price >= range.open && price <= worst_buy(range.open);
            self.must(fine, Rule::NextOpen, || {
                format!("bought at {price}, the open was {}", range.open)
            });
            // A candle made of trades is closed by the first trade after it.
            let later = order.submitted < self.step || self.trades;
            self.must(later && !self.closing, Rule::NextRow, || format!("{:?}", order.order));
        }
        let fresh = order.triggered == Some(self.step);
        let fine = match order.order.kind {
            OrderKind::Stop { trigger } if fresh => price <= trigger.get(),
            OrderKind::TakeProfit { trigger } if fresh => price >= worst_sell(trigger.get()),
            _ => true,
        };
        self.must(fine, Rule::TriggerPrice, || format!("{fill:?} for {:?}", order.order));
    }

    /// The prices at which an order's symbol can trade in this step.
    fn range_of(&mut self, order: &Tracked, what: &'static str) -> Option<Range> {
        let range = self.ranges.get(&order.order.symbol).copied();
        self.must(range.is_some(), Rule::NothingBetweenRows, || {
            format!("{what}: {:?}", order.order)
        });
        range
    }

    /// A trigger needs a price that reaches it; of two the stop comes first.
    pub(crate) fn check_trigger(&mut self, order: &Tracked) {
        let Some(range) = self.range_of(order, "triggered") else { return };
        let rested = order.submitted < self.step;
        let fine = match order.order.kind {
            OrderKind::Stop { trigger } => range.low <= trigger.get(),
            OrderKind::TakeProfit { trigger } => {
                range.high >= trigger.get() && (!rested || self.stop_held(order, range))
            }
            _ => false,
        };
        self.must(fine, Rule::TriggerReached, || format!("{:?} within {range:?}", order.order));
    }

    /// True when the stop of a target's pair was not met before it in a row.
    fn stop_held(&self, target: &Tracked, range: Range) -> bool {
        let OrderKind::TakeProfit { trigger: goal } = target.order.kind else { return true };
        let stop = target.linked.and_then(|id| self.orders.get(&id));
        match stop.map(|s| s.order.kind) {
            Some(OrderKind::Stop { trigger }) => {
                range.low > trigger.get() || range.open >= goal.get()
            }
            _ => true,
        }
    }

    /// Untriggered stops and targets before a step.
    pub(crate) fn resting_protection(&self) -> Vec<ClientOrderId> {
        self.orders
            .values()
            .filter(|t| {
                !t.done && t.triggered.is_none() && t.order.purpose == OrderPurpose::Protection
            })
            .map(|t| t.order.id)
            .collect()
    }

    /// Protection that was there before a row and whose price was reached has fired (or is gone).
    pub(crate) fn check_crossed(&mut self, before: &[ClientOrderId]) {
        for id in before {
            let Some(tracked) = self.orders.get(id) else { continue };
            let Some(range) = self.ranges.get(&tracked.order.symbol).filter(|r| r.is_liquid())
            else {
                continue;
            };
            let crossed = match tracked.order.kind {
                OrderKind::Stop { trigger } => range.low <= trigger.get(),
                OrderKind::TakeProfit { trigger } => range.high >= trigger.get(),
                _ => false,
            };
            let fired = tracked.done || tracked.triggered.is_some();
            let order = tracked.order;
            self.must(fired || !crossed, Rule::FiresWhenReached, || {
                format!("{order:?} still rests")
            });
        }
    }
}
