//! `executions`: what intents came to and what the doing cost.

use super::{Context, next_page};
use crate::cli::{ExecutionsArgs, PurposeFilter, StyleFilter};
use crate::failure::Failure;
use crate::output::table::{Field, Style, Tone, number, panel, rows, text};
use crate::output::{format, words};
use crate::progress;
use tradingd_proto::v1::order_service_client::OrderServiceClient;
use tradingd_proto::v1::{
    Execution, ExecutionStyle, ExecutionTotals, ListExecutionsRequest, ListExecutionsResponse,
    OrderPurpose,
};

/// Lists executions, newest first.
pub async fn list(context: &Context<'_>, args: ExecutionsArgs) -> Result<(), Failure> {
    let limit = args.limit as usize;
    let mut request = ListExecutionsRequest {
        symbol: args.symbol.unwrap_or_default(),
        purpose: args.purpose.map_or(OrderPurpose::Unspecified, purpose).into(),
        style: args.style.map_or(ExecutionStyle::Unspecified, style).into(),
        page_size: next_page(limit, 0),
        page_token: String::new(),
    };
    let sign = progress::bar("executions", None);
    let mut answer = fetch(context, request.clone()).await?;
    while !answer.next_page_token.is_empty() && answer.executions.len() < limit {
        request.page_size = next_page(limit, answer.executions.len());
        request.page_token = std::mem::take(&mut answer.next_page_token);
        let page = fetch(context, request.clone()).await?;
        answer.executions.extend(page.executions);
        sign.at(answer.executions.len() as u64);
        answer.next_page_token = page.next_page_token;
    }
    drop(sign);
    context.out.list(&answer, answer.executions.len(), "no executions", table)?;
    if !answer.next_page_token.is_empty() && !context.out.is_json() {
        context.out.say("there are more; see --limit");
    }
    Ok(())
}

async fn fetch(
    context: &Context<'_>,
    request: ListExecutionsRequest,
) -> Result<ListExecutionsResponse, Failure> {
    context
        .client
        .read(request, async |c, r| OrderServiceClient::new(c).list_executions(r).await)
        .await
}

pub const fn purpose(filter: PurposeFilter) -> OrderPurpose {
    match filter {
        PurposeFilter::Entry => OrderPurpose::Entry,
        PurposeFilter::StrategyExit => OrderPurpose::StrategyExit,
        PurposeFilter::Protection => OrderPurpose::Protection,
        PurposeFilter::CloseAll => OrderPurpose::CloseAll,
        PurposeFilter::OperatorExit => OrderPurpose::OperatorExit,
    }
}

const fn style(filter: StyleFilter) -> ExecutionStyle {
    match filter {
        StyleFilter::Market => ExecutionStyle::Market,
        StyleFilter::Limit => ExecutionStyle::Limit,
        StyleFilter::LimitThenMarket => ExecutionStyle::LimitThenMarket,
        StyleFilter::PostOnly => ExecutionStyle::PostOnly,
        StyleFilter::Twap => ExecutionStyle::Twap,
        StyleFilter::Iceberg => ExecutionStyle::Iceberg,
        StyleFilter::Resting => ExecutionStyle::Resting,
    }
}

fn table(answer: &ListExecutionsResponse, style: Style) -> String {
    let headings = [
        "ended (UTC)",
        "intent",
        "symbol",
        "side",
        "for",
        "style",
        "wanted",
        "done",
        "reference",
        "average",
        "slippage (bps)",
        "shortfall (quote)",
        "fees (quote)",
        "orders",
        "note",
    ];
    let line = |execution: &Execution| {
        vec![
            text(format::utc(execution.at.as_ref())),
            number(execution.intent.to_string()),
            text(&*execution.symbol),
            text(words::side(execution.side)),
            text(words::purpose(execution.purpose)),
            text(words::style(execution.style)),
            number(format::quantity(&execution.wanted)),
            number(format::quantity(&execution.filled)),
            number(format::price(&execution.reference_price)),
            number(format::price(&execution.average_price)),
            slippage(&execution.slippage_bps),
            number(format::fixed(&execution.shortfall, 2)),
            number(format::fixed(&execution.fees, 2)),
            number(execution.orders.to_string()),
            text(&*execution.note).tone(Tone::Warn),
        ]
    };
    let list = rows(style, &headings, answer.executions.iter().map(line).collect());
    match &answer.totals {
        Some(sums) => format!("{list}\n\n{}", totals(sums)),
        None => list,
    }
}

