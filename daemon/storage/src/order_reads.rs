//! Orders and fills on their way out of the store.

use crate::bulk::to_u64;
use crate::orders::{liquidity_text, purpose_text, side_text, status_text};
use crate::page::{Key, Scope};
use crate::store::as_of;
use crate::{Error, Page, PageRequest, Store};
use domain::{
    Asset, ClientOrderId, Decimal, Fill, Interval, Liquidity, Name, OrderPurpose, OrderSide,
    OrderStatus, OrderView, Price, Quantity, Symbol, Timestamp,
};
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{QueryBuilder, Row as _};

/// Which orders to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Only those that may still fill.
    pub open_only: bool,
    /// Only those of one pair.
    pub symbol: Option<Symbol>,
    /// Only those that were created at or after this moment.
    pub from: Option<Timestamp>,
    /// Only those that were created before this moment.
    pub to: Option<Timestamp>,
    /// Only those that stand so; none for all.
    pub statuses: Vec<OrderStatus>,
    /// Only those of one side.
    pub side: Option<OrderSide>,
    /// Only those of one purpose.
    pub purpose: Option<OrderPurpose>,
    /// Only those of intents that this strategy stood behind.
    pub strategy: Option<Name>,
}

impl OrderFilter {
    /// True when the times of orders matter.
    const fn has_times(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }
}

/// One execution as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FillRecord {
    /// Sequence of its engine event.
    pub engine_sequence: u64,
    /// When it happened (engine time).
    pub at: Timestamp,
    /// The order that it belongs to.
    pub order: ClientOrderId,
    /// The pair.
    pub symbol: Symbol,
    /// Buy or sell.
    pub side: OrderSide,
    /// The execution.
    pub fill: Fill,
}

impl Store {
    /// Orders, newest first by when they were first stored, or with times in the filter by when they
    /// were created. `total` is set for an empty filter.
    ///
    /// # Errors
    /// [`Error::BadPageToken`], else those of a read.
    pub async fn orders(
        &self,
        filter: &OrderFilter,
        page: &PageRequest,
    ) -> Result<Page<OrderView>, Error> {
        let scope = Scope::new(self.store_id(), "orders", filter);
        let start = scope.decode(page)?;
        let limit = page.limit();
        let mut query = order_query(filter, start);
        query.push(" LIMIT ").push_bind(i64::from(limit) + 1);
        let mut read = self.read().await?;
        let sequence = as_of(&mut read).await?;
        let rows = query.build().fetch_all(&mut *read).await?;
        let total = if *filter == OrderFilter::default() {
            let count = sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM orders");
            Some(to_u64("orders", count.fetch_one(&mut *read).await?)?)
        } else {
            None
        };
        let timed = filter.has_times();
        let item = |row: &SqliteRow| {
            let number: i64 = row.try_get(0)?;
            let key = if timed { [row.try_get(2)?, number] } else { [number, 0] };
            Ok((key, decode_order(row.try_get(1)?)?))
        };
        let items = rows.iter().map(item).collect::<Result<Vec<_>, Error>>()?;
        Ok(scope.page(items, limit, total, sequence))
    }

    /// One order by our id.
    ///
    /// # Errors
    /// Those of a read: [`Error::Busy`], [`Error::Corrupt`], [`Error::Database`].
    pub async fn order(&self, id: &ClientOrderId) -> Result<Option<OrderView>, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query_scalar("SELECT view FROM orders WHERE id = ?");
        let view: Option<String> =
            query.bind(id.as_str().to_owned()).fetch_optional(&mut *read).await?;
        view.as_deref().map(decode_order).transpose()
    }

    /// All orders that may still fill, oldest first.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn open_orders(&self) -> Result<Vec<OrderView>, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query_scalar("SELECT view FROM orders WHERE is_open = 1 ORDER BY number");
        let views: Vec<String> = query.fetch_all(&mut *read).await?;
        views.iter().map(|view| decode_order(view)).collect()
    }

    /// The executions of one order, oldest first.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn fills_of(&self, id: &ClientOrderId) -> Result<Vec<FillRecord>, Error> {
        let mut read = self.read().await?;
        let rows = sqlx::query(
            "SELECT engine_sequence, at, symbol, side, trade_id, price, quantity, fee, fee_asset, \
             liquidity FROM fills WHERE order_id = ? ORDER BY engine_sequence",
        )
        .bind(id.as_str().to_owned())
        .fetch_all(&mut *read)
        .await?;
        rows.iter().map(|row| decode_fill(*id, row)).collect()
    }

    /// The orders that came of one decision, oldest first.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn orders_of_decision(
        &self,
        symbol: Symbol,
        interval: Interval,
        open_time: Timestamp,
    ) -> Result<Vec<OrderView>, Error> {
        let mut read = self.read().await?;
        let views: Vec<String> = sqlx::query_scalar(
            "SELECT o.view FROM intents i JOIN orders o ON o.intent = i.intent \
             WHERE i.symbol = ? AND i.decision_open_time = ? AND i.decision_interval = ? \
             ORDER BY o.number",
        )
        .bind(symbol.as_str().to_owned())
        .bind(open_time.micros())
        .bind(interval.seconds())
        .fetch_all(&mut *read)
        .await?;
        views.iter().map(|view| decode_order(view)).collect()
    }
}

