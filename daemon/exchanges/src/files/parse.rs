//! One CSV line of Binance's public downloads to a bar or a trade; every column is checked.
//!
//! Looks at one line only: order, duplicates and gaps are the lane's business.

use super::number::{Columns, Fault};
use crate::{Reason, Row};
use domain::{Bar, Candle, Interval, MarketTrade, Symbol, Timestamp};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Series {
    /// Bars of one length.
    Klines(Interval),
    /// Single trades.
    Trades,
}

const KLINE: [&str; 12] = [
    "open_time",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "close_time",
    "quote_volume",
    "trades",
    "taker_buy_base",
    "taker_buy_quote",
    "ignore",
];
const TRADE: [&str; 7] =
    ["trade_id", "price", "qty", "quote_qty", "time", "is_buyer_maker", "is_best_match"];

impl Series {
    /// Names of the columns, for messages.
    pub(super) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Klines(_) => &KLINE,
            Self::Trades => &TRADE,
        }
    }

    /// The column with the row's time.
    pub(super) const fn time_column(self) -> usize {
        match self {
            Self::Klines(_) => 0,
            Self::Trades => 4,
        }
    }
}

impl std::fmt::Display for Series {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Klines(interval) => interval.fmt(f),
            Self::Trades => f.write_str("trades"),
        }
    }
}

/// The unit of a file's stamps; Binance writes microseconds since 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeUnit {
    Millis,
    Micros,
}

/// 2009-01-01 and 2100-01-01 in milliseconds. The two units' ranges do not meet.
const FIRST_MILLIS: u64 = 1_230_768_000_000;
const END_MILLIS: u64 = 4_102_444_800_000;

impl TimeUnit {
    /// The unit whose range holds a stamp.
    pub(super) const fn of(stamp: u64) -> Option<Self> {
        if stamp >= FIRST_MILLIS && stamp < END_MILLIS {
            return Some(Self::Millis);
        }
        if stamp >= FIRST_MILLIS * 1_000 && stamp < END_MILLIS * 1_000 {
            return Some(Self::Micros);
        }
        None
    }

    fn read(self, columns: &mut Columns<'_>, column: usize) -> Result<Timestamp, Fault> {
        let stamp = columns.whole()?;
        match Self::of(stamp) {
            None => Err(Fault::at(column, Reason::TimeRange)),
            Some(unit) if unit != self => Err(Fault::at(column, Reason::TimeUnit)),
            Some(Self::Millis) => Ok(Timestamp::from_millis(stamp as i64)),
            Some(Self::Micros) => Ok(Timestamp::from_micros(stamp as i64)),
        }
    }
}

/// Reads a row; a fault names what is wrong with the line on its own.
pub(super) fn row(
    line: &[u8],
    symbol: Symbol,
    series: Series,
    unit: TimeUnit,
) -> Result<Row, Fault> {
    let read = match series {
        Series::Klines(interval) => kline(line, symbol, interval, unit).map(Row::Bar),
        Series::Trades => trade(line, symbol, unit).map(Row::Trade),
    };
    read.map_err(|fault| most_telling(line, series, fault))
}

fn kline(line: &[u8], symbol: Symbol, interval: Interval, unit: TimeUnit) -> Result<Bar, Fault> {
    let mut columns = Columns::new(line);
    let open_time = unit.read(&mut columns, 0)?;
    if interval.open_time(open_time) != open_time {
        return Err(Fault::at(0, Reason::OffGrid));
    }
    let open = columns.price()?;
    let high = columns.price()?;
    let low = columns.price()?;
    let close = columns.price()?;
    let volume = columns.quantity()?;
    let close_time = unit.read(&mut columns, 6)?;
    // Binance ends a bar one unit before the next; bars cut short by an outage end earlier.
    if close_time <= open_time || close_time > interval.end_of(open_time) {
        return Err(Fault::at(6, Reason::CloseTime));
    }
    for _ in 7..KLINE.len() {
        columns.unused()?;
    }
    columns.end()?;
    let candle = Candle::new(open_time, [open, high, low, close], volume).map_err(|_| {
        if high < low {
            Fault::at(2, Reason::HighBelowLow)
        } else if open > high || open < low {
            Fault::at(1, Reason::OpenOutside)
        } else {
            Fault::at(4, Reason::CloseOutside)
        }
    })?;
    Ok(Bar { symbol, interval, candle })
}

