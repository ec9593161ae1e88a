//! The second step of dangerous commands: a code that is bound to a person and to what they were shown.

use crate::control_plane::auth::random;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a code works.
pub const LIFE: Duration = Duration::from_secs(60);
/// Wrong codes after which a new one is needed.
const ATTEMPTS: u32 = 3;

/// What waits for its confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Stop and sell everything.
    CloseAll,
    /// Let trading go on.
    Resume,
}

/// What a person was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What they asked for.
    pub wanted: Wanted,
    /// Latch of the trading state.
    pub epoch: u64,
    /// The plan.
    pub plan_id: String,
}

#[derive(Debug)]
struct Waiting {
    code: String,
    shown: Shown,
    until: Instant,
    wrong: u32,
}

/// Why a code does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// This person has nothing to confirm.
    Nothing,
    /// Its time is over.
    Expired,
    /// It is another code.
    Wrong,
    /// It was wrong too often.
    TooOften,
}

impl Denied {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Nothing => "you have nothing to confirm",
            Self::Expired => "the code is too old; send the command again",
            Self::Wrong => "wrong code",
            Self::TooOften => "wrong code, too often; send the command again",
        }
    }
}

/// The codes that wait, one per person. Lost with the process, which only means asking again.
#[derive(Debug, Default)]
pub struct Codes(BTreeMap<i64, Waiting>);

impl Codes {
    /// A fresh code for what a person was shown; an older one of theirs is void.
    pub fn issue(&mut self, person: i64, shown: Shown, now: Instant) -> String {
        let number = u64::from_le_bytes(random()) % 1_000_000;
        let code = format!("{number:06}");
        let waiting = Waiting { code: code.clone(), shown, until: now + LIFE, wrong: 0 };
        self.0.insert(person, waiting);
        code
    }

    /// Takes a code; what it was shown for comes back once.
    ///
    /// # Errors
    /// See [`Denied`].
    pub fn redeem(&mut self, person: i64, code: &str, now: Instant) -> Result<Shown, Denied> {
        let Some(waiting) = self.0.get_mut(&person) else { return Err(Denied::Nothing) };
        if now > waiting.until {
            self.0.remove(&person);
            return Err(Denied::Expired);
        }
        if waiting.code != code {
            waiting.wrong += 1;
            if waiting.wrong < ATTEMPTS {
                return Err(Denied::Wrong);
            }
            self.0.remove(&person);
            return Err(Denied::TooOften);
        }
        self.0.remove(&person).map(|waiting| waiting.shown).ok_or(Denied::Nothing)
    }

    /// Voids whatever a person has waiting.
    pub fn void(&mut self, person: i64) {
        self.0.remove(&person);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown() -> Shown {
        Shown { wanted: Wanted::CloseAll, epoch: 3, plan_id: "a1".to_owned() }
    }

    #[test]
    fn a_code_works_once_for_its_person_within_its_time() {
        let now = Instant::now();
        let mut codes = Codes::default();
        let code = codes.issue(7, shown(), now);
        assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        assert_eq!(codes.redeem(8, &code, now), Err(Denied::Nothing), "another person");
        assert_eq!(codes.redeem(7, &code, now + LIFE), Ok(shown()));
        assert_eq!(codes.redeem(7, &code, now), Err(Denied::Nothing), "twice");
        let code = codes.issue(7, shown(), now);
        let late = now + LIFE + Duration::from_millis(1);
        assert_eq!(codes.redeem(7, &code, late), Err(Denied::Expired));
        assert_eq!(codes.redeem(7, &code, now), Err(Denied::Nothing));
    }

    #[test]
    fn codes_can_not_be_guessed_and_the_newest_counts() {
        let now = Instant::now();
        let mut codes = Codes::default();
        let code = codes.issue(7, shown(), now);
        assert_eq!(codes.redeem(7, "nonsense", now), Err(Denied::Wrong));
        assert_eq!(codes.redeem(7, "", now), Err(Denied::Wrong));
        assert_eq!(codes.redeem(7, "x", now), Err(Denied::TooOften));
        assert_eq!(codes.redeem(7, &code, now), Err(Denied::Nothing));
        let older = codes.issue(7, shown(), now);
        let newer = codes.issue(7, Shown { wanted: Wanted::Resume, ..shown() }, now);
        if older != newer {
            assert_eq!(codes.redeem(7, &older, now), Err(Denied::Wrong));
        }
        assert_eq!(codes.redeem(7, &newer, now).map(|s| s.wanted), Ok(Wanted::Resume));
    }
}
