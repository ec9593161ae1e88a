//! Replaying recorded files: good ones, real ones, broken ones and mutated ones.
//!
//! One binary for all of it; the real files are only used where they are present.

#![allow(clippy::print_stdout, reason = "figures and skipped tests are told on the test's output")]

mod containers;
mod malformed;
mod merging;
mod mutations;
mod real;
mod speed;
mod support;
