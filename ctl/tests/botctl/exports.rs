//! Exports: whole on stdout or in a file, or not at all.

use crate::daemon::Daemon;
use crate::run::User;

#[test]
fn a_file_is_whole_or_not_there() {
    let daemon = Daemon::start();
    let user = User::with_token(&daemon.url(), "access-0");
    let ended = user.run(&["trades", "export"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, "id,symbol\r\n1,BTCUSDT\r\n"), "{ended:?}");

    let dir = tempfile::tempdir().expect("temporary directory");
    let path = dir.path().join("trades.csv");
    let out = path.to_str().expect("text");
    let ended = user.run(&["trades", "export", "--out", out]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{ended:?}");
    assert!(ended.err.contains("1 rows"), "{ended:?}");
    assert_eq!(std::fs::read_to_string(&path).expect("reads"), "id,symbol\r\n1,BTCUSDT\r\n");

    // The hash of what came is not the one that was sent: the older file stays as it was.
    let ended = user.run(&["trades", "export", "--symbol", "BTCUSDT", "--out", out]);
    assert_eq!(ended.code, 8, "{ended:?}");
    assert_eq!(std::fs::read_to_string(&path).expect("reads"), "id,symbol\r\n1,BTCUSDT\r\n");
    assert_eq!(std::fs::read_dir(dir.path()).expect("reads").count(), 1, "no part is left");
}
