//! The event stream's bounds.

use crate::settings::entry::Entry;
use crate::settings::kind::{Kind, Range};
use std::time::Duration;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        "stream.buffer_records",
        "records",
        "4096",
        "Records that a subscriber may fall behind while it follows the present; more makes it start anew. One that catches up from the past is not held to it.",
        Kind::Count(Range::closed(64, 65_536), |s, n| s.stream.buffer_records = n as usize),
    )
    .hot(),
    Entry::new(
        "stream.max_subscribers",
        "streams",
        "64",
        "Event streams at the same time.",
        Kind::Count(Range::closed(1, 2_000), |s, n| s.stream.max_subscribers = n as usize),
    )
    .hot(),
    Entry::new(
        "stream.max_per_user",
        "streams",
        "32",
        "Event streams of one user at the same time.",
        Kind::Count(Range::closed(1, 2_000), |s, n| s.stream.max_per_user = n as usize),
    )
    .hot(),
    Entry::new(
        "stream.stalled_after_seconds",
        "seconds",
        "5",
        "Wall time after which a subscriber that takes nothing is told to start anew; after as long again its connection is cut.",
        Kind::Count(Range::closed(1, 60), |s, n| s.stream.stalled_after = Duration::from_secs(n)),
    )
    .hot(),
    Entry::new(
        "stream.heartbeat_seconds",
        "seconds",
        "5",
        "Time between heartbeats on a quiet stream.",
        Kind::Count(Range::closed(1, 60), |s, n| s.stream.heartbeat = Duration::from_secs(n)),
    )
    .hot(),
];
