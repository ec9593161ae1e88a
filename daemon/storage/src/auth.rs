//! Users and sessions. Holds hashes only; who may do what is decided elsewhere.

use crate::{AuthWrite, Error, RefreshMatch, Session, Store, User};
use domain::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// Carries the changes out in order.
pub(crate) async fn apply(
    connection: &mut SqliteConnection,
    writes: &[AuthWrite],
) -> Result<(), Error> {
    for write in writes {
        match write {
            AuthWrite::InsertUser { .. }
            | AuthWrite::SetPassword { .. }
            | AuthWrite::SetRole { .. } => apply_user(connection, write).await?,
            AuthWrite::InsertSession { .. }
            | AuthWrite::RotateRefresh { .. }
            | AuthWrite::RevokeSession { .. }
            | AuthWrite::RevokeSessionsOf { .. } => apply_session(connection, write).await?,
            _ => crate::access::apply(connection, write).await?,
        }
    }
    Ok(())
}

async fn apply_user(connection: &mut SqliteConnection, write: &AuthWrite) -> Result<(), Error> {
    let (query, missing) = match write {
        AuthWrite::InsertUser { name, password_hash, role, at } => (
            sqlx::query(
                "INSERT INTO users (name, password_hash, role, created_at, changed_at) \
                 VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (name) DO NOTHING",
            )
            .bind(name)
            .bind(password_hash)
            .bind(role)
            .bind(at.micros()),
            Error::UserExists(name.clone()),
        ),
        AuthWrite::SetPassword { name, password_hash: value, at } => (
            sqlx::query("UPDATE users SET password_hash = ?, changed_at = ? WHERE name = ?")
                .bind(value)
                .bind(at.micros())
                .bind(name),
            Error::UnknownUser(name.clone()),
        ),
        AuthWrite::SetRole { name, role, at } => (
            sqlx::query("UPDATE users SET role = ?, changed_at = ? WHERE name = ?")
                .bind(role)
                .bind(at.micros())
                .bind(name),
            Error::UnknownUser(name.clone()),
        ),
        _ => return Ok(()),
    };
    let changed = query.execute(connection).await?.rows_affected();
    if changed == 0 { Err(missing) } else { Ok(()) }
}

async fn apply_session(connection: &mut SqliteConnection, write: &AuthWrite) -> Result<(), Error> {
    match write {
        AuthWrite::InsertSession {
            id,
            user,
            refresh_hash,
            created_at,
            expires_at,
            source,
            client,
        } => {
            // Selecting the user makes an unknown one a typed error.
            let query = sqlx::query(
                "INSERT INTO sessions \
                 (id, user, refresh_hash, created_at, expires_at, refreshed_at, proven_at, \
                 source, client) \
                 SELECT ?1, name, ?2, ?3, ?4, ?3, ?3, ?6, ?7 FROM users WHERE name = ?5",
            )
            .bind(id)
            .bind(refresh_hash)
            .bind(created_at.micros())
            .bind(expires_at.micros())
            .bind(user)
            .bind(source)
            .bind(client);
            let inserted = query.execute(connection).await?.rows_affected();
            if inserted == 0 { Err(Error::UnknownUser(user.clone())) } else { Ok(()) }
        }
        AuthWrite::RotateRefresh { .. } => rotate(connection, write).await,
        AuthWrite::RevokeSession { id, at, cause } => {
            let query = sqlx::query(
                "UPDATE sessions SET revoke_cause = coalesce(revoke_cause, ?1), \
                 revoked_at = coalesce(revoked_at, ?2) WHERE id = ?3",
            )
            .bind(cause)
            .bind(at.micros())
            .bind(id);
            let found = query.execute(connection).await?.rows_affected();
            if found == 0 { Err(Error::UnknownSession(id.clone())) } else { Ok(()) }
        }
        AuthWrite::RevokeSessionsOf { user, at, cause } => {
            let query = sqlx::query(
                "UPDATE sessions SET revoke_cause = ?, revoked_at = ? \
                 WHERE user = ? AND revoked_at IS NULL",
            );
            query.bind(cause).bind(at.micros()).bind(user).execute(connection).await?;
            Ok(())
        }
        _ => Ok(()),
    }
}

