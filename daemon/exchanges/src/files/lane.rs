//! The rows of one symbol: its files in order, with order, duplicates and gaps checked over all.
//!
//! Does not know the other symbols.

use super::container;
use super::lines::{Damage, Line, Lines};
use super::number::Fault;
use super::parse::{self, Series};
use super::scan::{Scanned, at};
use super::{Limits, OnBadRow};
use crate::{FilePosition, Gap, GapCounts, Reason, Row, RowError, SkipCounts, SkipExample};
use domain::{Symbol, Timestamp};
use std::path::Path;

/// What all lanes count into, and under which rules.
#[derive(Debug)]
pub(super) struct Tally {
    pub on_bad_row: OnBadRow,
    pub limits: Limits,
    pub skipped: SkipCounts,
    pub gaps: GapCounts,
}

impl Tally {
    /// Stops at a bad line, or counts it.
    #[cold]
    fn bad(
        &mut self,
        file: &Path,
        line: u64,
        text: &[u8],
        series: Series,
        fault: Fault,
    ) -> Result<(), RowError> {
        let reason = fault.reason;
        let told = || {
            let detail = parse::describe(text, series, fault);
            (file.to_owned(), detail, parse::excerpt(text))
        };
        match self.on_bad_row {
            OnBadRow::Error => {
                let (file, detail, excerpt) = told();
                Err(RowError::Bad { file, line, reason, detail, excerpt })
            }
            OnBadRow::Skip => {
                self.skipped.add(reason, self.limits.max_examples, || {
                    let (file, detail, excerpt) = told();
                    SkipExample { file, line, reason, detail, excerpt }
                });
                Ok(())
            }
        }
    }
}

/// How far one file of a lane is.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    line: u64,
    rows: u64,
}

/// The rows of one symbol.
#[derive(Debug)]
pub(super) struct Lane {
    pub symbol: Symbol,
    files: Vec<Scanned>,
    marks: Vec<Mark>,
    index: usize,
    open: Option<Open>,
    last: Option<Last>,
    /// File and line of the row given last, which is not delivered yet.
    pending: (usize, u64),
}

/// The file being read.
#[derive(Debug)]
struct Open {
    lines: Lines,
    rows: u64,
    header_left: bool,
}

/// The row before.
#[derive(Debug, Clone, Copy)]
struct Last {
    at: Timestamp,
    trade_id: u64,
    file: usize,
}

impl Lane {
    /// `files` are of one series and in the order of their first rows.
    pub(super) fn new(symbol: Symbol, files: Vec<Scanned>) -> Self {
        let marks = vec![Mark::default(); files.len()];
        Self { symbol, files, marks, index: 0, open: None, last: None, pending: (0, 0) }
    }

    /// Back to the first row.
    pub(super) fn rewind(&mut self) {
        self.marks.fill(Mark::default());
        (self.index, self.open, self.last) = (0, None, None);
    }

    /// The row given last has been delivered.
    pub(super) fn delivered(&mut self) {
        let (file, line) = self.pending;
        self.marks[file].line = line;
        self.marks[file].rows += 1;
    }

    /// How far each file is.
    pub(super) fn positions(&self) -> impl Iterator<Item = FilePosition> {
        self.files.iter().zip(&self.marks).map(|(file, mark)| FilePosition {
            path: file.info.path.clone(),
            line: mark.line,
            rows: mark.rows,
        })
    }

