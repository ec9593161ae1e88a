//! The protocol as a program uses it: typed clients with a token, and the stream as the one thing
//! to wait on.

use super::PATIENCE;
use super::botctl::{ADMIN, PASSWORD};
use std::net::SocketAddr;
use std::time::Duration;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status, Streaming};
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;

/// Adds `authorization: Bearer …` when there is a token.
#[derive(Debug, Clone, Default)]
pub struct Bearer(Option<MetadataValue<Ascii>>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.0 {
            request.metadata_mut().insert("authorization", token.clone());
        }
        Ok(request)
    }
}

/// A connection with the token in it.
pub type Authorised = InterceptedService<Channel, Bearer>;

/// A client of one daemon.
#[derive(Debug, Clone)]
pub struct Api {
    channel: Channel,
    bearer: Bearer,
    /// The access token; empty without one.
    pub token: String,
}

macro_rules! clients {
    ($($name:ident => $module:ident::$client:ident;)*) => {
        impl Api {
            $(
                #[doc = concat!("A `", stringify!($client), "`.")]
                #[must_use]
                pub fn $name(&self) -> $module::$client<Authorised> {
                    $module::$client::with_interceptor(self.channel.clone(), self.bearer.clone())
                }
            )*
        }
    };
}

clients! {
    alerts => alert_service_client::AlertServiceClient;
    auth => auth_service_client::AuthServiceClient;
    decisions => decision_service_client::DecisionServiceClient;
    emergency => emergency_service_client::EmergencyServiceClient;
    events => event_service_client::EventServiceClient;
    logs => log_service_client::LogServiceClient;
    market => market_service_client::MarketServiceClient;
    orders => order_service_client::OrderServiceClient;
    portfolio => portfolio_service_client::PortfolioServiceClient;
    positions => position_service_client::PositionServiceClient;
    strategies => strategy_service_client::StrategyServiceClient;
    keys => key_service_client::KeyServiceClient;
    sessions => session_service_client::SessionServiceClient;
    system => system_service_client::SystemServiceClient;
    tokens => token_service_client::TokenServiceClient;
    trades => trade_service_client::TradeServiceClient;
    users => user_service_client::UserServiceClient;
}

impl Api {
    /// Somebody without a token.
    ///
    /// # Panics
    /// Nobody serves there.
    pub async fn anonymous(address: SocketAddr) -> Self {
        Self::with_window(address, None).await
    }

    /// As [`Api::anonymous`], taking at most so many unread bytes before the daemon has to wait.
    ///
    /// # Panics
    /// Nobody serves there.
    pub async fn with_window(address: SocketAddr, bytes: Option<u32>) -> Self {
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
        let endpoint = endpoint
            .connect_timeout(PATIENCE)
            .initial_stream_window_size(bytes)
            .initial_connection_window_size(bytes);
        let channel = endpoint.connect().await.expect("the daemon takes connections");
        Self { channel, bearer: Bearer::default(), token: String::new() }
    }

