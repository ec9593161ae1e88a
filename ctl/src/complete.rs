//! Completion while typing: the shell calls botctl back, which knows the command tree and asks the
//! daemon for names.
//!
//! What goes wrong is silent, for the user is in the middle of a line: no daemon, no login or a slow
//! answer only mean that no names are offered. The stored session is used but never renewed: a key
//! press must not spend a refresh token that a killed process could not store.

use crate::address::Address;
use crate::cli::{Cli, Connection};
use crate::client::Client;
use crate::profile::Config;
use crate::session::Store;
use crate::target::{self, Target};
use crate::trust::{self, Roots};
use clap::{Command, CommandFactory as _};
use clap_complete::CompletionCandidate;
use clap_complete::engine::ArgValueCandidates;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;
use tradingd_proto::v1::order_service_client::OrderServiceClient;
use tradingd_proto::v1::settings_service_client::SettingsServiceClient;
use tradingd_proto::v1::strategy_service_client::StrategyServiceClient;
use tradingd_proto::v1::system_service_client::SystemServiceClient;
use tradingd_proto::v1::token_service_client::TokenServiceClient;
use tradingd_proto::v1::user_service_client::UserServiceClient;
use tradingd_proto::v1::{
    GetStatusRequest, ListOrdersRequest, ListSettingsRequest, ListStrategiesRequest,
    ListTokensRequest, ListUsersRequest,
};

/// Time for the daemon's answer.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long names are kept.
const KEPT: Duration = Duration::from_secs(30);

/// What a value is a name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    Symbols,
    Strategies,
    Orders,
    Settings,
    Users,
    Tokens,
    Profiles,
}

/// Answers a shell that asks for completions; false when nobody asks.
pub fn answered() -> bool {
    let here = std::env::current_dir().ok();
    clap_complete::CompleteEnv::with_factory(command)
        .try_complete(std::env::args_os(), here.as_deref())
        .unwrap_or(true)
}

/// The command tree with its names.
fn command() -> Command {
    attach(Cli::command(), "")
}

/// Puts names on every argument that takes one, by the argument's id and the verb's path.
fn attach(command: Command, path: &str) -> Command {
    let here = path.to_owned();
    let command = command.mut_args(move |arg| match names_of(&here, arg.get_id().as_str()) {
        Some(names) => arg.add(ArgValueCandidates::new(move || candidates(names))),
        None => arg,
    });
    let below = path.to_owned();
    command.mut_subcommands(move |sub| {
        let path = format!("{below} {}", sub.get_name());
        attach(sub, path.trim_start())
    })
}

/// What an argument of a verb is a name of.
fn names_of(path: &str, id: &str) -> Option<Names> {
    match (path, id) {
        (_, "symbol" | "symbols") => Some(Names::Symbols),
        (_, "strategy") => Some(Names::Strategies),
        (path, "name") if path.starts_with("strategies") => Some(Names::Strategies),
        (path, "id" | "order") if path.starts_with("orders") => Some(Names::Orders),
        (path, "user") if path.starts_with("users") && path != "users add" => Some(Names::Users),
        (path, "user" | "principal") if is_about_users(path) => Some(Names::Users),
        ("tokens revoke", "id") => Some(Names::Tokens),
        (_, "profile") | ("profiles use" | "profiles remove", "name") => Some(Names::Profiles),
        (path, "prefix" | "key" | "keys" | "setting") if path.starts_with("settings") => {
            Some(Names::Settings)
        }
        _ => None,
    }
}

/// Verbs that may name another user than one's own.
fn is_about_users(path: &str) -> bool {
    ["sessions", "tokens", "totp remove", "audit"].iter().any(|verb| path.starts_with(verb))
}

fn candidates(names: Names) -> Vec<CompletionCandidate> {
    if names == Names::Profiles {
        // They lie on this machine; no daemon is asked.
        return fit(profiles().unwrap_or_default());
    }
    let found =
        meant().and_then(|meant| cached(&meant.addr, names).or_else(|| fetched(&meant, names)));
    fit(found.unwrap_or_default())
}

/// Names that a shell would take apart are of no use on its line, and may be harmful.
fn fit(mut found: Vec<String>) -> Vec<CompletionCandidate> {
    found.retain(|name| is_plain(name));
    found.into_iter().map(CompletionCandidate::new).collect()
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_control() || " $`'\"\\;&|<>()".contains(c))
}

/// The daemon that the line being typed is about.
fn meant() -> Option<Target> {
    let words: Vec<OsString> = std::env::args_os().collect();
    let words: Vec<String> = words.iter().map(|w| w.to_string_lossy().into_owned()).collect();
    let addr = option(&words, "--addr").map(|text| Address::parse(&text)).transpose().ok()?;
    let asked = Connection {
        addr,
        profile: option(&words, "--profile"),
        ca: option(&words, "--ca").map(PathBuf::from),
        ..Connection::default()
    };
    target::resolve(&asked).ok()
}

/// The value of an option in a line, as two words or one.
fn option(words: &[String], name: &str) -> Option<String> {
    let pair = words.windows(2).find(|two| two[0] == name).map(|two| two[1].clone());
    let one = |w: &String| w.strip_prefix(name)?.strip_prefix('=').map(str::to_owned);
    pair.or_else(|| words.iter().find_map(one))
}

/// The authorities that are trusted already; nobody is asked in the middle of a line.
fn roots(meant: &Target) -> Option<Option<Roots>> {
    if meant.addr.encrypted().is_none() {
        return Some(None);
    }
    if let Some(path) = &meant.ca {
        return trust::from_file(path).ok().map(Some);
    }
    let (roots, _) = trust::pinned(&Store::for_address(&meant.addr).ok()?).ok()??;
    Some(Some(roots))
}

