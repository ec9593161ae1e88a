//! One event of the stream as one line for people.

use super::emergency::state_tone;
use crate::output::table::{Style, Tone};
use crate::output::{format, words};
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::{
    AssetAmount, EntryDenied, Execution, Fill, IntentApproved, MarkUpdate, Movement, Order,
    PositionReduced, ProtectionChanged, Snapshot, StrategySwitched, SubscribeResponse, Trade,
    TradingStateChanged,
};

/// The line for a message; `None` for what people need not see (heartbeats, and marks unless wanted).
#[must_use]
pub fn line(message: &SubscribeResponse, marks: bool, style: Style) -> Option<String> {
    let (name, body) = match message.payload.as_ref()? {
        Payload::Heartbeat(_) => return None,
        Payload::Mark(_) if !marks => return None,
        payload => describe(payload, style),
    };
    let number = match message.sequence {
        0 => format!("={}", message.as_of_sequence),
        sequence => format!("#{sequence}"),
    };
    let mut line = format!("{}  {number:<8}  {name:<18}  {body}", format::utc(message.at.as_ref()));
    line.retain(|c| !c.is_control() || (c == '\u{1b}' && style.colour));
    Some(line.trim_end().to_owned())
}

fn describe(payload: &Payload, style: Style) -> (&'static str, String) {
    match payload {
        Payload::Snapshot(snapshot) => ("snapshot", snapshot_line(snapshot, style)),
        Payload::Mark(mark) => ("mark", mark_line(mark)),
        Payload::Heartbeat(_) => ("heartbeat", String::new()),
        Payload::ResyncRequired(resync) => ("resync required", resync.reason.clone()),
        Payload::OrderUpdated(order) => ("order", order_line(order)),
        Payload::Fill(fill) => ("fill", fill_line(fill)),
        Payload::TradeClosed(trade) => ("trade closed", trade_line(trade, style)),
        Payload::TradingStateChanged(change) => ("trading state", state_line(change, style)),
        Payload::StrategySwitched(switch) => ("strategy", switch_line(switch)),
        other => describe_rest(other),
    }
}

