//! Filters and orders of lists from requests: checked, with the field's name in every refusal.

use super::{symbol_filter, times};
use crate::control_plane::errors;
use crate::convert;
use domain::{Decimal, ExitReason as Left, Name, OrderStatus as Stands};
use storage::{DecisionFilter, DecisionResult as Stored, TradeFilter, TradeOrder, TradeSort as By};
use tonic::Status;
use tradingd_proto::v1::*;

/// Tokens of one request at most.
const MOST_REASONS: usize = 50;

/// A strategy's name; empty means all.
pub(super) fn strategy(text: &str) -> Result<Option<Name>, Status> {
    if text.is_empty() {
        return Ok(None);
    }
    Name::from(text).map(Some).map_err(|_| {
        errors::invalid([("strategy", format!("must be a strategy's name, got {text:?}"))])
    })
}

/// What is shared by the list of trades and its file.
#[derive(Debug)]
pub(super) struct TradeWords<'a> {
    pub strategy: &'a str,
    pub reasons: Vec<Left>,
    pub outcome: i32,
    pub min_profit: &'a str,
    pub max_profit: &'a str,
}

impl TradeWords<'_> {
    /// The filter without symbol and times.
    pub fn filter(self) -> Result<TradeFilter, Status> {
        let won = match TradeOutcome::try_from(self.outcome) {
            Ok(TradeOutcome::Unspecified) => None,
            Ok(TradeOutcome::Won) => Some(true),
            Ok(TradeOutcome::Lost) => Some(false),
            Err(_) => {
                let rule = format!("must be 0 to 2, got {}", self.outcome);
                return Err(errors::invalid([("outcome", rule)]));
            }
        };
        let min_profit = bound("min_profit", self.min_profit)?;
        let max_profit = bound("max_profit", self.max_profit)?;
        if let (Some(least), Some(most)) = (min_profit, max_profit)
            && least > most
        {
            let rule = format!("must not be above max_profit, got {least} and {most}");
            return Err(errors::invalid([("min_profit", rule)]));
        }
        let (strategy, reasons) = (strategy(self.strategy)?, self.reasons);
        Ok(TradeFilter { strategy, reasons, won, min_profit, max_profit, ..TradeFilter::default() })
    }
}

fn bound(field: &str, text: &str) -> Result<Option<Decimal>, Status> {
    if text.is_empty() {
        return Ok(None);
    }
    let plain = text.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'-' | b'.'));
    text.parse().ok().filter(|_| plain).map(Some).ok_or_else(|| {
        let rule = format!("must be decimal text such as -12.5, got {text:?}");
        errors::invalid([(field, rule)])
    })
}

/// Exit reasons by their numbers.
pub(super) fn exit_reasons(numbers: &[i32]) -> Result<Vec<Left>, Status> {
    let one = |number: &i32| {
        let wanted = ExitReason::try_from(*number).unwrap_or_default();
        LEFT.into_iter().find(|left| convert::exit_reason(*left) == wanted).ok_or_else(|| {
            errors::invalid([("exit_reasons", format!("must be 1 to 10 each, got {number}"))])
        })
    };
    numbers.iter().map(one).collect()
}

/// Exit reasons by the words of exported files.
pub(super) fn exit_reason_words(words: &[String]) -> Result<Vec<Left>, Status> {
    let name =
        |left: Left| super::exports::word(convert::exit_reason(left).as_str_name(), "EXIT_REASON_");
    let one = |word: &String| {
        LEFT.into_iter().find(|left| name(*left) == *word).ok_or_else(|| {
            let known: Vec<String> = LEFT.into_iter().map(name).collect();
            let rule = format!("must be one of {}, got {word:?}", known.join(", "));
            errors::invalid([("exit_reasons", rule)])
        })
    };
    words.iter().map(one).collect()
}

const LEFT: [Left; 10] = [
    Left::StopLoss,
    Left::TakeProfit,
    Left::StrategyExit,
    Left::CloseAll,
    Left::FirstTarget,
    Left::TrailingStop,
    Left::BreakEven,
    Left::TimeStop,
    Left::Operator,
    Left::External,
];

/// The order of the list of trades.
pub(super) fn trade_order(sort: i32, ascending: bool) -> Result<TradeOrder, Status> {
    let by = match TradeSort::try_from(sort) {
        Ok(TradeSort::Unspecified) => By::Number,
        Ok(TradeSort::ClosedAt) => By::ClosedAt,
        Ok(TradeSort::OpenedAt) => By::OpenedAt,
        Ok(TradeSort::Profit) => By::Profit,
        Ok(TradeSort::ProfitPct) => By::ProfitPct,
        Ok(TradeSort::Quantity) => By::Quantity,
        Ok(TradeSort::Fees) => By::Fees,
        Ok(TradeSort::Held) => By::Held,
        Ok(TradeSort::Symbol) => By::Symbol,
        Err(_) => return Err(errors::invalid([("sort", format!("must be 0 to 8, got {sort}"))])),
    };
    Ok(TradeOrder { by, ascending })
}

/// The filter of the list of trades.
pub(super) fn trades(request: &ListTradesRequest) -> Result<TradeFilter, Status> {
    let (from, to) = times::between(request.from, request.to)?;
    let words = TradeWords {
        strategy: &request.strategy,
        reasons: exit_reasons(&request.exit_reasons)?,
        outcome: request.outcome,
        min_profit: &request.min_profit,
        max_profit: &request.max_profit,
    };
    Ok(TradeFilter { symbol: symbol_filter(&request.symbol)?, from, to, ..words.filter()? })
}

