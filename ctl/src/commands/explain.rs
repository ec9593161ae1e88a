//! `explain`: one decision, stage by stage, in the order in which the engine took them.

use super::Context;
use super::decisions::result_tone;
use crate::cli::ExplainArgs;
use crate::failure::Failure;
use crate::output::table::{Style, Tone, number, panel, rows, text};
use crate::output::{format, words};
use tradingd_proto::v1::decision_service_client::DecisionServiceClient;
use tradingd_proto::v1::{
    Decision, DecisionResult, Figure, GetDecisionRequest, GetDecisionResponse, RiskCheck, Sizing,
    StrategySignal,
};

/// Explains the decision on one candle.
pub async fn explain(context: &Context<'_>, args: ExplainArgs) -> Result<(), Failure> {
    let request = GetDecisionRequest { symbol: args.symbol, open_time: args.at };
    let answer = context
        .client
        .read(request, async |c, r| DecisionServiceClient::new(c).get_decision(r).await)
        .await?;
    context.out.answer(&answer, page)
}

fn page(answer: &GetDecisionResponse, style: Style) -> String {
    let decision = answer.decision.clone().unwrap_or_default();
    let stages = [
        ("candle", market(&decision, style)),
        ("signals", signals(&decision.signals, style)),
        ("vote", vote(&decision, style)),
        ("size", size(decision.sizing.as_ref(), style)),
        ("risk", risk(&decision.risk, style)),
        ("result", outcome(&decision, &answer.client_order_ids, style)),
    ];
    let parts: Vec<String> = stages
        .iter()
        .enumerate()
        .map(|(index, (name, body))| format!("{}. {name}\n{}", index + 1, indent(body)))
        .collect();
    parts.join("\n\n")
}

fn indent(body: &str) -> String {
    body.lines().map(|line| format!("   {line}")).collect::<Vec<_>>().join("\n")
}

fn market(decision: &Decision, style: Style) -> String {
    panel(
        style,
        vec![
            ("symbol", text(&*decision.symbol)),
            ("interval", text(&*decision.interval)),
            ("opened", text(format::utc(decision.open_time.as_ref())).unit("UTC")),
            ("decided", text(format::utc(decision.at.as_ref())).unit("UTC")),
            ("close", text(format::price(&decision.close))),
            ("regime", text(words::regime(decision.regime))),
            ("trend", text(words::trend(decision.trend))),
        ],
    )
}

fn signals(signals: &[StrategySignal], style: Style) -> String {
    if signals.is_empty() {
        return "no strategy spoke".to_owned();
    }
    let headings = ["strategy", "says", "confidence", "weight", "votes", "because", "figures"];
    let line = |signal: &StrategySignal| {
        vec![
            text(&*signal.strategy),
            text(words::action(signal.action)),
            number(format::figure(signal.confidence, 2)),
            number(format::figure(signal.weight, 2)),
            text(if signal.enabled { "yes" } else { "no, off" }),
            text(&*signal.reason),
            text(figures(&signal.figures)),
        ]
    };
    rows(style, &headings, signals.iter().map(line).collect())
}

/// Indicator values, as `rsi 28.4100, ema 43000.1200`.
fn figures(figures: &[Figure]) -> String {
    let parts: Vec<String> =
        figures.iter().map(|f| format!("{} {}", f.name, format::figure(f.value, 4))).collect();
    parts.join(", ")
}

fn vote(decision: &Decision, style: Style) -> String {
    panel(
        style,
        vec![
            ("buy weight", text(format::figure(decision.buy_weight, 2))),
            ("sell weight", text(format::figure(decision.sell_weight, 2))),
            ("confidence", text(format::figure(decision.confidence, 2))),
        ],
    )
}

fn size(sizing: Option<&Sizing>, style: Style) -> String {
    let Some(sizing) = sizing else { return "not reached: nothing to size".to_owned() };
    panel(
        style,
        vec![
            ("method", text(&*sizing.method)),
            ("equity", text(format::fixed(&sizing.equity, 2))),
            ("price", text(format::price(&sizing.price))),
            ("ATR", text(sizing.atr.map_or_else(String::new, |atr| format::figure(atr, 4)))),
            ("stop distance", text(format::price(&sizing.stop_distance))),
            ("quantity", text(format::quantity(&sizing.quantity))),
            ("bounded by", text(&*sizing.bound)),
        ],
    )
}

