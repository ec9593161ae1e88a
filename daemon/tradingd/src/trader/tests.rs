//! The trader on the built-in market, with a store and without a control plane.

use super::{Change, Failure, RequestContext, Start, Trader, TraderHandle};
use super::{deadline, halt};
use crate::health::HealthBoard;
use crate::settings::{Flag, Settings, Sources};
use crate::source::Source;
use engine::Command;
use engine::settings::EngineSettings;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use storage::{AuthWrite, JournalBody, Store};
use tokio_util::sync::CancellationToken;
use tradingd_proto::v1;

/// What starts a trader in `dir`, with the engine's settings changed by `change`.
async fn start(dir: &Path, change: impl FnOnce(&mut EngineSettings)) -> Start {
    let flag = |text: &str| Flag::parse(text).expect("flag");
    let flags = vec![flag("source.kind=sim"), flag("source.speed=1")];
    let sources = Sources { file: None, environment: Vec::new(), flags };
    let settings = Arc::new(Settings::load(&sources).expect("settings"));
    let source = Source::open(&settings).expect("source");
    let instruments = settings.resolve_instruments(source.symbols()).expect("instruments");
    let mut engine_settings = settings.engine_settings(&source.instance(), instruments);
    change(&mut engine_settings);
    Start {
        store: Arc::new(Store::open(dir).await.expect("store")),
        source,
        board: Arc::new(HealthBoard::new(settings.health.clone())),
        settings_store: super::settings::testing(&settings),
        settings,
        engine_settings,
        shutdown: CancellationToken::new(),
        fixed: v1::GetStatusResponse::default(),
        halt_file: dir.join("HALT"),
        panic_file: super::crash::file(dir),
        current_row: super::crash::CurrentRow::default(),
    }
}

#[tokio::test]
async fn a_row_that_crashed_three_times_is_set_aside_and_trading_is_halted() {
    let dir = tempfile::tempdir().expect("dir");
    std::fs::write(super::crash::file(dir.path()), "5\n5\n5\n").expect("recorded panics");
    let bars_of_row_5 = async |bars: u64| {
        let mut found = 0;
        let mut flags = start(dir.path(), |_| {}).await;
        let fast = Flag::parse("source.speed=1000000").expect("flag");
        let kind = Flag::parse("source.kind=sim").expect("flag");
        let sources = Sources { file: None, environment: Vec::new(), flags: vec![kind, fast] };
        flags.settings = Arc::new(Settings::load(&sources).expect("settings"));
        with_trader(flags, |handle, store, _| {
            let found = &mut found;
            async move {
                let mut model = handle.model.clone();
                model.wait_for(|m| m.status.bars >= bars).await.expect("rows are handled");
                let state = handle.read().status.trading_state.clone().expect("state");
                assert_eq!(state.state(), v1::TradingState::Halted);
                assert!(state.cause.contains("row 5"), "{}", state.cause);
                let records = store.journal_after(0, 5_000).await.expect("journal");
                let aside = |body: &JournalBody| {
                    matches!(body, JournalBody::Control(c) if c.kind == "row_set_aside")
                };
                *found = records.iter().filter(|r| aside(&r.body)).count();
            }
        })
        .await;
        found
    };
    assert_eq!(bars_of_row_5(20).await, 1);
    assert_eq!(bars_of_row_5(60).await, 1, "after a restart it stays where it was");
}

/// Runs a trader while `work` is done, then ends it.
async fn with_trader<F: Future<Output = ()>>(
    start: Start,
    work: impl FnOnce(TraderHandle, Arc<Store>, Arc<HealthBoard>) -> F,
) {
    let (shutdown, store) = (start.shutdown.clone(), Arc::clone(&start.store));
    let board = Arc::clone(&start.board);
    let (trader, handle) = Trader::start(start).await.expect("trader");
    let work = async {
        work(handle, store, board).await;
        shutdown.cancel();
    };
    let (end, ()) = tokio::join!(trader.run(), work);
    end.expect("a clean end");
}

fn user(name: &str) -> Change {
    let insert = AuthWrite::InsertUser {
        name: name.to_owned(),
        password_hash: "x".to_owned(),
        role: "admin".to_owned(),
        at: domain::Timestamp::ZERO,
    };
    Change { auth: vec![insert], ..Change::default() }
}

