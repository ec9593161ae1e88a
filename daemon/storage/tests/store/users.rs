//! Users, sessions and the rotation of refresh tokens.

use crate::fixture::*;
use domain::Timestamp;
use storage::{AuthWrite, Batch, Error, RefreshMatch, Store};
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
    assert!(matches!(&found, Some(RefreshMatch::Reused(s)) if s.id == "s1"), "{found:?}");
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
