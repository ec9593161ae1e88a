//! Wires alerts: outbox, channels, the Telegram bot, and what the following task needs.

use crate::alerts;
use crate::control_plane::auth::Clock;
use crate::health::HealthBoard;
use crate::notifier::channel::{Channel, Patience, Tally};
use crate::notifier::{Outbox, TIMEOUT, Webhook};
use crate::services::Shared;
use crate::settings::{Mode, Settings};
use crate::telegram::{Api, Bot, Parts};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Findings of the bot that may wait.
const FINDINGS: usize = 64;

/// Starts it all: the channels, the bot, and the task that follows the journal. What of them is on the
/// settings say, at any time. The handle ends with the daemon.
pub fn start(
    settings: &Settings,
    shared: &Shared,
    board: &Arc<HealthBoard>,
    address: SocketAddr,
) -> anyhow::Result<JoinHandle<()>> {
    let (parts, bot) = parts(settings, shared, board, address)?;
    let following = alerts::follow(parts, shared.shutdown.clone());
    Ok(tokio::spawn(async move {
        tokio::join!(following, bot.run());
    }))
}

fn parts(
    settings: &Settings,
    shared: &Shared,
    board: &Arc<HealthBoard>,
    address: SocketAddr,
) -> anyhow::Result<(alerts::Parts, Bot)> {
    let (found, findings) = mpsc::channel(FINDINGS);
    let polling = Arc::new(Tally::default());
    let scheme = if shared.ca_fingerprint.is_empty() { "http" } else { "https" };
    // Both are there always, so that a setting can switch them on; what is off is sent nothing.
    let api = Api::new(shared.settings.clone())?;
    let shutdown = || shared.shutdown.clone();
    let telegram = Channel::open("telegram", api.clone(), Patience::USUAL, shutdown());
    let hook = Webhook::new(shared.settings.clone(), TIMEOUT)?;
    let webhook = Channel::open("webhook", hook, Patience::USUAL, shutdown());
    let url = format!("{scheme}://{address}");
    let outbox = Outbox::new(shared.settings.clone(), telegram.clone(), webhook, url);
    let bot = Bot::new(Parts {
        api,
        shared: shared.clone(),
        live: settings.mode == Mode::Live,
        answers: telegram,
        findings: found,
        tally: Arc::clone(&polling),
        clock: Clock::system(),
    });
    let parts = alerts::Parts {
        trader: shared.trader.clone(),
        store: Arc::clone(&shared.store),
        board: Arc::clone(board),
        outbox,
        findings,
        polling,
        settings: shared.settings.clone(),
        data_dir: settings.data_dir.clone(),
        anchors: shared.anchors.clone(),
        clock: Clock::system(),
    };
    Ok((parts, bot))
}
