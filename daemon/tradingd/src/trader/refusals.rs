//! What the engine's refusals are on the wire.

use crate::control_plane::errors::Reason;
use engine::Refusal;

/// What a refusal is on the wire.
#[must_use]
pub fn refusal_reason(refusal: &Refusal) -> Reason {
    match refusal {
        Refusal::NotHalted => Reason::NotHalted,
        Refusal::StaleEpoch { .. } => Reason::NewerStop,
        Refusal::Closing(_) => Reason::TradingState,
        Refusal::UnknownStrategy(_) => Reason::NotFound,
        Refusal::OwnsPositions { .. } => Reason::PositionsOpen,
        Refusal::StaleVersion { .. } => Reason::VersionStale,
        Refusal::UnknownOrders { .. } => Reason::OrdersUnknown,
        Refusal::UnknownSymbol(_) | Refusal::NoPosition(_) | Refusal::UnknownOrder(_) => {
            Reason::NotFound
        }
        Refusal::BadQuantity { .. }
        | Refusal::TooSmall { .. }
        | Refusal::BadLevel { .. }
        | Refusal::OffTick { .. } => Reason::FieldInvalid,
        Refusal::ExitAtWork(_) => Reason::ExitAtWork,
        Refusal::ProtectiveOrder(_) => Reason::OrderProtects,
        Refusal::NotSimulated => Reason::NotSimulated,
        Refusal::Movement(_) => Reason::MovementRefused,
    }
}

/// The field of the request that a refusal is about, and the rule that it breaks.
#[must_use]
pub fn refusal_field(refusal: &Refusal) -> Option<(&'static str, String)> {
    let field = match refusal {
        Refusal::BadQuantity { .. } | Refusal::TooSmall { .. } => "quantity",
        Refusal::BadLevel { level, .. } | Refusal::OffTick { level, .. } => level,
        Refusal::NotHalted
        | Refusal::StaleEpoch { .. }
        | Refusal::Closing(_)
        | Refusal::UnknownStrategy(_)
        | Refusal::OwnsPositions { .. }
        | Refusal::StaleVersion { .. }
        | Refusal::UnknownOrders { .. }
        | Refusal::UnknownSymbol(_)
        | Refusal::NoPosition(_)
        | Refusal::UnknownOrder(_)
        | Refusal::ExitAtWork(_)
        | Refusal::ProtectiveOrder(_)
        | Refusal::NotSimulated
        | Refusal::Movement(_) => return None,
    };
    let text = refusal.to_string();
    let rule = text.strip_prefix(field).map_or(text.as_str(), str::trim_start);
    Some((field, rule.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Decimal, Price, Quantity};

    fn price(value: i64) -> Price {
        Price::new(Decimal::from(value)).expect("Invariant: test prices are above 0")
    }

    #[test]
    fn what_is_wrong_with_a_field_names_the_field_once() {
        let quantity = |value: i64| Quantity::new(Decimal::from(value)).unwrap_or_default();
        let (wanted, held, step) = (quantity(5), quantity(3), Decimal::ONE);
        for (refusal, field, rule) in [
            (
                Refusal::BadQuantity { wanted, held, step },
                "quantity",
                "must be above 0 to 3 in steps of 1, got 5",
            ),
            (
                Refusal::TooSmall {
                    quantity: wanted,
                    value: Decimal::TEN,
                    least: Decimal::from(20),
                },
                "quantity",
                "5 is worth 10, but the venue's smallest order is 20",
            ),
            (
                Refusal::BadLevel {
                    level: "stop",
                    side: "below",
                    bound: price(9),
                    value: price(10),
                },
                "stop",
                "must be below 9, got 10",
            ),
            (
                Refusal::OffTick { level: "target", tick: Decimal::TWO, value: price(11) },
                "target",
                "must be a multiple of 2, got 11",
            ),
        ] {
            assert_eq!(refusal_field(&refusal), Some((field, rule.to_owned())));
            assert_eq!(refusal_reason(&refusal), Reason::FieldInvalid);
        }
        assert_eq!(refusal_field(&Refusal::NotHalted), None);
    }
}
