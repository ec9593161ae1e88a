//! Entries at work: one approved intent, worked in the style of the settings.
//!
//! Every style sends one order at a time and the next only when nothing of the one before can still
//! fill, so that an intent never buys more than was approved. A run is part of the engine's state:
//! a restart goes on with the schedule where it was.

use crate::engine::Engine;
use crate::output::Output;
use crate::risk::{ApprovedRequest, EntryPermit};
use domain::{
    Amount, ClientOrderId, Decimal, ExecutionStyle, NewOrder, OrderKind, OrderPurpose, OrderSide,
    OrderSize, OrderStatus, OrderView, Price, Quantity, TimeInForce, Timestamp,
};
use serde::{Deserialize, Serialize};

/// How often a post-only order is priced anew.
const REPRICES: u32 = 3;

/// An entry on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRun {
    /// The approved intent.
    pub intent: u64,
    /// How it is worked.
    pub style: ExecutionStyle,
    /// What was approved.
    pub size: OrderSize,
    /// Price of its limit orders.
    pub price: Price,
    /// Orders sent so far.
    pub sent: u32,
    /// Orders of a schedule still to come.
    pub slices_left: u32,
    /// When the next order of a schedule is due.
    pub next_at: Timestamp,
    /// When resting orders are taken back; `None` when nothing rests.
    pub deadline: Option<Timestamp>,
    /// The order that is not settled yet.
    pub child: Option<ClientOrderId>,
    /// Nothing more is sent; ends with its order.
    pub ending: bool,
    /// Why, if something is left.
    pub note: domain::Name,
}

impl EntryRun {
    /// When something is to be done without any report.
    pub(super) fn due(&self) -> Option<Timestamp> {
        match self.child {
            Some(_) => self.deadline.filter(|_| !self.ending),
            None => Some(self.next_at),
        }
    }
}

impl Engine {
    /// Begins to work an approved entry.
    pub(crate) fn begin_entry(
        &mut self,
        index: usize,
        intent: u64,
        permit: &EntryPermit,
        (size, price): (OrderSize, Price),
        outputs: &mut Vec<Output>,
    ) {
        let style = self.entry_style(size);
        let rests = matches!(
            style,
            ExecutionStyle::Limit
                | ExecutionStyle::LimitThenMarket
                | ExecutionStyle::PostOnly
                | ExecutionStyle::Iceberg
        );
        let timeout = i64::from(self.settings.execution.limit_timeout_seconds) * 1_000_000;
        let run = EntryRun {
            intent,
            style,
            size,
            price,
            sent: 0,
            slices_left: self.slices(index, style, size, price),
            next_at: self.now,
            deadline: rests.then(|| self.now.plus_micros(timeout)),
            child: None,
            ending: false,
            note: domain::Name::new(),
        };
        self.manage[index].entry = Some(run);
        self.send_child(index, permit, outputs);
    }

    /// The style in which an entry of this size is worked: a budget is spent by one market order.
    pub(crate) fn entry_style(&self, size: OrderSize) -> ExecutionStyle {
        match (size, self.settings.execution.entry_style) {
            (OrderSize::QuoteBudget(_), _) | (_, ExecutionStyle::Resting) => ExecutionStyle::Market,
            (OrderSize::Base(_), style) => style,
        }
    }

    /// Orders of a schedule: no slice may be too small for the venue.
    fn slices(&self, index: usize, style: ExecutionStyle, size: OrderSize, price: Price) -> u32 {
        let OrderSize::Base(total) = size else { return 1 };
        if style != ExecutionStyle::Twap {
            return 1;
        }
        let wanted = self.settings.execution.twap_slices.max(1);
        (1..=wanted)
            .rev()
            .find(|n| {
                let slice =
                    self.markets[index].instrument.floor_quantity(total.get() / Decimal::from(*n));
                self.sellable(index, slice.get(), price)
            })
            .unwrap_or(1)
    }

