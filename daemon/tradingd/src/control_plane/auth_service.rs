//! `AuthService`: set-up, login, refresh and logout on the wire, with tokens or the page's cookie.
//!
//! Wire only; the rules are in `auth`.

use super::access_service::{answer, asked};
use super::auth::{Auth, Credentials, Opened, Origin, Principal};
use super::errors::{Reason, refuse};
use super::guard::{SameOrigin, status};
use super::http::connections::Peer;
use crate::settings::Secret;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status};
use tradingd_proto::prost_types;
use tradingd_proto::v1::auth_service_server::{self, AuthServiceServer};
use tradingd_proto::v1::{
    ChangePasswordRequest, ChangePasswordResponse, ConfirmTotpRequest, ConfirmTotpResponse,
    EnrolTotpRequest, EnrolTotpResponse, GetSetupStateRequest, GetSetupStateResponse, LoginRequest,
    LoginResponse, LogoutRequest, LogoutResponse, RefreshRequest, RefreshResponse,
    RemoveTotpRequest, RemoveTotpResponse, SetupRequest, SetupResponse, StepUpRequest,
    StepUpResponse, Tokens, WhoAmIRequest, WhoAmIResponse,
};

/// Name of the cookie that holds the page's refresh token.
const COOKIE: &str = "tradingd_refresh";
/// Its name under TLS: browsers then take it from this very host and over TLS only.
const HOST_COOKIE: &str = "__Host-tradingd_refresh";
/// Requests here are a few hundred bytes.
const LARGEST_REQUEST: usize = 16 * 1024;

/// Serves `AuthService`.
#[derive(Debug, Clone)]
pub struct AuthApi {
    auth: Arc<Auth>,
}

impl AuthApi {
    /// The service over these logins.
    #[must_use]
    pub fn server(auth: Arc<Auth>) -> AuthServiceServer<Self> {
        AuthServiceServer::new(Self { auth }).max_decoding_message_size(LARGEST_REQUEST)
    }
}

#[tonic::async_trait]
impl auth_service_server::AuthService for AuthApi {
    async fn get_setup_state(
        &self,
        request: Request<GetSetupStateRequest>,
    ) -> Result<Response<GetSetupStateResponse>, Status> {
        if !peer(&request).is_loopback() {
            return Err(refuse(Reason::NotLoopback, "this is answered on this machine only"));
        }
        let setup = self.auth.setup_secret();
        Ok(Response::new(GetSetupStateResponse {
            setup_needed: setup.is_some(),
            token_file: setup.map(|s| absolute(s.file())).unwrap_or_default(),
        }))
    }

    async fn setup(
        &self,
        request: Request<SetupRequest>,
    ) -> Result<Response<SetupResponse>, Status> {
        let (from, encrypted) = (from(&request, None), is_encrypted(&request));
        let body = request.into_inner();
        let password = Secret::new(body.password);
        let opened = self.auth.set_up(&body.token, &body.user, password, &from).await;
        let opened = opened.map_err(|e| status(&e))?;
        let tokens = Some(tokens(&opened, body.cookie));
        let message = SetupResponse { tokens, user: opened.user.clone(), role: opened.role.into() };
        reply(message, &opened, body.cookie, encrypted)
    }

    async fn login(
        &self,
        request: Request<LoginRequest>,
    ) -> Result<Response<LoginResponse>, Status> {
        // An open session that comes along shows that others' failures are not this person's.
        let session = bearer(&request).and_then(|bearer| {
            let from = Some(peer(&request));
            self.auth.authenticate(Some(bearer), from).ok().map(|p| p.session_id)
        });
        let from = from(&request, session);
        let encrypted = is_encrypted(&request);
        let body = request.into_inner();
        let credentials = Credentials {
            user: &body.user,
            password: Secret::new(body.password),
            totp_code: body.totp_code.trim(),
        };
        let opened = self.auth.log_in(credentials, &from).await;
        let opened = opened.map_err(|e| status(&e))?;
        let tokens = Some(tokens(&opened, body.cookie));
        let message = LoginResponse { tokens, user: opened.user.clone(), role: opened.role.into() };
        reply(message, &opened, body.cookie, encrypted)
    }

