//! What every request must pass: where it was sent to, where it comes from, who asks, and whether
//! they may.
//!
//! The order is part of the protection: host, origin, fetch metadata, content type, token, role;
//! only then anything else about a method is told, even whether it exists.

use super::auth::{Auth, AuthError, Grant, Principal, roles};
use super::errors::{Reason, invalid, refuse, refuse_with};
use super::http::connections::Peer;
use super::http::limits;
use super::http::names::Names;
use super::{deadline, symbol_check, version};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;
use tonic::transport::server::TcpConnectInfo;
use tonic::{Code, Status};
use tradingd_proto::v1::Permission;
use tradingd_proto::{METHODS, MethodRule};

/// Methods of other packages that are served, open to everyone.
const OPEN: [&str; 3] =
    ["/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch", "/grpc.health.v1.Health/List"];
/// Open where only this machine can ask, for every role elsewhere.
const REFLECTION: [&str; 2] = [
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];

/// Carried out whatever becomes of the caller, and for clients of any age.
const STOPS: [&str; 2] =
    ["/tradingd.v1.EmergencyService/Stop", "/tradingd.v1.EmergencyService/CloseAll"];
/// Largest request of a token that is limited to some symbols, bytes.
const LARGEST_SCOPED: usize = 64 * 1024;

/// The permission table is not complete; the daemon must not start.
#[derive(Debug, thiserror::Error)]
#[error("method {0} has no permission")]
pub struct NoPermission(&'static str);

/// What kind of request it is, once it may be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// gRPC.
    Call,
    /// gRPC-Web.
    WebCall,
    /// A file of the page, or `/healthz`.
    Page,
}

/// True in a request's extensions when a browser vouches that our own page sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SameOrigin(pub bool);

/// Who may call a method.
#[derive(Debug, Clone, Copy)]
struct Rule {
    permission: Permission,
    /// `None` for methods of other packages.
    method: Option<&'static MethodRule>,
}

/// Checks requests. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Guard(Arc<Inner>);

/// Where the guard stands.
#[derive(Debug, Clone)]
pub struct Door {
    /// The daemon's own names.
    pub names: Names,
    /// True when only this machine can reach it.
    pub local: bool,
    /// Longest request in bytes.
    pub largest: usize,
}

#[derive(Debug)]
struct Inner {
    auth: Arc<Auth>,
    rules: BTreeMap<&'static str, Rule>,
    door: Door,
}

impl Guard {
    /// A guard at this door.
    ///
    /// # Errors
    /// A method has no permission.
    pub fn new(auth: Arc<Auth>, door: Door) -> Result<Self, NoPermission> {
        let mut rules = rules(METHODS)?;
        let permission = if door.local { Permission::Public } else { Permission::Viewer };
        let reflection = Rule { permission, method: None };
        rules.extend(REFLECTION.iter().map(|path| (*path, reflection)));
        Ok(Self(Arc::new(Inner { auth, rules, door })))
    }

    /// The logins behind it.
    #[must_use]
    pub fn auth(&self) -> &Arc<Auth> {
        &self.0.auth
    }

    /// Whether a request may be routed, and where to.
    ///
    /// # Errors
    /// The HTTP status and a word for people; nothing about methods or files.
    pub fn screen(&self, parts: &Parts) -> Result<(Kind, SameOrigin), (StatusCode, &'static str)> {
        let headers = &parts.headers;
        self.check_host(parts)?;
        let origin = single(headers, header::ORIGIN.as_str())?;
        if origin.is_some_and(|o| !self.0.door.names.has_origin(o)) {
            return Err((StatusCode::FORBIDDEN, "origin is not allowed"));
        }
        let site = single(headers, "sec-fetch-site")?;
        let reading = matches!(parts.method, Method::GET | Method::HEAD);
        if !reading && site.is_some_and(|s| s != "same-origin" && s != "none") {
            return Err((StatusCode::FORBIDDEN, "request comes from another site"));
        }
        let same_origin = SameOrigin(match site {
            Some(site) => site == "same-origin",
            None => origin.is_some(),
        });
        if reading {
            return Ok((Kind::Page, same_origin));
        }
        if parts.method != Method::POST {
            return Err((StatusCode::METHOD_NOT_ALLOWED, "method is not allowed"));
        }
        let content_type = single(headers, header::CONTENT_TYPE.as_str())?.unwrap_or_default();
        let web = is_call(content_type).ok_or((
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content type must be application/grpc or application/grpc-web",
        ))?;
        // Browsers name their origin with every POST; one that doesn't must not look like one.
        let browser = site.is_some() || headers.contains_key(header::COOKIE);
        if web && origin.is_none() && browser {
            return Err((StatusCode::FORBIDDEN, "origin is missing"));
        }
        Ok((if web { Kind::WebCall } else { Kind::Call }, same_origin))
    }

