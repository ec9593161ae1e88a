//! The typed settings of alerts and their channels.

use super::Secret;
use crate::alerts::Severity;
use crate::notifier::when::{QuietHours, TimeOfDay};
use crate::telegram::Person;
use std::time::Duration;

/// The `alerts.` settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertSettings {
    /// When a critical alert is sent again; zero for never.
    pub escalate_after: Duration,
    /// How long a cause that comes back is not sent again.
    pub dedupe: Duration,
    /// Hours in which only critical alerts are sent.
    pub quiet: Option<QuietHours>,
    /// When the digest is sent.
    pub digest: Option<TimeOfDay>,
    /// Bytes that should be free on the disk; 0 for no watch.
    pub disk_low: u64,
}

/// The `telegram.` settings.
#[derive(Debug, Clone)]
pub struct TelegramSettings {
    /// The bot's token; `None` switches Telegram off.
    pub token: Option<Secret>,
    /// The chat that alerts go to.
    pub chat: Option<i64>,
    /// Who may command.
    pub people: Vec<Person>,
    /// Where the bot interface is.
    pub url: String,
    /// The mildest alert that is sent.
    pub least: Severity,
}

/// The `webhook.` settings.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// Where alerts are posted; `None` switches it off.
    pub url: Option<String>,
    /// What signs them.
    pub secret: Option<Secret>,
    /// The mildest alert that is posted.
    pub least: Severity,
}

impl AlertSettings {
    /// To be filled in.
    pub(super) const BLANK: Self = Self {
        escalate_after: Duration::ZERO,
        dedupe: Duration::ZERO,
        quiet: None,
        digest: None,
        disk_low: 0,
    };
}

impl TelegramSettings {
    /// To be filled in.
    pub(super) const BLANK: Self = Self {
        token: None,
        chat: None,
        people: Vec::new(),
        url: String::new(),
        least: Severity::Warning,
    };
}

impl WebhookSettings {
    /// To be filled in.
    pub(super) const BLANK: Self = Self { url: None, secret: None, least: Severity::Warning };
}
