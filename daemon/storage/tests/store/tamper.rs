//! SEC-30 to SEC-33, I-27, I-28: whoever can write the database file leaves a trace, and the
//! verification says where, for every kind of record and every column.

use crate::every_kind::{CONTROL_KINDS, ENGINE_KINDS, fill_store};
use crate::faults::raw_at;
use sqlx::{Connection as _, Row as _};
use std::path::Path;
use storage::{Anchor, DATABASE_FILE, Finding, FindingKind, LogHash, Verdict, verify_directory};
use tempfile::TempDir;

/// A closed store, its hashes by number, and a copy to change.
struct Case {
    dir: TempDir,
    original: Vec<u8>,
    hashes: Vec<LogHash>,
    kinds: Vec<String>,
}

impl Case {
    async fn new() -> Self {
        let dir = TempDir::new().expect("tempdir");
        let store = fill_store(&dir).await;
        let path = store.database_path();
        store.close().await;
        let mut db = raw_at(&path).await;
        let query = sqlx::query("SELECT hash, kind FROM journal ORDER BY sequence");
        let rows = query.fetch_all(&mut db).await.expect("reads");
        let hash = |row: &sqlx::sqlite::SqliteRow| LogHash::from_bytes(row.get(0)).expect("hash");
        let hashes = rows.iter().map(hash).collect();
        let kinds = rows.iter().map(|row| row.get(1)).collect();
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut db).await.expect("copies");
        db.close().await.expect("closes");
        let original = std::fs::read(&path).expect("reads");
        Self { dir, original, hashes, kinds }
    }

    fn last(&self) -> u64 {
        self.hashes.len() as u64
    }

    fn path(&self) -> std::path::PathBuf {
        self.dir.path().join(DATABASE_FILE)
    }

    fn anchor(&self, sequence: u64) -> Anchor {
        let at = usize::try_from(sequence).expect("small") - 1;
        Anchor { sequence, hash: self.hashes[at], line: sequence }
    }

    /// Changes a fresh copy past the triggers and verifies it.
    async fn after(&self, statements: &[String], anchors: Vec<Anchor>) -> Verdict {
        for side in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{side}", self.path().display()));
        }
        std::fs::write(self.path(), &self.original).expect("writes");
        let mut db = raw_at(&self.path()).await;
        let triggers: Vec<String> =
            sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                .fetch_all(&mut db)
                .await
                .expect("reads");
        let drops = triggers.iter().map(|name| format!("DROP TRIGGER {name}"));
        let off = "PRAGMA foreign_keys = OFF".to_owned();
        for sql in std::iter::once(off).chain(drops).chain(statements.iter().cloned()) {
            let result = sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(&mut db).await;
            result.unwrap_or_else(|e| panic!("{sql}: {e}"));
        }
        db.close().await.expect("closes");
        verify(self.dir.path(), anchors).await
    }
}

async fn verify(dir: &Path, anchors: Vec<Anchor>) -> Verdict {
    verify_directory(dir, |_| anchors, &[], |_, _| true).await.expect("walks")
}

fn first(verdict: &Verdict) -> &Finding {
    verdict.findings.first().unwrap_or_else(|| panic!("no finding: {verdict:?}"))
}

#[tokio::test]
async fn sec_30_a_sound_journal_has_no_findings_and_its_anchors_count() {
    let case = Case::new().await;
    let anchors = vec![case.anchor(1), case.anchor(9), case.anchor(case.last())];
    let verdict = case.after(&[], anchors).await;
    assert_eq!((verdict.found, verdict.anchors, verdict.anchored), (0, 3, case.last()));
    assert_eq!((verdict.records, verdict.chain_from), (case.last(), 1));
    let distinct: std::collections::BTreeSet<_> = case.kinds.iter().collect();
    assert_eq!(distinct.len(), ENGINE_KINDS + CONTROL_KINDS - 1);
}

