//! Users: added, given another role or password, switched off and on, removed. What is taken away
//! holds from the answer on, and somebody who may administrate is always left.

use super::change::{Asked, Reply, Writing, planned};
use super::entry::check_name;
use super::table::User;
use super::{Auth, AuthError, password, roles};
use crate::settings::Secret;
use serde_json::json;
use storage::AuthWrite;
use tradingd_proto::v1::{
    self, ChangePasswordResponse, CreateUserResponse, DisableUserResponse, EnableUserResponse,
    ListUsersResponse, RemoveUserResponse, Role, SetUserPasswordResponse, SetUserRoleResponse,
};

impl Auth {
    /// All users.
    #[must_use]
    pub fn users(&self) -> ListUsersResponse {
        ListUsersResponse { users: self.table.users().iter().map(|u| self.user_view(u)).collect() }
    }

    /// Adds a user.
    ///
    /// # Errors
    /// Name, role or password are refused, or the name is taken.
    pub async fn create_user(
        &self,
        asked: &Asked,
        name: &str,
        role: Role,
        password: Secret,
    ) -> Result<Reply<CreateUserResponse>, AuthError> {
        check_name(name)?;
        check_role(role)?;
        check_password(&password, name)?;
        let password_hash = self.parts.passwords.hash(password).await?;
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        if self.table.user(name).is_some() {
            return Err(AuthError::Exists(format!("user {name}")));
        }
        let what = planned(format!("user {name}"), "", roles::name(role));
        if let Some(reply) = Self::plan(asked, vec![what])? {
            return Ok(reply);
        }
        let at = self.parts.clock.now();
        let user = User::new(name, password_hash.clone(), role, at);
        let role = roles::name(role).to_owned();
        let detail = json!({"user": name, "role": role});
        let insert = AuthWrite::InsertUser { name: name.to_owned(), password_hash, role, at };
        let message =
            CreateUserResponse { user: Some(self.user_view(&user)), ..Default::default() };
        let record = asked.context.record("user_created", detail);
        let reply =
            self.carry_out(asked, Writing { writes: vec![insert], record, message }).await?;
        self.table.put_user(user);
        Ok(reply)
    }

    /// Gives a user another role. Open streams end also when it is a higher one, so that they are
    /// opened anew with it.
    ///
    /// # Errors
    /// There is no such user or role, or nobody could administrate afterwards.
    pub async fn set_role(
        &self,
        asked: &Asked,
        name: &str,
        role: Role,
    ) -> Result<Reply<SetUserRoleResponse>, AuthError> {
        check_role(role)?;
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        let old = self.existing(name)?;
        if role != Role::Admin {
            self.keep_an_admin(name)?;
        }
        let (before, after) = (roles::name(old.role), roles::name(role));
        let what = planned(format!("role of {name}"), before, after);
        if let Some(reply) = Self::plan(asked, vec![what])? {
            return Ok(reply);
        }
        let at = self.parts.clock.now();
        let user = User { role, changed_at: at, ..old.clone() };
        let write = AuthWrite::SetRole { name: name.to_owned(), role: after.to_owned(), at };
        let detail = json!({"user": name, "before": before, "after": after});
        let message =
            SetUserRoleResponse { user: Some(self.user_view(&user)), ..Default::default() };
        let record = asked.context.record("user_role_changed", detail);
        let reply = self.carry_out(asked, Writing { writes: vec![write], record, message }).await?;
        self.table.put_user(user);
        self.table.interrupt(name);
        Ok(reply)
    }

