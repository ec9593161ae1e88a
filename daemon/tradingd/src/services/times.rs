//! Moments and stretches of time in requests: refused when they are none, with the field's name.

use crate::control_plane::errors;
use crate::convert;
use domain::Timestamp;
use prost_types::Timestamp as WireTime;
use tonic::Status;

/// 0001-01-01T00:00:00Z and the last second of the year 9999: what the protocol's type can say.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// A moment of a request; `None` when it is absent.
///
/// # Errors
/// `INVALID_ARGUMENT` naming the field.
pub(super) fn moment(field: &str, at: Option<WireTime>) -> Result<Option<Timestamp>, Status> {
    let Some(at) = at else { return Ok(None) };
    if !SECONDS.contains(&at.seconds) {
        let rule = format!(
            "must have seconds {} to {} (years 1 to 9999), got {}",
            SECONDS.start(),
            SECONDS.end(),
            at.seconds
        );
        return Err(errors::invalid([(field, rule)]));
    }
    if !(0..=999_999_999).contains(&at.nanos) {
        let rule = format!("must have nanos 0 to 999999999, got {}", at.nanos);
        return Err(errors::invalid([(field, rule)]));
    }
    Ok(convert::from_time(&at))
}

/// A stretch of time from the fields `from` (inclusive) and `to` (exclusive).
///
/// # Errors
/// `INVALID_ARGUMENT` naming the field; also when it ends before it begins.
pub(super) fn between(
    from: Option<WireTime>,
    to: Option<WireTime>,
) -> Result<(Option<Timestamp>, Option<Timestamp>), Status> {
    let (from_at, to_at) = (moment("from", from)?, moment("to", to)?);
    if let (Some(from), Some(to), Some(first), Some(last)) = (from, to, from_at, to_at)
        && first > last
    {
        let rule = format!("must not be later than to, got {from} and {to}");
        return Err(errors::invalid([("from", rule)]));
    }
    Ok((from_at, to_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic::Code;
    use tonic_types::StatusExt as _;

    fn at(seconds: i64, nanos: i32) -> Option<WireTime> {
        Some(WireTime { seconds, nanos })
    }

    #[test]
    fn moments_are_taken_or_refused_by_name() {
        for (given, micros) in [
            (None, None),
            (at(0, 0), Some(0)),
            (at(-1, 999_999_999), Some(-1)),
            (at(1, 1_000), Some(1_000_001)),
            (at(253_402_300_799, 999_999_999), Some(253_402_300_799_999_999)),
            (at(-62_135_596_800, 0), Some(-62_135_596_800_000_000)),
        ] {
            let taken = moment("from", given).expect("a moment");
            assert_eq!(taken.map(Timestamp::micros), micros, "{given:?}");
        }
        for given in [
            at(253_402_300_800, 0),
            at(-62_135_596_801, 0),
            at(i64::MAX, 0),
            at(i64::MIN, 0),
            at(0, -1),
            at(0, 1_000_000_000),
        ] {
            let refused = moment("before", given).expect_err("no moment");
            assert_eq!(refused.code(), Code::InvalidArgument);
            let fields = refused.get_details_bad_request().expect("details").field_violations;
            assert_eq!(fields[0].field, "before", "{given:?}");
        }
    }

    #[test]
    fn stretches_end_where_they_begin_or_later() {
        assert!(between(at(5, 0), at(5, 0)).is_ok());
        assert!(between(None, at(5, 0)).is_ok());
        let refused = between(at(6, 0), at(5, 0)).expect_err("ends before it begins");
        let said = "from must not be later than to, got 1970-01-01T00:00:06Z and \
                    1970-01-01T00:00:05Z";
        assert_eq!(refused.message(), said);
    }
}
