//! Old content goes into an archive and the chain stays provable: whoever changes a row whose
//! content went, one beside it, or the archive, leaves a trace at that place.

use crate::every_kind::{control, fill_store};
use crate::faults::raw_at;
use crate::fixture::*;
use sqlx::{Connection as _, Row as _};
use std::collections::BTreeSet;
use storage::{
    Anchor, Archive, ArchivedRecord, AuditFilter, Batch, CheckDepth, DATABASE_FILE, Error,
    FindingKind, JournalBody, LogHash, Options, PageRequest, Portion, Store, Verdict, archive_text,
    pruning_record, verify_directory,
};
use tempfile::TempDir;

const ALL: Portion = Portion { looked_at: 10_000, records: 1_000, bytes: 1 << 20 };
const NAME: &str = "audit-1.ndjson";

fn keeps(kind: &str) -> bool {
    ["row_set_aside", "halted_by_crashes", "setup_done"].contains(&kind)
}

/// Archives what is older than that minute; gives the archive.
async fn prune(store: &Store, before: i64, portion: Portion) -> (Vec<ArchivedRecord>, Archive) {
    let after = store.prunings().await.expect("reads").last().map_or(0, |pruning| pruning.last);
    let found = store.prunable(after, minute(before), portion, keeps).await.expect("reads");
    let text = archive_text(&found.records).expect("JSON");
    let record = pruning_record(minute(before), &found.records, NAME, &text).expect("a record");
    let batch = Batch { controls: vec![record], prune: found.records.clone(), ..Batch::default() };
    store.commit(batch).await.expect("commits");
    (found.records, Archive { name: format!("archive/{NAME}"), text })
}

#[tokio::test]
async fn pruned_records_are_listed_as_such_and_everything_adds_up() {
    let dir = TempDir::new().expect("tempdir");
    let store = fill_store(&dir).await;
    let (log_hash, last) = (store.log_hash(), store.last_sequence());
    let (records, archive) = prune(&store, 20, ALL).await;
    assert!(records.len() > 5, "{records:?}");
    assert!(records.iter().all(|r| r.at < minute(20).micros() && !keeps(&r.kind)));
    assert_eq!((store.log_hash(), store.last_sequence()), (log_hash, last + 1));
    store.check(CheckDepth::Full).await.expect("sound");

    let numbers: BTreeSet<u64> = records.iter().map(|r| r.sequence).collect();
    let page = PageRequest { size: 1_000, ..PageRequest::default() };
    for entry in store.audit(&AuditFilter::default(), &page).await.expect("reads").items {
        let pruned = numbers.contains(&entry.sequence);
        assert_eq!((entry.pruned, entry.payload.is_empty()), (pruned, pruned), "{entry:?}");
    }
    // Who did what can still be asked for; what it held is not found any more.
    let of = |request: &str, text: Option<&str>| AuditFilter {
        request_id: Some(request.to_owned()),
        text: text.map(str::to_owned),
        ..AuditFilter::default()
    };
    let count = async |filter| store.audit(&filter, &page).await.expect("reads").items.len();
    assert_eq!(count(of(&records[0].request_id.clone().expect("one"), None)).await, 1);
    assert_eq!(count(of(&records[0].request_id.clone().expect("one"), Some("why not"))).await, 0);
    for record in store.journal_after(0, 1_000).await.expect("reads go on") {
        if let JournalBody::Control(found) = record.body {
            let pruned = found.detail == serde_json::json!({ "pruned": true });
            assert_eq!(pruned, numbers.contains(&record.sequence), "{found:?}");
        }
    }
    let verdict = store.verify(Vec::new(), &[archive], |_, _| true).await.expect("walks");
    assert_eq!((verdict.found, verdict.pruned), (0, records.len() as u64), "{verdict:?}");
    assert_eq!((verdict.archives, verdict.archives_missing.len()), (1, 0));
    let verdict = store.verify(Vec::new(), &[], |_, _| true).await.expect("walks");
    assert_eq!((verdict.found, verdict.archives_missing), (0, vec![NAME.to_owned()]));
    drop(store);
    store_goes_on(&dir).await;
}

