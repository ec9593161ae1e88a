//! The encoded response of the method behind each command.
//!
//! Says what is so once the command was carried out; whether it was is told by the engine's reply.

use super::run::Trader;
use crate::convert;
use crate::read_model;
use domain::{ClientOrderId, Symbol};
use engine::{Command, CommandReply, Engine};
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1;

impl Trader {
    /// The response; empty for a refusal, which travels as an error.
    pub(super) fn response(
        &self,
        command: &Command,
        reply: &CommandReply,
        sequence: u64,
    ) -> Vec<u8> {
        let Some(session) = &self.session else { return Vec::new() };
        let engine = session.engine();
        let effect = v1::Effect { sequence, replayed: false };
        match (command, reply) {
            (Command::Stop { .. }, CommandReply::Stopped { .. }) => {
                stopped(engine, reply, effect).encode_to_vec()
            }
            (Command::CloseAll { .. }, CommandReply::Closing { id, .. }) => {
                closing_all(engine, *id, effect).encode_to_vec()
            }
            (Command::Resume { .. }, CommandReply::Resumed { .. }) => v1::ResumeResponse {
                state: Some(convert::trading(engine.trading())),
                previous_cause: self.previous_cause(),
                effect: Some(effect),
                plan: None,
            }
            .encode_to_vec(),
            (Command::SetStrategyEnabled { strategy, .. }, CommandReply::Switched { .. }) => {
                switched(engine, strategy, effect).encode_to_vec()
            }
            (
                Command::ClosePosition { symbol, .. },
                CommandReply::ClosingPosition { intent, quantity },
            ) => v1::ClosePositionResponse {
                intent: *intent,
                symbol: symbol.to_string(),
                quantity: convert::text(quantity.get()),
                // The service adds it once it is known.
                execution: None,
                effect: Some(effect),
                plan: None,
            }
            .encode_to_vec(),
            (Command::SetProtection { symbol, .. }, CommandReply::Protected { .. }) => {
                protected(engine, *symbol, effect).encode_to_vec()
            }
            (Command::CancelOrder { .. }, CommandReply::Cancelling { id }) => {
                let order = engine.book().order(*id).map(convert::order);
                v1::CancelOrderResponse { order, effect: Some(effect), plan: None }.encode_to_vec()
            }
            (Command::Move { asset, .. }, CommandReply::Moved { reference }) => {
                moved(engine, *asset, reference, effect).encode_to_vec()
            }
            _ => Vec::new(),
        }
    }

    /// Why trading had been halted, as the last published model says.
    fn previous_cause(&self) -> String {
        let model = self.model.borrow();
        model.status.trading_state.as_ref().map(|t| t.cause.clone()).unwrap_or_default()
    }
}

fn stopped(engine: &Engine, reply: &CommandReply, effect: v1::Effect) -> v1::StopResponse {
    let CommandReply::Stopped {
        cancelled,
        protection,
        in_flight,
        unprotected,
        to_be_protected,
        ..
    } = reply
    else {
        return v1::StopResponse::default();
    };
    v1::StopResponse {
        state: Some(convert::trading(engine.trading())),
        cancelled_order_ids: cancelled.iter().map(ToString::to_string).collect(),
        protection: protecting(engine, protection, to_be_protected),
        in_flight: orders(engine, in_flight),
        effect: Some(effect),
        plan: None,
        synthetic: engine.positions().filter_map(|p| synthetic(&p)).collect(),
        unprotected_symbols: unprotected.iter().map(ToString::to_string).collect(),
    }
}

fn closing_all(engine: &Engine, id: u64, effect: v1::Effect) -> v1::CloseAllResponse {
    let report = match engine.closing_report() {
        Some(running) => Some(convert::close_all(&running, true)),
        None => {
            engine.last_close_all().filter(|r| r.id == id).map(|r| convert::close_all(r, false))
        }
    };
    let state = Some(convert::trading(engine.trading()));
    v1::CloseAllResponse { report, state, effect: Some(effect), plan: None }
}

fn switched(
    engine: &Engine,
    strategy: &domain::Name,
    effect: v1::Effect,
) -> v1::SetStrategyEnabledResponse {
    let mut strategies = engine.settings().strategies.iter();
    let found = strategies.position(|s| s.params.name() == strategy.as_str());
    let strategy = found.map(|at| read_model::strategy(engine, at));
    v1::SetStrategyEnabledResponse { strategy, effect: Some(effect), plan: None }
}

fn protected(engine: &Engine, symbol: Symbol, effect: v1::Effect) -> v1::SetProtectionResponse {
    let view = engine.positions().find(|view| view.instrument.symbol == symbol);
    let position = view.as_ref().map(read_model::position);
    v1::SetProtectionResponse { position, effect: Some(effect), plan: None }
}

fn moved(
    engine: &Engine,
    asset: domain::Asset,
    reference: &str,
    effect: v1::Effect,
) -> v1::RecordMovementResponse {
    let book = engine.book();
    let booked = book.movements.iter().rev().find(|m| m.movement.reference == reference);
    let balance = book.ledger.balance(asset, engine::ledger::Account::Holdings);
    v1::RecordMovementResponse {
        movement: booked.map(|m| crate::ledger_view::movement(&m.movement, m.at)),
        balance: convert::text(balance),
        effect: Some(effect),
        plan: None,
    }
}

fn orders(engine: &Engine, ids: &[ClientOrderId]) -> Vec<v1::Order> {
    let live = ids.iter().filter_map(|id| engine.book().orders.get(id));
    live.filter(|o| !o.status.is_terminal()).map(convert::order).collect()
}

/// Protection that stays, and what has been placed since for positions that waited for it.
fn protecting(engine: &Engine, ids: &[ClientOrderId], waited: &[Symbol]) -> Vec<v1::Order> {
    let live = engine.book().orders.values().filter(|o| {
        !o.status.is_terminal()
            && o.order.purpose == domain::OrderPurpose::Protection
            && (ids.contains(&o.order.id) || waited.contains(&o.order.symbol))
    });
    live.map(convert::order).collect()
}

/// The protection of a position that no venue order covers, if it has any.
fn synthetic(view: &engine::PositionView<'_>) -> Option<v1::SyntheticProtection> {
    let price = |p: Option<domain::Price>| p.map(|p| convert::text(p.get())).unwrap_or_default();
    (view.place == engine::ProtectionPlace::Synthetic).then(|| v1::SyntheticProtection {
        symbol: view.instrument.symbol.to_string(),
        stop_price: price(view.stop),
        target_price: price(view.target),
        quantity: convert::text(view.position.quantity),
    })
}
