//! The real botctl against a small daemon in the test process.
//!
//! The daemon's answers are scripted and live only here; what a real daemon answers is tested with
//! the daemon.

mod auth;
mod calls;
mod completion;
mod connection;
mod daemon;
mod emergency;
mod exports;
mod forms;
mod pages;
mod positions;
mod run;
mod watch;
