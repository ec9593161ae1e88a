//! API tokens: made by people, narrowed by programs, checked with every call, ended at once.

use super::change::{Asked, Reply, Writing, planned};
use super::entry::check_name;
use super::grant::{Grant, Limits, PREFIX};
use super::ports::random;
use super::sessions::whose;
use super::table::ApiToken;
use super::{Auth, AuthError, Principal, roles, token};
use crate::convert::time;
use crate::settings::Secret;
use domain::Timestamp;
use serde_json::json;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use storage::AuthWrite;
use tradingd_proto::prost_types::Duration;
use tradingd_proto::v1::{
    self, CreateTokenResponse, DeriveTokenResponse, ListTokensResponse, RevokeTokenResponse, Role,
    TokenLimits,
};

const SECOND: i64 = 1_000_000;
const SHORTEST: i64 = 60;
const LONGEST: i64 = 366 * 86_400;
const USUAL: i64 = 30 * 86_400;
/// Tokens of one user at the same time.
const PER_USER: usize = 200;

/// What a new token is to be.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What its owner calls it.
    pub name: String,
    /// What it may do at most.
    pub role: Role,
    /// Its life.
    pub expires_in: Option<Duration>,
    /// Its limits.
    pub limits: TokenLimits,
}

impl Auth {
    /// Who an API token belongs to.
    pub(super) fn authenticate_token(
        &self,
        text: &str,
        from: Option<IpAddr>,
    ) -> Result<Principal, AuthError> {
        let now = self.parts.clock.now();
        let (id, secret) = text
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('_'))
            .ok_or(AuthError::TokenInvalid)?;
        let (found, owner) = self.table.token(id, now).ok_or(AuthError::TokenInvalid)?;
        if !token::equal(&found.grant.secret_hash, &token::refresh_hash(secret)) {
            return Err(AuthError::TokenInvalid);
        }
        if !found.grant.takes_source(from) {
            return Err(AuthError::Scope("it may not be used from this address"));
        }
        found.used(now);
        Ok(Principal {
            role: found.role(owner.role),
            user: owner.name,
            source: String::new(),
            session_id: String::new(),
            logged_in_at: found.grant.created_at,
            proven_at: None,
            fresh_for: self.rules().step_up,
            live: self.parts.live,
            expires_at: found.grant.expires_at,
            ended: found.ended,
            token: Some(found.grant),
            table: Arc::clone(&self.table),
            clock: self.parts.clock.clone(),
        })
    }

    /// Makes a token for the caller.
    ///
    /// # Errors
    /// Name, role, life or limits are refused.
    pub async fn create_token(
        &self,
        asked: &Asked,
        wanted: &Wanted,
    ) -> Result<Reply<CreateTokenResponse>, AuthError> {
        let role = if wanted.role == Role::Unspecified { Role::Viewer } else { wanted.role };
        if roles::lower(role, asked.principal.role) != role {
            return Err(AuthError::Field(("role", "must not be higher than your own")));
        }
        let life = seconds(wanted.expires_in.as_ref())?.unwrap_or(USUAL);
        let limits = Limits::parse(&wanted.limits).map_err(AuthError::Field)?;
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated::<CreateTokenResponse>(asked).await? {
            return self.tell_again(reply, |m| &m.token, |m, secret| m.secret = secret);
        }
        let now = self.parts.clock.now();
        let expires_at = Timestamp::from_micros(now.micros() + life * SECOND);
        let stored = self.new_token(asked, wanted, None, role, &limits, expires_at)?;
        if let Some(reply) = Self::plan(asked, vec![described(&stored, &limits)])? {
            return Ok(reply);
        }
        let (writing, secret, grant) = self.token_writing(asked, stored, "token_created");
        let message =
            CreateTokenResponse { token: Some(view(&ApiToken::of(&grant))), ..Default::default() };
        let reply = self.carry_out(asked, writing.with(message)).await?;
        self.table.put_token(grant, now);
        Ok(reply.map(|m| CreateTokenResponse { secret: secret.reveal().to_owned(), ..m }))
    }

    /// Makes a narrower token from the one that asks.
    ///
    /// # Errors
    /// No API token asks, or what is wanted is not narrower.
    pub async fn derive_token(
        &self,
        asked: &Asked,
        wanted: &Wanted,
    ) -> Result<Reply<DeriveTokenResponse>, AuthError> {
        let Some(parent) = asked.principal.token.clone() else {
            let text = "only an API token can be narrowed; make one with CreateToken first";
            return Err(AuthError::State(text));
        };
        let role = if wanted.role == Role::Unspecified { parent.role } else { wanted.role };
        if roles::lower(role, parent.role) != role {
            return Err(AuthError::Field(("role", "must not be higher than that of the token")));
        }
        let limits = Limits::parse(&wanted.limits)
            .and_then(|limits| limits.within(&parent.limits))
            .map_err(AuthError::Field)?;
        let life = seconds(wanted.expires_in.as_ref())?;
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated::<DeriveTokenResponse>(asked).await? {
            return self.tell_again(reply, |m| &m.token, |m, secret| m.secret = secret);
        }
        let now = self.parts.clock.now();
        let end = life.map_or(parent.expires_at.micros(), |s| now.micros() + s * SECOND);
        let expires_at = Timestamp::from_micros(end.min(parent.expires_at.micros()));
        let stored =
            self.new_token(asked, wanted, Some(parent.id.clone()), role, &limits, expires_at)?;
        if let Some(reply) = Self::plan(asked, vec![described(&stored, &limits)])? {
            return Ok(reply);
        }
        let (writing, secret, grant) = self.token_writing(asked, stored, "token_derived");
        let message =
            DeriveTokenResponse { token: Some(view(&ApiToken::of(&grant))), ..Default::default() };
        let reply = self.carry_out(asked, writing.with(message)).await?;
        self.table.put_token(grant, now);
        Ok(reply.map(|m| DeriveTokenResponse { secret: secret.reveal().to_owned(), ..m }))
    }

    /// Ends a token and all that were derived from it.
    ///
    /// # Errors
    /// There is none of that id, or it is somebody else's and the caller is no admin with a fresh
    /// proof. An API token ends only itself and what was derived from it.
    pub async fn revoke_token(
        &self,
        asked: &Asked,
        id: &str,
    ) -> Result<Reply<RevokeTokenResponse>, AuthError> {
        let who = &asked.principal;
        let _changes = self.changes.lock().await;
        if let Some(reply) = self.repeated(asked).await? {
            return Ok(reply);
        }
        let now = self.parts.clock.now();
        let missing = || AuthError::NotFound("API token", super::printable(id));
        let mut all = self.table.tokens_of(None, now).into_iter();
        let found = all.find(|t| t.grant.id == id).ok_or_else(missing)?;
        let own = found.grant.user == who.user;
        match &who.token {
            Some(token) if !self.table.family(&token.id).iter().any(|other| other == id) => {
                return Err(AuthError::TokenNotPerson);
            }
            None if !own && who.role != Role::Admin => return Err(missing()),
            None if !own => who.fresh()?,
            _ => {}
        }
        let family = self.table.family(id);
        let before = format!("{}, {} token(s)", found.grant.name, family.len());
        if let Some(reply) =
            Self::plan(asked, vec![planned(format!("API token {id}"), before, "")])?
        {
            return Ok(reply);
        }
        let cause = "revoked".to_owned();
        let writes = vec![AuthWrite::RevokeToken { id: id.to_owned(), at: now, cause }];
        let detail = json!({
            "token": id, "user": found.grant.user, "name": found.grant.name, "ended": family.len(),
        });
        let record = asked.context.record("token_revoked", detail);
        let message =
            RevokeTokenResponse { ended_tokens: family.len() as u32, ..Default::default() };
        let reply = self.carry_out(asked, Writing { writes, record, message }).await?;
        self.table.end_tokens(&family);
        Ok(reply)
    }

    /// Tokens that hold, oldest first: one's own, or for admins those of `user` or of all.
    ///
    /// # Errors
    /// They are somebody else's and the caller is no admin.
    pub fn list_tokens(
        &self,
        who: &Principal,
        user: &str,
    ) -> Result<ListTokensResponse, AuthError> {
        let user = whose(who, user)?;
        let found = self.table.tokens_of(user, self.parts.clock.now());
        Ok(ListTokensResponse { tokens: found.iter().map(view).collect() })
    }

    /// A new token's row, without its secret.
    fn new_token(
        &self,
        asked: &Asked,
        wanted: &Wanted,
        parent: Option<String>,
        role: Role,
        limits: &Limits,
        expires_at: Timestamp,
    ) -> Result<storage::ApiToken, AuthError> {
        check_name(&wanted.name).map_err(|_| {
            AuthError::Field(("name", "must be 1 to 64 letters, digits or one of . _ - @"))
        })?;
        let now = self.parts.clock.now();
        let user = asked.principal.user.clone();
        let held = self.table.tokens_of(Some(&user), now);
        if held.iter().any(|t| t.grant.name == wanted.name) {
            return Err(AuthError::Exists(format!("API token {}", wanted.name)));
        }
        if held.len() >= PER_USER {
            return Err(AuthError::State("there are 200 API tokens already; revoke some"));
        }
        Ok(storage::ApiToken {
            id: random::<8>().iter().map(|b| format!("{b:02x}")).collect(),
            user,
            parent,
            name: wanted.name.clone(),
            role: roles::name(role).to_owned(),
            limits: serde_json::to_string(limits).map_err(|_| AuthError::Internal)?,
            secret_hash: String::new(),
            created_at: now,
            expires_at,
        })
    }

    fn token_writing(
        &self,
        asked: &Asked,
        stored: storage::ApiToken,
        kind: &str,
    ) -> (TokenWriting, Secret, Grant) {
        let secret = self.token_secrets(&stored.id).swap_remove(0);
        let secret_hash = token::refresh_hash(secret.reveal());
        let stored = storage::ApiToken { secret_hash, ..stored };
        let detail = json!({
            "token": stored.id, "name": stored.name, "role": stored.role, "parent": stored.parent,
            "limits": serde_json::from_str::<serde_json::Value>(&stored.limits).unwrap_or_default(),
            "expires_at_micros": stored.expires_at.micros(),
        });
        let record = asked.context.record(kind, detail);
        let grant = Grant::from_stored(stored.clone());
        let text = Secret::new(format!("{PREFIX}{}_{}", stored.id, secret.reveal()));
        (TokenWriting { write: AuthWrite::InsertToken(stored), record }, text, grant)
    }

    /// The secret of a token is computed from its id, so that a repeated request can be answered
    /// without storing it.
    fn token_secrets(&self, id: &str) -> Vec<Secret> {
        self.parts.tokens.derive(&[b"api-token", id.as_bytes()])
    }

    fn tell_again<R>(
        &self,
        reply: Reply<R>,
        token_of: impl Fn(&R) -> &Option<v1::ApiToken>,
        tell: impl FnOnce(&mut R, String),
    ) -> Result<Reply<R>, AuthError> {
        let id = token_of(&reply.message).as_ref().map(|t| t.token_id.clone()).unwrap_or_default();
        let found = self.table.token(&id, self.parts.clock.now());
        let hash = found.map(|(token, _)| token.grant.secret_hash.clone()).unwrap_or_default();
        let mut secrets = self.token_secrets(&id).into_iter();
        let secret =
            secrets.find(|s| token::refresh_hash(s.reveal()) == hash).ok_or(AuthError::State(
                "its secret can't be told again: it was revoked, or keys were rotated",
            ))?;
        let text = format!("{PREFIX}{id}_{}", secret.reveal());
        Ok(reply.map(|mut message| {
            tell(&mut message, text);
            message
        }))
    }
}

