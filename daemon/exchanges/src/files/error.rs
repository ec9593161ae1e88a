//! Why files cannot be replayed; all problems of all files are told at once.

use domain::{Symbol, Timestamp};
use std::path::PathBuf;

/// Everything that is wrong with a set of files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct OpenErrors(pub Vec<OpenError>);

/// One thing that is wrong with a set of files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Nothing was named.
    #[error("no market data file given")]
    NoFiles,
    /// More files than the limit.
    #[error("{count} market data files given, at most {max} are allowed")]
    TooMany {
        /// How many were given.
        count: usize,
        /// How many may be.
        max: usize,
    },
    /// Symbol, interval or kind are neither given nor in the file's name.
    #[error("{}: {detail}", file.display())]
    Name {
        /// The file.
        file: PathBuf,
        /// What is missing or contradicts.
        detail: String,
    },
    /// The system refused: missing, no permission, broken disk.
    #[error("{}: can't be read: {detail}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// A directory, pipe or device.
    #[error("{}: is {what}, must be a file", file.display())]
    NotAFile {
        /// The path.
        file: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// A file of zero bytes.
    #[error("{}: is empty", file.display())]
    Empty {
        /// The file.
        file: PathBuf,
    },
    /// Neither text, gzip nor a zip with one member.
    #[error("{}: {detail}", file.display())]
    Container {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// A header that names other columns.
    #[error("{}: header names column {found:?} where {needed:?} must be", file.display())]
    Header {
        /// The file.
        file: PathBuf,
        /// The column's name in the file.
        found: String,
        /// The name needed there.
        needed: &'static str,
    },
    /// No row can be used.
    #[error("{}: no usable row in {lines} lines{}", file.display(), first.as_ref().map(|f| format!(", first: {f}")).unwrap_or_default())]
    NoRows {
        /// The file.
        file: PathBuf,
        /// Lines with text in it, without a header.
        lines: u64,
        /// What is wrong with the first.
        first: Option<String>,
    },
    /// Compressed data that ends early; under [`crate::OnBadRow::Skip`] the rows before are used.
    #[error("{}: compressed data ends early after line {line} ({bytes} bytes of text)", file.display())]
    Truncated {
        /// The file.
        file: PathBuf,
        /// Last whole line.
        line: u64,
        /// Bytes of text up to its end.
        bytes: u64,
    },
    /// Compressed data that is broken; its rows cannot be trusted under any policy.
    #[error("{}: compressed data is broken after line {line} ({bytes} bytes of text): {detail}", file.display())]
    Corrupt {
        /// The file.
        file: PathBuf,
        /// Last whole line.
        line: u64,
        /// Bytes of text up to its end.
        bytes: u64,
        /// What the decoder said.
        detail: String,
    },
    /// Two files of one series share a period.
    #[error("{} and {} overlap: both have {symbol} rows of {}", first.display(), second.display(), utc(*at))]
    Overlap {
        /// The pair.
        symbol: Symbol,
        /// The file that begins first.
        first: PathBuf,
        /// The other.
        second: PathBuf,
        /// First row of the second file.
        at: Timestamp,
    },
    /// Two series of one symbol.
    #[error("{} has {symbol} {first_series}, {} has {symbol} {second_series}: one series a symbol", first.display(), second.display())]
    TwoSeries {
        /// The pair.
        symbol: Symbol,
        /// One file.
        first: PathBuf,
        /// Its interval, or `trades`.
        first_series: String,
        /// The other file.
        second: PathBuf,
        /// Its interval, or `trades`.
        second_series: String,
    },
}

/// A moment as `2024-01-31T23:59:00Z`.
fn utc(at: Timestamp) -> String {
    let seconds = at.micros().div_euclid(1_000_000);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Years counted from March have the leap day last, so that months have fixed offsets.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_as_utc() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_704_067_200, "2024-01-01T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
        ] {
            assert_eq!(utc(Timestamp::from_millis(seconds * 1_000)), text);
        }
    }
}
