//! What all requests that change users, sessions and tokens share: a repeat gets the same answer, a
//! dry run gets a plan, and what is done is durable with its record before it is answered.

use super::ports::WriteError;
use super::{Auth, AuthError, Principal, unavailable};
use crate::trader::{Answer, RequestContext};
use prost::Message;
use sha2::{Digest as _, Sha256};
use storage::{AuthWrite, ControlRecord};
use tradingd_proto::v1::{Effect, Plan, PlannedChange};

/// An operator's request.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Who.
    pub principal: Principal,
    /// For the audit, and for repeats.
    pub context: RequestContext,
}

/// The answer to it: the response with what goes into its last two fields.
#[derive(Debug, Clone)]
pub struct Reply<R> {
    /// The method's response.
    pub message: R,
    /// What it did.
    pub effect: Option<Effect>,
    /// What it would do, for a dry run.
    pub plan: Option<Plan>,
}

impl<R> Reply<R> {
    /// The reply with its response completed.
    #[must_use]
    pub fn map(self, complete: impl FnOnce(R) -> R) -> Self {
        Self { message: complete(self.message), ..self }
    }
}

/// What is to be written for a request.
pub(super) struct Writing<R> {
    pub writes: Vec<AuthWrite>,
    pub record: ControlRecord,
    pub message: R,
}

/// A change for a plan.
pub(super) fn planned(
    what: impl Into<String>,
    before: impl Into<String>,
    after: impl Into<String>,
) -> PlannedChange {
    PlannedChange { what: what.into(), before: before.into(), after: after.into() }
}

impl Auth {
    /// The answer that the request got before, if it did; and whether its sender may still ask.
    pub(super) async fn repeated<R: Message + Default>(
        &self,
        asked: &Asked,
    ) -> Result<Option<Reply<R>>, AuthError> {
        if let Some(answer) = self.writer.answered(&asked.context).await.map_err(failed)? {
            return reply(&answer).map(Some);
        }
        if asked.context.permit.holds() { Ok(None) } else { Err(AuthError::SessionEnded) }
    }

    /// The answer to a dry run. A plan that is to be carried out must still be the one that fits.
    pub(super) fn plan<R: Default>(
        asked: &Asked,
        changes: Vec<PlannedChange>,
    ) -> Result<Option<Reply<R>>, AuthError> {
        let mut digest = Sha256::new();
        digest.update(asked.context.method);
        for change in &changes {
            digest.update(change.encode_length_delimited_to_vec());
        }
        let plan_id: String = digest.finalize()[..16].iter().map(|b| format!("{b:02x}")).collect();
        if asked.context.dry_run {
            let plan = Plan { plan_id, changes, ..Plan::default() };
            return Ok(Some(Reply { message: R::default(), effect: None, plan: Some(plan) }));
        }
        let fits = asked.context.plan_id.is_empty() || asked.context.plan_id == plan_id;
        if fits { Ok(None) } else { Err(AuthError::PlanStale) }
    }

    /// Makes it durable.
    pub(super) async fn carry_out<R: Message + Default>(
        &self,
        asked: &Asked,
        writing: Writing<R>,
    ) -> Result<Reply<R>, AuthError> {
        let Writing { writes, record, message } = writing;
        let request = Some((asked.context.clone(), message.encode_to_vec()));
        let answer = self.writer.write(writes, vec![record], request).await.map_err(failed)?;
        reply(&answer)
    }
}

fn reply<R: Message + Default>(answer: &Answer) -> Result<Reply<R>, AuthError> {
    let message = R::decode(answer.bytes.as_slice()).map_err(|error| {
        tracing::error!(%error, "a stored answer can't be read");
        AuthError::Internal
    })?;
    let effect = Effect { sequence: answer.sequence, replayed: answer.replayed };
    Ok(Reply { message, effect: Some(effect), plan: None })
}

fn failed(error: WriteError) -> AuthError {
    match error {
        WriteError::RequestIdReused => AuthError::RequestIdReused,
        WriteError::NotPermitted => AuthError::SessionEnded,
        other => unavailable(&other),
    }
}
