//! The loop: poll, remember how far, sort. What a command does is in `commands.rs` and `plans.rs`.
//!
//! How far it has read is durable before anything is done, so that a command is carried out at most
//! once. `/stop` alone goes ahead when that can't be stored: it makes trading safer and may be done
//! twice. Token, chat and people are those of the settings at that moment.

use super::api::{Api, ApiError, Message, Outgoing, Update};
use super::confirm::Codes;
use super::people::{Admission, Person, admit, command};
use crate::alerts::{Code, Finding, Sign};
use crate::control_plane::auth::Clock;
use crate::notifier::channel::{Channel, Patience, Tally};
use crate::services::Shared;
use crate::settings::Settings;
use crate::trader::Change;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long a command waits for its number to be stored.
const STORE_PATIENCE: Duration = Duration::from_secs(3);
/// Pauses between polls that fail.
const POLLS: Patience =
    Patience { first: Duration::from_secs(1), longest: Duration::from_secs(60), attempts: 1 };

/// What a bot is made of.
#[derive(Debug)]
pub struct Parts {
    /// Telegram.
    pub api: Api,
    /// The daemon.
    pub shared: Shared,
    /// True on a live account, where a resume needs a fresh login.
    pub live: bool,
    /// Where answers go.
    pub answers: Channel<Outgoing>,
    /// Where alerts go.
    pub findings: mpsc::Sender<Finding>,
    /// How polling goes.
    pub tally: Arc<Tally>,
    /// Wall time.
    pub clock: Clock,
}

/// The bot.
#[derive(Debug)]
pub struct Bot {
    pub(super) parts: Parts,
    /// When it began to listen, in seconds since the epoch.
    started: i64,
    pub(super) name: String,
    /// Its number, to which the offset belongs.
    bot: String,
    offset: i64,
    pub(super) codes: Codes,
}

/// A command that may be carried out: who gives it, and in which update.
pub(super) struct Asked<'a> {
    pub person: &'a Person,
    pub chat: i64,
    pub update: i64,
    pub text: &'a str,
}

/// What decides whether there is anything to listen to, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wiring {
    token: Option<String>,
    /// True when there is a chat and somebody to listen to.
    on: bool,
}

impl Wiring {
    fn of(settings: &Settings) -> Self {
        let telegram = &settings.telegram;
        let token = super::api::token(settings);
        let on = token.is_some() && telegram.chat.is_some() && !telegram.people.is_empty();
        Self { token, on }
    }
}

