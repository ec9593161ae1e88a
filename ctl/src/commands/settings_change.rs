//! `settings set`, `unset`, `apply` and `rollback`: changes while the daemon runs.

use super::{Context, secret, settings};
use crate::cli::{ApplyArgs, ChangeArgs, RollbackArgs, SetArgs, UnsetArgs};
use crate::failure::Failure;
use crate::output::table::{Style, rows, text};
use crate::random::request_id;
use std::path::Path;
use tradingd_proto::v1::settings_service_client::SettingsServiceClient;
use tradingd_proto::v1::{
    Plan, RollbackSettingsRequest, RollbackSettingsResponse, Setting, SettingAssignment,
    SettingChange, SettingClass, UpdateSettingsRequest, UpdateSettingsResponse,
};

/// Sets keys.
pub async fn set(context: &Context<'_>, args: SetArgs) -> Result<(), Failure> {
    let mut assignments = Vec::new();
    for (key, value) in args.assignments {
        let value = if value == "-" { secret::value(&key)? } else { value };
        assignments.push(SettingAssignment { key, value });
    }
    let answer = update(context, request(assignments, Vec::new(), args.change)?).await?;
    context.out.answer(&answer, updated)
}

/// Gives keys back.
pub async fn unset(context: &Context<'_>, args: UnsetArgs) -> Result<(), Failure> {
    let answer = update(context, request(Vec::new(), args.keys, args.change)?).await?;
    context.out.answer(&answer, updated)
}

/// Goes back to a version.
pub async fn rollback(context: &Context<'_>, args: RollbackArgs) -> Result<(), Failure> {
    let ChangeArgs { reason, expect_version, dry_run } = args.change;
    let request = RollbackSettingsRequest {
        to_version: args.version.unwrap_or(0),
        expected_version: expect_version.unwrap_or(0),
        reason,
        request_id: request_id()?,
        dry_run,
        plan_id: String::new(),
    };
    let call = async |c, r| SettingsServiceClient::new(c).rollback_settings(r).await;
    let answer: RollbackSettingsResponse = context.client.mutate(request, call).await?;
    context.out.answer(&answer, |answer, style| {
        let RollbackSettingsResponse { version, changes, effect, plan } = answer.clone();
        updated(&UpdateSettingsResponse { version, changes, effect, plan }, style)
    })
}

/// Sets what a file says, after showing what that changes.
pub async fn apply(context: &Context<'_>, args: ApplyArgs) -> Result<(), Failure> {
    let wanted = read(&args.file)?;
    let now = settings::fetch(context, String::new()).await?;
    // What only a start reads may stand in the file, as long as it says what is so already.
    let assignments: Vec<_> =
        wanted.into_iter().filter(|wanted| !is_so_already(wanted, &now.settings)).collect();
    let unchanged = UpdateSettingsResponse { version: now.version, ..Default::default() };
    if assignments.is_empty() {
        return context.out.answer(&unchanged, updated);
    }
    let asked_version = args.change.expect_version;
    let asked_dry = args.change.dry_run;
    let mut request = request(assignments, Vec::new(), args.change)?;
    request.expected_version = asked_version.unwrap_or(now.version);
    let dry = UpdateSettingsRequest { dry_run: true, ..request.clone() };
    let planned = update(context, dry).await?;
    let plan = planned.plan.clone().unwrap_or_default();
    if asked_dry {
        return context.out.answer(&planned, updated);
    }
    if plan.changes.is_empty() {
        return context.out.answer(&unchanged, updated);
    }
    if !args.yes {
        if !context.out.is_json() {
            context.out.say(&plan_table(&plan, Style { colour: false }));
        }
        secret::confirm("change these settings?", "pass --yes to go on without being asked")?;
    }
    request.plan_id = plan.plan_id;
    let answer = update(context, request).await?;
    context.out.answer(&answer, updated)
}

fn request(
    assignments: Vec<SettingAssignment>,
    unset: Vec<String>,
    change: ChangeArgs,
) -> Result<UpdateSettingsRequest, Failure> {
    let ChangeArgs { reason, expect_version, dry_run } = change;
    Ok(UpdateSettingsRequest {
        assignments,
        unset,
        expected_version: expect_version.unwrap_or(0),
        reason,
        request_id: request_id()?,
        dry_run,
        plan_id: String::new(),
    })
}

async fn update(
    context: &Context<'_>,
    request: UpdateSettingsRequest,
) -> Result<UpdateSettingsResponse, Failure> {
    let call = async |c, r| SettingsServiceClient::new(c).update_settings(r).await;
    context.client.mutate(request, call).await
}

fn is_so_already(wanted: &SettingAssignment, now: &[Setting]) -> bool {
    now.iter().any(|setting| {
        let restart = setting.class == i32::from(SettingClass::Restart);
        setting.key == wanted.key && restart && setting.value == wanted.value
    })
}

