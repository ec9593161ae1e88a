//! The services of the scripted daemon.

use super::{Shared, Stream};
use std::cmp::min;
use std::pin::Pin;
use tokio_stream::StreamExt as _;
use tonic::{Request, Response, Status};
use tradingd_proto::v1::auth_service_server::AuthService;
use tradingd_proto::v1::emergency_service_server::EmergencyService;
use tradingd_proto::v1::event_service_server::EventService;
use tradingd_proto::v1::order_service_server::OrderService;
use tradingd_proto::v1::position_service_server::PositionService;
use tradingd_proto::v1::strategy_service_server::StrategyService;
use tradingd_proto::v1::system_service_server::SystemService;
use tradingd_proto::v1::trade_service_server::TradeService;
use tradingd_proto::v1::*;

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl AuthService for Shared {
    async fn get_setup_state(
        &self,
        _: Request<GetSetupStateRequest>,
    ) -> Answer<GetSetupStateResponse> {
        let file = self.lock().setup_token_file.clone();
        Ok(Response::new(GetSetupStateResponse {
            setup_needed: file.is_some(),
            token_file: file.unwrap_or_default(),
        }))
    }

    async fn setup(&self, request: Request<SetupRequest>) -> Answer<SetupResponse> {
        let request = request.into_inner();
        let mut state = self.lock();
        state.setup_tokens.push(request.token);
        let tokens = Some(state.tokens());
        Ok(Response::new(SetupResponse { tokens, user: request.user, role: Role::Admin.into() }))
    }

    async fn login(&self, request: Request<LoginRequest>) -> Answer<LoginResponse> {
        let request = request.into_inner();
        if request.password != "correct horse" {
            return Err(Status::unauthenticated("wrong name or password"));
        }
        let tokens = Some(self.lock().tokens());
        let (user, role) = (request.user, Role::Operator.into());
        Ok(Response::new(LoginResponse { tokens, user, role }))
    }

    async fn refresh(&self, request: Request<RefreshRequest>) -> Answer<RefreshResponse> {
        let mut state = self.lock();
        if request.into_inner().refresh_token != format!("refresh-{}", state.refresh) {
            state.refused_refreshes += 1;
            return Err(Status::unauthenticated("refresh token was used before"));
        }
        state.refreshes += 1;
        let tokens = Some(state.tokens());
        let (user, role) = ("anna".to_owned(), Role::Operator.into());
        Ok(Response::new(RefreshResponse { tokens, user, role }))
    }

    async fn logout(&self, request: Request<LogoutRequest>) -> Answer<LogoutResponse> {
        self.guard(&request).await?;
        self.lock().tokens();
        Ok(Response::new(LogoutResponse {}))
    }

    async fn step_up(&self, request: Request<StepUpRequest>) -> Answer<StepUpResponse> {
        self.guard(&request).await?;
        if request.into_inner().password != "correct horse" {
            return Err(Status::unauthenticated("user or password is wrong"));
        }
        Ok(Response::new(StepUpResponse::default()))
    }

    async fn change_password(
        &self,
        request: Request<ChangePasswordRequest>,
    ) -> Answer<ChangePasswordResponse> {
        self.guard(&request).await?;
        let request = request.into_inner();
        if request.old_password != "correct horse" || request.new_password != "battery staple" {
            return Err(Status::unauthenticated("user or password is wrong"));
        }
        Ok(Response::new(ChangePasswordResponse { ended_sessions: 2, ..Default::default() }))
    }

    async fn enrol_totp(&self, request: Request<EnrolTotpRequest>) -> Answer<EnrolTotpResponse> {
        self.guard(&request).await?;
        let (secret, uri) = ("ABC".to_owned(), "otpauth://totp/x?secret=ABC".to_owned());
        Ok(Response::new(EnrolTotpResponse { secret, uri, ..Default::default() }))
    }

    async fn confirm_totp(
        &self,
        request: Request<ConfirmTotpRequest>,
    ) -> Answer<ConfirmTotpResponse> {
        self.guard(&request).await?;
        Ok(Response::new(ConfirmTotpResponse::default()))
    }

    async fn remove_totp(&self, request: Request<RemoveTotpRequest>) -> Answer<RemoveTotpResponse> {
        self.guard(&request).await?;
        Ok(Response::new(RemoveTotpResponse::default()))
    }

    async fn who_am_i(&self, request: Request<WhoAmIRequest>) -> Answer<WhoAmIResponse> {
        self.guard(&request).await?;
        Ok(Response::new(WhoAmIResponse {
            user: "anna".to_owned(),
            role: Role::Operator.into(),
            ..Default::default()
        }))
    }
}

