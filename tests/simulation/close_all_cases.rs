//! Ten thousand close-alls, each on its own small market: thin and silent rows, dust, minimum
//! values, coins of the user's own, a second and third caller, a crash between any two rows.
//!
//! The report is compared with what the exchange itself executed and holds, never with the engine.

use domain::{
    Asset, Bar, Candle, CloseAllReport, Decimal, EventKind, Instrument, Interval, OrderSide, Price,
    Quantity, ReportKind, Symbol, Timestamp,
};
use engine::settings::{EngineSettings, InstrumentSettings, SizingMethod, StrategySettings};
use engine::strategies::{MaCrossoverParams, StrategyParams};
use engine::{Command, CommandReply, Output};
use simulator::{ExchangeConfig, FeeAsset, PaperSession};
use std::collections::BTreeMap;
use std::time::Instant;
use tradingd_tests::sim::chance::Chance;

const CASES: u64 = 10_000;
/// Rows in which a close-all must have come to its end, whatever the market does.
const PATIENCE: i64 = 60;

#[derive(Debug, Default)]
struct Seen {
    positions: u64,
    flat: u64,
    partial_first: u64,
    dust: u64,
    refused: u64,
    thin: u64,
    joined: u64,
    crashes: u64,
    own_coins: u64,
    rows: u64,
}

/// One market with its account, and what the exchange has sold since the close-all began.
struct Case {
    session: PaperSession,
    chance: Chance,
    symbols: Vec<Symbol>,
    minute: i64,
    cents: i64,
    own: BTreeMap<Symbol, Decimal>,
    sold: BTreeMap<Symbol, (Decimal, Decimal)>,
    reports: Vec<CloseAllReport>,
}

#[test]
fn close_all_never_sells_more_than_held_and_reports_the_truth_in_10_000_cases() {
    let start = Instant::now();
    let seeds = crate::seeds(0..CASES);
    let half = seeds.len().div_ceil(2);
    let parts: Vec<Seen> = std::thread::scope(|scope| {
        let run = |seeds: &[u64]| {
            let mut seen = Seen::default();
            seeds.iter().for_each(|seed| one(*seed, &mut seen));
            seen
        };
        let handles: Vec<_> =
            seeds.chunks(half).map(|part| scope.spawn(move || run(part))).collect();
        handles.into_iter().map(|h| h.join().expect("a part failed, see above")).collect()
    });
    let sum = |of: fn(&Seen) -> u64| parts.iter().map(of).sum::<u64>();
    let (positions, partial) = (sum(|s| s.positions), sum(|s| s.partial_first));
    println!(
        "{} cases, {positions} positions: {} flat at the end, {partial} not after the first attempt, \
         left: dust {}, refused by the exchange {}, want of volume {}; {} calls joined one at work, \
         {} crashes, {} accounts with coins of their own, {} rows, {:.1} s",
        seeds.len(),
        sum(|s| s.flat),
        sum(|s| s.dust),
        sum(|s| s.refused),
        sum(|s| s.thin),
        sum(|s| s.joined),
        sum(|s| s.crashes),
        sum(|s| s.own_coins),
        sum(|s| s.rows),
        start.elapsed().as_secs_f64()
    );
    if seeds.len() < CASES as usize {
        return;
    }
    assert!(partial * 5 >= positions, "only {partial} of {positions} were partial at first");
    for (name, count) in [
        ("dust", sum(|s| s.dust)),
        ("refused", sum(|s| s.refused)),
        ("thin", sum(|s| s.thin)),
        ("joined", sum(|s| s.joined)),
        ("crashes", sum(|s| s.crashes)),
    ] {
        assert!(count >= 100, "{name} only {count} times");
    }
}

fn one(seed: u64, seen: &mut Seen) {
    let mut case = Case::new(seed);
    case.enter();
    let thin = case.chance.percent(60);
    if thin {
        // The last row before the close is all that its first attempt can take from.
        case.row(&["0.003", "0.4", "2", "9"]);
    }
    let held: BTreeMap<Symbol, Decimal> =
        case.symbols.clone().into_iter().map(|s| (s, case.at_exchange(s))).collect();
    let held: BTreeMap<Symbol, Decimal> =
        held.into_iter().filter(|(_, quantity)| !quantity.is_zero()).collect();
    seen.positions += held.len() as u64;
    seen.own_coins += u64::from(!case.own.is_empty());
    case.sold.clear();
    let first = case.close_all();
    assert!(matches!(first, CommandReply::Closing { id: 1, .. }), "seed {seed}: {first:?}");
    let partial = held.keys().filter(|s| !case.at_exchange(**s).is_zero());
    seen.partial_first += partial.count() as u64;
    case.wait(seed, thin, seen);
    let [report] = &case.reports[..] else {
        panic!("seed {seed}: {} reports of one close-all\n{}", case.reports.len(), again(seed))
    };
    case.check(seed, report, &held, seen);
}

fn again(seed: u64) -> String {
    crate::again(seed, "close_all_never")
}