#[tokio::test]
async fn sec_30_an_edit_of_any_column_of_any_record_is_located() {
    let case = Case::new().await;
    let edits = [
        "at = at + 1",
        "kind = kind || 'x'",
        "principal = coalesce(principal, '') || 'x', engine_sequence = NULL",
        "role = coalesce(role, '') || 'x'",
        "source = coalesce(source, '') || 'x'",
        "request_id = coalesce(request_id, '') || 'x'",
        "payload = replace(payload, '{', '{ ')",
        "payload = CAST(x'7b22ff' AS TEXT)",
        "engine_sequence = coalesce(engine_sequence, 0) + 1000, principal = NULL",
        "hash = sha",
        "hash = NULL",
    ];
    let mut located = 0;
    for number in 1..=case.last() {
        for edit in edits {
            let edit = edit.replace("sha", "(SELECT hash FROM journal WHERE sequence = 2)");
            let sql = format!("UPDATE journal SET {edit} WHERE sequence = {number}");
            if edit.contains("SELECT") && number == 2 {
                continue;
            }
            let verdict = case.after(std::slice::from_ref(&sql), Vec::new()).await;
            let finding = first(&verdict);
            assert_eq!((finding.sequence, finding.kind), (number, FindingKind::Edited), "{sql}");
            assert_eq!(verdict.found, 1, "{sql}: {verdict:?}");
            located += 1;
        }
    }
    eprintln!("edits located: {located}");
    assert!(located > 400);
}

#[tokio::test]
async fn sec_31_a_deleted_record_is_located_also_when_the_rest_is_renumbered() {
    let case = Case::new().await;
    let last = case.last();
    for number in 1..last {
        let delete = format!("DELETE FROM journal WHERE sequence = {number}");
        let verdict = case.after(std::slice::from_ref(&delete), Vec::new()).await;
        let finding = first(&verdict);
        assert_eq!((finding.sequence, finding.kind), (number, FindingKind::Deleted), "{verdict:?}");
        assert_eq!(verdict.found, 1, "{verdict:?}");
        let renumber = [
            delete,
            format!("UPDATE journal SET sequence = -sequence WHERE sequence > {number}"),
            "UPDATE journal SET sequence = -sequence - 1 WHERE sequence < 0".to_owned(),
            "UPDATE head SET sequence = sequence - 1".to_owned(),
        ];
        let verdict = case.after(&renumber, vec![case.anchor(last)]).await;
        assert_eq!(first(&verdict).sequence, number, "{verdict:?}");
    }
}

#[tokio::test]
async fn sec_32_an_inserted_or_moved_record_is_located() {
    let case = Case::new().await;
    for number in 2..=case.last() {
        let make_room = [
            format!("UPDATE journal SET sequence = -sequence WHERE sequence >= {number}"),
            "UPDATE journal SET sequence = 1 - sequence WHERE sequence < 0".to_owned(),
            "UPDATE head SET sequence = sequence + 1".to_owned(),
        ];
        for hash in ["NULL", "randomblob(32)"] {
            let mut statements = make_room.to_vec();
            statements.push(format!(
                "INSERT INTO journal (sequence, at, kind, principal, payload, hash) \
                 VALUES ({number}, 1, 'login', 'mallory', '{{}}', {hash})"
            ));
            let verdict = case.after(&statements, Vec::new()).await;
            assert_eq!(first(&verdict).sequence, number, "{verdict:?}");
        }
        let swap = [
            format!("UPDATE journal SET sequence = -1 WHERE sequence = {number}"),
            format!("UPDATE journal SET sequence = {number} WHERE sequence = {number} - 1"),
            format!("UPDATE journal SET sequence = {number} - 1 WHERE sequence = -1"),
        ];
        let verdict = case.after(&swap, Vec::new()).await;
        assert_eq!(first(&verdict).sequence, number - 1, "{verdict:?}");
    }
    let behind = ["INSERT INTO journal (sequence, at, kind, principal, payload, hash) \
                   SELECT max(sequence) + 1, 1, 'login', 'm', '{}', randomblob(32) FROM journal"
        .to_owned()];
    let verdict = case.after(&behind, Vec::new()).await;
    assert_eq!(first(&verdict).sequence, case.last() + 1, "{verdict:?}");
}

