//! `botctl`, the command line of tradingd.
//!
//! It parses, asks the daemon over the protocol and prints. It holds no trading rule and no default
//! that changes what the daemon does, and it knows neither the database nor any crate of the daemon.

mod address;
mod cli;
mod client;
mod commands;
mod complete;
mod examples;
mod exit;
mod failure;
mod output;
mod parse;
mod profile;
mod progress;
mod random;
mod session;
mod target;
mod trust;
mod version;

use clap::Parser as _;
use clap::error::ErrorKind;
use cli::{Cli, Format};
use exit::Exit;
use failure::Failure;
use output::Output;
use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    if complete::answered() {
        return ExitCode::SUCCESS;
    }
    let exit = match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) => refuse(&error),
    };
    ExitCode::from(exit.number())
}

fn run(cli: Cli) -> Exit {
    let global = &cli.global;
    let out = Output::new(global.output, global.no_colour)
        .with_columns(global.columns.clone(), !global.no_header);
    let ended = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::internal(format!("cannot start: {e}")))
        .and_then(|runtime| {
            let ended = runtime.block_on(commands::run(cli, &out));
            // A terminal that still waits for input must not hold the process.
            runtime.shutdown_background();
            ended
        });
    match ended {
        Ok(exit) => exit,
        Err(failure) => {
            out.failure(&failure);
            failure.exit()
        }
    }
}

/// Help and version go to stdout with 0; a wrong command line to stderr with 2, as JSON if asked.
fn refuse(error: &clap::Error) -> Exit {
    let wanted = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if wanted || !wants_json(std::env::args_os().skip(1), std::env::var_os("BOTCTL_OUTPUT")) {
        // Nobody is left to tell when the stream has gone.
        let _ = error.print();
    } else {
        let text = error.render().to_string();
        let message = text.trim().trim_start_matches("error: ").to_owned();
        Output::new(Format::Json, true).failure(&Failure::usage(message));
    }
    if wanted { Exit::Done } else { Exit::Usage }
}

/// Whether a command line that could not be parsed asked for JSON.
fn wants_json(args: impl Iterator<Item = OsString>, environment: Option<OsString>) -> bool {
    let words: Vec<String> = args.map(|word| word.to_string_lossy().into_owned()).collect();
    let pair = |two: &[String]| matches!(two[0].as_str(), "-o" | "--output") && is_json(&two[1]);
    let one = |word: &String| {
        ["-o", "-o=", "--output="].iter().any(|flag| word.strip_prefix(flag).is_some_and(is_json))
    };
    words.windows(2).any(pair)
        || words.iter().any(one)
        || environment.is_some_and(|value| value.to_str().is_some_and(is_json))
}

fn is_json(form: &str) -> bool {
    matches!(form, "json" | "ndjson")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_found_in_a_command_line_that_does_not_parse() {
        let asks = |line: &str| wants_json(line.split(' ').map(OsString::from), None);
        assert!(asks("status --nope -o json"));
        assert!(asks("-ojson nope"));
        assert!(asks("nope --output=json"));
        assert!(asks("nope -o ndjson") && asks("-ondjson nope"));
        assert!(!asks("nope -o csv"));
        assert!(!asks("nope json"));
        assert!(!asks("-o table nope"));
        assert!(wants_json(std::iter::empty(), Some(OsString::from("json"))));
    }
}
