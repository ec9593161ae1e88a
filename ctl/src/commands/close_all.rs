//! `close-all`: halts, sells every position, and tells per position what came of it.

use super::plan::{self, Ask};
use super::{Context, emergency};
use crate::cli::CloseAllArgs;
use crate::failure::Failure;
use crate::output::format;
use crate::output::table::{Style, Tone, number, panel, profit, rows, text};
use crate::progress;
use crate::random::request_id;
use std::time::{Duration, Instant};
use tradingd_proto::v1::emergency_service_client::EmergencyServiceClient;
use tradingd_proto::v1::{CloseAllReport, CloseAllRequest, CloseAllResponse, ClosedPosition};

/// Pause between two looks at a close-all that is still at work.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Halts and sells everything.
pub async fn close_all(context: &Context<'_>, args: CloseAllArgs) -> Result<(), Failure> {
    let addr = context.client.addr().url();
    let question = format!("Halt trading at {addr} and sell everything?");
    let ask = if args.yes { Ask::Never } else { Ask::Always(&question) };
    let request = CloseAllRequest {
        reason: args.reason,
        request_id: request_id()?,
        dry_run: false,
        plan_id: String::new(),
    };
    let client = context.client.patient(args.wait);
    let call = async |r: CloseAllRequest| -> Result<CloseAllResponse, Failure> {
        let rpc = async |c, r| EmergencyServiceClient::new(c).close_all(r).await;
        client.mutate(r, rpc).await
    };
    let Some(request) = plan::first(context, request, &args.plan, ask, &call).await? else {
        return Ok(());
    };
    let start = Instant::now();
    let sign = progress::waiting("selling");
    let mut answer = call(request).await?;
    while answer.report.as_ref().is_some_and(|r| r.running) && start.elapsed() < args.wait {
        tokio::time::sleep(LOOK_AGAIN).await;
        look(context, &mut answer).await?;
        if let Some(report) = &answer.report {
            sign.say(&sold(report));
        }
    }
    drop(sign);
    context.out.answer(&answer, page)?;
    remainder(answer.report.as_ref(), args.wait)
}

/// How far it is, e.g. `2 of 3 positions`.
fn sold(report: &CloseAllReport) -> String {
    let done = report.positions.iter().filter(|p| format::sign(&p.remaining) == 0).count();
    format!("{done} of {} positions", report.positions.len())
}

/// Takes over the present report of the same close-all.
async fn look(context: &Context<'_>, answer: &mut CloseAllResponse) -> Result<(), Failure> {
    let state = emergency::fetch(context).await?;
    let id = answer.report.as_ref().map(|report| report.id);
    if let Some(report) = state.last_close_all.filter(|report| Some(report.id) == id) {
        answer.report = Some(report);
        answer.state = state.state;
    }
    Ok(())
}

/// Exit code 7 unless nothing but dust is left.
fn remainder(report: Option<&CloseAllReport>, waited: Duration) -> Result<(), Failure> {
    let Some(report) = report else {
        return Err(
            Failure::internal("the daemon sent no report").with_hint("look with botctl emergency")
        );
    };
    if report.running {
        return Err(Failure::partial(format!(
            "close-all {} is still at work after {}",
            report.id,
            format::span(waited)
        ))
        .with_hint("follow it with botctl emergency"));
    }
    if report.flat {
        return Ok(());
    }
    let left: Vec<String> =
        report.positions.iter().filter(|p| !p.note.is_empty()).map(left_over).collect();
    Err(Failure::partial(format!("not everything was sold: {}", left.join("; ")))
        .with_hint("see botctl positions; run close-all again when the cause is gone"))
}

fn left_over(position: &ClosedPosition) -> String {
    let quantity = format::quantity(&position.remaining);
    format!("{quantity} {} left ({})", position.symbol, position.note)
}

fn page(answer: &CloseAllResponse, style: Style) -> String {
    let state = panel(style, emergency::state_lines(answer.state.as_ref()));
    let report =
        answer.report.as_ref().map_or_else(|| "no report".to_owned(), |r| report(r, style));
    format!("{state}\n\n{report}")
}

/// The report of a close-all, one row per position.
pub fn report(report: &CloseAllReport, style: Style) -> String {
    let (word, tone) = match (report.running, report.flat) {
        (true, _) => ("at work", Tone::Warn),
        (false, true) => ("flat", Tone::Good),
        (false, false) => ("not flat", Tone::Bad),
    };
    let head = format!("close-all {}: {}", report.id, style.paint(word, tone));
    if report.positions.is_empty() {
        return format!("{head}, nothing was held");
    }
    let headings =
        ["symbol", "held", "sold", "average price", "profit (quote)", "remaining", "note"];
    let line = |position: &ClosedPosition| {
        vec![
            text(&*position.symbol),
            number(format::quantity(&position.held)),
            number(format::quantity(&position.sold)),
            number(format::price(&position.average_price)),
            profit(&position.profit, 2),
            number(format::quantity(&position.remaining)),
            text(&*position.note).tone(Tone::Warn),
        ]
    };
    let table = rows(style, &headings, report.positions.iter().map(line).collect());
    format!("{head}\n{table}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    fn position(remaining: &str, note: &str) -> ClosedPosition {
        ClosedPosition {
            symbol: "BTC/USDT".to_owned(),
            held: "0.5".to_owned(),
            sold: "0.4".to_owned(),
            average_price: "43210.5".to_owned(),
            profit: "-3".to_owned(),
            remaining: remaining.to_owned(),
            note: note.to_owned(),
        }
    }

    #[test]
    fn what_is_left_gives_exit_code_7_and_is_named() {
        let mut report = CloseAllReport {
            id: 2,
            flat: false,
            positions: vec![position("0.1", "no buyer")],
            running: false,
        };
        let failure = remainder(Some(&report), Duration::ZERO).expect_err("not flat");
        assert_eq!(failure.exit(), Exit::Partial);
        assert!(failure.to_text().contains("0.1 BTC/USDT left (no buyer)"), "{failure:?}");
        report.running = true;
        let failure = remainder(Some(&report), Duration::from_secs(60)).expect_err("at work");
        assert_eq!(failure.exit(), Exit::Partial);
        assert!(failure.to_text().contains("still at work after 1m"), "{failure:?}");
        report.running = false;
        report.flat = true;
        assert!(remainder(Some(&report), Duration::ZERO).is_ok());
    }

    #[test]
    fn the_report_has_a_row_per_position() {
        let report = super::report(
            &CloseAllReport {
                id: 2,
                flat: false,
                positions: vec![position("0.1", "no buyer")],
                running: false,
            },
            Style { colour: false },
        );
        assert_eq!(
            report,
            "\
close-all 2: not flat
symbol    held  sold  average price  profit (quote)  remaining  note
BTC/USDT   0.5   0.4       43,210.5           -3.00        0.1  no buyer"
        );
    }
}
