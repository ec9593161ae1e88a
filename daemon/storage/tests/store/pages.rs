//! What pages show beside plain lists: an order's story, marks of a chart, history of the trading
//! state, counts of decisions, and the filters of orders and decisions.

use crate::fixture::*;
use domain::{
    Action, DecisionOutcome, DecisionRecord, EventKind, HoldReason, Interval, OrderPurpose,
    OrderSide, OrderStatus, OrderView, Price, StateCause, StopKind, Timestamp, TradingState,
};
use std::collections::BTreeMap;
use storage::{
    Batch, ControlRecord, DecisionFilter, OrderFilter, PageRequest, Store, reason_token,
};
use tempfile::TempDir;

fn page(size: u32, token: Option<String>) -> PageRequest {
    PageRequest { size, token: token.unwrap_or_default() }
}

#[tokio::test]
async fn an_orders_story_is_the_journals() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let batch = filled_batch(1, 7, 1);
    let mut wanted = batch.events.clone();
    store.commit(batch).await.expect("commits");
    // Another order between, and the end of the intent after it.
    store.commit(filled_batch(5, 8, 2)).await.expect("commits");
    let kind = (OrderPurpose::Entry, domain::ExecutionStyle::Market);
    let finished =
        event(9, EventKind::IntentFinished { result: execution(7, btc(), kind, Some("1")) });
    let batch = Batch { wall_at: minute(3), events: vec![finished.clone()], ..Batch::default() };
    store.commit(batch).await.expect("commits");
    wanted.push(finished);
    let (story, sequence) = store.order_story(&order_id(7)).await.expect("reads");
    assert_eq!(sequence, 9);
    assert_eq!(story.iter().map(|r| r.event.clone()).collect::<Vec<_>>(), wanted);
    assert_eq!(story.iter().map(|r| r.sequence).collect::<Vec<_>>(), [1, 2, 3, 4, 9]);
    let recorded: Vec<Timestamp> = story.iter().map(|r| r.recorded_at).collect();
    assert_eq!(recorded, [minute(0), minute(0), minute(0), minute(0), minute(3)]);
    assert_eq!(store.order_story(&order_id(99)).await.expect("reads").0, []);
}

fn levels(sequence: u64, symbol: domain::Symbol, stop: Option<Price>) -> domain::EngineEvent {
    event(
        sequence,
        EventKind::ProtectionSet {
            symbol,
            stop,
            target: None,
            at_venue: true,
            first_target: None,
            stop_kind: StopKind::Trailing,
        },
    )
}

#[tokio::test]
async fn marks_are_those_of_a_pair_and_a_stretch_with_what_was_in_force_before() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let eth = symbol("ETHUSDT");
    let mut batch = filled_batch(1, 1, 1);
    let stops = [(5, btc(), 100), (6, eth, 50), (7, btc(), 101), (8, btc(), 102), (9, eth, 51)];
    batch.events.extend(stops.map(|(n, pair, stop)| levels(n, pair, Some(price(stop)))));
    let reason = domain::ExitReason::TrailingStop;
    batch.events.push(event(10, EventKind::PositionClosed { symbol: btc(), reason }));
    batch.trades = vec![trade(9, btc(), &[]), trade(10, btc(), &[]), trade(8, eth, &[])];
    store.commit(batch).await.expect("commits");
    let marks = async |from: Option<i64>, to: Option<i64>, limit| {
        let span = (from.map(minute), to.map(minute));
        let marks = store.marks(btc(), span, limit).await.expect("reads");
        assert_eq!(marks.as_of_sequence, 10);
        let levels: Vec<u64> = marks.levels.iter().map(|r| r.event.sequence).collect();
        let trades: Vec<u64> = marks.trades.iter().map(|t| t.id).collect();
        (levels, marks.fills.len(), trades, marks.truncated)
    };
    assert_eq!(marks(None, None, 9).await, (vec![5, 7, 8, 10], 1, vec![9, 10], false));
    // The fourth event is the fill.
    assert_eq!(marks(Some(8), Some(10), 9).await, (vec![7, 8], 0, vec![9], false));
    assert_eq!(marks(Some(0), Some(5), 9).await, (vec![], 1, vec![], false));
    assert_eq!(marks(None, None, 2).await, (vec![8, 10], 1, vec![9, 10], true));
    assert_eq!(marks(None, None, 1).await, (vec![10], 1, vec![10], true));
}

