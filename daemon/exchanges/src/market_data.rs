//! The port to market data: rows in one fixed order, with a position that can be stored and sought.
//!
//! A source is pulled, synchronous and deterministic: the same content gives the same rows at the
//! same numbers. Sources do not pace, retry or look at a clock.

use crate::{GapCounts, Reason, SkipCounts};
use domain::{Bar, MarketTrade, Symbol, Timestamp};
use std::path::PathBuf;

/// One row of market data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A closed bar.
    Bar(Bar),
    /// A public trade.
    Trade(MarketTrade),
}

impl Row {
    /// When the row is known: the first moment after a bar, or the time of a trade.
    #[must_use]
    pub fn close_time(&self) -> Timestamp {
        match self {
            Self::Bar(bar) => bar.interval.end_of(bar.candle.open_time),
            Self::Trade(trade) => trade.at,
        }
    }

    /// The pair.
    #[must_use]
    pub fn symbol(&self) -> Symbol {
        match self {
            Self::Bar(bar) => bar.symbol,
            Self::Trade(trade) => trade.symbol,
        }
    }
}

/// A pull source of market rows, ordered by (close time, symbol).
pub trait RowSource {
    /// The next row; `None` after the last one. An error is final: later calls return it again.
    fn next_row(&mut self) -> Result<Option<Row>, RowError>;

    /// What has been delivered so far.
    fn position(&self) -> SourcePosition;

    /// Continues as if exactly `delivered_rows` rows had been delivered, forwards or backwards.
    /// Seeking past the last row is an error.
    fn seek(&mut self, delivered_rows: u64) -> Result<(), RowError>;

    /// SHA-256 that names the content: two sources with the same hash give the same rows
    /// under the same [`crate::SkipPolicy`].
    fn content_hash(&self) -> [u8; 32];

    /// Bad rows left out so far (always none for sources that stop at the first).
    fn skipped(&self) -> &SkipCounts;

    /// Bars missing between delivered bars so far.
    fn gaps(&self) -> &GapCounts;

    /// About how many rows there are in all, for progress; `None` when there is no end.
    fn total_rows_hint(&self) -> Option<u64> {
        None
    }

    /// Close times of the first and the last row, for progress, where they are known ahead.
    fn span(&self) -> Option<(Timestamp, Timestamp)> {
        None
    }
}

/// How far a source has been read; plain data for the store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourcePosition {
    /// Rows delivered in all.
    pub delivered_rows: u64,
    /// Per file the line of its last delivered row; empty for sources without files.
    pub files: Vec<FilePosition>,
}

/// How far one file has been delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePosition {
    /// The file as it was named when opened.
    pub path: PathBuf,
    /// 1-based line of the last delivered row; 0 before the first.
    pub line: u64,
    /// Rows delivered from this file.
    pub rows: u64,
}

/// Why there is no next row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// A row that cannot be used, and the policy is to stop there.
    #[error("{} line {line}: {detail}; row: {excerpt:?}", file.display())]
    Bad {
        /// The file.
        file: PathBuf,
        /// 1-based line.
        line: u64,
        /// The rule it broke.
        reason: Reason,
        /// Column, value and rule in words.
        detail: String,
        /// The beginning of the row.
        excerpt: String,
    },
    /// The file could be opened, and no longer be read to its end.
    #[error("{}: can't be read after line {line}: {detail}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Last whole line.
        line: u64,
        /// What the system said.
        detail: String,
    },
    /// The file is no longer what was hashed when it was opened.
    #[error("{}: changed while in use: {expected} rows when opened, {found} now", file.display())]
    Changed {
        /// The file.
        file: PathBuf,
        /// Rows counted when it was opened.
        expected: u64,
        /// Rows read now.
        found: u64,
    },
    /// A position after the last row was asked for.
    #[error("row {asked} asked for, the source has {available}")]
    PastEnd {
        /// The position asked for.
        asked: u64,
        /// Rows that there are.
        available: u64,
    },
}
