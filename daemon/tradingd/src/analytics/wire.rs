//! Reports as messages of the protocol.

use super::calendar::{DAY, WEEKDAYS, day_text};
use super::costs::{Costs, DayCosts, ExecutionSums};
use super::curve::{Curve, Fall, MonthReturn, Span};
use super::ratios::{Moments, YEAR_DAYS, cagr_pct};
use super::spread::{self, HELD_FROM, ReturnRange};
use super::trades::{Marked, Tally, Trades};
use super::{Interval, Report};
use crate::convert::{self, text, time};
use domain::{Amount, Decimal, Timestamp};
use rust_decimal::prelude::ToPrimitive as _;
use std::time::Duration;
use tradingd_proto::v1;

/// The answer to `GetAnalytics`.
#[must_use]
pub fn analytics(report: &Report, quote_asset: String) -> v1::GetAnalyticsResponse {
    let curve = report.curve.as_ref();
    let trades = &report.trades;
    let (interval, span) = (report.interval, report.span);
    let group = |(key, tally): (String, &Tally)| breakdown(key, tally);
    let clock = |names: Vec<String>, tallies: &[Tally]| -> Vec<v1::Breakdown> {
        let groups = names.into_iter().zip(tallies).filter(|(_, tally)| tally.trades > 0);
        groups.map(group).collect()
    };
    v1::GetAnalyticsResponse {
        from: interval.from.map(time),
        to: Some(time(interval.to)),
        first_data: span.map(|(first, ..)| time(first)),
        last_data: span.map(|(_, last, _)| time(last)),
        quote_asset,
        statistics: Some(statistics(report)),
        deepest_drawdown: curve.and_then(|curve| deepest(curve, span?.1)),
        curve: curve.iter().flat_map(|curve| curve.spans.iter().map(point)).collect(),
        curve_total: span.map_or(0, |(.., count)| count),
        markers: markers(&report.marked, curve, interval),
        months: curve.iter().flat_map(|curve| curve.months.iter().map(month)).collect(),
        by_strategy: trades.by_strategy.iter().map(|(k, t)| group((k.to_string(), t))).collect(),
        by_symbol: trades.by_symbol.iter().map(|(k, t)| group((k.to_string(), t))).collect(),
        by_hour: clock((0..24).map(|hour| format!("{hour:02}")).collect(), &trades.by_hour),
        by_weekday: clock(WEEKDAYS.map(str::to_owned).to_vec(), &trades.by_weekday),
        by_exit_reason: trades
            .by_reason
            .iter()
            .map(|(reason, tally)| v1::Breakdown {
                exit_reason: convert::exit_reason(*reason).into(),
                ..group((String::new(), tally))
            })
            .collect(),
        by_month: trades.by_month.iter().map(|(k, t)| group((k.to_string(), t))).collect(),
        as_of_sequence: report.as_of_sequence,
        returns: spread::returns(&report.returns).into_iter().map(return_bucket).collect(),
        holding: holding(trades),
        by_hour_of_week: hours_of_week(trades),
    }
}

fn return_bucket(range: ReturnRange) -> v1::ReturnBucket {
    v1::ReturnBucket { from_pct: range.from, to_pct: range.to, trades: range.trades }
}

fn holding(trades: &Trades) -> Vec<v1::HoldingBucket> {
    if trades.total.trades == 0 {
        return Vec::new();
    }
    let ends = HELD_FROM.iter().skip(1).map(|end| Some(span_of_micros(*end)));
    let ranges = HELD_FROM.iter().zip(ends.chain([None]));
    let bucket =
        |((from, to), tally): ((&i64, Option<prost_types::Duration>), &Tally)| v1::HoldingBucket {
            from: Some(span_of_micros(*from)),
            to,
            trades: tally.trades,
            wins: tally.wins,
            profit: text(tally.profit),
        };
    ranges.zip(&trades.by_held).map(bucket).collect()
}

fn hours_of_week(trades: &Trades) -> Vec<v1::HourOfWeek> {
    let mut cells = Vec::new();
    for (weekday, hours) in (0..).zip(&trades.by_hour_of_week) {
        for (hour, tally) in (0..).zip(hours).filter(|(_, tally)| tally.trades > 0) {
            cells.push(v1::HourOfWeek {
                weekday,
                hour,
                trades: tally.trades,
                wins: tally.wins,
                profit: text(tally.profit),
            });
        }
    }
    cells
}

fn span_of_micros(micros: i64) -> prost_types::Duration {
    convert::duration(Duration::from_micros(u64::try_from(micros).unwrap_or(0)))
}

