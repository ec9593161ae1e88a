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

/// A channel and the mildest alert that it takes.
#[derive(Debug, Clone)]
struct Out<M> {
    channel: Channel<M>,
    least: Severity,
}

/// All channels that are on.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    telegram: Option<(Out<Outgoing>, i64)>,
    webhook: Option<Out<serde_json::Value>>,
    /// How the daemon calls itself, e.g. `http://127.0.0.1:8000`.
    url: String,
}

impl Outbox {
    /// Without channels.
    #[must_use]
    pub fn new(url: String) -> Self {
        Self { url, ..Self::default() }
    }

    /// With Telegram, to one chat.
    #[must_use]
    pub fn telegram(mut self, channel: Channel<Outgoing>, chat: i64, least: Severity) -> Self {
        self.telegram = Some((Out { channel, least }, chat));
        self
    }

    /// With the webhook.
    #[must_use]
    pub fn webhook(mut self, channel: Channel<serde_json::Value>, least: Severity) -> Self {
        self.webhook = Some(Out { channel, least });
        self
    }

    /// True when some channel takes alerts of this severity.
    #[must_use]
    pub fn takes(&self, severity: Severity) -> bool {
        self.telegram.as_ref().is_some_and(|(out, _)| severity >= out.least)
            || self.webhook.as_ref().is_some_and(|out| severity >= out.least)
    }

    /// Names of channels that fail at the moment.
    pub fn failing(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let telegram = self.telegram.as_ref().map(|(o, _)| (o.channel.name(), o.channel.tally()));
        let webhook = self.webhook.as_ref().map(|o| (o.channel.name(), o.channel.tally()));
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
        if let Some((out, chat)) = &self.telegram
            && severity >= out.least
            && !about(out.channel.name())
        {
            let message = Outgoing { chat: *chat, text: shown(notice) };
            out.channel.send(message, Some(settled.clone()));
        }
        if let Some(out) = &self.webhook
            && severity >= out.least
            && !about(out.channel.name())
        {
            out.channel.send(self.payload(notice), Some(settled));
        }
    }

    /// Queues the daily digest on every channel.
    pub fn digest(&self, text: &str, at: Timestamp) {
        if let Some((out, chat)) = &self.telegram {
            out.channel.send(Outgoing { chat: *chat, text: text.to_owned() }, None);
        }
        if let Some(out) = &self.webhook {
            let payload = json!({
                "id": 0, "severity": "info", "code": "digest", "title": "daily digest",
                "text": text, "at": rfc3339(at), "daemon": daemon(), "url": self.url,
            });
            out.channel.send(payload, None);
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
