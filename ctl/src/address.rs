//! The daemon's address as people type it: plain or encrypted over the network, or its local socket.

use std::path::{Path, PathBuf};
use tonic::transport::Uri;

/// Port of the daemon when none is given.
const DEFAULT_PORT: u16 = 8000;

/// How the daemon is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    /// `http` or `https`, host in lower case, port.
    Network { tls: bool, host: String, port: u16 },
    /// Path of the local socket.
    Socket(PathBuf),
}

/// A checked address such as `http://127.0.0.1:8000`, `https://bot.lan:8000` or
/// `unix:///var/lib/tradingd/control.sock`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Way);

impl Address {
    /// Reads `host`, `host:port`, `[v6]:port`, the same behind `http://` or `https://`, or
    /// `unix:///path`.
    ///
    /// # Errors
    /// A sentence naming what is wrong: another scheme, a path, a user, no host.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (tls, full) = match text.split_once("://") {
            Some((scheme, path)) if scheme.eq_ignore_ascii_case("unix") => {
                return Self::parse_socket(path);
            }
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("http") => (false, text.to_owned()),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => {
                (true, format!("http://{rest}"))
            }
            Some((scheme, _)) => {
                return Err(format!(
                    "address {text:?}: unknown scheme {scheme:?}, use http://, https:// or unix://"
                ));
            }
            None => (false, format!("http://{text}")),
        };
        let uri: Uri = full.parse().map_err(|e| {
            format!("address {text:?}: {e}; expected host:port, e.g. 127.0.0.1:8000")
        })?;
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(format!("address {text:?}: a path is not allowed, only host:port"));
        }
        let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
        if authority.contains('@') {
            return Err(format!("address {text:?}: a user name is not allowed; log in instead"));
        }
        let host = uri.host().unwrap_or_default();
        // The parser drops a port it cannot use without a word.
        let port = match authority.strip_prefix(host) {
            Some("") if !host.is_empty() => Some(DEFAULT_PORT),
            Some(rest) => rest.strip_prefix(':').and_then(|port| port.parse().ok()),
            None => None,
        };
        match port {
            Some(port) if !host.is_empty() && port > 0 => {
                Ok(Self(Way::Network { tls, host: host.to_lowercase(), port }))
            }
            _ => Err(format!(
                "address {text:?}: expected host:port with a port of 1 to 65535, e.g. 127.0.0.1:8000"
            )),
        }
    }

    fn parse_socket(path: &str) -> Result<Self, String> {
        if path.starts_with('/') && path.len() > 1 {
            return Ok(Self(Way::Socket(PathBuf::from(path))));
        }
        Err(format!("address \"unix://{path}\": expected an absolute path, unix:///path"))
    }

    /// The daemon's local socket.
    #[must_use]
    pub fn socket(path: &Path) -> Self {
        Self(Way::Socket(std::path::absolute(path).unwrap_or_else(|_| path.to_owned())))
    }

    /// The address as URL.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.0 {
            Way::Network { tls: true, host, port } => format!("https://{host}:{port}"),
            Way::Network { tls: false, host, port } => format!("http://{host}:{port}"),
            Way::Socket(path) => format!("unix://{}", path.display()),
        }
    }

    /// Host and port when TLS is spoken; the host without brackets.
    #[must_use]
    pub fn encrypted(&self) -> Option<(&str, u16)> {
        match &self.0 {
            Way::Network { tls: true, host, port } => {
                Some((host.trim_start_matches('[').trim_end_matches(']'), *port))
            }
            Way::Network { .. } | Way::Socket(_) => None,
        }
    }

    /// True for the local socket.
    #[must_use]
    pub fn is_socket(&self) -> bool {
        matches!(self.0, Way::Socket(_))
    }

    /// True when what is sent stays on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let Way::Network { host, .. } = &self.0 else { return true };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost"
            || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_ports_and_case_are_filled_in() {
        for (text, url) in [
            ("127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
            ("HTTP://Host.Example:9", "http://host.example:9"),
            ("localhost", "http://localhost:8000"),
            (" bot.lan:81 ", "http://bot.lan:81"),
            ("[::1]:8000", "http://[::1]:8000"),
            ("[::1]", "http://[::1]:8000"),
            ("https://Bot.lan", "https://bot.lan:8000"),
            ("HTTPS://[::1]:8443/", "https://[::1]:8443"),
            ("unix:///run/tradingd/control.sock", "unix:///run/tradingd/control.sock"),
        ] {
            assert_eq!(Address::parse(text).map(|a| a.url()), Ok(url.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_a_reason() {
        for (text, word) in [
            ("ftp://host:1", "unknown scheme"),
            ("https://host:1/path", "path"),
            ("https://me@host:1", "user name"),
            ("unix://run/x", "absolute path"),
            ("unix:///", "absolute path"),
            ("http://host:1/path", "path"),
            ("http://me:secret@host:1", "user name"),
            ("", "expected host:port"),
            ("host:", "expected host:port"),
            ("host:99999", "expected host:port"),
            ("http://", "expected host:port"),
        ] {
            let error = Address::parse(text).expect_err(text);
            assert!(error.contains(word), "{text}: {error}");
        }
    }

    #[test]
    fn loopback_is_told_from_the_network() {
        for (text, loopback) in [
            ("127.0.0.1:1", true),
            ("localhost:1", true),
            ("[::1]:1", true),
            ("10.0.0.1:1", false),
            ("unix:///x", true),
        ] {
            assert_eq!(Address::parse(text).expect("valid").is_loopback(), loopback, "{text}");
        }
    }
}
