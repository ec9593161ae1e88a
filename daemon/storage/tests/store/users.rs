//! Users, sessions and the rotation of refresh tokens.

use crate::fixture::*;
use domain::Timestamp;
use storage::{ApiToken, AuthWrite, Batch, Error, RefreshMatch, Store};
use tempfile::TempDir;

async fn write(store: &Store, auth: Vec<AuthWrite>) -> Result<(), Error> {
    store.commit(Batch { auth, ..Batch::default() }).await.map(|_| ())
}

fn user(name: &str) -> AuthWrite {
    AuthWrite::InsertUser {
        name: name.to_owned(),
        password_hash: "$argon2id$1".to_owned(),
        role: "operator".to_owned(),
        at: minute(0),
    }
}

fn session(id: &str, user: &str, hash: &str) -> AuthWrite {
    AuthWrite::InsertSession {
        id: id.to_owned(),
        user: user.to_owned(),
        refresh_hash: hash.to_owned(),
        created_at: minute(1),
        expires_at: minute(100),
        source: "10.0.0.9".to_owned(),
        client: "botctl/1".to_owned(),
    }
}

fn rotate(session: &str, old: &str, new: &str, at: Timestamp) -> AuthWrite {
    AuthWrite::RotateRefresh {
        session: session.to_owned(),
        old_hash: old.to_owned(),
        new_hash: new.to_owned(),
        at,
        expires_at: at.plus_micros(100 * 60_000_000),
    }
}

#[tokio::test]
async fn users_are_added_once_and_changed() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    assert_eq!(store.users_count().await.expect("reads"), 0);
    write(&store, vec![user("bob"), user("alice")]).await.expect("commits");
    let error = write(&store, vec![user("carol"), user("bob")]).await.expect_err("is taken");
    assert!(matches!(&error, Error::UserExists(name) if name == "bob"), "{error}");
    assert_eq!(store.users_count().await.expect("reads"), 2);
    let password = |name: &str| AuthWrite::SetPassword {
        name: name.to_owned(),
        password_hash: "$argon2id$2".to_owned(),
        at: minute(2),
    };
    let role = |name: &str| AuthWrite::SetRole {
        name: name.to_owned(),
        role: "admin".to_owned(),
        at: minute(3),
    };
    write(&store, vec![password("bob"), role("bob")]).await.expect("commits");
    for unknown in [password("dave"), role("dave"), session("s", "dave", "h")] {
        let error = write(&store, vec![unknown]).await.expect_err("unknown");
        assert!(matches!(&error, Error::UnknownUser(name) if name == "dave"), "{error}");
    }
    let bob = store.user("bob").await.expect("reads").expect("is there");
    assert_eq!((bob.password_hash.as_str(), bob.role.as_str()), ("$argon2id$2", "admin"));
    assert_eq!((bob.created_at, bob.changed_at), (minute(0), minute(3)));
    assert!(!format!("{bob:?}").contains("argon2id"), "hashes stay out of logs");
    assert_eq!(store.user("dave").await.expect("reads"), None);
    let names: Vec<String> =
        store.users().await.expect("reads").into_iter().map(|u| u.name).collect();
    assert_eq!(names, ["alice", "bob"]);
}

#[tokio::test]
async fn a_refresh_token_works_once_and_its_reuse_is_seen() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    write(&store, vec![user("bob"), session("s1", "bob", "h1")]).await.expect("commits");
    write(&store, vec![rotate("s1", "h1", "h2", minute(5))]).await.expect("commits");
    for (session, old) in [("s1", "h1"), ("s1", "nonsense"), ("s2", "h2")] {
        let again = vec![rotate(session, old, "h3", minute(6))];
        let error = write(&store, again).await.expect_err("is not the current one");
        assert!(matches!(&error, Error::RefreshNotCurrent(id) if id == session), "{error}");
    }
    let found = store.session_by_refresh_hash("h1").await.expect("reads");
    assert!(
        matches!(&found, Some(RefreshMatch::Reused(s, current)) if s.id == "s1" && current == "h2"),
        "{found:?}"
    );
    let found = store.session_by_refresh_hash("h2").await.expect("reads");
    let Some(RefreshMatch::Current(current)) = found else { panic!("{found:?}") };
    assert_eq!((current.refreshed_at, current.expires_at), (minute(5), minute(105)));
    assert_eq!(store.session_by_refresh_hash("h9").await.expect("reads"), None);
    let revoke = |at| AuthWrite::RevokeSession {
        id: "s1".to_owned(),
        at: minute(at),
        cause: "refresh_reused".to_owned(),
    };
    write(&store, vec![revoke(7)]).await.expect("commits");
    write(&store, vec![revoke(8)]).await.expect("again is fine");
    let revoked = store.session("s1").await.expect("reads").expect("is there").revoked;
    assert_eq!(revoked, Some((minute(7), "refresh_reused".to_owned())));
    let error = write(&store, vec![rotate("s1", "h2", "h3", minute(9))]).await.expect_err("ended");
    assert!(matches!(error, Error::RefreshNotCurrent(_)), "{error}");
}

