//! Arguments of the verbs around botctl itself: doctor, top, man, reference.

use crate::parse;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// The daemon's data folder, when it is on this machine; default: as the daemon's settings say
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

/// Arguments of `selftest`.
#[derive(Debug, Args)]
pub struct SelftestArgs {
    /// How long a message of the event stream may take; heartbeats come every few seconds
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = parse::duration)]
    pub wait: Duration,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Folder for the pages; it is made when it is missing
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Pages that are made from the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReferencePage {
    /// Every verb of botctl with its options, and the exit codes.
    Cli,
    /// Every method, message and enum of the protocol.
    Protocol,
}

/// Arguments of `reference`.
#[derive(Debug, Args)]
pub struct ReferenceArgs {
    /// Which page
    pub page: ReferencePage,
}
