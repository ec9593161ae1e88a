//! The compact form of a decision: a version byte, then postcard with floats as bits.
//!
//! Mirrors the domain types where they hold decimals, because a decimal asks a format to tell
//! its types apart, which postcard does not. The bytes are pinned by a test: whoever changes a
//! domain type met here adds a version and keeps reading the old one.

use domain::{
    Decimal, DecisionOutcome, DecisionRecord, Interval, Name, Quantity, Regime, RiskVerdict,
    SignalRecord, SizingRecord, Symbol, Timestamp, Trend,
};
use serde::{Deserialize, Serialize};

const VERSION: u8 = 1;

type Bytes = [u8; 16];

#[derive(Serialize, Deserialize)]
struct Decision {
    at: Timestamp,
    symbol: Symbol,
    interval: Interval,
    open_time: Timestamp,
    close: Bytes,
    regime: Option<Regime>,
    trend: Trend,
    signals: Vec<SignalRecord>,
    buy_weight: f64,
    sell_weight: f64,
    confidence: f64,
    sizing: Option<Sizing>,
    risk: Vec<Verdict>,
    outcome: DecisionOutcome,
}

#[derive(Serialize, Deserialize)]
struct Sizing {
    method: Name,
    equity: Bytes,
    price: Bytes,
    atr: Option<f64>,
    stop_distance: Bytes,
    quantity: Bytes,
    bound: Name,
}

#[derive(Serialize, Deserialize)]
struct Verdict {
    check: Name,
    passed: bool,
    limit: Bytes,
    value: Bytes,
}

/// Bytes that are no decision.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodecError {
    #[error("decision has format {0:?}, this build reads {VERSION}")]
    Version(Option<u8>),
    #[error("decision: {0}")]
    Postcard(#[from] postcard::Error),
    #[error("decision has a negative quantity")]
    Quantity,
}

pub(crate) fn encode(d: &DecisionRecord) -> Result<Vec<u8>, CodecError> {
    let sizing = |s: &SizingRecord| Sizing {
        method: s.method,
        equity: s.equity.serialize(),
        price: s.price.serialize(),
        atr: s.atr,
        stop_distance: s.stop_distance.serialize(),
        quantity: s.quantity.get().serialize(),
        bound: s.bound,
    };
    let verdict = |v: &RiskVerdict| Verdict {
        check: v.check,
        passed: v.passed,
        limit: v.limit.serialize(),
        value: v.value.serialize(),
    };
    let mirror = Decision {
        at: d.at,
        symbol: d.symbol,
        interval: d.interval,
        open_time: d.open_time,
        close: d.close.serialize(),
        regime: d.regime,
        trend: d.trend,
        signals: d.signals.clone(),
        buy_weight: d.buy_weight,
        sell_weight: d.sell_weight,
        confidence: d.confidence,
        sizing: d.sizing.as_ref().map(sizing),
        risk: d.risk.iter().map(verdict).collect(),
        outcome: d.outcome.clone(),
    };
    Ok(postcard::to_extend(&mirror, vec![VERSION])?)
}

pub(crate) fn decode(bytes: &[u8]) -> Result<DecisionRecord, CodecError> {
    let Some((&VERSION, bytes)) = bytes.split_first() else {
        return Err(CodecError::Version(bytes.first().copied()));
    };
    let d: Decision = postcard::from_bytes(bytes)?;
    let sizing = |s: Sizing| {
        Ok::<_, CodecError>(SizingRecord {
            method: s.method,
            equity: Decimal::deserialize(s.equity),
            price: Decimal::deserialize(s.price),
            atr: s.atr,
            stop_distance: Decimal::deserialize(s.stop_distance),
            quantity: Quantity::new(Decimal::deserialize(s.quantity))
                .map_err(|_| CodecError::Quantity)?,
            bound: s.bound,
        })
    };
    let verdict = |v: Verdict| RiskVerdict {
        check: v.check,
        passed: v.passed,
        limit: Decimal::deserialize(v.limit),
        value: Decimal::deserialize(v.value),
    };
    Ok(DecisionRecord {
        at: d.at,
        symbol: d.symbol,
        interval: d.interval,
        open_time: d.open_time,
        close: Decimal::deserialize(d.close),
        regime: d.regime,
        trend: d.trend,
        signals: d.signals,
        buy_weight: d.buy_weight,
        sell_weight: d.sell_weight,
        confidence: d.confidence,
        sizing: d.sizing.map(sizing).transpose()?,
        risk: d.risk.into_iter().map(verdict).collect(),
        outcome: d.outcome,
    })
}
