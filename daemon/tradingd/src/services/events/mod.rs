//! The event stream: a snapshot, then every record in order, marks in between, heartbeats.
//!
//! The service is written out by hand where others are generated, because its messages are bytes that
//! are encoded once for all subscribers. A new kind of record needs its message in `trader::messages`
//! and a line in `filter`.

#[cfg(test)]
pub mod acts;
mod filter;
mod frame;
mod hub;
mod places;
mod queue;
mod stalls;
mod subscriber;

use super::Shared;
use crate::control_plane::auth::Principal;
use crate::control_plane::errors::{self, Reason};
use crate::control_plane::http::connections::Peer;
use crate::convert::time;
use filter::Filter;
use frame::{Frame, FrameCodec};
use hub::Hub;
use places::Places;
use queue::Frames;
use stalls::{Reader, Stalls};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use subscriber::Subscriber;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService, ServerStreamingService};
use tonic::{Request, Response, Status};
use tradingd_proto::v1::{SubscribeRequest, event_service_server};

/// The service with its hub and its subscribers' places.
#[derive(Debug, Clone)]
pub struct Events {
    shared: Shared,
    hub: Arc<Hub>,
    places: Arc<Places>,
    stalls: Arc<Stalls>,
}

impl Events {
    /// Without subscribers. Needs a runtime, on which its hub works until the daemon ends.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        let gauge = Arc::clone(&shared.ages.board.pulse().streams);
        let (hub, places) = (Arc::new(Hub::default()), Arc::new(Places::counted_in(gauge)));
        tokio::spawn(Arc::clone(&hub).run(shared.clone(), Arc::clone(&places)));
        let stalls = Arc::new(Stalls::default());
        let looks = Arc::clone(&stalls).run(shared.settings.clone());
        tokio::spawn(shared.shutdown.clone().run_until_cancelled_owned(looks));
        Self { shared, hub, places, stalls }
    }

    fn subscribe(&self, request: Request<SubscribeRequest>) -> Result<Response<Frames>, Status> {
        let principal = Principal::of(&request)
            .ok_or_else(|| errors::refuse(Reason::TokenMissing, "this needs a token"))?;
        let visit = request.extensions().get::<Peer>().map(|peer| peer.visit.clone());
        let request = request.into_inner();
        let filter = Filter::of(&request)?;
        let place = self.places.take(&principal.user, &self.shared.settings.current().stream)?;
        let reader = Reader::new(visit);
        self.stalls.watch(&reader, Instant::now());
        let (shared, hub) = (self.shared.clone(), Arc::clone(&self.hub));
        let frames = queue::frames(place, reader, |queue| async move {
            let subscriber = Subscriber::new(shared, hub, queue, filter);
            subscriber.run(request, principal.session_ended()).await;
        });
        Ok(Response::new(frames))
    }
}

type Answer<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

impl ServerStreamingService<SubscribeRequest> for Events {
    type Response = Frame;
    type ResponseStream = Frames;
    type Future = Answer<Response<Frames>, Status>;

    fn call(&mut self, request: Request<SubscribeRequest>) -> Self::Future {
        let answer = self.subscribe(request);
        Box::pin(async move { answer })
    }
}

impl tower::Service<http::Request<Body>> for Events {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answer<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move {
            if request.uri().path() != "/tradingd.v1.EventService/Subscribe" {
                return Ok(Status::unimplemented("there is no such method").into_http());
            }
            Ok(Grpc::new(FrameCodec).server_streaming(service, request).await)
        })
    }
}

impl NamedService for Events {
    const NAME: &'static str = event_service_server::SERVICE_NAME;
}

fn wall_time() -> tradingd_proto::prost_types::Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    time(domain::Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)))
}