#[tokio::test]
async fn sec_33_a_cut_end_is_located_by_head_or_anchor() {
    let case = Case::new().await;
    for keep in 0..case.last() {
        let cut = format!("DELETE FROM journal WHERE sequence > {keep}");
        let verdict = case.after(std::slice::from_ref(&cut), Vec::new()).await;
        let finding = first(&verdict);
        assert_eq!((finding.sequence, finding.kind), (keep + 1, FindingKind::Truncated));
        // Whoever knows how the head is made cuts that, too; the anchor is out of reach.
        let sets = if keep == 0 {
            "sequence = 0, chain_hash = NULL, chain_from = NULL".to_owned()
        } else {
            format!(
                "sequence = {keep}, chain_hash = (SELECT hash FROM journal WHERE sequence = {keep})"
            )
        };
        let hide = [cut, format!("UPDATE head SET {sets}")];
        let verdict = case.after(&hide, vec![case.anchor(case.last())]).await;
        assert!(
            verdict
                .findings
                .iter()
                .any(|f| f.kind == FindingKind::Truncated && f.sequence == keep + 1),
            "{verdict:?}"
        );
    }
}

#[tokio::test]
async fn sec_33_a_chain_computed_anew_meets_its_anchors() {
    let case = Case::new().await;
    let last = case.last();
    for number in 1..=last {
        // The forger edits a record and lets the daemon's own code compute all hashes after it.
        let statements = forge(&case, number).await;
        let verdict = case.after(&statements, Vec::new()).await;
        assert_eq!(verdict.found, 0, "agrees with itself: {verdict:?}");
        let before = number.saturating_sub(3).max(1);
        let mut anchors = vec![case.anchor(last)];
        if before < number {
            anchors.push(case.anchor(before));
        }
        let verdict = case.after(&statements, anchors).await;
        let finding = first(&verdict);
        assert_eq!((finding.kind, finding.sequence), (FindingKind::Rebuilt, last), "{verdict:?}");
        if before < number {
            let from = format!("between records {} and {last}", before + 1);
            assert!(finding.text.contains(&from), "{}", finding.text);
        }
    }
}

/// Statements that edit a record and make the chain agree with itself again.
async fn forge(case: &Case, number: u64) -> Vec<String> {
    use sha2::{Digest as _, Sha256};
    case.after(&[], Vec::new()).await;
    let mut db = raw_at(&case.path()).await;
    let query = sqlx::query("SELECT * FROM journal ORDER BY sequence");
    let rows = query.fetch_all(&mut db).await.expect("reads");
    db.close().await.expect("closes");
    let mut statements = vec![format!("UPDATE journal SET at = 1 WHERE sequence = {number}")];
    let at = usize::try_from(number).expect("small");
    let mut hash = match at {
        1 => {
            let start: [u8; 32] = [&[0; 32][..], b"tradingd journal chain 1"].concat().hash();
            let start: [u8; 32] = [start, [0; 32]].concat().hash();
            [start, [0; 32]].concat().hash()
        }
        _ => *case.hashes[at - 2].as_bytes(),
    };
    for row in &rows[at - 1..] {
        let sequence: i64 = row.get("sequence");
        let text = |column: &str| row.get::<Option<String>, _>(column);
        let moment: i64 = if sequence.cast_unsigned() == number { 1 } else { row.get("at") };
        let fields = [
            format!("\"sequence\":{sequence}"),
            format!(
                "\"engine_sequence\":{}",
                serde_json::json!(row.get::<Option<i64>, _>("engine_sequence"))
            ),
            format!("\"at\":{}", serde_json::json!(moment)),
            format!("\"kind\":{}", serde_json::json!(text("kind"))),
            format!("\"principal\":{}", serde_json::json!(text("principal"))),
            format!("\"role\":{}", serde_json::json!(text("role"))),
            format!("\"source\":{}", serde_json::json!(text("source"))),
            format!("\"request_id\":{}", serde_json::json!(text("request_id"))),
        ];
        let payload = Sha256::digest(row.get::<String, _>("payload").as_bytes());
        let header = format!("{{{}}}", fields.join(","));
        hash = [&hash[..], header.as_bytes(), &payload].concat().hash();
        let hex: String = hash.iter().map(|b| format!("{b:02x}")).collect();
        statements.push(format!("UPDATE journal SET hash = x'{hex}' WHERE sequence = {sequence}"));
    }
    let last = case.last();
    statements.push(format!(
        "UPDATE head SET chain_hash = (SELECT hash FROM journal WHERE sequence = {last})"
    ));
    statements
}

trait Hash {
    fn hash(&self) -> [u8; 32];
}

impl Hash for Vec<u8> {
    fn hash(&self) -> [u8; 32] {
        use sha2::{Digest as _, Sha256};
        Sha256::digest(self).into()
    }
}
