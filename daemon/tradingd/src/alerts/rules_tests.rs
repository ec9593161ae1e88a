//! Tests of the fold from journal records to findings.

use super::*;
use domain::{
    CloseAllReport, ClosedRemainder, Decimal, EngineEvent, EntryDenial, ExecutionStyle, Name,
    OrderSide, OrderSize, Price, Quantity, Symbol, UtcDay,
};
use std::collections::BTreeSet;

fn btc() -> Symbol {
    Symbol::parse("BTCUSDT").expect("a pair")
}

fn engine(kind: EventKind) -> JournalRecord {
    let event = EngineEvent { sequence: 1, at: Timestamp::ZERO, kind };
    JournalRecord { sequence: 1, at: Timestamp::ZERO, body: JournalBody::Engine(event) }
}

fn control(kind: &str, at: i64, detail: serde_json::Value) -> JournalRecord {
    let at = Timestamp::from_micros(at);
    let body = JournalBody::Control(ControlRecord::system(at, kind, detail));
    JournalRecord { sequence: 1, at, body }
}

fn state(to: TradingState, cause: StateCause, frozen: bool) -> JournalRecord {
    let from = TradingState::Active;
    engine(EventKind::TradingStateChanged { from, to, epoch: 2, cause, frozen })
}

fn denied(check: &str) -> JournalRecord {
    let denial = EntryDenial {
        check: Name::from(check).expect("a short name"),
        limit: Decimal::ONE,
        value: Decimal::TWO,
    };
    engine(EventKind::EntryDenied { symbol: btc(), denial })
}

fn approved() -> JournalRecord {
    engine(EventKind::IntentApproved {
        intent: 1,
        symbol: btc(),
        side: OrderSide::Buy,
        purpose: OrderPurpose::Entry,
        style: ExecutionStyle::Market,
        size: OrderSize::QuoteBudget(Decimal::ONE),
        reference_price: Price::new(Decimal::ONE).expect("above 0"),
        owners: Vec::new(),
        decision: None,
    })
}

fn causes(found: &[Finding]) -> Vec<String> {
    found
        .iter()
        .map(|finding| match finding {
            Finding::Seen(sign) => format!("+{}", sign.cause()),
            Finding::Ended(cause) => format!("-{cause}"),
            Finding::Acknowledged(id) => format!("={id}"),
        })
        .collect()
}

#[test]
fn each_cause_of_the_trading_state_has_its_code_and_resume_ends_them_all() {
    let id = domain::ClientOrderId::new("testtest", 1, 0, 'e');
    let one = Decimal::ONE;
    for (cause, code) in [
        (StateCause::Operator("x".to_owned()), "trading_stopped"),
        (StateCause::Start, "halted_at_start"),
        (StateCause::Drawdown { limit: one, value: one }, "drawdown_limit"),
        (StateCause::UnknownOrder { id, limit: one, value: one }, "order_outcome_unknown"),
        (StateCause::LateOrder { id }, "late_order"),
        (StateCause::RepeatedRejections { limit: 1, value: 2 }, "repeated_rejections"),
        (StateCause::StaleData { symbol: btc(), limit: 1, value: 2 }, "price_missing"),
    ] {
        let mut memory = Memory::default();
        let found = causes(&memory.take(&state(TradingState::Reducing, cause.clone(), false)));
        assert_eq!(found, [format!("+{code}"), "-protection_suspended".to_owned()]);
        let resumed = memory.take(&state(TradingState::Active, cause, false));
        assert!(causes(&resumed).contains(&format!("-{code}")), "{code}");
    }
    let frozen = state(TradingState::Halted, StateCause::Operator(String::new()), true);
    let found = causes(&Memory::default().take(&frozen));
    assert_eq!(found, ["+trading_stopped", "+protection_suspended"]);
}

#[test]
fn only_many_denials_in_a_row_by_one_check_are_told() {
    let mut memory = Memory::default();
    let mut told = Vec::new();
    for n in 1..=120 {
        if !memory.take(&denied("max_correlation")).is_empty() {
            told.push(n);
        }
    }
    assert_eq!(told, [50, 100]);
    assert_eq!(causes(&memory.take(&approved())), ["-entries_denied"]);
    for n in 0..49 {
        assert!(memory.take(&denied("max_correlation")).is_empty(), "{n}");
    }
    assert!(memory.take(&denied("free_quote")).is_empty(), "another check begins anew");
    assert_eq!(causes(&memory.take(&denied("daily_loss_limit"))), ["+daily_loss_limit"]);
    let day = engine(EventKind::DayStarted { day: UtcDay(1), equity: Decimal::ONE });
    assert_eq!(causes(&memory.take(&day)), ["-daily_loss_limit"]);
}

