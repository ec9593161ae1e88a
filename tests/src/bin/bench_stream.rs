//! `make bench`: what the event stream costs, against a bare tonic fan-out of the same bytes.
//!
//! 1. 1,000 subscribers at 50 messages/s: CPU seconds of the daemon and of a server that does
//!    nothing but send, each in its own process, in one run; nobody may miss a record.
//! 2. `stop` to its durable acknowledgement while 500 subscribers listen, 200 of them stalled, and the
//!    source runs as fast as it goes.
//!
//! Timing never fails it; a missed record does.

#![allow(clippy::print_stdout)]

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::sync::broadcast;
use tokio::task::JoinSet;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Request, Response, Status};
use tradingd_proto::v1::event_service_server::{EventService, EventServiceServer};
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::client::Api;

const SUBSCRIBERS: usize = 1_000;
/// Streams on one connection; the daemon takes 100.
const PER_CONNECTION: usize = 80;
/// Two records each: 50 messages a second.
const CHANGES_PER_SECOND: u32 = 25;
const STOPS: usize = 200;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--bare"] => bare().await,
        [] => bench(20).await,
        ["--seconds", seconds] => bench(seconds.parse()?).await,
        _ => anyhow::bail!("there is only --seconds N"),
    }
}

async fn bench(seconds: u32) -> anyhow::Result<()> {
    fan_out(seconds).await?;
    stops().await
}

const BOUNDS: [&str; 6] = [
    "--set",
    "stream.max_subscribers=2000",
    "--set",
    "stream.max_per_user=2000",
    "--set",
    "risk.max_drawdown_pct=100",
];

/// CPU seconds of a process so far: user and system time in clock ticks of 1/100 s, proc(5).
fn cpu(process: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
    Ok((ticks(11) + ticks(12)) / 100.0)
}

/// Resident memory of a process in MiB.
fn resident(process: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|rest| rest.split_whitespace().next()).and_then(|n| n.parse().ok());
    Ok(kib.unwrap_or(0.0_f64) / 1_024.0)
}

async fn connections(address: SocketAddr, token: &str) -> Vec<Api> {
    let mut apis = Vec::new();
    for _ in 0..SUBSCRIBERS.div_ceil(PER_CONNECTION) {
        apis.push(Api::anonymous(address).await.with_token(token));
    }
    apis
}

/// Listens until a record with this number; gives the numbered records that came.
async fn listen(api: Api, first: u64, last: u64) -> anyhow::Result<u64> {
    let mut stream = api.events().subscribe(SubscribeRequest::default()).await?.into_inner();
    let mut expected = first;
    while expected <= last {
        let Some(message) = stream.message().await? else {
            anyhow::bail!("the stream ended at {expected}");
        };
        if let Some(Payload::Snapshot(_)) = message.payload {
            expected = message.as_of_sequence + 1;
        }
        if message.sequence > 0 {
            anyhow::ensure!(message.sequence == expected, "{} is missing", expected);
            expected += 1;
        }
    }
    Ok(last)
}

async fn change(api: &Api, number: u64) -> anyhow::Result<()> {
    let request = RecordMovementRequest {
        kind: MovementKind::Deposit.into(),
        asset: "USDT".to_owned(),
        amount: "1".to_owned(),
        reason: "bench".to_owned(),
        request_id: format!("bench-{number}"),
        ..Default::default()
    };
    api.portfolio().record_movement(request).await?;
    Ok(())
}

/// Makes changes at the pace for so long; CPU seconds that the process took meanwhile.
async fn changes(api: &Api, process: u32, from: u64, seconds: u32) -> anyhow::Result<f64> {
    let before = cpu(process)?;
    let mut pace = tokio::time::interval(Duration::from_secs(1) / CHANGES_PER_SECOND);
    for number in 0..u64::from(seconds * CHANGES_PER_SECOND) {
        pace.tick().await;
        change(api, from + number).await?;
    }
    Ok(cpu(process)? - before)
}

