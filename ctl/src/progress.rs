//! Signs of life on long work: a bar with a count, or a spinner with the time that has passed.
//!
//! They go to stderr and only when that is a terminal, so that scripts, logs and pipes see nothing.
//! Usage: `let bar = progress::bar("trades", Some(total)); bar.at(done); …` — dropping it wipes the
//! line, and the result is printed where the work has been.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal as _};
use std::time::Duration;

/// How often a spinner turns.
const TURN: Duration = Duration::from_millis(120);

/// Work that is going on. The line vanishes when it is dropped.
#[derive(Debug)]
pub struct Progress(ProgressBar);

/// A bar over `total` steps, or a spinner that counts when the total is not known.
#[must_use]
pub fn bar(label: &str, total: Option<u64>) -> Progress {
    start(label, total, target())
}

/// A spinner for waiting, with the time that has passed.
#[must_use]
pub fn waiting(label: &str) -> Progress {
    let progress = ProgressBar::with_draw_target(None, target());
    progress.set_style(style("{spinner} {prefix} {msg} ({elapsed})"));
    begin(progress, label)
}

fn target() -> ProgressDrawTarget {
    match io::stderr().is_terminal() {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    }
}

fn start(label: &str, total: Option<u64>, target: ProgressDrawTarget) -> Progress {
    let progress = ProgressBar::with_draw_target(total, target);
    progress.set_style(match total {
        Some(_) => style("{prefix} {bar:30} {human_pos} of {human_len} {msg} ({eta} left)"),
        None => style("{spinner} {prefix} {human_pos} {msg} ({elapsed})"),
    });
    begin(progress, label)
}

fn begin(progress: ProgressBar, label: &str) -> Progress {
    progress.set_prefix(label.to_owned());
    if !progress.is_hidden() {
        progress.enable_steady_tick(TURN);
    }
    Progress(progress)
}

/// The templates are constants, and a test makes each of them; the default look is the fallback.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Progress {
    /// So many steps are done.
    pub fn at(&self, done: u64) {
        self.0.set_position(done);
    }

    /// What is being done at the moment. Control characters are dropped.
    pub fn say(&self, message: &str) {
        self.0.set_message(message.chars().filter(|c| !c.is_control()).collect::<String>());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::TermLike;
    use std::sync::{Arc, Mutex};

    /// A terminal that keeps its one line.
    #[derive(Debug, Clone, Default)]
    struct Line(Arc<Mutex<String>>);

    impl Line {
        fn shown(&self) -> String {
            self.0.lock().expect("no panic").clone()
        }
    }

    impl TermLike for Line {
        fn width(&self) -> u16 {
            100
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().expect("no panic").push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            self.0.lock().expect("no panic").clear();
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn drawn(total: Option<u64>) -> (Line, Progress) {
        let line = Line::default();
        let target = ProgressDrawTarget::term_like(Box::new(line.clone()));
        (line, start("trades", total, target))
    }

    #[test]
    fn a_bar_tells_how_much_is_done_and_leaves_nothing_behind() {
        let (line, progress) = drawn(Some(1_200));
        progress.at(600);
        progress.say("page\u{1b}[2J 2");
        progress.0.force_draw();
        let shown = line.shown();
        assert!(shown.contains("trades") && shown.contains("600 of 1,200"), "{shown}");
        assert!(shown.contains("page[2J 2"), "{shown}");
        drop(progress);
        assert_eq!(line.shown().trim(), "");
    }

    #[test]
    fn without_a_total_it_counts() {
        let (line, progress) = drawn(None);
        progress.at(7);
        progress.0.force_draw();
        assert!(line.shown().contains("trades 7"), "{}", line.shown());
    }

    #[test]
    fn nothing_is_drawn_where_there_is_no_terminal() {
        // A test may run on a terminal or not; the line follows it.
        let progress = waiting("selling");
        assert_eq!(progress.0.is_hidden(), !io::stderr().is_terminal());
    }
}
