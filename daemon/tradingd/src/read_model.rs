//! The read model: what status, positions and streams show, built from the engine after each commit.
//!
//! Bounded: open positions and orders, strategies, symbols. Lists of the past come from storage.

use crate::convert::{self, money, text, time};
use crate::ledger_view;
use domain::{Amount, Decimal};
use engine::strategies::Strategy as _;
use engine::{Engine, PositionView, ProtectionPlace};
use simulator::{PaperSession, Report};
use tradingd_proto::v1;

/// One published state. Cheap to share, never changed.
#[derive(Debug, Clone, Default)]
pub struct ReadModel {
    /// Journal sequence that everything here contains.
    pub sequence: u64,
    /// Status without what changes with the wall clock.
    pub status: v1::GetStatusResponse,
    /// The same as bytes, made when they are asked for first.
    pub encoded_status: std::sync::OnceLock<bytes::Bytes>,
    /// Balances and performance.
    pub portfolio: v1::GetPortfolioResponse,
    /// Whose the balances are.
    pub sub_ledgers: v1::ListSubLedgersResponse,
    /// What moved without an order, newest first.
    pub movements: v1::ListMovementsResponse,
    /// Open positions.
    pub positions: Vec<v1::Position>,
    /// Orders that can still fill.
    pub open_orders: Vec<v1::Order>,
    /// Strategies with statistics.
    pub strategies: Vec<v1::Strategy>,
    /// Limits of the gate with their use.
    pub limits: Vec<v1::Limit>,
    /// What the risk figures are computed from, for those who ask.
    pub risk: std::sync::Arc<engine::risk::RiskBook>,
    /// Regime and last price per symbol.
    pub regimes: Vec<v1::SymbolRegime>,
    /// The candles that are kept of each pair.
    pub frames: Vec<Frames>,
    /// Orders whose outcome is not known and keeps a resume back.
    pub unknown_orders: Vec<String>,
    /// The close-all at work or the last one.
    pub close_all: Option<v1::CloseAllReport>,
    /// The run's report.
    pub report: v1::GetReportResponse,
    /// The newest 50 trades, newest first.
    pub recent_trades: Vec<v1::Trade>,
    /// Wall time of the last row, milliseconds of a process-wide clock.
    pub last_row: Option<std::time::Instant>,
}

/// The candles that are kept of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frames {
    /// The pair.
    pub symbol: domain::Symbol,
    /// Interval of what comes in.
    pub base: domain::Interval,
    /// Interval on which strategies decide.
    pub signal: domain::Interval,
    /// Interval of the trend filter.
    pub trend: domain::Interval,
    /// All of them, shortest first.
    pub intervals: Vec<domain::Interval>,
}

/// What the engine does not know but the model shows.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Journal sequence.
    pub sequence: u64,
    /// Hash over the engine events, hex.
    pub log_hash: String,
    /// Rows that this process left out because they had crashed the engine.
    pub set_aside: u64,
    /// Rows left out.
    pub skipped: u64,
    /// The same by reason.
    pub skipped_by_reason: Vec<(String, u64)>,
    /// Share of a replay that is done.
    pub progress_pct: Option<f64>,
    /// True after the last row.
    pub finished: bool,
    /// Time that the last row took.
    pub last_cycle: std::time::Duration,
    /// Wall time of the last row.
    pub last_row: Option<std::time::Instant>,
    /// First and last row in data time.
    pub span: Option<(domain::Timestamp, domain::Timestamp)>,
    /// Daily equity closes, for the Sharpe ratio (a statistic).
    pub daily_equity: Vec<f64>,
    /// The newest trades, newest first.
    pub recent_trades: Vec<v1::Trade>,
    /// Status fields that never change.
    pub fixed: v1::GetStatusResponse,
}

/// On which candles strategies decide: that of the settings, or the source's own.
fn signal_interval(engine: &Engine) -> String {
    let settings = engine.settings();
    let own = settings.instruments.first().map(|i| i.base_interval);
    settings.signal_interval.or(own).map(|i| i.to_string()).unwrap_or_default()
}

