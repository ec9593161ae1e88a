//! History of the trading state, resources, parameters and the day.

use super::{length, number, settings};
use rust_decimal::Decimal;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::PATIENCE;
use tradingd_tests::daemon::data::Paused;

#[tokio::test(flavor = "multi_thread")]
async fn the_state_has_a_history_and_a_resume_its_checks() {
    let paused = Paused::prepare().await;
    let (_daemon, api) = paused.start(&paused.launch("data")).await;
    let state = async || {
        let answer = api.emergency().get_emergency_state(GetEmergencyStateRequest {}).await;
        answer.expect("answers").into_inner()
    };
    assert_eq!(state().await.resume_checks, []);
    let (reason, request_id) = ("drill".to_owned(), "stop-1".to_owned());
    let stop = StopRequest { reason, request_id, ..Default::default() };
    let stopped = api.emergency().stop(stop).await.expect("stops").into_inner();
    let checks = state().await.resume_checks;
    let names: Vec<&str> = checks.iter().map(|c| c.check.as_str()).collect();
    for name in ["no_close_all", "no_unknown_orders", "store_writes", "data_fresh"] {
        assert!(names.contains(&name), "{name}: {checks:?}");
    }
    assert!(checks.iter().filter(|c| c.required).all(|c| c.passed), "{checks:?}");
    assert!(checks.iter().all(|c| !c.text.is_empty()));
    let (reason, request_id) = ("drill is over".to_owned(), "resume-1".to_owned());
    let resume = ResumeRequest { reason, request_id, ..Default::default() };
    api.emergency().resume(resume).await.expect("resumes");
    let request = ListStateChangesRequest::default();
    let history = api.emergency().list_state_changes(request).await.expect("answers").into_inner();
    let changes = history.changes;
    assert_eq!(changes.len(), 2, "{changes:?}");
    let states: Vec<(TradingState, TradingState)> =
        changes.iter().map(|c| (c.from(), c.to())).collect();
    let (active, halted) = (TradingState::Active, TradingState::Halted);
    assert_eq!(states, [(halted, active), (active, halted)]);
    let who = api.auth().who_am_i(WhoAmIRequest {}).await.expect("logged in").into_inner();
    for change in &changes {
        assert_eq!((change.principal.as_str(), change.role.as_str()), (who.user.as_str(), "admin"));
        assert!(!change.source.is_empty() && change.sequence > 0 && change.recorded_at.is_some());
    }
    assert!(changes[1].cause.contains("drill") && changes[0].cause.contains("over"));
    assert_eq!(changes[0].lasted, None, "it is the state of now");
    assert!(changes[1].lasted.is_some());
    assert_eq!(changes[1].epoch, stopped.state.expect("a state").epoch);
}

#[tokio::test(flavor = "multi_thread")]
async fn resources_parameters_and_the_day_are_what_they_say() {
    let paused = Paused::prepare().await;
    let (_daemon, api) = paused.start(&paused.launch("data")).await;
    let ask = async || {
        let answer = api.system().get_resources(GetResourcesRequest {}).await;
        answer.expect("answers").into_inner()
    };
    let none = ask().await;
    let cycle = none.cycle.expect("a timing");
    assert_eq!(cycle.count, api.status().await.bars, "one row of one pair is one cycle");
    let spans = [cycle.p50, cycle.p95, cycle.p99, cycle.max].map(length);
    assert!(spans.is_sorted() && spans[0] > 0, "{spans:?}");
    let ordered = none.tick_to_order.expect("a timing");
    assert!(ordered.count > 0 && ordered.count < cycle.count, "{ordered:?}");
    assert!(none.commit.expect("a timing").count > 0);
    let disk = none.disk.expect("a disk");
    assert!(disk.database_bytes > 100_000 && disk.free_bytes <= disk.total_bytes, "{disk:?}");
    assert!(none.memory_bytes.expect("Linux tells it") > 1 << 20);
    let work = none.queues.iter().find(|q| q.name == "work").expect("a queue");
    assert!(work.capacity > 0 && work.waiting <= work.capacity, "{work:?}");
    assert_eq!(none.components.len(), 3);
    // A stream that was left is noticed when it is next written to.
    let left = async { while ask().await.stream_subscribers > 0 {} };
    tokio::time::timeout(PATIENCE, left).await.expect("its place is free again");
    let mut stream = api.subscribe().await;
    let _ = stream.snapshot().await;
    assert_eq!(ask().await.stream_subscribers, 1);

    let settings = settings(&api).await;
    let strategies = api.strategies().list_strategies(ListStrategiesRequest {}).await;
    let mut parameters = 0;
    for parameter in
        strategies.expect("answers").into_inner().strategies.iter().flat_map(|s| &s.parameters)
    {
        assert_eq!(settings.get(&parameter.setting), Some(&parameter.value), "{parameter:?}");
        assert!(!parameter.range.is_empty(), "{parameter:?}");
        parameters += 1;
    }
    assert!(parameters > 10);

    let portfolio = api.portfolio().get_portfolio(GetPortfolioRequest {}).await;
    let portfolio = portfolio.expect("answers").into_inner();
    let start = number(&portfolio.day_start_equity);
    let wanted = number(&portfolio.day_profit) * Decimal::ONE_HUNDRED / start;
    let off = (number(&portfolio.day_return_pct) - wanted).abs();
    assert!(off < number("0.0001"), "{portfolio:?}");
}
