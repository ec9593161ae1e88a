//! Plans that were shown: kept for a while, carried out once, and only while they still fit.

use super::batch::wall_now;
use super::commands::Denial;
use super::handle::{Answer, Ask, Failure, RequestContext};
use super::rehearse::{Rehearsal, Shape, rehearse};
use super::run::Trader;
use crate::control_plane::auth::random;
use crate::control_plane::errors::Reason;
use crate::convert;
use domain::{Decimal, Price, Symbol};
use engine::Command;
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1;

/// Plans kept at the same time; the oldest makes room.
const KEPT: usize = 1_000;
/// How long a plan can be carried out.
const LIFE: Duration = Duration::from_secs(300);

/// A plan that was shown.
#[derive(Debug)]
struct Shown {
    id: String,
    principal: String,
    method: &'static str,
    body_hash: Vec<u8>,
    shape: Shape,
    prices: Vec<(Symbol, Price)>,
    until: Instant,
}

/// The plans that were shown last, oldest first.
#[derive(Debug, Default)]
pub(super) struct Plans {
    shown: VecDeque<Shown>,
}

impl Plans {
    fn keep(&mut self, id: String, context: &RequestContext, rehearsal: &Rehearsal) {
        let now = Instant::now();
        self.shown.retain(|plan| plan.until > now);
        if self.shown.len() == KEPT {
            self.shown.pop_front();
        }
        self.shown.push_back(Shown {
            id,
            principal: context.principal.clone(),
            method: context.method,
            body_hash: context.body_hash.clone(),
            shape: rehearsal.shape.clone(),
            prices: rehearsal.prices.clone(),
            until: now + LIFE,
        });
    }

    /// Takes a plan out: it can be tried once. Somebody else's stays theirs and unknown to others.
    fn take(&mut self, context: &RequestContext) -> Option<Shown> {
        let own = |plan: &Shown| plan.id == context.plan_id && plan.principal == context.principal;
        let at = self.shown.iter().position(own)?;
        self.shown.remove(at).filter(|plan| plan.until > Instant::now())
    }
}

impl Trader {
    /// What a command would do. Nothing is changed, stored or shown to others.
    pub(super) async fn plan(
        &mut self,
        ask: Ask,
        context: &RequestContext,
    ) -> Result<Answer, Failure> {
        let stops = ask.stops();
        let command = self.sized(ask);
        // So that the number on the plan is that of the state that it was made on.
        if self.is_dirty() && !self.is_failed() {
            self.flush().await;
        }
        if let Some(error) = self.failure().filter(|_| !stops) {
            let message = format!("what happened before is not durable yet: {error}");
            return Err(Failure::NotDurable { stopped: false, message });
        }
        let session = self.session.as_ref().ok_or(Failure::Gone)?;
        let sequence = self.store.last_sequence();
        let mut rehearsal = rehearse(session, &command, sequence).map_err(Failure::Refused)?;
        let id: String = random::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
        rehearsal.plan.plan_id.clone_from(&id);
        let life = i64::try_from(LIFE.as_micros()).unwrap_or(i64::MAX);
        rehearsal.plan.expires_at = Some(convert::time(wall_now().plus_micros(life)));
        self.plans.keep(id, context, &rehearsal);
        let bytes = response(&command, rehearsal.plan);
        Ok(Answer { bytes, replayed: false, sequence })
    }

    /// Why a named plan can't be carried out; `None` when it can, and for requests without one.
    ///
    /// A stop is never held up by a plan: it stops, whatever was shown before.
    pub(super) fn unfit(&mut self, command: &Command, context: &RequestContext) -> Option<Denial> {
        if context.plan_id.is_empty() || matches!(command, Command::Stop { .. }) {
            return None;
        }
        let stale = |what: &str| {
            Some(Denial::new(
                Reason::PlanStale,
                format!("{what}; nothing was done, take a new plan"),
            ))
        };
        let Some(shown) = self.plans.take(context) else {
            return stale("plan_id: there is no such plan, or it is over");
        };
        if shown.method != context.method || shown.body_hash != context.body_hash {
            let text = "plan_id: that plan was made for another request; nothing was done";
            return Some(Denial::new(Reason::PlanMismatch, text.to_owned()));
        }
        let session = self.session.as_ref()?;
        // A command that is refused now tells so itself.
        let now = rehearse(session, command, 0).ok()?;
        let tolerance = self.settings.plans.price_tolerance_pct;
        match difference(&shown.shape, &shown.prices, &now, tolerance) {
            Some(what) => stale(&what),
            None => None,
        }
    }
}

/// What has changed since a plan was shown; `None` when it still fits.
pub(super) fn difference(
    was: &Shape,
    prices: &[(Symbol, Price)],
    now: &Rehearsal,
    tolerance_pct: Decimal,
) -> Option<String> {
    let is = &now.shape;
    if was.epoch != is.epoch {
        return Some(format!("trading was halted since (epoch {}, was {})", is.epoch, was.epoch));
    }
    if was.positions != is.positions {
        let held = |positions: &[(Symbol, Decimal)]| match positions {
            [] => "nothing".to_owned(),
            list => list
                .iter()
                .map(|(symbol, quantity)| format!("{} {symbol}", convert::text(*quantity)))
                .collect::<Vec<_>>()
                .join(", "),
        };
        return Some(format!(
            "positions have changed: {} is held, was {}",
            held(&is.positions),
            held(&was.positions)
        ));
    }
    if was.orders != is.orders {
        return Some("other orders would leave".to_owned());
    }
    if was.cancels != is.cancels {
        return Some("other orders would be taken back".to_owned());
    }
    if was.changes != is.changes {
        return Some("something else would change".to_owned());
    }
    prices.iter().find_map(|(symbol, old)| {
        let (_, new) = now.prices.iter().find(|(other, _)| other == symbol)?;
        let moved = (new.get() - old.get()).abs() * Decimal::ONE_HUNDRED / old.get();
        (moved > tolerance_pct).then(|| {
            format!(
                "the price of {symbol} has moved by {} % to {} (plans.price_tolerance_pct is {})",
                convert::text(moved.round_dp(2)),
                convert::text(new.get()),
                convert::text(tolerance_pct)
            )
        })
    })
}

/// The response of the method behind a command that carries nothing but a plan.
fn response(command: &Command, plan: v1::Plan) -> Vec<u8> {
    let plan = Some(plan);
    match command {
        Command::Stop { .. } => v1::StopResponse { plan, ..Default::default() }.encode_to_vec(),
        Command::CloseAll { .. } => {
            v1::CloseAllResponse { plan, ..Default::default() }.encode_to_vec()
        }
        Command::Resume { .. } => v1::ResumeResponse { plan, ..Default::default() }.encode_to_vec(),
        Command::SetStrategyEnabled { .. } => {
            v1::SetStrategyEnabledResponse { plan, ..Default::default() }.encode_to_vec()
        }
        Command::ClosePosition { .. } => {
            v1::ClosePositionResponse { plan, ..Default::default() }.encode_to_vec()
        }
        Command::SetProtection { .. } => {
            v1::SetProtectionResponse { plan, ..Default::default() }.encode_to_vec()
        }
        Command::CancelOrder { .. } => {
            v1::CancelOrderResponse { plan, ..Default::default() }.encode_to_vec()
        }
        Command::Move { .. } => {
            v1::RecordMovementResponse { plan, ..Default::default() }.encode_to_vec()
        }
    }
}
