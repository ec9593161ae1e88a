//! The control plane: the protocol's services, who may call them, and the one port they share with
//! the dashboard.
//!
//! It never decides about trading: commands go to the engine's task, reads come from the read model
//! and the store.

pub mod access_service;
pub mod assets;
pub mod auth;
pub mod auth_service;
pub mod deadline;
pub mod errors;
pub mod guard;
pub mod http;
pub mod local;
pub mod seal;
pub mod server;
pub mod symbol_check;
pub mod tls;
pub mod version;
