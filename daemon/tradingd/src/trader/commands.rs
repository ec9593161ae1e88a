//! Carrying out what operators ask for: once per request id, recorded and durable before the answer.

use super::batch::{is_answer, wall_now};
use super::before_after;
use super::handle::{Answer, Ask, Change, Failure, RequestContext, Work};
use super::refusals::{refusal_field, refusal_reason};
use super::run::{Trader, control};
use super::{deadline, halt};
use crate::control_plane::errors::Reason;
use crate::convert;
use domain::Decimal;
use engine::{Command, CommandReply, Engine, Level};
use storage::{ControlRecord, StoredReply};

impl Trader {
    pub(super) async fn handle_work(&mut self, work: Work) {
        match work {
            Work::Command { ask, context, deadline, reply } if context.dry_run => {
                let result = if deadline::is_over(deadline) {
                    Err(Failure::TooLate)
                } else {
                    self.plan(ask, &context).await
                };
                let _ = reply.send(result);
            }
            Work::Command { ask, context, deadline, reply } => {
                let stops = ask.stops();
                if !stops && deadline::is_over(deadline) {
                    let _ = reply.send(Err(Failure::TooLate));
                    return;
                }
                let reserve = ask.may_use_reserve();
                let result = self.carry_out(self.sized(ask), &context, stops, reserve).await;
                if stops {
                    self.latch.done();
                }
                self.publish(true);
                // The caller may have gone; what it asked for is done and recorded all the same.
                let _ = reply.send(result);
            }
            Work::Settings { ask, context, reply } if context.dry_run => {
                let _ = reply.send(self.plan_settings(&ask).await);
            }
            Work::Settings { ask, context, reply } => {
                let result = self.change_settings(&ask, &context).await;
                self.publish(true);
                let _ = reply.send(result);
            }
            Work::Control { change, deadline, reply } => {
                let late = deadline::is_over(deadline);
                let _ = reply.send(if late {
                    Err(Failure::TooLate)
                } else {
                    self.control(change).await
                });
            }
            Work::Halt { kind, reason, reply } => {
                let halted = self.halt_now(kind, reason).await;
                self.latch.done();
                self.publish(true);
                let _ = reply.send(halted);
            }
        }
    }

    /// The engine's command for what was asked. A share that is less than a step gives a quantity of
    /// zero, which the engine refuses in words; so it does when nothing is held.
    pub(super) fn sized(&self, ask: Ask) -> Command {
        let (symbol, part_pct, reason) = match ask {
            Ask::Command(command) => return command,
            Ask::ClosePart { symbol, part_pct, reason } => (symbol, part_pct, reason),
        };
        let engine = self.session.as_ref().map(simulator::PaperSession::engine);
        let mut positions = engine.into_iter().flat_map(Engine::positions);
        let view = positions.find(|view| view.instrument.symbol == symbol);
        let quantity = view.filter(|_| part_pct < Decimal::ONE_HUNDRED).map(|view| {
            let part = view.position.quantity * part_pct / Decimal::ONE_HUNDRED;
            view.instrument.floor_quantity(part)
        });
        Command::ClosePosition { symbol, quantity, reason }
    }

