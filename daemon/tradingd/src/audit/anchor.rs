//! The anchor file: one line for a record and its hash, outside of the database and under a key, so
//! that whoever changes the database can't make the lines agree with it.
//!
//! Each line is bound to the one before it. Written by `keeper`, read by the verification.

use crate::bootstrap::BootstrapError;
use domain::Timestamp;
use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use storage::{Anchor, Finding, FindingKind, LogHash};

/// Name of the file in the data directory.
pub const ANCHOR_FILE: &str = "audit.anchor";
/// The key in the data directory.
pub const KEY_FILE: &str = "keys/anchor.key";

/// The key under which lines are made.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(***)")
    }
}

impl Key {
    /// From its bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key in `DIR/keys/anchor.key`, made on the first start with mode 0600.
    ///
    /// # Errors
    /// It can't be read or made, others may read it, or it is no key.
    pub fn in_directory(dir: &Path) -> Result<Self, BootstrapError> {
        let path = dir.join(KEY_FILE);
        if let Some(key) = Self::existing(&path)? {
            return Ok(key);
        }
        crate::bootstrap::prepare_directory(&dir.join("keys"))?;
        let bytes: [u8; 32] = crate::control_plane::auth::random();
        let write = || -> io::Result<()> {
            let mut file =
                OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            File::open(dir.join("keys"))?.sync_all()
        };
        write().map_err(|source| BootstrapError::Io { path: path.clone(), source })?;
        Ok(Self(bytes))
    }

    /// The key where there is one.
    ///
    /// # Errors
    /// As [`in_directory`](Self::in_directory).
    pub fn existing(path: &Path) -> Result<Option<Self>, BootstrapError> {
        let io = |source| BootstrapError::Io { path: path.to_owned(), source };
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io(error)),
            Ok(meta) if !meta.is_file() || meta.mode() & 0o077 != 0 => {
                Err(BootstrapError::KeyMode { path: path.to_owned(), mode: meta.mode() & 0o7777 })
            }
            Ok(_) => {
                let bytes = fs::read(path).map_err(io)?;
                let why = "its length differs";
                let bytes = <[u8; 32]>::try_from(bytes)
                    .map_err(|_| BootstrapError::KeyContent { path: path.to_owned(), why })?;
                Ok(Some(Self(bytes)))
            }
        }
    }

    fn mac(&self, line: &Line) -> Result<Hmac<Sha256>, serde_json::Error> {
        let mut mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&self.0)
            .unwrap_or_else(|_| unreachable!("Invariant: HMAC takes keys of any length"));
        mac.update(&serde_json::to_vec(line)?);
        Ok(mac)
    }
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its number in the file, from 1.
    pub line: u64,
    /// Random name of the store.
    pub store: String,
    /// The record.
    pub sequence: u64,
    /// Its hash in hex.
    pub hash: String,
    /// Wall time in microseconds since the epoch.
    pub at: i64,
    /// What led to it: `start`, `control`, `minute` or `end`.
    pub why: String,
    /// Code of the line before; empty on the first.
    pub previous: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Signed {
    #[serde(flatten)]
    line: Line,
    mac: String,
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.is_ascii() && text.len().is_multiple_of(2);
    let pair = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    digits.then(|| (0..text.len()).step_by(2).map(pair).collect())?
}

/// Where the file stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tail {
    /// Number of the last good line.
    pub line: u64,
    /// Its code, to which the next is bound.
    mac: String,
    /// The record that it names.
    pub sequence: u64,
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Content {
    /// The anchors of this store, in order.
    pub anchors: Vec<Anchor>,
    /// Lines that are not as they were written.
    pub findings: Vec<Finding>,
    /// Where it stands.
    pub tail: Tail,
}

/// Reads a file: what is not proven by the key is a finding and no anchor.
#[must_use]
pub fn read(text: &str, key: &Key, store: &str) -> Content {
    let mut content = Content::default();
    let mut torn = None;
    for (number, text) in (1..).zip(text.lines()) {
        let Some(signed) = check(text, key) else {
            // A line that a power cut left half-written is followed by the number it would have had.
            if let Some(earlier) = torn.replace(number) {
                content.findings.push(finding(earlier));
            }
            continue;
        };
        let line = &signed.line;
        if line.line != content.tail.line + 1 || line.previous != content.tail.mac {
            content.findings.push(finding(torn.unwrap_or(number)));
        }
        torn = None;
        content.tail =
            Tail { line: signed.line.line, mac: signed.mac, sequence: signed.line.sequence };
        let hash = unhex(&signed.line.hash).and_then(|bytes| LogHash::from_bytes(&bytes));
        if let Some(hash) = hash.filter(|_| signed.line.store == store) {
            let Line { sequence, .. } = signed.line;
            content.anchors.push(Anchor { sequence, hash, line: number });
        }
    }
    if let Some(number) = torn.filter(|_| text.ends_with('\n')) {
        content.findings.push(finding(number));
    }
    content
}

fn finding(line: u64) -> Finding {
    let text = format!("line {line} of the anchor file is not what was written");
    Finding { kind: FindingKind::AnchorFile, sequence: line, text }
}

fn check(text: &str, key: &Key) -> Option<Signed> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let mac = value.get("mac")?.as_str()?.to_owned();
    let mut fields = value.as_object()?.clone();
    fields.remove("mac");
    let line: Line = serde_json::from_value(fields.into()).ok()?;
    let expected = key.mac(&line).ok()?;
    expected.verify_slice(&unhex(&mac)?).ok()?;
    Some(Signed { line, mac })
}

/// A file that lines are added to.
#[derive(Debug)]
pub struct AnchorFile {
    path: PathBuf,
    key: Key,
    tail: Tail,
}

