//! Passwords and confirmations: from the terminal without echo, or from stdin. Never from argv.

use crate::failure::Failure;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

/// The password for a login.
///
/// # Errors
/// When stdin is empty, or there is no terminal to ask on.
pub fn password(user: &str, from_stdin: bool) -> Result<String, Failure> {
    if from_stdin { first_line() } else { ask(&format!("password of {user}: ")) }
}

/// A value that must not stand on the command line: asked for on a terminal, otherwise the first
/// line of stdin.
///
/// # Errors
/// When nothing comes.
pub fn value(key: &str) -> Result<String, Failure> {
    if io::stdin().is_terminal() { ask(&format!("value of {key}: ")) } else { first_line() }
}

/// A new password, asked for twice on a terminal.
///
/// # Errors
/// As [`password`], and when the two differ.
pub fn new_password(user: &str, from_stdin: bool) -> Result<String, Failure> {
    if from_stdin {
        return first_line();
    }
    let first = ask(&format!("new password of {user} (12 characters or more): "))?;
    if ask("the same again: ")? != first {
        return Err(Failure::usage("the two passwords differ"));
    }
    Ok(first)
}

fn first_line() -> Result<String, Failure> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|e| Failure::usage(format!("cannot read the password from stdin: {e}")))?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Failure::usage("--password-stdin: the first line of stdin is empty"));
    }
    Ok(password.to_owned())
}

fn ask(prompt: &str) -> Result<String, Failure> {
    rpassword::prompt_password(prompt).map_err(|e| {
        Failure::usage(format!("there is no terminal to ask for the password on: {e}"))
            .with_hint("pass it with --password-stdin")
    })
}

/// Asks on the terminal and goes on only after `yes`.
///
/// # Errors
/// When there is no terminal, or the answer is another.
pub fn confirm(question: &str, way_round: &str) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage("this asks first, and stdin is no terminal")
            .with_hint(way_round.to_owned()));
    }
    let mut err = io::stderr().lock();
    // When stderr has gone, the person cannot have seen the question: the answer decides.
    let _ = write!(err, "{question} Type yes to go on: ");
    let _ = err.flush();
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|e| Failure::usage(format!("cannot read the answer: {e}")))?;
    if line.trim() == "yes" {
        return Ok(());
    }
    Err(Failure::refused("not confirmed; nothing was done"))
}
