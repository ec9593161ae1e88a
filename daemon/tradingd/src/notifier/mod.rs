//! Sending alerts out: the outbox, its channels, and what a message looks like.
//!
//! The outbox never waits for a channel. Commands that come in over Telegram are in `telegram/`.

pub mod channel;
mod hmac;
pub mod text;
mod webhook;
pub mod when;

pub use webhook::{SIGNATURE, TIMESTAMP, Webhook};

use crate::alerts::{Notice, Severity};
use crate::settings::{Settings, SettingsHandle};
use crate::telegram::Outgoing;
use channel::{Channel, Refusal, Settled};
use domain::Timestamp;
use serde_json::json;
use std::time::Duration;
use tokio::sync::mpsc;

/// Longest time for one attempt of a channel.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// A client that follows no redirect: a redirect must not carry alerts elsewhere.
///
/// # Errors
/// TLS can't be set up.
pub fn client(timeout: Duration) -> anyhow::Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(timeout)
        .no_proxy()
        .user_agent(concat!("tradingd/", env!("CARGO_PKG_VERSION")));
    Ok(builder.build()?)
}

/// An HTTP error in words, without the address: Telegram's holds the token.
pub fn words(error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "can't connect"
    } else {
        "the connection failed"
    };
    what.to_owned()
}

/// Whether an answer that is no success is worth another attempt.
pub fn refusal(status: reqwest::StatusCode, answer: &reqwest::Response) -> Refusal {
    let why = format!("answered {}", status.as_u16());
    let temporary = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
    if !temporary {
        return Refusal::Never(why);
    }
    let header = answer.headers().get("retry-after").and_then(|v| v.to_str().ok());
    let after = header.and_then(|text| text.parse().ok()).map(|s: u64| s.min(3_600));
    Refusal::Later(after.map(Duration::from_secs), why)
}

/// The channels, and the settings that say which of them are on and what each takes.
#[derive(Debug, Clone)]
pub struct Outbox {
    settings: SettingsHandle,
    telegram: Channel<Outgoing>,
    webhook: Channel<serde_json::Value>,
    /// How the daemon calls itself, e.g. `http://127.0.0.1:8000`.
    url: String,
}

/// What of it is on at one moment.
struct On<'a> {
    telegram: Option<(&'a Channel<Outgoing>, i64, Severity)>,
    webhook: Option<(&'a Channel<serde_json::Value>, Severity)>,
}

impl Outbox {
    /// Over both channels; `url` is the daemon's own.
    #[must_use]
    pub const fn new(
        settings: SettingsHandle,
        telegram: Channel<Outgoing>,
        webhook: Channel<serde_json::Value>,
        url: String,
    ) -> Self {
        Self { settings, telegram, webhook, url }
    }

    fn on(&self) -> On<'_> {
        let Settings { telegram, webhook, .. } = &*self.settings.current();
        let chat = telegram.token.as_ref().and(telegram.chat);
        On {
            telegram: chat.map(|chat| (&self.telegram, chat, telegram.least)),
            webhook: webhook.url.as_ref().map(|_| (&self.webhook, webhook.least)),
        }
    }

    /// True when some channel takes alerts of this severity.
    #[must_use]
    pub fn takes(&self, severity: Severity) -> bool {
        let On { telegram, webhook } = self.on();
        telegram.is_some_and(|(_, _, least)| severity >= least)
            || webhook.is_some_and(|(_, least)| severity >= least)
    }

    /// Names of channels that are on and fail at the moment, with what they have lost.
    pub fn failing(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let On { telegram, webhook } = self.on();
        let telegram = telegram.map(|(channel, ..)| (channel.name(), channel.tally()));
        let webhook = webhook.map(|(channel, _)| (channel.name(), channel.tally()));
        let failing = telegram.into_iter().chain(webhook).filter(|(_, tally)| tally.is_failing());
        failing.map(|(name, tally)| (name, tally.lost()))
    }

    /// Queues an alert where it belongs; never waits. Once every channel is done with it, its number
    /// comes over `tell`.
    pub fn send(&self, notice: &Notice, tell: &mpsc::Sender<u64>) {
        let alert = &notice.alert;
        let severity = Severity::of(alert.severity);
        let settled = Settled::new(alert.id, tell.clone());
        // That a channel fails is no news for itself.
        let about = |name: &str| alert.cause == format!("notifier_failing:{name}");
        let On { telegram, webhook } = self.on();
        if let Some((channel, chat, least)) = telegram
            && severity >= least
            && !about(channel.name())
        {
            channel.send(Outgoing { chat, text: shown(notice) }, Some(settled.clone()));
        }
        if let Some((channel, least)) = webhook
            && severity >= least
            && !about(channel.name())
        {
            channel.send(self.payload(notice), Some(settled));
        }
    }

    /// Queues the daily digest on every channel that is on.
    pub fn digest(&self, text: &str, at: Timestamp) {
        let On { telegram, webhook } = self.on();
        if let Some((channel, chat, _)) = telegram {
            channel.send(Outgoing { chat, text: text.to_owned() }, None);
        }
        if let Some((channel, _)) = webhook {
            let payload = json!({
                "id": 0, "severity": "info", "code": "digest", "title": "daily digest",
                "text": text, "at": rfc3339(at), "daemon": daemon(), "url": self.url,
            });
            channel.send(payload, None);
        }
    }

    fn payload(&self, notice: &Notice) -> serde_json::Value {
        let alert = &notice.alert;
        json!({
            "id": alert.id,
            "severity": Severity::of(alert.severity).word(),
            "code": alert.code,
            "title": alert.title,
            "text": alert.text,
            "hint": alert.hint,
            "symbol": alert.symbol,
            "strategy": alert.strategy,
            "escalation": notice.escalation,
            "at": rfc3339(alert.first_at),
            "daemon": daemon(),
            "url": self.url,
        })
    }
}

fn daemon() -> String {
    format!("tradingd {}", env!("CARGO_PKG_VERSION"))
}

/// An alert as a message for people.
fn shown(notice: &Notice) -> String {
    let alert = &notice.alert;
    let again = match notice.escalation {
        0 => String::new(),
        n => format!(", nobody has acknowledged it (reminder {n})"),
    };
    format!(
        "{}: {}{again}\n{}\n{}\nalert {} ({}): /ack {}",
        Severity::of(alert.severity).word().to_uppercase(),
        alert.title,
        alert.text,
        alert.hint,
        alert.id,
        alert.code,
        alert.id,
    )
}

/// A moment as RFC 3339 text in UTC.
#[must_use]
pub fn rfc3339(at: Timestamp) -> String {
    let seconds = at.micros().div_euclid(1_000_000);
    prost_types::Timestamp { seconds, nanos: 0 }.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_rfc_3339() {
        let at = Timestamp::from_millis(1_769_868_300_999);
        assert_eq!(rfc3339(at), "2026-01-31T14:05:00Z");
    }
}
