//! One pass over a file when it is opened: its hash, its unit, its number of rows, first and last.
//!
//! Rows between the first and the last are counted, not parsed: their faults come up when they are
//! read, under the policy of the replay.

use super::Limits;
use super::container;
use super::error::OpenError;
use super::lines::{Damage, Line, Lines};
use super::name::Kind;
use super::parse::{self, FirstLine, Series, TimeUnit};
use crate::Row;
use domain::{Interval, Symbol, Timestamp};
use std::path::{Path, PathBuf};

/// A file of a replay, as it was when opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Where it is.
    pub path: PathBuf,
    /// The pair.
    pub symbol: Symbol,
    /// Bars or trades.
    pub kind: Kind,
    /// Length of the bars; `None` for trades.
    pub interval: Option<Interval>,
    /// Lines with data; bad ones included.
    pub rows: u64,
    /// Close time of the first usable row.
    pub first: Timestamp,
    /// Close time of the last usable row.
    pub last: Timestamp,
    /// SHA-256 of the file's raw bytes.
    pub sha256: [u8; 32],
    /// The line after which compressed data ends early, if it does.
    pub truncated_after: Option<u64>,
}

/// A file with what reading it again needs.
#[derive(Debug, Clone)]
pub(super) struct Scanned {
    pub info: FileInfo,
    pub series: Series,
    pub unit: TimeUnit,
    pub header: bool,
    /// Opening or trade time of the first and the last usable row.
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    /// Bytes of text before the damage of a truncated file.
    pub text_bytes: u64,
}

/// Lines kept from both ends of a file: enough that a few bad rows there do not matter.
const KEPT: usize = 32;

/// Reads a file through.
pub(super) fn scan(
    path: &Path,
    symbol: Symbol,
    series: Series,
    limits: &Limits,
) -> Result<Scanned, OpenError> {
    let sha256 = container::hash(path)?;
    let mut lines = Lines::new(container::open_text(path)?, limits.max_line_bytes);
    let mut ends = Ends::new(symbol, series);
    let (header, damage) = pass(path, &mut lines, &mut ends)?;
    let (line, bytes) = (lines.number(), lines.bytes());
    let file = || path.to_owned();
    let truncated_after = match damage {
        None => None,
        Some(Damage::Truncated) => Some(line),
        Some(Damage::Corrupt(detail)) => {
            return Err(OpenError::Corrupt { file: file(), line, bytes, detail });
        }
        Some(Damage::Io(detail)) => return Err(OpenError::Io { file: file(), detail }),
    };
    let rows = ends.count;
    let Some((unit, first, last)) = ends.finish() else {
        return Err(match truncated_after {
            Some(line) => OpenError::Truncated { file: file(), line, bytes },
            None => OpenError::NoRows { file: file(), lines: rows, first: ends.fault },
        });
    };
    let (kind, interval) = match series {
        Series::Klines(interval) => (Kind::Klines, Some(interval)),
        Series::Trades => (Kind::Trades, None),
    };
    let (first_at, last_at) = (at(&first), at(&last));
    let (first, last) = (first.close_time(), last.close_time());
    let info = FileInfo {
        path: file(),
        symbol,
        kind,
        interval,
        rows,
        first,
        last,
        sha256,
        truncated_after,
    };
    Ok(Scanned { info, series, unit, header, first_at, last_at, text_bytes: bytes })
}

/// Goes over all lines; tells whether there is a header, and how the text ended if not well.
fn pass(
    path: &Path,
    lines: &mut Lines,
    ends: &mut Ends,
) -> Result<(bool, Option<Damage>), OpenError> {
    let mut header = false;
    let mut first = true;
    loop {
        let line = match lines.next_line() {
            Line::Text(line) => Some(line),
            Line::TooLong(_) => None,
            Line::Damaged(damage) => return Ok((header, Some(damage))),
            Line::End => return Ok((header, None)),
        };
        if std::mem::take(&mut first)
            && let Some(line) = line
        {
            match parse::first_line(line, ends.series) {
                FirstLine::Row => {}
                FirstLine::Header => {
                    header = true;
                    continue;
                }
                FirstLine::OtherHeader { found, needed } => {
                    return Err(OpenError::Header { file: path.to_owned(), found, needed });
                }
            }
        }
        ends.add(line);
    }
}

/// Opening time of a bar, time of a trade.
pub(super) fn at(row: &Row) -> Timestamp {
    match row {
        Row::Bar(bar) => bar.candle.open_time,
        Row::Trade(trade) => trade.at,
    }
}

/// Finds a file's unit, first and last row while its lines pass by.
struct Ends {
    symbol: Symbol,
    series: Series,
    /// The last lines seen, as a ring; until it is full these are the file's first.
    kept: Vec<Vec<u8>>,
    count: u64,
    unit: Option<TimeUnit>,
    first: Option<Row>,
    fault: Option<String>,
}

impl Ends {
    fn new(symbol: Symbol, series: Series) -> Self {
        let kept = vec![Vec::new(); KEPT];
        Self { symbol, series, kept, count: 0, unit: None, first: None, fault: None }
    }

    /// Takes the next line; `None` for one that is too long.
    fn add(&mut self, line: Option<&[u8]>) {
        let slot = &mut self.kept[(self.count % KEPT as u64) as usize];
        slot.clear();
        slot.extend_from_slice(line.unwrap_or_default());
        self.count += 1;
        if self.count == KEPT as u64 {
            self.settle();
        } else if self.first.is_none()
            && let (Some(unit), Some(line)) = (self.unit, line)
        {
            self.first = parse::row(line, self.symbol, self.series, unit).ok();
        } else if self.unit.is_none()
            && self.count > KEPT as u64
            && let Some(line) = line
        {
            // Nothing like a stamp among the first lines: the first one that comes decides.
            self.unit = parse::stamp(line, self.series);
            if let Some(unit) = self.unit {
                self.first = parse::row(line, self.symbol, self.series, unit).ok();
            }
        }
    }

    /// Decides the unit by the majority of the first lines and finds the first row among them.
    fn settle(&mut self) {
        let head = &self.kept[..self.count.min(KEPT as u64) as usize];
        let stamps = || head.iter().filter_map(|line| parse::stamp(line, self.series));
        let micros = stamps().filter(|unit| *unit == TimeUnit::Micros).count();
        let all = stamps().count();
        if all > 0 {
            let unit = if 2 * micros > all { TimeUnit::Micros } else { TimeUnit::Millis };
            self.unit = Some(unit);
            let row = |line: &Vec<u8>| parse::row(line, self.symbol, self.series, unit).ok();
            self.first = head.iter().find_map(row);
        }
        if self.first.is_none()
            && let Some(line) = head.first()
        {
            let unit = self.unit.unwrap_or(TimeUnit::Millis);
            self.fault = parse::row(line, self.symbol, self.series, unit)
                .err()
                .map(|fault| parse::describe(line, self.series, fault));
        }
    }

    /// Unit, first and last usable row; `None` without any.
    fn finish(&mut self) -> Option<(TimeUnit, Row, Row)> {
        if self.count < KEPT as u64 {
            self.settle();
        }
        let (unit, first) = (self.unit?, self.first?);
        let newest_first = (0..self.count.min(KEPT as u64)).map(|back| {
            let index = (self.count - 1 - back) % KEPT as u64;
            &self.kept[index as usize]
        });
        let last = newest_first
            .filter_map(|line| parse::row(line, self.symbol, self.series, unit).ok())
            .next();
        Some((unit, first, last.unwrap_or(first)))
    }
}
