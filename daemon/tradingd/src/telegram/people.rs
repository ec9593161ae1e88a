//! Who may command the bot, from where, and how fresh a message must be.

use super::api::{Chat, Message, Sender};
use tradingd_proto::v1::Role;

/// A message older than this is not carried out.
pub const FRESH_SECONDS: i64 = 60;

/// One allow-listed person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Telegram's number of them.
    pub id: i64,
    /// The daemon's user that they act as.
    pub user: String,
    /// The most that they may do.
    pub role: Role,
}

impl Person {
    /// Reads `user_id:user_name:role`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ':');
        let (id, user, role) = (parts.next()?, parts.next()?, parts.next()?);
        let role = crate::control_plane::auth::roles::parse(role);
        let id = id.parse().ok().filter(|id| *id > 0)?;
        (role != Role::Unspecified && !user.is_empty()).then(|| Self {
            id,
            user: user.to_owned(),
            role,
        })
    }
}

/// What becomes of a message, before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission<'a> {
    /// From somebody on the list, in a place where they may speak.
    Heard(&'a Person),
    /// The same, but too old, or from before this process.
    TooOld(&'a Person),
    /// From anybody else, or anywhere else.
    Stranger,
}

/// Sorts a message. `now` and `started` are seconds since the epoch.
#[must_use]
pub fn admit<'a>(
    people: &'a [Person],
    chat: i64,
    message: &Message,
    now: i64,
    started: i64,
) -> Admission<'a> {
    let Some(Sender { id, .. }) = &message.from else { return Admission::Stranger };
    let Some(person) = people.iter().find(|person| person.id == *id) else {
        return Admission::Stranger;
    };
    let Chat { id: place, kind } = &message.chat;
    let private = kind == "private" && place == id;
    if *place != chat && !private {
        return Admission::Stranger;
    }
    let stale = now - message.date > FRESH_SECONDS || message.date < started;
    // What somebody else wrote first is not their command.
    if stale || message.forward_origin.is_some() {
        return Admission::TooOld(person);
    }
    Admission::Heard(person)
}

/// The command of a message: its word in lower case and its arguments. `None` when it is none, or is
/// meant for another bot.
#[must_use]
pub fn command<'a>(text: &'a str, bot: &str) -> Option<(String, Vec<&'a str>)> {
    let mut words = text.split_whitespace();
    let first = words.next()?.strip_prefix('/')?;
    let (word, suffix) = first.split_once('@').map_or((first, None), |(w, s)| (w, Some(s)));
    if suffix.is_some_and(|name| !name.eq_ignore_ascii_case(bot)) {
        return None;
    }
    Some((word.to_lowercase(), words.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(from: i64, chat: i64, kind: &str, date: i64) -> Message {
        Message {
            from: Some(Sender { id: from, username: String::new() }),
            chat: Chat { id: chat, kind: kind.to_owned() },
            date,
            text: "/stop".to_owned(),
            forward_origin: None,
        }
    }

    #[test]
    fn only_listed_people_in_their_places_are_heard() {
        let anna = Person::parse("7:anna:operator").expect("a person");
        let people = [anna.clone()];
        let started = 1_000;
        for (from, chat, kind, date, now, wanted) in [
            (7, -5, "group", 1_000, 1_000, Admission::Heard(&anna)),
            (7, 7, "private", 1_100, 1_160, Admission::Heard(&anna)),
            (7, 7, "private", 1_100, 1_161, Admission::TooOld(&anna)),
            (7, -5, "group", 999, 1_000, Admission::TooOld(&anna)),
            (7, -6, "group", 1_000, 1_000, Admission::Stranger),
            (7, 7, "group", 1_000, 1_000, Admission::Stranger),
            (8, -5, "group", 1_000, 1_000, Admission::Stranger),
            (8, 8, "private", 1_000, 1_000, Admission::Stranger),
            (7, 8, "private", 1_000, 1_000, Admission::Stranger),
        ] {
            let found = admit(&people, -5, &message(from, chat, kind, date), now, started);
            assert_eq!(found, wanted, "from {from} in {chat} at {date}, now {now}");
        }
        let nobody = Message { from: None, ..message(7, -5, "channel", 1_000) };
        assert_eq!(admit(&people, -5, &nobody, 1_000, started), Admission::Stranger);
        let forwarded = Message {
            forward_origin: Some(serde_json::json!({"type": "user"})),
            ..message(7, -5, "group", 1_000)
        };
        assert_eq!(admit(&people, -5, &forwarded, 1_000, started), Admission::TooOld(&anna));
    }

    #[test]
    fn people_are_written_in_three_parts() {
        assert_eq!(Person::parse("7:anna:admin").map(|p| p.role), Some(Role::Admin));
        for bad in ["", "7:anna", "7::admin", "x:anna:admin", "-7:anna:admin", "7:anna:root"] {
            assert_eq!(Person::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn commands_are_read_whatever_their_case_and_for_this_bot_only() {
        let words = |w: &str, a: &[&'static str]| Some((w.to_owned(), a.to_vec()));
        for (text, wanted) in [
            ("/STOP", words("stop", &[])),
            (" /Explain  BTC/USDT ", words("explain", &["BTC/USDT"])),
            ("/stop@Mine_bot now", words("stop", &["now"])),
            ("/stop@other_bot", None),
            ("stop", None),
            ("", None),
            ("/", words("", &[])),
        ] {
            assert_eq!(command(text, "mine_bot"), wanted, "{text}");
        }
    }
}