async fn store_goes_on(dir: &TempDir) {
    let store = open(dir).await;
    store
        .commit(Batch { controls: vec![control("login", 90)], ..Batch::default() })
        .await
        .expect("commits");
    let verdict = store.verify(Vec::new(), &[], |_, _| true).await.expect("walks");
    assert_eq!(verdict.found, 0, "{verdict:?}");
}

#[tokio::test]
async fn portions_follow_each_other_and_end_before_what_is_young() {
    for (looked_at, records, bytes) in
        [(1, 1, 1), (2, 1_000, 1 << 20), (5, 3, 1 << 20), (100, 4, 40)]
    {
        let dir = TempDir::new().expect("tempdir");
        let store = fill_store(&dir).await;
        let (portion, mut after, mut numbers) =
            (Portion { looked_at, records, bytes }, 0, Vec::new());
        loop {
            let found = store.prunable(after, minute(20), portion, keeps).await.expect("reads");
            assert!(found.done || found.looked_at > after, "{found:?}");
            assert!(found.records.len() <= records);
            numbers.extend(found.records.iter().map(|record| record.sequence));
            after = found.looked_at;
            if found.done {
                break;
            }
        }
        let at_once = store.prunable(0, minute(20), ALL, keeps).await.expect("reads").records;
        let at_once: Vec<u64> = at_once.iter().map(|record| record.sequence).collect();
        assert_eq!(numbers, at_once, "{portion:?}");
    }
}

/// A closed store with archived content.
struct Case {
    dir: TempDir,
    original: Vec<u8>,
    archive: Archive,
    pruned: Vec<ArchivedRecord>,
    rows: Vec<(Option<LogHash>, bool, String)>,
}

impl Case {
    async fn new() -> Self {
        let dir = TempDir::new().expect("tempdir");
        let store = fill_store(&dir).await;
        let (pruned, archive) = prune(&store, 20, ALL).await;
        let more = Batch { controls: vec![control("login", 90)], ..Batch::default() };
        store.commit(more).await.expect("commits");
        store.close().await;
        let path = dir.path().join(DATABASE_FILE);
        let mut db = raw_at(&path).await;
        let query = sqlx::query(
            "SELECT hash, engine_sequence IS NULL, payload FROM journal ORDER BY sequence",
        );
        let rows = query.fetch_all(&mut db).await.expect("reads");
        let row = |row: &sqlx::sqlite::SqliteRow| {
            (LogHash::from_bytes(row.get(0)), row.get(1), row.get(2))
        };
        let rows = rows.iter().map(row).collect();
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut db).await.expect("copies");
        db.close().await.expect("closes");
        let original = std::fs::read(&path).expect("reads");
        Self { dir, original, archive, pruned, rows }
    }

    /// Changes a fresh copy past the triggers and verifies it.
    async fn after(&self, statements: &[String]) -> Verdict {
        let path = self.dir.path().join(DATABASE_FILE);
        for side in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{side}", path.display()));
        }
        std::fs::write(&path, &self.original).expect("writes");
        let mut db = raw_at(&path).await;
        let names = "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'";
        let drops: Vec<String> = sqlx::query_scalar(names).fetch_all(&mut db).await.expect("reads");
        for sql in drops.iter().chain(statements) {
            let result = sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(&mut db).await;
            result.unwrap_or_else(|e| panic!("{sql}: {e}"));
        }
        db.close().await.expect("closes");
        let (first, last) = (&self.pruned[0], self.rows.len());
        let anchors = [first.sequence, first.sequence + 1, last as u64].map(|sequence| Anchor {
            sequence,
            hash: self.rows[usize::try_from(sequence).expect("small") - 1].0.expect("a hash"),
            line: sequence,
        });
        let archives = [self.archive.clone()];
        let verdict =
            verify_directory(self.dir.path(), |_| anchors.to_vec(), &archives, |_, _| true);
        verdict.await.expect("walks")
    }

    async fn with_archive(&self, text: String) -> Verdict {
        let archives = [Archive { name: self.archive.name.clone(), text }];
        let verdict = verify_directory(self.dir.path(), |_| Vec::new(), &archives, |_, _| true);
        verdict.await.expect("walks")
    }
}

