//! One-time codes (RFC 6238: SHA-1, six digits, 30 s, one step either way), and step-up: proving
//! again who asks. Each code works once.

use super::change::{Asked, Reply, Writing, planned};
use super::ports::random;
use super::table::User;
use super::{Auth, AuthError, Principal, token};
use crate::settings::Secret;
use domain::Timestamp;
use serde_json::json;
use storage::AuthWrite;
use totp_rs::{Algorithm, TOTP};
use tradingd_proto::v1::{ConfirmTotpResponse, EnrolTotpResponse, RemoveTotpResponse, Role};

/// Seconds for which a code stands.
const STEP: u64 = 30;
/// Length of a secret, as RFC 4226 recommends.
const SECRET: usize = 20;

impl Auth {
    /// Makes a secret. It counts once a first code was right; until then another one replaces it.
    ///
    /// # Errors
    /// Codes are needed already.
    pub async fn enrol_totp(&self, asked: &Asked) -> Result<Reply<EnrolTotpResponse>, AuthError> {
        if asked.principal.token.is_some() {
            return Err(AuthError::TokenNotPerson);
        }
        let name = asked.principal.user.clone();
        let _changes = self.changes.lock().await;
        let repeated: Option<Reply<EnrolTotpResponse>> = self.repeated(asked).await?;
        let user = self.existing(&name)?;
        if user.totp_confirmed {
            let text = "one-time codes are on already; remove them first to use another device";
            return Err(AuthError::State(text));
        }
        // The stored answer holds no secret; a repeat is completed with the sealed one.
        if let Some(reply) = repeated {
            return self.tell_secret(reply, &user);
        }
        let what = planned(format!("one-time codes of {name}"), "off", "on after the first code");
        if let Some(reply) = Self::plan(asked, vec![what])? {
            return Ok(reply);
        }
        let at = self.parts.clock.now();
        let sealed = Some(self.parts.seal.seal(&label(&name), &random::<SECRET>()));
        let user = User { totp: sealed.clone(), changed_at: at, ..user };
        let writes = vec![AuthWrite::SetTotp { name, sealed, confirmed: false, at }];
        let record = asked.context.record("totp_enrolled", json!({}));
        let message = EnrolTotpResponse::default();
        let reply = self.carry_out(asked, Writing { writes, record, message }).await?;
        self.table.put_user(user.clone());
        self.tell_secret(reply, &user)
    }

    fn tell_secret(
        &self,
        reply: Reply<EnrolTotpResponse>,
        user: &User,
    ) -> Result<Reply<EnrolTotpResponse>, AuthError> {
        let secret = self.generator(user)?.ok_or(AuthError::Internal)?.get_secret_base32();
        // Names have no character that a link would have to escape but these.
        let account = user.name.replace('@', "%40");
        let uri = format!(
            "otpauth://totp/tradingd:{account}?secret={secret}&issuer=tradingd&algorithm=SHA1&digits=6&period={STEP}"
        );
        Ok(reply.map(|message| EnrolTotpResponse { secret, uri, ..message }))
    }

    /// Takes the first code.
    ///
    /// # Errors
    /// Nothing was enrolled, or the code is wrong.
    pub async fn confirm_totp(
        &self,
        asked: &Asked,
        code: &str,
    ) -> Result<Reply<ConfirmTotpResponse>, AuthError> {
        if asked.principal.token.is_some() {
            return Err(AuthError::TokenNotPerson);
        }
        let name = asked.principal.user.clone();
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        let user = self.existing(&name)?;
        if user.totp.is_none() || user.totp_confirmed {
            return Err(AuthError::State("there is no secret to confirm; enrol first"));
        }
        let now = self.parts.clock.now();
        let key = format!("step:{}", asked.principal.session_id);
        self.logins.attempt_pair(&key, now)?;
        let Some(step) = self.code_step(&user, code, now)? else {
            return Err(AuthError::Field(("totp_code", "is wrong; check the device's clock")));
        };
        self.logins.succeed(&key);
        let what = planned(format!("one-time codes of {name}"), "off", "on");
        if let Some(reply) = Self::plan(asked, vec![what])? {
            return Ok(reply);
        }
        let sealed = user.totp.clone();
        let writes = vec![
            AuthWrite::SetTotp { name: name.clone(), sealed, confirmed: true, at: now },
            AuthWrite::UseTotpStep { name, step },
        ];
        let record = asked.context.record("totp_confirmed", json!({}));
        let message = ConfirmTotpResponse::default();
        let reply = self.carry_out(asked, Writing { writes, record, message }).await?;
        let user = User { totp_confirmed: true, totp_step: step, changed_at: now, ..user };
        self.table.put_user(user);
        Ok(reply)
    }

