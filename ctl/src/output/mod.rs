//! Where everything that is printed goes out: data on stdout, talk on stderr.
//!
//! A reader that has gone (`| head`) is no fault: the write's error travels up as a silent end, and
//! nothing here panics on it, as `println!` would.

pub mod chart;
mod columns;
mod csv;
pub mod format;
mod forms;
pub mod json;
pub mod table;
pub mod words;

use crate::cli::Format;
use crate::failure::Failure;
use prost_reflect::MessageDescriptor;
use serde_json::Value;
use std::io::{self, IsTerminal as _, Write as _};
use table::Style;
use tradingd_proto::prost::Name;

/// Columns of the terminal on stdout; 100 when there is none.
#[must_use]
pub fn terminal_width() -> usize {
    let asked = if is_terminal() { ratatui::crossterm::terminal::size().ok() } else { None };
    asked.map_or(100, |(columns, _)| usize::from(columns).max(40))
}

/// True when somebody looks at stdout.
#[must_use]
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// The two streams, with the form that was asked for.
///
/// A verb with rows calls [`Output::list`], one with a single object [`Output::answer`]; both give the
/// message and a function that draws the table for people. All other forms (wide, json, ndjson, csv,
/// `--columns`) are made here from the message and the protocol's descriptor, see `columns.rs`. A verb
/// that has no message uses [`Output::value`]. Words for people go through [`Output::say`], and only
/// unless [`Output::is_json`].
#[derive(Debug, Clone)]
pub struct Output {
    format: Format,
    style: Style,
    columns: Vec<String>,
    header: bool,
}

impl Output {
    /// Output in `format`; colour only on a terminal, unless it is unwanted.
    #[must_use]
    pub fn new(format: Format, no_colour: bool) -> Self {
        let unwanted =
            no_colour || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let style = Style { colour: !unwanted && io::stdout().is_terminal() };
        Self { format, style, columns: Vec::new(), header: true }
    }

    /// The same with a choice of columns, and with or without headings.
    #[must_use]
    pub fn with_columns(self, columns: Vec<String>, header: bool) -> Self {
        Self { columns, header, ..self }
    }

    /// True for the forms that programs read (json, ndjson, csv): stdout holds data alone, and no
    /// word for people is wanted.
    pub fn is_json(&self) -> bool {
        matches!(self.format, Format::Json | Format::Ndjson | Format::Csv)
    }

    /// The form that was asked for.
    pub fn format(&self) -> Format {
        self.format
    }

    /// How tables look.
    pub fn style(&self) -> Style {
        self.style
    }

    /// One answer: one object, or what `table` makes of it.
    ///
    /// # Errors
    /// When it cannot be written, or a column is asked for that is not there.
    pub fn answer<M: Name>(
        &self,
        message: &M,
        table: impl FnOnce(&M, Style) -> String,
    ) -> Result<(), Failure> {
        if self.is_drawn() {
            return self.text(&table(message, self.style));
        }
        let descriptor = json::descriptor::<M>()?;
        self.rows(&json::of(message)?, &descriptor, None)
    }

    /// One list: as [`Output::answer`], but by rows, and an empty table gives a word on stderr instead.
    /// The rows are the answer's first list of messages.
    ///
    /// # Errors
    /// When it cannot be written, or a column is asked for that is not there.
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
        if self.is_drawn() {
            return self.text(&table(message, self.style));
        }
        let descriptor = json::descriptor::<M>()?;
        let (name, row) = columns::list_of(&descriptor)
            .ok_or_else(|| Failure::internal(format!("{}: no list", M::full_name())))?;
        self.rows(&json::of(message)?, &row, Some(&name))
    }

    /// True when the verb's own table is wanted.
    fn is_drawn(&self) -> bool {
        self.format == Format::Table && self.columns.is_empty()
    }

    /// The rows below `list`, or the object itself, in a form other than the verb's own.
    fn rows(
        &self,
        value: &Value,
        row: &MessageDescriptor,
        list: Option<&str>,
    ) -> Result<(), Failure> {
        let whole = std::slice::from_ref(value);
        let rows = match list {
            Some(list) => value[list].as_array().map_or(&[][..], Vec::as_slice),
            None => whole,
        };
        match self.format {
            Format::Json if self.columns.is_empty() => self.json(value),
            Format::Json => {
                Err(Failure::usage("--columns: not with -o json, which has every field")
                    .with_hint("use -o ndjson, or choose with jq"))
            }
            Format::Ndjson if self.columns.is_empty() => {
                self.lines(rows.iter().map(|row| format!("{row}\n")))
            }
            _ => {
                let columns = columns::chosen(columns::of(row), &self.columns)?;
                self.lines(forms::rows(self.format, self.header, &columns, rows, self.style))
            }
        }
    }

    fn lines(&self, lines: impl Iterator<Item = String>) -> Result<(), Failure> {
        let mut out = io::BufWriter::new(io::stdout().lock());
        for line in lines {
            out.write_all(line.as_bytes())?;
        }
        out.flush()?;
        Ok(())
    }

    /// A JSON value: over several lines, on one with `-o ndjson`, as name and value pairs in CSV.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn json(&self, value: &Value) -> Result<(), Failure> {
        match self.format {
            Format::Csv => self.lines(forms::pairs(value, self.header).into_iter()),
            Format::Ndjson => match value {
                Value::Array(items) => self.lines(items.iter().map(|item| format!("{item}\n"))),
                other => self.text(&other.to_string()),
            },
            _ => self.text(&format!("{value:#}")),
        }
    }

    /// What has no message in the protocol: the value, or `table` for people.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn value(&self, value: &Value, table: impl FnOnce(Style) -> String) -> Result<(), Failure> {
        if self.is_json() { self.json(value) } else { self.text(&table(self.style)) }
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
            Format::Json | Format::Ndjson => say(&failure.to_json().to_string()),
            Format::Table | Format::Wide | Format::Csv => say(&failure.to_text()),
        }
    }
}

/// Text without what would steer a terminal: control characters, and the marks that turn the
/// direction of writing (Unicode bidi controls).
#[must_use]
pub fn inert(text: &str) -> String {
    text.chars().filter(|c| !steers(*c)).collect()
}

/// True for characters that act on the terminal or on the order in which others are shown.
#[must_use]
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A line on stderr. When that is gone too there is nobody left to tell.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