    async fn refresh(
        &self,
        request: Request<RefreshRequest>,
    ) -> Result<Response<RefreshResponse>, Status> {
        let by_cookie = request.get_ref().refresh_token.is_empty();
        let encrypted = is_encrypted(&request);
        let source = peer(&request).to_string();
        let given = if by_cookie {
            from_cookie(&request)?
        } else {
            Secret::new(request.into_inner().refresh_token)
        };
        let opened = self.auth.refresh(&given, &source).await.map_err(|e| status(&e))?;
        let tokens = Some(tokens(&opened, by_cookie));
        let message =
            RefreshResponse { tokens, user: opened.user.clone(), role: opened.role.into() };
        reply(message, &opened, by_cookie, encrypted)
    }

    async fn logout(
        &self,
        request: Request<LogoutRequest>,
    ) -> Result<Response<LogoutResponse>, Status> {
        let principal = principal(&request)?;
        let encrypted = is_encrypted(&request);
        self.auth.log_out(&principal).await.map_err(|e| status(&e))?;
        let mut response = Response::new(LogoutResponse {});
        set_cookie(response.metadata_mut(), "", Duration::ZERO, encrypted)?;
        Ok(response)
    }

    async fn who_am_i(
        &self,
        request: Request<WhoAmIRequest>,
    ) -> Result<Response<WhoAmIResponse>, Status> {
        let principal = principal(&request)?;
        let totp = self.auth.needs_code(&principal.user);
        Ok(Response::new(WhoAmIResponse {
            proven_at: principal.proven_at.map(timestamp),
            token_id: principal.token.as_ref().map(|t| t.id.clone()).unwrap_or_default(),
            totp,
            user: principal.user,
            role: principal.role.into(),
            session_id: principal.session_id,
            logged_in_at: Some(timestamp(principal.logged_in_at)),
            access_expires_at: Some(timestamp(principal.expires_at)),
        }))
    }

    async fn step_up(
        &self,
        request: Request<StepUpRequest>,
    ) -> Result<Response<StepUpResponse>, Status> {
        let principal = principal(&request)?;
        let body = request.into_inner();
        let password = Secret::new(body.password);
        let until = self.auth.step_up(&principal, password, body.totp_code.trim()).await;
        let fresh_until = Some(timestamp(until.map_err(|e| status(&e))?));
        Ok(Response::new(StepUpResponse { fresh_until }))
    }

    async fn change_password(
        &self,
        request: Request<ChangePasswordRequest>,
    ) -> Result<Response<ChangePasswordResponse>, Status> {
        let body = request.get_ref();
        let prints = ChangePasswordRequest {
            old_password: self.auth.fingerprint(&body.old_password),
            new_password: self.auth.fingerprint(&body.new_password),
            ..body.clone()
        };
        let asked = asked!(request, "/tradingd.v1.AuthService/ChangePassword", prints);
        let body = request.into_inner();
        let (old, new) = (Secret::new(body.old_password), Secret::new(body.new_password));
        answer!(self.auth.change_password(&asked, old, new).await)
    }

    async fn enrol_totp(
        &self,
        request: Request<EnrolTotpRequest>,
    ) -> Result<Response<EnrolTotpResponse>, Status> {
        let asked = asked!(request, "/tradingd.v1.AuthService/EnrolTotp");
        answer!(self.auth.enrol_totp(&asked).await)
    }

    async fn confirm_totp(
        &self,
        request: Request<ConfirmTotpRequest>,
    ) -> Result<Response<ConfirmTotpResponse>, Status> {
        let asked = asked!(request, "/tradingd.v1.AuthService/ConfirmTotp");
        answer!(self.auth.confirm_totp(&asked, request.get_ref().totp_code.trim()).await)
    }

