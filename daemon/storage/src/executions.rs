//! What intents came to: one row each, and totals that grow with them.
//!
//! Rows are derived from engine events; a store that is older than this table has none of the
//! intents before it.

use crate::bulk::{Insert, Values, to_i64, to_u64};
use crate::page::Scope;
use crate::store::as_of;
use crate::{Error, Page, PageRequest, Store, execution_facts};
use domain::{
    Amount, Decimal, EngineEvent, EventKind, ExecutionStyle, IntentResult, OrderPurpose, Symbol,
    Timestamp,
};
use sqlx::sqlite::{Sqlite, SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row as _};
use std::collections::BTreeMap;

static EXECUTIONS: Insert = Insert::new(
    "INSERT INTO executions (engine_sequence, intent, symbol, purpose, style, at, view)",
    7,
    "",
);

static TOTALS: Insert = Insert::new(
    "INSERT INTO execution_totals (symbol, purpose, style, executions, done, slippage_sum, \
     slippage_worst, shortfall, fees)",
    9,
    "ON CONFLICT (symbol, purpose, style) DO UPDATE SET executions = excluded.executions, \
     done = excluded.done, slippage_sum = excluded.slippage_sum, \
     slippage_worst = excluded.slippage_worst, shortfall = excluded.shortfall, \
     fees = excluded.fees",
);

/// Which executions to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecutionFilter {
    /// Only those of one pair.
    pub symbol: Option<Symbol>,
    /// Only intents of one purpose.
    pub purpose: Option<OrderPurpose>,
    /// Only intents worked in one style.
    pub style: Option<ExecutionStyle>,
}

/// What an intent came to, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionRecord {
    /// When the work on it ended (engine time).
    pub at: Timestamp,
    /// What it came to.
    pub result: IntentResult,
}

/// Sums over executions. Money in the quote asset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExecutionTotals {
    /// How many.
    pub count: u64,
    /// Those in which something was done.
    pub done: u64,
    /// Sum of their slippages, basis points.
    pub slippage_sum: Decimal,
    /// The highest of their slippages, basis points.
    pub worst_slippage_bps: Option<Decimal>,
    /// Implementation shortfall.
    pub shortfall: Amount,
    /// Fees taken in quote.
    pub fees: Amount,
}

impl ExecutionTotals {
    /// Mean slippage of those in which something was done, basis points to 2 places.
    #[must_use]
    pub fn mean_slippage_bps(&self) -> Option<Decimal> {
        (self.done > 0).then(|| (self.slippage_sum / Decimal::from(self.done)).round_dp(2))
    }

    fn add(&mut self, result: &IntentResult) {
        self.merge(&Self {
            count: 1,
            done: u64::from(result.slippage_bps.is_some()),
            slippage_sum: result.slippage_bps.unwrap_or_default(),
            worst_slippage_bps: result.slippage_bps,
            shortfall: result.shortfall,
            fees: result.fees,
        });
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.done += other.done;
        self.slippage_sum += other.slippage_sum;
        // `None` is below every value.
        self.worst_slippage_bps = self.worst_slippage_bps.max(other.worst_slippage_bps);
        self.shortfall += other.shortfall;
        self.fees += other.fees;
    }
}

/// The column text of a purpose.
pub(crate) const fn purpose_text(purpose: OrderPurpose) -> &'static str {
    match purpose {
        OrderPurpose::Entry => "entry",
        OrderPurpose::StrategyExit => "strategy_exit",
        OrderPurpose::Protection => "protection",
        OrderPurpose::CloseAll => "close_all",
        OrderPurpose::OperatorExit => "operator_exit",
    }
}

/// The column text of a style.
pub(crate) const fn style_text(style: ExecutionStyle) -> &'static str {
    match style {
        ExecutionStyle::Market => "market",
        ExecutionStyle::Limit => "limit",
        ExecutionStyle::LimitThenMarket => "limit_then_market",
        ExecutionStyle::PostOnly => "post_only",
        ExecutionStyle::Twap => "twap",
        ExecutionStyle::Iceberg => "iceberg",
        ExecutionStyle::Resting => "resting",
    }
}

/// Symbol, purpose and style as column texts.
type Kind = (Symbol, &'static str, &'static str);

pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    events: &[EngineEvent],
) -> Result<(), Error> {
    let finished = |event: &EngineEvent| match &event.kind {
        EventKind::IntentFinished { result } => Some((event.sequence, event.at, result.clone())),
        _ => None,
    };
    let rows: Vec<(u64, Timestamp, IntentResult)> = events.iter().filter_map(finished).collect();
    let bind = |v: &mut Values, (sequence, at, result): &(u64, Timestamp, IntentResult)| {
        let view = serde_json::to_string(result)
            .map_err(|e| Error::Broken(format!("result of intent {}: {e}", result.intent)))?;
        v.add(to_i64("engine sequence", *sequence)?)?;
        v.add(to_i64("intent", result.intent)?)?;
        v.add(result.symbol.as_str().to_owned())?;
        v.add(purpose_text(result.purpose))?;
        v.add(style_text(result.style))?;
        v.add(at.micros())?;
        v.add(view)
    };
    EXECUTIONS.run(connection, &rows, bind).await?;
    execution_facts::insert(connection, &rows).await?;
    let mut added: BTreeMap<Kind, ExecutionTotals> = BTreeMap::new();
    for (_, _, result) in &rows {
        let kind = (result.symbol, purpose_text(result.purpose), style_text(result.style));
        added.entry(kind).or_default().add(result);
    }
    add_totals(connection, added).await
}