/// One line over all that match, also those on other pages.
fn totals(sums: &ExecutionTotals) -> String {
    format!(
        "{} in all, {} with fills: slippage {} bps on average, {} bps at worst; shortfall {}, fees {} (quote)",
        format::count(sums.count),
        format::count(sums.done),
        format::fixed(&sums.mean_slippage_bps, 2),
        format::fixed(&sums.worst_slippage_bps, 2),
        format::fixed(&sums.shortfall, 2),
        format::fixed(&sums.fees, 2),
    )
}

/// Basis points; better than the reference is good.
pub fn slippage(bps: &str) -> Field {
    let tone = if format::sign(bps) < 0 { Tone::Good } else { Tone::Plain };
    number(format::fixed(bps, 2)).tone(tone)
}

/// One execution, a figure per line.
pub fn execution_panel(execution: &Execution, style: Style) -> String {
    panel(
        style,
        vec![
            ("intent", text(execution.intent.to_string())),
            ("symbol", text(&*execution.symbol)),
            ("side", text(words::side(execution.side))),
            ("wanted", text(format::quantity(&execution.wanted))),
            ("done", text(format::quantity(&execution.filled))),
            ("average", text(format::price(&execution.average_price))),
            ("reference", text(format::price(&execution.reference_price))),
            ("slippage", slippage(&execution.slippage_bps).unit("bps")),
            ("shortfall", text(format::fixed(&execution.shortfall, 2)).unit("(quote)")),
            ("fees", text(format::fixed(&execution.fees, 2)).unit("(quote)")),
            ("orders", text(execution.orders.to_string())),
            ("note", text(&*execution.note).tone(Tone::Warn)),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::OrderSide;

    const PLAIN: Style = Style { colour: false };

    fn execution() -> Execution {
        Execution {
            intent: 17,
            symbol: "BTCUSDT".to_owned(),
            side: OrderSide::Buy.into(),
            purpose: OrderPurpose::Entry.into(),
            style: ExecutionStyle::Limit.into(),
            wanted: "0.02".to_owned(),
            filled: "0.015".to_owned(),
            average_price: "60000".to_owned(),
            reference_price: "60012".to_owned(),
            fees: "0.9".to_owned(),
            slippage_bps: "-2".to_owned(),
            shortfall: "1.234".to_owned(),
            orders: 1,
            note: "timeout".to_owned(),
            at: Some(prost_types::Timestamp { seconds: 1_769_868_300, nanos: 0 }),
        }
    }

    #[test]
    fn executions_with_their_sums() {
        let totals = ExecutionTotals {
            count: 1_204,
            done: 1_100,
            mean_slippage_bps: "1.25".to_owned(),
            worst_slippage_bps: "48.1".to_owned(),
            shortfall: "310.5".to_owned(),
            fees: "120".to_owned(),
        };
        let answer = ListExecutionsResponse {
            executions: vec![execution()],
            totals: Some(totals),
            ..Default::default()
        };
        assert_eq!(
            table(&answer, PLAIN),
            "\
ended (UTC)          intent  symbol   side  for    style  wanted   done  reference  average  slippage (bps)  shortfall (quote)  fees (quote)  orders  note
2026-01-31 14:05:00      17  BTCUSDT  buy   entry  limit    0.02  0.015     60,012   60,000           -2.00               1.23          0.90       1  timeout

1,204 in all, 1,100 with fills: slippage 1.25 bps on average, 48.10 bps at worst; shortfall 310.50, fees 120.00 (quote)"
        );
    }

    #[test]
    fn nothing_done_has_no_slippage() {
        let idle = Execution {
            average_price: String::new(),
            slippage_bps: String::new(),
            filled: "0".to_owned(),
            ..execution()
        };
        let shown = execution_panel(&idle, PLAIN);
        assert!(!shown.contains("slippage") && !shown.contains("average"), "{shown}");
        assert!(shown.contains("note       timeout"), "{shown}");
    }

    #[test]
    fn filters_have_the_protocols_words() {
        use clap::ValueEnum as _;
        for filter in PurposeFilter::value_variants() {
            let name = filter.to_possible_value().expect("a name").get_name().replace('-', " ");
            assert_eq!(words::purpose(purpose(*filter).into()), name);
        }
        for filter in StyleFilter::value_variants() {
            let name = filter.to_possible_value().expect("a name").get_name().replace('-', " ");
            assert_eq!(words::style(style(*filter).into()), name);
        }
    }
}
