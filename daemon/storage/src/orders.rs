//! Orders, intents and fills on their way into the store.
//!
//! Derives fills and intents from engine events; an order's state comes ready from the caller.

use crate::Error;
use crate::bulk::{Insert, Values, to_i64};
use domain::{
    EngineEvent, EventKind, Liquidity, Name, OrderPurpose, OrderSide, OrderStatus, OrderView,
};
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeSet;

static INTENTS: Insert = Insert::new(
    "INSERT INTO intents (intent, engine_sequence, symbol, decision_interval, decision_open_time)",
    5,
    "",
);

static OWNERS: Insert = Insert::new("INSERT INTO intent_owners (strategy, intent)", 2, "");

static ORDERS: Insert = Insert::new(
    "INSERT INTO orders (id, intent, symbol, status, is_open, created_at, updated_at, sequence, view)",
    9,
    "ON CONFLICT (id) DO UPDATE SET status = excluded.status, is_open = excluded.is_open, \
     updated_at = excluded.updated_at, sequence = excluded.sequence, view = excluded.view",
);

static FILLS: Insert = Insert::new(
    "INSERT INTO fills (engine_sequence, symbol, trade_id, order_id, at, side, price, quantity, \
     fee, fee_asset, liquidity)",
    11,
    "",
);

/// The column text of a side.
pub(crate) const fn side_text(side: OrderSide) -> &'static str {
    match side {
        OrderSide::Buy => "buy",
        OrderSide::Sell => "sell",
    }
}

/// The text of a purpose in the stored view.
pub(crate) const fn purpose_text(purpose: OrderPurpose) -> &'static str {
    match purpose {
        OrderPurpose::Entry => "entry",
        OrderPurpose::StrategyExit => "strategy_exit",
        OrderPurpose::Protection => "protection",
        OrderPurpose::CloseAll => "close_all",
        OrderPurpose::OperatorExit => "operator_exit",
    }
}

/// The column text of a liquidity.
pub(crate) const fn liquidity_text(liquidity: Liquidity) -> &'static str {
    match liquidity {
        Liquidity::Maker => "maker",
        Liquidity::Taker => "taker",
    }
}

pub(crate) const fn status_text(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Intent => "intent",
        OrderStatus::Attempted => "attempted",
        OrderStatus::Unknown => "unknown",
        OrderStatus::NeverArrived => "never_arrived",
        OrderStatus::Working => "working",
        OrderStatus::PartiallyFilled => "partially_filled",
        OrderStatus::Filled => "filled",
        OrderStatus::Cancelled => "cancelled",
        OrderStatus::Expired => "expired",
        OrderStatus::Rejected => "rejected",
    }
}

pub(crate) async fn insert_intents(
    connection: &mut SqliteConnection,
    events: &[EngineEvent],
) -> Result<(), Error> {
    let approved = |event: &&EngineEvent| matches!(event.kind, EventKind::IntentApproved { .. });
    let rows: Vec<&EngineEvent> = events.iter().filter(approved).collect();
    let bind = |v: &mut Values, event: &&EngineEvent| {
        let EventKind::IntentApproved { intent, symbol, decision, .. } = &event.kind else {
            return Ok(());
        };
        v.add(to_i64("intent", *intent)?)?;
        v.add(to_i64("engine sequence", event.sequence)?)?;
        v.add(symbol.as_str().to_owned())?;
        v.add(decision.map(|(interval, _)| i64::from(interval.seconds())))?;
        v.add(decision.map(|(_, open_time)| open_time.micros()))
    };
    INTENTS.run(connection, &rows, bind).await?;
    let owners = rows.iter().flat_map(|event| match &event.kind {
        EventKind::IntentApproved { intent, owners, .. } => {
            owners.iter().map(|(owner, _)| (*owner, *intent)).collect()
        }
        _ => Vec::new(),
    });
    let owners: Vec<(Name, u64)> = owners.collect::<BTreeSet<_>>().into_iter().collect();
    let bind = |v: &mut Values, (owner, intent): &(Name, u64)| {
        v.add(owner.to_string())?;
        v.add(to_i64("intent", *intent)?)
    };
    OWNERS.run(connection, &owners, bind).await?;
    Ok(())
}

pub(crate) async fn upsert(
    connection: &mut SqliteConnection,
    orders: &[OrderView],
) -> Result<(), Error> {
    let bind = |v: &mut Values, view: &OrderView| {
        let text = serde_json::to_string(view)
            .map_err(|e| Error::Broken(format!("order {}: {e}", view.order.id)))?;
        v.add(view.order.id.as_str().to_owned())?;
        v.add(to_i64("intent", view.intent)?)?;
        v.add(view.order.symbol.as_str().to_owned())?;
        v.add(status_text(view.status))?;
        v.add(i64::from(!view.is_settled()))?;
        v.add(view.created_at.micros())?;
        v.add(view.updated_at.micros())?;
        v.add(to_i64("sequence", view.sequence)?)?;
        v.add(text)
    };
    ORDERS.run(connection, orders, bind).await?;
    Ok(())
}

pub(crate) async fn insert_fills(
    connection: &mut SqliteConnection,
    events: &[EngineEvent],
) -> Result<(), Error> {
    let filled = |event: &&EngineEvent| matches!(event.kind, EventKind::OrderFilled { .. });
    let rows: Vec<&EngineEvent> = events.iter().filter(filled).collect();
    let bind = |v: &mut Values, event: &&EngineEvent| {
        let EventKind::OrderFilled { id, symbol, side, fill, .. } = &event.kind else {
            return Ok(());
        };
        v.add(to_i64("engine sequence", event.sequence)?)?;
        v.add(symbol.as_str().to_owned())?;
        v.add(fill.trade_id.cast_signed())?;
        v.add(id.as_str().to_owned())?;
        v.add(event.at.micros())?;
        v.add(side_text(*side))?;
        v.add(fill.price.get().to_string())?;
        v.add(fill.quantity.get().to_string())?;
        v.add(fill.fee.to_string())?;
        v.add(fill.fee_asset.as_str().to_owned())?;
        v.add(liquidity_text(fill.liquidity))
    };
    FILLS.run(connection, &rows, bind).await?;
    Ok(())
}