    /// The same connection with a token.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        let value = format!("Bearer {token}").parse().expect("a token is ASCII");
        self.bearer = Bearer(Some(value));
        self.token = token.to_owned();
        self
    }

    /// Makes the first admin with the secret in the data directory.
    ///
    /// # Panics
    /// There is an admin already.
    pub async fn first_admin(address: SocketAddr) -> Self {
        let api = Self::anonymous(address).await;
        let state = api.auth().get_setup_state(GetSetupStateRequest {}).await;
        let file = state.expect("answered on loopback").into_inner().token_file;
        let request = SetupRequest {
            token: std::fs::read_to_string(file).expect("the secret is there").trim().to_owned(),
            user: ADMIN.to_owned(),
            password: PASSWORD.to_owned(),
            cookie: false,
        };
        let answer = api.auth().setup(request).await.expect("the secret is taken").into_inner();
        api.with_token(&answer.tokens.expect("tokens").access_token)
    }

    /// Logs in as the admin.
    ///
    /// # Panics
    /// There is none.
    pub async fn login(address: SocketAddr) -> Self {
        let api = Self::anonymous(address).await;
        let request = LoginRequest {
            user: ADMIN.to_owned(),
            password: PASSWORD.to_owned(),
            cookie: false,
            ..Default::default()
        };
        let answer = api.auth().login(request).await.expect("the password is right").into_inner();
        api.with_token(&answer.tokens.expect("tokens").access_token)
    }

    /// Adds a user with the same password as the admin's and logs in as it.
    ///
    /// # Panics
    /// The caller may not, or the name is taken.
    pub async fn with_user(&self, name: &str, role: Role) -> Self {
        let request = CreateUserRequest {
            user: name.to_owned(),
            role: role.into(),
            password: PASSWORD.to_owned(),
            request_id: format!("add-{name}"),
            ..Default::default()
        };
        self.users().create_user(request).await.expect("the user is added");
        self.logged_in(name).await
    }

    /// Another session of that user.
    ///
    /// # Panics
    /// The login is refused.
    pub async fn logged_in(&self, name: &str) -> Self {
        let (user, password) = (name.to_owned(), PASSWORD.to_owned());
        let request = LoginRequest { user, password, ..Default::default() };
        let answer = self.auth().login(request).await.expect("the password is right").into_inner();
        self.clone().with_token(&answer.tokens.expect("tokens").access_token)
    }

    /// With an API token of the caller's.
    ///
    /// # Panics
    /// It is refused.
    pub async fn with_api_token(&self, name: &str, role: Role, limits: TokenLimits) -> Self {
        let request = CreateTokenRequest {
            name: name.to_owned(),
            role: role.into(),
            limits: Some(limits),
            request_id: format!("token-{name}"),
            ..Default::default()
        };
        let answer = self.tokens().create_token(request).await.expect("made").into_inner();
        self.clone().with_token(&answer.secret)
    }

    /// The connection, for calls that have no typed client.
    #[must_use]
    pub fn channel(&self) -> Authorised {
        InterceptedService::new(self.channel.clone(), self.bearer.clone())
    }

    /// The status.
    ///
    /// # Panics
    /// It is refused.
    pub async fn status(&self) -> GetStatusResponse {
        self.system().get_status(GetStatusRequest {}).await.expect("a status").into_inner()
    }

    /// The report.
    ///
    /// # Panics
    /// It is refused.
    pub async fn report(&self) -> GetReportResponse {
        self.system().get_report(GetReportRequest {}).await.expect("a report").into_inner()
    }

    /// All orders, oldest first.
    ///
    /// # Panics
    /// They are refused.
    pub async fn all_orders(&self) -> Vec<Order> {
        let mut all = Vec::new();
        let mut request = ListOrdersRequest { page_size: 500, ..ListOrdersRequest::default() };
        loop {
            let answer = self.orders().list_orders(request.clone()).await;
            let page = answer.expect("orders").into_inner();
            all.extend(page.orders);
            if page.next_page_token.is_empty() {
                all.reverse();
                return all;
            }
            request.page_token = page.next_page_token;
        }
    }

    /// A stream that begins with a snapshot.
    ///
    /// # Panics
    /// It is refused.
    pub async fn subscribe(&self) -> Stream {
        self.subscribe_with(SubscribeRequest::default()).await
    }

    /// A stream of everything after a record of this store.
    ///
    /// # Panics
    /// It is refused.
    pub async fn resume(&self, after: u64, store_id: &str) -> Stream {
        let store_id = store_id.to_owned();
        let request = SubscribeRequest { resume_after: after, store_id, ..Default::default() };
        self.subscribe_with(request).await
    }

    /// A stream as asked for.
    ///
    /// # Panics
    /// It is refused.
    pub async fn subscribe_with(&self, request: SubscribeRequest) -> Stream {
        let stream = self.events().subscribe(request).await.expect("a stream").into_inner();
        Stream { stream }
    }

    /// Waits until the status is as wanted; marks bring it, so nothing is polled.
    ///
    /// # Panics
    /// It does not become so within [`PATIENCE`].
    pub async fn until(&self, wanted: impl Fn(&GetStatusResponse) -> bool) -> GetStatusResponse {
        let mut last = GetStatusResponse::default();
        let wait = async {
            let mut stream = self.subscribe().await;
            loop {
                // A stream that was too slow begins anew.
                let Some(message) = stream.next().await.expect("no error") else {
                    stream = self.subscribe().await;
                    continue;
                };
                let status = match message.payload {
                    Some(Payload::Snapshot(snapshot)) => snapshot.status,
                    Some(Payload::Mark(mark)) => mark.status,
                    _ => None,
                };
                if let Some(status) = status {
                    last = status;
                    if wanted(&last) {
                        return;
                    }
                }
            }
        };
        let waited = tokio::time::timeout(PATIENCE, wait).await;
        assert!(waited.is_ok(), "the status must become as wanted, last {last:?}");
        last
    }
}

/// An event stream.
#[derive(Debug)]
pub struct Stream {
    stream: Streaming<SubscribeResponse>,
}

impl Stream {
    /// The next message; `None` when the stream ended in order.
    ///
    /// # Errors
    /// The stream ended with a status.
    ///
    /// # Panics
    /// Silence, which not even heartbeats break.
    pub async fn next(&mut self) -> Result<Option<SubscribeResponse>, Status> {
        let next = tokio::time::timeout(PATIENCE, self.stream.message()).await;
        next.expect("a stream is never silent")
    }

    /// The snapshot that a fresh stream begins with, and its sequence.
    ///
    /// # Panics
    /// It begins with something else.
    pub async fn snapshot(&mut self) -> (u64, Snapshot) {
        let message = self.next().await.expect("no error").expect("a message");
        match message.payload {
            Some(Payload::Snapshot(snapshot)) => (message.as_of_sequence, snapshot),
            other => panic!("a fresh stream begins with its snapshot, got {other:?}"),
        }
    }

    /// The next numbered records; messages without a number are passed over.
    ///
    /// # Panics
    /// The stream ends before.
    pub async fn records(&mut self, count: usize) -> Vec<SubscribeResponse> {
        let mut records = Vec::new();
        while records.len() < count {
            let message = self.next().await.expect("no error").expect("the stream goes on");
            let resync = matches!(message.payload, Some(Payload::ResyncRequired(_)));
            assert!(!resync, "a reader that keeps up needs no resync: {message:?}");
            if message.sequence > 0 {
                records.push(message);
            }
        }
        records
    }
}

/// The token in a status's error details that names the reason.
#[must_use]
pub fn reason(status: &Status) -> String {
    use tonic_types::StatusExt as _;
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

/// The code and reason of a refusal.
///
/// # Panics
/// It was not refused.
#[must_use]
pub fn refusal<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String) {
    let status = answer.expect_err("this must be refused");
    (status.code(), reason(&status))
}

/// A moment in microseconds, for comparing.
#[must_use]
pub fn micros(at: Option<&tradingd_proto::prost_types::Timestamp>) -> i64 {
    at.map_or(0, |t| t.seconds * 1_000_000 + i64::from(t.nanos) / 1_000)
}

/// Time that fits into a bound that a test checks, with room for a busy machine.
pub const SOON: Duration = Duration::from_secs(10);