impl AnchorFile {
    /// Takes up a file where it stands, or begins one. Says what is wrong with it, too.
    ///
    /// # Errors
    /// It can't be read.
    pub fn open(path: PathBuf, key: Key, store: &str) -> io::Result<(Self, Content)> {
        let text = match fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let content = read(&text, &key, store);
        let file = Self { path, key, tail: content.tail.clone() };
        Ok((file, content))
    }

    /// Adds a line; on disk when this returns.
    ///
    /// # Errors
    /// What the system says; the next line takes this one's place.
    pub fn add(
        &mut self,
        store: &str,
        head: &storage::ChainHead,
        at: Timestamp,
        why: &str,
    ) -> io::Result<()> {
        let line = Line {
            line: self.tail.line + 1,
            store: store.to_owned(),
            sequence: head.sequence,
            hash: head.hash.to_string(),
            at: at.micros(),
            why: why.to_owned(),
            previous: self.tail.mac.clone(),
        };
        let mac = self.key.mac(&line).map_err(io::Error::other)?;
        let mac = hex(&mac.finalize().into_bytes());
        let signed = Signed { line, mac: mac.clone() };
        let mut text = serde_json::to_string(&signed).map_err(io::Error::other)?;
        text.push('\n');
        let made = !self.path.exists();
        let mut file =
            OpenOptions::new().append(true).read(true).create(true).mode(0o600).open(&self.path)?;
        if ends_torn(&file)? {
            text.insert(0, '\n');
        }
        file.write_all(text.as_bytes())?;
        file.sync_data()?;
        if made && let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        self.tail = Tail { line: self.tail.line + 1, mac, sequence: head.sequence };
        Ok(())
    }
}

/// True when the last line has no end, after a power cut.
fn ends_torn(mut file: &File) -> io::Result<bool> {
    use io::{Read as _, Seek as _, SeekFrom};
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(sequence: u64) -> storage::ChainHead {
        let hash = LogHash::START.chain(&sequence.to_be_bytes());
        storage::ChainHead { sequence, hash, ..storage::ChainHead::default() }
    }

    fn file(dir: &Path, sequences: &[u64]) -> String {
        let path = dir.join(ANCHOR_FILE);
        let _ = fs::remove_file(&path);
        let key = Key::in_directory(dir).expect("a key");
        for sequence in sequences {
            // Taken up anew each time, as by a daemon that restarts.
            let (mut file, _) = AnchorFile::open(path.clone(), key.clone(), "s").expect("opens");
            file.add("s", &head(*sequence), Timestamp::ZERO, "control").expect("writes");
        }
        assert_eq!(fs::metadata(&path).expect("is there").mode() & 0o777, 0o600);
        fs::read_to_string(path).expect("reads")
    }

    #[test]
    fn lines_are_taken_up_and_prove_their_records() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let text = file(dir.path(), &[1, 5, 5, 9]);
        let key = Key::in_directory(dir.path()).expect("a key");
        let content = read(&text, &key, "s");
        assert!(content.findings.is_empty(), "{:?}", content.findings);
        let sequences: Vec<u64> = content.anchors.iter().map(|a| a.sequence).collect();
        assert_eq!(sequences, [1, 5, 5, 9]);
        assert_eq!(content.anchors[3].hash, head(9).hash);
        assert!(read(&text, &key, "another store").anchors.is_empty());
    }

    #[test]
    fn sec_33_changed_lines_are_located() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let text = file(dir.path(), &[1, 2, 3, 4]);
        let key = Key::in_directory(dir.path()).expect("a key");
        let lines: Vec<&str> = text.lines().collect();
        let join = |lines: &[&str]| lines.join("\n") + "\n";
        let edited = lines[1].replace("\"sequence\":2", "\"sequence\":3");
        for (what, changed, wanted) in [
            ("edited", join(&[lines[0], &edited, lines[2], lines[3]]), 2),
            ("deleted", join(&[lines[0], lines[2], lines[3]]), 2),
            ("moved", join(&[lines[0], lines[2], lines[1], lines[3]]), 2),
            ("first deleted", join(&lines[1..]), 1),
            ("last garbled", join(&[lines[0], lines[1], lines[2], "x"]), 4),
            ("doubled", join(&[lines[0], lines[0], lines[1]]), 2),
        ] {
            let content = read(&changed, &key, "s");
            let first = content.findings.first().unwrap_or_else(|| panic!("{what}: nothing found"));
            assert_eq!(first.sequence, wanted, "{what}: {:?}", content.findings);
        }
        let forged = read(&text, &Key::new([7; 32]), "s");
        assert_eq!((forged.anchors.len(), forged.findings.len()), (0, 4), "made with another key");
    }

    #[test]
    fn a_line_torn_by_a_power_cut_is_no_finding() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let text = file(dir.path(), &[1, 2]);
        let path = dir.path().join(ANCHOR_FILE);
        let key = Key::in_directory(dir.path()).expect("a key");
        fs::write(&path, format!("{text}{{\"line\":3,\"sto")).expect("writes");
        let (mut file, content) = AnchorFile::open(path.clone(), key.clone(), "s").expect("opens");
        assert!(content.findings.is_empty());
        file.add("s", &head(3), Timestamp::ZERO, "start").expect("writes");
        let content = read(&fs::read_to_string(&path).expect("reads"), &key, "s");
        assert!(content.findings.is_empty(), "{:?}", content.findings);
        assert_eq!(content.anchors.len(), 3);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().expect("temporary directory");
        Key::in_directory(dir.path()).expect("made");
        let path = dir.path().join(KEY_FILE);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("chmod");
        assert!(matches!(Key::in_directory(dir.path()), Err(BootstrapError::KeyMode { .. })));
    }
}
