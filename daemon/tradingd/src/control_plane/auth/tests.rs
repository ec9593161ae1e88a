//! Logins as a client sees them, over a store in memory and a clock by hand.

use super::testing::{Bench, HandClock};
use super::*;
use futures::FutureExt as _;
use std::net::{IpAddr, Ipv4Addr};

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const AWAY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 9));
const GOOD: &str = "correct horse battery";

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

async fn with_admin() -> (Bench, Opened) {
    let bench = Bench::fresh();
    let token = bench.secret();
    let opened = bench.auth.set_up(&token, "ada", secret(GOOD), HOME).await.expect("set up");
    (bench, opened)
}

fn whoami(bench: &Bench, access: &Secret) -> Result<Principal, AuthError> {
    bench.auth.authenticate(Some(&format!("Bearer {}", access.reveal())))
}

fn refused(result: Result<Opened, AuthError>) -> AuthError {
    result.expect_err("refused")
}

#[tokio::test]
async fn the_first_admin_is_made_once_and_logged_in() {
    let (bench, opened) = with_admin().await;
    let principal = whoami(&bench, &opened.access_token).expect("logged in");
    assert_eq!((principal.user.as_str(), principal.role), ("ada", Role::Admin));
    assert!(bench.auth.setup_secret().is_none());
    let again = bench.auth.set_up("anything", "eve", secret(GOOD), HOME).await;
    assert_eq!(refused(again), AuthError::SetupDone);
    assert_eq!(bench.writer.kinds(), ["setup_done"]);
    assert_eq!(opened.access_expires_in.as_secs(), 600);
    assert_eq!(opened.refresh_expires_in.as_secs(), 7 * 86_400);
    // A restart makes no new secret and knows the session.
    let restarted = Bench::started(Arc::clone(&bench.writer), bench.time.clone());
    assert!(restarted.auth.setup_secret().is_none());
    assert!(whoami(&restarted, &opened.access_token).is_ok());
}

#[tokio::test]
async fn of_two_set_ups_at_once_one_wins() {
    let bench = Bench::fresh();
    let token = bench.secret();
    let (a, b) = tokio::join!(
        bench.auth.set_up(&token, "ada", secret(GOOD), HOME),
        bench.auth.set_up(&token, "eve", secret(GOOD), AWAY),
    );
    let outcomes = [a.map(|o| o.user), b.map(|o| o.user)];
    assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1, "{outcomes:?}");
    assert!(outcomes.contains(&Err(AuthError::SetupDone)), "{outcomes:?}");
    assert_eq!(bench.writer.snapshot().users.len(), 1);
}

#[tokio::test]
async fn wrong_or_old_setup_secrets_are_refused_then_delayed() {
    let bench = Bench::fresh();
    let token = bench.secret();
    for _ in 0..5 {
        let result = bench.auth.set_up("wrong", "eve", secret(GOOD), HOME).await;
        assert_eq!(refused(result), AuthError::SetupToken);
    }
    let result = bench.auth.set_up(&token, "ada", secret(GOOD), HOME).await;
    assert_eq!(refused(result), AuthError::Throttled(Duration::from_secs(1)));
    bench.time.step(15 * 60);
    let result = bench.auth.set_up(&token, "ada", secret(GOOD), HOME).await;
    assert_eq!(refused(result), AuthError::SetupToken, "over after 15 minutes");
    assert!(!bench.writer.audit().contains(&token));
}

#[tokio::test]
async fn a_refused_set_up_keeps_the_secret() {
    let bench = Bench::fresh();
    let token = bench.secret();
    let weak = bench.auth.set_up(&token, "ada", secret("short"), HOME).await;
    assert!(matches!(refused(weak), AuthError::Field(("password", _))));
    let odd = bench.auth.set_up(&token, "a b", secret(GOOD), HOME).await;
    assert!(matches!(refused(odd), AuthError::Field(("user", _))));
    bench.writer.set_broken(true);
    let unstored = bench.auth.set_up(&token, "ada", secret(GOOD), HOME).await;
    assert_eq!(refused(unstored), AuthError::Unavailable);
    bench.writer.set_broken(false);
    assert!(bench.auth.set_up(&token, "ada", secret(GOOD), HOME).await.is_ok());
}

