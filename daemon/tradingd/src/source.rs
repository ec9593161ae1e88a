//! Where rows come from: recorded files or the built-in market, behind one small interface.

use crate::settings::{OnBadRow as BadRow, Series, Settings, SourceKind};
use anyhow::Context as _;
use domain::{Bar, Instrument, Interval, Timestamp};
use exchanges::{FileSpec, Kind, Limits, OnBadRow, Replay, Row, RowSource, SkipPolicy};
use sha2::{Digest, Sha256};
use simulator::SimulatedMarket;
use std::collections::BTreeMap;

/// First moment of the built-in market, so that a seed gives the same run on any day: 2026-01-01.
const SIM_START: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// A source with its identity.
pub struct Source {
    rows: Rows,
    id: String,
    symbols: Vec<(String, Interval)>,
    detail: String,
    delivered: u64,
}

enum Rows {
    Files(Box<Replay>),
    Sim(Box<Sim>),
}

struct Sim {
    market: SimulatedMarket,
    /// A market that has made nothing yet, for going back.
    fresh: SimulatedMarket,
    warmup: usize,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("id", &self.id).field("delivered", &self.delivered).finish()
    }
}

impl Source {
    /// Opens the source that the settings name.
    ///
    /// # Errors
    /// Everything that is wrong with files or symbols.
    pub fn open(settings: &Settings) -> anyhow::Result<Self> {
        match settings.source.kind {
            SourceKind::Replay => Self::open_files(settings),
            SourceKind::Sim => Self::open_sim(settings),
        }
    }

    fn open_files(settings: &Settings) -> anyhow::Result<Self> {
        let told = &settings.source;
        let specs: Vec<FileSpec> = told
            .files
            .iter()
            .map(|path| FileSpec {
                path: path.clone(),
                symbol: told.symbol,
                interval: match told.series {
                    Some(Series::Klines(interval)) => Some(interval),
                    _ => None,
                },
                kind: told.series.map(|series| match series {
                    Series::Klines(_) => Kind::Klines,
                    Series::Trades => Kind::Trades,
                }),
            })
            .collect();
        let on_bad_row = match settings.source.on_bad_row {
            BadRow::Skip => OnBadRow::Skip,
            BadRow::Error => OnBadRow::Error,
        };
        let replay = Replay::open(&specs, SkipPolicy { on_bad_row }, Limits::default())?;
        let mut symbols: BTreeMap<String, Interval> = BTreeMap::new();
        for file in replay.files() {
            let interval = match file.kind {
                Kind::Klines => file.interval.unwrap_or(Interval::MINUTE),
                Kind::Trades => Interval::MINUTE,
            };
            symbols.insert(file.symbol.to_string(), interval);
        }
        let names: Vec<String> = symbols.iter().map(|(s, i)| format!("{s} {i}")).collect();
        let id = format!("replay:{}:{:?}", replay.content_hash_hex(), on_bad_row).to_lowercase();
        Ok(Self {
            rows: Rows::Files(Box::new(replay)),
            id,
            detail: format!("replay of {}", names.join(", ")),
            symbols: symbols.into_iter().collect(),
            delivered: 0,
        })
    }

    fn open_sim(settings: &Settings) -> anyhow::Result<Self> {
        let sim = &settings.sim;
        let instruments: Vec<Instrument> =
            sim.symbols.iter().map(|s| settings.instrument(s)).collect::<Result<_, _>>()?;
        let fresh = SimulatedMarket::new(sim.seed, &instruments, sim.interval, SIM_START)
            .context("sim.symbols")?;
        let mut names: Vec<String> = instruments.iter().map(|i| i.symbol.to_string()).collect();
        names.sort();
        let id =
            format!("sim:{}:{}:{}:{}", sim.seed, sim.interval, sim.warmup_bars, names.join("+"));
        Ok(Self {
            detail: format!("built-in market, seed {}", sim.seed),
            symbols: names.into_iter().map(|n| (n, sim.interval)).collect(),
            rows: Rows::Sim(Box::new(Sim {
                market: fresh.clone(),
                fresh,
                warmup: sim.warmup_bars as usize,
            })),
            id,
            delivered: 0,
        })
    }

    /// Identity of the data: content hash of the files, or what the built-in market is made from.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// In words.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Symbols with the interval of their base candles, sorted.
    #[must_use]
    pub fn symbols(&self) -> &[(String, Interval)] {
        &self.symbols
    }

    /// Eight hex characters that start every order id: a function of the data alone.
    #[must_use]
    pub fn instance(&self) -> String {
        let hash = Sha256::digest(self.id.as_bytes());
        hash.iter().take(4).map(|b| format!("{b:02x}")).collect()
    }

    /// History before the first row that counts; empty for files.
    pub fn take_warm_up(&mut self) -> Vec<Bar> {
        match &mut self.rows {
            Rows::Files(_) => Vec::new(),
            Rows::Sim(sim) => sim.market.history(sim.warmup),
        }
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// A bad row under the policy `error`, or files that can't be read any more.
    pub fn next_row(&mut self) -> anyhow::Result<Option<Row>> {
        let row = match &mut self.rows {
            Rows::Files(replay) => replay.next_row()?,
            Rows::Sim(sim) => Some(Row::Bar(sim.market.next_bar())),
        };
        self.delivered += u64::from(row.is_some());
        Ok(row)
    }

    /// Goes to just after `rows` delivered rows (warm-up not counted).
    ///
    /// # Errors
    /// The files are shorter than that, or have changed.
    pub fn seek(&mut self, rows: u64) -> anyhow::Result<()> {
        match &mut self.rows {
            Rows::Files(replay) => replay.seek(rows)?,
            Rows::Sim(sim) => {
                sim.market = sim.fresh.clone();
                sim.market.history(sim.warmup);
                for _ in 0..rows {
                    sim.market.next_bar();
                }
            }
        }
        self.delivered = rows;
        Ok(())
    }

    /// Rows delivered so far.
    #[must_use]
    pub fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Share that is done, 0 to 100; `None` for endless sources.
    #[must_use]
    pub fn progress_pct(&self) -> Option<f64> {
        let Rows::Files(replay) = &self.rows else { return None };
        let total: u64 = replay.files().iter().map(|f| f.rows).sum();
        let left_out = replay.skipped().total;
        let done = self.delivered + left_out;
        (total > 0).then(|| (done as f64 / total as f64 * 100.0).min(100.0))
    }

    /// Rows left out as unusable.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        match &self.rows {
            Rows::Files(replay) => replay.skipped().total,
            Rows::Sim(_) => 0,
        }
    }

    /// Reasons of rows left out, with counts.
    #[must_use]
    pub fn skipped_by_reason(&self) -> Vec<(String, u64)> {
        match &self.rows {
            Rows::Files(replay) => replay
                .skipped()
                .by_reason
                .iter()
                .map(|(reason, count)| (reason.token().to_owned(), *count))
                .collect(),
            Rows::Sim(_) => Vec::new(),
        }
    }

    /// True for recorded files.
    #[must_use]
    pub fn is_replay(&self) -> bool {
        matches!(self.rows, Rows::Files(_))
    }
}

/// When a row begins in data time.
#[must_use]
pub fn start_of(row: &Row) -> Timestamp {
    match row {
        Row::Bar(bar) => bar.candle.open_time,
        Row::Trade(trade) => trade.at,
    }
}
