//! The protocol `tradingd.v1` as Rust: generated messages, clients and servers, the descriptor set,
//! and the permission table that is read from the method options.
//!
//! No logic and no conversions live here. The conventions are in `docs/protocol.md`.

/// Version 1 of the protocol.
#[allow(missing_debug_implementations, clippy::all)]
pub mod v1 {
    tonic::include_proto!("tradingd.v1");
}

/// Version of the protocol within its package: the first number changes when clients must, the second
/// grows with each addition.
pub const PROTOCOL_VERSION: &str = "1.2";

/// Oldest botctl that the daemon answers.
pub const OLDEST_CLIENT: &str = "0.1.0";

pub use prost;
pub use prost_types;

/// The whole protocol with its options, as served by reflection.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor.bin"));

/// What the protocol says about one method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MethodRule {
    /// HTTP path, e.g. `/tradingd.v1.SystemService/GetStatus`.
    pub path: &'static str,
    /// Number of a [`v1::Permission`], never 0.
    pub permission: i32,
    /// Number of a [`v1::Danger`], never 0.
    pub danger: i32,
    /// The botctl verb that calls it.
    pub botctl: &'static str,
    /// True for methods that change something.
    pub mutation: bool,
    /// True when the login must be fresh.
    pub step_up: bool,
    /// Numbers of the request's text fields that name symbols.
    pub symbols: &'static [u32],
}

/// Every method of the protocol. A method without options does not compile.
pub const METHODS: &[MethodRule] = include!(concat!(env!("OUT_DIR"), "/methods.rs"));
