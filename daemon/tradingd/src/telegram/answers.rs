//! What the bot says: plain text made of the read model. Decides nothing.

use super::confirm::{LIFE, Shown, Wanted};
use crate::alerts::Severity;
use crate::read_model::ReadModel;
use domain::Decimal;
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

/// What the paper exchange takes, for the estimate of a plan.
#[derive(Debug, Clone, Copy)]
pub struct Costs {
    /// Fee of market orders, percent.
    pub fee_pct: Decimal,
    /// Slippage of market orders, basis points.
    pub slippage_bps: Decimal,
}

/// What would be shown for a command now.
pub fn shown(model: &ReadModel, wanted: Wanted) -> Shown {
    let epoch = model.status.trading_state.as_ref().map_or(0, |s| s.epoch);
    let holding = |p: &v1::Position| (p.symbol.clone(), p.quantity.clone());
    let holdings = match wanted {
        Wanted::CloseAll => model.positions.iter().map(holding).collect(),
        // What is held does not matter to a resume, and may move meanwhile.
        Wanted::Resume => Vec::new(),
    };
    Shown { wanted, epoch, holdings }
}

/// The plan with its code.
pub fn plan(model: &ReadModel, shown: &Shown, costs: Costs, code: &str) -> String {
    let what = match shown.wanted {
        Wanted::CloseAll => close_plan(model, costs),
        Wanted::Resume => format!(
            "resume: trading goes on\nnow {}\n{} positions stay, entries are possible again",
            state(model.status.trading_state.as_ref()),
            model.positions.len()
        ),
    };
    format!("{what}\nto go on, within {} s: /confirm {code}", LIFE.as_secs())
}

fn close_plan(model: &ReadModel, costs: Costs) -> String {
    let quote = &model.status.quote_asset;
    let mut text = "close-all: trading is halted and everything is sold at the market".to_owned();
    let mut value = Decimal::ZERO;
    for p in &model.positions {
        text += &format!("\nsell {} {} near {}", p.quantity, p.symbol, p.mark_price);
        value += p.value.parse::<Decimal>().unwrap_or_default();
    }
    let fee = value * costs.fee_pct / Decimal::ONE_HUNDRED;
    let slippage = value * costs.slippage_bps / Decimal::from(10_000);
    text += &format!(
        "\nexposure {} {quote} now, 0 afterwards; cost about {} {quote} (fees {}, slippage {})",
        value.round_dp(2),
        (fee + slippage).round_dp(2),
        fee.round_dp(2),
        slippage.round_dp(2),
    );
    text
}
