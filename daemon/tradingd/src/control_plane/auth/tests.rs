//! Logins as a client sees them, over a store in memory and a clock by hand.

use super::testing::{Bench, HandClock, origin};
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
    let opened =
        bench.auth.set_up(&token, "ada", secret(GOOD), &origin(HOME)).await.expect("set up");
    (bench, opened)
}

fn whoami(bench: &Bench, access: &Secret) -> Result<Principal, AuthError> {
    bench.auth.authenticate(Some(&format!("Bearer {}", access.reveal())), None)
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
    let again = bench.auth.set_up("anything", "eve", secret(GOOD), &origin(HOME)).await;
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
    let (home, away) = (origin(HOME), origin(AWAY));
    let (a, b) = tokio::join!(
        bench.auth.set_up(&token, "ada", secret(GOOD), &home),
        bench.auth.set_up(&token, "eve", secret(GOOD), &away),
    );
    let outcomes = [a.map(|o| o.user), b.map(|o| o.user)];
    assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1, "{outcomes:?}");
    assert!(outcomes.contains(&Err(AuthError::SetupDone)), "{outcomes:?}");
    assert_eq!(bench.writer.snapshot().users.len(), 1);
}

#[tokio::test]
async fn sec_03_wrong_or_old_setup_secrets_are_refused_then_delayed() {
    let bench = Bench::fresh();
    let token = bench.secret();
    for _ in 0..5 {
        let result = bench.auth.set_up("wrong", "eve", secret(GOOD), &origin(HOME)).await;
        assert_eq!(refused(result), AuthError::SetupToken);
    }
    let result = bench.auth.set_up(&token, "ada", secret(GOOD), &origin(HOME)).await;
    assert_eq!(refused(result), AuthError::Throttled(Duration::from_secs(1)));
    bench.time.step(15 * 60);
    let result = bench.auth.set_up(&token, "ada", secret(GOOD), &origin(HOME)).await;
    assert_eq!(refused(result), AuthError::SetupToken, "over after 15 minutes");
    assert!(!bench.writer.audit().contains(&token));
}

#[tokio::test]
async fn a_refused_set_up_keeps_the_secret() {
    let bench = Bench::fresh();
    let token = bench.secret();
    let weak = bench.auth.set_up(&token, "ada", secret("short"), &origin(HOME)).await;
    assert!(matches!(refused(weak), AuthError::Field(("password", _))));
    let odd = bench.auth.set_up(&token, "a b", secret(GOOD), &origin(HOME)).await;
    assert!(matches!(refused(odd), AuthError::Field(("user", _))));
    bench.writer.set_broken(true);
    let unstored = bench.auth.set_up(&token, "ada", secret(GOOD), &origin(HOME)).await;
    assert_eq!(refused(unstored), AuthError::Unavailable);
    bench.writer.set_broken(false);
    assert!(bench.auth.set_up(&token, "ada", secret(GOOD), &origin(HOME)).await.is_ok());
}

#[tokio::test]
async fn sec_07_unknown_users_and_wrong_passwords_look_the_same() {
    let (bench, _) = with_admin().await;
    let long = "x".repeat(100_000);
    for (user, password) in [("ada", "wrong password"), ("eve", GOOD), ("ada", ""), ("ada", &long)]
    {
        let result = bench.log_in(user, secret(password), HOME).await;
        assert_eq!(refused(result), AuthError::Credentials);
    }
    assert!(bench.log_in("ada", secret(GOOD), HOME).await.is_ok());
    let failed = bench.writer.kinds().iter().filter(|k| *k == "login_failed").count();
    assert_eq!(failed, 4);
    assert!(!bench.writer.audit().contains(GOOD));
}

