//! What was put into the account, less what was taken out: a row wherever it changed.
//!
//! Equity that moved by it is no profit; statistics over the equity take it out again.

use crate::bulk::{Insert, Values};
use crate::{Error, Store};
use domain::{Amount, Decimal, Timestamp};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

static UPSERT: Insert = Insert::new(
    "INSERT INTO capital (at, value)",
    2,
    "ON CONFLICT (at) DO UPDATE SET value = excluded.value",
);

pub(crate) async fn upsert(
    connection: &mut SqliteConnection,
    changes: &[(Timestamp, Decimal)],
) -> Result<(), Error> {
    let bind = |v: &mut Values, (at, value): &(Timestamp, Decimal)| {
        v.add(at.micros())?;
        v.add(value.to_string())
    };
    UPSERT.run(connection, changes, bind).await?;
    Ok(())
}

pub(crate) fn decode(row: &SqliteRow) -> Result<(Timestamp, Amount), Error> {
    let at = Timestamp::from_micros(row.try_get(0)?);
    let text: &str = row.try_get(1)?;
    let value = text.parse().map_err(|_| Error::Corrupt(format!("capital at {}", at.micros())))?;
    Ok((at, value))
}

impl Store {
    /// The newest change; `None` before the first equity point.
    ///
    /// # Errors
    /// Those of a read: [`Error::Busy`], [`Error::Corrupt`], [`Error::Database`].
    pub async fn last_capital(&self) -> Result<Option<(Timestamp, Amount)>, Error> {
        let mut read = self.read().await?;
        let newest = sqlx::query("SELECT at, value FROM capital ORDER BY at DESC LIMIT 1");
        newest.fetch_optional(&mut *read).await?.as_ref().map(decode).transpose()
    }
}
