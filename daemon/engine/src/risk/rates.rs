//! How much has left lately: orders and messages in the last minute, refused orders in a window.
//!
//! Counted from events in engine time, exits and cancels too; what is denied because of it is the
//! checks' business.

use domain::{ClientOrderId, EngineEvent, EventKind, Timestamp, TradingState};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Seconds of the rolling window.
pub const WINDOW_SECONDS: i64 = 60;
/// Refused orders that are remembered; the limit is at most this.
pub const MOST_REJECTIONS: usize = 1_000;

const BUCKETS: i64 = WINDOW_SECONDS + 1;

/// Counts by the second over a rolling minute. The second that is partly out still counts, so the
/// window is never shorter than 60 s.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    counts: Vec<u32>,
    /// The newest second that was counted.
    second: i64,
}

impl Default for Rate {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS as usize], second: i64::MIN / 2 }
    }
}

impl Rate {
    /// Counts one; time never goes back.
    pub fn count(&mut self, now: Timestamp) {
        let second = seconds(now).max(self.second);
        for passed in (self.second + 1).max(second - BUCKETS + 1)..=second {
            self.counts[place(passed)] = 0;
        }
        self.second = second;
        let bucket = &mut self.counts[place(second)];
        *bucket = bucket.saturating_add(1);
    }

    /// How many there were in the minute before `now`.
    #[must_use]
    pub fn in_window(&self, now: Timestamp) -> u32 {
        // Seconds of the window that have passed since the newest count.
        let passed = (seconds(now).max(self.second) - self.second).min(BUCKETS);
        if passed == 0 {
            return self.counts.iter().copied().fold(0, u32::saturating_add);
        }
        (self.second - (BUCKETS - passed) + 1..=self.second)
            .map(|second| self.counts[place(second)])
            .fold(0, u32::saturating_add)
    }
}

fn seconds(at: Timestamp) -> i64 {
    at.micros().div_euclid(1_000_000)
}

fn place(second: i64) -> usize {
    second.rem_euclid(BUCKETS) as usize
}

/// Refused orders, newest last.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rejections {
    at: VecDeque<Timestamp>,
    /// Intent and attempt of the newest one: the legs of a pair are refused together and count once.
    newest: Option<(u64, u32)>,
}

impl Rejections {
    fn count(&mut self, id: ClientOrderId, now: Timestamp) {
        let attempt = id.decode();
        if attempt.is_some() && attempt == self.newest {
            return;
        }
        self.newest = attempt;
        if self.at.len() == MOST_REJECTIONS {
            self.at.pop_front();
        }
        self.at.push_back(now);
    }

    /// How many there were in the `window_seconds` before `now`.
    #[must_use]
    pub fn in_window(&self, now: Timestamp, window_seconds: u32) -> u32 {
        let from = now.plus_micros(-i64::from(window_seconds) * 1_000_000);
        self.at.iter().rev().take_while(|at| **at > from).count() as u32
    }
}

/// What has left, and what came back refused.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Traffic {
    /// Orders of all purposes; each leg of a pair is one.
    pub orders: Rate,
    /// Requests to the venue: orders, pairs (once) and cancels.
    pub messages: Rate,
    /// Orders that were refused since the last resume.
    pub rejections: Rejections,
    /// True from a rejection until somebody has looked at it.
    pub refused_now: bool,
}

