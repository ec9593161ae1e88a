//! Another signing key while the daemon runs. Tokens of the last one hold until they are over, so
//! that nobody has to log in again; after a leak everything can be ended with it.

use super::change::{Asked, Reply, Writing, planned};
use super::{Auth, AuthError};
use crate::bootstrap;
use domain::Timestamp;
use serde_json::json;
use storage::AuthWrite;
use tradingd_proto::v1::RotateKeysResponse;

impl Auth {
    /// Signs with a new key from now on.
    ///
    /// # Errors
    /// The key can't be stored; the old one signs on then.
    pub async fn rotate_keys(
        &self,
        asked: &Asked,
        end_all: bool,
    ) -> Result<Reply<RotateKeysResponse>, AuthError> {
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        let mut plan = vec![planned("signing key", "the present one", "another one")];
        if end_all {
            plan.push(planned("all sessions and API tokens", "open", "ended"));
        }
        if let Some(reply) = Self::plan(asked, plan)? {
            return Ok(reply);
        }
        let now = self.parts.clock.now();
        let life = i64::try_from(self.rules().access.as_micros()).unwrap_or(i64::MAX);
        // After a leak the old key must not open anything any more.
        let until = if end_all { now } else { Timestamp::from_micros(now.micros() + life) };
        let dir = self.parts.data_dir.clone();
        let rotated =
            tokio::task::spawn_blocking(move || bootstrap::rotate_signing_key(&dir, until)).await;
        let key = match rotated {
            Ok(Ok(key)) => key,
            Ok(Err(error)) => {
                tracing::error!(%error, "the signing key was not rotated");
                return Err(AuthError::Unavailable);
            }
            Err(_) => return Err(AuthError::Internal),
        };
        // The file holds the new key, so it is the one from here on, whatever the store says.
        self.parts.tokens.rotate(key, until);
        let (users, mut writes) = (self.table.users(), Vec::new());
        let tokens = self.table.tokens_of(None, now);
        if end_all {
            let cause = "keys_rotated".to_owned();
            for user in &users {
                let (user, cause) = (user.name.clone(), cause.clone());
                writes.push(AuthWrite::RevokeSessionsOf { user, at: now, cause });
            }
            for token in &tokens {
                let (id, cause) = (token.grant.id.clone(), cause.clone());
                writes.push(AuthWrite::RevokeToken { id, at: now, cause });
            }
        }
        let record = asked.context.record("keys_rotated", json!({"end_all": end_all}));
        let old_until = Some(crate::convert::time(until));
        let message = RotateKeysResponse { old_until, ..Default::default() };
        let reply = self.carry_out(asked, Writing { writes, record, message }).await?;
        if end_all {
            for user in users {
                self.table.end_all_of(&user.name, None);
            }
            let ids: Vec<String> = tokens.iter().map(|t| t.grant.id.clone()).collect();
            self.table.end_tokens(&ids);
        }
        Ok(reply)
    }
}
