//! gRPC and gRPC-Web over a real socket: logins, cookies, reflection, health, shutdown.

use super::*;
use crate::control_plane::server::{ServerError, bind, serve_and_drain};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;
use tonic::{Code, Request as Call};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::StatusExt as _;
use tradingd_proto::prost::Message;
use tradingd_proto::v1::auth_service_client::AuthServiceClient;
use tradingd_proto::v1::settings_service_client::SettingsServiceClient;
use tradingd_proto::v1::{self, Role};

const PASSWORD: &str = "correct horse battery";

struct Running {
    bench: Bench,
    health: Arc<HealthBoard>,
    address: SocketAddr,
    shutdown: CancellationToken,
    server: tokio::task::JoinHandle<Result<(), ServerError>>,
}

impl Running {
    async fn start() -> Self {
        let bench = Bench::new();
        let health = board();
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let app = app_at(&bench, address, Arc::clone(&health), Arc::new(Pages));
        let shutdown = CancellationToken::new();
        let drain = Duration::from_millis(100);
        let server = tokio::spawn(serve_and_drain(listener, app, shutdown.clone(), drain));
        Self { bench, health, address, shutdown, server }
    }

    async fn channel(&self) -> Channel {
        let endpoint = Channel::from_shared(format!("http://{}", self.address)).expect("valid");
        endpoint.connect().await.expect("connected")
    }

    async fn stop(self) {
        self.shutdown.cancel();
        self.server.await.expect("no panic").expect("served");
    }

    async fn set_up(&self) -> v1::Tokens {
        let mut client = AuthServiceClient::new(self.channel().await);
        let request = v1::SetupRequest {
            token: self.bench.secret(),
            user: "ada".to_owned(),
            password: PASSWORD.to_owned(),
            cookie: false,
        };
        client.setup(request).await.expect("set up").into_inner().tokens.expect("tokens")
    }

    /// A gRPC-Web call over HTTP/1.1, as a browser sends it; gives head and body of the answer.
    async fn web(&self, path: &str, message: &impl Message, headers: &str) -> (String, Vec<u8>) {
        let message = message.encode_to_vec();
        let mut body = vec![0];
        body.extend(u32::try_from(message.len()).expect("small").to_be_bytes());
        body.extend(message);
        let address = self.address;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n\
             content-type: application/grpc-web+proto\r\nconnection: close\r\n\
             content-length: {}\r\n{headers}\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(address).await.expect("connected");
        stream.write_all(head.as_bytes()).await.expect("sent");
        stream.write_all(&body).await.expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("answered");
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n").expect("a head");
        (String::from_utf8_lossy(&answer[..end]).to_lowercase(), answer[end + 4..].to_vec())
    }
}

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
    let login =
        v1::LoginRequest { user: "ada".to_owned(), password: PASSWORD.to_owned(), cookie: true };
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

#[tokio::test]
async fn both_reflections_describe_the_protocol_with_its_options() {
    use tonic_reflection::pb::{v1 as now, v1alpha as before};
    let running = Running::start().await;
    let channel = running.channel().await;

    let ask = now::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(
            now::server_reflection_request::MessageRequest::FileContainingSymbol(
                "tradingd.v1.AuthService".to_owned(),
            ),
        ),
    };
    let mut client = now::server_reflection_client::ServerReflectionClient::new(channel.clone());
    let answers = client.server_reflection_info(tokio_stream::once(ask)).await;
    let answer = answers.expect("open").into_inner().message().await.expect("one");
    let Some(now::server_reflection_response::MessageResponse::FileDescriptorResponse(files)) =
        answer.and_then(|a| a.message_response)
    else {
        unreachable!("Invariant: a known symbol has a file");
    };
    // Field 50001, the permission, as a varint's tag.
    let options = [0x88_u8, 0xb5, 0x18];
    let file = &files.file_descriptor_proto[0];
    assert!(file.windows(3).any(|w| w == options), "the options are served");

    let ask = before::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(before::server_reflection_request::MessageRequest::ListServices(
            String::new(),
        )),
    };
    let mut client = before::server_reflection_client::ServerReflectionClient::new(channel);
    let answers = client.server_reflection_info(tokio_stream::once(ask)).await;
    let answer = answers.expect("open").into_inner().message().await.expect("one");
    let Some(before::server_reflection_response::MessageResponse::ListServicesResponse(list)) =
        answer.and_then(|a| a.message_response)
    else {
        unreachable!("Invariant: services are listed");
    };
    let names: Vec<_> = list.service.iter().map(|s| s.name.as_str()).collect();
    for name in ["tradingd.v1.AuthService", "grpc.health.v1.Health"] {
        assert!(names.contains(&name), "{names:?}");
    }
    running.stop().await;
}

#[tokio::test]
async fn health_checks_follow_the_board_and_the_shutdown() {
    use tonic_health::pb::health_check_response::ServingStatus as Told;
    let running = Running::start().await;
    let watch = tokio::spawn(Arc::clone(&running.health).watch(running.shutdown.clone()));
    let mut client = HealthClient::new(running.channel().await);
    let watched = HealthCheckRequest { service: "storage".to_owned() };
    // The first verdict may not be there yet: then the name is unknown for a moment.
    let mut verdicts = client.watch(watched).await.expect("open").into_inner();
    let mut wait_for = async |wanted: Told| {
        while verdicts.message().await.expect("open").map(|m| m.status()) != Some(wanted) {}
    };
    let overall = async |client: &mut HealthClient<Channel>| {
        let all = HealthCheckRequest { service: String::new() };
        client.check(all).await.expect("open").into_inner().status()
    };
    wait_for(Told::Serving).await;
    assert_eq!(overall(&mut client).await, Told::Serving);
    running.health.commit_failed("disk full".to_owned());
    wait_for(Told::NotServing).await;
    assert_eq!(overall(&mut client).await, Told::NotServing);
    running.health.commit_done();
    wait_for(Told::Serving).await;
    running.shutdown.cancel();
    watch.await.expect("the watch ends");
    running.stop().await;
}

#[tokio::test]
async fn shutdown_cuts_what_does_not_end_by_itself() {
    let running = Running::start().await;
    let mut half = TcpStream::connect(running.address).await.expect("connected");
    half.write_all(b"GET / HTTP/1.1\r\nhost: ").await.expect("sent");
    let mut client = HealthClient::new(running.channel().await);
    let all = HealthCheckRequest { service: String::new() };
    let mut endless = client.watch(all).await.expect("open").into_inner();
    endless.message().await.expect("open").expect("a verdict");
    let server = running.server;
    running.shutdown.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(2), server).await;
    ended.expect("within the drain time").expect("no panic").expect("served");
    assert!(endless.message().await.is_err(), "the stream is cut");
}

#[tokio::test]
async fn addresses_of_the_network_are_refused() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let error = bind(address.parse().expect("an address")).await.expect_err("refused");
        let text = error.to_string();
        assert!(text.starts_with("listen must be a loopback address"), "{text}");
    }
}
