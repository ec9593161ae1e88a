//! `positions protect`: moves or clears stop and targets of one position.

use super::Context;
use super::plan::{self, Ask};
use crate::cli::ProtectArgs;
use crate::failure::Failure;
use crate::output::table::{Field, Style, Tone, panel, text};
use crate::output::{format, words};
use crate::parse::Level;
use crate::random::request_id;
use tradingd_proto::v1::level_change::Change;
use tradingd_proto::v1::position_service_client::PositionServiceClient;
use tradingd_proto::v1::{
    LevelChange, ProtectionPlace, SetProtectionRequest, SetProtectionResponse,
};

/// Changes the levels of one position.
pub async fn protect(context: &Context<'_>, args: ProtectArgs) -> Result<(), Failure> {
    let question = format!("Without a stop nothing limits the loss of {}. Clear it?", args.symbol);
    let bare = args.stop == Some(Level::None);
    let ask = if bare && !args.yes { Ask::Always(&question) } else { Ask::Never };
    let request = SetProtectionRequest {
        symbol: args.symbol,
        stop: args.stop.map(change),
        first_target: args.first_target.map(change),
        target: args.target.map(change),
        request_id: request_id()?,
        reason: args.reason,
        dry_run: false,
        plan_id: String::new(),
    };
    let call = async |r: SetProtectionRequest| -> Result<SetProtectionResponse, Failure> {
        let rpc = async |c, r| PositionServiceClient::new(c).set_protection(r).await;
        context.client.mutate(r, rpc).await
    };
    let Some(request) = plan::first(context, request, &args.plan, ask, &call).await? else {
        return Ok(());
    };
    let answer = call(request).await?;
    context.out.answer(&answer, page)
}

fn change(level: Level) -> LevelChange {
    LevelChange {
        change: Some(match level {
            Level::None => Change::Clear(true),
            Level::At(price) => Change::Price(price),
        }),
    }
}

fn page(answer: &SetProtectionResponse, style: Style) -> String {
    let position = answer.position.clone().unwrap_or_default();
    let bare = position.protection == i32::from(ProtectionPlace::None);
    let lines = vec![
        ("symbol", text(&*position.symbol)),
        ("quantity", text(format::quantity(&position.quantity))),
        ("mark", text(format::price(&position.mark_price))),
        ("stop", level(&position.stop_price, &position.stop_distance_pct)),
        ("first target", level(&position.first_target_price, "")),
        ("target", level(&position.target_price, &position.target_distance_pct)),
        (
            "protection",
            text(words::protection(position.protection)).tone(if bare {
                Tone::Bad
            } else {
                Tone::Plain
            }),
        ),
    ];
    panel(style, lines)
}

/// A price with its distance from the mark, or `none`.
fn level(price: &str, distance_pct: &str) -> Field {
    match (price, distance_pct) {
        ("", _) => text("none"),
        (price, "") => text(format::price(price)),
        (price, pct) => {
            text(format!("{}, {} % from the mark", format::price(price), format::fixed(pct, 2)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::Position;

    #[test]
    fn the_levels_as_they_are_now() {
        let position = Position {
            symbol: "BTCUSDT".to_owned(),
            quantity: "0.02".to_owned(),
            mark_price: "62000".to_owned(),
            stop_price: "61000".to_owned(),
            stop_distance_pct: "1.61".to_owned(),
            target_price: "66000".to_owned(),
            protection: ProtectionPlace::Venue.into(),
            ..Default::default()
        };
        let answer = SetProtectionResponse { position: Some(position), effect: None, plan: None };
        assert_eq!(
            page(&answer, Style { colour: false }),
            "symbol        BTCUSDT\n\
             quantity      0.02\n\
             mark          62,000\n\
             stop          61,000, 1.61 % from the mark\n\
             first target  none\n\
             target        66,000\n\
             protection    venue"
        );
    }
}
