//! What the database says, event by event.

use super::{Intent, Known, VenueOracle};
use crate::rules::Rule;
use crate::{Execution, Stored};
use domain::{
    ClientOrderId, Decimal, EngineEvent, EventKind, NewOrder, OrderKind, OrderPurpose, OrderSide,
    OrderSize, OrderStatus, Symbol, TradingState,
};

impl VenueOracle {
    /// Takes what a commit has added.
    pub fn stored(&mut self, stored: &[Stored]) {
        for record in stored {
            if let Stored::Event(event) = record {
                self.fold(event);
            }
        }
        if let Some(late) = self.late.take() {
            let state = self.permissions.state;
            let latched = state != TradingState::Active;
            self.must(latched, Rule::LateLatches, || format!("{late} while {state:?}"));
        }
    }

    fn fold(&mut self, event: &EngineEvent) {
        self.sequence += 1;
        let due = std::mem::replace(&mut self.sequence, event.sequence);
        self.must(event.sequence == due, Rule::EventsGapless, || {
            format!("event {} where {due} was due", event.sequence)
        });
        self.tally.event(&event.kind);
        match &event.kind {
            EventKind::AccountOpened { balances } => self.money.open(balances),
            EventKind::IntentApproved { intent, symbol, side, purpose, size, .. } => {
                let approved = Intent {
                    symbol: *symbol,
                    side: *side,
                    purpose: *purpose,
                    size: *size,
                    executed: Decimal::ZERO,
                };
                self.waits(&approved);
                self.intents.insert(*intent, approved);
            }
            EventKind::OrderSubmitted { intent, order, linked, .. } => {
                self.on_submitted(*intent, order, *linked);
            }
            EventKind::OrderFilled { id, symbol, side, fill, .. } => {
                let execution = Execution { id: *id, symbol: *symbol, fill: *fill };
                self.on_fill(*side, execution);
            }
            EventKind::CancelRequested { id } => self.on_cancel_requested(*id),
            EventKind::OrderTriggered { id } => self.on_triggered_at_venue(*id),
            EventKind::TradingStateChanged { to, epoch, .. } => {
                let due = self.permissions.epoch + u64::from(*to != TradingState::Active);
                self.must(*epoch == due, Rule::LatchRises, || format!("{:?}", event.kind));
                (self.permissions.state, self.permissions.epoch) = (*to, *epoch);
                if *to == TradingState::Active {
                    // Resumed, whether or not the answer came through.
                    self.stopped = None;
                }
            }
            EventKind::ProtectionSet { symbol, stop: None, target: None, .. } => {
                self.at_venue.insert(*symbol, false);
            }
            EventKind::ProtectionSet { symbol, at_venue, .. } => {
                let before = self.at_venue.insert(*symbol, *at_venue);
                let takes_over = before == Some(true) && !at_venue;
                self.tally.branch("synthetic_takeover", u64::from(takes_over));
            }
            EventKind::PositionClosed { symbol, .. } => {
                self.at_venue.remove(symbol);
            }
            EventKind::CloseAllStarted { id, .. } => self.closing = Some(*id),
            EventKind::CloseAllFinished { report } => {
                self.on_close_all_finished(report);
                self.closing = None;
            }
            EventKind::EntryDenied { denial, .. } => {
                let unknown = denial.check.as_str().contains("unknown");
                self.tally.branch("entry_blocked_by_unknown", u64::from(unknown));
            }
            kind => self.on_state(kind),
        }
    }

    /// An exit that is approved while an order of its symbol is unknown has to wait.
    fn waits(&mut self, intent: &Intent) {
        let unknown = self.orders.values().any(|known| {
            known.order.symbol == intent.symbol && known.status == OrderStatus::Unknown
        });
        let exit = intent.side == OrderSide::Sell && intent.purpose != OrderPurpose::Protection;
        self.tally.branch("exit_waited_for_unknown", u64::from(unknown && exit));
        let blind = unknown && intent.purpose == OrderPurpose::Entry;
        self.must(!blind, Rule::NoBlindRetry, || format!("{intent:?}"));
    }

