//! Sessions: who is logged in from where, and how they are put out.

use super::change::{Asked, Reply, Writing, planned};
use super::table::Session;
use super::{Auth, AuthError, Principal};
use crate::convert::time;
use serde_json::json;
use storage::AuthWrite;
use tradingd_proto::v1::{
    self, ListSessionsResponse, RevokeAllSessionsResponse, RevokeSessionResponse, Role,
};

impl Auth {
    /// Open sessions, newest first: one's own, or for admins those of `user` or of all.
    ///
    /// # Errors
    /// They are somebody else's and the caller is no admin.
    pub fn list_sessions(
        &self,
        who: &Principal,
        user: &str,
    ) -> Result<ListSessionsResponse, AuthError> {
        let user = whose(who, user)?;
        let now = self.parts.clock.now();
        let mut sessions: Vec<v1::Session> =
            self.table.sessions_of(user, now).iter().map(|s| view(s, who)).collect();
        sessions.reverse();
        Ok(ListSessionsResponse { sessions })
    }

    /// Ends one session.
    ///
    /// # Errors
    /// There is none of that id, or it is somebody else's and the caller is no admin with a fresh
    /// proof.
    pub async fn revoke_session(
        &self,
        asked: &Asked,
        id: &str,
    ) -> Result<Reply<RevokeSessionResponse>, AuthError> {
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        let now = self.parts.clock.now();
        let found = self.table.session(id, now).map(|(session, _)| session);
        // Whether an id exists is nobody's business but its owner's and the admins'.
        let own = found.as_ref().is_some_and(|s| s.user == asked.principal.user);
        if asked.principal.role != Role::Admin && !own {
            return Err(AuthError::NotFound("session", super::printable(id)));
        }
        let session = found.ok_or_else(|| AuthError::NotFound("session", super::printable(id)))?;
        may_end(&asked.principal, own)?;
        let what = format!("session {id} of {} from {}", session.user, session.source);
        if let Some(reply) = Self::plan(asked, vec![planned(what, "open", "")])? {
            return Ok(reply);
        }
        let cause = "revoked".to_owned();
        let writes = vec![AuthWrite::RevokeSession { id: id.to_owned(), at: now, cause }];
        let detail = json!({"session": id, "user": session.user});
        let record = asked.context.record("session_revoked", detail);
        let message = RevokeSessionResponse::default();
        let reply = self.carry_out(asked, Writing { writes, record, message }).await?;
        self.table.end(id);
        Ok(reply)
    }

    /// Ends all sessions of a user, on request but the one that asks.
    ///
    /// # Errors
    /// There is no such user, or it is another one and the caller is no admin with a fresh proof.
    pub async fn revoke_all_sessions(
        &self,
        asked: &Asked,
        user: &str,
        keep_current: bool,
    ) -> Result<Reply<RevokeAllSessionsResponse>, AuthError> {
        let user = if user.is_empty() { &asked.principal.user } else { user };
        let own = user == asked.principal.user;
        if !own && asked.principal.role != Role::Admin {
            return Err(AuthError::RoleTooLow("admin", asked.principal.role));
        }
        may_end(&asked.principal, own)?;
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        self.existing(user)?;
        let now = self.parts.clock.now();
        let keep = (own && keep_current).then_some(asked.principal.session_id.as_str());
        let open = self.table.sessions_of(Some(user), now);
        let ended: Vec<_> = open.into_iter().filter(|s| Some(s.id.as_str()) != keep).collect();
        let what = planned(format!("sessions of {user}"), format!("{} open", ended.len()), "");
        if let Some(reply) = Self::plan(asked, vec![what])? {
            return Ok(reply);
        }
        let writes = ended.iter().map(|session| AuthWrite::RevokeSession {
            id: session.id.clone(),
            at: now,
            cause: "revoked".to_owned(),
        });
        let ended_sessions = ended.len() as u32;
        let writes = writes.collect();
        let detail = json!({"user": user, "ended_sessions": ended_sessions});
        let record = asked.context.record("sessions_revoked", detail);
        let message = RevokeAllSessionsResponse { ended_sessions, ..Default::default() };
        let reply = self.carry_out(asked, Writing { writes, record, message }).await?;
        self.table.end_all_of(user, keep);
        Ok(reply)
    }
}

/// Whose things a caller gets to see: `None` for everybody's.
pub(super) fn whose<'a>(who: &'a Principal, user: &'a str) -> Result<Option<&'a str>, AuthError> {
    match (user, who.role) {
        ("", Role::Admin) => Ok(None),
        ("", _) => Ok(Some(&who.user)),
        (user, role) if user == who.user || role == Role::Admin => Ok(Some(user)),
        (_, role) => Err(AuthError::RoleTooLow("admin", role)),
    }
}

/// One's own sessions may be ended by whoever has one; others' need a fresh proof. An API token ends
/// no session: it would put out the person whom it belongs to.
pub(super) fn may_end(who: &Principal, own: bool) -> Result<(), AuthError> {
    match (own, &who.token) {
        (_, Some(_)) => Err(AuthError::TokenNotPerson),
        (true, None) => Ok(()),
        (false, None) => who.fresh(),
    }
}

fn view(session: &Session, who: &Principal) -> v1::Session {
    v1::Session {
        session_id: session.id.clone(),
        user: session.user.clone(),
        created_at: Some(time(session.logged_in_at)),
        refreshed_at: Some(time(session.refreshed_at)),
        proven_at: Some(time(session.proven_at)),
        expires_at: Some(time(session.expires_at)),
        source: session.source.clone(),
        client: session.client.clone(),
        current: session.id == who.session_id,
    }
}