struct TokenWriting {
    write: AuthWrite,
    record: storage::ControlRecord,
}

impl TokenWriting {
    fn with<R>(self, message: R) -> Writing<R> {
        Writing { writes: vec![self.write], record: self.record, message }
    }
}

impl ApiToken {
    /// For showing a token that is not in the table yet.
    fn of(grant: &Grant) -> Self {
        Self {
            grant: Arc::new(grant.clone()),
            last_used: Arc::default(),
            ended: tokio_util::sync::CancellationToken::new(),
        }
    }
}

fn described(stored: &storage::ApiToken, limits: &Limits) -> v1::PlannedChange {
    let count = |n: usize| if n == 0 { "all".to_owned() } else { n.to_string() };
    let after = format!(
        "role {}, {} methods, {} symbols, {} networks",
        stored.role,
        count(limits.methods.len()),
        count(limits.symbols.len()),
        count(limits.sources.len())
    );
    planned(format!("API token {}", stored.name), "", after)
}

fn seconds(wanted: Option<&Duration>) -> Result<Option<i64>, AuthError> {
    let rule = AuthError::Field(("expires_in", "must be a minute to 366 days"));
    match wanted {
        None => Ok(None),
        Some(d) if (SHORTEST..=LONGEST).contains(&d.seconds) => Ok(Some(d.seconds)),
        Some(_) => Err(rule),
    }
}

fn view(token: &ApiToken) -> v1::ApiToken {
    let used = token.last_used.load(Ordering::Relaxed);
    let grant = &token.grant;
    v1::ApiToken {
        token_id: grant.id.clone(),
        user: grant.user.clone(),
        name: grant.name.clone(),
        role: grant.role.into(),
        limits: Some(grant.limits.wire()),
        parent_id: grant.parent.clone().unwrap_or_default(),
        created_at: Some(time(grant.created_at)),
        expires_at: Some(time(grant.expires_at)),
        last_used_at: (used > 0).then(|| time(Timestamp::from_micros(used))),
    }
}