    async fn carry_out(
        &mut self,
        command: Command,
        context: &RequestContext,
        stops: bool,
        reserve: bool,
    ) -> Result<Answer, Failure> {
        match self.answered(context).await {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => {}
            Err(Failure::NotDurable { .. }) if reserve => {}
            Err(failure) => return Err(failure),
        }
        if let Some(answer) = self.answer_pending(&command, context).await {
            return answer;
        }
        // A plain stop is done for whoever could ask for it when it was sent: it only makes safer.
        let safer = matches!(command, Command::Stop { freeze: false, .. });
        if !safer && !context.permit.holds() {
            return Err(Failure::NotPermitted);
        }
        // Rows of the batch are durable first, so that a failure below concerns the command alone.
        if self.is_dirty() && !self.is_failed() {
            self.flush().await;
        }
        if let Some(error) = self.failure().filter(|_| !reserve) {
            let message = format!("what happened before is not durable yet: {error}");
            return Err(Failure::NotDurable { stopped: false, message });
        }
        if let Some(denial) = self.unfit(&command, context) {
            return Err(self.deny(&command, context, denial).await);
        }
        let Some(session) = &mut self.session else { return Err(Failure::Gone) };
        let before = session.clone();
        let batch_before = self.batch.clone();
        let orders_before = self.orders.clone();
        let (touched_before, views_before) = (self.touched.clone(), self.views.clone());
        let mut outputs = Vec::new();
        session.command(command.clone(), &mut outputs);
        let Some(reply) = self.absorb(&mut outputs) else { return Err(Failure::Gone) };
        let refusal = match &reply {
            CommandReply::Refused(refusal) => Some(refusal.clone()),
            _ => None,
        };
        let outcome = refusal.as_ref().map_or_else(|| "done".to_owned(), ToString::to_string);
        let mut record = audit(&command, context, &outcome);
        if let Some(after) = &self.session {
            let part =
                |session: &simulator::PaperSession| before_after::part(session.engine(), &command);
            before_after::put(&mut record.detail, part(&before), part(after));
        }
        self.batch.controls.push(record);
        let sequence = self.store.last_sequence()
            + self.batch.events.len() as u64
            + self.batch.controls.len() as u64;
        let bytes = match &refusal {
            Some(refusal) => Denial::of(refusal).to_bytes(),
            None => self.response(&command, &reply, sequence),
        };
        self.batch.request.push(stored_reply(context, bytes.clone(), sequence));
        match self.commit_command(reserve).await {
            Ok(()) => {
                self.set_failed(None);
                if matches!(command, Command::Resume { .. }) {
                    self.store.restore_reserve();
                }
                let answer = Answer { bytes, replayed: false, sequence };
                refusal.map_or(Ok(answer), |r| Err(Failure::Refused(r)))
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
                // A cancel may come while earlier rows still wait for their commit.
                self.touched = touched_before;
                self.views = views_before;
                Err(Failure::NotDurable { stopped: false, message: error.to_string() })
            }
        }
    }

