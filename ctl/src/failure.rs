//! What went wrong, in a form that can be printed for people and for scripts.
//!
//! It decides wording and exit code only; retries and session renewal are in `client.rs`.

use crate::exit::{Exit, code_name};
use serde_json::{Map, Value, json};
use std::error::Error as _;
use std::io;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// A failed run: exit code, message and what to do next.
#[derive(Debug)]
pub struct Failure(Box<Inner>);

#[derive(Debug)]
struct Inner {
    exit: Exit,
    /// gRPC code name, or botctl's own token (`USAGE`, `PARTIAL`, `INTERNAL`).
    code: &'static str,
    message: String,
    /// Stable reason token of the daemon; empty without one.
    reason: String,
    /// What to do next; empty when there is nothing to say.
    hint: String,
    details: Map<String, Value>,
    /// True when nothing may be printed: the reader of stdout has gone.
    silent: bool,
}

impl Failure {
    fn new(exit: Exit, code: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            exit,
            code,
            message: message.into(),
            reason: String::new(),
            hint: String::new(),
            details: Map::new(),
            silent: false,
        }))
    }

    /// Wrong command line or argument.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "USAGE", message)
    }

    /// Refused by the daemon's state or by the user.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Refused, "FAILED_PRECONDITION", message)
    }

    /// Done, but something is left.
    pub fn partial(message: impl Into<String>) -> Self {
        Self::new(Exit::Partial, "PARTIAL", message)
    }

    /// What was named is not there.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Exit::NotFound, "NOT_FOUND", message)
    }

    /// Whoever answers can't be believed to be the daemon, or does not believe us.
    pub fn untrusted(message: impl Into<String>) -> Self {
        let mut failure = Self::new(Exit::Denied, "UNTRUSTED", message);
        failure.0.reason = "CERTIFICATE_REFUSED".to_owned();
        failure
    }

    /// Botctl and the daemon are too far apart.
    pub fn version_unsupported(message: impl Into<String>) -> Self {
        let mut failure = Self::refused(message);
        failure.0.reason = "VERSION_UNSUPPORTED".to_owned();
        failure
    }

    /// No connection, or no answer in time.
    pub fn unreachable(message: impl Into<String>) -> Self {
        Self::new(Exit::Unreachable, "UNAVAILABLE", message)
    }

    /// Something that should not happen.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Exit::Internal, "INTERNAL", message)
    }

    /// No stored session, or one that has ended.
    pub fn not_logged_in(addr: &str) -> Self {
        Self::new(Exit::Denied, "UNAUTHENTICATED", format!("not logged in at {addr}"))
            .with_hint("run botctl login --user NAME")
    }

    /// A session that cannot be renewed any more.
    pub fn session_ended(addr: &str) -> Self {
        Self::new(Exit::Denied, "UNAUTHENTICATED", format!("the session at {addr} has ended"))
            .with_hint("run botctl login --user NAME")
    }

    /// The same failure with a word on what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = hint.into();
        self
    }

    /// The answer of a daemon at `addr` as a failure, with a hint that fits its code.
    pub fn from_status(status: &Status, addr: &str) -> Self {
        if status.source().is_some() {
            return Self::lost(status, addr);
        }
        let code = status.code();
        let message = match status.message() {
            "" => code.description().to_lowercase(),
            text => text.to_owned(),
        };
        let mut failure =
            Self::new(Exit::of(code), code_name(code), message).with_hint(hint_for(code));
        failure.read_details(status);
        failure
    }

    /// The daemon could not be asked, or the connection broke.
    fn lost(status: &Status, addr: &str) -> Self {
        let cause = root_cause(status);
        if let Some(failure) = trust_problem(&cause, addr) {
            return failure;
        }
        Self::unreachable(format!("cannot reach the daemon at {addr}: {cause}"))
            .with_hint("check that tradingd runs, and --addr or BOTCTL_ADDR")
    }

    fn read_details(&mut self, status: &Status) {
        let found = status.get_error_details();
        if let Some(info) = found.error_info() {
            self.0.reason = info.reason.clone();
            if let Some(hint) = hint_for_reason(&info.reason, info.metadata.get("by")) {
                self.0.hint = hint.to_owned();
            }
            let metadata: std::collections::BTreeMap<_, _> = info.metadata.iter().collect();
            self.0.details.insert("metadata".to_owned(), json!(metadata));
        }
        if let Some(bad) = found.bad_request() {
            let fields: Vec<Value> = bad
                .field_violations
                .iter()
                .map(|f| json!({"field": f.field, "description": f.description}))
                .collect();
            self.0.details.insert("field_violations".to_owned(), Value::Array(fields));
        }
        if let Some(failure) = found.precondition_failure() {
            let rows: Vec<Value> = failure
                .violations
                .iter()
                .map(|v| json!({"type": v.r#type, "subject": v.subject, "description": v.description}))
                .collect();
            self.0.details.insert("precondition_violations".to_owned(), Value::Array(rows));
        }
        if let Some(delay) = found.retry_info().and_then(|r| r.retry_delay) {
            self.0.hint = format!("try again in {} s", delay.as_secs().max(1));
            self.0.details.insert("retry_after_seconds".to_owned(), json!(delay.as_secs_f64()));
        }
    }

    /// Exit code of the process.
    pub fn exit(&self) -> Exit {
        self.0.exit
    }

    /// Stable reason token of the daemon; empty without one.
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// What happened, without what to do next.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// True when nothing may be printed.
    pub fn is_silent(&self) -> bool {
        self.0.silent
    }

    /// True when the daemon asked for a (new) login.
    pub fn is_unauthenticated(&self) -> bool {
        self.0.code == "UNAUTHENTICATED"
    }

    /// One JSON object: `{"error":{"code","message","reason","details"}}`.
    pub fn to_json(&self) -> Value {
        let inner = &self.0;
        let mut details = inner.details.clone();
        details.insert("exit_code".to_owned(), json!(inner.exit.number()));
        if !inner.hint.is_empty() {
            details.insert("hint".to_owned(), json!(inner.hint));
        }
        json!({"error": {
            "code": inner.code,
            "message": inner.message,
            "reason": inner.reason,
            "details": details,
        }})
    }

    /// Text for people: the message, field violations, and what to do next.
    pub fn to_text(&self) -> String {
        let inner = &self.0;
        let mut text = format!("error: {}", inner.message);
        if !inner.reason.is_empty() {
            text.push_str(&format!(" ({})", inner.reason));
        }
        if let Some(Value::Array(fields)) = inner.details.get("field_violations") {
            for field in fields {
                let part = |key: &str| field[key].as_str().unwrap_or_default().to_owned();
                text.push_str(&format!("\n  {}: {}", part("field"), part("description")));
            }
        }
        if !inner.hint.is_empty() {
            text.push_str(&format!("\nnext: {}", inner.hint));
        }
        text
    }
}

impl From<io::Error> for Failure {
    /// A reader that has gone (`| head`) ends the run quietly and with 0.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            let mut end = Self::new(Exit::Done, "OK", "");
            end.0.silent = true;
            return end;
        }
        Self::internal(format!("cannot write the output: {error}"))
    }
}

