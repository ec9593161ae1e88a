//! What has happened since the last commit, and making it durable.

use super::handle::StreamRecord;
use super::{messages, recover, run::Trader};
use crate::read_model;
use domain::{ClientOrderId, EngineEvent, EventKind, OrderView, Timestamp};
use engine::ledger::book::REMEMBERED;
use engine::{CommandReply, Output};
use rust_decimal::prelude::ToPrimitive;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use storage::{Batch, Committed, Snapshot, SourcePosition};

/// Trades kept for the read model.
const RECENT_TRADES: usize = 50;
/// The read model is published at most this often, except after commands.
const PUBLISH_EVERY: Duration = Duration::from_millis(50);
/// Commits between two snapshots when no command asks for one.
const COMMITS_PER_SNAPSHOT: u32 = 16;

/// Orders as they change, so that storage and stream get their newest state. Those that have ended
/// are remembered for as long as the engine does: a late fill may still come.
#[derive(Debug, Clone, Default)]
pub(super) struct Orders {
    known: BTreeMap<ClientOrderId, OrderView>,
    ended: VecDeque<ClientOrderId>,
}

impl Orders {
    /// Starts from the orders that the engine knows.
    pub fn new(known: impl Iterator<Item = OrderView>) -> Self {
        let mut orders = Self::default();
        for view in known {
            orders.remember(view);
        }
        orders
    }

    fn remember(&mut self, view: OrderView) {
        if view.is_settled() && !self.ended.contains(&view.order.id) {
            self.ended.push_back(view.order.id);
        }
        self.known.insert(view.order.id, view);
        if self.ended.len() > REMEMBERED
            && let Some(oldest) = self.ended.pop_front()
        {
            self.known.remove(&oldest);
        }
    }

    fn apply(&mut self, event: &EngineEvent) -> Option<OrderView> {
        let id = domain::event_order_id(&event.kind)?;
        match OrderView::submitted(event) {
            Some(view) => {
                self.known.insert(id, view.clone());
                Some(view)
            }
            None => {
                let mut view = self.known.get(&id)?.clone();
                view.apply(event);
                if !view.is_settled() {
                    self.ended.retain(|ended| *ended != id);
                }
                self.remember(view.clone());
                Some(view)
            }
        }
    }
}

impl Trader {
    /// Takes outputs into the batch; gives back the reply to a command, if one is among them.
    pub(super) fn absorb(&mut self, outputs: &mut Vec<Output>) -> Option<CommandReply> {
        let mut reply = None;
        for output in outputs.drain(..) {
            match output {
                Output::Event(event) => {
                    let order = self.orders.apply(&event);
                    match &event.kind {
                        EventKind::TradeClosed { trade } => self.batch.trades.push(trade.clone()),
                        EventKind::DayStarted { equity, .. } => {
                            self.around.daily_equity.push(equity.to_f64().unwrap_or(0.0));
                        }
                        _ => {}
                    }
                    self.views.push(order.clone());
                    if let Some(view) = order {
                        self.touched.insert(view.order.id, view);
                    }
                    self.batch.events.push(event);
                }
                Output::Decision(record) => self.batch.decisions.push(*record),
                Output::Candle(symbol, interval, candle) => {
                    self.batch.candles.push((symbol, interval, candle));
                }
                Output::Equity(at, equity) => {
                    self.batch.equity.push((at, equity));
                    self.note_capital(at);
                }
                Output::Reply(given) => reply = Some(given),
                Output::Request(_) => {
                    unreachable!("Invariant: on paper every request ends at the session's exchange")
                }
            }
        }
        reply
    }

    /// Notes what was put into the account, at the first equity point after it changed.
    fn note_capital(&mut self, at: Timestamp) {
        let now = self.session.as_ref().map(|session| session.engine().equity().capital());
        if let Some(capital) = now.filter(|_| now != self.capital) {
            self.batch.capital.push((at, capital));
            self.capital = now;
        }
    }

    /// True when something waits to be committed.
    pub(super) fn is_dirty(&self) -> bool {
        self.rows_in_batch > 0
            || !self.batch.events.is_empty()
            || !self.batch.controls.is_empty()
            || !self.batch.auth.is_empty()
            || self.batch.settings != storage::SettingsWrite::default()
            || !self.batch.request.is_empty()
    }

