//! Signals of a strategy that means harm: any action at any candle, and numbers that are none.
//!
//! For simulations only; no setting of the daemon leads here. A pure function of its three numbers.

use domain::{Action, Signal};

/// The signal of a strategy at a decision.
pub(crate) fn signal(seed: u64, decision: u64, strategy: usize) -> Signal {
    let draw = mix(seed ^ mix(decision ^ mix(strategy as u64)));
    let action = match draw % 8 {
        0..4 => Action::Buy,
        4..6 => Action::Sell,
        _ => Action::Hold,
    };
    let confidence = match (draw >> 8) % 12 {
        0 => f64::NAN,
        1 => f64::INFINITY,
        2 => f64::NEG_INFINITY,
        3 => -1.0,
        4 => 1e308,
        5 => 0.0,
        _ => 1.0,
    };
    Signal::new(action, confidence, "hostile")
}

/// SplitMix64's finaliser (Steele, Lea, Flood 2014).
const fn mix(value: u64) -> u64 {
    let z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use crate::settings::{EngineSettings, InstrumentSettings};
    use crate::{Engine, Input, InputKind, Output};
    use domain::{
        Asset, Candle, Decimal, DecisionOutcome, Instrument, Interval, Price, Quantity, Timestamp,
        TradingState,
    };

    /// What is no number from 0 to 1 is no vote: it neither enters nor counts as full confidence.
    #[test]
    fn confidence_that_is_no_number_says_nothing() {
        let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
        let own = InstrumentSettings { instrument, base_interval: Interval::MINUTE };
        let mut settings = EngineSettings::shipped("00000000", vec![own]);
        settings.trend_filter_enabled = false;
        settings.ensemble.min_confidence = 0.5;
        settings.hostile_signals = Some(7);
        let cash = [(Asset::parse("USDT").expect("asset"), Decimal::new(10_000, 0))];
        let mut outputs = Vec::new();
        let mut at = Timestamp::from_millis(1_700_000_040_000);
        let mut engine = Engine::open(settings, &cash, at, TradingState::Active, &mut outputs);
        for _ in 0..200 {
            let price = Price::new(Decimal::new(100, 0)).expect("price");
            let volume = Quantity::new(Decimal::new(9, 0)).expect("volume");
            let candle = Candle::new(at, [price; 4], volume).expect("candle");
            at = Interval::MINUTE.end_of(at);
            for kind in [InputKind::Price(0, price), InputKind::Candle(0, candle)] {
                engine.handle(Input { at, kind }, &mut outputs);
            }
        }
        let mut entered = 0;
        for output in &outputs {
            let Output::Decision(record) = output else { continue };
            let sane = record.signals.iter().all(|s| (0.0..=1.0).contains(&s.confidence));
            assert!(sane && (0.0..=1.0).contains(&record.confidence), "{record:?}");
            if matches!(record.outcome, DecisionOutcome::Entered(_)) {
                entered += 1;
                assert!(record.confidence >= 0.5, "{record:?}");
            }
        }
        assert!(entered > 0 && engine.bad_signals() > 100, "{entered}, {}", engine.bad_signals());
    }
}
