//! Proves archives against the journal that their records came from.
//!
//! Every line is proven by itself, so that a changed one is named.

use crate::hash::{from_hex, sha256, to_hex};
use crate::retention::{ArchivedRecord, Pruning};
use crate::verify::{Finding, FindingKind};
use crate::{Error, LogHash};
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// An archive as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// Name of the file, for findings.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// What proving archives came to.
#[derive(Debug, Default)]
pub(crate) struct Proven {
    /// Archives that agreed.
    pub(crate) archives: u64,
    /// Names of those that nobody gave.
    pub(crate) missing: Vec<String>,
    pub(crate) findings: Vec<Finding>,
}

/// The stored hashes of a record and of the one before it.
type Hashes = (Option<LogHash>, Option<LogHash>);

/// Proves all archives; a pruning whose archive is not among them is named as missing.
pub(crate) async fn prove(
    connection: &mut SqliteConnection,
    prunings: &[Pruning],
    archives: &[Archive],
) -> Result<Proven, Error> {
    let mut proven = Proven::default();
    let mut given = BTreeSet::new();
    for archive in archives {
        let lines = lines(&archive.text);
        let Some(pruning) = whose(archive, &lines, prunings) else {
            if copies_the_journal(connection, &lines).await? {
                continue;
            }
            let text = format!("{}: no record of the journal names this archive", archive.name);
            proven.findings.push(finding(0, text));
            continue;
        };
        given.insert(pruning.first);
        let stored = stored(connection, pruning).await?;
        let before = proven.findings.len();
        compare(archive, &lines, &stored, &mut proven.findings);
        let sha256 = to_hex(&sha256(archive.text.as_bytes()));
        if proven.findings.len() == before && sha256 != pruning.archive_sha256 {
            let text = format!("{}: the file is not what was written", archive.name);
            proven.findings.push(finding(pruning.first, text));
        }
        proven.archives += u64::from(proven.findings.len() == before);
    }
    let missing = prunings.iter().filter(|pruning| !given.contains(&pruning.first));
    proven.missing = missing.map(|pruning| pruning.archive.clone()).collect();
    Ok(proven)
}

/// True for what a daemon leaves behind that ended between an archive and its transaction: every line
/// is a record that the journal still has whole. The next try replaces the file.
async fn copies_the_journal(
    connection: &mut SqliteConnection,
    lines: &[(usize, Option<ArchivedRecord>)],
) -> Result<bool, Error> {
    for (_, record) in lines {
        let Some(record) = record else { return Ok(false) };
        let query = sqlx::query(
            "SELECT j.hash, (SELECT hash FROM journal p WHERE p.sequence = j.sequence - 1) \
             FROM journal j WHERE j.sequence = ? AND j.engine_sequence IS NULL",
        );
        let number = i64::try_from(record.sequence).unwrap_or(i64::MAX);
        let Some(row) = query.bind(number).fetch_optional(&mut *connection).await? else {
            return Ok(false);
        };
        let hash = |at: usize| row.try_get::<Option<&[u8]>, _>(at);
        let hash = |at| Ok::<_, Error>(hash(at)?.and_then(LogHash::from_bytes));
        if !agrees(record, hash(0)?, hash(1)?) {
            return Ok(false);
        }
    }
    Ok(!lines.is_empty())
}

fn finding(sequence: u64, text: String) -> Finding {
    Finding { kind: FindingKind::Archive, sequence, text }
}

/// Lines with their numbers; `None` for one that can't be read.
fn lines(text: &str) -> Vec<(usize, Option<ArchivedRecord>)> {
    (1..).zip(text.lines().map(|line| serde_json::from_str(line).ok())).collect()
}

/// The pruning that made an archive: the one with its hash, else the one that most of its records
/// belong to.
fn whose<'a>(
    archive: &Archive,
    lines: &[(usize, Option<ArchivedRecord>)],
    prunings: &'a [Pruning],
) -> Option<&'a Pruning> {
    let sha256 = to_hex(&sha256(archive.text.as_bytes()));
    if let Some(whole) = prunings.iter().find(|pruning| pruning.archive_sha256 == sha256) {
        return Some(whole);
    }
    let count = |pruning: &&Pruning| {
        let records = lines.iter().filter_map(|line| line.1.as_ref());
        records.filter(|record| pruning.covers(record.sequence, &record.kind)).count()
    };
    let best = prunings.iter().max_by_key(count)?;
    // An emptied file still has its name.
    let named = prunings.iter().find(|pruning| archive.name.ends_with(&pruning.archive));
    if count(&best) > 0 { Some(best) } else { named }
}

/// The records that the archive should hold, with the hashes that the journal has for them.
async fn stored(
    connection: &mut SqliteConnection,
    pruning: &Pruning,
) -> Result<BTreeMap<u64, Hashes>, Error> {
    let query = sqlx::query(
        "SELECT j.sequence, j.kind, j.hash, (SELECT hash FROM journal p WHERE p.sequence = \
         j.sequence - 1) FROM journal j WHERE j.sequence BETWEEN ? AND ? \
         AND j.engine_sequence IS NULL",
    );
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let query = query.bind(number(pruning.first)).bind(number(pruning.last));
    let mut found = BTreeMap::new();
    for row in query.fetch_all(connection).await? {
        let sequence = u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default();
        let kind: String = row.try_get(1)?;
        if pruning.covers(sequence, &kind) {
            let hash = |at: usize| row.try_get::<Option<&[u8]>, _>(at);
            let hash = |at| Ok::<_, Error>(hash(at)?.and_then(LogHash::from_bytes));
            found.insert(sequence, (hash(2)?, hash(3)?));
        }
    }
    Ok(found)
}

fn compare(
    archive: &Archive,
    lines: &[(usize, Option<ArchivedRecord>)],
    stored: &BTreeMap<u64, Hashes>,
    findings: &mut Vec<Finding>,
) {
    let name = &archive.name;
    let (mut seen, mut last) = (BTreeSet::new(), 0);
    for (line, record) in lines {
        let Some(record) = record else {
            findings.push(finding(0, format!("{name}: line {line} can't be read")));
            continue;
        };
        let number = record.sequence;
        let Some((hash, previous)) = stored.get(&number) else {
            let text = format!("{name}: line {line} holds record {number}, which does not belong");
            findings.push(finding(number, text));
            continue;
        };
        if !seen.insert(number) || number < last {
            let text = format!("{name}: line {line} with record {number} is not in its place");
            findings.push(finding(number, text));
        } else if !agrees(record, *hash, *previous) {
            let text = format!("{name}: record {number} in line {line} is not what was archived");
            findings.push(finding(number, text));
        }
        last = last.max(number);
    }
    for number in stored.keys().filter(|number| !seen.contains(number)) {
        findings.push(finding(*number, format!("{name}: record {number} is missing")));
    }
}

/// True when the record has the hash that the journal has for it, and says the same of itself.
fn agrees(record: &ArchivedRecord, hash: Option<LogHash>, previous: Option<LogHash>) -> bool {
    let (Some(hash), Some(previous)) = (hash, previous) else { return false };
    let said = |text: &str| from_hex(text).and_then(|bytes| LogHash::from_bytes(&bytes));
    record.link(previous) == Some(hash)
        && said(&record.hash) == Some(hash)
        && said(&record.previous) == Some(previous)
}
