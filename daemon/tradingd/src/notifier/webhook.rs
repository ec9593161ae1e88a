//! The generic webhook: one signed JSON object per notice, to the address that the settings name at
//! that moment.

use super::channel::{Changed, Destination, Refusal};
use super::hmac::hmac_sha256;
use crate::settings::SettingsHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Hex of HMAC-SHA256 over `timestamp.body` under `webhook.secret`, after `sha256=`.
pub const SIGNATURE: &str = "x-tradingd-signature";
/// Seconds since the epoch at which it was sent; part of what is signed, so that an old message can't
/// be sent again later.
pub const TIMESTAMP: &str = "x-tradingd-timestamp";

/// Posts to the address of the settings, signed with their key; both are read for each message.
#[derive(Debug)]
pub struct Webhook {
    client: reqwest::Client,
    settings: SettingsHandle,
}

impl Webhook {
    /// The address is checked by the settings already.
    ///
    /// # Errors
    /// TLS can't be set up.
    pub fn new(settings: SettingsHandle, timeout: Duration) -> anyhow::Result<Self> {
        Ok(Self { client: super::client(timeout)?, settings })
    }
}

#[async_trait::async_trait]
impl Destination for Webhook {
    type Message = serde_json::Value;

    async fn deliver(&self, message: &serde_json::Value) -> Result<(), Refusal> {
        let settings = self.settings.current();
        let Some(url) = &settings.webhook.url else { return Err(Refusal::Off) };
        let body = message.to_string();
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let timestamp = since.as_secs().to_string();
        let mut request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header(TIMESTAMP, &timestamp);
        if let Some(secret) = &settings.webhook.secret {
            let signed = format!("{timestamp}.{body}");
            let code = hmac_sha256(secret.reveal().as_bytes(), signed.as_bytes());
            request = request.header(SIGNATURE, format!("sha256={code}"));
        }
        match request.body(body).send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(super::refusal(answer.status(), &answer)),
            Err(error) => Err(Refusal::Later(None, super::words(&error))),
        }
    }

    fn changed(&self) -> Changed {
        let key = |s: &crate::settings::Settings| {
            let secret = s.webhook.secret.as_ref().map(|s| s.reveal().to_owned());
            (s.webhook.url.clone(), secret)
        };
        self.settings.until_other(key)
    }
}
