//! The list of trades: any order, filters, pages by position, and the sums over all that match.
//!
//! A page walks the index of its order from the last row of the page before, so it costs the same for
//! any history; rows that a filter passes over cost a look at that index each. Without times and
//! bounds the sums come from running totals, otherwise from the index of the stretch.

use crate::page::Scope;
use crate::store::as_of;
use crate::trade_order::{TradeSums, totals};
use crate::trades::decode;
use crate::{Error, Page, PageRequest, Store, decimal_key, trade_facts};
use domain::{Amount, ClosedTrade, ExitReason, Name, Symbol, Timestamp};
use sqlx::sqlite::{Sqlite, SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row as _};

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
    /// Only those that were left for one of these reasons; none for all.
    pub reasons: Vec<ExitReason>,
    /// Only those with a profit above zero, or only the others.
    pub won: Option<bool>,
    /// Only those with at least this profit.
    pub min_profit: Option<Amount>,
    /// Only those with at most this profit.
    pub max_profit: Option<Amount>,
}

impl TradeFilter {
    /// True when the times of trades matter.
    const fn has_times(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// True when running totals can't say what matches.
    const fn has_bounds(&self) -> bool {
        self.has_times() || self.min_profit.is_some() || self.max_profit.is_some()
    }

    /// True when the trade is one of those.
    #[must_use]
    pub fn holds(&self, trade: &ClosedTrade) -> bool {
        self.symbol.is_none_or(|symbol| trade.symbol == symbol)
            && self.strategy.is_none_or(|s| trade.shares.iter().any(|share| share.strategy == s))
            && self.from.is_none_or(|from| trade.closed_at >= from)
            && self.to.is_none_or(|to| trade.closed_at < to)
            && (self.reasons.is_empty() || self.reasons.contains(&trade.exit_reason))
            && self.won.is_none_or(|won| (trade.profit > Amount::ZERO) == won)
            && self.min_profit.is_none_or(|least| trade.profit >= least)
            && self.max_profit.is_none_or(|most| trade.profit <= most)
    }
}

/// What trades are sorted by; those that are equal in it by their number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TradeSort {
    /// Their number, or with times in the filter their end.
    #[default]
    Number,
    /// When they were closed.
    ClosedAt,
    /// When they were opened.
    OpenedAt,
    /// Profit after fees.
    Profit,
    /// The same over the entry cost.
    ProfitPct,
    /// Base quantity.
    Quantity,
    /// Fees of both sides.
    Fees,
    /// How long they were held.
    Held,
    /// The pair.
    Symbol,
}

impl TradeSort {
    /// Column and index.
    const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Number => ("id", ""),
            Self::ClosedAt => ("closed_at", "trade_order_by_closed"),
            Self::OpenedAt => ("opened_at", "trade_order_by_opened"),
            Self::Profit => ("profit", "trade_order_by_profit"),
            Self::ProfitPct => ("profit_pct", "trade_order_by_profit_pct"),
            Self::Quantity => ("quantity", "trade_order_by_quantity"),
            Self::Fees => ("fees", "trade_order_by_fees"),
            Self::Held => ("held", "trade_order_by_held"),
            Self::Symbol => ("symbol", "trade_order_by_symbol"),
        }
    }
}

/// In which order trades are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TradeOrder {
    /// By what.
    pub by: TradeSort,
    /// The smallest first instead of the greatest.
    pub ascending: bool,
}

/// A page of trades with the sums over all that match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradePage {
    /// The page; `total` is set.
    pub page: Page<ClosedTrade>,
    /// Over all pages.
    pub sums: TradeSums,
}

impl Store {
    /// [`trade_list`](Self::trade_list) in its plain order, without the sums.
    ///
    /// # Errors
    /// [`Error::BadPageToken`], else those of a read.
    pub async fn trades(
        &self,
        filter: &TradeFilter,
        page: &PageRequest,
    ) -> Result<Page<ClosedTrade>, Error> {
        Ok(self.trade_list(filter, TradeOrder::default(), page).await?.page)
    }

    /// Trades in any order. A trade that is closed later never shifts a page that comes after.
    ///
    /// # Errors
    /// [`Error::BadPageToken`], else those of a read.
    pub async fn trade_list(
        &self,
        filter: &TradeFilter,
        order: TradeOrder,
        page: &PageRequest,
    ) -> Result<TradePage, Error> {
        let scope = Scope::new(self.store_id(), "trades", &(filter, order));
        let start = scope.decode(page)?.map(|key| key[0]);
        let limit = page.limit();
        let mut list = list_query(filter, order, start)?;
        list.push(" LIMIT ").push_bind(i64::from(limit) + 1);
        let mut read = self.read().await?;
        let sequence = as_of(&mut read).await?;
        let rows = list.build().fetch_all(&mut *read).await?;
        let sums = sums(&mut read, filter).await?;
        let item = |row: &SqliteRow| Ok(([row.try_get(0)?, 0], decode(row.try_get(1)?)?));
        let items = rows.iter().map(item).collect::<Result<Vec<_>, Error>>()?;
        Ok(TradePage { page: scope.page(items, limit, Some(sums.trades), sequence), sums })
    }
}

