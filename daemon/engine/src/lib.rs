//! placeholder
pub mod indicators;
