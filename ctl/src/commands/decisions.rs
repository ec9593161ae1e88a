//! `decisions`: what the engine made of each closed candle, one line each.

use super::{Context, next_page};
use crate::cli::{DecisionsArgs, ResultFilter};
use crate::failure::Failure;
use crate::output::table::{Field, Style, Tone, number, rows, text};
use crate::output::{format, words};
use tradingd_proto::v1::decision_service_client::DecisionServiceClient;
use tradingd_proto::v1::{Decision, DecisionResult, ListDecisionsRequest, ListDecisionsResponse};

/// Lists decisions, newest first.
pub async fn decisions(context: &Context<'_>, args: DecisionsArgs) -> Result<(), Failure> {
    let limit = args.limit as usize;
    let mut request = ListDecisionsRequest {
        symbol: args.symbol.unwrap_or_default(),
        result: args.result.map_or(DecisionResult::Unspecified, wanted).into(),
        before: None,
        page_size: next_page(limit, 0),
        page_token: String::new(),
        from: args.from,
        to: args.to,
        reasons: args.reasons,
        strategy: args.strategy,
        summary_only: args.summary,
    };
    let mut answer = fetch(context, request.clone()).await?;
    while !answer.next_page_token.is_empty() && answer.decisions.len() < limit {
        request.page_size = next_page(limit, answer.decisions.len());
        request.page_token = std::mem::take(&mut answer.next_page_token);
        let page = fetch(context, request.clone()).await?;
        answer.decisions.extend(page.decisions);
        answer.next_page_token = page.next_page_token;
    }
    context.out.list(&answer, answer.decisions.len(), "no decisions", table)
}

fn wanted(filter: ResultFilter) -> DecisionResult {
    match filter {
        ResultFilter::Hold => DecisionResult::Hold,
        ResultFilter::Denied => DecisionResult::Denied,
        ResultFilter::Entered => DecisionResult::Entered,
        ResultFilter::Exited => DecisionResult::Exited,
        ResultFilter::ExitFenced => DecisionResult::ExitFenced,
    }
}

async fn fetch(
    context: &Context<'_>,
    request: ListDecisionsRequest,
) -> Result<ListDecisionsResponse, Failure> {
    context
        .client
        .read(request, async |c, r| DecisionServiceClient::new(c).list_decisions(r).await)
        .await
}

fn table(answer: &ListDecisionsResponse, style: Style) -> String {
    let headings = [
        "candle (UTC)",
        "interval",
        "symbol",
        "close",
        "regime",
        "trend",
        "result",
        "reason",
        "confidence",
        "buy weight",
        "sell weight",
    ];
    let line = |decision: &Decision| {
        vec![
            text(format::utc(decision.open_time.as_ref())),
            text(&*decision.interval),
            text(&*decision.symbol),
            number(format::price(&decision.close)),
            text(words::regime(decision.regime)),
            text(words::trend(decision.trend)),
            result(decision),
            text(&*decision.reason),
            number(format::figure(decision.confidence, 2)),
            number(format::figure(decision.buy_weight, 2)),
            number(format::figure(decision.sell_weight, 2)),
        ]
    };
    rows(style, &headings, answer.decisions.iter().map(line).collect())
}

/// The result as a word, in colour when something came of it.
pub fn result(decision: &Decision) -> Field {
    text(words::decision(decision.result)).tone(result_tone(decision.result))
}

/// What a result means.
pub fn result_tone(result: i32) -> Tone {
    match DecisionResult::try_from(result) {
        Ok(DecisionResult::Entered | DecisionResult::Exited) => Tone::Good,
        Ok(DecisionResult::Denied) => Tone::Warn,
        Ok(DecisionResult::ExitFenced) => Tone::Bad,
        _ => Tone::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::{Regime, Trend};

    #[test]
    fn decisions_line_up() {
        let decision = Decision {
            symbol: "BTC/USDT".to_owned(),
            interval: "1m".to_owned(),
            open_time: Some(prost_types::Timestamp { seconds: 1_769_868_300, nanos: 0 }),
            close: "43210.5".to_owned(),
            regime: Regime::TrendingUp.into(),
            trend: Trend::Bullish.into(),
            result: DecisionResult::Denied.into(),
            reason: "max_positions".to_owned(),
            confidence: 0.666,
            buy_weight: 2.0,
            ..Default::default()
        };
        let answer =
            ListDecisionsResponse { decisions: vec![decision], next_page_token: String::new() };
        assert_eq!(
            table(&answer, Style { colour: false }),
            "\
candle (UTC)         interval  symbol       close  regime       trend    result  reason         confidence  buy weight  sell weight
2026-01-31 14:05:00  1m        BTC/USDT  43,210.5  trending up  bullish  denied  max_positions        0.67        2.00         0.00"
        );
    }
}