fn located(verdict: &Verdict, number: u64, kind: FindingKind, what: &str) {
    let found = verdict.findings.iter().any(|f| (f.sequence, f.kind) == (number, kind));
    assert!(found, "{what}: no {kind:?} at {number}: {verdict:?}");
}

#[tokio::test]
async fn sec_30_an_edit_of_a_pruned_record_is_located() {
    let case = Case::new().await;
    let verdict = case.after(&[]).await;
    assert_eq!((verdict.found, verdict.anchors, verdict.archives), (0, 3, 1), "{verdict:?}");
    let edits = [
        "at = at + 1",
        "kind = kind || 'x'",
        "kind = 'stop'",
        "principal = principal || 'x'",
        "role = ''",
        "source = NULL",
        "request_id = request_id || 'x'",
        "payload = '{}'",
        "payload_hash = randomblob(32)",
        "payload_hash = NULL",
        "payload = '{}', payload_hash = NULL",
        "hash = randomblob(32)",
        "hash = NULL",
        "engine_sequence = 1000, principal = NULL",
    ];
    for record in &case.pruned {
        for edit in edits {
            let number = record.sequence;
            let sql = format!("UPDATE journal SET {edit} WHERE sequence = {number}");
            let verdict = case.after(std::slice::from_ref(&sql)).await;
            located(&verdict, number, FindingKind::Edited, &sql);
            let first = &verdict.findings[0];
            assert_eq!((first.sequence, first.kind), (number, FindingKind::Edited), "{verdict:?}");
        }
    }
}

#[tokio::test]
async fn sec_31_pruned_records_and_their_neighbours_can_not_be_moved_unseen() {
    let case = Case::new().await;
    for record in &case.pruned {
        let number = record.sequence;
        let delete = format!("DELETE FROM journal WHERE sequence = {number}");
        let verdict = case.after(std::slice::from_ref(&delete)).await;
        located(&verdict, number, FindingKind::Deleted, &delete);
        let renumber = [
            delete,
            format!("UPDATE journal SET sequence = -sequence WHERE sequence > {number}"),
            "UPDATE journal SET sequence = -sequence - 1 WHERE sequence < 0".to_owned(),
            "UPDATE head SET sequence = sequence - 1".to_owned(),
        ];
        assert_eq!(case.after(&renumber).await.findings[0].sequence, number);
        let insert = [
            format!("UPDATE journal SET sequence = -sequence WHERE sequence >= {number}"),
            "UPDATE journal SET sequence = 1 - sequence WHERE sequence < 0".to_owned(),
            "UPDATE head SET sequence = sequence + 1".to_owned(),
            format!(
                "INSERT INTO journal (sequence, at, kind, principal, payload, payload_hash, hash) \
                 VALUES ({number}, 1, 'login', 'm', '', randomblob(32), randomblob(32))"
            ),
        ];
        assert_eq!(case.after(&insert).await.findings[0].sequence, number);
        for (one, other) in [(number, number + 1), (number - 1, number)] {
            let swap = [
                format!("UPDATE journal SET sequence = -1 WHERE sequence = {one}"),
                format!("UPDATE journal SET sequence = {one} WHERE sequence = {other}"),
                format!("UPDATE journal SET sequence = {other} WHERE sequence = -1"),
            ];
            assert_eq!(case.after(&swap).await.findings[0].sequence, one, "{swap:?}");
        }
    }
}

