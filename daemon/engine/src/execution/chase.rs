//! What is owed an answer: orders without one, cancels without an end, ends without their fills.
//!
//! An outcome that is not known is never guessed. The order counts as live and as filled at once,
//! entries of its symbol are denied, nothing is sent in its place, and the venue is asked until it
//! says what it has. "Not found" counts only beyond the horizon, the time after sending at which no
//! venue can still take the order, and only together with a cancel that found nothing; three such
//! answers, apart in time, are the verdict that it never arrived. Look-ups read what lags behind the
//! matching engine, the cancel does not.

use crate::engine::Engine;
use crate::output::Output;
use crate::risk::ApprovedRequest;
use domain::{ClientOrderId, Decimal, EventKind, OrderStatus, StateCause, Timestamp, TradingState};
use serde::{Deserialize, Serialize};

/// Look-ups beyond the horizon that must fail before the verdict.
const MISSES: u32 = 3;
/// Least time between two of them.
const SPACING_SECONDS: i64 = 5;
/// Longest wait between two look-ups.
const LONGEST_WAIT_SECONDS: i64 = 30;
/// Look-ups before the horizon, seconds after the answer was missed: only a find counts.
const EARLY_SECONDS: [i64; 3] = [0, 1, 5];

/// What an answer is owed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Want {
    /// Whether the order reached the venue.
    Outcome,
    /// The end of an order whose cancel was asked for.
    Cancel,
    /// Fills that the venue counts and that have not come.
    Fills,
    /// Where it stands, after a (re)connection.
    Reconcile,
    /// Where it stands, by routine.
    Routine,
    /// A last look after the verdict that it never arrived.
    LastLook,
}

impl Want {
    /// True while new entries of the symbol would be built on something unknown.
    const fn blocks(self) -> bool {
        matches!(self, Self::Fills | Self::Reconcile | Self::LastLook)
    }
}

/// One order that is owed an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chase {
    /// The order.
    pub id: ClientOrderId,
    /// Its symbol's place.
    pub index: usize,
    /// What for.
    pub want: Want,
    /// When the order was sent.
    pub since: Timestamp,
    /// When to ask next.
    pub due: Timestamp,
    /// Look-ups so far.
    pub tries: u32,
    /// Failed ones beyond the horizon, at most one per try.
    pub misses: u32,
    /// The try that was counted last.
    counted: u32,
    /// True once a cancel beyond the horizon found nothing.
    pub probe_missed: bool,
}

impl Engine {
    /// When the engine wants a [`crate::InputKind::Clock`] next; `None` when it waits for reports and
    /// prices alone. Always later than now.
    #[must_use]
    pub fn next_timer(&self) -> Option<Timestamp> {
        let chases = self.chases.iter().map(|c| c.due);
        let entries = self.manage.iter().filter_map(|m| m.entry.as_ref().and_then(|r| r.due()));
        let exits = self.manage.iter().filter(|m| m.exit.is_some()).filter_map(|m| m.retry_at);
        chases.chain(entries).chain(exits).filter(|at| *at > self.now).min()
    }

    pub(crate) fn schedule(&mut self, at: Timestamp) {
        self.next_due = self.next_due.min(at);
    }

    /// Does what is due by now.
    pub(crate) fn run_timers(&mut self, outputs: &mut Vec<Output>) {
        let due: Vec<ClientOrderId> =
            self.chases.iter().filter(|c| c.due <= self.now).map(|c| c.id).collect();
        for id in due {
            self.ask(id, outputs);
        }
        for index in 0..self.markets.len() {
            let manage = &self.manage[index];
            let entry = manage.entry.as_ref().and_then(|run| run.due());
            let exit = manage.retry_at.filter(|_| manage.exit.is_some());
            if entry.is_some_and(|at| at <= self.now) {
                self.advance_entry(index, outputs);
            }
            if exit.is_some_and(|at| at <= self.now) {
                self.advance(index, outputs);
            }
        }
        self.next_due = self.next_timer().unwrap_or(Timestamp::MAX);
    }

    /// An order is on its way.
    pub(super) fn expect_answer(&mut self, index: usize, id: ClientOrderId) {
        let due = self.after(i64::from(self.settings.execution.answer_timeout_seconds));
        self.chase(index, id, Want::Outcome, due);
    }

    /// A cancel is on its way.
    pub(super) fn expect_cancel(&mut self, index: usize, id: ClientOrderId) {
        if self.chase_of(id).is_some_and(|c| c.want == Want::Outcome) {
            return;
        }
        let due = self.after(i64::from(self.settings.execution.answer_timeout_seconds));
        self.chase(index, id, Want::Cancel, due);
    }

