//! Old content leaves the journal for archives, and everything stays provable: while it happens,
//! when it is killed, when it can't happen, and when somebody changes an archive.

use std::path::Path;
use std::process::Command;
use std::time::Duration;
use storage::{Batch, ControlRecord, Store};
use tradingd_proto::v1::*;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::Api;
use tradingd_tests::daemon::data::Dice;
use tradingd_tests::daemon::{Ended, Launch, binary};

const FOLDER: &str = "audit-archive";

/// A data directory with records of the year 2020: logins, and every 50th a stop.
fn old(directory: &Path, count: i64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let store = Store::open(directory).await.expect("opens");
        let record = |n: i64| ControlRecord {
            principal: format!("user{}", n % 7),
            role: "operator".to_owned(),
            source: "192.0.2.1".to_owned(),
            request_id: format!("old-{n}"),
            ..ControlRecord::system(
                domain::Timestamp::from_millis(1_577_836_800_000 + n * 1_000),
                if n % 50 == 0 { "stop" } else { "login" },
                serde_json::json!({ "reason": format!("a reason of old, number {n}") }),
            )
        };
        let numbers: Vec<i64> = (1..=count).collect();
        for part in numbers.chunks(500) {
            let controls = part.iter().map(|n| record(*n)).collect();
            store.commit(Batch { controls, ..Batch::default() }).await.expect("commits");
        }
        store.close().await;
    });
}

/// Of the records of [`old`], those whose content goes: not the first of the chain, not the stops.
const fn prunable(count: u64) -> u64 {
    count - 1 - count / 50
}

async fn state(api: &Api) -> GetAuditStateResponse {
    let mut client = audit_service_client::AuditServiceClient::new(api.channel());
    client.get_audit_state(GetAuditStateRequest {}).await.expect("a state").into_inner()
}