#[tokio::test]
async fn guessing_is_delayed_and_never_locks_the_owner_out() {
    let (bench, opened) = with_admin().await;
    let delayed = AuthError::Throttled(Duration::from_secs(1));
    for _ in 0..5 {
        let result = bench.log_in("ada", secret("wrong password"), AWAY).await;
        assert_eq!(refused(result), AuthError::Credentials);
    }
    assert_eq!(refused(bench.log_in("ada", secret(GOOD), AWAY).await), delayed);
    assert!(bench.log_in("ada", secret(GOOD), HOME).await.is_ok(), "elsewhere nobody waits");
    for _ in 0..5 {
        let result = bench.log_in("ada", secret("wrong password"), HOME).await;
        assert_eq!(refused(result), AuthError::Credentials);
    }
    // Somebody guesses at home, too: who has a session there is not held up.
    assert_eq!(refused(bench.log_in("ada", secret(GOOD), HOME).await), delayed);
    assert!(bench.auth.refresh(&opened.refresh_token, "x").await.is_ok());
    let session = whoami(&bench, &opened.access_token).expect("not touched").session_id;
    let with_session = Origin { session: Some(session), ..origin(HOME) };
    let log_in = async |user, password: &str| {
        let credentials = Credentials { user, password: secret(password), totp_code: "" };
        bench.auth.log_in(credentials, &with_session).await
    };
    assert!(log_in("ada", GOOD).await.is_ok());
    // A session of another user helps nobody, and one's own failures count with a session, too.
    for _ in 0..5 {
        assert_eq!(refused(log_in("ada", "wrong password").await), AuthError::Credentials);
    }
    assert_eq!(refused(log_in("ada", GOOD).await), delayed);
    bench.time.step(1);
    assert!(log_in("ada", GOOD).await.is_ok());
    assert!(bench.log_in("ada", secret(GOOD), HOME).await.is_ok());
    let result = bench.log_in("ada", secret("wrong password"), HOME).await;
    assert_eq!(refused(result), AuthError::Credentials, "forgotten after a success");
}

#[tokio::test]
async fn guessing_many_names_is_delayed_per_address() {
    let (bench, _) = with_admin().await;
    for n in 0..20 {
        let result = bench.log_in(&format!("user{n}"), secret(GOOD), AWAY).await;
        assert_eq!(refused(result), AuthError::Credentials);
    }
    let result = bench.log_in("user20", secret(GOOD), AWAY).await;
    assert!(matches!(refused(result), AuthError::Throttled(_)));
    assert!(bench.log_in("ada", secret(GOOD), HOME).await.is_ok(), "other addresses pass");
}

#[tokio::test]
async fn sec_10_access_tokens_end_on_time_also_when_the_clock_steps_back() {
    let (bench, opened) = with_admin().await;
    bench.time.step(599);
    assert!(whoami(&bench, &opened.access_token).is_ok());
    bench.time.step(1);
    assert_eq!(whoami(&bench, &opened.access_token).err(), Some(AuthError::TokenExpired));
    bench.time.step(-3_600);
    assert_eq!(whoami(&bench, &opened.access_token).err(), Some(AuthError::TokenExpired));
}

/// With the clock a year back, whoever is in stays in and may stop; a new login comes in, too.
#[tokio::test]
async fn sec_19_a_clock_set_back_a_year_keeps_nobody_from_stopping() {
    let (bench, opened) = with_admin().await;
    bench.time.step(-31_536_000);
    let waiting = asked(&bench, &opened.access_token, "1");
    assert!(waiting.context.permit.holds());
    let refreshed = bench.auth.refresh(&opened.refresh_token, "x").await.expect("goes on");
    assert!(whoami(&bench, &refreshed.access_token).is_ok());
    let again = bench.log_in("ada", secret(GOOD), AWAY).await.expect("comes in");
    assert!(asked(&bench, &again.access_token, "2").context.permit.holds());
    bench.auth.log_out(&waiting.principal).await.expect("ended");
    assert!(!waiting.context.permit.holds(), "who was put out stays out");
}

#[tokio::test]
async fn headers_that_are_no_bearer_tokens_are_refused() {
    let (bench, opened) = with_admin().await;
    let token = opened.access_token.reveal().to_owned();
    assert_eq!(bench.auth.authenticate(None, None).err(), Some(AuthError::TokenMissing));
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
        let result = bench.auth.authenticate(Some(&header), None);
        assert_eq!(result.err(), Some(AuthError::TokenInvalid), "{header}");
    }
    assert!(bench.auth.authenticate(Some(&format!("bearer {token}")), None).is_ok());
}