    /// The next good row of the symbol.
    pub(super) fn next_row(&mut self, tally: &mut Tally) -> Result<Option<Row>, RowError> {
        while let Some(file) = self.files.get(self.index) {
            let open = match &mut self.open {
                Some(open) => open,
                closed => closed.insert(Open::new(file, &tally.limits)?),
            };
            let (text, fault) = match open.lines.next_line() {
                Line::Text(_) if std::mem::take(&mut open.header_left) => continue,
                Line::Text(text) => {
                    let row = parse::row(text, self.symbol, file.series, file.unit);
                    match row.and_then(|row| follows(self.last, row, self.index, &tally.limits)) {
                        Ok((row, gap)) => {
                            open.rows += 1;
                            self.pending = (self.index, open.lines.number());
                            let trade_id = if let Row::Trade(t) = row { t.trade_id } else { 0 };
                            self.last = Some(Last { at: at(&row), trade_id, file: self.index });
                            if let Some(gap) = gap {
                                tally.gaps.add(gap, tally.limits.max_examples);
                            }
                            return Ok(Some(row));
                        }
                        Err(fault) => (text, fault),
                    }
                }
                Line::TooLong(text) => (text, Fault::line(Reason::LineTooLong)),
                Line::Damaged(damage) => {
                    self.end_of_file(Some(damage), tally)?;
                    continue;
                }
                Line::End => {
                    self.end_of_file(None, tally)?;
                    continue;
                }
            };
            open.rows += 1;
            let text = text.to_vec();
            tally.bad(&file.info.path, open.lines.number(), &text, file.series, fault)?;
        }
        Ok(None)
    }

    /// Checks that a file ended as it did when it was opened, and goes to the next.
    fn end_of_file(&mut self, damage: Option<Damage>, tally: &mut Tally) -> Result<(), RowError> {
        let (Some(file), Some(open)) = (self.files.get(self.index), self.open.take()) else {
            return Ok(());
        };
        let path = &file.info.path;
        let line = open.lines.number();
        if let Some(Damage::Corrupt(detail) | Damage::Io(detail)) = damage {
            return Err(RowError::Unreadable { file: path.clone(), line, detail });
        }
        let truncated = damage.map(|_| line);
        if open.rows != file.info.rows || truncated != file.info.truncated_after {
            let (expected, found) = (file.info.rows, open.rows);
            return Err(RowError::Changed { file: path.clone(), expected, found });
        }
        if truncated.is_some() {
            tally.bad(path, line + 1, b"", file.series, Fault::line(Reason::Truncated))?;
        }
        self.index += 1;
        Ok(())
    }
}

impl Open {
    fn new(file: &Scanned, limits: &Limits) -> Result<Self, RowError> {
        let path = &file.info.path;
        let text = container::open_text(path).map_err(|error| RowError::Unreadable {
            file: path.clone(),
            line: 0,
            detail: error.to_string(),
        })?;
        let lines = Lines::new(text, limits.max_line_bytes);
        Ok(Self { lines, rows: 0, header_left: file.header })
    }
}

/// Checks a row against the one before; tells the hole between two bars.
#[inline]
fn follows(
    last: Option<Last>,
    row: Row,
    file: usize,
    limits: &Limits,
) -> Result<(Row, Option<Gap>), Fault> {
    let Some(last) = last else { return Ok((row, None)) };
    match &row {
        Row::Bar(bar) => {
            let step = bar.candle.open_time.micros() - last.at.micros();
            let length = bar.interval.micros();
            if step == length {
                return Ok((row, None));
            }
            if step <= 0 {
                let reason = if step == 0 { Reason::Duplicate } else { Reason::Backwards };
                return Err(Fault::at(0, reason));
            }
            // Both are on the grid, so the step is a whole number of bars.
            let missing_bars = (step / length - 1) as u64;
            let first_missing = bar.interval.end_of(last.at);
            Ok((row, Some(Gap { symbol: bar.symbol, first_missing, missing_bars })))
        }
        Row::Trade(trade) => {
            let step = trade.at.micros() - last.at.micros();
            if trade.trade_id == last.trade_id {
                return Err(Fault::at(0, Reason::Duplicate));
            }
            if step < 0 {
                return Err(Fault::at(4, Reason::Backwards));
            }
            if trade.trade_id < last.trade_id {
                return Err(Fault::at(0, Reason::TradeIdOrder));
            }
            // A damaged stamp far ahead would make every later trade look old.
            let limit = i64::from(limits.max_trade_pause_seconds) * 1_000_000;
            if last.file == file && step > limit {
                return Err(Fault::at(4, Reason::TimeJump));
            }
            Ok((row, None))
        }
    }
}
