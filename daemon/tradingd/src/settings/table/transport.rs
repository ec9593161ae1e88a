//! Names, TLS, and how much clients may ask of the port.

use crate::control_plane::http::names;
use crate::settings::entry::Entry;
use crate::settings::kind::{Kind, Range};
use crate::settings::{Settings, TlsMode};
use std::path::PathBuf;
use std::time::Duration;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        "server.names",
        "",
        "",
        "Names under which the daemon is reached besides its own address, e.g. bot.example.org, with a port behind a proxy that has another one. Requests that name any other host are refused.",
        Kind::List("host names or addresses, each with or without a port", |s, items| {
            s.server.names = checked_names(items, true)?;
            Ok(())
        }),
    ),
    Entry::new(
        "server.max_connections",
        "connections",
        "256",
        "Connections at the same time. When all are taken, one that never showed a valid token makes room for the next.",
        Kind::Count(Range::closed(8, 65_536), |s, n| s.server.max_connections = n as usize),
    ),
    Entry::new(
        "server.max_connections_per_address",
        "connections",
        "32",
        "Connections at the same time from one address; this machine's own are not limited.",
        Kind::Count(Range::closed(1, 65_536), |s, n| s.server.max_per_address = n as usize),
    ),
    Entry::new(
        "server.reserved_connections",
        "connections",
        "4",
        "Of all connections, those that only this machine may take, so that a local stop gets through.",
        Kind::Count(Range::closed(0, 1_024), |s, n| s.server.reserved = n as usize),
    ),
    Entry::new(
        "server.max_streams",
        "calls",
        "100",
        "Calls and streams at the same time on one connection.",
        Kind::Count(Range::closed(1, 10_000), |s, n| s.server.max_streams = n as u32),
    ),
    Entry::new(
        "server.header_list_kib",
        "KiB",
        "16",
        "Longest list of headers of one request.",
        Kind::Count(Range::closed(4, 256), |s, n| s.server.header_list = n as u32 * 1024),
    ),
    Entry::new(
        "server.message_kib",
        "KiB",
        "1024",
        "Largest request.",
        Kind::Count(Range::closed(16, 65_536), |s, n| s.server.message = n as usize * 1024),
    ),
    Entry::new(
        "server.header_timeout_seconds",
        "seconds",
        "10",
        "Time that a new connection has to send its first request.",
        Kind::Count(Range::closed(1, 300), |s, n| {
            s.server.header_timeout = Duration::from_secs(n);
        }),
    ),
    Entry::new(
        "tls.enabled",
        "",
        "auto",
        "Whether the port speaks TLS: auto means on unless it listens on this machine only. Without TLS it listens nowhere else.",
        Kind::Choice(&["auto", "on", "off"], |s, word| {
            s.tls.mode = match word {
                "on" => TlsMode::On,
                "off" => TlsMode::Off,
                _ => TlsMode::Auto,
            };
        }),
    ),
    Entry::new(
        "tls.names",
        "",
        "",
        "Names and addresses in the certificate that the daemon makes for itself, besides server.names, its listen address, the machine's name and localhost.",
        Kind::List("host names or addresses", |s, items| {
            s.tls.names = checked_names(items, false)?;
            Ok(())
        }),
    ),
    Entry::new(
        "tls.certificate",
        "",
        "",
        "Certificate chain (PEM) to use instead of one from the daemon's own authority. Read again when the file changes.",
        Kind::Text("a path, or nothing", |s, text| path(&mut s.tls.certificate, text)),
    ),
    Entry::new(
        "tls.key",
        "",
        "",
        "Private key (PEM) of tls.certificate, readable by its owner only.",
        Kind::Text("a path, or nothing", |s, text| path(&mut s.tls.key, text)),
    ),
    Entry::new(
        "tls.client_ca",
        "",
        "",
        "Authority (PEM) whose certificates clients must show, on top of their tokens. Nothing asks for none.",
        Kind::Text("a path, or nothing", |s, text| path(&mut s.tls.client_ca, text)),
    ),
];

fn path(place: &mut Option<PathBuf>, text: &str) -> bool {
    *place = (!text.is_empty()).then(|| PathBuf::from(text));
    true
}

/// Names in lower case; the first that is none is the error.
fn checked_names(items: &[String], with_port: bool) -> Result<Vec<String>, String> {
    let name = |item: &String| {
        let lower = item.to_ascii_lowercase();
        let host = names::without_port(&lower);
        let rest = lower.trim_start_matches('[').strip_prefix(host).unwrap_or_default();
        let port = rest.trim_start_matches(']').strip_prefix(':');
        let port_fine = port.is_none_or(|p| with_port && p.parse::<u16>().is_ok_and(|p| p > 0));
        let fine = names::is_host(host) && port_fine;
        fine.then_some(lower).ok_or_else(|| item.clone())
    };
    items.iter().map(name).collect()
}

impl Settings {
    /// True when the port speaks TLS.
    #[must_use]
    pub fn uses_tls(&self) -> bool {
        match self.tls.mode {
            TlsMode::On => true,
            TlsMode::Off => false,
            TlsMode::Auto => !self.listen.ip().is_loopback(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_and_lowered() {
        let check = |text: &str, port| checked_names(&[text.to_owned()], port);
        for text in ["Bot.Example.org", "bot", "10.0.0.1", "::1", "[::1]", "a-b.c"] {
            assert_eq!(check(text, false), Ok(vec![text.to_lowercase()]), "{text}");
        }
        for text in ["bot:8443", "[::1]:8443", "10.0.0.1:1"] {
            assert!(check(text, true).is_ok(), "{text}");
            assert!(check(text, false).is_err(), "{text}");
        }
        for text in
            ["", "a b", "a..b", "-a", "https://bot", "bot/", "bot:0", "bot:x", "*", "b\u{f6}t"]
        {
            assert!(check(text, true).is_err(), "{text}");
        }
    }
}
