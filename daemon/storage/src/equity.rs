//! The equity curve: one point per moment, thinned out on the way to people.

use crate::bulk::{Insert, Values, to_u64};
use crate::store::as_of;
use crate::{Error, Store};
use domain::{Amount, Decimal, Timestamp};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// Most points of one read.
pub const MAX_EQUITY_POINTS: u32 = 10_000;

static UPSERT: Insert = Insert::new(
    "INSERT INTO equity (at, value)",
    2,
    "ON CONFLICT (at) DO UPDATE SET value = excluded.value",
);

/// One point, standing for all stored points of a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EquityPoint {
    /// Moment of the first stored point.
    pub from: Timestamp,
    /// Moment of the last stored point.
    pub at: Timestamp,
    /// Its value, in quote units.
    pub value: Amount,
    /// The lowest of the values.
    pub low: Amount,
    /// The highest of the values.
    pub high: Amount,
}

/// A piece of the equity curve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EquityCurve {
    /// The points, oldest first.
    pub points: Vec<EquityPoint>,
    /// How many stored points they stand for.
    pub total: u64,
    /// Last journal number taken into account.
    pub as_of_sequence: u64,
}

pub(crate) async fn upsert(
    connection: &mut SqliteConnection,
    points: &[(Timestamp, Decimal)],
) -> Result<(), Error> {
    let bind = |v: &mut Values, (at, value): &(Timestamp, Decimal)| {
        v.add(at.micros())?;
        v.add(value.to_string())
    };
    UPSERT.run(connection, points, bind).await?;
    Ok(())
}

impl Store {
    /// The equity curve from `from` (inclusive) to `to` (exclusive) in at most `max_points`
    /// (1 to [`MAX_EQUITY_POINTS`]) points, each with last, lowest and highest value of its
    /// equally long stretch of time.
    ///
    /// # Errors
    /// Those of a read: [`Error::Busy`], [`Error::Corrupt`], [`Error::Database`].
    pub async fn equity(
        &self,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        max_points: u32,
    ) -> Result<EquityCurve, Error> {
        let max_points = i64::from(max_points.clamp(1, MAX_EQUITY_POINTS));
        let mut read = self.read().await?;
        let as_of_sequence = as_of(&mut read).await?;
        let range = sqlx::query(
            "SELECT count(*), coalesce(min(at), 0), coalesce(max(at), 0) FROM equity \
             WHERE at >= ? AND at < ?",
        )
        .bind(from.map_or(i64::MIN, Timestamp::micros))
        .bind(to.map_or(i64::MAX, Timestamp::micros))
        .fetch_one(&mut *read)
        .await?;
        let (count, first, last): (i64, i64, i64) =
            (range.try_get(0)?, range.try_get(1)?, range.try_get(2)?);
        let total = to_u64("equity points", count)?;
        if total == 0 {
            return Ok(EquityCurve { points: Vec::new(), total, as_of_sequence });
        }
        let rows = if count <= max_points {
            sqlx::query(
                "SELECT at, value, value, at FROM equity WHERE at >= ? AND at <= ? ORDER BY at",
            )
            .bind(first)
            .bind(last)
            .fetch_all(&mut *read)
            .await?
        } else {
            let width = (last - first) / max_points + 1;
            buckets(&mut read, first, last, width).await?
        };
        let points = rows.iter().filter_map(|row| decode(row).transpose());
        Ok(EquityCurve { points: points.collect::<Result<_, _>>()?, total, as_of_sequence })
    }
}

/// Last moment, last value, all values and first moment of each stretch of `width` microseconds. The values
/// come as one text: that is several times faster than a row each, and stays exact.
async fn buckets(
    connection: &mut SqliteConnection,
    first: i64,
    last: i64,
    width: i64,
) -> Result<Vec<SqliteRow>, Error> {
    let rows = sqlx::query(
        "WITH RECURSIVE bucket (start, stop) AS ( \
           SELECT ?1, min(?1 + ?3, ?2 + 1) \
           UNION ALL \
           SELECT stop, min(stop + ?3, ?2 + 1) FROM bucket WHERE stop <= ?2 \
         ) \
         SELECT \
           (SELECT max(at) FROM equity WHERE at >= start AND at < stop), \
           (SELECT value FROM equity WHERE at >= start AND at < stop ORDER BY at DESC LIMIT 1), \
           (SELECT group_concat(value, ' ') FROM equity WHERE at >= start AND at < stop), \
           (SELECT min(at) FROM equity WHERE at >= start AND at < stop) \
         FROM bucket",
    )
    .bind(first)
    .bind(last)
    .bind(width);
    Ok(rows.fetch_all(connection).await?)
}

/// `None` for a stretch of time without points.
fn decode(row: &SqliteRow) -> Result<Option<EquityPoint>, Error> {
    let Some(at) = row.try_get::<Option<i64>, _>(0)?.map(Timestamp::from_micros) else {
        return Ok(None);
    };
    let bad = || Error::Corrupt(format!("equity at {}", at.micros()));
    let parse = |text: &str| text.parse::<Decimal>().map_err(|_| bad());
    let value = parse(row.try_get(1)?)?;
    let (mut low, mut high) = (value, value);
    for text in row.try_get::<&str, _>(2)?.split(' ') {
        let value = parse(text)?;
        low = low.min(value);
        high = high.max(value);
    }
    let from = Timestamp::from_micros(row.try_get(3)?);
    Ok(Some(EquityPoint { from, at, value, low, high }))
}
