//! Closed candles by symbol, interval and open time; never changed.

use crate::bulk::{Insert, Values};
use crate::{Error, Store};
use domain::{Candle, Decimal, Interval, Price, Quantity, Symbol, Timestamp};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// Most candles of one read.
pub const MAX_CANDLES: u32 = 100_000;

/// An identical row changes nothing; a different one runs into the trigger on updates.
static INSERT: Insert = Insert::new(
    "INSERT INTO candles (symbol, interval, open_time, open, high, low, close, volume)",
    8,
    "ON CONFLICT (symbol, interval, open_time) DO UPDATE SET open = excluded.open \
     WHERE (open, high, low, close, volume) <> \
     (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)",
);

pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    candles: &[(Symbol, Interval, Candle)],
) -> Result<(), Error> {
    // Without trailing zeros, so that equal candles have equal text.
    let text = |value: Decimal| value.normalize().to_string();
    let bind = |v: &mut Values, (symbol, interval, candle): &(Symbol, Interval, Candle)| {
        v.add(symbol.as_str().to_owned())?;
        v.add(i64::from(interval.seconds()))?;
        v.add(candle.open_time.micros())?;
        v.add(text(candle.open.get()))?;
        v.add(text(candle.high.get()))?;
        v.add(text(candle.low.get()))?;
        v.add(text(candle.close.get()))?;
        v.add(text(candle.volume.get()))
    };
    INSERT.run(connection, candles, bind).await?;
    Ok(())
}

impl Store {
    /// The last candles that open before `before` (or of all), oldest first, at most `limit`
    /// (1 to [`MAX_CANDLES`]).
    ///
    /// # Errors
    /// Those of a read: [`Error::Busy`], [`Error::Corrupt`], [`Error::Database`].
    pub async fn candles(
        &self,
        symbol: Symbol,
        interval: Interval,
        before: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Candle>, Error> {
        let mut read = self.read().await?;
        let rows = sqlx::query(
            "SELECT open_time, open, high, low, close, volume FROM candles \
             WHERE symbol = ? AND interval = ? AND open_time < ? \
             ORDER BY open_time DESC LIMIT ?",
        )
        .bind(symbol.as_str().to_owned())
        .bind(interval.seconds())
        .bind(before.map_or(i64::MAX, Timestamp::micros))
        .bind(limit.clamp(1, MAX_CANDLES))
        .fetch_all(&mut *read)
        .await?;
        rows.iter().rev().map(|row| decode(symbol, row)).collect()
    }

    /// Open times of the first and the last candle; `None` while there is none.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn candle_span(
        &self,
        symbol: Symbol,
        interval: Interval,
    ) -> Result<Option<(Timestamp, Timestamp)>, Error> {
        let mut read = self.read().await?;
        // Two looks at the ends: SQLite would walk all of it for both in one.
        let row = sqlx::query(
            "SELECT \
             (SELECT min(open_time) FROM candles WHERE symbol = ?1 AND interval = ?2), \
             (SELECT max(open_time) FROM candles WHERE symbol = ?1 AND interval = ?2)",
        )
        .bind(symbol.as_str().to_owned())
        .bind(interval.seconds())
        .fetch_one(&mut *read)
        .await?;
        let (first, last): (Option<i64>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        Ok(first.zip(last).map(|(a, b)| (Timestamp::from_micros(a), Timestamp::from_micros(b))))
    }
}

fn decode(symbol: Symbol, row: &SqliteRow) -> Result<Candle, Error> {
    let open_time = Timestamp::from_micros(row.try_get(0)?);
    let bad = || Error::Corrupt(format!("candle of {symbol} at {}", open_time.micros()));
    let decimal = |index: usize| -> Result<Decimal, Error> {
        row.try_get::<&str, _>(index)?.parse().map_err(|_| bad())
    };
    let price = |index: usize| Price::new(decimal(index)?).map_err(|_| bad());
    let prices = [price(1)?, price(2)?, price(3)?, price(4)?];
    let volume = Quantity::new(decimal(5)?).map_err(|_| bad())?;
    Candle::new(open_time, prices, volume).map_err(|_| bad())
}