fn state(sequence: u64, to: TradingState, cause: StateCause) -> domain::EngineEvent {
    let from = TradingState::Active;
    event(sequence, EventKind::TradingStateChanged { from, to, epoch: 1, cause, frozen: false })
}

#[tokio::test]
async fn the_history_of_the_trading_state_names_who_asked() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let asked = |kind: &str, who: &str| ControlRecord {
        principal: who.to_owned(),
        role: "operator".to_owned(),
        source: "10.0.0.7".to_owned(),
        ..ControlRecord::system(minute(0), kind, serde_json::json!({}))
    };
    let operator = || StateCause::Operator("drill".to_owned());
    let drawdown = StateCause::Drawdown { limit: dec("10"), value: dec("11") };
    let steps = [
        (
            state(1, TradingState::Halted, operator()),
            vec![asked("login", "eve"), asked("stop", "ann")],
        ),
        (state(2, TradingState::Active, operator()), vec![asked("resume", "bob")]),
        (state(3, TradingState::Reducing, drawdown), vec![asked("stop", "too late")]),
    ];
    for (event, controls) in steps {
        let batch = Batch { events: vec![event], controls, ..Batch::default() };
        store.commit(batch).await.expect("commits");
    }
    let mut found = Vec::new();
    let mut token = None;
    loop {
        let got = store.state_changes(&page(1, token)).await.expect("reads");
        assert_eq!(got.total, Some(3));
        found.extend(got.items);
        token = got.next;
        if token.is_none() {
            break;
        }
    }
    let who: Vec<&str> = found.iter().map(|change| change.by[0].as_str()).collect();
    assert_eq!(who, ["", "bob", "ann"]);
    assert_eq!(found[2].by, ["ann", "operator", "10.0.0.7"]);
    let until: Vec<Option<Timestamp>> = found.iter().map(|change| change.until).collect();
    assert_eq!(until, [None, Some(minute(3)), Some(minute(2))]);
    let numbers: Vec<u64> = found.iter().map(|change| change.record.event.sequence).collect();
    assert_eq!(numbers, [3, 2, 1]);
}

/// Decisions of two pairs with every kind of outcome and of signals.
fn decisions() -> Vec<DecisionRecord> {
    let one = |n: i64| {
        let outcome = match n % 5 {
            0 => DecisionOutcome::Hold(HoldReason::NoSignals),
            1 => DecisionOutcome::Hold(HoldReason::Conflict),
            2 => DecisionOutcome::Denied(name("max_drawdown")),
            3 => DecisionOutcome::Entered(n.cast_unsigned()),
            _ => DecisionOutcome::ExitFenced,
        };
        let pair = if n % 3 == 0 { symbol("ETHUSDT") } else { btc() };
        let mut decision = decision(n, pair, outcome);
        let actions = [Action::Hold, Action::Buy, Action::Sell];
        for (place, signal) in decision.signals.iter_mut().enumerate() {
            signal.action = actions[(n as usize + place) % 3];
        }
        decision
    };
    (0..60).map(one).collect()
}

fn decision_filters() -> Vec<DecisionFilter> {
    let plain = DecisionFilter::default;
    let reasons = |words: &[&str]| words.iter().map(|&w| w.to_owned()).collect::<Vec<_>>();
    vec![
        plain(),
        DecisionFilter { from: Some(minute(10)), to: Some(minute(31)), ..plain() },
        DecisionFilter { reasons: reasons(&["conflict", "max_drawdown"]), ..plain() },
        DecisionFilter { reasons: reasons(&["nothing_like_it"]), ..plain() },
        DecisionFilter { strategy: Some(name("breakout")), ..plain() },
        // No strategy of that name, only one that begins like it.
        DecisionFilter { strategy: Some(name("break")), ..plain() },
        DecisionFilter {
            symbol: Some(btc()),
            strategy: Some(name("momentum")),
            reasons: reasons(&["entered"]),
            from: Some(minute(5)),
            ..plain()
        },
    ]
}

