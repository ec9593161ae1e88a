//! Round trips: one row each, and who owned them.

use crate::bulk::{Insert, Values, to_i64, to_u64};
use crate::page::{Key, Scope};
use crate::store::as_of;
use crate::{Error, Page, PageRequest, Store, trade_facts};
use domain::{ClosedTrade, Name, Symbol, Timestamp};
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
    /// Only those that were closed at or after this moment.
    pub from: Option<Timestamp>,
    /// Only those that were closed before this moment.
    pub to: Option<Timestamp>,
}

impl TradeFilter {
    /// True when the times of trades matter.
    const fn has_times(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }
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
    trade_facts::insert(connection, trades).await?;
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
    /// Trades, newest first by their number, or with times in the filter by their end. `total` counts
    /// those under the filter: kept counts without times, a look at the index of the stretch with them.
    ///
    /// # Errors
    /// [`Error::BadPageToken`], else those of a read.
    pub async fn trades(
        &self,
        filter: &TradeFilter,
        page: &PageRequest,
    ) -> Result<Page<ClosedTrade>, Error> {
        let scope = Scope::new(self.store_id(), "trades", filter);
        let start = scope.decode(page)?;
        let limit = page.limit();
        let mut list = list_query(filter, start);
        list.push(" LIMIT ").push_bind(i64::from(limit) + 1);
        let mut read = self.read().await?;
        let sequence = as_of(&mut read).await?;
        let rows = list.build().fetch_all(&mut *read).await?;
        let total = count(&mut read, filter).await?;
        let timed = filter.has_times();
        let item = |row: &SqliteRow| {
            let id: i64 = row.try_get(0)?;
            let key = if timed { [row.try_get(2)?, id] } else { [id, 0] };
            Ok((key, decode(row.try_get(1)?)?))
        };
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

/// Number, view and end of the trades behind `start`, in the order of the list.
fn list_query(filter: &TradeFilter, start: Option<Key>) -> QueryBuilder<Sqlite> {
    let mut list = QueryBuilder::<Sqlite>::new("SELECT t.id, t.view, t.closed_at FROM ");
    if filter.has_times() {
        push_times(&mut list, filter);
        if let Some([at, id]) = start {
            list.push(" AND (t.closed_at, t.id) < (").push_bind(at).push(", ");
            list.push_bind(id).push(")");
        }
        list.push(" ORDER BY t.closed_at DESC, t.id DESC");
        return list;
    }
    match filter.strategy {
        Some(strategy) => list
            .push("trade_strategies s JOIN trades t ON t.id = s.trade_id WHERE s.strategy = ")
            .push_bind(strategy.to_string()),
        None => list.push("trades t WHERE true"),
    };
    if let Some(symbol) = filter.symbol {
        list.push(" AND t.symbol = ").push_bind(symbol.as_str().to_owned());
    }
    // The same number in both tables; the one of the leading table needs no sorting.
    let id = if filter.strategy.is_some() { "s.trade_id" } else { "t.id" };
    let before = start.map_or(i64::MAX, |key| key[0]);
    list.push(format_args!(" AND {id} < ")).push_bind(before);
    list.push(format_args!(" ORDER BY {id} DESC"));
    list
}

/// The table and the conditions of a filter with times.
fn push_times(query: &mut QueryBuilder<Sqlite>, filter: &TradeFilter) {
    query.push("trades t WHERE t.closed_at >= ");
    query.push_bind(filter.from.map_or(i64::MIN, Timestamp::micros));
    query.push(" AND t.closed_at < ").push_bind(filter.to.map_or(i64::MAX, Timestamp::micros));
    if let Some(symbol) = filter.symbol {
        query.push(" AND t.symbol = ").push_bind(symbol.as_str().to_owned());
    }
    if let Some(strategy) = filter.strategy {
        query.push(
            " AND EXISTS (SELECT 1 FROM trade_strategies s \
             WHERE s.trade_id = t.id AND s.strategy = ",
        );
        query.push_bind(strategy.to_string()).push(")");
    }
}

/// Trades under a filter. Without times it costs the same for any number of trades.
async fn count(connection: &mut SqliteConnection, filter: &TradeFilter) -> Result<i64, Error> {
    if *filter == TradeFilter::default() {
        return Ok(sqlx::query_scalar("SELECT trades FROM head").fetch_one(connection).await?);
    }
    if filter.has_times() {
        let mut count = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM ");
        push_times(&mut count, filter);
        return Ok(count.build_query_scalar().fetch_one(connection).await?);
    }
    let kept = "SELECT trades FROM trade_counts WHERE symbol = ? AND strategy = ?";
    let kept: Option<i64> = sqlx::query_scalar(kept)
        .bind(filter.symbol.map(|s| s.as_str().to_owned()).unwrap_or_default())
        .bind(filter.strategy.map(|s| s.to_string()).unwrap_or_default())
        .fetch_optional(connection)
        .await?;
    Ok(kept.unwrap_or(0))
}

fn decode(view: &str) -> Result<ClosedTrade, Error> {
    serde_json::from_str(view).map_err(|e| Error::Corrupt(format!("trade: {e}")))
}
