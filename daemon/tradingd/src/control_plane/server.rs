//! The one port: gRPC, gRPC-Web, reflection, health and the page behind one guard.
//!
//! Routes and transports only; what a call does is in the services.

use super::assets::{AssetSource, Dashboard};
use super::guard::{Guard, Kind};
use super::http::connections::{Peer, Reception};
use super::http::places::Places;
use super::http::{files, headers, healthz};
use crate::health::HealthBoard;
use crate::settings::ServerSettings;
use axum::Router;
use axum::extract::Request;
use axum::http::Response;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic_web::GrpcWebLayer;
use tower::ServiceExt as _;

/// Pings on quiet connections, and how long their answer may take.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// Connections that are still open this long after the shutdown began are cut.
pub const DRAIN: Duration = Duration::from_secs(3);

/// The control plane can't be served.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address is taken, or not ours.
    #[error("listen {address}: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The protocol's description is damaged, which is a bug.
    #[error("reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// Serving failed.
    #[error("control plane: {0}")]
    Transport(#[from] tonic::transport::Error),
}

/// Binds the control plane's address.
///
/// # Errors
/// See [`ServerError`].
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address).await.map_err(|source| ServerError::Bind { address, source })
}

/// Everything on one router, with the embedded dashboard. `services` are the protocol's.
///
/// # Errors
/// The protocol's description is damaged.
pub fn router(
    services: Routes,
    guard: Guard,
    health: Arc<HealthBoard>,
) -> Result<Router, ServerError> {
    router_with(services, guard, health, Arc::new(Dashboard))
}

/// As [`router`], with files from elsewhere.
///
/// # Errors
/// The protocol's description is damaged.
pub fn router_with(
    services: Routes,
    guard: Guard,
    health: Arc<HealthBoard>,
    assets: Arc<dyn AssetSource>,
) -> Result<Router, ServerError> {
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(tradingd_proto::DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    // gRPC-Web refuses everything else, so it must wrap the calls alone; the guard is inside it, so
    // that its refusals reach browsers as gRPC.
    let calls = services
        .add_service(health.service())
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?)
        .prepare()
        .into_axum_router();
    let web_calls = calls
        .clone()
        .layer(axum::middleware::from_fn_with_state(guard.clone(), Guard::layer))
        .layer(GrpcWebLayer::new());
    Ok(Router::new().fallback(move |request: Request| {
        let (guard, calls) = (guard.clone(), [calls.clone(), web_calls.clone()]);
        let (health, assets) = (Arc::clone(&health), Arc::clone(&assets));
        async move {
            let encrypted = request.extensions().get::<Peer>().is_some_and(|peer| peer.encrypted);
            let (mut response, browser) = answer(request, &guard, calls, &health, &*assets).await;
            if browser {
                headers::secure(response.headers_mut(), encrypted);
            }
            response
        }
    }))
}

/// The answer, and whether a browser may be what gets it: gRPC itself is beyond any page, and the
/// headers that bind browsers would be a good part of a short answer.
async fn answer(
    request: Request,
    guard: &Guard,
    [calls, web_calls]: [Router; 2],
    health: &HealthBoard,
    assets: &dyn AssetSource,
) -> (Response<axum::body::Body>, bool) {
    let (mut parts, body) = request.into_parts();
    if let Some(peer) = parts.extensions.get::<Peer>() {
        peer.visit.ask();
        // Under the name by which services look for it.
        let tcp = peer.tcp.clone();
        parts.extensions.insert(tcp);
    }
    let page = match guard.screen(&parts) {
        Err((status, text)) => files::plain(status, text),
        Ok((Kind::Page, _)) if parts.uri.path() == "/healthz" => healthz::answer(health),
        Ok((Kind::Page, _)) => {
            files::answer(assets, &parts.method, parts.uri.path(), &parts.headers)
        }
        Ok((Kind::Call, same_origin)) => {
            parts.extensions.insert(same_origin);
            let request = Request::from_parts(parts, body);
            let run = |request| async move {
                calls.oneshot(request).await.unwrap_or_else(|never| match never {})
            };
            return (guard.pass(request, run).await, false);
        }
        Ok((Kind::WebCall, same_origin)) => {
            parts.extensions.insert(same_origin);
            let call = web_calls.oneshot(Request::from_parts(parts, body)).await;
            call.unwrap_or_else(|never| match never {})
        }
    };
    (page, true)
}

/// How a port is served.
#[derive(Debug, Clone)]
pub struct Serving {
    /// Bounds of connections and requests.
    pub settings: ServerSettings,
    /// Encrypts; `None` without TLS.
    pub tls: Option<TlsDoor>,
    /// Time for what is under way when the shutdown begins.
    pub drain: Duration,
}

/// Does the handshakes.
#[derive(Clone)]
pub struct TlsDoor(pub tokio_rustls::TlsAcceptor);

impl std::fmt::Debug for TlsDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TlsDoor")
    }
}

/// Serves until `shutdown`, then for at most `drain` what is under way; what is still open then is
/// cut. Streams should end by themselves when `shutdown` is cancelled.
///
/// # Errors
/// The transport failed.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    serving: Serving,
    shutdown: CancellationToken,
) -> Result<(), ServerError> {
    let cut = CancellationToken::new();
    let bounds = &serving.settings;
    let reception = Reception {
        places: Places::new(bounds, cut.clone()),
        tls: serving.tls.map(|door| door.0),
        patience: bounds.header_timeout,
    };
    let server = tonic::transport::Server::builder()
        .accept_http1(true)
        .max_concurrent_streams(bounds.max_streams)
        .http2_max_header_list_size(bounds.header_list)
        .http2_keepalive_interval(Some(KEEP_ALIVE))
        .http2_keepalive_timeout(Some(KEEP_ALIVE))
        .http2_max_pending_accept_reset_streams(Some(20))
        .http2_max_local_error_reset_streams(Some(64))
        .add_routes(Routes::from(router))
        .serve_with_incoming_shutdown(
            reception.accept(listener),
            shutdown.clone().cancelled_owned(),
        );
    let mut server = std::pin::pin!(server);
    let deadline = async {
        shutdown.cancelled().await;
        tokio::time::sleep(serving.drain).await;
    };
    tokio::select! {
        result = &mut server => return Ok(result?),
        () = deadline => tracing::warn!("connections still open after the drain time are cut"),
    }
    cut.cancel();
    // Each connection now sees an error, so this ends at once; the bound is for peers that block.
    let _ = tokio::time::timeout(Duration::from_millis(500), &mut server).await;
    Ok(())
}
