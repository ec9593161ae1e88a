//! What goes into the store and comes out of it, besides the words of `domain`.
//!
//! Plain values: no SQL here.

use crate::{AlertWrite, LogHash};
use domain::{
    Amount, Asset, Candle, ClosedTrade, Decimal, DecisionRecord, EngineEvent, Interval, OrderView,
    Symbol, Timestamp,
};

/// Everything that becomes durable together, or not at all.
///
/// Journal numbers are given in this order: `events` first, then `controls`, so a caller that is
/// the only writer can foretell them from [`Store::last_sequence`](crate::Store::last_sequence).
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Wall time that engine events of this batch are stamped with in the journal.
    pub wall_at: Timestamp,
    /// Engine events; their sequence continues the stored one without a gap.
    pub events: Vec<EngineEvent>,
    /// Control records: what people and the process did, for the audit.
    pub controls: Vec<ControlRecord>,
    /// Decisions; one that is stored already must be identical.
    pub decisions: Vec<DecisionRecord>,
    /// Closed candles; one that is stored already must be identical.
    pub candles: Vec<(Symbol, Interval, Candle)>,
    /// Orders in their newest state; the last one of an id wins.
    pub orders: Vec<OrderView>,
    /// Round trips closed; each id once.
    pub trades: Vec<ClosedTrade>,
    /// Equity points in the quote asset; a later one for the same moment replaces it.
    pub equity: Vec<(Timestamp, Decimal)>,
    /// What was put into the account less what was taken out, from an equity point on; only where it
    /// changed.
    pub capital: Vec<(Timestamp, Decimal)>,
    /// Changes to users and sessions, carried out in order.
    pub auth: Vec<AuthWrite>,
    /// A new version of the settings.
    pub settings: crate::SettingsWrite,
    /// Changes to alerts, carried out in order.
    pub alerts: Vec<AlertWrite>,
    /// Control records whose content was archived and goes now; the last of `controls` says so.
    pub prune: Vec<crate::ArchivedRecord>,
    /// Replies to mutating requests.
    pub request: Vec<StoredReply>,
    /// A snapshot of all state that is not folded from events.
    pub snapshot: Option<Snapshot>,
    /// How far the source has been read.
    pub position: Option<SourcePosition>,
    /// Keys and values to set; keys that start with `store.` are the store's own.
    pub meta: Vec<(String, String)>,
}

/// What a commit did.
#[derive(Debug, Clone)]
pub struct Committed {
    /// The journal records of this batch with their numbers.
    pub records: Vec<JournalRecord>,
    /// Number of the last journal record of the store.
    pub last_sequence: u64,
    /// Hash over all engine events of the store.
    pub log_hash: LogHash,
}

/// Something a person or the process did that is no engine event.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlRecord {
    /// Wall time.
    pub at: Timestamp,
    /// What it was, e.g. `user_created`.
    pub kind: String,
    /// Who did it: a user's name, `system`, or the name of a channel such as `local`.
    pub principal: String,
    /// The role they had then; empty for the system.
    pub role: String,
    /// Where it came from: an IP address, `socket`, `telegram:…`; empty for the system.
    pub source: String,
    /// The caller's id of the request; empty when there is none.
    pub request_id: String,
    /// Its details.
    pub detail: serde_json::Value,
}

impl ControlRecord {
    /// A record of something that the daemon did by itself.
    #[must_use]
    pub fn system(at: Timestamp, kind: &str, detail: serde_json::Value) -> Self {
        Self {
            at,
            kind: kind.to_owned(),
            principal: "system".to_owned(),
            role: String::new(),
            source: String::new(),
            request_id: String::new(),
            detail,
        }
    }
}

/// One entry of the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalRecord {
    /// Its number, from 1 without gaps.
    pub sequence: u64,
    /// Wall time of the commit (engine events) or of the act (control records).
    pub at: Timestamp,
    /// What happened.
    pub body: JournalBody,
}

/// The two kinds of journal entries.
#[derive(Debug, Clone, PartialEq)]
pub enum JournalBody {
    /// An engine event, part of the log hash.
    Engine(EngineEvent),
    /// A control record, part of the audit hash.
    Control(ControlRecord),
}

/// Saved state, opaque to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The last engine event folded into it.
    pub engine_sequence: u64,
    /// Rows of the source read when it was taken.
    pub source_rows: u64,
    /// The build that wrote it.
    pub build: String,
    /// The state.
    pub bytes: Vec<u8>,
}

/// How far a source has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePosition {
    /// Content hash of the files, or seed of the market; a store belongs to one source.
    pub source_id: String,
    /// Rows read; never falls.
    pub rows: u64,
}

/// The reply to a mutating request, kept so that a repeat gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReply {
    /// Who asked.
    pub principal: String,
    /// The caller's id of the request.
    pub request_id: String,
    /// The method called.
    pub method: String,
    /// Hash of the request's body.
    pub body_hash: Vec<u8>,
    /// The encoded reply.
    pub reply: Vec<u8>,
    /// Journal number that the reply names.
    pub sequence: u64,
    /// Wall time.
    pub at: Timestamp,
}

