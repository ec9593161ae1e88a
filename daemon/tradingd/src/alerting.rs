//! Wires alerts: outbox, channels, the Telegram bot, and what the following task needs.

use crate::alerts::{self, Rules};
use crate::control_plane::auth::Clock;
use crate::health::HealthBoard;
use crate::notifier::channel::{Channel, Patience, Tally};
use crate::notifier::{Outbox, TIMEOUT, Webhook};
use crate::services::Shared;
use crate::settings::{Mode, Settings};
use crate::telegram::{Api, Bot, Costs, Parts};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Findings of the bot that may wait.
const FINDINGS: usize = 64;

/// Starts it all: the channels that the settings switch on, the bot, and the task that follows the
/// journal. The handle ends with the daemon.
pub fn start(
    settings: &Settings,
    shared: &Shared,
    board: &Arc<HealthBoard>,
    address: SocketAddr,
) -> anyhow::Result<JoinHandle<()>> {
    let (parts, bot) = parts(settings, shared, board, address)?;
    let following = alerts::follow(parts, shared.shutdown.clone());
    let hearing = async {
        if let Some(bot) = bot {
            bot.run().await;
        }
    };
    Ok(tokio::spawn(async move {
        tokio::join!(following, hearing);
    }))
}

fn parts(
    settings: &Settings,
    shared: &Shared,
    board: &Arc<HealthBoard>,
    address: SocketAddr,
) -> anyhow::Result<(alerts::Parts, Option<Bot>)> {
    let (found, findings) = mpsc::channel(FINDINGS);
    let polling = Arc::new(Tally::default());
    let scheme = if shared.ca_fingerprint.is_empty() { "http" } else { "https" };
    let mut bot = None;
    let mut outbox = Outbox::new(format!("{scheme}://{address}"));
    if let (Some(token), Some(chat)) = (&settings.telegram.token, settings.telegram.chat) {
        let api = Api::new(&settings.telegram.url, token.clone())?;
        let shutdown = shared.shutdown.clone();
        let channel = Channel::open("telegram", api.clone(), Patience::USUAL, shutdown);
        outbox = outbox.telegram(channel.clone(), chat, settings.telegram.least);
        if !settings.telegram.people.is_empty() {
            let costs = Costs {
                fee_pct: settings.paper.taker_fee_pct,
                slippage_bps: settings.paper.slippage_bps,
            };
            bot = Some(Bot::new(Parts {
                api,
                shared: shared.clone(),
                people: settings.telegram.people.clone(),
                chat,
                costs,
                live: settings.mode == Mode::Live,
                answers: channel,
                findings: found,
                tally: Arc::clone(&polling),
                clock: Clock::system(),
            }));
        }
    }
    if let Some(url) = &settings.webhook.url {
        let webhook = Webhook::new(url, settings.webhook.secret.clone(), TIMEOUT)?;
        let channel = Channel::open("webhook", webhook, Patience::USUAL, shared.shutdown.clone());
        outbox = outbox.webhook(channel, settings.webhook.least);
    }
    let micros = |d: Duration| i64::try_from(d.as_micros()).unwrap_or(i64::MAX);
    let parts = alerts::Parts {
        trader: shared.trader.clone(),
        store: Arc::clone(&shared.store),
        board: Arc::clone(board),
        outbox,
        findings,
        polling,
        rules: Rules {
            escalate_after: micros(settings.alerts.escalate_after),
            dedupe: micros(settings.alerts.dedupe),
        },
        quiet: settings.alerts.quiet,
        digest: settings.alerts.digest,
        disk: (settings.data_dir.clone(), settings.alerts.disk_low),
        anchors: shared.anchors.clone(),
        clock: Clock::system(),
    };
    Ok((parts, bot))
}
