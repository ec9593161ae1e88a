//! What is taken away is gone at once, on calls and on open streams, and stays so after a kill;
//! what is repeated is done once.

use std::path::Path;
use tonic::Code;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::botctl::{ADMIN, Botctl, PASSWORD};
use tradingd_tests::daemon::client::{Api, Stream, reason, refusal};
use tradingd_tests::daemon::{Daemon, Launch};

fn id(text: &str) -> String {
    text.to_owned()
}

fn slow(folder: &Path) -> Launch {
    Launch::on(folder).with(&["--speed", "600"])
}

async fn status_of(api: &Api) -> (Code, String) {
    refusal(api.system().get_status(GetStatusRequest {}).await)
}

async fn ended(stream: &mut Stream) -> (Code, String) {
    loop {
        match stream.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("it ends with a status"),
            Err(status) => return (status.code(), reason(&status)),
        }
    }
}

/// Tokens of a login with the refresh token in the body.
async fn tokens(api: &Api, user: &str) -> Tokens {
    let (user, password) = (user.to_owned(), PASSWORD.to_owned());
    let request = LoginRequest { user, password, ..Default::default() };
    api.auth().login(request).await.expect("logged in").into_inner().tokens.expect("tokens")
}

/// Kills of a test: few in each run of all tests, `SEC_KILLS` of them in a longer one.
fn kills(few: u64) -> u64 {
    let more = std::env::var("SEC_KILLS").ok().and_then(|kills| kills.parse().ok());
    more.unwrap_or(few)
}

/// The daemon dies while a token is refreshed. Whether the rotation was stored or not, the token
/// that the client holds goes on: nobody is logged out by a crash.
#[tokio::test(flavor = "multi_thread")]
async fn sec_11_a_kill_at_any_moment_of_a_refresh_logs_nobody_out() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = slow(folder.path());
    let mut daemon = launch.start();
    let mut held = tokens(&Api::first_admin(daemon.address).await, ADMIN).await.refresh_token;
    let mut dice = tradingd_tests::daemon::data::Dice::new(11);
    let (mut told, rounds) = (0, kills(8));
    for round in 0..rounds {
        let api = Api::anonymous(daemon.address).await;
        let token = held.clone();
        let asked = tokio::spawn(async move { refresh(&api, &token).await });
        tokio::time::sleep(std::time::Duration::from_micros(dice.below(12_000))).await;
        daemon.kill_9();
        let answer = asked.await.expect("no panic");
        told += u64::from(answer.is_ok());
        daemon = launch.start();
        let api = Api::anonymous(daemon.address).await;
        let again = refresh(&api, &held).await;
        let again = again.unwrap_or_else(|e| panic!("round {round}, told {answer:?}: {e:?}"));
        if let Ok(first) = answer {
            assert_eq!(again.refresh_token, first.refresh_token, "round {round}");
        }
        held = again.refresh_token;
    }
    println!("{rounds} kills, {told} of them after the answer");
}

