//! The history of the trading state, from the journal, with who asked for each change.

use crate::bulk::to_u64;
use crate::order_story::{StoryRecord, decode};
use crate::page::Scope;
use crate::store::as_of;
use crate::{Error, Page, PageRequest, Store};
use domain::{EventKind, StateCause};
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

/// Records of who asked for a change: one follows each that an operator caused, in its commit.
const BY_WHOM: &str = "SELECT principal, coalesce(role, ''), coalesce(source, '') FROM journal \
    WHERE sequence > ? AND kind IN ('stop', 'close_all', 'resume', 'halted_by_file', \
    'halted_by_signal', 'halted_by_crashes') ORDER BY sequence LIMIT 1";

/// One change of the trading state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateChange {
    /// The event, of the kind `trading_state_changed`.
    pub record: StoryRecord,
    /// Principal, role and source of who asked for it; empty when it was the engine.
    pub by: [String; 3],
    /// The change that came after it: engine time.
    pub until: Option<domain::Timestamp>,
}

impl Store {
    /// Changes of the trading state, newest first.
    ///
    /// # Errors
    /// [`Error::BadPageToken`], else those of a read.
    pub async fn state_changes(&self, page: &PageRequest) -> Result<Page<StateChange>, Error> {
        let scope = Scope::new(self.store_id(), "state changes", &());
        let start = scope.decode(page)?.map_or(i64::MAX, |key| key[0]);
        let limit = page.limit();
        let mut read = self.read().await?;
        let sequence = as_of(&mut read).await?;
        let rows = sqlx::query(
            "SELECT sequence, at, payload FROM journal INDEXED BY journal_by_kind \
             WHERE kind = 'trading_state_changed' AND sequence < ? ORDER BY sequence DESC LIMIT ?",
        )
        .bind(start)
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *read)
        .await?;
        let mut until = after(&mut read, start).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in &rows {
            let record = decode(row)?;
            let by = by_whom(&mut read, &record).await?;
            let next = until.replace(record.event.at);
            let key = [row.try_get(0)?, 0];
            items.push((key, StateChange { record, by, until: next }));
        }
        let total =
            sqlx::query_scalar("SELECT count(*) FROM journal WHERE kind = 'trading_state_changed'");
        let total = to_u64("changes", total.fetch_one(&mut *read).await?)?;
        Ok(scope.page(items, limit, Some(total), sequence))
    }
}

/// When the first change from a number on was; `None` for the end of the list.
async fn after(
    connection: &mut SqliteConnection,
    sequence: i64,
) -> Result<Option<domain::Timestamp>, Error> {
    if sequence == i64::MAX {
        return Ok(None);
    }
    let row = sqlx::query(
        "SELECT sequence, at, payload FROM journal INDEXED BY journal_by_kind \
         WHERE kind = 'trading_state_changed' AND sequence >= ? ORDER BY sequence LIMIT 1",
    )
    .bind(sequence)
    .fetch_optional(connection)
    .await?;
    Ok(row.as_ref().map(decode).transpose()?.map(|record| record.event.at))
}

async fn by_whom(
    connection: &mut SqliteConnection,
    record: &StoryRecord,
) -> Result<[String; 3], Error> {
    let EventKind::TradingStateChanged { cause: StateCause::Operator(_), .. } = &record.event.kind
    else {
        return Ok(Default::default());
    };
    let sequence = crate::bulk::to_i64("sequence", record.sequence)?;
    let row = sqlx::query(BY_WHOM).bind(sequence).fetch_optional(connection).await?;
    Ok(match row {
        Some(row) => [row.try_get(0)?, row.try_get(1)?, row.try_get(2)?],
        None => Default::default(),
    })
}
