//! `trades`: closed round trips.

use super::{Context, next_page};
use crate::cli::{LeftFilter, OutcomeFilter, TradeSortBy, TradesArgs};
use crate::failure::Failure;
use crate::output::table::{Style, number, profit, rows, text};
use crate::output::{format, words};
use crate::progress;
use tradingd_proto::v1::trade_service_client::TradeServiceClient;
use tradingd_proto::v1::{
    ExitReason, ListTradesRequest, ListTradesResponse, Trade, TradeOutcome, TradeSort,
};

/// Lists closed trades, newest first.
pub async fn trades(context: &Context<'_>, args: TradesArgs) -> Result<(), Failure> {
    let limit = if args.all { usize::MAX } else { args.limit as usize };
    let mut request = ListTradesRequest {
        symbol: args.symbol.unwrap_or_default(),
        strategy: args.strategy.unwrap_or_default(),
        page_size: next_page(limit, 0),
        page_token: String::new(),
        from: args.from,
        to: args.to,
        sort: args.sort.map_or(TradeSort::Unspecified, sort).into(),
        ascending: args.ascending,
        exit_reasons: args.words.reasons.iter().map(|r| left(*r).into()).collect(),
        outcome: outcome(args.words.outcome).into(),
        min_profit: args.words.min_profit,
        max_profit: args.words.max_profit,
    };
    let mut answer = fetch(context, request.clone()).await?;
    let sign = progress::bar("trades", Some(answer.total.min(limit as u64)));
    while !answer.next_page_token.is_empty() && answer.trades.len() < limit {
        request.page_size = next_page(limit, answer.trades.len());
        request.page_token = std::mem::take(&mut answer.next_page_token);
        let page = fetch(context, request.clone()).await?;
        answer.trades.extend(page.trades);
        sign.at(answer.trades.len() as u64);
        answer.next_page_token = page.next_page_token;
    }
    drop(sign);
    context.out.list(&answer, answer.trades.len(), "no closed trades", table)?;
    let left = answer.total.saturating_sub(answer.trades.len() as u64);
    if left > 0 && !context.out.is_json() {
        context.out.say(&format!("{} more; all with --all", format::count(left)));
    }
    if answer.total > 0 && !context.out.is_json() {
        context.out.say(&sums(&answer));
    }
    Ok(())
}

/// What all that match came to, in a line.
fn sums(answer: &ListTradesResponse) -> String {
    format!(
        "{} in all, {} won, profit {}, fees {}",
        format::count(answer.total),
        format::count(answer.won),
        format::fixed(&answer.sum_profit, 2),
        format::fixed(&answer.sum_fees, 2)
    )
}

/// The protocol's word.
pub const fn left(filter: LeftFilter) -> ExitReason {
    match filter {
        LeftFilter::StopLoss => ExitReason::StopLoss,
        LeftFilter::TakeProfit => ExitReason::TakeProfit,
        LeftFilter::StrategyExit => ExitReason::StrategyExit,
        LeftFilter::CloseAll => ExitReason::CloseAll,
        LeftFilter::FirstTarget => ExitReason::FirstTarget,
        LeftFilter::TrailingStop => ExitReason::TrailingStop,
        LeftFilter::BreakEven => ExitReason::BreakEven,
        LeftFilter::TimeStop => ExitReason::TimeStop,
        LeftFilter::Operator => ExitReason::Operator,
        LeftFilter::External => ExitReason::External,
    }
}

/// The protocol's word.
pub const fn outcome(filter: Option<OutcomeFilter>) -> TradeOutcome {
    match filter {
        None => TradeOutcome::Unspecified,
        Some(OutcomeFilter::Won) => TradeOutcome::Won,
        Some(OutcomeFilter::Lost) => TradeOutcome::Lost,
    }
}

