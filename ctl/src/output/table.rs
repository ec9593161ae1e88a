//! Tables and panels for people.
//!
//! Numbers stand right, units stand in the heading, colour is used only when the style says so.
//! Which columns there are is decided by each verb.

use super::format;
use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, Color, Table};

/// How tables look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Escape codes for colour may be used.
    pub colour: bool,
}

impl Style {
    /// The text in a colour, outside of tables.
    #[must_use]
    pub fn paint(self, text: &str, tone: Tone) -> String {
        let code = match tone {
            Tone::Plain => return text.to_owned(),
            Tone::Good => 32,
            Tone::Warn => 33,
            Tone::Bad => 31,
        };
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// What a value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    Plain,
    /// Gain, active, passed.
    Good,
    /// Needs a look.
    Warn,
    /// Loss, halted, failed.
    Bad,
}

impl Tone {
    /// Good for gains, bad for losses, plain for zero and what is not a number.
    #[must_use]
    pub fn of_profit(text: &str) -> Self {
        match format::sign(text) {
            1 => Self::Good,
            -1 => Self::Bad,
            _ => Self::Plain,
        }
    }

    /// Good or bad.
    #[must_use]
    pub fn of_pass(passed: bool) -> Self {
        if passed { Self::Good } else { Self::Bad }
    }

    fn colour(self) -> Option<Color> {
        match self {
            Self::Plain => None,
            Self::Good => Some(Color::Green),
            Self::Warn => Some(Color::Yellow),
            Self::Bad => Some(Color::Red),
        }
    }
}

/// One value of a row.
#[derive(Debug, Clone)]
pub struct Field {
    text: String,
    right: bool,
    tone: Tone,
}

/// A left-aligned value. Control characters are dropped: a text of the daemon's must not steer the
/// terminal.
pub fn text(value: impl Into<String>) -> Field {
    let mut value: String = value.into();
    value.retain(|c| !super::steers(c));
    Field { text: format::or_none(&value), right: false, tone: Tone::Plain }
}

/// A right-aligned value.
pub fn number(value: impl Into<String>) -> Field {
    Field { right: true, ..text(value) }
}

/// Profit or loss with its sign, in colour.
pub fn profit(value: &str, places: u32) -> Field {
    number(format::signed(value, places)).tone(Tone::of_profit(value))
}

impl Field {
    /// The same value with a meaning.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// The same value with its unit; a missing value stays missing.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Self {
        if self.text != format::NONE && !unit.is_empty() {
            self.text = format!("{} {unit}", self.text);
        }
        self
    }

    fn cell(self, style: Style) -> Cell {
        let alignment = if self.right { CellAlignment::Right } else { CellAlignment::Left };
        let cell = Cell::new(self.text).set_alignment(alignment);
        match self.tone.colour().filter(|_| style.colour) {
            Some(colour) => cell.fg(colour),
            None => cell,
        }
    }
}

/// A table; headings stand as their columns do.
#[must_use]
pub fn rows(style: Style, headings: &[&str], rows: Vec<Vec<Field>>) -> String {
    let mut table = blank(style);
    let right = |index: usize| {
        rows.first().and_then(|row| row.get(index)).is_some_and(|field: &Field| field.right)
    };
    table.set_header(headings.iter().enumerate().map(|(index, heading)| {
        let alignment = if right(index) { CellAlignment::Right } else { CellAlignment::Left };
        let cell = Cell::new(heading).set_alignment(alignment);
        if style.colour { cell.add_attribute(Attribute::Bold) } else { cell }
    }));
    for row in rows {
        table.add_row(row.into_iter().map(|field| field.cell(style)));
    }
    finish(table)
}

/// A panel: a name and a value per line; lines with an empty value are left out.
#[must_use]
pub fn panel(style: Style, lines: Vec<(&str, Field)>) -> String {
    let mut table = blank(style);
    for (name, field) in lines.into_iter().filter(|(_, field)| field.text != format::NONE) {
        let field = Field { right: false, ..field };
        table.add_row([Cell::new(name), field.cell(style)]);
    }
    finish(table)
}

fn blank(style: Style) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    // The style has looked at the terminal already; the table must not do so again.
    table.force_no_tty();
    if style.colour {
        table.enforce_styling();
    }
    table
}

/// Two blanks between columns, none at the edges.
fn finish(mut table: Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { colour: false };

    #[test]
    fn numbers_stand_right_under_their_heading() {
        let shown = rows(
            PLAIN,
            &["symbol", "profit (USDT)"],
            vec![
                vec![text("BTC/USDT"), profit("1234.5", 2)],
                vec![text("X"), profit("-1", 2)],
                vec![text(""), profit("", 2)],
            ],
        );
        assert_eq!(
            shown,
            "symbol    profit (USDT)\n\
             BTC/USDT      +1,234.50\n\
             X                 -1.00\n\
             -                     -"
        );
    }

    #[test]
    fn colour_appears_only_when_the_style_has_it() {
        let one = |style| rows(style, &["p"], vec![vec![profit("-1", 2)]]);
        assert!(!one(PLAIN).contains('\u{1b}'));
        assert!(one(Style { colour: true }).contains('\u{1b}'));
        assert_eq!(PLAIN.paint("x", Tone::Bad), "x");
        assert_eq!(Style { colour: true }.paint("x", Tone::Bad), "\u{1b}[31mx\u{1b}[0m");
    }

    #[test]
    fn panels_leave_out_what_is_empty() {
        let shown =
            panel(PLAIN, vec![("user", text("anna")), ("note", text("")), ("id", number("7"))]);
        assert_eq!(shown, "user  anna\nid    7");
    }
}