/// Builds the model.
#[must_use]
pub fn build(session: &PaperSession, around: &Surroundings) -> ReadModel {
    let engine = session.engine();
    let portfolio = portfolio(session, around);
    let positions: Vec<v1::Position> = engine.positions().map(|p| position(&p)).collect();
    let open_orders: Vec<v1::Order> = engine.book().orders.values().map(convert::order).collect();
    let strategies = strategies(engine);
    let status = status(engine, around, &portfolio, &strategies, open_orders.len());
    let close_all = match engine.closing_report() {
        Some(running) => Some(convert::close_all(&running, true)),
        None => engine.last_close_all().map(|r| convert::close_all(r, false)),
    };
    ReadModel {
        sequence: around.sequence,
        status,
        encoded_status: std::sync::OnceLock::new(),
        portfolio,
        sub_ledgers: v1::ListSubLedgersResponse {
            as_of_sequence: around.sequence,
            ..ledger_view::sub_ledgers(engine)
        },
        movements: v1::ListMovementsResponse {
            as_of_sequence: around.sequence,
            ..ledger_view::movements(engine)
        },
        positions,
        open_orders,
        strategies,
        limits: engine.limits().iter().map(convert::limit).collect(),
        risk: std::sync::Arc::new(engine.risk_book()),
        regimes: regimes(engine),
        frames: frames(engine),
        unknown_orders: engine.unknown_ids().iter().map(ToString::to_string).collect(),
        close_all,
        report: report(session, around),
        recent_trades: around.recent_trades.clone(),
        last_row: around.last_row,
    }
}

fn percent(part: Amount, whole: Amount) -> Decimal {
    if whole.is_zero() {
        return Decimal::ZERO;
    }
    (part * Decimal::ONE_HUNDRED / whole).round_dp(4)
}

fn status(
    engine: &Engine,
    around: &Surroundings,
    portfolio: &v1::GetPortfolioResponse,
    strategies: &[v1::Strategy],
    open_orders: usize,
) -> v1::GetStatusResponse {
    let mut blocks = Vec::new();
    if engine.trading().state != domain::TradingState::Active {
        blocks.push("trading_state".to_owned());
    }
    if engine.equity().day_limit_hit {
        blocks.push("daily_loss_limit".to_owned());
    }
    v1::GetStatusResponse {
        trading_state: Some(convert::trading(engine.trading())),
        data_time: Some(time(engine.now())),
        source_finished: around.finished,
        progress_pct: around.progress_pct.map(|p| format!("{p:.2}")).unwrap_or_default(),
        sequence: around.sequence,
        bars: engine.bars(),
        decisions: engine.decisions(),
        last_cycle: Some(convert::duration(around.last_cycle)),
        equity: portfolio.equity.clone(),
        quote_asset: portfolio.quote_asset.clone(),
        day_profit: portfolio.day_profit.clone(),
        drawdown_pct: portfolio.drawdown_pct.clone(),
        return_pct: portfolio.return_pct.clone(),
        open_positions: engine.positions().count() as u32,
        open_orders: open_orders as u32,
        signal_interval: signal_interval(engine),
        strategies_enabled: strategies.iter().filter(|s| s.enabled).count() as u32,
        strategies_total: strategies.len() as u32,
        entry_blocks: blocks,
        ..around.fixed.clone()
    }
}

fn portfolio(session: &PaperSession, around: &Surroundings) -> v1::GetPortfolioResponse {
    let engine = session.engine();
    let watch = engine.equity();
    let totals = engine.book().totals;
    let quote = engine.quote_asset();
    let unrealised: Amount = engine.positions().map(|p| unrealised(&p)).sum();
    let fees: Amount = engine.book().owners.shares().iter().map(|s| s.fees_value).sum();
    let balances = session
        .exchange()
        .balances()
        .filter(|b| !b.total().is_zero() || b.asset == quote)
        .map(|b| {
            let price = engine
                .markets()
                .iter()
                .find(|m| m.instrument.base == b.asset && m.instrument.quote == quote)
                .and_then(|m| m.last_price);
            let value =
                if b.asset == quote { Some(b.total()) } else { price.map(|p| p.get() * b.total()) };
            v1::Balance {
                asset: b.asset.to_string(),
                total: text(b.total()),
                locked: text(b.locked),
                value: value.map(money).unwrap_or_default(),
            }
        })
        .collect();
    let trades = totals.trades;
    v1::GetPortfolioResponse {
        quote_asset: quote.to_string(),
        balances,
        equity: money(watch.equity),
        opening_equity: money(watch.opening),
        peak_equity: money(watch.all_time_peak),
        day_start_equity: money(watch.day_opening),
        day_profit: money(watch.day_profit()),
        realised_profit: money(totals.realised),
        unrealised_profit: money(unrealised),
        fees_paid: money(fees),
        return_pct: text(percent(watch.equity - watch.capital(), watch.capital())),
        drawdown_pct: text(watch.drawdown_pct()),
        max_drawdown_pct: text(watch.max_drawdown_pct),
        exposure_pct: text(percent(engine.total_exposure(), watch.equity)),
        trades,
        win_rate_pct: (trades > 0)
            .then(|| text(percent(Decimal::from(totals.wins), Decimal::from(trades)))),
        profit_factor: (!totals.gross_loss.is_zero())
            .then(|| text((totals.gross_profit / totals.gross_loss).round_dp(4))),
        sharpe_ratio: sharpe(&around.daily_equity),
        as_of: Some(time(engine.now())),
        as_of_sequence: around.sequence,
        net_external: money(watch.external),
        oversold: engine
            .book()
            .oversold
            .iter()
            .map(|(symbol, quantity)| v1::Oversold {
                symbol: symbol.to_string(),
                quantity: text(*quantity),
            })
            .collect(),
        day_return_pct: text(percent(watch.equity - watch.day_start, watch.day_start)),
    }
}

