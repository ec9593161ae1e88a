//! `completion`: a script for the shell, made from the command tree.

use crate::cli::{Cli, Shell};
use crate::failure::Failure;
use crate::output::Output;
use clap::CommandFactory as _;

/// Prints the completion script.
pub fn completion(out: &Output, shell: Shell) -> Result<(), Failure> {
    let shell = match shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "botctl", &mut script);
    out.text(&String::from_utf8_lossy(&script))
}