    fn after(&self, seconds: i64) -> Timestamp {
        self.now.plus_micros(seconds * 1_000_000)
    }

    pub(super) fn chase_of(&self, id: ClientOrderId) -> Option<&Chase> {
        self.chases.iter().find(|c| c.id == id)
    }

    fn chase(&mut self, index: usize, id: ClientOrderId, want: Want, due: Timestamp) {
        let since = self.book.order(id).map_or(self.now, |order| order.created_at);
        let fresh = Chase {
            id,
            index,
            want,
            since,
            due,
            tries: 0,
            misses: 0,
            counted: 0,
            probe_missed: false,
        };
        match self.chases.iter_mut().find(|c| c.id == id) {
            Some(known) if known.want == want => known.due = known.due.min(due),
            Some(known) => *known = fresh,
            None => self.chases.push(fresh),
        }
        self.schedule(due);
    }

    pub(super) fn end_chase(&mut self, id: ClientOrderId) {
        self.chases.retain(|c| c.id != id);
    }

    /// The connection is (back) up: what was said meanwhile is lost, so everything open is asked
    /// after, and entries wait for the answers.
    pub(crate) fn reconcile(&mut self, outputs: &mut Vec<Output>) {
        let open: Vec<_> = self
            .book
            .orders
            .values()
            .filter_map(|o| Some((o.order.id, self.book.index_of(o.order.symbol)?, o.status)))
            .collect();
        for (id, index, status) in open {
            let unanswered = matches!(status, OrderStatus::Attempted | OrderStatus::Unknown);
            let want = if unanswered { Want::Outcome } else { Want::Reconcile };
            self.chase(index, id, want, self.now);
        }
        // A cancel may have been lost with the connection; it is asked for again where it matters.
        self.manage.iter_mut().for_each(|m| m.cancelling.clear());
        self.run_timers(outputs);
    }

    /// Asks the venue about an order, and says when to ask again.
    fn ask(&mut self, id: ClientOrderId, outputs: &mut Vec<Output>) {
        let Some(at) = self.chases.iter().position(|c| c.id == id) else { return };
        let chase = self.chases[at];
        let status = self.book.order(id).map(|order| order.status);
        if chase.want == Want::Outcome && status == Some(OrderStatus::Attempted) {
            self.record(EventKind::OrderUnknown { id }, outputs);
        }
        let horizon = i64::from(self.settings.execution.unknown_horizon_seconds);
        let age = (self.now.micros() - chase.since.micros()) / 1_000_000;
        let beyond = age >= horizon;
        let wait = match chase.want {
            Want::Outcome if !beyond => {
                let early = EARLY_SECONDS.get(chase.tries as usize + 1).copied();
                let next = early.map_or(horizon, |s| {
                    (s + i64::from(self.settings.execution.answer_timeout_seconds)).min(horizon)
                });
                (next - age).max(1)
            }
            Want::Routine => i64::from(self.settings.execution.order_check_seconds.max(1)),
            _ => {
                (SPACING_SECONDS << chase.tries.saturating_sub(6).min(3)).min(LONGEST_WAIT_SECONDS)
            }
        };
        let due = self.after(wait);
        let chase = &mut self.chases[at];
        chase.tries += 1;
        chase.due = due;
        let (want, index) = (chase.want, chase.index);
        let probe = want == Want::Outcome && beyond && !chase.probe_missed;
        self.schedule(due);
        if probe {
            self.manage[index].cancelling.retain(|c| *c != id);
            self.cancel(index, id, outputs);
        }
        self.queries += 1;
        outputs.push(Output::Request(ApprovedRequest::query(id)));
        if want == Want::Outcome && age >= i64::from(self.settings.execution.unknown_limit_seconds)
        {
            self.unknown_too_long(id, age, outputs);
        }
    }

    fn unknown_too_long(&mut self, id: ClientOrderId, age: i64, outputs: &mut Vec<Output>) {
        if self.trading.state != TradingState::Active {
            return;
        }
        let limit = Decimal::from(self.settings.execution.unknown_limit_seconds);
        let cause = StateCause::UnknownOrder { id, limit, value: Decimal::from(age) };
        self.change_state(TradingState::Reducing, cause, outputs);
        self.cancel_entries(outputs);
    }