const fn sort(by: TradeSortBy) -> TradeSort {
    match by {
        TradeSortBy::ClosedAt => TradeSort::ClosedAt,
        TradeSortBy::OpenedAt => TradeSort::OpenedAt,
        TradeSortBy::Profit => TradeSort::Profit,
        TradeSortBy::ProfitPct => TradeSort::ProfitPct,
        TradeSortBy::Quantity => TradeSort::Quantity,
        TradeSortBy::Fees => TradeSort::Fees,
        TradeSortBy::Held => TradeSort::Held,
        TradeSortBy::Symbol => TradeSort::Symbol,
    }
}

async fn fetch(
    context: &Context<'_>,
    request: ListTradesRequest,
) -> Result<ListTradesResponse, Failure> {
    context.client.read(request, async |c, r| TradeServiceClient::new(c).list_trades(r).await).await
}

fn table(answer: &ListTradesResponse, style: Style) -> String {
    let headings = [
        "id",
        "closed (UTC)",
        "held",
        "symbol",
        "why",
        "quantity",
        "entry",
        "exit",
        "fees (quote)",
        "profit (quote)",
        "profit (%)",
        "strategies",
    ];
    let line = |trade: &Trade| {
        let owners: Vec<&str> = trade.shares.iter().map(|s| s.strategy.as_str()).collect();
        vec![
            number(trade.id.to_string()),
            text(format::utc(trade.closed_at.as_ref())),
            number(format::held(trade.opened_at.as_ref(), trade.closed_at.as_ref())),
            text(&*trade.symbol),
            text(words::exit_reason(trade.exit_reason)),
            number(format::quantity(&trade.quantity)),
            number(format::price(&trade.entry_price)),
            number(format::price(&trade.exit_price)),
            number(format::fixed(&trade.fees, 2)),
            profit(&trade.profit, 2),
            profit(&trade.profit_pct, 2),
            text(owners.join(", ")),
        ]
    };
    rows(style, &headings, answer.trades.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost_types::Timestamp;
    use tradingd_proto::v1::TradeShare;

    #[test]
    fn the_sums_are_of_all_that_match() {
        let answer = ListTradesResponse {
            total: 1_234,
            won: 600,
            sum_profit: "-25.3491".to_owned(),
            sum_fees: "12".to_owned(),
            ..Default::default()
        };
        assert_eq!(sums(&answer), "1,234 in all, 600 won, profit -25.35, fees 12.00");
    }

    #[test]
    fn trades_line_up() {
        let trade = |id, profit: &str| Trade {
            id,
            symbol: "BTC/USDT".to_owned(),
            exit_reason: ExitReason::StopLoss.into(),
            opened_at: Some(Timestamp { seconds: 1_769_868_300, nanos: 0 }),
            closed_at: Some(Timestamp { seconds: 1_769_868_600, nanos: 0 }),
            entry_price: "43210.5".to_owned(),
            exit_price: "43000".to_owned(),
            quantity: "0.1".to_owned(),
            fees: "4.3".to_owned(),
            profit: profit.to_owned(),
            profit_pct: "-0.5".to_owned(),
            shares: vec![TradeShare { strategy: "momentum".to_owned(), ..Default::default() }],
        };
        let answer = ListTradesResponse {
            trades: vec![trade(12, "-25.35"), trade(9, "1200")],
            ..Default::default()
        };
        let head = "id  closed (UTC)         held  symbol    why        quantity     entry    exit  \
                    fees (quote)  profit (quote)  profit (%)  strategies";
        let first = "12  2026-01-31 14:10:00    5m  BTC/USDT  stop loss       0.1  43,210.5  43,000  \
                     \x20       4.30          -25.35       -0.50  momentum";
        let second = " 9  2026-01-31 14:10:00    5m  BTC/USDT  stop loss       0.1  43,210.5  43,000  \
                      \x20       4.30       +1,200.00       -0.50  momentum";
        assert_eq!(table(&answer, Style { colour: false }), [head, first, second].join("\n"));
    }
}
