//! The audit: what each record means, and the anchors that keep its chain honest.
//!
//! Records are written with what they record, by the trader's transactions; nothing here does.

pub mod anchor;
pub mod keeper;
pub mod kinds;
pub mod offline;
pub mod retention;