#[tokio::test]
async fn sec_13_refresh_tokens_rotate_and_a_copy_ends_the_session() {
    let (bench, first) = with_admin().await;
    let second = bench.auth.refresh(&first.refresh_token, "x").await.expect("first use");
    assert_ne!(first.refresh_token.reveal(), second.refresh_token.reveal());
    let third = bench.auth.refresh(&second.refresh_token, "x").await.expect("first use");
    // The successor was used, so this is no lost reply, however soon it comes.
    let stolen = bench.auth.refresh(&first.refresh_token, "x").await;
    assert_eq!(refused(stolen), AuthError::SessionEnded);
    for token in [&third.refresh_token, &second.refresh_token, &first.refresh_token] {
        assert_eq!(refused(bench.auth.refresh(token, "x").await), AuthError::SessionEnded);
    }
    for opened in [&first, &second, &third] {
        assert_eq!(whoami(&bench, &opened.access_token).err(), Some(AuthError::SessionEnded));
    }
    assert!(bench.writer.kinds().contains(&"refresh_reused".to_owned()));
    let restarted = Bench::started(Arc::clone(&bench.writer), bench.time.clone());
    let dead = restarted.auth.refresh(&third.refresh_token, "x").await;
    assert_eq!(refused(dead), AuthError::SessionEnded, "also after a restart");
}

#[tokio::test]
async fn sec_11_a_lost_reply_may_be_asked_for_again_for_half_a_minute() {
    let (bench, first) = with_admin().await;
    let second = bench.auth.refresh(&first.refresh_token, "x").await.expect("first use");
    bench.time.step(30);
    let again = bench.auth.refresh(&first.refresh_token, "x").await.expect("lost reply");
    assert_eq!(again.refresh_token.reveal(), second.refresh_token.reveal());
    // A restart knows it, too; nothing is kept in memory for it.
    let restarted = Bench::started(Arc::clone(&bench.writer), bench.time.clone());
    let again = restarted.auth.refresh(&first.refresh_token, "x").await.expect("lost reply");
    assert_eq!(again.refresh_token.reveal(), second.refresh_token.reveal());
    bench.time.step(1);
    let late = bench.auth.refresh(&first.refresh_token, "x").await;
    assert_eq!(refused(late), AuthError::SessionEnded);
}

#[tokio::test]
async fn unknown_old_and_foreign_refresh_tokens_are_refused() {
    let (bench, opened) = with_admin().await;
    for token in ["", "x", opened.access_token.reveal()] {
        assert_eq!(refused(bench.auth.refresh(&secret(token), "x").await), AuthError::TokenInvalid);
    }
    bench.time.step(7 * 86_400);
    let late = bench.auth.refresh(&opened.refresh_token, "x").await;
    assert_eq!(refused(late), AuthError::SessionEnded);
}

#[tokio::test]
async fn refreshing_moves_the_end_of_the_session() {
    let (bench, mut opened) = with_admin().await;
    for _ in 0..3 {
        bench.time.step(6 * 86_400);
        opened = bench.auth.refresh(&opened.refresh_token, "x").await.expect("in time");
    }
    assert!(whoami(&bench, &opened.access_token).is_ok());
}

#[tokio::test]
async fn sec_12_logout_ends_the_session_and_its_streams_at_once() {
    let (bench, opened) = with_admin().await;
    let other = bench.log_in("ada", secret(GOOD), HOME).await.expect("second session");
    let principal = whoami(&bench, &opened.access_token).expect("logged in");
    let stream = tokio::spawn({
        let principal = principal.clone();
        async move { principal.session_ended().await }
    });
    bench.auth.log_out(&principal).await.expect("stored");
    stream.await.expect("the stream ended");
    assert_eq!(whoami(&bench, &opened.access_token).err(), Some(AuthError::SessionEnded));
    let dead = bench.auth.refresh(&opened.refresh_token, "x").await;
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
        bench.log_in("ada", secret(GOOD), HOME).await.expect("logged in");
    }
    assert_eq!(whoami(&bench, &first.access_token).err(), Some(AuthError::SessionEnded));
    let open = bench.writer.snapshot().sessions.iter().filter(|s| s.revoked.is_none()).count();
    assert_eq!(open, SESSIONS_PER_USER);
}

/// A request of the user of a session, under an id.
fn asked(bench: &Bench, access: &Secret, id: &str) -> Asked {
    let principal = whoami(bench, access).expect("logged in");
    let context = crate::trader::RequestContext {
        principal: principal.label(),
        role: "admin".to_owned(),
        source: "127.0.0.1".to_owned(),
        request_id: id.to_owned(),
        method: "/tradingd.v1.UserService/CreateUser",
        body_hash: id.as_bytes().to_vec(),
        reason: String::new(),
        dry_run: false,
        plan_id: String::new(),
        permit: principal.permit("/tradingd.v1.UserService/CreateUser"),
    };
    Asked { principal, context }
}

