//! Orders, what intents came to, and taking one order back.

use super::exports::file::FileStream;
use super::{
    Shared, filters, not_found, page, requests, store_error, symbol_filter, timeline, times,
};
use crate::control_plane::errors;
use crate::convert;
use crate::trader::RequestContext;
use domain::ClientOrderId;
use engine::Command;
use storage::{ExecutionFilter, ExecutionRecord, OrderFilter};
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::v1::*;

#[async_trait]
impl order_service_server::OrderService for Shared {
    type ExportOrdersStream = FileStream<ExportOrdersResponse>;

    async fn export_orders(
        &self,
        request: Request<ExportOrdersRequest>,
    ) -> Result<Response<Self::ExportOrdersStream>, Status> {
        self.orders_file(request)
    }

    async fn list_orders(
        &self,
        request: Request<ListOrdersRequest>,
    ) -> Result<Response<ListOrdersResponse>, Status> {
        let request = request.into_inner();
        let (from, to) = times::between(request.from, request.to)?;
        let symbol = symbol_filter(&request.symbol)?;
        let filter = OrderFilter {
            open_only: request.open_only,
            symbol,
            from,
            to,
            statuses: filters::statuses(&request.statuses)?,
            side: filters::side(request.side)?,
            purpose: purpose(request.purpose)?,
            strategy: filters::strategy(&request.strategy)?,
        };
        let page = page(request.page_size, request.page_token, 50)?;
        let found = self.store.orders(&filter, &page).await.map_err(store_error)?;
        Ok(Response::new(ListOrdersResponse {
            orders: found.items.iter().map(convert::order).collect(),
            next_page_token: found.next.unwrap_or_default(),
            as_of_sequence: found.as_of_sequence,
        }))
    }

    async fn get_order(
        &self,
        request: Request<GetOrderRequest>,
    ) -> Result<Response<GetOrderResponse>, Status> {
        let id = order_id(&request.into_inner().client_order_id)?;
        let order = self.store.order(&id).await.map_err(store_error)?;
        let order = order.ok_or_else(|| not_found(&format!("there is no order {id}")))?;
        let fills = self.store.fills_of(&id).await.map_err(store_error)?;
        let fill = |f: &storage::FillRecord| {
            convert::fill(f.order.as_str(), f.symbol.as_str(), f.side, &f.fill, f.at)
        };
        let (story, as_of_sequence) = self.store.order_story(&id).await.map_err(store_error)?;
        let (owners, decided_on) = timeline::origin(&story);
        Ok(Response::new(GetOrderResponse {
            order: Some(convert::order(&order)),
            fills: fills.iter().map(fill).collect(),
            timeline: timeline::steps(&story),
            owners,
            decision_open_time: decided_on.map(convert::time),
            as_of_sequence,
        }))
    }

    async fn cancel_order(
        &self,
        request: Request<CancelOrderRequest>,
    ) -> Result<Response<CancelOrderResponse>, Status> {
        let body = request.get_ref().clone();
        let reason = requests::reason(&body.reason, false)?;
        let id = order_id(&body.client_order_id)?;
        let method = "/tradingd.v1.OrderService/CancelOrder";
        let context = requests::planned(&request, method)?;
        let context = RequestContext { reason, ..context };
        let (mut response, replayed): (CancelOrderResponse, bool) =
            requests::run(self, Command::CancelOrder { id }, context).await?;
        if let Some(effect) = &mut response.effect {
            effect.replayed = replayed;
        }
        Ok(Response::new(response))
    }

    async fn list_executions(
        &self,
        request: Request<ListExecutionsRequest>,
    ) -> Result<Response<ListExecutionsResponse>, Status> {
        let request = request.into_inner();
        let filter = ExecutionFilter {
            symbol: symbol_filter(&request.symbol)?,
            purpose: purpose(request.purpose)?,
            style: style(request.style)?,
        };
        let page = page(request.page_size, request.page_token, 50)?;
        let (found, totals) = self.store.executions(&filter, &page).await.map_err(store_error)?;
        let execution = |record: &ExecutionRecord| convert::execution(&record.result, record.at);
        Ok(Response::new(ListExecutionsResponse {
            executions: found.items.iter().map(execution).collect(),
            next_page_token: found.next.unwrap_or_default(),
            totals: Some(convert::execution_totals(&totals)),
            as_of_sequence: found.as_of_sequence,
        }))
    }
}

fn order_id(text: &str) -> Result<ClientOrderId, Status> {
    ClientOrderId::parse(text).ok_or_else(|| {
        errors::invalid([("client_order_id", format!("must be an order id, got {text:?}"))])
    })
}

/// A purpose of a request; unspecified means all.
fn purpose(number: i32) -> Result<Option<domain::OrderPurpose>, Status> {
    use domain::OrderPurpose as Ours;
    Ok(match OrderPurpose::try_from(number) {
        Ok(OrderPurpose::Unspecified) => None,
        Ok(OrderPurpose::Entry) => Some(Ours::Entry),
        Ok(OrderPurpose::StrategyExit) => Some(Ours::StrategyExit),
        Ok(OrderPurpose::Protection) => Some(Ours::Protection),
        Ok(OrderPurpose::CloseAll) => Some(Ours::CloseAll),
        Ok(OrderPurpose::OperatorExit) => Some(Ours::OperatorExit),
        Err(_) => {
            return Err(errors::invalid([("purpose", format!("must be 0 to 5, got {number}"))]));
        }
    })
}

/// A style of a request; unspecified means all.
fn style(number: i32) -> Result<Option<domain::ExecutionStyle>, Status> {
    use domain::ExecutionStyle as Ours;
    Ok(match ExecutionStyle::try_from(number) {
        Ok(ExecutionStyle::Unspecified) => None,
        Ok(ExecutionStyle::Market) => Some(Ours::Market),
        Ok(ExecutionStyle::Limit) => Some(Ours::Limit),
        Ok(ExecutionStyle::LimitThenMarket) => Some(Ours::LimitThenMarket),
        Ok(ExecutionStyle::PostOnly) => Some(Ours::PostOnly),
        Ok(ExecutionStyle::Twap) => Some(Ours::Twap),
        Ok(ExecutionStyle::Iceberg) => Some(Ours::Iceberg),
        Ok(ExecutionStyle::Resting) => Some(Ours::Resting),
        Err(_) => {
            return Err(errors::invalid([("style", format!("must be 0 to 7, got {number}"))]));
        }
    })
}
