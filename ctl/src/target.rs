//! Which daemon a command line means: flags, environment, config file, in this order.

use crate::address::Address;
use crate::cli::Connection;
use crate::failure::Failure;
use crate::profile::{Config, Profile};
use std::path::PathBuf;

/// Where the daemon is when nothing says otherwise.
const DEFAULT: &str = "http://127.0.0.1:8000";

/// One daemon and what is needed to talk to it.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where it is.
    pub addr: Address,
    /// Authority that is trusted in place of the pinned one.
    pub ca: Option<PathBuf>,
    /// What its authority must be.
    pub ca_fingerprint: Option<String>,
    /// Certificate and key to show.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Access token in place of a session.
    pub token: Option<String>,
}

/// A variable of the environment; an empty one counts as none, as for other tools.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())
}

/// The daemon that is meant.
///
/// # Errors
/// A profile that is not there, a malformed address, a token file that can't be read.
pub fn resolve(asked: &Connection) -> Result<Target, Failure> {
    resolve_with(asked, &Config::load, &variable)
}

fn resolve_with(
    asked: &Connection,
    config: &dyn Fn() -> Result<Config, Failure>,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Target, Failure> {
    let parse = |text: &str| Address::parse(text).map_err(Failure::usage);
    let mut profile = Profile::default();
    let addr = if let Some(path) = &asked.socket {
        Address::socket(path)
    } else if let Some(addr) = &asked.addr {
        addr.clone()
    } else if let Some(name) = &asked.profile {
        profile = config()?.get(name)?.clone();
        parse(&profile.addr)?
    } else if let Some(text) = variable("BOTCTL_ADDR") {
        parse(&text)?
    } else if let Some(name) = variable("BOTCTL_PROFILE") {
        profile = config()?.get(&name)?.clone();
        parse(&profile.addr)?
    } else {
        let config = config()?;
        match &config.used {
            Some(name) => {
                profile = config.get(name)?.clone();
                parse(&profile.addr)?
            }
            None => parse(DEFAULT)?,
        }
    };
    let pair = |cert: &Option<PathBuf>, key: &Option<PathBuf>| cert.clone().zip(key.clone());
    let file = asked.token.as_ref().filter(|file| !file.as_os_str().is_empty());
    let token = match (file, variable("BOTCTL_TOKEN"), &profile.token_file) {
        (Some(file), ..) | (None, None, Some(file)) => Some(crate::commands::tokens::read(file)?),
        (None, token, _) => token,
    };
    Ok(Target {
        addr,
        ca: asked.ca.clone().or(profile.ca),
        ca_fingerprint: asked.ca_fingerprint.clone(),
        identity: pair(&asked.cert, &asked.key).or_else(|| pair(&profile.cert, &profile.key)),
        token,
    })
}

/// Sockets of daemons on this machine that a stop may be given to when the network fails, likely
/// ones first.
#[must_use]
pub fn local_sockets() -> Vec<PathBuf> {
    let folders = [
        variable("TRADINGD__DATA_DIR").map(PathBuf::from),
        Some(PathBuf::from("data")),
        Some(PathBuf::from("/var/lib/tradingd")),
    ];
    folders.into_iter().flatten().map(|folder| folder.join("control.sock")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Result<Config, Failure> {
        let profile = |addr: &str| Profile { addr: addr.to_owned(), ..Profile::default() };
        let home = Profile { ca: Some(PathBuf::from("/ca")), ..profile("https://home.lan") };
        let profiles = [("home".to_owned(), home), ("away".to_owned(), profile("away:1"))].into();
        Ok(Config { used: Some("home".to_owned()), profiles })
    }

    fn url(asked: &Connection, environment: &[(&str, &str)]) -> String {
        let variable =
            |name: &str| environment.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        let found = resolve_with(asked, &config, &variable);
        found.map_or_else(|e| e.message().to_owned(), |target| target.addr.url())
    }

    #[test]
    fn flags_come_before_the_environment_and_that_before_the_file() {
        let flag = |addr: &str| Connection {
            addr: Some(Address::parse(addr).expect("valid")),
            ..Connection::default()
        };
        let named =
            |name: &str| Connection { profile: Some(name.to_owned()), ..Connection::default() };
        let both = [("BOTCTL_ADDR", "env:2"), ("BOTCTL_PROFILE", "away")];
        assert_eq!(url(&flag("flag:3"), &both), "http://flag:3");
        assert_eq!(url(&named("away"), &both), "http://away:1");
        assert_eq!(url(&Connection::default(), &both), "http://env:2");
        assert_eq!(url(&Connection::default(), &both[1..]), "http://away:1");
        assert_eq!(url(&Connection::default(), &[]), "https://home.lan:8000");
        assert_eq!(url(&named("none"), &both), "there is no profile \"none\"");
        let socket =
            Connection { socket: Some(PathBuf::from("/x/control.sock")), ..Connection::default() };
        assert_eq!(url(&socket, &both), "unix:///x/control.sock");
    }

    #[test]
    fn a_profile_brings_its_authority_and_a_flag_replaces_it() {
        let none = |_: &str| None;
        let target = resolve_with(&Connection::default(), &config, &none).expect("found");
        assert_eq!(target.ca, Some(PathBuf::from("/ca")));
        let asked = Connection { ca: Some(PathBuf::from("/other")), ..Connection::default() };
        let target = resolve_with(&asked, &config, &none).expect("found");
        assert_eq!(target.ca, Some(PathBuf::from("/other")));
        assert!(target.token.is_none());
    }
}
