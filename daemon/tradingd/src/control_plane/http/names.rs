//! The daemon's own names: what a request may say it was sent to, and which pages may send one.
//!
//! A page that an attacker's name server points at this machine still names the attacker's host; so
//! the host is looked at before anything else.

use std::net::{IpAddr, SocketAddr};

/// Hosts and origins that are our own.
#[derive(Debug, Clone)]
pub struct Names {
    hosts: Vec<String>,
    origins: Vec<String>,
}

impl Names {
    /// Names of a daemon that listens on `listen`, the address that was really bound, with TLS or
    /// without, and under further `names` (`host` or `host:port`).
    #[must_use]
    pub fn new(listen: SocketAddr, tls: bool, names: &[String]) -> Self {
        let port = listen.port();
        let (scheme, usual) = if tls { ("https", 443) } else { ("http", 80) };
        let mut hosts = Vec::new();
        let mut origins = Vec::new();
        let local = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
        let bound = (!listen.ip().is_unspecified()).then(|| bracketed(&listen.ip().to_string()));
        let mut add = |host: String| {
            origins.push(format!("{scheme}://{host}"));
            hosts.push(host);
        };
        for host in local.into_iter().chain(bound) {
            if port == usual {
                add(host.clone());
            }
            add(format!("{host}:{port}"));
        }
        for name in names {
            let host = without_port(name);
            if host.len() < name.len() && !is_bare_v6(name) && !name.ends_with(']') {
                add(name.clone());
            } else {
                add(format!("{}:{port}", bracketed(host)));
                add(bracketed(host));
            }
        }
        // Behind a proxy the page is the proxy's, which speaks TLS where we do not.
        let further = hosts.iter().filter(|h| names.iter().any(|n| h.starts_with(without_port(n))));
        let proxied: Vec<String> = further.map(|host| format!("https://{host}")).collect();
        origins.extend(proxied);
        Self { hosts, origins }
    }

    /// True when a `Host` header or `:authority` is ours.
    #[must_use]
    pub fn has_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host))
    }

    /// True when a page of ours has this origin; browsers write it in exactly one way.
    #[must_use]
    pub fn has_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|ours| ours == origin)
    }
}

fn is_bare_v6(text: &str) -> bool {
    text.parse::<std::net::Ipv6Addr>().is_ok()
}

/// An IPv6 address in brackets, anything else as it is.
fn bracketed(host: &str) -> String {
    if is_bare_v6(host) { format!("[{host}]") } else { host.to_owned() }
}

/// The host of `host`, `host:port`, `v6`, `[v6]` or `[v6]:port`, without brackets.
#[must_use]
pub fn without_port(name: &str) -> &str {
    if is_bare_v6(name) {
        return name;
    }
    let host = match name.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => name,
    };
    host.trim_start_matches('[').trim_end_matches(']')
}

/// True for what can be a host: an address, or labels of letters, digits and hyphens.
#[must_use]
pub fn is_host(text: &str) -> bool {
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.parse::<IpAddr>().is_ok() || (text.len() <= 253 && text.split('.').all(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_and_without_ports_are_ours() {
        let given = ["bot.example.org", "proxy.example.org:8443", "10.0.0.5", "2001:db8::1"];
        let names =
            Names::new(SocketAddr::from(([0, 0, 0, 0], 8000)), true, &given.map(str::to_owned));
        for host in [
            "bot.example.org:8000",
            "bot.example.org",
            "BOT.example.org",
            "proxy.example.org:8443",
            "10.0.0.5:8000",
            "[2001:db8::1]:8000",
            "localhost:8000",
        ] {
            assert!(names.has_host(host), "{host}");
        }
        for host in ["proxy.example.org", "0.0.0.0:8000", "bot.example.org:1", "localhost", ""] {
            assert!(!names.has_host(host), "{host}");
        }
        assert!(names.has_origin("https://bot.example.org"));
        assert!(names.has_origin("https://localhost:8000"));
        for origin in ["http://bot.example.org:8000", "http://localhost:8000", "https://localhost"]
        {
            assert!(!names.has_origin(origin), "{origin}");
        }
    }

    #[test]
    fn a_proxy_before_a_daemon_without_tls_has_an_origin_with() {
        let listen = SocketAddr::from(([127, 0, 0, 1], 8000));
        let names = Names::new(listen, false, &["bot.example.org".to_owned()]);
        assert!(names.has_host("bot.example.org"));
        assert!(names.has_origin("https://bot.example.org"));
        assert!(!names.has_origin("https://localhost:8000"), "nobody speaks TLS there");
    }

    #[test]
    fn the_usual_port_may_be_left_out() {
        let plain = Names::new(SocketAddr::from(([127, 0, 0, 1], 80)), false, &[]);
        assert!(plain.has_host("localhost") && plain.has_origin("http://localhost"));
        let tls = Names::new(SocketAddr::from(([127, 0, 0, 1], 443)), true, &[]);
        assert!(tls.has_host("127.0.0.1") && tls.has_origin("https://127.0.0.1"));
        assert!(!tls.has_origin("http://127.0.0.1"));
    }
}
