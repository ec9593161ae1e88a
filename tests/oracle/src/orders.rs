//! Orders: each has an approved intent before it, climbs its states upwards only, and never sells
//! what is not held.

use crate::rules::Rule;
use crate::{OpenAtVenue, Oracle};
use domain::{
    ClientOrderId, Decimal, EventKind, ExecutionStyle, Fill, NewOrder, OrderKind, OrderPurpose,
    OrderSide, OrderSize, Symbol,
};
use std::collections::BTreeMap;

/// More orders than this in one step are a storm.
const STORM: u64 = 24;
/// Sells of one position approved in a row without any of them selling.
const FRUITLESS: u64 = 40;

/// An approved intent.
#[derive(Debug, Clone)]
pub(crate) struct Intent {
    symbol: Symbol,
    side: OrderSide,
    purpose: OrderPurpose,
    size: OrderSize,
}

/// An order as the events tell it.
#[derive(Debug, Clone)]
pub(crate) struct Tracked {
    pub order: NewOrder,
    pub linked: Option<ClientOrderId>,
    pub filled: Decimal,
    pub accepted: bool,
    /// Step in which it triggered.
    pub triggered: Option<u64>,
    pub done: bool,
    pub submitted: u64,
}

impl Tracked {
    /// Base quantity left; zero for budgets.
    pub fn rest(&self) -> Decimal {
        match self.order.size {
            OrderSize::Base(size) => size.get() - self.filled,
            OrderSize::QuoteBudget(_) => Decimal::ZERO,
        }
    }
}

impl Oracle {
    pub(crate) fn on_intent(&mut self, kind: &EventKind) {
        let EventKind::IntentApproved {
            intent, symbol, side, purpose, style, size, owners, ..
        } = kind
        else {
            return;
        };
        let due = self.intents.len() as u64 + 1;
        self.must(*intent == due, Rule::IntentsNumbered, || {
            format!("intent {intent} where {due} was due")
        });
        if *purpose == OrderPurpose::Entry {
            self.check_entry(kind);
            let sum: Decimal = owners.iter().map(|o| o.1).sum();
            self.must(sum == Decimal::ONE, Rule::OwnersAddUp, || format!("{owners:?}"));
        } else {
            self.on_exit_intent(*symbol, *purpose, *side);
            if *purpose == OrderPurpose::StrategyExit {
                self.leaving.insert(*symbol, owners.iter().map(|o| o.0).collect());
            }
        }
        let approved = Intent { symbol: *symbol, side: *side, purpose: *purpose, size: *size };
        self.intents.insert(*intent, approved);
        if *side == OrderSide::Sell && *style != ExecutionStyle::Resting {
            self.exiting.insert(*intent, *symbol);
        }
    }

    fn on_exit_intent(&mut self, symbol: Symbol, purpose: OrderPurpose, side: OrderSide) {
        self.must(side == OrderSide::Sell, Rule::ExitsSell, || format!("{purpose:?} {symbol}"));
        if purpose == OrderPurpose::Protection {
            self.guarded.insert(symbol);
        }
        let fruitless = self.fruitless.entry(symbol).or_default();
        *fruitless += 1;
        let count = *fruitless;
        self.must(count != FRUITLESS, Rule::Fruitless, || {
            format!("{symbol}: {count} exits approved, nothing sold")
        });
    }

    pub(crate) fn on_submitted(
        &mut self,
        intent: u64,
        order: &NewOrder,
        linked: Option<ClientOrderId>,
    ) {
        self.submitted_in_step += 1;
        let storm = self.submitted_in_step == STORM;
        self.must(!storm, Rule::Storm, || format!("{order:?}"));
        let approved = self.intents.get(&intent).cloned();
        let fits = approved.as_ref().is_some_and(|a| {
            (a.symbol, a.side, a.purpose) == (order.symbol, order.side, order.purpose)
                && (order.purpose != OrderPurpose::Entry || a.size == order.size)
        });
        self.must(fits, Rule::OrderHasIntent, || format!("{order:?} for {approved:?}"));
        let decoded = order.id.decode().map(|d| d.0);
        self.must(decoded == Some(intent), Rule::IdNamesIntent, || {
            format!("{} for intent {intent}", order.id)
        });
        let fresh = !self.orders.contains_key(&order.id);
        self.must(fresh, Rule::IdsUnique, || order.id.to_string());
        self.check_allowed(order.purpose, "submitted");
        if order.purpose == OrderPurpose::Entry && !self.held(order.symbol).is_zero() {
            self.stack(order.symbol);
        }
        if order.side == OrderSide::Sell && order.kind == OrderKind::Market {
            self.guarded.insert(order.symbol);
        }
        self.unsent.insert(order.id, *order);
        if order.side == OrderSide::Sell {
            let held = self.held(order.symbol);
            let within = matches!(order.size, OrderSize::Base(size) if size.get() <= held);
            self.must(within, Rule::NeverOversell, || format!("{order:?} with {held} held"));
        }
        let tracked = Tracked {
            order: *order,
            linked,
            filled: Decimal::ZERO,
            accepted: false,
            triggered: None,
            done: false,
            submitted: self.step,
        };
        self.orders.insert(order.id, tracked);
    }

