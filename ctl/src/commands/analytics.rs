//! `analytics`: key figures, curves, months and groups of a stretch of time on one page.

use super::Context;
use super::analytics_groups::{group, group_table};
use crate::cli::{AnalyticsArgs, GroupBy, IntervalArgs, Range};
use crate::failure::Failure;
use crate::output::chart::{self, Column};
use crate::output::format;
use crate::output::table::{Field, Style, Tone, panel, profit, text};
use crate::output::terminal_width;
use tradingd_proto::v1::analytics_service_client::AnalyticsServiceClient;
use tradingd_proto::v1::{
    AnalyticsRange, AnalyticsStatistics, DeepestDrawdown, GetAnalyticsRequest,
    GetAnalyticsResponse, MonthlyReturn,
};

/// Lines of the equity chart, and of the one of its falls.
const EQUITY_LINES: usize = 8;
const FALL_LINES: usize = 4;

/// The range of a request; everything when nothing was said.
pub(super) fn range(args: &IntervalArgs) -> AnalyticsRange {
    match args.range {
        Some(Range::Day) => AnalyticsRange::AnalyticsRange24h,
        Some(Range::Week) => AnalyticsRange::AnalyticsRange7d,
        Some(Range::Month) => AnalyticsRange::AnalyticsRange30d,
        Some(Range::Quarter) => AnalyticsRange::AnalyticsRange90d,
        Some(Range::All) => AnalyticsRange::All,
        None => AnalyticsRange::Unspecified,
    }
}

/// Shows the page, or one table of it.
pub async fn analytics(context: &Context<'_>, args: AnalyticsArgs) -> Result<(), Failure> {
    let request = GetAnalyticsRequest {
        range: range(&args.interval).into(),
        from: args.interval.from,
        to: args.interval.to,
        max_points: args.points,
        max_marked_trades: args.marked,
    };
    let answer = context
        .client
        .read(request, async |c, r| AnalyticsServiceClient::new(c).get_analytics(r).await)
        .await?;
    let width = terminal_width();
    match args.by {
        None => context.out.answer(&answer, |answer, style| page(answer, style, width)),
        Some(by) => {
            let rows = group(&answer, by).len();
            let table = |answer: &GetAnalyticsResponse, style| group_table(answer, by, style);
            context.out.list(&answer, rows, "no trades were closed in that time", table)
        }
    }
}

fn page(answer: &GetAnalyticsResponse, style: Style, width: usize) -> String {
    let mut parts = vec![span(answer)];
    let none = AnalyticsStatistics::default();
    let figures = answer.statistics.as_ref().unwrap_or(&none);
    parts.push(beside(&returns(answer, figures, style), &trades(answer, figures, style)));
    parts.extend(charts(answer, style, width));
    if !answer.months.is_empty() {
        parts.push(format!("return by month (%)\n{}", heat(&answer.months, style)));
    }
    let groups = [
        (GroupBy::Strategy, "by strategy"),
        (GroupBy::Symbol, "by symbol"),
        (GroupBy::Reason, "by exit reason"),
    ];
    for (by, name) in groups.into_iter().filter(|(by, _)| !group(answer, *by).is_empty()) {
        parts.push(format!("{name}\n{}", group_table(answer, by, style)));
    }
    parts.join("\n\n")
}

fn span(answer: &GetAnalyticsResponse) -> String {
    match (&answer.first_data, &answer.last_data) {
        (Some(first), Some(last)) => format!(
            "{} to {} UTC ({})",
            format::utc(Some(first)),
            format::utc(Some(last)),
            format::held(Some(first), Some(last))
        ),
        _ => "no equity is stored for that time".to_owned(),
    }
}

/// A figure with its unit, left out when it is not defined.
fn optional(value: Option<f64>, places: usize, unit: &str) -> Field {
    text(value.map_or_else(String::new, |v| format::figure(v, places))).unit(unit)
}

/// A figure that is good above zero.
fn gain(value: Option<f64>, unit: &str) -> Field {
    profit(&value.map_or_else(String::new, |v| format::figure(v, 2)), 2).unit(unit)
}

fn returns(
    answer: &GetAnalyticsResponse,
    figures: &AnalyticsStatistics,
    style: Style,
) -> Vec<String> {
    let quote = &answer.quote_asset;
    let money = |value: &Option<String>| {
        text(format::fixed(value.as_deref().unwrap_or_default(), 2)).unit(quote)
    };
    let moved = if format::sign(&figures.net_external) == 0 { "" } else { &figures.net_external };
    let lines = vec![
        ("return", gain(figures.total_return_pct, "%")),
        ("equity at start", money(&figures.start_equity)),
        ("equity at end", money(&figures.end_equity)),
        ("moved in or out", text(format::signed(moved, 2)).unit(quote)),
        ("growth per year", gain(figures.cagr_pct, "%")),
        ("volatility", optional(figures.volatility_annualised_pct, 2, "% a year")),
        ("Sharpe (daily)", optional(figures.sharpe_daily_annualised, 2, "")),
        ("Sortino (daily)", optional(figures.sortino_daily_annualised, 2, "")),
        ("Calmar", optional(figures.calmar, 2, "")),
        ("worst drawdown", optional(figures.max_drawdown_pct, 2, "%")),
        ("  lasted", text(lasted(answer.deepest_drawdown.as_ref()))),
        ("in the market", optional(figures.exposure_time_pct, 1, "% of the time")),
        ("fees", text(format::fixed(&figures.fees, 2)).unit(quote)),
        ("slippage", text(format::fixed(&figures.slippage, 2)).unit(quote)),
        ("  of the value", optional(figures.slippage_bps, 2, "bps")),
        ("shortfall", text(format::fixed(&figures.shortfall, 2)).unit(quote)),
        ("turnover", text(format::fixed(&figures.turnover, 2)).unit(quote)),
    ];
    panel(style, lines).lines().map(str::to_owned).collect()
}

