//! SEC-14: the power goes. What a disk holds then is what was forced to it before each answer, and any
//! part of what came later; whoever was put out stays out, and who was let in stays in.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tonic::Code;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::botctl::PASSWORD;
use tradingd_tests::daemon::client::{Api, refusal};
use tradingd_tests::daemon::data::Dice;

const WAL: &str = "tradingd.db-wal";

fn slow(folder: &Path) -> Launch {
    Launch::on(folder).with(&["--speed", "0.01"])
}

/// A copy with its modes; the socket and the shared memory of the log do not outlive their process.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("made");
    for entry in std::fs::read_dir(from).expect("readable") {
        let entry = entry.expect("an entry");
        let (kind, target) = (entry.file_type().expect("a type"), to.join(entry.file_name()));
        if kind.is_dir() {
            copy(&entry.path(), &target);
        } else if kind.is_file() && entry.file_name() != "tradingd.db-shm" {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o700)).expect("private");
}

async fn refresh_token(api: &Api, user: &str) -> String {
    let (user, password) = (user.to_owned(), PASSWORD.to_owned());
    let login = LoginRequest { user, password, ..Default::default() };
    let tokens = api.auth().login(login).await.expect("logged in").into_inner().tokens;
    tokens.expect("tokens").refresh_token
}

/// Images of a power cut: the log cut at a length, sometimes with noise where nothing was written.
fn images(data: &Path, wal: &[u8], lengths: &[usize], dice: &mut Dice) -> Vec<(String, PathBuf)> {
    let folder = data.parent().expect("a parent");
    let image = |(n, length): (usize, &usize)| {
        let path = folder.join(format!("image{n}"));
        copy(data, &path);
        let mut bytes = wal[..*length].to_vec();
        let what = if n % 2 == 1 {
            bytes.extend((0..4_096).map(|_| u8::try_from(dice.below(256)).expect("a byte")));
            format!("cut at {length} of {} with noise", wal.len())
        } else {
            format!("cut at {length} of {}", wal.len())
        };
        std::fs::write(path.join(WAL), bytes).expect("cut");
        (what, path)
    };
    lengths.iter().enumerate().map(image).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_14_what_was_revoked_stays_so_after_a_power_cut() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let data = folder.path().join("data");
    let daemon = slow(&data).start();
    let admin = Api::first_admin(daemon.address).await;
    let olga = admin.with_user("olga", Role::Operator).await;
    let held = refresh_token(&admin, "olga").await;
    let token = admin.with_api_token("script", Role::Viewer, TokenLimits::default()).await;
    let listed = admin.tokens().list_tokens(ListTokensRequest::default()).await.expect("listed");
    let token_id = listed.into_inner().tokens[0].token_id.clone();
    let kept = admin.with_api_token("kept", Role::Viewer, TokenLimits::default()).await;
    let before = std::fs::metadata(data.join(WAL)).expect("a log").len() as usize;
    let user = "olga".to_owned();
    let revoke =
        RevokeAllSessionsRequest { user, request_id: "1".to_owned(), ..Default::default() };
    admin.sessions().revoke_all_sessions(revoke).await.expect("ended");
    let revoke = RevokeTokenRequest { token_id, request_id: "2".to_owned(), ..Default::default() };
    admin.tokens().revoke_token(revoke).await.expect("ended");
    // Both were answered: from here on they are on the disk.
    let answered = std::fs::metadata(data.join(WAL)).expect("a log").len() as usize;
    for n in 0..6 {
        admin.with_api_token(&format!("later-{n}"), Role::Viewer, TokenLimits::default()).await;
    }
    daemon.kill_9();
    let wal = std::fs::read(data.join(WAL)).expect("a log");
    assert!(before < answered && answered < wal.len(), "{before} {answered} {}", wal.len());
    let mut dice = Dice::new(14);
    let mut between = |from: usize, to: usize| from + dice.below((to - from) as u64) as usize;
    let mut lengths = vec![answered, wal.len()];
    lengths.extend((0..6).map(|_| between(answered, wal.len())));
    for (what, image) in images(&data, &wal, &lengths, &mut Dice::new(15)) {
        let daemon = slow(&image).start();
        let again = Api::anonymous(daemon.address).await;
        let seen = async |token: &str| {
            let api = again.clone().with_token(token);
            refusal(api.system().get_status(GetStatusRequest {}).await)
        };
        assert_eq!(seen(&olga.token).await.1, "SESSION_ENDED", "{what}");
        assert_eq!(seen(&token.token).await.1, "TOKEN_INVALID", "{what}");
        let request = RefreshRequest { refresh_token: held.clone() };
        let (code, why) = refusal(again.auth().refresh(request).await);
        assert_eq!((code, why.as_str()), (Code::Unauthenticated, "SESSION_ENDED"), "{what}");
        for open in [&kept, &admin] {
            let api = again.clone().with_token(&open.token);
            assert!(!api.status().await.store_id.is_empty(), "{what}: who was in stays in");
        }
        assert_eq!(daemon.terminate().0.code, 0, "{what}");
        std::fs::remove_dir_all(image).expect("removed");
    }
    // Cut before the answers, whether they hold is open; the daemon starts and knows its admin.
    let lengths: Vec<usize> = (0..4).map(|_| between(before, answered)).collect();
    for (what, image) in images(&data, &wal, &lengths, &mut Dice::new(16)) {
        let daemon = slow(&image).start();
        let again = Api::anonymous(daemon.address).await.with_token(&admin.token);
        assert!(!again.status().await.store_id.is_empty(), "{what}");
        assert_eq!(daemon.terminate().0.code, 0, "{what}");
    }
}
