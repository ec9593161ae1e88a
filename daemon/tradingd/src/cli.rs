//! The daemon's command line. Everything that can be set has a key; these flags are short forms.

use crate::settings::{Flag, Sources};
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Trading daemon for crypto spot markets.
#[derive(Debug, Parser)]
#[command(
    name = "tradingd",
    version,
    about = "Trading daemon for crypto spot markets; on paper by default",
    after_help = "Examples:\n  \
        tradingd                                    trade the built-in market on paper\n  \
        tradingd run --replay BTCUSDT-1m.csv.gz --speed max --exit-at-end --report run.json\n  \
        tradingd run --config tradingd.toml --set risk.max_drawdown_pct=10\n  \
        tradingd health                             exit code 0 when it works (for containers)\n  \
        tradingd settings                           print a commented sample of all settings\n  \
        tradingd audit verify --data-dir data       prove that nothing in the journal was changed\n\n\
        Exit codes: 0 done, 1 failed while running, 2 wrong flags or settings,\n\
        78 not safe to start (docs/operations/secure.md)."
)]
pub struct Cli {
    /// What to do; without it the daemon runs.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Flags of `run`.
    #[command(flatten)]
    pub run: RunArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the daemon (also without a subcommand).
    Run(Box<RunArgs>),
    /// Ask a running daemon whether it works; exit code 0 or 1.
    Health {
        /// Address of the daemon.
        #[arg(long, default_value = "127.0.0.1:8000")]
        listen: SocketAddr,
        /// Ask over the local socket instead, e.g. /var/lib/tradingd/control.sock; works with TLS, too.
        #[arg(long, value_name = "PATH", conflicts_with = "listen")]
        socket: Option<PathBuf>,
    },
    /// Print a commented sample of all settings with their defaults and ranges.
    Settings,
    /// Prove the journal of a stopped daemon.
    Audit {
        /// What to do.
        #[command(subcommand)]
        command: AuditCommand,
    },
}

/// What to do with the journal of a stopped daemon.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Walk the whole journal against its hash chain and the anchors; exit code 1 on findings.
    Verify {
        /// The data directory.
        #[arg(long, value_name = "DIR")]
        data_dir: PathBuf,
        /// Another anchor file, such as the copy.
        #[arg(long, value_name = "FILE")]
        anchor: Option<PathBuf>,
        /// An archive of old content that is kept elsewhere; may be repeated.
        #[arg(long, value_name = "FILE")]
        archive: Vec<PathBuf>,
    },
}

/// Flags of `run`.
#[derive(Debug, Clone, Default, Args)]
pub struct RunArgs {
    /// Settings file (TOML).
    #[arg(long, value_name = "FILE", env = "TRADINGD_CONFIG")]
    pub config: Option<PathBuf>,
    /// Directory for everything durable.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// Address of the control plane.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// Recorded kline or trade files to replay (CSV, plain, gzip or zip).
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub replay: Vec<String>,
    /// Seed of the built-in market.
    #[arg(long, value_name = "N", conflicts_with = "replay")]
    pub seed: Option<u64>,
    /// Speed of data time: `max`, or how many times faster than the wall clock.
    #[arg(long, value_name = "max|N")]
    pub speed: Option<String>,
    /// End after the last row instead of serving on.
    #[arg(long)]
    pub exit_at_end: bool,
    /// Write the run's report to this file at the end of the source and at exit.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Set any key, e.g. `risk.max_drawdown_pct=10`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

impl RunArgs {
    /// The sources of settings that these flags and the environment make.
    ///
    /// # Errors
    /// A `--set` without `=`.
    pub fn sources(&self) -> Result<Sources, String> {
        let mut flags = Vec::new();
        let mut flag = |label: &str, key: &str, value: String| {
            let (label, key) = (label.to_owned(), key.to_owned());
            flags.push(Flag { label, key, value, items: Vec::new() });
        };
        if let Some(dir) = &self.data_dir {
            flag("--data-dir", "data_dir", dir.clone());
        }
        if let Some(listen) = &self.listen {
            flag("--listen", "listen", listen.clone());
        }
        if !self.replay.is_empty() {
            flag("--replay", "source.kind", "replay".to_owned());
        }
        if let Some(seed) = self.seed {
            flag("--seed", "source.kind", "sim".to_owned());
            flag("--seed", "sim.seed", seed.to_string());
        }
        if let Some(speed) = &self.speed {
            flag("--speed", "source.speed", speed.clone());
        }
        if self.exit_at_end {
            flag("--exit-at-end", "source.exit_at_end", "true".to_owned());
        }
        if !self.replay.is_empty() {
            flags.push(Flag {
                label: "--replay".to_owned(),
                key: "source.files".to_owned(),
                value: String::new(),
                items: self.replay.clone(),
            });
        }
        for text in &self.set {
            flags.push(Flag::parse(text).map_err(|e| format!("--set {e}"))?);
        }
        let environment = std::env::vars_os()
            .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
            .collect();
        Ok(Sources { file: self.config.clone(), environment, flags })
    }
}