    /// Does the next thing that an entry needs: send, take back, or end.
    pub(crate) fn advance_entry(&mut self, index: usize, outputs: &mut Vec<Output>) {
        let Some(run) = &self.manage[index].entry else { return };
        if let Some(child) = run.child {
            let over = run.ending || run.deadline.is_some_and(|at| at <= self.now);
            let live = self.book.orders.get(&child).is_some_and(|o| !o.status.is_terminal());
            if over && live {
                self.cancel(index, child, outputs);
            }
            return;
        }
        if run.ending {
            self.end_entry(index, outputs);
            return;
        }
        if self.now < run.next_at {
            self.schedule(run.next_at);
            return;
        }
        let left = self.unfilled(index, run);
        let symbol = self.markets[index].instrument.symbol;
        match EntryPermit::continuation(self.trading.state, symbol, left) {
            Some(permit) => self.send_child(index, &permit, outputs),
            None => self.end_entry(index, outputs),
        }
    }

    /// Base quantity of an entry that nothing has been bought for.
    fn unfilled(&self, index: usize, run: &EntryRun) -> Decimal {
        let OrderSize::Base(total) = run.size else { return Decimal::ZERO };
        let filled = self.book.intents.get(&run.intent).map_or(Decimal::ZERO, |i| i.filled);
        let left = (total.get() - filled).max(Decimal::ZERO);
        self.markets[index].instrument.floor_quantity(left).get()
    }

    /// Cost of what an entry has not sent yet.
    pub(crate) fn unsent_cost(&self, index: usize) -> Amount {
        let Some(run) = self.manage[index].entry.as_ref().filter(|run| !run.ending) else {
            return Amount::ZERO;
        };
        let out = run
            .child
            .and_then(|id| self.book.orders.get(&id))
            .map_or(Decimal::ZERO, |o| o.outstanding().get());
        let left = (self.unfilled(index, run) - out).max(Decimal::ZERO);
        self.with_fee(left, self.markets[index].last_price)
    }

    fn send_child(&mut self, index: usize, permit: &EntryPermit, outputs: &mut Vec<Output>) {
        let Some(run) = &self.manage[index].entry else { return };
        let Some((size, kind)) = self.next_child(index, run) else {
            self.end_entry(index, outputs);
            return;
        };
        let order = NewOrder {
            id: self.order_id(run.intent, run.sent, 'e'),
            symbol: self.markets[index].instrument.symbol,
            side: OrderSide::Buy,
            kind,
            size,
            purpose: OrderPurpose::Entry,
        };
        let intent = run.intent;
        let interval = i64::from(self.settings.execution.twap_interval_seconds) * 1_000_000;
        if let Some(run) = &mut self.manage[index].entry {
            run.sent += 1;
            run.slices_left = run.slices_left.saturating_sub(1);
            run.child = Some(order.id);
            if run.style == ExecutionStyle::Twap {
                run.next_at = run.next_at.max(self.now).plus_micros(interval);
            }
        }
        let approved = ApprovedRequest::entry(permit, order);
        self.submit(index, intent, approved, outputs);
        if let Some(at) = self.manage[index].entry.as_ref().and_then(EntryRun::due) {
            self.schedule(at);
        }
    }

