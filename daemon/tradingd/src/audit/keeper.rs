//! Keeps the anchors: a line with every control record, at least one a minute while there is news,
//! one at start and one at the end. Beside the trader, which never waits for it.

use super::anchor::{ANCHOR_FILE, AnchorFile, Key};
use crate::control_plane::auth::Clock;
use domain::Timestamp;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use storage::{ChainHead, Store};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Longest time without an anchor while there is news.
const EVERY: Duration = Duration::from_secs(60);
/// Pause before an anchor that could not be written is tried again.
const RETRY: Duration = Duration::from_secs(5);

/// How the anchors stand, for whoever asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnchorState {
    /// The last record anchored.
    pub sequence: u64,
    /// When.
    pub at: Option<Timestamp>,
    /// Why the last one could not be written.
    pub failure: Option<String>,
}

/// Shared with the audit service.
#[derive(Debug, Clone)]
pub struct Anchors {
    state: Arc<Mutex<AnchorState>>,
    file: PathBuf,
    key: Key,
}

impl Anchors {
    /// Those of a data directory.
    ///
    /// # Errors
    /// The key can't be read or made.
    pub fn of(dir: &std::path::Path) -> Result<Self, crate::bootstrap::BootstrapError> {
        let key = Key::in_directory(dir)?;
        Ok(Self { state: Arc::default(), file: dir.join(ANCHOR_FILE), key })
    }

    /// How they stand.
    #[must_use]
    pub fn state(&self) -> AnchorState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the file anew, for a verification.
    ///
    /// # Errors
    /// It can't be read.
    pub fn read(&self, store: &str) -> std::io::Result<super::anchor::Content> {
        Ok(AnchorFile::open(self.file.clone(), self.key.clone(), store)?.1)
    }
}

/// The task.
#[derive(Debug)]
pub struct Keeper {
    store: Arc<Store>,
    anchors: Anchors,
    /// The file, and the copy when there is one. Opened anew when a write fails.
    files: Vec<(PathBuf, Option<AnchorFile>)>,
    anchored: ChainHead,
    /// When the last one was written.
    at: Instant,
    clock: Clock,
}

impl Keeper {
    /// For a store; `copy` is a second file, empty for none.
    #[must_use]
    pub fn new(store: Arc<Store>, anchors: Anchors, copy: &str) -> Self {
        let mut files = vec![(anchors.file.clone(), None)];
        if !copy.is_empty() {
            files.push((PathBuf::from(copy), None));
        }
        let (anchored, at) = (ChainHead::default(), Instant::now());
        Self { store, anchors, files, anchored, at, clock: Clock::system() }
    }

    /// Runs until `end`, which comes after the last record was stored.
    pub async fn run(mut self, end: CancellationToken) {
        let mut chain = self.store.chain();
        self.write("start").await;
        loop {
            let failed = self.anchors.state().failure.is_some();
            let now = *chain.borrow_and_update();
            let pause = if failed { RETRY } else { EVERY };
            let due = self.at + pause;
            if now.sequence > self.anchored.sequence || failed {
                if now.controls > self.anchored.controls && !failed {
                    self.write("control").await;
                    continue;
                }
                if Instant::now() >= due {
                    self.write("minute").await;
                    continue;
                }
            }
            tokio::select! {
                () = end.cancelled() => break,
                changed = chain.changed() => if changed.is_err() { break },
                () = tokio::time::sleep_until(due), if now.sequence > self.anchored.sequence || failed => {}
            }
        }
        if self.store.chain().borrow().sequence > self.anchored.sequence {
            self.write("end").await;
        }
    }

