//! The generic webhook: one signed JSON object per notice, to one fixed address.

use super::channel::{Destination, Refusal};
use super::hmac::hmac_sha256;
use crate::settings::Secret;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Hex of HMAC-SHA256 over `timestamp.body` under `webhook.secret`, after `sha256=`.
pub const SIGNATURE: &str = "x-tradingd-signature";
/// Seconds since the epoch at which it was sent; part of what is signed, so that an old message can't
/// be sent again later.
pub const TIMESTAMP: &str = "x-tradingd-timestamp";

/// The address with its key.
#[derive(Debug)]
pub struct Webhook {
    client: reqwest::Client,
    url: String,
    secret: Option<Secret>,
}

impl Webhook {
    /// `url` is checked by the settings already.
    ///
    /// # Errors
    /// TLS can't be set up.
    pub fn new(url: &str, secret: Option<Secret>, timeout: Duration) -> anyhow::Result<Self> {
        Ok(Self { client: super::client(timeout)?, url: url.to_owned(), secret })
    }
}

#[async_trait::async_trait]
impl Destination for Webhook {
    type Message = serde_json::Value;

    async fn deliver(&self, message: &serde_json::Value) -> Result<(), Refusal> {
        let body = message.to_string();
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let timestamp = since.as_secs().to_string();
        let mut request = self
            .client
            .post(&self.url)
            .header("content-type", "application/json")
            .header(TIMESTAMP, &timestamp);
        if let Some(secret) = &self.secret {
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
}