async fn fan_out(seconds: u32) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let launch = Launch::on(folder.path()).with(&BOUNDS).with(&["--speed", "1"]);
    let daemon = launch.start();
    let process = daemon.process.id();
    let api = Api::first_admin(daemon.address).await;
    let idle = resident(process)?;
    let alone = changes(&api, process, 0, seconds).await?;
    let records = u64::from(seconds * CHANGES_PER_SECOND) * 2;
    let mut listeners = JoinSet::new();
    let apis = connections(daemon.address, &api.token).await;
    // The login records of the connections are there already; nothing else writes now.
    let begun = api.status().await.sequence;
    for at in 0..SUBSCRIBERS {
        listeners.spawn(listen(apis[at / PER_CONNECTION].clone(), begun + 1, begun + records));
    }
    while daemon_streams(process)? < SUBSCRIBERS.div_ceil(PER_CONNECTION) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let ours = changes(&api, process, 1_000_000, seconds).await?;
    let crowded = resident(process)?;
    while let Some(ended) = listeners.join_next().await {
        ended??;
    }
    drop(daemon);
    println!("resident: {idle:.0} MiB idle, {crowded:.0} MiB with {SUBSCRIBERS} subscribers");

    let floor = floor(seconds).await?;
    println!(
        "fan-out to {SUBSCRIBERS} subscribers, {records} records in {seconds} s, none missed:"
    );
    println!("  bare tonic fan-out    {floor:>7.2} CPU seconds");
    println!("  tradingd in all       {ours:>7.2} CPU seconds ({:.2} x)", ours / floor);
    let sending = ours - alone;
    println!(
        "  tradingd, sending     {sending:>7.2} CPU seconds ({:.2} x), without the {alone:.2} that the changes cost with nobody listening",
        sending / floor
    );
    Ok(())
}

/// Established connections of a process, from its open sockets.
fn daemon_streams(process: u32) -> anyhow::Result<usize> {
    let files = std::fs::read_dir(format!("/proc/{process}/fd"))?.flatten();
    let socket = |link: std::path::PathBuf| link.to_string_lossy().starts_with("socket:");
    Ok(files
        .filter_map(|f| std::fs::read_link(f.path()).ok())
        .filter(|l| socket(l.clone()))
        .count())
}

/// The same subscribers and messages at a server that only sends.
async fn floor(seconds: u32) -> anyhow::Result<f64> {
    let mut child = Server::start()?;
    let address = child.address()?;
    let apis = connections(address, "none").await;
    let records = u64::from(seconds * CHANGES_PER_SECOND) * 2;
    let mut listeners = JoinSet::new();
    for at in 0..SUBSCRIBERS {
        listeners.spawn(listen(apis[at / PER_CONNECTION].clone(), 1, records));
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = cpu(child.0.id())?;
    // Any unknown call starts it.
    apis[0].system().get_version(GetVersionRequest {}).await?;
    while let Some(ended) = listeners.join_next().await {
        ended??;
    }
    Ok(cpu(child.0.id())? - before)
}

/// A child that is killed when dropped.
struct Server(Child);

impl Server {
    fn start() -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        Ok(Self(command.arg("--bare").stdout(Stdio::piped()).spawn()?))
    }

    fn address(&mut self) -> anyhow::Result<SocketAddr> {
        let out = self.0.stdout.take().ok_or_else(|| anyhow::anyhow!("no output"))?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        Ok(line.trim().parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Sends the messages of a change to everybody, at the pace, from the first call on.
#[derive(Debug, Clone)]
struct Bare(broadcast::Sender<SubscribeResponse>);

/// What the daemon sends for a change.
fn messages(number: u64) -> [SubscribeResponse; 2] {
    let at = Some(tradingd_proto::prost_types::Timestamp { seconds: 1_769_868_300, nanos: 1 });
    let message = |sequence: u64, payload| SubscribeResponse {
        sequence,
        previous_sequence: sequence - 1,
        as_of_sequence: sequence,
        at,
        order: None,
        payload: Some(payload),
    };
    let movement = Movement {
        kind: MovementKind::Deposit.into(),
        asset: "USDT".to_owned(),
        amount: "1".to_owned(),
        reference: format!("paper-{number}"),
        note: "bench".to_owned(),
        at,
        ..Default::default()
    };
    let control = ControlRecord {
        r#type: "movement_requested".to_owned(),
        principal: "admin".to_owned(),
        role: "admin".to_owned(),
        source: "127.0.0.1".to_owned(),
        request_id: format!("bench-{number}"),
        detail:
            r#"{"amount":"1","asset":"USDT","kind":"deposit","outcome":"done","reason":"bench"}"#
                .to_owned(),
    };
    [
        message(number * 2 + 1, Payload::ExternalMovement(movement)),
        message(number * 2 + 2, Payload::Control(control)),
    ]
}

#[tonic::async_trait]
impl EventService for Bare {
    type SubscribeStream =
        std::pin::Pin<Box<dyn Stream<Item = Result<SubscribeResponse, Status>> + Send>>;

    async fn subscribe(
        &self,
        _: Request<SubscribeRequest>,
    ) -> Result<Response<Self::SubscribeStream>, Status> {
        let messages = BroadcastStream::new(self.0.subscribe());
        let messages = messages.map(|m| m.map_err(|_| Status::data_loss("too slow")));
        Ok(Response::new(Box::pin(messages)))
    }
}

#[tonic::async_trait]
impl system_service_server::SystemService for Bare {
    async fn get_status(
        &self,
        _: Request<GetStatusRequest>,
    ) -> Result<Response<GetStatusResponse>, Status> {
        Ok(Response::new(Default::default()))
    }

    async fn get_version(
        &self,
        _: Request<GetVersionRequest>,
    ) -> Result<Response<GetVersionResponse>, Status> {
        let sender = self.0.clone();
        tokio::spawn(async move {
            let mut pace = tokio::time::interval(Duration::from_secs(1) / CHANGES_PER_SECOND);
            for number in 0.. {
                pace.tick().await;
                for message in messages(number) {
                    let _ = sender.send(message);
                }
            }
        });
        Ok(Response::new(Default::default()))
    }

    async fn get_resources(
        &self,
        _: Request<GetResourcesRequest>,
    ) -> Result<Response<GetResourcesResponse>, Status> {
        Ok(Response::new(Default::default()))
    }

    async fn get_report(
        &self,
        _: Request<GetReportRequest>,
    ) -> Result<Response<GetReportResponse>, Status> {
        Ok(Response::new(Default::default()))
    }
}

async fn bare() -> anyhow::Result<()> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    println!("{}", listener.local_addr()?);
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(
        tokio::net::TcpListener::from_std(listener)?,
    );
    let bare = Bare(broadcast::Sender::new(4_096));
    tonic::transport::Server::builder()
        .tcp_nodelay(true)
        .add_service(EventServiceServer::new(bare.clone()))
        .add_service(system_service_server::SystemServiceServer::new(bare))
        .serve_with_incoming(incoming)
        .await?;
    Ok(())
}

async fn stops() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let plain = stop_times(&folder.path().join("plain"), 0, 0).await?;
    let rss = |found: &Stops| println!("resident after the flood: {:.0} MiB", found.2);
    rss(&plain);
    report("with nobody listening", plain);
    let crowd = stop_times(&folder.path().join("crowd"), 300, 200).await?;
    rss(&crowd);
    report("with 500 listening, 200 of them stalled", crowd);
    Ok(())
}

/// Times of the stops, rows per second meanwhile, resident memory at the end in MiB.
type Stops = (Vec<Duration>, f64, f64);

fn report(name: &str, (mut times, rows, _): Stops) {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "stop to durable acknowledgement, {rows:.0} rows/s, {name}: p50 {:?}, p99 {:?}, worst {:?} of {}",
        at(0.5),
        at(0.99),
        at(1.0),
        times.len()
    );
}

