//! The trades of a stretch of time in groups.

use crate::cli::GroupBy;
use crate::output::table::{Style, number, profit, rows, text};
use crate::output::{chart, format, words};
use tradingd_proto::v1::{Breakdown, GetAnalyticsResponse};

/// Characters of the longest bar.
const BAR: usize = 20;

/// The groups.
pub(super) fn group(answer: &GetAnalyticsResponse, by: GroupBy) -> &[Breakdown] {
    match by {
        GroupBy::Strategy => &answer.by_strategy,
        GroupBy::Symbol => &answer.by_symbol,
        GroupBy::Hour => &answer.by_hour,
        GroupBy::Weekday => &answer.by_weekday,
        GroupBy::Month => &answer.by_month,
        GroupBy::Reason => &answer.by_exit_reason,
    }
}

/// The groups with a bar of each one's result.
pub(super) fn group_table(answer: &GetAnalyticsResponse, by: GroupBy, style: Style) -> String {
    let groups = group(answer, by);
    let size = |entry: &Breakdown| entry.profit.parse::<f64>().unwrap_or(0.0).abs();
    let most = groups.iter().map(size).fold(0.0, f64::max);
    let name = match by {
        GroupBy::Strategy => "strategy",
        GroupBy::Symbol => "symbol",
        GroupBy::Hour => "hour of entry (UTC)",
        GroupBy::Weekday => "day of entry (UTC)",
        GroupBy::Month => "month of exit (UTC)",
        GroupBy::Reason => "exit",
    };
    let quote = &answer.quote_asset;
    let (result, fees) = (format!("profit ({quote})"), format!("fees ({quote})"));
    let headings = [name, "trades", "won (%)", &result, &fees, "held", ""];
    let line = |entry: &Breakdown| {
        let key = match by {
            GroupBy::Reason => words::exit_reason(entry.exit_reason),
            _ => entry.key.clone(),
        };
        let share = if most > 0.0 { size(entry) / most } else { 0.0 };
        let bar = match chart::bar(share, BAR) {
            bar if bar.is_empty() => " ".to_owned(),
            bar => bar,
        };
        vec![
            text(key),
            number(format::count(entry.trades)),
            number(format::figure(entry.win_rate_pct, 1)),
            profit(&entry.profit, 2),
            number(format::fixed(&entry.fees, 2)),
            number(format::proto_span(entry.average_holding.as_ref())),
            text(bar).tone(crate::output::table::Tone::of_profit(&entry.profit)),
        ]
    };
    rows(style, &headings, groups.iter().map(line).collect())
}