/// Waits until the state is as wanted.
async fn until(
    api: &Api,
    wanted: impl Fn(&GetAuditStateResponse) -> bool,
) -> GetAuditStateResponse {
    let wait = async {
        loop {
            let state = state(api).await;
            if wanted(&state) {
                return state;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), wait).await.expect("it comes to that")
}

/// `tradingd audit verify` on a stopped daemon's directory.
fn offline(directory: &Path, extra: &[&str]) -> Ended {
    let mut command = Command::new(binary("tradingd"));
    command.args(["audit", "verify", "--data-dir"]).arg(directory).args(extra);
    let output = command.output().expect("runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}

fn archives(directory: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory.join(FOLDER)) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn quiet(directory: &Path) -> Launch {
    Launch::on(directory).with(&["--speed", "max"])
}

#[tokio::test(flavor = "multi_thread")]
async fn old_content_is_archived_when_the_settings_say_so_and_stays_provable() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let data = folder.path().join("data");
    tokio::task::block_in_place(|| old(&data, 2_500));
    let daemon = quiet(&data).start();
    let api = Api::first_admin(daemon.address).await;
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    assert_eq!(state(&api).await.pruned, 0, "everything is kept unless one asks");
    for wrong in ["1", "89", "36501", "-1"] {
        let refused = botctl.run(&["settings", "set", &format!("audit.retention_days={wrong}")]);
        assert_ne!(refused.code, 0, "{refused:?}");
    }
    let _ = botctl.done(&["settings", "set", "audit.retention_days=90"]);
    let reached = until(&api, |state| state.pruned == prunable(2_500)).await;
    assert_eq!((reached.pruned_to, reached.archive_failure.as_str()), (2_499, ""));
    assert_eq!(archives(&data).len(), 3, "a thousand records each");

    let listed = botctl.json(&["audit", "list", "--request-id", "old-42"]);
    let event = &listed["events"][0];
    assert_eq!((&event["pruned"], &event["kind"]), (&true.into(), &"login".into()), "{event}");
    assert_eq!((&event["principal"], &event["detail"]), (&"user0".into(), &"".into()), "{event}");
    let kept = botctl.json(&["audit", "list", "--request-id", "old-100"]);
    let detail = kept["events"][0]["detail"].to_string();
    assert!(detail.contains("a reason of old, number 100"), "stops stay whole: {detail}");
    let shown = botctl.done(&["audit", "list", "--request-id", "old-42"]).out;
    assert!(shown.contains("(archived)"), "{shown}");
    let exported = botctl.done(&["audit", "export", "--format", "ndjson"]).out;
    let pruned = exported.lines().filter(|line| line.contains("\"pruned\":true")).count();
    assert_eq!(pruned as u64, prunable(2_500));

    let verdict = botctl.json(&["audit", "verify"]);
    assert_eq!(verdict["archives"], 3, "{verdict}");
    assert!(verdict["archives_missing"].as_array().is_some_and(Vec::is_empty), "{verdict}");
    // Taken elsewhere it is named, and can be given.
    let (there, here) = (archives(&data)[1].clone(), folder.path().join("taken.ndjson"));
    std::fs::rename(&there, &here).expect("moves");
    let name = there.file_name().expect("a name").to_str().expect("text").to_owned();
    let verdict = botctl.json(&["audit", "verify"]);
    assert_eq!(
        (&verdict["archives"], &verdict["archives_missing"][0]),
        (&2.into(), &name.clone().into())
    );
    let given = ["audit", "verify", "--archive", here.to_str().expect("text")];
    let verdict = botctl.json(&given);
    assert_eq!((&verdict["archives"], &verdict["found"]), (&3.into(), &0.into()), "{verdict}");
    // Changed, both verifications say where.
    let whole = std::fs::read_to_string(&here).expect("reads");
    let first: serde_json::Value =
        serde_json::from_str(whole.lines().nth(5).expect("lines")).expect("JSON");
    let n = first["sequence"].as_u64().expect("a number");
    let changed = whole.replacen(&format!("number {n}"), &format!("number {}", n + 1), 1);
    assert_ne!(changed, whole);
    std::fs::write(&here, changed).expect("writes");
    let refused = botctl.run(&given);
    let place = format!("taken.ndjson: record {n} in line 6 is not what was archived");
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.out.contains(&place), "{refused:?}");
    assert_eq!(daemon.terminate().0.code, 0);
    let found = offline(&data, &["--archive", here.to_str().expect("text")]);
    assert!(found.code == 1 && found.out.contains(&place), "{found:?}");
    std::fs::write(&there, whole).expect("puts it back");
    let found = offline(&data, &[]);
    assert_eq!(found.code, 0, "{found:?}");
    assert!(found.out.contains("3 archives proven, not here: none"), "{found:?}");
}

/// Killed at any moment, content is in the journal or in an archive that the journal names.
#[test]
fn kill_9_while_archiving_loses_nothing() {
    const RECORDS: u64 = 12_000;
    let folder = tempfile::tempdir().expect("a temporary directory");
    let data = folder.path().join("data");
    old(&data, RECORDS.cast_signed());
    // Keys are made, and the first anchor, before anything is killed.
    assert_eq!(quiet(&data).start().terminate().0.code, 0);
    let launch = quiet(&data).with(&["--set", "audit.retention_days=90"]);
    let mut dice = Dice::new(12);
    let (mut kills, mut unfinished) = (0, 0);
    while kills < 25 {
        let mut process = launch.spawn();
        // From before the first archive of this start on; a machine that is busy gets no further.
        let _ = process.ends_within(Duration::from_millis(40 + dice.below(600)));
        process.kill_9();
        let _ = process.ended();
        kills += 1;
        let found = offline(&data, &[]);
        assert_eq!(found.code, 0, "after {kills} kills: {found:?}");
        assert!(found.out.contains("not here: none") || !found.out.contains("archives proven"));
        unfinished += u32::from(!found.out.contains(&format!("of {} records", prunable(RECORDS))));
    }
    println!("{kills} kills, {unfinished} of them before the end");
    let daemon = launch.start();
    let botctl = Botctl::first_admin(daemon.address);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let api = Api::login(daemon.address).await;
        until(&api, |state| state.pruned == prunable(RECORDS)).await;
    });
    let verdict = botctl.json(&["audit", "verify"]);
    assert_eq!(
        (&verdict["found"], &verdict["archives_missing"]),
        (&0.into(), &serde_json::json!([]))
    );
    // Each record's content is in one archive, once.
    let mut seen = std::collections::BTreeSet::new();
    for path in archives(&data) {
        for line in std::fs::read_to_string(path).expect("reads").lines() {
            let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            assert!(seen.insert(line["sequence"].as_u64().expect("a number")), "{line}");
        }
    }
    assert_eq!(seen.len() as u64, prunable(RECORDS));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_archive_nothing_leaves_the_journal() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let data = folder.path().join("data");
    tokio::task::block_in_place(|| old(&data, 100));
    // Where the folder should be there is something else.
    std::fs::write(data.join(FOLDER), "in the way").expect("writes");
    let launch = quiet(&data).with(&["--set", "audit.retention_days=90"]);
    let daemon = launch.start();
    let api = Api::first_admin(daemon.address).await;
    let failed = until(&api, |state| !state.archive_failure.is_empty()).await;
    assert_eq!(failed.pruned, 0);
    assert!(!failed.archive_failure.contains(data.to_str().expect("text")), "no paths: {failed:?}");
    assert_eq!(daemon.terminate().0.code, 0);
    let found = offline(&data, &[]);
    assert_eq!(found.code, 1, "what is in the way can't be read as archives: {found:?}");
    std::fs::remove_file(data.join(FOLDER)).expect("cleared");
    assert_eq!(offline(&data, &[]).code, 0);
    let daemon = launch.start();
    let api = Api::login(daemon.address).await;
    until(&api, |state| state.pruned == prunable(100)).await;
    assert_eq!(daemon.terminate().0.code, 0);
    assert_eq!(offline(&data, &[]).code, 0);
}