    /// Writes a line for where the chain stands to every file, off the runtime's own threads.
    async fn write(&mut self, why: &'static str) {
        let head = *self.store.chain().borrow();
        self.at = Instant::now();
        if head.sequence == 0 {
            return;
        }
        let at = self.clock.now();
        let mut files = std::mem::take(&mut self.files);
        let (store, key) = (self.store.store_id().to_owned(), self.anchors.key.clone());
        let failing = self.anchors.state().failure.is_some();
        let work = tokio::task::spawn_blocking(move || {
            let mut failure = None;
            for (path, file) in &mut files {
                if let Err(error) = add(path, file, &key, &store, &head, at, why) {
                    // Said once, not with each try.
                    if failing {
                        tracing::debug!(%error, file = %path.display(), "still no audit anchor");
                    } else {
                        tracing::error!(%error, file = %path.display(), "the audit anchor can't be written");
                    }
                    failure = Some(error.kind().to_string());
                    *file = None;
                }
            }
            (files, failure)
        });
        let Ok((files, failure)) = work.await else { return };
        self.files = files;
        let mut state = self.anchors.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Also after a failure: the next try comes with its pause, not with the next record.
        self.anchored.controls = head.controls;
        if failure.is_none() {
            self.anchored = head;
            (state.sequence, state.at) = (head.sequence, Some(at));
            let (sequence, hash) = (head.sequence, head.hash);
            if failing {
                tracing::info!(sequence, %hash, why, "the audit anchor can be written again");
            } else if matches!(why, "start" | "end") {
                tracing::info!(sequence, %hash, why, "audit anchor");
            } else {
                tracing::debug!(sequence, %hash, why, "audit anchor");
            }
        }
        state.failure = failure;
    }
}

fn add(
    path: &std::path::Path,
    file: &mut Option<AnchorFile>,
    key: &Key,
    store: &str,
    head: &ChainHead,
    at: Timestamp,
    why: &str,
) -> std::io::Result<()> {
    if file.is_none() {
        let (opened, content) = AnchorFile::open(path.to_owned(), key.clone(), store)?;
        for finding in &content.findings {
            tracing::error!(finding = finding.text, "run: tradingd audit verify");
        }
        if let Some(last) = content.anchors.iter().map(|a| a.sequence).max()
            && last > head.sequence
        {
            tracing::error!(
                anchored = last,
                journal = head.sequence,
                "the journal ends before its anchor: records are missing; run: tradingd audit verify"
            );
        }
        *file = Some(opened);
    }
    match file {
        Some(file) => file.add(store, head, at, why),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use storage::{Batch, ControlRecord};

    fn control(kind: &str) -> Batch {
        let record = ControlRecord::system(Timestamp::ZERO, kind, serde_json::json!({}));
        Batch { controls: vec![record], ..Batch::default() }
    }

    async fn until(anchors: &Anchors, wanted: impl Fn(&AnchorState) -> bool) {
        let wait = async {
            while !wanted(&anchors.state()) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), wait).await.expect("it comes to that");
    }

    #[tokio::test]
    async fn every_control_record_is_anchored_and_a_failure_heals() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let store = Arc::new(Store::open(dir.path()).await.expect("opens"));
        store.commit(control("daemon_started")).await.expect("commits");
        let anchors = Anchors::of(dir.path()).expect("a key");
        let copy = dir.path().join("elsewhere").join("copy");
        let end = CancellationToken::new();
        let keeper = Keeper::new(Arc::clone(&store), anchors.clone(), copy.to_str().expect("text"));
        let task = tokio::spawn(keeper.run(end.clone()));
        // The copy's folder is missing: a failure that is told, while the file itself is written.
        until(&anchors, |state| state.failure.is_some()).await;
        std::fs::create_dir(dir.path().join("elsewhere")).expect("made");
        store.commit(control("stop")).await.expect("commits");
        until(&anchors, |state| state.failure.is_none() && state.sequence == 2).await;
        store.commit(control("resume")).await.expect("commits");
        until(&anchors, |state| state.sequence == 3).await;
        end.cancel();
        task.await.expect("ends");
        let content = anchors.read(store.store_id()).expect("reads");
        assert!(content.findings.is_empty(), "{:?}", content.findings);
        let verdict = store.verify(content.anchors, &[], |_, _| true).await.expect("walks");
        assert_eq!((verdict.found, verdict.anchored), (0, 3));
        assert!(std::fs::read_to_string(copy).expect("the copy").lines().count() >= 2);
    }
}
