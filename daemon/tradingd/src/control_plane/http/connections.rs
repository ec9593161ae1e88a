//! Accepted connections: encrypted or not, each in its place, each of which can be cut.
//!
//! Handshakes run beside each other, so that a peer that dawdles keeps nobody else waiting.

use super::places::{Place, Places, Visit};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tonic::transport::server::{Connected as _, TcpConnectInfo};

/// Time for a TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Connections that are ready and not taken over yet.
const READY: usize = 32;

/// Bytes in and out, encrypted or not.
#[derive(Debug)]
pub enum Wire {
    /// As they are.
    Plain(TcpStream),
    /// Encrypted.
    Tls(Box<TlsStream<TcpStream>>),
}

/// Who is at the other end, in the extensions of requests.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Addresses of both ends.
    pub tcp: TcpConnectInfo,
    /// True when nobody in between can read along.
    pub encrypted: bool,
    /// The connection.
    pub visit: Visit,
}

/// A connection to be served in its place until its visit is cut.
#[derive(Debug)]
pub struct Connection {
    /// Its bytes.
    pub wire: Wire,
    /// Who is at the other end.
    pub peer: Peer,
    /// Given back when dropped.
    pub place: Place,
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(wire) => Pin::new(wire).poll_read(context, buffer),
            Self::Tls(wire) => Pin::new(wire).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(wire) => Pin::new(wire).poll_write(context, bytes),
            Self::Tls(wire) => Pin::new(wire).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(wire) => Pin::new(wire).poll_flush(context),
            Self::Tls(wire) => Pin::new(wire).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(wire) => Pin::new(wire).poll_shutdown(context),
            Self::Tls(wire) => Pin::new(wire).poll_shutdown(context),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(wire) => Pin::new(wire).poll_write_vectored(context, slices),
            Self::Tls(wire) => Pin::new(wire).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(wire) => wire.is_write_vectored(),
            Self::Tls(wire) => wire.is_write_vectored(),
        }
    }
}

/// How connections are taken.
#[derive(Clone)]
pub struct Reception {
    /// Where they go.
    pub places: Places,
    /// Encrypts them; `None` for plain ones.
    pub tls: Option<TlsAcceptor>,
}

impl std::fmt::Debug for Reception {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reception").field("tls", &self.tls.is_some()).finish_non_exhaustive()
    }
}

impl Reception {
    /// The connections of a listener, which is closed when the receiver is dropped. Whoever finds no
    /// place is closed at once: waiting in the system's queue it would stand before others.
    pub fn accept(self, listener: TcpListener) -> mpsc::Receiver<Connection> {
        let (ready, connections) = mpsc::channel(READY);
        tokio::spawn(async move {
            loop {
                let accepted = tokio::select! {
                    () = ready.closed() => return,
                    accepted = listener.accept() => accepted,
                };
                match accepted {
                    Ok((stream, from)) => match self.places.take(from.ip()) {
                        Some(place) => {
                            tokio::spawn(self.clone().receive(stream, place, ready.clone()));
                        }
                        None => tracing::debug!(address = %from.ip(), "no place for a connection"),
                    },
                    Err(error) => {
                        // Out of file descriptors, or the peer gave up: neither ends the server.
                        tracing::warn!(%error, "connection not accepted");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
            }
        });
        connections
    }

    /// Shakes hands where that is asked for, and hands the connection on.
    async fn receive(self, stream: TcpStream, place: Place, ready: mpsc::Sender<Connection>) {
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let visit = place.visit().clone();
        let peer = Peer {
            tcp: stream.connect_info(),
            encrypted: self.tls.is_some(),
            visit: visit.clone(),
        };
        let wire = match &self.tls {
            None => Wire::Plain(stream),
            Some(tls) => {
                let shaken = tokio::time::timeout(HANDSHAKE, tls.accept(stream));
                let shaken = tokio::select! {
                    () = visit.cut().cancelled() => return,
                    shaken = shaken => shaken,
                };
                match shaken {
                    Ok(Ok(stream)) => Wire::Tls(Box::new(stream)),
                    Ok(Err(error)) => {
                        tracing::debug!(%error, "a TLS handshake failed");
                        return;
                    }
                    Err(_) => return,
                }
            }
        };
        let _ = ready.send(Connection { wire, peer, place }).await;
    }
}
