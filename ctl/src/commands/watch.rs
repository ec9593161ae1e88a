//! `watch`: follows the event stream over lost connections.
//!
//! It remembers the last sequence it has shown. After a loss it asks for what came after that; when
//! the daemon cannot give it (`resync_required`), it begins anew with a snapshot. How an event reads
//! is in `watch_lines.rs`.

use super::{Context, status, watch_lines};
use crate::cli::{Format, WatchArgs, WatchKind};
use crate::client::bearer_header;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::json;
use crate::random::jitter;
use std::time::{Duration, Instant};
use tonic::{Code, Request, Status, Streaming};
use tradingd_proto::v1::event_service_client::EventServiceClient;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::{EventKind, EventSeverity, SubscribeRequest, SubscribeResponse};

/// First and longest pause before a new connection.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
/// Without --follow-reconnect, a daemon that stays away this long ends the run.
const PATIENCE: Duration = Duration::from_secs(60);
/// Heartbeats come every few seconds; a stream silent for this long is dead.
const SILENCE: Duration = Duration::from_secs(30);
/// A snapshot of a large account may exceed tonic's usual 4 MiB.
const LARGEST_MESSAGE: usize = 64 * 1024 * 1024;

/// Follows events until the reader has enough.
pub async fn watch(context: &Context<'_>, args: WatchArgs) -> Result<(), Failure> {
    follow(context, args, |_| true).await
}

/// Follows alerts only; `--count` counts them.
pub async fn alerts(context: &Context<'_>, args: WatchArgs) -> Result<(), Failure> {
    follow(context, args, |message| matches!(message.payload, Some(Payload::Alert(_)))).await
}

async fn follow(
    context: &Context<'_>,
    args: WatchArgs,
    wanted: fn(&SubscribeResponse) -> bool,
) -> Result<(), Failure> {
    if matches!(context.out.format(), Format::Csv | Format::Wide) {
        return Err(Failure::usage("watch: events differ in shape; use -o table, json or ndjson"));
    }
    let filter = SubscribeRequest {
        kinds: args.kinds.iter().map(|kind| EventKind::from(*kind).into()).collect(),
        symbols: args.symbols,
        min_severity: args.min_severity.map_or(0, |s| EventSeverity::from(s).into()),
        ..SubscribeRequest::default()
    };
    let mut watch = Watch {
        context,
        wanted,
        last: args.resume_after.unwrap_or(0),
        store_id: String::new(),
        marks: args.marks || args.kinds.contains(&WatchKind::Marks),
        filter,
        left: args.count,
        lost: None,
        pause: PAUSES.0,
        heard: false,
        renewed: false,
        for_ever: args.follow_reconnect,
        again: false,
    };
    if args.resume_after.is_some() {
        watch.store_id = match args.store {
            Some(id) => id,
            None => status::fetch(context).await?.store_id,
        };
    }
    tokio::select! {
        ended = watch.run() => ended,
        _ = tokio::signal::ctrl_c() => {
            context.out.say("stopped");
            Ok(())
        }
    }
}

/// How one connection ended.
#[derive(Debug)]
enum End {
    /// As many records as were wanted.
    Enough,
    /// The daemon cannot go on from where we are.
    Resync(String),
    /// A record is missing.
    Gap,
    /// The connection is gone.
    Lost(Failure),
    /// The token has run out.
    TokenEnded,
}

#[derive(Debug)]
struct Watch<'a> {
    context: &'a Context<'a>,
    /// Which messages are shown and counted.
    wanted: fn(&SubscribeResponse) -> bool,
    /// Last journal sequence shown or contained in the snapshot; 0 asks for a snapshot.
    last: u64,
    /// Store that `last` belongs to.
    store_id: String,
    marks: bool,
    /// Kinds, symbols and severity that are wanted.
    filter: SubscribeRequest,
    /// Records still wanted; `None` without end.
    left: Option<u64>,
    /// Since when there has been no connection.
    lost: Option<Instant>,
    pause: Duration,
    /// Anything was ever received.
    heard: bool,
    /// The token was renewed and nothing has been received since.
    renewed: bool,
    for_ever: bool,
    /// Connected again, and not yet told with what.
    again: bool,
}