impl Bot {
    /// A bot that has read nothing yet.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            parts,
            started: 0,
            name: String::new(),
            bot: String::new(),
            offset: 0,
            codes: Codes::default(),
        }
    }

    /// Polls until the daemon ends, whenever the settings say so.
    pub async fn run(mut self) {
        let shutdown = self.parts.shared.shutdown.clone();
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = async { loop { self.listen().await } } => {}
        }
    }

    /// Listens with the present token until there is another one, or nobody to listen to. People and
    /// chat are read with each message. Nothing that is being carried out is left half way: a change
    /// is only looked at between two messages.
    async fn listen(&mut self) {
        let settings = self.parts.shared.settings.clone();
        let mut changed = settings.until_other(Wiring::of);
        if !Wiring::of(&settings.current()).on {
            // A bot that is off does not fail.
            self.parts.tally.taken();
            return changed.await;
        }
        // Whatever was written before is not carried out, also when it was switched on just now.
        self.started = self.now();
        self.codes = Codes::default();
        let mut begun = false;
        loop {
            let step = tokio::select! {
                () = &mut changed => return,
                step = self.step(begun) => step,
            };
            match step {
                Ok(updates) => {
                    begun = true;
                    self.parts.tally.taken();
                    for update in updates {
                        self.take(update).await;
                    }
                }
                Err(error) => {
                    let pause = self.after(&error);
                    tokio::select! {
                        () = &mut changed => return,
                        () = tokio::time::sleep(pause) => {}
                    }
                }
            }
        }
    }

    /// First who it is, then what was written.
    async fn step(&mut self, begun: bool) -> Result<Vec<Update>, ApiError> {
        if begun { self.parts.api.updates(self.offset).await } else { self.begin().await }
    }

    /// Seconds since the epoch.
    fn now(&self) -> i64 {
        self.parts.clock.now().micros().div_euclid(1_000_000)
    }

    /// The bot's own name, and how far it has read.
    async fn begin(&mut self) -> Result<Vec<Update>, ApiError> {
        self.bot = self.parts.api.bot();
        self.name = self.parts.api.name().await?;
        let stored = self.parts.shared.store.meta(&self.offset_key()).await;
        let stored = stored.map_err(|_| ApiError::Later(None, "the store is busy".to_owned()))?;
        self.offset = stored.and_then(|text| text.parse().ok()).unwrap_or(0);
        tracing::info!("telegram commands are heard");
        Ok(Vec::new())
    }

    /// Numbers of updates belong to one bot.
    fn offset_key(&self) -> String {
        format!("telegram.offset.{}", self.bot)
    }

    /// What a failure comes to: how long to wait.
    fn after(&self, error: &ApiError) -> Duration {
        let failures = u32::try_from(self.parts.tally.failed()).unwrap_or(u32::MAX);
        let mut pause = POLLS.pause(failures);
        match error {
            ApiError::Conflict => {
                self.found(Sign::new(
                    Code::TelegramConflict,
                    "another program polls with this bot's token, or a webhook is set",
                ));
            }
            ApiError::Refused(code) => tracing::warn!(code, "telegram refuses to be polled"),
            ApiError::Later(after, why) => {
                tracing::debug!(why, "telegram can't be polled");
                pause = pause.max(after.unwrap_or_default());
            }
            // The change of settings behind it ends the pause.
            ApiError::Off => {}
        }
        pause
    }

    fn found(&self, sign: Sign) {
        // A full lane loses a repeat of what is known already.
        let _ = self.parts.findings.try_send(Finding::Seen(sign));
    }

    async fn take(&mut self, update: Update) {
        if update.update_id < self.offset {
            return;
        }
        self.offset = update.update_id + 1;
        let Some(message) = update.message else { return };
        let now = self.now();
        let settings = self.parts.shared.settings.current();
        let telegram = &settings.telegram;
        // Somebody may have been taken off the list while the message was on its way.
        let Some(chat) = telegram.chat else { return };
        let text = message.text.clone();
        match admit(&telegram.people, chat, &message, now, self.started) {
            Admission::Stranger => self.stranger(&message),
            Admission::TooOld(person) => {
                if command(&text, &self.name).is_some() {
                    tracing::warn!(
                        user = person.user,
                        "an old telegram command is not carried out"
                    );
                    self.say(message.chat.id, "too old: not carried out; send it again".to_owned());
                }
            }
            Admission::Heard(person) => {
                let asked =
                    Asked { person, chat: message.chat.id, update: update.update_id, text: &text };
                self.heard(&asked).await;
            }
        }
    }

    /// Makes it durable how far the bot has read. Only before something is done, so that nobody's
    /// chatter costs a commit.
    pub(super) async fn remember(&self) -> bool {
        let meta = vec![(self.offset_key(), self.offset.to_string())];
        let change = self.parts.shared.trader.change(Change { meta, ..Change::default() });
        match tokio::time::timeout(STORE_PATIENCE, change).await {
            Ok(Ok(_)) => true,
            Ok(Err(error)) => {
                tracing::warn!(?error, "how far telegram was read is not stored");
                false
            }
            Err(_) => {
                tracing::warn!("how far telegram was read is not stored in time");
                false
            }
        }
    }

    fn stranger(&self, message: &Message) {
        let who = message.from.as_ref().map_or(0, |from| from.id);
        tracing::warn!(user_id = who, chat_id = message.chat.id, "a stranger wrote to the bot");
        let text = format!("user {who} in chat {} is ignored", message.chat.id);
        self.found(Sign::new(Code::TelegramStranger, text));
    }

    pub(super) fn say(&self, chat: i64, text: String) {
        self.parts.answers.send(Outgoing { chat, text }, None);
    }
}
