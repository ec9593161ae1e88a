//! Alerts and where they go: Telegram and a webhook. All of it is off by default.

use crate::alerts::Severity;
use crate::notifier::when::{QuietHours, TimeOfDay};
use crate::settings::entry::Entry;
use crate::settings::kind::{Kind, Range};
use crate::settings::{Secret, Settings};
use crate::telegram::Person;
use std::time::Duration;

const SEVERITIES: &[&str] = &Severity::WORDS;
const TOKEN: &str = "empty, or the token that BotFather gave (digits, a colon, letters)";
const CHAT: &str = "empty, or a whole number, below 0 for groups";
const PEOPLE: &str = "a list of USER_ID:USER_NAME:ROLE, role viewer, operator or admin";
const ADDRESS: &str = "https://HOST or http://HOST on this machine";
const OPTIONAL_ADDRESS: &str = "empty, https://HOST/PATH, or http://HOST/PATH on this machine";
const SECRET: &str = "empty, or 16 to 200 visible characters";

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        "alerts.escalate_after_seconds",
        "seconds",
        "900",
        "A critical alert that nobody has acknowledged is sent again after this time, three times, \
         then every six hours. 0 switches it off.",
        Kind::Count(Range::closed(0, 86_400), |s, n| {
            s.alerts.escalate_after = Duration::from_secs(n);
        }),
    )
    .hot(),
    Entry::new(
        "alerts.dedupe_seconds",
        "seconds",
        "300",
        "An alert whose cause ended and comes back within this time is recorded but not sent again.",
        Kind::Count(Range::closed(0, 86_400), |s, n| s.alerts.dedupe = Duration::from_secs(n)),
    )
    .hot(),
    Entry::new(
        "alerts.quiet_hours",
        "UTC",
        "",
        "Hours in which only critical alerts are sent; the others wait for the digest.",
        Kind::Text("empty, or HH:MM-HH:MM", |s, text| {
            s.alerts.quiet = QuietHours::parse(text);
            text.is_empty() || s.alerts.quiet.is_some()
        }),
    )
    .hot(),
    Entry::new(
        "alerts.digest_at",
        "UTC",
        "",
        "When a daily digest is sent: equity, day's profit, trades, alerts.",
        Kind::Text("empty, or HH:MM", |s, text| {
            s.alerts.digest = TimeOfDay::parse(text);
            text.is_empty() || s.alerts.digest.is_some()
        }),
    )
    .hot(),
    Entry::new(
        "alerts.disk_low_mb",
        "MiB",
        "256",
        "Less free space than this on the disk of data_dir raises an alert. 0 switches it off.",
        Kind::Count(Range::closed(0, 1_000_000), |s, n| s.alerts.disk_low = n << 20),
    )
    .hot(),
    Entry::new(
        "telegram.bot_token",
        "",
        "",
        "Token of the Telegram bot. Alerts go to telegram.chat_id, and commands of \
             telegram.people are heard.",
        Kind::Text(TOKEN, |s, text| {
            s.telegram.token = secret(text);
            text.is_empty() || is_token(text)
        }),
    )
    .secret()
    .hot()
    .access(),
    Entry::new(
        "telegram.chat_id",
        "",
        "",
        "The chat that alerts go to, and the only group in which commands are heard.",
        Kind::Text(CHAT, |s, text| {
            s.telegram.chat = text.parse().ok().filter(|id| *id != 0);
            text.is_empty() || s.telegram.chat.is_some()
        }),
    )
    .hot()
    .access(),
    Entry::new(
        "telegram.people",
        "",
        "",
        "Who may command the bot: their number at Telegram, the user of this daemon that they act as, \
         and the most that they may do. Nobody else is answered.",
        Kind::List(PEOPLE, |s, items| {
            s.telegram.people.clear();
            for item in items {
                let person = Person::parse(item).ok_or_else(|| item.clone())?;
                if s.telegram.people.iter().any(|other| other.id == person.id) {
                    return Err(item.clone());
                }
                s.telegram.people.push(person);
            }
            Ok(())
        }),
    )
    .hot()
    .access(),
    Entry::new(
        "telegram.api_url",
        "",
        "https://api.telegram.org",
        "Where Telegram's bot interface is. Read at start only: the bot's token is sent there, and \
         whoever may change settings must not be able to have it sent to themselves.",
        Kind::Text(ADDRESS, |s, text| {
            s.telegram.url = text.to_owned();
            is_address(text)
        }),
    ),
    Entry::new(
        "telegram.min_severity",
        "",
        "warning",
        "The mildest alert that is sent to Telegram.",
        Kind::Choice(SEVERITIES, |s, word| s.telegram.least = severity(word)),
    )
    .hot(),
    Entry::new(
        "webhook.url",
        "",
        "",
        "Alerts are posted there as JSON; redirects are not followed. Messages that wait go to the \
         new address.",
        Kind::Text(OPTIONAL_ADDRESS, |s, text| {
            s.webhook.url = (!text.is_empty()).then(|| text.to_owned());
            text.is_empty() || is_address(text)
        }),
    )
    .hot()
    .access(),
    Entry::new(
        "webhook.secret",
        "",
        "",
        "Signs what is posted (HMAC-SHA256, header x-tradingd-signature).",
        Kind::Text(SECRET, |s, text| {
            s.webhook.secret = secret(text);
            let fine = (16..=200).contains(&text.len());
            text.is_empty() || (fine && text.bytes().all(|b| b.is_ascii_graphic()))
        }),
    )
    .secret()
    .hot()
    .access(),
    Entry::new(
        "webhook.min_severity",
        "",
        "warning",
        "The mildest alert that is posted to the webhook.",
        Kind::Choice(SEVERITIES, |s, word| s.webhook.least = severity(word)),
    )
    .hot(),
];

fn secret(text: &str) -> Option<Secret> {
    (!text.is_empty()).then(|| Secret::new(text.to_owned()))
}

fn severity(word: &str) -> Severity {
    Severity::parse(word).unwrap_or(Severity::Warning)
}

fn is_token(text: &str) -> bool {
    text.split_once(':').is_some_and(|(number, rest)| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())
            && (8..=100).contains(&rest.len())
            && rest.bytes().all(plain)
    })
}

/// `https` anywhere, `http` on this machine only: alerts tell what an account holds.
fn is_address(text: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(text) else { return false };
    let host = url.host_str().unwrap_or_default();
    let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && local);
    scheme && !host.is_empty() && url.username().is_empty() && url.password().is_none()
}

/// Telegram needs a chat to speak to.
#[must_use]
pub fn telegram_is_whole(settings: &Settings) -> bool {
    settings.telegram.token.is_none() || settings.telegram.chat.is_some()
}