    fn on_submitted(&mut self, number: u64, order: &NewOrder, linked: Option<ClientOrderId>) {
        let approved = self.intents.get(&number).cloned();
        let fits = approved.as_ref().is_some_and(|a| {
            (a.symbol, a.side, a.purpose) == (order.symbol, order.side, order.purpose)
        });
        self.must(fits, Rule::OrderHasIntent, || format!("{order:?} for {approved:?}"));
        let decoded = order.id.decode().map(|d| d.0);
        self.must(decoded == Some(number), Rule::IdNamesIntent, || format!("{}", order.id));
        let fresh = !self.orders.contains_key(&order.id);
        self.must(fresh, Rule::IdsUnique, || order.id.to_string());
        let state = self.permissions.state;
        let allowed = match order.purpose {
            OrderPurpose::Entry => state == TradingState::Active,
            OrderPurpose::StrategyExit => state != TradingState::Halted,
            OrderPurpose::Protection | OrderPurpose::CloseAll | OrderPurpose::OperatorExit => true,
        };
        self.must(allowed, Rule::Allowed, || format!("{order:?} while {state:?}"));
        self.replaced(order);
        let known = Known {
            order: *order,
            linked,
            status: OrderStatus::Attempted,
            filled: Decimal::ZERO,
            executed: Decimal::ZERO,
            unknown: false,
            probed: false,
            lost: false,
        };
        self.orders.insert(order.id, known);
        if order.side == OrderSide::Sell {
            let (selling, held) = (self.for_sale(order.symbol), self.money.position(order.symbol));
            self.must(selling <= held, Rule::LiveSellsCovered, || {
                format!("{order:?}: {selling} for sale or unknown, {held} held")
            });
        } else {
            self.no_blind_retry(order);
        }
    }

    /// Sells that may still fill, each pair counted once.
    fn for_sale(&self, symbol: Symbol) -> Decimal {
        self.orders
            .values()
            .filter(|k| k.order.symbol == symbol && k.order.side == OrderSide::Sell && k.is_live())
            .filter(|k| {
                // Of a pair only one leg can fill: the other is not counted while that one lives.
                let partner = k.linked.and_then(|id| self.orders.get(&id));
                let second = matches!(k.order.kind, OrderKind::TakeProfit { .. });
                !second || partner.is_none_or(|p| !p.is_live())
            })
            .map(Known::rest)
            .sum()
    }

    fn no_blind_retry(&mut self, order: &NewOrder) {
        let unknown = self.orders.values().find(|k| {
            k.order.symbol == order.symbol
                && k.order.id != order.id
                && k.status == OrderStatus::Unknown
        });
        let unknown = unknown.map(|k| k.order.id);
        self.must(unknown.is_none(), Rule::NoBlindRetry, || format!("{order:?}, {unknown:?}"));
    }

    fn replaced(&mut self, order: &NewOrder) {
        let again = order.purpose == OrderPurpose::Protection
            && order.kind != OrderKind::Market
            && self.at_venue.contains_key(&order.symbol)
            && self.orders.values().any(|k| {
                k.order.symbol == order.symbol
                    && k.order.purpose == OrderPurpose::Protection
                    && k.status.is_terminal()
                    && k.filled.is_zero()
            });
        self.tally.branch("protection_replaced", u64::from(again));
    }

    fn on_cancel_requested(&mut self, id: ClientOrderId) {
        let known = self.orders.get_mut(&id);
        let own = known.is_some();
        if let Some(known) = known {
            known.probed |= known.unknown;
        }
        self.must(own, Rule::OwnCancels, || id.to_string());
    }

