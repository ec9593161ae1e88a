//! `GET` over plain HTTP/1.1, for `/healthz`; no client library, so that nothing hides the bytes.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Status and body of `GET path`.
///
/// # Errors
/// No connection, or no whole answer in time.
pub fn get(address: SocketAddr, path: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let broken = || std::io::Error::other(format!("no HTTP answer: {answer:?}"));
    let status = answer.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(broken)?;
    let body = answer.split_once("\r\n\r\n").ok_or_else(broken)?.1.to_owned();
    Ok((status, body))
}
