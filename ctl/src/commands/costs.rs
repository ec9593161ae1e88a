//! `costs`: fees, slippage and shortfall of a stretch of time.

use super::Context;
use super::analytics::range;
use crate::cli::CostsArgs;
use crate::failure::Failure;
use crate::output::table::{Style, number, rows, text};
use crate::output::{format, words};
use tradingd_proto::v1::analytics_service_client::AnalyticsServiceClient;
use tradingd_proto::v1::{ExecutionCosts, FillCosts, GetCostsRequest, GetCostsResponse};

/// Shows what trading cost.
pub async fn costs(context: &Context<'_>, args: CostsArgs) -> Result<(), Failure> {
    let request = GetCostsRequest {
        range: range(&args.interval).into(),
        from: args.interval.from,
        to: args.interval.to,
    };
    let answer = context
        .client
        .read(request, async |c, r| AnalyticsServiceClient::new(c).get_costs(r).await)
        .await?;
    let count = answer.fills.len() + answer.executions.len();
    context.out.list(&answer, count, "nothing was traded in that time", table)
}

fn table(answer: &GetCostsResponse, style: Style) -> String {
    let quote = &answer.quote_asset;
    let fees: Vec<String> = answer
        .fees
        .iter()
        .map(|fee| format!("{} {}", format::quantity(&fee.amount), fee.asset))
        .collect();
    let turnover = format!("turnover ({quote})");
    let fills = rows(
        style,
        &["symbol", "fills", "resting", &turnover, "fees", "in"],
        answer.fills.iter().map(fill).collect(),
    );
    let (slippage, shortfall) = (format!("slippage ({quote})"), format!("shortfall ({quote})"));
    let headings =
        ["symbol", "style", "for", "done", "slippage (bps)", &slippage, &shortfall, "fees"];
    let mut lines: Vec<_> = answer.executions.iter().map(execution).collect();
    if let Some(total) = &answer.total {
        lines.push(execution(&ExecutionCosts {
            symbol: "all but resting".to_owned(),
            ..total.clone()
        }));
    }
    format!("fees: {}\n\n{fills}\n\n{}", fees.join(", "), rows(style, &headings, lines))
}

fn fill(costs: &FillCosts) -> Vec<crate::output::table::Field> {
    vec![
        text(&*costs.symbol),
        number(format::count(costs.fills)),
        number(format::count(costs.maker_fills)),
        number(format::fixed(&costs.turnover, 2)),
        number(format::quantity(&costs.fees)),
        text(&*costs.fee_asset),
    ]
}

fn execution(costs: &ExecutionCosts) -> Vec<crate::output::table::Field> {
    let bps = costs.slippage_bps.map_or_else(String::new, |bps| format::figure(bps, 2));
    vec![
        text(&*costs.symbol),
        text(words::style(costs.style)),
        text(words::purpose(costs.purpose)),
        number(format!("{} of {}", format::count(costs.done), format::count(costs.executions))),
        number(bps),
        number(format::fixed(&costs.slippage, 2)),
        number(format::fixed(&costs.shortfall, 2)),
        number(format::fixed(&costs.fees, 2)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_line_up_with_their_total() {
        let execution = ExecutionCosts {
            symbol: "BTCUSDT".to_owned(),
            style: tradingd_proto::v1::ExecutionStyle::Market.into(),
            purpose: tradingd_proto::v1::OrderPurpose::Entry.into(),
            executions: 12,
            done: 11,
            slippage_bps: Some(1.234),
            slippage: "4.5".to_owned(),
            shortfall: "6".to_owned(),
            fees: "1.5".to_owned(),
            ..Default::default()
        };
        let fill = FillCosts {
            symbol: "BTCUSDT".to_owned(),
            fee_asset: "USDT".to_owned(),
            fills: 11,
            maker_fills: 1,
            turnover: "36000".to_owned(),
            fees: "1.50".to_owned(),
        };
        let total =
            ExecutionCosts { symbol: String::new(), style: 0, purpose: 0, ..execution.clone() };
        let answer = GetCostsResponse {
            quote_asset: "USDT".to_owned(),
            fees: vec![tradingd_proto::v1::AssetAmount {
                asset: "USDT".to_owned(),
                amount: "1.50".to_owned(),
            }],
            fills: vec![fill],
            executions: vec![execution],
            total: Some(total),
            ..Default::default()
        };
        assert_eq!(
            table(&answer, Style { colour: false }),
            "fees: 1.5 USDT\n\n\
             symbol   fills  resting  turnover (USDT)  fees  in\n\
             BTCUSDT     11        1        36,000.00   1.5  USDT\n\n\
             symbol           style   for        done  slippage (bps)  slippage (USDT)  shortfall (USDT)  fees\n\
             BTCUSDT          market  entry  11 of 12            1.23             4.50              6.00  1.50\n\
             all but resting  -       -      11 of 12            1.23             4.50              6.00  1.50"
        );
    }
}
