//! One wish, one effect, one record, one answer: whatever becomes of the client or the daemon.

use std::collections::BTreeSet;
use tokio::task::JoinSet;
use tonic::{Code, Status};
use tradingd_proto::v1::close_position_request::Size;
use tradingd_proto::v1::level_change::Change;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::client::{Api, reason, refusal};
use tradingd_tests::daemon::data::Paused;

const REPEATS: usize = 1_000;

/// Every mutation that goes through the engine.
#[derive(Debug, Clone, Copy)]
enum Wish {
    Deposit,
    Switch,
    Protect,
    CloseHalf,
    /// Refused: the order protects.
    Cancel,
    Stop,
    CloseAll,
    Resume,
}

const WISHES: [Wish; 8] = [
    Wish::Deposit,
    Wish::Switch,
    Wish::Protect,
    Wish::CloseHalf,
    Wish::Cancel,
    Wish::Stop,
    Wish::CloseAll,
    Wish::Resume,
];

impl Wish {
    /// Sends it; `reason` is part of what is wished.
    async fn send(self, api: &Api, order: &str, reason: &str) -> Result<Effect, Status> {
        let (request_id, reason) = (format!("wish-{self:?}"), reason.to_owned());
        let symbol = "BTCUSDT".to_owned();
        let effect = match self {
            Self::Deposit => {
                let request = RecordMovementRequest {
                    kind: MovementKind::Deposit.into(),
                    asset: "USDT".to_owned(),
                    amount: "100".to_owned(),
                    request_id,
                    reason,
                    ..Default::default()
                };
                api.portfolio().record_movement(request).await?.into_inner().effect
            }
            Self::Switch => {
                let request = SetStrategyEnabledRequest {
                    strategy: "rsi".to_owned(),
                    force: true,
                    request_id,
                    reason,
                    ..Default::default()
                };
                api.strategies().set_strategy_enabled(request).await?.into_inner().effect
            }
            Self::Protect => {
                let target = Some(LevelChange { change: Some(Change::Clear(true)) });
                let request = SetProtectionRequest {
                    symbol,
                    target,
                    request_id,
                    reason,
                    ..Default::default()
                };
                api.positions().set_protection(request).await?.into_inner().effect
            }
            Self::CloseHalf => {
                let size = Some(Size::PartPct("50".to_owned()));
                let request =
                    ClosePositionRequest { symbol, size, request_id, reason, ..Default::default() };
                api.positions().close_position(request).await?.into_inner().effect
            }
            Self::Cancel => {
                let client_order_id = order.to_owned();
                let request = CancelOrderRequest {
                    client_order_id,
                    request_id,
                    reason,
                    ..Default::default()
                };
                api.orders().cancel_order(request).await?.into_inner().effect
            }
            Self::Stop => {
                let request = StopRequest { request_id, reason, ..Default::default() };
                api.emergency().stop(request).await?.into_inner().effect
            }
            Self::CloseAll => {
                let request = CloseAllRequest { request_id, reason, ..Default::default() };
                api.emergency().close_all(request).await?.into_inner().effect
            }
            Self::Resume => {
                let request = ResumeRequest { request_id, reason, ..Default::default() };
                api.emergency().resume(request).await?.into_inner().effect
            }
        };
        Ok(effect.expect("an effect"))
    }
}

/// What an answer says, apart from whether it was given before.
fn said(answer: Result<Effect, Status>) -> (Result<u64, (Code, String, String)>, bool) {
    match answer {
        Ok(effect) => (Ok(effect.sequence), effect.replayed),
        Err(s) => (Err((s.code(), reason(&s), s.message().to_owned())), true),
    }
}

/// The one answer that so many repeats get.
async fn repeated(api: &Api, wish: Wish, order: &str) -> Result<u64, (Code, String, String)> {
    let mut all = JoinSet::new();
    for _ in 0..REPEATS {
        let (api, order) = (api.clone(), order.to_owned());
        all.spawn(async move { said(wish.send(&api, &order, "once").await) });
    }
    let mut answers = BTreeSet::new();
    let mut first = 0;
    while let Some(answer) = all.join_next().await {
        let (answer, replayed) = answer.expect("no panic");
        first += usize::from(!replayed);
        answers.insert(format!("{answer:?}"));
        if answers.len() > 1 {
            panic!("{wish:?}: different answers: {answers:?}");
        }
        if all.is_empty() {
            assert!(first <= 1, "{wish:?} was done {first} times");
            return answer;
        }
    }
    unreachable!("there are repeats")
}

/// Audit records per request id.
async fn recorded(api: &Api, wish: Wish) -> usize {
    let status = api.status().await;
    let mut stream = api.resume(1, &status.store_id).await;
    let records = stream.records(status.sequence as usize - 1).await;
    let own = |record: &&SubscribeResponse| match &record.payload {
        Some(Payload::Control(control)) => control.request_id == format!("wish-{wish:?}"),
        _ => false,
    };
    records.iter().filter(own).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_repeats_are_one_effect_and_one_record_over_lost_clients_and_kill_9() {
    let paused = Paused::prepare().await;
    let launch = paused.launch("data");
    let (mut daemon, mut api) = paused.start(&launch).await;
    let orders = api.all_orders().await;
    let protection = orders.iter().rev().find(|o| o.purpose() == OrderPurpose::Protection);
    let order = protection.expect("protection rests").client_order_id.clone();
    let held = |state: &ListPositionsResponse| state.positions.first().map(|p| p.quantity.clone());
    for (number, wish) in WISHES.into_iter().enumerate() {
        // A client that is gone before its answer: its connection is dropped with the call.
        let lost = Api::anonymous(daemon.address).await.with_token(&api.token);
        let sent = {
            let (lost, order) = (lost.clone(), order.clone());
            tokio::spawn(async move { wish.send(&lost, &order, "once").await })
        };
        for _ in 0..number {
            tokio::task::yield_now().await;
        }
        sent.abort();
        drop(lost);
        if number % 2 == 1 {
            daemon.kill_9();
            daemon = launch.start();
            api = Api::login(daemon.address).await;
            api.until(|status| status.bars == paused.rows).await;
        }
        let answer = repeated(&api, wish, &order).await;
        assert_eq!(answer.is_err(), matches!(wish, Wish::Cancel), "{wish:?}: {answer:?}");
        assert_eq!(recorded(&api, wish).await, 1, "{wish:?} is recorded once");
        // The id with another wish is refused, and is not recorded either.
        let other = refusal(wish.send(&api, &order, "something else").await);
        assert_eq!(other, (Code::AlreadyExists, "REQUEST_ID_REUSED".to_owned()), "{wish:?}");
        daemon.kill_9();
        daemon = launch.start();
        api = Api::login(daemon.address).await;
        api.until(|status| status.bars == paused.rows).await;
        let state = api.positions().list_positions(ListPositionsRequest::default()).await;
        let before = held(&state.expect("positions").into_inner());
        assert_eq!(said(wish.send(&api, &order, "once").await), (answer, true), "{wish:?}");
        let state = api.positions().list_positions(ListPositionsRequest::default()).await;
        assert_eq!(held(&state.expect("positions").into_inner()), before, "{wish:?}");
        assert_eq!(recorded(&api, wish).await, 1, "{wish:?} is recorded once, after a crash too");
    }
    let moved = api.portfolio().list_movements(ListMovementsRequest::default()).await;
    assert_eq!(moved.expect("movements").into_inner().total, 1, "one deposit");
}
