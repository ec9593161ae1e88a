//! Settings of alerts, Telegram and the webhook, changed while the daemon runs: each shows in what is
//! sent next, and a secret shows nowhere else.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::telegram::{CHAT, Posted, SECRET, TOKEN, Telegram, now};
use tradingd_tests::daemon::{Daemon, Launch};

/// Telegram's numbers of two people who act as the admin, and of two strangers.
const ANNA: i64 = 7;
const BEN: i64 = 8;
const STRANGER: i64 = 666;
/// The webhook's later secret; a canary that must be found nowhere.
const LATER: &str = "canary-later-secret-88";

/// A quiet market, so that nothing but the test happens.
fn begin(launch: &Launch) -> (Daemon, Botctl) {
    let daemon = launch.start();
    let botctl = Botctl::first_admin(daemon.address);
    (daemon, botctl)
}

fn quiet(folder: &std::path::Path, settings: &[&str]) -> Launch {
    let set: Vec<&str> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
    Launch::on(folder).with(&["--speed", "0.01"]).with(&set)
}

/// Changes settings as an operator would.
fn set(botctl: &Botctl, setting: &str) {
    let done = botctl.run(&["settings", "set", setting]);
    assert!(done.code == 0 && done.out.contains("in force now"), "{setting}: {done:?}");
}

/// The same with a value that must not be seen in the list of processes.
fn set_secret(botctl: &Botctl, key: &str, secret: &str) {
    let hidden = key.trim_end_matches('=').to_owned() + "=-";
    let done = botctl.run_with(&["settings", "set", &hidden], &format!("{secret}\n"));
    assert!(done.code == 0 && done.out.contains("in force now"), "{key}: {done:?}");
    assert!(!format!("{}{}", done.out, done.err).contains(secret), "{done:?}");
}

