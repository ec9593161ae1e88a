//! Who may change a setting, and which way is the safe one.
//!
//! Compares texts that were accepted already; ranges and rules are elsewhere.

use domain::Decimal;
use std::collections::BTreeMap;

/// Who may change a setting while the daemon runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// An operator, either way.
    Plain,
    /// An operator towards safety, an admin towards risk.
    Risk(Safer),
    /// An admin: it is about who gets in.
    Access,
}

/// Which way of a change is towards safety.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safer {
    /// Smaller numbers.
    Lower,
    /// Smaller numbers, but 0 turns the limit off.
    LowerAboveZero,
    /// Larger numbers.
    Higher,
    /// `true`.
    On,
    /// Smaller numbers for each pair; a pair without one has no limit.
    LowerEach,
    /// Neither way can be told to be the safe one.
    Unknown,
}

impl Guard {
    /// True when only an admin may go from `before` to `after`.
    #[must_use]
    pub fn needs_admin(self, before: &str, after: &str) -> bool {
        match self {
            Self::Plain => false,
            Self::Risk(safer) => before != after && !safer.is_towards(before, after),
            Self::Access => before != after,
        }
    }
}

impl Safer {
    /// What is not understood is not safe.
    fn is_towards(self, before: &str, after: &str) -> bool {
        let numbers = || Some((number(before)?, number(after)?));
        match self {
            Self::Lower => numbers().is_some_and(|(from, to)| to <= from),
            Self::Higher => numbers().is_some_and(|(from, to)| to >= from),
            Self::LowerAboveZero => {
                numbers().is_some_and(|(from, to)| !to.is_zero() && (from.is_zero() || to <= from))
            }
            Self::On => after == "true",
            Self::LowerEach => match (each(before), each(after)) {
                (Some(from), Some(to)) => {
                    from.iter().all(|(pair, most)| to.get(pair).is_some_and(|new| new <= most))
                }
                _ => false,
            },
            Self::Unknown => false,
        }
    }
}

fn number(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

/// `A:1,B:2` by pair.
fn each(text: &str) -> Option<BTreeMap<String, Decimal>> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    let pair = |item: &str| {
        let (pair, most) = item.split_once(':')?;
        let plain: String = pair.trim().chars().filter(|c| *c != '/').collect();
        Some((plain.to_uppercase(), number(most.trim())?))
    };
    items.map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_safe_way_is_an_operators() {
        use Safer::*;
        for (safer, before, after, admin) in [
            (Lower, "10", "9.5", false),
            (Lower, "10", "10.5", true),
            (LowerAboveZero, "5", "4", false),
            (LowerAboveZero, "5", "6", true),
            (LowerAboveZero, "5", "0", true),
            (LowerAboveZero, "0", "900", false),
            (Higher, "3", "4", false),
            (Higher, "3", "2", true),
            (On, "false", "true", false),
            (On, "true", "false", true),
            (LowerEach, "", "BTCUSDT:1", false),
            (LowerEach, "BTCUSDT:1", "btc/usdt:0.5, ETHUSDT:3", false),
            (LowerEach, "BTCUSDT:1", "ETHUSDT:3", true),
            (LowerEach, "BTCUSDT:1", "BTCUSDT:2", true),
            (LowerEach, "BTCUSDT:1", "", true),
            (Unknown, "atr", "fixed", true),
            (Unknown, "atr", "atr", false),
        ] {
            let told = Guard::Risk(safer).needs_admin(before, after);
            assert_eq!(told, admin, "{safer:?} {before:?} {after:?}");
            assert!(!Guard::Plain.needs_admin(before, after));
            assert_eq!(Guard::Access.needs_admin(before, after), before != after);
        }
    }
}
