//! Files as a set: which do not go together, and the hash that names their content.
//!
//! Looks at what the scan found, reads nothing.

use super::error::OpenError;
use super::name::Kind;
use super::scan::Scanned;
use sha2::{Digest, Sha256};

/// Files that do not go together; `files` are sorted by symbol and first row.
pub(super) fn conflicts(files: &[Scanned]) -> Vec<OpenError> {
    let mut errors = Vec::new();
    // Of the files of one symbol so far, the one that reaches furthest.
    let mut furthest: Option<&Scanned> = None;
    for b in files {
        let Some(a) = furthest.filter(|a| a.info.symbol == b.info.symbol) else {
            furthest = Some(b);
            continue;
        };
        let symbol = a.info.symbol;
        let (first, second) = (a.info.path.clone(), b.info.path.clone());
        // Trades of one moment may be split over two files; their ids are checked when read.
        let touch = b.first_at == a.last_at && b.info.kind == Kind::Klines;
        if a.series != b.series {
            let (first_series, second_series) = (a.series.to_string(), b.series.to_string());
            errors.push(OpenError::TwoSeries {
                symbol,
                first,
                first_series,
                second,
                second_series,
            });
        } else if b.first_at < a.last_at || touch {
            errors.push(OpenError::Overlap { symbol, first, second, at: b.first_at });
        }
        if b.last_at > a.last_at {
            furthest = Some(b);
        }
    }
    errors
}

/// SHA-256 over a sorted line of symbol, series and hash for each file.
pub(super) fn content_hash(files: &[Scanned]) -> [u8; 32] {
    let line = |f: &Scanned| format!("{} {} {}\n", f.info.symbol, f.series, hex(&f.info.sha256));
    let mut lines: Vec<String> = files.iter().map(line).collect();
    lines.sort();
    Sha256::digest(lines.concat()).into()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
