//! Hosts, origins, fetch metadata and content types that are let through or not.

use super::*;
use axum::http::StatusCode;
use tonic::Code;

/// A call to an open method with these headers.
fn call(headers: &[(&str, &str)]) -> Request<Body> {
    let mut builder = Request::post("/tradingd.v1.AuthService/GetSetupState");
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(Body::from(&b"\0\0\0\0\0"[..])).expect("valid request")
}

const HOST: (&str, &str) = ("host", "127.0.0.1:8000");
const WEB: (&str, &str) = ("content-type", "application/grpc-web+proto");
const OURS: (&str, &str) = ("origin", "http://127.0.0.1:8000");

#[tokio::test]
async fn sec_20_only_our_own_hosts_are_answered() {
    let app = app(&Bench::fresh());
    let misdirected = StatusCode::MISDIRECTED_REQUEST;
    for (host, wanted) in [
        ("127.0.0.1:8000", StatusCode::OK),
        ("localhost:8000", StatusCode::OK),
        ("LOCALHOST:8000", StatusCode::OK),
        ("[::1]:8000", StatusCode::OK),
        ("localhost", misdirected),
        ("localhost:8001", misdirected),
        ("localhost:80", misdirected),
        ("localhost.:8000", misdirected),
        ("127.0.0.1", misdirected),
        ("127.1:8000", misdirected),
        ("0.0.0.0:8000", misdirected),
        ("evil.example:8000", misdirected),
        ("localhost.evil.example:8000", misdirected),
        ("127.0.0.1:8000.evil.example", misdirected),
        ("evil.example@127.0.0.1:8000", misdirected),
        ("", misdirected),
        ("\u{e4}", StatusCode::BAD_REQUEST),
    ] {
        for path in ["/", "/healthz"] {
            let request = Request::get(path).header("host", host.as_bytes()).body(Body::empty());
            let response = send(&app, request.expect("valid request")).await;
            assert_eq!(response.status(), wanted, "{host:?} {path}");
        }
    }
    let none = Request::get("/").body(Body::empty()).expect("valid request");
    assert_eq!(send(&app, none).await.status(), misdirected, "no host at all");
    let two = get("/", &[("host", "127.0.0.1:8000")]);
    assert_eq!(send(&app, two).await.status(), StatusCode::BAD_REQUEST, "two hosts");
    let both = Request::get("http://evil.example/").header("host", "127.0.0.1:8000");
    let both = both.body(Body::empty()).expect("valid request");
    assert_eq!(send(&app, both).await.status(), misdirected, "an absolute address counts too");
}

