//! The one port: gRPC, gRPC-Web, reflection, health and the page behind one guard.
//!
//! Routes and transports only; what a call does is in the services.

use super::assets::{AssetSource, Dashboard};
use super::guard::Guard;
use super::http::connections::{Connection, Reception};
use super::http::front::{Front, FrontParts};
use super::http::places::Places;
use super::http::snapshots::Snapshots;
use crate::health::HealthBoard;
use crate::settings::ServerSettings;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::service::Routes;
use tonic_web::GrpcWebLayer;

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
}

/// Binds the control plane's address.
///
/// # Errors
/// See [`ServerError`].
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address).await.map_err(|source| ServerError::Bind { address, source })
}

/// What answers at the port, with the embedded dashboard. `services` are the protocol's; calls run
/// on the threads of `workers`, and those of `snapshots` need none.
///
/// # Errors
/// The protocol's description is damaged.
pub fn front(
    services: Routes,
    guard: Guard,
    health: Arc<HealthBoard>,
    snapshots: Snapshots,
    workers: Handle,
) -> Result<Front, ServerError> {
    let parts = front_parts(services, guard, health, Arc::new(Dashboard))?;
    Ok(Front::with(parts, snapshots, Some(workers)))
}

/// The routers, with files from elsewhere.
///
/// # Errors
/// The protocol's description is damaged.
pub fn front_parts(
    services: Routes,
    guard: Guard,
    health: Arc<HealthBoard>,
    assets: Arc<dyn AssetSource>,
) -> Result<FrontParts, ServerError> {
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
    Ok(FrontParts { guard, calls, web_calls, health, assets })
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
pub async fn serve(
    listener: TcpListener,
    front: Front,
    serving: Serving,
    shutdown: CancellationToken,
) {
    let cut = CancellationToken::new();
    let bounds = &serving.settings;
    let places = Places::new(bounds, cut.clone());
    let reception = Reception { places, tls: serving.tls.map(|door| door.0) };
    let host = Host {
        front,
        http: Arc::new(http(bounds)),
        patience: bounds.header_timeout,
        shutdown: shutdown.clone(),
    };
    let mut connections = reception.accept(listener);
    let open = TaskTracker::new();
    while let Some(Some(connection)) = shutdown.run_until_cancelled(connections.recv()).await {
        open.spawn(host.clone().receive(connection));
    }
    drop(connections);
    open.close();
    if tokio::time::timeout(serving.drain, open.wait()).await.is_ok() {
        return;
    }
    tracing::warn!("connections still open after the drain time are cut");
    cut.cancel();
    // Each connection now ends at once; the bound is for a call that blocks its thread.
    let _ = tokio::time::timeout(Duration::from_millis(500), open.wait()).await;
}

/// HTTP within the bounds.
fn http(bounds: &ServerSettings) -> auto::Builder<TokioExecutor> {
    let mut http = auto::Builder::new(TokioExecutor::new());
    // Without a timer a head may take for ever.
    http.http1().timer(TokioTimer::new());
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(bounds.max_streams)
        .max_header_list_size(bounds.header_list)
        .keep_alive_interval(Some(KEEP_ALIVE))
        .keep_alive_timeout(KEEP_ALIVE)
        .max_pending_accept_reset_streams(Some(20))
        .max_local_error_reset_streams(Some(64));
    http
}

/// Looks after connections.
#[derive(Clone)]
struct Host {
    front: Front,
    http: Arc<auto::Builder<TokioExecutor>>,
    /// Time for the first request.
    patience: Duration,
    shutdown: CancellationToken,
}

impl Host {
    /// Serves a connection until it ends, is cut, or asks for nothing; after a shutdown it takes no
    /// further requests. Graceful shutdown alone would wait for ever on a peer that says nothing.
    async fn receive(self, connection: Connection) {
        let Connection { wire, peer, place: _place } = connection;
        let (visit, peer, front) = (peer.visit.clone(), Arc::new(peer), self.front);
        let answers = service_fn(move |request| {
            let (front, peer) = (front.clone(), Arc::clone(&peer));
            async move { Ok::<_, Infallible>(front.answer(Some(&peer), request).await) }
        });
        let mut served = pin!(self.http.serve_connection(TokioIo::new(wire), answers));
        let mut patience = pin!(tokio::time::sleep(self.patience));
        let (mut waited, mut ending) = (false, false);
        loop {
            tokio::select! {
                biased;
                () = visit.cut().cancelled() => return,
                result = &mut served => {
                    if let Err(error) = result {
                        tracing::debug!(%error, "a connection failed");
                    }
                    return;
                }
                () = self.shutdown.cancelled(), if !ending => {
                    ending = true;
                    served.as_mut().graceful_shutdown();
                }
                () = &mut patience, if !waited => {
                    if !visit.has_asked() {
                        return;
                    }
                    waited = true;
                }
            }
        }
    }
}
