//! SEC-29: bytes that no client would send, to every method, as every kind of caller. The daemon
//! answers each with a refusal that is meant for clients, tells no secret back, and changes nothing.

use std::time::Duration;
use tonic::{Code, Status};
use tradingd_proto::v1::*;
use tradingd_proto::{METHODS, MethodRule};
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::Api;
use tradingd_tests::daemon::data::Dice;
use tradingd_tests::daemon::wire::{Protocol, call, put_varint};
use tradingd_tests::daemon::{Daemon, Launch, PATIENCE};

/// Found in no answer: it stands wherever a request holds a secret.
const SECRET: &str = "canary-fuzz-secret-93c1";
/// Requests to each method by each caller, in a run of all tests; `SEC_FUZZ` of them in a longer one.
const EACH: u64 = 24;
/// Each of these hashes a password or waits for it, so a few will do.
const SLOW: [&str; 5] = ["/Login", "/Setup", "/StepUp", "/ChangePassword", "/SetUserPassword"];
/// Would end the caller's own session.
const LEFT_OUT: [&str; 1] = ["/Logout"];
/// Streams that may have nothing to say, and how long that is waited for.
const STREAMS: [&str; 3] = ["/Subscribe", "/TailEvents", "/TailLogs"];
const A_WORD: Duration = Duration::from_millis(100);

fn each() -> u64 {
    std::env::var("SEC_FUZZ").ok().and_then(|each| each.parse().ok()).unwrap_or(EACH)
}

/// What a text field of this name holds before it is mutated. No request id: what is refused for the
/// want of one is never carried out.
fn text(name: &str) -> String {
    let text = match name {
        "request_id" | "page_token" | "plan_id" => "",
        "symbol" | "symbols" => "BTCUSDT",
        "strategy" => "rsi",
        "interval" => "1m",
        "user" => "vic",
        "key" => "risk.max_drawdown_pct",
        "password" | "old_password" | "new_password" | "token" | "totp_code" | "code"
        | "refresh_token" => SECRET,
        _ => "12.5",
    };
    text.to_owned()
}

/// One request: wholly random, or a filled one that was damaged.
fn body(protocol: &Protocol, request: &str, dice: &mut Dice) -> Vec<u8> {
    if dice.below(4) == 0 {
        let length = dice.below(200);
        return (0..length).map(|_| dice.below(256) as u8).collect();
    }
    let mut numbers = dice.clone();
    let mut number = || match numbers.below(6) {
        0 => u64::MAX,
        1 => 1 << 63,
        2 => 0,
        3 => 1_704_067_200,
        _ => numbers.below(20),
    };
    let mut bytes = protocol.filled(request, &mut number, &text);
    for _ in 0..=dice.below(4) {
        damage(&mut bytes, dice);
    }
    bytes
}

fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.below(bytes.len() as u64 + 1) as usize;
    match dice.below(8) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, dice.below(256) as u8),
        2 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        3 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
        // A part of it once more.
        4 => bytes.extend_from_within(at..),
        // A length that is not there.
        5 => {
            put_varint(bytes, dice.below(30) << 3 | 2);
            put_varint(bytes, 1 << dice.below(63));
        }
        // A number that is longer than numbers are.
        6 => {
            put_varint(bytes, dice.below(30) << 3);
            bytes.extend([0xff; 11]);
        }
        // A field in itself, again and again; deeper than messages may be.
        _ => {
            let tag = (dice.below(15) as u8) << 3 | 2;
            let mut nested = Vec::new();
            for _ in 0..dice.below(150) {
                let mut outer = vec![tag];
                put_varint(&mut outer, nested.len() as u64);
                outer.append(&mut nested);
                nested = outer;
            }
            bytes.append(&mut nested);
        }
    }
}

/// What no refused request may change.
async fn state(admin: &Api) -> String {
    let users = admin.users().list_users(ListUsersRequest {}).await.expect("users").into_inner();
    let users: Vec<_> =
        users.users.iter().map(|u| (&u.name, u.role, u.disabled, u.totp, u.changed_at)).collect();
    let tokens = admin.tokens().list_tokens(ListTokensRequest::default()).await.expect("tokens");
    let tokens = tokens.into_inner().tokens;
    let tokens: Vec<_> = tokens.iter().map(|t| (&t.token_id, t.role, t.expires_at)).collect();
    let strategies = admin.strategies().list_strategies(ListStrategiesRequest::default()).await;
    let strategies = strategies.expect("strategies").into_inner().strategies;
    let strategies: Vec<_> = strategies.iter().map(|s| (&s.name, s.enabled, s.version)).collect();
    let settings = admin.settings().list_settings(ListSettingsRequest::default()).await;
    let version = settings.expect("settings").into_inner().version;
    let trading = admin.status().await.trading_state;
    format!("{users:?} {tokens:?} {strategies:?} {version} {trading:?}")
}

