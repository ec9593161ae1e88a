//! CSV after RFC 4180: a header, CRLF line ends, quotes where they are needed.
//!
//! Text that a spreadsheet would take for a formula gets an apostrophe in front: names and reasons
//! come from people and venues. Numbers stay as they are, also negative ones.

use rust_decimal::Decimal;

/// What a spreadsheet may begin a formula with.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// One line with its end.
#[must_use]
pub fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

fn cell(text: &str) -> String {
    let text = match is_formula(text) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(FORMULA) && !is_number(text)
}

/// A plain decimal, which no spreadsheet calculates with before it is told to.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && (text.parse::<Decimal>().is_ok() || digits.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_disarmed() {
        for (given, written) in [
            ("BTC/USDT", "BTC/USDT"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("-25.35", "-25.35"),
            ("-0.00000001", "-0.00000001"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1+cmd", "'-1+cmd"),
            ("-", "'-"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("12345678901234567890.123456789", "12345678901234567890.123456789"),
        ] {
            assert_eq!(cell(given), written, "{given:?}");
        }
        assert_eq!(line(["a", "b,c"].into_iter()), "a,\"b,c\"\r\n");
    }
}
