//! From an empty directory to a clean end, as a new operator goes.

use std::os::unix::fs::MetadataExt as _;
use tonic::Code;
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::botctl::{ADMIN, Botctl};
use tradingd_tests::daemon::client::{Api, SOON};

#[tokio::test(flavor = "multi_thread")]
async fn first_admin_to_clean_shutdown() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let data = folder.path().join("data");
    let launch = Launch::on(&data).tireless().with(&["--speed", "6000"]);
    let daemon = launch.start();
    let mode = |path: &str| std::fs::metadata(data.join(path)).expect("it is there").mode() & 0o777;
    assert_eq!((mode(""), mode("bootstrap-token")), (0o700, 0o600));
    assert_eq!((mode("keys/jwt.key"), mode("tradingd.db")), (0o600, 0o600));

    let botctl = Botctl::at(daemon.address);
    let status = botctl.run(&["status"]);
    assert_eq!(status.code, 3, "nobody is logged in yet: {status:?}");
    let early = botctl.run_with(&["login", "--user", ADMIN, "--password-stdin"], "a wrong one\n");
    assert_eq!(early.code, 3, "{early:?}");
    let setup = botctl.setup();
    assert_eq!(setup.code, 0, "{setup:?}");
    assert!(!data.join("bootstrap-token").exists(), "the one-time secret is used up");
    assert_eq!(botctl.setup().code, 1, "there is an admin already");
    assert!(botctl.done(&["whoami"]).out.contains(ADMIN));
    let wrong = Botctl::at(daemon.address);
    let wrong = wrong.run_with(&["login", "--user", ADMIN, "--password-stdin"], "not this one\n");
    assert_eq!(wrong.code, 3, "{wrong:?}");
    assert!(wrong.err.contains("CREDENTIALS_WRONG"), "{wrong:?}");
    assert!(botctl.done(&["status"]).out.contains("ACTIVE"));

    // The built-in market makes shipped settings trade by themselves.
    let api = Api::login(daemon.address).await;
    let mut stream = api.subscribe().await;
    let status = api.until(|status| status.bars > 3_000).await;
    assert!(status.equity.parse::<f64>().expect("a number") > 5_000.0, "{status:?}");
    let trades = botctl.json(&["trades"]);
    assert!(!trades["trades"].as_array().expect("a list").is_empty(), "{trades}");

    // An open stream and a halted account hold nobody up.
    let before = stream.snapshot().await;
    assert_eq!(before.1.store_id, status.store_id);
    let (ended, took) = daemon.terminate();
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(took < SOON, "the end took {took:?}");
    let error = loop {
        match stream.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("a stream that the daemon cuts ends with a status"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), Code::Unavailable, "{error:?}");

    // The account, the admin and the session are still there.
    let daemon = launch.start();
    let api = Api::login(daemon.address).await;
    let after = api.status().await;
    assert_eq!(after.store_id, status.store_id);
    assert!(after.bars >= status.bars && after.sequence > status.sequence);
    assert!(!data.join("bootstrap-token").exists(), "no secret while there is an admin");
    assert_eq!(daemon.terminate().0.code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_sessions_and_wrong_secrets_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let secret = folder.path().join("not-it");
    std::fs::write(&secret, "not the secret").expect("written");
    let botctl = Botctl::at(daemon.address);
    let file = secret.display().to_string();
    let args = ["setup", "--user", "eve", "--password-stdin", "--token-file", &file];
    let refused = botctl.run_with(&args, "a long enough password\n");
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(folder.path().join("bootstrap-token").exists(), "the secret is still good");
    assert_eq!(botctl.setup().code, 0);
    let token = botctl.done(&["token"]).out.trim().to_owned();
    let api = Api::anonymous(daemon.address).await.with_token(&token);
    assert!(!api.status().await.store_id.is_empty());
    let mut stream = api.subscribe().await;
    stream.snapshot().await;
    assert_eq!(botctl.run(&["logout"]).code, 0);
    assert_eq!(botctl.run(&["status"]).code, 3);
    let refused = api.system().get_status(tradingd_proto::v1::GetStatusRequest {}).await;
    let (code, why) = tradingd_tests::daemon::client::refusal(refused);
    assert_eq!((code, why.as_str()), (Code::Unauthenticated, "SESSION_ENDED"));
    // The open stream ends, too.
    let end = loop {
        match stream.next().await {
            Ok(Some(_)) => {}
            other => break other,
        }
    };
    assert_eq!(end.expect_err("it ends").code(), Code::Unauthenticated);
}
