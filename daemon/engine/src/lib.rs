//! placeholder
pub mod indicators;
pub mod regime;
pub mod strategies;
pub mod trend;
