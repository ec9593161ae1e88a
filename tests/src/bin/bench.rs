//! `make bench`: the engine's full path against a bare loop over the same bars, in one run.
//!
//! Workload: one symbol, SMA 20/50 cross, all free quote in and all out at the next open, 0.1 % fee.
//! The full path is candles, strategy, vote, risk, simulated exchange and double-entry ledger.
//! Timing never fails it; unequal results do.

#![allow(clippy::print_stdout)]

#[path = "bench/gate.rs"]
mod gate;

use domain::{
    Asset, Bar, Candle, Decimal, Instrument, Interval, Price, Quantity, Symbol, Timestamp,
};
use engine::Output;
use engine::settings::{EngineSettings, InstrumentSettings, SizingMethod};
use engine::strategies::StrategyParams;
use simulator::{ExchangeConfig, PaperSession};
use std::path::PathBuf;
use std::time::{Duration, Instant};

const FAST: usize = 20;
const SLOW: usize = 50;
const CASH: i64 = 1_000_000;
const RUNS: usize = 5;

/// The bars as the loops read them.
struct Bars {
    exact: Vec<Bar>,
    float: Vec<(f64, f64)>,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq)]
struct Outcome {
    fills: u64,
    equity: Decimal,
}

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let mut count = 1_000_000_usize;
    let mut file: Option<PathBuf> = None;
    while let Some(flag) = args.next() {
        let value = args.next().ok_or_else(|| anyhow::anyhow!("{flag} needs a value"))?;
        match flag.as_str() {
            "--bars" => count = value.parse()?,
            "--file" => file = Some(value.into()),
            other => {
                anyhow::bail!("unknown flag {other}; there are --bars N and --file KLINES.csv")
            }
        }
    }
    let bars = match &file {
        Some(path) => load(path)?,
        None => generate(count),
    };
    let from = file.map_or_else(|| "generated".to_owned(), |f| f.display().to_string());
    println!("bars: {} ({from}), median of {RUNS} interleaved runs", bars.exact.len());
    let (mut bare, mut exact, mut full) = (Vec::new(), Vec::new(), Vec::new());
    let mut outcomes = None;
    for _ in 0..RUNS {
        let (took, float) = timed(|| bare_loop(&bars.float));
        bare.push(took);
        let (took, reference) = timed(|| exact_loop(&bars.exact));
        exact.push(took);
        let session = settings();
        let (took, engine) = timed(|| full_path(session.clone(), &bars.exact));
        full.push(took);
        outcomes = Some((float, reference, engine));
    }
    let Some(((fills, equity), reference, engine)) = outcomes else { return Ok(()) };
    let n = bars.exact.len() as f64;
    let report = |name: &str, times: &mut Vec<Duration>| {
        times.sort();
        let median = times[times.len() / 2];
        let per_bar = median.as_secs_f64() * 1e9 / n;
        println!("{name:<34} {per_bar:>9.1} ns/bar {:>12.0} bars/s", n / median.as_secs_f64());
        per_bar
    };
    let bare = report("bare loop (f64)", &mut bare);
    let plain = report("plain reference loop (decimal)", &mut exact);
    let full = report("engine, full path", &mut full);
    println!("engine / bare loop                 {:>9.1} (bound: 120)", full / bare);
    println!("engine / plain reference           {:>9.1}", full / plain);
    println!("bare loop: {fills} fills, final equity {equity:.2}");
    println!("reference: {} fills, final equity {}", reference.fills, reference.equity);
    println!("engine:    {} fills, final equity {}", engine.fills, engine.equity);
    stages(&bars);
    gate::measure()?;
    anyhow::ensure!(reference == engine, "the engine's result differs from the plain loop's");
    println!("orders and equity equal the plain reference exactly");
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Instant::now();
    let result = std::hint::black_box(work());
    (begun.elapsed(), result)
}

/// Rolling mean by adding the new and subtracting the old, as TA-Lib's SMA does.
struct Rolling {
    window: Vec<f64>,
    at: usize,
    seen: usize,
    sum: f64,
}

