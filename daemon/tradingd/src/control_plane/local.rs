//! Break-glass: a socket in the data directory, a file and a signal, all of which can halt trading
//! when the port is full, TLS is broken or nobody can log in.
//!
//! They have a thread and a runtime of their own and need neither token nor place. Who may use the
//! socket is the system's word: the daemon's own user, or root.

use super::auth::Principal;
use super::errors::{Reason, refuse};
use super::http::{healthz, limits};
use super::version;
use crate::health::HealthBoard;
use crate::trader::{TraderHandle, halt};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use std::fs;
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener as StdListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

/// Name of the socket in the data directory.
pub const SOCKET: &str = "control.sock";
/// What may be asked for over the socket: to look, to stop and to cancel. Nothing that sends orders
/// or lets trading go on.
pub const METHODS: [&str; 10] = [
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/Watch",
    "/tradingd.v1.EmergencyService/GetEmergencyState",
    "/tradingd.v1.EmergencyService/Stop",
    "/tradingd.v1.OrderService/CancelOrder",
    "/tradingd.v1.OrderService/GetOrder",
    "/tradingd.v1.OrderService/ListOrders",
    "/tradingd.v1.PositionService/ListPositions",
    "/tradingd.v1.SystemService/GetStatus",
    "/tradingd.v1.SystemService/GetVersion",
];
/// Longest request in bytes.
const LARGEST: usize = 64 * 1024;
/// How often the file is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Longest path that the system takes as a socket's name.
const LONGEST_PATH: usize = 107;

/// What break-glass needs.
#[derive(Debug)]
pub struct Local {
    /// The data directory.
    pub directory: PathBuf,
    /// The protocol's services.
    pub routes: Routes,
    /// For health.
    pub board: Arc<HealthBoard>,
    /// Halts.
    pub trader: TraderHandle,
    /// Ends it.
    pub shutdown: CancellationToken,
}