fn breakdown(key: String, tally: &Tally) -> v1::Breakdown {
    v1::Breakdown {
        key,
        exit_reason: v1::ExitReason::Unspecified.into(),
        trades: tally.trades,
        wins: tally.wins,
        win_rate_pct: tally.win_rate_pct().unwrap_or_default(),
        profit: text(tally.profit),
        fees: text(tally.fees),
        average_holding: tally.average_held().map(span_of_micros),
    }
}

fn point(span: &Span) -> v1::CurvePoint {
    v1::CurvePoint {
        from: Some(time(span.from)),
        at: Some(time(span.at)),
        equity: text(span.value),
        low: text(span.low),
        high: text(span.high),
        peak: text(span.peak),
        drawdown_pct: span.drawdown_pct,
        deepest_drawdown_pct: span.deepest_pct,
    }
}

fn month(month: &MonthReturn) -> v1::MonthlyReturn {
    v1::MonthlyReturn {
        month: month.month.to_string(),
        return_pct: month.return_pct,
        profit: text(month.profit),
    }
}

fn deepest(curve: &Curve, last: Timestamp) -> Option<v1::DeepestDrawdown> {
    let fall: Fall = curve.deepest()?;
    let end = fall.recovered_at.unwrap_or(last);
    Some(v1::DeepestDrawdown {
        drawdown_pct: fall.pct,
        peak_at: Some(time(fall.peak_at)),
        peak: text(fall.peak),
        trough_at: Some(time(fall.trough_at)),
        trough: text(fall.trough),
        recovered_at: fall.recovered_at.map(time),
        duration: Some(span_of_micros(end.micros() - fall.peak_at.micros())),
        higher_before: curve.higher_before(),
    })
}

/// Entries and exits in order of time; entries before the interval have no marker.
fn markers(marked: &[Marked], curve: Option<&Curve>, interval: Interval) -> Vec<v1::TradeMarker> {
    let mut all: Vec<(Timestamp, v1::TradeMarker)> = Vec::with_capacity(marked.len() * 2);
    let equity = |number: usize| {
        let found = curve.and_then(|curve| curve.found.get(number).copied().flatten());
        found.map(text).unwrap_or_default()
    };
    for (index, trade) in marked.iter().enumerate() {
        let sides = [(v1::OrderSide::Buy, trade.entry), (v1::OrderSide::Sell, trade.exit)];
        for (number, (side, (at, price))) in sides.into_iter().enumerate() {
            if at < interval.start() {
                continue;
            }
            all.push((
                at,
                v1::TradeMarker {
                    trade_id: trade.id(),
                    at: Some(time(at)),
                    side: side.into(),
                    symbol: trade.symbol.to_string(),
                    price: text(price),
                    profit: text(trade.profit),
                    equity: equity(index * 2 + number),
                },
            ));
        }
    }
    all.sort_by_key(|(at, marker)| (*at, marker.trade_id));
    all.into_iter().map(|(_, marker)| marker).collect()
}

/// Start and end of the time that rates are over: the interval as far as there is data.
fn covered(report: &Report) -> Option<(i64, i64)> {
    let (_, last, _) = report.span?;
    Some((report.curve.as_ref()?.begins().micros(), last.micros()))
}

fn statistics(report: &Report) -> v1::AnalyticsStatistics {
    let mut statistics = of_trades(&report.trades);
    let executions = &report.executions;
    statistics.slippage = text(executions.slippage);
    statistics.slippage_bps = executions.weighted_bps();
    statistics.shortfall = text(executions.shortfall);
    statistics.net_external = text(Decimal::ZERO);
    if let (Some(curve), Some((from, to))) = (&report.curve, covered(report)) {
        let days = (to - from) as f64 / DAY as f64;
        of_curve(curve, days, &mut statistics);
        statistics.exposure_time_pct = report.trades.exposure_pct(from, to);
        statistics.trades_per_day = (days > 0.0).then(|| report.trades.total.trades as f64 / days);
    }
    statistics
}

fn of_curve(curve: &Curve, days: f64, statistics: &mut v1::AnalyticsStatistics) {
    let growth = curve.total_growth();
    let daily: &Moments = &curve.days;
    let year = YEAR_DAYS.sqrt();
    let fall = curve.deepest().map_or(0.0, |fall| fall.pct);
    let (start, end, external) = curve.ends();
    statistics.total_return_pct = growth.map(|growth| (growth - 1.0) * 100.0);
    statistics.cagr_pct = growth.and_then(|growth| cagr_pct(growth, days));
    statistics.sharpe_daily_annualised = daily.sharpe().map(|ratio| ratio * year);
    statistics.sortino_daily_annualised = daily.sortino().map(|ratio| ratio * year);
    statistics.calmar = statistics.cagr_pct.filter(|_| fall > 0.0).map(|cagr| cagr / fall);
    statistics.volatility_annualised_pct =
        daily.deviation().map(|deviation| deviation * year * 100.0);
    statistics.max_drawdown_pct = Some(fall);
    statistics.days = u32::try_from(daily.count()).unwrap_or(u32::MAX);
    statistics.start_equity = start.map(text);
    statistics.end_equity = end.map(text);
    statistics.net_external = text(external);
}

