//! Open positions; closing one, and moving its stop and targets.

use super::{Shared, requests, symbol_filter};
use crate::control_plane::errors;
use crate::convert;
use crate::trader::{Ask, RequestContext, StreamRecord};
use domain::{Price, Quantity, Symbol};
use engine::{Command, Level};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::v1::*;

/// How long a close waits for its end before it answers that it is still at work. Shorter than the
/// time that clients usually give a call.
const CLOSE_PATIENCE: Duration = Duration::from_secs(5);

#[async_trait]
impl position_service_server::PositionService for Shared {
    async fn list_positions(
        &self,
        request: Request<ListPositionsRequest>,
    ) -> Result<Response<ListPositionsResponse>, Status> {
        let wanted = symbol_filter(&request.into_inner().symbol)?;
        let model = self.trader.read();
        let positions = model
            .positions
            .iter()
            .filter(|p| wanted.is_none_or(|w| w.as_str() == p.symbol))
            .cloned()
            .collect();
        Ok(Response::new(ListPositionsResponse {
            positions,
            as_of: model.status.data_time,
            as_of_sequence: model.sequence,
        }))
    }

    async fn close_position(
        &self,
        request: Request<ClosePositionRequest>,
    ) -> Result<Response<ClosePositionResponse>, Status> {
        let body = request.get_ref().clone();
        let reason = requests::reason(&body.reason, true)?;
        let ask = close(symbol(&body.symbol)?, body.size.as_ref(), reason)?;
        let method = "/tradingd.v1.PositionService/ClosePosition";
        let context = requests::planned(&request, method)?;
        // From before the command, so that its end can't be missed.
        let records = self.trader.records();
        let (mut response, replayed): (ClosePositionResponse, bool) =
            requests::run(self, ask, context).await?;
        if let Some(effect) = &mut response.effect {
            effect.replayed = replayed;
        }
        if response.plan.is_none() {
            response.execution = self.await_execution(response.intent, records).await;
        }
        Ok(Response::new(response))
    }

    async fn set_protection(
        &self,
        request: Request<SetProtectionRequest>,
    ) -> Result<Response<SetProtectionResponse>, Status> {
        let body = request.get_ref().clone();
        let reason = requests::reason(&body.reason, false)?;
        let command = protect(&body)?;
        let method = "/tradingd.v1.PositionService/SetProtection";
        let context = requests::planned(&request, method)?;
        let context = RequestContext { reason, ..context };
        let (mut response, replayed): (SetProtectionResponse, bool) =
            requests::run(self, command, context).await?;
        if let Some(effect) = &mut response.effect {
            effect.replayed = replayed;
        }
        Ok(Response::new(response))
    }
}

fn symbol(text: &str) -> Result<Symbol, Status> {
    symbol_filter(text)?
        .ok_or_else(|| errors::invalid([("symbol", "must be a pair such as BTCUSDT, got \"\"")]))
}

/// What is to be sold.
fn close(
    symbol: Symbol,
    size: Option<&close_position_request::Size>,
    reason: String,
) -> Result<Ask, Status> {
    use close_position_request::Size;
    let quantity = match size {
        None => None,
        Some(Size::Quantity(text)) => {
            let number = requests::amount("quantity", text, requests::MOST)?;
            Some(Quantity::new(number).unwrap_or_default())
        }
        Some(Size::PartPct(text)) => {
            let part_pct = requests::amount("part_pct", text, 100)?;
            return Ok(Ask::ClosePart { symbol, part_pct, reason });
        }
    };
    Ok(Ask::Command(Command::ClosePosition { symbol, quantity, reason }))
}

/// The levels that are to change; at least one.
fn protect(body: &SetProtectionRequest) -> Result<Command, Status> {
    let symbol = symbol(&body.symbol)?;
    let stop = level("stop", body.stop.as_ref())?;
    let first_target = level("first_target", body.first_target.as_ref())?;
    let target = level("target", body.target.as_ref())?;
    if [stop, first_target, target] == [Level::Keep; 3] {
        let rule = "must change, or first_target, or target: none of them is given";
        return Err(errors::invalid([("stop", rule)]));
    }
    Ok(Command::SetProtection { symbol, stop, first_target, target })
}

fn level(field: &str, change: Option<&LevelChange>) -> Result<Level, Status> {
    use level_change::Change;
    let Some(change) = change else { return Ok(Level::Keep) };
    match &change.change {
        Some(Change::Clear(true)) => Ok(Level::Clear),
        Some(Change::Price(text)) => {
            let number = requests::amount(&format!("{field}.price"), text, requests::MOST)?;
            let price = Price::new(number)
                .map_err(|e| errors::invalid([(format!("{field}.price"), e.to_string())]))?;
            Ok(Level::At(price))
        }
        Some(Change::Clear(false)) => {
            let rule = "must be true; leave the level out to keep it";
            Err(errors::invalid([(format!("{field}.clear"), rule)]))
        }
        None => {
            let rule = "must have a price, or clear; leave it out to keep the level";
            Err(errors::invalid([(field, rule)]))
        }
    }
}

impl Shared {
    /// What an intent came to, once that is known; `None` when it is still at work after a while.
    async fn await_execution(
        &self,
        intent: u64,
        mut records: broadcast::Receiver<Arc<Vec<StreamRecord>>>,
    ) -> Option<Execution> {
        // Ended with the command itself, or, for a repeated request, long ago.
        if let Some(execution) = self.stored_execution(intent).await {
            return Some(execution);
        }
        let end = async {
            loop {
                let found = match records.recv().await {
                    Ok(batch) => batch.iter().find_map(|record| finished(record, intent)),
                    Err(broadcast::error::RecvError::Lagged(_)) => {
                        self.stored_execution(intent).await
                    }
                    Err(broadcast::error::RecvError::Closed) => return None,
                };
                if found.is_some() {
                    return found;
                }
            }
        };
        tokio::time::timeout(CLOSE_PATIENCE, end).await.unwrap_or(None)
    }

    /// The stored result. The sale was ordered and recorded whatever this read comes to, so that a
    /// failed one counts as "not known yet".
    async fn stored_execution(&self, intent: u64) -> Option<Execution> {
        match self.store.execution(intent).await {
            Ok(found) => found.map(|record| convert::execution(&record.result, record.at)),
            Err(error) => {
                tracing::warn!(%error, intent, "the result of an intent can't be read");
                None
            }
        }
    }
}

/// The result in a record, if it is this intent's.
fn finished(record: &StreamRecord, intent: u64) -> Option<Execution> {
    match &record.message.payload {
        Some(subscribe_response::Payload::IntentFinished(result)) if result.intent == intent => {
            Some(result.clone())
        }
        _ => None,
    }
}