/// Where orders stand, by the protocol's numbers.
pub(super) fn statuses(numbers: &[i32]) -> Result<Vec<Stands>, Status> {
    let one = |number: &i32| match OrderStatus::try_from(*number) {
        Ok(OrderStatus::Intent) => Ok(Stands::Intent),
        Ok(OrderStatus::Attempted) => Ok(Stands::Attempted),
        Ok(OrderStatus::Working) => Ok(Stands::Working),
        Ok(OrderStatus::PartiallyFilled) => Ok(Stands::PartiallyFilled),
        Ok(OrderStatus::Filled) => Ok(Stands::Filled),
        Ok(OrderStatus::Cancelled) => Ok(Stands::Cancelled),
        Ok(OrderStatus::Expired) => Ok(Stands::Expired),
        Ok(OrderStatus::Rejected) => Ok(Stands::Rejected),
        Ok(OrderStatus::Unknown) => Ok(Stands::Unknown),
        Ok(OrderStatus::NeverArrived) => Ok(Stands::NeverArrived),
        Ok(OrderStatus::Unspecified) | Err(_) => {
            let rule = format!("must be 1 to 10 each, got {number}");
            Err(errors::invalid([("statuses", rule)]))
        }
    };
    numbers.iter().map(one).collect()
}

/// A side; unspecified means both.
pub(super) fn side(number: i32) -> Result<Option<domain::OrderSide>, Status> {
    match OrderSide::try_from(number) {
        Ok(OrderSide::Unspecified) => Ok(None),
        Ok(OrderSide::Buy) => Ok(Some(domain::OrderSide::Buy)),
        Ok(OrderSide::Sell) => Ok(Some(domain::OrderSide::Sell)),
        Err(_) => Err(errors::invalid([("side", format!("must be 0 to 2, got {number}"))])),
    }
}

/// The filter of the list of decisions.
pub(super) fn decisions(request: &ListDecisionsRequest) -> Result<DecisionFilter, Status> {
    let result = match request.result() {
        DecisionResult::Unspecified => None,
        DecisionResult::Hold => Some(Stored::Hold),
        DecisionResult::Denied => Some(Stored::Denied),
        DecisionResult::Entered => Some(Stored::Entered),
        DecisionResult::Exited => Some(Stored::Exited),
        DecisionResult::ExitFenced => Some(Stored::ExitFenced),
    };
    if request.reasons.len() > MOST_REASONS {
        let rule = format!("must be at most {MOST_REASONS}, got {}", request.reasons.len());
        return Err(errors::invalid([("reasons", rule)]));
    }
    if let Some(bad) = request.reasons.iter().find(|r| r.is_empty() || r.len() > 64) {
        let rule = format!("must be tokens of 1 to 64 characters, got {bad:?}");
        return Err(errors::invalid([("reasons", rule)]));
    }
    let (from, to) = times::between(request.from, request.to)?;
    Ok(DecisionFilter {
        symbol: symbol_filter(&request.symbol)?,
        result,
        until: times::moment("before", request.before)?,
        from,
        to,
        reasons: request.reasons.clone(),
        strategy: strategy(&request.strategy)?,
    })
}

/// A decision without what a grid doesn't show.
pub(super) fn summary(decision: Decision) -> Decision {
    let signal = |s: StrategySignal| StrategySignal {
        strategy: s.strategy,
        action: s.action,
        enabled: s.enabled,
        ..StrategySignal::default()
    };
    Decision {
        signals: decision.signals.into_iter().map(signal).collect(),
        buy_weight: 0.0,
        sell_weight: 0.0,
        sizing: None,
        risk: Vec::new(),
        ..decision
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_plain_decimals_in_order() {
        let words = |min_profit, max_profit| TradeWords {
            strategy: "",
            reasons: vec![],
            outcome: 0,
            min_profit,
            max_profit,
        };
        let of = |least, most| words(least, most).filter();
        let fine = of("-1.50", "0").expect("in order");
        assert_eq!(fine.min_profit, "-1.5".parse().ok());
        assert_eq!(fine.max_profit, Some(Decimal::ZERO));
        assert_eq!(of("", "").expect("none"), TradeFilter::default());
        for (least, most, field) in [
            ("1", "0.99", "min_profit"),
            ("abc", "", "min_profit"),
            ("", "1e5", "max_profit"),
            ("", "+1", "max_profit"),
            (" 1", "", "min_profit"),
            ("1_000", "", "min_profit"),
            ("", "99999999999999999999999999999999", "max_profit"),
        ] {
            let refused = of(least, most).expect_err("is refused");
            assert!(refused.message().contains(field), "{least} {most}: {}", refused.message());
        }
    }

    #[test]
    fn every_word_of_the_protocol_is_known_and_no_other() {
        for number in 1..=10 {
            let one = exit_reasons(&[number]).expect("a reason");
            let name = ExitReason::try_from(number).expect("a reason").as_str_name();
            let word = name.trim_start_matches("EXIT_REASON_").to_lowercase();
            assert_eq!(exit_reason_words(&[word]).expect("a word"), one);
            assert_eq!(statuses(&[number]).expect("a status").len(), 1);
        }
        for number in [0, 11, -1] {
            assert!(exit_reasons(&[1, number]).is_err(), "{number}");
            assert!(statuses(&[number]).is_err(), "{number}");
        }
        assert!(exit_reason_words(&["STOP_LOSS".to_owned()]).is_err());
        for number in 0..=8 {
            assert!(trade_order(number, true).is_ok());
        }
        assert!(trade_order(9, true).is_err());
        assert!(side(3).is_err());
    }
}
