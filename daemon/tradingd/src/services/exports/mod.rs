//! Trades, orders and the ledger as files.

pub(super) mod file;
mod ledger;

use super::filters::{self, TradeWords};
use super::{Shared, store_error, symbol_filter};
use crate::control_plane::errors;
use crate::convert;
use domain::{Symbol, Timestamp};
use file::{Cell, FileStream, Writer};
use tonic::{Request, Response, Status};
use tradingd_proto::prost_types::Timestamp as WireTime;
use tradingd_proto::v1::*;

/// Rows read at a time.
pub(super) const CHUNK: u32 = 1_000;

/// What to export, checked.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    format: ExportFormat,
    symbol: Option<Symbol>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Wanted {
    fn of(filter: Option<ExportFilter>) -> Result<Self, Status> {
        let filter = filter.unwrap_or_default();
        let (since, until) = span(filter.since.as_ref(), filter.until.as_ref())?;
        let (format, symbol) = (format(filter.format)?, symbol_filter(&filter.symbol)?);
        Ok(Self { format, symbol, since, until })
    }

    fn holds(&self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at < until)
    }
}

/// A format of a request.
pub(super) fn format(number: i32) -> Result<ExportFormat, Status> {
    match ExportFormat::try_from(number) {
        Ok(ExportFormat::Unspecified) => Ok(ExportFormat::Csv),
        Ok(format) => Ok(format),
        Err(_) => Err(errors::invalid([("format", format!("must be 0 to 2, got {number}"))])),
    }
}

/// The span of a request: years 1 to 9999, and a beginning before its end.
pub(super) fn span(
    since: Option<&WireTime>,
    until: Option<&WireTime>,
) -> Result<(Option<Timestamp>, Option<Timestamp>), Status> {
    // The range of google.protobuf.Timestamp.
    let moment = |field: &str, at: Option<&WireTime>| {
        let Some(at) = at else { return Ok(None) };
        let fine = (-62_135_596_800..=253_402_300_799).contains(&at.seconds)
            && (0..1_000_000_000).contains(&at.nanos);
        let found = convert::from_time(at).filter(|_| fine);
        found.map(Some).ok_or_else(|| {
            let rule = "must be a moment of the years 1 to 9999, with nanos of 0 to 999999999";
            errors::invalid([(field.to_owned(), rule)])
        })
    };
    let (since, until) = (moment("since", since)?, moment("until", until)?);
    if let (Some(since), Some(until)) = (since, until)
        && since >= until
    {
        return Err(errors::invalid([("since", "must be before until")]));
    }
    Ok((since, until))
}

/// A protocol word without the name of its enum, in small letters: `ORDER_SIDE_BUY` is `buy`.
pub(super) fn word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_lowercase()
}

/// How much of a list is read, in percent.
fn percent(done: u64, all: u64) -> u32 {
    u32::try_from(done.saturating_mul(100) / all.max(1)).unwrap_or(100).min(100)
}

impl Shared {
    /// Closed trades.
    pub(super) fn trades_file(
        &self,
        request: Request<ExportTradesRequest>,
    ) -> Result<Response<FileStream<ExportTradesResponse>>, Status> {
        let asked = request.get_ref();
        let wanted = Wanted::of(asked.filter.clone())?;
        let words = TradeWords {
            strategy: &asked.strategy,
            reasons: filters::exit_reason_words(&asked.exit_reasons)?,
            outcome: asked.outcome,
            min_profit: &asked.min_profit,
            max_profit: &asked.max_profit,
        };
        let Wanted { symbol, since: from, until: to, .. } = wanted;
        let filter = storage::TradeFilter { symbol, from, to, ..words.filter()? };
        let store = std::sync::Arc::clone(&self.store);
        let wrap = |chunk| ExportTradesResponse { chunk: Some(chunk) };
        file::stream(self, &request, wanted.format, wrap, async move |mut writer: Writer| {
            writer.heading(TRADE_COLUMNS).await?;
            let total = store.totals().await.map_err(store_error)?.trades;
            let mut after = 0;
            loop {
                let found = store.trades_after(after, wanted.symbol, CHUNK).await;
                let found = found.map_err(store_error)?;
                let Some(last) = found.last() else { break };
                after = last.0;
                for (_, trade) in found.iter().filter(|row| filter.holds(&row.1)) {
                    writer.row(TRADE_COLUMNS, trade_cells(trade)).await?;
                }
                writer.progress(percent(after, total)).await?;
            }
            writer.finish().await
        })
    }