    /// Gives a user another password; all its sessions end, so a person who asks for oneself has to
    /// log in again.
    ///
    /// # Errors
    /// There is no such user, or the password is refused.
    pub async fn set_password(
        &self,
        asked: &Asked,
        name: &str,
        password: Secret,
    ) -> Result<Reply<SetUserPasswordResponse>, AuthError> {
        check_password(&password, name)?;
        let hash = self.parts.passwords.hash(password).await?;
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        let old = self.existing(name)?;
        if let Some(reply) = Self::plan(asked, password_changes(name))? {
            return Ok(reply);
        }
        let now = self.parts.clock.now();
        let ended = self.table.sessions_of(Some(name), now);
        let user = User { password_hash: hash.clone(), changed_at: now, ..old };
        let message = SetUserPasswordResponse {
            user: Some(v1::User { sessions: 0, ..self.user_view(&user) }),
            ended_sessions: ended.len() as u32,
            ..Default::default()
        };
        let writes = vec![
            AuthWrite::SetPassword { name: name.to_owned(), password_hash: hash, at: now },
            AuthWrite::RevokeSessionsOf {
                user: name.to_owned(),
                at: now,
                cause: "password_changed".to_owned(),
            },
        ];
        let detail = json!({"user": name, "ended_sessions": ended.len()});
        let record = asked.context.record("user_password_set", detail);
        let reply = self.carry_out(asked, Writing { writes, record, message }).await?;
        self.table.put_user(user);
        self.table.end_all_of(name, None);
        Ok(reply)
    }

    /// Changes one's own password; the other sessions end.
    ///
    /// # Errors
    /// The old one is wrong or came too often, or the new one is refused.
    pub async fn change_password(
        &self,
        asked: &Asked,
        old: Secret,
        new: Secret,
    ) -> Result<Reply<ChangePasswordResponse>, AuthError> {
        let name = asked.principal.user.clone();
        if asked.principal.token.is_some() {
            return Err(AuthError::TokenNotPerson);
        }
        if let Some(rule) = password::weakness(new.reveal(), &name) {
            return Err(AuthError::Field(("new_password", rule)));
        }
        if new.reveal() == old.reveal() {
            return Err(AuthError::Field(("new_password", "must differ from the old one")));
        }
        // A repeat comes with what is no longer the password.
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        let user = self.prove_password(&asked.principal, old).await?;
        let hash = self.parts.passwords.hash(new).await?;
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        if let Some(reply) = Self::plan(asked, password_changes(&name))? {
            return Ok(reply);
        }
        let current = self.existing(&name)?;
        if current.password_hash != user.password_hash {
            return Err(AuthError::Credentials);
        }
        let now = self.parts.clock.now();
        let keep = asked.principal.session_id.as_str();
        let others: Vec<_> =
            self.table.sessions_of(Some(&name), now).into_iter().filter(|s| s.id != keep).collect();
        let set =
            AuthWrite::SetPassword { name: name.clone(), password_hash: hash.clone(), at: now };
        let mut writes = vec![set];
        writes.extend(others.iter().map(|session| AuthWrite::RevokeSession {
            id: session.id.clone(),
            at: now,
            cause: "password_changed".to_owned(),
        }));
        let ended_sessions = others.len() as u32;
        let message = ChangePasswordResponse { ended_sessions, ..Default::default() };
        let record =
            asked.context.record("password_changed", json!({"ended_sessions": ended_sessions}));
        let reply = self.carry_out(asked, Writing { writes, record, message }).await?;
        self.table.put_user(User { password_hash: hash, changed_at: now, ..current });
        self.table.end_all_of(&name, Some(keep));
        Ok(reply)
    }

    /// Switches a user off: all sessions end, no login works, API tokens rest.
    ///
    /// # Errors
    /// There is no such user, or nobody could administrate afterwards.
    pub async fn disable_user(
        &self,
        asked: &Asked,
        name: &str,
    ) -> Result<Reply<DisableUserResponse>, AuthError> {
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        let old = self.existing(name)?;
        self.keep_an_admin(name)?;
        if let Some(reply) = Self::plan(asked, vec![switched(name, &old, true)])? {
            return Ok(reply);
        }
        let now = self.parts.clock.now();
        let ended_sessions = self.table.sessions_of(Some(name), now).len() as u32;
        let user = User { disabled: true, changed_at: now, ..old };
        let writes = vec![
            AuthWrite::SetDisabled { name: name.to_owned(), disabled: true, at: now },
            AuthWrite::RevokeSessionsOf {
                user: name.to_owned(),
                at: now,
                cause: "disabled".to_owned(),
            },
        ];
        let view = v1::User { sessions: 0, ..self.user_view(&user) };
        let message =
            DisableUserResponse { user: Some(view), ended_sessions, ..Default::default() };
        let detail = json!({"user": name, "ended_sessions": ended_sessions});
        let record = asked.context.record("user_disabled", detail);
        let reply = self.carry_out(asked, Writing { writes, record, message }).await?;
        self.table.put_user(user);
        self.table.interrupt(name);
        self.table.end_all_of(name, None);
        Ok(reply)
    }

