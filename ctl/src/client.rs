//! Calls to the daemon: connection, token, time limit, renewal and repetition.
//!
//! It knows no verb and prints no data. Reads are tried once; mutations are repeated with the same
//! `request_id` when no answer came, which the daemon answers without doing them again.

use crate::address::Address;
use crate::cli::PasswordArgs;
use crate::commands::secret;
use crate::failure::{Failure, is_transport, wants_step_up};
use crate::random::jitter;
use crate::session::{Session, Store};
use crate::target::Target;
use crate::trust::Roots;
use crate::version::{self, Distance};
use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tonic::metadata::{Ascii, MetadataMap, MetadataValue};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Request, Response, Status};
use tradingd_proto::v1::auth_service_client::AuthServiceClient;
use tradingd_proto::v1::system_service_client::SystemServiceClient;
use tradingd_proto::v1::{GetVersionRequest, RefreshRequest, RefreshResponse, StepUpRequest};

/// How often a mutation is repeated when no answer came.
const REPEATS: u32 = 3;
/// Pause before the first repetition; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// A connection is given up as dead when a ping stays unanswered this long.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// What to do when a mutation was sent and no answer came.
const UNCERTAIN: &str = "no answer came, so it may have been done or not: \
                         look with botctl emergency or botctl status";

/// Where the token comes from.
#[derive(Debug, Clone)]
enum Credentials {
    /// `BOTCTL_TOKEN` or `--token`; botctl cannot renew it.
    Environment(String),
    /// The stored session.
    Stored(Store),
    /// None: the local socket asks for none.
    Socket,
}

/// One daemon, as the present user.
#[derive(Debug, Clone)]
pub struct Client {
    channel: Channel,
    addr: Address,
    timeout: Duration,
    credentials: Credentials,
    /// A word about the daemon's version was said.
    warned: Arc<AtomicBool>,
}