/// Number and view of the trades behind the one with the number `start`, in order. Trades never
/// change, so the number tells the position.
fn list_query(
    filter: &TradeFilter,
    order: TradeOrder,
    start: Option<i64>,
) -> Result<QueryBuilder<Sqlite>, Error> {
    let by = match order.by {
        TradeSort::Number if filter.has_times() => TradeSort::ClosedAt,
        by => by,
    };
    let (column, index) = by.parts();
    let mut list = QueryBuilder::<Sqlite>::new("SELECT o.id, t.view FROM ");
    match (by, filter.strategy, filter.symbol) {
        // The owner's own list is in order already.
        (TradeSort::Number, Some(_), _) => {
            list.push("trade_strategies s CROSS JOIN trade_order o ON o.id = s.trade_id")
        }
        (TradeSort::Number, None, Some(_)) => {
            list.push("trade_order o INDEXED BY trade_order_by_symbol")
        }
        (TradeSort::Number, None, None) => list.push("trade_order o NOT INDEXED"),
        _ => list.push(format_args!("trade_order o INDEXED BY {index}")),
    };
    list.push(" CROSS JOIN trades t ON t.id = o.id WHERE true");
    push_filter(&mut list, filter, by == TradeSort::Number)?;
    let (sign, way) = if order.ascending { (">", "ASC") } else { ("<", "DESC") };
    // The number that leads the walk.
    let id =
        if by == TradeSort::Number && filter.strategy.is_some() { "s.trade_id" } else { "o.id" };
    match (start, by) {
        (None, _) => {}
        (Some(start), TradeSort::Number) => {
            list.push(format_args!(" AND {id} {sign} ")).push_bind(start);
        }
        (Some(start), _) => {
            list.push(format_args!(
                " AND (o.{column}, o.id) {sign} (SELECT {column}, id FROM trade_order WHERE id = "
            ));
            list.push_bind(start).push(")");
        }
    }
    match by {
        TradeSort::Number => list.push(format_args!(" ORDER BY {id} {way}")),
        _ => list.push(format_args!(" ORDER BY o.{column} {way}, o.id {way}")),
    };
    Ok(list)
}

/// The conditions; with `led` the table of owners leads the walk.
fn push_filter(
    query: &mut QueryBuilder<Sqlite>,
    filter: &TradeFilter,
    led: bool,
) -> Result<(), Error> {
    if let Some(strategy) = filter.strategy {
        if led {
            query.push(" AND s.strategy = ").push_bind(strategy.to_string());
        } else {
            query.push(
                " AND EXISTS (SELECT 1 FROM trade_strategies s \
                 WHERE s.trade_id = o.id AND s.strategy = ",
            );
            query.push_bind(strategy.to_string()).push(")");
        }
    }
    if let Some(symbol) = filter.symbol {
        query.push(" AND o.symbol = ").push_bind(symbol.as_str().to_owned());
    }
    if let Some(from) = filter.from {
        query.push(" AND o.closed_at >= ").push_bind(from.micros());
    }
    if let Some(to) = filter.to {
        query.push(" AND o.closed_at < ").push_bind(to.micros());
    }
    if let Some(least) = filter.min_profit {
        query.push(" AND o.profit >= ").push_bind(decimal_key::encode(least));
    }
    if let Some(most) = filter.max_profit {
        query.push(" AND o.profit <= ").push_bind(decimal_key::encode(most));
    }
    push_kind(query, filter, "o.")
}

/// The conditions that running totals know, too.
fn push_kind(
    query: &mut QueryBuilder<Sqlite>,
    filter: &TradeFilter,
    table: &str,
) -> Result<(), Error> {
    if let Some(won) = filter.won {
        query.push(format_args!(" AND {table}won = ")).push_bind(i64::from(won));
    }
    if !filter.reasons.is_empty() {
        query.push(format_args!(" AND {table}reason IN ("));
        let mut words = query.separated(", ");
        for reason in &filter.reasons {
            words.push_bind(trade_facts::reason_text(*reason)?);
        }
        query.push(")");
    }
    Ok(())
}

async fn sums(connection: &mut SqliteConnection, filter: &TradeFilter) -> Result<TradeSums, Error> {
    if filter.has_bounds() {
        walked(connection, filter).await
    } else {
        kept(connection, filter).await
    }
}

/// From the running totals: the same cost for any number of trades.
async fn kept(connection: &mut SqliteConnection, filter: &TradeFilter) -> Result<TradeSums, Error> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT trades, won, profit, fees FROM trade_totals WHERE strategy = ",
    );
    query.push_bind(filter.strategy.map(|s| s.to_string()).unwrap_or_default());
    if let Some(symbol) = filter.symbol {
        query.push(" AND symbol = ").push_bind(symbol.as_str().to_owned());
    }
    push_kind(&mut query, filter, "")?;
    let mut sums = TradeSums::default();
    for row in query.build().fetch_all(connection).await? {
        let (trades, profit, fees) = totals(row.try_get(0)?, row.try_get(2)?, row.try_get(3)?)?;
        sums.add(trades, row.try_get::<i64, _>(1)? == 1, profit, fees);
    }
    Ok(sums)
}

/// From the index of the stretch: a look at each trade of it.
async fn walked(
    connection: &mut SqliteConnection,
    filter: &TradeFilter,
) -> Result<TradeSums, Error> {
    let index = if filter.has_times() { "trade_order_by_closed" } else { "trade_order_by_profit" };
    // All rows as one text: several times faster than a row each.
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT group_concat(o.won || ' ' || o.profit || ' ' || o.fees, char(10)) FROM ",
    );
    query.push(format_args!("trade_order o INDEXED BY {index} WHERE true"));
    push_filter(&mut query, filter, false)?;
    let text: Option<String> = query.build_query_scalar().fetch_one(connection).await?;
    let mut sums = TradeSums::default();
    for line in text.unwrap_or_default().lines() {
        let mut words = line.split(' ');
        let mut word = || words.next().ok_or_else(|| Error::Corrupt(format!("trade {line:?}")));
        let won = word()? == "1";
        let (profit, fees) = (decimal_key::decode(word()?)?, decimal_key::decode(word()?)?);
        sums.add(1, won, profit, fees);
    }
    Ok(sums)
}
