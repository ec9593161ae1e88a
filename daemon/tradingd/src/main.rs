//! The `tradingd` binary: flags, settings, run; errors become exit codes.

use clap::Parser as _;
use std::io::Write as _;
use std::process::ExitCode;
use tradingd::cli::{AuditCommand, Cli, Command, RunArgs};
use tradingd::settings::Settings;
use tradingd::{audit, probe, run, settings, telemetry};

/// Wrong flags or settings.
const USAGE: u8 = 2;
/// Not safe to run like this (`EX_CONFIG` of sysexits.h); trying again changes nothing.
const UNSAFE: u8 = 78;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        None => start(&cli.run),
        Some(Command::Run(args)) => start(&args),
        Some(Command::Health { listen, socket }) => {
            match probe::health(listen, socket.as_deref()) {
                Ok(text) => say(&text, ExitCode::SUCCESS),
                Err(error) => fail(&format!("{error:#}"), 1),
            }
        }
        Some(Command::Settings) => say(&settings::sample_toml(), ExitCode::SUCCESS),
        Some(Command::Audit { command: AuditCommand::Verify { data_dir, anchor, archive } }) => {
            match audit::offline::verify(&data_dir, anchor.as_deref(), &archive) {
                Ok((text, true)) => say(&text, ExitCode::SUCCESS),
                Ok((text, false)) => say(&text, ExitCode::FAILURE),
                Err(error) => fail(&format!("{error:#}"), 1),
            }
        }
    }
}

fn start(args: &RunArgs) -> ExitCode {
    let sources = match args.sources() {
        Ok(sources) => sources,
        Err(error) => return fail(&error, USAGE),
    };
    let settings = match Settings::load(&sources) {
        Ok(settings) => settings,
        Err(errors) => return fail(&errors.to_string(), USAGE),
    };
    let log = match telemetry::init(&settings.log) {
        Ok(log) => log,
        Err(error) => return fail(&error.to_string(), USAGE),
    };
    match run::run(settings, log, args.report.clone()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(run::Error::Settings(errors)) => fail(&errors.to_string(), USAGE),
        Err(run::Error::Unsafe(text)) => fail(&text, UNSAFE),
        Err(run::Error::Other(error)) => fail(&format!("{error:#}"), 1),
    }
}

fn say(text: &str, code: ExitCode) -> ExitCode {
    // A closed pipe (`| head`) is no failure.
    let _ = std::io::stdout().write_all(text.as_bytes());
    code
}

fn fail(text: &str, code: u8) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "tradingd: {text}");
    ExitCode::from(code)
}
