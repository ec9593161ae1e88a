//! The newest log lines in memory, for operators who ask over the protocol.
//!
//! Bounded in lines and in the length of each. What may be written here is what may be written to the
//! log: secrets have a type that prints `***`; names of fields that sound like one are blotted out as
//! well, in case somebody forgets.

use crate::control_plane::auth::Clock;
use domain::Timestamp;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::broadcast;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Lines that are kept.
pub const KEPT: usize = 2_000;
/// Lines that a reader may fall behind.
const BEHIND: usize = 1_024;
/// Longest message and field in bytes; the rest is cut.
const LONGEST: usize = 4_096;
/// Most fields of a line.
const FIELDS: usize = 32;
/// Parts of names whose values are never kept.
const SECRET: [&str; 6] = ["password", "token", "secret", "authorization", "cookie", "api_key"];

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number since the start, from 1.
    pub number: u64,
    /// Wall time.
    pub at: Timestamp,
    /// How important it is.
    pub level: Level,
    /// Which module wrote it.
    pub module: &'static str,
    /// What it says.
    pub message: String,
    /// Its facts.
    pub fields: BTreeMap<&'static str, String>,
}

/// The kept lines, and a lane for what comes.
#[derive(Debug)]
pub struct Ring {
    kept: Mutex<Kept>,
    live: broadcast::Sender<Arc<Line>>,
    clock: Clock,
}

#[derive(Debug, Default)]
struct Kept {
    last: u64,
    lines: VecDeque<Arc<Line>>,
}

/// The process's ring; there is one, as there is one log.
pub fn ring() -> &'static Arc<Ring> {
    static RING: OnceLock<Arc<Ring>> = OnceLock::new();
    RING.get_or_init(|| Arc::new(Ring::new(Clock::system())))
}

impl Ring {
    fn new(clock: Clock) -> Self {
        Self { kept: Mutex::default(), live: broadcast::channel(BEHIND).0, clock }
    }

    /// What is kept, oldest first, and everything after it.
    #[must_use]
    pub fn follow(&self) -> (Vec<Arc<Line>>, broadcast::Receiver<Arc<Line>>) {
        // Under the lock, so that no line is in both or in neither.
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        (kept.lines.iter().cloned().collect(), self.live.subscribe())
    }

    fn push(&self, level: Level, module: &'static str, words: Words) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last += 1;
        let line = Arc::new(Line {
            number: kept.last,
            at: self.clock.now(),
            level,
            module,
            message: words.message,
            fields: words.fields,
        });
        if kept.lines.len() == KEPT {
            kept.lines.pop_front();
        }
        kept.lines.push_back(Arc::clone(&line));
        // Nobody listening is no error.
        let _ = self.live.send(line);
    }
}

/// Feeds the ring from everything that is logged.
#[derive(Debug, Clone)]
pub struct RingLayer(pub Arc<Ring>);

impl<S: Subscriber> Layer<S> for RingLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut words = Words::default();
        event.record(&mut words);
        let meta = event.metadata();
        self.0.push(*meta.level(), meta.target(), words);
    }
}

#[derive(Debug, Default)]
struct Words {
    message: String,
    fields: BTreeMap<&'static str, String>,
}

impl Words {
    fn put(&mut self, field: &Field, value: String) {
        let name = field.name();
        if name == "message" {
            self.message = cut(value);
        } else if self.fields.len() < FIELDS {
            let sounds_secret = SECRET.iter().any(|word| name.to_ascii_lowercase().contains(word));
            self.fields.insert(name, if sounds_secret { "***".to_owned() } else { cut(value) });
        }
    }
}

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let mut text = String::new();
        let _ = write!(text, "{value:?}");
        self.put(field, text);
    }
}

fn cut(mut text: String) -> String {
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Which lines somebody wants to see.
#[derive(Debug, Clone)]
pub struct Filter {
    /// At least this important.
    pub least: Level,
    /// Start of the module's path; empty for all.
    pub module: String,
    /// Part of the message or of a field, lower case; empty for all.
    pub text: String,
}

impl Filter {
    /// True for a line that is wanted.
    #[must_use]
    pub fn wants(&self, line: &Line) -> bool {
        let said = |text: &str| text.to_lowercase().contains(&self.text);
        line.level <= self.least
            && line.module.starts_with(&self.module)
            && (self.text.is_empty()
                || said(&line.message)
                || line.fields.iter().any(|(name, value)| said(&format!("{name}={value}"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Secret;
    use tracing_subscriber::layer::SubscriberExt as _;

    fn with_ring(log: impl FnOnce()) -> Arc<Ring> {
        let ring = Arc::new(Ring::new(Clock::system()));
        let subscriber = tracing_subscriber::registry().with(RingLayer(Arc::clone(&ring)));
        tracing::subscriber::with_default(subscriber, log);
        ring
    }

    #[test]
    fn lines_keep_their_fields_but_no_secret() {
        let canary = "canary-5f2b";
        let ring = with_ring(|| {
            let typed = Secret::new(canary.to_owned());
            tracing::warn!(user = "anna", key = %typed, again = ?typed, bot_token = canary, "hello");
        });
        let (lines, _) = ring.follow();
        let line = &lines[0];
        assert_eq!((line.number, line.level, line.message.as_str()), (1, Level::WARN, "hello"));
        assert_eq!(line.fields.get("user").map(String::as_str), Some("anna"));
        assert!(!format!("{line:?}").contains(canary), "{line:?}");
        assert_eq!(line.fields.len(), 4);
    }

    #[test]
    fn the_ring_is_bounded_in_lines_and_length() {
        let ring = with_ring(|| {
            for n in 0..KEPT + 5 {
                tracing::info!(n, "{}", "ä".repeat(LONGEST));
            }
        });
        let (lines, _) = ring.follow();
        assert_eq!(lines.len(), KEPT);
        assert_eq!(lines[0].number, 6);
        assert!(lines.iter().all(|line| line.message.len() <= LONGEST + 3));
    }

    #[test]
    fn what_comes_after_is_followed_without_a_gap() {
        let ring = Arc::new(Ring::new(Clock::system()));
        let subscriber = tracing_subscriber::registry().with(RingLayer(Arc::clone(&ring)));
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!("one");
            let (kept, mut live) = ring.follow();
            tracing::info!("two");
            assert_eq!(kept.iter().map(|l| l.number).collect::<Vec<_>>(), [1]);
            assert_eq!(live.try_recv().map(|l| l.number), Ok(2));
            for _ in 0..BEHIND + 3 {
                tracing::info!("more");
            }
            let lost = live.try_recv();
            assert_eq!(lost, Err(broadcast::error::TryRecvError::Lagged(3)));
        });
    }

    #[test]
    fn filters_narrow_by_level_module_and_text() {
        let line = Line {
            number: 1,
            at: Timestamp::ZERO,
            level: Level::WARN,
            module: "tradingd::trader::run",
            message: "Commit failed".to_owned(),
            fields: BTreeMap::from([("error", "Disk full".to_owned())]),
        };
        for (least, module, text, wanted) in [
            (Level::TRACE, "", "", true),
            (Level::WARN, "tradingd::trader", "commit", true),
            (Level::WARN, "", "error=disk", true),
            (Level::ERROR, "", "", false),
            (Level::TRACE, "storage", "", false),
            (Level::TRACE, "", "nothing like it", false),
        ] {
            let filter = Filter { least, module: module.to_owned(), text: text.to_owned() };
            assert_eq!(filter.wants(&line), wanted, "{filter:?}");
        }
    }
}