#[tokio::test]
async fn sec_18_a_proof_is_fresh_for_its_time_and_step_up_renews_it() {
    let (bench, opened) = with_admin().await;
    let who = || whoami(&bench, &opened.access_token).expect("logged in");
    bench.time.step(300);
    assert_eq!(who().fresh(), Ok(()));
    bench.time.step(1);
    assert_eq!(who().fresh(), Err(AuthError::ProofOld(300)));
    let status = who().require_fresh().expect_err("too old");
    assert_eq!(status.code(), tonic::Code::PermissionDenied);
    assert!(who().require_fresh_if_live().is_ok(), "nobody is asked on paper");
    let wrong = bench.auth.step_up(&who(), secret("wrong password"), "").await;
    assert_eq!(wrong, Err(AuthError::Credentials));
    assert!(who().fresh().is_err());
    bench.auth.step_up(&who(), secret(GOOD), "").await.expect("right");
    assert_eq!(who().fresh(), Ok(()));
    // Refreshing proves nothing, and the proof outlives a restart.
    bench.time.step(200);
    let refreshed = bench.auth.refresh(&opened.refresh_token, "x").await.expect("refreshed");
    let restarted = Bench::started(Arc::clone(&bench.writer), bench.time.clone());
    assert_eq!(whoami(&restarted, &refreshed.access_token).expect("in").fresh(), Ok(()));
    bench.time.step(101);
    assert!(whoami(&bench, &refreshed.access_token).expect("in").fresh().is_err());
    assert!(bench.writer.kinds().contains(&"step_up_failed".to_owned()));
}

#[tokio::test]
async fn sec_18_guessing_at_step_up_is_delayed() {
    let (bench, opened) = with_admin().await;
    let who = whoami(&bench, &opened.access_token).expect("logged in");
    for _ in 0..5 {
        let wrong = bench.auth.step_up(&who, secret("wrong password"), "").await;
        assert_eq!(wrong, Err(AuthError::Credentials));
    }
    let next = bench.auth.step_up(&who, secret(GOOD), "").await;
    assert_eq!(next, Err(AuthError::Throttled(Duration::from_secs(1))));
    assert!(bench.log_in("ada", secret(GOOD), HOME).await.is_ok(), "logins do not wait for it");
}

#[tokio::test]
async fn one_time_codes_are_needed_once_confirmed_and_work_once() {
    let (bench, opened) = with_admin().await;
    let reply = bench.auth.enrol_totp(&asked(&bench, &opened.access_token, "1")).await;
    let text = reply.expect("enrolled").message.secret;
    assert!(bench.log_in("ada", secret(GOOD), HOME).await.is_ok(), "not confirmed yet");
    let raw = totp_rs::Secret::Encoded(text).to_bytes().expect("base32");
    let totp = totp_rs::TOTP::new(totp_rs::Algorithm::SHA1, 6, 1, 30, raw).expect("long enough");
    let code = |ahead: i64| {
        let now = bench.time.clock().now().micros() / 1_000_000 + ahead * 30;
        totp.generate(u64::try_from(now).expect("after 1970"))
    };
    let wrong = bench.auth.confirm_totp(&asked(&bench, &opened.access_token, "2"), "000000").await;
    assert!(matches!(wrong, Err(AuthError::Field(("totp_code", _)))));
    let right = asked(&bench, &opened.access_token, "3");
    bench.auth.confirm_totp(&right, &code(-1)).await.expect("a step late is fine");
    let log_in = async |code: &str| {
        let credentials = Credentials { user: "ada", password: secret(GOOD), totp_code: code };
        bench.auth.log_in(credentials, &origin(HOME)).await
    };
    assert_eq!(refused(log_in("").await), AuthError::TotpNeeded);
    assert_eq!(refused(log_in(&code(-1)).await), AuthError::TotpNeeded, "it was used");
    assert_eq!(refused(log_in(&code(2)).await), AuthError::TotpNeeded, "two steps early");
    let now = code(0);
    log_in(&now).await.expect("the present one");
    assert_eq!(refused(log_in(&now).await), AuthError::TotpNeeded, "once");
    let restarted = Bench::started(Arc::clone(&bench.writer), bench.time.clone());
    let credentials = Credentials { user: "ada", password: secret(GOOD), totp_code: &now };
    let replayed = restarted.auth.log_in(credentials, &origin(HOME)).await;
    assert_eq!(refused(replayed), AuthError::TotpNeeded, "also after a restart");
    let credentials = Credentials { user: "ada", password: secret("wrong one"), totp_code: "" };
    let wrong = bench.auth.log_in(credentials, &origin(AWAY)).await;
    assert_eq!(refused(wrong), AuthError::Credentials, "codes are asked for behind the password");
    let who = whoami(&bench, &opened.access_token).expect("logged in");
    bench.auth.step_up(&who, secret(""), &code(1)).await.expect("a code proves, too");
    let remove = asked(&bench, &opened.access_token, "4");
    bench.auth.remove_totp(&remove, "").await.expect("removed");
    assert!(log_in("").await.is_ok());
    assert!(!bench.writer.audit().contains(&now), "codes are in no record");
}

