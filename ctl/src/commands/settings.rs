//! `settings`: what the daemon runs with.

use super::Context;
use crate::failure::Failure;
use crate::output::table::{Style, Tone, rows, text};
use crate::output::words;
use tradingd_proto::v1::settings_service_client::SettingsServiceClient;
use tradingd_proto::v1::{ListSettingsRequest, ListSettingsResponse, Setting, SettingOrigin};

/// Lists settings whose key starts with `prefix`.
pub async fn list(context: &Context<'_>, prefix: String) -> Result<(), Failure> {
    let answer = context
        .client
        .read(ListSettingsRequest { prefix }, async |c, r| {
            SettingsServiceClient::new(c).list_settings(r).await
        })
        .await?;
    context.out.list(&answer, answer.settings.len(), "no setting has such a key", table)
}

fn table(answer: &ListSettingsResponse, style: Style) -> String {
    let headings = ["key", "value", "unit", "default", "range", "origin"];
    let line = |setting: &Setting| {
        let default = setting.origin == i32::from(SettingOrigin::Default);
        let value = if setting.secret { "(secret)" } else { &setting.value };
        vec![
            text(&*setting.key),
            text(value).tone(if default { Tone::Plain } else { Tone::Warn }),
            text(&*setting.unit),
            text(&*setting.default_value),
            text(&*setting.range),
            text(words::origin(setting.origin)),
        ]
    };
    rows(style, &headings, answer.settings.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let setting = |key: &str, value: &str, secret| Setting {
            key: key.to_owned(),
            value: value.to_owned(),
            secret,
            origin: SettingOrigin::File.into(),
            default_value: "5".to_owned(),
            unit: "%".to_owned(),
            range: "1 to 10".to_owned(),
            ..Default::default()
        };
        let answer = ListSettingsResponse {
            settings: vec![setting("risk.max", "7", false), setting("auth.key", "", true)],
            ..Default::default()
        };
        assert_eq!(
            table(&answer, Style { colour: false }),
            "key       value     unit  default  range    origin\n\
             risk.max  7         %     5        1 to 10  file\n\
             auth.key  (secret)  %     5        1 to 10  file"
        );
    }
}
