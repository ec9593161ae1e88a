//! Domain values to wire messages. No wire type goes further in than this file and its users.

use domain::{
    Amount, CloseAllReport, ClosedTrade, Decimal, DecisionOutcome, DecisionRecord, ExecutionStyle,
    ExitReason, IntentResult, OrderKind, OrderPurpose, OrderSide, OrderSize, OrderStatus,
    OrderView, Price, Regime, StateCause, StopKind, SwitchCause, Timestamp, TradingState, Trend,
};
use engine::Trading;
use tradingd_proto::prost_types::{Duration, Timestamp as WireTime};
use tradingd_proto::v1;

/// Microseconds since the epoch as a protobuf timestamp.
#[must_use]
pub fn time(at: Timestamp) -> WireTime {
    WireTime {
        seconds: at.micros().div_euclid(1_000_000),
        nanos: (at.micros().rem_euclid(1_000_000) * 1_000) as i32,
    }
}

/// A protobuf timestamp as microseconds; `None` when it is out of range.
#[must_use]
pub fn from_time(at: &WireTime) -> Option<Timestamp> {
    let micros = at.seconds.checked_mul(1_000_000)?.checked_add(i64::from(at.nanos) / 1_000)?;
    Some(Timestamp::from_micros(micros))
}

/// A duration.
#[must_use]
pub fn duration(d: std::time::Duration) -> Duration {
    Duration {
        seconds: i64::try_from(d.as_secs()).unwrap_or(i64::MAX),
        nanos: d.subsec_nanos() as i32,
    }
}

/// Decimal text without trailing zeros.
#[must_use]
pub fn text(amount: Decimal) -> String {
    amount.normalize().to_string()
}

/// Money for people: at most 8 decimals, no trailing zeros.
#[must_use]
pub fn money(amount: Amount) -> String {
    text(amount.round_dp(8))
}

fn price(p: Option<Price>) -> String {
    p.map(|p| text(p.get())).unwrap_or_default()
}

/// The trading state.
#[must_use]
pub const fn trading_state(state: TradingState) -> v1::TradingState {
    match state {
        TradingState::Active => v1::TradingState::Active,
        TradingState::Reducing => v1::TradingState::Reducing,
        TradingState::Halted => v1::TradingState::Halted,
    }
}

/// A cause in words.
#[must_use]
pub fn cause(cause: Option<&StateCause>) -> String {
    match cause {
        None => String::new(),
        Some(StateCause::Operator(reason)) if reason.is_empty() => "operator".to_owned(),
        Some(StateCause::Operator(reason)) => format!("operator: {reason}"),
        Some(StateCause::Drawdown { limit, value }) => {
            format!("drawdown of {value} % reached its limit of {limit} %")
        }
        Some(StateCause::UnknownOrder { id, limit, value }) => {
            format!("the outcome of order {id} is unknown for {value} s, the limit is {limit} s")
        }
        Some(StateCause::LateOrder { id }) => {
            format!("order {id} turned up after it had been taken for lost")
        }
        Some(StateCause::Start) => "live trading starts halted".to_owned(),
        Some(StateCause::RepeatedRejections { limit, value }) => {
            format!("{value} orders were refused, the limit is {limit}")
        }
        Some(StateCause::StaleData { symbol, limit, value }) => {
            format!("no price of {symbol} for {value} s, the limit is {limit} s")
        }
    }
}

/// Trading state with latch and cause.
#[must_use]
pub fn trading(t: &Trading) -> v1::TradingStateInfo {
    v1::TradingStateInfo {
        state: trading_state(t.state).into(),
        epoch: t.epoch,
        since: Some(time(t.since)),
        cause: cause(t.cause.as_ref()),
        frozen: t.frozen,
    }
}

/// Why a strategy was switched, in words.
#[must_use]
pub fn switch_cause(cause: &SwitchCause) -> String {
    match cause {
        SwitchCause::Operator => "operator".to_owned(),
        SwitchCause::ConsecutiveLosses { streak, limit } => {
            format!("consecutive_losses: {streak} in a row, the limit is {limit}")
        }
        SwitchCause::LowWinRate { win_rate_pct, limit_pct } => {
            format!("low_win_rate: {} %, the limit is {limit_pct} %", text(*win_rate_pct))
        }
        SwitchCause::RegimeChanged => "regime_changed".to_owned(),
        SwitchCause::RegimeChangedAfterTimeout => "regime_changed_after_timeout".to_owned(),
    }
}

