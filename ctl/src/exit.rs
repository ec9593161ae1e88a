//! The exit codes of botctl and the table from gRPC codes to them.
//!
//! Scripts rely on these numbers: they change only with a new major version. What is printed with a
//! failure is the business of `failure.rs`.

use tonic::Code;

/// How a run of botctl ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It was done.
    Done = 0,
    /// The daemon refused: its state, a risk limit or another precondition.
    Refused = 1,
    /// The command line or an argument is wrong.
    Usage = 2,
    /// Not logged in, or not allowed.
    Denied = 3,
    /// The daemon is not reachable or did not answer in time.
    Unreachable = 4,
    /// What was named does not exist.
    NotFound = 5,
    /// Something changed meanwhile.
    Changed = 6,
    /// Done in part; the rest is named.
    Partial = 7,
    /// A fault inside the daemon or botctl.
    Internal = 8,
    /// Every check passed, some with a warning.
    Warned = 10,
    /// A check failed.
    Failed = 11,
}

impl Exit {
    /// Exit code that belongs to a gRPC code. `Cancelled` counts as "no answer": it is what a daemon
    /// that shuts down sends for calls it no longer finishes.
    #[must_use]
    pub fn of(code: Code) -> Self {
        match code {
            Code::Ok => Self::Done,
            Code::FailedPrecondition | Code::ResourceExhausted | Code::AlreadyExists => {
                Self::Refused
            }
            Code::InvalidArgument | Code::OutOfRange => Self::Usage,
            Code::Unauthenticated | Code::PermissionDenied => Self::Denied,
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => Self::Unreachable,
            Code::NotFound => Self::NotFound,
            Code::Aborted => Self::Changed,
            // The daemon says so of a stop that holds but could not be stored.
            Code::DataLoss => Self::Partial,
            Code::Internal | Code::Unknown | Code::Unimplemented => Self::Internal,
        }
    }

    /// The number handed to the shell.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// Name of a gRPC code as the protocol writes it, e.g. `FAILED_PRECONDITION`.
#[must_use]
pub fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// What each exit code means: (number, short).
pub const MEANINGS: &[(u8, &str)] = &[
    (0, "done"),
    (1, "refused: trading state, risk limit or another precondition"),
    (2, "usage: wrong command line or argument"),
    (3, "not logged in or not allowed"),
    (4, "daemon not reachable, or no answer in time"),
    (5, "not found"),
    (6, "changed meanwhile: a version or plan is stale"),
    (7, "done in part: what is left is named"),
    (8, "internal fault"),
    (10, "checks passed with warnings"),
    (11, "a check failed"),
];

/// The table that `botctl --help` ends with.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  refused: trading state, risk limit or another precondition
  2  usage: wrong command line or argument
  3  not logged in or not allowed
  4  daemon not reachable, or no answer in time
  5  not found
  6  changed meanwhile: a version or plan is stale
  7  done in part: what is left is named
  8  internal fault
 10  checks passed with warnings (doctor)
 11  a check failed (doctor)
Which refusal ends with which: botctl exit-codes.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grpc_code_has_its_exit_code() {
        let expected = [
            (Code::Ok, 0),
            (Code::Cancelled, 4),
            (Code::Unknown, 8),
            (Code::InvalidArgument, 2),
            (Code::DeadlineExceeded, 4),
            (Code::NotFound, 5),
            (Code::AlreadyExists, 1),
            (Code::PermissionDenied, 3),
            (Code::ResourceExhausted, 1),
            (Code::FailedPrecondition, 1),
            (Code::Aborted, 6),
            (Code::OutOfRange, 2),
            (Code::Unimplemented, 8),
            (Code::Internal, 8),
            (Code::Unavailable, 4),
            (Code::DataLoss, 7),
            (Code::Unauthenticated, 3),
        ];
        for (code, number) in expected {
            assert_eq!(Exit::of(code).number(), number, "{code:?}");
        }
    }

    #[test]
    fn help_names_each_exit_code_once() {
        for (number, meaning) in MEANINGS {
            let row = format!("\n{number:>3}  {meaning}");
            assert_eq!(EXIT_CODES.matches(&row).count(), 1, "{number}");
        }
    }
}