impl Traffic {
    /// Learns from an event.
    pub fn observe(&mut self, event: &EngineEvent) {
        match &event.kind {
            EventKind::OrderSubmitted { order, linked, .. } => {
                self.orders.count(event.at);
                if linked.is_none_or(|other| order.id < other) {
                    self.messages.count(event.at);
                }
            }
            EventKind::CancelRequested { .. } => self.messages.count(event.at),
            // Our own fence says this when a stop was quicker than an order; the venue never saw it.
            EventKind::OrderRejected { reason, .. } if reason.as_str() == "trading_state" => {}
            EventKind::OrderRejected { id, .. } => {
                self.rejections.count(*id, event.at);
                self.refused_now = true;
            }
            EventKind::TradingStateChanged { to: TradingState::Active, .. } => {
                self.rejections = Rejections::default();
                self.refused_now = false;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        Decimal, Name, NewOrder, OrderKind, OrderPurpose, OrderSide, OrderSize, Quantity,
        StateCause, Symbol,
    };

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    fn event(ms: i64, kind: EventKind) -> EngineEvent {
        EngineEvent { sequence: 1, at: at(ms), kind }
    }

    fn id(intent: u64, attempt: u32, leg: char) -> ClientOrderId {
        ClientOrderId::new("00000000", intent, attempt, leg)
    }

    fn submitted(id: ClientOrderId, linked: Option<ClientOrderId>) -> EventKind {
        let order = NewOrder {
            id,
            symbol: Symbol::parse("BTCUSDT").expect("symbol"),
            side: OrderSide::Sell,
            kind: OrderKind::Market,
            size: OrderSize::Base(Quantity::new(Decimal::ONE).expect("quantity")),
            purpose: OrderPurpose::CloseAll,
        };
        EventKind::OrderSubmitted { intent: 1, order, linked, reference_price: None }
    }

    #[test]
    fn the_window_rolls_and_is_never_shorter_than_a_minute() {
        let mut rate = Rate::default();
        assert_eq!(rate.in_window(at(0)), 0);
        for (ms, now, expected) in [
            (0, 0, 1),
            (100, 100, 2),
            (1_000, 60_000, 3),
            (61_500, 61_500, 2),
            (61_500, 62_000, 2),
            (1_000_000, 1_000_000, 1),
            // Time that goes back counts as now.
            (900_000, 1_000_000, 2),
        ] {
            rate.count(at(ms));
            assert_eq!(rate.in_window(at(now)), expected, "{ms} {now}");
        }
        assert_eq!(rate.in_window(at(1_060_999)), 2);
        assert_eq!(rate.in_window(at(1_061_000)), 0);
        assert_eq!(rate.counts.len(), 61, "bounded");
    }

    #[test]
    fn a_pair_is_two_orders_and_one_message_and_a_cancel_is_a_message() {
        let mut traffic = Traffic::default();
        let (stop, target) = (id(1, 0, 's'), id(1, 0, 't'));
        for kind in [
            submitted(stop, Some(target)),
            submitted(target, Some(stop)),
            submitted(id(2, 0, 'x'), None),
            EventKind::CancelRequested { id: stop },
        ] {
            traffic.observe(&event(5, kind));
        }
        assert_eq!(traffic.orders.in_window(at(5)), 3);
        assert_eq!(traffic.messages.in_window(at(5)), 3);
    }

    #[test]
    fn refusals_count_once_per_attempt_until_a_resume() {
        let mut traffic = Traffic::default();
        let refused = |id: ClientOrderId, reason: &str| EventKind::OrderRejected {
            id,
            reason: Name::from(reason).expect("name"),
        };
        for (ms, id, reason, expected) in [
            (1_000, id(1, 0, 's'), "min_notional", 1),
            (1_000, id(1, 0, 't'), "min_notional", 1),
            (2_000, id(1, 1, 'x'), "min_notional", 2),
            (2_500, id(2, 0, 'e'), "trading_state", 2),
            (9_000, id(3, 0, 'e'), "above_intent", 3),
            // The first one is out of the ten seconds now.
            (11_000, id(4, 0, 'e'), "lot_size", 3),
        ] {
            traffic.observe(&event(ms, refused(id, reason)));
            assert_eq!(traffic.rejections.in_window(at(ms), 10), expected, "{ms} {reason}");
        }
        for attempt in 0..3_000 {
            traffic.observe(&event(12_000, refused(id(9, attempt, 'x'), "lot_size")));
        }
        assert_eq!(traffic.rejections.in_window(at(12_000), 86_400), MOST_REJECTIONS as u32);
        let resumed = EventKind::TradingStateChanged {
            from: TradingState::Reducing,
            to: TradingState::Active,
            epoch: 1,
            cause: StateCause::Operator("checked".to_owned()),
            frozen: false,
        };
        traffic.observe(&event(12_000, resumed));
        assert_eq!(traffic.rejections.in_window(at(12_000), 86_400), 0);
        assert!(!traffic.refused_now);
    }
}
