//! Carrying out what operators ask for: once per request id, recorded and durable before the answer.

use super::batch::wall_now;
use super::handle::{Answer, Failure, RequestContext, Work};
use super::run::{Trader, control};
use crate::convert;
use domain::ClientOrderId;
use engine::{Command, CommandReply, Engine, Level, Refusal};
use storage::{AuthWrite, ControlRecord, StoredReply};
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1;

impl Trader {
    pub(super) async fn handle_work(&mut self, work: Work) {
        match work {
            Work::Command { command, context, reply } => {
                let stops = matches!(command, Command::Stop { .. } | Command::CloseAll { .. });
                let result = self.carry_out(command, &context, stops).await;
                if stops {
                    self.latch.done();
                }
                self.publish(true);
                // The caller may have gone; what it asked for is done and recorded all the same.
                let _ = reply.send(result);
            }
            Work::Control { writes, records, reply } => {
                let _ = reply.send(self.control(writes, records).await);
            }
        }
    }

    async fn carry_out(
        &mut self,
        command: Command,
        context: &RequestContext,
        stops: bool,
    ) -> Result<Answer, Failure> {
        let stored = self.store.stored_reply(&context.principal, &context.request_id).await;
        match stored {
            Ok(Some(stored))
                if stored.method == context.method && stored.body_hash == context.body_hash =>
            {
                return Ok(Answer { bytes: stored.reply, replayed: true });
            }
            Ok(Some(_)) => return Err(Failure::RequestIdReused),
            Ok(None) => {}
            Err(error) if !stops => {
                return Err(Failure::NotDurable { stopped: false, message: error.to_string() });
            }
            Err(_) => {}
        }
        if let Some(answer) = self.answer_pending(&command, context).await {
            return answer;
        }
        // Rows of the batch are durable first, so that a failure below concerns the command alone.
        if self.is_dirty() && !self.is_failed() {
            self.flush().await;
        }
        if let Some(error) = self.failure().filter(|_| !stops) {
            let message = format!("what happened before is not durable yet: {error}");
            return Err(Failure::NotDurable { stopped: false, message });
        }
        let Some(session) = &mut self.session else { return Err(Failure::Gone) };
        let before = session.clone();
        let batch_before = self.batch.clone();
        let orders_before = self.orders.clone();
        let mut outputs = Vec::new();
        session.command(command.clone(), &mut outputs);
        let Some(reply) = self.absorb(&mut outputs) else { return Err(Failure::Gone) };
        self.batch.controls.push(audit(&command, context, &reply));
        let sequence = self.store.last_sequence()
            + self.batch.events.len() as u64
            + self.batch.controls.len() as u64;
        let refusal = match &reply {
            CommandReply::Refused(refusal) => Some(refusal.clone()),
            _ => None,
        };
        let bytes = self.response(&command, &reply, sequence);
        if refusal.is_none() {
            self.batch.request.push(StoredReply {
                principal: context.principal.clone(),
                request_id: context.request_id.clone(),
                method: context.method.to_owned(),
                body_hash: context.body_hash.clone(),
                reply: bytes.clone(),
                sequence,
                at: wall_now(),
            });
        }
        match self.commit_command(stops).await {
            Ok(()) => {
                self.set_failed(None);
                if matches!(command, Command::Resume { .. }) {
                    self.store.restore_reserve();
                }
                refusal.map_or(Ok(Answer { bytes, replayed: false }), |r| Err(Failure::Refused(r)))
            }
            Err(error) if stops => {
                self.set_failed(Some(error.to_string()));
                Err(self.stop_without_store(&command, &error.to_string()))
            }
            Err(error) => {
                // Nothing of it may stay: the caller is told that it was not done.
                self.session = Some(before);
                self.batch = batch_before;
                self.orders = orders_before;
                self.touched.clear();
                self.views.clear();
                Err(Failure::NotDurable { stopped: false, message: error.to_string() })
            }
        }
    }

    /// A stop that holds but is not stored yet may be asked for again with the same id: it is not done
    /// twice, but storing it is tried once more.
    async fn answer_pending(
        &mut self,
        command: &Command,
        context: &RequestContext,
    ) -> Option<Result<Answer, Failure>> {
        let mut requests = self.batch.request.iter();
        let pending = requests.find(|stored| {
            stored.principal == context.principal && stored.request_id == context.request_id
        })?;
        if pending.method != context.method || pending.body_hash != context.body_hash {
            return Some(Err(Failure::RequestIdReused));
        }
        let bytes = pending.reply.clone();
        Some(match self.commit_command(true).await {
            Ok(()) => {
                self.set_failed(None);
                Ok(Answer { bytes, replayed: true })
            }
            Err(error) => Err(self.stop_without_store(command, &error.to_string())),
        })
    }

