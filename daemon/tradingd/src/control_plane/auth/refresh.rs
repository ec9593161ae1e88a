//! Staying in and going out: rotation of refresh tokens, logout.
//!
//! A refresh token works once. One that comes twice was copied, so its session ends for both
//! holders, with one exception: when the reply got lost, the same token may come again for 30 s as
//! long as its successor was never used, and gets the same successor.

use super::{Auth, AuthError, Opened, Principal, record, token, unavailable};
use crate::settings::Secret;
use domain::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;
use storage::{AuthWrite, RefreshMatch};

/// How long a lost reply may be asked for again, microseconds.
const GRACE: i64 = 30_000_000;

/// The last rotation of each session, while its reply may have been lost.
#[derive(Debug, Default)]
pub(super) struct Rotations(BTreeMap<String, Rotation>);

#[derive(Debug)]
struct Rotation {
    old_hash: String,
    successor: Secret,
    at: Timestamp,
}

impl Rotations {
    fn put(&mut self, session: &str, old_hash: String, successor: Secret, at: Timestamp) {
        self.0.retain(|_, r| at.micros() - r.at.micros() <= GRACE);
        self.0.insert(session.to_owned(), Rotation { old_hash, successor, at });
    }

    /// The unused successor of a token whose reply may have been lost.
    fn lost_reply(&self, session: &str, old_hash: &str, now: Timestamp) -> Option<Secret> {
        let rotation = self.0.get(session)?;
        let fresh = now.micros() - rotation.at.micros() <= GRACE;
        (fresh && rotation.old_hash == old_hash).then(|| rotation.successor.clone())
    }
}

impl Auth {
    /// Fresh tokens for a refresh token.
    ///
    /// # Errors
    /// The token is unknown, was used before (its session has ended then), its session has ended,
    /// or the change could not be stored.
    pub async fn refresh(&self, given: &Secret) -> Result<Opened, AuthError> {
        let old_hash = token::refresh_hash(given.reveal());
        let mut rotations = self.changes.lock().await;
        let now = self.parts.clock.now();
        let found = self
            .writer
            .session_by_refresh_hash(&old_hash)
            .await
            .map_err(|e| unavailable(&e))?
            .ok_or(AuthError::TokenInvalid)?;
        match found {
            RefreshMatch::Current(stored) => {
                let (mut session, user) =
                    self.table.session(&stored.id, now).ok_or(AuthError::SessionEnded)?;
                session.expires_at = self.session_end(now);
                let successor = token::new_refresh();
                let rotate = AuthWrite::RotateRefresh {
                    session: session.id.clone(),
                    old_hash: old_hash.clone(),
                    new_hash: token::refresh_hash(&successor),
                    at: now,
                    expires_at: session.expires_at,
                };
                self.writer.write(vec![rotate], Vec::new()).await.map_err(|e| unavailable(&e))?;
                self.table.extend(&session.id, session.expires_at);
                let successor = Secret::new(successor);
                rotations.put(&session.id, old_hash, successor.clone(), now);
                self.opened(&session, &user, successor, now)
            }
            RefreshMatch::Reused(stored) => {
                let (session, user) =
                    self.table.session(&stored.id, now).ok_or(AuthError::SessionEnded)?;
                if let Some(successor) = rotations.lost_reply(&session.id, &old_hash, now) {
                    return self.opened(&session, &user, successor, now);
                }
                tracing::warn!(
                    user = user.name,
                    session = session.id,
                    "refresh token came twice, session ended"
                );
                self.revoke(&session.id, &user.name, "refresh_reused", now).await?;
                Err(AuthError::SessionEnded)
            }
        }
    }

    /// Ends the session of a principal.
    ///
    /// # Errors
    /// It could not be stored; the session has ended until the daemon restarts.
    pub async fn log_out(&self, principal: &Principal) -> Result<(), AuthError> {
        let _changes = self.changes.lock().await;
        let now = self.parts.clock.now();
        self.revoke(&principal.session_id, &principal.user, "logout", now).await
    }

    /// Ends a session: in memory at once, whatever the store says.
    async fn revoke(
        &self,
        session: &str,
        user: &str,
        cause: &str,
        now: Timestamp,
    ) -> Result<(), AuthError> {
        self.table.end(session);
        let write =
            AuthWrite::RevokeSession { id: session.to_owned(), at: now, cause: cause.to_owned() };
        let audit = record(now, cause, user, json!({"session": session}));
        self.writer.write(vec![write], vec![audit]).await.map_err(|e| unavailable(&e))?;
        Ok(())
    }
}
