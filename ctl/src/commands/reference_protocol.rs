//! The protocol's reference page, from the descriptor set: services, methods with their options,
//! messages and enums with their comments.

use super::reference::cell;
use crate::failure::Failure;
use crate::output::json;
use prost_reflect::{
    EnumDescriptor, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor, ServiceDescriptor,
};
use std::fmt::Write as _;
use tradingd_proto::v1::{Danger, Permission};
use tradingd_proto::{METHODS, MethodRule};

const PACKAGE: &str = "tradingd.v1";

const INTRO: &str = "\
# Protocol reference

Every service, message and enum of `tradingd.v1`, made by `botctl reference protocol` from the
descriptor set; change the `.proto` files, not this page. The rules that hold for all of it are in
[the protocol's conventions](../protocol.md).

Permission: the lowest role that may call (`public`: no login). Danger: `read` changes nothing,
`safer` moves towards safety only, `change` moves no money, `trades` sends orders, `riskier` loosens a
limit or restarts trading. Fresh: the login must be fresh.
";

/// The whole page.
pub fn page() -> Result<String, Failure> {
    let pool = json::pool()?;
    let mut text = INTRO.to_owned();
    for one in pool.services().filter(|s| s.package_name() == PACKAGE) {
        service(&mut text, &one)?;
    }
    text.push_str("\n# Messages\n");
    for one in pool.all_messages().filter(|m| m.package_name() == PACKAGE && !m.is_map_entry()) {
        message(&mut text, &one);
    }
    text.push_str("\n# Enums\n");
    for one in pool.all_enums().filter(|e| e.package_name() == PACKAGE) {
        enumeration(&mut text, &one);
    }
    Ok(text)
}

/// Writing into a String cannot fail.
fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = writeln!(text, "{arguments}");
}

fn head(text: &mut String, name: &str, comment: &str) {
    line(text, format_args!("\n## {name}\n"));
    if !comment.is_empty() {
        line(text, format_args!("{comment}\n"));
    }
}

fn service(text: &mut String, service: &ServiceDescriptor) -> Result<(), Failure> {
    head(text, service.name(), &comment(&service.parent_file(), service.path()));
    text.push_str("| Method | Request, answer | Permission | Danger | Fresh | botctl | What |\n");
    text.push_str("|---|---|---|---|---|---|---|\n");
    for method in service.methods() {
        let path = format!("/{}/{}", service.full_name(), method.name());
        let rule = METHODS
            .iter()
            .find(|rule| rule.path == path)
            .ok_or_else(|| Failure::internal(format!("{path}: no rule")))?;
        let stream = if method.is_server_streaming() { "stream of " } else { "" };
        let what = comment(&service.parent_file(), method.path());
        line(
            text,
            format_args!(
                "| `{}` | `{}`, {stream}`{}` | {} | {} | `botctl {}` | {} |",
                method.name(),
                method.input().name(),
                method.output().name(),
                permission(rule),
                danger(rule),
                rule.botctl,
                cell(&what)
            ),
        );
    }
    Ok(())
}

fn permission(rule: &MethodRule) -> String {
    let name = Permission::try_from(rule.permission).unwrap_or_default().as_str_name();
    name.trim_start_matches("PERMISSION_").to_lowercase()
}

/// Danger and freshness, two cells.
fn danger(rule: &MethodRule) -> String {
    let name = Danger::try_from(rule.danger).unwrap_or_default().as_str_name();
    let fresh = if rule.step_up { "yes" } else { "" };
    format!("{} | {fresh}", name.trim_start_matches("DANGER_").to_lowercase())
}

fn message(text: &mut String, message: &MessageDescriptor) {
    head(text, message.name(), &comment(&message.parent_file(), message.path()));
    if message.fields().len() == 0 {
        text.push_str("No fields.\n");
        return;
    }
    text.push_str("| No. | Field | Type | What |\n|---|---|---|---|\n");
    for field in message.fields() {
        let what = comment(&field.parent_file(), field.path());
        let row = (field.number(), field.name().to_owned(), kind(&field), cell(&what));
        line(text, format_args!("| {} | `{}` | {} | {} |", row.0, row.1, row.2, row.3));
    }
}

fn kind(field: &FieldDescriptor) -> String {
    if let Kind::Message(entry) = field.kind()
        && field.is_map()
    {
        let (key, value) = (entry.map_entry_key_field(), entry.map_entry_value_field());
        return format!("map of {} to {}", scalar(&key.kind()), scalar(&value.kind()));
    }
    let name = scalar(&field.kind());
    match field.containing_oneof() {
        _ if field.is_list() => format!("list of {name}"),
        Some(oneof) if oneof.is_synthetic() => format!("optional {name}"),
        Some(oneof) => format!("{name}, one of `{}`", oneof.name()),
        None => name,
    }
}

fn scalar(kind: &Kind) -> String {
    match kind {
        Kind::Message(message) => format!("`{}`", message.name()),
        Kind::Enum(one) => format!("`{}`", one.name()),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn enumeration(text: &mut String, one: &EnumDescriptor) {
    head(text, one.name(), &comment(&one.parent_file(), one.path()));
    text.push_str("| No. | Value | What |\n|---|---|---|\n");
    for value in one.values() {
        let what = comment(&one.parent_file(), value.path());
        line(text, format_args!("| {} | `{}` | {} |", value.number(), value.name(), cell(&what)));
    }
}

/// The comment before a declaration.
fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let proto = file.file_descriptor_proto();
    let places = proto.source_code_info.iter().flat_map(|info| &info.location);
    let place = places.into_iter().find(|place| place.path == path);
    let text = place.and_then(|place| place.leading_comments.clone()).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_message_and_enum_is_on_the_page() {
        let page = page().expect("made");
        for rule in METHODS {
            let name = rule.path.rsplit('/').next().expect("a name");
            let row = page.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
            let row = row.unwrap_or_else(|| panic!("{name} is missing"));
            assert!(row.contains(&format!("`botctl {}`", rule.botctl)), "{row}");
            assert!(!row.ends_with("|  |"), "no comment: {row}");
        }
        let pool = json::pool().expect("valid");
        for message in pool.all_messages().filter(|m| m.package_name() == PACKAGE) {
            let wanted =
                message.is_map_entry() || page.contains(&format!("\n## {}\n", message.name()));
            assert!(wanted, "{}", message.full_name());
        }
        assert!(page.contains("| 1 | `DANGER_READ` | Reads only. |"));
        assert!(page.contains("map of string to uint64"));
    }
}
