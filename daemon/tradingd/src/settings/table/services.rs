//! Logins, health.

use crate::settings::entry::Entry;
use crate::settings::kind::{Kind, Range};
use std::time::Duration;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        "auth.access_minutes",
        "minutes",
        "10",
        "Life of an access token that is given out from now on.",
        Kind::Count(Range::closed(1, 60), |s, n| s.auth.access = Duration::from_secs(n * 60)),
    )
    .hot()
    .access(),
    Entry::new(
        "auth.refresh_days",
        "days",
        "7",
        "Life of a refresh token; each refresh gives a new one, which has the life of that moment.",
        Kind::Count(Range::closed(1, 90), |s, n| {
            s.auth.refresh = Duration::from_secs(n * 86_400);
        }),
    )
    .hot()
    .access(),
    Entry::new(
        "auth.failures_per_user",
        "logins",
        "5",
        "Failed logins of one user before the next has to wait (1 s, doubling up to 5 minutes).",
        Kind::Count(Range::closed(1, 100), |s, n| s.auth.failures_per_user = n as u32),
    )
    .hot()
    .access(),
    Entry::new(
        "auth.failures_per_address",
        "logins",
        "20",
        "Failed logins from one address before the next has to wait.",
        Kind::Count(Range::closed(1, 1_000), |s, n| s.auth.failures_per_address = n as u32),
    )
    .hot()
    .access(),
    Entry::new(
        "auth.step_up_seconds",
        "seconds",
        "300",
        "How long a login, or a proof of password or one-time code, counts as fresh for what needs one.",
        Kind::Count(Range::closed(1, 3_600), |s, n| s.auth.step_up = Duration::from_secs(n)),
    )
    .hot()
    .access(),
    Entry::new(
        "health.stale_after_seconds",
        "seconds",
        "30",
        "Wall time without a market row after which data counts as stale.",
        Kind::Count(Range::closed(1, 86_400), |s, n| {
            s.health.stale_after = Duration::from_secs(n);
        }),
    ),
    Entry::new(
        "health.stuck_after_seconds",
        "seconds",
        "10",
        "Wall time without a sign of life after which engine or storage counts as stuck.",
        Kind::Count(Range::closed(1, 3_600), |s, n| {
            s.health.stuck_after = Duration::from_secs(n);
        }),
    ),
];