#[test]
fn ten_failed_logins_within_five_minutes_are_told() {
    let second = 1_000_000;
    let failed = |at: i64| control("login_failed", at * second, serde_json::json!({}));
    let mut memory = Memory::default();
    for n in 0..9 {
        assert!(memory.take(&failed(n)).is_empty());
    }
    assert_eq!(causes(&memory.take(&failed(9))), ["+login_failures"]);
    let mut slow = Memory::default();
    for n in 0..40 {
        assert!(slow.take(&failed(n * 34)).is_empty(), "{n}");
    }
}

#[test]
fn memory_survives_its_text() {
    let mut memory = Memory::default();
    for _ in 0..49 {
        memory.take(&denied("max_correlation"));
    }
    let text = serde_json::to_string(&memory).expect("JSON");
    let mut again: Memory = serde_json::from_str(&text).expect("itself");
    assert_eq!(causes(&again.take(&denied("max_correlation"))), ["+entries_denied"]);
}

#[test]
fn a_close_all_with_a_remainder_is_told_and_a_flat_one_ends_it() {
    let remainder = |left: i64| {
        let quantity = |n: i64| Quantity::new(Decimal::from(n)).expect("a quantity");
        let position = ClosedRemainder {
            symbol: btc(),
            held: quantity(2),
            sold: quantity(2 - left),
            average_price: None,
            profit: Decimal::ZERO,
            remaining: quantity(left),
            note: Name::from("no_liquidity").expect("short"),
        };
        let report = CloseAllReport { id: 4, flat: left == 0, positions: vec![position] };
        engine(EventKind::CloseAllFinished { report })
    };
    let mut memory = Memory::default();
    let found = memory.take(&remainder(1));
    let Some(Finding::Seen(sign)) = found.first() else { panic!("{found:?}") };
    assert_eq!(sign.text, "close-all 4 left 1 BTCUSDT (no_liquidity)");
    assert_eq!(causes(&memory.take(&remainder(0))), ["-close_all_remainder"]);
}

#[test]
fn records_of_the_control_plane_name_what_they_are_about() {
    let mut memory = Memory::default();
    for (kind, detail, wanted) in [
        ("row_set_aside", serde_json::json!({"row": 17}), "+row_set_aside:17"),
        ("refresh_reused", serde_json::json!({"session": "x"}), "+refresh_reused:system"),
        ("alert_acknowledged", serde_json::json!({"id": 5}), "=5"),
    ] {
        assert_eq!(causes(&memory.take(&control(kind, 1, detail))), [wanted], "{kind}");
    }
    assert!(memory.take(&control("login", 1, serde_json::json!({}))).is_empty());
}

#[test]
fn every_kind_that_is_read_is_written_by_somebody() {
    // Names of engine events are the engine's own; the rest are control records.
    let controls = ["row_set_aside", "login_failed", "setup_refused", "refresh_reused"];
    let events = [
        state(TradingState::Active, StateCause::Start, false),
        denied("x"),
        approved(),
        engine(EventKind::DayStarted { day: UtcDay(1), equity: Decimal::ONE }),
    ];
    for record in events {
        let JournalBody::Engine(event) = record.body else { panic!("an engine event") };
        assert!(KINDS.contains(&event.kind.name()), "{}", event.kind.name());
    }
    assert!(controls.iter().all(|kind| KINDS.contains(kind)));
    assert_eq!(KINDS.iter().collect::<BTreeSet<_>>().len(), KINDS.len());
}

#[test]
fn an_order_without_an_answer_is_told_by_its_id() {
    let mut memory = Memory::default();
    for n in [1, 2] {
        let id = domain::ClientOrderId::new("testtest", n, 0, 'e');
        let found = causes(&memory.take(&engine(EventKind::OrderUnknown { id })));
        assert_eq!(found, [format!("+order_unknown:{id}")], "one alert for each order");
    }
}
