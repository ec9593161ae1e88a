//! Alerts: rows that change only forward, from open over acknowledged to resolved.
//!
//! Which alerts there are and when they end is decided elsewhere.

use crate::bulk::{to_i64, to_u64};
use crate::page::Scope;
use crate::store::as_of;
use crate::{Error, Page, PageRequest, Store};
use domain::Timestamp;
use sqlx::sqlite::{Sqlite, SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row as _};

/// How far an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertState {
    /// Nobody has said that they have seen it.
    Open,
    /// Somebody has; its cause goes on.
    Acknowledged,
    /// It is over.
    Resolved,
}

impl AlertState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Acknowledged, Self::Resolved];

    /// The word that it is stored as.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }
}

/// An alert as stored. All moments are wall time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its number, from 1.
    pub id: u64,
    /// What kind.
    pub code: String,
    /// 1 info, 2 warning, 3 critical.
    pub severity: u8,
    /// What it is about; one alert per cause is not resolved.
    pub cause: String,
    /// One line.
    pub title: String,
    /// What has happened.
    pub text: String,
    /// What to do about it.
    pub hint: String,
    /// The pair that it is about, or empty.
    pub symbol: String,
    /// The strategy that it is about, or empty.
    pub strategy: String,
    /// How far it is.
    pub state: AlertState,
    /// When its cause was first seen.
    pub first_at: Timestamp,
    /// When its cause was last seen.
    pub last_at: Timestamp,
    /// How often its cause was seen.
    pub count: u64,
    /// Who has acknowledged it, when, and what they said.
    pub acknowledged: Option<Acknowledged>,
    /// When it ended.
    pub resolved_at: Option<Timestamp>,
    /// How often it was sent again because nobody had acknowledged it.
    pub escalations: u32,
    /// True while it still has to be sent.
    pub waiting: bool,
}

/// Who has acknowledged an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// The user.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What they said; may be empty.
    pub note: String,
}

/// One change to alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertWrite {
    /// A new alert; breaks a rule of the schema when its cause has one that is not resolved.
    Raise(Box<Alert>),
    /// Its cause was seen again. Nothing happens when it is resolved.
    Repeat {
        /// Which.
        id: u64,
        /// When.
        at: Timestamp,
        /// How often it was seen now.
        count: u64,
        /// What has happened, newest.
        text: String,
    },
    /// A person has seen it; fails with [`AlertNotOpen`](crate::Error::AlertNotOpen) when it is not
    /// open and with [`UnknownAlert`](crate::Error::UnknownAlert) when there is none.
    Acknowledge {
        /// Which.
        id: u64,
        /// Who, when, why.
        seen: Acknowledged,
        /// True when nothing else ends it.
        resolves: bool,
    },
    /// Its cause has ended. Nothing happens when it is resolved.
    Resolve {
        /// Which.
        id: u64,
        /// When.
        at: Timestamp,
    },
    /// It was sent again.
    Escalate {
        /// Which.
        id: u64,
        /// How often now.
        count: u32,
    },
    /// It was sent, or will not be.
    Settle {
        /// Which.
        id: u64,
    },
}

/// Which alerts to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Only these states; none for all.
    pub states: Vec<AlertState>,
    /// At least this severe.
    pub min_severity: u8,
    /// Only those seen at or after this moment.
    pub since: Option<Timestamp>,
}

/// Carries the changes out in order.
pub(crate) async fn apply(
    connection: &mut SqliteConnection,
    writes: &[AlertWrite],
) -> Result<(), Error> {
    for write in writes {
        match write {
            AlertWrite::Raise(alert) => raise(connection, alert).await?,
            AlertWrite::Acknowledge { id, seen, resolves } => {
                acknowledge(connection, *id, seen, *resolves).await?;
            }
            AlertWrite::Repeat { .. }
            | AlertWrite::Resolve { .. }
            | AlertWrite::Escalate { .. }
            | AlertWrite::Settle { .. } => update(connection, write).await?,
        }
    }
    Ok(())
}

