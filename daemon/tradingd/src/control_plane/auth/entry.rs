//! Coming in: the first admin, and name with password.

use super::ports::{WriteError, random};
use super::table::{Session, User};
use super::{
    Auth, AuthError, Opened, SESSIONS_PER_USER, password, printable, record, roles, throttle,
    token, unavailable,
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

/// Wrong one-time secrets of one address that cost no delay.
const SETUP_FREE: u32 = 5;

/// Where a login comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The address; one that can't be told is a foreign one.
    pub address: IpAddr,
    /// What the client calls itself.
    pub client: String,
    /// The id of an open session that came with it.
    pub session: Option<String>,
}

/// What a login comes with.
#[derive(Debug)]
pub struct Credentials<'a> {
    /// The login name.
    pub user: &'a str,
    /// The password.
    pub password: Secret,
    /// The one-time code; empty without.
    pub totp_code: &'a str,
}

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
        from: &Origin,
    ) -> Result<Opened, AuthError> {
        let now = self.parts.clock.now();
        let key = from.address.to_string();
        let setup = self.setup_secret().ok_or(AuthError::SetupDone)?;
        self.per_setup.attempt(&key, SETUP_FREE, now).map_err(AuthError::Throttled)?;
        if !setup.accepts(secret, now) {
            self.note_failure(now, "setup_refused", "", &key).await;
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
        let user = User::new(name, password_hash.clone(), Role::Admin, now);
        let insert = AuthWrite::InsertUser {
            name: name.to_owned(),
            password_hash,
            role: roles::name(Role::Admin).to_owned(),
            at: now,
        };
        let (session, refresh, opening) = self.new_session(name, from, now);
        let mut audit = record(now, "setup_done", name, &key, json!({"role": "admin"}));
        audit.role = roles::name(Role::Admin).to_owned();
        match self.writer.write(vec![insert, opening], vec![audit], None).await {
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

    /// Checks name and password, and the one-time code where there is one, and opens a session. Wrong
    /// names take as long as wrong passwords.
    ///
    /// # Errors
    /// Too many failures, wrong, a code is missing, or it could not be stored.
    pub async fn log_in(&self, given: Credentials<'_>, from: &Origin) -> Result<Opened, AuthError> {
        let now = self.parts.clock.now();
        let name = printable(given.user);
        let session = from.session.as_deref().filter(|id| {
            self.table.session(id, now).is_some_and(|(session, _)| session.user == given.user)
        });
        let source = from.address.to_string();
        let at_home = from.address.is_loopback()
            || self.table.sessions_of(Some(given.user), now).iter().any(|s| s.source == source);
        let keys = throttle::Keys::of(&name, from.address, session, at_home);
        self.logins.attempt(&keys, now)?;
        let user = self.table.user(given.user).filter(|user| !user.disabled);
        let stored = user.as_ref().map(|u| u.password_hash.clone());
        // Longer ones can't have been set; cut them so that hashing has a bound.
        let too_long = given.password.reveal().chars().count() > password::MOST;
        let password = if too_long { Secret::new(String::new()) } else { given.password };
        let matches = if at_home || session.is_some() {
            self.parts.passwords.verify_known(password, stored).await
        } else {
            self.parts.passwords.verify(password, stored).await
        };
        let matches = match matches {
            Ok(matches) => matches && !too_long,
            Err(error) => {
                self.logins.take_back(&keys);
                return Err(error.into());
            }
        };
        let Some(user) = user.filter(|_| matches) else {
            self.note_failure(now, "login_failed", given.user, &source).await;
            return Err(AuthError::Credentials);
        };
        if user.totp_confirmed && given.totp_code.is_empty() {
            // The right password is no failure; it is forgotten when the code is right, too.
            self.logins.take_back(&keys);
            return Err(AuthError::TotpNeeded);
        }
        match self.open_session(&user, given.totp_code, from).await {
            Ok(opened) => {
                self.logins.right(&keys);
                Ok(opened)
            }
            Err(AuthError::TotpNeeded) => {
                self.note_failure(now, "login_failed", given.user, &source).await;
                Err(AuthError::TotpNeeded)
            }
            Err(error) => {
                self.logins.take_back(&keys);
                Err(error)
            }
        }
    }

    /// Opens a session, ending the oldest when there are too many.
    async fn open_session(
        &self,
        checked: &User,
        code: &str,
        from: &Origin,
    ) -> Result<Opened, AuthError> {
        let _changes = self.changes.lock().await;
        let now = self.parts.clock.now();
        // What the password was checked against may have changed meanwhile.
        let user = self.table.user(&checked.name).filter(|user| !user.disabled);
        let same = |user: &User| user.password_hash == checked.password_hash;
        let mut user = user.filter(same).ok_or(AuthError::Credentials)?;
        let (session, refresh, opening) = self.new_session(&user.name, from, now);
        let mut writes = vec![opening];
        if user.totp_confirmed {
            let step = self.code_step(&user, code, now)?.ok_or(AuthError::TotpNeeded)?;
            writes.push(AuthWrite::UseTotpStep { name: user.name.clone(), step });
            user.totp_step = step;
        }
        let open: Vec<Session> = self.table.sessions_of(Some(&user.name), now);
        let surplus = (open.len() + 1).saturating_sub(SESSIONS_PER_USER);
        let oldest: Vec<String> = open.into_iter().take(surplus).map(|s| s.id).collect();
        writes.extend(oldest.iter().map(|id| AuthWrite::RevokeSession {
            id: id.clone(),
            at: now,
            cause: "too_many_sessions".to_owned(),
        }));
        let detail = json!({"session": session.id, "client": session.client});
        let mut audit = record(now, "login", &user.name, &session.source, detail);
        audit.role = roles::name(user.role).to_owned();
        let written = self.writer.write(writes, vec![audit], None).await;
        written.map_err(|e| unavailable(&e))?;
        for id in oldest {
            self.table.end(&id);
        }
        self.table.put_user(user.clone());
        self.table.open(session.clone(), now);
        self.opened(&session, &user, refresh, now)
    }

    fn new_session(
        &self,
        user: &str,
        from: &Origin,
        now: Timestamp,
    ) -> (Session, Secret, AuthWrite) {
        let refresh = token::new_refresh();
        let session = Session {
            id: URL_SAFE_NO_PAD.encode(random::<16>()),
            user: user.to_owned(),
            logged_in_at: now,
            refreshed_at: now,
            proven_at: now,
            expires_at: self.session_end(now),
            source: from.address.to_string(),
            client: printable(&from.client),
            ended: CancellationToken::new(),
        };
        let write = AuthWrite::InsertSession {
            id: session.id.clone(),
            user: user.to_owned(),
            refresh_hash: token::refresh_hash(&refresh),
            created_at: now,
            expires_at: session.expires_at,
            source: session.source.clone(),
            client: session.client.clone(),
        };
        (session, Secret::new(refresh), write)
    }

    /// End of a session that is opened or refreshed now.
    pub(super) fn session_end(&self, now: Timestamp) -> Timestamp {
        let life = i64::try_from(self.rules().refresh.as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(now.micros().saturating_add(life))
    }
}

/// Names that stand for something else in the audit.
const RESERVED: [&str; 6] = ["system", "local", "socket", "telegram", "anonymous", "webhook"];

pub(super) fn check_name(name: &str) -> Result<(), AuthError> {
    let fine = (1..=LONGEST_NAME).contains(&name.chars().count())
        && name.chars().all(|c| c.is_alphanumeric() || "._-@".contains(c));
    if RESERVED.contains(&name.to_lowercase().as_str()) {
        return Err(AuthError::Field((
            "user",
            "must be another one, this name is the daemon's own",
        )));
    }
    if fine {
        Ok(())
    } else {
        Err(AuthError::Field(("user", "must be 1 to 64 letters, digits or one of . _ - @")))
    }
}