/// A mean of amounts, 8 places.
fn mean(sum: Amount, count: u64) -> Option<String> {
    (count > 0).then(|| text((sum / Decimal::from(count)).round_dp(8)))
}

fn of_trades(trades: &Trades) -> v1::AnalyticsStatistics {
    let total = &trades.total;
    let losses = total.trades - total.wins;
    let (winning, losing) = trades.streaks();
    let factor = || Some(total.gross_profit.to_f64()? / total.gross_loss.to_f64()?);
    v1::AnalyticsStatistics {
        trades: total.trades,
        wins: total.wins,
        losses,
        win_rate_pct: total.win_rate_pct(),
        profit_factor: if total.gross_loss.is_zero() { None } else { factor() },
        expectancy: mean(total.profit, total.trades),
        average_win: mean(total.gross_profit, total.wins),
        average_loss: mean(-total.gross_loss, losses),
        best_trade: trades.best.map(text),
        worst_trade: trades.worst.map(text),
        longest_winning_streak: winning,
        longest_losing_streak: losing,
        average_holding: total.average_held().map(span_of_micros),
        trade_profit: text(total.profit),
        fees: text(total.fees),
        turnover: text(trades.turnover),
        sharpe_per_trade: trades.profits.sharpe(),
        sortino_per_trade: trades.profits.sortino(),
        ..v1::AnalyticsStatistics::default()
    }
}

/// The answer to `GetCosts`.
#[must_use]
pub fn costs_answer(
    costs: &Costs,
    interval: Interval,
    quote_asset: String,
    as_of_sequence: u64,
) -> v1::GetCostsResponse {
    let fill =
        |((symbol, asset), sums): (&(domain::Symbol, domain::Asset), &super::costs::FillSums)| {
            v1::FillCosts {
                symbol: symbol.to_string(),
                fee_asset: asset.to_string(),
                fills: sums.fills,
                maker_fills: sums.maker_fills,
                turnover: text(sums.turnover),
                fees: text(sums.fees),
            }
        };
    v1::GetCostsResponse {
        from: interval.from.map(time),
        to: Some(time(interval.to)),
        quote_asset,
        fees: costs
            .fees()
            .into_iter()
            .map(|(asset, amount)| v1::AssetAmount {
                asset: asset.to_string(),
                amount: text(amount),
            })
            .collect(),
        fills: costs.fills.iter().map(fill).collect(),
        executions: costs
            .executions
            .iter()
            .map(|((symbol, style, purpose), sums)| v1::ExecutionCosts {
                symbol: symbol.to_string(),
                style: convert::style(*style).into(),
                purpose: convert::purpose(*purpose).into(),
                ..execution(sums)
            })
            .collect(),
        total: Some(execution(&costs.total)),
        as_of_sequence,
        days: costs.days.iter().map(|(day, costs)| daily(*day, costs)).collect(),
    }
}

fn daily(day: i64, costs: &DayCosts) -> v1::DailyCosts {
    let fee = |(asset, amount): (&domain::Asset, &Amount)| v1::AssetAmount {
        asset: asset.to_string(),
        amount: text(*amount),
    };
    v1::DailyCosts {
        day: day_text(day),
        fees: costs.fees.iter().map(fee).collect(),
        turnover: text(costs.turnover),
        slippage: text(costs.executions.slippage),
        slippage_bps: costs.executions.weighted_bps(),
        shortfall: text(costs.executions.shortfall),
        fills: costs.fills,
        executions: costs.executions.executions,
    }
}

fn execution(sums: &ExecutionSums) -> v1::ExecutionCosts {
    v1::ExecutionCosts {
        symbol: String::new(),
        style: v1::ExecutionStyle::Unspecified.into(),
        purpose: v1::OrderPurpose::Unspecified.into(),
        executions: sums.executions,
        done: sums.done,
        mean_slippage_bps: sums.mean_bps(),
        slippage: text(sums.slippage),
        slippage_bps: sums.weighted_bps(),
        shortfall: text(sums.shortfall),
        fees: text(sums.fees),
    }
}
