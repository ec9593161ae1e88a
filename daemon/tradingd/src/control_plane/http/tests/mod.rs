//! The one port as clients meet it: requests in, answers out, over stores in memory.

mod calls;
mod listing;
mod page;
mod running;
mod screening;
mod served;

use crate::control_plane::assets::{Asset, AssetSource};
use crate::control_plane::auth::testing::{Bench, auth_settings};
use crate::control_plane::auth_service::AuthApi;
use crate::control_plane::guard::{Door, Guard};
use crate::control_plane::http::front::Front;
use crate::control_plane::http::names::Names;
use crate::control_plane::server::front_parts;
use crate::health::HealthBoard;
use crate::settings::{HealthSettings, Settings, Sources};
use axum::body::Body;
use axum::http::{Request, Response};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tonic::service::Routes;

/// The address that tests pretend to listen on.
const LISTEN: ([u8; 4], u16) = ([127, 0, 0, 1], 8000);

/// A page of three files.
struct Pages;

impl AssetSource for Pages {
    fn get(&self, path: &str) -> Option<Asset> {
        let (body, media_type) = match path {
            "index.html" => ("<!doctype html>page", "text/html"),
            "assets/index-Bx7.js" => ("console.log(1)", "text/javascript"),
            "favicon.svg" => ("<svg/>", "image/svg+xml"),
            _ => return None,
        };
        let etag = format!("\"{}-{}\"", path.len(), body.len());
        let body = Bytes::from_static(body.as_bytes());
        Some(Asset { body, media_type: media_type.to_owned(), etag })
    }
}

/// No dashboard was built.
struct Nothing;

impl AssetSource for Nothing {
    fn get(&self, _: &str) -> Option<Asset> {
        None
    }
}

fn board() -> Arc<HealthBoard> {
    Arc::new(HealthBoard::new(HealthSettings {
        stale_after: Duration::from_secs(30),
        stuck_after: Duration::from_secs(10),
    }))
}

/// The door of a daemon without TLS and further names.
fn door(listen: SocketAddr) -> Door {
    Door {
        names: Names::new(listen, false, &[]),
        local: listen.ip().is_loopback(),
        largest: 64 * 1024,
    }
}

fn app_at(
    bench: &Bench,
    listen: SocketAddr,
    health: Arc<HealthBoard>,
    assets: Arc<dyn AssetSource>,
) -> Front {
    assert_eq!(auth_settings().access.as_secs(), 600, "the shipped lives");
    let guard = Guard::new(Arc::clone(&bench.auth), door(listen)).expect("every method has a rule");
    let settings = Settings::load(&Sources::default()).expect("defaults are valid");
    let services = Routes::new(AuthApi::server(Arc::clone(&bench.auth)))
        .add_service(listing::server(settings.listing()));
    let parts = front_parts(services, guard, health, assets);
    Front::new(parts.expect("the protocol describes itself"))
}

fn app(bench: &Bench) -> Front {
    app_at(bench, SocketAddr::from(LISTEN), board(), Arc::new(Pages))
}

async fn send(app: &Front, request: Request<Body>) -> Response<Body> {
    app.answer(None, request).await
}

/// A request of a page's path with the right host and further headers.
fn get(path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut builder = Request::get(path).header("host", "127.0.0.1:8000");
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(Body::empty()).expect("valid request")
}

async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.expect("whole body").to_bytes();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn header<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |v| v.to_str().expect("text"))
}