    /// Records that a request was refused before the engine saw it; a repeat gets the same answer.
    async fn deny(
        &mut self,
        command: &Command,
        context: &RequestContext,
        denial: Denial,
    ) -> Failure {
        let batch_before = self.batch.clone();
        self.batch.controls.push(audit(command, context, &denial.message));
        let sequence = self.store.last_sequence()
            + self.batch.events.len() as u64
            + self.batch.controls.len() as u64;
        self.batch.request.push(stored_reply(context, denial.to_bytes(), sequence));
        match self.commit(false).await {
            Ok(_) => Failure::Denied(denial),
            Err(error) => {
                self.batch = batch_before;
                Failure::NotDurable { stopped: false, message: error.to_string() }
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
        let (bytes, sequence) = (pending.reply.clone(), pending.sequence);
        Some(match self.commit_command(true).await {
            Ok(()) => {
                self.set_failed(None);
                Ok(Answer { bytes, replayed: true, sequence })
            }
            Err(error) => Err(self.stop_without_store(command, &error.to_string())),
        })
    }

    /// Makes a command durable; a stop or cancel may use the space that is kept for them on a full
    /// disk.
    pub(super) async fn commit_command(&mut self, reserve: bool) -> Result<(), storage::Error> {
        let error = match self.commit(true).await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        if reserve && self.store.release_reserve().unwrap_or(false) {
            tracing::warn!(%error, "the reserve is given up to store a stop or cancel");
            return self.commit(true).await.map(|_| ());
        }
        Err(error)
    }

    /// A stop that the store can't take holds in memory and in a file that the next start reads.
    pub(super) fn stop_without_store(&mut self, command: &Command, error: &str) -> Failure {
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
        self.halt_at_start(halt::BY_FILE, halt::file_reason(&self.halt_file));
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

    /// The answer that a request got before, if it did.
    pub(super) async fn answered(
        &self,
        context: &RequestContext,
    ) -> Result<Option<Answer>, Failure> {
        let stored = self.store.stored_reply(&context.principal, &context.request_id).await;
        match stored {
            Ok(None) => Ok(None),
            Ok(Some(stored))
                if stored.method == context.method && stored.body_hash == context.body_hash =>
            {
                let StoredReply { reply: bytes, sequence, .. } = stored;
                if let Some(denial) = Denial::from_bytes(&bytes) {
                    return Err(Failure::Denied(denial));
                }
                Ok(Some(Answer { bytes, replayed: true, sequence }))
            }
            Ok(Some(_)) => Err(Failure::RequestIdReused),
            Err(error) => Err(Failure::NotDurable { stopped: false, message: error.to_string() }),
        }
    }

    async fn control(&mut self, change: Change) -> Result<Answer, Failure> {
        if let Some((context, _)) = &change.request
            && let Some(answer) = self.answered(context).await?
        {
            return Ok(answer);
        }
        if change.request.as_ref().is_some_and(|(context, _)| !context.permit.holds()) {
            return Err(Failure::NotPermitted);
        }
        if self.is_dirty() && !self.is_failed() {
            self.flush().await;
        }
        if let Some(error) = self.failure() {
            let message = format!("an earlier commit has failed: {error}");
            return Err(Failure::NotDurable { stopped: false, message });
        }
        let Change { auth, alerts, prune, meta, records, request } = change;
        let sequence = self.store.last_sequence() + records.len() as u64;
        self.batch.auth = auth;
        self.batch.alerts = alerts;
        self.batch.prune = prune;
        self.batch.meta = meta;
        self.batch.controls = records;
        let bytes = request.map_or_else(Vec::new, |(context, bytes)| {
            self.batch.request.push(stored_reply(&context, bytes.clone(), sequence));
            bytes
        });
        match self.commit(false).await {
            Ok(_) => Ok(Answer { bytes, replayed: false, sequence }),
            Err(error) => {
                self.batch.auth.clear();
                self.batch.alerts.clear();
                self.batch.prune.clear();
                self.batch.meta.clear();
                self.batch.controls.clear();
                self.batch.request.clear();
                if is_answer(&error) {
                    return Err(Failure::Conflict(error));
                }
                Err(Failure::NotDurable { stopped: false, message: error.to_string() })
            }
        }
    }
}

/// A refusal as it is told to the caller, and told again to one who repeats the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// Why, for programs.
    pub reason: Reason,
    /// Why, for people.
    pub message: String,
    /// The field that it is about, and its rule.
    pub field: Option<(String, String)>,
}

impl Denial {
    /// One that is about no field.
    #[must_use]
    pub const fn new(reason: Reason, message: String) -> Self {
        Self { reason, message, field: None }
    }

    /// What the engine's refusal is on the wire.
    #[must_use]
    pub fn of(refusal: &engine::Refusal) -> Self {
        let field = refusal_field(refusal).map(|(field, rule)| (field.to_owned(), rule));
        Self { reason: refusal_reason(refusal), message: refusal.to_string(), field }
    }

    /// As a stored reply. No protobuf message begins with a zero, so it can't be taken for one.
    fn to_bytes(&self) -> Vec<u8> {
        let text = serde_json::json!([self.reason.token(), self.message, self.field]).to_string();
        [&[0], text.as_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let text = bytes.strip_prefix(&[0])?;
        let (token, message, field): (String, String, Option<(String, String)>) =
            serde_json::from_slice(text).ok()?;
        let reason = Reason::ALL.iter().find(|reason| reason.token() == token).copied();
        Some(Self { reason: reason.unwrap_or(Reason::Internal), message, field })
    }
}

/// What a repeat of the request will be answered with.
pub(super) fn stored_reply(context: &RequestContext, reply: Vec<u8>, sequence: u64) -> StoredReply {
    StoredReply {
        principal: context.principal.clone(),
        request_id: context.request_id.clone(),
        method: context.method.to_owned(),
        body_hash: context.body_hash.clone(),
        reply,
        sequence,
        at: wall_now(),
    }
}

/// Who did what, and what came of it.
fn audit(command: &Command, context: &RequestContext, outcome: &str) -> ControlRecord {
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
    let mut detail = detail;
    detail["outcome"] = outcome.into();
    if !context.plan_id.is_empty() {
        detail["plan_id"] = context.plan_id.clone().into();
    }
    context.record(kind, detail)
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