/// Buy or sell.
#[must_use]
pub const fn side(side: OrderSide) -> v1::OrderSide {
    match side {
        OrderSide::Buy => v1::OrderSide::Buy,
        OrderSide::Sell => v1::OrderSide::Sell,
    }
}

/// Why an order exists.
#[must_use]
pub const fn purpose(purpose: OrderPurpose) -> v1::OrderPurpose {
    match purpose {
        OrderPurpose::Entry => v1::OrderPurpose::Entry,
        OrderPurpose::StrategyExit => v1::OrderPurpose::StrategyExit,
        OrderPurpose::Protection => v1::OrderPurpose::Protection,
        OrderPurpose::CloseAll => v1::OrderPurpose::CloseAll,
        OrderPurpose::OperatorExit => v1::OrderPurpose::OperatorExit,
    }
}

/// A regime, unspecified while unknown.
#[must_use]
pub const fn regime(regime: Option<Regime>) -> v1::Regime {
    match regime {
        None => v1::Regime::Unspecified,
        Some(Regime::TrendingUp) => v1::Regime::TrendingUp,
        Some(Regime::TrendingDown) => v1::Regime::TrendingDown,
        Some(Regime::Ranging) => v1::Regime::Ranging,
        Some(Regime::HighVolatility) => v1::Regime::HighVolatility,
    }
}

/// A direction.
#[must_use]
pub const fn trend(trend: Trend) -> v1::Trend {
    match trend {
        Trend::Bullish => v1::Trend::Bullish,
        Trend::Bearish => v1::Trend::Bearish,
        Trend::Neutral => v1::Trend::Neutral,
    }
}

/// What a strategy wants.
#[must_use]
pub const fn action(action: domain::Action) -> v1::SignalAction {
    match action {
        domain::Action::Buy => v1::SignalAction::Buy,
        domain::Action::Sell => v1::SignalAction::Sell,
        domain::Action::Hold => v1::SignalAction::Hold,
    }
}

/// Why a position was left.
#[must_use]
pub const fn exit_reason(reason: ExitReason) -> v1::ExitReason {
    match reason {
        ExitReason::StopLoss => v1::ExitReason::StopLoss,
        ExitReason::TakeProfit => v1::ExitReason::TakeProfit,
        ExitReason::StrategyExit => v1::ExitReason::StrategyExit,
        ExitReason::CloseAll => v1::ExitReason::CloseAll,
        ExitReason::FirstTarget => v1::ExitReason::FirstTarget,
        ExitReason::TrailingStop => v1::ExitReason::TrailingStop,
        ExitReason::BreakEven => v1::ExitReason::BreakEven,
        ExitReason::TimeStop => v1::ExitReason::TimeStop,
        ExitReason::Operator => v1::ExitReason::Operator,
        ExitReason::External => v1::ExitReason::External,
    }
}

const fn order_status(status: OrderStatus) -> v1::OrderStatus {
    match status {
        OrderStatus::Intent => v1::OrderStatus::Intent,
        OrderStatus::Attempted => v1::OrderStatus::Attempted,
        OrderStatus::Working => v1::OrderStatus::Working,
        OrderStatus::PartiallyFilled => v1::OrderStatus::PartiallyFilled,
        OrderStatus::Filled => v1::OrderStatus::Filled,
        OrderStatus::Cancelled => v1::OrderStatus::Cancelled,
        OrderStatus::Expired => v1::OrderStatus::Expired,
        OrderStatus::Rejected => v1::OrderStatus::Rejected,
        OrderStatus::Unknown => v1::OrderStatus::Unknown,
        OrderStatus::NeverArrived => v1::OrderStatus::NeverArrived,
    }
}