impl Case {
    fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed, "close-all case");
        let bases = ["ADA", "BTC", "ETH"];
        let pairs = chance.between(1, 3) as usize;
        let instruments: Vec<Instrument> =
            bases[..pairs].iter().map(|base| instrument(base, &mut chance)).collect();
        let quote = instruments[0].quote;
        let own: Vec<_> = instruments
            .iter()
            .map(|i| InstrumentSettings { instrument: *i, base_interval: Interval::MINUTE })
            .collect();
        let mut settings = EngineSettings::shipped(&format!("{:08x}", seed as u32), own);
        tame(&mut settings, &mut chance);
        let config = ExchangeConfig {
            maker_fee_pct: chance.decimal(&["0", "0.1"]),
            taker_fee_pct: chance.decimal(&["0", "0.1", "1"]),
            slippage_bps: chance.decimal(&["0", "2", "50"]),
            impact_bps: Decimal::ZERO,
            max_volume_share: chance.decimal(&["0.25", "1"]),
            fee_asset: *chance.pick(&[FeeAsset::Quote, FeeAsset::Quote, FeeAsset::Received]),
        };
        let mut balances: Vec<(Asset, Decimal)> = vec![(quote, Decimal::new(100_000, 0))];
        let mut coins = BTreeMap::new();
        if chance.percent(30) {
            let amount = chance.decimal(&["1.5", "700", "0.00001"]);
            balances.push((instruments[0].base, amount));
            coins.insert(instruments[0].symbol, amount);
        }
        let symbols = instruments.iter().map(|i| i.symbol).collect();
        let outputs = &mut Vec::new();
        let mut session = PaperSession::open(settings, config, &balances, Timestamp::ZERO, outputs)
            .expect("Invariant: the case can be opened");
        session.record_exchange();
        let (sold, reports) = (BTreeMap::new(), Vec::new());
        Self { session, chance, symbols, minute: 0, cents: 10_000, own: coins, sold, reports }
    }

    /// Prices that make the strategy buy in every pair; some buy in a thin row and hold little.
    fn enter(&mut self) {
        for cents in [10_000, 9_900, 10_050] {
            self.cents = cents;
            self.row(&["90000"]);
        }
        self.row(&["0.5", "40", "90000", "90000"]);
        for _ in 0..self.chance.below(3) {
            self.row(&["90000", "3"]);
        }
    }

    /// One row per pair with a volume of these.
    fn row(&mut self, volumes: &[&str]) {
        self.cents += self.chance.between(0, 40) as i64 - 20;
        for symbol in self.symbols.clone() {
            let price = Price::new(Decimal::new(self.cents, 2)).expect("Invariant: a price");
            let volume = Quantity::new(self.chance.decimal(volumes)).expect("Invariant: a volume");
            let at = Timestamp::from_millis(self.minute * 60_000);
            let candle = Candle::new(at, [price; 4], volume).expect("Invariant: a candle");
            let mut outputs = Vec::new();
            let bar = Bar { symbol, interval: Interval::MINUTE, candle };
            self.session.bar(&bar, &mut outputs);
            self.hear(&outputs);
        }
        self.minute += 1;
    }

    fn close_all(&mut self) -> CommandReply {
        let mut outputs = Vec::new();
        let command = Command::CloseAll { reason: "case".to_owned() };
        self.session.command(command, &mut outputs);
        self.hear(&outputs);
        let reply = outputs.into_iter().find_map(|output| match output {
            Output::Reply(reply) => Some(reply),
            _ => None,
        });
        reply.expect("every command is answered")
    }

    /// Takes down what the exchange executed and what the engine reported.
    fn hear(&mut self, outputs: &[Output]) {
        let sides: BTreeMap<_, _> = outputs
            .iter()
            .filter_map(|output| match output {
                Output::Event(event) => match &event.kind {
                    EventKind::OrderFilled { id, side, .. } => Some((*id, *side)),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        for report in self.session.take_tape().executions {
            let ReportKind::Filled(fill) = report.kind else { continue };
            if sides.get(&report.id) == Some(&OrderSide::Sell) {
                let line = self.sold.entry(report.symbol).or_default();
                line.0 += fill.quantity.get();
                line.1 += fill.quantity.get() * fill.price.get();
            }
        }
        let finished = outputs.iter().filter_map(|output| match output {
            Output::Event(event) => match &event.kind {
                EventKind::CloseAllFinished { report } => Some(report.clone()),
                _ => None,
            },
            _ => None,
        });
        self.reports.extend(finished);
        for symbol in &self.symbols {
            let own = self.own.get(symbol).copied().unwrap_or_default();
            assert!(self.balance(*symbol) >= own, "{symbol}: the user's own coins are never sold");
        }
    }

    /// Lets rows, other callers and crashes come until there is a report.
    fn wait(&mut self, seed: u64, thin: bool, seen: &mut Seen) {
        let until = self.minute + PATIENCE;
        while self.reports.is_empty() {
            let report = self.session.engine().closing_report();
            assert!(self.minute < until, "seed {seed}: no end: {report:?}\n{}", again(seed));
            if self.chance.percent(25) {
                self.crash(seed);
                seen.crashes += 1;
            }
            if self.chance.percent(15) {
                let reply = self.close_all();
                let joined = matches!(reply, CommandReply::Closing { id: 1, .. });
                assert!(joined, "seed {seed}: {reply:?}\n{}", again(seed));
                seen.joined += 1;
            }
            if self.reports.is_empty() {
                let volumes: &[&str] =
                    if thin { &["0", "0.003", "0.4", "2", "900"] } else { &["900", "90000"] };
                self.row(volumes);
                seen.rows += 1;
            }
        }
    }

    fn crash(&mut self, seed: u64) {
        let stored = postcard::to_allocvec(&self.session).expect("a session can be stored");
        self.session = postcard::from_bytes(&stored)
            .unwrap_or_else(|e| panic!("seed {seed}: {e}\n{}", again(seed)));
        self.session.record_exchange();
    }

    fn balance(&self, symbol: Symbol) -> Decimal {
        let base = Instrument::from_symbol(symbol.as_str()).expect("Invariant: a pair").base;
        let line = self.session.exchange().balances().find(|b| b.asset == base);
        line.map_or(Decimal::ZERO, |b| b.total())
    }

    /// What the exchange holds of a pair beyond the user's own coins.
    fn at_exchange(&self, symbol: Symbol) -> Decimal {
        self.balance(symbol) - self.own.get(&symbol).copied().unwrap_or_default()
    }

    fn check(
        &self,
        seed: u64,
        report: &CloseAllReport,
        held: &BTreeMap<Symbol, Decimal>,
        seen: &mut Seen,
    ) {
        let told: Vec<Symbol> = report.positions.iter().map(|line| line.symbol).collect();
        let due: Vec<Symbol> = held.keys().copied().collect();
        assert_eq!(told, due, "seed {seed}: one line per position\n{}", again(seed));
        let mut all_flat = true;
        for line in &report.positions {
            let (sold, proceeds) = self.sold.get(&line.symbol).copied().unwrap_or_default();
            let left = self.at_exchange(line.symbol);
            let facts = (line.held.get(), line.sold.get(), line.remaining.get());
            let truth = (held[&line.symbol], sold, left);
            assert_eq!(facts, truth, "seed {seed} {}\n{}", line.symbol, again(seed));
            let average = (!sold.is_zero()).then(|| (proceeds / sold).round_dp(8));
            let told = line.average_price.map(Price::get);
            assert_eq!(told, average, "seed {seed} {}\n{}", line.symbol, again(seed));
            let note = line.note.as_str();
            assert_eq!(left.is_zero(), note.is_empty(), "seed {seed}: {line:?}\n{}", again(seed));
            let dust = left.is_zero() || ["dust", "min_notional", "lot_size"].contains(&note);
            all_flat &= dust;
            seen.flat += u64::from(left.is_zero());
            seen.dust += u64::from(note == "dust");
            seen.refused += u64::from(note == "min_notional");
            seen.thin += u64::from(note == "no_liquidity");
        }
        assert_eq!(report.flat, all_flat, "seed {seed}: {report:?}\n{}", again(seed));
        self.session.check_books().expect("the books agree");
    }
}

fn instrument(base: &str, chance: &mut Chance) -> Instrument {
    let symbol = format!("{base}USDT");
    Instrument {
        lot_size: chance.decimal(&["0.00001", "0.001", "0.07", "1"]),
        min_notional: chance.decimal(&["0", "5", "60", "400"]),
        ..Instrument::from_symbol(&symbol).expect("Invariant: a pair")
    }
}

/// Buys everywhere at once, with few limits in the way.
fn tame(settings: &mut EngineSettings, chance: &mut Chance) {
    let params = MaCrossoverParams { short_period: 1, long_period: 2, ..Default::default() };
    settings.strategies = vec![StrategySettings {
        params: StrategyParams::MaCrossover(params),
        enabled: true,
        weight: 1.0,
        allotment_pct: Decimal::ONE_HUNDRED,
    }];
    (settings.trend_filter_enabled, settings.regime_adaptation_enabled) = (false, false);
    settings.risk.sizing = SizingMethod::Fixed;
    settings.risk.max_position_size_pct = chance.decimal(&["1", "10", "30"]);
    settings.risk.risk_per_trade_pct = Decimal::ONE_HUNDRED;
    settings.risk.max_total_exposure_pct = Decimal::ONE_HUNDRED;
    settings.risk.max_correlation = Decimal::ONE;
    settings.risk.max_portfolio_heat = Decimal::ONE_HUNDRED;
    settings.risk.stop_loss_pct = chance.decimal(&["0", "3", "20"]);
    settings.risk.take_profit_pct = chance.decimal(&["0", "5", "20"]);
    settings.position.first_target_pct = chance.decimal(&["0", "3"]);
    settings.position.trailing_stop_enabled = chance.percent(30);
}
