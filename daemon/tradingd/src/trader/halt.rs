//! Halts that no operator's call brought: a file in the data directory, or a signal.
//!
//! For when logins, network or control plane are of no use. Carried out like a stop and recorded
//! with a kind of their own.

use super::handle::Failure;
use super::run::{Trader, control};
use engine::Command;
use std::io::Read as _;
use std::path::Path;

/// Kind of the audit record of a halt by file.
pub const BY_FILE: &str = "halted_by_file";
/// Kind of the audit record of a halt by signal.
pub const BY_SIGNAL: &str = "halted_by_signal";
/// More of the file is not read.
const LONGEST: u64 = 500;

impl Trader {
    /// Halts now. The file goes once the halt is stored; until then it keeps the halt over a crash.
    pub(super) async fn halt_now(
        &mut self,
        kind: &'static str,
        reason: String,
    ) -> Result<(), Failure> {
        let by_file = kind == BY_FILE;
        // One that this daemon left itself, or that was handled before this was taken, asks for
        // nothing new.
        if by_file && (self.halt_file_written || !self.halt_file.exists()) {
            return Ok(());
        }
        let reason = if by_file { file_reason(&self.halt_file) } else { reason };
        let Some(session) = &mut self.session else { return Err(Failure::Gone) };
        let mut outputs = Vec::new();
        let stop = Command::Stop { reason: reason.clone(), freeze: false };
        session.command(stop.clone(), &mut outputs);
        self.absorb(&mut outputs);
        tracing::warn!(kind, reason, "trading is halted");
        self.batch.controls.push(control(kind, serde_json::json!({ "reason": reason })));
        match self.commit_command(true).await {
            Ok(()) => {
                self.set_failed(None);
                if by_file {
                    let _ = std::fs::remove_file(&self.halt_file);
                }
                Ok(())
            }
            Err(error) => {
                self.set_failed(Some(error.summary().to_owned()));
                if by_file {
                    // It says already what this daemon would write, and goes with the next commit.
                    self.halt_file_written = true;
                    let message = error.summary().to_owned();
                    return Err(Failure::NotDurable { stopped: true, message });
                }
                Err(self.stop_without_store(&stop, error.summary()))
            }
        }
    }
}

/// What the file says, as one line for the record.
pub(super) fn file_reason(path: &Path) -> String {
    // Only a plain file is read: anything else might never end.
    let plain = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    let mut bytes = Vec::new();
    if plain && let Ok(file) = std::fs::File::open(path) {
        let _ = file.take(LONGEST).read_to_end(&mut bytes);
    }
    let text = String::from_utf8_lossy(&bytes);
    let line: String = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("halt file: {line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_halt_file_is_read_as_one_short_line() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("HALT");
        let read = |bytes: &[u8]| {
            std::fs::write(&path, bytes).expect("written");
            file_reason(&path)
        };
        assert_eq!(read(b"maintenance\n"), "halt file: maintenance");
        assert_eq!(read(b""), "halt file: ");
        assert_eq!(read(b"a\nb\x1b[31mc"), "halt file: a b [31mc");
        assert!(read(&[b'x'; 100_000]).len() < 600);
        assert!(read(&[0xff; 10]).starts_with("halt file: "));
        let elsewhere = dir.path().join("secret");
        std::fs::write(&elsewhere, "a secret").expect("written");
        std::fs::remove_file(&path).expect("removed");
        std::os::unix::fs::symlink(&elsewhere, &path).expect("linked");
        assert_eq!(file_reason(&path), "halt file: ", "a link is not followed");
    }
}
