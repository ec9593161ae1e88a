//! What is seen beside the journal: health, disk, clock, channels, unprotected positions.
//!
//! Each sign must last before it is raised and must be gone for a while before it ends, so that
//! something that flutters gives one alert.

use super::code::Code;
use super::rules::{Finding, Sign};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long it must last, and how long it must be gone.
#[derive(Debug, Clone, Copy)]
struct Inertia {
    raise: Duration,
    end: Duration,
}

const fn seconds(raise: u64, end: u64) -> Inertia {
    Inertia { raise: Duration::from_secs(raise), end: Duration::from_secs(end) }
}

const fn inertia(code: Code) -> Inertia {
    match code {
        // The health board has waited already.
        Code::DataStale | Code::StorageFailing | Code::EngineStuck => seconds(1, 30),
        // Protection is moved by a cancel and a new order.
        Code::PositionUnprotected => seconds(60, 5),
        Code::DiskLow | Code::AuditAnchorFailing => seconds(5, 30),
        _ => seconds(0, 0),
    }
}

/// A clock that goes apart from the monotonic one by more than this was moved.
const CLOCK_STEP: Duration = Duration::from_secs(2);

/// One sign, and since when it is so.
#[derive(Debug)]
struct Watched {
    code: Code,
    /// True while it is raised.
    raised: bool,
    /// Since when it is otherwise than `raised` says.
    since: Option<Duration>,
}

/// All signs. Time is monotonic time since some start.
#[derive(Debug, Default)]
pub struct Signs {
    watched: BTreeMap<String, Watched>,
    clock: Option<(Duration, i64)>,
}

impl Signs {
    /// Takes what is wrong now; everything else that was watched is well.
    pub fn take(&mut self, now: Duration, wrong: Vec<Sign>) -> Vec<Finding> {
        let mut found = Vec::new();
        let causes: Vec<String> = wrong.iter().map(Sign::cause).collect();
        for sign in wrong {
            let cause = sign.cause();
            let watched = self.watched.entry(cause).or_insert(Watched {
                code: sign.code,
                raised: false,
                since: None,
            });
            if watched.raised {
                watched.since = None;
                continue;
            }
            let since = *watched.since.get_or_insert(now);
            if now.saturating_sub(since) >= inertia(sign.code).raise {
                (watched.raised, watched.since) = (true, None);
                found.push(Finding::Seen(sign));
            }
        }
        self.watched.retain(|cause, watched| {
            if causes.contains(cause) {
                return true;
            }
            if !watched.raised {
                return false;
            }
            let since = *watched.since.get_or_insert(now);
            let over = now.saturating_sub(since) >= inertia(watched.code).end;
            if over {
                found.push(Finding::Ended(cause.clone()));
            }
            !over
        });
        found
    }

    /// Alerts that were open when the daemon ended go on, or end after their time.
    pub fn resume(&mut self, code: Code, cause: &str) {
        let watched = Watched { code, raised: true, since: None };
        self.watched.insert(cause.to_owned(), watched);
    }

    /// Compares the wall clock (microseconds) with monotonic time since the last call.
    pub fn clock(&mut self, now: Duration, wall: i64) -> Option<Finding> {
        let (then, wall_then) = self.clock.replace((now, wall))?;
        let passed = i64::try_from((now - then).as_micros()).unwrap_or(i64::MAX);
        let apart = (wall - wall_then) - passed;
        (Duration::from_micros(apart.unsigned_abs()) > CLOCK_STEP).then(|| {
            let text = format!("wall time went {:+.1} s", apart as f64 / 1e6);
            Finding::Seen(Sign::new(Code::ClockStep, text))
        })
    }
}

/// Codes that [`Signs`] ends, and that are therefore watched again after a restart.
#[must_use]
pub const fn is_watched(code: Code) -> bool {
    matches!(
        code,
        Code::DataStale
            | Code::StorageFailing
            | Code::EngineStuck
            | Code::DiskLow
            | Code::PositionUnprotected
            | Code::AuditAnchorFailing
            | Code::NotifierFailing
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn stale() -> Sign {
        Sign::new(Code::DataStale, "no row for 31 s")
    }

    #[test]
    fn a_sign_must_last_and_must_be_gone_for_a_while() {
        let mut signs = Signs::default();
        let ended = vec![Finding::Ended("data_stale".to_owned())];
        // (second, wrong, what is found)
        let script: &[(u64, bool, Vec<Finding>)] = &[
            (0, true, vec![]),
            (1, true, vec![Finding::Seen(stale())]),
            (2, true, vec![]),
            (3, false, vec![]),
            (20, true, vec![]),
            (21, false, vec![]),
            (50, false, vec![]),
            (51, false, ended.clone()),
            (52, false, vec![]),
            (60, true, vec![]),
            (61, false, vec![]),
            (62, true, vec![]),
            (63, true, vec![Finding::Seen(stale())]),
        ];
        for (second, wrong, wanted) in script {
            let now = if *wrong { vec![stale()] } else { vec![] };
            assert_eq!(signs.take(at(*second), now), *wanted, "second {second}");
        }
        let mut restarted = Signs::default();
        restarted.resume(Code::DataStale, "data_stale");
        assert_eq!(restarted.take(at(0), vec![stale()]), vec![], "it is known already");
        assert_eq!(restarted.take(at(1), vec![]), vec![]);
        assert_eq!(restarted.take(at(31), vec![]), ended);
    }

    #[test]
    fn only_a_step_of_the_clock_is_told() {
        let mut signs = Signs::default();
        let second = 1_000_000;
        for (now, wall, told) in [
            (0, 100 * second, false),
            (1, 101 * second, false),
            (2, 104 * second, false),
            (3, 108 * second, true),
            (4, 109 * second, false),
            (5, 60 * second, true),
        ] {
            assert_eq!(signs.clock(at(now), wall).is_some(), told, "second {now}");
        }
    }
}