    /// Logins need no codes any more.
    ///
    /// # Errors
    /// There are none, or it is another user and the caller is no admin.
    pub async fn remove_totp(
        &self,
        asked: &Asked,
        user: &str,
    ) -> Result<Reply<RemoveTotpResponse>, AuthError> {
        let name = if user.is_empty() { asked.principal.user.clone() } else { user.to_owned() };
        if name != asked.principal.user && asked.principal.role != Role::Admin {
            return Err(AuthError::RoleTooLow("admin", asked.principal.role));
        }
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        let user = self.existing(&name)?;
        if user.totp.is_none() {
            return Err(AuthError::State("there are no one-time codes to remove"));
        }
        let what = planned(format!("one-time codes of {name}"), "on", "off");
        if let Some(reply) = Self::plan(asked, vec![what])? {
            return Ok(reply);
        }
        let at = self.parts.clock.now();
        let set = AuthWrite::SetTotp { name: name.clone(), sealed: None, confirmed: false, at };
        let record = asked.context.record("totp_removed", json!({"user": name}));
        let message = RemoveTotpResponse::default();
        let writing = Writing { writes: vec![set], record, message };
        let reply = self.carry_out(asked, writing).await?;
        self.table.put_user(User { totp: None, totp_confirmed: false, changed_at: at, ..user });
        Ok(reply)
    }

    /// Proves again who asks, with password or code; gives the end of its freshness.
    ///
    /// # Errors
    /// It is wrong, came too often, or an API token asks.
    pub async fn step_up(
        &self,
        who: &Principal,
        password: Secret,
        code: &str,
    ) -> Result<Timestamp, AuthError> {
        if who.token.is_some() {
            return Err(AuthError::TokenNotPerson);
        }
        let by = match (password.reveal().is_empty(), code.is_empty()) {
            (false, true) => "password",
            (true, false) => "totp",
            _ => {
                return Err(AuthError::Field(("password", "or totp_code must be given, not both")));
            }
        };
        let mut writes = Vec::new();
        let changes;
        if by == "password" {
            self.prove_password(who, password).await?;
            changes = self.changes.lock().await;
        } else {
            changes = self.changes.lock().await;
            let now = self.parts.clock.now();
            let key = format!("step:{}", who.session_id);
            self.logins.attempt_pair(&key, now)?;
            let user = self.existing(&who.user)?;
            let step = if user.totp_confirmed { self.code_step(&user, code, now)? } else { None };
            let Some(step) = step else {
                self.note_failure(now, "step_up_failed", &who.user, &who.source).await;
                return Err(AuthError::Credentials);
            };
            self.logins.succeed(&key);
            writes.push(AuthWrite::UseTotpStep { name: who.user.clone(), step });
            self.table.put_user(User { totp_step: step, ..user });
        }
        let now = self.parts.clock.now();
        // It may have ended while the password was checked.
        self.table.session(&who.session_id, now).ok_or(AuthError::SessionEnded)?;
        writes.push(AuthWrite::ProveSession { id: who.session_id.clone(), at: now });
        let detail = json!({"session": who.session_id, "by": by});
        let audit = super::record_of(now, "step_up", who, detail);
        self.writer.write(writes, vec![audit], None).await.map_err(|e| super::unavailable(&e))?;
        self.table.prove(&who.session_id, now);
        drop(changes);
        let fresh = i64::try_from(self.rules().step_up.as_micros()).unwrap_or(i64::MAX);
        Ok(Timestamp::from_micros(now.micros().saturating_add(fresh)))
    }

    /// Checks the password of somebody who is logged in; failures are throttled per session, so that
    /// nobody else's count.
    pub(super) async fn prove_password(
        &self,
        who: &Principal,
        password: Secret,
    ) -> Result<User, AuthError> {
        let now = self.parts.clock.now();
        let key = format!("step:{}", who.session_id);
        self.logins.attempt_pair(&key, now)?;
        let user = self.existing(&who.user)?;
        let too_long = password.reveal().chars().count() > super::password::MOST;
        let given = if too_long { Secret::new(String::new()) } else { password };
        let stored = Some(user.password_hash.clone());
        match self.parts.passwords.verify_known(given, stored).await {
            Ok(true) if !too_long => {
                self.logins.succeed(&key);
                Ok(user)
            }
            Ok(_) => {
                self.note_failure(now, "step_up_failed", &who.user, &who.source).await;
                Err(AuthError::Credentials)
            }
            Err(error) => {
                self.logins.undo(&key);
                Err(error.into())
            }
        }
    }

    /// The time step of a right code that was not used yet.
    pub(super) fn code_step(
        &self,
        user: &User,
        code: &str,
        now: Timestamp,
    ) -> Result<Option<u64>, AuthError> {
        let Some(totp) = self.generator(user)? else { return Ok(None) };
        let seconds = u64::try_from(now.micros().div_euclid(1_000_000)).unwrap_or(0);
        let this = seconds / STEP;
        let steps = this.saturating_sub(1)..=this + 1;
        Ok(steps
            .filter(|step| *step > user.totp_step)
            .find(|step| token::equal(&totp.generate(step * STEP), code)))
    }

    fn generator(&self, user: &User) -> Result<Option<TOTP>, AuthError> {
        let Some(sealed) = &user.totp else { return Ok(None) };
        let secret = self.parts.seal.open(&label(&user.name), sealed).map_err(|error| {
            tracing::error!(%error, user = user.name, "the secret of one-time codes");
            AuthError::Internal
        })?;
        TOTP::new(Algorithm::SHA1, 6, 1, STEP, secret).map(Some).map_err(|_| AuthError::Internal)
    }
}

fn label(user: &str) -> String {
    format!("totp/{user}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1; its last six digits.
        let secret = b"12345678901234567890".to_vec();
        let totp = TOTP::new(Algorithm::SHA1, 6, 1, STEP, secret).expect("a long enough secret");
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")]
        {
            assert_eq!(totp.generate(time), code);
        }
    }
}
