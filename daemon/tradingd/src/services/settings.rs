//! Settings: what is in force, changes of them, and their history.
//!
//! What a change means is decided in `crate::settings`; it is made by the trader, between two rows.

mod answers;

use super::{Shared, requests, store_error};
use crate::control_plane::auth::Principal;
use crate::control_plane::errors::{self, Reason};
use crate::control_plane::seal::Seal;
use crate::settings::{Authority, Refused, SettingsAsk, Wanted, open, origin};
use crate::trader::RequestContext;
pub(super) use answers::refusal;
use answers::{differences, secret_keys, version};
use std::collections::BTreeMap;
use storage::SettingChange as StoredChange;
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1::*;

/// Longest prefix in bytes.
const LONGEST_PREFIX: usize = 128;
/// Longest value in bytes.
const LONGEST_VALUE: usize = 4_096;
/// Most keys of one change.
const MOST_KEYS: usize = 500;

/// What reading stored settings needs.
#[derive(Debug, Clone)]
pub struct SettingsGround {
    /// Seals secrets.
    pub seal: Seal,
}

#[async_trait]
impl settings_service_server::SettingsService for Shared {
    async fn list_settings(
        &self,
        request: Request<ListSettingsRequest>,
    ) -> Result<Response<ListSettingsResponse>, Status> {
        let prefix = request.into_inner().prefix;
        if prefix.len() > LONGEST_PREFIX {
            return Err(errors::invalid([("prefix", "must be at most 128 bytes")]));
        }
        let settings = self.settings.current();
        let rows = settings.listing().into_iter().filter(|s| s.key.starts_with(&prefix));
        let version = settings.version();
        Ok(Response::new(ListSettingsResponse { settings: rows.collect(), version }))
    }

    async fn update_settings(
        &self,
        request: Request<UpdateSettingsRequest>,
    ) -> Result<Response<UpdateSettingsResponse>, Status> {
        let asked = request.get_ref();
        check_sizes(asked)?;
        let body = UpdateSettingsRequest {
            request_id: String::new(),
            assignments: self.masked(&asked.assignments),
            ..asked.clone()
        };
        let context = requests::context(
            &request,
            "/tradingd.v1.SettingsService/UpdateSettings",
            &asked.request_id,
            &body,
        )?;
        let reason = requests::reason(&asked.reason, false)?;
        let context = RequestContext { reason, dry_run: asked.dry_run, ..context };
        let pair = |a: &SettingAssignment| (a.key.clone(), a.value.clone());
        let assignments = asked.assignments.iter().map(pair).collect();
        let wanted = Wanted::Update { assignments, unset: asked.unset.clone() };
        let answer =
            self.change(&request, wanted, asked.expected_version, &asked.plan_id, context).await?;
        Ok(Response::new(answer))
    }

    async fn list_setting_versions(
        &self,
        request: Request<ListSettingVersionsRequest>,
    ) -> Result<Response<ListSettingVersionsResponse>, Status> {
        let ListSettingVersionsRequest { page_size, page_token, key } = request.into_inner();
        let size = super::page(page_size, page_token.clone(), 50)?.size;
        let before = match page_token.as_str() {
            "" => 0,
            token => token.parse().ok().filter(|n| *n > 0).ok_or_else(|| {
                let text = "page_token: not one of this list and filter";
                errors::refuse(Reason::PageTokenInvalid, text)
            })?,
        };
        let found = self.store.settings_versions(before, &key, size + 1).await;
        let mut found = found.map_err(store_error)?;
        let more = found.len() > size as usize;
        found.truncate(size as usize);
        let last = found.last().filter(|_| more);
        let secrets = secret_keys();
        Ok(Response::new(ListSettingVersionsResponse {
            next_page_token: last.map(|v| v.version.to_string()).unwrap_or_default(),
            versions: found.iter().map(|v| version(v, &secrets)).collect(),
        }))
    }

    async fn rollback_settings(
        &self,
        request: Request<RollbackSettingsRequest>,
    ) -> Result<Response<RollbackSettingsResponse>, Status> {
        let asked = request.get_ref();
        let body = RollbackSettingsRequest { request_id: String::new(), ..asked.clone() };
        let context = requests::context(
            &request,
            "/tradingd.v1.SettingsService/RollbackSettings",
            &asked.request_id,
            &body,
        )?;
        let reason = requests::reason(&asked.reason, false)?;
        let context = RequestContext { reason, dry_run: asked.dry_run, ..context };
        // "The one before" is read now; a repeat finds its stored answer all the same.
        let target = match asked.to_version {
            0 => self.settings.current().version().saturating_sub(1),
            version => version,
        };
        let values = self.values_at("to_version", target).await?;
        let wanted = Wanted::Values { version: target, values };
        let answer =
            self.change(&request, wanted, asked.expected_version, &asked.plan_id, context).await?;
        let UpdateSettingsResponse { version, changes, effect, plan } = answer;
        Ok(Response::new(RollbackSettingsResponse { version, changes, effect, plan }))
    }