impl Rolling {
    fn new(length: usize) -> Self {
        Self { window: vec![0.0; length], at: 0, seen: 0, sum: 0.0 }
    }

    #[inline]
    fn push(&mut self, value: f64) -> Option<f64> {
        let length = self.window.len();
        self.sum += value - self.window[self.at];
        self.window[self.at] = value;
        self.at = if self.at + 1 == length { 0 } else { self.at + 1 };
        self.seen += 1;
        (self.seen >= length).then(|| self.sum / length as f64)
    }
}

/// Says on which side a cross happened: 1 up, -1 down, 0 none.
struct Cross {
    fast: Rolling,
    slow: Rolling,
    before: Option<(f64, f64)>,
}

impl Cross {
    fn new() -> Self {
        Self { fast: Rolling::new(FAST), slow: Rolling::new(SLOW), before: None }
    }

    #[inline]
    fn push(&mut self, close: f64) -> i8 {
        let now = self.fast.push(close).zip(self.slow.push(close));
        let crossed = match (self.before, now) {
            (Some((f0, s0)), Some((f, s))) if f0 <= s0 && f > s => 1,
            (Some((f0, s0)), Some((f, s))) if f0 >= s0 && f < s => -1,
            _ => 0,
        };
        self.before = now;
        crossed
    }
}

/// The same cross on exact sums: where the averages are equal they are equal, whatever floats make
/// of it (in the series that peers were measured on, floats see a cross at bar 471,269 a bar early).
struct ExactCross {
    closes: Vec<Decimal>,
    sums: [Decimal; 2],
    before: Option<std::cmp::Ordering>,
}

impl ExactCross {
    fn new() -> Self {
        Self { closes: Vec::new(), sums: [Decimal::ZERO; 2], before: None }
    }

    fn push(&mut self, close: Decimal) -> i8 {
        use std::cmp::Ordering::{Greater, Less};
        self.closes.push(close);
        let n = self.closes.len();
        for (sum, length) in self.sums.iter_mut().zip([FAST, SLOW]) {
            *sum += close;
            if n > length {
                *sum -= self.closes[n - 1 - length];
            }
        }
        // fast / FAST against slow / SLOW, without a division.
        let [fast, slow] = self.sums;
        let now =
            (n >= SLOW).then(|| (fast * Decimal::from(SLOW)).cmp(&(slow * Decimal::from(FAST))));
        let crossed = match (self.before, now) {
            (Some(before), Some(Greater)) if before != Greater => 1,
            (Some(before), Some(Less)) if before != Less => -1,
            _ => 0,
        };
        self.before = now;
        crossed
    }
}

/// The floor: floats, no ledger, no checks, but an equity curve, which any backtest has.
/// `(open, close)` per bar.
fn bare_loop(bars: &[(f64, f64)]) -> (u64, f64) {
    let mut cross = Cross::new();
    let mut curve = Vec::with_capacity(bars.len());
    let (mut cash, mut held, mut fills, mut wanted) = (CASH as f64, 0.0, 0_u64, 0_i8);
    for (open, close) in bars {
        if wanted == 1 && held == 0.0 {
            held = cash / (open * 1.001);
            cash = 0.0;
            fills += 1;
        } else if wanted == -1 && held > 0.0 {
            cash = held * open * 0.999;
            held = 0.0;
            fills += 1;
        }
        curve.push(cash + held * close);
        wanted = cross.push(*close);
    }
    (fills, std::hint::black_box(curve).last().copied().unwrap_or(CASH as f64))
}

