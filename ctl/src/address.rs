//! The daemon's address as people type it.
//!
//! Only plain HTTP is spoken: the daemon listens on loopback, and from afar one uses a tunnel.

use tonic::transport::Uri;

/// Port of the daemon when none is given.
const DEFAULT_PORT: u16 = 8000;

/// A checked address such as `http://127.0.0.1:8000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// Reads `host`, `host:port`, `[v6]:port` or `http://host:port`.
    ///
    /// # Errors
    /// A sentence naming what is wrong: another scheme, a path, a user, no host.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let full = match text.split_once("://") {
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("http") => text.to_owned(),
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => {
                return Err(format!(
                    "address {text:?}: https is not spoken here; use http:// through a tunnel \
                     (ssh -L 8000:127.0.0.1:8000 HOST)"
                ));
            }
            Some((scheme, _)) => {
                return Err(format!("address {text:?}: unknown scheme {scheme:?}, use http://"));
            }
            None => format!("http://{text}"),
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
                Ok(Self { host: host.to_lowercase(), port })
            }
            _ => Err(format!(
                "address {text:?}: expected host:port with a port of 1 to 65535, e.g. 127.0.0.1:8000"
            )),
        }
    }

    /// The address as URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}:{}", self.host, self.port)
    }

    /// True when what is sent stays on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
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
        ] {
            assert_eq!(Address::parse(text).map(|a| a.url()), Ok(url.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_a_reason() {
        for (text, word) in [
            ("https://host:1", "https is not spoken"),
            ("unix:///run/x", "unknown scheme"),
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
        for (text, loopback) in
            [("127.0.0.1:1", true), ("localhost:1", true), ("[::1]:1", true), ("10.0.0.1:1", false)]
        {
            assert_eq!(Address::parse(text).expect("valid").is_loopback(), loopback, "{text}");
        }
    }
}