fn describe_rest(payload: &Payload) -> (&'static str, String) {
    match payload {
        Payload::AccountOpened(opened) => {
            let one = |b: &AssetAmount| format!("{} {}", format::quantity(&b.amount), b.asset);
            let parts: Vec<String> = opened.balances.iter().map(one).collect();
            ("account opened", parts.join(", "))
        }
        Payload::DayStarted(day) => {
            ("day started", format!("{}, equity {}", day.day, format::fixed(&day.equity, 2)))
        }
        Payload::EntryDenied(denied) => ("entry denied", denied_line(denied)),
        Payload::IntentApproved(intent) => ("intent approved", intent_line(intent)),
        Payload::ProtectionChanged(change) => ("protection", protection_line(change)),
        Payload::PositionClosed(closed) => (
            "position closed",
            format!("{} by {}", closed.symbol, words::exit_reason(closed.reason)),
        ),
        Payload::ExternalMovement(movement) => ("movement", movement_line(movement)),
        Payload::PositionReduced(reduced) => ("position reduced", reduced_line(reduced)),
        Payload::IntentFinished(execution) => ("intent finished", execution_line(execution)),
        Payload::CloseAllStarted(started) => {
            ("close-all started", format!("{}: {}", started.id, started.reason))
        }
        Payload::CloseAllFinished(report) => {
            let end = if report.flat { "flat" } else { "NOT flat" };
            ("close-all finished", format!("{}: {end}", report.id))
        }
        Payload::Alert(changed) => ("alert", super::alerts::change_line(changed)),
        Payload::Control(record) => {
            let parts = [record.r#type.as_str(), &record.principal, &record.detail];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            ("control", parts.join(" "))
        }
        _ => ("event", String::new()),
    }
}

fn movement_line(movement: &Movement) -> String {
    let mut line = format!(
        "{} {} {}",
        words::movement(movement.kind),
        format::quantity(&movement.amount),
        movement.asset
    );
    if !movement.counter_asset.is_empty() {
        let counter = format::quantity(&movement.counter_amount);
        line.push_str(&format!(" against {counter} {}", movement.counter_asset));
    }
    line.push_str(&format!(" ({})", movement.reference));
    if movement.note.is_empty() { line } else { format!("{line}: {}", movement.note) }
}

fn reduced_line(reduced: &PositionReduced) -> String {
    let why = match reduced.cause.as_str() {
        "fees" => "fees of other pairs were taken in it",
        _ => "the account holds no more",
    };
    format!(
        "{} by {} at {}: {why}",
        reduced.symbol,
        format::quantity(&reduced.quantity),
        format::price(&reduced.price)
    )
}

fn denied_line(denied: &EntryDenied) -> String {
    let EntryDenied { symbol, check, limit, value } = denied;
    format!("{symbol} by {check}: {value} against a limit of {limit}")
}

fn intent_line(intent: &IntentApproved) -> String {
    format!(
        "{} {} for {} near {} ({})",
        words::side(intent.side),
        intent.symbol,
        words::purpose(intent.purpose),
        format::price(&intent.reference_price),
        intent.strategies.join(", ")
    )
}

fn protection_line(change: &ProtectionChanged) -> String {
    format!(
        "{} stop {} ({}), first target {}, target {}, at {}",
        change.symbol,
        format::price(&change.stop_price),
        words::stop_kind(change.stop_kind),
        format::price(&change.first_target_price),
        format::price(&change.target_price),
        words::protection(change.place)
    )
}

fn execution_line(execution: &Execution) -> String {
    let mut line = format!(
        "{} {} of {} {} for {} at {}, slippage {} bps, shortfall {}",
        words::side(execution.side),
        format::quantity(&execution.filled),
        format::quantity(&execution.wanted),
        execution.symbol,
        words::purpose(execution.purpose),
        format::price(&execution.average_price),
        format::fixed(&execution.slippage_bps, 2),
        format::fixed(&execution.shortfall, 2)
    );
    if !execution.note.is_empty() {
        line.push_str(&format!(" ({})", execution.note));
    }
    line
}

fn snapshot_line(snapshot: &Snapshot, style: Style) -> String {
    let status = snapshot.status.clone().unwrap_or_default();
    let state = status.trading_state.unwrap_or_default().state;
    format!(
        "{}, equity {} {}, {} positions, {} open orders, store {}",
        style.paint(&words::trading_state(state), state_tone(state)),
        format::fixed(&status.equity, 2),
        status.quote_asset,
        snapshot.positions.len(),
        snapshot.open_orders.len(),
        snapshot.store_id
    )
}

fn mark_line(mark: &MarkUpdate) -> String {
    let status = mark.status.clone().unwrap_or_default();
    let mut line = format!("equity {} {}", format::fixed(&status.equity, 2), status.quote_asset);
    for position in &mark.positions {
        line.push_str(&format!(", {} {}", position.symbol, format::price(&position.mark_price)));
    }
    line
}

fn order_line(order: &Order) -> String {
    let mut line = format!(
        "{} {} {} {} for {}: {}",
        order.client_order_id,
        words::side(order.side),
        order.symbol,
        words::order_type(order.r#type),
        words::purpose(order.purpose),
        words::order_status(order.status)
    );
    if format::sign(&order.filled_quantity) > 0 {
        line.push_str(&format!(
            ", {} at {}",
            format::quantity(&order.filled_quantity),
            format::price(&order.average_price)
        ));
    }
    if !order.reason.is_empty() {
        line.push_str(&format!(" ({})", order.reason));
    }
    line
}

fn fill_line(fill: &Fill) -> String {
    format!(
        "{} {} {} at {}, fee {} {}",
        words::side(fill.side),
        format::quantity(&fill.quantity),
        fill.symbol,
        format::price(&fill.price),
        format::quantity(&fill.fee),
        fill.fee_asset
    )
}

fn trade_line(trade: &Trade, style: Style) -> String {
    let profit = style.paint(&format::signed(&trade.profit, 2), Tone::of_profit(&trade.profit));
    format!(
        "{} {} by {}: {profit} ({} %)",
        format::quantity(&trade.quantity),
        trade.symbol,
        words::exit_reason(trade.exit_reason),
        format::signed(&trade.profit_pct, 2)
    )
}

fn state_line(change: &TradingStateChanged, style: Style) -> String {
    let frozen = if change.frozen { " and frozen, protection suspended" } else { "" };
    format!(
        "{} to {}{frozen}, epoch {}: {}",
        words::trading_state(change.from),
        style.paint(&words::trading_state(change.to), state_tone(change.to)),
        change.epoch,
        change.cause
    )
}

fn switch_line(switch: &StrategySwitched) -> String {
    let place =
        if switch.symbol.is_empty() { String::new() } else { format!(" in {}", switch.symbol) };
    let word = if switch.enabled { "on" } else { "off" };
    format!("{}{place} is {word}: {}", switch.strategy, switch.cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::{self, Heartbeat, PositionClosed};

    const PLAIN: Style = Style { colour: false };

    fn message(sequence: u64, payload: Payload) -> SubscribeResponse {
        SubscribeResponse {
            sequence,
            as_of_sequence: 40,
            at: Some(prost_types::Timestamp { seconds: 1_769_868_300, nanos: 0 }),
            payload: Some(payload),
            ..Default::default()
        }
    }

    #[test]
    fn what_moved_and_what_it_left_reads_as_one_line() {
        let movement = Movement {
            kind: v1::MovementKind::ManualTrade.into(),
            asset: "BTC".to_owned(),
            amount: "-0.5".to_owned(),
            counter_asset: "USDT".to_owned(),
            counter_amount: "30000".to_owned(),
            reference: "x-1".to_owned(),
            note: "by hand".to_owned(),
            ..Default::default()
        };
        let reduced = v1::PositionReduced {
            symbol: "BTCUSDT".to_owned(),
            quantity: "0.5".to_owned(),
            price: "60000".to_owned(),
            cause: "external".to_owned(),
        };
        for (payload, end) in [
            (
                Payload::ExternalMovement(movement),
                "manual trade -0.5 BTC against 30,000 USDT (x-1): by hand",
            ),
            (
                Payload::PositionReduced(reduced),
                "BTCUSDT by 0.5 at 60,000: the account holds no more",
            ),
        ] {
            let line = line(&message(7, payload), false, PLAIN).expect("a line");
            assert!(line.ends_with(end), "{line}");
        }
    }

    #[test]
    fn events_read_as_one_line() {
        let trade = Trade {
            symbol: "BTC/USDT".to_owned(),
            quantity: "0.1".to_owned(),
            profit: "-25.352".to_owned(),
            profit_pct: "-0.5".to_owned(),
            exit_reason: v1::ExitReason::StopLoss.into(),
            ..Default::default()
        };
        assert_eq!(
            line(&message(41, Payload::TradeClosed(trade)), false, PLAIN).as_deref(),
            Some(
                "2026-01-31 14:05:00  #41       trade closed        \
                 0.1 BTC/USDT by stop loss: -25.35 (-0.50 %)"
            )
        );
        let closed = PositionClosed {
            symbol: "BTC/USDT".to_owned(),
            reason: v1::ExitReason::CloseAll.into(),
        };
        assert_eq!(
            line(&message(42, Payload::PositionClosed(closed)), false, PLAIN).as_deref(),
            Some("2026-01-31 14:05:00  #42       position closed     BTC/USDT by close all")
        );
    }

    #[test]
    fn what_an_intent_came_to_and_a_freeze_are_told() {
        let execution = Execution {
            symbol: "BTCUSDT".to_owned(),
            side: v1::OrderSide::Sell.into(),
            purpose: v1::OrderPurpose::OperatorExit.into(),
            wanted: "0.02".to_owned(),
            filled: "0.01".to_owned(),
            average_price: "60000".to_owned(),
            slippage_bps: "1.5".to_owned(),
            shortfall: "0.7".to_owned(),
            note: "no_liquidity".to_owned(),
            ..Default::default()
        };
        let shown = line(&message(5, Payload::IntentFinished(execution)), false, PLAIN);
        let shown = shown.unwrap_or_default();
        let told = "sell 0.01 of 0.02 BTCUSDT for operator exit at 60,000, slippage 1.50 bps, \
                    shortfall 0.70 (no_liquidity)";
        assert!(shown.ends_with(told), "{shown}");
        let change = TradingStateChanged {
            from: v1::TradingState::Active.into(),
            to: v1::TradingState::Halted.into(),
            epoch: 2,
            cause: "operator".to_owned(),
            frozen: true,
        };
        let shown = line(&message(6, Payload::TradingStateChanged(change)), false, PLAIN);
        let told = "active to halted and frozen, protection suspended, epoch 2: operator";
        assert!(shown.is_some_and(|line| line.ends_with(told)));
    }

    #[test]
    fn marks_are_shown_on_wish_and_heartbeats_never() {
        let mark = message(0, Payload::Mark(MarkUpdate::default()));
        assert_eq!(line(&mark, false, PLAIN), None);
        assert!(line(&mark, true, PLAIN).is_some_and(|l| l.contains("=40")));
        assert_eq!(line(&message(0, Payload::Heartbeat(Heartbeat::default())), true, PLAIN), None);
    }

    #[test]
    fn text_of_the_daemon_cannot_steer_the_terminal() {
        let switch =
            StrategySwitched { strategy: "a\u{1b}[2J\nb".to_owned(), ..Default::default() };
        let shown = line(&message(1, Payload::StrategySwitched(switch)), false, PLAIN);
        assert!(shown.is_some_and(|l| !l.contains(['\u{1b}', '\n'])));
    }
}