/// The reference: the same loop in decimals with the venue's rounding, written plainly.
fn exact_loop(bars: &[Bar]) -> Outcome {
    let mut cross = ExactCross::new();
    let lot = 8;
    let (mut cash, mut held, mut fills, mut wanted) =
        (Decimal::new(CASH, 0), Decimal::ZERO, 0_u64, 0_i8);
    let fee_of = |notional: Decimal| {
        let fee = notional * Decimal::new(1, 3);
        let cut = fee.trunc_with_scale(8);
        if cut == fee { cut } else { cut + Decimal::new(1, 8) }
    };
    for bar in bars {
        let open = bar.candle.open.get();
        if wanted == 1 && held.is_zero() {
            let mut quantity = (cash / (open * Decimal::new(1001, 3))).trunc_with_scale(lot);
            while quantity * open + fee_of(quantity * open) > cash {
                quantity -= Decimal::new(1, lot);
            }
            cash -= quantity * open + fee_of(quantity * open);
            held = quantity;
            fills += 1;
        } else if wanted == -1 && !held.is_zero() {
            cash += held * open - fee_of(held * open);
            held = Decimal::ZERO;
            fills += 1;
        }
        wanted = cross.push(bar.candle.close.get());
    }
    let last = bars.last().map_or(Decimal::ZERO, |b| b.candle.close.get());
    Outcome { fills, equity: cash + held * last }
}

/// Shipped settings but for what makes the workload: one strategy, all in, no stops, no filters.
fn settings() -> EngineSettings {
    let instrument = instrument();
    let own = InstrumentSettings { instrument, base_interval: Interval::MINUTE };
    let mut settings = EngineSettings::shipped("bench000", vec![own]);
    settings.strategies.retain(|s| matches!(s.params, StrategyParams::MaCrossover(_)));
    settings.regime_adaptation_enabled = false;
    settings.trend_filter_enabled = false;
    settings.tracker.enabled = false;
    settings.record_decisions = false;
    settings.risk.sizing = SizingMethod::AllIn;
    settings.risk.max_position_size_pct = Decimal::ONE_HUNDRED;
    settings.risk.max_total_exposure_pct = Decimal::ONE_HUNDRED;
    settings.risk.daily_loss_limit_pct = Decimal::ONE_HUNDRED;
    settings.risk.max_drawdown_pct = Decimal::ONE_HUNDRED;
    settings.risk.stop_loss_pct = Decimal::ZERO;
    settings.risk.take_profit_pct = Decimal::ZERO;
    settings.risk.cooldown_candles_after_stop = 0;
    settings.position.first_target_pct = Decimal::ZERO;
    settings
}

fn instrument() -> Instrument {
    let name = |text| Asset::parse(text).expect("Invariant: the names are valid");
    Instrument {
        symbol: Symbol::parse("BTCUSDT").expect("Invariant: the symbol is valid"),
        base: name("BTC"),
        quote: name("USDT"),
        tick_size: Decimal::new(1, 2),
        lot_size: Decimal::new(1, 8),
        min_notional: Decimal::new(5, 0),
    }
}

/// No slippage and no volume cap: the reference has neither.
fn exchange() -> ExchangeConfig {
    ExchangeConfig {
        slippage_bps: Decimal::ZERO,
        impact_bps: Decimal::ZERO,
        max_volume_share: Decimal::ZERO,
        fee_asset: simulator::FeeAsset::Quote,
        ..ExchangeConfig::default()
    }
}

fn full_path(settings: EngineSettings, bars: &[Bar]) -> Outcome {
    let mut outputs: Vec<Output> = Vec::new();
    let balances = [(instrument().quote, Decimal::new(CASH, 0))];
    let start = bars.first().map_or(Timestamp::ZERO, |b| b.candle.open_time);
    let mut session = PaperSession::open(settings, exchange(), &balances, start, &mut outputs)
        .expect("Invariant: the benchmark's settings are valid");
    for bar in bars {
        session.bar(bar, &mut outputs);
        // What a shell would store; here it is only looked at.
        std::hint::black_box(&outputs);
        outputs.clear();
    }
    session.check_books().expect("Invariant: ledger and exchange agree");
    let engine = session.engine();
    Outcome { fills: engine.book().totals.fills, equity: engine.equity().equity }
}

