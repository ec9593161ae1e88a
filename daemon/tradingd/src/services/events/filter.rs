//! What a subscriber wants to hear of, and what a record is about.

use super::super::symbol_filter;
use crate::control_plane::errors;
use crate::read_model::ReadModel;
use std::collections::BTreeSet;
use tonic::Status;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;

/// Symbols that one filter may name.
const MOST_SYMBOLS: usize = 64;

/// What a record is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub kind: EventKind,
    pub severity: EventSeverity,
    /// The symbol; `None` when it is about none.
    pub symbol: Option<String>,
}

/// What passes. Empty sets let everything pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    kinds: BTreeSet<i32>,
    symbols: BTreeSet<String>,
    least: i32,
}

impl Filter {
    /// The filter of a request.
    ///
    /// # Errors
    /// A kind, severity or symbol that there is not, or too many symbols.
    pub fn of(request: &SubscribeRequest) -> Result<Self, Status> {
        for number in &request.kinds {
            if !EventKind::try_from(*number).is_ok_and(|kind| kind != EventKind::Unspecified) {
                let rule = format!("must be kinds of events, 1 to 8, got {number}");
                return Err(errors::invalid([("kinds", rule)]));
            }
        }
        if EventSeverity::try_from(request.min_severity).is_err() {
            let rule = format!("must be 0 to 3, got {}", request.min_severity);
            return Err(errors::invalid([("min_severity", rule)]));
        }
        if request.symbols.len() > MOST_SYMBOLS {
            let rule = format!("must be at most {MOST_SYMBOLS}, got {}", request.symbols.len());
            return Err(errors::invalid([("symbols", rule)]));
        }
        let mut symbols = BTreeSet::new();
        for text in &request.symbols {
            let rule = || errors::invalid([("symbols", "must not hold an empty symbol")]);
            symbols.insert(symbol_filter(text)?.ok_or_else(rule)?.to_string());
        }
        Ok(Self {
            kinds: request.kinds.iter().copied().collect(),
            symbols,
            least: request.min_severity,
        })
    }

    /// True for a record that the subscriber wants.
    pub fn passes(&self, about: &About) -> bool {
        self.wants(about.kind)
            && i32::from(about.severity) >= self.least
            && about.symbol.as_ref().is_none_or(|symbol| self.wants_symbol(symbol))
    }

    /// True for marks.
    pub fn wants_marks(&self) -> bool {
        self.wants(EventKind::Mark)
    }

    fn wants(&self, kind: EventKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&i32::from(kind))
    }

    /// True unless only other symbols are wanted.
    pub fn wants_symbol(&self, symbol: &str) -> bool {
        self.symbols.is_empty() || self.symbols.contains(symbol)
    }

    /// True when everything of a mark is wanted, so that it can be shared.
    pub fn wants_all_symbols(&self) -> bool {
        self.symbols.is_empty()
    }

    /// Open positions that the subscriber wants.
    pub fn positions(&self, model: &ReadModel) -> Vec<Position> {
        model.positions.iter().filter(|p| self.wants_symbol(&p.symbol)).cloned().collect()
    }
}

/// What a message of a record is about.
pub fn about(message: &SubscribeResponse) -> About {
    let (kind, severity, symbol) = message.payload.as_ref().map_or_else(
        || (EventKind::Control, EventSeverity::Info, ""),
        |payload| (kind(payload), severity(payload), symbol(payload)),
    );
    About { kind, severity, symbol: (!symbol.is_empty()).then(|| symbol.to_owned()) }
}

const fn kind(payload: &Payload) -> EventKind {
    match payload {
        Payload::OrderUpdated(_)
        | Payload::Fill(_)
        | Payload::IntentApproved(_)
        | Payload::IntentFinished(_) => EventKind::Order,
        Payload::ProtectionChanged(_)
        | Payload::TradeClosed(_)
        | Payload::PositionClosed(_)
        | Payload::PositionReduced(_) => EventKind::Position,
        Payload::TradingStateChanged(_)
        | Payload::StrategySwitched(_)
        | Payload::CloseAllStarted(_)
        | Payload::CloseAllFinished(_) => EventKind::Trading,
        Payload::EntryDenied(_) => EventKind::Risk,
        Payload::AccountOpened(_) | Payload::DayStarted(_) | Payload::ExternalMovement(_) => {
            EventKind::Account
        }
        Payload::Alert(_) => EventKind::Alert,
        Payload::Mark(_) => EventKind::Mark,
        Payload::Control(_)
        | Payload::Snapshot(_)
        | Payload::Heartbeat(_)
        | Payload::ResyncRequired(_) => EventKind::Control,
    }
}

fn severity(payload: &Payload) -> EventSeverity {
    use EventSeverity::{Critical, Info, Warning};
    match payload {
        Payload::TradingStateChanged(change) => match change.to() {
            TradingState::Halted => Critical,
            TradingState::Reducing => Warning,
            _ => Info,
        },
        Payload::CloseAllFinished(report) if !report.flat => Critical,
        Payload::EntryDenied(_) | Payload::PositionReduced(_) => Warning,
        Payload::StrategySwitched(switch) if !switch.enabled => Warning,
        Payload::OrderUpdated(order) => match order.status() {
            OrderStatus::Rejected | OrderStatus::Unknown | OrderStatus::NeverArrived => Warning,
            _ => Info,
        },
        Payload::Alert(changed) => match changed.alert.as_ref().map(Alert::severity) {
            Some(AlertSeverity::Critical) => Critical,
            Some(AlertSeverity::Warning) => Warning,
            _ => Info,
        },
        Payload::Control(record) => match record.r#type.as_str() {
            "row_set_aside" => Critical,
            kind if kind.contains("fail") || kind.contains("refused") => Warning,
            _ => Info,
        },
        _ => Info,
    }
}

fn symbol(payload: &Payload) -> &str {
    match payload {
        Payload::OrderUpdated(order) => &order.symbol,
        Payload::Fill(fill) => &fill.symbol,
        Payload::IntentApproved(intent) => &intent.symbol,
        Payload::IntentFinished(result) => &result.symbol,
        Payload::ProtectionChanged(change) => &change.symbol,
        Payload::TradeClosed(trade) => &trade.symbol,
        Payload::PositionClosed(closed) => &closed.symbol,
        Payload::PositionReduced(reduced) => &reduced.symbol,
        Payload::EntryDenied(denied) => &denied.symbol,
        Payload::StrategySwitched(switch) => &switch.symbol,
        _ => "",
    }
}
