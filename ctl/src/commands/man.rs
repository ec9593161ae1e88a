//! `man`: the manual pages, one per verb, made from the command tree.

use crate::cli::Cli;
use crate::failure::Failure;
use crate::output::Output;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use std::io;
use std::path::Path;

/// Writes `botctl.1` and a page per verb, e.g. `botctl-orders-get.1`, and tells how many.
pub fn man(out: &Output, folder: &Path) -> Result<(), Failure> {
    let wrong = |e: io::Error| Failure::usage(format!("--out {}: {e}", folder.display()));
    std::fs::create_dir_all(folder).map_err(wrong)?;
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let pages = write(root, folder).map_err(wrong)?;
    out.say(&format!("{pages} pages are in {}", folder.display()));
    Ok(())
}

fn write(command: Command, folder: &Path) -> io::Result<usize> {
    let mut pages = 1;
    for below in command.get_subcommands().filter(|c| !c.is_hide_set()) {
        pages += write(below.clone(), folder)?;
    }
    Man::new(command).manual("tradingd").generate_to(folder)?;
    Ok(pages)
}
