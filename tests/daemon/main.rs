//! End to end: the real `tradingd` and `botctl`, as operators and programs meet them.
//!
//! Processes, sockets and files only; nothing of the daemon's inside is touched. Every wait is for
//! a stream message, a printed line or a process's end.

// Seeds, counts and skips are said where the test runner shows them.
#![allow(clippy::print_stdout)]

mod abuse;
mod access;
mod access_matrix;
mod alerts;
mod analytics;
mod audit;
mod bad_input;
mod break_glass;
mod cli_output;
mod coverage;
mod determinism;
mod emergency;
mod first_admin;
mod freeze;
mod fuzz;
mod guides;
mod health;
mod hostile_text;
mod idempotency;
mod independent_client;
mod injection;
mod kill_9;
mod money;
mod no_credentials;
mod operators_tools;
mod outgoing;
mod page_data;
mod permissions;
mod plans;
mod positions;
mod power_cut;
mod retention;
mod secrets;
mod security_list;
mod settings;
mod settings_channels;
mod settings_live;
mod stalled;
mod stream;
mod subscribers;
mod telegram;
mod top;
mod transport;
mod whole_system;
