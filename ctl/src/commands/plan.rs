//! Plans: shown before something is done, and carried out exactly as shown.

use super::{Context, secret};
use crate::cli::PlanArgs;
use crate::failure::Failure;
use crate::output::table::{Style, number, panel, rows, text};
use crate::output::{format, words};
use std::io::IsTerminal as _;
use tradingd_proto::prost::Name;
use tradingd_proto::v1::*;

/// A request that can be planned.
pub trait Planned: Clone {
    /// Asks for a plan only, or names the plan to carry out.
    fn set(&mut self, dry_run: bool, plan_id: String);
}

/// An answer that may carry a plan.
pub trait Answered {
    /// The plan, if it carries one.
    fn plan(self) -> Option<Plan>;
}

macro_rules! planned {
    ($($request:ident => $response:ident;)*) => { $(
        impl Planned for $request {
            fn set(&mut self, dry_run: bool, plan_id: String) {
                self.dry_run = dry_run;
                self.plan_id = plan_id;
            }
        }

        impl Answered for $response {
            fn plan(self) -> Option<Plan> {
                self.plan
            }
        }
    )* };
}

planned! {
    StopRequest => StopResponse;
    CloseAllRequest => CloseAllResponse;
    ResumeRequest => ResumeResponse;
    ClosePositionRequest => ClosePositionResponse;
    SetProtectionRequest => SetProtectionResponse;
    CancelOrderRequest => CancelOrderResponse;
    SetStrategyEnabledRequest => SetStrategyEnabledResponse;
    RecordMovementRequest => RecordMovementResponse;
    CreateUserRequest => CreateUserResponse;
    SetUserRoleRequest => SetUserRoleResponse;
    SetUserPasswordRequest => SetUserPasswordResponse;
    DisableUserRequest => DisableUserResponse;
    EnableUserRequest => EnableUserResponse;
    RemoveUserRequest => RemoveUserResponse;
    RevokeSessionRequest => RevokeSessionResponse;
    RevokeAllSessionsRequest => RevokeAllSessionsResponse;
    CreateTokenRequest => CreateTokenResponse;
    DeriveTokenRequest => DeriveTokenResponse;
    RevokeTokenRequest => RevokeTokenResponse;
    RotateKeysRequest => RotateKeysResponse;
}

