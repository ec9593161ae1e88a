//! What each kind of record means to an auditor: one table.

use domain::EventKind;
use tradingd_proto::v1::{AuditSeverity as Severity, AuditType as Type};

/// What a kind of record means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// What it is about.
    pub r#type: Type,
    /// How much it matters.
    pub severity: Severity,
    /// trading, control, access, system or other.
    pub category: &'static str,
}

const fn meaning(r#type: Type, severity: Severity, category: &'static str) -> Meaning {
    Meaning { r#type, severity, category }
}

const fn trading(r#type: Type, severity: Severity) -> Meaning {
    meaning(r#type, severity, "trading")
}

const fn control(r#type: Type, severity: Severity) -> Meaning {
    meaning(r#type, severity, "control")
}

const fn access(r#type: Type, severity: Severity) -> Meaning {
    meaning(r#type, severity, "access")
}

const fn system(r#type: Type, severity: Severity) -> Meaning {
    meaning(r#type, severity, "system")
}

/// Of kinds that this build does not know, such as those of a newer one.
pub const UNKNOWN: Meaning = meaning(Type::Other, Severity::Info, "other");

/// What an engine event means. A new kind of event does not compile without its meaning.
#[must_use]
pub const fn of_event(kind: &EventKind) -> Meaning {
    use EventKind as E;
    use Severity::{Critical, Info, Warning};
    match kind {
        E::AccountOpened { .. } | E::ExternalMovement { .. } => trading(Type::Money, Info),
        E::DayStarted { .. } => system(Type::Other, Info),
        E::TradingStateChanged { .. } => control(Type::TradingState, Warning),
        E::StrategySwitched { .. } => control(Type::Strategy, Info),
        E::EntryDenied { .. } | E::IntentApproved { .. } | E::IntentFinished { .. } => {
            trading(Type::Decision, Info)
        }
        E::OrderSubmitted { .. }
        | E::OrderAccepted { .. }
        | E::OrderTriggered { .. }
        | E::OrderExpired { .. } => trading(Type::Order, Info),
        E::OrderUnknown { .. } | E::OrderNeverArrived { .. } | E::OrderRejected { .. } => {
            trading(Type::Order, Warning)
        }
        E::OrderFilled { .. } => trading(Type::Fill, Info),
        E::CancelRequested { .. } | E::OrderCancelled { .. } => trading(Type::Cancel, Info),
        E::PositionReduced { .. } => trading(Type::Position, Warning),
        E::TradeClosed { .. } | E::PositionClosed { .. } => trading(Type::Position, Info),
        E::ProtectionSet { .. } => trading(Type::Protection, Info),
        E::CloseAllStarted { .. } | E::CloseAllFinished { .. } => control(Type::CloseAll, Critical),
    }
}

/// Names of the engine's events with their meaning, as [`of_event`] gives it; for what is stored
/// as text. A test compares the two.
const EVENTS: &[(&str, Meaning)] = {
    use Severity::{Critical, Info, Warning};
    &[
        ("account_opened", trading(Type::Money, Info)),
        ("external_movement", trading(Type::Money, Info)),
        ("day_started", system(Type::Other, Info)),
        ("trading_state_changed", control(Type::TradingState, Warning)),
        ("strategy_switched", control(Type::Strategy, Info)),
        ("entry_denied", trading(Type::Decision, Info)),
        ("intent_approved", trading(Type::Decision, Info)),
        ("intent_finished", trading(Type::Decision, Info)),
        ("order_submitted", trading(Type::Order, Info)),
        ("order_accepted", trading(Type::Order, Info)),
        ("order_triggered", trading(Type::Order, Info)),
        ("order_expired", trading(Type::Order, Info)),
        ("order_unknown", trading(Type::Order, Warning)),
        ("order_never_arrived", trading(Type::Order, Warning)),
        ("order_rejected", trading(Type::Order, Warning)),
        ("order_filled", trading(Type::Fill, Info)),
        ("cancel_requested", trading(Type::Cancel, Info)),
        ("order_cancelled", trading(Type::Cancel, Info)),
        ("position_reduced", trading(Type::Position, Warning)),
        ("trade_closed", trading(Type::Position, Info)),
        ("position_closed", trading(Type::Position, Info)),
        // An operator's record of the same name means the same.
        ("protection_set", trading(Type::Protection, Info)),
        ("close_all_started", control(Type::CloseAll, Critical)),
        ("close_all_finished", control(Type::CloseAll, Critical)),
    ]
};

/// The kinds of control records.
const CONTROLS: &[(&str, Meaning)] = {
    use Severity::{Critical, Info, Warning};
    &[
        ("daemon_started", system(Type::Start, Info)),
        ("daemon_stopped", system(Type::Stop, Info)),
        ("source_ended", system(Type::Stop, Info)),
        ("row_set_aside", system(Type::Fault, Critical)),
        ("halted_by_crashes", system(Type::Fault, Critical)),
        ("halted_by_file", control(Type::EmergencyStop, Critical)),
        ("stop", control(Type::EmergencyStop, Critical)),
        ("close_all", control(Type::CloseAll, Critical)),
        ("resume", control(Type::Resume, Warning)),
        ("strategy_toggled", control(Type::Strategy, Info)),
        ("position_close", control(Type::Position, Warning)),
        ("order_cancel", control(Type::Cancel, Info)),
        ("movement_requested", control(Type::Money, Warning)),
        ("settings_changed", control(Type::Settings, Warning)),
        ("settings_changed_at_start", control(Type::Settings, Info)),
        ("setup_done", access(Type::User, Warning)),
        ("login", access(Type::Login, Info)),
        ("login_failed", access(Type::LoginFailed, Warning)),
        ("setup_refused", access(Type::LoginFailed, Warning)),
        ("logout", access(Type::Session, Info)),
        ("refresh_reused", access(Type::Session, Warning)),
    ]
};

/// What kinds that begin so mean, for families whose members are many.
const FAMILIES: &[(&str, Meaning)] = {
    use Severity::{Info, Warning};
    &[
        ("settings_", control(Type::Settings, Warning)),
        ("user_", access(Type::User, Warning)),
        ("keys_", access(Type::User, Warning)),
        ("refusals_", access(Type::LoginFailed, Warning)),
        ("password_", access(Type::User, Warning)),
        ("role_", access(Type::User, Warning)),
        ("totp_", access(Type::User, Warning)),
        ("step_up_failed", access(Type::LoginFailed, Warning)),
        ("step_up", access(Type::Login, Info)),
        ("token_", access(Type::Token, Warning)),
        ("api_token_", access(Type::Token, Warning)),
        ("key_", access(Type::Token, Warning)),
        ("session_", access(Type::Session, Info)),
        ("sessions_", access(Type::Session, Info)),
        ("audit_", system(Type::Audit, Warning)),
        ("alert_", system(Type::Alert, Info)),
        ("alerts_", system(Type::Alert, Info)),
        ("notifier_", system(Type::Alert, Info)),
    ]
};

/// What a stored kind means.
#[must_use]
pub fn of_kind(kind: &str) -> Meaning {
    let known = EVENTS.iter().chain(CONTROLS).find(|(name, _)| *name == kind);
    let known = known.or_else(|| FAMILIES.iter().find(|(start, _)| kind.starts_with(start)));
    known.map_or(UNKNOWN, |(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Kinds that are written as text in the daemon's sources: `record("…"`, `control("…"` and the
    /// match arms of the commands' records.
    fn literals() -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("sources").map(|e| e.expect("entry")) {
                let path = entry.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if path.is_dir() {
                    folders.push(path);
                } else if name.ends_with(".rs") && !name.contains("test") {
                    let text = std::fs::read_to_string(&path).expect("readable");
                    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
                    collect(text, &mut found);
                }
            }
        }
        found
    }

    fn collect(text: &str, found: &mut BTreeSet<String>) {
        let flat: String = text.split_whitespace().collect();
        for start in ["record(\"", "control(\"", "record(now,\"", "record(at,\"", "note(now,\""] {
            for part in flat.split(start).skip(1) {
                found.insert(part.split('"').next().unwrap_or_default().to_owned());
            }
        }
        // `(kind, detail)` pairs: a kind followed by its JSON.
        let parts: Vec<&str> = flat.split("\",serde_json::json!(").collect();
        for part in &parts[..parts.len() - 1] {
            let kind = part.rsplit('"').next().unwrap_or_default();
            found.insert(kind.to_owned());
        }
    }

    #[test]
    fn every_kind_that_the_daemon_writes_has_a_meaning() {
        let kinds = literals();
        for known in ["stop", "close_all", "daemon_started", "login", "strategy_toggled"] {
            assert!(kinds.contains(known), "the search finds {known}: {kinds:?}");
        }
        let unknown: Vec<_> = kinds.iter().filter(|kind| of_kind(kind) == UNKNOWN).collect();
        assert!(unknown.is_empty(), "no meaning in audit/kinds.rs for {unknown:?}");
    }

    #[test]
    fn every_engine_event_has_its_name_in_the_table() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/src/event.rs");
        let text = std::fs::read_to_string(file).expect("readable");
        let names =
            text.lines().filter_map(|line| line.split_once("{ .. } => \"")?.1.split('"').next());
        let names: BTreeSet<&str> = names.collect();
        let table: BTreeSet<&str> = EVENTS.iter().map(|row| row.0).collect();
        assert_eq!(names, table);
    }

    #[test]
    fn names_are_in_the_table_once() {
        let mut seen = BTreeSet::new();
        for (name, _) in EVENTS.iter().chain(CONTROLS) {
            assert!(seen.insert(name), "{name}");
        }
        assert_eq!(of_kind("brand_new"), UNKNOWN);
        assert_eq!(of_kind("user_disabled").r#type, Type::User);
    }

    #[test]
    fn stored_names_mean_what_their_events_mean() {
        use domain::{ClientOrderId, ExitReason, UtcDay};
        let id = ClientOrderId::new("testtest", 1, 0, 'e');
        let symbol = domain::Symbol::parse("BTCUSDT").expect("a pair");
        let zero = domain::Decimal::ZERO;
        for event in [
            EventKind::AccountOpened { balances: Vec::new() },
            EventKind::DayStarted { day: UtcDay(1), equity: zero },
            EventKind::OrderAccepted { id },
            EventKind::OrderUnknown { id },
            EventKind::OrderNeverArrived { id },
            EventKind::OrderTriggered { id },
            EventKind::CancelRequested { id },
            EventKind::OrderCancelled { id, executed: None },
            EventKind::PositionClosed { symbol, reason: ExitReason::StopLoss },
            EventKind::CloseAllStarted { id: 1, reason: String::new() },
        ] {
            assert_eq!(of_kind(event.name()), of_event(&event), "{}", event.name());
        }
    }
}
