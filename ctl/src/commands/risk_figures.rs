//! `risk figures`: volatility, forecasts, correlations, value at risk and rates.

use super::Context;
use crate::failure::Failure;
use crate::output::format;
use crate::output::table::{Style, number, rows, text};
use tradingd_proto::v1::risk_service_client::RiskServiceClient;
use tradingd_proto::v1::{Correlation, GetRiskFiguresRequest, GetRiskFiguresResponse, SymbolRisk};

/// Shows the figures behind the limits.
pub async fn figures(context: &Context<'_>) -> Result<(), Failure> {
    let answer = context
        .client
        .read(GetRiskFiguresRequest {}, async |c, r| {
            RiskServiceClient::new(c).get_risk_figures(r).await
        })
        .await?;
    context.out.list(&answer, answer.symbols.len(), "no symbols", tables)
}

fn tables(answer: &GetRiskFiguresResponse, style: Style) -> String {
    let mut parts = vec![book(answer, style), symbols(answer, style)];
    if !answer.correlations.is_empty() {
        parts.push(correlations(answer, style));
    }
    if !answer.sectors.is_empty() {
        let line = |s: &tradingd_proto::v1::SectorCount| {
            vec![text(&*s.sector), number(s.open_positions.to_string())]
        };
        parts.push(rows(style, &["sector", "open"], answer.sectors.iter().map(line).collect()));
    }
    parts.join("\n\n")
}

/// What is known of the account as a whole.
fn book(answer: &GetRiskFiguresResponse, style: Style) -> String {
    let loss = |percent: Option<f64>| percent.map_or_else(unknown, |p| format::figure(p, 4));
    let confidence = &answer.var_confidence;
    let lines = [
        (format!("value at risk at {confidence} (% of equity)"), loss(answer.var_pct)),
        ("mean loss beyond it (% of equity)".to_owned(), loss(answer.cvar_pct)),
        ("measured on candles".to_owned(), answer.var_candles.to_string()),
        ("heat (share of equity)".to_owned(), format::figure(answer.heat, 6)),
        ("orders in the last minute".to_owned(), answer.orders_last_minute.to_string()),
        ("messages in the last minute".to_owned(), answer.messages_last_minute.to_string()),
        ("refused orders".to_owned(), answer.rejections.to_string()),
    ];
    let lines = lines.into_iter().map(|(name, value)| vec![text(name), number(value)]).collect();
    rows(style, &["book", "now"], lines)
}

fn symbols(answer: &GetRiskFiguresResponse, style: Style) -> String {
    let headings = [
        "symbol",
        "sector",
        "value",
        "heat",
        "candles",
        "deviation (%)",
        "a year (%)",
        "forecast (%)",
        "long run (%)",
    ];
    let percent = |p: Option<f64>| p.map_or_else(unknown, |p| format::figure(p, 4));
    let line = |s: &SymbolRisk| {
        let model = s.garch.as_ref();
        let forecast = match model {
            Some(model) => format::figure(model.forecast_pct, 4),
            None => s.garch_failure.replace('_', " "),
        };
        vec![
            text(&*s.symbol),
            text(format::or_none(&s.sector)),
            number(format::price(&s.value)),
            number(format::figure(s.heat, 6)),
            number(format!("{} x {}", s.returns, s.interval)),
            number(percent(s.volatility_pct)),
            number(s.annual_volatility_pct.map_or_else(unknown, |p| format::figure(p, 1))),
            number(forecast),
            number(percent(model.map(|m| m.long_run_pct))),
        ]
    };
    rows(style, &headings, answer.symbols.iter().map(line).collect())
}

/// The matrix, with a one on its diagonal.
fn correlations(answer: &GetRiskFiguresResponse, style: Style) -> String {
    let names: Vec<&str> = answer.symbols.iter().map(|s| s.symbol.as_str()).collect();
    let between = |a: &str, b: &str| {
        let same =
            |c: &&Correlation| (c.first == a && c.second == b) || (c.first == b && c.second == a);
        answer.correlations.iter().find(same).and_then(|c| c.value)
    };
    let line = |own: &&str| {
        let cell = |other: &&str| {
            let value = if own == other { Some(1.0) } else { between(own, other) };
            number(value.map_or_else(unknown, |v| format::figure(v, 2)))
        };
        std::iter::once(text(*own)).chain(names.iter().map(cell)).collect()
    };
    let headings: Vec<&str> = std::iter::once("correlation").chain(names.iter().copied()).collect();
    rows(style, &headings, names.iter().map(line).collect())
}

fn unknown() -> String {
    "unknown".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::{GarchModel, SectorCount};

    #[test]
    fn what_is_not_known_says_so() {
        let model = GarchModel { forecast_pct: 0.5, long_run_pct: 0.6, ..GarchModel::default() };
        let first = SymbolRisk {
            symbol: "BTCUSDT".to_owned(),
            sector: "layer1".to_owned(),
            value: "1000".to_owned(),
            heat: 0.0012,
            interval: "1m".to_owned(),
            returns: 250,
            volatility_pct: Some(0.25),
            annual_volatility_pct: Some(181.25),
            garch: Some(model),
            ..SymbolRisk::default()
        };
        let second = SymbolRisk {
            symbol: "ETHUSDT".to_owned(),
            interval: "1m".to_owned(),
            garch_failure: "too_short".to_owned(),
            ..SymbolRisk::default()
        };
        let answer = GetRiskFiguresResponse {
            symbols: vec![first, second],
            correlations: vec![Correlation {
                first: "BTCUSDT".to_owned(),
                second: "ETHUSDT".to_owned(),
                value: None,
            }],
            var_pct: Some(1.5),
            cvar_pct: None,
            var_confidence: "0.95".to_owned(),
            sectors: vec![SectorCount { sector: "layer1".to_owned(), open_positions: 1 }],
            ..GetRiskFiguresResponse::default()
        };
        let shown = tables(&answer, Style { colour: false });
        let line = |start: &str| {
            let found = shown.lines().filter(|line| line.starts_with(start));
            found.map(|line| line.split_whitespace().collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        assert_eq!(line("value at risk")[0].last(), Some(&"1.5000"), "{shown}");
        assert_eq!(line("mean loss")[0].last(), Some(&"unknown"), "{shown}");
        let eth = line("ETHUSDT");
        assert!(eth[0].contains(&"too") && eth[0].contains(&"unknown"), "{shown}");
        assert_eq!(eth[1], ["ETHUSDT", "unknown", "1.00"], "{shown}");
        assert_eq!(line("BTCUSDT")[1], ["BTCUSDT", "1.00", "unknown"], "{shown}");
        assert!(line("BTCUSDT")[0].contains(&"0.5000"), "{shown}");
        assert_eq!(line("layer1"), [["layer1", "1"]], "{shown}");
    }
}
