//! What a command finds and what it leaves, for its audit record.

use crate::convert;
use domain::Price;
use engine::{Command, Engine};
use serde_json::{Value, json};

/// The part of the engine's state that a command is about; null when there is none.
pub(super) fn part(engine: &Engine, command: &Command) -> Value {
    match command {
        Command::Stop { .. } | Command::CloseAll { .. } | Command::Resume { .. } => {
            let trading = engine.trading();
            json!({ "state": trading.state, "epoch": trading.epoch, "frozen": trading.frozen })
        }
        Command::SetStrategyEnabled { strategy, .. } => {
            let mut all = engine.settings().strategies.iter();
            let at = all.position(|settings| settings.params.name() == strategy.as_str());
            at.map_or(Value::Null, |at| json!({ "enabled": engine.switch_of(at).enabled }))
        }
        Command::ClosePosition { symbol, .. } | Command::SetProtection { symbol, .. } => {
            let mut positions = engine.positions();
            let Some(view) = positions.find(|view| view.instrument.symbol == *symbol) else {
                return Value::Null;
            };
            let price = |price: Option<Price>| price.map(|price| convert::text(price.get()));
            json!({
                "quantity": convert::text(view.position.quantity),
                "stop": price(view.stop),
                "first_target": price(view.first_target),
                "target": price(view.target),
            })
        }
        Command::CancelOrder { id } => {
            engine.book().order(*id).map_or(Value::Null, |order| json!({ "status": order.status }))
        }
        // What moved is an event of its own; the balances before and after are in the ledger.
        Command::Move { .. } => Value::Null,
    }
}

/// Puts both into a record's detail, where the command is about something that is there.
pub(super) fn put(detail: &mut Value, before: Value, after: Value) {
    for (name, part) in [("before", before), ("after", after)] {
        if !part.is_null() {
            detail[name] = part;
        }
    }
}