async fn answer(api: &Api, rule: &MethodRule, body: Vec<u8>) -> Result<(), Status> {
    let silent = STREAMS.iter().any(|end| rule.path.ends_with(end));
    let patience = if silent { A_WORD } else { PATIENCE };
    match tokio::time::timeout(patience, call(api, rule.path, body)).await {
        Ok(answer) => answer,
        Err(_) if silent => Ok(()),
        Err(_) => panic!("{} does not answer", rule.path),
    }
}

/// Whoever never shows a token and is refused again and again loses the connection; the next call
/// makes a new one.
fn is_cut(who: &str, status: &Status) -> bool {
    who == "nobody" && status.code() == Code::Unknown && status.message() == "transport error"
}

fn check(rule: &MethodRule, who: &str, status: &Status) {
    if is_cut(who, status) {
        return;
    }
    let faults = [Code::Internal, Code::Unknown, Code::DataLoss, Code::Unimplemented];
    assert!(!faults.contains(&status.code()), "{} by {who}: {status:?}", rule.path);
    assert!(!format!("{status:?}").contains(SECRET), "{} by {who}: {status:?}", rule.path);
}

/// How it went.
#[derive(Debug, Default)]
struct Count {
    calls: u64,
    taken: u64,
    /// Refused by the method itself, not at the door.
    beyond: u64,
}

async fn attack(who: &str, api: &Api, admin: &Api, seed: u64) -> Count {
    let (protocol, mut dice) = (Protocol::new(), Dice::new(seed));
    let (mut count, before) = (Count::default(), state(admin).await);
    for rule in METHODS.iter().filter(|rule| !LEFT_OUT.iter().any(|end| rule.path.ends_with(end))) {
        let slow = SLOW.iter().any(|end| rule.path.ends_with(end));
        for _ in 0..if slow { each() / 8 } else { each() } {
            let bytes = body(&protocol, protocol.request(rule.path), &mut dice);
            let answer = answer(api, rule, bytes).await;
            count.calls += 1;
            let Err(status) = answer else {
                count.taken += 1;
                continue;
            };
            check(rule, who, &status);
            let door = [Code::Unauthenticated, Code::PermissionDenied];
            count.beyond += u64::from(!door.contains(&status.code()));
        }
        if rule.mutation {
            assert_eq!(state(admin).await, before, "{} by {who} changed something", rule.path);
        }
    }
    assert_eq!(state(admin).await, before, "by {who}");
    count
}

async fn alive(daemon: &Daemon) {
    let api = Api::anonymous(daemon.address).await;
    api.system().get_version(GetVersionRequest {}).await.expect("it still answers");
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_29_bytes_of_no_client_harm_nothing_whoever_sends_them() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).with(&["--speed", "0.01"]).start();
    let botctl = Botctl::first_admin(daemon.address);
    let admin = Api::login(daemon.address).await;
    let limits = TokenLimits { methods: vec!["@read".to_owned()], ..Default::default() };
    let callers = [
        ("nobody", Api::anonymous(daemon.address).await),
        ("viewer", admin.with_user("vic", Role::Viewer).await),
        ("operator", admin.with_user("olga", Role::Operator).await),
        ("admin", Api::login(daemon.address).await),
        ("token", admin.with_api_token("reader", Role::Admin, limits).await),
    ];
    for (seed, (who, api)) in (1..).zip(&callers) {
        let count = attack(who, api, &admin, seed).await;
        println!("{who}: {count:?}");
        let depth = if *who == "nobody" { 0 } else { count.calls / 8 };
        assert!(count.beyond + count.taken >= depth, "{who} stays at the door: {count:?}");
        alive(&daemon).await;
    }
    let ended = botctl.run(&["audit", "verify"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let (ended, _) = daemon.terminate();
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!ended.err.contains("panicked") && !ended.err.contains(SECRET), "{}", ended.err);
    for line in ended.err.lines() {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(line);
        assert!(parsed.is_ok_and(|line| line["level"] != "ERROR"), "{line:?}");
    }
}