fn lasted(fall: Option<&DeepestDrawdown>) -> String {
    let Some(fall) = fall else { return String::new() };
    let span = format::proto_span(fall.duration.as_ref());
    let mut text = if fall.recovered_at.is_some() { span } else { format!("{span} so far") };
    if fall.higher_before {
        text.push_str(", higher before");
    }
    text
}

fn trades(
    answer: &GetAnalyticsResponse,
    figures: &AnalyticsStatistics,
    style: Style,
) -> Vec<String> {
    let quote = &answer.quote_asset;
    let result =
        |value: &Option<String>| profit(value.as_deref().unwrap_or_default(), 2).unit(quote);
    let row = |count: u64| if figures.trades == 0 { String::new() } else { format::count(count) };
    let lines = vec![
        ("trades", text(format::count(figures.trades))),
        ("  a day", optional(figures.trades_per_day, 2, "")),
        ("won", optional(figures.win_rate_pct, 2, "%")),
        ("profit factor", optional(figures.profit_factor, 2, "")),
        ("profit of trades", profit(&figures.trade_profit, 2).unit(quote)),
        ("  of one", result(&figures.expectancy)),
        ("average win", result(&figures.average_win)),
        ("average loss", result(&figures.average_loss)),
        ("best", result(&figures.best_trade)),
        ("worst", result(&figures.worst_trade)),
        ("wins in a row", text(row(figures.longest_winning_streak))),
        ("losses in a row", text(row(figures.longest_losing_streak))),
        ("held", text(format::proto_span(figures.average_holding.as_ref()))),
        ("Sharpe (trade)", optional(figures.sharpe_per_trade, 3, "")),
        ("Sortino (trade)", optional(figures.sortino_per_trade, 3, "")),
    ];
    panel(style, lines).lines().map(str::to_owned).collect()
}

/// Two blocks of lines side by side; colour takes no room.
fn beside(left: &[String], right: &[String]) -> String {
    let width = left.iter().map(|line| visible(line)).max().unwrap_or(0) + 4;
    let line = |n: usize| {
        let left = left.get(n).map_or("", |l| l.as_str());
        let gap = " ".repeat(width - visible(left));
        format!("{left}{gap}{}", right.get(n).map_or("", |l| l.as_str())).trim_end().to_owned()
    };
    (0..left.len().max(right.len())).map(line).collect::<Vec<_>>().join("\n")
}

/// Characters that are seen: all but escape codes.
fn visible(line: &str) -> usize {
    let mut escaped = false;
    let seen = |c: char| {
        let was = escaped;
        escaped = c == '\u{1b}' || (was && c != 'm');
        !was && !escaped
    };
    line.chars().map(seen).filter(|seen| *seen).count()
}

/// Equity and its falls, as wide as the terminal.
fn charts(answer: &GetAnalyticsResponse, style: Style, width: usize) -> Vec<String> {
    let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
    let curve = &answer.curve;
    if curve.len() < 2 {
        return Vec::new();
    }
    let equity: Vec<Column> = curve
        .iter()
        .map(|point| Column { low: number(&point.low), high: number(&point.high) })
        .collect();
    let falls: Vec<Column> = curve
        .iter()
        .map(|p| Column { low: p.drawdown_pct, high: p.deepest_drawdown_pct })
        .collect();
    let quote = &answer.quote_asset;
    vec![
        format!("equity ({quote})\n{}", equity_chart(&equity, style, width)),
        match falls_chart(&falls, style, width) {
            shown if shown.is_empty() => "no drawdown".to_owned(),
            shown => format!("drawdown (%)\n{shown}"),
        },
    ]
}

/// The chart of equity values.
pub(super) fn equity_chart(values: &[Column], style: Style, width: usize) -> String {
    let label = |value: f64| format::fixed(&format!("{value:.2}"), 2);
    let margin = values.iter().map(|c| label(c.high).len()).max().unwrap_or(0) + 2;
    let columns = chart::columns(values, width.saturating_sub(margin));
    let risen = values.last().map(|c| c.high) >= values.first().map(|c| c.low);
    chart::area(&columns, EQUITY_LINES, label, style, Tone::of_pass(risen))
}

