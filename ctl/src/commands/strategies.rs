//! `strategies list`, `enable` and `disable`.

use super::Context;
use super::plan::{self, Ask};
use crate::cli::SwitchArgs;
use crate::failure::Failure;
use crate::output::format;
use crate::output::table::{Field, Style, Tone, number, profit, rows, text};
use crate::random::request_id;
use tradingd_proto::v1::strategy_service_client::StrategyServiceClient;
use tradingd_proto::v1::{
    ListStrategiesRequest, ListStrategiesResponse, SetStrategyEnabledRequest,
    SetStrategyEnabledResponse, Strategy, StrategyStatistics,
};

/// Lists strategies with their switches and what they earned.
pub async fn list(context: &Context<'_>) -> Result<(), Failure> {
    let answer = context
        .client
        .read(ListStrategiesRequest {}, async |c, r| {
            StrategyServiceClient::new(c).list_strategies(r).await
        })
        .await?;
    context.out.list(&answer, answer.strategies.len(), "no strategies", table)
}

fn table(answer: &ListStrategiesResponse, style: Style) -> String {
    let headings = [
        "strategy",
        "switch",
        "weight",
        "trades",
        "profit (quote)",
        "holds",
        "switched off by itself in",
        "version",
    ];
    let line = |strategy: &Strategy| {
        vec![
            text(&*strategy.name),
            switch(strategy.enabled),
            number(format::quantity(&strategy.weight)),
            number(format::count(strategy.trades)),
            profit(&strategy.total_profit, 2),
            text(strategy.open_symbols.join(", ")),
            text(auto_disabled(strategy)).tone(Tone::Warn),
            number(strategy.version.to_string()),
        ]
    };
    let summary = rows(style, &headings, answer.strategies.iter().map(line).collect());
    let details = statistics(answer, style);
    if details.is_empty() { summary } else { format!("{summary}\n\n{details}") }
}

fn switch(enabled: bool) -> Field {
    if enabled { text("on").tone(Tone::Good) } else { text("off").tone(Tone::Bad) }
}

fn auto_disabled(strategy: &Strategy) -> String {
    let off = strategy.statistics.iter().filter(|s| s.auto_disabled);
    let parts: Vec<String> =
        off.map(|s| format!("{} ({})", s.symbol, s.auto_disabled_reason)).collect();
    parts.join(", ")
}

/// Figures per strategy and symbol, for those that traded; empty when none did.
fn statistics(answer: &ListStrategiesResponse, style: Style) -> String {
    let headings = [
        "strategy",
        "symbol",
        "trades",
        "wins (%)",
        "average (quote)",
        "profit (quote)",
        "factor",
        "Sharpe",
        "losses in a row",
    ];
    let optional = |value: &Option<String>| format::fixed(value.as_deref().unwrap_or(""), 2);
    let line = |name: &str, s: &StrategyStatistics| {
        vec![
            text(name),
            text(&*s.symbol),
            number(format::count(s.trades)),
            number(optional(&s.win_rate_pct)),
            profit(s.average_profit.as_deref().unwrap_or(""), 2),
            profit(&s.total_profit, 2),
            number(optional(&s.profit_factor)),
            number(s.sharpe_ratio.map_or_else(String::new, |v| format::figure(v, 2))),
            number(s.consecutive_losses.to_string()).tone(if s.consecutive_losses >= 3 {
                Tone::Warn
            } else {
                Tone::Plain
            }),
        ]
    };
    let lines: Vec<Vec<Field>> = answer
        .strategies
        .iter()
        .flat_map(|strategy| strategy.statistics.iter().map(move |s| (&*strategy.name, s)))
        .filter(|(_, s)| s.trades > 0)
        .map(|(name, s)| line(name, s))
        .collect();
    if lines.is_empty() { String::new() } else { rows(style, &headings, lines) }
}

/// Switches a strategy on.
pub async fn enable(context: &Context<'_>, args: SwitchArgs) -> Result<(), Failure> {
    set(context, args, true, false).await
}

