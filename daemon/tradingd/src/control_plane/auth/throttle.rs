//! Delays for those who fail: nothing for the first failures, then 1 s, doubling up to 5 minutes.
//!
//! Never a lock: who waits may try again, and who succeeds is forgotten. Failures count per user and
//! address together, so that guessing from elsewhere delays nobody at home; per address over all
//! users, except on this machine and where the user is logged in already; and per session for those
//! who come with one that is open. Sessions that exist are not touched, so nobody can lock a person
//! out of the stop button by guessing passwords.

use super::AuthError;
use crate::settings::SettingsHandle;
use domain::Timestamp;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Longest delay.
const LONGEST: Duration = Duration::from_secs(300);
/// Quiet time after which failures are forgotten. So long that a guesser who rests in between for a
/// fresh start gets no more guesses a day than one who goes on.
const FORGET: Duration = Duration::from_secs(3_600);
/// Keys remembered at most; the ones that failed longest ago go first.
const REMEMBERED: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Record {
    failures: u32,
    last: Timestamp,
}

/// Failures by key (a user, an address).
#[derive(Debug, Default)]
pub struct Throttle {
    records: Mutex<BTreeMap<String, Record>>,
}

impl Throttle {
    /// Counts an attempt as failed before it is looked at, so that attempts side by side can't
    /// share one delay; call [`Self::succeed`] when it was right after all. `free` failures cost
    /// nothing; the number may differ from one attempt to the next.
    ///
    /// # Errors
    /// The time to wait; the attempt is not counted then and must not be looked at.
    pub fn attempt(&self, key: &str, free: u32, now: Timestamp) -> Result<(), Duration> {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = match records.get(key) {
            Some(record) if elapsed(record.last, now) < FORGET => {
                let ready_in =
                    delay(record.failures, free).saturating_sub(elapsed(record.last, now));
                if !ready_in.is_zero() {
                    return Err(ready_in);
                }
                record.failures
            }
            _ => 0,
        };
        if records.len() >= REMEMBERED && !records.contains_key(key) {
            // Who failed once goes before who guesses on, or a flood of names would wipe the slate.
            let oldest =
                records.iter().min_by_key(|(_, r)| (r.failures, r.last)).map(|(k, _)| k.clone());
            oldest.map(|key| records.remove(&key));
        }
        records.insert(key.to_owned(), Record { failures: failures.saturating_add(1), last: now });
        Ok(())
    }

    /// Forgets the failures of a key.
    pub fn succeed(&self, key: &str) {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    /// Takes one attempt back that was neither right nor wrong, e.g. because the store failed.
    pub fn undo(&self, key: &str) {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(record) = records.get_mut(key) {
            record.failures = record.failures.saturating_sub(1);
        }
    }
}

/// Delay after this many failures, of which so many are free.
fn delay(failures: u32, free: u32) -> Duration {
    if failures < free {
        return Duration::ZERO;
    }
    let doublings = (failures - free).min(16);
    Duration::from_secs(1 << doublings).min(LONGEST)
}

fn elapsed(from: Timestamp, to: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(to.micros() - from.micros()).unwrap_or(0))
}

/// Delays of logins.
#[derive(Debug)]
pub struct Logins {
    /// How many failures are free, read at each attempt.
    settings: SettingsHandle,
    pairs: Throttle,
    addresses: Throttle,
}

/// What an attempt counts on.
#[derive(Debug, Clone)]
pub struct Keys {
    pair: String,
    address: Option<String>,
}

impl Keys {
    /// `session` is an open one of the same user that came with the attempt. `at_home` says that the
    /// address is this machine, or one where the user is logged in.
    #[must_use]
    pub fn of(user: &str, address: IpAddr, session: Option<&str>, at_home: bool) -> Self {
        let network = network(address);
        match session {
            Some(session) => Self { pair: format!("session:{session}"), address: None },
            None => Self {
                pair: format!("{user} {network}"),
                address: (!at_home).then(|| network.to_string()),
            },
        }
    }
}

/// A machine has a whole /64 of IPv6 addresses to try from.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(a) if !a.is_loopback() => {
            IpAddr::V6(Ipv6Addr::from_bits(a.to_bits() & !u128::from(u64::MAX)))
        }
        other => other,
    }
}

impl Logins {
    /// Without failures so far.
    #[must_use]
    pub fn new(settings: SettingsHandle) -> Self {
        Self { settings, pairs: Throttle::default(), addresses: Throttle::default() }
    }