#[tokio::test]
async fn a_refused_write_says_nothing_against_the_store() {
    let dir = tempfile::tempdir().expect("dir");
    with_trader(start(dir.path(), |_| {}).await, |handle, _, board| async move {
        handle.change(user("ann")).await.expect("stored");
        let again = handle.change(user("ann")).await;
        let told = matches!(again, Err(Failure::Conflict(storage::Error::UserExists(_))));
        assert!(told, "{again:?}");
        assert!(board.serving(), "{:?}", board.components());
        handle.change(user("bob")).await.expect("the next one is stored");
    })
    .await;
}

#[tokio::test]
async fn sec_48_a_command_of_somebody_put_out_meanwhile_is_refused() {
    let dir = tempfile::tempdir().expect("dir");
    with_trader(start(dir.path(), |_| {}).await, |handle, store, _| async move {
        let holds = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let context = |id: &str, holds: &Arc<std::sync::atomic::AtomicBool>| {
            let holds = Arc::clone(holds);
            RequestContext {
                principal: "ann".to_owned(),
                role: "operator".to_owned(),
                source: "127.0.0.1".to_owned(),
                request_id: id.to_owned(),
                method: "/tradingd.v1.Test/Test",
                body_hash: vec![1],
                reason: String::new(),
                dry_run: false,
                plan_id: String::new(),
                permit: crate::trader::Permit::new(move || {
                    holds.load(std::sync::atomic::Ordering::SeqCst)
                }),
            }
        };
        let resume = || engine::Command::Resume { reason: "x".to_owned(), epoch: None };
        let late = handle.command(resume(), context("1", &holds)).await;
        assert!(matches!(late, Err(Failure::NotPermitted)), "{late:?}");
        let close = engine::Command::CloseAll { reason: "x".to_owned() };
        let late = handle.command(close, context("2", &holds)).await;
        assert!(matches!(late, Err(Failure::NotPermitted)), "{late:?}");
        let change = Change { request: Some((context("3", &holds), Vec::new())), ..user("bob") };
        let late = handle.change(change).await;
        assert!(matches!(late, Err(Failure::NotPermitted)), "{late:?}");
        let records = store.journal_after(0, 5_000).await.expect("journal");
        let hers =
            |body: &JournalBody| matches!(body, JournalBody::Control(c) if c.principal == "ann");
        assert!(!records.iter().any(|r| hers(&r.body)), "nothing happened");
        assert_eq!(store.users_count().await.expect("reads"), 0);
        let stop = engine::Command::Stop { reason: "x".to_owned(), freeze: false };
        handle.command(stop, context("4", &holds)).await.expect("a stop is done all the same");
        holds.store(true, std::sync::atomic::Ordering::SeqCst);
        handle.command(resume(), context("1", &holds)).await.expect("the id was not used up");
    })
    .await;
}

#[tokio::test]
async fn the_reason_of_a_switch_is_in_the_journal() {
    let dir = tempfile::tempdir().expect("dir");
    with_trader(start(dir.path(), |_| {}).await, |handle, store, _| async move {
        let context = RequestContext {
            principal: "ann".to_owned(),
            role: "operator".to_owned(),
            source: "127.0.0.1".to_owned(),
            request_id: "1".to_owned(),
            method: "m",
            body_hash: Vec::new(),
            reason: "too many losses".to_owned(),
            dry_run: false,
            plan_id: String::new(),
            permit: crate::trader::Permit::default(),
        };
        let command = Command::SetStrategyEnabled {
            strategy: domain::Name::from("rsi").expect("name"),
            enabled: false,
            force: false,
            expected_version: None,
        };
        handle.command(command, context).await.expect("done");
        let records = store.journal_after(0, 10_000).await.expect("journal");
        let told = records.iter().any(|record| match &record.body {
            JournalBody::Control(c) => {
                c.kind == "strategy_toggled" && c.detail["reason"] == "too many losses"
            }
            JournalBody::Engine(_) => false,
        });
        assert!(told, "{records:?}");
    })
    .await;
}

