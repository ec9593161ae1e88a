//! Where everything that is printed goes out: data on stdout, talk on stderr.
//!
//! A reader that has gone (`| head`) is no fault: the write's error travels up as a silent end, and
//! nothing here panics on it, as `println!` would.

pub mod format;
pub mod json;
pub mod table;
pub mod words;

use crate::cli::Format;
use crate::failure::Failure;
use std::io::{self, IsTerminal as _, Write as _};
use table::Style;
use tradingd_proto::prost::Name;

/// The two streams, with the form that was asked for.
#[derive(Debug, Clone)]
pub struct Output {
    format: Format,
    style: Style,
}

impl Output {
    /// Output in `format`; colour only on a terminal, unless it is unwanted.
    #[must_use]
    pub fn new(format: Format, no_colour: bool) -> Self {
        let unwanted =
            no_colour || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { format, style: Style { colour: !unwanted && io::stdout().is_terminal() } }
    }

    /// True with `-o json`.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// How tables look.
    pub fn style(&self) -> Style {
        self.style
    }

    /// One answer: the protocol's JSON, or what `table` makes of it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn answer<M: Name>(
        &self,
        message: &M,
        table: impl FnOnce(&M, Style) -> String,
    ) -> Result<(), Failure> {
        if self.is_json() {
            return self.json(&json::of(message)?);
        }
        self.text(&table(message, self.style))
    }

    /// One list: as [`Output::answer`], but an empty table gives a word on stderr instead.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn list<M: Name>(
        &self,
        message: &M,
        rows: usize,
        nothing: &str,
        table: impl FnOnce(&M, Style) -> String,
    ) -> Result<(), Failure> {
        if rows == 0 && !self.is_json() {
            self.say(nothing);
            return Ok(());
        }
        self.answer(message, table)
    }

    /// A JSON value over several lines.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn json(&self, value: &serde_json::Value) -> Result<(), Failure> {
        self.text(&format!("{value:#}"))
    }

    /// Data as it is, ending with a newline. Flushed at once: another program may be waiting.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn text(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            out.write_all(b"\n")?;
        }
        out.flush()?;
        Ok(())
    }

    /// Talk for people, on stderr.
    pub fn say(&self, text: &str) {
        say(text);
    }

    /// A failure on stderr, as JSON with `-o json`.
    pub fn failure(&self, failure: &Failure) {
        if failure.is_silent() {
            return;
        }
        match self.format {
            Format::Json => say(&failure.to_json().to_string()),
            Format::Table => say(&failure.to_text()),
        }
    }
}

/// A line on stderr. When that is gone too there is nobody left to tell.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
