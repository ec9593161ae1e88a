//! Reads argument values: durations, moments, reasons.

use prost_types::Timestamp;
use rust_decimal::Decimal;
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

/// A duration that may also be in days, e.g. `30d`.
pub fn long_duration(text: &str) -> Result<Duration, String> {
    let Some(days) = text.strip_suffix('d') else { return duration(text) };
    let days: u64 =
        days.parse().map_err(|_| format!("{text:?} is no duration such as 1h or 30d"))?;
    Ok(Duration::from_secs(days.saturating_mul(86_400)))
}

/// A moment in RFC 3339, e.g. `2026-01-31T14:05:00Z`.
///
/// # Errors
/// A sentence with the value and an example.
pub fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| format!("moment {text:?}: expected RFC 3339, e.g. 2026-01-31T14:05:00Z"))
}

/// A type of audit records, e.g. `login-failed`.
///
/// # Errors
/// A sentence with all types.
pub fn audit_type(text: &str) -> Result<i32, String> {
    use tradingd_proto::v1::AuditType;
    let name = format!("AUDIT_TYPE_{}", text.to_uppercase().replace('-', "_"));
    match AuditType::from_str_name(&name) {
        Some(found) if found != AuditType::Unspecified => Ok(found.into()),
        _ => {
            let all = (1..).map_while(|n| AuditType::try_from(n).ok());
            let all = all.map(|t| t.as_str_name().trim_start_matches("AUDIT_TYPE_").to_lowercase());
            let all: Vec<_> = all.map(|name| name.replace('_', "-")).collect();
            Err(format!("type {text:?}: expected one of {}", all.join(", ")))
        }
    }
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

/// What becomes of a stop or target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Level {
    /// It goes.
    None,
    /// It moves to this price.
    At(String),
}

/// A price, or `none`.
///
/// # Errors
/// A sentence with the value and what is allowed.
pub fn level(text: &str) -> Result<Level, String> {
    if text == "none" {
        return Ok(Level::None);
    }
    amount(text)
        .map(Level::At)
        .map_err(|_| format!("level {text:?}: expected a price above 0, e.g. 61000.5, or none"))
}

/// A decimal above 0, as it was written.
///
/// # Errors
/// A sentence with the value and what is allowed.
pub fn amount(text: &str) -> Result<String, String> {
    let wrong = || format!("amount {text:?}: expected a number above 0, e.g. 0.025");
    let number = plain(text).ok_or_else(wrong)?;
    if number > Decimal::ZERO { Ok(text.to_owned()) } else { Err(wrong()) }
}

/// A decimal as the protocol writes it: digits and a point, no exponent.
fn plain(text: &str) -> Option<Decimal> {
    let fine = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if fine { text.parse().ok() } else { None }
}

/// A share in percent above 0 to 100; a percent sign may stand behind it.
///
/// # Errors
/// A sentence with the value and what is allowed.
pub fn percent(text: &str) -> Result<String, String> {
    let wrong = || format!("share {text:?}: expected a percentage above 0 to 100, e.g. 50");
    let digits = text.strip_suffix('%').unwrap_or(text);
    let number = plain(digits).ok_or_else(wrong)?;
    let fine = number > Decimal::ZERO && number <= Decimal::ONE_HUNDRED;
    if fine { Ok(digits.to_owned()) } else { Err(wrong()) }
}

/// A fingerprint as the daemon prints it, `sha256:` and 64 hex digits; colons between them are fine.
///
/// # Errors
/// It is none.
pub fn fingerprint(text: &str) -> Result<String, String> {
    let lower = text.trim().to_ascii_lowercase();
    let digits: String =
        lower.strip_prefix("sha256:").unwrap_or(&lower).chars().filter(|c| *c != ':').collect();
    if digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(format!("sha256:{digits}"));
    }
    Err("expected sha256: and 64 hex digits, as the daemon prints it at its start".to_owned())
}

/// `KEY=VALUE` with a key; the value may be empty.
///
/// # Errors
/// When there is no `=`, or nothing before it.
pub fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("must be KEY=VALUE, such as risk.max_drawdown_pct=10".to_owned()),
    }
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
    fn levels_are_prices_or_none() {
        assert_eq!(level("none"), Ok(Level::None));
        assert_eq!(level("61000.50"), Ok(Level::At("61000.50".to_owned())));
        for text in ["", "0", "-1", "None", "61,000", "1e5", "NaN", "keep"] {
            let error = level(text).expect_err(text);
            assert!(error.contains("or none"), "{error}");
        }
    }

    #[test]
    fn shares_are_above_0_to_100() {
        for (text, share) in [("50", "50"), ("33.3%", "33.3"), ("100", "100")] {
            assert_eq!(percent(text), Ok(share.to_owned()));
        }
        for text in ["0", "100.1", "-5", "half", "", "%"] {
            assert!(percent(text).is_err(), "{text}");
        }
        assert!(amount("0").is_err() && amount("0.025").is_ok());
    }

    #[test]
    fn audit_types_are_words() {
        assert_eq!(audit_type("login-failed"), Ok(10));
        assert_eq!(audit_type("FILL"), Ok(2));
        for text in ["", "unspecified", "nonsense"] {
            let error = audit_type(text).expect_err(text);
            assert!(error.contains("emergency-stop"), "{error}");
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

    #[test]
    fn fingerprints_are_64_digits() {
        let digits = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");
        for text in [digits.clone(), format!("sha256:{digits}"), format!("SHA256:{colons}")] {
            assert_eq!(fingerprint(&text), Ok(format!("sha256:{digits}")), "{text}");
        }
        for text in ["", "sha256:", "sha1:abcd", &digits[1..], &format!("{}g", &digits[1..])] {
            assert!(fingerprint(text).is_err(), "{text}");
        }
    }
}
