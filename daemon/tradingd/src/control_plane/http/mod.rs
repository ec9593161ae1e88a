//! HTTP around the protocol: the page's files, the health page, headers, connections.
//!
//! No trading and no logins here.

pub mod connections;
pub mod files;
pub mod front;
pub mod headers;
pub mod healthz;
pub mod limits;
pub mod names;
pub mod places;
pub mod snapshots;

#[cfg(test)]
mod tests;