/// True when no answer of the daemon's stands behind the status: the connection failed or broke, or
/// time ran out. Statuses that were made on this side carry their source; the daemon's do not.
pub fn is_transport(status: &Status) -> bool {
    // Trying again changes nothing about whom one trusts.
    if status.source().is_some() && trust_problem(&root_cause(status), "").is_some() {
        return false;
    }
    status.source().is_some() || matches!(status.code(), Code::Unavailable | Code::DeadlineExceeded)
}

/// The innermost cause, which is the one that tells something ("connection refused").
fn root_cause(status: &Status) -> String {
    let mut cause = match status.source() {
        Some(source) => source,
        None => return status.message().to_owned(),
    };
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// A handshake that ended because one side does not believe the other.
fn trust_problem(cause: &str, addr: &str) -> Option<Failure> {
    if let Some(why) = cause.strip_prefix("invalid peer certificate: ") {
        let message = format!(
            "THE DAEMON AT {addr} IS NOT THE ONE THAT IS TRUSTED: its certificate is refused ({why})"
        );
        return Some(Failure::untrusted(message).with_hint(
            "somebody may stand in between. If you gave it a new authority yourself, compare what \
             the daemon prints at its start and pin it: botctl login --ca-fingerprint sha256:…",
        ));
    }
    let asked = ["CertificateRequired", "certificate required", "HandshakeFailure"];
    if cause.starts_with("received fatal alert") && asked.iter().any(|word| cause.contains(word)) {
        let message = format!("the daemon at {addr} asks for a client certificate");
        return Some(Failure::untrusted(message).with_hint("pass --cert FILE and --key FILE"));
    }
    if let Some(alert) = cause.strip_prefix("received fatal alert: ") {
        let message = format!("the daemon at {addr} refuses the connection ({alert})");
        return Some(Failure::untrusted(message).with_hint("check --cert, --key and --ca"));
    }
    None
}

/// What to do about refusals that their code alone does not tell apart.
fn hint_for_reason(reason: &str, by: Option<&String>) -> Option<&'static str> {
    match (reason, by.map(String::as_str)) {
        ("STEP_UP_NEEDED", Some("login")) => Some("run it as a person, after botctl login"),
        ("STEP_UP_NEEDED", _) => Some("run botctl step-up first; scripts add --password-stdin"),
        ("TOKEN_SCOPE", _) => Some("botctl tokens list tells what the token may do"),
        _ => None,
    }
}

