//! Making durable what has changed, one change at a time, and sending it afterwards. A store that does
//! not answer holds up the table, but not the messages.

use super::{DIGEST, HANDLED, MEMORY, Task};
use crate::alerts::book::Drained;
use crate::alerts::digest::Last;
use crate::trader::{Answer, Change, Failure};
use domain::Timestamp;
use std::time::{Duration, Instant};
use storage::{AlertFilter, AlertWrite, ControlRecord, PageRequest};
use tokio::task::JoinHandle;

/// Without a change, how far it has read is stored this often.
const REMEMBER_EVERY: Duration = Duration::from_secs(60);
/// After a failure it is not tried again before.
const RETRY_AFTER: Duration = Duration::from_secs(2);
/// A message does not wait longer than this for its alert to be stored.
const STORE_PATIENCE: Duration = Duration::from_secs(3);
/// Changes that wait for a store that does not work; the oldest repeats are of no matter then.
const MOST_WAITING: usize = 10_000;

/// Changes on their way to the store, with what is sent once they are there.
pub(super) struct UnderWay {
    begun: Instant,
    stored: JoinHandle<Result<Answer, Failure>>,
    change: Waiting,
}

/// Changes that are not stored yet.
#[derive(Default)]
pub(super) struct Waiting {
    drained: Drained,
    meta: Vec<(String, String)>,
}

impl Waiting {
    pub(super) fn add(&mut self, more: Drained) {
        self.drained.writes.extend(more.writes);
        self.drained.records.extend(more.records);
        self.drained.notices.extend(more.notices);
    }

    fn is_empty(&self) -> bool {
        self.drained.writes.is_empty() && self.drained.notices.is_empty() && self.meta.is_empty()
    }
}

impl Task {
    /// Stores what waits, one change at a time, and sends what is stored.
    pub(super) async fn store(&mut self) {
        if let Some(mut under_way) = self.under_way.take() {
            if !under_way.stored.is_finished() {
                if under_way.begun.elapsed() > STORE_PATIENCE {
                    self.send(&mut under_way.change.drained);
                    self.send_waiting();
                }
                self.under_way = Some(under_way);
                return self.relieve();
            }
            let UnderWay { stored, mut change, .. } = under_way;
            let done = matches!(stored.await, Ok(Ok(_)));
            self.send(&mut change.drained);
            self.failed_at = (!done).then(Instant::now);
            if !done {
                // In front of what came later.
                let later = std::mem::take(&mut self.waiting);
                change.add(later.drained);
                change.meta.extend(later.meta);
                self.waiting = change;
                self.relieve();
            }
        }
        if self.failed_at.is_some_and(|at| at.elapsed() < RETRY_AFTER) {
            return self.send_waiting();
        }
        let (remembered, at) = self.remembered;
        let old = self.handled > remembered && at.elapsed() > REMEMBER_EVERY;
        if self.waiting.is_empty() && !old {
            return;
        }
        self.waiting.meta.push((HANDLED.to_owned(), self.handled.to_string()));
        if let Ok(memory) = serde_json::to_string(&self.memory) {
            self.waiting.meta.push((MEMORY.to_owned(), memory));
        }
        self.remembered = (self.handled, Instant::now());
        let change = std::mem::take(&mut self.waiting);
        let (alerts, records) = (change.drained.writes.clone(), change.drained.records.clone());
        let meta = change.meta.clone();
        let trader = self.parts.trader.clone();
        let stored = tokio::spawn(async move {
            trader.change(Change { alerts, records, meta, ..Change::default() }).await
        });
        self.under_way = Some(UnderWay { begun: Instant::now(), stored, change });
    }

    fn send(&self, drained: &mut Drained) {
        for notice in drained.notices.drain(..) {
            self.parts.outbox.send(&notice, &self.settled.0);
        }
    }

    /// What can't be stored is told all the same.
    fn send_waiting(&mut self) {
        let mut drained = std::mem::take(&mut self.waiting.drained);
        self.send(&mut drained);
        self.waiting.drained = drained;
    }

    /// While the store does not work, counts are dropped before alerts are.
    fn relieve(&mut self) {
        let Drained { writes, .. } = &mut self.waiting.drained;
        if writes.len() > MOST_WAITING {
            writes.retain(|write| !matches!(write, AlertWrite::Repeat { .. }));
        }
        let meta = &mut self.waiting.meta;
        if meta.len() > 100 {
            meta.drain(..meta.len() - 3);
        }
    }

    /// Sends the digest once a day; what was sent is remembered with the next change.
    pub(super) async fn digest(&mut self, now: Timestamp) {
        let Some(time) = self.parts.settings.current().alerts.digest else { return };
        let day = time.last_day(now);
        let last = self.last_digest.clone();
        if last.as_ref().is_some_and(|last| last.day >= day) {
            return;
        }
        let model = self.parts.trader.read();
        let next = Last::of(&model, day, now);
        if let Some(last) = last {
            let since = Some(Timestamp::from_micros(last.at));
            let filter = AlertFilter { since, ..AlertFilter::default() };
            let page = PageRequest { size: 50, token: String::new() };
            let Ok(found) = self.parts.store.alerts(&filter, &page).await else { return };
            let total = found.total.unwrap_or_default();
            self.parts.outbox.digest(&last.text(&next, &model, &found.items, total), now);
            let detail = serde_json::json!({ "day": day, "alerts": total });
            self.waiting.drained.records.push(ControlRecord::system(
                now,
                "notifier_digest_sent",
                detail,
            ));
        }
        if let Ok(text) = serde_json::to_string(&next) {
            self.waiting.meta.push((DIGEST.to_owned(), text));
        }
        self.last_digest = Some(next);
    }
}
