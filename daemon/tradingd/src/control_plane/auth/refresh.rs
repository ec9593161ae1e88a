//! Staying in and going out: rotation of refresh tokens, logout.
//!
//! A refresh token works once. One that comes twice was copied, so its session ends for both
//! holders, with one exception: when the reply got lost, the same token may come again for 30 s as
//! long as its successor was never used, and gets the same successor. The successor is computed from
//! the token with the signing key, so this holds across restarts and nothing is stored for it.

use super::{Auth, AuthError, Opened, Principal, record, record_of, token, unavailable};
use crate::settings::Secret;
use domain::Timestamp;
use serde_json::json;
use storage::{AuthWrite, RefreshMatch};

/// How long a lost reply may be asked for again, microseconds.
const GRACE: i64 = 30_000_000;

impl Auth {
    /// Fresh tokens for a refresh token.
    ///
    /// # Errors
    /// The token is unknown, was used before (its session has ended then), its session has ended,
    /// or the change could not be stored.
    pub async fn refresh(&self, given: &Secret, from: &str) -> Result<Opened, AuthError> {
        let old_hash = token::refresh_hash(given.reveal());
        let _changes = self.changes.lock().await;
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
                let successor = self.successors(&session.id, given).swap_remove(0);
                let rotate = AuthWrite::RotateRefresh {
                    session: session.id.clone(),
                    old_hash: old_hash.clone(),
                    new_hash: token::refresh_hash(successor.reveal()),
                    at: now,
                    expires_at: session.expires_at,
                };
                let written = self.writer.write(vec![rotate], Vec::new(), None).await;
                written.map_err(|e| unavailable(&e))?;
                self.table.extend(&session.id, now, session.expires_at);
                self.opened(&session, &user, successor, now)
            }
            RefreshMatch::Reused(stored, current) => {
                let (session, user) =
                    self.table.session(&stored.id, now).ok_or(AuthError::SessionEnded)?;
                let soon = now.micros() - stored.refreshed_at.micros() <= GRACE;
                let mut successors = self.successors(&session.id, given).into_iter();
                let lost = successors.find(|s| token::refresh_hash(s.reveal()) == current);
                if let Some(successor) = lost.filter(|_| soon) {
                    return self.opened(&session, &user, successor, now);
                }
                tracing::warn!(
                    user = user.name,
                    session = session.id,
                    "refresh token came twice, session ended"
                );
                let detail = json!({"session": session.id, "severity": "warning"});
                let audit = record(now, "refresh_reused", &user.name, from, detail);
                self.revoke(&session.id, "refresh_reused", audit, now).await?;
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
        if principal.token.is_some() {
            return Err(AuthError::TokenNotPerson);
        }
        let audit = record_of(now, "logout", principal, json!({"session": principal.session_id}));
        self.revoke(&principal.session_id, "logout", audit, now).await
    }

    /// What a refresh token is changed for, by the present key and the one before.
    fn successors(&self, session: &str, token: &Secret) -> Vec<Secret> {
        self.parts.tokens.derive(&[b"refresh", session.as_bytes(), token.reveal().as_bytes()])
    }

    /// Ends a session: in memory at once, whatever the store says.
    async fn revoke(
        &self,
        session: &str,
        cause: &str,
        audit: storage::ControlRecord,
        now: Timestamp,
    ) -> Result<(), AuthError> {
        self.table.end(session);
        let write =
            AuthWrite::RevokeSession { id: session.to_owned(), at: now, cause: cause.to_owned() };
        self.writer.write(vec![write], vec![audit], None).await.map_err(|e| unavailable(&e))?;
        Ok(())
    }
}
