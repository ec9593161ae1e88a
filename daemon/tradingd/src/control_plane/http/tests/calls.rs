//! Logins over gRPC and gRPC-Web on a real socket: tokens, cookies, refusals.

use super::running::{PASSWORD, Running};
use std::time::Duration;
use tonic::{Code, Request as Call};
use tonic_types::StatusExt as _;
use tradingd_proto::prost::Message;
use tradingd_proto::v1::auth_service_client::AuthServiceClient;
use tradingd_proto::v1::settings_service_client::SettingsServiceClient;
use tradingd_proto::v1::{self, Role};

fn bearer<T>(message: T, token: &str) -> Call<T> {
    let mut call = Call::new(message);
    let value = format!("Bearer {token}").parse().expect("text");
    call.metadata_mut().insert("authorization", value);
    call
}

fn reason(status: &tonic::Status) -> (Code, String) {
    let info = status.get_details_error_info().expect("error info");
    (status.code(), info.reason)
}

/// The value of the cookie that a head sets.
fn cookie(head: &str) -> (String, String) {
    let line = head.lines().find(|l| l.starts_with("set-cookie: ")).expect("a cookie");
    let (value, attributes) = line["set-cookie: ".len()..].split_once(';').expect("attributes");
    (value.to_owned(), attributes.trim().to_owned())
}

#[tokio::test]
async fn set_up_log_in_ask_and_log_out_over_grpc() {
    let running = Running::start().await;
    let mut auth = AuthServiceClient::new(running.channel().await);
    let mut settings = SettingsServiceClient::new(running.channel().await);

    let state = auth.get_setup_state(v1::GetSetupStateRequest {}).await.expect("open");
    assert!(state.get_ref().setup_needed);
    assert_eq!(state.get_ref().token_file, "/nowhere/bootstrap-token");
    let list = v1::ListSettingsRequest { prefix: "risk.".to_owned() };
    let refused = settings.list_settings(list.clone()).await.expect_err("no token");
    assert_eq!(reason(&refused), (Code::Unauthenticated, "TOKEN_MISSING".to_owned()));

    running.set_up().await;
    let state = auth.get_setup_state(v1::GetSetupStateRequest {}).await.expect("open");
    assert_eq!(state.into_inner(), v1::GetSetupStateResponse::default());
    let login = |password: &str| v1::LoginRequest {
        user: "ada".to_owned(),
        password: password.to_owned(),
        cookie: false,
        ..Default::default()
    };
    let refused = auth.login(login("wrong password")).await.expect_err("wrong");
    assert_eq!(reason(&refused), (Code::Unauthenticated, "CREDENTIALS_WRONG".to_owned()));
    let opened = auth.login(login(PASSWORD)).await.expect("right").into_inner();
    let tokens = opened.tokens.clone().expect("tokens");
    assert_eq!((opened.user.as_str(), opened.role()), ("ada", Role::Admin));
    assert_eq!(tokens.refresh_token.len(), 43);

    let access = tokens.access_token.as_str();
    let who = auth.who_am_i(bearer(v1::WhoAmIRequest {}, access)).await.expect("logged in");
    assert_eq!(who.get_ref().user, "ada");
    assert!(who.get_ref().logged_in_at.is_some());
    let listed = settings.list_settings(bearer(list, access)).await.expect("logged in");
    let listed = listed.into_inner().settings;
    assert!(listed.len() > 10 && listed.iter().all(|s| s.key.starts_with("risk.")));

    auth.logout(bearer(v1::LogoutRequest {}, access)).await.expect("logged out");
    let call = bearer(v1::WhoAmIRequest {}, access);
    let refused = auth.who_am_i(call).await.expect_err("logged out");
    assert_eq!(reason(&refused), (Code::Unauthenticated, "SESSION_ENDED".to_owned()));
    running.stop().await;
}

