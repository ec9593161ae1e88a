//! Subscribers that do not read: first their stream is told to start anew, and when not even that is
//! taken, their connection is cut.
//!
//! Whether one reads is seen from whether the transport asks once it has been woken: it does not while
//! it can't send. The sending itself looks at no clock.

use crate::control_plane::http::places::Visit;
use crate::settings::SettingsHandle;
use futures::task::AtomicWaker;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Wake, Waker};
use std::time::{Duration, Instant};

/// Looks at each subscriber within the time that it may stall.
const LOOKS: u32 = 4;

/// One subscriber, as seen from its transport.
#[derive(Debug)]
pub struct Reader {
    /// How often the transport has asked.
    asks: AtomicU64,
    /// True while it has everything that there is, as far as it has asked.
    content: AtomicBool,
    /// Who asks.
    transport: AtomicWaker,
    stalled: AtomicBool,
    /// The connection; none on the local socket, which is the operator's own.
    visit: Option<Visit>,
}

impl Reader {
    /// One that has not asked yet.
    pub fn new(visit: Option<Visit>) -> Arc<Self> {
        let (asks, content) = (AtomicU64::new(0), AtomicBool::new(true));
        let (transport, stalled) = (AtomicWaker::new(), AtomicBool::new(false));
        Arc::new(Self { asks, content, transport, stalled, visit })
    }

    /// The transport asks for the next message, and is woken when there is one.
    pub fn asks(&self, transport: &Waker) {
        self.asks.fetch_add(1, Ordering::Relaxed);
        // Before anything is looked for: what comes meanwhile must not be forgotten.
        self.content.store(true, Ordering::Relaxed);
        self.transport.register(transport);
    }

    /// It got one, so there may be another.
    pub fn gave(&self) {
        self.content.store(false, Ordering::Relaxed);
    }

    /// True when it took nothing for too long.
    pub fn was_stalled(&self) -> bool {
        self.stalled.load(Ordering::Relaxed)
    }
}

impl Wake for Reader {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    /// There is something to ask for.
    fn wake_by_ref(self: &Arc<Self>) {
        self.content.store(false, Ordering::Relaxed);
        self.transport.wake();
    }
}

/// A subscriber at the last look.
#[derive(Debug)]
struct Seen {
    reader: Weak<Reader>,
    asks: u64,
    since: Instant,
}

/// All subscribers.
#[derive(Debug, Default)]
pub struct Stalls(Mutex<Vec<Seen>>);

impl Stalls {
    /// Watches one more, until it is dropped.
    pub fn watch(&self, reader: &Arc<Reader>, now: Instant) {
        let seen = Seen { reader: Arc::downgrade(reader), asks: 0, since: now };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
    }

    /// Looks at all from time to time, and when the time that they have changes, for ever.
    pub async fn run(self: Arc<Self>, settings: SettingsHandle) {
        let mut before = Instant::now();
        loop {
            let changed = settings.until_other(|s| s.stream.stalled_after);
            let rest = settings.current().stream.stalled_after / LOOKS;
            let _ = tokio::time::timeout(rest, changed).await;
            let now = Instant::now();
            // Where this look comes late, nobody was served: that is no reader's fault.
            self.forgive(now.duration_since(before).saturating_sub(rest));
            self.look(now, settings.current().stream.stalled_after);
            before = now;
        }
    }

    /// Gives all so much more time.
    fn forgive(&self, late: Duration) {
        for seen in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
            seen.since += late;
        }
    }

    /// Tells those who took nothing for as long as `limit`, and cuts those who were told as long ago.
    fn look(&self, now: Instant, limit: Duration) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain_mut(|seen| {
            let Some(reader) = seen.reader.upgrade() else { return false };
            let asks = reader.asks.load(Ordering::Relaxed);
            if reader.content.load(Ordering::Relaxed) || asks != seen.asks {
                (seen.asks, seen.since) = (asks, now);
                return true;
            }
            if now.saturating_duration_since(seen.since) < limit {
                return true;
            }
            if !reader.stalled.swap(true, Ordering::Relaxed) {
                seen.since = now;
                return true;
            }
            if let Some(visit) = &reader.visit {
                tracing::info!("a subscriber that does not read is disconnected");
                visit.cut().cancel();
            }
            false
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control_plane::http::places::Places;
    use crate::settings::{Settings, Sources};
    use tokio_util::sync::CancellationToken;

    #[test]
    fn who_does_not_read_is_told_and_then_cut_and_who_reads_or_waits_is_not() {
        let settings = Settings::load(&Sources::default()).expect("defaults are valid");
        let places = Places::new(&settings.server, CancellationToken::new());
        let here = std::net::Ipv4Addr::LOCALHOST.into();
        let taken: Vec<_> = (0..4).map(|_| places.take(here).expect("free")).collect();
        let readers: Vec<_> =
            taken.iter().map(|place| Reader::new(Some(place.visit().clone()))).collect();
        let [stalled, late, slow, waiting] = &readers[..] else { unreachable!("four") };
        let (stalls, limit) = (Stalls::default(), Duration::from_secs(5));
        let begun = Instant::now();
        for reader in &readers {
            stalls.watch(reader, begun);
            // It took all that there was, and then there was more.
            reader.asks(Waker::noop());
        }
        for reader in [stalled, late, slow] {
            reader.wake_by_ref();
        }
        let cut = |reader: &Reader| reader.visit.as_ref().expect("one").cut().is_cancelled();
        for second in 1..=30 {
            slow.asks(Waker::noop());
            slow.gave();
            // It is told at 7 s, a second of which nobody was served, and begins to read before it
            // is cut.
            if second > 8 {
                late.asks(Waker::noop());
                late.gave();
            }
            stalls.forgive(Duration::from_secs(u64::from(second == 3)));
            stalls.look(begun + Duration::from_secs(second), limit);
            assert_eq!(stalled.was_stalled(), second >= 7, "{second} s");
            assert_eq!(late.was_stalled(), second >= 7, "{second} s");
            assert_eq!(cut(stalled), second >= 12, "{second} s");
            for reader in [late, slow, waiting] {
                assert!(!cut(reader), "{second} s");
            }
            assert!(!slow.was_stalled() && !waiting.was_stalled(), "{second} s");
        }
        drop(readers);
        stalls.look(begun + Duration::from_secs(31), limit);
        assert!(stalls.0.lock().expect("no panic").is_empty());
    }
}
