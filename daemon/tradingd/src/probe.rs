//! `tradingd health`: asks a running daemon whether it works, over its port or its local socket.

use anyhow::Context as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// Time for the answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// The text of a daemon's `/healthz`, over the socket when one is named.
///
/// # Errors
/// It can't be reached, or is not serving.
pub fn health(address: SocketAddr, socket: Option<&Path>) -> anyhow::Result<String> {
    let Some(path) = socket else {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)
            .with_context(|| format!("no daemon at {address}"))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        return ask(stream, &address.to_string());
    };
    let stream =
        UnixStream::connect(path).with_context(|| format!("no daemon at {}", path.display()))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    ask(stream, "localhost")
}

fn ask(mut stream: impl Read + Write, host: &str) -> anyhow::Result<String> {
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    anyhow::ensure!(
        read.is_ok() && answer.starts_with("HTTP/1.1 "),
        "no plain HTTP there; with TLS ask over the socket: tradingd health --socket DIR/control.sock"
    );
    let body = answer.split_once("\r\n\r\n").map_or("", |parts| parts.1).trim();
    anyhow::ensure!(answer.starts_with("HTTP/1.1 200"), "not serving: {body}");
    Ok(format!("{body}\n"))
}
