//! Small charts of text: an area of eighth blocks with an axis, and bars.
//!
//! Only shapes: what is drawn comes as numbers, its labels as text.

use super::table::{Style, Tone};

/// From empty to full.
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A column of a chart: the lowest and the highest value in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// Lowest value.
    pub low: f64,
    /// Highest value.
    pub high: f64,
}

/// Puts values into at most `width` columns of equal count, each with its extremes.
#[must_use]
pub fn columns(values: &[Column], width: usize) -> Vec<Column> {
    let count = values.len().min(width.max(1));
    let place = |n: usize| n * values.len() / count.max(1);
    let one = |n: usize| {
        let part = &values[place(n)..place(n + 1)];
        let low = part.iter().map(|c| c.low).fold(f64::INFINITY, f64::min);
        let high = part.iter().map(|c| c.high).fold(f64::NEG_INFINITY, f64::max);
        Column { low, high }
    };
    (0..count).map(one).collect()
}

/// An area from the floor up to each column's highest value, darker from its lowest down; `label`
/// writes the axis. Empty without columns.
#[must_use]
pub fn area(
    columns: &[Column],
    height: usize,
    label: impl Fn(f64) -> String,
    style: Style,
    tone: Tone,
) -> String {
    let Some((floor, top)) = bounds(columns) else { return String::new() };
    let labels: Vec<String> = (0..height)
        .map(|row| top - (top - floor) * row as f64 / (height.max(2) - 1) as f64)
        .map(label)
        .collect();
    let margin = labels.iter().map(|l| l.chars().count()).max().unwrap_or(0);
    let lines = labels.iter().enumerate().map(|(row, label)| {
        let above = (height - 1 - row) as f64;
        let cells: String =
            columns.iter().map(|c| cell(c.high, floor, top, height, above)).collect();
        let shown =
            if row == 0 || row + 1 == height || row * 2 + 1 == height { &**label } else { "" };
        format!("{shown:>margin$} ┤{}", style.paint(cells.trim_end(), tone))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The same hanging from the top: 0 is nothing, the largest value reaches the lowest line.
#[must_use]
pub fn hanging(
    columns: &[Column],
    height: usize,
    label: impl Fn(f64) -> String,
    style: Style,
    tone: Tone,
) -> String {
    let most = columns.iter().map(|c| c.high).fold(0.0, f64::max);
    if columns.is_empty() || most <= 0.0 {
        return String::new();
    }
    let labels = [label(0.0), label(most)];
    let margin = labels.iter().map(|l| l.chars().count()).max().unwrap_or(0);
    let lines = (0..height).map(|row| {
        let cells: String = columns
            .iter()
            .map(|c| {
                let full = c.high / most * height as f64 - row as f64;
                // Blocks grow from below; half of one from above is the finest that all fonts have.
                if full >= 0.75 {
                    '█'
                } else if full > 0.0 {
                    '▀'
                } else {
                    ' '
                }
            })
            .collect();
        let shown = match row {
            0 => &*labels[0],
            r if r + 1 == height => &*labels[1],
            _ => "",
        };
        format!("{shown:>margin$} ┤{}", style.paint(cells.trim_end(), tone))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Lowest and highest value, a little apart when they are equal.
fn bounds(columns: &[Column]) -> Option<(f64, f64)> {
    let low = columns.iter().map(|c| c.low).fold(f64::INFINITY, f64::min);
    let high = columns.iter().map(|c| c.high).fold(f64::NEG_INFINITY, f64::max);
    let room = if high > low { 0.0 } else { high.abs().max(1.0) * 0.001 };
    (low.is_finite() && high.is_finite()).then_some((low - room, high + room))
}

/// One character of an area, `above` lines over the floor. The lowest value still shows.
fn cell(value: f64, floor: f64, top: f64, height: usize, above: f64) -> char {
    let eighths = ((value - floor) / (top - floor) * (height * 8 - 1) as f64).round() + 1.0;
    let own = (eighths - above * 8.0).clamp(0.0, 8.0);
    BLOCKS[own as usize]
}

/// A bar of a share between 0 and 1, `width` characters at most.
#[must_use]
pub fn bar(share: f64, width: usize) -> String {
    let eighths = (share.clamp(0.0, 1.0) * (width * 8) as f64).round() as usize;
    let mut bar = "█".repeat(eighths / 8);
    // Blocks that grow from the left.
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    bar.push_str(PARTS[eighths % 8]);
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { colour: false };

    fn level(value: f64) -> Column {
        Column { low: value, high: value }
    }

    #[test]
    fn columns_keep_extremes() {
        let values: Vec<Column> = (0..10).map(|n| level(f64::from(n))).collect();
        let four = columns(&values, 4);
        assert_eq!(four.iter().map(|c| c.low).collect::<Vec<_>>(), [0.0, 2.0, 5.0, 7.0]);
        assert_eq!(four.iter().map(|c| c.high).collect::<Vec<_>>(), [1.0, 4.0, 6.0, 9.0]);
        assert_eq!(columns(&values[..2], 4).len(), 2);
        assert_eq!(columns(&[], 4), []);
    }

    #[test]
    fn an_area_has_its_axis_and_its_shape() {
        let values = [1.0, 2.0, 3.0, 2.0].map(level);
        let shown = area(&values, 3, |v| format!("{v:.0}"), PLAIN, Tone::Plain);
        assert_eq!(shown, "3 ┤  █\n2 ┤ ▅█▅\n1 ┤▁███");
        assert_eq!(area(&[], 3, |v| format!("{v}"), PLAIN, Tone::Plain), "");
        let flat = area(&[level(5.0)], 2, |v| format!("{v:.3}"), PLAIN, Tone::Plain);
        assert_eq!(flat, "5.005 ┤▁\n4.995 ┤█");
    }

    #[test]
    fn falls_hang_from_the_top() {
        let values = [0.0, 1.0, 2.0].map(level);
        let shown = hanging(&values, 2, |v| format!("{v:.1}"), PLAIN, Tone::Plain);
        assert_eq!(shown, "0.0 ┤ ██\n2.0 ┤  █");
        assert_eq!(hanging(&[level(0.0)], 2, |v| format!("{v}"), PLAIN, Tone::Plain), "");
    }

    #[test]
    fn bars_grow_by_eighths() {
        assert_eq!(bar(0.0, 4), "");
        assert_eq!(bar(0.5, 4), "██");
        assert_eq!(bar(0.53, 4), "██▏");
        assert_eq!(bar(7.0, 4), "████");
    }
}