/// Annualised Sharpe ratio of daily equity returns with a risk-free rate of zero (Sharpe 1994):
/// mean over sample deviation times √365. `None` with fewer than two returns or no deviation.
fn sharpe(daily: &[f64]) -> Option<f64> {
    let returns: Vec<f64> =
        daily.windows(2).filter(|w| w[0] > 0.0).map(|w| w[1] / w[0] - 1.0).collect();
    if returns.len() < 2 {
        return None;
    }
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let variance = returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (variance > 1e-18).then(|| mean / variance.sqrt() * 365f64.sqrt())
}

fn unrealised(view: &PositionView<'_>) -> Amount {
    let mark = view.mark.map_or(Decimal::ZERO, domain::Price::get);
    view.position.quantity * mark - view.position.cost()
}

/// How far it is from one price down to another in percent of the mark; below zero once the mark is
/// past the level.
fn way(from: Decimal, to: Decimal, mark: Decimal) -> String {
    text(percent(from - to, mark).round_dp(2))
}

/// One open position.
#[must_use]
pub fn position(view: &PositionView<'_>) -> v1::Position {
    let p = view.position;
    let mark = view.mark.map_or(Decimal::ZERO, domain::Price::get);
    let profit = unrealised(view);
    let down = |level: domain::Price| way(mark, level.get(), mark);
    let up = |level: domain::Price| way(level.get(), mark, mark);
    let place = match view.place {
        ProtectionPlace::Venue => v1::ProtectionPlace::Venue,
        ProtectionPlace::Synthetic => v1::ProtectionPlace::Synthetic,
        ProtectionPlace::None => v1::ProtectionPlace::None,
    };
    v1::Position {
        symbol: view.instrument.symbol.to_string(),
        quantity: text(p.quantity),
        entry_price: p.entry_price().map(|e| text(e.get())).unwrap_or_default(),
        mark_price: text(mark),
        value: money(p.quantity * mark),
        unrealised_profit: money(profit),
        unrealised_pct: text(percent(profit, p.cost())),
        stop_price: view.stop.map(|s| text(s.get())).unwrap_or_default(),
        target_price: view.target.map(|t| text(t.get())).unwrap_or_default(),
        first_target_price: view.first_target.map(|t| text(t.get())).unwrap_or_default(),
        stop_kind: view
            .stop
            .map_or(v1::StopKind::Unspecified, |_| convert::stop_kind(view.stop_kind))
            .into(),
        closes_at: view.deadline.map(time),
        stop_distance_pct: view.stop.map(down).unwrap_or_default(),
        target_distance_pct: view.target.map(up).unwrap_or_default(),
        protection: place.into(),
        opened_at: Some(time(p.opened_at)),
        lots: p
            .lots
            .iter()
            .map(|l| v1::Lot { strategy: l.strategy.to_string(), quantity: text(l.quantity) })
            .collect(),
        cost: money(p.cost()),
        protection_order_ids: view.protection.iter().map(ToString::to_string).collect(),
    }
}

/// Strategies with parameters and statistics.
#[must_use]
pub fn strategies(engine: &Engine) -> Vec<v1::Strategy> {
    (0..engine.settings().strategies.len()).map(|s| strategy(engine, s)).collect()
}

/// One strategy, by its place in the settings.
#[must_use]
pub fn strategy(engine: &Engine, at: usize) -> v1::Strategy {
    let settings = &engine.settings().strategies[at];
    let switch = engine.switch_of(at);
    let records: Vec<_> =
        (0..engine.markets().len()).map(|index| (index, engine.record_of(at, index))).collect();
    let values = settings.params.values();
    let parameters = settings
        .params
        .describe()
        .iter()
        .map(|info| v1::Parameter {
            name: info.key.to_owned(),
            value: values
                .iter()
                .find(|(key, _)| *key == info.key)
                .map(|(_, value)| value.clone())
                .unwrap_or_default(),
            default_value: info.default.to_owned(),
            description: info.description.to_owned(),
            setting: format!("strategies.{}.{}", settings.params.name(), info.key),
            unit: info.unit.to_owned(),
            range: info.allowed(),
        })
        .collect();
    v1::Strategy {
        name: settings.params.name().to_owned(),
        enabled: switch.enabled,
        weight: settings.weight.to_string(),
        required_candles: engine
            .markets()
            .first()
            .and_then(|m| m.strategies().get(at))
            .map_or(0, |s| s.required_candles() as u32),
        parameters,
        statistics: records
            .iter()
            .map(|(index, record)| statistics(engine, at, *index, record))
            .collect(),
        open_symbols: engine.owned_symbols(settings.params.name()),
        total_profit: money(records.iter().map(|(_, r)| r.total_profit).sum()),
        trades: records.iter().map(|(_, r)| r.trades).sum(),
        version: switch.version,
    }
}

