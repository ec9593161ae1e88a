//! Coming in: the first admin, and name with password.

use super::ports::{WriteError, random};
use super::table::{Session, User};
use super::{
    Auth, AuthError, Opened, SESSIONS_PER_USER, password, printable, record, roles, token,
    unavailable,
};
use crate::settings::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use serde_json::json;
use std::net::IpAddr;
use storage::AuthWrite;
use tokio_util::sync::CancellationToken;
use tradingd_proto::v1::Role;

/// Longest user name in characters.
const LONGEST_NAME: usize = 64;

impl Auth {
    /// Makes the first admin with the one-time secret, and logs it in.
    ///
    /// # Errors
    /// There is an admin, the secret is wrong or over, name or password are refused, or it could
    /// not be stored; the secret still works then.
    pub async fn set_up(
        &self,
        secret: &str,
        name: &str,
        password: Secret,
        peer: IpAddr,
    ) -> Result<Opened, AuthError> {
        let now = self.parts.clock.now();
        let key = peer.to_string();
        let setup = self.setup_secret().ok_or(AuthError::SetupDone)?;
        self.per_setup.attempt(&key, now).map_err(AuthError::Throttled)?;
        if !setup.accepts(secret, now) {
            self.note(now, "setup_refused", "", json!({"address": key})).await;
            return Err(AuthError::SetupToken);
        }
        self.per_setup.succeed(&key);
        check_name(name)?;
        if let Some(rule) = password::weakness(password.reveal(), name) {
            return Err(AuthError::Field(("password", rule)));
        }
        let password_hash = self.parts.passwords.hash(password).await?;

        let _changes = self.changes.lock().await;
        let now = self.parts.clock.now();
        let setup = self.setup_secret().ok_or(AuthError::SetupDone)?;
        if !setup.accepts(secret, now) {
            return Err(AuthError::SetupToken);
        }
        let user =
            User { name: name.to_owned(), password_hash: password_hash.clone(), role: Role::Admin };
        let insert = AuthWrite::InsertUser {
            name: name.to_owned(),
            password_hash,
            role: roles::name(Role::Admin).to_owned(),
            at: now,
        };
        let (session, refresh, opening) = self.new_session(name, now);
        let audit = record(now, "setup_done", name, json!({"address": key, "role": "admin"}));
        match self.writer.write(vec![insert, opening], vec![audit]).await {
            Ok(_) => {}
            Err(WriteError::UserExists) => return Err(AuthError::SetupDone),
            Err(error) => return Err(unavailable(&error)),
        }
        self.table.put_user(user.clone());
        self.table.open(session.clone(), now);
        setup.consume();
        tracing::info!(user = name, "first admin made");
        self.opened(&session, &user, refresh, now)
    }

    /// Checks name and password and opens a session. Wrong names take as long as wrong passwords.
    ///
    /// # Errors
    /// Too many failures, wrong, or it could not be stored.
    pub async fn log_in(
        &self,
        name: &str,
        password: Secret,
        peer: IpAddr,
    ) -> Result<Opened, AuthError> {
        let now = self.parts.clock.now();
        let address = peer.to_string();
        let user_key = printable(name);
        self.per_user.attempt(&user_key, now).map_err(AuthError::Throttled)?;
        if let Err(wait) = self.per_address.attempt(&address, now) {
            self.per_user.undo(&user_key);
            return Err(AuthError::Throttled(wait));
        }
        let undo = || {
            self.per_user.undo(&user_key);
            self.per_address.undo(&address);
        };
        let user = self.table.user(name);
        let stored = user.as_ref().map(|u| u.password_hash.clone());
        // Longer ones can't have been set; cut them so that hashing has a bound.
        let too_long = password.reveal().chars().count() > password::MOST;
        let given = if too_long { Secret::new(String::new()) } else { password };
        let matches = match self.parts.passwords.verify(given, stored).await {
            Ok(matches) => matches && !too_long,
            Err(error) => {
                undo();
                return Err(error.into());
            }
        };
        let Some(user) = user.filter(|_| matches) else {
            self.note(now, "login_failed", name, json!({"address": address})).await;
            return Err(AuthError::Credentials);
        };
        match self.open_session(&user, &address).await {
            Ok(opened) => {
                self.per_user.succeed(&user_key);
                self.per_address.succeed(&address);
                Ok(opened)
            }
            Err(error) => {
                undo();
                Err(error)
            }
        }
    }

    /// Opens a session, ending the oldest when there are too many.
    async fn open_session(&self, user: &User, address: &str) -> Result<Opened, AuthError> {
        let _changes = self.changes.lock().await;
        let now = self.parts.clock.now();
        let (session, refresh, opening) = self.new_session(&user.name, now);
        let mut writes = vec![opening];
        let open: Vec<Session> = self.table.sessions_of(&user.name);
        let surplus = (open.len() + 1).saturating_sub(SESSIONS_PER_USER);
        let oldest: Vec<String> = open.into_iter().take(surplus).map(|s| s.id).collect();
        writes.extend(oldest.iter().map(|id| AuthWrite::RevokeSession {
            id: id.clone(),
            at: now,
            cause: "too_many_sessions".to_owned(),
        }));
        let audit = record(now, "login", &user.name, json!({"address": address}));
        self.writer.write(writes, vec![audit]).await.map_err(|e| unavailable(&e))?;
        for id in oldest {
            self.table.end(&id);
        }
        self.table.open(session.clone(), now);
        self.opened(&session, user, refresh, now)
    }

    fn new_session(&self, user: &str, now: Timestamp) -> (Session, Secret, AuthWrite) {
        let refresh = token::new_refresh();
        let session = Session {
            id: URL_SAFE_NO_PAD.encode(random::<16>()),
            user: user.to_owned(),
            logged_in_at: now,
            expires_at: self.session_end(now),
            ended: CancellationToken::new(),
        };
        let write = AuthWrite::InsertSession {
            id: session.id.clone(),
            user: user.to_owned(),
            refresh_hash: token::refresh_hash(&refresh),
            created_at: now,
            expires_at: session.expires_at,
        };
        (session, Secret::new(refresh), write)
    }

    /// End of a session that is opened or refreshed now.
    pub(super) fn session_end(&self, now: Timestamp) -> Timestamp {
        let life = i64::try_from(self.parts.settings.refresh.as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(now.micros().saturating_add(life))
    }

    /// Audits a refusal. When that fails, the refusal stands all the same.
    async fn note(&self, now: Timestamp, kind: &str, principal: &str, detail: serde_json::Value) {
        let audit = record(now, kind, principal, detail);
        if let Err(error) = self.writer.write(Vec::new(), vec![audit]).await {
            tracing::warn!(%error, kind, "refusal not audited");
        }
    }
}

fn check_name(name: &str) -> Result<(), AuthError> {
    let fine = (1..=LONGEST_NAME).contains(&name.chars().count())
        && name.chars().all(|c| c.is_alphanumeric() || "._-@".contains(c));
    if fine {
        Ok(())
    } else {
        Err(AuthError::Field(("user", "must be 1 to 64 letters, digits or one of . _ - @")))
    }
}
