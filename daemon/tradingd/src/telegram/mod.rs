//! Commands over Telegram: who may give which, what is confirmed first, and that nothing is done twice.
//!
//! Sending is the notifier's; this asks for messages and answers them.

mod answers;
mod api;
mod bot;
mod commands;
mod confirm;
mod people;
mod plans;

pub use api::{Api, Outgoing};
pub use bot::{Bot, Parts};
pub use people::Person;