/// How an intent is worked.
#[must_use]
pub const fn style(style: ExecutionStyle) -> v1::ExecutionStyle {
    match style {
        ExecutionStyle::Market => v1::ExecutionStyle::Market,
        ExecutionStyle::Limit => v1::ExecutionStyle::Limit,
        ExecutionStyle::LimitThenMarket => v1::ExecutionStyle::LimitThenMarket,
        ExecutionStyle::PostOnly => v1::ExecutionStyle::PostOnly,
        ExecutionStyle::Twap => v1::ExecutionStyle::Twap,
        ExecutionStyle::Iceberg => v1::ExecutionStyle::Iceberg,
        ExecutionStyle::Resting => v1::ExecutionStyle::Resting,
    }
}

/// What has set a stop.
#[must_use]
pub const fn stop_kind(kind: StopKind) -> v1::StopKind {
    match kind {
        StopKind::Initial => v1::StopKind::Initial,
        StopKind::Trailing => v1::StopKind::Trailing,
        StopKind::BreakEven => v1::StopKind::BreakEven,
        StopKind::Operator => v1::StopKind::Operator,
    }
}

/// What an intent came to.
#[must_use]
pub fn execution(result: &IntentResult, at: Timestamp) -> v1::Execution {
    v1::Execution {
        intent: result.intent,
        symbol: result.symbol.to_string(),
        side: side(result.side).into(),
        purpose: purpose(result.purpose).into(),
        style: style(result.style).into(),
        wanted: text(result.wanted.get()),
        filled: text(result.filled.get()),
        average_price: price(result.average_price),
        reference_price: text(result.reference_price.get()),
        fees: money(result.fees),
        slippage_bps: result.slippage_bps.map(text).unwrap_or_default(),
        shortfall: money(result.shortfall),
        orders: result.orders,
        note: result.note.to_string(),
        at: Some(time(at)),
    }
}

/// Sums over executions.
#[must_use]
pub fn execution_totals(totals: &storage::ExecutionTotals) -> v1::ExecutionTotals {
    v1::ExecutionTotals {
        count: totals.count,
        done: totals.done,
        mean_slippage_bps: totals.mean_slippage_bps().map(text).unwrap_or_default(),
        worst_slippage_bps: totals.worst_slippage_bps.map(text).unwrap_or_default(),
        shortfall: money(totals.shortfall),
        fees: money(totals.fees),
    }
}

/// An order.
#[must_use]
pub fn order(view: &OrderView) -> v1::Order {
    let (kind, limit, trigger) = match view.order.kind {
        OrderKind::Market => (v1::OrderType::Market, None, None),
        OrderKind::Limit { price, .. } => (v1::OrderType::Limit, Some(price), None),
        OrderKind::PostOnly { price } => (v1::OrderType::PostOnly, Some(price), None),
        OrderKind::Stop { trigger } => (v1::OrderType::Stop, None, Some(trigger)),
        OrderKind::TakeProfit { trigger } => (v1::OrderType::TakeProfit, None, Some(trigger)),
    };
    let (quantity, quote_budget) = match view.order.size {
        OrderSize::Base(quantity) => (text(quantity.get()), String::new()),
        OrderSize::QuoteBudget(budget) => (String::new(), text(budget)),
    };
    v1::Order {
        client_order_id: view.order.id.to_string(),
        symbol: view.order.symbol.to_string(),
        side: side(view.order.side).into(),
        r#type: kind.into(),
        purpose: purpose(view.order.purpose).into(),
        status: order_status(view.status).into(),
        quantity,
        quote_budget,
        limit_price: price(limit),
        trigger_price: price(trigger),
        filled_quantity: text(view.filled.get()),
        average_price: price(view.average_price()),
        fee: text(view.fee),
        fee_asset: view.fee_asset.map(|a| a.to_string()).unwrap_or_default(),
        reason: view.reason.to_string(),
        intent: view.intent,
        created_at: Some(time(view.created_at)),
        updated_at: Some(time(view.updated_at)),
        linked_order_id: view.linked.map(|id| id.to_string()).unwrap_or_default(),
        reference_price: price(view.reference_price),
        slippage_bps: view.slippage_bps().map(text).unwrap_or_default(),
        triggered: view.triggered,
        missing_quantity: missing(view),
    }
}

/// What the venue has executed of an order and whose fills are missing here; empty when none are.
fn missing(view: &OrderView) -> String {
    let missing = view.executed.saturating_sub(view.filled);
    if missing.is_zero() { String::new() } else { text(missing.get()) }
}