/// HMAC-SHA256 (RFC 2104), written for this test alone.
fn hmac(key: &[u8], message: &[u8]) -> String {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let inner = [block.map(|b| b ^ 0x36).as_slice(), message].concat();
    let outer = [block.map(|b| b ^ 0x5c).as_slice(), &Sha256::digest(inner)[..]].concat();
    Sha256::digest(outer).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn header(posted: &Posted, name: &str) -> String {
    posted.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
}

fn is_signed_with(posted: &Posted, secret: &str) -> bool {
    let sent_at = header(posted, "x-tradingd-timestamp");
    let signed = [sent_at.as_bytes(), b".", &posted.body].concat();
    let wanted = format!("sha256={}", hmac(secret.as_bytes(), &signed));
    header(posted, "x-tradingd-signature") == wanted
}

fn body(posted: &Posted) -> Value {
    serde_json::from_slice(&posted.body).expect("JSON")
}

fn free_mib(folder: &std::path::Path) -> u64 {
    let df = std::process::Command::new("df").args(["-Pm"]).arg(folder).output().expect("df");
    let told = String::from_utf8_lossy(&df.stdout).into_owned();
    let free = told.lines().nth(1).and_then(|line| line.split_whitespace().nth(3));
    free.and_then(|text| text.parse().ok()).expect("a number of MiB")
}

/// True when some file below the folder holds these bytes.
fn holds(folder: &std::path::Path, secret: &str) -> bool {
    let entries = std::fs::read_dir(folder).expect("readable").map(|e| e.expect("entry").path());
    entries.into_iter().any(|path| {
        if path.is_dir() {
            return holds(&path, secret);
        }
        // A socket is no file.
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes.windows(secret.len()).any(|part| part == secret.as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hot_secret_acts_at_once_is_sealed_and_is_shown_to_nobody() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let data = folder.path().join("data");
    let mut telegram = Telegram::start().await;
    let hook = telegram.hook();
    let launch = quiet(&data, &[&format!("webhook.secret={SECRET}")]);
    let (daemon, botctl) = begin(&launch);
    set(&botctl, &["webhook.url=", &hook].concat());
    let _ = botctl.done(&["stop", "--reason", "first"]);
    let first = telegram.posted().await;
    assert!(is_signed_with(&first, SECRET), "{first:?}");

    let dry = ["settings", "set", "webhook.secret=-", "--dry-run"];
    let plan = botctl.run_with(&dry, &format!("{LATER}\n"));
    assert!(plan.code == 0 && !plan.out.contains("canary"), "{plan:?}");
    set_secret(&botctl, "webhook.secret=", LATER);
    let _ = botctl.done(&["resume", "--reason", "again"]);
    set(&botctl, "alerts.dedupe_seconds=0");
    let _ = botctl.done(&["stop", "--reason", "second"]);
    let second = telegram.posted().await;
    assert!(is_signed_with(&second, LATER) && !is_signed_with(&second, SECRET), "{second:?}");

    // Write-only: no list, history, audit or file of the data directory has it.
    for verb in [
        &["settings", "list", "webhook."][..],
        &["settings", "history"],
        &["settings", "diff"],
        &["audit", "list"],
    ] {
        let told = botctl.json(verb).to_string();
        assert!(!told.contains("canary"), "{verb:?}: {told}");
    }
    let row = botctl.json(&["settings", "get", "webhook.secret"]);
    assert!(row["secret"] == json!(true) && row["value"] == json!(""), "{row}");
    assert!(!holds(&data, LATER) && !holds(&data, SECRET), "sealed at rest");
    assert!(holds(&data, "webhook.secret"), "the search finds what is there");
    daemon.kill_9();

    // Kept over a crash: what the flag says has not changed since.
    let daemon = launch.start();
    let botctl = botctl.moved_to(daemon.address);
    let _ = botctl.done(&["resume", "--reason", "third"]);
    let _ = botctl.done(&["stop", "--reason", "third"]);
    assert!(is_signed_with(&telegram.posted().await, LATER));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_posted_follows_its_settings() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut telegram = Telegram::start().await;
    let (_daemon, botctl) = begin(&quiet(folder.path(), &["webhook.min_severity=critical"]));
    // Not sent: there is no address, and later it is too mild.
    let _ = botctl.done(&["portfolio", "deposit", "USDT", "1", "--reason", "x"]);
    set(&botctl, &["webhook.url=", &telegram.hook()].concat());
    let _ = botctl.done(&["stop", "--reason", "x"]);
    assert_eq!(body(&telegram.posted().await)["code"], "trading_stopped");
    // A critical alert that nobody acknowledges comes again, much later unless it is told otherwise.
    set(&botctl, "alerts.escalate_after_seconds=1");
    let again = body(&telegram.posted().await);
    assert!(again["code"] == "trading_stopped" && again["escalation"] == 1, "{again}");
    set(&botctl, "alerts.escalate_after_seconds=0");
    set(&botctl, "webhook.min_severity=info");
    // More than any disk of a test machine has free; a larger one shows nothing here.
    set(&botctl, "alerts.disk_low_mb=1000000");
    if free_mib(folder.path()) < 1_000_000 {
        let code = loop {
            let posted = body(&telegram.posted().await);
            // Reminders that were on their way.
            if posted["escalation"] == 0 {
                break posted["code"].clone();
            }
        };
        assert_eq!(code, "disk_low");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_digest_comes_when_the_settings_say_so() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut telegram = Telegram::start().await;
    // In the last minute of a day both times have come.
    while now() % 86_400 >= 86_330 {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    let url = format!("webhook.url={}", telegram.hook());
    let launch = quiet(folder.path(), &[&url, "alerts.digest_at=23:59"]);
    let (_daemon, botctl) = begin(&launch);
    // The first digest needs one before it to compare with; it is that of yesterday and is not sent.
    let _ = botctl.done(&["stop", "--reason", "x"]);
    assert_eq!(body(&telegram.posted().await)["code"], "trading_stopped");
    set(&botctl, "alerts.digest_at=00:00");
    let digest = body(&telegram.posted().await);
    assert_eq!(digest["code"], "digest", "{digest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_follows_its_settings() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut telegram = Telegram::start().await;
    let flags: Vec<String> = telegram.settings("7:admin:operator");
    // Everything but the token, and the mildest alerts not.
    let flags: Vec<&str> = flags
        .iter()
        .filter(|flag| *flag != "--set" && !flag.starts_with("telegram.bot_token"))
        .map(String::as_str)
        .chain(["telegram.min_severity=critical", "alerts.quiet_hours=00:00-23:59"])
        .collect();
    let (daemon, botctl) = begin(&quiet(folder.path(), &flags));
    telegram.write(ANNA, "/stop", 30);
    set_secret(&botctl, "telegram.bot_token=", TOKEN);
    telegram.hears("too old").await;
    telegram.write(ANNA, "/status", 0);
    let told = telegram.hears("paper: active").await;
    assert_eq!(told.chat, CHAT);

    // Who is on the list now is heard, who is not any more is a stranger, which is worth a warning.
    telegram.write(BEN, "/status", 0);
    set(&botctl, "telegram.min_severity=info");
    set(&botctl, "alerts.quiet_hours=");
    set(&botctl, "telegram.people=8:admin:viewer");
    telegram.write(BEN, "/status", 0);
    telegram.hears("paper: active").await;
    telegram.write(ANNA, "/stop", 0);
    telegram.write(STRANGER, "/stop", 0);
    telegram.write(BEN, "/positions", 0);
    telegram.hears("no positions").await;
    assert_eq!(botctl.json(&["status"])["trading_state"]["state"], "TRADING_STATE_ACTIVE");

    // Alerts go to the chat that is named now.
    set(&botctl, "telegram.chat_id=-77");
    let _ = botctl.done(&["stop", "--reason", "x"]);
    assert_eq!(telegram.hears("trading is stopped").await.chat, -77);
    let _ = botctl.done(&["resume", "--reason", "x"]);
    // Back within five minutes it is not worth a message, unless it is told otherwise.
    set(&botctl, "alerts.dedupe_seconds=0");
    let _ = botctl.done(&["stop", "--reason", "x"]);
    telegram.hears("trading is stopped").await;
    let (ended, _) = daemon.terminate();
    let said = format!("{}{}", ended.out, ended.err);
    assert!(!said.contains("canary"), "no secret is logged: {said}");
}

/// A mild alert is sent or kept back by severity and quiet hours as they are when it comes up.
#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_can_be_ended_at_once() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut telegram = Telegram::start().await;
    let flags = telegram.settings("7:admin:operator");
    let flags: Vec<&str> = flags
        .iter()
        .filter(|flag| *flag != "--set")
        .map(String::as_str)
        .chain(["telegram.min_severity=critical", "alerts.quiet_hours=00:00-23:59"])
        .collect();
    let (_daemon, botctl) = begin(&quiet(folder.path(), &flags));
    set(&botctl, "alerts.quiet_hours=");
    set(&botctl, "telegram.min_severity=warning");
    telegram.write(STRANGER, "/stop", 0);
    telegram.hears("a stranger writes to the bot").await;
}
