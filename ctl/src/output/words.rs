//! The protocol's enums as words: `TRADING_STATE_HALTED` becomes `halted`.
//!
//! A number this build does not know is shown as such; it is no error, a newer daemon may send it.

use super::format::NONE;
use tradingd_proto::v1;

/// The name without its prefix, in lower case with spaces; `-` for the unspecified value.
fn word(name: Option<&'static str>, prefix: &str, number: i32) -> String {
    match name.and_then(|name| name.strip_prefix(prefix)) {
        Some("UNSPECIFIED") => NONE.to_owned(),
        Some(rest) => rest.to_lowercase().replace('_', " "),
        None => format!("unknown ({number})"),
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $kind:ident, $prefix:literal;)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name(number: i32) -> String {
                let name = v1::$kind::try_from(number).ok().map(|kind| kind.as_str_name());
                word(name, $prefix, number)
            }
        )*
    };
}

words! {
    /// `active`, `reducing`, `halted`.
    trading_state: TradingState, "TRADING_STATE_";
    /// `info`, `warning`, `critical`.
    audit_severity: AuditSeverity, "AUDIT_SEVERITY_";
    /// `buy`, `sell`.
    side: OrderSide, "ORDER_SIDE_";
    /// `entry`, `protection`, …
    purpose: OrderPurpose, "ORDER_PURPOSE_";
    /// `market`, `limit then market`, …
    style: ExecutionStyle, "EXECUTION_STYLE_";
    /// `initial`, `trailing`, `break even`, `operator`.
    stop_kind: StopKind, "STOP_KIND_";
    /// `denies entry`, `denies day`, `latches reducing`.
    limit_effect: LimitEffect, "LIMIT_EFFECT_";
    /// `decided`, `sent`, `filled`, …
    order_step: OrderStepKind, "ORDER_STEP_KIND_";
    /// `price`, `own`.
    indicator_pane: IndicatorPane, "INDICATOR_PANE_";
    /// `working`, `filled`, …
    order_status: OrderStatus, "ORDER_STATUS_";
    /// `market`, `limit`, …
    order_type: OrderType, "ORDER_TYPE_";
    /// `trending up`, …
    regime: Regime, "REGIME_";
    /// `bullish`, …
    trend: Trend, "TREND_";
    /// `buy`, `sell`, `hold`.
    action: SignalAction, "SIGNAL_ACTION_";
    /// `paper`, `live`.
    mode: TradingMode, "TRADING_MODE_";
    /// `stop loss`, …
    exit_reason: ExitReason, "EXIT_REASON_";
    /// `deposit`, `withdrawal`, …
    movement: MovementKind, "MOVEMENT_KIND_";
    /// `venue`, `synthetic`, `none`.
    protection: ProtectionPlace, "PROTECTION_PLACE_";
    /// `hold`, `denied`, …
    decision: DecisionResult, "DECISION_RESULT_";
    /// `default`, `file`, …
    origin: SettingOrigin, "SETTING_ORIGIN_";
    /// `info`, `warning`, `critical`.
    severity: AlertSeverity, "ALERT_SEVERITY_";
    /// `open`, `acknowledged`, `resolved`.
    alert_state: AlertState, "ALERT_STATE_";
    /// `trace` to `error`.
    level: LogLevel, "LOG_LEVEL_";
    /// `hot` (at once), `restart`.
    setting_class: SettingClass, "SETTING_CLASS_";
    /// `plain`, `risk`, `access`.
    setting_guard: SettingGuard, "SETTING_GUARD_";
    /// `viewer`, `operator`, `admin`.
    role: Role, "ROLE_";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_number_has_a_word() {
        assert_eq!(trading_state(v1::TradingState::Halted.into()), "halted");
        assert_eq!(order_status(v1::OrderStatus::PartiallyFilled.into()), "partially filled");
        assert_eq!(order_type(v1::OrderType::PostOnly.into()), "post only");
        assert_eq!(order_status(v1::OrderStatus::NeverArrived.into()), "never arrived");
        assert_eq!(stop_kind(v1::StopKind::BreakEven.into()), "break even");
        assert_eq!(style(v1::ExecutionStyle::LimitThenMarket.into()), "limit then market");
        assert_eq!(side(0), "-");
        assert_eq!(side(99), "unknown (99)");
        for number in 1..=3 {
            assert!(!role(number).contains("unknown"));
            assert!(!mode(number.min(2)).contains("unknown"));
            assert!(!origin(number).contains("unknown"));
            assert!(!regime(number).contains("unknown"));
            assert!(!trend(number).contains("unknown"));
            assert!(!action(number).contains("unknown"));
            assert!(!purpose(number).contains("unknown"));
            assert!(!exit_reason(number).contains("unknown"));
            assert!(!protection(number).contains("unknown"));
            assert!(!decision(number).contains("unknown"));
        }
    }
}
