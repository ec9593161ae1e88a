//! Every record of the journal about one order, with those of its intent: how it came and went.

use crate::bulk::{Insert, Values, to_i64, to_u64};
use crate::store::as_of;
use crate::{Error, Store};
use domain::{ClientOrderId, EngineEvent, Timestamp, event_order_id};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

static EVENTS: Insert = Insert::new("INSERT INTO order_events (order_id, engine_sequence)", 2, "");

const OF_ORDER: &str = "SELECT j.sequence, j.at, j.payload FROM order_events e \
    JOIN journal j ON j.engine_sequence = e.engine_sequence WHERE e.order_id = ? \
    ORDER BY e.engine_sequence LIMIT 10000";

/// Notes which events are about which order.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    events: &[EngineEvent],
) -> Result<(), Error> {
    let own = |event: &EngineEvent| Some((event_order_id(&event.kind)?, event.sequence));
    let rows: Vec<(ClientOrderId, u64)> = events.iter().filter_map(own).collect();
    let bind = |v: &mut Values, (id, sequence): &(ClientOrderId, u64)| {
        v.add(id.as_str().to_owned())?;
        v.add(to_i64("engine sequence", *sequence)?)
    };
    EVENTS.run(connection, &rows, bind).await?;
    Ok(())
}

/// One record about an order or its intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryRecord {
    /// Its number in the journal.
    pub sequence: u64,
    /// Wall time of its commit.
    pub recorded_at: Timestamp,
    /// The event.
    pub event: EngineEvent,
}

impl Store {
    /// What the journal holds about an order: the approval of its intent, every event of its own, and
    /// the end of its intent if that is there; in order. With the last journal number that it takes
    /// into account. Empty for an unknown order.
    ///
    /// # Errors
    /// Those of a read: [`Error::Busy`], [`Error::Corrupt`], [`Error::Database`].
    pub async fn order_story(&self, id: &ClientOrderId) -> Result<(Vec<StoryRecord>, u64), Error> {
        let mut read = self.read().await?;
        let sequence = as_of(&mut read).await?;
        let rows = sqlx::query(OF_ORDER).bind(id.as_str()).fetch_all(&mut *read).await?;
        let mut story = rows.iter().map(decode).collect::<Result<Vec<_>, Error>>()?;
        let intent: Option<i64> = sqlx::query_scalar("SELECT intent FROM orders WHERE id = ?")
            .bind(id.as_str())
            .fetch_optional(&mut *read)
            .await?;
        if let Some(intent) = intent {
            let approved = of_intent(&mut read, "intents", intent).await?;
            let finished = of_intent(&mut read, "executions", intent).await?;
            story.extend(approved.into_iter().chain(finished));
            story.sort_by_key(|record| record.sequence);
        }
        Ok((story, sequence))
    }
}

async fn of_intent(
    connection: &mut SqliteConnection,
    table: &str,
    intent: i64,
) -> Result<Option<StoryRecord>, Error> {
    let sql = match table {
        "intents" => {
            "SELECT j.sequence, j.at, j.payload FROM intents i \
             JOIN journal j ON j.engine_sequence = i.engine_sequence WHERE i.intent = ?"
        }
        _ => {
            "SELECT j.sequence, j.at, j.payload FROM executions e \
             JOIN journal j ON j.engine_sequence = e.engine_sequence WHERE e.intent = ? \
             ORDER BY e.engine_sequence DESC LIMIT 1"
        }
    };
    let row = sqlx::query(sql).bind(intent).fetch_optional(connection).await?;
    row.as_ref().map(decode).transpose()
}

/// A row of number, wall time and payload of an engine event.
pub(crate) fn decode(row: &SqliteRow) -> Result<StoryRecord, Error> {
    let sequence = to_u64("sequence", row.try_get(0)?)?;
    let corrupt = |e| Error::Corrupt(format!("journal record {sequence}: {e}"));
    Ok(StoryRecord {
        sequence,
        recorded_at: Timestamp::from_micros(row.try_get(1)?),
        event: serde_json::from_str(row.try_get(2)?).map_err(corrupt)?,
    })
}
