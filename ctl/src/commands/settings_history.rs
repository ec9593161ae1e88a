//! `settings history` and `diff`.

use super::{Context, settings, settings_change};
use crate::cli::{DiffArgs, HistoryArgs};
use crate::failure::Failure;
use crate::output::format;
use crate::output::table::{Style, number, rows, text};
use tradingd_proto::v1::settings_service_client::SettingsServiceClient;
use tradingd_proto::v1::{
    DiffSettingsRequest, DiffSettingsResponse, ListSettingVersionsRequest,
    ListSettingVersionsResponse, SettingChange, SettingVersion,
};

/// Lists versions.
pub async fn history(context: &Context<'_>, args: HistoryArgs) -> Result<(), Failure> {
    let request = ListSettingVersionsRequest {
        page_size: args.limit,
        page_token: String::new(),
        key: args.setting.unwrap_or_default(),
    };
    let call = async |c, r| SettingsServiceClient::new(c).list_setting_versions(r).await;
    let answer: ListSettingVersionsResponse = context.client.read(request, call).await?;
    context.out.list(&answer, answer.versions.len(), "no version changed that", table)
}

/// Compares two versions.
pub async fn diff(context: &Context<'_>, args: DiffArgs) -> Result<(), Failure> {
    let from_version = match (args.from, args.defaults) {
        (Some(version), _) => version,
        (None, true) => 0,
        (None, false) => {
            let now = settings::fetch(context, "log.level".to_owned()).await?.version;
            now.saturating_sub(1).max(1)
        }
    };
    let request = DiffSettingsRequest { from_version, to_version: args.to.unwrap_or(0) };
    let call = async |c, r| SettingsServiceClient::new(c).diff_settings(r).await;
    let answer: DiffSettingsResponse = context.client.read(request, call).await?;
    context.out.list(&answer, answer.changes.len(), "nothing differs", |answer, style| {
        let from = match answer.from_version {
            0 => "the defaults".to_owned(),
            version => format!("version {version}"),
        };
        let told = settings_change::changes(&answer.changes, style);
        format!("{told}\n\nfrom {from} to version {}", answer.to_version)
    })
}

fn table(answer: &ListSettingVersionsResponse, style: Style) -> String {
    let headings = ["version", "at", "by", "from", "cause", "changes", "reason"];
    let line = |version: &SettingVersion| {
        vec![
            number(version.version.to_string()),
            text(format::utc(version.at.as_ref())),
            text(&*version.changed_by),
            text(format::or_none(&version.source)),
            text(&*version.cause),
            text(version.changes.iter().map(change).collect::<Vec<_>>().join(", ")),
            text(&*version.reason),
        ]
    };
    rows(style, &headings, answer.versions.iter().map(line).collect())
}

fn change(change: &SettingChange) -> String {
    match change.secret {
        true => format!("{} (secret)", change.key),
        false => {
            format!("{}: {} → {}", change.key, or_empty(&change.before), or_empty(&change.after))
        }
    }
}

fn or_empty(value: &str) -> &str {
    if value.is_empty() { "(empty)" } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_says_who_what_and_why() {
        let changed = |key: &str, secret| SettingChange {
            key: key.to_owned(),
            before: "15".to_owned(),
            after: String::new(),
            secret,
            origin: 5,
        };
        let version = SettingVersion {
            version: 2,
            changed_by: "ann".to_owned(),
            source: "127.0.0.1".to_owned(),
            cause: "update".to_owned(),
            reason: "thin books".to_owned(),
            changes: vec![changed("a.b", false), changed("x.token", true)],
            ..Default::default()
        };
        let answer = ListSettingVersionsResponse { versions: vec![version], ..Default::default() };
        let told = table(&answer, Style { colour: false });
        assert!(told.contains("a.b: 15 → (empty), x.token (secret)  thin books"), "{told}");
        assert!(told.contains("ann  127.0.0.1  update"), "{told}");
    }
}
