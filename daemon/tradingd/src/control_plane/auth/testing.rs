//! A store of users and sessions in memory, and a clock that tests move.

use super::{
    Auth, AuthError, AuthParts, AuthSnapshot, Clock, ControlWriter, Credentials, Opened, Origin,
    Passwords, SetupSecret, Tokens, WriteError,
};
use crate::settings::{AuthSettings, Settings, SettingsHandle, Sources};
use crate::trader::{Answer, RequestContext};
use domain::Timestamp;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use storage::{ApiToken, AuthWrite, ControlRecord, RefreshMatch, Session, User};

/// Keeps what is written; can be told to fail.
#[derive(Debug, Default)]
pub struct MemoryWriter {
    state: Mutex<Stored>,
}

#[derive(Debug, Default)]
struct Stored {
    users: Vec<User>,
    sessions: Vec<(Session, String, Vec<String>)>,
    tokens: Vec<ApiToken>,
    records: Vec<ControlRecord>,
    replies: Vec<(RequestContext, Vec<u8>, u64)>,
    broken: bool,
}

impl MemoryWriter {
    /// Refuses all writes from now on, or takes them again.
    pub fn set_broken(&self, broken: bool) {
        self.state.lock().expect("not poisoned").broken = broken;
    }

    /// Kinds of all records so far.
    pub fn kinds(&self) -> Vec<String> {
        let state = self.state.lock().expect("not poisoned");
        state.records.iter().map(|r| r.kind.clone()).collect()
    }

    /// All records so far as text, to look for secrets in.
    pub fn audit(&self) -> String {
        let state = self.state.lock().expect("not poisoned");
        let replies: Vec<_> =
            state.replies.iter().map(|r| String::from_utf8_lossy(&r.1).into_owned()).collect();
        format!("{:?} {replies:?}", state.records)
    }

    /// What a restart would load.
    pub fn snapshot(&self) -> AuthSnapshot {
        let state = self.state.lock().expect("not poisoned");
        let sessions = state.sessions.iter().map(|s| s.0.clone()).collect();
        AuthSnapshot { users: state.users.clone(), sessions, tokens: state.tokens.clone() }
    }
}

impl Stored {
    fn apply(&mut self, write: AuthWrite) -> Result<(), WriteError> {
        match write {
            AuthWrite::InsertUser { name, password_hash, role, at } => {
                if self.users.iter().any(|u| u.name == name) {
                    return Err(WriteError::UserExists);
                }
                self.users.push(User {
                    name,
                    password_hash,
                    role,
                    created_at: at,
                    changed_at: at,
                    disabled_at: None,
                    totp: None,
                    totp_confirmed: false,
                    totp_step: 0,
                });
            }
            AuthWrite::InsertSession {
                id,
                user,
                refresh_hash,
                created_at,
                expires_at,
                source,
                client,
            } => {
                let session = Session {
                    id,
                    user,
                    created_at,
                    expires_at,
                    refreshed_at: created_at,
                    revoked: None,
                    source,
                    client,
                    proven_at: created_at,
                };
                self.sessions.push((session, refresh_hash, Vec::new()));
            }
            AuthWrite::RotateRefresh { session, old_hash, new_hash, at, expires_at } => {
                let found = self.sessions.iter_mut().find(|(s, current, _)| {
                    s.id == session && *current == old_hash && s.revoked.is_none()
                });
                let (session, current, old) = found.ok_or(WriteError::RefreshNotCurrent)?;
                old.push(std::mem::replace(current, new_hash));
                session.refreshed_at = at;
                session.expires_at = expires_at;
            }
            AuthWrite::RevokeSession { id, at, cause } => {
                for (session, ..) in self.sessions.iter_mut().filter(|(s, ..)| s.id == id) {
                    session.revoked.get_or_insert((at, cause.clone()));
                }
            }
            AuthWrite::RevokeSessionsOf { user, at, cause } => {
                for (session, ..) in self.sessions.iter_mut().filter(|(s, ..)| s.user == user) {
                    session.revoked.get_or_insert((at, cause.clone()));
                }
            }
            AuthWrite::ProveSession { id, at } => {
                for (session, ..) in self.sessions.iter_mut().filter(|(s, ..)| s.id == id) {
                    session.proven_at = at;
                }
            }
            AuthWrite::InsertToken(token) => self.tokens.push(token),
            AuthWrite::RevokeToken { id, .. } => {
                let mut family = vec![id];
                while let Some(id) = family.pop() {
                    let of = |t: &&ApiToken| t.parent.as_ref() == Some(&id);
                    family.extend(self.tokens.iter().filter(of).map(|t| t.id.clone()));
                    self.tokens.retain(|t| t.id != id);
                }
            }
            AuthWrite::RemoveUser { name } => {
                self.users.retain(|u| u.name != name);
                self.sessions.retain(|(s, ..)| s.user != name);
                self.tokens.retain(|t| t.user != name);
            }
            other => self.apply_to_user(other)?,
        }
        Ok(())
    }