/// What is asked on the terminal before it is done.
#[derive(Debug, Clone, Copy)]
pub enum Ask<'a> {
    /// Nothing.
    Never,
    /// This, with the plan shown first; without a terminal it is a usage error.
    Always(&'a str),
    /// This, with the plan shown first; without a terminal it goes on.
    OnTerminal(&'a str),
}

/// Carries out what asks nothing first, or shows its plan; `said` tells what was done.
///
/// # Errors
/// What the call fails with.
pub async fn run<Q: Planned, R: Answered + Name>(
    context: &Context<'_>,
    request: Q,
    args: &PlanArgs,
    call: impl AsyncFn(Q) -> Result<R, Failure>,
    said: impl FnOnce(&R, Style) -> String,
) -> Result<(), Failure> {
    match first(context, request, args, Ask::Never, &call).await? {
        Some(request) => context.out.answer(&call(request).await?, said),
        None => Ok(()),
    }
}

/// Shows a plan where one is wanted. Gives back the request to be sent, naming the plan that was
/// agreed to; `None` when only the plan was wanted.
///
/// # Errors
/// What the call fails with, or that it was not confirmed.
pub async fn first<Q: Planned, R: Answered>(
    context: &Context<'_>,
    mut request: Q,
    args: &PlanArgs,
    ask: Ask<'_>,
    call: impl AsyncFn(Q) -> Result<R, Failure>,
) -> Result<Option<Q>, Failure> {
    if let Some(id) = &args.plan {
        request.set(false, id.clone());
        return Ok(Some(request));
    }
    let question = match ask {
        _ if args.dry_run => None,
        Ask::Never => return Ok(Some(request)),
        Ask::OnTerminal(_) if !std::io::stdin().is_terminal() => return Ok(Some(request)),
        Ask::Always(_) if !std::io::stdin().is_terminal() => {
            secret::confirm("", WAY_ROUND)?;
            return Ok(None);
        }
        Ask::Always(question) | Ask::OnTerminal(question) => Some(question),
    };
    let mut wanted = request.clone();
    wanted.set(true, String::new());
    let plan = call(wanted).await?.plan();
    let plan = plan.ok_or_else(|| Failure::internal("the daemon sent no plan"))?;
    let Some(question) = question else {
        context.out.answer(&plan, page)?;
        return Ok(None);
    };
    context.out.say(&page(&plan, Style { colour: false }));
    secret::confirm(question, WAY_ROUND)?;
    request.set(false, plan.plan_id);
    Ok(Some(request))
}

const WAY_ROUND: &str = "pass --yes to go on without being asked, or --dry-run to see the plan";

/// A plan as tables: orders, what else changes, cost, exposure, limits.
pub fn page(plan: &Plan, style: Style) -> String {
    let mut parts = vec![head(plan, style)];
    if !plan.orders.is_empty() {
        parts.push(format!("orders that would leave:\n{}", orders(&plan.orders, style)));
    }
    if !plan.cancelled_order_ids.is_empty() {
        let ids = plan.cancelled_order_ids.join("\n");
        parts.push(format!("orders that would be taken back:\n{ids}"));
    }
    if !plan.changes.is_empty() {
        parts.push(format!("what else would change:\n{}", changes(&plan.changes, style)));
    }
    if !plan.limits.is_empty() {
        parts.push(format!("limits:\n{}", limits(&plan.limits, style)));
    }
    parts.join("\n\n")
}

fn head(plan: &Plan, style: Style) -> String {
    let nothing =
        plan.orders.is_empty() && plan.cancelled_order_ids.is_empty() && plan.changes.is_empty();
    let mut exposure = format!(
        "{} -> {}",
        format::fixed(&plan.exposure_before, 2),
        format::fixed(&plan.exposure_after, 2)
    );
    if !plan.exposure_after_pct.is_empty() {
        exposure.push_str(&format!(" ({} % of equity)", plan.exposure_after_pct));
    }
    let mut lines = vec![
        ("plan", text(&*plan.plan_id)),
        ("holds until", text(format::utc(plan.expires_at.as_ref())).unit("UTC")),
        ("cost", text(format::fixed(&plan.cost, 2)).unit("quote")),
    ];
    // What is not about money says nothing about it.
    if !plan.exposure_before.is_empty() {
        lines.push(("exposure", text(exposure)));
    }
    if nothing {
        lines.push(("would change", text("nothing")));
    }
    panel(style, lines)
}

fn orders(orders: &[PlannedOrder], style: Style) -> String {
    let headings = [
        "symbol",
        "side",
        "why",
        "quantity",
        "reference",
        "expected",
        "slippage (bps)",
        "fee",
        "value",
        "",
    ];
    let line = |order: &PlannedOrder| {
        vec![
            text(&*order.symbol),
            text(words::side(order.side)),
            text(words::purpose(order.purpose)),
            number(format::quantity(&order.quantity)),
            number(format::price(&order.reference_price)),
            number(format::price(&order.expected_price)),
            number(format::fixed(&order.slippage_bps, 2)),
            number(format::fixed(&order.fee, 2)),
            number(format::fixed(&order.value, 2)),
            text(if order.resting { "rests" } else { "" }),
        ]
    };
    rows(style, &headings, orders.iter().map(line).collect())
}

fn changes(changes: &[PlannedChange], style: Style) -> String {
    let line = |change: &PlannedChange| {
        vec![
            text(&*change.what),
            text(format::or_none(&change.before)),
            text(format::or_none(&change.after)),
        ]
    };
    rows(style, &["what", "before", "after"], changes.iter().map(line).collect())
}

/// Limits before and after, one a line.
pub fn limits(limits: &[PlannedLimit], style: Style) -> String {
    let step = |before: &str, after: &str| {
        let (before, after) = (format::or_none(before), format::or_none(after));
        if before == after { before.to_owned() } else { format!("{before} -> {after}") }
    };
    let line = |limit: &PlannedLimit| {
        vec![
            text(&*limit.name),
            number(step(&limit.limit_before, &limit.limit)),
            number(step(&limit.used_before, &limit.used_after)),
            number(step(&limit.headroom_before, &limit.headroom_after)),
            text(&*limit.unit),
        ]
    };
    let headings = ["check", "limit", "used", "left", "unit"];
    rows(style, &headings, limits.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_shows_orders_cost_exposure_and_what_changes() {
        let order = PlannedOrder {
            symbol: "BTCUSDT".to_owned(),
            side: OrderSide::Sell.into(),
            purpose: OrderPurpose::CloseAll.into(),
            quantity: "0.5".to_owned(),
            reference_price: "60000".to_owned(),
            expected_price: "59988".to_owned(),
            value: "29994".to_owned(),
            slippage_bps: "2".to_owned(),
            fee: "29.994".to_owned(),
            resting: false,
        };
        let change = PlannedChange {
            what: "trading".to_owned(),
            before: "active".to_owned(),
            after: "halted".to_owned(),
        };
        let plan = Plan {
            plan_id: "ab12".to_owned(),
            orders: vec![order],
            changes: vec![change],
            limits: vec![PlannedLimit {
                name: "max_drawdown".to_owned(),
                unit: "percent".to_owned(),
                limit: "8".to_owned(),
                used_before: "2.5".to_owned(),
                used_after: "2.5".to_owned(),
                limit_before: "15".to_owned(),
                headroom_before: "12.5".to_owned(),
                headroom_after: "5.5".to_owned(),
            }],
            cost: "35.994".to_owned(),
            exposure_before: "30000".to_owned(),
            exposure_after: "0".to_owned(),
            exposure_after_pct: "0".to_owned(),
            ..Plan::default()
        };
        let shown = page(&plan, Style { colour: false });
        for part in [
            "plan      ab12",
            "cost      35.99 quote",
            "30,000.00 -> 0.00 (0 % of equity)",
            "BTCUSDT  sell",
            "59,988",
            "trading  active  halted",
            "15 -> 8   2.5  12.5 -> 5.5  percent",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let nothing = page(&Plan::default(), Style { colour: false });
        assert!(nothing.ends_with("would change  nothing"), "{nothing}");
    }
}