#[tonic::async_trait]
impl SystemService for Shared {
    async fn get_status(&self, request: Request<GetStatusRequest>) -> Answer<GetStatusResponse> {
        self.guard(&request).await?;
        Ok(Response::new(GetStatusResponse {
            version: "9.9.9".to_owned(),
            store_id: "store-1".to_owned(),
            equity: "10012.345".to_owned(),
            quote_asset: "USDT".to_owned(),
            symbols: vec!["BTC/USDT".to_owned(), "ETH/USDT".to_owned()],
            ..Default::default()
        }))
    }

    async fn get_resources(
        &self,
        request: Request<GetResourcesRequest>,
    ) -> Answer<GetResourcesResponse> {
        self.guard(&request).await?;
        Ok(Response::new(GetResourcesResponse { stream_subscribers: 3, ..Default::default() }))
    }

    async fn get_version(&self, _: Request<GetVersionRequest>) -> Answer<GetVersionResponse> {
        let version = "9.9.9".to_owned();
        let protocol_version = self.lock().protocol.clone();
        let answer = GetVersionResponse { version, protocol_version, ..Default::default() };
        let mut response = Response::new(answer);
        if let Ok(told) = self.lock().protocol.parse() {
            response.metadata_mut().insert("x-tradingd-protocol", told);
        }
        Ok(response)
    }

    async fn get_report(&self, request: Request<GetReportRequest>) -> Answer<GetReportResponse> {
        self.guard(&request).await?;
        Ok(Response::new(GetReportResponse::default()))
    }
}

#[tonic::async_trait]
impl TradeService for Shared {
    type ExportTradesStream = Parts<ExportTradesResponse>;

    /// Two parts; with a symbol the second has another hash than was sent.
    async fn export_trades(
        &self,
        request: Request<ExportTradesRequest>,
    ) -> Answer<Self::ExportTradesStream> {
        self.guard(&request).await?;
        let filter = request.into_inner().filter.unwrap_or_default();
        let sha256 = if filter.symbol.is_empty() {
            // Of "id,symbol\r\n1,BTCUSDT\r\n".
            super::EXPORTED_HASH.to_owned()
        } else {
            "0".repeat(64)
        };
        let part = |data: &str, rows, progress_pct, sha256| {
            let data = data.as_bytes().to_vec();
            let chunk = Some(ExportChunk { data, rows, progress_pct, sha256 });
            Ok(ExportTradesResponse { chunk })
        };
        let parts =
            [part("id,symbol\r\n1,BT", 0, 50, String::new()), part("CUSDT\r\n", 1, 100, sha256)];
        Ok(Response::new(Box::pin(tokio_stream::iter(parts))))
    }

    /// As many trades as scripted, in pages; the page token is the number of the next one.
    async fn list_trades(&self, request: Request<ListTradesRequest>) -> Answer<ListTradesResponse> {
        self.guard(&request).await?;
        let request = request.into_inner();
        if request.page_size == 0 || request.page_size > 500 {
            return Err(Status::invalid_argument("page_size: must be 1 to 500"));
        }
        let total = self.lock().trades;
        let first: u64 = request.page_token.parse().unwrap_or(0);
        let end = total.min(first + u64::from(request.page_size));
        let trades = (first..end).map(|id| Trade { id, ..Default::default() }).collect();
        let next_page_token = if end < total { end.to_string() } else { String::new() };
        Ok(Response::new(ListTradesResponse {
            trades,
            next_page_token,
            total,
            as_of_sequence: 1,
            ..ListTradesResponse::default()
        }))
    }
}

#[tonic::async_trait]
impl PositionService for Shared {
    async fn list_positions(
        &self,
        request: Request<ListPositionsRequest>,
    ) -> Answer<ListPositionsResponse> {
        self.guard(&request).await?;
        let symbol = "BTC/USDT".to_owned();
        let positions = vec![Position { symbol, quantity: "0.5".to_owned(), ..Default::default() }];
        Ok(Response::new(ListPositionsResponse { positions, ..Default::default() }))
    }