fn risk(checks: &[RiskCheck], style: Style) -> String {
    if checks.is_empty() {
        return "not reached: nothing to check".to_owned();
    }
    let headings = ["check", "passed", "value", "limit"];
    let line = |check: &RiskCheck| {
        vec![
            text(&*check.check),
            text(if check.passed { "yes" } else { "NO" }).tone(Tone::of_pass(check.passed)),
            number(&*check.value),
            number(&*check.limit),
        ]
    };
    rows(style, &headings, checks.iter().map(line).collect())
}

fn outcome(decision: &Decision, orders: &[String], style: Style) -> String {
    let meaning = match DecisionResult::try_from(decision.result) {
        Ok(DecisionResult::Hold) => "nothing was proposed",
        Ok(DecisionResult::Denied) => "an entry was proposed, and a risk check denied it",
        Ok(DecisionResult::Entered) => "an entry was approved",
        Ok(DecisionResult::Exited) => "an exit was approved",
        Ok(DecisionResult::ExitFenced) => "an exit was wanted, but the trading state forbids it",
        _ => "this botctl does not know the result",
    };
    let word = words::decision(decision.result);
    let mut lines =
        vec![format!("{}: {meaning}", style.paint(&word, result_tone(decision.result)))];
    let mut rest = vec![("reason", text(&*decision.reason))];
    if decision.intent > 0 {
        rest.push(("intent", text(decision.intent.to_string())));
    }
    rest.push(("orders", text(orders.join(", "))));
    let rest = panel(style, rest);
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::{Regime, SignalAction, Trend};

    fn at(seconds: i64) -> Option<prost_types::Timestamp> {
        Some(prost_types::Timestamp { seconds, nanos: 0 })
    }

    #[test]
    fn a_denied_entry_is_told_stage_by_stage() {
        let signal = StrategySignal {
            strategy: "momentum".to_owned(),
            action: SignalAction::Buy.into(),
            confidence: 0.8,
            weight: 1.0,
            enabled: true,
            reason: "rsi crossed up".to_owned(),
            figures: vec![Figure { name: "rsi".to_owned(), value: 31.25 }],
        };
        let check = |name: &str, passed, value: &str| RiskCheck {
            check: name.to_owned(),
            passed,
            value: value.to_owned(),
            limit: "5".to_owned(),
        };
        let decision = Decision {
            at: at(1_769_868_360),
            open_time: at(1_769_868_300),
            symbol: "BTC/USDT".to_owned(),
            interval: "1m".to_owned(),
            close: "43210.5".to_owned(),
            regime: Regime::TrendingUp.into(),
            trend: Trend::Bullish.into(),
            signals: vec![signal],
            buy_weight: 1.0,
            confidence: 0.8,
            sizing: Some(Sizing {
                method: "atr".to_owned(),
                equity: "10000".to_owned(),
                price: "43210.5".to_owned(),
                quantity: "0.02".to_owned(),
                ..Default::default()
            }),
            risk: vec![check("trading_state", true, "active"), check("positions", false, "6")],
            result: DecisionResult::Denied.into(),
            reason: "positions".to_owned(),
            ..Default::default()
        };
        let answer = GetDecisionResponse { decision: Some(decision), client_order_ids: vec![] };
        assert_eq!(
            page(&answer, Style { colour: false }),
            "\
1. candle
   symbol    BTC/USDT
   interval  1m
   opened    2026-01-31 14:05:00 UTC
   decided   2026-01-31 14:06:00 UTC
   close     43,210.5
   regime    trending up
   trend     bullish

2. signals
   strategy  says  confidence  weight  votes  because         figures
   momentum  buy         0.80    1.00  yes    rsi crossed up  rsi 31.2500

3. vote
   buy weight   1.00
   sell weight  0.00
   confidence   0.80

4. size
   method    atr
   equity    10,000.00
   price     43,210.5
   quantity  0.02

5. risk
   check          passed   value  limit
   trading_state  yes     active      5
   positions      NO           6      5

6. result
   denied: an entry was proposed, and a risk check denied it
   reason  positions"
        );
    }

    #[test]
    fn a_hold_says_which_stages_were_not_reached() {
        let decision = Decision {
            result: DecisionResult::Hold.into(),
            reason: "no_signals".to_owned(),
            ..Default::default()
        };
        let answer = GetDecisionResponse { decision: Some(decision), client_order_ids: vec![] };
        let shown = page(&answer, Style { colour: false });
        for part in
            ["no strategy spoke", "not reached: nothing to size", "not reached: nothing to check"]
        {
            assert!(shown.contains(part), "{part} is missing in:\n{shown}");
        }
    }
}
