//! The gate inside the engine: figures reach the checks, latches latch, and a resume clears them.

use crate::settings::{EngineSettings, InstrumentSettings, StrategySettings};
use crate::strategies::{MaCrossoverParams, StrategyParams};
use crate::{Command, Engine, Input, InputKind, Output};
use domain::{
    Asset, Candle, Decimal, EventKind, ExecutionReport, Fill, Instrument, Interval, Liquidity,
    MarketTrade, Name, NewOrder, OrderPurpose, OrderRequest, OrderSize, Price, Quantity,
    ReportKind, StateCause, Timestamp, TradingState,
};

const PAIRS: [&str; 3] = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];

fn d(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

fn price(value: i64) -> Price {
    Price::new(Decimal::from(value)).expect("price")
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_millis(minute * 60_000)
}

/// An engine whose only strategy buys when a close lies above the one before, and what it said.
struct Rig {
    engine: Engine,
    outputs: Vec<Output>,
}

impl Rig {
    fn new(change: impl FnOnce(&mut EngineSettings)) -> Self {
        let own = |pair: &str| InstrumentSettings {
            instrument: Instrument::from_symbol(pair).expect("symbol"),
            base_interval: Interval::MINUTE,
        };
        let mut settings = EngineSettings::shipped("00000000", PAIRS.map(own).to_vec());
        let params = MaCrossoverParams { short_period: 1, long_period: 2, ..Default::default() };
        settings.strategies = vec![StrategySettings {
            params: StrategyParams::MaCrossover(params),
            enabled: true,
            weight: 1.0,
            allotment_pct: d("100"),
        }];
        (settings.trend_filter_enabled, settings.regime_adaptation_enabled) = (false, false);
        change(&mut settings);
        let cash = [(Asset::parse("USDT").expect("asset"), d("10000"))];
        let mut outputs = Vec::new();
        let engine =
            Engine::open(settings, &cash, Timestamp::ZERO, TradingState::Active, &mut outputs);
        Self { engine, outputs }
    }

    fn tell(&mut self, at: Timestamp, kind: InputKind) {
        self.engine.handle(Input { at, kind }, &mut self.outputs);
    }

    /// The minute before `minute` closes at this price.
    fn close(&mut self, index: usize, minute: i64, value: i64) {
        self.tell(at(minute), InputKind::Price(index, price(value)));
        let volume = Quantity::new(d("9")).expect("quantity");
        let candle = Candle::new(at(minute - 1), [price(value); 4], volume).expect("candle");
        self.tell(at(minute), InputKind::Candle(index, candle));
    }

    fn warm_up(&mut self, index: usize, minute: i64, value: i64) {
        let volume = Quantity::new(d("9")).expect("quantity");
        let candle = Candle::new(at(minute - 1), [price(value); 4], volume).expect("candle");
        self.tell(at(minute), InputKind::WarmUp(index, candle));
    }

    /// Three closes from a minute on, of which the last makes the strategy buy.
    fn buy_signal(&mut self, index: usize, minute: i64) {
        for (minute, value) in (minute..).zip([100, 99, 101]) {
            self.close(index, minute, value);
        }
    }

    /// Orders asked for since the last call.
    fn orders(&mut self) -> Vec<NewOrder> {
        let orders = self.outputs.iter().filter_map(|output| match output {
            Output::Request(approved) => match approved.request() {
                OrderRequest::Place(order) => Some(*order),
                _ => None,
            },
            _ => None,
        });
        let orders = orders.collect();
        self.outputs.clear();
        orders
    }

    /// Denials as (pair, check, limit, value) since the last call.
    fn denials(&mut self) -> Vec<(String, String, Decimal, Decimal)> {
        let denials = self.outputs.iter().filter_map(|output| match output {
            Output::Event(event) => match &event.kind {
                EventKind::EntryDenied { symbol, denial } => {
                    Some((symbol.to_string(), denial.check.to_string(), denial.limit, denial.value))
                }
                _ => None,
            },
            _ => None,
        });
        let denials = denials.collect();
        self.outputs.clear();
        denials
    }

    fn report(&mut self, order: &NewOrder, kind: ReportKind) {
        let (at, id, symbol) = (self.engine.now(), order.id, order.symbol);
        let executed = match kind {
            ReportKind::Filled(fill) => fill.quantity,
            _ => Quantity::ZERO,
        };
        self.tell(at, InputKind::Report(ExecutionReport { at, id, symbol, executed, kind }));
    }

    fn fill(&mut self, order: &NewOrder, value: i64, trade_id: u64) {
        let OrderSize::Base(quantity) = order.size else { panic!("a base size") };
        let fee_asset = Asset::parse("USDT").expect("asset");
        let (price, liquidity) = (price(value), Liquidity::Taker);
        let fill = Fill { trade_id, price, quantity, fee: d("0"), fee_asset, liquidity };
        self.report(order, ReportKind::Accepted);
        self.report(order, ReportKind::Filled(fill));
    }

    fn state(&self) -> (TradingState, Option<StateCause>) {
        (self.engine.trading().state, self.engine.trading().cause.clone())
    }

    fn resume(&mut self) {
        let command = Command::Resume { reason: "checked".to_owned(), epoch: None };
        self.tell(self.engine.now(), InputKind::Command(command));
    }
}

/// Limits that get in no test's way.
fn loose(settings: &mut EngineSettings) {
    settings.risk.max_correlation = Decimal::ONE;
}

#[test]
fn orders_in_the_last_minute_deny_entries_until_it_is_over() {
    let mut rig = Rig::new(|s| {
        loose(s);
        s.risk.max_orders_per_minute = 1;
    });
    for (minute, value) in (1..).zip([100, 99, 101]) {
        rig.close(0, minute, value);
        rig.close(1, minute, value);
    }
    assert_eq!(
        rig.denials(),
        [("ETHUSDT".to_owned(), "max_orders_per_minute".to_owned(), d("1"), d("2"))]
    );
    for (minute, value) in (4..).zip([101, 99, 101]) {
        rig.close(1, minute, value);
    }
    assert_eq!(rig.orders().len(), 1, "a minute later it may");
}

#[test]
fn messages_count_cancels_too_and_never_stop_them() {
    let mut rig = Rig::new(|s| {
        loose(s);
        s.risk.max_messages_per_minute = 2;
    });
    rig.buy_signal(0, 1);
    assert_eq!(rig.orders().len(), 1);
    let stop = Command::Stop { reason: String::new(), freeze: false };
    rig.tell(at(3), InputKind::Command(stop));
    let cancels = rig.outputs.iter().filter(|output| {
        matches!(output, Output::Request(a) if matches!(a.request(), OrderRequest::Cancel(_)))
    });
    assert_eq!(cancels.count(), 1);
    rig.resume();
    assert_eq!(rig.engine.risk().traffic.messages.in_window(at(3)), 2);
    let said = rig.engine.preview_entry(0).expect("a price");
    let denial = said.outcome.expect_err("denied");
    assert_eq!((denial.check.as_str(), denial.value), ("max_messages_per_minute", d("3")));
}

#[test]
fn repeated_refusals_latch_until_a_person_resumes() {
    let mut rig = Rig::new(|s| {
        loose(s);
        s.risk.rejection_limit = 2;
    });
    let refused = ReportKind::Rejected(Name::from("lot_size").expect("name"));
    for (index, minute) in [(0, 1), (1, 4)] {
        assert_eq!(rig.state().0, TradingState::Active);
        rig.buy_signal(index, minute);
        let orders = rig.orders();
        rig.report(&orders[0], refused);
    }
    let cause = StateCause::RepeatedRejections { limit: 2, value: 2 };
    assert_eq!(rig.state(), (TradingState::Reducing, Some(cause)));
    rig.buy_signal(2, 7);
    assert!(rig.orders().is_empty());
    rig.resume();
    assert_eq!(rig.state().0, TradingState::Active);
    // Counting begins anew.
    rig.buy_signal(2, 10);
    let orders = rig.orders();
    rig.report(&orders[0], refused);
    assert_eq!(rig.state().0, TradingState::Active);
}

#[test]
fn refusals_before_the_window_do_not_latch() {
    let mut rig = Rig::new(|s| {
        loose(s);
        (s.risk.rejection_limit, s.risk.rejection_window_seconds) = (2, 120);
    });
    for (index, minute) in [(0, 1), (1, 4), (2, 7)] {
        rig.buy_signal(index, minute);
        let orders = rig.orders();
        rig.report(&orders[0], ReportKind::Rejected(Name::from("lot_size").expect("name")));
        assert_eq!(rig.state().0, TradingState::Active, "three minutes lie between them");
    }
}

#[test]
fn a_pair_without_prices_latches_when_that_is_set() {
    for (seconds, latches) in [(0, false), (300, false), (299, true)] {
        let mut rig = Rig::new(|s| {
            loose(s);
            s.risk.stale_data_halt_seconds = seconds;
        });
        rig.close(1, 1, 100);
        for minute in 1..=6 {
            rig.close(0, minute, 100);
        }
        let symbol = Instrument::from_symbol(PAIRS[1]).expect("symbol").symbol;
        let cause = StateCause::StaleData { symbol, limit: 299, value: 300 };
        let expected = if latches {
            (TradingState::Reducing, Some(cause))
        } else {
            (TradingState::Active, None)
        };
        assert_eq!(rig.state(), expected, "{seconds}");
    }
}

#[test]
fn an_entry_on_an_old_price_is_denied() {
    let mut rig = Rig::new(loose);
    let symbol = Instrument::from_symbol(PAIRS[0]).expect("symbol").symbol;
    for (trade_id, (seconds, value)) in (1..).zip([(5, 100), (65, 99), (125, 101)]) {
        let at = Timestamp::from_millis(seconds * 1_000);
        let quantity = Quantity::new(d("1")).expect("quantity");
        let (price, buyer_is_maker) = (price(value), false);
        let trade = MarketTrade { symbol, trade_id, at, price, quantity, buyer_is_maker };
        rig.tell(at, InputKind::Clock);
        rig.tell(at, InputKind::Trade(0, trade));
    }
    // The third candle ends at 180 s; it is seen at 200 s, 75 s after the last trade.
    rig.tell(Timestamp::from_millis(200_000), InputKind::Clock);
    let expected = (PAIRS[0].to_owned(), "price_age".to_owned(), d("60"), d("75"));
    assert_eq!(rig.denials(), [expected]);
}

#[test]
fn a_pair_that_moves_like_an_open_one_is_denied() {
    let mut rig = Rig::new(|_| ());
    let path = [100, 103, 101, 105, 102, 104, 99, 98];
    for (minute, value) in (1..).zip(path) {
        rig.warm_up(0, minute, value);
        rig.warm_up(1, minute, value * 10);
        rig.warm_up(2, minute, 1_000 - value);
    }
    rig.close(0, 9, 101);
    let entry = rig.orders();
    rig.fill(&entry[0], 101, 1);
    rig.outputs.clear();
    rig.close(1, 9, 1_010);
    let [denial] = rig.denials().try_into().expect("one denial");
    assert_eq!((&*denial.1, denial.2), ("max_correlation", d("0.8")), "{denial:?}");
    assert!(denial.3 > d("0.999"), "{denial:?}");
    // The third goes the other way and may be entered.
    rig.close(2, 9, 899);
    rig.close(2, 10, 903);
    assert_eq!(rig.orders().len(), 1);
}

#[test]
fn a_strategy_gets_no_more_than_its_allotment() {
    let mut rig = Rig::new(|s| {
        loose(s);
        s.strategies[0].allotment_pct = d("15");
    });
    rig.buy_signal(0, 1);
    let entry = rig.orders();
    assert_eq!(entry.len(), 1);
    // 10 % work at the market and the next 10 % would be too much, before the fill and after it.
    rig.buy_signal(1, 4);
    let [working] = rig.denials().try_into().expect("one denial");
    assert_eq!((&*working.1, working.2), ("strategy_allotment", d("15")));
    rig.fill(&entry[0], 101, 1);
    rig.outputs.clear();
    rig.buy_signal(2, 7);
    let [held] = rig.denials().try_into().expect("one denial");
    assert_eq!((&*held.1, held.2), ("strategy_allotment", d("15")));
    assert!(working.3 > d("19.9") && working.3 < d("20.1"), "{working:?}");
    assert!(held.3 > d("19.8") && held.3 < d("20.1"), "{held:?}");
}

#[test]
fn returns_are_warm_after_warm_up_and_forgotten_with_their_interval() {
    let mut rig = Rig::new(loose);
    for minute in 1..=40 {
        rig.warm_up(0, minute, 100 + minute % 7);
    }
    assert_eq!(rig.engine.risk().returns[0].len(), 39);
    let same = rig.engine.settings().clone();
    rig.tell(at(40), InputKind::Settings(Box::new(same.clone())));
    assert_eq!(rig.engine.risk().returns[0].len(), 39);
    let other = EngineSettings { signal_interval: "15m".parse().ok(), ..same };
    rig.tell(at(40), InputKind::Settings(Box::new(other)));
    assert!(rig.engine.risk().returns[0].is_empty());
}

#[test]
fn a_preview_says_what_the_engine_then_does_and_changes_nothing() {
    let mut rig = Rig::new(loose);
    assert!(rig.engine.preview_entry(0).is_none(), "no price yet");
    rig.close(0, 1, 100);
    rig.close(0, 2, 99);
    let before = rig.engine.clone();
    let said = rig.engine.preview_entry(0).expect("a price");
    assert!(said.outcome.is_ok(), "{said:?}");
    assert_eq!(rig.engine, before);
    rig.outputs.clear();
    rig.close(0, 3, 101);
    let order = rig.orders()[0];
    assert_eq!(order.purpose, OrderPurpose::Entry);
    let again = rig.engine.preview_entry(0).expect("a price").outcome.expect_err("open now");
    assert_eq!(again.check.as_str(), "position_already_exists");
}

#[test]
fn figures_and_limits_are_those_of_the_book() {
    let mut rig = Rig::new(|s| {
        loose(s);
        s.risk.var_enabled = true;
        let sector = Name::from("layer1").expect("name");
        s.sector_map.insert(s.instruments[0].instrument.symbol, sector);
    });
    for minute in 1..=60 {
        rig.warm_up(0, minute, 100 + (minute * minute) % 7);
        rig.warm_up(1, minute, 500 - (minute * minute) % 7);
    }
    rig.close(0, 61, 100);
    rig.close(0, 62, 101);
    let entry = rig.orders();
    rig.fill(&entry[0], 101, 1);
    let figures = rig.engine.risk_book().figures();
    let [first, second, third] = figures.symbols.try_into().expect("three pairs");
    assert_eq!((first.returns, second.returns, third.returns), (61, 59, 0));
    assert!(first.volatility.is_some_and(|v| v > 0.01 && v < 0.1), "{first:?}");
    let annual = first.annual_volatility.expect("known") / first.volatility.expect("known");
    assert!((annual - 525_600_f64.sqrt()).abs() < 1e-6, "{annual}");
    assert_eq!(third.garch.expect_err("no returns").token(), "too_short");
    assert!(first.garch.is_ok_and(|model| model.forecast > 0.0));
    let known: Vec<bool> = figures.correlations.iter().map(|c| c.2.is_some()).collect();
    assert_eq!(known, [true, false, false]);
    assert!(figures.correlations[0].2.is_some_and(|c| c < -0.9), "they move against each other");
    // A tenth of equity in a pair that falls by up to 3 % in a candle.
    let tail = figures.tail.expect("61 candles");
    assert!(tail.var_pct > 0.2 && tail.var_pct < 0.7 && tail.cvar_pct >= tail.var_pct, "{tail:?}");
    assert_eq!(figures.sectors, [(Name::from("layer1").expect("name"), 1)]);
    assert_eq!((figures.orders_last_minute, figures.rejections), (5, 0), "entry and two pairs");
    assert_eq!(figures.messages_last_minute, 3);
    assert!((figures.heat - first.heat).abs() < 1e-12 && figures.heat > 0.0);

    let limits = rig.engine.limits();
    let used = |check: &str| limits.iter().find(|l| l.check == check).expect("listed").used;
    let near = |a: Decimal, b: f64| (domain::to_float(a) - b).abs() < 1e-6;
    assert!(near(used("max_portfolio_var"), tail.var_pct));
    assert!(near(used("max_portfolio_heat"), figures.heat));
    assert_eq!(used("max_positions_per_sector"), d("1"));
    assert_eq!(used("max_orders_per_minute"), d("5"));
    let lost = used("risk_per_trade");
    assert!(lost > d("0.29") && lost < d("0.31"), "10 % of equity with a stop at 3 %: {lost}");
}
