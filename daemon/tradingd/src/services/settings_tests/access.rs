//! The settings of logins and tokens: changed through the service, they show in the next login.

use super::changes::{set, with};
use super::world::{Market, somebody};
use crate::control_plane::auth::testing::Bench;
use crate::control_plane::auth::{AuthError, Opened};
use crate::settings::Secret;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use std::path::PathBuf;
use std::sync::Arc;

const PASSWORD: &str = "correct horse battery";
const HOME: [u8; 4] = [127, 0, 0, 1];
const AWAY: [u8; 4] = [203, 0, 113, 9];

/// What can be seen of a setting.
type Probe = for<'a> fn(&'a Bench) -> BoxFuture<'a, u64>;

/// A setting, its new value, and what is seen before and after.
struct Case {
    key: &'static str,
    value: &'static str,
    seen: Probe,
    before: u64,
    after: u64,
}

const CASES: &[Case] = &[
    Case {
        key: "auth.access_minutes",
        value: "20",
        seen: |bench| async { log_in(bench).await.access_expires_in.as_secs() }.boxed(),
        before: 600,
        after: 1_200,
    },
    Case {
        key: "auth.refresh_days",
        value: "1",
        seen: |bench| async { log_in(bench).await.refresh_expires_in.as_secs() }.boxed(),
        before: 7 * 86_400,
        after: 86_400,
    },
    Case {
        key: "auth.failures_per_user",
        value: "2",
        seen: |bench| guesses(bench, |_| "admin".to_owned(), HOME).boxed(),
        before: 5,
        after: 2,
    },
    Case {
        key: "auth.failures_per_address",
        value: "3",
        seen: |bench| guesses(bench, |n| format!("nobody{n}"), AWAY).boxed(),
        before: 20,
        after: 3,
    },
    Case {
        key: "auth.step_up_seconds",
        value: "60",
        seen: |bench| fresh_for(bench).boxed(),
        before: 300,
        after: 60,
    },
];

/// Keys of the cases above.
pub fn keys() -> impl Iterator<Item = &'static str> {
    CASES.iter().map(|case| case.key)
}

async fn log_in(bench: &Bench) -> Opened {
    let password = Secret::new(PASSWORD.to_owned());
    bench.log_in("admin", password, HOME).await.expect("logged in")
}

/// Wrong passwords that are looked at before one has to wait. What was guessed before is forgotten.
async fn guesses(bench: &Bench, user: impl Fn(u64) -> String, from: [u8; 4]) -> u64 {
    bench.time.step(86_400);
    for guess in 0.. {
        let wrong = Secret::new("a wrong password".to_owned());
        match bench.log_in(&user(guess), wrong, from).await {
            Err(AuthError::Credentials) => {}
            Err(AuthError::Throttled(_)) => return guess,
            other => panic!("{other:?}"),
        }
    }
    unreachable!("some guess has to wait")
}

/// Seconds for which a login counts as a fresh proof.
async fn fresh_for(bench: &Bench) -> u64 {
    let token = log_in(bench).await.access_token;
    let header = format!("Bearer {}", token.reveal());
    let fresh = || {
        let who = bench.auth.authenticate(Some(&header), None).expect("the token holds");
        who.require_fresh().is_ok()
    };
    for second in 0..599 {
        if !fresh() {
            return second - 1;
        }
        bench.time.step(1);
    }
    unreachable!("a proof gets old")
}

#[tokio::test]
async fn each_hot_setting_of_logins_acts() {
    let (market, dir) = (Market::made(7, 0), tempfile::tempdir().expect("dir"));
    let admin = somebody("admin").await;
    with(&market, dir.path(), &[], async |shared| {
        for (n, case) in CASES.iter().enumerate() {
            let (users, _) = Bench::with_roles().await;
            let (writer, time) = (Arc::clone(&users.writer), users.time.clone());
            let nowhere = PathBuf::from("/nowhere");
            let bench = Bench::under(shared.settings.clone(), writer, time, nowhere);
            assert_eq!((case.seen)(&bench).await, case.before, "{} before", case.key);
            set(shared, &admin, &n.to_string(), &[(case.key, case.value)]).await.expect(case.key);
            assert_eq!((case.seen)(&bench).await, case.after, "{} after", case.key);
        }
    })
    .await;
}

/// Whoever may only tighten risk may not lengthen tokens or send alerts elsewhere.
#[tokio::test]
async fn only_an_admin_changes_who_gets_in_and_who_hears() {
    let (market, dir) = (Market::made(7, 0), tempfile::tempdir().expect("dir"));
    let operator = somebody("operator").await;
    with(&market, dir.path(), &[], async |shared| {
        for (n, pairs) in [
            &[("auth.access_minutes", "60")][..],
            &[("auth.failures_per_user", "100")],
            &[("telegram.chat_id", "5"), ("telegram.bot_token", "4242:canary-bot-token")],
            &[("telegram.people", "7:admin:admin")],
            &[("webhook.url", "https://elsewhere.example/")],
            &[("webhook.secret", "a-secret-of-enough-letters")],
        ]
        .into_iter()
        .enumerate()
        {
            let refused = set(shared, &operator, &n.to_string(), pairs).await;
            let status = refused.expect_err("not for an operator");
            assert!(status.message().contains("only an admin"), "{pairs:?}: {status:?}");
        }
        set(shared, &operator, "quiet", &[("alerts.quiet_hours", "22:00-06:00")])
            .await
            .expect("an operator's own business");
    })
    .await;
}
