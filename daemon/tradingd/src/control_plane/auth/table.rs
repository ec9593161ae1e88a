//! Users, sessions and API tokens in memory: what every request is checked against, so that a
//! revocation holds from the moment it is answered.
//!
//! A copy of the store, changed only after the store was. No I/O here.

use super::grant::Grant;
use super::ports::AuthSnapshot;
use super::roles;
use domain::Timestamp;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    /// True when they may not come in.
    pub disabled: bool,
    /// The sealed secret of one-time codes.
    pub totp: Option<String>,
    /// True when logins need a code.
    pub totp_confirmed: bool,
    /// Time step of the last code used.
    pub totp_step: u64,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they last changed.
    pub changed_at: Timestamp,
}

impl User {
    /// A user without one-time codes.
    #[must_use]
    pub fn new(name: &str, password_hash: String, role: Role, at: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            password_hash,
            role,
            disabled: false,
            totp: None,
            totp_confirmed: false,
            totp_step: 0,
            created_at: at,
            changed_at: at,
        }
    }
}

impl From<storage::User> for User {
    fn from(user: storage::User) -> Self {
        Self {
            role: roles::parse(&user.role),
            name: user.name,
            password_hash: user.password_hash,
            disabled: user.disabled_at.is_some(),
            totp: user.totp,
            totp_confirmed: user.totp_confirmed,
            totp_step: user.totp_step,
            created_at: user.created_at,
            changed_at: user.changed_at,
        }
    }
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
    /// When it was last refreshed.
    pub refreshed_at: Timestamp,
    /// When password or one-time code were last given.
    pub proven_at: Timestamp,
    /// When it ends unless it is refreshed.
    pub expires_at: Timestamp,
    /// The address that it was opened from.
    pub source: String,
    /// What the client calls itself.
    pub client: String,
    /// Cancelled when the session ends before its time, and when its role falls.
    pub ended: CancellationToken,
}

/// Whose session it is.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// The login name.
    pub user: String,
    /// What they may do.
    pub role: Role,
    /// When the person logged in.
    pub logged_in_at: Timestamp,
    /// When password or one-time code were last given.
    pub proven_at: Timestamp,
    /// Cancelled when the session ends before its time, and when its role falls.
    pub ended: CancellationToken,
}

impl From<storage::Session> for Session {
    fn from(session: storage::Session) -> Self {
        Self {
            id: session.id,
            user: session.user,
            logged_in_at: session.created_at,
            refreshed_at: session.refreshed_at,
            proven_at: session.proven_at,
            expires_at: session.expires_at,
            source: session.source,
            client: session.client,
            ended: CancellationToken::new(),
        }
    }
}

/// An API token that holds.
#[derive(Debug, Clone)]
pub struct ApiToken {
    /// What it allows.
    pub grant: Arc<Grant>,
    /// When it was last used, microseconds; 0 for never since the start.
    pub last_used: Arc<AtomicI64>,
    /// Cancelled when it ends before its time, and when its owner's role falls.
    pub ended: CancellationToken,
}

/// All users, and all sessions and API tokens that have not ended.
#[derive(Debug, Default)]
pub struct Table {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    users: BTreeMap<String, User>,
    sessions: BTreeMap<String, Session>,
    tokens: BTreeMap<String, ApiToken>,
}

impl Table {
    /// What the store holds.
    #[must_use]
    pub fn new(snapshot: AuthSnapshot) -> Self {
        let users = snapshot.users.into_iter().map(|user| (user.name.clone(), user.into()));
        let open = snapshot.sessions.into_iter().filter(|s| s.revoked.is_none());
        let sessions = open.map(|session| (session.id.clone(), session.into()));
        let tokens = snapshot.tokens.into_iter().map(|token| {
            let id = token.id.clone();
            (id, ApiToken::new(Grant::from_stored(token)))
        });
        let state = State {
            users: users.collect(),
            sessions: sessions.collect(),
            tokens: tokens.collect(),
        };
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

    /// All users, by name.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        self.state().users.values().cloned().collect()
    }

    /// True when somebody may administrate, or could if they were not switched off: a first admin
    /// is needed only where there never was one.
    #[must_use]
    pub fn has_admin(&self) -> bool {
        self.state().users.values().any(|user| user.role == Role::Admin)
    }

    /// True when nobody but `name` may administrate.
    #[must_use]
    pub fn is_last_admin(&self, name: &str) -> bool {
        let state = self.state();
        let mut admins = state.users.values().filter(|u| u.role == Role::Admin && !u.disabled);
        admins.all(|user| user.name == name)
            && state.users.get(name).is_some_and(|u| u.role == Role::Admin && !u.disabled)
    }

    /// Adds or replaces a user.
    pub fn put_user(&self, user: User) {
        self.state().users.insert(user.name.clone(), user);
    }

    /// Removes a user with sessions and tokens.
    pub fn remove_user(&self, name: &str) {
        self.end_all_of(name, None);
        let mut state = self.state();
        state.users.remove(name);
        state.tokens.retain(|_, token| {
            let keep = token.grant.user != name;
            if !keep {
                token.ended.cancel();
            }
            keep
        });
    }

    /// Ends what waits on a user's sessions and tokens, such as streams, but not the sessions.
    pub fn interrupt(&self, name: &str) {
        let mut state = self.state();
        for session in state.sessions.values_mut().filter(|s| s.user == name) {
            std::mem::take(&mut session.ended).cancel();
        }
        for token in state.tokens.values_mut().filter(|t| t.grant.user == name) {
            std::mem::take(&mut token.ended).cancel();
        }
    }