    /// Commits everything since the last commit, then shows it.
    ///
    /// On an error everything is kept and the next call tries again; no row is handled meanwhile.
    pub(super) async fn commit(
        &mut self,
        with_snapshot: bool,
    ) -> Result<Committed, storage::Error> {
        let due = self.commits_since_snapshot + 1 >= COMMITS_PER_SNAPSHOT;
        let snapshot = with_snapshot || due || self.first_commit;
        if let Some(session) = self.session.as_ref().filter(|_| snapshot) {
            let bytes = postcard::to_allocvec(session)
                .map_err(|e| storage::Error::Broken(format!("snapshot: {e}")))?;
            self.batch.snapshot = Some(Snapshot {
                engine_sequence: session.engine().sequence(),
                source_rows: self.rows_handled(),
                build: recover::BUILD.to_owned(),
                bytes,
            });
        }
        if self.session.is_some() {
            self.batch.position = Some(SourcePosition {
                source_id: self.source.id().to_owned(),
                rows: self.rows_handled(),
            });
        }
        self.batch.wall_at = wall_now();
        self.batch.orders = oldest_first(&self.touched);
        let begun = Instant::now();
        self.board.commit_started();
        // A failed commit must not lose the batch, so the store gets a copy.
        let result = self.store.commit(self.batch.clone()).await;
        match &result {
            Ok(committed) => {
                self.board.commit_done();
                self.board.pulse().commit.add(begun.elapsed());
                self.commits_since_snapshot =
                    if self.batch.snapshot.is_some() { 0 } else { self.commits_since_snapshot + 1 };
                self.first_commit = false;
                if std::mem::take(&mut self.halt_file_written) {
                    // The store has the stop now; the file would halt the next start again.
                    let _ = std::fs::remove_file(&self.halt_file);
                }
                tracing::trace!(took = ?begun.elapsed(), rows = self.rows_in_batch, "committed");
                self.after_commit(committed);
            }
            Err(error) if is_answer(error) => self.board.commit_done(),
            Err(error) => {
                self.board.commit_failed(error.to_string());
                tracing::error!(%error, "commit failed, trading waits");
            }
        }
        result
    }

    fn after_commit(&mut self, committed: &Committed) {
        self.around.sequence = committed.last_sequence;
        self.around.log_hash = committed.log_hash.to_string();
        for trade in &self.batch.trades {
            self.around.recent_trades.insert(0, crate::convert::trade(trade));
        }
        self.around.recent_trades.truncate(RECENT_TRADES);
        let views = std::mem::take(&mut self.views);
        if self.records.receiver_count() > 0 && !committed.records.is_empty() {
            // Engine events come first and in the order in which their views were taken.
            let view = |i: usize| views.get(i).and_then(Option::as_ref);
            let records = committed
                .records
                .iter()
                .enumerate()
                .map(|(i, record)| StreamRecord {
                    sequence: record.sequence,
                    message: messages::message(record, view(i)),
                })
                .collect();
            // Nobody listening is no error.
            let _ = self.records.send(Arc::new(records));
        }
        self.batch = Batch::default();
        self.touched.clear();
        self.rows_in_batch = 0;
    }

    /// Publishes the read model when it is due.
    pub(super) fn publish(&mut self, at_once: bool) {
        let Some(session) = &self.session else { return };
        if !at_once && self.published_at.elapsed() < PUBLISH_EVERY {
            return;
        }
        self.published_at = Instant::now();
        self.around.progress_pct = self.source.progress_pct();
        self.around.skipped = self.source.skipped();
        self.around.skipped_by_reason = self.source.skipped_by_reason();
        self.around.finished = self.finished;
        self.model.send_replace(Arc::new(read_model::build(session, &self.around)));
    }
}

/// Orders as they were sent: lists are in the order in which they are stored, which must not depend on
/// where one batch ends and the next begins. Ids alone won't do: `…-100-…` is before `…-ff-…` as text.
fn oldest_first(touched: &BTreeMap<ClientOrderId, OrderView>) -> Vec<OrderView> {
    let mut orders: Vec<OrderView> = touched.values().cloned().collect();
    orders.sort_by_key(|view| (view.created_at, view.intent, view.order.id));
    orders
}

/// True for what tells the caller something and says nothing against the store.
pub(super) fn is_answer(error: &storage::Error) -> bool {
    use storage::Error;
    matches!(
        error,
        Error::UserExists(_)
            | Error::UnknownUser(_)
            | Error::UnknownSession(_)
            | Error::UnknownToken(_)
            | Error::RefreshNotCurrent(_)
            | Error::UnknownAlert(_)
            | Error::AlertNotOpen(_)
    )
}

/// Wall time, for the journal's stamps only.
pub(super) fn wall_now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{NewOrder, OrderKind, OrderPurpose, OrderSide, OrderSize, Quantity, Symbol};

    #[test]
    fn orders_of_a_batch_are_stored_as_they_were_sent() {
        let submitted = |intent: u64, minute: i64| {
            let order = NewOrder {
                id: ClientOrderId::new("testtest", intent, 0, 'e'),
                symbol: Symbol::parse("BTCUSDT").expect("a pair"),
                side: OrderSide::Buy,
                kind: OrderKind::Market,
                size: OrderSize::Base(Quantity::ZERO),
                purpose: OrderPurpose::Entry,
            };
            let kind =
                EventKind::OrderSubmitted { intent, order, linked: None, reference_price: None };
            let at = Timestamp::from_millis(minute * 60_000);
            OrderView::submitted(&EngineEvent { sequence: intent, at, kind }).expect("submits")
        };
        // In hex 0xff and 0x100 have their text order the other way round.
        let views = [submitted(0xff, 1), submitted(0x100, 1), submitted(0xfe, 2)];
        let touched = views.iter().map(|view| (view.order.id, view.clone())).collect();
        let intents: Vec<u64> = oldest_first(&touched).iter().map(|view| view.intent).collect();
        assert_eq!(intents, [0xff, 0x100, 0xfe]);
    }
}