impl Client {
    /// A client that connects with its first call. `token` overrides the stored session; `roots` and
    /// `identity` (certificate and key) are for TLS.
    ///
    /// # Errors
    /// When there is no place for the session, or a certificate can't be used.
    pub fn new(target: &Target, roots: Option<Roots>, timeout: Duration) -> Result<Self, Failure> {
        let addr = target.addr.clone();
        let mut endpoint = Endpoint::from_shared(addr.url())
            .map_err(|e| Failure::usage(format!("address {:?}: {e}", addr.url())))?
            .user_agent(concat!("botctl/", env!("CARGO_PKG_VERSION")))
            .map_err(|e| Failure::internal(format!("user agent: {e}")))?
            .connect_timeout(timeout)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE);
        if let Some(roots) = roots {
            let mut tls = ClientTlsConfig::new()
                .ca_certificate(Certificate::from_pem(roots.0))
                .timeout(timeout);
            if let Some((certificate, key)) = &target.identity {
                tls = tls.identity(Identity::from_pem(
                    read("--cert", certificate)?,
                    read("--key", key)?,
                ));
            }
            endpoint = endpoint
                .tls_config(tls)
                .map_err(|e| Failure::usage(format!("certificates: {}", deepest(&e))))?;
        }
        let credentials = match &target.token {
            _ if addr.is_socket() => Credentials::Socket,
            Some(token) => Credentials::Environment(token.clone()),
            None => Credentials::Stored(Store::for_address(&addr)?),
        };
        let warned = Arc::new(AtomicBool::new(false));
        Ok(Self { channel: endpoint.connect_lazy(), addr, timeout, credentials, warned })
    }

    /// A client of a daemon's local socket.
    ///
    /// # Errors
    /// The path can't be an address.
    pub fn of_socket(path: &std::path::Path, timeout: Duration) -> Result<Self, Failure> {
        let target = Target {
            addr: Address::socket(path),
            ca: None,
            ca_fingerprint: None,
            identity: None,
            token: None,
        };
        Self::new(&target, None, timeout)
    }

    /// The same client with at least this much time for an attempt.
    #[must_use]
    pub fn patient(&self, timeout: Duration) -> Self {
        Self { timeout: self.timeout.max(timeout), ..self.clone() }
    }

    /// The daemon's address.
    pub fn addr(&self) -> &Address {
        &self.addr
    }

    /// The connection, for calls without time limit (streams, health).
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Time for one attempt.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The session file; `None` when a token from the environment is used.
    pub fn store(&self) -> Option<&Store> {
        match &self.credentials {
            Credentials::Stored(store) => Some(store),
            Credentials::Environment(_) | Credentials::Socket => None,
        }
    }

    /// A status of this daemon as failure.
    pub fn failure(&self, status: &Status) -> Failure {
        let failure = Failure::from_status(status, &self.addr.url());
        if status.code() != Code::Unauthenticated {
            return failure;
        }
        match &self.credentials {
            Credentials::Environment(_) => failure
                .with_hint("the token in BOTCTL_TOKEN, or of --token, is not accepted; get one with botctl token"),
            Credentials::Stored(store) if matches!(store.load(), Ok(None)) => {
                Failure::not_logged_in(&self.addr.url())
            }
            Credentials::Stored(_) | Credentials::Socket => failure,
        }
    }

    /// A call that needs no token; what it is refused for has nothing to do with the session.
    pub async fn public<Q, R>(
        &self,
        message: Q,
        rpc: impl AsyncFn(Channel, Request<Q>) -> Result<Response<R>, Status>,
    ) -> Result<R, Failure> {
        self.public_with(message, rpc, None).await
    }

    /// As [`Self::public`], with a token that the call does not need but may profit from.
    pub async fn public_with<Q, R>(
        &self,
        message: Q,
        rpc: impl AsyncFn(Channel, Request<Q>) -> Result<Response<R>, Status>,
        bearer: Option<&str>,
    ) -> Result<R, Failure> {
        let answer = self.attempt(message, &rpc, bearer).await;
        answer.map_err(|status| Failure::from_status(&status, &self.addr.url()))
    }

    /// A call as the present user, tried once (twice when the token had to be renewed).
    pub async fn read<Q: Clone, R>(
        &self,
        message: Q,
        rpc: impl AsyncFn(Channel, Request<Q>) -> Result<Response<R>, Status>,
    ) -> Result<R, Failure> {
        self.authorised(&message, &rpc).await?.map_err(|status| self.failure(&status))
    }

    /// A mutation as the present user; `message` carries a `request_id` made by [`crate::random::request_id`].
    pub async fn mutate<Q: Clone, R>(
        &self,
        message: Q,
        rpc: impl AsyncFn(Channel, Request<Q>) -> Result<Response<R>, Status>,
    ) -> Result<R, Failure> {
        let mut pause = FIRST_PAUSE;
        let mut sent = false;
        for left in (0..=REPEATS).rev() {
            let status = match self.authorised(&message, &rpc).await? {
                Ok(answer) => return Ok(answer),
                Err(status) => status,
            };
            if !is_transport(&status) {
                return Err(self.failure(&status));
            }
            sent |= !never_sent(&status);
            if left == 0 {
                let failure = self.failure(&status);
                return Err(if sent { failure.with_hint(UNCERTAIN) } else { failure });
            }
            tokio::time::sleep(pause + jitter(pause)).await;
            pause *= 2;
        }
        Err(Failure::internal("no attempt was made"))
    }

    /// The outer error is botctl's own (session file, renewal), the inner one the call's.
    async fn authorised<Q: Clone, R>(
        &self,
        message: &Q,
        rpc: &impl AsyncFn(Channel, Request<Q>) -> Result<Response<R>, Status>,
    ) -> Result<Result<R, Status>, Failure> {
        let bearer = self.bearer().await?;
        match self.attempt(message.clone(), rpc, bearer.as_deref()).await {
            Err(status) if wants_step_up(&status) && self.step_up(bearer.as_deref()).await? => {
                Ok(self.attempt(message.clone(), rpc, bearer.as_deref()).await)
            }
            Err(status) if status.code() == Code::Unauthenticated => {
                match self.renew_after(bearer.as_deref()).await? {
                    Some(fresh) => Ok(self.attempt(message.clone(), rpc, Some(&fresh)).await),
                    None => Ok(Err(status)),
                }
            }
            other => Ok(other),
        }
    }

    /// Asks the person for the password and proves it to the daemon; false when nobody is there.
    async fn step_up(&self, bearer: Option<&str>) -> Result<bool, Failure> {
        let Credentials::Stored(store) = &self.credentials else { return Ok(false) };
        let Some(session) = store.load()?.filter(|_| secret::can_ask()) else { return Ok(false) };
        let password = secret::password(&session.user, &PasswordArgs::default())?;
        let request = StepUpRequest { password, totp_code: String::new() };
        let rpc = async |c, r| AuthServiceClient::new(c).step_up(r).await;
        self.public_with(request, rpc, bearer).await?;
        Ok(true)
    }

    async fn attempt<Q, R>(
        &self,
        message: Q,
        rpc: &impl AsyncFn(Channel, Request<Q>) -> Result<Response<R>, Status>,
        bearer: Option<&str>,
    ) -> Result<R, Status> {
        let mut request = Request::new(message);
        if let Some(bearer) = bearer {
            request.metadata_mut().insert("authorization", bearer_header(bearer)?);
        }
        let client = MetadataValue::from_static(version::CLIENT);
        request.metadata_mut().insert(version::CLIENT_HEADER, client);
        match tokio::time::timeout(self.timeout, rpc(self.channel.clone(), request)).await {
            Ok(answer) => {
                self.compare(answer.as_ref().map_or_else(Status::metadata, Response::metadata));
                answer.map(Response::into_inner)
            }
            Err(_) => Err(Status::deadline_exceeded(format!(
                "no answer from {} within {:?}",
                self.addr.url(),
                self.timeout
            ))),
        }
    }

    /// Says once when the daemon's protocol is another.
    fn compare(&self, metadata: &MetadataMap) {
        let (Distance::Apart(text) | Distance::Incompatible(text)) =
            version::of(metadata).map_or(Distance::None, version::distance)
        else {
            return;
        };
        if !self.warned.swap(true, Ordering::Relaxed) {
            crate::output::say(&format!("warning: {text}"));
        }
    }

    /// Asks the daemon which protocol it speaks, before anything is changed.
    ///
    /// # Errors
    /// It can't be asked, or one of both is too old for the other.
    pub async fn shake_hands(&self) -> Result<(), Failure> {
        let told = self
            .public(GetVersionRequest {}, async |c, r| {
                SystemServiceClient::new(c).get_version(r).await
            })
            .await?;
        match version::distance(&told.protocol_version) {
            Distance::Incompatible(text) => Err(Failure::version_unsupported(text)),
            Distance::None | Distance::Apart(_) => Ok(()),
        }
    }

    /// The token for the next call, renewed when its time is up; `None` when not logged in: the
    /// daemon then answers what it thinks of that, or that it is not there at all.
    pub async fn bearer(&self) -> Result<Option<String>, Failure> {
        let store = match &self.credentials {
            Credentials::Environment(token) => return Ok(Some(token.clone())),
            Credentials::Socket => return Ok(None),
            Credentials::Stored(store) => store,
        };
        match store.load()? {
            Some(session) if session.is_fresh() => Ok(Some(session.access_token)),
            Some(session) => self.renew_after(Some(&session.access_token)).await,
            None => Ok(None),
        }
    }

    /// A token other than `used`, which was refused or is too old; `None` when there is nothing to
    /// renew with.
    pub async fn renew_after(&self, used: Option<&str>) -> Result<Option<String>, Failure> {
        let Credentials::Stored(store) = &self.credentials else { return Ok(None) };
        let held = store.lock(self.timeout * 3).await?;
        // Another process may have renewed while this one waited for the lock.
        let Some(session) = store.load()? else { return Ok(None) };
        if session.is_fresh() && Some(session.access_token.as_str()) != used {
            return Ok(Some(session.access_token));
        }
        let (session, _) = self.renew(store, &held, session).await?;
        Ok(Some(session.access_token))
    }

    /// Changes the stored refresh token for fresh tokens in any case.
    pub async fn renew_now(&self, store: &Store) -> Result<RefreshResponse, Failure> {
        let held = store.lock(self.timeout * 3).await?;
        let session = store.load()?.ok_or_else(|| Failure::not_logged_in(&self.addr.url()))?;
        Ok(self.renew(store, &held, session).await?.1)
    }

    async fn renew(
        &self,
        store: &Store,
        held: &crate::session::Locked,
        old: Session,
    ) -> Result<(Session, RefreshResponse), Failure> {
        let request = RefreshRequest { refresh_token: old.refresh_token };
        let answer = self
            .public(request, async |channel, request| {
                AuthServiceClient::new(channel).refresh(request).await
            })
            .await;
        let answer = match answer {
            Err(failure) if failure.is_unauthenticated() => {
                // The refresh token is spent or revoked: it will never work again.
                store.remove(held)?;
                return Err(Failure::session_ended(&self.addr.url()));
            }
            other => other?,
        };
        let tokens = answer
            .tokens
            .as_ref()
            .ok_or_else(|| Failure::internal("the daemon renewed the session without tokens"))?;
        let session = Session::new(self.addr.url(), old.user, tokens);
        store.save(held, &session)?;
        Ok((session, answer))
    }
}

/// True when not even a connection was made.
fn never_sent(status: &Status) -> bool {
    status.code() == Code::Unavailable && status.source().is_some()
}

fn read(flag: &str, path: &std::path::Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|e| Failure::usage(format!("{flag} {}: {e}", path.display())))
}

fn deepest(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// The `authorization` header for a token.
pub fn bearer_header(token: &str) -> Result<MetadataValue<Ascii>, Status> {
    let mut value: MetadataValue<Ascii> = format!("Bearer {token}")
        .parse()
        .map_err(|_| Status::unauthenticated("the token holds characters no token has"))?;
    value.set_sensitive(true);
    Ok(value)
}
