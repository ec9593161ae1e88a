//! `symbols`, `indicators`, `marks`, `decisions count`, `emergency history`, `strategies profits`.

use super::Context;
use crate::cli::{DecisionsCountArgs, IndicatorArgs, MarksArgs, ProfitsArgs};
use crate::failure::Failure;
use crate::output::table::{Style, number, profit, rows, text};
use crate::output::{format, words};
use tradingd_proto::v1::decision_service_client::DecisionServiceClient;
use tradingd_proto::v1::emergency_service_client::EmergencyServiceClient;
use tradingd_proto::v1::market_service_client::MarketServiceClient;
use tradingd_proto::v1::strategy_service_client::StrategyServiceClient;
use tradingd_proto::v1::{
    CountDecisionsRequest, CountDecisionsResponse, GetIndicatorsRequest, GetIndicatorsResponse,
    IndicatorArgument, IndicatorChoice, ListIndicatorsRequest, ListIndicatorsResponse,
    ListMarksRequest, ListMarksResponse, ListStateChangesRequest, ListStateChangesResponse,
    ListStrategyProfitsRequest, ListStrategyProfitsResponse, ListSymbolsRequest,
    ListSymbolsResponse, SymbolInfo,
};

/// Lists what is traded.
pub async fn symbols(context: &Context<'_>) -> Result<(), Failure> {
    let call = async |c, r| MarketServiceClient::new(c).list_symbols(r).await;
    let answer = context.client.read(ListSymbolsRequest {}, call).await?;
    context.out.list(&answer, answer.symbols.len(), "no symbols", symbol_table)
}

fn symbol_table(answer: &ListSymbolsResponse, style: Style) -> String {
    let headings = [
        "symbol",
        "base",
        "quote",
        "tick",
        "lot",
        "least value",
        "candles",
        "signals on",
        "trend on",
    ];
    let line = |s: &SymbolInfo| {
        let kept: Vec<&str> = s.intervals.iter().map(|i| i.interval.as_str()).collect();
        vec![
            text(&*s.symbol),
            text(&*s.base_asset),
            text(&*s.quote_asset),
            number(&*s.tick_size),
            number(&*s.lot_size),
            number(&*s.min_notional),
            text(kept.join(", ")),
            text(&*s.signal_interval),
            text(&*s.trend_interval),
        ]
    };
    rows(style, &headings, answer.symbols.iter().map(line).collect())
}

/// Lists the indicators.
pub async fn indicators(context: &Context<'_>) -> Result<(), Failure> {
    let call = async |c, r| MarketServiceClient::new(c).list_indicators(r).await;
    let answer = context.client.read(ListIndicatorsRequest {}, call).await?;
    context.out.list(&answer, answer.indicators.len(), "no indicators", indicator_table)
}

fn indicator_table(answer: &ListIndicatorsResponse, style: Style) -> String {
    let headings = ["indicator", "drawn", "parameters", "values", "what it is"];
    let lines = answer.indicators.iter().map(|info| {
        let parameter = |p: &tradingd_proto::v1::IndicatorParameter| {
            format!("{}={} ({} to {})", p.name, p.default_value, p.min, p.max)
        };
        let parameters: Vec<String> = info.parameters.iter().map(parameter).collect();
        vec![
            text(&*info.name),
            text(words::indicator_pane(info.pane)),
            text(parameters.join(", ")),
            text(info.outputs.join(", ")),
            text(&*info.description),
        ]
    });
    rows(style, &headings, lines.collect())
}

/// Shows values of indicators.
pub async fn indicator_values(context: &Context<'_>, args: IndicatorArgs) -> Result<(), Failure> {
    let request = GetIndicatorsRequest {
        symbol: args.symbol,
        interval: args.interval,
        before: args.before,
        limit: args.limit,
        indicators: args.indicators.iter().map(|text| choice(text)).collect::<Result<_, _>>()?,
    };
    let call = async |c, r| MarketServiceClient::new(c).get_indicators(r).await;
    let answer = context.client.read(request, call).await?;
    context.out.list(&answer, answer.open_times.len(), "no candles in that time", value_table)
}

