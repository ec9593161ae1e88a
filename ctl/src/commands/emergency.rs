//! `stop`, `resume` and `emergency`.
//!
//! `stop` asks nothing and checks nothing first: the only thing between the person and the halt is
//! the call itself.

use super::plan::{self, Ask};
use super::{Context, break_glass, close_all, orders};
use crate::cli::{ResumeArgs, StopArgs};
use crate::failure::Failure;
use crate::output::table::{Field, Style, Tone, panel, rows, text};
use crate::output::{format, words};
use crate::random::request_id;
use tradingd_proto::v1::emergency_service_client::EmergencyServiceClient;
use tradingd_proto::v1::{
    GetEmergencyStateRequest, GetEmergencyStateResponse, Order, ResumeCheck, ResumeRequest,
    ResumeResponse, StopRequest, StopResponse, TradingState, TradingStateInfo,
};

/// Halts trading.
pub async fn stop(context: &Context<'_>, args: StopArgs) -> Result<(), Failure> {
    let request = StopRequest {
        reason: args.reason,
        request_id: request_id()?,
        freeze: args.freeze,
        dry_run: false,
        plan_id: String::new(),
    };
    let call = async |r: StopRequest| break_glass::stop(context, r).await;
    let Some(request) = plan::first(context, request, &args.plan, Ask::Never, &call).await? else {
        return Ok(());
    };
    let answer = call(request).await?;
    context.out.answer(&answer, stopped)
}

fn stopped(answer: &StopResponse, style: Style) -> String {
    let cancelled = match answer.cancelled_order_ids.as_slice() {
        [] => "none was working".to_owned(),
        ids => ids.join(", "),
    };
    let mut lines = state_lines(answer.state.as_ref());
    lines.push(("cancelled entries", text(cancelled)));
    let mut page = panel(style, lines);
    section(&mut page, "protection that stays and may still fire", &answer.protection, style);
    section(&mut page, "attempts without an answer yet", &answer.in_flight, style);
    for watched in &answer.synthetic {
        page.push_str(&format!(
            "\n\nwatched by the daemon itself: {} {}, sold at {} or below, or at {} or above",
            watched.quantity,
            watched.symbol,
            format::or_none(&watched.stop_price),
            format::or_none(&watched.target_price)
        ));
    }
    if !answer.unprotected_symbols.is_empty() {
        let symbols = answer.unprotected_symbols.join(", ");
        page.push_str(&format!("\n\nNOTHING PROTECTS: {symbols}"));
    }
    page
}

fn section(page: &mut String, title: &str, orders: &[Order], style: Style) {
    if !orders.is_empty() {
        page.push_str(&format!("\n\n{title}:\n{}", orders::table(orders, style)));
    }
}

/// Lets trading go on.
pub async fn resume(context: &Context<'_>, args: ResumeArgs) -> Result<(), Failure> {
    let epoch = match args.epoch {
        Some(epoch) => epoch,
        None => present_epoch(context).await?,
    };
    let question = format!("Let trading go on at {}?", context.client.addr().url());
    let ask = if args.yes { Ask::Never } else { Ask::OnTerminal(&question) };
    let request = ResumeRequest {
        reason: args.reason,
        request_id: request_id()?,
        epoch,
        dry_run: false,
        plan_id: String::new(),
    };
    let call = async |r: ResumeRequest| -> Result<ResumeResponse, Failure> {
        let rpc = async |c, r| EmergencyServiceClient::new(c).resume(r).await;
        context.client.mutate(r, rpc).await
    };
    let Some(request) = plan::first(context, request, &args.plan, ask, &call).await? else {
        return Ok(());
    };
    let answer = call(request).await?;
    context.out.answer(&answer, resumed)
}

/// The halt as it is now: naming it lets a stop that comes in between win.
async fn present_epoch(context: &Context<'_>) -> Result<u64, Failure> {
    let state = fetch(context).await?.state.unwrap_or_default();
    Ok(state.epoch)
}

fn resumed(answer: &ResumeResponse, style: Style) -> String {
    let mut lines = state_lines(answer.state.as_ref());
    lines.push(("was halted by", text(&*answer.previous_cause)));
    panel(style, lines)
}

/// Shows the trading state, what can still fill, and the last close-all.
pub async fn emergency(context: &Context<'_>) -> Result<(), Failure> {
    let answer = fetch(context).await?;
    context.out.answer(&answer, overview)
}

/// The emergency state.
pub async fn fetch(context: &Context<'_>) -> Result<GetEmergencyStateResponse, Failure> {
    context
        .client
        .read(GetEmergencyStateRequest {}, async |c, r| {
            EmergencyServiceClient::new(c).get_emergency_state(r).await
        })
        .await
}

