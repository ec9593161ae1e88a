//! Reads argument values: durations, moments, reasons.

use prost_types::Timestamp;
use std::time::Duration;

/// A duration such as `500ms`, `10s`, `2m`, `1h`, or a plain number of seconds; above 0 and at most
/// a day.
///
/// # Errors
/// A sentence with the value and what is allowed.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("duration {text:?}: expected a number with ms, s, m or h, above 0, up to 24h");
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(split);
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let factor: u64 = match unit {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(wrong()),
    };
    match number.checked_mul(factor) {
        Some(millis) if (1..=86_400_000).contains(&millis) => Ok(Duration::from_millis(millis)),
        _ => Err(wrong()),
    }
}

/// A moment in RFC 3339, e.g. `2026-01-31T14:05:00Z`.
///
/// # Errors
/// A sentence with the value and an example.
pub fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| format!("moment {text:?}: expected RFC 3339, e.g. 2026-01-31T14:05:00Z"))
}

/// A reason: any text that is not blank.
///
/// # Errors
/// When it is blank.
pub fn reason(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("reason: must say something".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_take_units_and_plain_seconds() {
        for (text, millis) in
            [("500ms", 500), ("10", 10_000), ("10s", 10_000), ("2m", 120_000), ("24h", 86_400_000)]
        {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "0", "0s", "-1s", "1.5s", "10 s", "25h", "s", "1d", "99999999999999999h"] {
            let error = duration(text).expect_err(text);
            assert!(error.contains("expected a number with ms, s, m or h"), "{error}");
        }
    }

    #[test]
    fn moments_are_rfc_3339() {
        assert_eq!(moment("1970-01-01T00:01:00Z").map(|t| t.seconds), Ok(60));
        assert_eq!(moment("1970-01-01T01:00:00+01:00").map(|t| t.seconds), Ok(0));
        for text in ["yesterday", "14:05", "2026-13-01T00:00:00Z", ""] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}
