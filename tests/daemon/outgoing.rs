//! What the daemon sends out by itself: nothing to a market when it trades on paper, and no secret to
//! where a receiver points it.

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::IntoResponse as _;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::Api;
use tradingd_tests::daemon::data::{klines, write};
use tradingd_tests::daemon::telegram::{CHAT, SECRET, TOKEN};
use tradingd_tests::daemon::{Launch, PATIENCE};

/// A server that answers everything with one status and tells what it was asked.
async fn server(
    status: StatusCode,
    location: Option<SocketAddr>,
) -> (SocketAddr, mpsc::UnboundedReceiver<(String, HeaderMap)>) {
    let (tell, told) = mpsc::unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let answer = move |uri: Uri, headers: HeaderMap| {
        let _ = tell.send((uri.path().to_owned(), headers));
        let place = location.map(|at| format!("http://{at}{}", uri.path())).unwrap_or_default();
        async move { (status, [(header::LOCATION, place)], "{}").into_response() }
    };
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, told)
}

/// There is no venue; what leaves with a secret is an alert, to Telegram and to the webhook.
#[tokio::test(flavor = "multi_thread")]
async fn sec_28_a_receiver_that_points_elsewhere_is_not_followed() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    for status in
        [StatusCode::FOUND, StatusCode::TEMPORARY_REDIRECT, StatusCode::PERMANENT_REDIRECT]
    {
        let (thief, mut stolen) = server(StatusCode::OK, None).await;
        let (address, mut told) = server(status, Some(thief)).await;
        let settings = [
            "alerts.dedupe_seconds=0".to_owned(),
            "webhook.min_severity=info".to_owned(),
            format!("webhook.url=http://{address}/hook"),
            format!("webhook.secret={SECRET}"),
            format!("telegram.bot_token={TOKEN}"),
            format!("telegram.chat_id={CHAT}"),
            format!("telegram.api_url=http://{address}"),
        ];
        let set: Vec<&str> = settings.iter().flat_map(|s| ["--set", s.as_str()]).collect();
        let data = folder.path().join(status.as_str());
        let daemon = Launch::on(&data).with(&["--speed", "0.01"]).with(&set).start();
        let botctl = Botctl::first_admin(daemon.address);
        let mut asked = BTreeSet::new();
        for round in ["first", "second", "third"] {
            // A channel sends one alert after the other: with the next, the one before is over.
            let _ = botctl.done(&["stop", "--reason", round]);
            let signed = async {
                loop {
                    let (path, headers) = told.recv().await.expect("the server lives");
                    asked.insert(path.rsplit('/').next().unwrap_or_default().to_owned());
                    if path == "/hook" {
                        return headers.contains_key("x-tradingd-signature");
                    }
                }
            };
            let signed = tokio::time::timeout(PATIENCE, signed).await.expect("an alert in time");
            assert!(signed, "{status}: the secret was in use");
            let _ = botctl.done(&["resume", "--reason", round]);
        }
        let (ended, _) = daemon.terminate();
        assert_eq!(ended.code, 0, "{ended:?}");
        while let Ok((path, _)) = told.try_recv() {
            asked.insert(path.rsplit('/').next().unwrap_or_default().to_owned());
        }
        assert!(asked.contains("hook") && asked.len() > 1, "Telegram was asked, too: {asked:?}");
        assert!(stolen.try_recv().is_err(), "{status} was followed");
    }
}

/// Local ports of the network sockets that a process holds, TCP and UDP.
fn ports(pid: u32) -> BTreeSet<u16> {
    let Ok(open) = std::fs::read_dir(format!("/proc/{pid}/fd")) else { return BTreeSet::new() };
    let links = open.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok());
    let inode = |link: std::path::PathBuf| {
        let text = link.to_string_lossy().into_owned();
        Some(text.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
    };
    let own: BTreeSet<String> = links.filter_map(inode).collect();
    let mut found = BTreeSet::new();
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        let text = std::fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
        for line in text.lines().skip(1) {
            let columns: Vec<&str> = line.split_whitespace().collect();
            let (Some(local), Some(inode)) = (columns.get(1), columns.get(9)) else { continue };
            if own.contains(*inode) {
                let port = local.rsplit(':').next().unwrap_or_default();
                found.insert(u16::from_str_radix(port, 16).expect("a port in hex"));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_41_on_paper_nothing_leaves_for_a_market() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = write(folder.path(), "BTCUSDT", &klines(4_000, 7));
    let launch = Launch::on(&folder.path().join("data")).replay(&[file]);
    let daemon = launch.tireless().with(&["--speed", "max"]).start();
    let (pid, over) = (daemon.process.id(), Arc::new(AtomicBool::new(false)));
    let watch = std::thread::spawn({
        let over = Arc::clone(&over);
        move || {
            let (mut seen, mut looks) = (BTreeSet::new(), 0_u64);
            while !over.load(Ordering::Acquire) || looks < 3 {
                seen.extend(ports(pid));
                looks += 1;
            }
            (seen, looks)
        }
    });
    let api = Api::first_admin(daemon.address).await;
    api.until(|status| status.source_finished).await;
    let orders = api.all_orders().await;
    over.store(true, Ordering::Release);
    let (seen, looks) = watch.join().expect("the watch lives");
    println!("{looks} looks at its sockets while {} orders were made", orders.len());
    assert!(orders.len() > 10, "it traded: {} orders", orders.len());
    // Whoever it would ask, that connection had a port of its own.
    assert_eq!(seen, BTreeSet::from([daemon.address.port()]), "only the door is open");
}