fn overview(answer: &GetEmergencyStateResponse, style: Style) -> String {
    let mut page = panel(style, state_lines(answer.state.as_ref()));
    if answer.live_orders.is_empty() {
        page.push_str("\n\nno order can still fill");
    }
    section(&mut page, "orders that can still fill", &answer.live_orders, style);
    if !answer.resume_checks.is_empty() {
        page.push_str(&format!("\n\nbefore a resume:\n{}", checks(answer, style)));
    }
    if let Some(report) = &answer.last_close_all {
        page.push_str(&format!("\n\nlast close-all:\n{}", close_all::report(report, style)));
    }
    page
}

/// What a resume asks for, and what to have looked at.
fn checks(answer: &GetEmergencyStateResponse, style: Style) -> String {
    let headings = ["check", "passed", "needed", "how it is"];
    let line = |check: &ResumeCheck| {
        let passed = text(if check.passed { "yes" } else { "no" });
        let passed = match (check.passed, check.required) {
            (true, _) => passed,
            (false, true) => passed.tone(Tone::Bad),
            (false, false) => passed.tone(Tone::Warn),
        };
        let needed = if check.required { "yes" } else { "no" };
        vec![text(&*check.check), passed, text(needed), text(&*check.text)]
    };
    rows(style, &headings, answer.resume_checks.iter().map(line).collect())
}

/// The trading state as lines of a panel.
pub fn state_lines(state: Option<&TradingStateInfo>) -> Vec<(&'static str, Field)> {
    let Some(state) = state else { return Vec::new() };
    vec![
        ("trading", text(words::trading_state(state.state)).tone(state_tone(state.state))),
        ("epoch", text(state.epoch.to_string())),
        ("since", text(format::utc(state.since.as_ref())).unit("UTC")),
        ("cause", text(&*state.cause)),
        ("protection", frozen(state)),
    ]
}

/// What a freeze does; nothing is said without one.
fn frozen(state: &TradingStateInfo) -> Field {
    let word =
        if state.frozen { "FROZEN: stops and targets are suspended until resume" } else { "" };
    text(word).tone(Tone::Bad)
}

/// What a trading state means.
pub fn state_tone(state: i32) -> Tone {
    match TradingState::try_from(state) {
        Ok(TradingState::Active) => Tone::Good,
        Ok(TradingState::Reducing) => Tone::Warn,
        Ok(TradingState::Halted) => Tone::Bad,
        _ => Tone::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { colour: false };

    fn halted() -> Option<TradingStateInfo> {
        Some(TradingStateInfo {
            state: TradingState::Halted.into(),
            epoch: 3,
            since: Some(prost_types::Timestamp { seconds: 1_769_868_300, nanos: 0 }),
            cause: "anna: odd fills".to_owned(),
            frozen: false,
        })
    }

    #[test]
    fn a_stop_names_what_may_still_happen() {
        let order = Order { client_order_id: "p-1".to_owned(), ..Default::default() };
        let answer = StopResponse {
            state: halted(),
            cancelled_order_ids: vec!["e-1".to_owned(), "e-2".to_owned()],
            protection: vec![order],
            ..Default::default()
        };
        let shown = stopped(&answer, PLAIN);
        assert!(
            shown.starts_with(
                "trading            halted\n\
                 epoch              3\n\
                 since              2026-01-31 14:05:00 UTC\n\
                 cause              anna: odd fills\n\
                 cancelled entries  e-1, e-2\n\
                 \n\
                 protection that stays and may still fire:\n"
            ),
            "{shown}"
        );
        assert!(shown.contains("p-1"), "{shown}");
        assert!(!shown.contains("attempts"), "{shown}");
    }

    #[test]
    fn a_freeze_is_told_with_what_it_leaves_bare() {
        let state = halted().map(|state| TradingStateInfo { frozen: true, ..state });
        let answer = StopResponse {
            state,
            unprotected_symbols: vec!["BTCUSDT".to_owned(), "ETHUSDT".to_owned()],
            ..Default::default()
        };
        let shown = stopped(&answer, PLAIN);
        assert!(shown.contains("FROZEN: stops and targets are suspended"), "{shown}");
        assert!(shown.ends_with("NOTHING PROTECTS: BTCUSDT, ETHUSDT"), "{shown}");
        assert!(!stopped(&StopResponse { state: halted(), ..answer }, PLAIN).contains("FROZEN"));
    }

    #[test]
    fn the_overview_says_when_nothing_is_live() {
        let answer = GetEmergencyStateResponse {
            state: halted(),
            live_orders: vec![],
            last_close_all: None,
            resume_checks: vec![],
        };
        assert!(overview(&answer, PLAIN).ends_with("no order can still fill"));
        let check = ResumeCheck {
            check: "no_unknown_orders".to_owned(),
            passed: false,
            required: true,
            text: "2 orders are in doubt".to_owned(),
        };
        let halted = GetEmergencyStateResponse { resume_checks: vec![check], ..answer };
        assert!(
            overview(&halted, PLAIN).ends_with(
                "\
before a resume:
check              passed  needed  how it is
no_unknown_orders  no      yes     2 orders are in doubt"
            ),
            "{}",
            overview(&halted, PLAIN)
        );
    }
}
