//! Stop, close-all, resume.

use super::{Shared, requests};
use crate::control_plane::auth::Principal;
use engine::Command;
use std::time::Duration;
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::v1::*;

/// How long close-all waits for its last position before it answers that it is still at work.
const CLOSE_ALL_PATIENCE: Duration = Duration::from_secs(20);

#[async_trait]
impl emergency_service_server::EmergencyService for Shared {
    async fn get_emergency_state(
        &self,
        _: Request<GetEmergencyStateRequest>,
    ) -> Result<Response<GetEmergencyStateResponse>, Status> {
        let model = self.trader.read();
        Ok(Response::new(GetEmergencyStateResponse {
            state: model.status.trading_state.clone(),
            live_orders: model.open_orders.clone(),
            last_close_all: model.close_all.clone(),
            resume_checks: self.resume_checks(&model),
        }))
    }

    async fn list_state_changes(
        &self,
        request: Request<ListStateChangesRequest>,
    ) -> Result<Response<ListStateChangesResponse>, Status> {
        Ok(Response::new(self.state_changes(request.into_inner()).await?))
    }

    async fn stop(&self, request: Request<StopRequest>) -> Result<Response<StopResponse>, Status> {
        let body = request.get_ref().clone();
        let reason = requests::reason(&body.reason, false)?;
        let method = "/tradingd.v1.EmergencyService/Stop";
        let context = requests::planned(&request, method)?;
        let (mut response, replayed): (StopResponse, bool) =
            requests::run(self, Command::Stop { reason, freeze: body.freeze }, context).await?;
        if let Some(effect) = &mut response.effect {
            effect.replayed = replayed;
        }
        Ok(Response::new(response))
    }

    async fn close_all(
        &self,
        request: Request<CloseAllRequest>,
    ) -> Result<Response<CloseAllResponse>, Status> {
        let body = request.get_ref().clone();
        let reason = requests::reason(&body.reason, true)?;
        let method = "/tradingd.v1.EmergencyService/CloseAll";
        let context = requests::planned(&request, method)?;
        let (mut response, replayed): (CloseAllResponse, bool) =
            requests::run(self, Command::CloseAll { reason }, context).await?;
        if let Some(effect) = &mut response.effect {
            effect.replayed = replayed;
        }
        self.await_close_all(&mut response).await;
        Ok(Response::new(response))
    }

    async fn resume(
        &self,
        request: Request<ResumeRequest>,
    ) -> Result<Response<ResumeResponse>, Status> {
        let body = request.get_ref().clone();
        let reason = requests::reason(&body.reason, true)?;
        let method = "/tradingd.v1.EmergencyService/Resume";
        let context = requests::planned(&request, method)?;
        if let Some(principal) = Principal::of(&request) {
            principal.require_fresh_if_live()?;
        }
        let epoch = (body.epoch > 0).then_some(body.epoch);
        let (mut response, replayed): (ResumeResponse, bool) =
            requests::run(self, Command::Resume { reason, epoch }, context).await?;
        if let Some(effect) = &mut response.effect {
            effect.replayed = replayed;
        }
        Ok(Response::new(response))
    }
}

impl Shared {
    /// Waits for a close-all to end; what it came to replaces the report in the answer.
    async fn await_close_all(&self, response: &mut CloseAllResponse) {
        let Some(report) = response.report.as_ref().filter(|r| r.running) else { return };
        let id = report.id;
        let mut model = self.trader.model.clone();
        let ended = |m: &std::sync::Arc<crate::read_model::ReadModel>| {
            m.close_all.as_ref().is_some_and(|r| r.id == id && !r.running)
        };
        let wait = tokio::time::timeout(CLOSE_ALL_PATIENCE, model.wait_for(ended)).await;
        if let Ok(Ok(model)) = wait {
            response.report = model.close_all.clone();
        }
    }
}
