//! Where market rows come from: recorded files today, venues behind the same port.
//!
//! [`market_data`] is the port the engine's thread pulls from, [`files`] reads Binance's public CSV
//! downloads. Nothing here trades, keeps state over a restart, fills a gap or repairs a bad row.

pub mod files;
pub mod market_data;
mod skip;

pub use files::{
    FileInfo, FileSpec, Kind, Limits, OnBadRow, OpenError, OpenErrors, Replay, SkipPolicy,
};
pub use market_data::{FilePosition, Row, RowError, RowSource, SourcePosition};
pub use skip::{Gap, GapCounts, Reason, SkipCounts, SkipExample};
