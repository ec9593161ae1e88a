//! Which journal records raise alerts, and which end them.
//!
//! A pure fold: the same records after the same memory give the same findings, which is why a restart
//! neither loses an alert nor raises one twice.

use super::code::Code;
use crate::convert;
use domain::{EventKind, OrderPurpose, StateCause, SwitchCause, Timestamp, TradingState};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use storage::{ControlRecord, JournalBody, JournalRecord};

/// Denials of one check in a row that are worth an alert.
const DENIALS: u32 = 50;
/// Failed logins within [`FAILURE_WINDOW`] that are worth an alert.
const FAILURES: usize = 10;
/// Microseconds.
const FAILURE_WINDOW: i64 = 5 * 60 * 1_000_000;

/// Kinds of records that matter here.
pub const KINDS: [&str; 16] = [
    "trading_state_changed",
    "strategy_switched",
    "entry_denied",
    "intent_approved",
    "day_started",
    "order_rejected",
    "order_unknown",
    "order_never_arrived",
    "external_movement",
    "position_reduced",
    "close_all_finished",
    "row_set_aside",
    "login_failed",
    "setup_refused",
    "refresh_reused",
    "alert_acknowledged",
];

/// Something that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// What kind.
    pub code: Code,
    /// What it is about beside the code; empty for codes with one cause.
    pub key: String,
    /// What has happened.
    pub text: String,
    /// The pair, or empty.
    pub symbol: String,
    /// The strategy, or empty.
    pub strategy: String,
}

impl Sign {
    /// A sign about nothing in particular.
    #[must_use]
    pub fn new(code: Code, text: impl Into<String>) -> Self {
        let none = String::new;
        Self { code, key: none(), text: text.into(), symbol: none(), strategy: none() }
    }

    /// One of several causes of the same code.
    #[must_use]
    pub fn about(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    fn of_symbol(mut self, symbol: impl ToString) -> Self {
        self.symbol = symbol.to_string();
        self
    }

    /// Its cause.
    #[must_use]
    pub fn cause(&self) -> String {
        cause(self.code, &self.key)
    }
}

/// The cause of a code and a key.
#[must_use]
pub fn cause(code: Code, key: &str) -> String {
    if key.is_empty() { code.token().to_owned() } else { format!("{}:{key}", code.token()) }
}

/// What a record means for alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A cause was seen.
    Seen(Sign),
    /// A cause has ended.
    Ended(String),
    /// A person has acknowledged an alert.
    Acknowledged(u64),
}

/// What the rules remember between records; stored with the number of the last one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    denied_by: String,
    denials: u32,
    /// Wall time of the last failed logins, microseconds.
    failures: VecDeque<i64>,
}

impl Memory {
    /// Takes the next record.
    pub fn take(&mut self, record: &JournalRecord) -> Vec<Finding> {
        match &record.body {
            JournalBody::Engine(event) => self.engine(&event.kind),
            JournalBody::Control(control) => self.control(control, record.at),
        }
    }

    fn engine(&mut self, kind: &EventKind) -> Vec<Finding> {
        let seen = |sign: Sign| vec![Finding::Seen(sign)];
        match kind {
            EventKind::TradingStateChanged { to, cause, frozen, epoch, .. } => {
                trading_state(*to, cause, *frozen, *epoch)
            }
            EventKind::StrategySwitched { strategy, symbol, enabled, cause } => {
                let key = symbol.map_or(strategy.to_string(), |s| format!("{strategy}:{s}"));
                if *enabled {
                    return vec![ended(Code::StrategyDisabled, &key)];
                }
                if *cause == SwitchCause::Operator {
                    return Vec::new();
                }
                let place = symbol.map_or(String::new(), |s| format!(" on {s}"));
                let text =
                    format!("{strategy}{place} was switched off: {}", convert::switch_cause(cause));
                let symbol = symbol.map(|s| s.to_string()).unwrap_or_default();
                seen(Sign {
                    strategy: strategy.to_string(),
                    ..Sign::new(Code::StrategyDisabled, text).about(key).of_symbol(symbol)
                })
            }
            EventKind::EntryDenied { symbol, denial } => self.denied(
                &denial.check,
                format!(
                    "{symbol} by {}: {} against a limit of {}",
                    denial.check,
                    convert::text(denial.value),
                    convert::text(denial.limit)
                ),
            ),
            EventKind::IntentApproved { purpose: OrderPurpose::Entry, .. } => {
                (self.denials, self.denied_by) = (0, String::new());
                vec![ended(Code::EntriesDenied, "")]
            }
            EventKind::DayStarted { .. } => vec![ended(Code::DailyLossLimit, "")],
            EventKind::OrderRejected { id, reason } => {
                let text = format!("order {id} was refused: {reason}");
                seen(Sign::new(Code::OrderRejected, text).about(reason.to_string()))
            }
            EventKind::OrderUnknown { id } => {
                let text = format!("no answer to order {id}; it may or may not be at the venue");
                seen(Sign::new(Code::OrderUnknown, text).about(id.to_string()))
            }
            EventKind::OrderNeverArrived { id } => {
                let text = format!("order {id} was found nowhere; nothing of it can fill");
                seen(Sign::new(Code::OrderNeverArrived, text))
            }
            EventKind::ExternalMovement { movement: m } => {
                let text = format!("{} {} ({})", convert::text(m.amount), m.asset, m.reference);
                seen(Sign::new(Code::ExternalMovement, text))
            }
            EventKind::PositionReduced { symbol, quantity, .. } => {
                let text = format!(
                    "{symbol} was cut by {}: the account holds no more",
                    convert::text(quantity.get())
                );
                let sign = Sign::new(Code::PositionReduced, text).about(symbol.to_string());
                seen(sign.of_symbol(symbol))
            }
            EventKind::CloseAllFinished { report } if report.flat => {
                vec![ended(Code::CloseAllRemainder, "")]
            }
            EventKind::CloseAllFinished { report } => {
                let left: Vec<String> = report
                    .positions
                    .iter()
                    .filter(|p| !p.remaining.get().is_zero())
                    .map(|p| {
                        format!("{} {} ({})", convert::text(p.remaining.get()), p.symbol, p.note)
                    })
                    .collect();
                let text = format!("close-all {} left {}", report.id, left.join(", "));
                seen(Sign::new(Code::CloseAllRemainder, text))
            }
            // Not among KINDS, or of no matter.
            EventKind::AccountOpened { .. }
            | EventKind::IntentApproved { .. }
            | EventKind::OrderSubmitted { .. }
            | EventKind::OrderAccepted { .. }
            | EventKind::OrderTriggered { .. }
            | EventKind::OrderFilled { .. }
            | EventKind::CancelRequested { .. }
            | EventKind::OrderCancelled { .. }
            | EventKind::OrderExpired { .. }
            | EventKind::IntentFinished { .. }
            | EventKind::ProtectionSet { .. }
            | EventKind::TradeClosed { .. }
            | EventKind::PositionClosed { .. }
            | EventKind::CloseAllStarted { .. } => Vec::new(),
        }
    }

