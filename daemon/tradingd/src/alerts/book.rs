//! The alerts that go on: one per cause, repeats counted, sent once, sent again when nobody looks.
//!
//! Pure: time comes with each call, and what must be stored or sent is handed out by
//! [`Book::drain`]. In memory it is ahead of the store by what was drained and is not durable yet.

use super::code::{Code, Ends, Severity};
use super::rules::{Finding, Sign};
use domain::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use storage::{Acknowledged, Alert, AlertState, AlertWrite, ControlRecord};

/// How often an alert is sent again at the first distance, before it is every six hours.
const CLOSE_ESCALATIONS: u32 = 3;
const LATER: i64 = 6 * 3_600 * 1_000_000;
/// When only counts have changed, they are stored this often; microseconds.
const COUNTS_EVERY: i64 = 5_000_000;
const MINUTE: i64 = 60 * 1_000_000;

/// What is sent, and how long after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Microseconds after which a critical alert that nobody has acknowledged is sent again; 0 never.
    pub escalate_after: i64,
    /// Microseconds within which a cause that comes back is not sent again.
    pub dedupe: i64,
}

/// Something to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The alert.
    pub alert: Alert,
    /// How often it was sent before because nobody looked; 0 for the first time.
    pub escalation: u32,
}

/// What has to be made durable and sent.
#[derive(Debug, Default)]
pub struct Drained {
    /// Changes to the table.
    pub writes: Vec<AlertWrite>,
    /// The journal's records of them.
    pub records: Vec<ControlRecord>,
    /// What to send once they are durable.
    pub notices: Vec<Notice>,
}

/// The alerts that are not resolved, by cause.
#[derive(Debug)]
pub struct Book {
    rules: Rules,
    last_id: u64,
    open: BTreeMap<String, Alert>,
    /// When causes ended lately.
    ended: BTreeMap<String, Timestamp>,
    repeated: BTreeSet<String>,
    counts_stored: i64,
    out: Drained,
}

impl Book {
    /// The book of what the store holds: `known` are [`storage::Store::alerts_at_work`].
    #[must_use]
    pub fn new(rules: Rules, last_id: u64, known: Vec<Alert>) -> Self {
        let (mut open, mut ended) = (BTreeMap::new(), BTreeMap::new());
        let mut out = Drained::default();
        for alert in known {
            if alert.waiting {
                out.notices.push(Notice { alert: alert.clone(), escalation: 0 });
            }
            match alert.resolved_at {
                Some(at) => drop(ended.insert(alert.cause, at)),
                None => drop(open.insert(alert.cause.clone(), alert)),
            }
        }
        let (repeated, counts_stored) = (BTreeSet::new(), 0);
        Self { rules, last_id, open, ended, repeated, counts_stored, out }
    }

    /// Goes by these rules from now on.
    pub fn follow(&mut self, rules: Rules) {
        self.rules = rules;
    }

    /// The alerts that are not resolved.
    pub fn open(&self) -> impl Iterator<Item = &Alert> {
        self.open.values()
    }

    /// Takes what was found. `sends` says whether an alert of that severity is to be sent now.
    pub fn take(&mut self, finding: Finding, now: Timestamp, sends: impl Fn(Severity) -> bool) {
        match finding {
            Finding::Seen(sign) => self.seen(sign, now, sends),
            Finding::Ended(cause) => self.end(&cause, now),
            Finding::Acknowledged(id) => self.acknowledged(id, now),
        }
    }

