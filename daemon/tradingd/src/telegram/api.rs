//! The three calls of Telegram's bot interface that are needed: getMe, getUpdates, sendMessage.
//!
//! Nothing here may print an address: it holds the token.

use crate::notifier::channel::{Changed, Destination, Refusal};
use crate::notifier::{self, text};
use crate::settings::{Settings, SettingsHandle};
use serde::Deserialize;
use std::time::Duration;

/// How long a poll waits at Telegram for a message.
const LONG_POLL: Duration = Duration::from_secs(25);
/// Longest answer that is read, in bytes; a hundred updates are far below it.
const LARGEST: usize = 4 << 20;

/// A text for a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The chat.
    pub chat: i64,
    /// Plain text; its first line is shown bold.
    pub text: String,
}

/// Somebody who writes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Sender {
    /// Telegram's number of them.
    pub id: i64,
    /// The name of a bot, or what a person calls themselves.
    #[serde(default)]
    pub username: String,
}

/// Where somebody writes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Chat {
    /// Its number; that of the person in a private chat.
    pub id: i64,
    /// `private`, `group`, `supergroup` or `channel`.
    #[serde(rename = "type", default)]
    pub kind: String,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Message {
    /// Who wrote it; nobody in channels.
    pub from: Option<Sender>,
    /// Where.
    pub chat: Chat,
    /// When, in seconds since the epoch.
    pub date: i64,
    /// What; nothing for pictures and the like.
    #[serde(default)]
    pub text: String,
    /// Set when somebody else wrote it first.
    #[serde(default)]
    pub forward_origin: Option<serde_json::Value>,
}

/// An update; of all its kinds only messages are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Update {
    /// Its number; the next poll names the one after the last.
    pub update_id: i64,
    /// The message; `None` for what this build does not know.
    #[serde(default)]
    pub message: Option<Message>,
}

#[derive(Debug, Deserialize)]
struct Envelope<T> {
    ok: bool,
    #[serde(default)]
    error_code: u16,
    result: Option<T>,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Debug, Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// Another program polls with the same token.
    Conflict,
    /// The token is wrong, or Telegram does not like the request.
    Refused(u16),
    /// Try again, after this time if it is known.
    Later(Option<Duration>, String),
    /// There is no token any more.
    Off,
}

/// The bot's side of Telegram. Its token is that of the settings at each call.
#[derive(Debug, Clone)]
pub struct Api {
    client: reqwest::Client,
    polling: reqwest::Client,
    base: String,
    settings: SettingsHandle,
}

impl Api {
    /// The address is that of the settings now, for as long as this lives.
    ///
    /// # Errors
    /// TLS can't be set up.
    pub fn new(settings: SettingsHandle) -> anyhow::Result<Self> {
        let url = settings.current().telegram.url.clone();
        Ok(Self {
            client: notifier::client(notifier::TIMEOUT)?,
            polling: notifier::client(LONG_POLL + notifier::TIMEOUT)?,
            base: url.trim_end_matches('/').to_owned(),
            settings,
        })
    }

    /// The part of the token before the colon: the bot's number, which is no secret. Empty without a
    /// token.
    #[must_use]
    pub fn bot(&self) -> String {
        let token = token(&self.settings.current()).unwrap_or_default();
        let number = token.split(':').next().unwrap_or_default();
        number.chars().filter(char::is_ascii_digit).collect()
    }

    /// What the bot is called.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn name(&self) -> Result<String, ApiError> {
        let me: Sender = self.call(&self.client, "getMe", &serde_json::json!({})).await?;
        Ok(me.username)
    }

    /// Messages from `offset` on; waits for the first one.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn updates(&self, offset: i64) -> Result<Vec<Update>, ApiError> {
        let body = serde_json::json!({
            "offset": offset,
            "timeout": LONG_POLL.as_secs(),
            "allowed_updates": ["message"],
        });
        self.call(&self.polling, "getUpdates", &body).await
    }

    /// Sends one piece of text.
    async fn send(&self, chat: i64, piece: &str) -> Result<(), ApiError> {
        let (head, rest) = piece.split_once('\n').map_or((piece, None), |(h, r)| (h, Some(r)));
        let mut shown = format!("<b>{}</b>", text::escape(head));
        if let Some(rest) = rest {
            shown += &format!("\n{}", text::escape(rest));
        }
        let body = serde_json::json!({
            "chat_id": chat,
            "text": shown,
            "parse_mode": "HTML",
            "link_preview_options": { "is_disabled": true },
        });
        let _: serde_json::Value = self.call(&self.client, "sendMessage", &body).await?;
        Ok(())
    }

    async fn call<T: serde::de::DeserializeOwned>(
        &self,
        client: &reqwest::Client,
        method: &str,
        body: &serde_json::Value,
    ) -> Result<T, ApiError> {
        let later = |why: &str| ApiError::Later(None, why.to_owned());
        let token = token(&self.settings.current()).ok_or(ApiError::Off)?;
        let url = format!("{}/bot{token}/{method}", self.base);
        let answer = client.post(url).json(body).send().await;
        let mut answer = answer.map_err(|error| ApiError::Later(None, notifier::words(&error)))?;
        let status = answer.status();
        let mut bytes = Vec::new();
        while let Some(chunk) =
            answer.chunk().await.map_err(|e| ApiError::Later(None, notifier::words(&e)))?
        {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > LARGEST {
                return Err(later("the answer is too large"));
            }
        }
        let envelope: Option<Envelope<T>> = serde_json::from_slice(&bytes).ok();
        match envelope {
            Some(Envelope { ok: true, result: Some(result), .. }) => Ok(result),
            Some(failed) if !failed.ok => {
                Err(failure(failed.error_code.max(status.as_u16()), failed.parameters))
            }
            _ if !status.is_success() => Err(failure(status.as_u16(), Parameters::default())),
            _ => Err(later("the answer is unreadable")),
        }
    }
}

/// The token; never printed.
pub(super) fn token(settings: &Settings) -> Option<String> {
    settings.telegram.token.as_ref().map(|token| token.reveal().to_owned())
}

fn failure(code: u16, parameters: Parameters) -> ApiError {
    let after = parameters.retry_after.map(|s| Duration::from_secs(s.min(3_600)));
    match code {
        409 => ApiError::Conflict,
        429 | 500..=599 => ApiError::Later(after, format!("answered {code}")),
        _ => ApiError::Refused(code),
    }
}

#[async_trait::async_trait]
impl Destination for Api {
    type Message = Outgoing;

    async fn deliver(&self, message: &Outgoing) -> Result<(), Refusal> {
        for piece in text::split(&message.text, text::LIMIT) {
            self.send(message.chat, piece).await.map_err(|error| match error {
                ApiError::Later(after, why) => Refusal::Later(after, why),
                ApiError::Refused(code) => Refusal::Never(format!("answered {code}")),
                ApiError::Conflict => Refusal::Later(None, "answered 409".to_owned()),
                ApiError::Off => Refusal::Off,
            })?;
        }
        Ok(())
    }

    fn changed(&self) -> Changed {
        self.settings.until_other(token)
    }
}