/// Number, view and creation of the orders behind `start`, in the order of the list.
fn order_query(filter: &OrderFilter, start: Option<Key>) -> QueryBuilder<Sqlite> {
    let mut query =
        QueryBuilder::<Sqlite>::new("SELECT number, view, created_at FROM orders WHERE true");
    if filter.open_only {
        query.push(" AND is_open = 1");
    }
    if let Some(symbol) = filter.symbol {
        query.push(" AND symbol = ").push_bind(symbol.as_str().to_owned());
    }
    push_words(&mut query, filter);
    if !filter.has_times() {
        let before = start.map_or(i64::MAX, |key| key[0]);
        query.push(" AND number < ").push_bind(before).push(" ORDER BY number DESC");
        return query;
    }
    query.push(" AND created_at >= ");
    query.push_bind(filter.from.map_or(i64::MIN, Timestamp::micros));
    query.push(" AND created_at < ").push_bind(filter.to.map_or(i64::MAX, Timestamp::micros));
    if let Some([at, number]) = start {
        query.push(" AND (created_at, number) < (").push_bind(at).push(", ");
        query.push_bind(number).push(")");
    }
    query.push(" ORDER BY created_at DESC, number DESC");
    query
}

/// Status, side, purpose and strategy. Only the status has an index: the others are common, so that a
/// page is full before many rows are passed over.
fn push_words(query: &mut QueryBuilder<Sqlite>, filter: &OrderFilter) {
    if !filter.statuses.is_empty() {
        query.push(" AND status IN (");
        let mut words = query.separated(", ");
        for status in &filter.statuses {
            words.push_bind(status_text(*status));
        }
        query.push(")");
    }
    if let Some(side) = filter.side {
        query.push(" AND side = ").push_bind(side_text(side));
    }
    if let Some(purpose) = filter.purpose {
        query.push(" AND purpose = ").push_bind(purpose_text(purpose));
    }
    if let Some(strategy) = filter.strategy {
        query.push(
            " AND EXISTS (SELECT 1 FROM intent_owners w WHERE w.intent = orders.intent \
             AND w.strategy = ",
        );
        query.push_bind(strategy.to_string()).push(")");
    }
}

fn decode_order(view: &str) -> Result<OrderView, Error> {
    serde_json::from_str(view).map_err(|e| Error::Corrupt(format!("order: {e}")))
}

pub(crate) fn decode_fill(order: ClientOrderId, row: &SqliteRow) -> Result<FillRecord, Error> {
    let engine_sequence = to_u64("engine sequence", row.try_get(0)?)?;
    let bad = |what: &str| Error::Corrupt(format!("{what} of fill {engine_sequence}"));
    let decimal = |index: usize, what: &str| -> Result<Decimal, Error> {
        row.try_get::<&str, _>(index)?.parse().map_err(|_| bad(what))
    };
    let side: &str = row.try_get(3)?;
    let sides = [OrderSide::Buy, OrderSide::Sell];
    let liquidity: &str = row.try_get(9)?;
    let liquidities = [Liquidity::Maker, Liquidity::Taker];
    Ok(FillRecord {
        engine_sequence,
        at: Timestamp::from_micros(row.try_get(1)?),
        order,
        symbol: Symbol::parse(row.try_get(2)?).ok_or_else(|| bad("symbol"))?,
        side: sides.into_iter().find(|s| side_text(*s) == side).ok_or_else(|| bad("side"))?,
        fill: Fill {
            trade_id: row.try_get::<i64, _>(4)?.cast_unsigned(),
            price: Price::new(decimal(5, "price")?).map_err(|_| bad("price"))?,
            quantity: Quantity::new(decimal(6, "quantity")?).map_err(|_| bad("quantity"))?,
            fee: decimal(7, "fee")?,
            fee_asset: Asset::parse(row.try_get(8)?).ok_or_else(|| bad("fee asset"))?,
            liquidity: liquidities
                .into_iter()
                .find(|l| liquidity_text(*l) == liquidity)
                .ok_or_else(|| bad("liquidity"))?,
        },
    })
}