    /// Size and kind of the next order; `None` when there is nothing more to send.
    fn next_child(&self, index: usize, run: &EntryRun) -> Option<(OrderSize, OrderKind)> {
        let OrderSize::Base(_) = run.size else {
            return (run.sent == 0).then_some((run.size, OrderKind::Market));
        };
        let left = self.unfilled(index, run);
        let timed_out = run.deadline.is_some_and(|at| at <= self.now);
        let limit = OrderKind::Limit { price: run.price, tif: TimeInForce::Gtc };
        let (quantity, kind) = match run.style {
            ExecutionStyle::Market | ExecutionStyle::Resting if run.sent == 0 => {
                (left, OrderKind::Market)
            }
            ExecutionStyle::Market | ExecutionStyle::Resting => return None,
            ExecutionStyle::Limit if run.sent == 0 => (left, limit),
            ExecutionStyle::Limit => return None,
            ExecutionStyle::LimitThenMarket if run.sent == 0 => (left, limit),
            ExecutionStyle::LimitThenMarket if timed_out => (left, OrderKind::Market),
            ExecutionStyle::LimitThenMarket => return None,
            ExecutionStyle::PostOnly if timed_out || run.sent > REPRICES => return None,
            ExecutionStyle::PostOnly => (left, OrderKind::PostOnly { price: run.price }),
            ExecutionStyle::Twap if run.slices_left == 0 => return None,
            ExecutionStyle::Twap => {
                let slice = left / Decimal::from(run.slices_left);
                let whole = self.markets[index].instrument.floor_quantity(slice).get();
                (if run.slices_left == 1 { left } else { whole }, OrderKind::Market)
            }
            ExecutionStyle::Iceberg if timed_out => return None,
            ExecutionStyle::Iceberg => (self.visible(index, run, left), limit),
        };
        let price = match kind {
            OrderKind::Limit { price, .. } | OrderKind::PostOnly { price } => price,
            _ => self.markets[index].last_price.unwrap_or(run.price),
        };
        if !self.sellable(index, quantity, price) {
            return None;
        }
        Some((OrderSize::Base(Quantity::new(quantity).ok()?), kind))
    }

    /// The next slice of an iceberg; the last one takes along what would be too small alone.
    fn visible(&self, index: usize, run: &EntryRun, left: Decimal) -> Decimal {
        let OrderSize::Base(total) = run.size else { return left };
        let share = self.settings.execution.iceberg_visible_pct / Decimal::ONE_HUNDRED;
        let slice = self.markets[index].instrument.floor_quantity(total.get() * share).get();
        let rest = left - slice;
        let splits =
            self.sellable(index, slice, run.price) && self.sellable(index, rest, run.price);
        if splits { slice } else { left }
    }

    /// An order of an entry is settled.
    pub(super) fn entry_settled(
        &mut self,
        index: usize,
        order: &OrderView,
        outputs: &mut Vec<Output>,
    ) {
        let last = self.markets[index].last_price;
        let (tick, now) = (self.markets[index].instrument.tick_size, self.now);
        let Some(run) = &mut self.manage[index].entry else { return };
        if run.child != Some(order.order.id) {
            return;
        }
        run.child = None;
        let refused = matches!(order.status, OrderStatus::Rejected | OrderStatus::NeverArrived);
        let would_take = run.style == ExecutionStyle::PostOnly
            && order.reason.as_str() == "would_take"
            && run.sent <= REPRICES;
        if would_take {
            let below = |price: Price| Price::new(price.get() - tick * Decimal::from(run.sent));
            match last.map(below) {
                Some(Ok(price)) => run.price = price.min(run.price),
                _ => run.ending = true,
            }
        } else if refused {
            run.ending = true;
            run.note = match order.status {
                OrderStatus::Rejected => order.reason,
                _ => domain::Name::from("never_arrived").unwrap_or_default(),
            };
        } else if order.status != OrderStatus::Filled && run.note.is_empty() {
            let timed_out = run.deadline.is_some_and(|at| at <= now);
            run.note = if timed_out && order.reason.is_empty() {
                domain::Name::from("timed_out").unwrap_or_default()
            } else {
                order.reason
            };
        }
        self.advance_entry(index, outputs);
    }

    /// Stops working an entry: nothing more is sent, what is out is taken back.
    pub(crate) fn stop_entry(
        &mut self,
        index: usize,
        why: &str,
        outputs: &mut Vec<Output>,
    ) -> Option<ClientOrderId> {
        let run = self.manage[index].entry.as_mut()?;
        run.ending = true;
        run.note = domain::Name::from(why).unwrap_or_default();
        let child = run.child;
        self.advance_entry(index, outputs);
        child
    }

    fn end_entry(&mut self, index: usize, outputs: &mut Vec<Output>) {
        let Some(run) = self.manage[index].entry.take() else { return };
        self.finish_intent(run.intent, run.note, outputs);
        self.advance(index, outputs);
    }
}
