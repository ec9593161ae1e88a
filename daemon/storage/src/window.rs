//! One stretch of time of equity, trades, fills and executions, for statistics.
//!
//! All reads of a window see one state of the store. Rows come in chunks as one text each: several
//! times faster than a row each, exact, and bounded in memory. Nothing is computed here.

use crate::execution_facts::{self, ExecutionFact};
use crate::orders::{liquidity_text, side_text};
use crate::store::as_of;
use crate::trade_facts::{self, TradeFact};
use crate::{Error, Store, capital, decimal_key};
use domain::{Amount, Asset, Decimal, Liquidity, OrderSide, Symbol, Timestamp};
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{Row as _, Transaction};

/// Rows of one chunk.
const CHUNK: i64 = 4_096;

const EQUITY: &str = "SELECT group_concat(at || ' ' || value, char(10)) FROM ( \
    SELECT at, value FROM equity WHERE at > ? AND ? >= 0 AND at < ? ORDER BY at LIMIT ?)";

const TRADES: &str = "SELECT group_concat(closed_at || ' ' || id || ' ' || fact, char(10)) FROM ( \
    SELECT closed_at, id, fact FROM trade_facts WHERE (closed_at, id) > (?, ?) AND closed_at < ? \
    ORDER BY closed_at, id LIMIT ?)";

const RETURNS: &str = "SELECT group_concat(closed_at || ' ' || id || ' ' || profit_pct, char(10)) \
    FROM (SELECT closed_at, id, profit_pct FROM trade_order INDEXED BY trade_order_by_closed \
    WHERE (closed_at, id) > (?, ?) AND closed_at < ? ORDER BY closed_at, id LIMIT ?)";

const EXECUTIONS: &str = "SELECT group_concat(at || ' ' || engine_sequence || ' ' || fact, \
    char(10)) FROM ( \
    SELECT at, engine_sequence, fact FROM execution_facts \
    WHERE (at, engine_sequence) > (?, ?) AND at < ? ORDER BY at, engine_sequence LIMIT ?)";

const FILLS: &str = "SELECT group_concat(at || ' ' || engine_sequence || ' ' || symbol || ' ' || \
    side || ' ' || price || ' ' || quantity || ' ' || fee || ' ' || fee_asset || ' ' || liquidity, \
    char(10)) FROM ( \
    SELECT at, engine_sequence, symbol, side, price, quantity, fee, fee_asset, liquidity \
    FROM fills WHERE (at, engine_sequence) > (?, ?) AND at < ? \
    ORDER BY at, engine_sequence LIMIT ?)";

/// What cost figures need to know of a fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FillFact {
    /// When it happened.
    pub at: Timestamp,
    /// The pair.
    pub symbol: Symbol,
    /// Buy or sell.
    pub side: OrderSide,
    /// Its price.
    pub price: Decimal,
    /// Base quantity.
    pub quantity: Decimal,
    /// The fee, in `fee_asset`.
    pub fee: Amount,
    /// What the fee was taken in.
    pub fee_asset: Asset,
    /// Resting or taking.
    pub liquidity: Liquidity,
}

/// One consistent view of everything from `from` (inclusive) to `to` (exclusive).
#[derive(Debug)]
pub struct Window {
    read: Transaction<'static, Sqlite>,
    from: i64,
    to: i64,
    /// Last journal number that the view contains.
    pub as_of_sequence: u64,
}

impl Store {
    /// Opens a view of a stretch of time.
    ///
    /// # Errors
    /// Those of a read: [`Error::Busy`], [`Error::Corrupt`], [`Error::Database`].
    pub async fn window(&self, from: Timestamp, to: Timestamp) -> Result<Window, Error> {
        let mut read = self.read_long().await?;
        let as_of_sequence = as_of(&mut read).await?;
        Ok(Window { read, from: from.micros(), to: to.micros(), as_of_sequence })
    }
}

impl Window {
    /// First and last equity point of the window with the number of points.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn equity_span(&mut self) -> Result<Option<(Timestamp, Timestamp, u64)>, Error> {
        let row =
            sqlx::query("SELECT min(at), max(at), count(*) FROM equity WHERE at >= ? AND at < ?")
                .bind(self.from)
                .bind(self.to)
                .fetch_one(&mut *self.read)
                .await?;
        let (first, last): (Option<i64>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        let count = crate::bulk::to_u64("equity points", row.try_get(2)?)?;
        let at = Timestamp::from_micros;
        Ok(first.zip(last).map(|(first, last)| (at(first), at(last), count)))
    }