impl Local {
    /// Binds the socket and serves on a thread of its own. A socket that can't be had is told in the
    /// log; file and signal work all the same.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(self) -> io::Result<JoinHandle<()>> {
        let listener = match bind(&self.directory) {
            Ok(listener) => Some(listener),
            Err(error) => {
                tracing::error!(%error, "no local socket; a stop needs a login or the HALT file");
                None
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("local".to_owned()).spawn(move || {
            runtime.block_on(self.run(listener));
        })
    }

    async fn run(self, listener: Option<StdListener>) {
        let file = self.directory.join("HALT");
        let socket = self.directory.join(SOCKET);
        let (trader, shutdown) = (self.trader.clone(), self.shutdown.clone());
        let served = async {
            let Some(listener) = listener else { return };
            if let Err(error) = self.serve(listener).await {
                tracing::error!(%error, "the local socket is not served");
            }
        };
        tokio::join!(
            served,
            watch_file(trader.clone(), file, shutdown.clone()),
            watch_signal(trader, shutdown),
        );
        let _ = fs::remove_file(socket);
    }

    async fn serve(self, listener: StdListener) -> anyhow::Result<()> {
        listener.set_nonblocking(true)?;
        let listener = UnixListener::from_std(listener)?;
        let own = rustix::process::geteuid().as_raw();
        let calls = self
            .routes
            .add_service(self.board.service())
            .prepare()
            .into_axum_router()
            .layer(axum::middleware::from_fn_with_state((), pass));
        let board = self.board;
        let router = Router::new().fallback(move |request: Request| {
            let (calls, board) = (calls.clone(), Arc::clone(&board));
            async move {
                use tower::ServiceExt as _;
                if request.method() == Method::GET && request.uri().path() == "/healthz" {
                    return healthz::answer(&board);
                }
                calls.oneshot(request).await.unwrap_or_else(|never| match never {})
            }
        });
        let (ready, connections) = mpsc::channel(8);
        tokio::spawn(accept(listener, own, ready));
        tonic::transport::Server::builder()
            .accept_http1(true)
            .max_concurrent_streams(16)
            .add_routes(Routes::from(router))
            .serve_with_incoming_shutdown(
                ReceiverStream::new(connections),
                self.shutdown.cancelled_owned(),
            )
            .await?;
        Ok(())
    }
}

/// Takes connections of the daemon's own user and of root, until nobody takes them over.
async fn accept(listener: UnixListener, own: u32, ready: mpsc::Sender<io::Result<UnixStream>>) {
    loop {
        let accepted = tokio::select! {
            () = ready.closed() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => match stream.peer_cred() {
                Ok(peer) if is_allowed(peer.uid(), own) => {
                    let _ = ready.send(Ok(stream)).await;
                }
                Ok(peer) => tracing::warn!(uid = peer.uid(), "refused on the local socket"),
                Err(error) => tracing::warn!(%error, "refused on the local socket"),
            },
            Err(error) => {
                tracing::warn!(%error, "connection on the local socket not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// Whether a user may use the socket of a daemon that runs as `own`.
#[must_use]
pub const fn is_allowed(uid: u32, own: u32) -> bool {
    uid == own || uid == 0
}

/// Lets through what may be asked for here, as the principal `local`.
async fn pass(State(()): State<()>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let mut response = if METHODS.contains(&path) {
        request.extensions_mut().insert(Principal::local());
        next.run(request.map(|body| limits::bounded(body, LARGEST))).await
    } else {
        let text = "over the local socket one can look, stop and cancel; log in for the rest";
        refuse(Reason::NotOverSocket, text).into_http()
    };
    version::sign(response.headers_mut());
    response
}

/// The socket in a data directory, for its owner only. The store's lock keeps a second daemon out,
/// so what lies there is left over.
///
/// # Errors
/// It can't be made, or something else has its name.
pub fn bind(directory: &Path) -> io::Result<StdListener> {
    let path = directory.join(SOCKET);
    match fs::symlink_metadata(&path) {
        Ok(found) if found.file_type().is_socket() => fs::remove_file(&path)?,
        Ok(_) => return Err(io::Error::new(io::ErrorKind::AlreadyExists, "is no socket")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let listener = if path.as_os_str().len() <= LONGEST_PATH {
        StdListener::bind(&path)?
    } else {
        // The directory by the number of its open file, which is short.
        let folder = fs::File::open(directory)?;
        StdListener::bind(format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd()))?
    };
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Halts when the file appears.
async fn watch_file(trader: TraderHandle, file: PathBuf, shutdown: CancellationToken) {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = looks.tick() => {}
        }
        if fs::symlink_metadata(&file).is_ok() {
            // It stays until the halt is stored; the trader knows which one it has handled.
            let _ = trader.halt(halt::BY_FILE, String::new()).await;
        }
    }
}

/// Halts at each SIGUSR1.
async fn watch_signal(trader: TraderHandle, shutdown: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut signals) = signal(SignalKind::user_defined1()) else { return };
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            Some(()) = signals.recv() => {
                let _ = trader.halt(halt::BY_SIGNAL, "SIGUSR1".to_owned()).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt as _;
    use tradingd_proto::v1::{Danger, Permission};

    #[test]
    fn sec_37_only_the_daemons_user_and_root_may_use_the_socket() {
        for (uid, own, wanted) in [
            (1000, 1000, true),
            (0, 1000, true),
            (0, 0, true),
            (1001, 1000, false),
            (65_534, 0, false),
            (1000, 0, false),
            (u32::MAX, 1000, false),
        ] {
            assert_eq!(is_allowed(uid, own), wanted, "{uid} at a daemon of {own}");
        }
    }

    #[test]
    fn nothing_over_the_socket_sends_orders_or_lets_trading_go_on() {
        let table = tradingd_proto::METHODS;
        for path in METHODS.iter().filter(|path| path.starts_with("/tradingd")) {
            let rule = table.iter().find(|rule| rule.path == *path).expect("a method of ours");
            let danger = Danger::try_from(rule.danger).expect("a danger");
            assert!(matches!(danger, Danger::Read | Danger::Safer), "{path}: {danger:?}");
            assert_ne!(rule.permission, i32::from(Permission::Admin), "{path}");
        }
    }

    #[test]
    fn the_socket_is_private_and_takes_the_place_of_an_old_one_only() {
        let dir = tempfile::tempdir().expect("dir");
        drop(bind(dir.path()).expect("bound"));
        let listener = bind(dir.path()).expect("what is left over is replaced");
        let mode = fs::metadata(dir.path().join(SOCKET)).expect("there").mode() & 0o777;
        assert_eq!(mode, 0o600);
        drop(listener);
        let path = dir.path().join(SOCKET);
        fs::remove_file(&path).expect("removed");
        fs::write(&path, "no socket").expect("written");
        assert!(bind(dir.path()).is_err(), "a file of somebody's is not removed");
        let long = dir.path().join("x".repeat(150));
        fs::create_dir(&long).expect("made");
        let listener = bind(&long).expect("a long path works, too");
        assert!(long.join(SOCKET).exists());
        drop(listener);
    }
}
