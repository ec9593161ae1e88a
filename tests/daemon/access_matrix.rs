//! Every method of the protocol for every kind of caller: exactly the answer that the protocol's
//! options promise. Generated from the descriptor, so a new method is covered when it is declared.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use std::path::Path;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::{Code, Status};
use tonic_prost::ProstCodec;
use tradingd_proto::v1::{LogoutRequest, Permission, Role, TokenLimits, WhoAmIRequest};
use tradingd_proto::{METHODS, MethodRule};
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::botctl::ADMIN;
use tradingd_tests::daemon::client::{Api, reason, refusal};

/// What the guard does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Unauthenticated,
    Denied,
    Through,
}

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Nobody,
    /// Expired, revoked, of another daemon, forged.
    Invalid,
    Person(Role),
    /// An admin's API token for reading.
    ReadToken,
    /// An admin's API token with the role viewer.
    ViewerToken,
}

/// Methods that an API token may always call.
const ALWAYS: [&str; 3] = ["/DeriveToken", "/RevokeToken", "/WhoAmI"];
/// Methods that let an API token through to their own refusal: only a person has a session.
const SESSION_ONLY: [&str; 2] = ["/Logout", "/StepUp"];

fn rank(role: Role) -> i32 {
    role as i32
}

/// The promise of the protocol's options.
fn promised(rule: &MethodRule, who: Who) -> Cell {
    let permission = Permission::try_from(rule.permission).expect("a permission of this build");
    let needed = match permission {
        Permission::Unspecified => panic!("{} has no permission", rule.path),
        Permission::Public => return Cell::Through,
        Permission::Viewer => Role::Viewer,
        Permission::Operator => Role::Operator,
        Permission::Admin => Role::Admin,
    };
    let any = |names: &[&str]| names.iter().any(|name| rule.path.ends_with(name));
    let allowed = match who {
        Who::Nobody | Who::Invalid => return Cell::Unauthenticated,
        Who::Person(role) => rank(role) >= rank(needed),
        Who::ReadToken => (!rule.mutation || any(&ALWAYS)) && !rule.step_up,
        Who::ViewerToken => needed == Role::Viewer && !rule.step_up && !any(&SESSION_ONLY),
    };
    if allowed { Cell::Through } else { Cell::Denied }
}

/// Calls a method with an empty request: no request id, so nothing is changed by it.
async fn call(api: &Api, path: &'static str) -> Result<(), Status> {
    let mut client = tonic::client::Grpc::new(api.channel());
    client.ready().await.map_err(|e| Status::unknown(e.to_string()))?;
    let path = PathAndQuery::from_static(path);
    let codec: ProstCodec<(), ()> = ProstCodec::default();
    client.server_streaming(tonic::Request::new(()), path, codec).await.map(|_| ())
}

/// What came of a call. A public method's own refusals are no refusal by the guard.
fn seen(rule: &MethodRule, answer: &Result<(), Status>) -> Cell {
    let Err(status) = answer else { return Cell::Through };
    let public = rule.permission == Permission::Public as i32;
    match status.code() {
        _ if public => Cell::Through,
        Code::Unauthenticated => Cell::Unauthenticated,
        Code::PermissionDenied => Cell::Denied,
        _ => Cell::Through,
    }
}

