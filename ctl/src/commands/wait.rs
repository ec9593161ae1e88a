//! `wait`: comes back when something is so, or when time is up.

use super::Context;
use crate::cli::WaitArgs;
use crate::client::bearer_header;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::words;
use crate::progress::{self, Progress};
use std::time::Duration;
use tonic::{Code, Request};
use tradingd_proto::v1::event_service_client::EventServiceClient;
use tradingd_proto::v1::order_service_client::OrderServiceClient;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;

/// Pause before a new connection.
const PAUSE: Duration = Duration::from_secs(1);
/// A snapshot of a large account may exceed tonic's usual 4 MiB.
pub const LARGEST_MESSAGE: usize = 64 * 1024 * 1024;

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Until {
    Flat,
    State(TradingState),
    Order(String),
    Sequence(u64),
}

impl Until {
    fn parse(words: &[String]) -> Result<Self, Failure> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["flat"] => Ok(Self::Flat),
            ["halted"] => Ok(Self::State(TradingState::Halted)),
            ["active"] => Ok(Self::State(TradingState::Active)),
            ["order", id] => Ok(Self::Order((*id).to_owned())),
            ["sequence", text] => text.parse().map(Self::Sequence).map_err(|_| {
                Failure::usage(format!("--until sequence: must be a number, got {text:?}"))
            }),
            other => Err(Failure::usage(format!(
                "--until: must be flat, halted, active, order ID or sequence N, got {:?}",
                other.join(" ")
            ))),
        }
    }

    /// What has to be heard of for it. Marks show the state of the moment.
    fn filter(&self) -> SubscribeRequest {
        let kinds: &[EventKind] = match self {
            Self::Flat | Self::State(_) => &[EventKind::Mark],
            Self::Order(_) => &[EventKind::Order],
            Self::Sequence(_) => &[],
        };
        let kinds = kinds.iter().map(|kind| i32::from(*kind)).collect();
        SubscribeRequest { kinds, ..SubscribeRequest::default() }
    }

    /// How far it is by a message, for whoever watches.
    fn stands(&self, message: &SubscribeResponse) -> Option<String> {
        let status = match &message.payload {
            Some(Payload::Snapshot(snapshot)) => snapshot.status.as_ref(),
            Some(Payload::Mark(mark)) => mark.status.as_ref(),
            _ => None,
        };
        match self {
            Self::Flat => status.map(|status| format!("{} positions open", status.open_positions)),
            Self::State(_) => {
                let state = status?.trading_state.as_ref()?;
                Some(format!("trading is {}", words::trading_state(state.state)))
            }
            Self::Order(id) => {
                let order = message.order.as_ref().filter(|order| order.client_order_id == *id)?;
                Some(words::order_status(order.status).to_owned())
            }
            Self::Sequence(_) => {
                Some(format!("record {}", message.sequence.max(message.as_of_sequence)))
            }
        }
    }

    /// True when a message shows that it is so; orders are asked after instead.
    fn shown_by(&self, message: &SubscribeResponse) -> bool {
        let status = match &message.payload {
            Some(Payload::Snapshot(snapshot)) => snapshot.status.as_ref(),
            Some(Payload::Mark(mark)) => mark.status.as_ref(),
            _ => None,
        };
        match self {
            Self::Flat => status.is_some_and(|status| status.open_positions == 0),
            Self::State(wanted) => status
                .and_then(|status| status.trading_state.as_ref())
                .is_some_and(|state| state.state() == *wanted),
            Self::Order(_) => false,
            Self::Sequence(wanted) => {
                message.sequence >= *wanted || message.as_of_sequence >= *wanted
            }
        }
    }
}

/// Waits.
pub async fn wait(context: &Context<'_>, args: WaitArgs) -> Result<(), Failure> {
    let until = Until::parse(&args.until)?;
    let words = args.until.join(" ");
    let sign = progress::waiting(&format!("until {words}"));
    let waited = tokio::time::timeout(args.timeout, until_so(context, &until, &sign)).await;
    drop(sign);
    match waited {
        Ok(done) => done?,
        Err(_) => {
            let text = format!("it is not {words} within {:?}", args.timeout);
            return Err(Failure::unreachable(text));
        }
    }
    if context.out.is_json() {
        return context.out.json(&serde_json::json!({ "until": words }));
    }
    context.out.text(&words)
}