async fn rotate(connection: &mut SqliteConnection, write: &AuthWrite) -> Result<(), Error> {
    let AuthWrite::RotateRefresh { session, old_hash, new_hash, at, expires_at } = write else {
        return Ok(());
    };
    let rotated = sqlx::query(
        "UPDATE sessions SET refresh_hash = ?, refreshed_at = ?, expires_at = ? \
         WHERE id = ? AND refresh_hash = ? AND revoked_at IS NULL",
    )
    .bind(new_hash)
    .bind(at.micros())
    .bind(expires_at.micros())
    .bind(session)
    .bind(old_hash)
    .execute(&mut *connection)
    .await?;
    if rotated.rows_affected() == 0 {
        return Err(Error::RefreshNotCurrent(session.clone()));
    }
    sqlx::query("INSERT INTO refresh_history (hash, session, retired_at) VALUES (?, ?, ?)")
        .bind(old_hash)
        .bind(session)
        .bind(at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

macro_rules! select_user {
    ($rest:literal) => {
        concat!(
            "SELECT name, password_hash, role, created_at, changed_at, disabled_at, totp, ",
            "totp_confirmed_at, totp_step FROM users ",
            $rest
        )
    };
}

macro_rules! select_session {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.user, s.created_at, s.expires_at, s.refreshed_at, s.revoked_at, ",
            "s.revoke_cause, s.source, s.client, s.proven_at, s.refresh_hash FROM sessions s ",
            $rest
        )
    };
}

/// # Errors
/// Every read here fails with [`Error::Busy`], [`Error::Corrupt`] or [`Error::Database`].
impl Store {
    /// How many users there are.
    pub async fn users_count(&self) -> Result<u64, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query_scalar("SELECT count(*) FROM users");
        crate::bulk::to_u64("users", query.fetch_one(&mut *read).await?)
    }

    /// One user by name.
    pub async fn user(&self, name: &str) -> Result<Option<User>, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query(select_user!("WHERE name = ?"));
        let row = query.bind(name.to_owned()).fetch_optional(&mut *read).await?;
        row.as_ref().map(decode_user).transpose()
    }

    /// All users, by name.
    pub async fn users(&self) -> Result<Vec<User>, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query(select_user!("ORDER BY name"));
        query.fetch_all(&mut *read).await?.iter().map(decode_user).collect()
    }

    /// One session by id.
    pub async fn session(&self, id: &str) -> Result<Option<Session>, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query(select_session!("WHERE s.id = ?")).bind(id.to_owned());
        query.fetch_optional(&mut *read).await?.as_ref().map(decode_session).transpose()
    }

    /// The session of a refresh token, also of one that was rotated away.
    pub async fn session_by_refresh_hash(&self, hash: &str) -> Result<Option<RefreshMatch>, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query(select_session!("WHERE s.refresh_hash = ?"));
        if let Some(row) = query.bind(hash.to_owned()).fetch_optional(&mut *read).await? {
            return Ok(Some(RefreshMatch::Current(decode_session(&row)?)));
        }
        let query = sqlx::query(select_session!(
            "JOIN refresh_history h ON h.session = s.id WHERE h.hash = ?"
        ));
        let row = query.bind(hash.to_owned()).fetch_optional(&mut *read).await?;
        row.map(|row| Ok(RefreshMatch::Reused(decode_session(&row)?, row.try_get(10)?))).transpose()
    }

    /// Sessions that are neither revoked nor over at `now`, newest first, of one user or of all.
    pub async fn active_sessions(
        &self,
        now: Timestamp,
        user: Option<&str>,
    ) -> Result<Vec<Session>, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query(select_session!(
            "WHERE s.revoked_at IS NULL AND s.expires_at > ?1 AND (?2 IS NULL OR s.user = ?2) \
             ORDER BY s.created_at DESC, s.id"
        ));
        let query = query.bind(now.micros()).bind(user.map(str::to_owned));
        query.fetch_all(&mut *read).await?.iter().map(decode_session).collect()
    }
}

fn decode_user(row: &SqliteRow) -> Result<User, Error> {
    Ok(User {
        name: row.try_get(0)?,
        password_hash: row.try_get(1)?,
        role: row.try_get(2)?,
        created_at: Timestamp::from_micros(row.try_get(3)?),
        changed_at: Timestamp::from_micros(row.try_get(4)?),
        disabled_at: row.try_get::<Option<i64>, _>(5)?.map(Timestamp::from_micros),
        totp: row.try_get(6)?,
        totp_confirmed: row.try_get::<Option<i64>, _>(7)?.is_some(),
        totp_step: crate::bulk::to_u64("totp_step", row.try_get(8)?)?,
    })
}

fn decode_session(row: &SqliteRow) -> Result<Session, Error> {
    let revoked_at: Option<i64> = row.try_get(5)?;
    let cause: Option<String> = row.try_get(6)?;
    Ok(Session {
        id: row.try_get(0)?,
        user: row.try_get(1)?,
        created_at: Timestamp::from_micros(row.try_get(2)?),
        expires_at: Timestamp::from_micros(row.try_get(3)?),
        refreshed_at: Timestamp::from_micros(row.try_get(4)?),
        revoked: revoked_at.map(Timestamp::from_micros).zip(cause),
        source: row.try_get(7)?,
        client: row.try_get(8)?,
        proven_at: Timestamp::from_micros(row.try_get(9)?),
    })
}
