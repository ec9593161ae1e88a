//! `doctor`: checks the daemon and the machine it and botctl run on, and says what to do.
//!
//! Nothing is changed; the fsync test writes a file of its own into the data folder and takes it away.
//! Checks of the machine are only about the one botctl runs on, and say so by being skipped when the
//! daemon is elsewhere.

mod audit;
mod daemon;
mod data;
mod machine;
mod process;
mod transport;

use super::Context;
use crate::cli::DoctorArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::table::{Style, Tone, rows, text};
use crate::progress;
use serde_json::{Value, json};

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It does not apply here.
    Skip,
    /// As it should be.
    Pass,
    /// It works, but somebody should look.
    Warn,
    /// It must be put right.
    Fail,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Skip => "not needed",
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "FAIL",
        }
    }

    fn token(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Short name, stable for scripts.
    pub name: String,
    /// What came of it.
    pub verdict: Verdict,
    /// What was found, with figures.
    pub detail: String,
    /// What to do; empty when there is nothing.
    pub todo: String,
}

impl Check {
    /// A check with what to do about it; that is dropped when there is nothing to do.
    pub fn new(name: &str, verdict: Verdict, detail: impl Into<String>, todo: &str) -> Self {
        let todo = if verdict >= Verdict::Warn { todo.to_owned() } else { String::new() };
        Self { name: name.to_owned(), verdict, detail: detail.into(), todo }
    }

    /// As it should be.
    pub fn pass(name: &str, detail: impl Into<String>) -> Self {
        Self::new(name, Verdict::Pass, detail, "")
    }

    /// It does not apply here, and why.
    pub fn skip(name: &str, detail: impl Into<String>) -> Self {
        Self::new(name, Verdict::Skip, detail, "")
    }
}

/// Passes below `warn`, warns below `fail`, fails from there on.
fn rising<N: PartialOrd>(value: &N, warn: &N, fail: &N) -> Verdict {
    match (value >= fail, value >= warn) {
        (true, _) => Verdict::Fail,
        (false, true) => Verdict::Warn,
        (false, false) => Verdict::Pass,
    }
}

/// Fails below `fail`, warns below `warn`, passes from there on.
fn falling<N: PartialOrd>(value: &N, warn: &N, fail: &N) -> Verdict {
    match (value < fail, value < warn) {
        (true, _) => Verdict::Fail,
        (false, true) => Verdict::Warn,
        (false, false) => Verdict::Pass,
    }
}

/// Bytes for people, in powers of 1024.
fn bytes(count: u64) -> String {
    let mut value = count as f64;
    for unit in ["B", "KiB", "MiB", "GiB"] {
        if value < 1024.0 {
            return if unit == "B" { format!("{count} B") } else { format!("{value:.1} {unit}") };
        }
        value /= 1024.0;
    }
    format!("{value:.1} TiB")
}

/// Runs every check and prints the table.
pub async fn doctor(context: &Context<'_>, args: DoctorArgs) -> Result<Exit, Failure> {
    let sign = progress::waiting("checking");
    sign.say("the daemon");
    let mut asked = daemon::checks(context).await;
    let local = context.client.addr().is_loopback();
    let folder = args.data_dir.or(asked.data_dir.take().filter(|_| local));
    sign.say("the disk");
    asked.checks.extend(data::checks(folder.as_deref()));
    sign.say("the machine");
    asked.checks.extend(machine::checks());
    asked.checks.extend(process::checks(context.client.addr()));
    drop(sign);
    told(context, &asked.checks)
}

/// Prints checks; the worst of them is the exit code.
pub fn told(context: &Context<'_>, checks: &[Check]) -> Result<Exit, Failure> {
    let value = checks.iter().map(object).collect();
    context.out.value(&Value::Array(value), |style| table(checks, style))?;
    let worst = checks.iter().map(|check| check.verdict).max();
    Ok(match worst {
        Some(Verdict::Fail) => Exit::Failed,
        Some(Verdict::Warn) => Exit::Warned,
        _ => Exit::Done,
    })
}

fn object(check: &Check) -> Value {
    json!({
        "check": check.name,
        "result": check.verdict.token(),
        "detail": check.detail,
        "todo": check.todo,
    })
}

fn table(checks: &[Check], style: Style) -> String {
    let line = |check: &Check| {
        let tone = match check.verdict {
            Verdict::Skip => Tone::Plain,
            Verdict::Pass => Tone::Good,
            Verdict::Warn => Tone::Warn,
            Verdict::Fail => Tone::Bad,
        };
        vec![
            text(&*check.name),
            text(check.verdict.word()).tone(tone),
            text(&*check.detail),
            text(&*check.todo),
        ]
    };
    let list = rows(
        style,
        &["check", "result", "detail", "what to do"],
        checks.iter().map(line).collect(),
    );
    let count = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    format!(
        "{list}\n\n{} passed, {} warnings, {} failed",
        count(Verdict::Pass),
        count(Verdict::Warn),
        count(Verdict::Fail)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_belong_to_the_worse_side_when_rising_and_to_the_better_when_falling() {
        assert_eq!([0, 9, 10, 19, 20].map(|v| rising(&v, &10, &20)), {
            use Verdict::{Fail, Pass, Warn};
            [Pass, Pass, Warn, Warn, Fail]
        });
        assert_eq!([25, 20, 19, 10, 9].map(|v| falling(&v, &20, &10)), {
            use Verdict::{Fail, Pass, Warn};
            [Pass, Pass, Warn, Warn, Fail]
        });
    }

    #[test]
    fn the_table_counts_and_advises() {
        let checks = [
            Check::pass("clock", "2 ms apart"),
            Check::new("disk", Verdict::Warn, "900.0 MiB free", "make room"),
            Check::skip("venue", "paper"),
        ];
        let shown = table(&checks, Style { colour: false });
        assert!(shown.contains("disk   warn        900.0 MiB free  make room"), "{shown}");
        assert!(shown.ends_with("1 passed, 1 warnings, 0 failed"), "{shown}");
        assert_eq!(bytes(1_536), "1.5 KiB");
        assert_eq!(bytes(12), "12 B");
        assert_eq!(bytes(3 << 40), "3.0 TiB");
    }
}