/// Reads `macd` or `macd:fast=8,slow=21`.
fn choice(given: &str) -> Result<IndicatorChoice, Failure> {
    let (name, rest) = given.split_once(':').unwrap_or((given, ""));
    let argument = |word: &str| {
        let read = word.split_once('=').and_then(|(name, value)| {
            Some(IndicatorArgument { name: name.to_owned(), value: value.parse().ok()? })
        });
        read.ok_or_else(|| {
            let rule = "write indicators as rsi or macd:fast=8,slow=21";
            Failure::usage(format!("{rule}, got {given:?}"))
        })
    };
    let words = rest.split(',').filter(|word| !word.is_empty());
    let arguments = words.map(argument).collect::<Result<_, _>>()?;
    Ok(IndicatorChoice { name: name.to_owned(), arguments })
}

fn value_table(answer: &GetIndicatorsResponse, style: Style) -> String {
    let opened = format!("{} {} opened (UTC)", answer.symbol, answer.interval);
    let names: Vec<String> = answer
        .series
        .iter()
        .map(|s| {
            let arguments: Vec<String> = s.arguments.iter().map(|a| a.value.to_string()).collect();
            let own =
                if s.output == s.indicator { String::new() } else { format!(" {}", s.output) };
            format!("{}({}){own}", s.indicator, arguments.join(","))
        })
        .collect();
    let headings: Vec<&str> =
        std::iter::once(opened.as_str()).chain(names.iter().map(String::as_str)).collect();
    let line = |at: usize| {
        let value = |s: &tradingd_proto::v1::IndicatorSeries| {
            let found = s.points.get(at).and_then(|point| point.value);
            number(found.map(|v| format::figure(v, 4)).unwrap_or_default())
        };
        let moment = text(format::utc(answer.open_times.get(at)));
        std::iter::once(moment).chain(answer.series.iter().map(value)).collect()
    };
    rows(style, &headings, (0..answer.open_times.len()).map(line).collect())
}

/// Shows what happened to a symbol.
pub async fn marks(context: &Context<'_>, args: MarksArgs) -> Result<(), Failure> {
    let MarksArgs { symbol, from, to, limit } = args;
    let request = ListMarksRequest { symbol, from, to, limit };
    let call = async |c, r| MarketServiceClient::new(c).list_marks(r).await;
    let answer = context.client.read(request, call).await?;
    let all = answer.levels.len() + answer.fills.len() + answer.trades.len();
    context.out.list(&answer, all, "nothing happened in that time", mark_table)
}

fn mark_table(answer: &ListMarksResponse, style: Style) -> String {
    let headings = ["at (UTC)", "what", "price", "quantity", "stop", "targets", "profit (quote)"];
    let mut lines: Vec<(prost_types::Timestamp, Vec<_>)> = Vec::new();
    for level in &answer.levels {
        let what = match level.place {
            0 => "position closed".to_owned(),
            _ => format!("stop {}", words::stop_kind(level.stop_kind)),
        };
        let targets: Vec<String> = [&level.first_target_price, &level.target_price]
            .into_iter()
            .filter(|price| !price.is_empty())
            .map(|price| format::price(price))
            .collect();
        let cells = vec![
            text(what),
            number(""),
            number(""),
            number(format::price(&level.stop_price)),
            text(targets.join(", ")),
            number(""),
        ];
        lines.push((level.at.unwrap_or_default(), cells));
    }
    for fill in &answer.fills {
        let (price, quantity) = (format::price(&fill.price), format::quantity(&fill.quantity));
        let what = text(words::side(fill.side));
        let cells = vec![what, number(price), number(quantity), number(""), text(""), number("")];
        lines.push((fill.at.unwrap_or_default(), cells));
    }
    for trade in &answer.trades {
        let what = format!("trade {}: {}", trade.id, words::exit_reason(trade.exit_reason));
        let cells = vec![
            text(what),
            number(format::price(&trade.exit_price)),
            number(format::quantity(&trade.quantity)),
            number(""),
            text(""),
            profit(&trade.profit, 2),
        ];
        lines.push((trade.closed_at.unwrap_or_default(), cells));
    }
    lines.sort_by_key(|(at, _)| (at.seconds, at.nanos));
    let line = |(at, cells): (prost_types::Timestamp, Vec<_>)| {
        std::iter::once(text(format::utc(Some(&at)))).chain(cells).collect()
    };
    rows(style, &headings, lines.into_iter().map(line).collect())
}

