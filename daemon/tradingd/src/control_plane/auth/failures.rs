//! The audit of refused logins, in bounded words: a flood of guesses fills no disk.
//!
//! The first refusals of each minute are recorded one by one, the others as a number.

use super::{Auth, printable, record};
use domain::Timestamp;
use serde_json::json;
use std::sync::{Mutex, PoisonError};

/// Refusals recorded one by one within a minute.
const EACH: u32 = 30;
const MINUTE: i64 = 60_000_000;

/// What was recorded lately.
#[derive(Debug, Default)]
pub struct Failures(Mutex<Lately>);

#[derive(Debug, Default)]
struct Lately {
    since: i64,
    recorded: u32,
    more: u64,
}

/// What to record of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Note {
    /// This one.
    this: bool,
    /// So many of the minute before that were not recorded.
    more: u64,
}

impl Failures {
    fn note(&self, now: Timestamp) -> Note {
        let mut lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut more = 0;
        if now.micros() - lately.since >= MINUTE {
            more = lately.more;
            *lately = Lately { since: now.micros(), ..Lately::default() };
        }
        let this = lately.recorded < EACH;
        if this {
            lately.recorded += 1;
        } else {
            lately.more += 1;
        }
        Note { this, more }
    }
}

impl Auth {
    /// Audits a refusal. When that fails, the refusal stands all the same.
    pub(super) async fn note_failure(&self, now: Timestamp, kind: &str, who: &str, from: &str) {
        let note = self.failures.note(now);
        let mut records = Vec::new();
        if note.more > 0 {
            let detail = json!({"count": note.more});
            records.push(record(now, "refusals_not_recorded", "", "", detail));
        }
        if note.this {
            let detail = json!({"user": printable(who), "address": from});
            records.push(record(now, kind, who, from, detail));
        }
        if records.is_empty() {
            return;
        }
        if let Err(error) = self.writer.write(Vec::new(), records, None).await {
            tracing::warn!(%error, kind, "refusal not audited");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_recorded_as_a_number() {
        let failures = Failures::default();
        let at = |seconds: i64| Timestamp::from_micros(1_700_000_000_000_000 + seconds * 1_000_000);
        let notes: Vec<Note> = (0..100_000).map(|n| failures.note(at(n / 2_000))).collect();
        assert_eq!(notes.iter().filter(|n| n.this).count(), EACH as usize);
        assert_eq!(failures.note(at(61)), Note { this: true, more: 100_000 - u64::from(EACH) });
        assert_eq!(failures.note(at(62)), Note { this: true, more: 0 });
    }
}
