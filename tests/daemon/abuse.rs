//! Clients that mean harm: the daemon stays responsive and its memory bounded.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use tonic::Code;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::client::{Api, SOON, refusal};
use tradingd_tests::daemon::{Daemon, Launch};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// One HTTP/2 frame.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A header without compression.
fn header(name: &str, value: &str) -> Vec<u8> {
    let mut bytes = vec![0];
    for text in [name, value] {
        let length = text.len();
        if length < 127 {
            bytes.push(u8::try_from(length).expect("short"));
        } else {
            let mut rest = length - 127;
            bytes.push(127);
            while rest >= 128 {
                bytes.push(u8::try_from(rest % 128 + 128).expect("a byte"));
                rest /= 128;
            }
            bytes.push(u8::try_from(rest).expect("a byte"));
        }
        bytes.extend(text.bytes());
    }
    bytes
}

/// The headers of a call to an open method.
fn call(address: SocketAddr) -> Vec<u8> {
    [
        header(":method", "POST"),
        header(":scheme", "http"),
        header(":authority", &address.to_string()),
        header(":path", "/tradingd.v1.SystemService/GetVersion"),
        header("content-type", "application/grpc"),
        header("te", "trailers"),
    ]
    .concat()
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time limit");
    stream.set_write_timeout(Some(Duration::from_secs(60))).expect("a time limit");
    stream
}

/// Resident memory in MiB.
fn memory(daemon: &Daemon) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", daemon.process.id()));
    let status = status.expect("our own child");
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).expect("its memory");
    line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).expect("a number") / 1024
}

/// Sends until the other side has enough; what it said, and how many rounds it took.
fn until_closed(mut stream: TcpStream, most: usize, next: impl Fn(usize) -> Vec<u8>) -> usize {
    let mut reader = stream.try_clone().expect("two ends");
    // Read, or the daemon's answers would block its end and with it ours.
    let drain = std::thread::spawn(move || {
        let mut bytes = [0; 65_536];
        while matches!(reader.read(&mut bytes), Ok(1..)) {}
    });
    let sent = (0..most).take_while(|&round| stream.write_all(&next(round)).is_ok()).count();
    let _ = stream.shutdown(std::net::Shutdown::Both);
    let _ = drain.join();
    sent
}

