//! Passwords and confirmations: from the terminal without echo, or from stdin. Never from argv.

use crate::cli::PasswordArgs;
use crate::failure::Failure;
use std::io::{self, BufRead, IsTerminal as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;

/// The password for a login.
///
/// # Errors
/// When stdin or the file is empty or can't be read, or there is no terminal to ask on.
pub fn password(user: &str, from: &PasswordArgs) -> Result<String, Failure> {
    given(from, 1)?.map_or_else(|| ask(&format!("password of {user}: ")), only)
}

/// A value that must not stand on the command line: asked for on a terminal, otherwise the first
/// line of stdin.
///
/// # Errors
/// When nothing comes.
pub fn value(key: &str) -> Result<String, Failure> {
    if io::stdin().is_terminal() {
        return ask(&format!("value of {key}: "));
    }
    lines(io::stdin().lock(), &format!("the value of {key} on stdin"), 1).and_then(only)
}

/// A new password, asked for twice on a terminal.
///
/// # Errors
/// As [`password`], and when the two differ.
pub fn new_password(user: &str, from: &PasswordArgs) -> Result<String, Failure> {
    given(from, 1)?.map_or_else(|| ask_twice(user), only)
}

/// The old and a new password of the same user.
///
/// # Errors
/// As [`new_password`].
pub fn old_and_new(user: &str, from: &PasswordArgs) -> Result<(String, String), Failure> {
    match given(from, 2)?.map(<[String; 2]>::try_from) {
        Some(Ok([old, new])) => Ok((old, new)),
        Some(Err(_)) => Err(Failure::internal("two lines were read")),
        None => Ok((ask(&format!("present password of {user}: "))?, ask_twice(user)?)),
    }
}

/// A one-time code from the terminal.
///
/// # Errors
/// There is no terminal.
pub fn code() -> Result<String, Failure> {
    ask("one-time code: ")
}

/// True when somebody can be asked.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn only(mut lines: Vec<String>) -> Result<String, Failure> {
    Ok(lines.swap_remove(0))
}

fn ask_twice(user: &str) -> Result<String, Failure> {
    let first = ask(&format!("new password of {user} (12 characters or more): "))?;
    if ask("the same again: ")? != first {
        return Err(Failure::usage("the two passwords differ"));
    }
    Ok(first)
}

/// The first lines of stdin or of the file; `None` when neither was named.
fn given(from: &PasswordArgs, count: usize) -> Result<Option<Vec<String>>, Failure> {
    if from.password_stdin {
        return lines(io::stdin().lock(), "--password-stdin", count).map(Some);
    }
    let Some(path) = &from.password_file else { return Ok(None) };
    let name = format!("--password-file {}", path.display());
    let file = std::fs::File::open(path).map_err(|e| Failure::usage(format!("{name}: {e}")))?;
    let mode = file.metadata().map(|m| m.permissions().mode()).unwrap_or(0o077);
    if mode & 0o077 != 0 {
        return Err(Failure::usage(format!("{name}: others may read it"))
            .with_hint(format!("chmod 600 {}", path.display())));
    }
    lines(io::BufReader::new(file), &name, count).map(Some)
}

fn lines(mut from: impl BufRead, name: &str, count: usize) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for number in 1..=count {
        let mut line = String::new();
        from.read_line(&mut line)
            .map_err(|e| Failure::usage(format!("{name}: cannot read the password: {e}")))?;
        let password = line.trim_end_matches(['\r', '\n']);
        if password.is_empty() {
            let which = if number == 1 { "first" } else { "second" };
            return Err(Failure::usage(format!("{name}: the {which} line is empty")));
        }
        found.push(password.to_owned());
    }
    Ok(found)
}

fn ask(prompt: &str) -> Result<String, Failure> {
    rpassword::prompt_password(prompt).map_err(|e| {
        Failure::usage(format!("there is no terminal to ask for the password on: {e}"))
            .with_hint("pass it with --password-stdin or --password-file")
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
