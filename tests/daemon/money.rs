//! Money that moves without an order, fees in what is bought, and whose each unit is: through the
//! real daemon, with and without a SIGKILL between.

use serde_json::Value;
use tonic::Code;
use tradingd_proto::v1::{ListMovementsRequest, MovementKind, RecordMovementRequest};
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::{Api, refusal};
use tradingd_tests::daemon::data::Paused;

fn deposit(amount: &str) -> RecordMovementRequest {
    RecordMovementRequest {
        kind: MovementKind::Deposit.into(),
        asset: "usdt".to_owned(),
        amount: amount.to_owned(),
        reason: "second month".to_owned(),
        request_id: "deposit-1".to_owned(),
        ..Default::default()
    }
}

/// The same deposit twice, and another one under its id.
async fn deposit_once(api: &Api) {
    let mut portfolio = api.portfolio();
    for replayed in [false, true] {
        let answer = portfolio.record_movement(deposit("5000")).await.expect("taken").into_inner();
        assert_eq!(answer.effect.expect("an effect").replayed, replayed);
        assert_eq!(answer.movement.expect("a movement").reference, "paper-1");
    }
    let (code, why) = refusal(portfolio.record_movement(deposit("5001")).await);
    assert_eq!((code, why.as_str()), (Code::AlreadyExists, "REQUEST_ID_REUSED"));
    let listed = portfolio.list_movements(ListMovementsRequest { limit: 0 }).await;
    assert_eq!(listed.expect("a list").into_inner().total, 1);
}

fn move_by_hand(botctl: &Botctl) {
    let before = botctl.json(&["portfolio"]);
    let out = ["portfolio", "withdraw", "USDT", "1000.00000001", "--reason", "rent"];
    let said = botctl.done(&out).out;
    assert!(said.starts_with("withdrawal -1,000.00000001 USDT (paper-2)"), "{said}");
    let _ = botctl.done(&["portfolio", "deposit", "BTC", "0.5", "--reason", "own coins"]);
    for (args, code, part) in [
        (["withdraw", "USDT", "999999"], 1, "at most the free USDT"),
        (["withdraw", "XYZ", "1"], 1, "at most the free XYZ"),
        (["deposit", "USDT", "0.000000001"], 1, "8 decimal places"),
        (["deposit", "USDT", "-5"], 2, ""),
        (["deposit", "USDT", "5e3"], 2, "plain decimal"),
        (["deposit", "US DT", "5"], 2, "asset"),
    ] {
        let ended = botctl.run(&[&["portfolio"], &args[..], &["--reason", "no"]].concat());
        assert_eq!(ended.code, code, "{args:?}: {ended:?}");
        assert!(ended.err.contains(part), "{args:?}: {ended:?}");
    }
    let after = botctl.json(&["portfolio"]);
    for same in ["day_profit", "drawdown_pct", "realised_profit", "unrealised_profit"] {
        assert_eq!(before[same], after[same], "{same}: money that moves is no profit and no loss");
    }
    assert_eq!(after["net_external"], "3999.99999999");
}

/// What is asked of a daemon at the end, without what each start adds.
fn result(botctl: &Botctl) -> Vec<Value> {
    let _ = botctl.done(&["portfolio", "strategies", "--check"]);
    let asked: [&[&str]; 4] =
        [&["portfolio", "strategies"], &["portfolio", "movements"], &["portfolio"], &["report"]];
    let ask = |args: &&[&str]| {
        let mut answer = botctl.json(args);
        answer.as_object_mut().expect("an object").remove("as_of_sequence");
        answer
    };
    asked.iter().map(ask).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_moves_is_kept_to_the_last_unit_over_kill_9() {
    let paused = Paused::prepare().await;
    let fees = ["--set", "paper.fee_asset=received"];
    let mut results = Vec::new();
    for (name, killed) in [("calm", false), ("killed", true)] {
        let (daemon, api) = paused.start(&paused.launch(name).with(&fees)).await;
        let botctl = Botctl::at(daemon.address);
        assert_eq!(botctl.login().code, 0);
        deposit_once(&api).await;
        move_by_hand(&botctl);
        if killed {
            daemon.kill_9();
        } else {
            assert_eq!(daemon.terminate().0.code, 0);
        }
        let daemon = paused.launch_at(name, "max").with(&fees).start();
        let api = Api::login(daemon.address).await;
        let status = api.until(|status| status.source_finished).await;
        assert!(status.bars > paused.rows);
        results.push(result(&botctl.moved_to(daemon.address)));
    }
    assert_eq!(results[0], results[1]);
    let [ledgers, movements, portfolio, report] = &results[0][..] else { unreachable!() };
    assert_eq!(movements["total"], 3, "{movements}");
    for total in ledgers["totals"].as_array().expect("a list") {
        assert_eq!(total["equal"], true, "{total}");
        assert_eq!(total["owners"], total["account"], "{total}");
    }
    let owners = ledgers["sub_ledgers"].as_array().expect("a list");
    let base_fees = owners.iter().flat_map(|o| o["assets"].as_array().expect("a list"));
    let base_fees = base_fees.filter(|a| a["asset"] == "BTC" && a["fees"] != "0").count();
    assert!(base_fees > 0, "fees were taken in what was bought: {ledgers}");
    assert!(owners.iter().any(|o| o["owner"] == "unassigned"), "{ledgers}");
    assert_ne!(report["fees"], Value::Null, "{report}");
    assert_ne!(portfolio["fees_paid"], "0", "{portfolio}");
}
