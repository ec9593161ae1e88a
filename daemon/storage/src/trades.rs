//! Round trips: one row each, and who owned them.

use crate::bulk::{Insert, Values, to_i64};
use crate::{Error, Store, trade_facts, trade_order};
use domain::{ClosedTrade, Name};
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeSet;

static TRADES: Insert =
    Insert::new("INSERT INTO trades (id, symbol, closed_at, profit, view)", 5, "");
static STRATEGIES: Insert = Insert::new("INSERT INTO trade_strategies (strategy, trade_id)", 2, "");

pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    trades: &[ClosedTrade],
) -> Result<(), Error> {
    let bind = |v: &mut Values, trade: &ClosedTrade| {
        let text = serde_json::to_string(trade)
            .map_err(|e| Error::Broken(format!("trade {}: {e}", trade.id)))?;
        v.add(to_i64("trade id", trade.id)?)?;
        v.add(trade.symbol.as_str().to_owned())?;
        v.add(trade.closed_at.micros())?;
        v.add(trade.profit.to_string())?;
        v.add(text)
    };
    TRADES.run(connection, trades, bind).await?;
    trade_facts::insert(connection, trades).await?;
    trade_order::insert(connection, trades).await?;
    let owners = trades.iter().flat_map(|t| t.shares.iter().map(|s| (s.strategy, t.id)));
    let rows: Vec<(Name, u64)> = owners.collect::<BTreeSet<_>>().into_iter().collect();
    let bind = |v: &mut Values, (strategy, id): &(Name, u64)| {
        v.add(strategy.to_string())?;
        v.add(to_i64("trade id", *id)?)
    };
    STRATEGIES.run(connection, &rows, bind).await?;
    Ok(())
}

impl Store {
    /// One trade by its number.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn trade(&self, id: u64) -> Result<Option<ClosedTrade>, Error> {
        let Ok(id) = i64::try_from(id) else { return Ok(None) };
        let mut read = self.read().await?;
        let query = sqlx::query_scalar("SELECT view FROM trades WHERE id = ?").bind(id);
        let view: Option<String> = query.fetch_optional(&mut *read).await?;
        view.as_deref().map(decode).transpose()
    }

    /// The last trades in which a strategy had a share, oldest first, at most `limit`.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn trades_of(&self, strategy: Name, limit: u32) -> Result<Vec<ClosedTrade>, Error> {
        let mut read = self.read().await?;
        let views: Vec<String> = sqlx::query_scalar(
            "SELECT t.view FROM trade_strategies s CROSS JOIN trades t ON t.id = s.trade_id \
             WHERE s.strategy = ? ORDER BY s.trade_id DESC LIMIT ?",
        )
        .bind(strategy.to_string())
        .bind(limit)
        .fetch_all(&mut *read)
        .await?;
        views.iter().rev().map(|view| decode(view)).collect()
    }
}

pub(crate) fn decode(view: &str) -> Result<ClosedTrade, Error> {
    serde_json::from_str(view).map_err(|e| Error::Corrupt(format!("trade: {e}")))
}