    /// Orders in their newest state.
    pub(super) fn orders_file(
        &self,
        request: Request<ExportOrdersRequest>,
    ) -> Result<Response<FileStream<ExportOrdersResponse>>, Status> {
        let wanted = Wanted::of(request.get_ref().filter.clone())?;
        let store = std::sync::Arc::clone(&self.store);
        let wrap = |chunk| ExportOrdersResponse { chunk: Some(chunk) };
        file::stream(self, &request, wanted.format, wrap, async move |mut writer: Writer| {
            writer.heading(ORDER_COLUMNS).await?;
            let total = store.totals().await.map_err(store_error)?.orders;
            let mut after = 0;
            loop {
                let found = store.orders_after(after, wanted.symbol, CHUNK).await;
                let found = found.map_err(store_error)?;
                let Some(last) = found.last() else { break };
                after = last.0;
                for (_, order) in found.iter().filter(|row| wanted.holds(row.1.created_at)) {
                    writer.row(ORDER_COLUMNS, order_cells(&convert::order(order))).await?;
                }
                writer.progress(percent(after, total)).await?;
            }
            writer.finish().await
        })
    }

    /// Every posting of money.
    pub(super) fn ledger_file(
        &self,
        request: Request<ExportLedgerRequest>,
    ) -> Result<Response<FileStream<ExportLedgerResponse>>, Status> {
        let wanted = Wanted::of(request.get_ref().filter.clone())?;
        let (store, instruments) =
            (std::sync::Arc::clone(&self.store), std::sync::Arc::clone(&self.instruments));
        let wrap = |chunk| ExportLedgerResponse { chunk: Some(chunk) };
        file::stream(self, &request, wanted.format, wrap, async move |writer: Writer| {
            ledger::write(&store, &instruments, wanted, writer).await
        })
    }
}

const TRADE_COLUMNS: &[&str] = &[
    "id",
    "symbol",
    "opened_at",
    "closed_at",
    "side",
    "quantity",
    "entry_price",
    "exit_price",
    "fees",
    "profit",
    "profit_pct",
    "exit_reason",
    "strategies",
];

fn moment(at: Option<&WireTime>) -> Cell {
    Cell::Text(at.map(ToString::to_string).unwrap_or_default())
}

fn trade_cells(exact: &domain::ClosedTrade) -> Vec<Cell> {
    let trade = convert::trade(exact);
    let owners: Vec<&str> = trade.shares.iter().map(|share| share.strategy.as_str()).collect();
    let reason = word(trade.exit_reason().as_str_name(), "EXIT_REASON_");
    vec![
        Cell::Number(trade.id.to_string()),
        Cell::Text(trade.symbol.clone()),
        moment(trade.opened_at.as_ref()),
        moment(trade.closed_at.as_ref()),
        // Spot positions are long: a round trip ends with a sale.
        Cell::Text("sell".to_owned()),
        Cell::Number(trade.quantity.clone()),
        Cell::Number(trade.entry_price.clone()),
        Cell::Number(trade.exit_price.clone()),
        Cell::Number(convert::text(exact.fees)),
        Cell::Number(convert::text(exact.profit)),
        Cell::Number(trade.profit_pct.clone()),
        Cell::Text(reason),
        Cell::Text(owners.join(" ")),
    ]
}

const ORDER_COLUMNS: &[&str] = &[
    "client_order_id",
    "created_at",
    "updated_at",
    "symbol",
    "side",
    "type",
    "purpose",
    "status",
    "quantity",
    "quote_budget",
    "limit_price",
    "trigger_price",
    "filled_quantity",
    "average_price",
    "fee",
    "fee_asset",
    "reference_price",
    "slippage_bps",
    "intent",
    "linked_order_id",
    "reason",
];

fn order_cells(order: &Order) -> Vec<Cell> {
    let number = |text: &str| Cell::Number(text.to_owned());
    let text = |text: &str| Cell::Text(text.to_owned());
    vec![
        text(&order.client_order_id),
        moment(order.created_at.as_ref()),
        moment(order.updated_at.as_ref()),
        text(&order.symbol),
        Cell::Text(word(order.side().as_str_name(), "ORDER_SIDE_")),
        Cell::Text(word(order.r#type().as_str_name(), "ORDER_TYPE_")),
        Cell::Text(word(order.purpose().as_str_name(), "ORDER_PURPOSE_")),
        Cell::Text(word(order.status().as_str_name(), "ORDER_STATUS_")),
        number(&order.quantity),
        number(&order.quote_budget),
        number(&order.limit_price),
        number(&order.trigger_price),
        number(&order.filled_quantity),
        number(&order.average_price),
        number(&order.fee),
        text(&order.fee_asset),
        number(&order.reference_price),
        number(&order.slippage_bps),
        Cell::Number(order.intent.to_string()),
        text(&order.linked_order_id),
        text(&order.reason),
    ]
}
