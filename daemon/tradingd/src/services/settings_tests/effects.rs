//! Each hot setting acts: changed through the service, it shows a different order, denial or event.

use super::by_hand::{self, BY_HAND, HandCase};
use super::cases::{CASES, Case, Shows};
use super::world::{Market, Seen, World, settings, somebody};
use crate::control_plane::auth::Principal;
use crate::settings::Settings;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

fn block<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(work)
}

fn run(
    market: &Market,
    who: &Principal,
    flags: &[&str],
    change: Option<(&str, &str)>,
) -> Result<Seen, String> {
    block(async {
        let dir = tempfile::tempdir().expect("temporary directory");
        let world = World::open(settings(market, dir.path(), flags), who.clone()).await;
        let (seen, answer) = world.run(change).await;
        match answer {
            Ok(1) => Ok(seen),
            Ok(0) if change.is_none() => Ok(seen),
            Ok(changes) => Err(format!("{changes} settings changed")),
            Err(status) => Err(status.message().to_owned()),
        }
    })
}

/// What is wrong with a case, if anything. Both worlds change the setting before their second row,
/// one to the new value and one from it, so that the value alone can make the difference.
fn mistake(market: &Market, who: &Principal, case: &Case) -> Option<String> {
    let old = old_value(case);
    let new = format!("{}={}", case.key, case.value);
    let mut begun_new: Vec<&str> = case.with.to_vec();
    begun_new.push(&new);
    let with_old = match run(market, who, &begun_new, Some((case.key, &old))) {
        Ok(seen) => seen,
        Err(error) => return Some(error),
    };
    let with_new = match run(market, who, case.with, Some((case.key, case.value))) {
        Ok(seen) => seen,
        Err(error) => return Some(error),
    };
    let differs = match case.shows {
        Shows::Events => with_old.events != with_new.events,
        Shows::Candles => with_old.candles != with_new.candles,
        Shows::Regimes => with_old.regimes != with_new.regimes,
    };
    let elsewhere = with_old != with_new;
    (!differs).then(|| format!("nothing differs there (elsewhere: {elsewhere})"))
}

/// What the world of a case begins with.
fn old_value(case: &Case) -> String {
    let base = super::world::BASE.iter().chain(case.with);
    let mut said = base.filter_map(|flag| flag.split_once('=')).filter(|(key, _)| *key == case.key);
    match said.next_back() {
        Some((_, value)) => value.to_owned(),
        None => {
            let mut hot = Settings::hot_defaults().into_iter();
            hot.find(|(key, ..)| key == case.key).expect("a hot setting").1
        }
    }
}

/// The same for a case that is played by hand.
fn mistake_by_hand(market: &Market, who: &Principal, case: &HandCase) -> Option<String> {
    let as_case = Case { key: case.key, with: case.with, value: case.value, shows: Shows::Events };
    let new = format!("{}={}", case.key, case.value);
    let with_old = block(by_hand::told(market, who, case, &[&new], &old_value(&as_case)));
    let with_new = block(by_hand::told(market, who, case, &[], case.value));
    match (with_old, with_new) {
        (Err(error), _) | (_, Err(error)) => Some(error),
        (Ok(old), Ok(new)) if old == new => Some(format!("nothing differs in {} lines", old.len())),
        _ => None,
    }
}

/// Every mistake of some cases, worked on by two threads.
fn mistakes<C: Sync>(cases: &[C], mistake: impl Fn(&C) -> Option<String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
            if let Some(error) = mistake(case) {
                found.lock().expect("nobody panics").push(error);
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let mut found = found.into_inner().expect("nobody panics");
    found.sort();
    found
}

#[test]
fn each_hot_setting_acts() {
    let market = Market::made(7, 20);
    let who = block(somebody("admin"));
    let wrong = mistakes(CASES, |case| {
        mistake(&market, &who, case).map(|error| format!("{}: {error}", case.key))
    });
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

#[test]
fn each_hot_setting_about_a_silent_venue_acts() {
    let market = Market::made(7, 0);
    let who = block(somebody("admin"));
    let wrong = mistakes(BY_HAND, |case| {
        mistake_by_hand(&market, &who, case).map(|error| format!("{}: {error}", case.key))
    });
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), BY_HAND.len(), wrong.join("\n"));
}

/// A change that means nothing here shows nothing: what the cases show is of their settings.
#[test]
fn a_change_without_meaning_shows_nothing() {
    let market = Market::made(7, 0);
    let who = block(somebody("admin"));
    let at_rest = run(&market, &who, &[], None).expect("it runs");
    let change = Some(("risk.sector_map", "FOOUSDT:elsewhere"));
    let changed = run(&market, &who, &[], change).expect("it runs");
    assert!(at_rest == changed && at_rest.events.len() > 500, "{}", at_rest.events.len());
}

/// Hot settings that only a whole daemon shows. Its tests name each of them.
const ELSEWHERE: &[&str] = &[
    "alerts.dedupe_seconds",
    "alerts.digest_at",
    "alerts.disk_low_mb",
    "alerts.escalate_after_seconds",
    "alerts.quiet_hours",
    "audit.retention_days",
    "log.level",
    "telegram.bot_token",
    "telegram.chat_id",
    "telegram.min_severity",
    "telegram.people",
    "webhook.min_severity",
    "webhook.secret",
    "webhook.url",
];

/// Where they are.
const WHOLE: [&str; 3] = [
    include_str!("../../../../../tests/daemon/settings_live.rs"),
    include_str!("../../../../../tests/daemon/settings_channels.rs"),
    include_str!("../../../../../tests/daemon/retention.rs"),
];

#[test]
fn what_is_shown_elsewhere_is_changed_there() {
    for key in ELSEWHERE {
        let change = format!("{key}=");
        assert!(WHOLE.iter().any(|text| text.contains(&change)), "nothing sets {key}");
    }
}

#[test]
fn every_hot_setting_has_its_case() {
    let mut covered: Vec<&str> = CASES.iter().map(|c| c.key).collect();
    covered.extend(BY_HAND.iter().map(|c| c.key));
    covered.extend(super::access::keys());
    covered.extend(crate::services::events::acts::KEYS);
    covered.extend(ELSEWHERE);
    covered.sort_unstable();
    let mut hot: Vec<String> = Settings::hot_defaults().into_iter().map(|h| h.0).collect();
    hot.sort();
    assert_eq!(covered, hot, "left: cases, right: the registry");
}