/// A file's keys and values, lists with commas.
fn read(file: &Path) -> Result<Vec<SettingAssignment>, Failure> {
    let name = file.display();
    let told = std::fs::read_to_string(file)
        .map_err(|error| Failure::usage(format!("{name} can't be read: {error}")))?;
    let table: toml::Table = told
        .parse()
        .map_err(|error: toml::de::Error| Failure::usage(format!("{name}: {error}")))?;
    let mut found = Vec::new();
    flatten("", &table, &mut found).map_err(|key| {
        Failure::usage(format!(
            "{name}: {key} must be a text, number, true, false, or a list of those"
        ))
    })?;
    Ok(found)
}

fn flatten(
    prefix: &str,
    table: &toml::Table,
    found: &mut Vec<SettingAssignment>,
) -> Result<(), String> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let value = match value {
            toml::Value::Table(inner) => {
                flatten(&key, inner, found)?;
                continue;
            }
            toml::Value::Array(items) => {
                let texts: Option<Vec<String>> = items.iter().map(scalar).collect();
                texts.map(|texts| texts.join(","))
            }
            other => scalar(other),
        };
        found.push(SettingAssignment { value: value.ok_or_else(|| key.clone())?, key });
    }
    Ok(())
}

fn scalar(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(on) => Some(on.to_string()),
        toml::Value::Datetime(_) | toml::Value::Array(_) | toml::Value::Table(_) => None,
    }
}

fn updated(answer: &UpdateSettingsResponse, style: Style) -> String {
    if let Some(plan) = &answer.plan {
        return plan_table(plan, style);
    }
    if answer.changes.is_empty() {
        return format!("nothing changes; version {} stays", answer.version);
    }
    let told = changes(&answer.changes, style);
    format!("{told}\n\nversion {}, in force now", answer.version)
}

/// Changed values, one a line.
pub fn changes(changes: &[SettingChange], style: Style) -> String {
    let shown = |change: &SettingChange, value: &str| match change.secret {
        true => "(secret)".to_owned(),
        false if value.is_empty() => "(empty)".to_owned(),
        false => value.to_owned(),
    };
    let line = |change: &SettingChange| {
        vec![
            text(&*change.key),
            text(shown(change, &change.before)),
            text(shown(change, &change.after)),
        ]
    };
    rows(style, &["key", "before", "after"], changes.iter().map(line).collect())
}

fn plan_table(plan: &Plan, style: Style) -> String {
    if plan.changes.is_empty() {
        return "nothing would change".to_owned();
    }
    let empty = |value: &str| if value.is_empty() { "(empty)" } else { value }.to_owned();
    let line = |change: &tradingd_proto::v1::PlannedChange| {
        vec![text(&*change.what), text(empty(&change.before)), text(empty(&change.after))]
    };
    let told = rows(style, &["key", "now", "would be"], plan.changes.iter().map(line).collect());
    let limits = match plan.limits.as_slice() {
        [] => String::new(),
        limits => format!("\n\nlimits:\n{}", super::plan::limits(limits, style)),
    };
    format!("{told}{limits}\n\nnothing is changed yet")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { colour: false };

    #[test]
    fn a_file_becomes_keys_and_texts() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let file = dir.path().join("t.toml");
        let told = "timeframes = [\"5m\", \"1h\"]\n[risk]\nmax_drawdown_pct = 8.5\nvar_enabled = true\n[strategies.rsi]\nperiod = 21\n";
        std::fs::write(&file, told).expect("written");
        let found: Vec<_> = read(&file)
            .expect("read")
            .into_iter()
            .map(|a| format!("{}={}", a.key, a.value))
            .collect();
        assert_eq!(
            found,
            [
                "risk.max_drawdown_pct=8.5",
                "risk.var_enabled=true",
                "strategies.rsi.period=21",
                "timeframes=5m,1h"
            ]
        );
        std::fs::write(&file, "a = [[1]]").expect("written");
        assert!(read(&file).expect_err("refused").message().contains("a must be a text"));
        std::fs::write(&file, "a = ").expect("written");
        assert!(read(&file).expect_err("refused").message().contains("t.toml: TOML"));
    }

    #[test]
    fn a_change_is_told_with_both_values() {
        let change = |key: &str, before: &str, after: &str, secret| SettingChange {
            key: key.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
            secret,
            origin: 5,
        };
        let answer = UpdateSettingsResponse {
            version: 4,
            changes: vec![
                change("risk.max_drawdown_pct", "15", "8", false),
                change("signal_interval", "", "5m", false),
                change("x.token", "", "", true),
            ],
            ..Default::default()
        };
        assert_eq!(
            updated(&answer, PLAIN),
            "key                    before    after\n\
             risk.max_drawdown_pct  15        8\n\
             signal_interval        (empty)   5m\n\
             x.token                (secret)  (secret)\n\
             \n\
             version 4, in force now"
        );
        let nothing = UpdateSettingsResponse { version: 4, ..Default::default() };
        assert_eq!(updated(&nothing, PLAIN), "nothing changes; version 4 stays");
    }
}