    /// Refuses names that a rebinding attack would use.
    fn check_host(&self, parts: &Parts) -> Result<(), (StatusCode, &'static str)> {
        let refusal = (StatusCode::MISDIRECTED_REQUEST, "host is not allowed");
        let named = single(&parts.headers, header::HOST.as_str())?;
        let authority = parts.uri.authority().map(axum::http::uri::Authority::as_str);
        let all_ours =
            named.into_iter().chain(authority).all(|name| self.0.door.names.has_host(name));
        if all_ours && (named.is_some() || authority.is_some()) { Ok(()) } else { Err(refusal) }
    }

    /// Lets a call through when its method is open, or its token, role and limits allow it. Symbols
    /// that the request names are not looked at here.
    ///
    /// # Errors
    /// UNAUTHENTICATED or PERMISSION_DENIED.
    pub fn authorise(
        &self,
        path: &str,
        headers: &HeaderMap,
        from: Option<IpAddr>,
    ) -> Result<Option<Principal>, Status> {
        let rule = self.0.rules.get(path).copied();
        if rule.is_some_and(|rule| rule.permission == Permission::Public) {
            return Ok(None);
        }
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let value = values.next();
        if values.next().is_some() {
            return Err(status(&AuthError::TokenInvalid));
        }
        let text = value.map(|v| v.to_str().unwrap_or_default());
        let principal = self.0.auth.authenticate(text, from).map_err(|error| status(&error))?;
        let Some(Rule { permission, method }) = rule else {
            return Err(refuse(Reason::MethodUnknown, "there is no such method"));
        };
        if !roles::allows(principal.role, permission) {
            let needed = permission.as_str_name().trim_start_matches("PERMISSION_").to_lowercase();
            let role = roles::name(principal.role);
            let text = format!("this needs the role {needed}, you are {role}");
            return Err(refuse(Reason::RoleTooLow, text));
        }
        if let Some(token) = &principal.token {
            if !token.takes_method(path) {
                return Err(status(&AuthError::Scope("it may not call this method")));
            }
            let symbols =
                method.is_none_or(|m| token.needs_body(m) || token.takes_without_symbol(m));
            if !symbols {
                let text = "it is for some symbols only, and this method names none";
                return Err(status(&AuthError::Scope(text)));
            }
        }
        if method.is_some_and(|method| method.step_up) {
            principal.require_fresh()?;
        }
        Ok(Some(principal))
    }

    /// Lets a call through whose body is not looked at; false when it must be, and [`Self::pass`]
    /// has to decide.
    ///
    /// # Errors
    /// The refusal.
    pub fn admit(&self, parts: &Parts, peer: Option<&Peer>) -> Result<bool, Status> {
        let path = parts.uri.path();
        let address = peer.and_then(|peer| peer.tcp.remote_addr());
        let from = address.map(|address| address.ip().to_canonical());
        let principal = self.authorise(path, &parts.headers, from)?;
        version::check(&parts.headers)?;
        let Some(principal) = principal else { return Ok(true) };
        if let Some(peer) = peer {
            peer.visit.trust();
        }
        let rule = self.0.rules.get(path).and_then(|rule| rule.method);
        let limits = principal.token.as_ref().zip(rule);
        Ok(!limits.is_some_and(|(token, rule)| token.needs_body(rule)))
    }

