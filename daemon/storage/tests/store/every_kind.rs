//! A store with a record of every kind that there is.

use crate::fixture::*;
use domain::{
    Asset, CloseAllReport, ClosedRemainder, EntryDenial, EventKind, ExecutionStyle, ExitReason,
    ExternalMovement, MovementKind, OrderPurpose, Quantity, ReductionCause, StateCause, StopKind,
    SwitchCause, TradingState, UtcDay,
};
use storage::{Batch, ControlRecord, Store};
use tempfile::TempDir;

/// Control records as the daemon writes them, and one of a kind of its own.
const CONTROLS: [&str; 22] = [
    "daemon_started",
    "daemon_stopped",
    "source_ended",
    "settings_changed_at_start",
    "row_set_aside",
    "halted_by_file",
    "halted_by_crashes",
    "setup_done",
    "login",
    "login_failed",
    "logout",
    "refresh_reused",
    "user_created",
    "token_created",
    "settings_changed",
    "stop",
    "close_all",
    "resume",
    "strategy_toggled",
    "protection_set",
    "order_cancel",
    "something_new",
];

fn asset() -> Asset {
    Asset::parse("USDT").expect("Invariant: test assets are valid")
}

/// One of each kind but those of an order that fills, which come from [`filled_order`].
fn kinds() -> Vec<EventKind> {
    let id = order_id(1);
    vec![
        EventKind::AccountOpened { balances: vec![(asset(), dec("10000"))] },
        EventKind::DayStarted { day: UtcDay(20_000), equity: dec("10000") },
        EventKind::TradingStateChanged {
            from: TradingState::Active,
            to: TradingState::Halted,
            epoch: 1,
            cause: StateCause::Operator("lunch".to_owned()),
            frozen: false,
        },
        EventKind::StrategySwitched {
            strategy: name("rsi"),
            symbol: None,
            enabled: false,
            cause: SwitchCause::Operator,
        },
        EventKind::EntryDenied {
            symbol: btc(),
            denial: EntryDenial { check: name("exposure"), limit: dec("1"), value: dec("2") },
        },
        EventKind::OrderUnknown { id },
        EventKind::OrderNeverArrived { id },
        EventKind::OrderRejected { id, reason: name("filter") },
        EventKind::OrderTriggered { id },
        EventKind::ExternalMovement {
            movement: ExternalMovement {
                kind: MovementKind::Deposit,
                asset: asset(),
                amount: dec("5"),
                counter: None,
                reference: "ref".to_owned(),
                note: String::new(),
            },
        },
        EventKind::PositionReduced {
            symbol: btc(),
            quantity: quantity("0.1"),
            price: price(100),
            cause: ReductionCause::External,
        },
        EventKind::CancelRequested { id },
        EventKind::OrderCancelled { id, executed: None },
        EventKind::OrderExpired { id, reason: name("ioc"), executed: None },
        EventKind::IntentFinished {
            result: execution(1, btc(), (OrderPurpose::Entry, ExecutionStyle::Market), Some("1.5")),
        },
        EventKind::ProtectionSet {
            symbol: btc(),
            stop: Some(price(90)),
            target: None,
            at_venue: true,
            first_target: None,
            stop_kind: StopKind::Trailing,
        },
        EventKind::TradeClosed { trade: trade(1, btc(), &["rsi"]) },
        EventKind::PositionClosed { symbol: btc(), reason: ExitReason::StopLoss },
        EventKind::CloseAllStarted { id: 1, reason: "all".to_owned() },
        EventKind::CloseAllFinished {
            report: CloseAllReport {
                id: 1,
                flat: true,
                positions: vec![ClosedRemainder {
                    symbol: btc(),
                    held: quantity("0.5"),
                    sold: quantity("0.5"),
                    average_price: Some(price(100)),
                    profit: dec("1"),
                    remaining: Quantity::ZERO,
                    note: name(""),
                }],
            },
        },
    ]
}

/// Kinds of engine events there are.
pub const ENGINE_KINDS: usize = 24;
/// Kinds of control records in the store; one of them shares its name with an engine event.
pub const CONTROL_KINDS: usize = CONTROLS.len();

/// A control record with everything filled in.
pub fn control(kind: &str, n: i64) -> ControlRecord {
    let detail = serde_json::json!({ "reason": "why not", "n": n });
    ControlRecord {
        principal: "alice".to_owned(),
        role: "admin".to_owned(),
        source: "127.0.0.1".to_owned(),
        request_id: format!("r{n}"),
        ..ControlRecord::system(minute(n), kind, detail)
    }
}

/// Fills it: engine events and control records take turns, over many commits.
pub async fn fill_store(dir: &TempDir) -> Store {
    let store = open(dir).await;
    store.commit(filled_batch(1, 1, 1)).await.expect("commits");
    let mut controls = CONTROLS.iter().zip(1..).map(|(kind, n)| control(kind, n));
    for kind in kinds() {
        let next = store.last_engine_sequence() + 1;
        let wall_at = minute(i64::try_from(next).expect("small"));
        let events = vec![event(next, kind)];
        let controls = controls.next().into_iter().collect();
        store
            .commit(Batch { wall_at, events, controls, ..Batch::default() })
            .await
            .expect("commits");
    }
    let controls = controls.collect();
    store.commit(Batch { controls, ..Batch::default() }).await.expect("commits");
    store
}
