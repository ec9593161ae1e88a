//! Accepted connections: encrypted or not, each in its place, each of which can be cut.
//!
//! Handshakes run beside each other, so that a peer that dawdles keeps nobody else waiting. Graceful
//! shutdown alone would wait for ever on a peer that says nothing.

use super::places::{Place, Places, Visit};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::Sleep;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::WaitForCancellationFutureOwned;
use tonic::transport::server::{Connected, TcpConnectInfo};

/// Time for a TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Connections that are ready and not taken over yet.
const READY: usize = 32;

/// Bytes in and out, encrypted or not.
trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl Wire for TcpStream {}
impl Wire for TlsStream<TcpStream> {}

/// Who is at the other end, in the extensions of every request.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Addresses of both ends.
    pub tcp: TcpConnectInfo,
    /// True when nobody in between can read along.
    pub encrypted: bool,
    /// The connection.
    pub visit: Visit,
}

/// A connection that ends when it is cut, or when it asks for nothing.
pub struct Connection {
    wire: Box<dyn Wire>,
    peer: Peer,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    first_request: Pin<Box<Sleep>>,
    _place: Place,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.peer.fmt(f)
    }
}

impl Connection {
    fn new(wire: Box<dyn Wire>, peer: Peer, place: Place, patience: Duration) -> Self {
        let cut = Box::pin(place.visit().cut().clone().cancelled_owned());
        let first_request = Box::pin(tokio::time::sleep(patience));
        Self { wire, peer, cut, first_request, _place: place }
    }

    /// An error once the connection is cut or its time for a first request is over.
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if self.cut.as_mut().poll(context).is_ready() {
            return Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the connection is cut"));
        }
        let silent = !self.peer.visit.has_asked();
        if silent && self.first_request.as_mut().poll(context).is_ready() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "no request in time"));
        }
        Ok(())
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.wire).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check(context)?;
        Pin::new(&mut self.wire).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.wire).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check(context)?;
        Pin::new(&mut self.wire).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.wire.is_write_vectored()
    }
}

impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        self.peer.clone()
    }
}

/// How connections are taken.
#[derive(Clone)]
pub struct Reception {
    /// Where they go.
    pub places: Places,
    /// Encrypts them; `None` for plain ones.
    pub tls: Option<TlsAcceptor>,
    /// Time for the first request.
    pub patience: Duration,
}

impl std::fmt::Debug for Reception {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reception").field("tls", &self.tls.is_some()).finish_non_exhaustive()
    }
}

impl Reception {
    /// The connections of a listener, which is closed when the stream is dropped. Whoever finds no
    /// place is closed at once: waiting in the system's queue it would stand before others.
    pub fn accept(self, listener: TcpListener) -> ReceiverStream<io::Result<Connection>> {
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
        ReceiverStream::new(connections)
    }

    /// Shakes hands where that is asked for, and hands the connection on.
    async fn receive(
        self,
        stream: TcpStream,
        place: Place,
        ready: mpsc::Sender<io::Result<Connection>>,
    ) {
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let visit = place.visit().clone();
        let peer = Peer {
            tcp: stream.connect_info(),
            encrypted: self.tls.is_some(),
            visit: visit.clone(),
        };
        let wire: Box<dyn Wire> = match &self.tls {
            None => Box::new(stream),
            Some(tls) => {
                let shaken = tokio::time::timeout(HANDSHAKE, tls.accept(stream));
                let shaken = tokio::select! {
                    () = visit.cut().cancelled() => return,
                    shaken = shaken => shaken,
                };
                match shaken {
                    Ok(Ok(stream)) => Box::new(stream),
                    Ok(Err(error)) => {
                        tracing::debug!(%error, "a TLS handshake failed");
                        return;
                    }
                    Err(_) => return,
                }
            }
        };
        let _ = ready.send(Ok(Connection::new(wire, peer, place, self.patience))).await;
    }
}