    fn denied(&mut self, check: &str, text: String) -> Vec<Finding> {
        if check == Code::DailyLossLimit.token() {
            return vec![Finding::Seen(Sign::new(Code::DailyLossLimit, text))];
        }
        if self.denied_by != check {
            (self.denied_by, self.denials) = (check.to_owned(), 0);
        }
        self.denials = self.denials.saturating_add(1);
        // Every fiftieth, so that a long run costs few repeats.
        if !self.denials.is_multiple_of(DENIALS) {
            return Vec::new();
        }
        let text = format!("{} entries in a row; the last one: {text}", self.denials);
        vec![Finding::Seen(Sign::new(Code::EntriesDenied, text))]
    }

    fn control(&mut self, record: &ControlRecord, at: Timestamp) -> Vec<Finding> {
        match record.kind.as_str() {
            "row_set_aside" => {
                let row = &record.detail["row"];
                let text = format!("row {row} crashed the engine three times and is left out");
                vec![Finding::Seen(Sign::new(Code::RowSetAside, text).about(row.to_string()))]
            }
            "login_failed" | "setup_refused" => self.failed_login(at),
            "refresh_reused" => {
                let text = format!("a rotated refresh token of {} came again", record.principal);
                let sign = Sign::new(Code::RefreshReused, text).about(record.principal.clone());
                vec![Finding::Seen(sign)]
            }
            "alert_acknowledged" => {
                record.detail["id"].as_u64().map(Finding::Acknowledged).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn failed_login(&mut self, at: Timestamp) -> Vec<Finding> {
        self.failures.push_back(at.micros());
        self.failures.retain(|earlier| at.micros() - earlier <= FAILURE_WINDOW);
        if self.failures.len() > FAILURES {
            self.failures.pop_front();
        }
        if self.failures.len() < FAILURES {
            return Vec::new();
        }
        let text = format!("{FAILURES} or more logins failed within five minutes");
        vec![Finding::Seen(Sign::new(Code::LoginFailures, text))]
    }
}

fn ended(code: Code, key: &str) -> Finding {
    Finding::Ended(cause(code, key))
}

/// Codes of the trading state; all of them end when trading is active again.
const STATES: [Code; 8] = [
    Code::TradingStopped,
    Code::ProtectionSuspended,
    Code::HaltedAtStart,
    Code::DrawdownLimit,
    Code::RepeatedRejections,
    Code::OrderOutcomeUnknown,
    Code::LateOrder,
    Code::PriceMissing,
];

fn trading_state(to: TradingState, cause: &StateCause, frozen: bool, epoch: u64) -> Vec<Finding> {
    if to == TradingState::Active {
        return STATES.into_iter().map(|code| ended(code, "")).collect();
    }
    let code = match cause {
        StateCause::Operator(_) => Code::TradingStopped,
        StateCause::Start => Code::HaltedAtStart,
        StateCause::Drawdown { .. } => Code::DrawdownLimit,
        StateCause::UnknownOrder { .. } => Code::OrderOutcomeUnknown,
        StateCause::LateOrder { .. } => Code::LateOrder,
        StateCause::RepeatedRejections { .. } => Code::RepeatedRejections,
        StateCause::StaleData { .. } => Code::PriceMissing,
    };
    let words = convert::cause(Some(cause));
    let mut found = vec![Finding::Seen(Sign::new(code, format!("{words} (epoch {epoch})")))];
    found.push(if frozen {
        let text = format!("nothing sells by itself until resume: {words} (epoch {epoch})");
        Finding::Seen(Sign::new(Code::ProtectionSuspended, text))
    } else {
        ended(Code::ProtectionSuspended, "")
    });
    found
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