/// Counts decisions by what came of them.
pub async fn decision_counts(
    context: &Context<'_>,
    args: DecisionsCountArgs,
) -> Result<(), Failure> {
    let DecisionsCountArgs { symbol, strategy, from, to } = args;
    let request = CountDecisionsRequest { symbol, from, to, strategy };
    let call = async |c, r| DecisionServiceClient::new(c).count_decisions(r).await;
    let answer = context.client.read(request, call).await?;
    context.out.list(&answer, answer.counts.len(), "no decisions", count_table)
}

fn count_table(answer: &CountDecisionsResponse, style: Style) -> String {
    let headings = ["symbol", "result", "reason", "count"];
    let line = |count: &tradingd_proto::v1::DecisionCount| {
        vec![
            text(&*count.symbol),
            text(words::decision(count.result)),
            text(&*count.reason),
            number(format::count(count.count)),
        ]
    };
    rows(style, &headings, answer.counts.iter().map(line).collect())
}

/// Lists changes of the trading state.
pub async fn state_changes(context: &Context<'_>, limit: u32) -> Result<(), Failure> {
    let request = ListStateChangesRequest { page_size: limit, page_token: String::new() };
    let call = async |c, r| EmergencyServiceClient::new(c).list_state_changes(r).await;
    let answer = context.client.read(request, call).await?;
    context.out.list(&answer, answer.changes.len(), "it never changed", change_table)?;
    if !answer.next_page_token.is_empty() && !context.out.is_json() {
        context.out.say("there are more; see --limit");
    }
    Ok(())
}

fn change_table(answer: &ListStateChangesResponse, style: Style) -> String {
    let headings =
        ["at (UTC)", "from", "to", "epoch", "by", "role", "source", "why", "recorded (UTC)"];
    let line = |change: &tradingd_proto::v1::StateChange| {
        let frozen = if change.frozen { " and frozen" } else { "" };
        vec![
            text(format::utc(change.at.as_ref())),
            text(words::trading_state(change.from)),
            text(format!("{}{frozen}", words::trading_state(change.to))),
            number(change.epoch.to_string()),
            text(if change.principal.is_empty() { "the engine" } else { &*change.principal }),
            text(&*change.role),
            text(&*change.source),
            text(&*change.cause),
            text(format::utc(change.recorded_at.as_ref())),
        ]
    };
    rows(style, &headings, answer.changes.iter().map(line).collect())
}

/// Lists what the last trades of each strategy brought.
pub async fn strategy_profits(context: &Context<'_>, args: ProfitsArgs) -> Result<(), Failure> {
    let request = ListStrategyProfitsRequest { strategy: args.name, limit: args.limit };
    let call = async |c, r| StrategyServiceClient::new(c).list_strategy_profits(r).await;
    let answer = context.client.read(request, call).await?;
    let points = answer.strategies.iter().map(|s| s.points.len()).sum();
    context.out.list(&answer, points, "no closed trades", profit_table)
}

