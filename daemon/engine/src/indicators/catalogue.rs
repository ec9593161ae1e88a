//! The indicators by name, as charts ask for them: what they are, their parameters, their values.
//!
//! The values are made by the same code that strategies run. Periods of strategies are the business of
//! their own parameters; the ranges here only keep the work of one chart small.

use super::{
    Adx, Atr, Bollinger, Ema, Macd, MeanTrueRange, RollingMedian, Rsi, Sma, StdDev, VolumeRatio,
};
use domain::Ohlcv;

/// Longest period that a chart may ask for.
const LONGEST: f64 = 1_000.0;
/// Most values that an indicator has at a candle.
pub const MOST_OUTPUTS: usize = 3;

/// One number that an indicator takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its value when nothing is said.
    pub default: f64,
    /// Smallest and largest allowed value.
    pub range: (f64, f64),
    /// True when it counts candles.
    pub whole: bool,
}

const fn period(name: &'static str, default: f64, least: f64) -> Parameter {
    Parameter { name, default, range: (least, LONGEST), whole: true }
}

/// Where an indicator is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// Over the candles.
    Price,
    /// By itself.
    Own,
}

/// One indicator as people see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Info {
    /// Its name in requests.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is.
    pub description: &'static str,
    /// Where it is drawn.
    pub pane: Pane,
    /// What it takes, in this order.
    pub parameters: &'static [Parameter],
    /// Names of its values.
    pub outputs: &'static [&'static str],
    /// Bounds of its values where they have them.
    pub bounds: (Option<f64>, Option<f64>),
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sma,
    Ema,
    Bollinger,
    Median,
    Rsi,
    Macd,
    Adx,
    Atr,
    MeanTrueRange,
    StdDev,
    VolumeRatio,
}

const AT_LEAST_0: (Option<f64>, Option<f64>) = (Some(0.0), None);
const PERCENT: (Option<f64>, Option<f64>) = (Some(0.0), Some(100.0));
const ANY: (Option<f64>, Option<f64>) = (None, None);

/// All indicators.
pub const CATALOGUE: &[Info] = &[
    Info {
        name: "sma",
        title: "Simple moving average",
        description: "Mean of the last closes.",
        pane: Pane::Price,
        parameters: &[period("period", 20.0, 1.0)],
        outputs: &["sma"],
        bounds: AT_LEAST_0,
        kind: Kind::Sma,
    },
    Info {
        name: "ema",
        title: "Exponential moving average",
        description: "Mean of the closes in which the newest count most.",
        pane: Pane::Price,
        parameters: &[period("period", 20.0, 1.0)],
        outputs: &["ema"],
        bounds: AT_LEAST_0,
        kind: Kind::Ema,
    },
    Info {
        name: "bollinger",
        title: "Bollinger bands",
        description: "Mean of the last closes, and a multiple of their deviation on both sides.",
        pane: Pane::Price,
        parameters: &[
            period("period", 20.0, 2.0),
            Parameter { name: "multiple", default: 2.0, range: (0.1, 10.0), whole: false },
        ],
        outputs: &["lower", "middle", "upper"],
        bounds: ANY,
        kind: Kind::Bollinger,
    },
    Info {
        name: "median",
        title: "Rolling median",
        description: "The middle one of the last closes by size.",
        pane: Pane::Price,
        parameters: &[period("period", 20.0, 1.0)],
        outputs: &["median"],
        bounds: AT_LEAST_0,
        kind: Kind::Median,
    },
    Info {
        name: "rsi",
        title: "Relative strength index",
        description: "Share of the rises in all movement of the closes, after Wilder; 50 where nothing moves.",
        pane: Pane::Own,
        parameters: &[period("period", 14.0, 1.0)],
        outputs: &["rsi"],
        bounds: PERCENT,
        kind: Kind::Rsi,
    },
    Info {
        name: "macd",
        title: "Moving average convergence/divergence",
        description: "Fast less slow exponential average of the closes, the average of that, and their difference.",
        pane: Pane::Own,
        parameters: &[
            period("fast", 12.0, 1.0),
            period("slow", 26.0, 1.0),
            period("signal", 9.0, 1.0),
        ],
        outputs: &["line", "signal", "histogram"],
        bounds: ANY,
        kind: Kind::Macd,
    },
    Info {
        name: "adx",
        title: "Average directional index",
        description: "Strength of the trend, and the shares of rises and falls in the true range, after Wilder.",
        pane: Pane::Own,
        parameters: &[period("period", 14.0, 2.0)],
        outputs: &["adx", "plus_di", "minus_di"],
        bounds: PERCENT,
        kind: Kind::Adx,
    },
    Info {
        name: "atr",
        title: "Average true range",
        description: "How far candles move, smoothed after Wilder, in price units.",
        pane: Pane::Own,
        parameters: &[period("period", 14.0, 1.0)],
        outputs: &["atr"],
        bounds: AT_LEAST_0,
        kind: Kind::Atr,
    },
    Info {
        name: "mean_true_range",
        title: "Mean true range",
        description: "Plain mean of how far the last candles moved, in price units.",
        pane: Pane::Own,
        parameters: &[period("period", 14.0, 1.0)],
        outputs: &["mean_true_range"],
        bounds: AT_LEAST_0,
        kind: Kind::MeanTrueRange,
    },
    Info {
        name: "std_dev",
        title: "Standard deviation",
        description: "Population deviation of the last closes, in price units.",
        pane: Pane::Own,
        parameters: &[period("period", 20.0, 2.0)],
        outputs: &["std_dev"],
        bounds: AT_LEAST_0,
        kind: Kind::StdDev,
    },
    Info {
        name: "volume_ratio",
        title: "Volume ratio",
        description: "Volume of the candle over the mean of the last ones.",
        pane: Pane::Own,
        parameters: &[period("period", 20.0, 1.0)],
        outputs: &["volume_ratio"],
        bounds: AT_LEAST_0,
        kind: Kind::VolumeRatio,
    },
];

