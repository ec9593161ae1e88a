//! Commands and alerts over Telegram, with the real daemon and a Telegram server on loopback.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::Api;
use tradingd_tests::daemon::data::Paused;
use tradingd_tests::daemon::telegram::{BOT, CHAT, Mishap, SECRET, TOKEN, Telegram, now};
use tradingd_tests::daemon::{Daemon, Launch};

/// Telegram's numbers of two people who act as the admin, and of a stranger.
const ANNA: i64 = 7;
const BEN: i64 = 8;
const STRANGER: i64 = 666;
const PEOPLE: &str = "7:admin:operator,8:admin:operator";

fn with(launch: Launch, settings: &[String]) -> Launch {
    launch.with(&settings.iter().map(String::as_str).collect::<Vec<_>>())
}

async fn begin(launch: &Launch) -> (Daemon, Api, Botctl) {
    let daemon = launch.start();
    let botctl = Botctl::first_admin(daemon.address);
    let api = Api::login(daemon.address).await;
    (daemon, api, botctl)
}

async fn state(api: &Api) -> TradingState {
    api.status().await.trading_state.expect("a state").state()
}

/// The control records of this type from the beginning of the journal.
async fn audit(api: &Api, kind: &str) -> Vec<ControlRecord> {
    let status = api.status().await;
    let mut stream = api.resume(1, &status.store_id).await;
    let records = stream.records(usize::try_from(status.sequence - 1).expect("few")).await;
    let control = records.into_iter().filter_map(|record| match record.payload {
        Some(Payload::Control(record)) if record.r#type == kind => Some(record),
        _ => None,
    });
    control.collect()
}

