//! The whole system in one go, on paper, with the real binaries: first admin, a second person, trades,
//! a strategy off with open positions, a setting changed and seen to act, a throttled login, stop,
//! close-all, resume, the audit verified, and a stream client that saw it all.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::{Api, Stream};
use tradingd_tests::daemon::{Launch, PATIENCE};

const OLGA: &str = "olga's own long password";

/// Everything that the stream has brought, by a client that never leaves.
#[derive(Debug, Default)]
struct Seen {
    /// The first number that is missing, if one is.
    gap: Option<(u64, u64)>,
    last: u64,
    kinds: BTreeSet<&'static str>,
    controls: BTreeSet<String>,
    denials: BTreeSet<String>,
}

impl Seen {
    fn take(&mut self, message: &SubscribeResponse) {
        if let Some(Payload::Snapshot(_)) = message.payload {
            self.last = message.as_of_sequence;
            return;
        }
        if message.sequence == 0 {
            return;
        }
        if message.sequence != self.last + 1 || message.previous_sequence != self.last {
            self.gap.get_or_insert((self.last, message.sequence));
        }
        self.last = message.sequence;
        match &message.payload {
            Some(Payload::Fill(_)) => self.kinds.insert("fill"),
            Some(Payload::TradeClosed(_)) => self.kinds.insert("trade"),
            Some(Payload::OrderUpdated(_)) => self.kinds.insert("order"),
            Some(Payload::TradingStateChanged(_)) => self.kinds.insert("state"),
            Some(Payload::StrategySwitched(_)) => self.kinds.insert("switch"),
            Some(Payload::CloseAllFinished(_)) => self.kinds.insert("close-all"),
            Some(Payload::EntryDenied(denied)) => self.denials.insert(denied.check.clone()),
            Some(Payload::Control(record)) => self.controls.insert(record.r#type.clone()),
            _ => false,
        };
    }
}

/// Reads until the daemon ends; tells after each message how far it is.
async fn look(mut stream: Stream, seen: Arc<Mutex<Seen>>, at: watch::Sender<u64>) {
    while let Ok(Some(message)) = stream.next().await {
        let last = {
            let mut seen = seen.lock().expect("nobody panics while holding it");
            seen.take(&message);
            seen.last
        };
        at.send_replace(last);
    }
}

/// Waits until what has been seen is as wanted.
async fn until(
    seen: &Arc<Mutex<Seen>>,
    at: &mut watch::Receiver<u64>,
    what: &str,
    wanted: impl Fn(&Seen) -> bool,
) {
    let fine = at.wait_for(|_| wanted(&seen.lock().expect("nobody panics while holding it")));
    let waited = tokio::time::timeout(PATIENCE, fine).await;
    assert!(matches!(waited, Ok(Ok(_))), "{what}; seen {:?}", seen.lock());
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_together() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = Launch::on(folder.path()).tireless().with(&["--speed", "2000"]);
    let daemon = launch.start();

    // First admin, and a client that sees everything from now on.
    let admin = Botctl::first_admin(daemon.address);
    let api = Api::login(daemon.address).await;
    let seen = Arc::new(Mutex::new(Seen::default()));
    let (sender, mut at) = watch::channel(0);
    let watching = tokio::spawn(look(api.subscribe().await, Arc::clone(&seen), sender));

    // A second person, who may act on trading and nothing more.
    let add = ["users", "add", "olga", "--role", "operator", "--password-stdin"];
    let added = admin.run_with(&add, &format!("{OLGA}\n"));
    assert_eq!(added.code, 0, "{added:?}");
    let olga = Botctl::at(daemon.address);
    let login =
        olga.run_with(&["login", "--user", "olga", "--password-stdin"], &format!("{OLGA}\n"));
    assert_eq!(login.code, 0, "{login:?}");
    assert_eq!(olga.run(&["users", "list"]).code, 3, "an operator manages no users");

    // Trades.
    until(&seen, &mut at, "trades come", |s| {
        s.kinds.contains("fill") && s.kinds.contains("trade") && s.kinds.contains("order")
    })
    .await;

    // A strategy that owns an open position is not switched off without saying so twice.
    let owner = loop {
        api.until(|status| status.open_positions > 0).await;
        let positions = api.positions().list_positions(ListPositionsRequest::default()).await;
        let positions = positions.expect("positions").into_inner().positions;
        let lot = positions.into_iter().flat_map(|p| p.lots).next();
        if let Some(lot) = lot {
            break lot.strategy;
        }
    };
    let disable = ["strategies", "disable", owner.as_str(), "--reason", "the whole system"];
    let guarded = olga.run(&disable);
    // The position may have been closed meanwhile; then there is nothing to guard.
    if guarded.code != 0 {
        assert_eq!(guarded.code, 1, "{guarded:?}");
        assert!(guarded.err.contains("position"), "{guarded:?}");
        let _ = olga.done(&[&disable[..], &["--force"]].concat());
    }
    let _ = olga.done(&["strategies", "enable", &owner, "--reason", "and on again"]);

    // A setting changes what happens: with room for one position the next entry is denied.
    let tighter = ["settings", "set", "risk.max_concurrent_positions=1", "--reason", "smaller"];
    let _ = olga.done(&tighter);
    until(&seen, &mut at, "the new limit acts", |s| {
        s.denials.iter().any(|check| check == "max_concurrent_positions")
    })
    .await;
    let looser = ["settings", "set", "risk.max_concurrent_positions=5", "--reason", "larger"];
    assert_eq!(olga.run(&looser).code, 3, "loosening risk takes an admin");

    // Guessing gets slow, and locks nobody out who is in.
    let stranger = Botctl::at(daemon.address);
    let mut throttled = false;
    for _ in 0..12 {
        let guess = ["login", "--user", "olga", "--password-stdin"];
        let guessed = stranger.run_with(&guess, "wrong password again\n");
        assert!([1, 3].contains(&guessed.code), "{guessed:?}");
        throttled |= guessed.err.contains("too many");
    }
    assert!(throttled, "guesses must be slowed down");
    let _ = olga.done(&["status"]);

    // Stop, sell everything, go on.
    let _ = olga.done(&["stop", "--reason", "drill"]);
    let closed = olga.run(&["close-all", "--reason", "drill", "--yes"]);
    assert!([0, 7].contains(&closed.code), "{closed:?}");
    let _ = olga.done(&["wait", "--until", "flat", "--timeout", "60s"]);
    let _ = olga.done(&["resume", "--reason", "drill is over", "--yes"]);
    let wanted = ["stop", "close_all", "resume", "strategy_toggled", "settings_changed", "login"];
    until(&seen, &mut at, "all that was done is on the stream", |s| {
        wanted.iter().all(|kind| s.controls.contains(*kind))
            && ["state", "switch", "close-all"].iter().all(|kind| s.kinds.contains(kind))
    })
    .await;

    // The records are whole, and say who it was.
    let _ = admin.done(&["audit", "verify"]);
    let list = admin.json(&["audit", "list", "--principal", "olga", "--limit", "200"]);
    let text = list.to_string();
    for kind in ["stop", "close_all", "resume", "settings_changed"] {
        assert!(text.contains(kind), "{kind} by olga in {text}");
    }

    // A clean end, and nothing was missed until then.
    let (ended, _) = daemon.terminate();
    assert_eq!(ended.code, 0, "{ended:?}");
    watching.await.expect("the reader ends with the daemon");
    let (gap, last) = {
        let seen = seen.lock().expect("nobody panics while holding it");
        (seen.gap, seen.last)
    };
    assert_eq!(gap, None, "a gap in the stream");
    let again = launch.start();
    let records = Api::login(again.address).await.status().await.sequence;
    assert!(records > last, "the end itself was recorded: {records} > {last}");
}
