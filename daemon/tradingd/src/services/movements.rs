//! Deposits and withdrawals of the paper account at an operator's request.

use super::{Shared, requests};
use crate::control_plane::errors;
use domain::{Asset, Decimal, MovementKind};
use engine::Command;
use tonic::{Request, Response, Status};
use tradingd_proto::v1::{self, RecordMovementRequest, RecordMovementResponse};

/// Checks the request and has the trader carry it out, once per request id.
pub(super) async fn record(
    shared: &Shared,
    request: Request<RecordMovementRequest>,
) -> Result<Response<RecordMovementResponse>, Status> {
    let body = request.get_ref().clone();
    let reason = requests::reason(&body.reason, true)?;
    let kind = match body.kind() {
        v1::MovementKind::Deposit => MovementKind::Deposit,
        v1::MovementKind::Withdrawal => MovementKind::Withdrawal,
        other => {
            let rule = format!("must be a deposit or a withdrawal, got {}", other.as_str_name());
            return Err(errors::invalid([("kind", rule)]));
        }
    };
    let asset = asset(&body.asset)?;
    let amount = amount(&body.amount)?;
    let method = "/tradingd.v1.PortfolioService/RecordMovement";
    let context = requests::planned(&request, method)?;
    let command = Command::Move { kind, asset, amount, reason };
    let (mut response, replayed): (RecordMovementResponse, bool) =
        requests::run(shared, command, context).await?;
    if let Some(effect) = &mut response.effect {
        effect.replayed = replayed;
    }
    Ok(Response::new(response))
}

fn asset(text: &str) -> Result<Asset, Status> {
    let plain = text.len() <= 12 && text.chars().all(|c| c.is_ascii_alphanumeric());
    Asset::parse(&text.to_uppercase()).filter(|_| plain).ok_or_else(|| {
        let rule = format!("must be an asset of 1 to 12 letters and digits, got {text:?}");
        errors::invalid([("asset", rule)])
    })
}

fn amount(text: &str) -> Result<Decimal, Status> {
    let plain = text.len() <= 40 && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let amount = text.parse::<Decimal>().ok().filter(|amount| plain && *amount > Decimal::ZERO);
    amount.ok_or_else(|| {
        let rule = format!("must be a plain decimal above 0, got {text:?}");
        errors::invalid([("amount", rule)])
    })
}
