//! The page's files: which one a path means, and how long a browser may keep it.

use crate::control_plane::assets::{Asset, AssetSource};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};

/// Shown when the daemon was compiled without the dashboard.
const NOT_BUILT: &str = "<!doctype html>
<html lang=\"en\">
<head><meta charset=\"utf-8\"><title>tradingd</title></head>
<body>
<h1>tradingd is running</h1>
<p>This build has no dashboard. To get it, run <code>make web</code> in the repository and build the
daemon again. Meanwhile use <code>botctl</code>.</p>
</body>
</html>
";

/// Answers a GET or HEAD of a path of the page.
#[must_use]
pub fn answer(
    assets: &dyn AssetSource,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Response<Body> {
    let name = path.strip_prefix('/').unwrap_or(path);
    let name = if name.is_empty() { "index.html" } else { name };
    if let Some(asset) = assets.get(name) {
        return file(&asset, name, method, headers);
    }
    // Paths of pages are made by the page itself; files that are missing are missing.
    let last = name.rsplit('/').next().unwrap_or_default();
    let is_file = last.contains('.') && name != "index.html";
    if is_file || name.starts_with("assets/") || name.starts_with("tradingd.v1.") {
        return plain(StatusCode::NOT_FOUND, "not found\n");
    }
    match assets.get("index.html") {
        Some(asset) => file(&asset, "index.html", method, headers),
        None => {
            let mut response = plain(StatusCode::NOT_FOUND, NOT_BUILT);
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, html);
            response
        }
    }
}

fn file(asset: &Asset, name: &str, method: &Method, request: &HeaderMap) -> Response<Body> {
    let known = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == asset.etag || tag == "*");
    let body = if known || method == Method::HEAD {
        Body::empty()
    } else {
        Body::from(asset.body.clone())
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    // Names under assets/ carry a hash of their content, so they never change.
    let keep = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Ok(etag) = HeaderValue::from_str(&asset.etag) {
        headers.insert(header::ETAG, etag);
    }
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    let text = asset.media_type.starts_with("text/") && !asset.media_type.contains("charset");
    let media_type = if text {
        format!("{}; charset=utf-8", asset.media_type)
    } else {
        asset.media_type.clone()
    };
    if let Ok(media_type) = HeaderValue::from_str(&media_type) {
        headers.insert(header::CONTENT_TYPE, media_type);
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(asset.body.len()));
    response
}

/// A short answer in plain text.
#[must_use]
pub fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, text);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