    /// Lets a user in again.
    ///
    /// # Errors
    /// There is no such user.
    pub async fn enable_user(
        &self,
        asked: &Asked,
        name: &str,
    ) -> Result<Reply<EnableUserResponse>, AuthError> {
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        let old = self.existing(name)?;
        if let Some(reply) = Self::plan(asked, vec![switched(name, &old, false)])? {
            return Ok(reply);
        }
        let at = self.parts.clock.now();
        let user = User { disabled: false, changed_at: at, ..old };
        let writes = vec![AuthWrite::SetDisabled { name: name.to_owned(), disabled: false, at }];
        let message =
            EnableUserResponse { user: Some(self.user_view(&user)), ..Default::default() };
        let record = asked.context.record("user_enabled", json!({"user": name}));
        let reply = self.carry_out(asked, Writing { writes, record, message }).await?;
        self.table.put_user(user);
        Ok(reply)
    }

    /// Removes a user with sessions and tokens.
    ///
    /// # Errors
    /// There is no such user, or nobody could administrate afterwards.
    pub async fn remove_user(
        &self,
        asked: &Asked,
        name: &str,
    ) -> Result<Reply<RemoveUserResponse>, AuthError> {
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        let old = self.existing(name)?;
        self.keep_an_admin(name)?;
        let what = planned(format!("user {name}"), roles::name(old.role), "");
        if let Some(reply) = Self::plan(asked, vec![what])? {
            return Ok(reply);
        }
        let now = self.parts.clock.now();
        let ended_sessions = self.table.sessions_of(Some(name), now).len() as u32;
        let writes = vec![AuthWrite::RemoveUser { name: name.to_owned() }];
        let message = RemoveUserResponse { ended_sessions, ..Default::default() };
        let detail = json!({"user": name, "role": roles::name(old.role)});
        let record = asked.context.record("user_removed", detail);
        let reply = self.carry_out(asked, Writing { writes, record, message }).await?;
        self.table.remove_user(name);
        Ok(reply)
    }

    pub(super) fn existing(&self, name: &str) -> Result<User, AuthError> {
        self.table.user(name).ok_or_else(|| AuthError::NotFound("user", super::printable(name)))
    }

    fn keep_an_admin(&self, name: &str) -> Result<(), AuthError> {
        if self.table.is_last_admin(name) { Err(AuthError::LastAdmin) } else { Ok(()) }
    }

    fn user_view(&self, user: &User) -> v1::User {
        let now = self.parts.clock.now();
        v1::User {
            name: user.name.clone(),
            role: user.role.into(),
            disabled: user.disabled,
            totp: user.totp_confirmed,
            created_at: Some(crate::convert::time(user.created_at)),
            changed_at: Some(crate::convert::time(user.changed_at)),
            sessions: self.table.sessions_of(Some(&user.name), now).len() as u32,
            tokens: self.table.tokens_of(Some(&user.name), now).len() as u32,
        }
    }
}

fn switched(name: &str, user: &User, off: bool) -> v1::PlannedChange {
    let word = |off| if off { "disabled" } else { "enabled" };
    planned(format!("user {name}"), word(user.disabled), word(off))
}

fn password_changes(name: &str) -> Vec<v1::PlannedChange> {
    vec![planned(format!("password of {name}"), "the present one", "another one")]
}

fn check_role(role: Role) -> Result<(), AuthError> {
    if role == Role::Unspecified {
        return Err(AuthError::Field(("role", "must be viewer, operator or admin")));
    }
    Ok(())
}

fn check_password(password: &Secret, user: &str) -> Result<(), AuthError> {
    match password::weakness(password.reveal(), user) {
        Some(rule) => Err(AuthError::Field(("password", rule))),
        None => Ok(()),
    }
}
