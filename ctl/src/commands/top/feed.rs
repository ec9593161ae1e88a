//! Follows the daemon for the view: the event stream, again after each loss and always from a fresh
//! snapshot, and now and then the equity curve and the strategies' last signals.

use crate::client::{Client, bearer_header};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::random::jitter;
use std::time::Duration;
use tokio::sync::mpsc::Sender;
use tonic::{Code, Request, Status, Streaming};
use tradingd_proto::v1::alert_service_client::AlertServiceClient;
use tradingd_proto::v1::event_service_client::EventServiceClient;
use tradingd_proto::v1::portfolio_service_client::PortfolioServiceClient;
use tradingd_proto::v1::strategy_service_client::StrategyServiceClient;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::{
    Alert, AlertState, EquityPoint, ListAlertsRequest, ListEquityPointsRequest,
    ListStrategiesRequest, Snapshot, Strategy, SubscribeRequest, SubscribeResponse,
};

/// First and longest pause before a new connection.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(15));
/// Heartbeats come every few seconds; a stream silent for this long is dead.
const SILENCE: Duration = Duration::from_secs(30);
/// How often the curve and the signals are asked for.
const REFRESH: Duration = Duration::from_secs(5);
/// Points of the curve; more than a terminal is wide.
const POINTS: u32 = 400;
/// Alerts that are asked for; more than a screen shows.
const ALERTS: u32 = 50;
/// A snapshot of a large account may exceed tonic's usual 4 MiB.
const LARGEST_MESSAGE: usize = 64 * 1024 * 1024;

/// News for the view.
#[derive(Debug)]
pub enum Update {
    /// A message of the stream.
    Message(Box<SubscribeResponse>),
    /// The equity curve, oldest first.
    Curve(Vec<EquityPoint>),
    /// The strategies with their last signals.
    Strategies(Vec<Strategy>),
    /// The alerts that go on.
    Alerts(Vec<Alert>),
    /// The connection is gone, for this reason; another is being tried.
    Lost(String),
    /// A sentence for the person.
    Said(String),
    /// There will be no more: the login has ended or is not allowed to look.
    Over(Failure),
}

/// What the view begins with.
///
/// # Errors
/// The daemon can't be reached or refuses.
pub async fn snapshot(client: &Client) -> Result<Snapshot, Failure> {
    let mut stream = subscribe(client).await?;
    match stream.message().await {
        Ok(Some(SubscribeResponse { payload: Some(Payload::Snapshot(snapshot)), .. })) => {
            Ok(snapshot)
        }
        Ok(_) => Err(Failure::internal("the stream does not begin with a snapshot")),
        Err(status) => Err(client.failure(&status)),
    }
}

/// Follows until the view ends.
pub async fn follow(client: Client, say: Sender<Update>) {
    let mut pause = PAUSES.0;
    loop {
        let before = tokio::time::Instant::now();
        let lost = match connection(&client, &say).await {
            Ok(why) => why,
            Err(failure) if failure.exit() == Exit::Unreachable => failure.message().to_owned(),
            Err(failure) => {
                let _ = say.send(Update::Over(failure)).await;
                return;
            }
        };
        if say.send(Update::Lost(lost)).await.is_err() {
            return;
        }
        if before.elapsed() > SILENCE {
            pause = PAUSES.0;
        }
        tokio::time::sleep(pause + jitter(pause)).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// One connection to its end: why it ended when another may do better.
async fn connection(client: &Client, say: &Sender<Update>) -> Result<String, Failure> {
    let mut stream = subscribe(client).await?;
    let mut refresh = tokio::time::interval(REFRESH);
    refresh.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let silence = tokio::time::sleep(SILENCE);
    tokio::pin!(silence);
    loop {
        let message = tokio::select! {
            message = stream.message() => message,
            () = &mut silence => return Ok("no heartbeat came".to_owned()),
            _ = refresh.tick() => {
                look(client, say).await?;
                continue;
            }
        };
        silence.as_mut().reset(tokio::time::Instant::now() + SILENCE);
        match message {
            Ok(Some(message)) => {
                if let Some(Payload::ResyncRequired(resync)) = &message.payload {
                    return Ok(format!("resync ({})", resync.reason));
                }
                if say.send(Update::Message(Box::new(message))).await.is_err() {
                    return Ok("the view has ended".to_owned());
                }
            }
            Ok(None) => return Ok("the daemon ended the stream".to_owned()),
            // The next connection renews the token, or is told that it cannot.
            Err(status) if status.code() == Code::Unauthenticated => {
                return Ok("the token has run out".to_owned());
            }
            Err(status) => return Err(client.failure(&status)),
        }
    }
}

async fn subscribe(client: &Client) -> Result<Streaming<SubscribeResponse>, Failure> {
    let mut used = client.bearer().await?;
    for renewed in [false, true] {
        match attempt(client, used.as_deref()).await {
            Ok(stream) => return Ok(stream),
            Err(status) if status.code() == Code::Unauthenticated && !renewed => {
                match client.renew_after(used.as_deref()).await? {
                    Some(fresh) => used = Some(fresh),
                    None => return Err(client.failure(&status)),
                }
            }
            Err(status) => return Err(client.failure(&status)),
        }
    }
    Err(Failure::not_logged_in(&client.addr().url()))
}

async fn attempt(
    client: &Client,
    token: Option<&str>,
) -> Result<Streaming<SubscribeResponse>, Status> {
    let mut request = Request::new(SubscribeRequest::default());
    if let Some(token) = token {
        request.metadata_mut().insert("authorization", bearer_header(token)?);
    }
    let mut service =
        EventServiceClient::new(client.channel()).max_decoding_message_size(LARGEST_MESSAGE);
    match tokio::time::timeout(client.timeout(), service.subscribe(request)).await {
        Ok(answer) => answer.map(tonic::Response::into_inner),
        Err(_) => Err(Status::deadline_exceeded("no answer in time")),
    }
}

/// Asks for the alerts, the curve and the strategies; no answer in time is no fault, the stream tells when the
/// daemon is gone.
async fn look(client: &Client, say: &Sender<Update>) -> Result<(), Failure> {
    let request = ListEquityPointsRequest { max_points: POINTS, ..Default::default() };
    let curve = client
        .read(request, async |c, r| PortfolioServiceClient::new(c).list_equity_points(r).await)
        .await;
    let strategies = client
        .read(ListStrategiesRequest {}, async |c, r| {
            StrategyServiceClient::new(c).list_strategies(r).await
        })
        .await;
    let states = [AlertState::Open, AlertState::Acknowledged].map(i32::from).to_vec();
    let request = ListAlertsRequest { states, page_size: ALERTS, ..Default::default() };
    let alerts =
        client.read(request, async |c, r| AlertServiceClient::new(c).list_alerts(r).await).await;
    let news = [
        alerts.map(|answer| Update::Alerts(answer.alerts)),
        curve.map(|answer| Update::Curve(answer.points)),
        strategies.map(|answer| Update::Strategies(answer.strategies)),
    ];
    for one in news {
        match one {
            Ok(update) => {
                if say.send(update).await.is_err() {
                    return Ok(());
                }
            }
            Err(failure) if failure.exit() == Exit::Denied => return Err(failure),
            Err(_) => {}
        }
    }
    Ok(())
}