#[tokio::test]
async fn unknown_users_and_wrong_passwords_look_the_same() {
    let (bench, _) = with_admin().await;
    let long = "x".repeat(100_000);
    for (user, password) in [("ada", "wrong password"), ("eve", GOOD), ("ada", ""), ("ada", &long)]
    {
        let result = bench.auth.log_in(user, secret(password), HOME).await;
        assert_eq!(refused(result), AuthError::Credentials);
    }
    assert!(bench.auth.log_in("ada", secret(GOOD), HOME).await.is_ok());
    let failed = bench.writer.kinds().iter().filter(|k| *k == "login_failed").count();
    assert_eq!(failed, 4);
    assert!(!bench.writer.audit().contains(GOOD));
}

#[tokio::test]
async fn guessing_is_delayed_per_user_and_never_locked() {
    let (bench, opened) = with_admin().await;
    for _ in 0..5 {
        let result = bench.auth.log_in("ada", secret("wrong password"), AWAY).await;
        assert_eq!(refused(result), AuthError::Credentials);
    }
    let result = bench.auth.log_in("ada", secret(GOOD), HOME).await;
    assert_eq!(refused(result), AuthError::Throttled(Duration::from_secs(1)));
    assert!(whoami(&bench, &opened.access_token).is_ok(), "sessions are not touched");
    assert!(bench.auth.refresh(&opened.refresh_token).await.is_ok());
    bench.time.step(1);
    assert!(bench.auth.log_in("ada", secret(GOOD), HOME).await.is_ok());
    let result = bench.auth.log_in("ada", secret("wrong password"), AWAY).await;
    assert_eq!(refused(result), AuthError::Credentials, "forgotten after a success");
}

#[tokio::test]
async fn guessing_many_names_is_delayed_per_address() {
    let (bench, _) = with_admin().await;
    for n in 0..20 {
        let result = bench.auth.log_in(&format!("user{n}"), secret(GOOD), AWAY).await;
        assert_eq!(refused(result), AuthError::Credentials);
    }
    let result = bench.auth.log_in("user20", secret(GOOD), AWAY).await;
    assert!(matches!(refused(result), AuthError::Throttled(_)));
    assert!(bench.auth.log_in("ada", secret(GOOD), HOME).await.is_ok(), "other addresses pass");
}

#[tokio::test]
async fn access_tokens_end_on_time_also_when_the_clock_steps_back() {
    let (bench, opened) = with_admin().await;
    bench.time.step(599);
    assert!(whoami(&bench, &opened.access_token).is_ok());
    bench.time.step(1);
    assert_eq!(whoami(&bench, &opened.access_token).err(), Some(AuthError::TokenExpired));
    bench.time.step(-3_600);
    assert_eq!(whoami(&bench, &opened.access_token).err(), Some(AuthError::TokenExpired));
}

#[tokio::test]
async fn headers_that_are_no_bearer_tokens_are_refused() {
    let (bench, opened) = with_admin().await;
    let token = opened.access_token.reveal().to_owned();
    assert_eq!(bench.auth.authenticate(None).err(), Some(AuthError::TokenMissing));
    for header in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        token.clone(),
        format!("Basic {token}"),
        format!("Bearer  {token}"),
        format!("Bearer {token} {token}"),
        format!("Bearer {}", opened.refresh_token.reveal()),
    ] {
        let result = bench.auth.authenticate(Some(&header));
        assert_eq!(result.err(), Some(AuthError::TokenInvalid), "{header}");
    }
    assert!(bench.auth.authenticate(Some(&format!("bearer {token}"))).is_ok());
}

#[tokio::test]
async fn refresh_tokens_rotate_and_a_copy_ends_the_session() {
    let (bench, first) = with_admin().await;
    let second = bench.auth.refresh(&first.refresh_token).await.expect("first use");
    assert_ne!(first.refresh_token.reveal(), second.refresh_token.reveal());
    let third = bench.auth.refresh(&second.refresh_token).await.expect("first use");
    // The successor was used, so this is no lost reply, however soon it comes.
    let stolen = bench.auth.refresh(&first.refresh_token).await;
    assert_eq!(refused(stolen), AuthError::SessionEnded);
    for token in [&third.refresh_token, &second.refresh_token, &first.refresh_token] {
        assert_eq!(refused(bench.auth.refresh(token).await), AuthError::SessionEnded);
    }
    for opened in [&first, &second, &third] {
        assert_eq!(whoami(&bench, &opened.access_token).err(), Some(AuthError::SessionEnded));
    }
    assert!(bench.writer.kinds().contains(&"refresh_reused".to_owned()));
    let restarted = Bench::started(Arc::clone(&bench.writer), bench.time.clone());
    let dead = restarted.auth.refresh(&third.refresh_token).await;
    assert_eq!(refused(dead), AuthError::SessionEnded, "also after a restart");
}

