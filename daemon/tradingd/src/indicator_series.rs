//! Indicators for charts: checked requests, and series over stored candles by the engine's own code.

use crate::control_plane::errors;
use domain::Candle;
use engine::indicators::catalogue::{CATALOGUE, Info, Pane, Parameter, find};
use tonic::Status;
use tradingd_proto::v1::{
    IndicatorArgument, IndicatorChoice, IndicatorInfo, IndicatorPane, IndicatorParameter,
    IndicatorPoint, IndicatorSeries,
};

/// Indicators of one request at most.
const MOST: usize = 12;

/// One indicator with its arguments.
#[derive(Debug, Clone)]
pub struct Wanted {
    info: &'static Info,
    /// In the order of the parameters.
    arguments: Vec<f64>,
}

impl Wanted {
    /// What a request asks for.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` naming the indicator or parameter with its range.
    pub fn of(choices: &[IndicatorChoice]) -> Result<Vec<Self>, Status> {
        if choices.is_empty() || choices.len() > MOST {
            let rule = format!("must be 1 to {MOST}, got {}", choices.len());
            return Err(errors::invalid([("indicators", rule)]));
        }
        choices.iter().enumerate().map(|(at, choice)| Self::one(at, choice)).collect()
    }

    fn one(at: usize, choice: &IndicatorChoice) -> Result<Self, Status> {
        let refuse = |field: &str, rule: String| {
            Err(errors::invalid([(format!("indicators[{at}].{field}"), rule)]))
        };
        let Some(info) = find(&choice.name) else {
            let known: Vec<&str> = CATALOGUE.iter().map(|info| info.name).collect();
            let rule = format!("must be one of {}, got {:?}", known.join(", "), choice.name);
            return refuse("name", rule);
        };
        let mut arguments: Vec<f64> = info.parameters.iter().map(|p| p.default).collect();
        let mut given = vec![false; arguments.len()];
        for IndicatorArgument { name, value } in &choice.arguments {
            let Some(place) = info.parameters.iter().position(|p| p.name == name) else {
                let known: Vec<&str> = info.parameters.iter().map(|p| p.name).collect();
                let rule = format!("must be of {}: {}, got {name:?}", info.name, known.join(", "));
                return refuse("arguments", rule);
            };
            if std::mem::replace(&mut given[place], true) {
                return refuse("arguments", format!("must name {name} once"));
            }
            if let Some(rule) = against(&info.parameters[place], *value) {
                return refuse(name, rule);
            }
            arguments[place] = *value;
        }
        Ok(Self { info, arguments })
    }

    /// Candles to see before the first one that is shown.
    #[must_use]
    pub fn lead(&self) -> usize {
        self.info.lead(&self.arguments)
    }

    /// One series for each output, over the last `shown` candles.
    #[must_use]
    pub fn series(&self, candles: &[Candle], shown: usize) -> Vec<IndicatorSeries> {
        let arguments: Vec<IndicatorArgument> = self
            .info
            .parameters
            .iter()
            .zip(&self.arguments)
            .map(|(p, value)| IndicatorArgument { name: p.name.to_owned(), value: *value })
            .collect();
        let mut series: Vec<IndicatorSeries> = self
            .info
            .outputs
            .iter()
            .map(|output| IndicatorSeries {
                indicator: self.info.name.to_owned(),
                arguments: arguments.clone(),
                output: (*output).to_owned(),
                points: Vec::with_capacity(shown),
            })
            .collect();
        let mut running = self.info.start(&self.arguments);
        let hidden = candles.len() - shown.min(candles.len());
        for (at, candle) in candles.iter().enumerate() {
            let values = running.update(&candle.ohlcv());
            if at >= hidden {
                for (own, value) in series.iter_mut().zip(values) {
                    own.points.push(IndicatorPoint { value });
                }
            }
        }
        series
    }
}

/// What a value must be, when it is not that.
fn against(parameter: &Parameter, value: f64) -> Option<String> {
    let (least, most) = parameter.range;
    let whole = if parameter.whole { "a whole number of " } else { "" };
    let fine = (least..=most).contains(&value) && (!parameter.whole || value.fract() == 0.0);
    (!fine).then(|| format!("must be {whole}{least} to {most}, got {value}"))
}

/// All indicators.
#[must_use]
pub fn catalogue() -> Vec<IndicatorInfo> {
    CATALOGUE.iter().map(info).collect()
}

fn info(info: &Info) -> IndicatorInfo {
    let pane = match info.pane {
        Pane::Price => IndicatorPane::Price,
        Pane::Own => IndicatorPane::Own,
    };
    let parameter = |p: &Parameter| IndicatorParameter {
        name: p.name.to_owned(),
        default_value: p.default,
        min: p.range.0,
        max: p.range.1,
        whole: p.whole,
    };
    IndicatorInfo {
        name: info.name.to_owned(),
        title: info.title.to_owned(),
        description: info.description.to_owned(),
        pane: pane.into(),
        parameters: info.parameters.iter().map(parameter).collect(),
        outputs: info.outputs.iter().map(|&output| output.to_owned()).collect(),
        min_value: info.bounds.0,
        max_value: info.bounds.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(name: &str, arguments: &[(&str, f64)]) -> IndicatorChoice {
        let one = |(name, value): &(&str, f64)| IndicatorArgument {
            name: (*name).to_owned(),
            value: *value,
        };
        IndicatorChoice { name: name.to_owned(), arguments: arguments.iter().map(one).collect() }
    }

    #[test]
    fn what_is_left_out_has_its_default_and_the_rest_is_checked() {
        let wanted = Wanted::of(&[choice("macd", &[("slow", 30.0)])]).expect("fine");
        assert_eq!(wanted[0].arguments, [12.0, 30.0, 9.0]);
        for (bad, word) in [
            (choice("nothing", &[]), "one of sma"),
            (choice("sma", &[("length", 5.0)]), "period"),
            (choice("sma", &[("period", 0.0)]), "1 to 1000"),
            (choice("sma", &[("period", 2.5)]), "whole number"),
            (choice("sma", &[("period", 1001.0)]), "got 1001"),
            (choice("sma", &[("period", f64::NAN)]), "got NaN"),
            (choice("sma", &[("period", 5.0), ("period", 6.0)]), "once"),
            (choice("bollinger", &[("multiple", 11.0)]), "0.1 to 10"),
        ] {
            let refused = Wanted::of(std::slice::from_ref(&bad)).expect_err("is refused");
            assert!(refused.message().contains(word), "{bad:?}: {}", refused.message());
        }
        assert!(Wanted::of(&[]).is_err());
        assert!(Wanted::of(&vec![choice("sma", &[]); 13]).is_err());
    }
}