#[tokio::test]
async fn sec_21_only_our_own_origins_may_call() {
    let app = app(&Bench::fresh());
    for (origin, wanted) in [
        ("http://127.0.0.1:8000", StatusCode::OK),
        ("http://localhost:8000", StatusCode::OK),
        ("http://[::1]:8000", StatusCode::OK),
        ("null", StatusCode::FORBIDDEN),
        ("", StatusCode::FORBIDDEN),
        ("http://localhost", StatusCode::FORBIDDEN),
        ("http://localhost:8001", StatusCode::FORBIDDEN),
        ("https://localhost:8000", StatusCode::FORBIDDEN),
        ("http://LOCALHOST:8000", StatusCode::FORBIDDEN),
        ("http://localhost:8000/", StatusCode::FORBIDDEN),
        ("http://localhost:8000.evil.example", StatusCode::FORBIDDEN),
        ("http://evil.example", StatusCode::FORBIDDEN),
        ("file://", StatusCode::FORBIDDEN),
        ("*", StatusCode::FORBIDDEN),
    ] {
        let response = send(&app, call(&[HOST, WEB, ("origin", origin)])).await;
        assert_eq!(response.status(), wanted, "{origin}");
        let page = send(&app, get("/", &[("origin", origin)])).await;
        assert_eq!(page.status(), wanted, "page, {origin}");
    }
    let two = [HOST, WEB, OURS, ("origin", "http://evil.example")];
    assert_eq!(send(&app, call(&two)).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn sec_22_other_sites_may_link_but_not_call() {
    let app = app(&Bench::fresh());
    for (site, wanted) in [
        ("same-origin", StatusCode::OK),
        ("none", StatusCode::OK),
        ("same-site", StatusCode::FORBIDDEN),
        ("cross-site", StatusCode::FORBIDDEN),
        ("Same-Origin", StatusCode::FORBIDDEN),
        ("", StatusCode::FORBIDDEN),
    ] {
        let response = send(&app, call(&[HOST, WEB, OURS, ("sec-fetch-site", site)])).await;
        assert_eq!(response.status(), wanted, "{site}");
        let page = send(&app, get("/", &[("sec-fetch-site", site)])).await;
        assert_eq!(page.status(), StatusCode::OK, "a link from {site}");
    }
}

#[tokio::test]
async fn sec_22_a_browser_must_name_its_origin() {
    let app = app(&Bench::fresh());
    assert_eq!(send(&app, call(&[HOST, WEB])).await.status(), StatusCode::OK, "a program");
    for sign in [("cookie", "a=b"), ("sec-fetch-site", "same-origin")] {
        let response = send(&app, call(&[HOST, WEB, sign])).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{sign:?}");
    }
}

#[tokio::test]
async fn sec_22_simple_requests_of_other_sites_are_refused() {
    let app = app(&Bench::fresh());
    let unsupported = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    for (content_type, wanted) in [
        ("text/plain", unsupported),
        ("application/x-www-form-urlencoded", unsupported),
        ("multipart/form-data; boundary=x", unsupported),
        ("application/json", unsupported),
        ("application/grpc-web+json", unsupported),
        ("application/grpcx", unsupported),
        ("text/plain; application/grpc-web", unsupported),
        ("", unsupported),
        ("application/grpc-web", StatusCode::OK),
        ("application/grpc-web-text+proto", StatusCode::OK),
    ] {
        let request = call(&[HOST, OURS, ("content-type", content_type)]);
        assert_eq!(send(&app, request).await.status(), wanted, "{content_type}");
    }
    assert_eq!(send(&app, call(&[HOST, OURS])).await.status(), unsupported, "none");
    for method in ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "BREW"] {
        let mut request = call(&[HOST, WEB, OURS]);
        *request.method_mut() = method.parse().expect("a token");
        let status = send(&app, request).await.status();
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
}

#[tokio::test]
async fn every_method_is_denied_to_lower_roles() {
    let (bench, tokens) = Bench::with_roles().await;
    let guard = Guard::new(Arc::clone(&bench.auth), door(SocketAddr::from(LISTEN))).expect("rules");
    let ask = |path: &str, token: Option<&str>| {
        let mut headers = axum::http::HeaderMap::new();
        if let Some(token) = token {
            let value = format!("Bearer {token}").parse().expect("text");
            headers.insert("authorization", value);
        }
        guard.authorise(path, &headers, None).map(|p| p.map(|p| p.user)).map_err(|s| s.code())
    };
    // viewer, operator, admin, odd
    let table = [
        (2, [true, true, true, false]),
        (3, [false, true, true, false]),
        (4, [false, false, true, false]),
    ];
    let mut checked = 0;
    for method in tradingd_proto::METHODS {
        if method.permission == 1 {
            assert_eq!(ask(method.path, None), Ok(None), "{}", method.path);
            continue;
        }
        assert_eq!(ask(method.path, None), Err(Code::Unauthenticated), "{}", method.path);
        assert_eq!(ask(method.path, Some("x")), Err(Code::Unauthenticated), "{}", method.path);
        let (_, allowed) =
            table.iter().find(|(p, _)| *p == method.permission).expect("a known permission");
        for ((user, token), allowed) in tokens.iter().zip(allowed) {
            let wanted =
                if *allowed { Ok(Some((*user).to_owned())) } else { Err(Code::PermissionDenied) };
            assert_eq!(ask(method.path, Some(token)), wanted, "{} {user}", method.path);
            checked += 1;
        }
    }
    assert!(checked > 60, "{checked} cells");
    for path in ["/tradingd.v1.SystemService/Nothing", "/x.Y/Z", "/", "/tradingd.v1.AuthService/"] {
        assert_eq!(ask(path, None), Err(Code::Unauthenticated), "{path}");
        let admin = &tokens[2].1;
        assert_eq!(ask(path, Some(admin)), Err(Code::PermissionDenied), "{path}");
    }
}

#[tokio::test]
async fn reflection_is_open_on_loopback_and_needs_a_token_elsewhere() {
    let (bench, tokens) = Bench::with_roles().await;
    let path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    let ask = |listen: SocketAddr, token: Option<&str>| {
        let guard = Guard::new(Arc::clone(&bench.auth), door(listen)).expect("rules");
        let mut headers = axum::http::HeaderMap::new();
        if let Some(token) = token {
            let value = format!("Bearer {token}").parse().expect("text");
            headers.insert("authorization", value);
        }
        guard.authorise(path, &headers, None).map(|_| ()).map_err(|status| status.code())
    };
    let elsewhere = SocketAddr::from(([192, 168, 0, 2], 8000));
    assert_eq!(ask(SocketAddr::from(LISTEN), None), Ok(()));
    assert_eq!(ask(elsewhere, None), Err(Code::Unauthenticated));
    for (user, token) in &tokens[..3] {
        assert_eq!(ask(elsewhere, Some(token)), Ok(()), "{user}");
    }
    assert_eq!(ask(elsewhere, Some(&tokens[3].1)), Err(Code::PermissionDenied), "no role");
}