/// Follows the stream over lost connections until it is so.
async fn until_so(context: &Context<'_>, until: &Until, sign: &Progress) -> Result<(), Failure> {
    loop {
        match follow(context, until, sign).await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(failure) if failure.exit() == Exit::Unreachable => {}
            Err(failure) => return Err(failure),
        }
        sign.say("no connection");
        tokio::time::sleep(PAUSE).await;
    }
}

/// One connection; false when it ended first.
async fn follow(context: &Context<'_>, until: &Until, sign: &Progress) -> Result<bool, Failure> {
    let client = &context.client;
    let token = client.bearer().await?;
    let mut request = Request::new(until.filter());
    if let Some(token) = &token {
        let header = bearer_header(token).map_err(|status| client.failure(&status))?;
        request.metadata_mut().insert("authorization", header);
    }
    let mut service =
        EventServiceClient::new(client.channel()).max_decoding_message_size(LARGEST_MESSAGE);
    let mut stream = match service.subscribe(request).await {
        Ok(answer) => answer.into_inner(),
        Err(status) if status.code() == Code::Unauthenticated => {
            return match client.renew_after(token.as_deref()).await? {
                Some(_) => Ok(false),
                None => Err(client.failure(&status)),
            };
        }
        Err(status) => return Err(client.failure(&status)),
    };
    loop {
        let message = match stream.message().await {
            Ok(Some(message)) => message,
            Ok(None) => return Ok(false),
            Err(status) if status.code() == Code::Unauthenticated => {
                client.renew_after(token.as_deref()).await?;
                return Ok(false);
            }
            Err(status) => return Err(client.failure(&status)),
        };
        if until.shown_by(&message) {
            return Ok(true);
        }
        if let Some(stands) = until.stands(&message) {
            sign.say(&stands);
        }
        if let Until::Order(id) = until
            && concerns(&message, id)
            && has_ended(context, id).await?
        {
            return Ok(true);
        }
    }
}

/// True for the first message, so that an order that has ended before is found, and for its own.
fn concerns(message: &SubscribeResponse, id: &str) -> bool {
    let order = message.order.as_ref().is_some_and(|order| order.client_order_id == id);
    order || matches!(message.payload, Some(Payload::Snapshot(_)))
}

async fn has_ended(context: &Context<'_>, id: &str) -> Result<bool, Failure> {
    let request = GetOrderRequest { client_order_id: id.to_owned() };
    let rpc = async |c, r| OrderServiceClient::new(c).get_order(r).await;
    let order = context.client.read(request, rpc).await?.order.unwrap_or_default();
    Ok(matches!(
        order.status(),
        OrderStatus::Filled
            | OrderStatus::Cancelled
            | OrderStatus::Expired
            | OrderStatus::Rejected
            | OrderStatus::NeverArrived
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Until, Failure> {
        Until::parse(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn what_can_be_waited_for_is_a_closed_list() {
        assert_eq!(parse(&["flat"]).expect("fine"), Until::Flat);
        assert_eq!(parse(&["sequence", "7"]).expect("fine"), Until::Sequence(7));
        for wrong in [&["flat", "x"][..], &["order"], &["sequence", "x"], &["rich"]] {
            assert_eq!(parse(wrong).expect_err("wrong").exit(), Exit::Usage, "{wrong:?}");
        }
    }

    #[test]
    fn a_snapshot_or_mark_shows_it() {
        let status = |open_positions, state: TradingState| {
            let trading_state =
                Some(TradingStateInfo { state: state.into(), ..TradingStateInfo::default() });
            Some(GetStatusResponse { open_positions, trading_state, ..Default::default() })
        };
        let mark = |status| SubscribeResponse {
            as_of_sequence: 9,
            payload: Some(Payload::Mark(MarkUpdate { status, ..MarkUpdate::default() })),
            ..SubscribeResponse::default()
        };
        let held = mark(status(1, TradingState::Active));
        let flat = mark(status(0, TradingState::Halted));
        assert!(!Until::Flat.shown_by(&held) && Until::Flat.shown_by(&flat));
        let halted = Until::State(TradingState::Halted);
        assert!(!halted.shown_by(&held) && halted.shown_by(&flat));
        assert_eq!(Until::Flat.stands(&held).as_deref(), Some("1 positions open"));
        assert_eq!(halted.stands(&held).as_deref(), Some("trading is active"));
        assert_eq!(Until::Sequence(12).stands(&held).as_deref(), Some("record 9"));
        assert_eq!(Until::Order("x".to_owned()).stands(&held), None);
        assert!(Until::Sequence(9).shown_by(&held) && !Until::Sequence(10).shown_by(&held));
    }
}
