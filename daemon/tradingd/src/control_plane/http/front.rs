//! What a connection's requests meet first: the guard's screen, then the page, a ready answer, or the
//! routers of the services.
//!
//! Nothing here waits for the disk or computes: what does runs on the worker threads, so that one
//! slow call keeps no other connection waiting.

use super::connections::Peer;
use super::snapshots::Snapshots;
use super::{files, headers, healthz};
use crate::control_plane::assets::AssetSource;
use crate::control_plane::errors::{Reason, refuse};
use crate::control_plane::guard::{Guard, Kind, SameOrigin, refused};
use crate::control_plane::{deadline, version};
use crate::health::HealthBoard;
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::Response;
use axum::http::request::{Parts, Request};
use bytes::Bytes;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::Handle;
use tokio_util::task::AbortOnDropHandle;
use tonic::Status;
use tower::ServiceExt as _;

/// Served by the thread of the connection: the stream goes on there, and passing every message from
/// thread to thread would cost more than the message.
const HERE: &str = "/tradingd.v1.EventService/";

/// The one port's answers. Cheap to clone.
#[derive(Clone)]
pub struct Front(Arc<Inner>);

struct Inner {
    guard: Guard,
    calls: Router,
    web_calls: Router,
    health: Arc<HealthBoard>,
    assets: Arc<dyn AssetSource>,
    snapshots: Snapshots,
    workers: Option<Handle>,
}

/// What a front is made of.
pub struct FrontParts {
    /// Checks every request.
    pub guard: Guard,
    /// The services; the guard is asked before.
    pub calls: Router,
    /// The same for gRPC-Web, with the guard inside.
    pub web_calls: Router,
    /// For `/healthz`.
    pub health: Arc<HealthBoard>,
    /// The page.
    pub assets: Arc<dyn AssetSource>,
}

impl std::fmt::Debug for FrontParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FrontParts")
    }
}

impl std::fmt::Debug for Front {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Front").field("snapshots", &self.0.snapshots).finish_non_exhaustive()
    }
}

impl Front {
    /// Serves everything on the threads of the connections, without ready answers.
    #[must_use]
    pub fn new(parts: FrontParts) -> Self {
        Self::with(parts, Snapshots::default(), None)
    }

    /// Serves ready answers at once and other calls on the threads of `workers`.
    #[must_use]
    pub fn with(parts: FrontParts, snapshots: Snapshots, workers: Option<Handle>) -> Self {
        let FrontParts { guard, calls, web_calls, health, assets } = parts;
        Self(Arc::new(Inner { guard, calls, web_calls, health, assets, snapshots, workers }))
    }

    /// The answer to a request of a peer.
    pub async fn answer<B>(&self, peer: Option<&Peer>, request: Request<B>) -> Response<Body>
    where
        B: HttpBody<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<axum::BoxError> + Send,
    {
        if let Some(peer) = peer {
            peer.visit.ask();
        }
        let (parts, body) = request.into_parts();
        let mut response = match self.0.guard.screen(&parts) {
            // gRPC itself is beyond any page, and the headers that bind browsers would be a good
            // part of a short answer.
            Ok((Kind::Call, same_origin)) => {
                return match self.0.snapshots.find(parts.uri.path()) {
                    None => Box::pin(self.call(peer, parts, Body::new(body), same_origin)).await,
                    Some(snapshot) => match self.0.guard.admit(&parts, peer) {
                        Err(status) => signed(refused(body, &status).await),
                        Ok(false) => {
                            Box::pin(self.call(peer, parts, Body::new(body), same_origin)).await
                        }
                        Ok(true) => match snapshot.answer(body).await {
                            Ok(response) => signed(response),
                            // What it asks is for the service to judge.
                            Err(body) => Box::pin(self.call(peer, parts, body, same_origin)).await,
                        },
                    },
                };
            }
            Err((status, text)) => files::plain(status, text),
            Ok((Kind::Page, _)) if parts.uri.path() == "/healthz" => {
                healthz::answer(&self.0.health)
            }
            Ok((Kind::Page, _)) => {
                files::answer(&*self.0.assets, &parts.method, parts.uri.path(), &parts.headers)
            }
            Ok((Kind::WebCall, same_origin)) => {
                let call = prepared(peer, parts, Body::new(body), same_origin);
                let calls = self.0.web_calls.clone();
                let work = async move { infallible(calls.oneshot(call).await) };
                Box::pin(self.work(work)).await
            }
        };
        headers::secure(response.headers_mut(), peer.is_some_and(|peer| peer.encrypted));
        response
    }

    /// A call of gRPC, in the time that its caller gives it.
    async fn call(
        &self,
        peer: Option<&Peer>,
        parts: Parts,
        body: Body,
        same_origin: SameOrigin,
    ) -> Response<Body> {
        let until = deadline::of(&parts.headers, Instant::now());
        let here = parts.uri.path().starts_with(HERE);
        let request = prepared(peer, parts, body, same_origin);
        let (guard, calls) = (self.0.guard.clone(), self.0.calls.clone());
        let run = |request| async move { infallible(calls.oneshot(request).await) };
        let pass = async move { guard.pass(request, run).await };
        let work = async { if here { pass.await } else { self.work(pass).await } };
        match until {
            None => work.await,
            Some(until) => tokio::time::timeout_at(until.into(), work)
                .await
                .unwrap_or_else(|_| signed(Status::cancelled("Timeout expired").into_http())),
        }
    }

    /// Runs on the workers; given up when the caller goes.
    async fn work(
        &self,
        work: impl Future<Output = Response<Body>> + Send + 'static,
    ) -> Response<Body> {
        let Some(workers) = &self.0.workers else { return work.await };
        let done = AbortOnDropHandle::new(workers.spawn(work)).await;
        done.unwrap_or_else(|_| signed(refuse(Reason::Internal, "internal error").into_http()))
    }
}

/// With what services and guard look for in a request.
fn prepared(
    peer: Option<&Peer>,
    parts: Parts,
    body: Body,
    same_origin: SameOrigin,
) -> Request<Body> {
    let mut request = Request::from_parts(parts, body);
    let extensions = request.extensions_mut();
    extensions.insert(same_origin);
    if let Some(peer) = peer {
        extensions.insert(peer.tcp.clone());
        extensions.insert(peer.clone());
    }
    request
}

fn signed(mut response: Response<Body>) -> Response<Body> {
    version::sign(response.headers_mut());
    response
}

fn infallible<T>(result: Result<T, std::convert::Infallible>) -> T {
    result.unwrap_or_else(|never| match never {})
}