/// An access token like the daemon's own, signed with its key, but over for a minute.
async fn expired(folder: &Path, like: &Api) -> Api {
    let key = std::fs::read(folder.join("keys/jwt.key")).expect("the key is there");
    let who = like.auth().who_am_i(WhoAmIRequest {}).await.expect("logged in").into_inner();
    let store = like.status().await.store_id;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.expect("after 1970").as_secs();
    let sign = |exp: u64| {
        let claims = serde_json::json!({
            "iss": "tradingd", "aud": store, "sub": who.user, "sid": who.session_id,
            "role": "admin", "iat": exp - 600, "nbf": exp - 600, "exp": exp, "jti": "x",
        });
        let header = URL_SAFE_NO_PAD.encode(r#"{"typ":"at+jwt","alg":"HS256"}"#);
        let message = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).expect("any length");
        mac.update(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    };
    // The same token with time left is good: it is the time that counts.
    let good = like.clone().with_token(&sign(now + 300));
    assert!(!good.status().await.store_id.is_empty());
    like.clone().with_token(&sign(now - 60))
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_15_every_method_for_every_caller() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let admin = Api::first_admin(daemon.address).await;
    let other_folder = tempfile::tempdir().expect("a temporary directory");
    let other = Launch::on(other_folder.path()).start();
    let foreign = admin.clone().with_token(&Api::first_admin(other.address).await.token);
    let revoked = admin.logged_in(ADMIN).await;
    revoked.auth().logout(LogoutRequest {}).await.expect("ended");
    let read_only = TokenLimits { methods: vec!["@read".to_owned()], ..Default::default() };
    let callers = [
        ("no token", Who::Nobody, Api::anonymous(daemon.address).await),
        ("viewer", Who::Person(Role::Viewer), admin.with_user("vic", Role::Viewer).await),
        ("operator", Who::Person(Role::Operator), admin.with_user("olga", Role::Operator).await),
        ("admin", Who::Person(Role::Admin), admin.logged_in(ADMIN).await),
        ("expired", Who::Invalid, expired(folder.path(), &admin).await),
        ("revoked", Who::Invalid, revoked),
        ("wrong audience", Who::Invalid, foreign),
        ("forged API token", Who::Invalid, admin.clone().with_token("tdt_0011223344556677_x")),
        ("read token", Who::ReadToken, admin.with_api_token("r", Role::Admin, read_only).await),
        (
            "viewer token",
            Who::ViewerToken,
            admin.with_api_token("v", Role::Viewer, TokenLimits::default()).await,
        ),
    ];
    let (mut cells, mut wrong) = (0, Vec::new());
    for rule in METHODS {
        for (name, who, api) in &callers {
            // A logout that is let through ends the session that it is called with.
            let own = match who {
                Who::Person(_) if rule.path.ends_with("/Logout") => {
                    let me = api.auth().who_am_i(WhoAmIRequest {}).await.expect("logged in");
                    &api.logged_in(&me.into_inner().user).await
                }
                _ => api,
            };
            let answer = call(own, rule.path).await;
            cells += 1;
            if seen(rule, &answer) != promised(rule, *who) {
                wrong.push(format!(
                    "{} by {name}: {:?}, got {answer:?}",
                    rule.path,
                    promised(rule, *who)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cells} cells differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(METHODS.len() > 40 && cells == METHODS.len() * callers.len());
    println!(
        "access matrix: {} methods x {} callers = {cells} cells",
        METHODS.len(),
        callers.len()
    );
    // Nothing of the above was carried out.
    let status = admin.status().await;
    assert_eq!(status.strategies_enabled, status.strategies_total);
    assert_eq!(status.trading_state.map(|t| t.epoch), Some(0));
    let (code, why) = refusal(call(&admin, "/tradingd.v1.SystemService/Shutdown").await);
    assert_eq!((code, why.as_str()), (Code::PermissionDenied, "METHOD_UNKNOWN"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_02_a_fresh_daemon_answers_nobody() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let anonymous = Api::anonymous(daemon.address).await;
    for guess in ["", "admin", "null", "undefined", "test"] {
        let api =
            if guess.is_empty() { anonymous.clone() } else { anonymous.clone().with_token(guess) };
        for rule in METHODS.iter().filter(|r| r.permission != Permission::Public as i32) {
            let (code, why) = refusal(call(&api, rule.path).await);
            let wanted = if guess.is_empty() { "TOKEN_MISSING" } else { "TOKEN_INVALID" };
            assert_eq!((code, why.as_str()), (Code::Unauthenticated, wanted), "{}", rule.path);
        }
    }
    for (user, password) in [("admin", "admin"), ("admin", ""), ("", ""), ("root", "password")] {
        let (user, password) = (user.to_owned(), password.to_owned());
        let request = tradingd_proto::v1::LoginRequest { user, password, ..Default::default() };
        let refused = anonymous.auth().login(request).await.expect_err("there is no user");
        assert_eq!(reason(&refused), "CREDENTIALS_WRONG");
    }
}
