//! Whether the port may be reached from elsewhere: only encrypted, and only when somebody can log in.
//!
//! An open port without either hands the account to whoever finds it, so the daemon refuses to start
//! and says in one line what to do.

use crate::control_plane::tls::TlsError;
use crate::run::Error;
use crate::settings::Settings;
use std::net::SocketAddr;
use storage::User;

/// What can be judged from the settings alone.
///
/// # Errors
/// What to do, in one line.
pub fn check_before_start(settings: &Settings) -> Result<(), String> {
    let listen = settings.listen;
    if listen.ip().is_loopback() || settings.uses_tls() {
        return Ok(());
    }
    Err(format!(
        "refusing to listen on {listen} without TLS: set tls.enabled to auto, or listen on 127.0.0.1"
    ))
}

/// What needs the store: that somebody can log in.
///
/// # Errors
/// What to do, in one line.
pub fn check_users(listen: SocketAddr, users: &[User]) -> Result<(), String> {
    if listen.ip().is_loopback() || users.iter().any(|user| user.role == "admin") {
        return Ok(());
    }
    Err(format!(
        "refusing to listen on {listen} without an admin: start once with --listen 127.0.0.1:8000, run botctl setup --user admin, then start again"
    ))
}

/// Keys that others can read are as unsafe as an open port.
#[must_use]
pub fn of_tls(error: TlsError) -> Error {
    Error::Unsafe(error.to_string())
}