    fn on_fill(&mut self, side: OrderSide, execution: Execution) {
        let Execution { id, symbol, fill } = execution;
        let first = self.fills.insert((symbol, fill.trade_id), execution).is_none();
        self.must(first, Rule::CountedOnce, || format!("{execution:?}"));
        let made = self.made.get(&(symbol, fill.trade_id)).copied();
        self.must(made == Some(execution), Rule::NoInferredFill, || {
            format!("{execution:?}, the venue has {made:?}")
        });
        let held = self.money.position(symbol);
        let covered = side == OrderSide::Buy || fill.quantity.get() <= held;
        self.must(covered, Rule::NeverOversell, || format!("{execution:?}, held {held}"));
        let instrument = self.instrument(symbol);
        self.money.fill(&instrument, side, &fill);
        self.found(id, "unknown_found_filled");
        let Some(known) = self.orders.get_mut(&id) else {
            self.fail(Rule::FillTaken, format!("{execution:?}"));
            return;
        };
        let late = known.status.is_terminal();
        let lost = known.status == OrderStatus::NeverArrived;
        known.filled += fill.quantity.get();
        let full = matches!(known.order.size, OrderSize::Base(size) if known.filled >= size.get());
        let over = matches!(known.order.size, OrderSize::Base(size) if known.filled > size.get());
        if full {
            known.status = OrderStatus::Filled;
        } else if lost || known.status.rank() < OrderStatus::PartiallyFilled.rank() {
            known.status = OrderStatus::PartiallyFilled;
        }
        let order = known.order;
        self.must(!over, Rule::NeverOverfills, || format!("{order:?} by {fill:?}"));
        self.tally.branch("late_fill_after_end", u64::from(late && !lost));
        self.tally.fill(&order, &fill);
    }

    /// The first evidence about an unknown order.
    fn found(&mut self, id: ClientOrderId, branch: &'static str) {
        let Some(known) = self.orders.get_mut(&id) else { return };
        let (unknown, lost) = (known.unknown, known.lost);
        (known.unknown, known.lost) = (false, false);
        if lost {
            self.late = Some(id);
            self.tally.branch("late_evidence_after_never_arrived", 1);
        } else if unknown {
            self.tally.branch(branch, 1);
        }
    }

    fn on_state(&mut self, kind: &EventKind) {
        let (id, to) = match kind {
            EventKind::OrderAccepted { id } => (*id, OrderStatus::Working),
            EventKind::OrderUnknown { id } => (*id, OrderStatus::Unknown),
            EventKind::OrderNeverArrived { id } => (*id, OrderStatus::NeverArrived),
            EventKind::OrderRejected { id, .. } => (*id, OrderStatus::Rejected),
            EventKind::OrderCancelled { id, executed } => {
                self.note_executed(*id, *executed);
                (*id, OrderStatus::Cancelled)
            }
            EventKind::OrderExpired { id, executed, .. } => {
                self.note_executed(*id, *executed);
                (*id, OrderStatus::Expired)
            }
            _ => return,
        };
        let before = self.orders.get(&id).map(|known| known.status);
        let up = before.is_some_and(|status| status.rank() < to.rank());
        self.must(up, Rule::OnlyUp, || format!("{id}: {before:?}, then {to:?}"));
        let probed = self.orders.get(&id).is_some_and(|known| known.probed);
        match to {
            OrderStatus::Working => self.found(id, "unknown_found_working"),
            OrderStatus::Cancelled if probed => self.found(id, "unknown_cancelled_by_probe"),
            OrderStatus::Cancelled => self.found(id, "unknown_found_cancelled"),
            OrderStatus::Expired => self.found(id, "unknown_found_expired"),
            OrderStatus::Rejected => self.found(id, "unknown_found_rejected"),
            OrderStatus::NeverArrived => self.tally.branch("never_arrived", 1),
            _ => {}
        }
        if let Some(known) = self.orders.get_mut(&id) {
            known.status = to;
            known.unknown |= to == OrderStatus::Unknown;
            known.lost |= to == OrderStatus::NeverArrived;
        }
    }

    /// What has triggered has arrived.
    fn on_triggered_at_venue(&mut self, id: ClientOrderId) {
        self.found(id, "unknown_found_triggered");
        let known = self.orders.get_mut(&id);
        if let Some(known) = known.filter(|k| k.status.rank() < OrderStatus::Working.rank()) {
            known.status = OrderStatus::Working;
        }
    }

    fn note_executed(&mut self, id: ClientOrderId, executed: Option<domain::Quantity>) {
        if let (Some(known), Some(executed)) = (self.orders.get_mut(&id), executed) {
            known.executed = known.executed.max(executed.get());
        }
    }
}