/// True when the daemon wants the password or a one-time code again.
pub fn wants_step_up(status: &Status) -> bool {
    status.get_details_error_info().is_some_and(|info| {
        info.reason == "STEP_UP_NEEDED" && info.metadata.get("by").is_some_and(|by| by == "step_up")
    })
}

fn hint_for(code: Code) -> &'static str {
    match code {
        Code::Unauthenticated => "run botctl login --user NAME",
        Code::PermissionDenied => "botctl whoami tells your role; log in as a user who may do it",
        Code::DeadlineExceeded => "try again, or allow more time with --timeout",
        Code::Unavailable | Code::Cancelled => "try again; botctl health tells how the daemon is",
        Code::Aborted => "look at the present state and try again",
        Code::Unimplemented => "daemon and botctl differ in version; compare with botctl version",
        Code::DataLoss => {
            "it is done but not stored: make room on the daemon's disk, it stores it then"
        }
        Code::Internal | Code::Unknown => "the daemon's log says more",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic_types::ErrorDetails;

    #[test]
    fn details_of_the_daemon_reach_json_and_text() {
        let mut details = ErrorDetails::new();
        details.set_error_info(
            "OPEN_POSITIONS",
            "tradingd",
            [("count".to_owned(), "2".to_owned())],
        );
        details.add_bad_request_violation("force", "must be true");
        let status = Status::with_error_details(Code::FailedPrecondition, "2 are open", details);
        let failure = Failure::from_status(&status, "http://x");
        let error = failure.to_json();
        assert_eq!(error["error"]["code"], "FAILED_PRECONDITION");
        assert_eq!(error["error"]["reason"], "OPEN_POSITIONS");
        assert_eq!(error["error"]["message"], "2 are open");
        assert_eq!(error["error"]["details"]["metadata"]["count"], "2");
        assert_eq!(error["error"]["details"]["exit_code"], 1);
        assert!(failure.to_text().contains("force: must be true"), "{}", failure.to_text());
    }

    #[test]
    fn not_logged_in_says_what_to_do() {
        let failure = Failure::not_logged_in("http://127.0.0.1:8000");
        assert_eq!(failure.exit(), Exit::Denied);
        assert_eq!(
            failure.to_text(),
            "error: not logged in at http://127.0.0.1:8000\nnext: run botctl login --user NAME"
        );
    }

    #[test]
    fn broken_pipe_ends_quietly_with_zero() {
        let end = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(end.is_silent());
        assert_eq!(end.exit(), Exit::Done);
        let full = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
        assert!(!full.is_silent());
        assert_eq!(full.exit(), Exit::Internal);
    }
}
