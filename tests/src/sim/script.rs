//! What operators do in a seed's run, and where the process is killed and started again.

use super::chance::Chance;
use domain::Name;
use std::fmt;

/// Which latch a resume names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latch {
    /// None: the one in force.
    Any,
    /// The one in force, by number.
    Current,
    /// An older one.
    Stale,
}

/// One thing that happens before a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Stop.
    Stop,
    /// Close everything.
    CloseAll,
    /// Resume.
    Resume(Latch),
    /// Switch a strategy.
    Switch {
        /// Its name.
        strategy: Name,
        /// On or off.
        on: bool,
        /// Even when it owns something.
        force: bool,
        /// None, the version in force, or one that is not.
        version: Latch,
    },
    /// Other limits, stops and fees from now on.
    Settings {
        /// What they are drawn from.
        draw: u64,
    },
    /// The session is stored, dropped and read back.
    Restart,
}

impl Op {
    /// The kind of operation, for counts.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::CloseAll => "close_all",
            Self::Resume(_) => "resume",
            Self::Switch { .. } => "switch",
            Self::Settings { .. } => "new_settings",
            Self::Restart => "restart",
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stop => f.write_str("stop"),
            Self::CloseAll => f.write_str("close-all"),
            Self::Resume(latch) => write!(f, "resume ({latch:?} latch)"),
            Self::Switch { strategy, on, force, version } => {
                write!(f, "switch {strategy} on={on} force={force} version={version:?}")
            }
            Self::Settings { draw } => write!(f, "new settings {draw}"),
            Self::Restart => f.write_str("kill and restart"),
        }
    }
}

/// Operations with the row before which they happen, in order.
pub type Script = Vec<(u64, Op)>;

/// A random script over `rows` rows.
#[must_use]
pub fn random(seed: u64, rows: u64, strategies: &[Name]) -> Script {
    let mut chance = Chance::new(seed, "script");
    let mut script = Vec::new();
    let busy = *chance.pick(&[0, 2, 6, 20]);
    for _ in 0..busy {
        let row = chance.below(rows);
        let op = random_op(&mut chance, strategies);
        script.push((row, op));
        // Most halts end again, or little else would ever happen.
        if matches!(op, Op::Stop | Op::CloseAll) && chance.percent(80) {
            let later = row + chance.between(1, 60);
            script.push((later, Op::Resume(*chance.pick(&[Latch::Any, Latch::Current]))));
        }
    }
    for _ in 0..*chance.pick(&[0, 1, 4]) {
        script.push((chance.below(rows), Op::Restart));
    }
    // A latched drawdown needs a person now and then.
    if chance.percent(50) {
        let every = chance.between(60, 200);
        script.extend((1..rows / every).map(|n| (n * every, Op::Resume(Latch::Any))));
    }
    script.sort_by_key(|(row, _)| *row);
    script
}

fn random_op(chance: &mut Chance, strategies: &[Name]) -> Op {
    match chance.below(10) {
        0..3 => Op::Stop,
        3..5 => Op::CloseAll,
        5 => Op::Resume(*chance.pick(&[Latch::Any, Latch::Current, Latch::Stale])),
        6..9 => Op::Switch {
            strategy: *chance.pick(strategies),
            on: chance.percent(60),
            force: chance.percent(50),
            version: *chance.pick(&[Latch::Any, Latch::Any, Latch::Current, Latch::Stale]),
        },
        _ => Op::Settings { draw: chance.below(1 << 32) },
    }
}
