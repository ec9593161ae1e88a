//! `portfolio` and `equity`: balances, performance and the equity curve.

use super::Context;
use crate::cli::EquityArgs;
use crate::failure::Failure;
use crate::output::chart::Column;
use crate::output::table::{Field, Style, number, panel, profit, rows, text};
use crate::output::{format, is_terminal, terminal_width};
use tradingd_proto::v1::portfolio_service_client::PortfolioServiceClient;
use tradingd_proto::v1::{
    Balance, EquityPoint, GetPortfolioRequest, GetPortfolioResponse, ListEquityPointsRequest,
    ListEquityPointsResponse,
};

/// Shows balances, equity and performance.
pub async fn portfolio(context: &Context<'_>) -> Result<(), Failure> {
    let answer = context
        .client
        .read(GetPortfolioRequest {}, async |c, r| {
            PortfolioServiceClient::new(c).get_portfolio(r).await
        })
        .await?;
    context.out.answer(&answer, portfolio_table)
}

fn portfolio_table(answer: &GetPortfolioResponse, style: Style) -> String {
    let quote = &answer.quote_asset;
    let line = |balance: &Balance| {
        vec![
            text(&*balance.asset),
            number(format::quantity(&balance.total)),
            number(format::quantity(&balance.locked)),
            number(format::fixed(&balance.value, 2)),
        ]
    };
    let value = format!("value ({quote})");
    let headings = ["asset", "total", "locked", value.as_str()];
    let balances = rows(style, &headings, answer.balances.iter().map(line).collect());
    format!("{}\n\n{balances}", panel(style, figures(answer)))
}

fn figures(answer: &GetPortfolioResponse) -> Vec<(&'static str, Field)> {
    let quote = &answer.quote_asset;
    let money = |value: &str| text(format::fixed(value, 2)).unit(quote);
    let gain = |value: &str| profit(value, 2).unit(quote);
    let percent = |value: &str| text(format::fixed(value, 2)).unit("%");
    let optional = |value: &Option<String>, unit: &str| {
        text(format::fixed(value.as_deref().unwrap_or(""), 2)).unit(unit)
    };
    vec![
        ("equity", money(&answer.equity)),
        ("return", profit(&answer.return_pct, 2).unit("%")),
        ("today", gain(&answer.day_profit)),
        ("realised", gain(&answer.realised_profit)),
        ("unrealised", gain(&answer.unrealised_profit)),
        ("fees paid", money(&answer.fees_paid)),
        ("opening equity", money(&answer.opening_equity)),
        ("peak equity", money(&answer.peak_equity)),
        ("drawdown", percent(&answer.drawdown_pct)),
        ("worst drawdown", percent(&answer.max_drawdown_pct)),
        ("exposure", percent(&answer.exposure_pct)),
        ("trades", text(format::count(answer.trades))),
        ("win rate", optional(&answer.win_rate_pct, "%")),
        ("profit factor", optional(&answer.profit_factor, "")),
        (
            "Sharpe ratio",
            text(answer.sharpe_ratio.map_or_else(String::new, |v| format::figure(v, 2))),
        ),
        ("as of", text(format::utc(answer.as_of.as_ref())).unit("UTC")),
    ]
}

/// Shows the equity curve.
pub async fn equity(context: &Context<'_>, args: EquityArgs) -> Result<(), Failure> {
    let request = ListEquityPointsRequest { from: args.from, to: args.to, max_points: args.points };
    let answer = context
        .client
        .read(request, async |c, r| PortfolioServiceClient::new(c).list_equity_points(r).await)
        .await?;
    let chart = is_terminal().then(terminal_width);
    let table = |answer: &ListEquityPointsResponse, style| match chart {
        Some(width) => {
            format!("{}\n\n{}", equity_chart(answer, style, width), equity_table(answer, style))
        }
        None => equity_table(answer, style),
    };
    context.out.list(&answer, answer.points.len(), "no equity points in that time", table)
}

fn equity_chart(answer: &ListEquityPointsResponse, style: Style, width: usize) -> String {
    let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
    let column =
        |point: &EquityPoint| Column { low: number(&point.low), high: number(&point.high) };
    let columns: Vec<Column> = answer.points.iter().map(column).collect();
    super::analytics::equity_chart(&columns, style, width)
}

fn equity_table(answer: &ListEquityPointsResponse, style: Style) -> String {
    let line = |point: &EquityPoint| {
        vec![
            text(format::utc(point.at.as_ref())),
            number(format::fixed(&point.equity, 2)),
            number(format::fixed(&point.low, 2)),
            number(format::fixed(&point.high, 2)),
        ]
    };
    let headings = ["from (UTC)", "equity (quote)", "low (quote)", "high (quote)"];
    rows(style, &headings, answer.points.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portfolio_without_trades_leaves_out_what_is_unknown() {
        let answer = GetPortfolioResponse {
            quote_asset: "USDT".to_owned(),
            equity: "10000".to_owned(),
            return_pct: "-0.5".to_owned(),
            drawdown_pct: "0.5".to_owned(),
            balances: vec![Balance {
                asset: "USDT".to_owned(),
                total: "10000.00".to_owned(),
                locked: "0".to_owned(),
                value: "10000".to_owned(),
            }],
            ..Default::default()
        };
        assert_eq!(
            portfolio_table(&answer, Style { colour: false }),
            "equity    10,000.00 USDT\n\
             return    -0.50 %\n\
             drawdown  0.50 %\n\
             trades    0\n\
             \n\
             asset   total  locked  value (USDT)\n\
             USDT   10,000       0     10,000.00"
        );
    }
}