/// An execution.
#[must_use]
pub fn fill(
    id: &str,
    symbol: &str,
    side_of: OrderSide,
    fill: &domain::Fill,
    at: Timestamp,
) -> v1::Fill {
    v1::Fill {
        trade_id: fill.trade_id,
        client_order_id: id.to_owned(),
        symbol: symbol.to_owned(),
        side: side(side_of).into(),
        price: text(fill.price.get()),
        quantity: text(fill.quantity.get()),
        fee: text(fill.fee),
        fee_asset: fill.fee_asset.to_string(),
        maker: fill.liquidity == domain::Liquidity::Maker,
        at: Some(time(at)),
    }
}

/// A round trip.
#[must_use]
pub fn trade(trade: &ClosedTrade) -> v1::Trade {
    v1::Trade {
        id: trade.id,
        symbol: trade.symbol.to_string(),
        exit_reason: exit_reason(trade.exit_reason).into(),
        opened_at: Some(time(trade.opened_at)),
        closed_at: Some(time(trade.closed_at)),
        entry_price: text(trade.entry_price.get()),
        exit_price: text(trade.exit_price.get()),
        quantity: text(trade.quantity.get()),
        fees: money(trade.fees),
        profit: money(trade.profit),
        profit_pct: text(trade.profit_pct),
        shares: trade
            .shares
            .iter()
            .map(|share| v1::TradeShare {
                strategy: share.strategy.to_string(),
                quantity: text(share.quantity.get()),
                profit: money(share.profit),
            })
            .collect(),
    }
}

/// A limit with its use.
#[must_use]
pub fn limit(usage: &engine::risk::usage::Usage) -> v1::Limit {
    use engine::risk::usage::{Effect, Scope};
    let effect = match usage.effect {
        Effect::DeniesEntry => v1::LimitEffect::DeniesEntry,
        Effect::DeniesDay => v1::LimitEffect::DeniesDay,
        Effect::LatchesReducing => v1::LimitEffect::LatchesReducing,
    };
    let (mut symbol, mut strategy, mut sector) = (String::new(), String::new(), String::new());
    match usage.scope {
        Scope::Account => {}
        Scope::Symbol(own) => symbol = own.to_string(),
        Scope::Strategy(own) => strategy = own.to_string(),
        Scope::Sector(own) => sector = own.to_string(),
    }
    v1::Limit {
        check: usage.check.to_owned(),
        setting: usage.setting.to_string(),
        unit: usage.unit.to_owned(),
        symbol,
        strategy,
        sector,
        limit: text(usage.limit),
        used: text(usage.used),
        headroom: text(usage.headroom()),
        used_pct: usage.used_pct().map(text).unwrap_or_default(),
        effect: effect.into(),
        blocking: usage.blocking,
        off: usage.off,
    }
}

/// The book's risk in figures, without its moment.
#[must_use]
pub fn risk_figures(figures: &engine::risk::RiskFigures) -> v1::GetRiskFiguresResponse {
    let tail = figures.tail;
    v1::GetRiskFiguresResponse {
        symbols: figures.symbols.iter().map(symbol_risk).collect(),
        correlations: figures
            .correlations
            .iter()
            .map(|(first, second, value)| v1::Correlation {
                first: first.to_string(),
                second: second.to_string(),
                value: *value,
            })
            .collect(),
        var_pct: tail.map(|t| t.var_pct),
        cvar_pct: tail.map(|t| t.cvar_pct),
        var_candles: tail.map_or(0, |t| t.candles as u32),
        var_confidence: text(figures.confidence),
        heat: figures.heat,
        sectors: figures
            .sectors
            .iter()
            .map(|(sector, open)| v1::SectorCount {
                sector: sector.to_string(),
                open_positions: *open,
            })
            .collect(),
        orders_last_minute: figures.orders_last_minute,
        messages_last_minute: figures.messages_last_minute,
        rejections: figures.rejections,
        as_of: None,
        as_of_sequence: 0,
    }
}

