//! Refusals, versions and differences of settings as they are told. Decides nothing.

use crate::control_plane::errors::{self, Reason};
use crate::convert;
use crate::settings::{Refused, Settings, origin};
use std::collections::{BTreeMap, BTreeSet};
use storage::{SettingChange as StoredChange, SettingsVersion};
use tonic::Status;
use tradingd_proto::v1::*;

/// Keys whose values are never shown.
pub fn secret_keys() -> BTreeSet<String> {
    let secret = Settings::hot_defaults().into_iter().filter(|(.., secret)| *secret);
    secret.map(|(key, ..)| key).collect()
}

/// A refusal on the wire.
pub fn refusal(refused: Refused) -> Status {
    match refused {
        Refused::Invalid(fields) => errors::invalid(fields),
        Refused::NeedsRestart(keys) => {
            let (what, keys) = (if keys.len() == 1 { "is" } else { "are" }, keys.join(", "));
            let text = format!(
                "{keys} {what} only read when the daemon starts: change file, environment or flags, \
                 and start it again"
            );
            errors::precondition(Reason::SettingNeedsRestart, &keys, text)
        }
        Refused::NeedsAdmin(keys) => {
            let text = format!(
                "only an admin may loosen risk limits or change access: {}; an operator may only \
                 tighten them",
                keys.join(", ")
            );
            errors::refuse(Reason::RoleTooLow, text)
        }
        Refused::NeedsFreshLogin(keys) => {
            let text = format!("log in anew to change {}", keys.join(", "));
            errors::refuse(Reason::StepUpNeeded, text)
        }
        Refused::Stale { current } => {
            let text = format!("the settings were changed meanwhile; version {current} is current");
            let current = current.to_string();
            errors::refuse_with(Reason::VersionStale, text, &[("version", &current)])
        }
        Refused::PlanStale { current } => {
            let text = format!(
                "the plan does not fit any more, or was made for another change; version {current} \
                 is current"
            );
            let current = current.to_string();
            errors::refuse_with(Reason::VersionStale, text, &[("version", &current)])
        }
    }
}

/// A version of the history, without secrets.
pub fn version(stored: &SettingsVersion, secrets: &BTreeSet<String>) -> SettingVersion {
    let change = |change: &StoredChange| {
        let secret = secrets.contains(&change.key);
        let shown = |text: &str| if secret { String::new() } else { text.to_owned() };
        SettingChange {
            key: change.key.clone(),
            before: shown(&change.before),
            after: shown(&change.after),
            secret,
            origin: origin(&change.origin).into(),
        }
    };
    SettingVersion {
        version: stored.version,
        at: Some(convert::time(stored.at)),
        cause: stored.cause.clone(),
        changed_by: stored.principal.clone(),
        role: stored.role.clone(),
        source: stored.source.clone(),
        reason: stored.reason.clone(),
        changes: stored.changes.iter().map(change).collect(),
    }
}

/// What differs, in order of key, without secrets.
pub fn differences(
    from: &BTreeMap<String, (String, SettingOrigin)>,
    to: &BTreeMap<String, (String, SettingOrigin)>,
) -> Vec<SettingChange> {
    let mut keys = Settings::hot_defaults();
    keys.sort();
    let mut changes = Vec::new();
    for (key, default, secret) in keys {
        let at = |values: &BTreeMap<String, (String, SettingOrigin)>| {
            values.get(&key).cloned().unwrap_or((default.clone(), SettingOrigin::Default))
        };
        let ((before, _), (after, origin)) = (at(from), at(to));
        if before == after {
            continue;
        }
        let shown = |text: String| if secret { String::new() } else { text };
        changes.push(SettingChange {
            before: shown(before),
            after: shown(after),
            key,
            secret,
            origin: origin.into(),
        });
    }
    changes
}
