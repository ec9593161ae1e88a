//! `completion`: a script with which the shell calls botctl back while a line is typed.

use crate::cli::Shell;
use crate::failure::Failure;
use crate::output::Output;
use clap_complete::env::{Bash, EnvCompleter, Fish, Zsh};

/// Prints the completion script. What is offered is in `complete.rs`.
pub fn completion(out: &Output, shell: Shell) -> Result<(), Failure> {
    let shell: &dyn EnvCompleter = match shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
    };
    let mut script = Vec::new();
    shell
        .write_registration("COMPLETE", "botctl", "botctl", "botctl", &mut script)
        .map_err(|e| Failure::internal(format!("completion script: {e}")))?;
    out.text(&String::from_utf8_lossy(&script))
}
