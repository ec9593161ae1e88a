//! The scripted daemon: who may call, what is answered, and what was asked.
//!
//! Tokens follow the real rules as far as botctl can tell: the access token must be the present one,
//! and each refresh token works once.

mod services;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::oneshot;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Status};
use tonic_health::ServingStatus;
use tradingd_proto::v1::*;

/// What the next guarded call does before anything else.
pub enum Next {
    /// Answers with this error.
    Fail(Status),
    /// Never answers.
    Hang,
}

/// What one subscription sends, and how it ends (`None`: it stays open and silent).
pub struct Stream {
    pub messages: Vec<SubscribeResponse>,
    pub end: Option<Result<(), Status>>,
}

/// Everything scripted and recorded.
#[derive(Default)]
pub struct State {
    pub next: VecDeque<Next>,
    pub request_ids: Vec<String>,
    pub switches: Vec<SetStrategyEnabledRequest>,
    pub resumes: Vec<ResumeRequest>,
    pub subscriptions: Vec<SubscribeRequest>,
    pub streams: VecDeque<Stream>,
    pub closes: Vec<ClosePositionRequest>,
    /// What a close came to, answer by answer; `None`: still at work.
    pub close_ends: VecDeque<Option<Execution>>,
    pub protections: Vec<SetProtectionRequest>,
    pub cancels: Vec<CancelOrderRequest>,
    pub execution_lists: Vec<ListExecutionsRequest>,
    pub trades: u64,
    /// Version of the protocol that is told; empty for none.
    pub protocol: String,
    pub epoch: u64,
    pub close_all: CloseAllReport,
    /// Reports that later looks at the emergency state give.
    pub later_reports: VecDeque<CloseAllReport>,
    pub setup_token_file: Option<String>,
    pub setup_tokens: Vec<String>,
    /// Numbers of the present tokens; older ones are refused.
    pub access: u64,
    pub refresh: u64,
    pub refreshes: u64,
    pub refused_refreshes: u64,
    /// Lifetime that access tokens claim, in seconds.
    pub access_lifetime: i64,
}

impl State {
    /// New tokens; the old ones end.
    pub fn tokens(&mut self) -> Tokens {
        self.access += 1;
        self.refresh += 1;
        let lasting = |seconds| Some(prost_types::Duration { seconds, nanos: 0 });
        Tokens {
            access_token: format!("access-{}", self.access),
            access_expires_in: lasting(self.access_lifetime),
            refresh_token: format!("refresh-{}", self.refresh),
            refresh_expires_in: lasting(604_800),
        }
    }
}

/// Handle of the services on the state.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<State>>);

impl Shared {
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics while holding it")
    }

    /// Checks the token, then does what is scripted for the next call.
    pub async fn guard<T>(&self, request: &Request<T>) -> Result<(), Status> {
        let next = {
            let mut state = self.lock();
            let wanted = format!("Bearer access-{}", state.access);
            let given = request.metadata().get("authorization").and_then(|v| v.to_str().ok());
            if given != Some(wanted.as_str()) {
                return Err(Status::unauthenticated("no valid token"));
            }
            state.next.pop_front()
        };
        match next {
            Some(Next::Fail(status)) => Err(status),
            Some(Next::Hang) => std::future::pending().await,
            None => Ok(()),
        }
    }
}

/// The daemon; it ends with its handle.
pub struct Daemon {
    pub addr: SocketAddr,
    pub state: Shared,
    health: Option<tonic_health::server::HealthReporter>,
    runtime: tokio::runtime::Runtime,
    stop: Option<oneshot::Sender<()>>,
}

impl Daemon {
    /// Starts it on a free port.
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let state = Shared(Arc::new(Mutex::new(State {
            access_lifetime: 600,
            epoch: 3,
            ..State::default()
        })));
        let (stop, stopped) = oneshot::channel();
        let (addr, health) = runtime.block_on(serve(state.clone(), stopped));
        Self { addr, state, health: Some(health), runtime, stop: Some(stop) }
    }

    /// Its address as botctl takes it.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Says over the health service whether it serves.
    pub fn set_health(&self, status: ServingStatus) {
        let reporter = self.health.as_ref().expect("started");
        self.runtime.block_on(reporter.set_service_status("", status));
    }

    /// Scripts what the next guarded call does.
    pub fn next(&self, next: Next) {
        self.state.lock().next.push_back(next);
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The server may have ended already.
            let _ = stop.send(());
        }
    }
}

async fn serve(
    state: Shared,
    stopped: oneshot::Receiver<()>,
) -> (SocketAddr, tonic_health::server::HealthReporter) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    let (reporter, health) = tonic_health::server::health_reporter();
    let server = tonic::transport::Server::builder()
        .add_service(health)
        .add_service(auth_service_server::AuthServiceServer::new(state.clone()))
        .add_service(system_service_server::SystemServiceServer::new(state.clone()))
        .add_service(position_service_server::PositionServiceServer::new(state.clone()))
        .add_service(order_service_server::OrderServiceServer::new(state.clone()))
        .add_service(trade_service_server::TradeServiceServer::new(state.clone()))
        .add_service(strategy_service_server::StrategyServiceServer::new(state.clone()))
        .add_service(emergency_service_server::EmergencyServiceServer::new(state.clone()))
        .add_service(event_service_server::EventServiceServer::new(state));
    tokio::spawn(server.serve_with_incoming_shutdown(TcpListenerStream::new(listener), async {
        // A dropped sender stops it too.
        let _ = stopped.await;
    }));
    (addr, reporter)
}

/// Hash of the file that the scripted daemon exports.
pub const EXPORTED_HASH: &str = "604a06503646d40ff3b9e4c2fd3412e1d7144e827e11e77dc0616f5bd85ed6c8";