    /// Buys on top of a rest: its cost is what people were shown of it, as lots of several prices
    /// were sold before.
    fn stack(&mut self, symbol: Symbol) {
        let line = self.positions.iter().find(|line| line.symbol == symbol);
        let exact = self.money.rebase(symbol, line.map(|line| (line.value, line.quantity)));
        if !exact {
            self.rough.insert(symbol);
        }
    }

    /// The order, when it is known and may still change.
    fn alive(&mut self, id: ClientOrderId, what: &'static str) -> Option<Tracked> {
        let found = self.orders.get(&id).cloned();
        let fine = found.as_ref().is_some_and(|t| !t.done);
        self.must(fine, Rule::OnlyUp, || format!("{id} was {what}, but is {found:?}"));
        found
    }

    pub(crate) fn on_accepted(&mut self, id: ClientOrderId) {
        let found = self.alive(id, "accepted");
        let first = found.is_some_and(|t| !t.accepted && t.filled.is_zero());
        self.must(first, Rule::OnlyUp, || format!("{id} accepted twice"));
        if let Some(tracked) = self.orders.get_mut(&id) {
            tracked.accepted = true;
        }
    }

    pub(crate) fn on_cancel_requested(&mut self, id: ClientOrderId) {
        let _ = self.alive(id, "asked to be cancelled");
        self.uncancelled.insert(id);
    }

    pub(crate) fn on_triggered(&mut self, id: ClientOrderId) {
        let Some(found) = self.alive(id, "triggered") else { return };
        let waits = found.accepted && found.triggered.is_none();
        self.must(waits, Rule::OnlyUp, || format!("{id} triggered twice"));
        self.check_trigger(&found);
        if let Some(tracked) = self.orders.get_mut(&id) {
            tracked.triggered = Some(self.step);
        }
    }

    /// Adds a fill to its order; gives back the order as it was before.
    pub(crate) fn fill_order(&mut self, id: ClientOrderId, fill: &Fill) -> Option<Tracked> {
        let before = self.alive(id, "filled")?;
        let accepted = before.accepted;
        self.must(accepted, Rule::FillTaken, || id.to_string());
        let tracked = self.orders.get_mut(&id)?;
        tracked.filled += fill.quantity.get();
        let (rest, budget) =
            (tracked.rest(), matches!(tracked.order.size, OrderSize::QuoteBudget(_)));
        tracked.done = rest.is_zero() && !budget;
        self.must(rest >= Decimal::ZERO, Rule::NeverOverfills, || format!("{id} by {rest}"));
        // What was shown before this fill says nothing about what is held after it.
        self.positions.retain(|line| line.symbol != before.order.symbol);
        // A sale, or more to sell: the count of vain exits starts anew.
        self.fruitless.remove(&before.order.symbol);
        Some(before)
    }

    pub(crate) fn on_ended(&mut self, id: ClientOrderId) {
        if self.alive(id, "ended").is_none() {
            return;
        }
        if let Some(tracked) = self.orders.get_mut(&id) {
            tracked.done = true;
        }
        self.entry_over(id);
    }

    /// Live orders are the same at the exchange and in the events; sells never exceed holdings.
    pub(crate) fn check_orders(&mut self) {
        let there: BTreeMap<ClientOrderId, OpenAtVenue> =
            self.open.iter().map(|o| (o.order.id, *o)).collect();
        let live: Vec<Tracked> = self.orders.values().filter(|t| !t.done).cloned().collect();
        for tracked in &live {
            let id = tracked.order.id;
            let same = there.get(&id).is_some_and(|open| {
                open.filled == tracked.filled
                    && open.order == tracked.order
                    && open.triggered == tracked.triggered.is_some()
            });
            self.must(same, Rule::LiveAtVenue, || format!("{tracked:?} is {:?}", there.get(&id)));
        }
        let counts = (live.len(), there.len());
        self.must(counts.0 == counts.1, Rule::NoUnknownOrder, || {
            format!("{} in the events, {} at the exchange", counts.0, counts.1)
        });
        self.orders.retain(|_, t| !t.done);
        for symbol in self.instruments.iter().map(|i| i.symbol).collect::<Vec<_>>() {
            let selling: Decimal = live
                .iter()
                .filter(|t| t.order.symbol == symbol && t.order.side == OrderSide::Sell)
                // Of a pair only one leg can fill.
                .filter(|t| {
                    t.linked.is_none()
                        || !matches!(t.order.kind, OrderKind::TakeProfit { .. })
                        || t.triggered.is_some()
                })
                .map(Tracked::rest)
                .sum();
            let held = self.held(symbol);
            self.must(selling <= held, Rule::LiveSellsCovered, || {
                format!("{symbol}: {selling} for sale, {held} held")
            });
        }
    }
}