#[tokio::test]
async fn sec_48_who_was_put_out_meanwhile_changes_nothing() {
    let (bench, opened) = with_admin().await;
    let waiting = asked(&bench, &opened.access_token, "1");
    assert!(waiting.context.permit.holds());
    bench.auth.log_out(&waiting.principal).await.expect("ended");
    assert!(!waiting.context.permit.holds());
    let late = bench.auth.create_user(&waiting, "eve", Role::Admin, secret(GOOD)).await;
    assert_eq!(late.map(|_| ()), Err(AuthError::SessionEnded));
    assert_eq!(bench.writer.snapshot().users.len(), 1);
}

#[tokio::test]
async fn a_flood_of_failures_is_recorded_in_few_words() {
    let (bench, _) = with_admin().await;
    for n in 0..60_u8 {
        let from = std::net::IpAddr::from([10, 0, 1, n]);
        let result = bench.log_in("ada", secret("wrong password"), from).await;
        assert_eq!(refused(result), AuthError::Credentials);
    }
    let failed = bench.writer.kinds().iter().filter(|k| *k == "login_failed").count();
    assert_eq!(failed, 30);
    bench.time.step(60);
    refused(bench.log_in("ada", secret("wrong password"), AWAY).await);
    assert!(bench.writer.audit().contains("\"count\": Number(30)"), "{}", bench.writer.audit());
}

#[tokio::test]
async fn a_plan_changes_nothing_and_must_still_fit() {
    let (bench, opened) = with_admin().await;
    let mut request = asked(&bench, &opened.access_token, "1");
    request.context.dry_run = true;
    let reply = bench.auth.create_user(&request, "vic", Role::Viewer, secret(GOOD)).await;
    let plan = reply.expect("a plan").plan.expect("a plan");
    assert_eq!((plan.changes.len(), plan.changes[0].what.as_str()), (1, "user vic"));
    assert_eq!(bench.writer.snapshot().users.len(), 1);
    request.context.dry_run = false;
    request.context.plan_id = plan.plan_id;
    let other = bench.auth.create_user(&request, "vic", Role::Admin, secret(GOOD)).await;
    assert_eq!(other.map(|_| ()), Err(AuthError::PlanStale));
    let fits = bench.auth.create_user(&request, "vic", Role::Viewer, secret(GOOD)).await;
    assert!(fits.expect("added").effect.is_some());
}

/// Counted, not timed: whoever is named, a login costs the same work.
#[tokio::test]
async fn sec_07_known_unknown_and_disabled_users_cost_the_same_work() {
    let (bench, opened) = with_admin().await;
    let asked = asked(&bench, &opened.access_token, "1");
    bench.auth.create_user(&asked, "dis", Role::Viewer, secret(GOOD)).await.expect("added");
    let off = self::asked(&bench, &opened.access_token, "2");
    bench.auth.disable_user(&off, "dis").await.expect("off");
    let computed =
        || std::mem::take(&mut *bench.auth.parts.passwords.computed.lock().expect("sound"));
    let _ = computed();
    let mut seen = std::collections::BTreeSet::new();
    for (n, (user, password)) in [
        ("ada", "wrong password"),
        ("nobody", "wrong password"),
        ("nobody", GOOD),
        ("dis", "wrong password"),
        ("dis", GOOD),
        ("ADA", "wrong password"),
        ("nobody", "x"),
        ("ada", "x"),
    ]
    .into_iter()
    .enumerate()
    {
        let from =
            std::net::IpAddr::from((0x0a00_0000 + u32::try_from(n).expect("small")).to_be_bytes());
        refused(bench.log_in(user, secret(password), from).await);
        let work = computed();
        assert_eq!(work.len(), 1, "{user:?} {password:?}: {work:?}");
        seen.extend(work);
    }
    assert_eq!(seen.len(), 1, "the same costs for all: {seen:?}");
}
