//! Users and sessions in memory: what every request is checked against, so that a revocation holds
//! from the moment it is answered.
//!
//! A copy of the store, changed only after the store was. No I/O here.

use super::ports::AuthSnapshot;
use super::roles;
use domain::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;
use tradingd_proto::v1::Role;

/// A user.
#[derive(Clone)]
pub struct User {
    /// The login name.
    pub name: String,
    /// The password's PHC string.
    pub password_hash: String,
    /// What they may do.
    pub role: Role,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "User {{ name: {:?}, role: {:?}, password_hash: *** }}", self.name, self.role)
    }
}

/// A session that has not ended.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// The login name.
    pub user: String,
    /// When the person logged in.
    pub logged_in_at: Timestamp,
    /// When it ends unless it is refreshed.
    pub expires_at: Timestamp,
    /// Cancelled when the session ends before its time.
    pub ended: CancellationToken,
}

/// All users, and all sessions that have not ended.
#[derive(Debug, Default)]
pub struct Table {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    users: BTreeMap<String, User>,
    sessions: BTreeMap<String, Session>,
}

impl Table {
    /// What the store holds.
    #[must_use]
    pub fn new(snapshot: AuthSnapshot) -> Self {
        let users = snapshot.users.into_iter().map(|user| {
            let role = roles::parse(&user.role);
            let name = user.name.clone();
            (name, User { name: user.name, password_hash: user.password_hash, role })
        });
        let sessions = snapshot.sessions.into_iter().filter(|s| s.revoked.is_none()).map(|s| {
            let session = Session {
                id: s.id.clone(),
                user: s.user,
                logged_in_at: s.created_at,
                expires_at: s.expires_at,
                ended: CancellationToken::new(),
            };
            (s.id, session)
        });
        let state = State { users: users.collect(), sessions: sessions.collect() };
        Self { state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A user by name.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<User> {
        self.state().users.get(name).cloned()
    }

    /// True when somebody may administrate.
    #[must_use]
    pub fn has_admin(&self) -> bool {
        self.state().users.values().any(|user| user.role == Role::Admin)
    }

    /// Adds or replaces a user.
    pub fn put_user(&self, user: User) {
        self.state().users.insert(user.name.clone(), user);
    }

    /// A session that has not ended at `now`, with its user.
    #[must_use]
    pub fn session(&self, id: &str, now: Timestamp) -> Option<(Session, User)> {
        let state = self.state();
        let session = state.sessions.get(id).filter(|s| now < s.expires_at)?;
        let user = state.users.get(&session.user)?;
        Some((session.clone(), user.clone()))
    }

    /// Adds a session, and drops those that are over.
    pub fn open(&self, session: Session, now: Timestamp) {
        let mut state = self.state();
        state.sessions.retain(|_, s| now < s.expires_at);
        state.sessions.insert(session.id.clone(), session);
    }

    /// Moves a session's end.
    pub fn extend(&self, id: &str, expires_at: Timestamp) {
        if let Some(session) = self.state().sessions.get_mut(id) {
            session.expires_at = expires_at;
        }
    }

    /// Ends a session, and with it everything that waits on its token.
    pub fn end(&self, id: &str) {
        if let Some(session) = self.state().sessions.remove(id) {
            session.ended.cancel();
        }
    }

    /// The sessions of a user, oldest first.
    #[must_use]
    pub fn sessions_of(&self, user: &str) -> Vec<Session> {
        let mut found: Vec<Session> =
            self.state().sessions.values().filter(|s| s.user == user).cloned().collect();
        found.sort_by_key(|s| s.logged_in_at);
        found
    }
}