    /// Checks the symbols that a request names, for tokens that are limited to some.
    async fn check_symbols(&self, token: &Grant, request: Request) -> Result<Request, Status> {
        let rule = self.0.rules.get(request.uri().path()).and_then(|rule| rule.method);
        let Some(rule) = rule.filter(|rule| token.needs_body(rule)) else { return Ok(request) };
        let (parts, body) = request.into_parts();
        let refusal = || status(&AuthError::Scope("it is for some symbols only; name one of them"));
        let body = axum::body::to_bytes(body, LARGEST_SCOPED).await.map_err(|_| refusal())?;
        let named = symbol_check::named(&body, rule.symbols).ok_or_else(refusal)?;
        if !token.takes_symbols(&named) {
            return Err(refusal());
        }
        Ok(Request::from_parts(parts, axum::body::Body::from(body)))
    }

    /// The layer of the gRPC router, inside gRPC-Web so that refusals reach browsers as gRPC.
    pub async fn layer(State(guard): State<Self>, request: Request, next: Next) -> Response {
        guard.pass(request, |request| next.run(request)).await
    }

    /// Checks a call and runs it.
    pub async fn pass<F>(&self, request: Request, run: impl FnOnce(Request) -> F) -> Response
    where
        F: Future<Output = Response> + Send + 'static,
    {
        let mut response = self.checked(request, run).await;
        version::sign(response.headers_mut());
        response
    }

    async fn checked<F>(&self, mut request: Request, run: impl FnOnce(Request) -> F) -> Response
    where
        F: Future<Output = Response> + Send + 'static,
    {
        let from = address(&request);
        let path = request.uri().path();
        let principal = match self.authorise(path, request.headers(), from) {
            Ok(principal) => principal,
            Err(status) => return refused(request.into_body(), &status).await,
        };
        // Whoever can be understood at all may stop.
        if !STOPS.contains(&path)
            && let Err(status) = version::check(request.headers())
        {
            return refused(request.into_body(), &status).await;
        }
        // Nobody but the guard may say who asks.
        request.extensions_mut().remove::<Principal>();
        if let Some(mut principal) = principal {
            if let Some(peer) = request.extensions().get::<Peer>() {
                peer.visit.trust();
            }
            principal.source = from.map(|a| a.to_string()).unwrap_or_default();
            if let Some(token) = principal.token.clone() {
                request = match self.check_symbols(&token, request).await {
                    Ok(request) => request,
                    Err(status) => return status.into_http(),
                };
            }
            request.extensions_mut().insert(principal);
        }
        let until = deadline::of(request.headers(), Instant::now());
        // A stream of questions may be longer than one of them.
        let request = if REFLECTION.contains(&path_of(&request)) {
            request
        } else {
            request.map(|body| limits::bounded(body, self.0.door.largest))
        };
        run_call(request, run, until).await
    }
}

/// A refusal, sent when the request has come whole.
pub async fn refused<B>(body: B, status: &Status) -> Response
where
    B: axum::body::HttpBody<Data = bytes::Bytes> + Unpin,
{
    limits::drain(body).await;
    status.clone().into_http()
}

/// Runs a call until its caller's time is over; a stop runs to its end whatever becomes of the caller.
async fn run_call<F>(
    request: Request,
    run: impl FnOnce(Request) -> F,
    until: Option<Instant>,
) -> Response
where
    F: Future<Output = Response> + Send + 'static,
{
    if !STOPS.contains(&path_of(&request)) {
        return readable(crate::trader::deadline::until(until, run(request)).await);
    }
    let stop = tokio::spawn(run(request)).await;
    readable(stop.unwrap_or_else(|_| refuse(Reason::Internal, "internal error").into_http()))
}

/// The library calls a request that is no message an internal error; it is the caller's. Errors of
/// our own have details, those of the library have none.
fn readable(response: Response) -> Response {
    let Some(status) = Status::from_header_map(response.headers()) else { return response };
    if status.code() != Code::Internal || !status.details().is_empty() {
        return response;
    }
    invalid([("request", "must be one message of this method")]).into_http()
}

fn path_of(request: &Request) -> &str {
    request.uri().path()
}