    async fn close_position(
        &self,
        request: Request<ClosePositionRequest>,
    ) -> Answer<ClosePositionResponse> {
        self.lock().request_ids.push(request.get_ref().request_id.clone());
        self.guard(&request).await?;
        let mut state = self.lock();
        let request = request.into_inner();
        let symbol = request.symbol.clone();
        state.closes.push(request);
        let execution = state.close_ends.pop_front().flatten();
        let quantity = "0.5".to_owned();
        let effect = Some(Effect { sequence: 7, replayed: false });
        Ok(Response::new(ClosePositionResponse {
            intent: 9,
            symbol,
            quantity,
            execution,
            effect,
            plan: None,
        }))
    }

    async fn set_protection(
        &self,
        request: Request<SetProtectionRequest>,
    ) -> Answer<SetProtectionResponse> {
        self.guard(&request).await?;
        let request = request.into_inner();
        let position = Position {
            symbol: request.symbol.clone(),
            protection: ProtectionPlace::Venue.into(),
            stop_price: "61000".to_owned(),
            ..Default::default()
        };
        self.lock().protections.push(request);
        let effect = Some(Effect { sequence: 7, replayed: false });
        Ok(Response::new(SetProtectionResponse { position: Some(position), effect, plan: None }))
    }
}

type Parts<T> = Pin<Box<dyn tokio_stream::Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl OrderService for Shared {
    type ExportOrdersStream = Parts<ExportOrdersResponse>;

    async fn export_orders(
        &self,
        request: Request<ExportOrdersRequest>,
    ) -> Answer<Self::ExportOrdersStream> {
        self.guard(&request).await?;
        Err(Status::failed_precondition("no export is scripted"))
    }

    async fn list_orders(&self, request: Request<ListOrdersRequest>) -> Answer<ListOrdersResponse> {
        self.guard(&request).await?;
        Ok(Response::new(ListOrdersResponse::default()))
    }

    async fn get_order(&self, request: Request<GetOrderRequest>) -> Answer<GetOrderResponse> {
        self.guard(&request).await?;
        Err(Status::not_found("there is no such order"))
    }

    async fn cancel_order(
        &self,
        request: Request<CancelOrderRequest>,
    ) -> Answer<CancelOrderResponse> {
        self.guard(&request).await?;
        let request = request.into_inner();
        let order = Order {
            client_order_id: request.client_order_id.clone(),
            status: OrderStatus::Cancelled.into(),
            ..Default::default()
        };
        self.lock().cancels.push(request);
        let effect = Some(Effect { sequence: 7, replayed: false });
        Ok(Response::new(CancelOrderResponse { order: Some(order), effect, plan: None }))
    }

    /// 700 executions, in pages; the page token is the number of the next one.
    async fn list_executions(
        &self,
        request: Request<ListExecutionsRequest>,
    ) -> Answer<ListExecutionsResponse> {
        self.guard(&request).await?;
        let request = request.into_inner();
        let first: u64 = request.page_token.parse().unwrap_or(0);
        let end = min(700, first + u64::from(request.page_size));
        let one = |intent| Execution { intent, ..Default::default() };
        let executions = (first..end).map(one).collect();
        let next_page_token = if end < 700 { end.to_string() } else { String::new() };
        let totals = Some(ExecutionTotals { count: 700, done: 690, ..Default::default() });
        self.lock().execution_lists.push(request);
        let as_of_sequence = 1;
        let answer = ListExecutionsResponse { executions, next_page_token, totals, as_of_sequence };
        Ok(Response::new(answer))
    }
}

#[tonic::async_trait]
impl StrategyService for Shared {
    async fn list_strategies(
        &self,
        request: Request<ListStrategiesRequest>,
    ) -> Answer<ListStrategiesResponse> {
        self.guard(&request).await?;
        let macd = Strategy { name: "macd".to_owned(), ..Default::default() };
        Ok(Response::new(ListStrategiesResponse { strategies: vec![macd], as_of_sequence: 1 }))
    }

