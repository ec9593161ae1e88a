//! Round trips: one row each, and who owned them.

use crate::bulk::{Insert, Values, to_i64, to_u64};
use crate::page::Scope;
use crate::store::as_of;
use crate::{Error, Page, PageRequest, Store};
use domain::{ClosedTrade, Name, Symbol};
use sqlx::sqlite::{Sqlite, SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row as _};
use std::collections::BTreeSet;

static TRADES: Insert =
    Insert::new("INSERT INTO trades (id, symbol, closed_at, profit, view)", 5, "");
static STRATEGIES: Insert = Insert::new("INSERT INTO trade_strategies (strategy, trade_id)", 2, "");

/// Which trades to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TradeFilter {
    /// Only those of one pair.
    pub symbol: Option<Symbol>,
    /// Only those that this strategy owned, wholly or in part.
    pub strategy: Option<Name>,
}

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
    /// Trades, newest first by their number; `total` counts those under the filter.
    ///
    /// # Errors
    /// [`Error::BadPageToken`], else those of a read.
    pub async fn trades(
        &self,
        filter: &TradeFilter,
        page: &PageRequest,
    ) -> Result<Page<ClosedTrade>, Error> {
        let scope = Scope::new(self.store_id(), "trades", filter);
        let start = scope.decode(page)?.map_or(i64::MAX, |key| key[0]);
        let limit = page.limit();
        let mut list = QueryBuilder::<Sqlite>::new("SELECT t.id, t.view FROM ");
        push_filter(&mut list, filter);
        // The same number in both tables; the one of the leading table needs no sorting.
        let id = if filter.strategy.is_some() { "s.trade_id" } else { "t.id" };
        list.push(format_args!(" AND {id} < ")).push_bind(start);
        list.push(format_args!(" ORDER BY {id} DESC LIMIT ")).push_bind(i64::from(limit) + 1);
        let mut read = self.read().await?;
        let sequence = as_of(&mut read).await?;
        let rows = list.build().fetch_all(&mut *read).await?;
        let total: i64 = if *filter == TradeFilter::default() {
            sqlx::query_scalar("SELECT trades FROM head").fetch_one(&mut *read).await?
        } else {
            let mut count = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM ");
            push_filter(&mut count, filter);
            count.build_query_scalar().fetch_one(&mut *read).await?
        };
        let item = |row: &SqliteRow| Ok(([row.try_get(0)?, 0], decode(row.try_get(1)?)?));
        let items = rows.iter().map(item).collect::<Result<Vec<_>, Error>>()?;
        Ok(scope.page(items, limit, Some(to_u64("trades", total)?), sequence))
    }

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
}

fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &TradeFilter) {
    match filter.strategy {
        Some(strategy) => query
            .push("trade_strategies s JOIN trades t ON t.id = s.trade_id WHERE s.strategy = ")
            .push_bind(strategy.to_string()),
        None => query.push("trades t WHERE true"),
    };
    if let Some(symbol) = filter.symbol {
        query.push(" AND t.symbol = ").push_bind(symbol.as_str().to_owned());
    }
}

fn decode(view: &str) -> Result<ClosedTrade, Error> {
    serde_json::from_str(view).map_err(|e| Error::Corrupt(format!("trade: {e}")))
}
