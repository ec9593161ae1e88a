//! Recorded files as a source of rows: opened together, merged by (close time, symbol).
//!
//! Reads Binance's public spot downloads (klines with 12 columns, trades with 7), plain, gzip or
//! zip, with stamps in milliseconds or microseconds. Gaps are counted, never filled; nothing is
//! repaired or sorted: a row is delivered exactly as recorded, or it is an error or a counted skip.

mod container;
mod error;
mod lane;
mod lines;
mod name;
mod number;
mod parse;
mod scan;
mod set;

pub use error::{OpenError, OpenErrors};
pub use name::{FileSpec, Kind};
pub use scan::FileInfo;

use crate::{GapCounts, Row, RowError, RowSource, SkipCounts, SourcePosition};
use domain::{Symbol, Timestamp};
use lane::{Lane, Tally};
use scan::Scanned;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// What happens at a row that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnBadRow {
    /// The source ends with an error that names file, line and column.
    #[default]
    Error,
    /// The row is left out and counted.
    Skip,
}

/// How bad rows are treated. Part of what decides which rows a source gives: store it beside the
/// content hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SkipPolicy {
    /// At a bad row, and at compressed data that ends early.
    pub on_bad_row: OnBadRow,
}

/// Bounds against absurd input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Files in all.
    pub max_files: usize,
    /// Bytes of a line; a kline has about 150.
    pub max_line_bytes: usize,
    /// Longest pause between two trades of one file, in seconds.
    pub max_trade_pause_seconds: u32,
    /// Examples kept of skipped rows and of gaps.
    pub max_examples: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_files: 10_000,
            max_line_bytes: 1_024,
            max_trade_pause_seconds: 7 * 86_400,
            max_examples: 5,
        }
    }
}

/// Files being replayed.
#[derive(Debug)]
pub struct Replay {
    /// In the order of their symbols, so that a lower index wins a tie of times.
    lanes: Vec<Lane>,
    /// The next row of each lane.
    slots: Vec<Option<Row>>,
    /// Lanes with a row in their slot, earliest first.
    heap: BinaryHeap<Reverse<(Timestamp, usize)>>,
    /// The lane whose row was delivered last; read on only when the next row is asked for, so
    /// that a fault never hides good rows before it.
    refill: Refill,
    delivered: u64,
    failed: Option<RowError>,
    tally: Tally,
    files: Vec<FileInfo>,
    content_hash: [u8; 32],
}

/// Which lanes need their next row read.
#[derive(Debug, Clone, Copy)]
enum Refill {
    All,
    One(usize),
    None,
}

impl Replay {
    /// Opens files together and reads them through once, to hash and count them. All problems of
    /// all files come back at once.
    ///
    /// The content hash covers symbol, series and the raw bytes of each file, not names or order:
    /// the same rows packed differently are another content.
    pub fn open(
        files: &[FileSpec],
        policy: SkipPolicy,
        limits: Limits,
    ) -> Result<Self, OpenErrors> {
        if files.is_empty() {
            return Err(OpenErrors(vec![OpenError::NoFiles]));
        }
        if files.len() > limits.max_files {
            let (count, max) = (files.len(), limits.max_files);
            return Err(OpenErrors(vec![OpenError::TooMany { count, max }]));
        }
        let (mut scanned, mut errors) = (Vec::new(), Vec::new());
        for spec in files {
            let file = spec
                .resolve()
                .and_then(|(symbol, series)| scan::scan(&spec.path, symbol, series, &limits));
            match file {
                Ok(file) => {
                    if policy.on_bad_row == OnBadRow::Error
                        && let Some(line) = file.info.truncated_after
                    {
                        let (file, bytes) = (file.info.path.clone(), file.text_bytes);
                        errors.push(OpenError::Truncated { file, line, bytes });
                    }
                    scanned.push(file);
                }
                Err(error) => errors.push(error),
            }
        }
        scanned.sort_by(|a, b| {
            let key = |f: &Scanned| (f.info.symbol, f.first_at, f.last_at);
            key(a).cmp(&key(b)).then_with(|| a.info.path.cmp(&b.info.path))
        });
        errors.extend(set::conflicts(&scanned));
        if !errors.is_empty() {
            return Err(OpenErrors(errors));
        }
        Ok(Self::new(scanned, policy, limits))
    }