/// The daemon answers and stops while something goes on.
async fn is_responsive(api: &Api, round: &str) {
    let begun = std::time::Instant::now();
    api.status().await;
    let stop = StopRequest { request_id: round.to_owned(), ..StopRequest::default() };
    api.emergency().stop(stop).await.expect("stopped");
    assert!(begun.elapsed() < SOON, "{round}: {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_26_resets_floods_and_bombs_end_their_connection_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let api = Api::first_admin(daemon.address).await;
    is_responsive(&api, "before").await;
    let before = memory(&daemon);
    let address = daemon.address;
    let begin = [PREFACE, &frame(4, 0, 0, &[])].concat();

    // Opened and taken back, again and again (rapid reset).
    let resets = tokio::task::spawn_blocking({
        let begin = begin.clone();
        move || {
            let mut stream = connect(address);
            stream.write_all(&begin).expect("sent");
            until_closed(stream, 50_000, |round| {
                let id = u32::try_from(round).expect("few") * 2 + 1;
                [frame(1, 4, id, &call(address)), frame(3, 0, id, &8_u32.to_be_bytes())].concat()
            })
        }
    });
    is_responsive(&api, "resets").await;
    let sent = resets.await.expect("no panic");
    assert!(sent < 50_000, "the connection ends");

    // Headers that never end.
    let endless = tokio::task::spawn_blocking({
        let begin = begin.clone();
        move || {
            let mut stream = connect(address);
            stream.write_all(&begin).expect("sent");
            stream.write_all(&frame(1, 0, 1, &call(address))).expect("sent");
            let part = header("x-bomb", &"b".repeat(8_000));
            until_closed(stream, 20_000, move |_| frame(9, 0, 1, &part))
        }
    });
    is_responsive(&api, "headers").await;
    assert!(endless.await.expect("no panic") < 20_000, "the connection ends");

    // Settings and pings without end may go on, they only cost whoever sends them.
    for (kind, payload) in [(4_u8, vec![]), (6, vec![0; 8])] {
        let flood = tokio::task::spawn_blocking({
            let begin = begin.clone();
            move || {
                let mut stream = connect(address);
                stream.write_all(&begin).expect("sent");
                until_closed(stream, 20_000, move |_| frame(kind, 0, 0, &payload))
            }
        });
        is_responsive(&api, &format!("flood-{kind}")).await;
        flood.await.expect("no panic");
    }
    let after = memory(&daemon);
    assert!(after < before + 64, "memory grew from {before} to {after} MiB");
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_26_messages_beyond_their_bound_are_refused_early() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let api = Api::first_admin(daemon.address).await;
    is_responsive(&api, "before").await;
    let before = memory(&daemon);
    // Just beyond the bound, as a client sends it in good faith.
    let reason = "x".repeat(1_100_000);
    let stop = StopRequest { reason, request_id: "1".to_owned(), ..StopRequest::default() };
    let (code, why) = refusal(api.emergency().stop(stop).await);
    assert_eq!((code, why.as_str()), (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
    // Announced as 4 GiB, and sent for as long as it is taken.
    for compressed in [0, 1] {
        let address = daemon.address;
        let token = api.token.clone();
        let bomb = tokio::task::spawn_blocking(move || {
            let mut stream = connect(address);
            let head = format!(
                "POST /tradingd.v1.EmergencyService/Stop HTTP/1.1\r\nHost: {address}\r\n\
                 Content-Type: application/grpc-web+proto\r\nAuthorization: Bearer {token}\r\n\
                 grpc-encoding: gzip\r\nContent-Length: 4294967300\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).expect("sent");
            stream.write_all(&[compressed, 0xff, 0xff, 0xff, 0xff]).expect("sent");
            until_closed(stream, 4_096, |_| vec![b'x'; 1 << 20])
        });
        is_responsive(&api, &format!("bomb-{compressed}")).await;
        assert!(bomb.await.expect("no panic") < 4_096, "it is not read to its end");
    }
    // Headers beyond their bound, and a token of a megabyte.
    let address = daemon.address;
    for line in
        [format!("Authorization: Bearer {}", "t".repeat(1 << 20)), "x: y\r\n".repeat(100_000)]
    {
        let mut stream = connect(address);
        let head = format!("GET / HTTP/1.1\r\nHost: {address}\r\n{line}\r\n\r\n");
        let _ = stream.write_all(head.as_bytes());
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    is_responsive(&api, "after").await;
    let after = memory(&daemon);
    assert!(after < before + 64, "memory grew from {before} to {after} MiB");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_nothing_is_let_go_and_others_wait_for_nobody() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let flags = ["--set", "server.header_timeout_seconds=1", "--set", "tls.enabled=on"];
    let plain = Launch::on(&folder.path().join("plain")).with(&flags[..2]).start();
    let tls = Launch::on(&folder.path().join("tls")).with(&flags).start();
    for daemon in [&plain, &tls] {
        let mut slow: Vec<TcpStream> = (0..40).map(|_| connect(daemon.address)).collect();
        for stream in &mut slow {
            let _ = stream.write_all(b"GET / HTTP/1.1\r\n");
        }
        let data = if daemon.address == tls.address { "tls" } else { "plain" };
        let socket = folder.path().join(data).join("control.sock");
        let status = tradingd_tests::daemon::botctl::Botctl::at(daemon.address).run(&[
            "--socket",
            &socket.display().to_string(),
            "status",
        ]);
        assert_eq!(status.code, 0, "{data}: {status:?}");
        for stream in &mut slow {
            let mut rest = Vec::new();
            let ended = stream.read_to_end(&mut rest);
            assert!(
                ended.is_ok() || ended.is_err_and(|e| e.kind() != std::io::ErrorKind::WouldBlock)
            );
        }
    }
    Api::first_admin(plain.address).await.status().await;
}