fn symbol_risk(figures: &engine::risk::SymbolFigures) -> v1::SymbolRisk {
    let percent = |share: f64| share * 100.0;
    let garch = figures.garch.as_ref();
    v1::SymbolRisk {
        symbol: figures.symbol.to_string(),
        sector: figures.sector.map(|s| s.to_string()).unwrap_or_default(),
        value: money(figures.value),
        heat: figures.heat,
        interval: figures.interval.to_string(),
        returns: figures.returns as u32,
        volatility_pct: figures.volatility.map(percent),
        annual_volatility_pct: figures.annual_volatility.map(percent),
        garch: garch.ok().map(|model| v1::GarchModel {
            omega: model.omega,
            alpha: model.alpha,
            beta: model.beta,
            forecast_pct: percent(model.forecast),
            long_run_pct: percent(model.long_run()),
        }),
        garch_failure: garch.err().map(|error| error.token().to_owned()).unwrap_or_default(),
    }
}

/// A close-all's report.
#[must_use]
pub fn close_all(report: &CloseAllReport, running: bool) -> v1::CloseAllReport {
    v1::CloseAllReport {
        id: report.id,
        flat: report.flat,
        running,
        positions: report
            .positions
            .iter()
            .map(|line| v1::ClosedPosition {
                symbol: line.symbol.to_string(),
                held: text(line.held.get()),
                sold: text(line.sold.get()),
                average_price: price(line.average_price),
                profit: money(line.profit),
                remaining: text(line.remaining.get()),
                note: line.note.to_string(),
            })
            .collect(),
    }
}

/// What came of a decision.
#[must_use]
pub const fn decision_result(result: storage::DecisionResult) -> v1::DecisionResult {
    use storage::DecisionResult as Stored;
    match result {
        Stored::Hold => v1::DecisionResult::Hold,
        Stored::Denied => v1::DecisionResult::Denied,
        Stored::Entered => v1::DecisionResult::Entered,
        Stored::Exited => v1::DecisionResult::Exited,
        Stored::ExitFenced => v1::DecisionResult::ExitFenced,
    }
}

/// A decision.
#[must_use]
pub fn decision(record: &DecisionRecord) -> v1::Decision {
    let result = decision_result(storage::DecisionResult::of(&record.outcome));
    let reason = storage::reason_token(&record.outcome).to_owned();
    let intent = match &record.outcome {
        DecisionOutcome::Entered(intent) | DecisionOutcome::Exited(intent) => *intent,
        DecisionOutcome::Hold(_) | DecisionOutcome::Denied(_) | DecisionOutcome::ExitFenced => 0,
    };
    v1::Decision {
        at: Some(time(record.at)),
        symbol: record.symbol.to_string(),
        interval: record.interval.to_string(),
        open_time: Some(time(record.open_time)),
        close: text(record.close),
        regime: regime(record.regime).into(),
        trend: trend(record.trend).into(),
        signals: record.signals.iter().map(signal).collect(),
        buy_weight: record.buy_weight,
        sell_weight: record.sell_weight,
        confidence: record.confidence,
        sizing: record.sizing.as_ref().map(|s| v1::Sizing {
            method: s.method.to_string(),
            equity: money(s.equity),
            price: text(s.price),
            atr: s.atr,
            stop_distance: text(s.stop_distance),
            quantity: text(s.quantity.get()),
            bound: s.bound.to_string(),
        }),
        risk: record
            .risk
            .iter()
            .map(|v| v1::RiskCheck {
                check: v.check.to_string(),
                passed: v.passed,
                limit: text(v.limit),
                value: text(v.value),
            })
            .collect(),
        result: result.into(),
        reason,
        intent,
    }
}

fn signal(signal: &domain::SignalRecord) -> v1::StrategySignal {
    v1::StrategySignal {
        strategy: signal.strategy.to_string(),
        action: action(signal.action).into(),
        confidence: signal.confidence,
        weight: signal.weight,
        enabled: signal.enabled,
        reason: signal.reason.to_string(),
        figures: signal
            .figures
            .iter()
            .map(|(name, value)| v1::Figure { name: name.to_string(), value: *value })
            .collect(),
    }
}

/// A changed setting; secrets without their texts.
#[must_use]
pub fn setting_change(change: &crate::settings::Changed) -> v1::SettingChange {
    let (before, after) = change.shown();
    v1::SettingChange {
        key: change.key.clone(),
        before: before.to_owned(),
        after: after.to_owned(),
        secret: change.secret,
        origin: change.origin.into(),
    }
}
