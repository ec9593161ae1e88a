//! `portfolio movements`, `deposit` and `withdraw`: money that moves without an order.

use super::Context;
use super::plan::{self, Ask};
use crate::cli::MoveArgs;
use crate::failure::Failure;
use crate::output::table::{Style, number, rows, text};
use crate::output::{format, words};
use crate::random::request_id;
use tradingd_proto::v1::portfolio_service_client::PortfolioServiceClient;
use tradingd_proto::v1::{
    ListMovementsRequest, ListMovementsResponse, Movement, MovementKind, RecordMovementRequest,
    RecordMovementResponse,
};

/// Lists movements, newest first.
pub async fn list(context: &Context<'_>, limit: u32) -> Result<(), Failure> {
    let answer = context
        .client
        .read(ListMovementsRequest { limit }, async |c, r| {
            PortfolioServiceClient::new(c).list_movements(r).await
        })
        .await?;
    context.out.list(&answer, answer.movements.len(), "nothing has moved", table)
}

fn table(answer: &ListMovementsResponse, style: Style) -> String {
    let line = |m: &Movement| {
        vec![
            text(format::utc(m.at.as_ref())),
            text(words::movement(m.kind)),
            number(format::quantity(&m.amount)),
            text(&*m.asset),
            number(format::or_none(&m.counter_amount)),
            text(&*m.counter_asset),
            text(&*m.reference),
            text(&*m.note),
        ]
    };
    let headings = ["at (UTC)", "what", "amount", "asset", "against", "asset", "id", "note"];
    rows(style, &headings, answer.movements.iter().map(line).collect())
}

/// Puts money in or takes it out.
pub async fn record(
    context: &Context<'_>,
    kind: MovementKind,
    args: MoveArgs,
) -> Result<(), Failure> {
    let MoveArgs { asset, amount, reason, plan } = args;
    let request = RecordMovementRequest {
        kind: kind.into(),
        asset,
        amount,
        reason,
        request_id: request_id()?,
        dry_run: false,
        plan_id: String::new(),
    };
    let call = async |r: RecordMovementRequest| -> Result<RecordMovementResponse, Failure> {
        let rpc = async |c, r| PortfolioServiceClient::new(c).record_movement(r).await;
        context.client.mutate(r, rpc).await
    };
    let Some(request) = plan::first(context, request, &plan, Ask::Never, &call).await? else {
        return Ok(());
    };
    let answer = call(request).await?;
    context.out.answer(&answer, recorded)
}

fn recorded(answer: &RecordMovementResponse, _: Style) -> String {
    let movement = answer.movement.clone().unwrap_or_default();
    format!(
        "{} {} {} ({}); the account holds {} now",
        words::movement(movement.kind),
        format::quantity(&movement.amount),
        movement.asset,
        movement.reference,
        format::quantity(&answer.balance)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_moved_is_said() {
        let movement = Movement {
            kind: MovementKind::Withdrawal.into(),
            asset: "USDT".to_owned(),
            amount: "-250.5".to_owned(),
            reference: "paper-2".to_owned(),
            ..Default::default()
        };
        let answer = RecordMovementResponse {
            movement: Some(movement),
            balance: "9749.5".to_owned(),
            effect: None,
            plan: None,
        };
        assert_eq!(
            recorded(&answer, Style { colour: false }),
            "withdrawal -250.5 USDT (paper-2); the account holds 9,749.5 now"
        );
    }
}