fn fits(filter: &DecisionFilter, d: &DecisionRecord) -> bool {
    let spoke = |name: domain::Name| {
        d.signals.iter().any(|s| s.strategy == name && s.action != Action::Hold)
    };
    filter.symbol.is_none_or(|symbol| d.symbol == symbol)
        && filter.from.is_none_or(|from| d.at >= from)
        && filter.to.is_none_or(|to| d.at < to)
        && (filter.reasons.is_empty()
            || filter.reasons.iter().any(|r| r == reason_token(&d.outcome)))
        && filter.strategy.is_none_or(spoke)
}

async fn decisions_agree(store: &Store) {
    let newest_first = decisions().into_iter().rev();
    for filter in decision_filters() {
        let wanted: Vec<_> = newest_first.clone().filter(|d| fits(&filter, d)).collect();
        let moments = |list: &[DecisionRecord]| -> Vec<_> { list.iter().map(|d| d.at).collect() };
        let mut found = Vec::new();
        let mut token = None;
        loop {
            let got = store.decisions(&filter, &page(7, token)).await.expect("reads");
            found.extend(got.items);
            token = got.next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(moments(&found), moments(&wanted), "{filter:?}");
        let mut counts: BTreeMap<_, u64> = BTreeMap::new();
        for d in &wanted {
            let key = (d.symbol.to_string(), reason_token(&d.outcome).to_owned());
            *counts.entry(key).or_default() += 1;
        }
        let (counted, _) = store.decision_counts(&filter).await.expect("reads");
        let got: BTreeMap<_, u64> =
            counted.iter().map(|c| ((c.symbol.to_string(), c.reason.clone()), c.count)).collect();
        assert_eq!((counted.len(), got), (counts.len(), counts), "{filter:?}");
    }
}

#[tokio::test]
async fn decisions_under_every_filter_and_counted_also_those_of_older_builds() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let batch = Batch { decisions: decisions(), ..Batch::default() };
    store.commit(batch.clone()).await.expect("commits");
    decisions_agree(&store).await;
    // The same again is no change; another word for a stored one is refused.
    store.commit(batch).await.expect("commits");
    let mut raw = crate::faults::raw(&store).await;
    let edited = sqlx::query("UPDATE decisions SET reason = 'x'").execute(&mut raw).await;
    assert!(edited.expect_err("is refused").to_string().contains("written once"));
    // As an older build leaves them.
    for sql in [
        "DROP TRIGGER decisions_keep_words",
        "UPDATE decisions SET reason = NULL, signals = NULL",
        "CREATE TRIGGER decisions_keep_words BEFORE UPDATE OF reason, signals ON decisions \
         WHEN OLD.reason IS NOT NULL BEGIN \
         SELECT raise(ABORT, 'words of a decision are written once'); END",
    ] {
        sqlx::query(sql).execute(&mut raw).await.expect("older");
    }
    drop(raw);
    store.close().await;
    decisions_agree(&open(&dir).await).await;
}

fn orders() -> Vec<(Vec<domain::EngineEvent>, OrderView)> {
    let purposes = [OrderPurpose::Entry, OrderPurpose::Protection, OrderPurpose::StrategyExit];
    let states = [OrderStatus::Filled, OrderStatus::Rejected, OrderStatus::Working];
    let one = |n: u64| {
        let (mut events, mut view) = filled_order(n * 4 + 1, n, btc(), n + 1);
        view.order.purpose = purposes[n as usize % 3];
        view.order.side = if n.is_multiple_of(2) { OrderSide::Sell } else { OrderSide::Buy };
        view.status = states[(n as usize / 2) % 3];
        if let EventKind::IntentApproved { owners, .. } = &mut events[0].kind {
            *owners = match n % 4 {
                0 => Vec::new(),
                1 => vec![(name("rsi"), dec("1"))],
                _ => vec![(name("rsi"), dec("0.5")), (name("macd"), dec("0.5"))],
            };
        }
        (events, view)
    };
    (0..24).map(one).collect()
}

