//! A change of settings: checked as a whole, an input between two rows, durable before the answer.

use super::batch::wall_now;
use super::commands::stored_reply;
use super::handle::{Answer, Failure, RequestContext};
use super::recover::exchange_config;
use super::run::{Trader, control};
use crate::convert;
use crate::settings::{Changed, Refused, Settings, SettingsAsk, Wanted, rows};
use std::sync::Arc;
use storage::{SettingsVersion, SettingsWrite};
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1;

impl Trader {
    pub(super) async fn change_settings(
        &mut self,
        ask: &SettingsAsk,
        context: &RequestContext,
    ) -> Result<Answer, Failure> {
        if let Some(answer) = self.answered(context).await? {
            return Ok(answer);
        }
        if self.is_dirty() && !self.is_failed() {
            self.flush().await;
        }
        if let Some(error) = self.failure() {
            let message = format!("what happened before is not durable yet: {error}");
            return Err(Failure::NotDurable { stopped: false, message });
        }
        let at = wall_now();
        let asked = self.settings.asked(ask, self.source.symbols(), at);
        let (after, changes) = match asked {
            Ok(changed) => changed,
            Err(refused) => {
                self.record_refusal(&refused, context).await;
                return Err(Failure::Settings(refused));
            }
        };
        let session_before = self.session.clone();
        let (batch_before, orders_before) = (self.batch.clone(), self.orders.clone());
        let engine_before = self.engine_settings.clone();
        self.take(&after)?;
        let version = after.version();
        let cause = cause(&ask.wanted);
        if !changes.is_empty() {
            self.batch.settings = SettingsWrite {
                version: Some(SettingsVersion {
                    version,
                    at,
                    cause: cause.to_owned(),
                    principal: context.principal.clone(),
                    role: context.role.clone(),
                    source: context.source.clone(),
                    request_id: context.request_id.clone(),
                    reason: context.reason.clone(),
                    changes: rows(&changes, &self.seal),
                }),
                outside: None,
            };
        }
        self.batch
            .controls
            .push(context.record("settings_changed", detail(version, cause, &changes)));
        let sequence = self.store.last_sequence()
            + self.batch.events.len() as u64
            + self.batch.controls.len() as u64;
        let bytes = response(version, &changes, sequence).encode_to_vec();
        self.batch.request.push(stored_reply(context, bytes.clone(), sequence));
        // With a snapshot: no start may handle rows again over a change of settings.
        match self.commit(true).await {
            Ok(_) => {
                self.settings = Arc::new(after);
                self.settings_sender.send_replace(Arc::clone(&self.settings));
                tracing::info!(version, changes = changes.len(), "settings changed");
                Ok(Answer { bytes, replayed: false, sequence })
            }
            Err(error) => {
                // Nothing of it may stay: the caller is told that it was not done.
                self.session = session_before;
                self.batch = batch_before;
                self.orders = orders_before;
                self.engine_settings = engine_before;
                self.touched.clear();
                self.views.clear();
                Err(Failure::NotDurable { stopped: false, message: error.summary().to_owned() })
            }
        }
    }

    /// Somebody wanted what they may not, or what was not so any more. Mistyped values are no act.
    async fn record_refusal(&mut self, refused: &Refused, context: &RequestContext) {
        let (why, keys) = match refused {
            Refused::Invalid(_) => return,
            Refused::NeedsRestart(keys) => ("needs_restart", keys.as_slice()),
            Refused::NeedsAdmin(keys) => ("needs_admin", keys.as_slice()),
            Refused::NeedsFreshLogin(keys) => ("needs_fresh_login", keys.as_slice()),
            Refused::Stale { .. } => ("stale_version", &[][..]),
            Refused::PlanStale { .. } => ("stale_plan", &[][..]),
        };
        let detail = serde_json::json!({ "outcome": "refused", "why": why, "keys": keys });
        self.batch.controls.push(context.record("settings_refused", detail));
        self.flush().await;
    }

    /// Hands the engine and the exchange their part, where it differs.
    fn take(&mut self, after: &Settings) -> Result<(), Failure> {
        let invalid = |error: &dyn std::fmt::Display| {
            let rule = vec![("settings".to_owned(), error.to_string())];
            Failure::Settings(Refused::Invalid(rule))
        };
        let instruments =
            after.resolve_instruments(self.source.symbols()).map_err(|e| invalid(&e))?;
        let engine_settings = after.engine_settings(&self.source.instance(), instruments);
        let config = exchange_config(after);
        let Some(session) = &mut self.session else { return Err(Failure::Gone) };
        if *session.engine().settings() == engine_settings && *session.exchange().config() == config
        {
            return Ok(());
        }
        let mut outputs = Vec::new();
        session
            .replace_settings(engine_settings.clone(), config, &mut outputs)
            .map_err(|e| invalid(&e))?;
        self.engine_settings = engine_settings;
        self.absorb(&mut outputs);
        Ok(())
    }

    /// What a start changed by itself.
    pub(super) fn record_start(&mut self, changes: &[Changed]) {
        let Some(version) = &self.batch.settings.version else { return };
        let detail = detail(version.version, &version.cause, changes);
        self.batch.controls.push(control("settings_changed", detail));
    }
}

fn cause(wanted: &Wanted) -> &'static str {
    match wanted {
        Wanted::Update { .. } => "update",
        Wanted::Values { .. } => "rollback",
    }
}

/// What the audit says.
fn detail(version: u64, cause: &str, changes: &[Changed]) -> serde_json::Value {
    let changes: Vec<_> = changes
        .iter()
        .map(|change| {
            let (before, after) = change.shown();
            match change.secret {
                true => serde_json::json!({ "key": change.key, "secret": true }),
                false => {
                    serde_json::json!({ "key": change.key, "before": before, "after": after })
                }
            }
        })
        .collect();
    serde_json::json!({ "version": version, "cause": cause, "changes": changes })
}

/// `RollbackSettingsResponse` has the same fields.
fn response(version: u64, changes: &[Changed], sequence: u64) -> v1::UpdateSettingsResponse {
    v1::UpdateSettingsResponse {
        version,
        changes: changes.iter().map(convert::setting_change).collect(),
        effect: Some(v1::Effect { sequence, replayed: false }),
        plan: None,
    }
}

/// Settings that are neither merged nor followed.
#[cfg(test)]
pub(super) fn testing(settings: &Arc<Settings>) -> super::run::StartSettings {
    let (sender, _) = crate::settings::SettingsHandle::new(Arc::clone(settings));
    super::run::StartSettings {
        write: SettingsWrite::default(),
        changes: Vec::new(),
        sender,
        seal: crate::control_plane::seal::Seal::new(&[7; 32]),
    }
}