    async fn list_strategy_profits(
        &self,
        request: Request<ListStrategyProfitsRequest>,
    ) -> Answer<ListStrategyProfitsResponse> {
        self.guard(&request).await?;
        let point = StrategyProfitPoint {
            trade_id: u64::from(request.get_ref().limit),
            profit: "1.5".to_owned(),
            running_profit: "2.5".to_owned(),
            ..Default::default()
        };
        let strategy = request.into_inner().strategy;
        let strategies = vec![StrategyProfits { strategy, points: vec![point] }];
        Ok(Response::new(ListStrategyProfitsResponse { strategies, as_of_sequence: 1 }))
    }

    async fn set_strategy_enabled(
        &self,
        request: Request<SetStrategyEnabledRequest>,
    ) -> Answer<SetStrategyEnabledResponse> {
        self.lock().request_ids.push(request.get_ref().request_id.clone());
        self.guard(&request).await?;
        let request = request.into_inner();
        let (name, enabled) = (request.strategy.clone(), request.enabled);
        self.lock().switches.push(request);
        Ok(Response::new(SetStrategyEnabledResponse {
            strategy: Some(Strategy { name, enabled, ..Default::default() }),
            effect: Some(Effect { sequence: 7, replayed: false }),
            plan: None,
        }))
    }
}

impl Shared {
    fn trading_state(&self) -> Option<TradingStateInfo> {
        let epoch = self.lock().epoch;
        let state = TradingState::Halted.into();
        let (since, cause, frozen) = (None, "anna".to_owned(), false);
        Some(TradingStateInfo { state, epoch, since, cause, frozen })
    }
}

#[tonic::async_trait]
impl EmergencyService for Shared {
    async fn get_emergency_state(
        &self,
        request: Request<GetEmergencyStateRequest>,
    ) -> Answer<GetEmergencyStateResponse> {
        self.guard(&request).await?;
        let last_close_all = self.lock().later_reports.pop_front();
        let state = self.trading_state();
        Ok(Response::new(GetEmergencyStateResponse {
            state,
            last_close_all,
            ..GetEmergencyStateResponse::default()
        }))
    }

    async fn list_state_changes(
        &self,
        request: Request<ListStateChangesRequest>,
    ) -> Answer<ListStateChangesResponse> {
        self.guard(&request).await?;
        let change = StateChange {
            from: TradingState::Active.into(),
            to: TradingState::Halted.into(),
            principal: "anna".to_owned(),
            ..Default::default()
        };
        let (next_page_token, as_of_sequence) = ("more".to_owned(), 1);
        let changes = vec![change];
        Ok(Response::new(ListStateChangesResponse { changes, next_page_token, as_of_sequence }))
    }

    async fn stop(&self, request: Request<StopRequest>) -> Answer<StopResponse> {
        self.lock().request_ids.push(request.get_ref().request_id.clone());
        self.guard(&request).await?;
        let state = self.trading_state();
        Ok(Response::new(StopResponse { state, ..Default::default() }))
    }

    async fn close_all(&self, request: Request<CloseAllRequest>) -> Answer<CloseAllResponse> {
        self.lock().request_ids.push(request.get_ref().request_id.clone());
        self.guard(&request).await?;
        let report = Some(self.lock().close_all.clone());
        let state = self.trading_state();
        Ok(Response::new(CloseAllResponse { report, state, effect: None, plan: None }))
    }

    async fn resume(&self, request: Request<ResumeRequest>) -> Answer<ResumeResponse> {
        self.guard(&request).await?;
        self.lock().resumes.push(request.into_inner());
        Ok(Response::new(ResumeResponse {
            previous_cause: "anna".to_owned(),
            ..Default::default()
        }))
    }
}

#[tonic::async_trait]
impl EventService for Shared {
    type SubscribeStream =
        Pin<Box<dyn tokio_stream::Stream<Item = Result<SubscribeResponse, Status>> + Send>>;

    async fn subscribe(&self, request: Request<SubscribeRequest>) -> Answer<Self::SubscribeStream> {
        self.guard(&request).await?;
        let mut state = self.lock();
        state.subscriptions.push(request.into_inner());
        let Stream { messages, end } =
            state.streams.pop_front().ok_or_else(|| Status::internal("no stream is scripted"))?;
        let messages = tokio_stream::iter(messages.into_iter().map(Ok));
        Ok(Response::new(match end {
            None => Box::pin(messages.chain(tokio_stream::pending())),
            Some(Ok(())) => Box::pin(messages),
            Some(Err(status)) => Box::pin(messages.chain(tokio_stream::once(Err(status)))),
        }))
    }
}