    /// Makes a command durable; a stop may use the space that is kept for it on a full disk.
    async fn commit_command(&mut self, stops: bool) -> Result<(), storage::Error> {
        let error = match self.commit(true).await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        if stops && self.store.release_reserve().unwrap_or(false) {
            tracing::warn!(%error, "the reserve is given up to store a stop");
            return self.commit(true).await.map(|_| ());
        }
        Err(error)
    }

    /// A stop that the store can't take holds in memory and in a file that the next start reads.
    fn stop_without_store(&mut self, command: &Command, error: &str) -> Failure {
        let (Command::Stop { reason, .. } | Command::CloseAll { reason }) = command else {
            return Failure::NotDurable { stopped: false, message: error.to_owned() };
        };
        let written = write_halt_file(&self.halt_file, reason);
        self.halt_file_written = written.is_ok();
        let message = match written {
            Ok(()) => format!("{error}; the stop is kept in {}", self.halt_file.display()),
            Err(e) => {
                format!("{error}; neither could {} be written: {e}", self.halt_file.display())
            }
        };
        tracing::error!(message, "stopped, but not in the store");
        Failure::NotDurable { stopped: true, message }
    }

    /// At start: a stop that was only kept in a file is carried out before anything else.
    pub(super) fn halt_from_file(&mut self) {
        let reason = std::fs::read_to_string(&self.halt_file).unwrap_or_default();
        self.halt_at_start("halted_by_file", format!("halt file: {}", reason.trim()));
    }

    /// Halts before the first row of this start is handled.
    pub(super) fn halt_at_start(&mut self, kind: &str, reason: String) {
        let Some(session) = &mut self.session else { return };
        if session.engine().trading().state == domain::TradingState::Halted {
            return;
        }
        let mut outputs = Vec::new();
        let stop = Command::Stop { reason: reason.clone(), freeze: false };
        session.command(stop, &mut outputs);
        self.absorb(&mut outputs);
        let detail = serde_json::json!({ "reason": reason });
        self.batch.controls.push(control(kind, detail));
    }

    async fn control(
        &mut self,
        writes: Vec<AuthWrite>,
        records: Vec<ControlRecord>,
    ) -> Result<u64, storage::Error> {
        if self.is_dirty() && !self.is_failed() {
            self.flush().await;
        }
        if let Some(error) = self.failure() {
            return Err(storage::Error::Disk(format!("an earlier commit has failed: {error}")));
        }
        self.batch.auth = writes;
        self.batch.controls = records;
        match self.commit(false).await {
            Ok(committed) => Ok(committed.last_sequence),
            Err(error) => {
                self.batch.auth.clear();
                self.batch.controls.clear();
                Err(error)
            }
        }
    }