impl Watch<'_> {
    async fn run(&mut self) -> Result<(), Failure> {
        loop {
            match self.connection().await? {
                End::Enough => return Ok(()),
                End::TokenEnded => self.renewed = true,
                End::Gap => {
                    self.say(&format!("a record is missing; asking again from {}", self.last));
                    self.back_off().await;
                }
                End::Resync(reason) => {
                    self.say(&format!("resync ({reason}): beginning anew with a snapshot"));
                    self.last = 0;
                    self.back_off().await;
                }
                End::Lost(failure) => self.after_loss(failure).await?,
            }
        }
    }

    async fn after_loss(&mut self, failure: Failure) -> Result<(), Failure> {
        let since = *self.lost.get_or_insert_with(Instant::now);
        let give_up = !self.heard || since.elapsed() > PATIENCE;
        if give_up && !self.for_ever {
            return Err(failure);
        }
        let from = match self.last {
            0 => "a snapshot".to_owned(),
            last => format!("sequence {last}"),
        };
        self.say(&format!("{}; connecting again, from {from}", failure.message()));
        self.back_off().await;
        Ok(())
    }

    /// Waits, longer each time until something is received again.
    async fn back_off(&mut self) {
        tokio::time::sleep(self.pause + jitter(self.pause)).await;
        self.pause = (self.pause * 2).min(PAUSES.1);
    }

    fn say(&self, text: &str) {
        self.context.out.say(&format!("watch: {text}"));
    }

    async fn connection(&mut self) -> Result<End, Failure> {
        let mut stream = match self.subscribe().await {
            Ok(Ok(stream)) => stream,
            Ok(Err(status)) => return self.ended(&status).await,
            Err(failure) if failure.exit() == Exit::Unreachable => return Ok(End::Lost(failure)),
            Err(failure) => return Err(failure),
        };
        if self.lost.take().is_some() {
            self.again = true;
        }
        loop {
            let message = match tokio::time::timeout(SILENCE, stream.message()).await {
                Ok(Ok(Some(message))) => message,
                Ok(Ok(None)) => return Ok(self.lost("the daemon ended the stream")),
                Ok(Err(status)) => return self.ended(&status).await,
                Err(_) => return Ok(self.lost("no heartbeat came")),
            };
            if let Some(end) = self.take(&message)? {
                return Ok(end);
            }
        }
    }

    /// The outer error is botctl's own, the inner one the daemon's.
    async fn subscribe(&self) -> Result<Result<Streaming<SubscribeResponse>, Status>, Failure> {
        let client = &self.context.client;
        let store_id = if self.last == 0 { String::new() } else { self.store_id.clone() };
        let mut request = Request::new(SubscribeRequest {
            resume_after: self.last,
            store_id,
            ..self.filter.clone()
        });
        if let Some(token) = client.bearer().await? {
            match bearer_header(&token) {
                Ok(header) => request.metadata_mut().insert("authorization", header),
                Err(status) => return Ok(Err(status)),
            };
        }
        let mut service =
            EventServiceClient::new(client.channel()).max_decoding_message_size(LARGEST_MESSAGE);
        match tokio::time::timeout(client.timeout(), service.subscribe(request)).await {
            Ok(answer) => Ok(answer.map(tonic::Response::into_inner)),
            Err(_) => Err(Failure::unreachable(format!(
                "no answer from {} within {:?}",
                client.addr().url(),
                client.timeout()
            ))),
        }
    }

    /// Sorts the error that ended a stream, or kept it from beginning.
    async fn ended(&mut self, status: &Status) -> Result<End, Failure> {
        let client = &self.context.client;
        if status.code() == Code::Unauthenticated && !self.renewed {
            let used = client.bearer().await;
            let renewed = match used {
                Ok(used) => client.renew_after(used.as_deref()).await,
                Err(failure) => Err(failure),
            };
            return match renewed {
                Ok(Some(_)) => Ok(End::TokenEnded),
                Ok(None) => Err(client.failure(status)),
                Err(failure) if failure.exit() == Exit::Unreachable => Ok(End::Lost(failure)),
                Err(failure) => Err(failure),
            };
        }
        let failure = client.failure(status);
        if failure.exit() == Exit::Unreachable { Ok(End::Lost(failure)) } else { Err(failure) }
    }

    fn lost(&self, what: &str) -> End {
        End::Lost(Failure::unreachable(what))
    }

    /// Shows one message; says when the connection has to end.
    fn take(&mut self, message: &SubscribeResponse) -> Result<Option<End>, Failure> {
        (self.heard, self.renewed) = (true, false);
        if message.sequence > 0 {
            if message.sequence <= self.last {
                return Ok(None);
            }
            if message.previous_sequence > self.last {
                return Ok(Some(End::Gap));
            }
        }
        self.pause = PAUSES.0;
        let wanted = (self.wanted)(message);
        if std::mem::take(&mut self.again) {
            self.say(&match message.payload {
                Some(Payload::ResyncRequired(_)) => "connected again".to_owned(),
                Some(Payload::Snapshot(_)) => "connected again, with a new snapshot".to_owned(),
                _ => format!("connected again; nothing after sequence {} is missed", self.last),
            });
        }
        if wanted {
            self.show(message)?;
        }
        match &message.payload {
            Some(Payload::ResyncRequired(resync)) => {
                return Ok(Some(End::Resync(resync.reason.clone())));
            }
            Some(Payload::Snapshot(snapshot)) => {
                self.store_id.clone_from(&snapshot.store_id);
                self.last = message.as_of_sequence;
            }
            _ if message.sequence > 0 => self.last = message.sequence,
            // What lies before a heartbeat has come, or is not wanted.
            Some(Payload::Heartbeat(_)) => {
                self.last = self.last.max(message.as_of_sequence);
                return Ok(None);
            }
            _ => return Ok(None),
        }
        if message.sequence > 0
            && wanted
            && let Some(left) = self.left.as_mut()
        {
            *left = left.saturating_sub(1);
            if *left == 0 {
                return Ok(Some(End::Enough));
            }
        }
        Ok(None)
    }

    fn show(&self, message: &SubscribeResponse) -> Result<(), Failure> {
        let out = self.context.out;
        if out.is_json() {
            return out.text(&json::of(message)?.to_string());
        }
        match watch_lines::line(message, self.marks, out.style()) {
            Some(line) => out.text(&line),
            None => Ok(()),
        }
    }
}