/// Content that was never archived is missing, though its hash was left in place.
#[tokio::test]
async fn sec_31_content_that_goes_without_a_word_is_located() {
    use sha2::{Digest as _, Sha256};
    let case = Case::new().await;
    let pruned: BTreeSet<u64> = case.pruned.iter().map(|record| record.sequence).collect();
    let mut stripped = 0;
    for (number, (_, _, payload)) in (1_u64..).zip(&case.rows) {
        if pruned.contains(&number) {
            continue;
        }
        let hash = Sha256::digest(payload).iter().map(|b| format!("{b:02x}")).collect::<String>();
        let sql = format!(
            "UPDATE journal SET payload = '', payload_hash = x'{hash}' WHERE sequence = {number}"
        );
        let verdict = case.after(&[sql]).await;
        located(&verdict, number, FindingKind::Edited, payload);
        stripped += 1;
    }
    assert!(stripped > 20);
    // What is put back to the letter is what was there.
    let record = &case.pruned[0];
    let back = format!(
        "UPDATE journal SET payload = '{}', payload_hash = NULL WHERE sequence = {}",
        record.detail, record.sequence
    );
    assert_eq!(case.after(&[back]).await.found, 0);
    // A pruning record that names more than it took out is itself not what was written.
    let widened = "UPDATE journal SET payload = json_set(payload, '$.last', 1000000) \
                   WHERE kind = 'audit_pruned'";
    let number = case.rows.len() as u64 - 1;
    let verdict = case.after(&[widened.to_owned()]).await;
    located(&verdict, number, FindingKind::Edited, widened);
    let narrowed = "UPDATE journal SET payload = json_set(payload, '$.first', 1000000) \
                    WHERE kind = 'audit_pruned'";
    let verdict = case.after(&[narrowed.to_owned()]).await;
    located(&verdict, case.pruned[0].sequence, FindingKind::Edited, narrowed);
    located(&verdict, number, FindingKind::Edited, narrowed);
}

#[tokio::test]
async fn a_changed_archive_is_located() {
    let case = Case::new().await;
    case.after(&[]).await;
    let lines: Vec<&str> = case.archive.text.lines().collect();
    let join = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    for (at, record) in case.pruned.iter().enumerate() {
        let number = record.sequence;
        let edits = [
            ("why not", "who cares"),
            ("alice", "mallory"),
            ("127.0.0.1", "10.0.0.1"),
            (record.hash.as_str(), record.previous.as_str()),
            (record.previous.as_str(), record.hash.as_str()),
        ];
        for (from, to) in edits {
            let mut changed = lines.clone();
            let edited = lines[at].replace(from, to);
            assert_ne!(edited, lines[at], "{from}");
            changed[at] = &edited;
            let verdict = case.with_archive(join(&changed)).await;
            located(&verdict, number, FindingKind::Archive, from);
            assert_eq!((verdict.found, verdict.archives), (1, 0), "{verdict:?}");
        }
        let mut without = lines.clone();
        without.remove(at);
        let verdict = case.with_archive(join(&without)).await;
        located(&verdict, number, FindingKind::Archive, "deleted");
        let mut twice = lines.clone();
        twice.insert(at, lines[at]);
        located(&case.with_archive(join(&twice)).await, number, FindingKind::Archive, "twice");
        if at > 0 {
            let mut swapped = lines.clone();
            swapped.swap(at - 1, at);
            let number = case.pruned[at - 1].sequence;
            located(&case.with_archive(join(&swapped)).await, number, FindingKind::Archive, "swap");
        }
        let mut garbled = lines.clone();
        garbled[at] = "{";
        let verdict = case.with_archive(join(&garbled)).await;
        located(&verdict, number, FindingKind::Archive, "garbled");
        let foreign = lines[at].replace(&format!("\"sequence\":{number}"), "\"sequence\":1");
        let verdict = case.with_archive(format!("{}{foreign}\n", case.archive.text)).await;
        located(&verdict, 1, FindingKind::Archive, "foreign");
    }
    let first = case.pruned[0].sequence;
    for (what, text) in [
        ("emptied", String::new()),
        ("cut", case.archive.text[..case.archive.text.len() - 20].to_owned()),
        ("blank at the end", format!("{} ", case.archive.text.trim_end())),
    ] {
        let verdict = case.with_archive(text).await;
        assert!(verdict.found > 0 && verdict.archives == 0, "{what}: {verdict:?}");
        assert!(verdict.findings[0].sequence >= first || verdict.findings[0].sequence == 0);
    }
}