    async fn diff_settings(
        &self,
        request: Request<DiffSettingsRequest>,
    ) -> Result<Response<DiffSettingsResponse>, Status> {
        let DiffSettingsRequest { from_version, to_version } = request.into_inner();
        let to_version = match to_version {
            0 => self.settings.current().version(),
            version => version,
        };
        let from = match from_version {
            0 => BTreeMap::new(),
            version => self.values_at("from_version", version).await?,
        };
        let to = self.values_at("to_version", to_version).await?;
        let changes = differences(&from, &to);
        Ok(Response::new(DiffSettingsResponse { changes, from_version, to_version }))
    }
}

impl Shared {
    /// Makes a change, or says what it would be.
    async fn change<T>(
        &self,
        request: &Request<T>,
        wanted: Wanted,
        expected_version: u64,
        plan_id: &str,
        context: RequestContext,
    ) -> Result<UpdateSettingsResponse, Status> {
        let principal = Principal::of(request)
            .ok_or_else(|| errors::refuse(Reason::TokenMissing, "this needs a token"))?;
        let (authority, not_fresh) = authority(&principal);
        let ask = SettingsAsk {
            wanted,
            expected_version,
            plan_id: plan_id.to_owned(),
            authority,
            principal: principal.user,
        };
        let refused = |refused: Refused| match (&refused, &not_fresh) {
            (Refused::NeedsFreshLogin(_), Some(status)) => status.clone(),
            _ => refusal(refused),
        };
        let answer = self.trader.change_settings(ask, context).await;
        let answer = answer.map_err(|failure| match failure {
            crate::trader::Failure::Settings(why) => refused(why),
            other => requests::status(other),
        })?;
        let mut response =
            UpdateSettingsResponse::decode(answer.bytes.as_slice()).map_err(|error| {
                tracing::error!(%error, "a stored answer can't be read");
                errors::refuse(Reason::Internal, "the stored answer can't be read")
            })?;
        if let Some(effect) = &mut response.effect {
            effect.replayed = answer.replayed;
        }
        Ok(response)
    }

    /// The hot settings as a version had them; keys that had their default are left out.
    async fn values_at(
        &self,
        field: &str,
        version: u64,
    ) -> Result<BTreeMap<String, (String, SettingOrigin)>, Status> {
        let current = self.settings.current().version();
        if version == 0 || version > current {
            let text = format!("{field}: there is no version {version}, only 1 to {current}");
            return Err(errors::refuse(Reason::NotFound, text));
        }
        let stored = self.store.settings_at(version).await.map_err(store_error)?;
        let secrets = secret_keys();
        let mut values = BTreeMap::new();
        for StoredChange { key, after, origin: from, .. } in stored.into_iter().map(|s| s.change) {
            let origin = origin(&from);
            if origin == SettingOrigin::Default {
                continue;
            }
            let sealed = secrets.contains(&key) && !after.is_empty();
            let text = match sealed {
                true => open(&self.settings_ground.seal, &key, &after).ok_or_else(|| {
                    let text = format!("the secret {key} of version {version} can't be opened");
                    errors::refuse(Reason::Internal, text)
                })?,
                false => after,
            };
            values.insert(key, (text, origin));
        }
        Ok(values)
    }

    /// Assignments as the request's hash has them: a secret must not be guessed from a hash.
    fn masked(&self, assignments: &[SettingAssignment]) -> Vec<SettingAssignment> {
        let secrets = secret_keys();
        let mask = |assignment: &SettingAssignment| {
            let SettingAssignment { key, value } = assignment.clone();
            let value = match secrets.contains(&key) {
                true => self.settings_ground.seal.fingerprint(&key, value.as_bytes()),
                false => value,
            };
            SettingAssignment { key, value }
        };
        assignments.iter().map(mask).collect()
    }
}

fn check_sizes(asked: &UpdateSettingsRequest) -> Result<(), Status> {
    let keys = asked.assignments.len() + asked.unset.len();
    if keys == 0 {
        return Err(errors::invalid([("assignments", "must name at least one setting")]));
    }
    if keys > MOST_KEYS {
        let rule = format!("must name at most {MOST_KEYS} settings, got {keys}");
        return Err(errors::invalid([("assignments", rule)]));
    }
    let long = asked
        .assignments
        .iter()
        .find(|a| a.value.len() > LONGEST_VALUE || a.key.len() > LONGEST_PREFIX);
    match long {
        Some(_) => Err(errors::invalid([(
            "assignments",
            format!(
                "must have keys of at most {LONGEST_PREFIX} and values of at most {LONGEST_VALUE} bytes"
            ),
        )])),
        None => Ok(()),
    }
}

/// How far the asker may go, and what they are told when that is not far enough.
fn authority(principal: &Principal) -> (Authority, Option<Status>) {
    if principal.role != Role::Admin {
        return (Authority::Operator, None);
    }
    match principal.require_fresh_if_live() {
        Ok(()) => (Authority::Admin, None),
        Err(status) => (Authority::AdminNotFresh, Some(status)),
    }
}