async fn raise(connection: &mut SqliteConnection, alert: &Alert) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO alerts (id, code, severity, cause, title, text, hint, symbol, strategy, \
         state, first_at, last_at, count, sending) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(to_i64("alert", alert.id)?)
    .bind(&alert.code)
    .bind(i64::from(alert.severity))
    .bind(&alert.cause)
    .bind(&alert.title)
    .bind(&alert.text)
    .bind(&alert.hint)
    .bind(&alert.symbol)
    .bind(&alert.strategy)
    .bind(alert.state.token())
    .bind(alert.first_at.micros())
    .bind(alert.last_at.micros())
    .bind(to_i64("count", alert.count)?)
    .bind(if alert.waiting { "waiting" } else { "settled" })
    .execute(connection)
    .await?;
    Ok(())
}

async fn acknowledge(
    connection: &mut SqliteConnection,
    id: u64,
    seen: &Acknowledged,
    resolves: bool,
) -> Result<(), Error> {
    let state = if resolves { AlertState::Resolved } else { AlertState::Acknowledged };
    let changed = sqlx::query(
        "UPDATE alerts SET state = ?1, acknowledged_by = ?2, acknowledged_at = ?3, \
         acknowledge_note = ?4, resolved_at = CASE WHEN ?5 THEN ?3 END, sending = 'settled' \
         WHERE id = ?6 AND state = 'open'",
    )
    .bind(state.token())
    .bind(&seen.by)
    .bind(seen.at.micros())
    .bind(&seen.note)
    .bind(resolves)
    .bind(to_i64("alert", id)?)
    .execute(&mut *connection)
    .await?;
    if changed.rows_affected() > 0 {
        return Ok(());
    }
    let found: Option<i64> = sqlx::query_scalar("SELECT id FROM alerts WHERE id = ?")
        .bind(to_i64("alert", id)?)
        .fetch_optional(connection)
        .await?;
    Err(found.map_or(Error::UnknownAlert(id), |_| Error::AlertNotOpen(id)))
}

async fn update(connection: &mut SqliteConnection, write: &AlertWrite) -> Result<(), Error> {
    let query = match write {
        AlertWrite::Repeat { id, at, count, text } => sqlx::query(
            "UPDATE alerts SET last_at = ?2, count = ?3, text = ?4 \
             WHERE id = ?1 AND state <> 'resolved'",
        )
        .bind(to_i64("alert", *id)?)
        .bind(at.micros())
        .bind(to_i64("count", *count)?)
        .bind(text),
        AlertWrite::Resolve { id, at } => sqlx::query(
            "UPDATE alerts SET state = 'resolved', resolved_at = ?2 \
             WHERE id = ?1 AND state <> 'resolved'",
        )
        .bind(to_i64("alert", *id)?)
        .bind(at.micros()),
        AlertWrite::Escalate { id, count } => {
            sqlx::query("UPDATE alerts SET escalations = ?2 WHERE id = ?1")
                .bind(to_i64("alert", *id)?)
                .bind(i64::from(*count))
        }
        AlertWrite::Settle { id } => {
            sqlx::query("UPDATE alerts SET sending = 'settled' WHERE id = ?1")
                .bind(to_i64("alert", *id)?)
        }
        AlertWrite::Raise(_) | AlertWrite::Acknowledge { .. } => return Ok(()),
    };
    query.execute(connection).await?;
    Ok(())
}

const COLUMNS: &str = "SELECT id, code, severity, cause, title, text, hint, symbol, strategy, state, \
     first_at, last_at, count, acknowledged_by, acknowledged_at, acknowledge_note, resolved_at, \
     escalations, sending FROM alerts WHERE ";