#[tokio::test]
async fn orders_are_filtered_by_status_side_purpose_and_strategy() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let all = orders();
    let events = all.iter().flat_map(|(events, _)| events.clone()).collect();
    let views = all.iter().map(|(_, view)| view.clone()).collect();
    store.commit(Batch { events, orders: views, ..Batch::default() }).await.expect("commits");
    let statuses = [vec![], vec![OrderStatus::Rejected, OrderStatus::Working]];
    let owned = |n: u64, who: &str| match n % 4 {
        0 => false,
        1 => who == "rsi",
        _ => who == "rsi" || who == "macd",
    };
    for (statuses, side, purpose, strategy) in statuses.iter().flat_map(|statuses| {
        [None, Some(OrderSide::Sell)].into_iter().flat_map(move |side| {
            [None, Some(OrderPurpose::Protection)].into_iter().flat_map(move |purpose| {
                [None, Some("macd"), Some("nobody")]
                    .map(|strategy| (statuses.clone(), side, purpose, strategy))
            })
        })
    }) {
        let mut wanted: Vec<u64> = all
            .iter()
            .map(|(_, view)| view)
            .filter(|v| statuses.is_empty() || statuses.contains(&v.status))
            .filter(|v| side.is_none_or(|side| v.order.side == side))
            .filter(|v| purpose.is_none_or(|purpose| v.order.purpose == purpose))
            .filter(|v| strategy.is_none_or(|who| owned(v.intent, who)))
            .map(|v| v.intent)
            .collect();
        wanted.reverse();
        let strategy = strategy.map(name);
        let filter = OrderFilter { statuses, side, purpose, strategy, ..OrderFilter::default() };
        let mut found = Vec::new();
        let mut token = None;
        loop {
            let got = store.orders(&filter, &page(5, token)).await.expect("reads");
            found.extend(got.items.iter().map(|o| o.intent));
            token = got.next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(found, wanted, "{filter:?}");
    }
}

#[tokio::test]
async fn spans_of_candles_and_the_last_trades_of_a_strategy() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let candles = (3..9).map(|n| (btc(), Interval::MINUTE, candle(n))).collect();
    let owners = |id: u64| if id.is_multiple_of(2) { vec!["rsi"] } else { vec!["macd", "rsi"] };
    let trades = (1..=9).map(|id| trade(id, btc(), &owners(id))).collect();
    store.commit(Batch { candles, trades, ..Batch::default() }).await.expect("commits");
    let span = store.candle_span(btc(), Interval::MINUTE).await.expect("reads");
    assert_eq!(span, Some((minute(3), minute(8))));
    let none = store.candle_span(symbol("ETHUSDT"), Interval::MINUTE).await.expect("reads");
    assert_eq!(none, None);
    let ids = async |who: &str, limit| {
        let found = store.trades_of(name(who), limit).await.expect("reads");
        found.iter().map(|t| t.id).collect::<Vec<_>>()
    };
    assert_eq!(ids("macd", 3).await, [5, 7, 9]);
    assert_eq!(ids("rsi", 50).await, (1..=9).collect::<Vec<_>>());
    assert_eq!(ids("nobody", 50).await, [0; 0]);
}

/// The migration's rows of an older store against those that were made with the events.
#[tokio::test]
async fn older_journals_get_the_rows_that_new_events_get() {
    const MIGRATION: &str = include_str!("../../../../migrations/sqlite/0013_pages.sql");
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let all = orders();
    let mut events: Vec<_> = all.iter().flat_map(|(events, _)| events.clone()).collect();
    let next = events.len() as u64 + 1;
    events.push(levels(next, btc(), Some(price(100))));
    let views = all.iter().map(|(_, view)| view.clone()).collect();
    store.commit(Batch { events, orders: views, ..Batch::default() }).await.expect("commits");
    let mut raw = crate::faults::raw(&store).await;
    for (table, line) in [
        ("order_events", "order_id || ' ' || engine_sequence"),
        ("level_moves", "symbol || ' ' || at || ' ' || engine_sequence"),
        ("intent_owners", "strategy || ' ' || intent"),
    ] {
        let start = MIGRATION.find(&format!("INTO {table} (")).expect("is filled in SQL");
        let start = MIGRATION[..start].rfind("INSERT").expect("an insert");
        let length = MIGRATION[start..].find(';').expect("ends");
        let rows = format!(
            "SELECT group_concat(line, ',') FROM (SELECT {line} AS line FROM {table} ORDER BY 1)"
        );
        let read = || sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(rows.clone()));
        let new = read().fetch_one(&mut raw).await.expect("reads");
        let steps = [format!("DELETE FROM {table}"), MIGRATION[start..start + length].to_owned()];
        for sql in steps {
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut raw).await.expect("runs");
        }
        assert_eq!(read().fetch_one(&mut raw).await.expect("reads"), new, "{table}");
    }
}
