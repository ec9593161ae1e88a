//! What the gate takes for one entry: five pairs open with warm returns, a sixth to be judged.
//!
//! The whole judgement is timed: gathering the figures, sizing, and all checks that are on as shipped.

use domain::{Asset, Bar, Candle, Decimal, Instrument, Interval, Price, Quantity, Timestamp};
use engine::settings::{EngineSettings, InstrumentSettings, StrategySettings};
use engine::strategies::{MaCrossoverParams, StrategyParams};
use simulator::{ExchangeConfig, PaperSession};
use std::time::Instant;

const PAIRS: [&str; 6] = ["ADAUSDT", "BTCUSDT", "ETHUSDT", "LTCUSDT", "SOLUSDT", "XRPUSDT"];
const WARM: i64 = 300;
const ROUNDS: usize = 20_001;
/// Nanoseconds at the median that one entry may take.
const TARGET: u128 = 2_000;

/// Prints median and 99th percentile; fails when the scene is not what it claims to be.
pub fn measure() -> anyhow::Result<()> {
    let session = scene()?;
    let engine = session.engine();
    let open = engine.positions().count();
    let judged = engine.preview_entry(0).ok_or_else(|| anyhow::anyhow!("no price"))?;
    let names: Vec<&str> = judged.verdicts.iter().map(|v| v.check.as_str()).collect();
    anyhow::ensure!(open == 5, "{open} positions are open instead of 5");
    anyhow::ensure!(
        judged.outcome.is_ok() && names.contains(&"max_correlation"),
        "not all checks were run: {:?}",
        judged.outcome
    );
    let mut times: Vec<u128> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            std::hint::black_box(engine.preview_entry(std::hint::black_box(0)));
            begun.elapsed().as_nanos()
        })
        .collect();
    times.sort_unstable();
    println!(
        "gate: one entry, {} checks, {open} positions open: median {} ns, 99 % below {} ns (target {TARGET})",
        names.len(),
        times[ROUNDS / 2],
        times[ROUNDS * 99 / 100],
    );
    Ok(())
}

/// Five pairs bought, the first one not.
fn scene() -> anyhow::Result<PaperSession> {
    let mut own = Vec::new();
    for pair in PAIRS {
        let instrument = Instrument::from_symbol(pair)?;
        own.push(InstrumentSettings { instrument, base_interval: Interval::MINUTE });
    }
    let mut settings = EngineSettings::shipped("bench001", own);
    let params = MaCrossoverParams { short_period: 1, long_period: 2, ..Default::default() };
    settings.strategies = vec![StrategySettings {
        params: StrategyParams::MaCrossover(params),
        enabled: true,
        weight: 1.0,
        allotment_pct: Decimal::new(90, 0),
    }];
    (settings.trend_filter_enabled, settings.regime_adaptation_enabled) = (false, false);
    settings.risk.max_concurrent_positions = 6;
    settings.risk.max_position_size_pct = Decimal::new(8, 0);
    let quote = settings.instruments[0].instrument.quote;
    let cash: [(Asset, Decimal); 1] = [(quote, Decimal::new(1_000_000, 0))];
    let outputs = &mut Vec::new();
    let start = Timestamp::ZERO;
    let mut session =
        PaperSession::open(settings, ExchangeConfig::default(), &cash, start, outputs)?;
    for minute in 0..WARM + 4 {
        for (place, pair) in PAIRS.iter().enumerate() {
            // Each pair swings at its own pace; then all but the first fall and rise, and are bought.
            let swing = (minute as f64 * (0.7 + 0.31 * place as f64)).sin() * 20.0;
            let cents = match usize::try_from(minute - WARM) {
                Ok(late) if place == 0 => 9_970 - 10 * late as i64,
                Ok(late) => 10_000 + [-30, -40, 10, 20][late],
                Err(_) => 10_000 + swing as i64,
            };
            let bar = flat(pair, minute, cents)?;
            if minute < WARM {
                session.warm_up(&bar, outputs);
            } else {
                session.bar(&bar, outputs);
            }
            outputs.clear();
        }
    }
    Ok(session)
}

fn flat(pair: &str, minute: i64, cents: i64) -> anyhow::Result<Bar> {
    let price = Price::new(Decimal::new(cents, 2))?;
    let volume = Quantity::new(Decimal::new(1_000_000, 0))?;
    let at = Timestamp::from_millis(minute * 60_000);
    let candle = Candle::new(at, [price; 4], volume)?;
    Ok(Bar { symbol: Instrument::from_symbol(pair)?.symbol, interval: Interval::MINUTE, candle })
}
