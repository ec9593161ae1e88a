//! The verbs of users, sessions, API tokens, one-time codes and keys, with their arguments.

use super::{PasswordArgs, PlanArgs};
use crate::examples as ex;
use crate::parse;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// What a user or token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// May look.
    Viewer,
    /// May act on trading.
    Operator,
    /// May change users, limits and secrets.
    Admin,
}

/// Verbs of `users`.
#[derive(Debug, Subcommand)]
pub enum UsersVerb {
    /// List users
    #[command(after_help = ex::USERS)]
    List,
    /// Add a user
    #[command(after_help = ex::USERS_ADD)]
    Add {
        /// Name
        user: String,
        /// What they may do
        #[arg(long, value_enum)]
        role: RoleArg,
        /// Where the password comes from.
        #[command(flatten)]
        password: PasswordArgs,
        /// Plan first.
        #[command(flatten)]
        plan: PlanArgs,
    },
    /// Give a user another role; holds at once
    #[command(after_help = ex::USERS)]
    Role {
        /// Name
        user: String,
        /// What they may do from now on
        #[arg(value_enum)]
        role: RoleArg,
        /// Plan first.
        #[command(flatten)]
        plan: PlanArgs,
    },
    /// Give a user another password; ends all their sessions
    #[command(after_help = ex::USERS)]
    Passwd {
        /// Name
        user: String,
        /// Where the password comes from.
        #[command(flatten)]
        password: PasswordArgs,
        /// Plan first.
        #[command(flatten)]
        plan: PlanArgs,
    },
    /// End a user's sessions and refuse new ones
    #[command(after_help = ex::USERS)]
    Disable {
        /// Name
        user: String,
        /// Plan first.
        #[command(flatten)]
        plan: PlanArgs,
    },
    /// Let a disabled user in again
    #[command(after_help = ex::USERS)]
    Enable {
        /// Name
        user: String,
        /// Plan first.
        #[command(flatten)]
        plan: PlanArgs,
    },
    /// Remove a user with sessions and API tokens
    #[command(after_help = ex::USERS)]
    Remove {
        /// Name
        user: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
        /// Plan first.
        #[command(flatten)]
        plan: PlanArgs,
    },
}

/// Verbs of `sessions`.
#[derive(Debug, Subcommand)]
pub enum SessionsVerb {
    /// List open sessions
    #[command(after_help = ex::SESSIONS)]
    List(OfUser),
    /// End one session, or all of a user
    #[command(after_help = ex::SESSIONS_REVOKE)]
    Revoke {
        /// The session
        #[arg(required_unless_present = "all")]
        id: Option<String>,
        /// All sessions of the user, by default your own
        #[arg(long, conflicts_with = "id")]
        all: bool,
        /// Whose, with --all
        #[arg(long, value_name = "NAME", requires = "all")]
        user: Option<String>,
        /// Not the present one, with --all
        #[arg(long, requires = "all")]
        keep_current: bool,
        /// Plan first.
        #[command(flatten)]
        plan: PlanArgs,
    },
}

/// Whose things to list.
#[derive(Debug, Default, Args)]
pub struct OfUser {
    /// Only of this user; default: your own, for admins everybody's
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
}

/// Verbs of `tokens`.
#[derive(Debug, Subcommand)]
pub enum TokensVerb {
    /// List API tokens
    #[command(after_help = ex::TOKENS)]
    List(OfUser),
    /// Make an API token for a script or program; its text is told once
    #[command(after_help = ex::TOKENS_CREATE)]
    Create(TokenArgs),
    /// Make a narrower token from the one given with --token
    #[command(after_help = ex::TOKENS_DERIVE)]
    Derive(TokenArgs),
    /// End an API token and all that were derived from it
    #[command(after_help = ex::TOKENS)]
    Revoke {
        /// Id of the token
        id: String,
        /// Plan first.
        #[command(flatten)]
        plan: PlanArgs,
    },
}

/// What a new token is to be.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// What to call it
    pub name: String,
    /// What it may do at most; default: viewer, or that of the token it is made from
    #[arg(long, value_enum)]
    pub role: Option<RoleArg>,
    /// Its life, e.g. 1h, 30d; default: 30 days, or that of the token it is made from
    #[arg(long, value_name = "DURATION", value_parser = parse::long_duration)]
    pub expires: Option<Duration>,
    /// Only this method (Service/Method, Service/* or @read); may be repeated
    #[arg(long = "method", value_name = "METHOD")]
    pub methods: Vec<String>,
    /// Only this symbol; may be repeated
    #[arg(long = "symbol", value_name = "SYMBOL")]
    pub symbols: Vec<String>,
    /// Only from this address or network, e.g. 10.0.0.0/8; may be repeated
    #[arg(long = "source", value_name = "NETWORK")]
    pub sources: Vec<String>,
    /// Write the token to this new file, readable by you only, instead of printing it
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Plan first.
    #[command(flatten)]
    pub plan: PlanArgs,
}

/// Arguments of `step-up`.
#[derive(Debug, Args)]
pub struct StepUpArgs {
    /// One-time code instead of the password
    #[arg(long, value_name = "CODE", conflicts_with_all = ["password_stdin", "password_file"])]
    pub code: Option<String>,
    /// Where the password comes from.
    #[command(flatten)]
    pub password: PasswordArgs,
}

/// Verbs of `totp`.
#[derive(Debug, Subcommand)]
pub enum TotpVerb {
    /// Make a secret for an authenticator; logins need codes once confirm took the first
    #[command(after_help = ex::TOTP)]
    Enrol,
    /// Show with a first code that the authenticator has the secret
    #[command(after_help = ex::TOTP)]
    Confirm {
        /// Six digits
        code: String,
    },
    /// Log in without codes again
    #[command(after_help = ex::TOTP)]
    Remove {
        /// Another user, e.g. one who lost the device (admins only)
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
    },
}

/// Verbs of `keys`.
#[derive(Debug, Subcommand)]
pub enum KeysVerb {
    /// Sign with a new key from now on; nobody has to log in again
    #[command(after_help = ex::KEYS)]
    Rotate {
        /// End all sessions and API tokens too, after a key has leaked
        #[arg(long)]
        end_all: bool,
        /// Plan first.
        #[command(flatten)]
        plan: PlanArgs,
    },
}
