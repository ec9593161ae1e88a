//! The life of an order, step by step, from the journal's records about it.

use crate::convert::{self, text, time};
use domain::{EventKind, Timestamp};
use std::time::Duration;
use storage::StoryRecord;
use tradingd_proto::v1::{IntentOwner, OrderStep, OrderStepKind as Kind};

/// The steps in the order of the journal.
pub(super) fn steps(story: &[StoryRecord]) -> Vec<OrderStep> {
    let first = story.first();
    story.iter().filter_map(|record| step(record, first.unwrap_or(record))).collect()
}

fn step(record: &StoryRecord, first: &StoryRecord) -> Option<OrderStep> {
    let mut step = OrderStep {
        at: Some(time(record.event.at)),
        recorded_at: Some(time(record.recorded_at)),
        sequence: record.sequence,
        since_first: between(first.event.at, record.event.at),
        recorded_since_first: between(first.recorded_at, record.recorded_at),
        ..OrderStep::default()
    };
    let kind = match &record.event.kind {
        EventKind::IntentApproved { .. } => Kind::Decided,
        EventKind::OrderSubmitted { .. } => Kind::Sent,
        EventKind::OrderAccepted { .. } => Kind::Acknowledged,
        EventKind::OrderTriggered { .. } => Kind::Triggered,
        EventKind::OrderFilled { fill, .. } => {
            step.quantity = text(fill.quantity.get());
            step.price = text(fill.price.get());
            step.fee = text(fill.fee);
            step.fee_asset = fill.fee_asset.to_string();
            step.trade_id = fill.trade_id;
            Kind::Filled
        }
        EventKind::CancelRequested { .. } => Kind::CancelAsked,
        EventKind::OrderCancelled { .. } => Kind::Cancelled,
        EventKind::OrderExpired { reason, .. } => {
            step.reason = reason.to_string();
            Kind::Expired
        }
        EventKind::OrderRejected { reason, .. } => {
            step.reason = reason.to_string();
            Kind::Rejected
        }
        EventKind::OrderUnknown { .. } => Kind::InDoubt,
        EventKind::OrderNeverArrived { .. } => Kind::NeverArrived,
        EventKind::IntentFinished { result } => {
            step.reason = result.note.to_string();
            Kind::IntentFinished
        }
        _ => return None,
    };
    step.kind = kind.into();
    Some(step)
}

/// Wall clocks may be set back; a span never shows below zero.
fn between(from: Timestamp, to: Timestamp) -> Option<prost_types::Duration> {
    let micros = u64::try_from(to.micros() - from.micros()).unwrap_or(0);
    Some(convert::duration(Duration::from_micros(micros)))
}

/// The strategies behind an order's intent, and the candle that it was decided on.
pub(super) fn origin(story: &[StoryRecord]) -> (Vec<IntentOwner>, Option<Timestamp>) {
    let approved = story.iter().find_map(|record| match &record.event.kind {
        EventKind::IntentApproved { owners, decision, .. } => Some((owners, decision)),
        _ => None,
    });
    let Some((owners, decision)) = approved else { return (Vec::new(), None) };
    let owner = |(strategy, share): &(domain::Name, domain::Decimal)| IntentOwner {
        strategy: strategy.to_string(),
        share: text(*share),
    };
    (owners.iter().map(owner).collect(), decision.map(|(_, open_time)| open_time))
}