    async fn remove_totp(
        &self,
        request: Request<RemoveTotpRequest>,
    ) -> Result<Response<RemoveTotpResponse>, Status> {
        let asked = asked!(request, "/tradingd.v1.AuthService/RemoveTotp");
        answer!(self.auth.remove_totp(&asked, &request.get_ref().user).await)
    }
}

fn bearer<T>(request: &Request<T>) -> Option<&str> {
    request.metadata().get("authorization").and_then(|value| value.to_str().ok())
}

fn from<T>(request: &Request<T>, session: Option<String>) -> Origin {
    let client = request.metadata().get("user-agent").and_then(|value| value.to_str().ok());
    Origin { address: peer(request), client: client.unwrap_or_default().to_owned(), session }
}

fn principal<T>(request: &Request<T>) -> Result<Principal, Status> {
    Principal::of(request).ok_or_else(|| refuse(Reason::TokenMissing, "this needs an access token"))
}

/// Address of the caller; one that can't be told counts as foreign.
fn peer<T>(request: &Request<T>) -> IpAddr {
    let unknown = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    request.remote_addr().map_or(unknown, |address| address.ip().to_canonical())
}

/// True when nobody between the caller and the daemon can read along.
fn is_encrypted<T>(request: &Request<T>) -> bool {
    request.extensions().get::<Peer>().is_some_and(|peer| peer.encrypted)
}

fn absolute(path: &std::path::Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

fn tokens(opened: &Opened, cookie: bool) -> Tokens {
    let duration = |d: Duration| prost_types::Duration {
        seconds: i64::try_from(d.as_secs()).unwrap_or(i64::MAX),
        nanos: 0,
    };
    let refresh = if cookie { "" } else { opened.refresh_token.reveal() };
    Tokens {
        access_token: opened.access_token.reveal().to_owned(),
        access_expires_in: Some(duration(opened.access_expires_in)),
        refresh_token: refresh.to_owned(),
        refresh_expires_in: Some(duration(opened.refresh_expires_in)),
    }
}

fn reply<T>(
    message: T,
    opened: &Opened,
    cookie: bool,
    encrypted: bool,
) -> Result<Response<T>, Status> {
    let mut response = Response::new(message);
    if cookie {
        let token = opened.refresh_token.reveal();
        set_cookie(response.metadata_mut(), token, opened.refresh_expires_in, encrypted)?;
    }
    Ok(response)
}

fn set_cookie(
    metadata: &mut MetadataMap,
    token: &str,
    life: Duration,
    encrypted: bool,
) -> Result<(), Status> {
    let seconds = life.as_secs();
    // `__Host-` needs the root as path.
    let (name, place) = if encrypted {
        (HOST_COOKIE, "Secure; Path=/")
    } else {
        (COOKIE, "Path=/tradingd.v1.AuthService")
    };
    let text = format!("{name}={token}; HttpOnly; SameSite=Strict; {place}; Max-Age={seconds}");
    let value = text.parse().map_err(|_| refuse(Reason::Internal, "internal error"))?;
    metadata.insert("set-cookie", value);
    Ok(())
}

/// The cookie's token, when our own page sent it.
fn from_cookie(request: &Request<RefreshRequest>) -> Result<Secret, Status> {
    let wanted = if is_encrypted(request) { HOST_COOKIE } else { COOKIE };
    let token = request
        .metadata()
        .get_all("cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, token)| Secret::new(token.to_owned()))
        .filter(|token| !token.reveal().is_empty())
        .ok_or_else(|| refuse(Reason::TokenMissing, "there is no refresh token"))?;
    match request.extensions().get::<SameOrigin>() {
        Some(SameOrigin(true)) => Ok(token),
        _ => Err(refuse(Reason::ForeignOrigin, "the cookie is for the daemon's own page only")),
    }
}

fn timestamp(at: domain::Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: at.micros().div_euclid(1_000_000),
        nanos: i32::try_from(at.micros().rem_euclid(1_000_000) * 1_000).unwrap_or(0),
    }
}
