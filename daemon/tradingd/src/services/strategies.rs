//! Strategies and their switches.

use super::{Shared, not_found, requests, store_error};
use crate::control_plane::errors;
use crate::convert::{money, time};
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

    async fn list_strategy_profits(
        &self,
        request: Request<ListStrategyProfitsRequest>,
    ) -> Result<Response<ListStrategyProfitsResponse>, Status> {
        let ListStrategyProfitsRequest { strategy, limit } = request.into_inner();
        let limit = match limit {
            0 => 50,
            n @ 1..=500 => n,
            n => {
                let rule = format!("must be 1 to 500, or 0 for 50, got {n}");
                return Err(errors::invalid([("limit", rule)]));
            }
        };
        let model = self.trader.read();
        let wanted = |name: &&str| strategy.is_empty() || *name == strategy;
        let names: Vec<&str> =
            model.strategies.iter().map(|s| s.name.as_str()).filter(wanted).collect();
        if names.is_empty() {
            return Err(not_found(&format!("there is no strategy {strategy:?}")));
        }
        let mut strategies = Vec::with_capacity(names.len());
        for name in names {
            let owner = domain::Name::from(name).unwrap_or_default();
            let trades = self.store.trades_of(owner, limit).await.map_err(store_error)?;
            strategies.push(profits(owner, &trades));
        }
        let as_of_sequence = model.sequence;
        Ok(Response::new(ListStrategyProfitsResponse { strategies, as_of_sequence }))
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

/// What a strategy's shares of these trades brought, one by one and together.
fn profits(owner: domain::Name, trades: &[domain::ClosedTrade]) -> StrategyProfits {
    let mut running = domain::Amount::ZERO;
    let point = |trade: &domain::ClosedTrade| {
        let own = trade.shares.iter().filter(|share| share.strategy == owner);
        let profit: domain::Amount = own.map(|share| share.profit).sum();
        running += profit;
        StrategyProfitPoint {
            trade_id: trade.id,
            symbol: trade.symbol.to_string(),
            closed_at: Some(time(trade.closed_at)),
            profit: money(profit),
            running_profit: money(running),
        }
    };
    StrategyProfits { strategy: owner.to_string(), points: trades.iter().map(point).collect() }
}
