//! Logs: where they go and how they look.
//!
//! To standard error only; rotation and shipping are the service manager's.

use crate::settings::{LogFormat, LogSettings};
use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::reload;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The log could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The variable holds no filter.
    #[error("environment RUST_LOG must be a filter such as info,tradingd=debug: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Something logs already.
    #[error("log is set up already")]
    Twice,
}

/// Changes what is logged while the process runs.
pub struct LogFilter {
    /// `None` while the variable `RUST_LOG` decides.
    reload: Option<Reload>,
}

type Reload = Box<dyn Fn(EnvFilter) -> Result<(), reload::Error> + Send + Sync>;

impl std::fmt::Debug for LogFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogFilter").field("follows", &self.reload.is_some()).finish()
    }
}

impl LogFilter {
    /// Takes the level of changed settings; `RUST_LOG` goes on winning.
    pub fn follow(&self, settings: &LogSettings) {
        let Some(reload) = &self.reload else { return };
        let filter = filter(settings, "").map_err(|e| e.to_string());
        if let Err(error) = filter.and_then(|filter| reload(filter).map_err(|e| e.to_string())) {
            tracing::error!(error, "the log level can't be changed");
        }
    }
}

/// Sends logs to standard error. The variable `RUST_LOG`, when set and not empty, filters instead
/// of `log.level`.
///
/// # Errors
/// See [`TelemetryError`].
pub fn init(settings: &LogSettings) -> Result<LogFilter, TelemetryError> {
    let from_environment = std::env::var("RUST_LOG").unwrap_or_default();
    let (filter, handle) = reload::Layer::new(filter(settings, &from_environment)?);
    let reload: Reload = Box::new(move |filter| handle.reload(filter));
    let base = tracing_subscriber::registry()
        .with(filter)
        .with(crate::logs::RingLayer(std::sync::Arc::clone(crate::logs::ring())));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let terminal = std::io::stderr().is_terminal();
    let json = match settings.format {
        LogFormat::Json => true,
        LogFormat::Pretty => false,
        LogFormat::Auto => !terminal,
    };
    let started = if json {
        base.with(lines.json().flatten_event(true).with_current_span(false)).try_init()
    } else {
        base.with(lines.with_ansi(terminal).with_target(false)).try_init()
    };
    started.map_err(|_| TelemetryError::Twice)?;
    let follows = from_environment.trim().is_empty();
    Ok(LogFilter { reload: follows.then_some(reload) })
}

/// What is logged: our own words from the level on, libraries only from `warn` on.
fn filter(settings: &LogSettings, from_environment: &str) -> Result<EnvFilter, TelemetryError> {
    if !from_environment.trim().is_empty() {
        return Ok(EnvFilter::builder().parse(from_environment)?);
    }
    let level = settings.level;
    let mut filter = EnvFilter::default();
    let libraries = level.min(tracing::Level::WARN);
    filter = filter.add_directive(Directive::from(libraries));
    for ours in ["tradingd", "engine", "simulator", "exchanges", "storage"] {
        filter = filter.add_directive(format!("{ours}={level}").parse()?);
    }
    Ok(filter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(level: tracing::Level, environment: &str) -> Result<String, String> {
        let settings = LogSettings { level, format: LogFormat::Auto };
        filter(&settings, environment).map(|f| f.to_string()).map_err(|e| e.to_string())
    }

    #[test]
    fn our_level_is_the_settings_and_libraries_stay_quiet() {
        let text = shown(tracing::Level::DEBUG, "").expect("valid");
        assert!(text.contains("tradingd=debug") && text.contains("storage=debug"), "{text}");
        assert!(text.split(',').any(|d| d == "warn"), "{text}");
        let text = shown(tracing::Level::ERROR, "").expect("valid");
        assert!(text.split(',').any(|d| d == "error"), "{text}");
    }

    #[test]
    fn the_environment_wins_and_must_be_readable() {
        assert_eq!(shown(tracing::Level::INFO, "h2=trace").as_deref(), Ok("h2=trace"));
        let error = shown(tracing::Level::INFO, "tradingd=loud").expect_err("no level");
        assert!(error.starts_with("environment RUST_LOG must be a filter"), "{error}");
    }
}
