//! `positions`: what is held, with its protection.

use super::Context;
use crate::cli::SymbolArgs;
use crate::failure::Failure;
use crate::output::table::{Style, Tone, number, profit, rows, text};
use crate::output::{format, words};
use tradingd_proto::v1::position_service_client::PositionServiceClient;
use tradingd_proto::v1::{ListPositionsRequest, ListPositionsResponse, Position, ProtectionPlace};

/// Lists open positions.
pub async fn positions(context: &Context<'_>, args: SymbolArgs) -> Result<(), Failure> {
    let answer = fetch(context, args.symbol.unwrap_or_default()).await?;
    context.out.list(&answer, answer.positions.len(), "no open positions", table)
}

/// The open positions of a symbol, or all for an empty one.
pub async fn fetch(
    context: &Context<'_>,
    symbol: String,
) -> Result<ListPositionsResponse, Failure> {
    context
        .client
        .read(ListPositionsRequest { symbol }, async |c, r| {
            PositionServiceClient::new(c).list_positions(r).await
        })
        .await
}

/// One row per position; amounts in each symbol's quote asset.
fn table(answer: &ListPositionsResponse, style: Style) -> String {
    let headings = [
        "symbol",
        "quantity",
        "entry",
        "mark",
        "value (quote)",
        "profit (quote)",
        "profit (%)",
        "stop",
        "set by",
        "first target",
        "target",
        "protection",
        "opened (UTC)",
        "held",
        "closes (UTC)",
        "owned by",
    ];
    let line = |position: &Position| {
        let bare = position.protection == i32::from(ProtectionPlace::None);
        let owners: Vec<&str> = position.lots.iter().map(|lot| lot.strategy.as_str()).collect();
        vec![
            text(&*position.symbol),
            number(format::quantity(&position.quantity)),
            number(format::price(&position.entry_price)),
            number(format::price(&position.mark_price)),
            number(format::fixed(&position.value, 2)),
            profit(&position.unrealised_profit, 2),
            profit(&position.unrealised_pct, 2),
            number(format::price(&position.stop_price)),
            text(words::stop_kind(position.stop_kind)),
            number(format::price(&position.first_target_price)),
            number(format::price(&position.target_price)),
            text(words::protection(position.protection)).tone(if bare {
                Tone::Bad
            } else {
                Tone::Plain
            }),
            text(format::utc(position.opened_at.as_ref())),
            // Engine time against engine time: a replay's day is not ours.
            number(format::held(position.opened_at.as_ref(), answer.as_of.as_ref())),
            text(format::utc(position.closes_at.as_ref())),
            text(owners.join(", ")),
        ]
    };
    rows(style, &headings, answer.positions.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost_types::Timestamp;
    use tradingd_proto::v1::{Lot, StopKind};

    #[test]
    fn a_position_on_one_line() {
        let position = Position {
            symbol: "BTC/USDT".to_owned(),
            quantity: "0.02500000".to_owned(),
            entry_price: "43210.5".to_owned(),
            mark_price: "43300".to_owned(),
            value: "1082.5".to_owned(),
            unrealised_profit: "2.2375".to_owned(),
            unrealised_pct: "0.2071".to_owned(),
            stop_price: "42000".to_owned(),
            stop_kind: StopKind::Trailing.into(),
            first_target_price: "44500".to_owned(),
            closes_at: Some(Timestamp { seconds: 1_769_868_300 + 86_400, nanos: 0 }),
            protection: ProtectionPlace::Venue.into(),
            opened_at: Some(Timestamp { seconds: 1_769_868_300, nanos: 0 }),
            lots: vec![Lot { strategy: "momentum".to_owned(), quantity: "0.025".to_owned() }],
            ..Default::default()
        };
        let answer = ListPositionsResponse {
            positions: vec![position],
            as_of: Some(Timestamp { seconds: 1_769_868_300 + 3_900, nanos: 0 }),
            as_of_sequence: 9,
        };
        let shown = table(&answer, Style { colour: false });
        let row: Vec<&str> = shown.lines().nth(1).expect("a row").split("  ").collect();
        let row: Vec<&str> = row.into_iter().map(str::trim).filter(|w| !w.is_empty()).collect();
        assert_eq!(
            row,
            [
                "BTC/USDT",
                "0.025",
                "43,210.5",
                "43,300",
                "1,082.50",
                "+2.24",
                "+0.21",
                "42,000",
                "trailing",
                "44,500",
                "-",
                "venue",
                "2026-01-31 14:05:00",
                "1h 5m",
                "2026-02-01 14:05:00",
                "momentum"
            ]
        );
    }
}
