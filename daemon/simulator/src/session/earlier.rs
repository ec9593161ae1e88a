//! One test for each fault of the earlier system that concerns risk, execution and the ledger. The
//! numbers are those of its list: 0.1 names the ten worst facts, 4.9 the weak points of execution.

use super::*;
use domain::{
    Candle, ClientOrderId, Decimal, EventKind, ExitReason, Instrument, Interval, Name,
    OrderPurpose, OrderStatus, ReportKind,
};
use engine::settings::{InstrumentSettings, StrategySettings};
use engine::strategies::{MaCrossoverParams, StrategyParams};
use engine::{CommandReply, ProtectionPlace, Refusal};

fn d(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

fn settings() -> EngineSettings {
    let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
    let own = InstrumentSettings { instrument, base_interval: Interval::MINUTE };
    let mut settings = EngineSettings::shipped("00000000", vec![own]);
    let params = MaCrossoverParams { short_period: 1, long_period: 2, ..Default::default() };
    settings.strategies = vec![StrategySettings {
        params: StrategyParams::MaCrossover(params),
        enabled: true,
        weight: 1.0,
        allotment_pct: d("100"),
    }];
    (settings.trend_filter_enabled, settings.regime_adaptation_enabled) = (false, false);
    settings
}

fn open(settings: EngineSettings) -> PaperSession {
    let cash = [(settings.instruments[0].instrument.quote, d("10000"))];
    let config = ExchangeConfig { slippage_bps: d("0"), ..ExchangeConfig::default() };
    let outputs = &mut Vec::new();
    PaperSession::open(settings, config, &cash, Timestamp::ZERO, outputs).expect("session")
}

/// One-minute bars as open, high, low, close, volume, from a minute on.
fn feed(session: &mut PaperSession, from: i64, bars: &[[&str; 5]]) -> Vec<Output> {
    let mut outputs = Vec::new();
    for (minute, bar) in (from..).zip(bars) {
        let price = |i: usize| Price::new(d(bar[i])).expect("price");
        let at = Timestamp::from_millis(minute * 60_000);
        let volume = Quantity::new(d(bar[4])).expect("volume");
        let prices = [price(0), price(1), price(2), price(3)];
        let candle = Candle::new(at, prices, volume).expect("candle");
        let symbol = session.engine().markets()[0].instrument.symbol;
        session.bar(&Bar { symbol, interval: Interval::MINUTE, candle }, &mut outputs);
    }
    outputs
}

fn flat_bar(price: &'static str, volume: &'static str) -> [&'static str; 5] {
    [price, price, price, price, volume]
}

/// A session that holds 10 bought at 100, stop at 97, targets at 103 and 105.
fn holding(settings: EngineSettings) -> PaperSession {
    let mut session = open(settings);
    feed(&mut session, 0, &[flat_bar("100", "900"), flat_bar("99", "900"), flat_bar("100", "900")]);
    feed(&mut session, 3, &[flat_bar("100", "900")]);
    assert_eq!(held(&session), d("10"));
    session
}

fn held(session: &PaperSession) -> Decimal {
    session.engine().book().positions[0].quantity
}

fn command(session: &mut PaperSession, command: Command) -> Vec<Output> {
    let mut outputs = Vec::new();
    session.command(command, &mut outputs);
    outputs
}

fn close_all() -> Command {
    Command::CloseAll { reason: "test".to_owned() }
}

fn events(outputs: &[Output]) -> impl Iterator<Item = &EventKind> {
    outputs.iter().filter_map(|output| match output {
        Output::Event(event) => Some(&event.kind),
        _ => None,
    })
}

fn sold(outputs: &[Output]) -> Decimal {
    events(outputs)
        .filter_map(|kind| match kind {
            EventKind::OrderFilled { side: domain::OrderSide::Sell, fill, .. } => {
                Some(fill.quantity.get())
            }
            _ => None,
        })
        .sum()
}

/// Blind re-submission: three tries inside three tries, no id. Here one order is sent, and while its
/// outcome is unknown nothing else is bought.
#[test]
fn fault_0_1_1_and_4_9_a_timed_out_order_is_never_sent_again() {
    let cash = [(domain::Asset::parse("USDT").expect("asset"), d("10000"))];
    let mut outputs = Vec::new();
    let at = Timestamp::from_millis(1_700_000_040_000);
    let state = TradingState::Active;
    let mut engine = Engine::open(settings(), &cash, at, state, &mut outputs);
    outputs.clear();
    let mut now = at;
    for minute in 0..20_usize {
        let price = Price::new(d(["100", "99"][minute % 2])).expect("price");
        let volume = Quantity::new(d("900")).expect("volume");
        let candle = Candle::new(now, [price; 4], volume).expect("candle");
        now = Interval::MINUTE.end_of(now);
        for kind in [InputKind::Price(0, price), InputKind::Candle(0, candle)] {
            engine.handle(Input { at: now, kind }, &mut outputs);
        }
    }
    let places =
        outputs.iter().filter(|o| matches!(o, Output::Request(r) if matches!(r.request(), domain::OrderRequest::Place(_))));
    assert_eq!(places.count(), 1, "one order, whatever the strategy wants");
    let asks = outputs.iter().filter(|o| matches!(o, Output::Request(r) if matches!(r.request(), domain::OrderRequest::Query(_))));
    assert!(asks.count() > 10, "the venue is asked instead");
    let order = engine.book().orders.values().next().expect("it is remembered");
    assert_eq!(order.status, OrderStatus::Unknown);
    assert_eq!(engine.unknown_orders(0), 1);
}

/// State in memory only: a restart forgot positions, halts, losses and switches.
#[test]
fn fault_0_1_4_a_restart_forgets_nothing() {
    let mut session = holding(settings());
    feed(&mut session, 4, &[["100", "100", "98", "98", "900"]]);
    command(&mut session, Command::Stop { reason: "night".to_owned(), freeze: false });
    let off = Command::SetStrategyEnabled {
        strategy: Name::from("ma_crossover").expect("name"),
        enabled: false,
        force: true,
        expected_version: None,
    };
    command(&mut session, off);
    let stored = postcard::to_allocvec(&session).expect("stored");
    let again: PaperSession = postcard::from_bytes(&stored).expect("read back");
    assert_eq!(again, session);
    let engine = again.engine();
    assert_eq!(engine.trading().state, TradingState::Halted);
    assert_eq!(held(&again), held(&session));
    assert!(engine.equity().day_loss_pct() > d("0"), "the day's loss is known");
    assert_eq!(engine.equity().all_time_peak, session.engine().equity().all_time_peak);
    assert!(!engine.switch_of(0).enabled);
    assert_eq!(engine.positions().next().map(|p| p.place), Some(ProtectionPlace::Venue));
}

/// Two close-alls at once sold everything twice.
#[test]
fn fault_0_1_6_two_close_alls_sell_once() {
    let mut session = holding(settings());
    let mut outputs = command(&mut session, close_all());
    outputs.extend(command(&mut session, close_all()));
    outputs.extend(feed(&mut session, 4, &[flat_bar("100", "900"), flat_bar("100", "900")]));
    assert_eq!(sold(&outputs), d("10"));
    assert_eq!(held(&session), d("0"));
    session.check_books().expect("the exchange says the same");
}

/// An accepted close that did not fill counted as closed; a failed one answered success.
#[test]
fn fault_0_1_6_and_4_9_a_close_that_does_not_fill_is_not_reported_as_closed() {
    let mut session = holding(settings());
    feed(&mut session, 4, &[flat_bar("100", "4")]);
    let mut outputs = command(&mut session, close_all());
    outputs.extend(feed(&mut session, 5, &[flat_bar("100", "0.0001"); 12]));
    let report = events(&outputs)
        .find_map(|kind| match kind {
            EventKind::CloseAllFinished { report } => Some(report.clone()),
            _ => None,
        })
        .expect("it ends");
    let line = &report.positions[0];
    assert!(!report.flat && line.note.as_str() == "no_liquidity", "{report:?}");
    assert_eq!(line.sold.get(), sold(&outputs));
    assert_eq!(line.remaining.get(), held(&session));
    assert!(held(&session) > d("0"), "what is left is still held, and protected:");
    let place = session.engine().positions().next().map(|p| p.place);
    assert!(matches!(place, Some(ProtectionPlace::Venue | ProtectionPlace::Synthetic)));
}

/// Live equity was the constant 10,000: sizes, exposure and drawdown were fiction.
#[test]
fn fault_0_1_8_equity_is_marked_and_a_fall_latches() {
    let mut own = settings();
    own.risk.max_position_size_pct = d("100");
    own.risk.max_total_exposure_pct = d("100");
    (own.risk.sizing, own.risk.stop_loss_pct) = (engine::settings::SizingMethod::AllIn, d("0"));
    (own.risk.take_profit_pct, own.position.first_target_pct) = (d("0"), d("0"));
    own.risk.price_collar_pct = d("0");
    let mut session = open(own);
    feed(&mut session, 0, &[flat_bar("100", "900"), flat_bar("99", "900"), flat_bar("100", "900")]);
    let outputs = feed(&mut session, 3, &[["100", "100", "80", "80", "900"]]);
    let equity = session.engine().equity().equity;
    assert!(equity < d("8001") && equity > d("7900"), "marked without a sale: {equity}");
    let latched = events(&outputs).any(|kind| {
        matches!(kind, EventKind::TradingStateChanged { to: TradingState::Reducing, .. })
    });
    assert!(latched, "a fall of 20 % passes the limit of 15 %");
}

/// Stops were looked at once per cycle, against a price up to an hour old.
#[test]
fn fault_0_1_9_a_stop_is_met_within_a_candle() {
    let mut session = holding(settings());
    // The close is above the stop; only the low is not.
    let outputs = feed(&mut session, 4, &[["100", "101", "96", "100", "900"]]);
    let reason = events(&outputs).find_map(|kind| match kind {
        EventKind::PositionClosed { reason, .. } => Some(*reason),
        _ => None,
    });
    assert_eq!(reason, Some(ExitReason::StopLoss));
    assert_eq!(sold(&outputs), d("10"));
}

/// A filled market order failed the order's own model, which wanted its price to be 0.
#[test]
fn fault_4_9_a_market_order_keeps_its_average_price_apart() {
    let session = holding(settings());
    let orders: Vec<_> = session.engine().book().remembered().cloned().collect();
    let entry = orders.iter().find(|o| o.order.purpose == OrderPurpose::Entry).expect("the entry");
    assert_eq!(entry.order.kind, domain::OrderKind::Market);
    assert_eq!(entry.average_price().map(Price::get), Some(d("100")));
    assert_eq!(entry.status, OrderStatus::Filled);
}

/// An accepted order was never looked at again.
#[test]
fn fault_4_9_resting_orders_are_asked_after() {
    let mut own = settings();
    own.execution.order_check_seconds = 30;
    let mut session = holding(own);
    let before = session.engine().queries();
    feed(&mut session, 4, &[flat_bar("100", "900"); 5]);
    assert!(session.engine().queries() >= before + 5, "{}", session.engine().queries());
    assert_eq!(held(&session), d("10"), "and nothing comes of it when all is well");
    session.check_books().expect("the books agree");
}

/// Bookkeeping used what was ordered, not what was filled.
#[test]
fn fault_4_9_a_position_is_what_was_filled() {
    let mut session = open(settings());
    feed(&mut session, 0, &[flat_bar("100", "900"), flat_bar("99", "900"), flat_bar("100", "900")]);
    // A quarter of the volume is ours: 1.5 of the 10 that were ordered.
    feed(&mut session, 3, &[flat_bar("100", "6")]);
    assert_eq!(held(&session), d("1.5"));
    let protected: Decimal = session
        .exchange()
        .open_orders()
        .filter(|o| matches!(o.order().kind, domain::OrderKind::Stop { .. }))
        .filter_map(|o| o.remaining().map(Quantity::get))
        .sum();
    assert_eq!(protected, d("1.5"), "protection is for what is held");
}

/// The limit order's fallback bought the whole size again after a partial fill.
#[test]
fn fault_4_9_a_fallback_buys_only_what_is_left() {
    let mut own = settings();
    own.execution.entry_style = domain::ExecutionStyle::LimitThenMarket;
    own.execution.limit_timeout_seconds = 90;
    let mut session = open(own);
    feed(&mut session, 0, &[flat_bar("100", "900"), flat_bar("99", "900"), flat_bar("100", "900")]);
    // 9 of 10 at the limit, then the price goes away.
    feed(&mut session, 3, &[["101", "101", "100", "101", "36"]]);
    assert_eq!(held(&session), d("9"));
    feed(&mut session, 4, &[flat_bar("101", "900"); 3]);
    assert_eq!(held(&session), d("10"));
}

/// Nothing rested at the exchange: a dead process meant no stop.
#[test]
fn fault_4_9_protection_rests_at_the_venue_without_the_engine() {
    let session = holding(settings());
    let stops = session.exchange().open_orders();
    let triggers: Vec<_> = stops
        .filter_map(|o| match o.order().kind {
            domain::OrderKind::Stop { trigger } => Some((trigger.get(), o.remaining())),
            _ => None,
        })
        .collect();
    let half = Quantity::new(d("5")).ok();
    assert_eq!(triggers, [(d("97"), half), (d("97"), half)]);
}

/// The breaker held up cancels and emergency sells as well.
#[test]
fn fault_4_9_throttles_and_latches_never_hold_up_exits_or_cancels() {
    let mut own = settings();
    own.risk.max_orders_per_minute = 1;
    own.risk.max_messages_per_minute = 1;
    let mut session = holding(own);
    let outputs = feed(&mut session, 4, &[["100", "100", "96", "96", "900"]]);
    assert_eq!(sold(&outputs), d("10"), "the stop fires");
    let outputs = feed(&mut session, 5, &[flat_bar("98", "900"), flat_bar("99", "900")]);
    assert_eq!(sold(&outputs), d("0"));
    let mut session = holding(settings());
    command(&mut session, Command::Stop { reason: String::new(), freeze: false });
    let outputs = command(&mut session, close_all());
    assert_eq!(sold(&outputs), d("10"), "a close is carried out while halted");
}

/// A fill at price 0 was possible on paper.
#[test]
fn fault_4_9_there_is_no_fill_without_a_price() {
    assert!(Price::new(d("0")).is_err());
    // No price has been seen: nothing can be sold at it.
    let mut session = open(settings());
    let symbol = session.engine().markets()[0].instrument.symbol;
    let close = Command::ClosePosition { symbol, quantity: None, reason: String::new() };
    let outputs = command(&mut session, close);
    let refused =
        |o: &Output| matches!(o, Output::Reply(CommandReply::Refused(Refusal::NoPosition(_))));
    assert!(outputs.iter().any(refused), "{outputs:?}");
}

/// The first target's flag was set and the quantity halved before any order.
#[test]
fn fault_4_9_the_first_target_counts_when_it_is_sold() {
    let mut session = holding(settings());
    // The target is touched in a candle without volume: it triggers, and nothing can be sold.
    let outputs = feed(&mut session, 4, &[["100", "103", "100", "102", "0"]]);
    assert_eq!((sold(&outputs), held(&session)), (d("0"), d("10")));
    assert!(session.engine().positions().all(|p| p.first_target.is_some()));
    let outputs = feed(&mut session, 5, &[["102", "103.5", "102", "102", "900"]]);
    assert_eq!((sold(&outputs), held(&session)), (d("5"), d("5")));
    assert!(session.engine().positions().all(|p| p.first_target.is_none()));
    let reasons: Vec<ExitReason> = events(&outputs)
        .filter_map(|kind| match kind {
            EventKind::TradeClosed { trade } => Some(trade.exit_reason),
            _ => None,
        })
        .collect();
    assert_eq!(reasons, [ExitReason::FirstTarget]);
}

/// Time-weighted entries kept the last slice's order only.
#[test]
fn fault_4_9_every_slice_of_a_schedule_is_known() {
    let mut own = settings();
    own.execution.entry_style = domain::ExecutionStyle::Twap;
    let mut session = open(own);
    let mut outputs = feed(
        &mut session,
        0,
        &[flat_bar("100", "900"), flat_bar("99", "900"), flat_bar("100", "900")],
    );
    outputs.extend(feed(&mut session, 3, &[flat_bar("100", "900"); 4]));
    let filled: Vec<ClientOrderId> = events(&outputs)
        .filter_map(|kind| match kind {
            EventKind::OrderFilled { id, .. } => Some(*id),
            _ => None,
        })
        .collect();
    assert_eq!(filled.len(), 5);
    let known: Vec<_> = session.engine().book().remembered().map(|o| o.order.id).collect();
    assert!(filled.iter().all(|id| known.contains(id)));
    let result = events(&outputs).find_map(|kind| match kind {
        EventKind::IntentFinished { result } => Some(result.clone()),
        _ => None,
    });
    assert_eq!(result.map(|r| (r.orders, r.filled.get())), Some((5, d("10"))));
}

/// One reading of a balance deleted real positions and their stops. A report can't: a position
/// changes by fills and by movements that the venue names, nothing else.
#[test]
fn fault_4_9_no_report_but_a_fill_changes_a_position() {
    let mut session = holding(settings());
    let orders: Vec<_> = session.exchange().open_orders().map(|o| *o.order()).collect();
    let symbol = orders[0].symbol;
    for kind in [
        ReportKind::NotFound,
        ReportKind::Unanswered,
        ReportKind::CancelRejected(Name::new()),
        ReportKind::Accepted,
    ] {
        let (at, executed) = (session.engine().now(), Quantity::ZERO);
        let report = ExecutionReport { at, id: orders[0].id, symbol, executed, kind };
        session.tell(at, InputKind::Report(report), &mut Vec::new());
        assert_eq!(held(&session), d("10"), "{kind:?}");
        assert!(session.engine().positions().all(|p| p.stop.is_some()), "{kind:?}");
    }
}
