//! The crash rule: a row that has panicked the engine three times is set aside.
//!
//! Only panics that this process recorded itself count, never a kill or a power cut. A row that is
//! set aside halts trading first, so that a person looks before anything goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Panics on the same row after which it is set aside.
const LIMIT: u32 = 3;
/// The thread whose panics count.
pub const THREAD: &str = "engine";

/// The row that is being handled, for the panic hook; 0 between rows.
pub type CurrentRow = Arc<AtomicU64>;

/// Where panics are recorded: a line with the row's number each.
#[must_use]
pub fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("panics")
}

/// Records panics of the engine's thread on a row, then goes on as before.
pub fn record_panics(path: PathBuf, current: CurrentRow) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let row = current.load(Ordering::SeqCst);
        if row > 0 && std::thread::current().name() == Some(THREAD) {
            let line = format!("{row}\n");
            let written =
                OpenOptions::new().create(true).append(true).open(&path).and_then(|mut file| {
                    file.write_all(line.as_bytes())?;
                    file.sync_all()
                });
            if let Err(error) = written {
                tracing::error!(%error, row, "a panic could not be recorded");
            }
        }
        before(info);
    }));
}

/// Rows after `handled` that have panicked too often. A file that can't be read sets nothing aside.
#[must_use]
pub fn set_aside(path: &Path, handled: u64) -> BTreeSet<u64> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    for row in text.lines().filter_map(|line| line.trim().parse::<u64>().ok()) {
        *counts.entry(row).or_default() += 1;
    }
    counts
        .into_iter()
        .filter(|(row, n)| *row > handled && *n >= LIMIT)
        .map(|(row, _)| row)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_panic_on_a_row_sets_it_aside() {
        let dir = tempfile::tempdir().expect("folder");
        let path = file(dir.path());
        assert!(set_aside(&path, 0).is_empty(), "no file, no panics");
        std::fs::write(&path, "7\n9\n7\nrubbish\n9\n7\n").expect("written");
        assert_eq!(set_aside(&path, 0), BTreeSet::from([7]));
        assert!(set_aside(&path, 7).is_empty(), "rows that were passed don't matter");
    }

    #[test]
    fn only_the_engines_thread_on_a_row_is_recorded() {
        let dir = tempfile::tempdir().expect("folder");
        let path = file(dir.path());
        let current = CurrentRow::default();
        record_panics(path.clone(), Arc::clone(&current));
        let panics = |name: &str| {
            let thread = std::thread::Builder::new().name(name.to_owned());
            let ended = thread.spawn(|| panic!("on purpose")).expect("thread").join();
            assert!(ended.is_err());
        };
        panics(THREAD);
        current.store(42, Ordering::SeqCst);
        panics("control-plane");
        panics(THREAD);
        let _ = std::panic::take_hook();
        assert_eq!(std::fs::read_to_string(&path).expect("recorded"), "42\n");
    }
}
