//! `/healthz`: the verdicts for probes that speak plain HTTP. Names and states, nothing else.

use crate::health::HealthBoard;
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

/// 200 when every component serves, 503 otherwise.
#[must_use]
pub fn answer(board: &HealthBoard) -> Response<Body> {
    let components = board.components();
    let serving = components.iter().all(|c| c.serving);
    let word = |serving: bool| if serving { "serving" } else { "not_serving" };
    let rows: Vec<_> =
        components.iter().map(|c| json!({"name": c.name, "status": word(c.serving)})).collect();
    let body = json!({"status": word(serving), "components": rows}).to_string();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = if serving { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
