//! The tail of the log: what is kept, then what comes, as filters want it.

use super::Shared;
use crate::control_plane::auth::Principal;
use crate::control_plane::errors::{self, Reason};
use crate::convert;
use crate::logs::{self, Filter, KEPT, Line};
use futures::Stream;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::v1::tail_logs_response::Payload;
use tradingd_proto::v1::*;

/// Messages that wait in one reader's channel.
const CHANNEL: usize = 64;
/// Longest filter.
const LONGEST: usize = 200;

type Sender = mpsc::Sender<Result<TailLogsResponse, Status>>;

#[async_trait]
impl log_service_server::LogService for Shared {
    type TailLogsStream = Pin<Box<dyn Stream<Item = Result<TailLogsResponse, Status>> + Send>>;

    async fn tail_logs(
        &self,
        request: Request<TailLogsRequest>,
    ) -> Result<Response<Self::TailLogsStream>, Status> {
        let principal = Principal::of(&request)
            .ok_or_else(|| errors::refuse(Reason::TokenMissing, "this needs a token"))?;
        let request = request.into_inner();
        let filter = filter(&request)?;
        let (sender, receiver) = mpsc::channel(CHANNEL);
        let (kept, live) = logs::ring().follow();
        let shutdown = self.shutdown.clone();
        tokio::spawn(async move {
            let ending = sender.clone();
            tokio::select! {
                biased;
                () = shutdown.cancelled() => {
                    let end = errors::refuse(Reason::ShuttingDown, "the daemon is ending");
                    let _ = ending.try_send(Err(end));
                }
                () = principal.session_ended() => {
                    let end = errors::refuse(Reason::SessionEnded, "the session has ended");
                    let _ = ending.try_send(Err(end));
                }
                _ = tail(request, filter, kept, live, sender) => {}
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }
}

fn filter(request: &TailLogsRequest) -> Result<Filter, Status> {
    let lines = usize::try_from(request.lines).unwrap_or(usize::MAX);
    if lines > KEPT {
        let rule = format!("must be 0 to {KEPT}, got {lines}");
        return Err(errors::invalid([("lines", rule)]));
    }
    for (field, text) in [("module", &request.module), ("text", &request.text)] {
        if text.len() > LONGEST {
            return Err(errors::invalid([(field, format!("must be at most {LONGEST} bytes"))]));
        }
    }
    let least = match LogLevel::try_from(request.min_level) {
        Ok(LogLevel::Unspecified | LogLevel::Trace) => tracing::Level::TRACE,
        Ok(LogLevel::Debug) => tracing::Level::DEBUG,
        Ok(LogLevel::Info) => tracing::Level::INFO,
        Ok(LogLevel::Warn) => tracing::Level::WARN,
        Ok(LogLevel::Error) => tracing::Level::ERROR,
        Err(_) => return Err(errors::invalid([("min_level", "must be one of the levels")])),
    };
    let module = request.module.clone();
    Ok(Filter { least, module, text: request.text.to_lowercase() })
}

/// The reader has gone.
struct Gone;

async fn tail(
    request: TailLogsRequest,
    filter: Filter,
    kept: Vec<Arc<Line>>,
    mut live: broadcast::Receiver<Arc<Line>>,
    sender: Sender,
) -> Result<(), Gone> {
    let wanted: Vec<_> = kept.into_iter().filter(|line| filter.wants(line)).collect();
    let skip = wanted.len().saturating_sub(request.lines as usize);
    for line in &wanted[skip..] {
        send(&sender, Payload::Line(wire(line))).await?;
    }
    if !request.follow {
        return Ok(());
    }
    loop {
        match live.recv().await {
            Ok(line) if filter.wants(&line) => send(&sender, Payload::Line(wire(&line))).await?,
            Ok(_) => {}
            Err(broadcast::error::RecvError::Lagged(n)) => {
                send(&sender, Payload::Dropped(n)).await?;
            }
            Err(broadcast::error::RecvError::Closed) => return Ok(()),
        }
    }
}

async fn send(sender: &Sender, payload: Payload) -> Result<(), Gone> {
    let message = TailLogsResponse { payload: Some(payload) };
    sender.send(Ok(message)).await.map_err(|_| Gone)
}

fn wire(line: &Line) -> LogLine {
    let level = match line.level {
        tracing::Level::TRACE => LogLevel::Trace,
        tracing::Level::DEBUG => LogLevel::Debug,
        tracing::Level::INFO => LogLevel::Info,
        tracing::Level::WARN => LogLevel::Warn,
        tracing::Level::ERROR => LogLevel::Error,
    };
    LogLine {
        number: line.number,
        at: Some(convert::time(line.at)),
        level: level.into(),
        module: line.module.to_owned(),
        message: line.message.clone(),
        fields: line.fields.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect(),
    }
}