/// Who may call each method.
///
/// # Errors
/// A method has no permission.
fn rules(methods: &'static [MethodRule]) -> Result<BTreeMap<&'static str, Rule>, NoPermission> {
    let mut rules = BTreeMap::new();
    for method in methods {
        match Permission::try_from(method.permission) {
            Ok(Permission::Unspecified) | Err(_) => return Err(NoPermission(method.path)),
            Ok(permission) => rules.insert(method.path, Rule { permission, method: Some(method) }),
        };
    }
    let open = Rule { permission: Permission::Public, method: None };
    rules.extend(OPEN.iter().map(|path| (*path, open)));
    Ok(rules)
}

/// Where a request comes from.
fn address(request: &Request) -> Option<IpAddr> {
    let info = request.extensions().get::<TcpConnectInfo>();
    info.and_then(TcpConnectInfo::remote_addr).map(|a| a.ip().to_canonical())
}

/// The error as clients get it.
#[must_use]
pub fn status(error: &AuthError) -> Status {
    let reason = match error {
        AuthError::TokenMissing => Reason::TokenMissing,
        AuthError::TokenInvalid => Reason::TokenInvalid,
        AuthError::TokenExpired => Reason::TokenExpired,
        AuthError::SessionEnded => Reason::SessionEnded,
        AuthError::Credentials => Reason::CredentialsWrong,
        AuthError::SetupToken => Reason::SetupTokenWrong,
        AuthError::SetupDone => Reason::SetupDone,
        AuthError::Unavailable => Reason::StorageUnavailable,
        AuthError::Internal => Reason::Internal,
        AuthError::Busy => {
            let after = std::time::Duration::from_secs(1);
            return super::errors::wait(Reason::Busy, error.to_string(), after);
        }
        AuthError::Throttled(after) => {
            let seconds = after.as_secs().max(1);
            let message = format!("{error}; wait {seconds} s");
            return super::errors::wait(Reason::Throttled, message, *after);
        }
        AuthError::TotpNeeded => Reason::TotpNeeded,
        AuthError::ProofOld(seconds) => {
            let facts = [("by", "step_up"), ("fresh_seconds", &*seconds.to_string())];
            return refuse_with(Reason::StepUpNeeded, error.to_string(), &facts);
        }
        AuthError::TokenNotPerson => {
            return refuse_with(Reason::StepUpNeeded, error.to_string(), &[("by", "login")]);
        }
        AuthError::Scope(_) => Reason::TokenScope,
        AuthError::RoleTooLow(..) => Reason::RoleTooLow,
        AuthError::LastAdmin => Reason::LastAdmin,
        AuthError::Exists(_) => Reason::AlreadyExists,
        AuthError::NotFound(..) => Reason::NotFound,
        AuthError::State(_) => Reason::StateForbids,
        AuthError::PlanStale => Reason::VersionStale,
        AuthError::RequestIdReused => Reason::RequestIdReused,
        AuthError::Field((field, rule)) => return super::errors::invalid([(*field, *rule)]),
    };
    refuse(reason, error.to_string())
}

/// The header's value; more than one, or one that is no text, is refused.
fn single<'a>(
    headers: &'a HeaderMap,
    name: &str,
) -> Result<Option<&'a str>, (StatusCode, &'static str)> {
    let refusal = (StatusCode::BAD_REQUEST, "header is malformed");
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(refusal);
    }
    value.to_str().map(Some).map_err(|_| refusal)
}

/// `Some(true)` for gRPC-Web, `Some(false)` for gRPC.
fn is_call(content_type: &str) -> Option<bool> {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, format) = essence.split_once('+').unwrap_or((&essence, "proto"));
    match (kind, format) {
        ("application/grpc", "proto") => Some(false),
        ("application/grpc-web" | "application/grpc-web-text", "proto") => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const NEW: MethodRule = MethodRule {
        path: "/tradingd.v1.SystemService/New",
        permission: 0,
        danger: 1,
        botctl: "new",
        mutation: false,
        step_up: false,
        symbols: &[],
    };

    #[test]
    fn sec_16_a_method_without_permission_keeps_the_daemon_from_starting() {
        static NONE: [MethodRule; 1] = [NEW];
        static UNKNOWN: [MethodRule; 1] = [MethodRule { permission: 99, ..NEW }];
        static FINE: [MethodRule; 1] = [MethodRule { permission: 2, ..NEW }];
        for (methods, starts) in [(&NONE, false), (&UNKNOWN, false), (&FINE, true)] {
            assert_eq!(rules(methods).is_ok(), starts, "{methods:?}");
        }
    }
}
