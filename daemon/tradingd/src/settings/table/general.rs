//! Mode, address, data directory, log.

use crate::settings::entry::Entry;
use crate::settings::kind::Kind;
use crate::settings::{LogFormat, Mode};
use std::net::SocketAddr;
use std::path::PathBuf;
use tracing::Level;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        "mode",
        "",
        "paper",
        "Where orders go: paper is the built-in exchange with made-up money. This version has no venue, so live is refused.",
        Kind::Choice(&["paper", "live"], |s, word| {
            s.mode = if word == "live" { Mode::Live } else { Mode::Paper };
        }),
    ),
    Entry::new(
        "listen",
        "",
        "127.0.0.1:8000",
        "Address and port of the control plane: gRPC, gRPC-Web, health and dashboard. Port 0 takes a free one. An address that others can reach needs TLS and an admin, or the daemon refuses to start (docs/operations/secure.md).",
        Kind::Text("an address with a port", |s, text| {
            match listen_address(text) {
                Some(address) => {
                    s.listen = address;
                    true
                }
                None => false,
            }
        }),
    ),
    Entry::new(
        "data_dir",
        "",
        "data",
        "Directory that holds everything durable: database, keys, first-run token. Made with mode 0700.",
        Kind::Text("a path", |s, text| {
            s.data_dir = PathBuf::from(text);
            !text.is_empty()
        }),
    ),
    Entry::new(
        "log.level",
        "",
        "info",
        "Least severe level that is logged. The variable RUST_LOG, when set, filters finer and wins.",
        Kind::Choice(&["error", "warn", "info", "debug", "trace"], |s, word| {
            s.log.level = match word {
                "error" => Level::ERROR,
                "warn" => Level::WARN,
                "debug" => Level::DEBUG,
                "trace" => Level::TRACE,
                _ => Level::INFO,
            };
        }),
    )
    .hot(),
    Entry::new(
        "log.format",
        "",
        "auto",
        "Shape of log lines on standard error: auto is pretty on a terminal and JSON otherwise.",
        Kind::Choice(&["pretty", "json", "auto"], |s, word| {
            s.log.format = match word {
                "pretty" => LogFormat::Pretty,
                "json" => LogFormat::Json,
                _ => LogFormat::Auto,
            };
        }),
    ),
];

/// An address with a port; `localhost` stands for 127.0.0.1.
fn listen_address(text: &str) -> Option<SocketAddr> {
    let text = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    text.parse().ok()
}