    /// Counts an attempt, see [`Throttle::attempt`].
    ///
    /// # Errors
    /// It must wait.
    pub fn attempt(&self, keys: &Keys, now: Timestamp) -> Result<(), AuthError> {
        self.attempt_pair(&keys.pair, now)?;
        let Some(address) = &keys.address else { return Ok(()) };
        let free = self.settings.current().auth.failures_per_address;
        self.addresses.attempt(address, free, now).map_err(|wait| {
            self.pairs.undo(&keys.pair);
            AuthError::Throttled(wait)
        })
    }

    /// Counts an attempt by one key alone.
    ///
    /// # Errors
    /// It must wait.
    pub fn attempt_pair(&self, key: &str, now: Timestamp) -> Result<(), AuthError> {
        let free = self.settings.current().auth.failures_per_user;
        self.pairs.attempt(key, free, now).map_err(AuthError::Throttled)
    }

    /// Forgets the failures of a key.
    pub fn succeed(&self, key: &str) {
        self.pairs.succeed(key);
    }

    /// Takes an attempt by one key back.
    pub fn undo(&self, key: &str) {
        self.pairs.undo(key);
    }

    /// Forgets the failures of who was right. The address keeps those of other users.
    pub fn right(&self, keys: &Keys) {
        self.pairs.succeed(&keys.pair);
        if let Some(address) = &keys.address {
            self.addresses.undo(address);
        }
    }

    /// Takes an attempt back that was neither right nor wrong.
    pub fn take_back(&self, keys: &Keys) {
        self.pairs.undo(&keys.pair);
        if let Some(address) = &keys.address {
            self.addresses.undo(address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn the_sixth_waits_and_the_delay_doubles_to_its_cap() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            assert_eq!(throttle.attempt("a", 5, at(0)), Ok(()));
        }
        let mut now = 0;
        for wanted in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            assert_eq!(throttle.attempt("a", 5, at(now)), Err(Duration::from_secs(wanted)));
            assert_eq!(throttle.attempt("b", 5, at(now)), Ok(()), "others do not wait");
            throttle.succeed("b");
            now += i64::try_from(wanted).expect("small");
            assert_eq!(throttle.attempt("a", 5, at(now)), Ok(()), "after {wanted} s");
        }
    }

    /// Guesses within a day of somebody who tries a hundred thousand times, and rests until it is
    /// forgotten after each `round` of them.
    fn guesses(round: u32) -> u32 {
        let throttle = Throttle::default();
        let (mut now, mut guesses, mut tries) = (0, 0, 0);
        while now < 86_400 && tries < 100_000 {
            tries += 1;
            match throttle.attempt("a", 5, at(now)) {
                Ok(()) => {
                    guesses += 1;
                    if guesses % round == 0 {
                        now += i64::try_from(FORGET.as_secs()).expect("small");
                    }
                }
                Err(wait) => now += i64::try_from(wait.as_secs()).expect("small"),
            }
        }
        guesses
    }

    #[test]
    fn sec_06_a_day_of_guessing_is_bounded_however_it_is_spread() {
        let curve: Vec<u32> = (1..=400).map(guesses).collect();
        let best = curve.iter().max().copied().unwrap_or_default();
        assert!(best < 500, "{best} guesses a day: {curve:?}");
        assert!(guesses(u32::MAX) > 250, "it is a delay and no lock");
    }

    #[test]
    fn success_and_quiet_time_forget() {
        let throttle = Throttle::default();
        assert_eq!(throttle.attempt("a", 1, at(0)), Ok(()));
        assert!(throttle.attempt("a", 1, at(0)).is_err());
        throttle.succeed("a");
        assert_eq!(throttle.attempt("a", 1, at(0)), Ok(()));
        assert_eq!(throttle.attempt("a", 1, at(3_600)), Ok(()));
        assert_eq!(throttle.attempt("a", 1, at(3_601)), Ok(()), "one second is the first delay");
    }

    #[test]
    fn the_memory_is_bounded() {
        let throttle = Throttle::default();
        for n in 0..REMEMBERED as i64 + 50 {
            throttle.attempt(&n.to_string(), 1, at(n)).expect("each key is new");
        }
        assert_eq!(throttle.records.lock().expect("not poisoned").len(), REMEMBERED);
    }
}