/// Switches a strategy off.
pub async fn disable(context: &Context<'_>, args: SwitchArgs, force: bool) -> Result<(), Failure> {
    set(context, args, false, force).await
}

async fn set(
    context: &Context<'_>,
    args: SwitchArgs,
    enabled: bool,
    force: bool,
) -> Result<(), Failure> {
    let request = SetStrategyEnabledRequest {
        strategy: args.name,
        enabled,
        force,
        request_id: request_id()?,
        reason: args.reason,
        expected_version: args.expected_version,
        dry_run: false,
        plan_id: String::new(),
    };
    let call = async |r: SetStrategyEnabledRequest| -> Result<SetStrategyEnabledResponse, Failure> {
        let rpc = async |c, r| StrategyServiceClient::new(c).set_strategy_enabled(r).await;
        context.client.mutate(r, rpc).await
    };
    let Some(request) = plan::first(context, request, &args.plan, Ask::Never, &call).await? else {
        return Ok(());
    };
    let answer = call(request).await?;
    context.out.answer(&answer, switched)
}

fn switched(answer: &SetStrategyEnabledResponse, style: Style) -> String {
    let strategy = answer.strategy.clone().unwrap_or_default();
    let (word, tone) = if strategy.enabled { ("on", Tone::Good) } else { ("off", Tone::Bad) };
    let mut line = format!("{} is {}", strategy.name, style.paint(word, tone));
    if answer.effect.as_ref().is_some_and(|effect| effect.sequence == 0) {
        line.push_str(" (it was already)");
    }
    if !strategy.enabled && !strategy.open_symbols.is_empty() {
        line.push_str(&format!(
            "; what it holds in {} keeps its protection and its exits",
            strategy.open_symbols.join(", ")
        ));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::Effect;

    const PLAIN: Style = Style { colour: false };

    #[test]
    fn strategies_with_and_without_trades() {
        let traded = StrategyStatistics {
            symbol: "BTC/USDT".to_owned(),
            trades: 4,
            win_rate_pct: Some("75".to_owned()),
            average_profit: Some("2.5".to_owned()),
            total_profit: "10".to_owned(),
            sharpe_ratio: Some(1.234),
            auto_disabled: true,
            auto_disabled_reason: "low_win_rate".to_owned(),
            ..Default::default()
        };
        let strategy = |name: &str, enabled, statistics| Strategy {
            name: name.to_owned(),
            enabled,
            weight: "1.0".to_owned(),
            total_profit: "10".to_owned(),
            trades: 4,
            statistics,
            ..Default::default()
        };
        let answer = ListStrategiesResponse {
            strategies: vec![
                strategy("momentum", true, vec![traded, StrategyStatistics::default()]),
                strategy("dca", false, vec![]),
            ],
            as_of_sequence: 1,
        };
        assert_eq!(
            table(&answer, PLAIN),
            "\
strategy  switch  weight  trades  profit (quote)  holds  switched off by itself in  version
momentum  on           1       4          +10.00  -      BTC/USDT (low_win_rate)          0
dca       off          1       4          +10.00  -      -                                0

strategy  symbol    trades  wins (%)  average (quote)  profit (quote)  factor  Sharpe  losses in a row
momentum  BTC/USDT       4     75.00            +2.50          +10.00       -    1.23                0"
        );
    }

    #[test]
    fn a_switch_tells_what_stays() {
        let mut answer = SetStrategyEnabledResponse {
            strategy: Some(Strategy {
                name: "dca".to_owned(),
                enabled: true,
                ..Default::default()
            }),
            effect: Some(Effect { sequence: 0, replayed: false }),
            plan: None,
        };
        assert_eq!(switched(&answer, PLAIN), "dca is on (it was already)");
        answer.strategy = Some(Strategy {
            name: "dca".to_owned(),
            open_symbols: vec!["BTC/USDT".to_owned()],
            ..Default::default()
        });
        answer.effect = Some(Effect { sequence: 5, replayed: false });
        assert_eq!(
            switched(&answer, PLAIN),
            "dca is off; what it holds in BTC/USDT keeps its protection and its exits"
        );
    }
}
