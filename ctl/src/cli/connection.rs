//! Options that say which daemon is meant and how it is trusted.

use crate::address::Address;
use crate::parse;
use clap::Args;
use std::path::PathBuf;

/// Which daemon, and how it is trusted.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Connection options")]
pub struct Connection {
    /// Daemon: host:port, http://host:port, https://host:port [env: BOTCTL_ADDR] [default: http://127.0.0.1:8000]
    #[arg(long, global = true, value_parser = Address::parse)]
    pub addr: Option<Address>,
    /// Daemon of this name in the config file [env: BOTCTL_PROFILE]
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "addr")]
    pub profile: Option<String>,
    /// The daemon's local socket: no login; to look, stop and cancel
    #[arg(long, global = true, value_name = "PATH", env = "BOTCTL_SOCKET", conflicts_with_all = ["addr", "profile"])]
    pub socket: Option<PathBuf>,
    /// Authority (PEM) that must have signed the daemon's certificate, in place of the pinned one
    #[arg(long, global = true, value_name = "FILE", env = "BOTCTL_CA")]
    pub ca: Option<PathBuf>,
    /// Fingerprint that the daemon's authority must have; login pins it without asking
    #[arg(long, global = true, value_name = "sha256:HEX", value_parser = parse::fingerprint)]
    pub ca_fingerprint: Option<String>,
    /// Certificate (PEM) to show to the daemon
    #[arg(long, global = true, value_name = "FILE", env = "BOTCTL_CERT", requires = "key")]
    pub cert: Option<PathBuf>,
    /// Private key (PEM) of --cert
    #[arg(long, global = true, value_name = "FILE", env = "BOTCTL_KEY", requires = "cert")]
    pub key: Option<PathBuf>,
    /// File with an API token to use instead of the stored session
    #[arg(long, global = true, value_name = "FILE", env = "BOTCTL_TOKEN_FILE")]
    pub token: Option<PathBuf>,
}

/// Arguments of `profiles add`.
#[derive(Debug, Args)]
pub struct ProfileArgs {
    /// Its name
    pub name: String,
    /// Address of the daemon, as --addr
    #[arg(value_parser = Address::parse)]
    pub address: Address,
    /// File with an access token to use in place of a session
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
}
