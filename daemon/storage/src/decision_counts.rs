//! How often decisions ended alike: counted in an index, without unpacking a record.

use crate::bulk::to_u64;
use crate::store::as_of;
use crate::{DecisionFilter, DecisionResult, Error, Store};
use domain::Symbol;
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{QueryBuilder, Row as _};

/// Decisions of one pair that ended alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionCount {
    /// The pair.
    pub symbol: Symbol,
    /// The result.
    pub result: DecisionResult,
    /// Its token.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// All pairs of the table, each found by one step in the index.
const PAIRS: &str = "symbol IN (WITH RECURSIVE pairs (pair) AS ( \
    SELECT min(symbol) FROM decisions UNION ALL \
    SELECT (SELECT min(symbol) FROM decisions WHERE symbol > pair) FROM pairs \
    WHERE pair IS NOT NULL) SELECT pair FROM pairs WHERE pair IS NOT NULL)";

impl Store {
    /// Counts under a filter by pair, the most frequent first, with the last journal number that they
    /// contain. Costs a look at the index for each decision that is counted.
    ///
    /// # Errors
    /// Those of a read: [`Error::Busy`], [`Error::Corrupt`], [`Error::Database`].
    pub async fn decision_counts(
        &self,
        filter: &DecisionFilter,
    ) -> Result<(Vec<DecisionCount>, u64), Error> {
        let index = if filter.strategy.is_some() {
            "decisions_with_signals"
        } else {
            "decisions_by_symbol"
        };
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT symbol, result, reason, count(*) FROM decisions ");
        query.push(format_args!("INDEXED BY {index} WHERE {PAIRS}"));
        filter.push(&mut query);
        query.push(" GROUP BY symbol, result, reason ORDER BY symbol, count(*) DESC, reason");
        let mut read = self.read_long().await?;
        let sequence = as_of(&mut read).await?;
        let rows = query.build().fetch_all(&mut *read).await?;
        let counts = rows.iter().map(decode).collect::<Result<_, Error>>()?;
        Ok((counts, sequence))
    }
}

fn decode(row: &SqliteRow) -> Result<DecisionCount, Error> {
    let (symbol, result): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
    let bad = |what: &str| Error::Corrupt(format!("{what} of counted decisions"));
    Ok(DecisionCount {
        symbol: Symbol::parse(symbol).ok_or_else(|| bad("symbol"))?,
        result: DecisionResult::of_token(result).ok_or_else(|| bad("result"))?,
        reason: row.try_get(2)?,
        count: to_u64("decisions", row.try_get(3)?)?,
    })
}
