//! Limits as a plan shows them: what of them changes, by what is held or by a setting.

use crate::convert;
use engine::Engine;
use engine::risk::usage::Usage;
use tradingd_proto::v1;

/// Limits that would change, or whose use would.
pub(super) fn changed(before: &Engine, after: &Engine) -> Vec<v1::PlannedLimit> {
    let (old, new) = (before.limits(), after.limits());
    new.iter()
        .filter_map(|now| {
            let was = old.iter().find(|was| was.check == now.check && was.scope == now.scope);
            planned(was, now)
        })
        .collect()
}

/// `None` when nothing about it changes.
fn planned(was: Option<&Usage>, now: &Usage) -> Option<v1::PlannedLimit> {
    // What is off limits nothing, whatever its number.
    let on = |usage: &&Usage| !usage.off;
    let (before, after) = (was.filter(on), Some(now).filter(on));
    let figures = |usage: Option<&Usage>| usage.map(|u| (u.limit, u.used));
    if figures(before) == figures(after) {
        return None;
    }
    let limit = |usage: Option<&Usage>| usage.map(|u| convert::text(u.limit)).unwrap_or_default();
    let used = |usage: Option<&Usage>| {
        usage.map(|u| convert::text(u.used.round_dp(4))).unwrap_or_default()
    };
    let left = |usage: Option<&Usage>| {
        usage.map(|u| convert::text(u.headroom().round_dp(4))).unwrap_or_default()
    };
    Some(v1::PlannedLimit {
        name: name(now),
        unit: now.unit.to_owned(),
        limit: limit(after),
        limit_before: limit(before),
        used_before: used(was),
        used_after: used(Some(now)),
        headroom_before: left(before),
        headroom_after: left(after),
    })
}

/// The check and what it is about.
fn name(usage: &Usage) -> String {
    let limit = convert::limit(usage);
    let about = [limit.symbol, limit.strategy, limit.sector];
    let about: Vec<String> = about.into_iter().filter(|part| !part.is_empty()).collect();
    [vec![limit.check], about].concat().join(" ")
}