#[tokio::test]
async fn active_sessions_are_neither_revoked_nor_over() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let writes = vec![
        user("bob"),
        user("alice"),
        session("s1", "bob", "h1"),
        session("s2", "bob", "h2"),
        session("s3", "alice", "h3"),
    ];
    write(&store, writes).await.expect("commits");
    let active = async |at, user| {
        let sessions = store.active_sessions(minute(at), user).await.expect("reads");
        sessions.into_iter().map(|s| s.id).collect::<Vec<_>>()
    };
    assert_eq!(active(50, None).await, ["s1", "s2", "s3"]);
    assert_eq!(active(50, Some("alice")).await, ["s3"]);
    assert_eq!(active(100, None).await, [""; 0]);
    let all_of_bob = AuthWrite::RevokeSessionsOf {
        user: "bob".to_owned(),
        at: minute(60),
        cause: "password_changed".to_owned(),
    };
    write(&store, vec![all_of_bob, rotate("s3", "h3", "h4", minute(61))]).await.expect("commits");
    assert_eq!(active(62, None).await, ["s3"]);
    let unknown =
        AuthWrite::RevokeSession { id: "s9".to_owned(), at: minute(1), cause: "logout".to_owned() };
    let error = write(&store, vec![unknown]).await.expect_err("unknown");
    assert!(matches!(error, Error::UnknownSession(_)), "{error}");
    let month = 30 * 1_440;
    assert_eq!(store.prune(minute(month + 61)).await.expect("prunes"), 2);
    assert_eq!(store.session("s1").await.expect("reads"), None);
    assert!(store.session("s3").await.expect("reads").is_some());
    // The rest goes with its history.
    assert_eq!(store.prune(minute(month + 1_000)).await.expect("prunes"), 2);
    assert_eq!(store.session_by_refresh_hash("h3").await.expect("reads"), None);
}

fn token(id: &str, parent: Option<&str>, expires: i64) -> AuthWrite {
    AuthWrite::InsertToken(ApiToken {
        id: id.to_owned(),
        user: "bob".to_owned(),
        parent: parent.map(str::to_owned),
        name: format!("token {id}"),
        role: "viewer".to_owned(),
        limits: "{}".to_owned(),
        secret_hash: "hash of a secret".to_owned(),
        created_at: minute(1),
        expires_at: minute(expires),
    })
}

async fn tokens(store: &Store, at: i64) -> Vec<String> {
    let active = store.active_tokens(minute(at)).await.expect("reads");
    active.into_iter().map(|t| t.id).collect()
}

#[tokio::test]
async fn tokens_end_with_those_they_come_from() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let orphan = write(&store, vec![token("a", None, 50)]).await.expect_err("no such user");
    assert!(matches!(orphan, Error::UnknownUser(_)), "{orphan}");
    let family = [("a", None), ("b", Some("a")), ("c", Some("b")), ("d", None)];
    let mut writes = vec![user("bob")];
    writes.extend(family.map(|(id, parent)| token(id, parent, 50)));
    write(&store, writes).await.expect("commits");
    assert_eq!(tokens(&store, 49).await, ["a", "b", "c", "d"]);
    assert!(tokens(&store, 50).await.is_empty(), "over");
    let revoke = |id: &str| AuthWrite::RevokeToken {
        id: id.to_owned(),
        at: minute(2),
        cause: "revoked".to_owned(),
    };
    write(&store, vec![revoke("b")]).await.expect("commits");
    assert_eq!(tokens(&store, 3).await, ["a", "d"]);
    let unknown = write(&store, vec![revoke("x")]).await.expect_err("no such token");
    assert!(matches!(unknown, Error::UnknownToken(id) if id == "x"));
    let active = store.active_tokens(minute(3)).await.expect("reads");
    assert!(!format!("{active:?}").contains("hash of"), "hashes stay out of logs");
    store.prune(minute(100_000)).await.expect("pruned with parents and all");
}

#[tokio::test]
async fn users_are_switched_off_bound_to_codes_and_removed() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let set = |disabled| AuthWrite::SetDisabled { name: "bob".to_owned(), disabled, at: minute(2) };
    let totp = |sealed: Option<&str>, confirmed| AuthWrite::SetTotp {
        name: "bob".to_owned(),
        sealed: sealed.map(str::to_owned),
        confirmed,
        at: minute(2),
    };
    let step = |step| AuthWrite::UseTotpStep { name: "bob".to_owned(), step };
    let prove = AuthWrite::ProveSession { id: "s1".to_owned(), at: minute(9) };
    let remove = AuthWrite::RemoveUser { name: "bob".to_owned() };
    for unknown in [set(true), totp(None, false), step(1), remove.clone()] {
        let error = write(&store, vec![unknown]).await.expect_err("unknown");
        assert!(matches!(error, Error::UnknownUser(_)), "{error}");
    }
    assert!(matches!(write(&store, vec![prove.clone()]).await, Err(Error::UnknownSession(_))));
    let begin = vec![user("bob"), session("s1", "bob", "h1"), token("a", None, 50)];
    write(&store, begin).await.expect("commits");
    write(&store, vec![token("b", Some("a"), 50), rotate("s1", "h1", "h2", minute(3))])
        .await
        .expect("commits");
    write(&store, vec![set(true), totp(Some("sealed"), true), step(7), step(5), prove])
        .await
        .expect("commits");
    let bob = store.user("bob").await.expect("reads").expect("is there");
    assert_eq!(bob.disabled_at, Some(minute(2)));
    assert_eq!((bob.totp.as_deref(), bob.totp_confirmed, bob.totp_step), (Some("sealed"), true, 7));
    let found = store.session("s1").await.expect("reads").expect("is there");
    assert_eq!((found.source.as_str(), found.client.as_str()), ("10.0.0.9", "botctl/1"));
    assert_eq!(found.proven_at, minute(9));
    write(&store, vec![set(false), totp(None, false)]).await.expect("commits");
    let bob = store.user("bob").await.expect("reads").expect("is there");
    assert_eq!((bob.disabled_at, bob.totp, bob.totp_confirmed), (None, None, false));
    write(&store, vec![remove]).await.expect("commits");
    assert_eq!(store.users_count().await.expect("reads"), 0);
    assert_eq!(store.session("s1").await.expect("reads"), None);
    assert!(tokens(&store, 3).await.is_empty());
}
