//! Tests of how the self-test judges.

use super::*;

fn plan(after: &str, exposure: &str, sides: &[OrderSide]) -> Plan {
    let order = |side: &OrderSide| PlannedOrder { side: (*side).into(), ..Default::default() };
    Plan {
        plan_id: "a1".to_owned(),
        changes: vec![PlannedChange {
            what: "trading".to_owned(),
            before: "active".to_owned(),
            after: after.to_owned(),
        }],
        orders: sides.iter().map(order).collect(),
        exposure_before: exposure.to_owned(),
        exposure_after: "0".to_owned(),
        ..Plan::default()
    }
}

#[test]
fn plans_that_do_not_do_their_work_fail() {
    assert!(halting(&plan("halted", "0", &[])).is_ok());
    assert!(halting(&plan("reducing", "0", &[])).is_err());
    assert!(halting(&Plan { plan_id: String::new(), ..plan("halted", "0", &[]) }).is_err());
    for (exposure, sides, fine) in [
        ("0", &[][..], true),
        ("120.5", &[OrderSide::Sell], true),
        ("120.5", &[], false),
        ("120.5", &[OrderSide::Sell, OrderSide::Buy], false),
    ] {
        let found = closing(&plan("halted", exposure, sides));
        assert_eq!(found.is_ok(), fine, "{exposure} {sides:?}: {found:?}");
    }
}

#[test]
fn an_audit_must_be_clean_and_whole() {
    let state = |sequence| GetAuditStateResponse { sequence, ..Default::default() };
    let verdict =
        |found, last_sequence| VerifyChainResponse { found, last_sequence, ..Default::default() };
    assert!(proven(&verdict(0, 9), &state(9)).is_ok());
    assert!(proven(&verdict(0, 12), &state(9)).is_ok(), "it has grown since");
    assert!(proven(&verdict(1, 9), &state(9)).is_err());
    assert!(proven(&verdict(0, 8), &state(9)).is_err());
}

#[test]
fn whatever_is_not_paper_is_refused_and_a_change_is_found() {
    let status = |mode: TradingMode, epoch| GetStatusResponse {
        mode: mode.into(),
        trading_state: Some(TradingStateInfo { epoch, ..Default::default() }),
        ..Default::default()
    };
    let paper = status(TradingMode::Paper, 1);
    assert!(only_on_paper(&paper).is_ok());
    for mode in [TradingMode::Live, TradingMode::Unspecified] {
        let failure = only_on_paper(&status(mode, 1)).expect_err("refused");
        assert_eq!(failure.exit(), Exit::Refused);
    }
    assert!(unchanged(&paper, &paper, 3, 3).is_ok());
    assert!(unchanged(&paper, &status(TradingMode::Paper, 2), 3, 3).is_err());
    assert!(unchanged(&paper, &paper, 3, 4).is_err());
}