#[tokio::test]
async fn steps_of_an_account_do_not_change() {
    let dir = tempfile::tempdir().expect("dir");
    with_trader(start(dir.path(), |_| {}).await, |_, _, _| async {}).await;
    let coarser = |s: &mut EngineSettings| {
        s.instruments[0].instrument.lot_size = rust_decimal::Decimal::ONE;
    };
    let refused = Trader::start(start(dir.path(), coarser).await).await;
    let text = refused.expect_err("refused").to_string();
    assert!(text.starts_with("instruments."), "{text}");
}

#[test]
fn one_times_is_real_time_for_long_candles_too() {
    let [minute, hour] = [60_000_000, 3_600_000_000];
    for (apart, candle, times, seconds) in [
        (minute, minute, 1.0, 60),
        (minute, minute, 60.0, 1),
        (hour, hour, 1.0, 3_600),
        // Gaps are cut short.
        (24 * hour, hour, 1.0, 3_600),
        (24 * hour, minute, 1.0, 60),
        (24 * hour, 0, 1.0, 60),
    ] {
        let found = super::run::pause(apart, candle, times);
        assert_eq!(found, Duration::from_secs(seconds), "{apart} {candle} {times}");
    }
}

fn context(id: &str) -> RequestContext {
    RequestContext {
        principal: "ann".to_owned(),
        role: "operator".to_owned(),
        source: "127.0.0.1".to_owned(),
        request_id: id.to_owned(),
        method: "m",
        body_hash: Vec::new(),
        reason: String::new(),
        dry_run: false,
        plan_id: String::new(),
        permit: crate::trader::Permit::default(),
    }
}

#[tokio::test]
async fn what_comes_too_late_is_not_begun_and_a_stop_always_is() {
    let dir = tempfile::tempdir().expect("dir");
    with_trader(start(dir.path(), |_| {}).await, |handle, store, _| async move {
        let past = std::time::Instant::now().checked_sub(std::time::Duration::from_millis(1));
        let switch = || Command::SetStrategyEnabled {
            strategy: domain::Name::from("rsi").expect("name"),
            enabled: false,
            force: false,
            expected_version: None,
        };
        let before = store.last_sequence();
        let late = deadline::until(past, handle.command(switch(), context("1"))).await;
        assert!(matches!(late, Err(Failure::TooLate)), "{late:?}");
        let late = deadline::until(past, handle.change(user("ann"))).await;
        assert!(matches!(late, Err(Failure::TooLate)), "{late:?}");
        let records = store.journal_after(before, 10_000).await.expect("journal");
        let done = |record: &storage::JournalRecord| match &record.body {
            JournalBody::Control(c) => c.kind == "strategy_toggled",
            JournalBody::Engine(_) => false,
        };
        assert!(!records.iter().any(done), "nothing was done: {records:?}");
        let soon = std::time::Instant::now().checked_add(std::time::Duration::from_secs(60));
        let answer = deadline::until(soon, handle.command(switch(), context("1"))).await;
        assert!(!answer.expect("in time").replayed, "the id was not used up");
        let stop = Command::Stop { reason: "late".to_owned(), freeze: false };
        deadline::until(past, handle.command(stop, context("2"))).await.expect("stopped");
    })
    .await;
}

#[tokio::test]
async fn halts_by_file_and_signal_are_recorded_and_the_file_goes() {
    let dir = tempfile::tempdir().expect("dir");
    let start = start(dir.path(), |_| {}).await;
    let file = start.halt_file.clone();
    with_trader(start, |handle, store, _| async move {
        std::fs::write(&file, "maintenance").expect("written");
        handle.halt(halt::BY_FILE, String::new()).await.expect("halted");
        assert!(!file.exists(), "stored, so it is no longer needed");
        let last = store.last_sequence();
        handle.halt(halt::BY_FILE, String::new()).await.expect("nothing to do");
        assert_eq!(store.last_sequence(), last, "a file that has gone asks for nothing");
        handle.halt(halt::BY_SIGNAL, "SIGUSR1".to_owned()).await.expect("halted");
        let records = store.journal_after(0, 10_000).await.expect("journal");
        let told = |kind: &str, reason: &str| {
            records.iter().any(|record| match &record.body {
                JournalBody::Control(c) => c.kind == kind && c.detail["reason"] == reason,
                JournalBody::Engine(_) => false,
            })
        };
        assert!(told("halted_by_file", "halt file: maintenance"), "{records:?}");
        assert!(told("halted_by_signal", "SIGUSR1"), "{records:?}");
    })
    .await;
}
