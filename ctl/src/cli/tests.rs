//! Tests of the command line's shape.

use super::*;
use clap::CommandFactory as _;

#[test]
fn the_command_tree_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_method_of_the_protocol_has_its_verb() {
    let tree = Cli::command();
    for method in tradingd_proto::METHODS {
        let mut at = &tree;
        for word in method.botctl.split(' ') {
            at = at
                .find_subcommand(word)
                .unwrap_or_else(|| panic!("{}: no verb {:?}", method.path, method.botctl));
        }
    }
}

/// Words as a shell would split them; double quotes only.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.trim().chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().expect("Invariant: never empty").push(c),
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// The examples in a command's help, without what the shell does with the output.
fn examples(command: &clap::Command) -> Vec<String> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    help.lines()
        .filter(|line| line.trim_start().starts_with("botctl "))
        .map(|line| line.split(['|', '<', '>']).next().unwrap_or_default().to_owned())
        .collect()
}

fn check_examples(command: &clap::Command, path: &str) {
    let lines = examples(command);
    assert!(lines.iter().any(|line| line.trim().starts_with(path)), "{path}: no example");
    for line in lines {
        Cli::try_parse_from(shell_words(&line)).unwrap_or_else(|e| panic!("{line}: {e}"));
    }
    for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
        check_examples(sub, &format!("{path} {}", sub.get_name()));
    }
}

#[test]
fn every_verb_has_an_example_and_all_examples_parse() {
    check_examples(&Cli::command(), "botctl");
}

#[test]
fn default_subcommands_take_their_options() {
    for line in [
        "botctl orders",
        "botctl orders --open --symbol BTC/USDT --limit 3",
        "botctl orders list --open",
        "botctl -o json orders",
        "botctl orders -o json",
        "botctl orders -o json list",
        "botctl orders --open -o json list --limit 2",
        "botctl orders -o json get x",
        "botctl positions",
        "botctl positions --symbol BTC/USDT",
        "botctl positions list -o json",
        "botctl positions -o json protect X --stop none --first-target 3 --target 4.5",
        "botctl settings",
        "botctl settings risk.",
        "botctl settings list risk.",
        "botctl strategies",
    ] {
        assert!(Cli::try_parse_from(line.split(' ')).is_ok(), "{line}");
    }
}

#[test]
fn wrong_arguments_are_usage_errors() {
    for line in [
        "botctl close-all",
        "botctl positions close",
        "botctl positions close BTC/USDT",
        "botctl positions close BTC/USDT --reason x --quantity 1 --part 50",
        "botctl positions close BTC/USDT --reason x --part 101",
        "botctl positions close BTC/USDT --reason x --quantity 0",
        "botctl positions protect BTC/USDT",
        "botctl positions protect BTC/USDT --stop cheap",
        "botctl positions protect BTC/USDT --target -1",
        "botctl orders cancel",
        "botctl executions --for fun",
        "botctl analytics --range 8d",
        "botctl analytics --range 7d --from 2026-01-01T00:00:00Z",
        "botctl analytics --by moon",
        "botctl costs --to tomorrow",
        "botctl resume",
        "botctl resume --reason=",
        "botctl explain BTC/USDT --at yesterday",
        "botctl trades --limit 0",
        "botctl watch --store x",
        "botctl --timeout 0 status",
        "botctl --addr ftp://x status",
        "botctl login --user a --password secret",
    ] {
        assert!(Cli::try_parse_from(line.split(' ')).is_err(), "{line}");
    }
}