#[tokio::test]
async fn only_a_pruning_takes_content_out() {
    let dir = TempDir::new().expect("tempdir");
    let store = fill_store(&dir).await;
    let (records, _) = prune(&store, 20, ALL).await;
    let mut db = raw_at(&store.database_path()).await;
    let first = records[0].sequence;
    // The last record is the one of the pruning still: its range alone is open, and that is empty.
    for sql in [
        format!("UPDATE journal SET payload = '{{}}' WHERE sequence = {first}"),
        format!("UPDATE journal SET payload_hash = randomblob(32) WHERE sequence = {first}"),
        "UPDATE journal SET payload = '', payload_hash = randomblob(32) WHERE sequence = 1"
            .to_owned(),
        "UPDATE journal SET payload = '', payload_hash = randomblob(32) \
         WHERE sequence = (SELECT max(sequence) - 1 FROM journal)"
            .to_owned(),
        format!("UPDATE journal SET at = at + 1 WHERE sequence = {first}"),
    ] {
        let error = sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(&mut db).await;
        let error = error.expect_err("refused").to_string();
        assert!(error.contains("append-only"), "{sql}: {error}");
    }
}

#[tokio::test]
async fn what_is_not_as_it_was_archived_changes_nothing() {
    let dir = TempDir::new().expect("tempdir");
    let store = fill_store(&dir).await;
    let found = store.prunable(0, minute(20), ALL, keeps).await.expect("reads");
    let text = archive_text(&found.records).expect("JSON");
    let record = pruning_record(minute(20), &found.records, NAME, &text).expect("a record");
    let mut records = found.records.clone();
    records.last_mut().expect("one").detail.push(' ');
    let before = store.journal_after(0, 1_000).await.expect("reads");
    let batch = Batch { controls: vec![record], prune: records, ..Batch::default() };
    let error = store.commit(batch).await.expect_err("refused");
    assert!(matches!(error, Error::Broken(_)), "{error}");
    assert_eq!(store.journal_after(0, 1_000).await.expect("reads"), before);
    // A record that was changed must not get into an archive as if it were true.
    let mut db = raw_at(&store.database_path()).await;
    let number = found.records[3].sequence;
    for sql in [
        "DROP TRIGGER journal_keeps_values".to_owned(),
        format!("UPDATE journal SET principal = 'mallory' WHERE sequence = {number}"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut db).await.expect("edits");
    }
    let error = store.prunable(0, minute(20), ALL, keeps).await.expect_err("refused");
    assert!(
        matches!(&error, Error::Corrupt(text) if text.contains(&number.to_string())),
        "{error}"
    );
}

#[tokio::test]
async fn a_full_disk_prunes_nothing() {
    let dir = TempDir::new().expect("tempdir");
    let options = Options { max_pages: Some(120), ..Options::default() };
    let store = Store::open_with(dir.path(), &options).await.expect("opens");
    let mut n = 0;
    while store
        .commit(Batch { controls: vec![control("login", n)], ..Batch::default() })
        .await
        .is_ok()
    {
        n += 1;
        assert!(n < 5_000, "the limit was never met");
    }
    let found = store.prunable(0, minute(10_000), ALL, keeps).await.expect("reads");
    assert!(found.records.len() > 100);
    let text = archive_text(&found.records).expect("JSON");
    let record = pruning_record(minute(0), &found.records, NAME, &text).expect("a record");
    let before = store.journal_after(0, 10_000).await.expect("reads");
    let batch = Batch { controls: vec![record], prune: found.records, ..Batch::default() };
    let error = store.commit(batch.clone()).await.expect_err("is full");
    assert!(matches!(error, Error::Disk(_)), "{error}");
    assert_eq!(store.journal_after(0, 10_000).await.expect("reads"), before);
    let verdict = store.verify(Vec::new(), &[], |_, _| true).await.expect("walks");
    assert_eq!((verdict.found, verdict.pruned), (0, 0));
    store.close().await;
    let store = open(&dir).await;
    store.commit(batch).await.expect("there is room again");
    let verdict = store.verify(Vec::new(), &[], |_, _| true).await.expect("walks");
    assert_eq!((verdict.found, verdict.pruned > 100), (0, true));
}