/// A quiet market, so that nothing but the test happens.
fn slow(folder: &std::path::Path) -> Launch {
    Launch::on(folder).with(&["--speed", "0.01"])
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_by_telegram_halts_at_once_and_is_audited() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut telegram = Telegram::start().await;
    let launch = with(slow(folder.path()), &telegram.settings(PEOPLE));
    let (daemon, api, botctl) = begin(&launch).await;
    let update = telegram.write(ANNA, &format!("/STOP@{BOT} now"), 0);
    let answer = telegram.hears("HALTED").await;
    assert_eq!(answer.chat, CHAT);
    assert_eq!(state(&api).await, TradingState::Halted);

    let stops = audit(&api, "stop").await;
    assert_eq!(stops.len(), 1, "{stops:?}");
    let stop = &stops[0];
    assert_eq!((stop.principal.as_str(), stop.role.as_str()), ("admin", "operator"));
    assert_eq!((stop.source.as_str(), &stop.request_id), ("telegram:7", &format!("tg-{update}")));

    // The same person in a private chat: the alert, its acknowledgement, and the state.
    // An alert is sent once it is stored.
    telegram.hears("trading is stopped").await;
    telegram.write_in(ANNA, (ANNA, "private"), "/alerts", 0);
    let open = telegram.hears("alerts</b>").await;
    assert!(open.chat == ANNA && open.text.contains("critical: operator"), "{open:?}");
    let listed = botctl.json(&["alerts", "list"]);
    let alert = &listed["alerts"][0];
    assert_eq!(alert["code"], "trading_stopped", "{listed}");
    let id = alert["id"].as_str().map(str::to_owned).unwrap_or_else(|| alert["id"].to_string());
    telegram.write(ANNA, &format!("/ack {id} seen it"), 0);
    telegram.hears(&format!("alert {id} is acknowledged")).await;
    let seen = botctl.json(&["alerts", "get", &id]);
    assert_eq!(seen["alert"]["acknowledged_by"], "admin", "{seen}");
    assert_eq!(seen["alert"]["acknowledge_note"], "seen it", "{seen}");

    let (ended, _) = daemon.terminate();
    let said = format!("{}{}", ended.out, ended.err);
    assert!(!said.contains("canary"), "no secret is logged: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn close_all_needs_the_code_of_the_same_person_and_then_flattens() {
    let paused = Paused::prepare().await;
    let mut telegram = Telegram::start().await;
    let launch = with(paused.launch("data"), &telegram.settings(PEOPLE));
    let (daemon, api) = paused.start(&launch).await;
    telegram.write(ANNA, "/closeall", 0);
    let plan = telegram.hears("/confirm ").await.text;
    assert!(
        plan.contains("sell ") && plan.contains(" BTCUSDT near ") && plan.contains("cost about")
    );
    let code = plan.rsplit("/confirm ").next().expect("a code").trim().to_owned();
    telegram.write(BEN, &format!("/confirm {code}"), 0);
    telegram.hears("you have nothing to confirm").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    telegram.write(ANNA, &format!("/confirm {wrong}"), 0);
    telegram.hears("wrong code").await;
    assert_eq!(state(&api).await, TradingState::Active, "nothing was done so far");

    telegram.write(ANNA, &format!("/confirm {code}"), 0);
    telegram.hears("close-all 1: ").await;
    let status = api.until(|status| status.open_positions == 0).await;
    assert_eq!(status.trading_state.expect("a state").state(), TradingState::Halted);
    telegram.write(ANNA, &format!("/confirm {code}"), 0);
    telegram.hears("you have nothing to confirm").await;
    assert_eq!(audit(&api, "close_all").await.len(), 1);

    // A resume is bound to what was shown: a newer stop voids it.
    telegram.write(ANNA, "/resume", 0);
    let plan = telegram.hears("/confirm ").await.text;
    let old = plan.rsplit("/confirm ").next().expect("a code").trim().to_owned();
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    let _ = botctl.done(&["stop", "--reason", "newer"]);
    telegram.write(ANNA, &format!("/confirm {old}"), 0);
    telegram.hears("changed since").await;
    assert_eq!(state(&api).await, TradingState::Halted);
    telegram.write(ANNA, "/resume", 0);
    let plan = telegram.hears("/confirm ").await.text;
    let code = plan.rsplit("/confirm ").next().expect("a code").trim().to_owned();
    telegram.write(ANNA, &format!("/confirm {code}"), 0);
    telegram.hears("active").await;
    assert_eq!(state(&api).await, TradingState::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_no_longer_fits_is_refused_and_a_new_one_is_offered() {
    let paused = Paused::prepare().await;
    let mut telegram = Telegram::start().await;
    let launch = with(paused.launch("data"), &telegram.settings(PEOPLE));
    let (daemon, api) = paused.start(&launch).await;
    let code = |text: &str| text.rsplit("/confirm ").next().expect("a code").trim().to_owned();
    telegram.write(ANNA, "/closeall", 0);
    let plan = telegram.hears("/confirm ").await.text;
    assert!(plan.contains("trading: active") && plan.contains("exposure "), "{plan}");
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    let _ = botctl.done(&["stop", "--reason", "somebody was faster"]);
    telegram.write(ANNA, &format!("/confirm {}", code(&plan)), 0);
    let answer = telegram.hears("not carried out").await.text;
    assert!(answer.contains("trading was halted since"), "{answer}");
    assert!(answer.contains("sell ") && answer.contains("/confirm "), "{answer}");
    assert!(api.status().await.open_positions > 0, "nothing was sold");
    telegram.write(ANNA, &format!("/confirm {}", code(&answer)), 0);
    telegram.hears("close-all 1: ").await;
    api.until(|status| status.open_positions == 0).await;
    // A refusal is in the audit as well as what was done.
    assert_eq!(audit(&api, "close_all").await.len(), 2);

    // What is refused in any case is refused before there is a code.
    let _ = botctl.done(&["resume", "--reason", "again"]);
    telegram.write(ANNA, "/resume", 0);
    telegram.hears("there is nothing to resume").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn backlogs_strangers_and_other_chats_do_nothing() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut telegram = Telegram::start().await;
    // What was written while nobody listened, some of it within the last minute.
    for seconds in [86_000, 3_600, 61, 30] {
        telegram.write(ANNA, "/stop", seconds);
    }
    telegram.put(json!({ "update_id": 5, "edited_message": { "nothing": "known" } }));
    let launch = with(slow(folder.path()), &telegram.settings(PEOPLE));
    let (_daemon, api, botctl) = begin(&launch).await;
    for _ in 0..4 {
        telegram.hears("too old").await;
    }
    telegram.write(STRANGER, "/stop", 0);
    telegram.write_in(STRANGER, (STRANGER, "private"), "/stop", 0);
    telegram.write_in(ANNA, (-9, "group"), "/stop", 0);
    telegram.write(ANNA, "/stop@Somebody_elses_bot", 0);
    telegram.write(ANNA, "stop", 0);
    telegram.write(ANNA, "/status", 0);
    let status = telegram.hears("paper: active").await;
    assert_eq!(status.chat, CHAT);
    assert_eq!(state(&api).await, TradingState::Active);
    assert!(audit(&api, "stop").await.is_empty());
    // One alert about all of the strangers.
    let told = telegram.hears("a stranger writes to the bot").await;
    assert_eq!(told.chat, CHAT);
    let listed = botctl.json(&["alerts", "list", "--all"]);
    let strangers = listed["alerts"].as_array().expect("a list");
    let strangers: Vec<&Value> =
        strangers.iter().filter(|a| a["code"] == "telegram_stranger").collect();
    assert_eq!(strangers.len(), 1, "{listed}");
    assert!(telegram.rest().iter().all(|sent| sent.chat == CHAT), "strangers get no answer");
    telegram.write(ANNA, "/sell", 0);
    telegram.hears("there is no /sell").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_carried_out_at_most_once_over_restarts_and_repeats() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut telegram = Telegram::start().await;
    let launch = with(slow(folder.path()), &telegram.settings(PEOPLE));
    let (daemon, api, botctl) = begin(&launch).await;
    let update = telegram.write(ANNA, "/stop", 0);
    telegram.hears("HALTED").await;
    let _ = botctl.done(&["resume", "--reason", "drill"]);
    // The same update comes again and again, as from a server that lost what was confirmed.
    telegram.go_deaf();
    telegram.write(ANNA, "/status", 0);
    telegram.hears("paper: active").await;
    drop(api);
    daemon.kill_9();

    let daemon = launch.start();
    let botctl = botctl.moved_to(daemon.address);
    let api = Api::login(daemon.address).await;
    telegram.write(ANNA, "/status", -1);
    telegram.hears("paper: active").await;
    assert_eq!(state(&api).await, TradingState::Active, "the old stop is not done again");
    assert_eq!(audit(&api, "stop").await.len(), 1);
    let offsets = telegram.offsets();
    assert!(offsets.iter().any(|offset| *offset > update), "{offsets:?}");
    let listed = botctl.json(&["alerts", "list", "--all"]);
    let stops = listed["alerts"].as_array().expect("a list");
    let stops = stops.iter().filter(|a| a["code"] == "trading_stopped").count();
    assert_eq!(stops, 1, "a restart raises no alert twice: {listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_at_telegram_is_waited_out() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut telegram = Telegram::start().await;
    telegram.mishaps(
        &[Mishap::Status(500), Mishap::Rubbish, Mishap::Slow(1), Mishap::Status(409)],
        &[Mishap::Slow(1), Mishap::Status(502), Mishap::Rubbish],
    );
    let launch = with(slow(folder.path()), &telegram.settings(PEOPLE));
    let (_daemon, _api, botctl) = begin(&launch).await;
    telegram.hears("two programs ask for the bot").await;
    telegram.write(ANNA, "/help", -1);
    telegram.hears("/closeall").await;
    let listed = botctl.json(&["alerts", "list", "--all"]);
    let codes: Vec<&Value> =
        listed["alerts"].as_array().expect("a list").iter().map(|a| &a["code"]).collect();
    assert!(codes.contains(&&json!("telegram_conflict")), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_hold_over_telegram_and_long_answers_come_in_pieces() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut telegram = Telegram::start().await;
    let people = "7:admin:viewer,8:nobody:operator";
    let launch = with(slow(folder.path()), &telegram.settings(people));
    let (_daemon, api, _) = begin(&launch).await;
    telegram.write(ANNA, "/stop", 0);
    telegram.hears("your role viewer may not do that").await;
    telegram.write(BEN, "/stop", 0);
    telegram.hears("there is no user nobody").await;
    telegram.write(ANNA, "/positions", 0);
    telegram.hears("no positions").await;
    assert_eq!(state(&api).await, TradingState::Active);
    telegram.write(ANNA, &format!("/{}<b>", "x".repeat(9_000)), 0);
    let mut text = String::new();
    while !text.contains("/confirm") {
        text += &telegram.hears("").await.text;
    }
    assert_eq!(text.matches('x').count(), 9_000 + "/explain".matches('x').count(), "all of it");
    assert!(text.contains("&lt;b&gt;"), "escaped");
}

/// HMAC-SHA256 (RFC 2104), written for this test alone.
fn hmac(key: &[u8], message: &[u8]) -> String {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let inner = [block.map(|b| b ^ 0x36).as_slice(), message].concat();
    let outer = [block.map(|b| b ^ 0x5c).as_slice(), &Sha256::digest(inner)[..]].concat();
    Sha256::digest(outer).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_webhook_gets_signed_alerts() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut telegram = Telegram::start().await;
    let url = format!("webhook.url={}", telegram.hook());
    let secret = format!("webhook.secret={SECRET}");
    let launch = slow(folder.path()).with(&["--set", &url, "--set", &secret]);
    let (daemon, _api, botctl) = begin(&launch).await;
    let _ = botctl.done(&["stop", "--reason", "the drill"]);
    let posted = telegram.posted().await;
    let header = |name: &str| {
        posted.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
    };
    let sent_at = header("x-tradingd-timestamp");
    let signed = [sent_at.as_bytes(), b".", &posted.body].concat();
    assert_eq!(
        header("x-tradingd-signature"),
        format!("sha256={}", hmac(SECRET.as_bytes(), &signed))
    );
    assert!((now() - sent_at.parse::<i64>().expect("a number")).abs() < 120);
    let body: Value = serde_json::from_slice(&posted.body).expect("JSON");
    assert_eq!((&body["code"], &body["severity"]), (&json!("trading_stopped"), &json!("critical")));
    assert!(body["text"].as_str().is_some_and(|text| text.contains("the drill")), "{body}");
    assert_eq!(body["url"], format!("http://{}", daemon.address), "{body}");
    let listed = botctl.json(&["settings", "webhook."]);
    assert!(!listed.to_string().contains("canary"), "{listed}");
    assert!(!TOKEN.is_empty());
}