/// The indicator of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Info> {
    CATALOGUE.iter().find(|info| info.name == name)
}

/// Values of an indicator at a candle, in the order of its outputs; `None` while it is warming up.
pub type Values = [Option<f64>; MOST_OUTPUTS];

/// An indicator at work.
#[derive(Debug, Clone)]
pub enum Running {
    /// See [`Sma`].
    Sma(Sma),
    /// See [`Ema`].
    Ema(Ema),
    /// See [`Bollinger`].
    Bollinger(Bollinger),
    /// See [`RollingMedian`].
    Median(RollingMedian),
    /// See [`Rsi`].
    Rsi(Rsi),
    /// See [`Macd`].
    Macd(Macd),
    /// See [`Adx`].
    Adx(Adx),
    /// See [`Atr`].
    Atr(Atr),
    /// See [`MeanTrueRange`].
    MeanTrueRange(MeanTrueRange),
    /// See [`StdDev`].
    StdDev(StdDev),
    /// See [`VolumeRatio`].
    VolumeRatio(VolumeRatio),
}

impl Info {
    /// Begins with the values of the parameters, in their order; what is missing has its default.
    #[must_use]
    pub fn start(&self, arguments: &[f64]) -> Running {
        let value = |at: usize| {
            let default = self.parameters.get(at).map_or(1.0, |p| p.default);
            arguments.get(at).copied().unwrap_or(default)
        };
        let count = |at: usize| value(at).clamp(1.0, LONGEST) as usize;
        match self.kind {
            Kind::Sma => Running::Sma(Sma::new(count(0))),
            Kind::Ema => Running::Ema(Ema::new(count(0))),
            Kind::Bollinger => Running::Bollinger(Bollinger::new(count(0), value(1))),
            Kind::Median => Running::Median(RollingMedian::new(count(0))),
            Kind::Rsi => Running::Rsi(Rsi::new(count(0))),
            Kind::Macd => Running::Macd(Macd::new(count(0), count(1), count(2))),
            Kind::Adx => Running::Adx(Adx::new(count(0))),
            Kind::Atr => Running::Atr(Atr::new(count(0))),
            Kind::MeanTrueRange => Running::MeanTrueRange(MeanTrueRange::new(count(0))),
            Kind::StdDev => Running::StdDev(StdDev::new(count(0))),
            Kind::VolumeRatio => Running::VolumeRatio(VolumeRatio::new(count(0))),
        }
    }

