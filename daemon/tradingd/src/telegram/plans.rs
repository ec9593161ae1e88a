//! Close-all and resume in two steps: the plan that a `dry_run` over gRPC would show, then the code that
//! carries out that plan and no other.

use super::answers;
use super::api::Outgoing;
use super::bot::{Asked, Bot};
use super::confirm::{Shown, Wanted};
use crate::control_plane::errors::Reason;
use crate::services;
use crate::trader::{Answer, Failure, RequestContext};
use engine::{Command, Refusal};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1;

/// How long a close-all is watched before its first answer.
const CLOSE_ALL_PATIENCE: Duration = Duration::from_secs(20);

impl Bot {
    /// Rehearses a command and shows the plan with its code.
    pub(super) async fn ask(&mut self, asked: &Asked<'_>, wanted: Wanted) -> String {
        // Only what was shown: a newer stop wins.
        let model = self.parts.shared.trader.read();
        let epoch = model.status.trading_state.as_ref().map_or(0, |state| state.epoch);
        let command = command(asked, wanted, epoch);
        // The body is what the plan is bound to: the confirmation must have the same.
        let context = match self.context(asked, method(wanted), &format!("{command:?}")).await {
            Ok(context) => RequestContext { dry_run: true, ..context },
            Err(refusal) => return refusal,
        };
        if wanted == Wanted::Resume && self.parts.live {
            return "resume needs a fresh login on a live account: botctl resume".to_owned();
        }
        let plan = match self.parts.shared.trader.command(command, context).await {
            Ok(answer) => plan_of(wanted, &answer),
            Err(failure) => return failed(failure),
        };
        let shown = Shown { wanted, epoch, plan_id: plan.plan_id.clone() };
        let code = self.codes.issue(asked.person.id, shown, Instant::now());
        answers::plan(&plan, wanted, &model.status.quote_asset, &code)
    }

    /// Carries out what a code was shown for. A plan that does not fit any more is not carried out;
    /// the one of this moment is shown in its place.
    pub(super) async fn confirm(&mut self, asked: &Asked<'_>, code: &str) -> String {
        let shown = match self.codes.redeem(asked.person.id, code, Instant::now()) {
            Ok(shown) => shown,
            Err(denied) => return denied.words().to_owned(),
        };
        let command = command(asked, shown.wanted, shown.epoch);
        let body = format!("{command:?}");
        let context = match self.context(asked, method(shown.wanted), &body).await {
            Ok(context) => RequestContext { plan_id: shown.plan_id.clone(), ..context },
            Err(refusal) => return refusal,
        };
        match self.parts.shared.trader.command(command, context).await {
            Ok(answer) => self.done(asked, shown.wanted, &answer),
            Err(failure) if is_stale(&failure) => {
                let why = failed(failure);
                let anew = self.ask(asked, shown.wanted).await;
                format!("not carried out: the account has changed since\n{why}\n\n{anew}")
            }
            Err(failure) => failed(failure),
        }
    }

    fn done(&self, asked: &Asked<'_>, wanted: Wanted, answer: &Answer) -> String {
        let bytes = answer.bytes.as_slice();
        match wanted {
            Wanted::Resume => {
                let resumed = v1::ResumeResponse::decode(bytes).unwrap_or_default();
                answers::state(resumed.state.as_ref())
            }
            Wanted::CloseAll => {
                let closing = v1::CloseAllResponse::decode(bytes).unwrap_or_default();
                let report = closing.report.unwrap_or_default();
                if report.running {
                    self.tell_when_closed(asked.chat, report.id);
                }
                answers::closed(&report)
            }
        }
    }

    /// Says what a close-all came to, without keeping the next command waiting.
    fn tell_when_closed(&self, chat: i64, id: u64) {
        let mut model = self.parts.shared.trader.model.clone();
        let channel = self.parts.answers.clone();
        tokio::spawn(async move {
            let ended = |m: &Arc<crate::read_model::ReadModel>| {
                m.close_all.as_ref().is_some_and(|r| r.id == id && !r.running)
            };
            let wait = tokio::time::timeout(CLOSE_ALL_PATIENCE, model.wait_for(ended)).await;
            let text = match wait {
                Ok(Ok(model)) => model.close_all.as_ref().map(answers::closed),
                _ => Some(format!("close-all {id} is still selling; see /positions")),
            };
            channel.send(Outgoing { chat, text: text.unwrap_or_default() }, None);
        });
    }
}

/// The command behind what a person wants.
fn command(asked: &Asked<'_>, wanted: Wanted, epoch: u64) -> Command {
    let reason = format!("telegram: {}", asked.person.user);
    match wanted {
        Wanted::CloseAll => Command::CloseAll { reason },
        Wanted::Resume => Command::Resume { reason, epoch: Some(epoch) },
    }
}

const fn method(wanted: Wanted) -> &'static str {
    match wanted {
        Wanted::CloseAll => "/tradingd.v1.EmergencyService/CloseAll",
        Wanted::Resume => "/tradingd.v1.EmergencyService/Resume",
    }
}

fn plan_of(wanted: Wanted, answer: &Answer) -> v1::Plan {
    let bytes = answer.bytes.as_slice();
    let plan = match wanted {
        Wanted::CloseAll => v1::CloseAllResponse::decode(bytes).ok().and_then(|r| r.plan),
        Wanted::Resume => v1::ResumeResponse::decode(bytes).ok().and_then(|r| r.plan),
    };
    plan.unwrap_or_default()
}

/// True when it was refused because the world is another than the one that was shown.
fn is_stale(failure: &Failure) -> bool {
    match failure {
        Failure::Denied(denial) => {
            matches!(denial.reason, Reason::PlanStale | Reason::NewerStop)
        }
        Failure::Refused(refusal) => matches!(refusal, Refusal::StaleEpoch { .. }),
        _ => false,
    }
}

/// A failure in words.
pub(super) fn failed(failure: Failure) -> String {
    services::failure_status(failure).message().to_owned()
}
