//! Strategies and their switches.

use super::{Shared, not_found, requests};
use crate::trader::RequestContext;
use engine::Command;
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::v1::*;

#[async_trait]
impl strategy_service_server::StrategyService for Shared {
    async fn list_strategies(
        &self,
        _: Request<ListStrategiesRequest>,
    ) -> Result<Response<ListStrategiesResponse>, Status> {
        let model = self.trader.read();
        Ok(Response::new(ListStrategiesResponse {
            strategies: model.strategies.clone(),
            as_of_sequence: model.sequence,
        }))
    }

    async fn set_strategy_enabled(
        &self,
        request: Request<SetStrategyEnabledRequest>,
    ) -> Result<Response<SetStrategyEnabledResponse>, Status> {
        let body = request.get_ref().clone();
        let reason = requests::reason(&body.reason, false)?;
        let strategy = domain::Name::from(&body.strategy)
            .map_err(|_| not_found(&format!("there is no strategy {:?}", body.strategy)))?;
        let method = "/tradingd.v1.StrategyService/SetStrategyEnabled";
        let context = requests::planned(&request, method)?;
        let context = RequestContext { reason, ..context };
        let command = Command::SetStrategyEnabled {
            strategy,
            enabled: body.enabled,
            force: body.force,
            expected_version: (body.expected_version > 0).then_some(body.expected_version),
        };
        let (mut response, replayed): (SetStrategyEnabledResponse, bool) =
            requests::run(self, command, context).await?;
        if let Some(effect) = &mut response.effect {
            effect.replayed = replayed;
        }
        Ok(Response::new(response))
    }
}