#[tokio::test]
async fn guessing_gets_a_time_to_wait() {
    let running = Running::start().await;
    running.set_up().await;
    let mut auth = AuthServiceClient::new(running.channel().await);
    let request = v1::LoginRequest {
        user: "ada".to_owned(),
        password: "wrong password".to_owned(),
        cookie: false,
        ..Default::default()
    };
    for _ in 0..5 {
        let refused = auth.login(request.clone()).await.expect_err("wrong");
        assert_eq!(refused.code(), Code::Unauthenticated);
    }
    let refused = auth.login(request).await.expect_err("too many");
    assert_eq!(reason(&refused), (Code::ResourceExhausted, "THROTTLED".to_owned()));
    let retry = refused.get_details_retry_info().expect("retry info");
    assert_eq!(retry.retry_delay, Some(Duration::from_secs(1)));
    running.stop().await;
}

#[tokio::test]
async fn the_page_stays_logged_in_by_its_cookie() {
    let running = Running::start().await;
    running.set_up().await;
    let login = v1::LoginRequest {
        user: "ada".to_owned(),
        password: PASSWORD.to_owned(),
        cookie: true,
        ..Default::default()
    };
    let (head, body) = running.web("/tradingd.v1.AuthService/Login", &login, "").await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let length = u32::from_be_bytes([body[1], body[2], body[3], body[4]]) as usize;
    let answer = v1::LoginResponse::decode(&body[5..5 + length]);
    let tokens = answer.expect("a login").tokens.expect("tokens");
    assert!(tokens.refresh_token.is_empty() && !tokens.access_token.is_empty());
    let (_, attributes) = cookie(&head);
    let wanted = "httponly; samesite=strict; path=/tradingd.v1.authservice; max-age=604800";
    assert_eq!(attributes, wanted);

    // The head was lower-cased above, so take the cookie with its case from a direct call.
    let mut auth = AuthServiceClient::new(running.channel().await);
    let opened = auth.login(login).await.expect("right");
    let set = opened.metadata().get("set-cookie").expect("a cookie").to_str().expect("text");
    let pair = set.split(';').next().expect("a pair").to_owned();
    let refresh = v1::RefreshRequest::default();
    let path = "/tradingd.v1.AuthService/Refresh";
    let same = format!("cookie: other=1; {pair}\r\nsec-fetch-site: same-origin\r\n");
    let (head, _) = running.web(path, &refresh, &same).await;
    assert!(head.contains("set-cookie: tradingd_refresh="), "{head}");

    // By hand, without a browser's word, the cookie is worth nothing.
    let mut call = Call::new(refresh.clone());
    call.metadata_mut().insert("cookie", pair.parse().expect("text"));
    let refused = auth.refresh(call).await.expect_err("no browser");
    assert_eq!(reason(&refused), (Code::PermissionDenied, "FOREIGN_ORIGIN".to_owned()));
    let none = "sec-fetch-site: same-origin\r\n";
    let (head, body) = running.web(path, &refresh, none).await;
    let trailers = format!("{head}{}", String::from_utf8_lossy(&body));
    assert!(trailers.contains("grpc-status: 16") || trailers.contains("grpc-status:16"));
    running.stop().await;
}

#[tokio::test]
async fn logging_out_takes_the_cookie_back() {
    let running = Running::start().await;
    let tokens = running.set_up().await;
    let header = format!("authorization: Bearer {}\r\n", tokens.access_token);
    let path = "/tradingd.v1.AuthService/Logout";
    let (head, _) = running.web(path, &v1::LogoutRequest {}, &header).await;
    let (value, attributes) = cookie(&head);
    assert_eq!(value, "tradingd_refresh=");
    assert!(attributes.ends_with("max-age=0"), "{attributes}");
    running.stop().await;
}

#[tokio::test]
async fn refusals_reach_browsers_as_grpc() {
    let running = Running::start().await;
    let path = "/tradingd.v1.EmergencyService/Stop";
    let (head, body) = running.web(path, &v1::StopRequest::default(), "").await;
    let all = format!("{head}\n{}", String::from_utf8_lossy(&body));
    assert!(all.starts_with("http/1.1 200"), "{all}");
    assert!(all.contains("grpc-status: 16") || all.contains("grpc-status:16"), "{all}");
    running.stop().await;
}
