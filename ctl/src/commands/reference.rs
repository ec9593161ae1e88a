//! `reference`: pages for `docs/reference`, made from the command tree and the descriptor set, so that
//! they cannot differ from the program. `docs/check.sh` compares them.

use super::{exit_codes, reference_protocol};
use crate::cli::{Cli, ReferencePage};
use crate::failure::Failure;
use crate::output::Output;
use clap::{Arg, Command, CommandFactory as _};
use std::fmt::Write as _;

/// Prints a page.
pub fn page(out: &Output, page: ReferencePage) -> Result<(), Failure> {
    match page {
        ReferencePage::Cli => out.text(&cli()),
        ReferencePage::Protocol => out.text(&reference_protocol::page()?),
    }
}

const INTRO: &str = "\
# botctl reference

Every verb of `botctl`, made by `botctl reference cli`; change the program, not this page.

Data goes to stdout, everything else to stderr. `-o table` is for people, `wide` has every column
unrounded, `json` is the protocol's JSON with every field, `ndjson` one row per line, `csv` is RFC 4180
with the protocol's field names as header, exact decimals, and an apostrophe before text that a
spreadsheet would take for a formula. `--columns` picks columns by those names. With `json` and
`ndjson` an error is one JSON object on stderr.
";

/// The page on all verbs.
fn cli() -> String {
    let mut root = Cli::command().disable_help_subcommand(true).term_width(100);
    root.build();
    let mut text = format!("{INTRO}\n## Global options\n\n");
    options(&mut text, root.get_arguments().filter(|arg| arg.is_global_set()));
    text.push_str("\n## Exit codes\n\n| Exit | Code | Reason | Meaning |\n|---|---|---|---|\n");
    for row in exit_codes::table() {
        let quoted = |s: &str| if s.is_empty() { String::new() } else { format!("`{s}`") };
        let cells = (quoted(&row.code), quoted(&row.reason), cell(&row.meaning));
        line(&mut text, format_args!("| {} | {} | {} | {} |", row.exit, cells.0, cells.1, cells.2));
    }
    for verb in root.get_subcommands() {
        command(&mut text, verb, verb.get_name());
    }
    text
}

/// Writing into a String cannot fail.
fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = writeln!(text, "{arguments}");
}

fn command(text: &mut String, verb: &Command, path: &str) {
    if verb.is_hide_set() {
        return;
    }
    let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
    line(text, format_args!("\n## {path}\n\n{about}.\n"));
    let own = || verb.get_arguments().filter(|arg| !arg.is_global_set() && arg.get_id() != "help");
    if own().next().is_some() {
        options(text, own());
        text.push('\n');
    }
    if let Some(help) = verb.get_after_help() {
        examples(text, &help.to_string(), path);
    }
    for below in verb.get_subcommands() {
        command(text, below, &format!("{path} {}", below.get_name()));
    }
}

/// The examples as a block, of a verb's own or all of a group's; what is said below them as text.
fn examples(text: &mut String, help: &str, path: &str) {
    let own = format!("botctl {path}");
    let (lines, rest): (Vec<&str>, Vec<&str>) =
        help.lines().skip(1).partition(|line| line.starts_with("  "));
    let fits: Vec<&str> = lines.iter().copied().filter(|line| line.contains(&own)).collect();
    text.push_str("```sh\n");
    for example in if fits.is_empty() { lines } else { fits } {
        line(text, format_args!("{}", example.trim()));
    }
    text.push_str("```\n");
    let rest = rest.join("\n");
    if !rest.trim().is_empty() {
        line(text, format_args!("\n{}", rest.trim()));
    }
}

fn options<'a>(text: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    text.push_str("| Option | What | Values |\n|---|---|---|\n");
    for arg in arguments.filter(|arg| !arg.is_hide_set()) {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        line(text, format_args!("| `{}` | {} | {} |", name(arg), cell(&help), values(arg)));
    }
}

/// E.g. `-o, --output <OUTPUT>`, `<ID>`, `--yes`.
fn name(arg: &Arg) -> String {
    let takes = arg.get_action().takes_values();
    let value = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    let value = value.unwrap_or_else(|| arg.get_id().to_string().to_uppercase());
    let long = arg.get_long().map(|long| format!("--{long}"));
    let short = arg.get_short().map(|short| format!("-{short}"));
    let flags: Vec<String> = short.into_iter().chain(long).collect();
    match (flags.is_empty(), takes, arg.is_required_set()) {
        (true, _, true) => format!("<{value}>"),
        (true, ..) => format!("[{value}]"),
        (false, true, _) => format!("{} <{value}>", flags.join(", ")),
        (false, false, _) => flags.join(", "),
    }
}

/// Allowed values, default, environment.
fn values(arg: &Arg) -> String {
    let mut parts = Vec::new();
    if arg.get_action().takes_values() {
        let names: Vec<String> =
            arg.get_possible_values().iter().map(|v| format!("`{}`", v.get_name())).collect();
        parts.push(names.join(", "));
        if !arg.is_hide_default_value_set() {
            let default = arg.get_default_values().iter().map(|v| v.to_string_lossy());
            parts.extend(default.map(|value| format!("default `{value}`")));
        }
    }
    if let Some(variable) = arg.get_env() {
        parts.push(format!("also `{}`", variable.to_string_lossy()));
    }
    if arg.is_required_set() {
        parts.push("required".to_owned());
    }
    parts.retain(|part| !part.is_empty());
    parts.join("; ")
}

/// Text that fits a cell of a table.
pub fn cell(text: &str) -> String {
    text.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_verb_and_option() {
        let page = cli();
        let mut root = Cli::command();
        root.build();
        for method in tradingd_proto::METHODS {
            assert!(page.contains(&format!("\n## {}\n", method.botctl)), "{}", method.botctl);
        }
        assert!(page.contains("`-o, --output <OUTPUT>`") && page.contains("`ndjson`"), "{page}");
        assert!(page.contains("## orders get") && page.contains("`<ID>`"));
        assert!(!page.contains("## reference"), "hidden verbs stay hidden");
    }
}