/// Where the time goes: the same bars with parts left out.
fn stages(bars: &Bars) {
    let n = bars.exact.len() as f64;
    let per_bar = |took: Duration| took.as_secs_f64() * 1e9 / n;
    let (exchange_only, ()) = timed(|| {
        let mut venue = simulator::SimulatedExchange::new(exchange(), &[instrument()], &[])
            .expect("Invariant: the benchmark's settings are valid");
        let mut reports = Vec::new();
        for bar in &bars.exact {
            venue.begin_row(bar.symbol, bar.candle.volume);
            for (leg, price) in simulator::price_path(&bar.candle).into_iter().enumerate() {
                let step = simulator::PriceStep {
                    symbol: bar.symbol,
                    at: bar.candle.open_time,
                    price,
                    continuous: leg > 0,
                    last: leg == 3,
                };
                while !venue.advance(&step, &mut reports) {}
            }
        }
        std::hint::black_box(venue);
    });
    let mut quiet = settings();
    quiet.strategies.iter_mut().for_each(|s| s.weight = 0.0);
    let (no_orders, _) = timed(|| full_path(quiet, &bars.exact));
    let (floats, sum) = timed(|| bars.exact.iter().map(|b| b.candle.ohlcv().close).sum::<f64>());
    std::hint::black_box(sum);
    println!("of which the exchange's price steps {:>8.1} ns/bar", per_bar(exchange_only));
    println!("         decimals to floats         {:>8.1} ns/bar", per_bar(floats));
    println!("         everything but orders      {:>8.1} ns/bar", per_bar(no_orders));
}

/// A seeded random walk with slow drift; the same bars on every machine with the same floats.
fn generate(count: usize) -> Bars {
    let mut state = 20_240_607_u64;
    let mut uniform = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut normal = move || (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
    let (mut x, mut drift) = (30_000_f64.ln(), 0.0);
    let middle = x;
    let mut exact = Vec::with_capacity(count);
    for i in 0..count {
        let from: f64 = x + normal() * 0.000_04;
        drift = 0.9966 * drift + normal() * 0.000_08 * (1.0_f64 - 0.9966 * 0.9966).sqrt();
        x = from + normal() * 0.0006 + drift - 2e-5 * (from - middle);
        let (open, close) = (from.exp(), x.exp());
        let high = open.max(close) * (1.0 + normal().abs() * 0.0003);
        let low = open.min(close) * (1.0 - normal().abs() * 0.0003);
        exact.extend(bar(i, [open, high, low, close]));
    }
    from_exact(exact)
}

fn bar(i: usize, prices: [f64; 4]) -> Option<Bar> {
    let cents = prices.map(|p| Price::new(Decimal::new((p * 100.0).round() as i64, 2)).ok());
    let [Some(open), Some(high), Some(low), Some(close)] = cents else { return None };
    let open_time = Timestamp::from_millis(1_609_459_200_000 + i as i64 * 60_000);
    let volume = Quantity::new(Decimal::new(1_000, 2)).ok()?;
    let candle = Candle::new(open_time, [open, high, low, close], volume).ok()?;
    Some(Bar { symbol: instrument().symbol, interval: Interval::MINUTE, candle })
}

fn load(path: &std::path::Path) -> anyhow::Result<Bars> {
    use exchanges::{Kind, Row, RowSource as _};
    let mut spec = exchanges::FileSpec::new(path);
    spec.symbol = Some(instrument().symbol);
    spec.interval = Some(Interval::MINUTE);
    spec.kind = Some(Kind::Klines);
    let policy = exchanges::SkipPolicy { on_bad_row: exchanges::OnBadRow::Error };
    let mut replay = exchanges::Replay::open(&[spec], policy, exchanges::Limits::default())?;
    let mut exact = Vec::new();
    while let Some(row) = replay.next_row()? {
        if let Row::Bar(bar) = row {
            exact.push(bar);
        }
    }
    Ok(from_exact(exact))
}

fn from_exact(exact: Vec<Bar>) -> Bars {
    let float = exact
        .iter()
        .map(|b| {
            let candle = b.candle.ohlcv();
            (candle.open, candle.close)
        })
        .collect();
    Bars { exact, float }
}