    fn seen(&mut self, sign: Sign, now: Timestamp, sends: impl Fn(Severity) -> bool) {
        let cause = sign.cause();
        if let Some(alert) = self.open.get_mut(&cause) {
            alert.count += 1;
            alert.last_at = now.max(alert.last_at);
            alert.text = sign.text;
            self.repeated.insert(cause);
            return;
        }
        let severity = sign.code.severity();
        let fresh = |at: &Timestamp| now.micros() - at.micros() > self.rules.dedupe;
        let waiting = sends(severity) && self.ended.get(&cause).is_none_or(fresh);
        self.last_id += 1;
        let alert = Alert {
            id: self.last_id,
            code: sign.code.token().to_owned(),
            severity: severity as u8,
            cause: cause.clone(),
            title: sign.code.title().to_owned(),
            text: sign.text,
            hint: sign.code.hint().to_owned(),
            symbol: sign.symbol,
            strategy: sign.strategy,
            state: AlertState::Open,
            first_at: now,
            last_at: now,
            count: 1,
            acknowledged: None,
            resolved_at: None,
            escalations: 0,
            waiting,
        };
        self.out.writes.push(AlertWrite::Raise(Box::new(alert.clone())));
        self.out.records.push(record(now, "alert_raised", &alert));
        if waiting {
            self.out.notices.push(Notice { alert: alert.clone(), escalation: 0 });
        }
        self.open.insert(cause, alert);
    }

    fn end(&mut self, cause: &str, now: Timestamp) {
        let Some(mut alert) = self.open.remove(cause) else { return };
        if self.repeated.remove(cause) {
            self.out.writes.push(repeat(&alert));
        }
        self.out.writes.push(AlertWrite::Resolve { id: alert.id, at: now });
        (alert.state, alert.resolved_at) = (AlertState::Resolved, Some(now));
        self.out.records.push(record(now, "alert_resolved", &alert));
        self.ended.insert(cause.to_owned(), now);
    }

    /// A person has acknowledged it; the store knows already.
    fn acknowledged(&mut self, id: u64, now: Timestamp) {
        let Some(cause) = self.open.values().find(|a| a.id == id).map(|a| a.cause.clone()) else {
            return;
        };
        let Some(alert) = self.open.get_mut(&cause) else { return };
        if Code::ends_by_person(&alert.code) {
            self.open.remove(&cause);
            self.repeated.remove(&cause);
            self.ended.insert(cause, now);
        } else {
            alert.state = AlertState::Acknowledged;
        }
    }

    /// Ends what has been quiet for long enough, and sends again what nobody has looked at.
    pub fn tick(&mut self, now: Timestamp, sends: impl Fn(Severity) -> bool) {
        let quiet = |alert: &&Alert| match Code::parse(&alert.code).map(Code::ends) {
            Some(Ends::Quiet(minutes)) => {
                now.micros() - alert.last_at.micros() >= i64::from(minutes) * MINUTE
            }
            // A kind that this build does not know: only a person ends it.
            Some(Ends::WithCause | Ends::Acknowledged) | None => false,
        };
        let over: Vec<String> = self.open.values().filter(quiet).map(|a| a.cause.clone()).collect();
        for cause in over {
            self.end(&cause, now);
        }
        self.ended.retain(|_, at| now.micros() - at.micros() <= self.rules.dedupe);
        self.escalate(now, sends);
    }

    fn escalate(&mut self, now: Timestamp, sends: impl Fn(Severity) -> bool) {
        if self.rules.escalate_after == 0 || !sends(Severity::Critical) {
            return;
        }
        for alert in self.open.values_mut() {
            let due = |count| due(alert.first_at, self.rules.escalate_after, count) <= now;
            let critical = Severity::of(alert.severity) == Severity::Critical;
            if alert.state != AlertState::Open || !critical || !due(alert.escalations) {
                continue;
            }
            // After a pause of the daemon one message is enough.
            while due_again(alert, self.rules.escalate_after, now) {
                alert.escalations += 1;
            }
            let (id, count) = (alert.id, alert.escalations);
            self.out.writes.push(AlertWrite::Escalate { id, count });
            self.out.records.push(record(now, "alert_escalated", alert));
            self.out.notices.push(Notice { alert: alert.clone(), escalation: count });
        }
    }