async fn refresh(api: &Api, token: &str) -> Result<Tokens, tonic::Status> {
    let request = RefreshRequest { refresh_token: token.to_owned() };
    let answer = api.auth().refresh(request).await?.into_inner();
    Ok(answer.tokens.expect("tokens"))
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_12_a_revoked_session_ends_at_once() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = slow(folder.path()).start();
    let admin = Api::first_admin(daemon.address).await;
    let olga = admin.with_user("olga", Role::Operator).await;
    let mut stream = olga.subscribe().await;
    stream.snapshot().await;
    let list = ListSessionsRequest { user: id("olga") };
    let open = admin.sessions().list_sessions(list).await.expect("listed").into_inner().sessions;
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].user.as_str(), open[0].source.as_str()), ("olga", "127.0.0.1"));
    assert!(open[0].client.contains("tonic"), "{open:?}");
    // Somebody else's session is not hers to see or end.
    let own = olga.sessions().list_sessions(ListSessionsRequest::default()).await.expect("own");
    let own = own.into_inner().sessions;
    assert!(own.len() == 1 && own[0].current);
    let of_admin = ListSessionsRequest { user: id(ADMIN) };
    let (code, _) = refusal(olga.sessions().list_sessions(of_admin).await);
    assert_eq!(code, Code::PermissionDenied);
    let all = admin.sessions().list_sessions(ListSessionsRequest::default()).await.expect("all");
    let foreign = all.into_inner().sessions.into_iter().find(|s| s.user == ADMIN).expect("there");
    let steal = RevokeSessionRequest {
        session_id: foreign.session_id,
        request_id: id("1"),
        ..Default::default()
    };
    assert_eq!(refusal(olga.sessions().revoke_session(steal).await).0, Code::NotFound);
    let session_id = open[0].session_id.clone();
    let revoke = RevokeSessionRequest { session_id, request_id: id("2"), ..Default::default() };
    let plan = RevokeSessionRequest { dry_run: true, ..revoke.clone() };
    let plan = admin.sessions().revoke_session(plan).await.expect("a plan").into_inner().plan;
    let plan = plan.expect("a plan");
    assert_eq!(plan.changes.len(), 1);
    assert!(!olga.status().await.store_id.is_empty(), "a dry run ends nothing");
    let revoke = RevokeSessionRequest { plan_id: plan.plan_id, ..revoke };
    let done = admin.sessions().revoke_session(revoke).await.expect("ended").into_inner();
    assert!(done.effect.expect("an effect").sequence > 0);
    let gone = (Code::Unauthenticated, id("SESSION_ENDED"));
    assert_eq!(status_of(&olga).await, gone);
    assert_eq!(ended(&mut stream).await, gone);
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_14_what_was_revoked_stays_so_after_a_kill() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = slow(folder.path()).start();
    let admin = Api::first_admin(daemon.address).await;
    let olga = admin.with_user("olga", Role::Operator).await;
    let held = tokens(&admin, "olga").await;
    let script = admin.with_api_token("script", Role::Viewer, TokenLimits::default()).await;
    let kept = admin.with_api_token("kept", Role::Viewer, TokenLimits::default()).await;
    let child = DeriveTokenRequest { name: id("child"), request_id: id("d"), ..Default::default() };
    let child = script.tokens().derive_token(child).await.expect("derived").into_inner().secret;
    let all =
        RevokeAllSessionsRequest { user: id("olga"), request_id: id("1"), ..Default::default() };
    let done = admin.sessions().revoke_all_sessions(all).await.expect("ended").into_inner();
    assert_eq!(done.ended_sessions, 2);
    let list = admin.tokens().list_tokens(ListTokensRequest::default()).await.expect("listed");
    let token_id = list
        .into_inner()
        .tokens
        .iter()
        .find(|t| t.name == "script")
        .expect("there")
        .token_id
        .clone();
    let revoke = RevokeTokenRequest { token_id, request_id: id("2"), ..Default::default() };
    let done = admin.tokens().revoke_token(revoke).await.expect("ended").into_inner();
    assert_eq!(done.ended_tokens, 2, "with the derived one");
    daemon.kill_9();
    let daemon = slow(folder.path()).start();
    let again = Api::anonymous(daemon.address).await;
    let as_before = |token: &str| again.clone().with_token(token);
    assert_eq!(status_of(&as_before(&olga.token)).await.1, "SESSION_ENDED");
    assert_eq!(status_of(&as_before(&held.access_token)).await.1, "SESSION_ENDED");
    assert_eq!(
        reason(&refresh(&again, &held.refresh_token).await.expect_err("dead")),
        "SESSION_ENDED"
    );
    for dead in [&script.token, &child] {
        assert_eq!(status_of(&as_before(dead)).await.1, "TOKEN_INVALID");
    }
    assert!(!as_before(&kept.token).status().await.store_id.is_empty(), "the other one holds");
    assert!(!as_before(&admin.token).status().await.store_id.is_empty(), "so do sessions");
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_11_a_lost_reply_is_given_again_after_a_kill() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = slow(folder.path());
    let mut daemon = launch.start();
    let mut held = tokens(&Api::first_admin(daemon.address).await, ADMIN).await.refresh_token;
    let rounds = kills(8);
    for round in 0..rounds {
        let api = Api::anonymous(daemon.address).await;
        let told = refresh(&api, &held).await.expect("it is current").refresh_token;
        // The reply got lost, and the daemon dies.
        daemon.kill_9();
        daemon = launch.start();
        let api = Api::anonymous(daemon.address).await;
        let again = refresh(&api, &held).await.expect("its successor was never used");
        assert_eq!(again.refresh_token, told, "round {round}");
        held = told;
    }
    let api = Api::anonymous(daemon.address).await;
    let first = refresh(&api, &held).await.expect("current").refresh_token;
    let second = refresh(&api, &first).await.expect("current").refresh_token;
    // A copy: its successor was used.
    assert_eq!(reason(&refresh(&api, &held).await.expect_err("stolen")), "SESSION_ENDED");
    assert_eq!(reason(&refresh(&api, &second).await.expect_err("family")), "SESSION_ENDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_17_a_lowered_role_holds_from_the_next_call_on() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = slow(folder.path()).start();
    let admin = Api::first_admin(daemon.address).await;
    let olga = admin.with_user("olga", Role::Operator).await;
    let token = olga.with_api_token("bot", Role::Operator, TokenLimits::default()).await;
    let mut streams = [olga.subscribe().await, token.subscribe().await];
    let stop = |id: &str| StopRequest { request_id: id.to_owned(), ..Default::default() };
    olga.emergency().stop(stop("a")).await.expect("an operator may");
    token.emergency().stop(stop("b")).await.expect("an operator's token may");
    let lower = SetUserRoleRequest {
        user: id("olga"),
        role: Role::Viewer.into(),
        request_id: id("1"),
        ..Default::default()
    };
    admin.users().set_user_role(lower).await.expect("lowered");
    for api in [&olga, &token] {
        let (code, why) = refusal(api.emergency().stop(stop("c")).await);
        assert_eq!((code, why.as_str()), (Code::PermissionDenied, "ROLE_TOO_LOW"));
        assert!(!api.status().await.store_id.is_empty(), "a viewer may look");
    }
    for stream in &mut streams {
        assert_eq!(ended(stream).await.0, Code::Unauthenticated);
    }
    // A disabled user is out altogether; so are the tokens.
    let disable =
        DisableUserRequest { user: id("olga"), request_id: id("2"), ..Default::default() };
    assert_eq!(
        admin.users().disable_user(disable).await.expect("off").into_inner().ended_sessions,
        1
    );
    assert_eq!(status_of(&olga).await.1, "SESSION_ENDED");
    assert_eq!(status_of(&token).await.1, "TOKEN_INVALID");
    let login = LoginRequest { user: id("olga"), password: id(PASSWORD), ..Default::default() };
    assert_eq!(refusal(admin.auth().login(login).await).1, "CREDENTIALS_WRONG");
    let enable = EnableUserRequest { user: id("olga"), request_id: id("3"), ..Default::default() };
    admin.users().enable_user(enable).await.expect("on again");
    admin.logged_in("olga").await;
    assert!(!token.status().await.store_id.is_empty(), "tokens only rested");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_admin_stays() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = slow(folder.path()).start();
    let admin = Api::first_admin(daemon.address).await;
    let (user, role) = (id(ADMIN), Role::Viewer.into());
    let lower = SetUserRoleRequest { user, role, request_id: id("1"), ..Default::default() };
    let last = (Code::FailedPrecondition, id("LAST_ADMIN"));
    assert_eq!(refusal(admin.users().set_user_role(lower.clone()).await), last);
    let disable = DisableUserRequest { user: id(ADMIN), request_id: id("2"), ..Default::default() };
    assert_eq!(refusal(admin.users().disable_user(disable).await), last);
    let remove = RemoveUserRequest { user: id(ADMIN), request_id: id("3"), ..Default::default() };
    assert_eq!(refusal(admin.users().remove_user(remove.clone()).await), last);
    let second = admin.with_user("bea", Role::Admin).await;
    second.users().remove_user(remove).await.expect("another one is left");
    assert_eq!(status_of(&admin).await.1, "SESSION_ENDED");
    let list = second.users().list_users(ListUsersRequest {}).await.expect("listed").into_inner();
    let names: Vec<_> = list.users.iter().map(|u| u.name.as_str()).collect();
    assert_eq!(names, ["bea"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_46_a_repeated_request_is_done_once() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = slow(folder.path()).start();
    let admin = Api::first_admin(daemon.address).await;
    let add = CreateUserRequest {
        user: id("olga"),
        role: Role::Operator.into(),
        password: id(PASSWORD),
        request_id: id("same"),
        ..Default::default()
    };
    let first = admin.users().create_user(add.clone()).await.expect("added").into_inner();
    let token =
        CreateTokenRequest { name: id("bot"), request_id: id("token"), ..Default::default() };
    let made = admin.tokens().create_token(token.clone()).await.expect("made").into_inner();
    daemon.kill_9();
    let daemon = slow(folder.path()).start();
    let admin = Api::anonymous(daemon.address).await.with_token(&admin.token);
    for _ in 0..3 {
        let again = admin.users().create_user(add.clone()).await.expect("repeated").into_inner();
        assert_eq!(again.user, first.user);
        let (effect, before) =
            (again.effect.expect("effect"), first.effect.as_ref().expect("effect"));
        assert!(effect.replayed && effect.sequence == before.sequence);
        let again =
            admin.tokens().create_token(token.clone()).await.expect("repeated").into_inner();
        assert_eq!((again.secret.as_str(), &again.token), (made.secret.as_str(), &made.token));
    }
    for other in [
        CreateUserRequest { user: id("eve"), ..add.clone() },
        CreateUserRequest { role: Role::Admin.into(), ..add.clone() },
        CreateUserRequest { password: id("another good password"), ..add.clone() },
    ] {
        let (code, why) = refusal(admin.users().create_user(other).await);
        assert_eq!((code, why.as_str()), (Code::AlreadyExists, "REQUEST_ID_REUSED"));
    }
    let users = admin.users().list_users(ListUsersRequest {}).await.expect("listed").into_inner();
    assert_eq!(users.users.len(), 2);
    let list = admin.tokens().list_tokens(ListTokensRequest::default()).await.expect("listed");
    assert_eq!(list.into_inner().tokens.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_do_no_more_than_their_limits() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = slow(folder.path()).start();
    let admin = Api::first_admin(daemon.address).await;
    let list = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let btc = TokenLimits { symbols: list(&["BTC/USDT"]), ..Default::default() };
    let btc = admin.with_api_token("btc", Role::Operator, btc).await;
    let close = |symbol: &str, id: &str| ClosePositionRequest {
        symbol: symbol.to_owned(),
        reason: "test".to_owned(),
        request_id: id.to_owned(),
        ..Default::default()
    };
    let scope = (Code::PermissionDenied, id("TOKEN_SCOPE"));
    assert_eq!(refusal(btc.positions().close_position(close("ETHUSDT", "1")).await), scope);
    assert_eq!(refusal(btc.positions().close_position(close("", "2")).await), scope);
    let own = refusal(btc.positions().close_position(close("btc/usdt", "3")).await);
    assert_ne!(own, scope, "its own symbol reaches the engine, which has no position: {own:?}");
    let close_all = CloseAllRequest { reason: id("x"), request_id: id("4"), ..Default::default() };
    assert_eq!(refusal(btc.emergency().close_all(close_all).await), scope);
    btc.emergency()
        .stop(StopRequest { request_id: id("5"), ..Default::default() })
        .await
        .expect("stop");
    assert!(!btc.status().await.store_id.is_empty(), "reading that names no symbol");

    let away = TokenLimits { sources: list(&["10.0.0.0/8"]), ..Default::default() };
    let away = admin.with_api_token("away", Role::Viewer, away).await;
    assert_eq!(status_of(&away).await, scope);

    let parent = TokenLimits { methods: list(&["SystemService/*"]), ..Default::default() };
    let parent = admin.with_api_token("parent", Role::Operator, parent).await;
    let derive = |name: &str, role: Role, methods: &[&str]| DeriveTokenRequest {
        name: name.to_owned(),
        role: role.into(),
        limits: Some(TokenLimits { methods: list(methods), ..Default::default() }),
        request_id: format!("derive-{name}"),
        ..Default::default()
    };
    for wider in [
        derive("a", Role::Admin, &[]),
        derive("b", Role::Operator, &["EmergencyService/Stop"]),
        derive("c", Role::Operator, &["@read"]),
    ] {
        let (code, why) = refusal(parent.tokens().derive_token(wider).await);
        assert_eq!((code, why.as_str()), (Code::InvalidArgument, "FIELD_INVALID"));
    }
    let child = derive("child", Role::Viewer, &["SystemService/GetStatus"]);
    let child = parent.tokens().derive_token(child).await.expect("narrower").into_inner();
    let child = admin.clone().with_token(&child.secret);
    assert!(!child.status().await.store_id.is_empty());
    assert_eq!(refusal(child.system().get_report(GetReportRequest {}).await), scope);
    // No token makes or ends what only a person may.
    let make = CreateTokenRequest { name: id("x"), request_id: id("6"), ..Default::default() };
    assert_eq!(refusal(btc.tokens().create_token(make).await).0, Code::PermissionDenied);
    let all = RevokeAllSessionsRequest { request_id: id("7"), ..Default::default() };
    assert_eq!(refusal(away.sessions().revoke_all_sessions(all).await).0, Code::PermissionDenied);
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_43_keys_are_rotated_while_everybody_stays_logged_in() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = slow(folder.path()).start();
    let admin = Api::first_admin(daemon.address).await;
    let held = tokens(&admin, ADMIN).await;
    let key = || std::fs::read(folder.path().join("keys/jwt.key")).expect("a key");
    let old = key();
    let rotate = RotateKeysRequest { request_id: id("1"), ..Default::default() };
    admin.keys().rotate_keys(rotate.clone()).await.expect("rotated");
    let new = key();
    assert_ne!(old, new);
    let again = admin.keys().rotate_keys(rotate).await.expect("repeated").into_inner();
    assert!(again.effect.expect("effect").replayed && key() == new, "once");
    assert!(!admin.status().await.store_id.is_empty(), "tokens of the old key hold");
    daemon.kill_9();
    let daemon = slow(folder.path()).start();
    let again = Api::anonymous(daemon.address).await;
    assert!(!again.clone().with_token(&held.access_token).status().await.store_id.is_empty());
    let fresh = refresh(&again, &held.refresh_token).await.expect("sessions stay");
    assert!(!again.clone().with_token(&fresh.access_token).status().await.store_id.is_empty());
    // After a leak everything ends.
    let admin = again.clone().with_token(&fresh.access_token);
    let all = RotateKeysRequest { end_all: true, request_id: id("2"), ..Default::default() };
    admin.keys().rotate_keys(all).await.expect("rotated");
    assert_eq!(status_of(&admin).await.0, Code::Unauthenticated);
    Api::login(daemon.address).await;
}

fn access_of(daemon: &Daemon) -> Botctl {
    Botctl::first_admin(daemon.address)
}

#[test]
fn botctl_operates_users_sessions_and_tokens() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = slow(folder.path()).start();
    let botctl = access_of(&daemon);
    let password = folder.path().join("password.txt");
    std::fs::write(&password, "zwei und zwanzig Stühle\n").expect("written");
    let file = password.display().to_string();
    let add = ["users", "add", "olga", "--role", "operator", "--password-file", &file];
    let open = botctl.run(&add);
    assert!(open.code == 2 && open.err.contains("others may read it"), "{open:?}");
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&password, private).expect("chmod");
    assert!(botctl.done(&add).out.contains("olga (operator) added"));
    assert_eq!(botctl.run(&add).code, 1, "the name is taken");
    let olga = Botctl::at(daemon.address);
    assert_eq!(olga.run(&["login", "--user", "olga", "--password-file", &file]).code, 0);
    assert_eq!(olga.run(&["users"]).code, 3, "only admins see users");
    assert!(botctl.done(&["sessions"]).out.contains("olga"));
    let lines = "zwei und zwanzig Stühle\nein ganz anderer Satz\n";
    let changed = olga.run_with(&["passwd", "--password-stdin"], lines);
    assert!(changed.code == 0 && changed.out.contains("password changed"), "{changed:?}");

    let token = folder.path().join("bot.token");
    let path = token.display().to_string();
    let make = ["tokens", "create", "bot", "--method", "SystemService/*", "--out", &path];
    assert!(!botctl.done(&make).out.contains("tdt_"), "it is in the file");
    let with =
        |args: &[&str]| Botctl::at(daemon.address).run(&[args, &["--token", &path]].concat());
    assert_eq!(with(&["status"]).code, 0);
    assert_eq!(with(&["stop"]).code, 3, "a viewer's token");
    let derived = with(&[
        "tokens",
        "derive",
        "one",
        "--method",
        "SystemService/GetReport",
        "--expires",
        "1m",
    ]);
    assert!(derived.code == 0 && derived.out.contains("tdt_"), "{derived:?}");
    let listed = botctl.json(&["tokens", "list"]);
    assert_eq!(listed["tokens"].as_array().map(Vec::len), Some(2), "{listed}");
    let id = listed["tokens"][0]["token_id"].as_str().expect("an id").to_owned();
    assert!(botctl.done(&["tokens", "revoke", &id]).out.contains("2 token(s)"));
    assert_eq!(with(&["status"]).code, 3);

    assert!(botctl.done(&["totp", "enrol"]).out.contains("otpauth://totp/tradingd:admin?secret="));
    assert_eq!(botctl.run(&["totp", "confirm", "000000"]).code, 2, "a wrong code");
    assert!(botctl.done(&["keys", "rotate"]).out.contains("a new key signs"));
    assert_eq!(botctl.run(&["users", "disable", "admin"]).code, 1, "the last admin");
    assert!(botctl.done(&["users", "disable", "olga"]).out.contains("1 session(s) ended"));
    assert_eq!(olga.run(&["status"]).code, 3);
    assert!(botctl.done(&["users", "remove", "olga", "--yes"]).out.contains("olga removed"));
    assert!(!botctl.done(&["users"]).out.contains("olga"));
}

/// With a second of freshness every proof soon is too old; nothing depends on how soon.
#[tokio::test(flavor = "multi_thread")]
async fn sec_18_an_old_proof_is_not_enough() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = slow(folder.path()).with(&["--set", "auth.step_up_seconds=1"]);
    let daemon = launch.start();
    let botctl = access_of(&daemon);
    let refused = loop {
        let ended = botctl.run(&["tokens", "create", "never", "--expires", "1m"]);
        if ended.code != 0 && !ended.err.contains("ALREADY_EXISTS") {
            break ended;
        }
    };
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.err.contains("STEP_UP_NEEDED"), "{refused:?}");
    assert!(refused.err.contains("--password-stdin"), "{refused:?}");
    let wrong = botctl.run_with(&["step-up", "--password-stdin"], "not the password\n");
    assert_eq!(wrong.code, 3, "{wrong:?}");
    let before = botctl.json(&["whoami"])["proven_at"].clone();
    let right = botctl.run_with(&["step-up", "--password-stdin"], &format!("{PASSWORD}\n"));
    assert_eq!(right.code, 0, "{right:?}");
    assert_ne!(botctl.json(&["whoami"])["proven_at"], before);
    // What only reads, or makes safer, never asks.
    assert_eq!(botctl.run(&["stop"]).code, 0);
    assert_eq!(botctl.run(&["users"]).code, 0);
}
