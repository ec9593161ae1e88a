//! `positions close`: sells one position, or a part of it, and tells what came of it.

use super::plan::{self, Ask};
use super::{Context, executions};
use crate::cli::CloseArgs;
use crate::failure::Failure;
use crate::output::format;
use crate::output::table::{Style, panel, text};
use crate::progress;
use crate::random::request_id;
use std::time::{Duration, Instant};
use tradingd_proto::v1::close_position_request::Size;
use tradingd_proto::v1::position_service_client::PositionServiceClient;
use tradingd_proto::v1::{ClosePositionRequest, ClosePositionResponse};

/// Pause between two looks at a close that is still at work.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Sells one position.
pub async fn close(context: &Context<'_>, args: CloseArgs) -> Result<(), Failure> {
    let addr = context.client.addr().url();
    let question = format!("Sell {} at the market at {addr}?", what(&args));
    let ask = if args.yes { Ask::Never } else { Ask::Always(&question) };
    let size = args.quantity.map(Size::Quantity).or(args.part.map(Size::PartPct));
    let request = ClosePositionRequest {
        symbol: args.symbol,
        size,
        reason: args.reason,
        request_id: request_id()?,
        dry_run: false,
        plan_id: String::new(),
    };
    let dry = async |request| call(context, &request, args.wait).await;
    let Some(request) = plan::first(context, request, &args.plan, ask, dry).await? else {
        return Ok(());
    };
    let start = Instant::now();
    let sign = progress::waiting(&format!("selling {}", request.symbol));
    let mut answer = call(context, &request, args.wait).await?;
    // The same id again: it is not sold twice, but what it came to is looked for once more.
    while answer.execution.is_none() && start.elapsed() < args.wait {
        tokio::time::sleep(LOOK_AGAIN).await;
        answer = call(context, &request, args.wait).await?;
    }
    drop(sign);
    context.out.answer(&answer, page)?;
    remainder(&answer, args.wait)
}

async fn call(
    context: &Context<'_>,
    request: &ClosePositionRequest,
    wait: Duration,
) -> Result<ClosePositionResponse, Failure> {
    context
        .client
        .patient(wait)
        .mutate(request.clone(), async |c, r| PositionServiceClient::new(c).close_position(r).await)
        .await
}

/// What is to be sold, in words.
fn what(args: &CloseArgs) -> String {
    match (&args.quantity, &args.part) {
        (Some(quantity), _) => format!("{quantity} of {}", args.symbol),
        (None, Some(part)) => format!("{part} % of {}", args.symbol),
        (None, None) => format!("all of {}", args.symbol),
    }
}

fn page(answer: &ClosePositionResponse, style: Style) -> String {
    match &answer.execution {
        Some(execution) => executions::execution_panel(execution, style),
        None => panel(
            style,
            vec![
                ("intent", text(answer.intent.to_string())),
                ("symbol", text(&*answer.symbol)),
                ("to be sold", text(format::quantity(&answer.quantity))),
                ("state", text("at work")),
            ],
        ),
    }
}

/// Exit code 7 unless all that was asked for is sold.
fn remainder(answer: &ClosePositionResponse, waited: Duration) -> Result<(), Failure> {
    let Some(execution) = &answer.execution else {
        return Err(Failure::partial(format!(
            "the close of {} is still at work after {}",
            answer.symbol,
            format::span(waited)
        ))
        .with_hint("follow it with botctl executions and botctl positions"));
    };
    if execution.note.is_empty() {
        return Ok(());
    }
    Err(Failure::partial(format!(
        "{} of {} {} was sold ({})",
        format::quantity(&execution.filled),
        format::quantity(&execution.wanted),
        execution.symbol,
        execution.note
    ))
    .with_hint("see botctl positions; close the rest when the cause is gone"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;
    use tradingd_proto::v1::Execution;

    fn answer(execution: Option<Execution>) -> ClosePositionResponse {
        ClosePositionResponse {
            intent: 9,
            symbol: "BTCUSDT".to_owned(),
            quantity: "0.02".to_owned(),
            execution,
            effect: None,
            plan: None,
        }
    }

    #[test]
    fn what_was_not_sold_gives_exit_code_7_and_is_named() {
        let execution = Execution {
            symbol: "BTCUSDT".to_owned(),
            wanted: "0.02".to_owned(),
            filled: "0.015".to_owned(),
            note: "no_liquidity".to_owned(),
            ..Default::default()
        };
        let done =
            Execution { note: String::new(), filled: "0.02".to_owned(), ..execution.clone() };
        assert!(remainder(&answer(Some(done)), Duration::ZERO).is_ok());
        let failure = remainder(&answer(Some(execution)), Duration::ZERO).expect_err("a rest");
        assert_eq!(failure.exit(), Exit::Partial);
        let text = failure.to_text();
        assert!(text.contains("0.015 of 0.02 BTCUSDT was sold (no_liquidity)"), "{text}");
        let failure = remainder(&answer(None), Duration::from_secs(30)).expect_err("at work");
        assert_eq!(failure.exit(), Exit::Partial);
        assert!(failure.to_text().contains("still at work after 30s"), "{failure:?}");
    }
}