    /// Candles before the first one wanted that must be seen for a value that no longer depends on
    /// where they began: the window, or so many that what is older weighs less than a float can tell
    /// (e^-40).
    #[must_use]
    pub fn lead(&self, arguments: &[f64]) -> usize {
        let count = |at: usize| {
            let default = self.parameters.get(at).map_or(1.0, |p| p.default);
            arguments.get(at).copied().unwrap_or(default).clamp(1.0, LONGEST) as usize
        };
        // Weight of the newest value: 2 / (period + 1), or 1 / period.
        let exponential = |period: usize| period + 20 * (period + 1);
        let wilder = |period: usize| period + 40 * period;
        match self.kind {
            Kind::Sma | Kind::Bollinger | Kind::Median | Kind::StdDev | Kind::VolumeRatio => {
                count(0)
            }
            Kind::MeanTrueRange => count(0) + 1,
            Kind::Ema => exponential(count(0)),
            Kind::Macd => exponential(count(0).max(count(1))) + exponential(count(2)),
            Kind::Rsi | Kind::Atr => wilder(count(0)) + 1,
            Kind::Adx => 2 * wilder(count(0)) + 1,
        }
    }
}

impl Running {
    /// Adds a closed candle.
    pub fn update(&mut self, candle: &Ohlcv) -> Values {
        let one = |value: Option<f64>| [value, None, None];
        let close = candle.close;
        match self {
            Self::Sma(own) => one(own.update(close)),
            Self::Ema(own) => one(own.update(close)),
            Self::Bollinger(own) => {
                own.update(close).map_or([None; 3], |b| [b.lower, b.middle, b.upper].map(Some))
            }
            Self::Median(own) => one(own.update(close)),
            Self::Rsi(own) => one(own.update(close)),
            Self::Macd(own) => {
                own.update(close).map_or([None; 3], |m| [m.line, m.signal, m.histogram].map(Some))
            }
            Self::Adx(own) => {
                own.update(candle).map_or([None; 3], |a| [a.adx, a.plus_di, a.minus_di].map(Some))
            }
            Self::Atr(own) => one(own.update(candle)),
            Self::MeanTrueRange(own) => one(own.update(candle)),
            Self::StdDev(own) => one(own.update(close).map(|(_, deviation)| deviation)),
            Self::VolumeRatio(own) => one(own.update(candle.volume)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn candle(n: u32) -> Ohlcv {
        let middle = 100.0 + 10.0 * (f64::from(n) / 7.0).sin() + f64::from(n % 5);
        let (high, low) = (middle + 1.5, middle - 1.0);
        let close = middle + 0.3 * f64::from(n % 3);
        let volume = f64::from(n % 11);
        Ohlcv { open_time: Timestamp::from_millis(0), open: middle, high, low, close, volume }
    }

    #[test]
    fn each_has_as_many_values_as_names_and_takes_its_defaults() {
        for info in CATALOGUE {
            let names = CATALOGUE.iter().filter(|other| other.name == info.name).count();
            assert_eq!(names, 1, "{}", info.name);
            assert!(info.outputs.len() <= MOST_OUTPUTS);
            for parameter in info.parameters {
                let (least, most) = parameter.range;
                assert!((least..=most).contains(&parameter.default), "{}", info.name);
            }
            let mut running = info.start(&[]);
            let last = (0..300).map(|n| running.update(&candle(n))).last().expect("300 candles");
            assert_eq!(last.iter().flatten().count(), info.outputs.len(), "{}", info.name);
            let (least, most) = info.bounds;
            for value in last.iter().flatten() {
                assert!(least.is_none_or(|least| *value >= least), "{}: {value}", info.name);
                assert!(most.is_none_or(|most| *value <= most), "{}: {value}", info.name);
            }
        }
    }

    /// A chart that begins late shows what the engine has that saw everything.
    #[test]
    fn the_lead_is_long_enough() {
        for info in CATALOGUE {
            for arguments in [vec![], vec![3.0; info.parameters.len()], vec![40.0, 9.0, 20.0]] {
                let arguments = &arguments[..arguments.len().min(info.parameters.len())];
                let lead = u32::try_from(info.lead(arguments)).expect("short");
                let (mut all, mut late) = (info.start(arguments), info.start(arguments));
                let begin = 5_000 - lead;
                for n in 0..5_200 {
                    let whole = all.update(&candle(n));
                    if n < begin {
                        continue;
                    }
                    let part = late.update(&candle(n));
                    if n >= 5_000 {
                        for (whole, part) in whole.iter().zip(part) {
                            let near = match (whole, part) {
                                (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * (1.0 + a.abs()),
                                (a, b) => *a == b,
                            };
                            assert!(near, "{} {arguments:?}: {whole:?} {part:?}", info.name);
                        }
                    }
                }
            }
        }
    }
}
