//! What a file holds, from what the caller says and from the file's name.
//!
//! Names follow Binance's downloads: `BTCUSDT-1m.csv.gz`, `BTCUSDT-1m-2024-01.zip`,
//! `BTCUSDT-trades-2024-08-08.csv`. What stands after the second part is not read.

use super::error::OpenError;
use super::parse::Series;
use domain::{Interval, Symbol};
use std::path::{Path, PathBuf};

/// What kind of rows a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Bars.
    Klines,
    /// Single trades.
    Trades,
}

/// A file to replay; what is `None` is taken from the file's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSpec {
    /// Where it is.
    pub path: PathBuf,
    /// The pair.
    pub symbol: Option<Symbol>,
    /// Length of the bars; must stay `None` for trades.
    pub interval: Option<Interval>,
    /// Bars or trades.
    pub kind: Option<Kind>,
}

impl FileSpec {
    /// A file whose name says what it holds.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), symbol: None, interval: None, kind: None }
    }

    /// Symbol and series of the file.
    pub(super) fn resolve(&self) -> Result<(Symbol, Series), OpenError> {
        let fail = |detail: String| OpenError::Name { file: self.path.clone(), detail };
        let (name_symbol, name_series) = parts(&self.path);
        let symbol = match (self.symbol, &name_symbol) {
            (Some(symbol), _) => symbol,
            (None, Some(text)) => symbol(text).ok_or_else(|| {
                fail(format!("symbol {text:?} in the file name must be 3 to 24 letters and digits"))
            })?,
            (None, None) => return Err(fail(HOW.to_owned())),
        };
        let series = match (self.kind, self.interval) {
            (Some(Kind::Trades), Some(interval)) => {
                return Err(fail(format!("trades have no interval, got {interval}")));
            }
            (Some(Kind::Trades), None) => Series::Trades,
            (_, Some(interval)) => Series::Klines(interval),
            (kind, None) => {
                let text = name_series.ok_or_else(|| fail(HOW.to_owned()))?;
                if kind.is_none() && text.eq_ignore_ascii_case("trades") {
                    Series::Trades
                } else {
                    let error = |e| fail(format!("{text:?} in the file name: {e}; {HOW}"));
                    Series::Klines(text.parse().map_err(error)?)
                }
            }
        };
        Ok((symbol, series))
    }
}

const HOW: &str = "name it SYMBOL-INTERVAL[-PERIOD] or SYMBOL-trades[-PERIOD] with .csv, .csv.gz or .zip, or give symbol and interval";

/// First and second part of a file's name.
fn parts(path: &Path) -> (Option<String>, Option<String>) {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut stem = name.as_str();
    for ending in [".gz", ".zip", ".csv"] {
        let cut = stem.len().saturating_sub(ending.len());
        if stem.get(cut..).is_some_and(|end| end.eq_ignore_ascii_case(ending)) {
            stem = &stem[..cut];
        }
    }
    let mut parts = stem.split('-');
    let mut next = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
    let first = next();
    (first, next())
}

fn symbol(text: &str) -> Option<Symbol> {
    let fine = (3..=24).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if fine { Symbol::parse(&text.to_ascii_uppercase()) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_symbol_and_series() {
        for (name, want) in [
            ("BTCUSDT-1m.csv.gz", "BTCUSDT 1m"),
            ("a/b-c/BTCUSDT-1m-2024-01.csv", "BTCUSDT 1m"),
            ("BTCUSDT-1m-2024-01.zip", "BTCUSDT 1m"),
            ("btcusdt-4h.CSV", "BTCUSDT 4h"),
            ("BTCUSDT-trades-2024-08-08_09.csv.gz", "BTCUSDT trades"),
            ("1INCHUSDT-1d", "1INCHUSDT 1d"),
        ] {
            let (symbol, series) = FileSpec::new(name).resolve().expect(name);
            assert_eq!(format!("{symbol} {series}"), want, "{name}");
        }
    }

    #[test]
    fn what_is_given_wins_over_the_name() {
        let mut spec = FileSpec::new("download.csv");
        let error = spec.resolve().expect_err("no series").to_string();
        assert!(error.contains("name it SYMBOL-INTERVAL"), "{error}");
        spec.interval = Some(Interval::HOUR);
        spec.symbol = Symbol::parse("ETHUSDT");
        let (symbol, series) = spec.resolve().expect("given");
        assert_eq!((symbol.as_str(), series), ("ETHUSDT", Series::Klines(Interval::HOUR)));
        spec.kind = Some(Kind::Trades);
        let error = spec.resolve().expect_err("contradiction").to_string();
        assert!(error.contains("trades have no interval, got 1h"), "{error}");
    }

    #[test]
    fn bad_names_are_told() {
        for (name, part) in [
            ("", "name it"),
            ("-1m.csv", "name it"),
            ("BTC/USDT.csv", "name it"),
            ("BT-1m.csv", "3 to 24"),
            ("BTCUSDT-1M.csv", "interval must be"),
            ("BTCUSDT-aggTrades-2024.zip", "interval must be"),
        ] {
            let error = FileSpec::new(name).resolve().expect_err(name).to_string();
            assert!(error.contains(part), "{name}: {error}");
        }
    }
}