    /// It was sent, or will not be.
    pub fn settle(&mut self, id: u64) {
        self.out.writes.push(AlertWrite::Settle { id });
    }

    /// What has to be made durable and sent since the last call.
    pub fn drain(&mut self, now: Timestamp) -> Drained {
        let busy = !self.out.writes.is_empty() || !self.out.notices.is_empty();
        if busy || now.micros() - self.counts_stored >= COUNTS_EVERY {
            for cause in std::mem::take(&mut self.repeated) {
                if let Some(alert) = self.open.get(&cause) {
                    self.out.writes.push(repeat(alert));
                }
            }
            self.counts_stored = now.micros();
        }
        std::mem::take(&mut self.out)
    }
}

fn repeat(alert: &Alert) -> AlertWrite {
    let Alert { id, last_at: at, count, text, .. } = alert.clone();
    AlertWrite::Repeat { id, at, count, text }
}

/// When an alert that was sent again `count` times is due once more.
fn due(first: Timestamp, after: i64, count: u32) -> Timestamp {
    let close = i64::from(count.min(CLOSE_ESCALATIONS - 1)) + 1;
    let later = i64::from(count.saturating_sub(CLOSE_ESCALATIONS - 1));
    let wait = after.saturating_mul(close).saturating_add(LATER.saturating_mul(later));
    Timestamp::from_micros(first.micros().saturating_add(wait))
}

fn due_again(alert: &Alert, after: i64, now: Timestamp) -> bool {
    due(alert.first_at, after, alert.escalations) <= now
}

/// The journal's record of a change to an alert; its detail is the alert itself.
#[must_use]
pub fn record(now: Timestamp, kind: &str, alert: &Alert) -> ControlRecord {
    ControlRecord::system(now, kind, detail(alert))
}

/// An alert as the journal keeps it.
#[must_use]
pub fn detail(alert: &Alert) -> serde_json::Value {
    let seen = alert.acknowledged.as_ref();
    serde_json::json!({
        "id": alert.id,
        "code": alert.code,
        "severity": Severity::of(alert.severity).word(),
        "cause": alert.cause,
        "title": alert.title,
        "text": alert.text,
        "hint": alert.hint,
        "symbol": alert.symbol,
        "strategy": alert.strategy,
        "state": alert.state.token(),
        "first_at": alert.first_at.micros(),
        "last_at": alert.last_at.micros(),
        "count": alert.count,
        "acknowledged_by": seen.map(|s| &s.by),
        "acknowledged_at": seen.map(|s| s.at.micros()),
        "note": seen.map(|s| &s.note),
        "resolved_at": alert.resolved_at.map(Timestamp::micros),
        "escalations": alert.escalations,
    })
}

/// The alert of a record's detail; `None` when it is not one.
#[must_use]
pub fn from_detail(detail: &serde_json::Value) -> Option<Alert> {
    let text = |key: &str| detail[key].as_str().map(str::to_owned);
    let at = |key: &str| detail[key].as_i64().map(Timestamp::from_micros);
    let state = text("state")?;
    Some(Alert {
        id: detail["id"].as_u64()?,
        code: text("code")?,
        severity: Severity::parse(detail["severity"].as_str()?)? as u8,
        cause: text("cause")?,
        title: text("title")?,
        text: text("text")?,
        hint: text("hint")?,
        symbol: text("symbol")?,
        strategy: text("strategy")?,
        state: AlertState::ALL.into_iter().find(|s| s.token() == state)?,
        first_at: at("first_at")?,
        last_at: at("last_at")?,
        count: detail["count"].as_u64()?,
        acknowledged: at("acknowledged_at").map(|at| Acknowledged {
            by: text("acknowledged_by").unwrap_or_default(),
            at,
            note: text("note").unwrap_or_default(),
        }),
        resolved_at: at("resolved_at"),
        escalations: u32::try_from(detail["escalations"].as_u64()?).ok()?,
        waiting: false,
    })
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;