    /// The encoded response of the method behind a command.
    fn response(&self, command: &Command, reply: &CommandReply, sequence: u64) -> Vec<u8> {
        let Some(session) = &self.session else { return Vec::new() };
        let engine = session.engine();
        let effect = Some(v1::Effect { sequence, replayed: false });
        let state = Some(convert::trading(engine.trading()));
        match (command, reply) {
            (
                Command::Stop { .. },
                CommandReply::Stopped {
                    cancelled,
                    protection,
                    in_flight,
                    unprotected,
                    to_be_protected,
                    ..
                },
            ) => v1::StopResponse {
                state,
                cancelled_order_ids: cancelled.iter().map(ToString::to_string).collect(),
                protection: protecting(engine, protection, to_be_protected),
                in_flight: orders(engine, in_flight),
                effect,
                synthetic: engine.positions().filter_map(|p| synthetic(&p)).collect(),
                unprotected_symbols: unprotected.iter().map(ToString::to_string).collect(),
            }
            .encode_to_vec(),
            (Command::CloseAll { .. }, CommandReply::Closing { id, .. }) => {
                let report = match engine.closing_report() {
                    Some(running) => Some(convert::close_all(&running, true)),
                    None => engine
                        .last_close_all()
                        .filter(|r| r.id == *id)
                        .map(|r| convert::close_all(r, false)),
                };
                v1::CloseAllResponse { report, state, effect }.encode_to_vec()
            }
            (Command::Resume { .. }, CommandReply::Resumed { .. }) => {
                v1::ResumeResponse { state, previous_cause: self.previous_cause(), effect }
                    .encode_to_vec()
            }
            (Command::SetStrategyEnabled { strategy, .. }, CommandReply::Switched { .. }) => {
                let found = engine
                    .settings()
                    .strategies
                    .iter()
                    .position(|s| s.params.name() == strategy.as_str());
                let strategy = found.map(|at| crate::read_model::strategy(engine, at));
                v1::SetStrategyEnabledResponse { strategy, effect }.encode_to_vec()
            }
            (Command::Move { asset, .. }, CommandReply::Moved { reference }) => {
                let book = engine.book();
                let mut booked = book.movements.iter().rev();
                let booked = booked.find(|m| m.movement.reference == *reference);
                let balance = book.ledger.balance(*asset, engine::ledger::Account::Holdings);
                v1::RecordMovementResponse {
                    movement: booked.map(|m| crate::ledger_view::movement(&m.movement, m.at)),
                    balance: convert::text(balance),
                    effect,
                }
                .encode_to_vec()
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

fn orders(engine: &Engine, ids: &[ClientOrderId]) -> Vec<v1::Order> {
    let live = ids.iter().filter_map(|id| engine.book().orders.get(id));
    live.filter(|o| !o.status.is_terminal()).map(convert::order).collect()
}

/// Protection that stays, and what has been placed since for positions that waited for it.
fn protecting(engine: &Engine, ids: &[ClientOrderId], waited: &[domain::Symbol]) -> Vec<v1::Order> {
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

/// Who did what, and what came of it.
fn audit(command: &Command, context: &RequestContext, reply: &CommandReply) -> ControlRecord {
    let (kind, detail) = match command {
        Command::Stop { reason, freeze } => {
            ("stop", serde_json::json!({ "reason": reason, "freeze": freeze }))
        }
        Command::CloseAll { reason } => ("close_all", serde_json::json!({ "reason": reason })),
        Command::Resume { reason, epoch } => {
            ("resume", serde_json::json!({ "reason": reason, "epoch": epoch }))
        }
        Command::SetStrategyEnabled { strategy, enabled, force, .. } => (
            "strategy_toggled",
            serde_json::json!({ "strategy": strategy.as_str(), "enabled": enabled, "force": force }),
        ),
        Command::ClosePosition { symbol, quantity, reason } => (
            "position_close",
            serde_json::json!({
                "symbol": symbol.as_str(),
                "quantity": quantity.map(|q| convert::text(q.get())),
                "reason": reason,
            }),
        ),
        Command::SetProtection { symbol, stop, first_target, target } => (
            "protection_set",
            serde_json::json!({
                "symbol": symbol.as_str(),
                "stop": level(*stop),
                "first_target": level(*first_target),
                "target": level(*target),
            }),
        ),
        Command::CancelOrder { id } => {
            ("order_cancel", serde_json::json!({ "client_order_id": id.as_str() }))
        }
        Command::Move { kind, asset, amount, reason } => (
            "movement_requested",
            serde_json::json!({
                "kind": kind,
                "asset": asset.as_str(),
                "amount": amount.to_string(),
                "reason": reason,
            }),
        ),
    };
    let outcome = match reply {
        CommandReply::Refused(refusal) => refusal.to_string(),
        _ => "done".to_owned(),
    };
    let mut detail = detail;
    if !context.reason.is_empty() {
        detail["reason"] = context.reason.clone().into();
    }
    detail["request_id"] = context.request_id.clone().into();
    detail["outcome"] = outcome.into();
    ControlRecord {
        at: wall_now(),
        kind: kind.to_owned(),
        principal: context.principal.clone(),
        detail,
    }
}

/// A wanted level in the record: its price, `none`, or `kept`.
fn level(level: Level) -> String {
    match level {
        Level::Keep => "kept".to_owned(),
        Level::Clear => "none".to_owned(),
        Level::At(price) => convert::text(price.get()),
    }
}

fn write_halt_file(path: &std::path::Path, reason: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = std::fs::File::create(path)?;
    // Its being there halts; on a full disk the reason may not fit.
    let _ = file.write_all(reason.as_bytes());
    file.sync_all()?;
    if let Some(parent) = path.parent() {
        std::fs::File::open(parent)?.sync_all()?;
    }
    Ok(())
}

/// What a refusal is on the wire.
#[must_use]
pub fn refusal_reason(refusal: &Refusal) -> crate::control_plane::errors::Reason {
    use crate::control_plane::errors::Reason;
    match refusal {
        Refusal::NotHalted => Reason::NotHalted,
        Refusal::StaleEpoch { .. } => Reason::NewerStop,
        Refusal::Closing(_) => Reason::TradingState,
        Refusal::UnknownStrategy(_) => Reason::NotFound,
        Refusal::OwnsPositions { .. } => Reason::PositionsOpen,
        Refusal::StaleVersion { .. } => Reason::VersionStale,
        Refusal::UnknownOrders { .. } => Reason::OrdersUnknown,
        Refusal::UnknownSymbol(_) | Refusal::NoPosition(_) | Refusal::UnknownOrder(_) => {
            Reason::NotFound
        }
        Refusal::BadQuantity { .. }
        | Refusal::TooSmall { .. }
        | Refusal::BadLevel { .. }
        | Refusal::OffTick { .. } => Reason::FieldInvalid,
        Refusal::ExitAtWork(_) => Reason::ExitAtWork,
        Refusal::ProtectiveOrder(_) => Reason::OrderProtects,
        Refusal::NotSimulated => Reason::NotSimulated,
        Refusal::Movement(_) => Reason::MovementRefused,
    }
}