    /// A session that has not ended at `now`, with its user.
    #[must_use]
    pub fn session(&self, id: &str, now: Timestamp) -> Option<(Session, User)> {
        let state = self.state();
        let session = state.sessions.get(id).filter(|s| now < s.expires_at)?;
        let user = state.users.get(&session.user).filter(|user| !user.disabled)?;
        Some((session.clone(), user.clone()))
    }

    /// What a request needs to know of a session that has not ended at `now`; as
    /// [`Self::session`], without copies of the rest.
    #[must_use]
    pub fn admitted(&self, id: &str, now: Timestamp) -> Option<Admitted> {
        let state = self.state();
        let session = state.sessions.get(id).filter(|s| now < s.expires_at)?;
        let user = state.users.get(&session.user).filter(|user| !user.disabled)?;
        Some(Admitted {
            user: user.name.clone(),
            role: user.role,
            logged_in_at: session.logged_in_at,
            proven_at: session.proven_at,
            ended: session.ended.clone(),
        })
    }

    /// Adds a session, and drops those that are over.
    pub fn open(&self, session: Session, now: Timestamp) {
        let mut state = self.state();
        state.sessions.retain(|_, s| now < s.expires_at);
        state.sessions.insert(session.id.clone(), session);
    }

    /// Moves a session's end after a refresh.
    pub fn extend(&self, id: &str, now: Timestamp, expires_at: Timestamp) {
        if let Some(session) = self.state().sessions.get_mut(id) {
            session.refreshed_at = now;
            session.expires_at = expires_at;
        }
    }

    /// Notes a proof of who it is.
    pub fn prove(&self, id: &str, at: Timestamp) {
        if let Some(session) = self.state().sessions.get_mut(id) {
            session.proven_at = at;
        }
    }

    /// Ends a session, and with it everything that waits on its token.
    pub fn end(&self, id: &str) {
        if let Some(session) = self.state().sessions.remove(id) {
            session.ended.cancel();
        }
    }

    /// Ends all sessions of a user but `keep`; gives their number.
    pub fn end_all_of(&self, user: &str, keep: Option<&str>) -> u32 {
        let mut ended = 0;
        self.state().sessions.retain(|id, session| {
            let stays = session.user != user || Some(id.as_str()) == keep;
            if !stays {
                session.ended.cancel();
                ended += 1;
            }
            stays
        });
        ended
    }

    /// The sessions at `now` of a user or of all, oldest first.
    #[must_use]
    pub fn sessions_of(&self, user: Option<&str>, now: Timestamp) -> Vec<Session> {
        let state = self.state();
        let open = state.sessions.values().filter(|s| now < s.expires_at);
        let mut found: Vec<Session> =
            open.filter(|s| user.is_none_or(|user| s.user == user)).cloned().collect();
        found.sort_by(|a, b| (a.logged_in_at, &a.id).cmp(&(b.logged_in_at, &b.id)));
        found
    }

    /// An API token that holds at `now`, with its owner.
    #[must_use]
    pub fn token(&self, id: &str, now: Timestamp) -> Option<(ApiToken, User)> {
        let state = self.state();
        let token = state.tokens.get(id).filter(|t| now < t.grant.expires_at)?;
        let user = state.users.get(&token.grant.user).filter(|user| !user.disabled)?;
        Some((token.clone(), user.clone()))
    }

    /// The API tokens at `now` of a user or of all, oldest first.
    #[must_use]
    pub fn tokens_of(&self, user: Option<&str>, now: Timestamp) -> Vec<ApiToken> {
        let state = self.state();
        let hold = state.tokens.values().filter(|t| now < t.grant.expires_at);
        let mut found: Vec<ApiToken> =
            hold.filter(|t| user.is_none_or(|user| t.grant.user == user)).cloned().collect();
        found.sort_by(|a, b| {
            (a.grant.created_at, &a.grant.id).cmp(&(b.grant.created_at, &b.grant.id))
        });
        found
    }

    /// Adds an API token, and drops those that are over.
    pub fn put_token(&self, grant: Grant, now: Timestamp) {
        let mut state = self.state();
        state.tokens.retain(|_, t| now < t.grant.expires_at);
        state.tokens.insert(grant.id.clone(), ApiToken::new(grant));
    }

    /// Ids of a token and of all that were derived from it.
    #[must_use]
    pub fn family(&self, id: &str) -> Vec<String> {
        let state = self.state();
        let mut family = vec![id.to_owned()];
        let mut next = 0;
        while let Some(parent) = family.get(next).cloned() {
            let derived =
                state.tokens.values().filter(|t| t.grant.parent.as_ref() == Some(&parent));
            family.extend(derived.map(|t| t.grant.id.clone()));
            next += 1;
        }
        family
    }

    /// Ends API tokens, and everything that waits on them.
    pub fn end_tokens(&self, ids: &[String]) {
        let mut state = self.state();
        for token in ids.iter().filter_map(|id| state.tokens.remove(id)) {
            token.ended.cancel();
        }
    }
}

impl ApiToken {
    fn new(grant: Grant) -> Self {
        Self {
            grant: Arc::new(grant),
            last_used: Arc::new(AtomicI64::new(0)),
            ended: CancellationToken::new(),
        }
    }

    /// Notes a use.
    pub fn used(&self, now: Timestamp) {
        self.last_used.store(now.micros(), Ordering::Relaxed);
    }

    /// What it allows for an owner of that role.
    #[must_use]
    pub fn role(&self, owner: Role) -> Role {
        roles::lower(self.grant.role, owner)
    }
}