fn trade(line: &[u8], symbol: Symbol, unit: TimeUnit) -> Result<MarketTrade, Fault> {
    let mut columns = Columns::new(line);
    let trade_id = columns.whole()?;
    let price = columns.price()?;
    let quantity = columns.quantity()?;
    if quantity.is_zero() {
        return Err(Fault::at(2, Reason::QuantityZero));
    }
    columns.unused()?;
    let at = unit.read(&mut columns, 4)?;
    let buyer_is_maker = columns.flag()?;
    columns.flag()?;
    columns.end()?;
    Ok(MarketTrade { symbol, trade_id, at, price, quantity, buyer_is_maker })
}

/// A line of broken text or with a wrong number of columns is called that, whatever column it
/// tripped over first.
#[cold]
fn most_telling(line: &[u8], series: Series, fault: Fault) -> Fault {
    if std::str::from_utf8(line).is_err() {
        return Fault::line(Reason::Encoding);
    }
    if line.split(|byte| *byte == b',').count() != series.columns().len() {
        return Fault::line(Reason::Columns);
    }
    fault
}

/// The stamp of a line, if there is one, to find the file's unit.
pub(super) fn stamp(line: &[u8], series: Series) -> Option<TimeUnit> {
    let field = line.split(|byte| *byte == b',').nth(series.time_column())?;
    Columns::new(field).whole().ok().and_then(TimeUnit::of)
}

/// Says what is wrong with a line: column, value and rule.
pub(super) fn describe(line: &[u8], series: Series, fault: Fault) -> String {
    let names = series.columns();
    let fields = || line.split(|byte| *byte == b',');
    match fault.column {
        Some(column) => {
            let name = names.get(column).copied().unwrap_or("?");
            let value = fields().nth(column).map(excerpt).unwrap_or_default();
            format!("{name} {value:?} {}", fault.reason.rule())
        }
        None if fault.reason == Reason::Columns => {
            format!("{} columns are needed, got {}", names.len(), fields().count())
        }
        None => fault.reason.rule().to_owned(),
    }
}

/// The beginning of a line or column, readable whatever bytes it holds.
pub(super) fn excerpt(text: &[u8]) -> String {
    const KEEP: usize = 80;
    let mut shown = String::from_utf8_lossy(&text[..text.len().min(KEEP)]).into_owned();
    if text.len() > KEEP {
        shown.push_str("...");
    }
    shown
}

/// What the first line of a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FirstLine {
    /// Data.
    Row,
    /// The header of the columns that are read here.
    Header,
    /// A header of something else: its first name that does not fit, and the one needed.
    OtherHeader { found: String, needed: &'static str },
}

/// Tells a header from data by the name of its first column; checks the columns that are used, so
/// that a file with another order is refused instead of misread.
pub(super) fn first_line(line: &[u8], series: Series) -> FirstLine {
    let plain = |text: &[u8]| {
        let text = String::from_utf8_lossy(text).to_ascii_lowercase();
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>()
    };
    let fields: Vec<String> = line.split(|byte| *byte == b',').map(plain).collect();
    let starts = ["opentime", "id", "tradeid"];
    if !fields.first().is_some_and(|first| starts.contains(&first.as_str())) {
        return FirstLine::Row;
    }
    let used = if series == Series::Trades { 6 } else { 7 };
    for (index, needed) in series.columns().iter().copied().enumerate().take(used) {
        let found = fields.get(index).map_or("", String::as_str);
        let fits = found == plain(needed.as_bytes())
            || (needed == "trade_id" && found == "id")
            || (needed == "qty" && found == "quantity")
            || (needed == "quote_qty" && found == "quotequantity");
        if !fits {
            return FirstLine::OtherHeader { found: found.to_owned(), needed };
        }
    }
    FirstLine::Header
}
