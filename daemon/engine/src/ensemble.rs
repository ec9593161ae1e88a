//! The vote on entries. Exits never pass here: whoever owns a lot decides on its exit.

use crate::settings::EnsembleSettings;
use domain::{Action, HoldReason, Trend};

/// One strategy's part in the vote.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ballot {
    /// What it wants.
    pub action: Action,
    /// 0 to 1.
    pub confidence: f64,
    /// 0 or above; 0 has no vote.
    pub weight: f64,
}

/// The count.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Count {
    /// Sum of weights that want to buy.
    pub buy_weight: f64,
    /// Sum of weights that want to sell.
    pub sell_weight: f64,
    /// Weighted mean confidence of the buyers; 0 without any.
    pub confidence: f64,
}

/// Counts the votes.
#[must_use]
pub fn count(ballots: &[Ballot]) -> Count {
    let mut result = Count::default();
    let mut weighted = 0.0;
    for ballot in ballots {
        match ballot.action {
            Action::Buy => {
                result.buy_weight += ballot.weight;
                weighted += ballot.weight * ballot.confidence;
            }
            Action::Sell => result.sell_weight += ballot.weight,
            Action::Hold => {}
        }
    }
    if result.buy_weight > 0.0 {
        result.confidence = (weighted / result.buy_weight).min(1.0);
    }
    result
}

/// Decides on an entry: `Ok` to enter, or why not.
pub fn decide(
    count: &Count,
    trend: Option<Trend>,
    settings: &EnsembleSettings,
) -> Result<(), HoldReason> {
    match (count.buy_weight > 0.0, count.sell_weight > 0.0) {
        (false, false) => return Err(HoldReason::NoSignals),
        (true, true) => return Err(HoldReason::Conflict),
        (false, true) => return Err(HoldReason::NothingToExit),
        (true, false) => {}
    }
    if trend == Some(Trend::Bearish) {
        return Err(HoldReason::TrendFilterRejected);
    }
    // Sums of weights such as 0.1 + 0.2 must not miss an agreement of 0.3.
    if count.buy_weight + 1e-9 < settings.signal_min_agreement {
        return Err(HoldReason::InsufficientAgreement);
    }
    if count.confidence < settings.min_confidence {
        return Err(HoldReason::LowConfidence);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Votes as letters with optional weight, e.g. "B B2 S H"; agreement 2.
    fn vote(text: &str, trend: Trend, min_confidence: f64) -> Result<(), HoldReason> {
        let ballots: Vec<Ballot> = text
            .split_whitespace()
            .map(|word| Ballot {
                action: match &word[..1] {
                    "B" => Action::Buy,
                    "S" => Action::Sell,
                    _ => Action::Hold,
                },
                confidence: 0.5,
                weight: if word.len() > 1 { word[1..].parse().expect("weight") } else { 1.0 },
            })
            .collect();
        let settings = EnsembleSettings { signal_min_agreement: 2.0, min_confidence };
        decide(&count(&ballots), Some(trend), &settings)
    }

    #[test]
    fn table() {
        use HoldReason::*;
        use Trend::*;
        for (votes, trend, expected) in [
            ("", Neutral, Err(NoSignals)),
            ("B H H", Neutral, Err(InsufficientAgreement)),
            ("B B H", Neutral, Ok(())),
            ("B B", Bullish, Ok(())),
            ("B B", Bearish, Err(TrendFilterRejected)),
            ("B B B B B S", Neutral, Err(Conflict)),
            ("S S", Bullish, Err(NothingToExit)),
            ("B2 H", Neutral, Ok(())),
            ("B1.5 B0.5", Neutral, Ok(())),
            ("B B0", Neutral, Err(InsufficientAgreement)),
            ("B B S0", Neutral, Ok(())),
        ] {
            assert_eq!(vote(votes, trend, 0.0), expected, "{votes} {trend:?}");
        }
        assert_eq!(vote("B B", Neutral, 0.6), Err(LowConfidence));
    }
}