    fn new(scanned: Vec<Scanned>, policy: SkipPolicy, limits: Limits) -> Self {
        let content_hash = set::content_hash(&scanned);
        let files = scanned.iter().map(|file| file.info.clone()).collect();
        let mut by_symbol: BTreeMap<Symbol, Vec<Scanned>> = BTreeMap::new();
        for file in scanned {
            by_symbol.entry(file.info.symbol).or_default().push(file);
        }
        let lanes: Vec<Lane> =
            by_symbol.into_iter().map(|(symbol, files)| Lane::new(symbol, files)).collect();
        let tally = Tally {
            on_bad_row: policy.on_bad_row,
            limits,
            skipped: SkipCounts::default(),
            gaps: GapCounts::default(),
        };
        Self {
            slots: vec![None; lanes.len()],
            heap: BinaryHeap::with_capacity(lanes.len()),
            lanes,
            refill: Refill::All,
            delivered: 0,
            failed: None,
            tally,
            files,
            content_hash,
        }
    }

    /// The files in the order of symbol and time.
    #[must_use]
    pub fn files(&self) -> &[FileInfo] {
        &self.files
    }

    /// The symbols, sorted.
    pub fn symbols(&self) -> impl Iterator<Item = Symbol> {
        self.lanes.iter().map(|lane| lane.symbol)
    }

    /// The content hash in hexadecimal.
    #[must_use]
    pub fn content_hash_hex(&self) -> String {
        set::hex(&self.content_hash)
    }

    /// Reads a lane's next row into its slot.
    fn fill(&mut self, lane: usize) -> Result<(), RowError> {
        if let Some(row) = self.lanes[lane].next_row(&mut self.tally)? {
            self.heap.push(Reverse((row.close_time(), lane)));
            self.slots[lane] = Some(row);
        }
        Ok(())
    }

    fn fill_due(&mut self) -> Result<(), RowError> {
        match std::mem::replace(&mut self.refill, Refill::None) {
            Refill::One(lane) => self.fill(lane),
            Refill::All => (0..self.lanes.len()).try_for_each(|lane| self.fill(lane)),
            Refill::None => Ok(()),
        }
    }

    /// Back to the first row.
    fn rewind(&mut self) {
        self.lanes.iter_mut().for_each(Lane::rewind);
        self.slots.fill(None);
        self.heap.clear();
        self.refill = Refill::All;
        self.delivered = 0;
        self.failed = None;
        self.tally.skipped = SkipCounts::default();
        self.tally.gaps = GapCounts::default();
    }
}

impl RowSource for Replay {
    fn next_row(&mut self) -> Result<Option<Row>, RowError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        if let Err(error) = self.fill_due() {
            self.failed = Some(error.clone());
            return Err(error);
        }
        let Some(Reverse((_, lane))) = self.heap.pop() else { return Ok(None) };
        self.lanes[lane].delivered();
        self.delivered += 1;
        self.refill = Refill::One(lane);
        Ok(self.slots[lane].take())
    }

    fn position(&self) -> SourcePosition {
        let files = self.lanes.iter().flat_map(Lane::positions).collect();
        SourcePosition { delivered_rows: self.delivered, files }
    }

    /// Reads on to the row, from the first one where it lies behind; costs as much as reading.
    fn seek(&mut self, delivered_rows: u64) -> Result<(), RowError> {
        if delivered_rows < self.delivered || self.failed.is_some() {
            self.rewind();
        }
        while self.delivered < delivered_rows {
            if self.next_row()?.is_none() {
                let (asked, available) = (delivered_rows, self.delivered);
                return Err(RowError::PastEnd { asked, available });
            }
        }
        Ok(())
    }

    fn content_hash(&self) -> [u8; 32] {
        self.content_hash
    }

    fn skipped(&self) -> &SkipCounts {
        &self.tally.skipped
    }

    fn gaps(&self) -> &GapCounts {
        &self.tally.gaps
    }

    fn total_rows_hint(&self) -> Option<u64> {
        Some(self.files.iter().map(|file| file.rows).sum())
    }

    fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let first = self.files.iter().map(|file| file.first).min()?;
        let last = self.files.iter().map(|file| file.last).max()?;
        Some((first, last))
    }
}
