//! The same oracle over recorded markets with shipped settings, where the recordings are there.

use engine::Output;
use exchanges::{Row, RowSource};
use oracle::Step;
use sha2::{Digest, Sha256};
use simulator::{ExchangeConfig, PaperSession};
use std::path::PathBuf;
use std::time::Instant;
use tradingd_tests::session;
use tradingd_tests::sim::watch::Watch;
use tradingd_tests::sim::{Tally, eyes};

/// Replays files under the oracle; gives the counts and the log's hash.
fn replay(files: &[PathBuf]) -> anyhow::Result<(Tally, [u8; 32])> {
    let mut source = session::open(files)?;
    let symbols: Vec<String> = source.symbols().map(|s| s.to_string()).collect();
    let names: Vec<&str> = symbols.iter().map(String::as_str).collect();
    // The recorded trades span a few minutes, so their candles are short.
    let short = domain::Interval::from_seconds(5).unwrap_or(domain::Interval::MINUTE);
    let interval = source.files()[0].interval.unwrap_or(short);
    let settings = session::shipped(&names, interval);
    let mut outputs: Vec<Output> = Vec::new();
    let mut run: Option<(PaperSession, Watch)> = None;
    let mut hash = Sha256::new();
    while let Some(row) = source.next_row()? {
        if run.is_none() {
            let mut session = PaperSession::open(
                settings.clone(),
                ExchangeConfig::default(),
                &session::ten_thousand(),
                session::start_of(&row),
                &mut outputs,
            )?;
            session.record_exchange();
            let mut watch = Watch::new(&settings, &ExchangeConfig::default());
            watch.look(Step::Quiet, &outputs, &mut session, |_| ());
            outputs.clear();
            run = Some((session, watch));
        }
        let Some((session, watch)) = &mut run else { continue };
        match &row {
            Row::Bar(bar) => session.bar(bar, &mut outputs),
            Row::Trade(trade) => session.trade(trade, &mut outputs),
        }
        watch.oracle.tally.rows += 1;
        let step = Step::Row(&eyes::row(&row));
        watch.look(step, &outputs, session, |line| hash.update(line));
        outputs.clear();
    }
    let (_, watch) = run.ok_or_else(|| anyhow::anyhow!("no row in {files:?}"))?;
    let oracle = watch.oracle;
    anyhow::ensure!(oracle.violations.is_empty(), "{files:?}: {:?}", oracle.violations);
    Ok((oracle.tally, hash.finalize().into()))
}

/// The recordings that go together: klines by folder, trades by file. Only spot in USDT.
fn recordings() -> Option<Vec<Vec<PathBuf>>> {
    let root = session::market_data()?;
    let sorted = |folder: PathBuf| {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        Some(paths)
    };
    let mut sets: Vec<Vec<PathBuf>> =
        sorted(root.join("klines"))?.into_iter().filter_map(sorted).collect();
    let spot = |path: &PathBuf| {
        path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("BTCUSDT-trades"))
    };
    sets.extend(sorted(root.join("trades"))?.into_iter().filter(spot).map(|path| vec![path]));
    Some(sets)
}

#[test]
fn conservation_over_recorded_files() {
    let Some(sets) = recordings() else {
        println!("skipped 1: no recorded market data (set TRADINGD_MARKET_DATA to its folder)");
        return;
    };
    let mut total = Tally::default();
    for files in &sets {
        let start = Instant::now();
        let (tally, first) = replay(files).expect("recorded files keep every promise");
        if files.len() > 1 {
            let (_, second) = replay(files).expect("and do so again");
            assert_eq!(first, second, "{files:?}: two replays, two logs");
        }
        println!(
            "{} file(s) of {}: {} rows, {} events, {} orders, {} fills, {} trades, {:.1} s",
            files.len(),
            files[0].display(),
            tally.rows,
            tally.events,
            tally.orders,
            tally.fills,
            tally.trades,
            start.elapsed().as_secs_f64()
        );
        total.add(&tally);
    }
    println!("{} recordings: {} rows, {} fills, 0 violations", sets.len(), total.rows, total.fills);
    assert!(total.fills > 1_000 && sets.len() > 5, "the recordings trade");
}
