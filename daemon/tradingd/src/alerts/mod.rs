//! Alerts: what somebody should look at, found in the journal and in the daemon's health.
//!
//! `rules` and `signs` find, `book` keeps one alert per cause, `task` makes it durable and hands it to
//! the notifier. None of it runs on the trader's thread, and nothing in it is waited for by trading.

mod book;
mod code;
mod digest;
mod rules;
mod signs;
mod task;

pub use book::{Notice, Rules, detail, from_detail, record};
pub use code::{Code, Ends, Severity, table};
pub use rules::{Finding, Sign};
pub use task::{Parts, follow};
