//! What the bot says: plain text made of the read model. Decides nothing.

use super::confirm::{LIFE, Wanted};
use crate::alerts::Severity;
use crate::read_model::ReadModel;
use storage::Alert;
use tradingd_proto::v1;

/// All commands.
pub const HELP: &str = "tradingd\n\
/status: state, equity, positions\n\
/positions: what is held, with stops and targets\n\
/alerts: what goes on\n\
/ack ID: you have seen it\n\
/explain SYMBOL: why the engine did or did not trade\n\
/stop: halt trading now\n\
/closeall: halt and sell everything (asks first)\n\
/resume: let trading go on (asks first)\n\
/confirm CODE: the second step\n\
/help: this";

fn state_word(state: v1::TradingState) -> &'static str {
    match state {
        v1::TradingState::Unspecified => "unknown",
        v1::TradingState::Active => "active",
        v1::TradingState::Reducing => "reducing (exits only)",
        v1::TradingState::Halted => "HALTED",
    }
}

/// The trading state on one line.
pub fn state(info: Option<&v1::TradingStateInfo>) -> String {
    let Some(info) = info else { return "trading state unknown".to_owned() };
    let frozen = if info.frozen { ", protection suspended" } else { "" };
    let cause = if info.cause.is_empty() { String::new() } else { format!(" by {}", info.cause) };
    format!("{}{frozen}{cause} (epoch {})", state_word(info.state()), info.epoch)
}

/// `/status`.
pub fn status(model: &ReadModel) -> String {
    let s = &model.status;
    let mode = match s.mode() {
        v1::TradingMode::Live => "LIVE",
        _ => "paper",
    };
    let blocks = if s.entry_blocks.is_empty() {
        String::new()
    } else {
        format!("\nentries denied by {}", s.entry_blocks.join(", "))
    };
    format!(
        "{mode}: {}\nequity {} {} (today {}, drawdown {} %)\n{} positions, {} open orders, {} of {} \
         strategies on{blocks}",
        state(s.trading_state.as_ref()),
        s.equity,
        s.quote_asset,
        s.day_profit,
        s.drawdown_pct,
        s.open_positions,
        s.open_orders,
        s.strategies_enabled,
        s.strategies_total,
    )
}

/// `/positions`.
pub fn positions(model: &ReadModel) -> String {
    if model.positions.is_empty() {
        return "no positions".to_owned();
    }
    let none = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
    let mut text = format!("{} positions", model.positions.len());
    for p in &model.positions {
        text += &format!(
            "\n{} {} at {}, now {} ({} %), stop {}, target {}",
            p.symbol,
            p.quantity,
            p.entry_price,
            p.mark_price,
            p.unrealised_pct,
            none(&p.stop_price),
            none(&p.target_price),
        );
    }
    text
}

/// `/alerts`.
pub fn alerts(open: &[Alert], total: u64) -> String {
    if open.is_empty() {
        return "no alerts".to_owned();
    }
    let mut text = format!("{total} alerts");
    for alert in open {
        let seen = match &alert.acknowledged {
            Some(seen) => format!(", seen by {}", seen.by),
            None => String::new(),
        };
        text += &format!(
            "\n{} {}: {} ({} times{seen})",
            alert.id,
            Severity::of(alert.severity).word(),
            alert.text,
            alert.count,
        );
    }
    text
}

/// `/explain`.
pub fn explain(decision: &v1::Decision) -> String {
    let word = |text: &str, start: &str| text.trim_start_matches(start).to_lowercase();
    let reason = if decision.reason.is_empty() {
        String::new()
    } else {
        format!(": {}", decision.reason.replace('_', " "))
    };
    let mut text = format!(
        "{} {}: {}{reason}\nbuy {:.2}, sell {:.2}, confidence {:.2}",
        decision.symbol,
        decision.interval,
        word(decision.result().as_str_name(), "DECISION_RESULT_"),
        decision.buy_weight,
        decision.sell_weight,
        decision.confidence,
    );
    for signal in &decision.signals {
        let off = if signal.enabled { "" } else { " (off)" };
        let action = word(signal.action().as_str_name(), "SIGNAL_ACTION_");
        text += &format!(
            "\n{}{off}: {action} {:.2}, {}",
            signal.strategy, signal.confidence, signal.reason
        );
    }
    for check in decision.risk.iter().filter(|check| !check.passed) {
        text += &format!("\ndenied by {}: {} against {}", check.check, check.value, check.limit);
    }
    text
}

/// What a close-all has done.
pub fn closed(report: &v1::CloseAllReport) -> String {
    let end = match (report.running, report.flat) {
        (true, _) => "still selling",
        (false, true) => "flat",
        (false, false) => "NOT flat",
    };
    let mut text = format!("close-all {}: {end}", report.id);
    for p in &report.positions {
        let left = if p.note.is_empty() {
            String::new()
        } else {
            format!(", left {} ({})", p.remaining, p.note)
        };
        text += &format!("\n{} sold {} of {}, profit {}{left}", p.symbol, p.sold, p.held, p.profit);
    }
    text
}

/// Planned orders that are named one by one.
const NAMED: usize = 20;

/// A plan with its code.
pub fn plan(plan: &v1::Plan, wanted: Wanted, quote: &str, code: &str) -> String {
    let what = match wanted {
        Wanted::CloseAll => "close-all: trading is halted and everything is sold at the market",
        Wanted::Resume => "resume: trading goes on",
    };
    let mut text = what.to_owned();
    for change in &plan.changes {
        text += &format!("\n{}: {} -> {}", change.what, change.before, change.after);
    }
    for order in plan.orders.iter().take(NAMED) {
        text += &planned(order, quote);
    }
    if plan.orders.len() > NAMED {
        text += &format!("\nand {} more orders", plan.orders.len() - NAMED);
    }
    if !plan.cancelled_order_ids.is_empty() {
        text += &format!("\n{} orders are taken back", plan.cancelled_order_ids.len());
    }
    text += &format!(
        "\nexposure {} {quote} now, {} afterwards; cost about {} {quote} (fees and slippage)",
        plan.exposure_before, plan.exposure_after, plan.cost,
    );
    format!("{text}\nto go on, within {} s: /confirm {code}", LIFE.as_secs())
}

fn planned(order: &v1::PlannedOrder, quote: &str) -> String {
    let side = order.side().as_str_name().trim_start_matches("ORDER_SIDE_").to_lowercase();
    let price = if order.expected_price.is_empty() {
        &order.reference_price
    } else {
        &order.expected_price
    };
    let (quantity, symbol, value) = (&order.quantity, &order.symbol, &order.value);
    format!("\n{side} {quantity} {symbol} near {price}, {value} {quote}, fee {}", order.fee)
}