    fn apply_to_user(&mut self, write: AuthWrite) -> Result<(), WriteError> {
        let (AuthWrite::SetPassword { name, .. }
        | AuthWrite::SetRole { name, .. }
        | AuthWrite::SetDisabled { name, .. }
        | AuthWrite::SetTotp { name, .. }
        | AuthWrite::UseTotpStep { name, .. }) = &write
        else {
            return Ok(());
        };
        let unknown = || WriteError::Unavailable("no such user".to_owned());
        let user = self.users.iter_mut().find(|u| u.name == *name).ok_or_else(unknown)?;
        match write {
            AuthWrite::SetPassword { password_hash, .. } => user.password_hash = password_hash,
            AuthWrite::SetRole { role, .. } => user.role = role,
            AuthWrite::SetDisabled { disabled, at, .. } => {
                user.disabled_at = disabled.then_some(at)
            }
            AuthWrite::SetTotp { sealed, confirmed, .. } => {
                user.totp = sealed;
                user.totp_confirmed = confirmed;
            }
            AuthWrite::UseTotpStep { step, .. } => user.totp_step = user.totp_step.max(step),
            _ => {}
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl ControlWriter for MemoryWriter {
    async fn write(
        &self,
        writes: Vec<AuthWrite>,
        records: Vec<ControlRecord>,
        request: Option<(RequestContext, Vec<u8>)>,
    ) -> Result<Answer, WriteError> {
        // A real writer takes a moment; let others run in it.
        tokio::task::yield_now().await;
        let mut state = self.state.lock().expect("not poisoned");
        if state.broken {
            return Err(WriteError::Unavailable("disk full".to_owned()));
        }
        for write in writes {
            state.apply(write)?;
        }
        state.records.extend(records);
        let sequence = state.records.len() as u64;
        let bytes = request.map(|(context, bytes)| {
            state.replies.push((context, bytes.clone(), sequence));
            bytes
        });
        Ok(Answer { bytes: bytes.unwrap_or_default(), replayed: false, sequence })
    }

    async fn answered(&self, context: &RequestContext) -> Result<Option<Answer>, WriteError> {
        let state = self.state.lock().expect("not poisoned");
        let same = |c: &RequestContext| {
            (&c.principal, &c.request_id) == (&context.principal, &context.request_id)
        };
        let Some((stored, bytes, sequence)) = state.replies.iter().find(|(c, ..)| same(c)) else {
            return Ok(None);
        };
        if stored.body_hash != context.body_hash || stored.method != context.method {
            return Err(WriteError::RequestIdReused);
        }
        Ok(Some(Answer { bytes: bytes.clone(), replayed: true, sequence: *sequence }))
    }

    async fn session_by_refresh_hash(
        &self,
        hash: &str,
    ) -> Result<Option<RefreshMatch>, WriteError> {
        let state = self.state.lock().expect("not poisoned");
        if state.broken {
            return Err(WriteError::Unavailable("disk failing".to_owned()));
        }
        Ok(state.sessions.iter().find_map(|(session, current, old)| {
            if current == hash {
                Some(RefreshMatch::Current(session.clone()))
            } else if old.iter().any(|h| h == hash) {
                Some(RefreshMatch::Reused(session.clone(), current.clone()))
            } else {
                None
            }
        }))
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug, Clone)]
pub struct HandClock(Arc<AtomicI64>);

impl HandClock {
    /// Stands in November 2023.
    pub fn standing() -> Self {
        Self(Arc::new(AtomicI64::new(1_700_000_000_000_000)))
    }

    /// Moves it; negative steps go back.
    pub fn step(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// The clock for the code under test.
    pub fn clock(&self) -> Clock {
        let time = Arc::clone(&self.0);
        Clock::from_fn(move || time.load(Ordering::SeqCst))
    }
}

/// Shipped lives and limits.
pub fn auth_settings() -> AuthSettings {
    Settings::load(&Sources::default()).expect("defaults are valid").auth
}

/// A daemon's logins with everything in memory.
#[derive(Debug)]
pub struct Bench {
    /// What the code under test uses.
    pub auth: Arc<Auth>,
    /// The store.
    pub writer: Arc<MemoryWriter>,
    /// The clock.
    pub time: HandClock,
}

/// Hashing for all tests of the process; making one costs a hash.
fn passwords() -> Passwords {
    static ONE: std::sync::OnceLock<Passwords> = std::sync::OnceLock::new();
    let mut own = ONE.get_or_init(|| Passwords::new().expect("argon2 works")).clone();
    own.computed = Arc::default();
    own
}

/// An address with nothing else.
pub fn origin(address: impl Into<std::net::IpAddr>) -> Origin {
    Origin { address: address.into(), client: "test/1".to_owned(), session: None }
}

impl Bench {
    /// A fresh data directory.
    pub fn fresh() -> Self {
        Self::started(Arc::new(MemoryWriter::default()), HandClock::standing())
    }

    /// A start with what the store holds.
    pub fn started(writer: Arc<MemoryWriter>, time: HandClock) -> Self {
        Self::started_in(writer, time, PathBuf::from("/nowhere"))
    }

    /// As [`Self::started`], with a folder for keys.
    pub fn started_in(writer: Arc<MemoryWriter>, time: HandClock, dir: PathBuf) -> Self {
        let shipped = Settings::load(&Sources::default()).expect("defaults are valid");
        Self::under(SettingsHandle::new(Arc::new(shipped)).1, writer, time, dir)
    }

    /// A start whose lives and limits are those of the handle.
    pub fn under(
        settings: SettingsHandle,
        writer: Arc<MemoryWriter>,
        time: HandClock,
        dir: PathBuf,
    ) -> Self {
        let clock = time.clock();
        let now: Timestamp = clock.now();
        let parts = AuthParts {
            settings,
            tokens: Tokens::new(&[7; 32], "store-1"),
            passwords: passwords(),
            clock,
            seal: crate::control_plane::seal::Seal::new(&[9; 32]),
            live: false,
            data_dir: dir,
        };
        let secret = SetupSecret::generate(now, PathBuf::from("/nowhere/bootstrap-token"));
        let store: Arc<dyn ControlWriter> = Arc::<MemoryWriter>::clone(&writer);
        let auth = Arc::new(Auth::new(parts, store, writer.snapshot(), Some(secret)));
        Self { auth, writer, time }
    }

    /// A start whose store holds the users `viewer`, `operator`, `admin` and `odd` (with a role that
    /// this build does not know), and an access token for each.
    pub async fn with_roles() -> (Self, Vec<(&'static str, String)>) {
        let writer = Arc::new(MemoryWriter::default());
        let time = HandClock::standing();
        let at = time.clock().now();
        let password = || crate::settings::Secret::new("correct horse battery".to_owned());
        let hash = passwords().hash(password()).await.expect("hash");
        let names = ["viewer", "operator", "admin", "odd"];
        for name in names {
            let (password_hash, role) = (hash.clone(), name.to_owned());
            let insert = AuthWrite::InsertUser { name: name.to_owned(), password_hash, role, at };
            writer.write(vec![insert], Vec::new(), None).await.expect("stored");
        }
        let bench = Self::started(writer, time);
        let mut tokens = Vec::new();
        for name in names {
            let opened = bench.log_in(name, password(), [127, 0, 0, 1]).await.expect("logged in");
            tokens.push((name, opened.access_token.reveal().to_owned()));
        }
        (bench, tokens)
    }

    /// Logs in from an address, without code or session.
    pub async fn log_in(
        &self,
        user: &str,
        password: crate::settings::Secret,
        address: impl Into<std::net::IpAddr>,
    ) -> Result<Opened, AuthError> {
        let credentials = Credentials { user, password, totp_code: "" };
        self.auth.log_in(credentials, &origin(address)).await
    }

    /// The one-time secret of this start.
    pub fn secret(&self) -> String {
        let secret = self.auth.setup_secret().and_then(SetupSecret::reveal).expect("no admin yet");
        secret.reveal().to_owned()
    }
}
