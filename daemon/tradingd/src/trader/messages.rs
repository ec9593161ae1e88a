//! Journal records as stream messages.

use crate::convert::{self, money, text, time};
use crate::ledger_view as ledger;
use domain::{EngineEvent, EventKind, OrderView, UtcDay, event_order_id};
use storage::{ControlRecord, JournalBody, JournalRecord};
use tradingd_proto::v1;
use v1::subscribe_response::Payload;

/// The message of a journal record. `order` is the order it is about, in its newest state.
#[must_use]
pub fn message(record: &JournalRecord, order: Option<&OrderView>) -> v1::SubscribeResponse {
    let (at, payload) = match &record.body {
        JournalBody::Engine(event) => (event.at, engine(event, order)),
        JournalBody::Control(control) => (control.at, control_record(control)),
    };
    v1::SubscribeResponse {
        sequence: record.sequence,
        previous_sequence: record.sequence.saturating_sub(1),
        as_of_sequence: record.sequence,
        at: Some(time(at)),
        order: order.map(convert::order),
        payload: Some(payload),
    }
}

/// The order that a record is about, if it is about one.
#[must_use]
pub fn order_of(record: &JournalRecord) -> Option<domain::ClientOrderId> {
    match &record.body {
        JournalBody::Engine(event) => event_order_id(&event.kind),
        JournalBody::Control(_) => None,
    }
}

fn control_record(record: &ControlRecord) -> Payload {
    if let Some(change) = record.kind.strip_prefix("alert_")
        && let Some(alert) = crate::alerts::from_detail(&record.detail)
    {
        let alert = Some(crate::services::wire(&alert));
        return Payload::Alert(v1::AlertChanged { change: change.to_owned(), alert });
    }
    Payload::Control(v1::ControlRecord {
        r#type: record.kind.clone(),
        principal: record.principal.clone(),
        role: record.role.clone(),
        source: record.source.clone(),
        request_id: record.request_id.clone(),
        detail: record.detail.to_string(),
    })
}

fn engine(event: &EngineEvent, order: Option<&OrderView>) -> Payload {
    match &event.kind {
        EventKind::AccountOpened { balances } => Payload::AccountOpened(v1::AccountOpened {
            balances: balances
                .iter()
                .map(|(asset, amount)| v1::AssetAmount {
                    asset: asset.to_string(),
                    amount: text(*amount),
                })
                .collect(),
        }),
        EventKind::DayStarted { day, equity } => {
            Payload::DayStarted(v1::DayStarted { day: date(*day), equity: money(*equity) })
        }
        EventKind::TradingStateChanged { from, to, epoch, cause, frozen } => {
            Payload::TradingStateChanged(v1::TradingStateChanged {
                from: convert::trading_state(*from).into(),
                to: convert::trading_state(*to).into(),
                epoch: *epoch,
                cause: convert::cause(Some(cause)),
                frozen: *frozen,
            })
        }
        EventKind::StrategySwitched { strategy, symbol, enabled, cause } => {
            Payload::StrategySwitched(v1::StrategySwitched {
                strategy: strategy.to_string(),
                symbol: symbol.map(|s| s.to_string()).unwrap_or_default(),
                enabled: *enabled,
                cause: convert::switch_cause(cause),
            })
        }
        EventKind::EntryDenied { symbol, denial } => Payload::EntryDenied(v1::EntryDenied {
            symbol: symbol.to_string(),
            check: denial.check.to_string(),
            limit: text(denial.limit),
            value: text(denial.value),
        }),
        EventKind::IntentApproved {
            intent,
            symbol,
            side,
            purpose,
            style,
            reference_price,
            owners,
            ..
        } => Payload::IntentApproved(v1::IntentApproved {
            intent: *intent,
            symbol: symbol.to_string(),
            side: convert::side(*side).into(),
            purpose: convert::purpose(*purpose).into(),
            reference_price: text(reference_price.get()),
            strategies: owners.iter().map(|o| o.0.to_string()).collect(),
            style: convert::style(*style).into(),
        }),
        EventKind::OrderFilled { id, symbol, side, fill, .. } => {
            Payload::Fill(convert::fill(id.as_str(), symbol.as_str(), *side, fill, event.at))
        }
        EventKind::ExternalMovement { movement } => {
            Payload::ExternalMovement(ledger::movement(movement, event.at))
        }
        EventKind::PositionReduced { symbol, quantity, price, cause } => {
            Payload::PositionReduced(ledger::reduced(*symbol, *quantity, *price, *cause))
        }
        EventKind::IntentFinished { result } => {
            Payload::IntentFinished(convert::execution(result, event.at))
        }
        EventKind::ProtectionSet { symbol, stop, target, at_venue, first_target, stop_kind } => {
            let none = stop.is_none() && target.is_none() && first_target.is_none();
            Payload::ProtectionChanged(v1::ProtectionChanged {
                symbol: symbol.to_string(),
                stop_price: stop.map(|p| text(p.get())).unwrap_or_default(),
                target_price: target.map(|p| text(p.get())).unwrap_or_default(),
                place: match (none, *at_venue) {
                    (true, _) => v1::ProtectionPlace::None.into(),
                    (false, true) => v1::ProtectionPlace::Venue.into(),
                    (false, false) => v1::ProtectionPlace::Synthetic.into(),
                },
                first_target_price: first_target.map(|p| text(p.get())).unwrap_or_default(),
                stop_kind: convert::stop_kind(*stop_kind).into(),
            })
        }
        EventKind::TradeClosed { trade } => Payload::TradeClosed(convert::trade(trade)),
        EventKind::PositionClosed { symbol, reason } => {
            Payload::PositionClosed(v1::PositionClosed {
                symbol: symbol.to_string(),
                reason: convert::exit_reason(*reason).into(),
            })
        }
        EventKind::CloseAllStarted { id, reason } => {
            Payload::CloseAllStarted(v1::CloseAllStarted { id: *id, reason: reason.clone() })
        }
        EventKind::CloseAllFinished { report } => {
            Payload::CloseAllFinished(convert::close_all(report, false))
        }
        EventKind::OrderSubmitted { .. }
        | EventKind::OrderAccepted { .. }
        | EventKind::OrderRejected { .. }
        | EventKind::OrderUnknown { .. }
        | EventKind::OrderNeverArrived { .. }
        | EventKind::OrderTriggered { .. }
        | EventKind::CancelRequested { .. }
        | EventKind::OrderCancelled { .. }
        | EventKind::OrderExpired { .. } => {
            let submitted = OrderView::submitted(event);
            let view = order.or(submitted.as_ref());
            Payload::OrderUpdated(view.map(convert::order).unwrap_or_default())
        }
    }
}

/// A UTC day as `YYYY-MM-DD` (civil-from-days, Howard Hinnant, "chrono-compatible date algorithms").
fn date(day: UtcDay) -> String {
    let z = i64::from(day.0) + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day_of_month:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_dates() {
        for (days, text) in
            [(0, "1970-01-01"), (19_782, "2024-02-29"), (20_454, "2026-01-01"), (-1, "1969-12-31")]
        {
            assert_eq!(date(UtcDay(days)), text);
        }
    }
}