fn falls_chart(values: &[Column], style: Style, width: usize) -> String {
    let columns = chart::columns(values, width.saturating_sub(9));
    chart::hanging(&columns, FALL_LINES, |v| format!("{:.2}", 0.0 - v), style, Tone::Bad)
}

/// A line per year, a column per month, and the year as a whole.
fn heat(months: &[MonthlyReturn], style: Style) -> String {
    use crate::output::table::{number, rows};
    let mut years: Vec<(&str, [Option<f64>; 12])> = Vec::new();
    for entry in months {
        let Some((year, month)) = entry.month.rsplit_once('-') else { continue };
        let place = month.parse::<usize>().unwrap_or(0).saturating_sub(1).min(11);
        if years.last().is_none_or(|(last, _)| *last != year) {
            years.push((year, [None; 12]));
        }
        if let Some((_, year)) = years.last_mut() {
            year[place] = Some(entry.return_pct);
        }
    }
    let cell = |value: Option<f64>| match value {
        Some(value) => profit(&format!("{value:.2}"), 2),
        None => number(""),
    };
    let line = |(year, months): &(&str, [Option<f64>; 12])| {
        let whole = months.iter().flatten().fold(1.0, |all, m| all * (1.0 + m / 100.0));
        let mut row = vec![text(*year)];
        row.extend(months.iter().map(|value| cell(*value)));
        row.push(cell(Some((whole - 1.0) * 100.0)));
        row
    };
    let headings = [
        "year", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        "all",
    ];
    rows(style, &headings, years.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::{Breakdown, CurvePoint, ExitReason};

    const PLAIN: Style = Style { colour: false };

    fn answer() -> GetAnalyticsResponse {
        let at = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
        let point = |seconds, equity: &str, fall| CurvePoint {
            from: at(seconds),
            at: at(seconds),
            equity: equity.to_owned(),
            low: equity.to_owned(),
            high: equity.to_owned(),
            peak: "10000".to_owned(),
            drawdown_pct: fall,
            deepest_drawdown_pct: fall,
        };
        let month = |month: &str, return_pct| MonthlyReturn {
            month: month.to_owned(),
            return_pct,
            profit: "1".to_owned(),
        };
        GetAnalyticsResponse {
            quote_asset: "USDT".to_owned(),
            first_data: at(1_767_225_600),
            last_data: at(1_767_484_800),
            statistics: Some(AnalyticsStatistics {
                total_return_pct: Some(-2.0),
                trades: 3,
                trade_profit: "-200".to_owned(),
                net_external: "0".to_owned(),
                ..Default::default()
            }),
            curve: vec![point(1_767_225_600, "10000", 0.0), point(1_767_484_800, "9800", 2.0)],
            months: vec![month("2025-12", 10.0), month("2026-01", -10.0), month("2026-03", 0.0)],
            by_exit_reason: vec![Breakdown {
                exit_reason: ExitReason::StopLoss.into(),
                trades: 3,
                win_rate_pct: 33.333,
                profit: "-200".to_owned(),
                fees: "1.5".to_owned(),
                ..Default::default()
            }],
            ..Default::default()
        }
    }

    #[test]
    fn the_page_shows_what_is_known_and_leaves_out_the_rest() {
        let page = page(&answer(), PLAIN, 40);
        assert!(
            page.starts_with("2026-01-01 00:00:00 to 2026-01-04 00:00:00 UTC (3d)\n\n"),
            "{page}"
        );
        assert!(page.contains("return  -2.00 %"), "{page}");
        assert!(page.contains("10,000.00 ┤█"), "{page}");
        for absent in ["Sharpe", "moved in or out", "by strategy", "in a row", "NaN"] {
            assert_eq!(page.contains(absent), absent == "in a row", "{absent}: {page}");
        }
        assert!(!page.contains('\u{1b}'), "{page}");
        assert!(super::page(&GetAnalyticsResponse::default(), PLAIN, 40).starts_with("no equity"));
    }

    #[test]
    fn months_stand_in_their_columns_and_multiply() {
        assert_eq!(
            heat(&answer().months, PLAIN),
            "year     jan  feb   mar  apr  may  jun  jul  aug  sep  oct  nov     dec     all\n\
             2025       -    -     -    -    -    -    -    -    -    -    -  +10.00  +10.00\n\
             2026  -10.00    -  0.00    -    -    -    -    -    -    -    -       -  -10.00"
        );
    }

    #[test]
    fn groups_have_the_protocols_words() {
        let table = group_table(&answer(), GroupBy::Reason, PLAIN);
        let bar = "█".repeat(20);
        let line = format!("stop loss       3     33.3        -200.00         1.50     -  {bar}");
        assert_eq!(table.lines().nth(1), Some(line.as_str()));
    }

    #[test]
    fn colour_takes_no_room_beside() {
        let left = ["\u{1b}[31mab\u{1b}[0m".to_owned(), "c".to_owned()];
        let right = ["x".to_owned(), "y".to_owned()];
        assert_eq!(beside(&left, &right), "\u{1b}[31mab\u{1b}[0m    x\nc     y");
    }
}