    /// A cancel found nothing.
    pub(super) fn cancel_found_nothing(&mut self, index: usize, id: ClientOrderId) {
        let horizon = i64::from(self.settings.execution.unknown_horizon_seconds) * 1_000_000;
        let now = self.now;
        if let Some(chase) = self.chases.iter_mut().find(|c| c.id == id)
            && chase.want == Want::Outcome
        {
            chase.probe_missed |= now.micros() - chase.since.micros() >= horizon;
        } else if self.book.orders.contains_key(&id) {
            // It has ended, and the report of that is on its way or lost.
            self.chase(index, id, Want::Cancel, self.after(1));
        }
    }

    /// The venue does not find an order.
    pub(super) fn not_found(&mut self, index: usize, id: ClientOrderId, outputs: &mut Vec<Output>) {
        let horizon = i64::from(self.settings.execution.unknown_horizon_seconds) * 1_000_000;
        let now = self.now;
        let hold = i64::from(self.settings.execution.unknown_hold_seconds) * 1_000_000;
        let Some(chase) = self.chases.iter_mut().find(|c| c.id == id) else { return };
        if chase.want == Want::LastLook {
            // A doubled or late answer to an earlier question is not the last look.
            if chase.tries > 0 {
                self.end_chase(id);
            }
            return;
        }
        let beyond = now.micros() - chase.since.micros() >= horizon;
        if chase.want != Want::Outcome || !beyond || chase.counted == chase.tries {
            return;
        }
        chase.counted = chase.tries;
        chase.misses += 1;
        if chase.misses < MISSES || !chase.probe_missed {
            return;
        }
        let last_look = chase.since.plus_micros(hold);
        self.end_chase(id);
        self.record(EventKind::OrderNeverArrived { id }, outputs);
        self.chase(index, id, Want::LastLook, last_look.max(self.after(SPACING_SECONDS)));
    }

    /// The link gave up on a request about this order.
    pub(super) fn unanswered(
        &mut self,
        index: usize,
        id: ClientOrderId,
        outputs: &mut Vec<Output>,
    ) {
        match self.book.order(id).map(|order| order.status) {
            Some(OrderStatus::Attempted) => {
                self.record(EventKind::OrderUnknown { id }, outputs);
                self.chase(index, id, Want::Outcome, self.after(1));
            }
            Some(status) if !status.is_terminal() => {
                let want = self.chase_of(id).map_or(Want::Reconcile, |c| c.want);
                self.chase(index, id, want, self.after(1));
            }
            _ => {}
        }
    }

    /// The order has reached the venue, and its cancel is still owed.
    pub(super) fn outcome_is_known(&mut self, index: usize, id: ClientOrderId) {
        if self.chase_of(id).is_some_and(|c| c.want == Want::Outcome) {
            self.end_chase(id);
            self.expect_cancel(index, id);
        }
    }

    /// Fills are missing: the venue has counted more than has come.
    pub(super) fn expect_fills(&mut self, index: usize, id: ClientOrderId) {
        let want = self.chase_of(id).map(|c| c.want);
        if want != Some(Want::Fills) {
            self.chase(index, id, Want::Fills, self.after(1));
        }
    }

    /// The order is working and nothing is owed for it: the routine check begins, if there is one.
    pub(super) fn at_rest(&mut self, index: usize, id: ClientOrderId) {
        let every = self.settings.execution.order_check_seconds;
        if every == 0 {
            self.end_chase(id);
        } else if self.chase_of(id).is_none_or(|c| c.want != Want::Routine) {
            self.chase(index, id, Want::Routine, self.after(i64::from(every)));
        }
    }

    /// Orders of a symbol on whose state nothing may be built.
    #[must_use]
    pub fn unknown_orders(&self, index: usize) -> u32 {
        let symbol = self.markets[index].instrument.symbol;
        let unknown =
            self.book.live_orders(symbol).filter(|o| o.status == OrderStatus::Unknown).count();
        let chased = self.chases.iter().filter(|c| c.index == index && c.want.blocks());
        let settled_unknown = |c: &&Chase| {
            self.book.orders.get(&c.id).is_none_or(|o| o.status != OrderStatus::Unknown)
        };
        (unknown + chased.filter(settled_unknown).count()) as u32
    }

    /// Orders whose outcome is not known, all symbols.
    #[must_use]
    pub fn unknown_ids(&self) -> Vec<ClientOrderId> {
        let unknown = self.book.orders.values().filter(|o| {
            o.status == OrderStatus::Unknown
                || self.chase_of(o.order.id).is_some_and(|c| c.want.blocks())
        });
        unknown.map(|o| o.order.id).collect()
    }
}
