//! A server on a socket of its own, over stores in memory.

use super::{Bench, HealthBoard, Pages, app_at, board};
use crate::control_plane::server::{Serving, bind, serve};
use crate::settings::{Settings, Sources};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;
use tradingd_proto::prost::Message;
use tradingd_proto::v1;
use tradingd_proto::v1::auth_service_client::AuthServiceClient;

/// Password of the admin that [`Running::set_up`] makes.
pub const PASSWORD: &str = "correct horse battery";

/// A running server.
pub struct Running {
    pub bench: Bench,
    pub health: Arc<HealthBoard>,
    pub address: SocketAddr,
    pub shutdown: CancellationToken,
    pub server: tokio::task::JoinHandle<()>,
}

impl Running {
    pub async fn start() -> Self {
        let bench = Bench::fresh();
        let health = board();
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let app = app_at(&bench, address, Arc::clone(&health), Arc::new(Pages));
        let shutdown = CancellationToken::new();
        let drain = Duration::from_millis(100);
        let settings = Settings::load(&Sources::default()).expect("defaults are valid").server;
        let serving = Serving { settings, tls: None, drain };
        let server = tokio::spawn(serve(listener, app, serving, shutdown.clone()));
        Self { bench, health, address, shutdown, server }
    }

    pub async fn channel(&self) -> Channel {
        let endpoint = Channel::from_shared(format!("http://{}", self.address)).expect("valid");
        endpoint.connect().await.expect("connected")
    }

    pub async fn stop(self) {
        self.shutdown.cancel();
        self.server.await.expect("no panic");
    }

    pub async fn set_up(&self) -> v1::Tokens {
        let mut client = AuthServiceClient::new(self.channel().await);
        let request = v1::SetupRequest {
            token: self.bench.secret(),
            user: "ada".to_owned(),
            password: PASSWORD.to_owned(),
            cookie: false,
        };
        client.setup(request).await.expect("set up").into_inner().tokens.expect("tokens")
    }

    /// A gRPC-Web call over HTTP/1.1, as a browser sends it; gives head and body of the answer.
    pub async fn web(
        &self,
        path: &str,
        message: &impl Message,
        headers: &str,
    ) -> (String, Vec<u8>) {
        let message = message.encode_to_vec();
        let mut body = vec![0];
        body.extend(u32::try_from(message.len()).expect("small").to_be_bytes());
        body.extend(message);
        let address = self.address;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n\
             content-type: application/grpc-web+proto\r\nconnection: close\r\n\
             content-length: {}\r\n{headers}\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(address).await.expect("connected");
        stream.write_all(head.as_bytes()).await.expect("sent");
        stream.write_all(&body).await.expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("answered");
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
        let body = &answer[end + 4..];
        let chunked = head.contains("transfer-encoding: chunked");
        (head, if chunked { unchunk(body) } else { body.to_vec() })
    }
}

/// The bytes of a chunked body.
fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = rest.windows(2).position(|w| w == b"\r\n") {
        let digits = std::str::from_utf8(&rest[..end]).expect("a length");
        let length = usize::from_str_radix(digits, 16).expect("a length");
        if length == 0 {
            break;
        }
        whole.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 2 + length + 2..];
    }
    whole
}
