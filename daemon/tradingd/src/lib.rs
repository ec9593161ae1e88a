//! The body: tasks, channels, control plane, settings, telemetry. The only crate that wires.

mod alerting;
pub mod alerts;
pub mod analytics;
pub mod audit;
pub mod bootstrap;
pub mod cli;
pub mod control_plane;
pub mod convert;
pub mod counters;
pub mod data_dir;
pub mod exposure;
pub mod health;
pub mod ledger_view;
pub mod logs;
pub mod notifier;
mod notify;
pub mod probe;
pub mod read_model;
pub mod report;
pub mod run;
pub mod services;
pub mod settings;
pub mod source;
mod start_settings;
pub mod telegram;
pub mod telemetry;
pub mod trader;