/// # Errors
/// Every read here fails with [`Error::Busy`], [`Error::Corrupt`] or [`Error::Database`].
impl Store {
    /// Alerts, newest first by their number; `total` counts those under the filter.
    pub async fn alerts(
        &self,
        filter: &AlertFilter,
        page: &PageRequest,
    ) -> Result<Page<Alert>, Error> {
        let scope = Scope::new(self.store_id(), "alerts", filter);
        let start = scope.decode(page)?.map_or(i64::MAX, |key| key[0]);
        let limit = page.limit();
        let mut read = self.read().await?;
        let sequence = as_of(&mut read).await?;
        let mut list = QueryBuilder::<Sqlite>::new(COLUMNS);
        push_filter(&mut list, filter);
        list.push(" AND id < ").push_bind(start);
        list.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(limit) + 1);
        let rows = list.build().fetch_all(&mut *read).await?;
        let mut count = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM alerts WHERE ");
        push_filter(&mut count, filter);
        let total: i64 = count.build_query_scalar().fetch_one(&mut *read).await?;
        let item = |row: &SqliteRow| Ok(([row.try_get(0)?, 0], decode(row)?));
        let items = rows.iter().map(item).collect::<Result<Vec<_>, Error>>()?;
        Ok(scope.page(items, limit, Some(to_u64("alerts", total)?), sequence))
    }

    /// One alert by its number.
    pub async fn alert(&self, id: u64) -> Result<Option<Alert>, Error> {
        let Ok(id) = i64::try_from(id) else { return Ok(None) };
        let mut one = QueryBuilder::<Sqlite>::new(COLUMNS);
        one.push("id = ").push_bind(id);
        let mut read = self.read().await?;
        one.build().fetch_optional(&mut *read).await?.as_ref().map(decode).transpose()
    }

    /// What goes on: alerts that are not resolved, that still have to be sent, or that were resolved
    /// at or after `since`; oldest first.
    pub async fn alerts_at_work(&self, since: Timestamp) -> Result<Vec<Alert>, Error> {
        let mut list = QueryBuilder::<Sqlite>::new(COLUMNS);
        list.push("state <> 'resolved' OR sending = 'waiting' OR resolved_at >= ");
        list.push_bind(since.micros()).push(" ORDER BY id");
        let mut read = self.read().await?;
        list.build().fetch_all(&mut *read).await?.iter().map(decode).collect()
    }

    /// The highest number given; 0 when there is no alert.
    pub async fn last_alert(&self) -> Result<u64, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM alerts");
        to_u64("alert", query.fetch_one(&mut *read).await?)
    }
}

fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &AlertFilter) {
    query.push("severity >= ").push_bind(i64::from(filter.min_severity));
    if !filter.states.is_empty() {
        query.push(" AND state IN (");
        let mut words = query.separated(", ");
        for state in &filter.states {
            words.push_bind(state.token());
        }
        query.push(")");
    }
    if let Some(since) = filter.since {
        query.push(" AND last_at >= ").push_bind(since.micros());
    }
}

fn decode(row: &SqliteRow) -> Result<Alert, Error> {
    let id = to_u64("alert", row.try_get(0)?)?;
    let fail = |what: &str| Error::Corrupt(format!("alert {id}: {what}"));
    let state: String = row.try_get(9)?;
    let at = |column: usize| -> Result<Option<Timestamp>, Error> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(Timestamp::from_micros))
    };
    let acknowledged = match at(14)? {
        Some(at) => Some(Acknowledged { by: row.try_get(13)?, at, note: row.try_get(15)? }),
        None => None,
    };
    Ok(Alert {
        id,
        code: row.try_get(1)?,
        severity: u8::try_from(row.try_get::<i64, _>(2)?).map_err(|_| fail("severity"))?,
        cause: row.try_get(3)?,
        title: row.try_get(4)?,
        text: row.try_get(5)?,
        hint: row.try_get(6)?,
        symbol: row.try_get(7)?,
        strategy: row.try_get(8)?,
        state: AlertState::ALL
            .into_iter()
            .find(|s| s.token() == state)
            .ok_or_else(|| fail("state"))?,
        first_at: Timestamp::from_micros(row.try_get(10)?),
        last_at: Timestamp::from_micros(row.try_get(11)?),
        count: to_u64("count", row.try_get(12)?)?,
        acknowledged,
        resolved_at: at(16)?,
        escalations: u32::try_from(row.try_get::<i64, _>(17)?).map_err(|_| fail("escalations"))?,
        waiting: row.try_get::<String, _>(18)? == "waiting",
    })
}
