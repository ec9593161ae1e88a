//! Arguments of the verbs around botctl itself: doctor, top, man, reference.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// The daemon's data folder, when it is on this machine; default: as the daemon's settings say
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
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
