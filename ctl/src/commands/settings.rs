//! `settings list` and `get`: what the daemon runs with.

use super::Context;
use crate::cli::SettingsArgs;
use crate::failure::Failure;
use crate::output::table::{Field, Style, Tone, panel, rows, text};
use crate::output::{format, words};
use tradingd_proto::v1::settings_service_client::SettingsServiceClient;
use tradingd_proto::v1::{
    ListSettingsRequest, ListSettingsResponse, Setting, SettingClass, SettingOrigin,
};

/// Lists settings.
pub async fn list(context: &Context<'_>, args: SettingsArgs) -> Result<(), Failure> {
    let mut answer = fetch(context, args.prefix.unwrap_or_default()).await?;
    answer.settings.retain(|setting| {
        (!args.changed || setting.origin != i32::from(SettingOrigin::Default))
            && (!args.hot || setting.class == i32::from(SettingClass::Hot))
    });
    context.out.list(&answer, answer.settings.len(), "no such setting", table)
}

/// Shows one setting.
pub async fn get(context: &Context<'_>, key: &str) -> Result<(), Failure> {
    let answer = fetch(context, key.to_owned()).await?;
    let found = answer.settings.into_iter().find(|setting| setting.key == key);
    let setting = found.ok_or_else(|| {
        Failure::not_found(format!("there is no setting {key}"))
            .with_hint("botctl settings lists them all")
    })?;
    context.out.answer(&setting, details)
}

/// The settings whose key starts with `prefix`, and their version.
pub async fn fetch(context: &Context<'_>, prefix: String) -> Result<ListSettingsResponse, Failure> {
    let request = ListSettingsRequest { prefix };
    let call = async |c, r| SettingsServiceClient::new(c).list_settings(r).await;
    context.client.read(request, call).await
}

/// What may be shown of a value.
fn value(setting: &Setting) -> Field {
    let default = setting.origin == i32::from(SettingOrigin::Default);
    let shown = match (setting.secret, setting.secret_set) {
        (true, true) => "(set)",
        (true, false) => "(not set)",
        _ => &setting.value,
    };
    text(shown).tone(if default { Tone::Plain } else { Tone::Warn })
}

/// When and by whom.
fn changed(setting: &Setting) -> String {
    match &setting.changed_at {
        None => String::new(),
        at => format!("{} by {}", format::utc(at.as_ref()), setting.changed_by),
    }
}

fn table(answer: &ListSettingsResponse, style: Style) -> String {
    let headings = ["key", "value", "unit", "default", "range", "acts", "origin", "changed"];
    let line = |setting: &Setting| {
        vec![
            text(&*setting.key),
            value(setting),
            text(&*setting.unit),
            text(&*setting.default_value),
            text(&*setting.range),
            text(words::setting_class(setting.class)),
            text(words::origin(setting.origin)),
            text(changed(setting)),
        ]
    };
    let all = rows(style, &headings, answer.settings.iter().map(line).collect());
    format!("{all}\n\nversion {}", answer.version)
}

fn details(setting: &Setting, style: Style) -> String {
    let acts = match SettingClass::try_from(setting.class) {
        Ok(SettingClass::Hot) => "at once (hot)",
        _ => "at the next start (file, environment or flag)",
    };
    let lines = vec![
        ("key", text(&*setting.key)),
        ("value", value(setting)),
        ("unit", text(format::or_none(&setting.unit))),
        ("default", text(format::or_none(&setting.default_value))),
        ("allowed", text(&*setting.range)),
        ("acts", text(acts)),
        ("guard", text(words::setting_guard(setting.guard))),
        ("origin", text(words::origin(setting.origin))),
        ("changed", text(format::or_none(&changed(setting)))),
        ("what it does", text(&*setting.description)),
    ];
    panel(style, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let setting = |key: &str, value: &str, secret, class: SettingClass| Setting {
            key: key.to_owned(),
            value: value.to_owned(),
            secret,
            secret_set: secret,
            class: class.into(),
            origin: SettingOrigin::File.into(),
            default_value: "5".to_owned(),
            unit: "%".to_owned(),
            range: "1 to 10".to_owned(),
            ..Default::default()
        };
        let answer = ListSettingsResponse {
            settings: vec![
                setting("risk.max", "7", false, SettingClass::Hot),
                setting("auth.key", "", true, SettingClass::Restart),
            ],
            version: 3,
        };
        assert_eq!(
            table(&answer, Style { colour: false }),
            "key       value  unit  default  range    acts     origin  changed\n\
             risk.max  7      %     5        1 to 10  hot      file    -\n\
             auth.key  (set)  %     5        1 to 10  restart  file    -\n\
             \n\
             version 3"
        );
    }
}
