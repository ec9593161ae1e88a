//! What users may be besides name, password and role: switched off, bound to one-time codes, and
//! owners of API tokens. Holds hashes and sealed texts only.

use crate::{ApiToken, AuthWrite, Error, Store};
use domain::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// Carries out one change of this file; the others are in `auth`.
pub(crate) async fn apply(
    connection: &mut SqliteConnection,
    write: &AuthWrite,
) -> Result<(), Error> {
    match write {
        AuthWrite::SetDisabled { .. }
        | AuthWrite::SetTotp { .. }
        | AuthWrite::UseTotpStep { .. } => apply_user(connection, write).await,
        AuthWrite::RemoveUser { name } => remove_user(connection, name).await,
        AuthWrite::ProveSession { id, at } => {
            let query = sqlx::query("UPDATE sessions SET proven_at = ? WHERE id = ?");
            let found = query.bind(at.micros()).bind(id).execute(connection).await?;
            if found.rows_affected() == 0 { Err(Error::UnknownSession(id.clone())) } else { Ok(()) }
        }
        AuthWrite::InsertToken(token) => insert_token(connection, token).await,
        AuthWrite::RevokeToken { id, at, cause } => {
            let query = sqlx::query(
                "WITH RECURSIVE family (id) AS (SELECT id FROM api_tokens WHERE id = ?1 \
                 UNION SELECT t.id FROM api_tokens t JOIN family f ON t.parent = f.id) \
                 UPDATE api_tokens SET revoked_at = coalesce(revoked_at, ?2), \
                 revoke_cause = coalesce(revoke_cause, ?3) WHERE id IN (SELECT id FROM family)",
            );
            let found = query.bind(id).bind(at.micros()).bind(cause).execute(connection).await?;
            if found.rows_affected() == 0 { Err(Error::UnknownToken(id.clone())) } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

async fn apply_user(connection: &mut SqliteConnection, write: &AuthWrite) -> Result<(), Error> {
    let (query, name) = match write {
        AuthWrite::SetDisabled { name, disabled, at } => (
            sqlx::query("UPDATE users SET disabled_at = ?, changed_at = ? WHERE name = ?")
                .bind(disabled.then_some(at.micros()))
                .bind(at.micros())
                .bind(name),
            name,
        ),
        AuthWrite::SetTotp { name, sealed, confirmed, at } => (
            sqlx::query(
                "UPDATE users SET totp = ?, totp_confirmed_at = ?, changed_at = ? WHERE name = ?",
            )
            .bind(sealed)
            .bind(confirmed.then_some(at.micros()))
            .bind(at.micros())
            .bind(name),
            name,
        ),
        AuthWrite::UseTotpStep { name, step } => (
            sqlx::query("UPDATE users SET totp_step = max(totp_step, ?) WHERE name = ?")
                .bind(i64::try_from(*step).unwrap_or(i64::MAX))
                .bind(name),
            name,
        ),
        _ => return Ok(()),
    };
    let changed = query.execute(connection).await?.rows_affected();
    if changed == 0 { Err(Error::UnknownUser(name.clone())) } else { Ok(()) }
}

/// The journal keeps what they did; nothing else of them stays.
async fn remove_user(connection: &mut SqliteConnection, name: &str) -> Result<(), Error> {
    for statement in [
        "DELETE FROM refresh_history WHERE session IN (SELECT id FROM sessions WHERE user = ?)",
        "DELETE FROM sessions WHERE user = ?",
        "DELETE FROM api_tokens WHERE user = ?",
    ] {
        sqlx::query(statement).bind(name).execute(&mut *connection).await?;
    }
    let query = sqlx::query("DELETE FROM users WHERE name = ?").bind(name);
    let removed = query.execute(connection).await?.rows_affected();
    if removed == 0 { Err(Error::UnknownUser(name.to_owned())) } else { Ok(()) }
}

async fn insert_token(connection: &mut SqliteConnection, token: &ApiToken) -> Result<(), Error> {
    // Selecting the user makes an unknown one a typed error.
    let query = sqlx::query(
        "INSERT INTO api_tokens \
         (id, user, parent, name, role, limits, secret_hash, created_at, expires_at) \
         SELECT ?1, name, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM users WHERE name = ?9",
    )
    .bind(&token.id)
    .bind(&token.parent)
    .bind(&token.name)
    .bind(&token.role)
    .bind(&token.limits)
    .bind(&token.secret_hash)
    .bind(token.created_at.micros())
    .bind(token.expires_at.micros())
    .bind(&token.user);
    let inserted = query.execute(connection).await?.rows_affected();
    if inserted == 0 { Err(Error::UnknownUser(token.user.clone())) } else { Ok(()) }
}

/// # Errors
/// Every read here fails with [`Error::Busy`], [`Error::Corrupt`] or [`Error::Database`].
impl Store {
    /// API tokens that are neither revoked nor over at `now`, oldest first.
    pub async fn active_tokens(&self, now: Timestamp) -> Result<Vec<ApiToken>, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query(
            "SELECT id, user, parent, name, role, limits, secret_hash, created_at, expires_at \
             FROM api_tokens WHERE revoked_at IS NULL AND expires_at > ? ORDER BY created_at, id",
        );
        let rows = query.bind(now.micros()).fetch_all(&mut *read).await?;
        rows.iter().map(decode_token).collect()
    }
}

fn decode_token(row: &SqliteRow) -> Result<ApiToken, Error> {
    Ok(ApiToken {
        id: row.try_get(0)?,
        user: row.try_get(1)?,
        parent: row.try_get(2)?,
        name: row.try_get(3)?,
        role: row.try_get(4)?,
        limits: row.try_get(5)?,
        secret_hash: row.try_get(6)?,
        created_at: Timestamp::from_micros(row.try_get(7)?),
        expires_at: Timestamp::from_micros(row.try_get(8)?),
    })
}