async fn stop_times(directory: &Path, reading: usize, stalled: usize) -> anyhow::Result<Stops> {
    let limits = ["--speed", "max", "--set", "stream.stalled_after_seconds=60"];
    let daemon = Launch::on(directory).tireless().with(&BOUNDS[..4]).with(&limits).start();
    let api = Api::first_admin(daemon.address).await;
    let mut readers = JoinSet::new();
    let mut held = Vec::new();
    for at in 0..(reading + stalled) {
        let bytes = (at >= reading).then_some(65_535);
        if at % PER_CONNECTION == 0 || at == reading {
            held.push((
                Api::with_window(daemon.address, bytes).await.with_token(&api.token),
                Vec::new(),
            ));
        }
        let Some((own, streams)) = held.last_mut() else { continue };
        if at < reading {
            let own = own.clone();
            readers.spawn(async move { read_on(own).await });
        } else {
            streams.push(own.subscribe().await);
        }
    }
    let (begun, rows) = (Instant::now(), api.status().await.bars);
    let mut times = Vec::with_capacity(STOPS);
    for number in 0..STOPS {
        let request = StopRequest { request_id: format!("stop-{number}"), ..Default::default() };
        let sent = Instant::now();
        api.emergency().stop(request).await?;
        times.push(sent.elapsed());
        let resume = ResumeRequest {
            request_id: format!("resume-{number}"),
            reason: "bench".to_owned(),
            ..Default::default()
        };
        api.emergency().resume(resume).await?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let rate = (api.status().await.bars - rows) as f64 / begun.elapsed().as_secs_f64();
    let resident = resident(daemon.process.id())?;
    readers.abort_all();
    Ok((times, rate, resident))
}

/// Reads for ever; whoever was too slow begins anew, as clients do.
async fn read_on(api: Api) {
    loop {
        let mut stream = api.subscribe().await;
        while let Ok(Some(_)) = stream.next().await {}
    }
}