fn profit_table(answer: &ListStrategyProfitsResponse, style: Style) -> String {
    let headings =
        ["strategy", "trade", "closed (UTC)", "symbol", "profit (quote)", "running (quote)"];
    let line = |(strategy, point): (&str, &tradingd_proto::v1::StrategyProfitPoint)| {
        vec![
            text(strategy),
            number(point.trade_id.to_string()),
            text(format::utc(point.closed_at.as_ref())),
            text(&*point.symbol),
            profit(&point.profit, 2),
            profit(&point.running_profit, 2),
        ]
    };
    let points = answer
        .strategies
        .iter()
        .flat_map(|s| s.points.iter().map(move |point| (s.strategy.as_str(), point)));
    rows(style, &headings, points.map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost_types::Timestamp;
    use tradingd_proto::v1::{
        Fill, IndicatorPoint, IndicatorSeries, LevelMove, OrderSide, ProtectionPlace, StopKind,
        Trade,
    };

    fn at(seconds: i64) -> Option<Timestamp> {
        Some(Timestamp { seconds: 1_769_868_300 + seconds, nanos: 0 })
    }

    #[test]
    fn indicators_are_read_with_their_parameters() {
        let macd = choice("macd:fast=8,slow=21").expect("fine");
        let read: Vec<(&str, f64)> =
            macd.arguments.iter().map(|a| (a.name.as_str(), a.value)).collect();
        assert_eq!((macd.name.as_str(), read), ("macd", vec![("fast", 8.0), ("slow", 21.0)]));
        assert_eq!(choice("rsi").expect("fine").arguments, []);
        for bad in ["rsi:14", "rsi:period=x", "rsi:period"] {
            assert!(choice(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn values_line_up_with_their_candles() {
        let series = IndicatorSeries {
            indicator: "macd".to_owned(),
            arguments: vec![IndicatorArgument { name: "fast".to_owned(), value: 8.0 }],
            output: "line".to_owned(),
            points: vec![IndicatorPoint { value: None }, IndicatorPoint { value: Some(1.5) }],
        };
        let answer = GetIndicatorsResponse {
            symbol: "BTCUSDT".to_owned(),
            interval: "1m".to_owned(),
            open_times: vec![at(0).unwrap_or_default(), at(60).unwrap_or_default()],
            series: vec![series],
        };
        assert_eq!(
            value_table(&answer, Style { colour: false }),
            "\
BTCUSDT 1m opened (UTC)  macd(8) line
2026-01-31 14:05:00                 -
2026-01-31 14:06:00            1.5000"
        );
    }

    #[test]
    fn marks_come_in_order_of_time() {
        let level = LevelMove {
            at: at(60),
            stop_price: "43000".to_owned(),
            target_price: "45000".to_owned(),
            stop_kind: StopKind::Trailing.into(),
            place: ProtectionPlace::Venue.into(),
            ..Default::default()
        };
        let fill = Fill {
            at: at(0),
            side: OrderSide::Buy.into(),
            price: "43210.5".to_owned(),
            quantity: "0.1".to_owned(),
            ..Default::default()
        };
        let trade = Trade {
            id: 7,
            closed_at: at(120),
            exit_price: "43000".to_owned(),
            quantity: "0.1".to_owned(),
            profit: "-21.05".to_owned(),
            ..Default::default()
        };
        let closed = LevelMove { at: at(120), ..Default::default() };
        let answer = ListMarksResponse {
            levels: vec![level, closed],
            fills: vec![fill],
            trades: vec![trade],
            ..Default::default()
        };
        let table = mark_table(&answer, Style { colour: false });
        let whats: Vec<&str> = table.lines().skip(1).map(|line| line[21..].trim_start()).collect();
        let starts = ["buy", "stop trailing", "position closed", "trade 7"];
        assert_eq!(whats.len(), starts.len(), "{table}");
        for (what, start) in whats.iter().zip(starts) {
            assert!(what.starts_with(start), "{table}");
        }
        assert!(whats[1].contains("43,000") && whats[1].contains("45,000"), "{table}");
        assert!(whats[3].contains("-21.05"), "{table}");
    }
}