/// File of names that were asked for a moment ago.
fn file(addr: &Address, names: Names) -> Option<PathBuf> {
    let absolute =
        |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|h| h.join(".cache")))?;
    let url: String =
        addr.url().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    Some(base.join("botctl").join(format!("{url}-{names:?}")))
}

fn cached(addr: &Address, names: Names) -> Option<Vec<String>> {
    let path = file(addr, names)?;
    let age = path.metadata().ok()?.modified().ok()?.elapsed().ok()?;
    if age > KEPT {
        return None;
    }
    let text = std::fs::read_to_string(path).ok()?;
    Some(text.lines().map(str::to_owned).collect())
}

/// Keeps names for the next key press; when that fails they are asked for again.
fn keep(addr: &Address, names: Names, found: &[String]) {
    let Some(path) = file(addr, names) else { return };
    let Some(folder) = path.parent() else { return };
    let fresh = path.with_extension(std::process::id().to_string());
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&fresh, found.join("\n")))
        .and_then(|()| std::fs::rename(&fresh, &path));
    if written.is_err() {
        let _ = std::fs::remove_file(fresh);
    }
}

fn fetched(meant: &Target, names: Names) -> Option<Vec<String>> {
    let addr = &meant.addr;
    let token = meant.token.clone().or_else(|| token(addr))?;
    let roots = roots(meant)?;
    let target = Target { token: Some(token), ..meant.clone() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let asked = runtime.block_on(async {
        let client = Client::new(&target, roots, PATIENCE).ok()?;
        tokio::time::timeout(PATIENCE, ask(&client, names)).await.ok()?
    });
    runtime.shutdown_background();
    let mut found = asked?;
    found.retain(|name| is_plain(name));
    keep(addr, names, &found);
    Some(found)
}

/// Daemons of the config file.
fn profiles() -> Option<Vec<String>> {
    Some(Config::load().ok()?.profiles.into_keys().collect())
}

fn token(addr: &Address) -> Option<String> {
    let session = Store::for_address(addr).ok()?.load().ok()??;
    session.is_fresh().then_some(session.access_token)
}

async fn ask(client: &Client, names: Names) -> Option<Vec<String>> {
    let found = match names {
        Names::Symbols => {
            let call = client.read(GetStatusRequest {}, async |c, r| {
                SystemServiceClient::new(c).get_status(r).await
            });
            call.await.ok()?.symbols
        }
        Names::Strategies => {
            let call = client.read(ListStrategiesRequest {}, async |c, r| {
                StrategyServiceClient::new(c).list_strategies(r).await
            });
            call.await.ok()?.strategies.into_iter().map(|s| s.name).collect()
        }
        Names::Orders => {
            let request = ListOrdersRequest { page_size: 100, ..Default::default() };
            let call =
                client.read(request, async |c, r| OrderServiceClient::new(c).list_orders(r).await);
            call.await.ok()?.orders.into_iter().map(|o| o.client_order_id).collect()
        }
        Names::Settings => {
            let request = ListSettingsRequest { prefix: String::new() };
            let call = client
                .read(request, async |c, r| SettingsServiceClient::new(c).list_settings(r).await);
            call.await.ok()?.settings.into_iter().map(|s| s.key).collect()
        }
        Names::Users => {
            let call = client.read(ListUsersRequest {}, async |c, r| {
                UserServiceClient::new(c).list_users(r).await
            });
            call.await.ok()?.users.into_iter().map(|u| u.name).collect()
        }
        Names::Tokens => {
            let request = ListTokensRequest { user: String::new() };
            let call =
                client.read(request, async |c, r| TokenServiceClient::new(c).list_tokens(r).await);
            call.await.ok()?.tokens.into_iter().map(|t| t.token_id).collect()
        }
        Names::Profiles => profiles()?,
    };
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_know_what_they_name() {
        for (path, id, names) in [
            ("explain", "symbol", Some(Names::Symbols)),
            ("positions close", "symbol", Some(Names::Symbols)),
            ("trades", "strategy", Some(Names::Strategies)),
            ("strategies disable", "name", Some(Names::Strategies)),
            ("orders get", "id", Some(Names::Orders)),
            ("settings", "prefix", Some(Names::Settings)),
            ("login", "user", None),
            ("users", "name", None),
            ("users add", "user", None),
            ("users remove", "user", Some(Names::Users)),
            ("sessions revoke", "user", Some(Names::Users)),
            ("tokens list", "user", Some(Names::Users)),
            ("totp remove", "user", Some(Names::Users)),
            ("audit list", "principal", Some(Names::Users)),
            ("tokens revoke", "id", Some(Names::Tokens)),
            ("sessions revoke", "id", None),
            ("profiles use", "name", Some(Names::Profiles)),
            ("profiles add", "name", None),
            ("status", "profile", Some(Names::Profiles)),
            ("settings get", "setting", Some(Names::Settings)),
        ] {
            assert_eq!(names_of(path, id), names, "{path} {id}");
        }
    }

    #[test]
    fn the_line_being_typed_names_the_daemon() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let addr = |line: &str| option(&words(line), "--addr");
        assert_eq!(addr("botctl -- botctl --addr h:1 explain").as_deref(), Some("h:1"));
        assert_eq!(addr("botctl -- botctl explain --addr=h:2").as_deref(), Some("h:2"));
        assert_eq!(addr("botctl -- botctl explain"), None);
    }

    #[test]
    fn the_tree_with_its_names_is_sound() {
        command().debug_assert();
    }
}
