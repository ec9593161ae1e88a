//! What a change of settings would do: its values, and the limits of the gate before and afterwards, as
//! a copy of the engine has them once it was given the new settings. Nothing of the copy is kept.

use super::handle::{Answer, Failure};
use super::limits;
use super::recover::exchange_config;
use super::run::Trader;
use crate::settings::{Changed, Refused, Settings, SettingsAsk, plan_id};
use domain::Timestamp;
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1;

impl Trader {
    /// Plans a change; the answer is an encoded `UpdateSettingsResponse` with nothing but a plan.
    pub(super) async fn plan_settings(&mut self, ask: &SettingsAsk) -> Result<Answer, Failure> {
        // So that the number on the plan is that of the state that it was made on.
        if self.is_dirty() && !self.is_failed() {
            self.flush().await;
        }
        // The moment is not shown, nothing is kept.
        let asked = self.settings.asked(ask, self.source.symbols(), Timestamp::ZERO);
        let (after, changes) = asked.map_err(Failure::Settings)?;
        let sequence = self.store.last_sequence();
        let plan = v1::Plan {
            plan_id: plan_id(self.settings.version(), &changes),
            changes: changes.iter().map(planned).collect(),
            limits: self.limits_under(&after)?,
            as_of_sequence: sequence,
            ..v1::Plan::default()
        };
        let response = v1::UpdateSettingsResponse { plan: Some(plan), ..Default::default() };
        Ok(Answer { bytes: response.encode_to_vec(), replayed: false, sequence })
    }

    /// The limits that differ under other settings.
    fn limits_under(&self, after: &Settings) -> Result<Vec<v1::PlannedLimit>, Failure> {
        let invalid = |error: &dyn std::fmt::Display| {
            let rule = vec![("settings".to_owned(), error.to_string())];
            Failure::Settings(Refused::Invalid(rule))
        };
        let instruments =
            after.resolve_instruments(self.source.symbols()).map_err(|e| invalid(&e))?;
        let engine_settings = after.engine_settings(&self.source.instance(), instruments);
        let session = self.session.as_ref().ok_or(Failure::Gone)?;
        let mut copy = session.clone();
        copy.replace_settings(engine_settings, exchange_config(after), &mut Vec::new())
            .map_err(|e| invalid(&e))?;
        Ok(limits::changed(session.engine(), copy.engine()))
    }
}

fn planned(change: &Changed) -> v1::PlannedChange {
    let set = |text: &str| if text.is_empty() { String::new() } else { "set".to_owned() };
    let (before, after) = match change.secret {
        true => (set(&change.before), set(&change.after)),
        false => (change.before.clone(), change.after.clone()),
    };
    v1::PlannedChange { what: change.key.clone(), before, after }
}