/// One change to users and sessions. Hashes are opaque to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthWrite {
    /// Adds a user; fails with [`UserExists`](crate::Error::UserExists).
    InsertUser {
        /// The login name.
        name: String,
        /// The password's PHC string.
        password_hash: String,
        /// The role's name.
        role: String,
        /// Wall time.
        at: Timestamp,
    },
    /// Replaces a password; fails with [`UnknownUser`](crate::Error::UnknownUser).
    SetPassword {
        /// The login name.
        name: String,
        /// The new PHC string.
        password_hash: String,
        /// Wall time.
        at: Timestamp,
    },
    /// Replaces a role; fails with [`UnknownUser`](crate::Error::UnknownUser).
    SetRole {
        /// The login name.
        name: String,
        /// The new role's name.
        role: String,
        /// Wall time.
        at: Timestamp,
    },
    /// Opens a session; fails with [`UnknownUser`](crate::Error::UnknownUser).
    InsertSession {
        /// Its random id.
        id: String,
        /// The login name.
        user: String,
        /// Hash of the refresh token.
        refresh_hash: String,
        /// Wall time.
        created_at: Timestamp,
        /// When it ends unless it is refreshed.
        expires_at: Timestamp,
        /// The address that it was opened from.
        source: String,
        /// What the client calls itself.
        client: String,
    },
    /// Swaps the refresh token; fails with [`RefreshNotCurrent`](crate::Error::RefreshNotCurrent).
    RotateRefresh {
        /// The session.
        session: String,
        /// Hash that must be the current one.
        old_hash: String,
        /// Hash of the new token.
        new_hash: String,
        /// Wall time.
        at: Timestamp,
        /// The new end of the session.
        expires_at: Timestamp,
    },
    /// Ends a session (again is fine, the first end stays); fails with
    /// [`UnknownSession`](crate::Error::UnknownSession).
    RevokeSession {
        /// The session.
        id: String,
        /// Wall time.
        at: Timestamp,
        /// Why: `logout`, `refresh_reused`, `password_changed`, …
        cause: String,
    },
    /// Ends all sessions of a user; none is fine.
    RevokeSessionsOf {
        /// The login name.
        user: String,
        /// Wall time.
        at: Timestamp,
        /// Why.
        cause: String,
    },
    /// Switches a user off or on again; fails with [`UnknownUser`](crate::Error::UnknownUser).
    SetDisabled {
        /// The login name.
        name: String,
        /// Off or on.
        disabled: bool,
        /// Wall time.
        at: Timestamp,
    },
    /// Removes a user with sessions and tokens; fails with
    /// [`UnknownUser`](crate::Error::UnknownUser).
    RemoveUser {
        /// The login name.
        name: String,
    },
    /// Sets or removes the secret of one-time codes; fails with
    /// [`UnknownUser`](crate::Error::UnknownUser).
    SetTotp {
        /// The login name.
        name: String,
        /// The sealed secret; `None` removes it.
        sealed: Option<String>,
        /// True when a first code was right, so that logins need one.
        confirmed: bool,
        /// Wall time.
        at: Timestamp,
    },
    /// Notes that the one-time code of a time step was used; fails with
    /// [`UnknownUser`](crate::Error::UnknownUser).
    UseTotpStep {
        /// The login name.
        name: String,
        /// Number of the time step.
        step: u64,
    },
    /// Notes that password or one-time code were given in a session; fails with
    /// [`UnknownSession`](crate::Error::UnknownSession).
    ProveSession {
        /// The session.
        id: String,
        /// Wall time.
        at: Timestamp,
    },
    /// Adds an API token; fails with [`UnknownUser`](crate::Error::UnknownUser).
    InsertToken(ApiToken),
    /// Ends an API token and all that were derived from it; fails with
    /// [`UnknownToken`](crate::Error::UnknownToken).
    RevokeToken {
        /// Its id.
        id: String,
        /// Wall time.
        at: Timestamp,
        /// Why.
        cause: String,
    },
}

/// A stored API token.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its random id.
    pub id: String,
    /// The login name of the user whom it belongs to.
    pub user: String,
    /// The token that it was derived from.
    pub parent: Option<String>,
    /// What its owner calls it.
    pub name: String,
    /// The role's name.
    pub role: String,
    /// JSON of its limits, opaque to the store.
    pub limits: String,
    /// SHA-256 of the secret part.
    pub secret_hash: String,
    /// Wall time.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, user, name, role, limits, .. } = self;
        write!(f, "ApiToken {{ {id}, {user}, {name:?}, {role}, {limits}, secret_hash: *** }}")
    }
}

/// A stored user.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The login name.
    pub name: String,
    /// The password's PHC string.
    pub password_hash: String,
    /// The role's name.
    pub role: String,
    /// Wall time of creation.
    pub created_at: Timestamp,
    /// Wall time of the last change.
    pub changed_at: Timestamp,
    /// Since when it is switched off.
    pub disabled_at: Option<Timestamp>,
    /// The sealed secret of one-time codes.
    pub totp: Option<String>,
    /// True when logins need a one-time code.
    pub totp_confirmed: bool,
    /// Time step of the last code used.
    pub totp_step: u64,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, role, .. } = self;
        write!(f, "User {{ name: {name:?}, role: {role:?}, password_hash: *** }}")
    }
}

/// A stored session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// The login name.
    pub user: String,
    /// Wall time of the login.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Wall time of the last refresh.
    pub refreshed_at: Timestamp,
    /// When and why it was revoked.
    pub revoked: Option<(Timestamp, String)>,
    /// The address that it was opened from.
    pub source: String,
    /// What the client calls itself.
    pub client: String,
    /// When password or one-time code were last given.
    pub proven_at: Timestamp,
}

/// A session found by the hash of a refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshMatch {
    /// The hash is the session's current one (the session may be revoked or over).
    Current(Session),
    /// The hash was rotated away: the token was used twice. With the hash that is current.
    Reused(Session, String),
}

/// Running totals over the whole store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// Orders sent.
    pub orders: u64,
    /// Executions.
    pub fills: u64,
    /// Round trips closed.
    pub trades: u64,
    /// Decisions.
    pub decisions: u64,
    /// Fees by asset, sorted by asset.
    pub fees: Vec<(Asset, Amount)>,
    /// Number of the last journal record counted in.
    pub as_of_sequence: u64,
}