#[tokio::test]
async fn a_lost_reply_may_be_asked_for_again_for_half_a_minute() {
    let (bench, first) = with_admin().await;
    let second = bench.auth.refresh(&first.refresh_token).await.expect("first use");
    bench.time.step(30);
    let again = bench.auth.refresh(&first.refresh_token).await.expect("lost reply");
    assert_eq!(again.refresh_token.reveal(), second.refresh_token.reveal());
    bench.time.step(1);
    let late = bench.auth.refresh(&first.refresh_token).await;
    assert_eq!(refused(late), AuthError::SessionEnded);
}

#[tokio::test]
async fn unknown_old_and_foreign_refresh_tokens_are_refused() {
    let (bench, opened) = with_admin().await;
    for token in ["", "x", opened.access_token.reveal()] {
        assert_eq!(refused(bench.auth.refresh(&secret(token)).await), AuthError::TokenInvalid);
    }
    bench.time.step(7 * 86_400);
    let late = bench.auth.refresh(&opened.refresh_token).await;
    assert_eq!(refused(late), AuthError::SessionEnded);
}

#[tokio::test]
async fn refreshing_moves_the_end_of_the_session() {
    let (bench, mut opened) = with_admin().await;
    for _ in 0..3 {
        bench.time.step(6 * 86_400);
        opened = bench.auth.refresh(&opened.refresh_token).await.expect("in time");
    }
    assert!(whoami(&bench, &opened.access_token).is_ok());
}

#[tokio::test]
async fn logout_ends_the_session_and_its_streams_at_once() {
    let (bench, opened) = with_admin().await;
    let other = bench.auth.log_in("ada", secret(GOOD), HOME).await.expect("second session");
    let principal = whoami(&bench, &opened.access_token).expect("logged in");
    let stream = tokio::spawn({
        let principal = principal.clone();
        async move { principal.session_ended().await }
    });
    bench.auth.log_out(&principal).await.expect("stored");
    stream.await.expect("the stream ended");
    assert_eq!(whoami(&bench, &opened.access_token).err(), Some(AuthError::SessionEnded));
    let dead = bench.auth.refresh(&opened.refresh_token).await;
    assert_eq!(refused(dead), AuthError::SessionEnded);
    assert!(whoami(&bench, &other.access_token).is_ok(), "other sessions stay");
}

#[tokio::test]
async fn logout_holds_also_when_it_can_not_be_stored() {
    let (bench, opened) = with_admin().await;
    let principal = whoami(&bench, &opened.access_token).expect("logged in");
    bench.writer.set_broken(true);
    assert_eq!(bench.auth.log_out(&principal).await, Err(AuthError::Unavailable));
    assert_eq!(whoami(&bench, &opened.access_token).err(), Some(AuthError::SessionEnded));
}

#[tokio::test]
async fn a_stream_ends_when_nobody_refreshes() {
    let (bench, opened) = with_admin().await;
    let principal = whoami(&bench, &opened.access_token).expect("logged in");
    bench.time.step(7 * 86_400 - 1);
    assert_eq!(principal.session_ended().now_or_never(), None, "one second is left");
    bench.time.step(1);
    assert_eq!(principal.session_ended().now_or_never(), Some(()));
}

#[tokio::test]
async fn a_user_has_a_bounded_number_of_sessions() {
    let (bench, first) = with_admin().await;
    let time: &HandClock = &bench.time;
    for _ in 0..SESSIONS_PER_USER {
        time.step(1);
        bench.auth.log_in("ada", secret(GOOD), HOME).await.expect("logged in");
    }
    assert_eq!(whoami(&bench, &first.access_token).err(), Some(AuthError::SessionEnded));
    let open = bench.writer.snapshot().sessions.iter().filter(|s| s.revoked.is_none()).count();
    assert_eq!(open, SESSIONS_PER_USER);
}