fn statistics(
    engine: &Engine,
    at: usize,
    index: usize,
    record: &engine::tracker::Record,
) -> v1::StrategyStatistics {
    let market = &engine.markets()[index];
    let (last_action, last_reason) = market.last_signals[at];
    let disabled = record.disabled.as_ref();
    v1::StrategyStatistics {
        symbol: market.instrument.symbol.to_string(),
        trades: record.trades,
        wins: record.wins,
        losses: record.trades - record.wins,
        total_profit: money(record.total_profit),
        win_rate_pct: record.win_rate_pct().map(text),
        average_profit: (record.trades > 0)
            .then(|| money(record.total_profit / Decimal::from(record.trades))),
        sharpe_ratio: record.sharpe(),
        profit_factor: record.profit_factor().map(text),
        consecutive_losses: record.streak,
        auto_disabled: disabled.is_some(),
        auto_disabled_reason: disabled.map(|d| convert::switch_cause(&d.cause)).unwrap_or_default(),
        auto_disabled_at: disabled.map(|d| time(d.at)),
        last_action: convert::action(last_action).into(),
        last_reason: last_reason.to_string(),
    }
}

fn regimes(engine: &Engine) -> Vec<v1::SymbolRegime> {
    engine
        .markets()
        .iter()
        .map(|m| {
            let reading = m.reading.as_ref();
            v1::SymbolRegime {
                symbol: m.instrument.symbol.to_string(),
                regime: convert::regime(m.regime()).into(),
                trend: convert::trend(m.trend).into(),
                adx: reading.map_or(0.0, |r| r.adx),
                atr: m.atr_value.unwrap_or(0.0),
                atr_ratio: reading.map_or(0.0, |r| r.atr_ratio),
                last_price: m.last_price.map(|p| text(p.get())).unwrap_or_default(),
                last_price_at: m.last_price.map(|_| time(m.last_price_at)),
                band_width: reading.map_or(0.0, |r| r.band_width),
            }
        })
        .collect()
}

fn frames(engine: &Engine) -> Vec<Frames> {
    let trend = engine.settings().trend_timeframe;
    let of = |market: &engine::market::SymbolMarket| Frames {
        symbol: market.instrument.symbol,
        base: market.base_interval,
        signal: market.signal_interval,
        trend,
        intervals: market.intervals().collect(),
    };
    engine.markets().iter().map(of).collect()
}

fn report(session: &PaperSession, around: &Surroundings) -> v1::GetReportResponse {
    let report = Report::of(session);
    let amounts = |map: &std::collections::BTreeMap<domain::Asset, Amount>| {
        map.iter()
            .map(|(asset, amount)| v1::AssetAmount {
                asset: asset.to_string(),
                amount: text(*amount),
            })
            .collect()
    };
    v1::GetReportResponse {
        bars: report.bars,
        decisions: report.decisions,
        orders: report.orders,
        fills: report.fills,
        trades: report.trades,
        fees: amounts(&report.fees),
        opening: amounts(&report.opening),
        closing: amounts(&report.closing),
        final_equity: text(report.final_equity),
        return_pct: text(report.return_pct),
        max_drawdown_pct: text(report.max_drawdown_pct),
        win_rate_pct: text(report.win_rate_pct),
        events: report.events,
        event_log_sha256: around.log_hash.clone(),
        skipped_rows: around.skipped,
        skipped_by_reason: around.skipped_by_reason.iter().cloned().collect(),
        first_time: around.span.map(|s| time(s.0)),
        last_time: around.span.map(|s| time(s.1)),
        finished: around.finished,
        counters: crate::counters::of(session, around.set_aside),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_that_was_jumped_is_at_a_distance_below_zero() {
        let (mark, at) = (Decimal::from(200), |n: i64| Decimal::from(n));
        for (from, to, wanted) in [
            (mark, at(190), "5"),
            (mark, at(201), "-0.5"),
            (mark, mark, "0"),
            (at(210), mark, "5"),
            (at(199), mark, "-0.5"),
        ] {
            assert_eq!(way(from, to, mark), wanted, "{from} to {to}");
        }
        assert_eq!(way(Decimal::ZERO, at(190), Decimal::ZERO), "0", "no price yet");
    }
}