async fn add_totals(
    connection: &mut SqliteConnection,
    added: BTreeMap<Kind, ExecutionTotals>,
) -> Result<(), Error> {
    let mut sums = Vec::with_capacity(added.len());
    for ((symbol, purpose, style), mut totals) in added {
        let before = sqlx::query(
            "SELECT executions, done, slippage_sum, slippage_worst, shortfall, fees \
             FROM execution_totals WHERE symbol = ? AND purpose = ? AND style = ?",
        )
        .bind(symbol.as_str().to_owned())
        .bind(purpose)
        .bind(style)
        .fetch_optional(&mut *connection)
        .await?;
        if let Some(row) = before {
            totals.merge(&decode_totals(&row)?);
        }
        sums.push(((symbol, purpose, style), totals));
    }
    let bind = |v: &mut Values, ((symbol, purpose, style), totals): &(Kind, ExecutionTotals)| {
        v.add(symbol.as_str().to_owned())?;
        v.add(*purpose)?;
        v.add(*style)?;
        v.add(to_i64("executions", totals.count)?)?;
        v.add(to_i64("done", totals.done)?)?;
        v.add(totals.slippage_sum.to_string())?;
        v.add(totals.worst_slippage_bps.map(|worst| worst.to_string()))?;
        v.add(totals.shortfall.to_string())?;
        v.add(totals.fees.to_string())
    };
    TOTALS.run(connection, &sums, bind).await?;
    Ok(())
}

impl Store {
    /// Executions, newest first, and totals over all of them that match the filter.
    ///
    /// # Errors
    /// [`Error::BadPageToken`], else those of a read.
    pub async fn executions(
        &self,
        filter: &ExecutionFilter,
        page: &PageRequest,
    ) -> Result<(Page<ExecutionRecord>, ExecutionTotals), Error> {
        let scope = Scope::new(self.store_id(), "executions", filter);
        let start = scope.decode(page)?.map_or(i64::MAX, |key| key[0]);
        let limit = page.limit();
        let mut list = QueryBuilder::<Sqlite>::new(
            "SELECT engine_sequence, at, view FROM executions WHERE engine_sequence < ",
        );
        list.push_bind(start);
        push_filter(&mut list, filter);
        list.push(" ORDER BY engine_sequence DESC LIMIT ").push_bind(i64::from(limit) + 1);
        let mut sum = QueryBuilder::<Sqlite>::new(
            "SELECT executions, done, slippage_sum, slippage_worst, shortfall, fees \
             FROM execution_totals WHERE true",
        );
        push_filter(&mut sum, filter);
        let mut read = self.read().await?;
        let sequence = as_of(&mut read).await?;
        let rows = list.build().fetch_all(&mut *read).await?;
        let mut totals = ExecutionTotals::default();
        for row in sum.build().fetch_all(&mut *read).await? {
            totals.merge(&decode_totals(&row)?);
        }
        let item = |row: &SqliteRow| Ok(([row.try_get(0)?, 0], decode(row, 1)?));
        let items = rows.iter().map(item).collect::<Result<Vec<_>, Error>>()?;
        Ok((scope.page(items, limit, Some(totals.count), sequence), totals))
    }

    /// What an intent came to; `None` while it is at work, or was never heard of.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn execution(&self, intent: u64) -> Result<Option<ExecutionRecord>, Error> {
        let Ok(intent) = i64::try_from(intent) else { return Ok(None) };
        let mut read = self.read().await?;
        let row = sqlx::query(
            "SELECT at, view FROM executions WHERE intent = ? \
             ORDER BY engine_sequence DESC LIMIT 1",
        )
        .bind(intent)
        .fetch_optional(&mut *read)
        .await?;
        row.as_ref().map(|row| decode(row, 0)).transpose()
    }
}

fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &ExecutionFilter) {
    if let Some(symbol) = filter.symbol {
        query.push(" AND symbol = ").push_bind(symbol.as_str().to_owned());
    }
    if let Some(purpose) = filter.purpose {
        query.push(" AND purpose = ").push_bind(purpose_text(purpose));
    }
    if let Some(style) = filter.style {
        query.push(" AND style = ").push_bind(style_text(style));
    }
}

/// `at` in the column `first`, the view in the one after it.
fn decode(row: &SqliteRow, first: usize) -> Result<ExecutionRecord, Error> {
    let view: &str = row.try_get(first + 1)?;
    let result =
        serde_json::from_str(view).map_err(|e| Error::Corrupt(format!("execution: {e}")))?;
    Ok(ExecutionRecord { at: Timestamp::from_micros(row.try_get(first)?), result })
}

fn decode_totals(row: &SqliteRow) -> Result<ExecutionTotals, Error> {
    let decimal = |text: &str| {
        text.parse::<Decimal>()
            .map_err(|e| Error::Corrupt(format!("execution totals: {text:?}: {e}")))
    };
    let worst: Option<&str> = row.try_get(3)?;
    Ok(ExecutionTotals {
        count: to_u64("executions", row.try_get(0)?)?,
        done: to_u64("done", row.try_get(1)?)?,
        slippage_sum: decimal(row.try_get(2)?)?,
        worst_slippage_bps: worst.map(decimal).transpose()?,
        shortfall: decimal(row.try_get(4)?)?,
        fees: decimal(row.try_get(5)?)?,
    })
}