    /// The last equity point before a moment, wherever that lies.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn equity_before(
        &mut self,
        at: Timestamp,
    ) -> Result<Option<(Timestamp, Amount)>, Error> {
        let query =
            sqlx::query("SELECT at, value FROM equity WHERE at < ? ORDER BY at DESC LIMIT 1");
        let row = query.bind(at.micros()).fetch_optional(&mut *self.read).await?;
        row.as_ref().map(point).transpose()
    }

    /// The highest equity point from `from` (inclusive) to `to` (exclusive), wherever they lie.
    /// Costs one look at each of these points.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn highest_equity(
        &mut self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Option<(Timestamp, Amount)>, Error> {
        // Floats only choose the row; its value stays exact.
        let row = sqlx::query(
            "SELECT at, value FROM ( \
               SELECT at, value, max(CAST(value AS REAL)) AS high FROM equity \
               WHERE at >= ? AND at < ?) WHERE high IS NOT NULL",
        )
        .bind(from.micros())
        .bind(to.micros())
        .fetch_optional(&mut *self.read)
        .await?;
        row.as_ref().map(point).transpose()
    }

    /// Every change of what was put into the account before the end of the window, oldest first.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn capital(&mut self) -> Result<Vec<(Timestamp, Amount)>, Error> {
        let query = sqlx::query("SELECT at, value FROM capital WHERE at < ? ORDER BY at");
        let rows = query.bind(self.to).fetch_all(&mut *self.read).await?;
        rows.iter().map(capital::decode).collect()
    }

    /// Hands out every equity point, oldest first.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn equity(&mut self, mut each: impl FnMut(Timestamp, Amount)) -> Result<(), Error> {
        let parse = |line: &str| {
            let (at, value) = line.split_once(' ')?;
            Some((Timestamp::from_micros(at.parse().ok()?), value.parse().ok()?))
        };
        self.walk(EQUITY, "equity", |line| parse(line).map(|(at, value)| each(at, value))).await
    }

    /// Hands out every trade that was closed in the window, oldest end first.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn trades(&mut self, mut each: impl FnMut(TradeFact)) -> Result<(), Error> {
        self.walk(TRADES, "trade", |line| trade_facts::parse(line).map(&mut each)).await
    }

    /// Hands out the return of every trade that was closed in the window, percent of the entry cost.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn returns(&mut self, mut each: impl FnMut(Decimal)) -> Result<(), Error> {
        let parse = |line: &str| {
            let key = line.rsplit(' ').next()?;
            decimal_key::decode(key).ok()
        };
        self.walk(RETURNS, "return", |line| parse(line).map(&mut each)).await
    }

    /// Hands out every execution that ended in the window, oldest first.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn executions(&mut self, mut each: impl FnMut(ExecutionFact)) -> Result<(), Error> {
        self.walk(EXECUTIONS, "execution", |line| execution_facts::parse(line).map(&mut each)).await
    }

    /// Hands out every fill of the window, oldest first.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn fills(&mut self, mut each: impl FnMut(FillFact)) -> Result<(), Error> {
        self.walk(FILLS, "fill", |line| fill(line).map(&mut each)).await
    }

    /// When the position of a pair that was open at the end of the window and has been closed since
    /// was opened.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn open_at_end(&mut self, symbol: Symbol) -> Result<Option<Timestamp>, Error> {
        let view: Option<String> = sqlx::query_scalar(
            "SELECT view FROM trades WHERE symbol = ? AND closed_at >= ? \
             ORDER BY closed_at, id LIMIT 1",
        )
        .bind(symbol.as_str().to_owned())
        .bind(self.to)
        .fetch_optional(&mut *self.read)
        .await?;
        let Some(view) = view else { return Ok(None) };
        let trade: domain::ClosedTrade =
            serde_json::from_str(&view).map_err(|e| Error::Corrupt(format!("trade: {e}")))?;
        Ok((trade.opened_at.micros() < self.to).then_some(trade.opened_at))
    }

    /// Runs a query chunk by chunk. Each line begins with its sort key; `each` gives `None` for a
    /// line that can't be read.
    async fn walk(
        &mut self,
        sql: &'static str,
        what: &str,
        mut each: impl FnMut(&str) -> Option<()>,
    ) -> Result<(), Error> {
        let mut key = (self.from.saturating_sub(1), i64::MAX);
        loop {
            let text: Option<String> = sqlx::query_scalar(sql)
                .bind(key.0)
                .bind(key.1)
                .bind(self.to)
                .bind(CHUNK)
                .fetch_one(&mut *self.read)
                .await?;
            let Some(text) = text else { return Ok(()) };
            let mut count = 0;
            let mut last = "";
            for line in text.lines() {
                each(line).ok_or_else(|| Error::Corrupt(format!("{what}: {line:?}")))?;
                count += 1;
                last = line;
            }
            if count < CHUNK {
                return Ok(());
            }
            let mut words = last.split(' ').map(str::parse::<i64>);
            let first = words.next().and_then(Result::ok);
            let corrupt = || Error::Corrupt(format!("{what}: {last:?}"));
            // The equity has one key only; its second word is a value.
            let second = if sql == EQUITY { Some(0) } else { words.next().and_then(Result::ok) };
            key = first.zip(second).ok_or_else(corrupt)?;
        }
    }
}

fn point(row: &SqliteRow) -> Result<(Timestamp, Amount), Error> {
    let at = Timestamp::from_micros(row.try_get(0)?);
    let text: &str = row.try_get(1)?;
    let bad = |_| Error::Corrupt(format!("equity at {}", at.micros()));
    Ok((at, text.parse().map_err(bad)?))
}

fn fill(line: &str) -> Option<FillFact> {
    let mut words = line.split(' ');
    let at = Timestamp::from_micros(words.next()?.parse().ok()?);
    let _sequence = words.next()?;
    let symbol = Symbol::parse(words.next()?)?;
    let side = words.next()?;
    let mut decimal = || words.next()?.parse::<Decimal>().ok();
    let [price, quantity, fee] = [decimal()?, decimal()?, decimal()?];
    let fee_asset = Asset::parse(words.next()?)?;
    let liquidity = words.next()?;
    Some(FillFact {
        at,
        symbol,
        side: [OrderSide::Buy, OrderSide::Sell].into_iter().find(|s| side_text(*s) == side)?,
        price,
        quantity,
        fee,
        fee_asset,
        liquidity: [Liquidity::Maker, Liquidity::Taker]
            .into_iter()
            .find(|l| liquidity_text(*l) == liquidity)?,
    })
}
