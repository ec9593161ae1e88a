//! HTTP around the protocol: the page's files, the health page, headers, connections.
//!
//! No trading and no logins here.

pub mod connections;
pub mod files;
pub mod headers;
pub mod healthz;

#[cfg(test)]
mod tests;
