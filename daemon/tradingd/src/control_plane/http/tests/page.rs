//! Files, health page and the headers of every answer.

use super::*;
use axum::http::StatusCode;

#[tokio::test]
async fn files_are_served_with_the_right_caching() {
    let app = app(&Bench::fresh());
    for (path, body, media_type, cache) in [
        ("/", "<!doctype html>page", "text/html; charset=utf-8", "no-cache"),
        ("/positions", "<!doctype html>page", "text/html; charset=utf-8", "no-cache"),
        ("/orders/123?x=1", "<!doctype html>page", "text/html; charset=utf-8", "no-cache"),
        ("/favicon.svg", "<svg/>", "image/svg+xml", "no-cache"),
        (
            "/assets/index-Bx7.js",
            "console.log(1)",
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
    ] {
        let response = send(&app, get(path, &[])).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&response, "content-type"), media_type, "{path}");
        assert_eq!(header(&response, "cache-control"), cache, "{path}");
        assert_eq!(text(response).await, body, "{path}");
    }
}

#[tokio::test]
async fn known_files_are_not_sent_again() {
    let app = app(&Bench::fresh());
    let etag = header(&send(&app, get("/", &[])).await, "etag").to_owned();
    for tag in [etag.clone(), format!("\"x\", {etag}"), format!("W/{etag}"), "*".to_owned()] {
        let response = send(&app, get("/", &[("if-none-match", &tag)])).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{tag}");
        assert_eq!(header(&response, "etag"), etag);
        assert_eq!(text(response).await, "");
    }
    let response = send(&app, get("/", &[("if-none-match", "\"other\"")])).await;
    assert_eq!(response.status(), StatusCode::OK);
    let mut head = get("/", &[]);
    *head.method_mut() = axum::http::Method::HEAD;
    let response = send(&app, head).await;
    assert_eq!(header(&response, "content-length"), "19");
    assert_eq!(text(response).await, "");
}

#[tokio::test]
async fn nothing_outside_the_embedded_files_is_served() {
    let app = app(&Bench::fresh());
    for path in [
        "//etc/passwd.txt",
        "/../../etc/passwd.txt",
        "/..%2f..%2fetc%2fpasswd.txt",
        "/%2e%2e/%2e%2e/Cargo.toml",
        "/assets/../../Cargo.toml",
        "/assets/..%5c..%5cCargo.toml",
        "/assets/missing",
        "/data/keys/jwt.key",
        "/.env",
        "/tradingd.v1.SystemService/GetStatus",
    ] {
        let response = send(&app, get(path, &[])).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(text(response).await, "not found\n", "{path}");
    }
    // Without a dot it is a page's path, and the page is all that comes.
    for path in ["//etc/passwd", "/../../etc/shadow", "/%00", "/proc/self/environ"] {
        let body = text(send(&app, get(path, &[])).await).await;
        assert_eq!(body, "<!doctype html>page", "{path}");
    }
}

#[tokio::test]
async fn sec_23_every_answer_carries_the_security_headers() {
    let app = app(&Bench::fresh());
    let foreign = Request::get("/").header("host", "evil.example").body(Body::empty());
    let call = Request::post("/tradingd.v1.SystemService/GetStatus")
        .header("host", "127.0.0.1:8000")
        .header("content-type", "application/grpc-web+proto")
        .body(Body::empty());
    let requests = [
        get("/", &[]),
        get("/missing.js", &[]),
        get("/healthz", &[]),
        foreign.expect("valid request"),
        call.expect("valid request"),
    ];
    for request in requests {
        let uri = request.uri().clone();
        let response = send(&app, request).await;
        assert!(response.headers().get("strict-transport-security").is_none(), "no TLS here");
        for (name, value) in [
            ("x-frame-options", "DENY"),
            (
                "content-security-policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                 connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; \
                 frame-ancestors 'none'",
            ),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(header(&response, name), value, "{uri}");
        }
        assert_eq!(header(&response, "access-control-allow-origin"), "", "{uri}");
    }
}

#[tokio::test]
async fn without_a_dashboard_the_page_says_how_to_build_it() {
    let bench = Bench::fresh();
    let app = app_at(&bench, SocketAddr::from(LISTEN), board(), Arc::new(Nothing));
    let response = send(&app, get("/", &[])).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8");
    assert!(text(response).await.contains("make web"));
}

#[tokio::test]
async fn the_health_page_tells_names_and_states_only() {
    let bench = Bench::fresh();
    let health = board();
    let app = app_at(&bench, SocketAddr::from(LISTEN), Arc::clone(&health), Arc::new(Pages));
    let response = send(&app, get("/healthz", &[])).await;
    assert_eq!(response.status(), StatusCode::OK);
    health.commit_failed("disk full at /var/lib/tradingd".to_owned());
    let response = send(&app, get("/healthz", &[])).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(header(&response, "cache-control"), "no-store");
    let body: serde_json::Value = serde_json::from_str(&text(response).await).expect("JSON");
    let wanted = serde_json::json!({"status": "not_serving", "components": [
        {"name": "engine", "status": "serving"},
        {"name": "storage", "status": "not_serving"},
        {"name": "data", "status": "serving"},
    ]});
    assert_eq!(body, wanted);
}
