//! `make bench`, second part: what a call costs. `GetStatus` of the real daemon, with its guard and
//! full authentication, against a bare tonic server that answers a message of the same size, and
//! against the same data served by FastAPI on uvicorn, interleaved in one run.
//!
//! The client runs on the same cores, so calls per second of the server's own processor time are
//! what is compared. Timing never fails it.

#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_stream::StreamExt as _;
use tonic::{Request, Response, Status};
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1::system_service_client::SystemServiceClient;
use tradingd_proto::v1::system_service_server::{SystemService, SystemServiceServer};
use tradingd_proto::v1::*;
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::client::Api;

/// Connections, each with one call under way at a time.
const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// Rounds of which the median counts.
const ROUNDS: usize = 3;
/// Wall time of one measurement.
const SPAN: Duration = Duration::from_secs(2);
/// `sysconf(_SC_CLK_TCK)`, 100 on every Linux that this runs on.
const TICKS_PER_SECOND: f64 = 100.0;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build()?;
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["floor", file] => runtime.block_on(floor(Path::new(file))),
        [] => runtime.block_on(measure()),
        _ => anyhow::bail!("unknown arguments {args:?}; there are none to give"),
    }
}

/// The floor: tonic and nothing else.
async fn floor(file: &Path) -> anyhow::Result<()> {
    struct Bare(GetStatusResponse);
    #[tonic::async_trait]
    impl SystemService for Bare {
        async fn get_status(
            &self,
            _: Request<GetStatusRequest>,
        ) -> Result<Response<GetStatusResponse>, Status> {
            Ok(Response::new(self.0.clone()))
        }
        async fn get_version(
            &self,
            _: Request<GetVersionRequest>,
        ) -> Result<Response<GetVersionResponse>, Status> {
            Err(Status::unimplemented("the floor has one method"))
        }
        async fn get_resources(
            &self,
            _: Request<GetResourcesRequest>,
        ) -> Result<Response<GetResourcesResponse>, Status> {
            Err(Status::unimplemented("the floor has one method"))
        }
        async fn get_report(
            &self,
            _: Request<GetReportRequest>,
        ) -> Result<Response<GetReportResponse>, Status> {
            Err(Status::unimplemented("the floor has one method"))
        }
    }
    let status = GetStatusResponse::decode(std::fs::read(file)?.as_slice())?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener).map(|stream| {
        let stream = stream?;
        stream.set_nodelay(true)?;
        Ok::<_, std::io::Error>(stream)
    });
    let server =
        tonic::transport::Server::builder().add_service(SystemServiceServer::new(Bare(status)));
    Ok(server.serve_with_incoming(incoming).await?)
}

/// A server under measurement.
struct Peer {
    name: &'static str,
    address: SocketAddr,
    pid: u32,
    /// The bearer token.
    token: String,
    /// True for one that speaks HTTP/1.1 and JSON.
    http: bool,
}

/// One measurement.
#[derive(Clone, Copy)]
struct Figures {
    per_second: f64,
    per_cpu_second: f64,
    p50: Duration,
    p99: Duration,
}

async fn measure() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let daemon = Launch::on(&folder.path().join("data")).start();
    let api = Api::first_admin(daemon.address).await;
    let status = api.status().await;
    let bytes = status.encode_to_vec();
    println!("GetStatus answers {} bytes", bytes.len());
    let canned = folder.path().join("status.bin");
    std::fs::write(&canned, &bytes)?;
    let mut children = Children::default();
    let exe = std::env::current_exe()?;
    let (pid, address, _) = children.start(Command::new(exe).arg("floor").arg(&canned))?;
    let mut peers = vec![
        Peer {
            name: "tradingd",
            address: daemon.address,
            pid: daemon.process.id(),
            token: api.token.clone(),
            http: false,
        },
        Peer { name: "bare tonic", address, pid, token: api.token.clone(), http: false },
    ];
    match fastapi(&mut children, &status, folder.path()) {
        Ok((pid, address, token)) => {
            peers.push(Peer { name: "FastAPI + uvicorn", address, pid, token, http: true });
        }
        Err(why) => println!("FastAPI is left out: {why:#}"),
    }
    let mut found: BTreeMap<(usize, usize), Vec<Figures>> = BTreeMap::new();
    for connections in CONNECTIONS {
        for _ in 0..ROUNDS {
            for (at, peer) in peers.iter().enumerate() {
                let figures = load(peer, connections).await?;
                found.entry((connections, at)).or_default().push(figures);
            }
        }
    }
    report(&peers, &found);
    Ok(())
}

fn report(peers: &[Peer], found: &BTreeMap<(usize, usize), Vec<Figures>>) {
    println!(
        "{:<12}{:<20}{:>10}{:>16}{:>10}{:>10}",
        "connections", "server", "calls/s", "calls/CPU-s", "p50 µs", "p99 µs"
    );
    for connections in CONNECTIONS {
        let of = |at: usize| found.get(&(connections, at)).map(|runs| median(runs));
        for (at, peer) in peers.iter().enumerate() {
            let Some(f) = of(at) else { continue };
            println!(
                "{connections:<12}{:<20}{:>10.0}{:>16.0}{:>10}{:>10}",
                peer.name,
                f.per_second,
                f.per_cpu_second,
                f.p50.as_micros(),
                f.p99.as_micros()
            );
        }
        let Some((ours, bare)) = of(0).zip(of(1)) else { continue };
        println!(
            "            tradingd / bare tonic: {:.2} of the calls per CPU-second (goal 0.80), {:.2} of the p99 (goal 1.25)",
            ours.per_cpu_second / bare.per_cpu_second,
            ours.p99.as_secs_f64() / bare.p99.as_secs_f64()
        );
        if let Some(fastapi) = of(2) {
            println!(
                "            tradingd / FastAPI: {:.1} times the calls per CPU-second (goal 8)",
                ours.per_cpu_second / fastapi.per_cpu_second
            );
        }
    }
}

fn median(runs: &[Figures]) -> Figures {
    let mut runs = runs.to_vec();
    runs.sort_by(|a, b| a.per_cpu_second.total_cmp(&b.per_cpu_second));
    runs[runs.len() / 2]
}

/// Calls over so many connections for a while.
async fn load(peer: &Peer, connections: usize) -> anyhow::Result<Figures> {
    let mut callers = Vec::new();
    for _ in 0..connections {
        callers.push(Caller::connect(peer).await?);
    }
    for caller in &mut callers {
        caller.call().await?;
    }
    let busy_before = processor_time(peer.pid)?;
    let begun = Instant::now();
    let until = begun + SPAN;
    let tasks: Vec<_> = callers
        .into_iter()
        .map(|mut caller| {
            tokio::spawn(async move {
                let mut took = Vec::with_capacity(16_384);
                while Instant::now() < until {
                    let begun = Instant::now();
                    caller.call().await?;
                    took.push(begun.elapsed());
                }
                anyhow::Ok(took)
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await??);
    }
    let elapsed = begun.elapsed().as_secs_f64();
    let busy = processor_time(peer.pid)? - busy_before;
    all.sort_unstable();
    let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize];
    let calls = all.len() as f64;
    Ok(Figures {
        per_second: calls / elapsed,
        per_cpu_second: calls / busy,
        p50: at(0.5),
        p99: at(0.99),
    })
}

/// One connection.
enum Caller {
    Grpc(
        SystemServiceClient<tonic::transport::Channel>,
        tonic::metadata::MetadataValue<tonic::metadata::Ascii>,
    ),
    Http(TcpStream, Vec<u8>, Vec<u8>),
}

impl Caller {
    async fn connect(peer: &Peer) -> anyhow::Result<Self> {
        let Peer { token, address, .. } = peer;
        if peer.http {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let request = format!(
                "GET /status HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n"
            );
            return Ok(Self::Http(stream, request.into_bytes(), Vec::with_capacity(16_384)));
        }
        let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{address}"))?;
        let client = SystemServiceClient::new(endpoint.connect().await?);
        Ok(Self::Grpc(client, format!("Bearer {token}").parse()?))
    }

    async fn call(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Grpc(client, bearer) => {
                let mut request = Request::new(GetStatusRequest {});
                request.metadata_mut().insert("authorization", bearer.clone());
                client.get_status(request).await?;
            }
            Self::Http(stream, request, buffer) => {
                stream.write_all(request).await?;
                buffer.clear();
                while !whole(buffer)? {
                    anyhow::ensure!(stream.read_buf(buffer).await? > 0, "the server hung up");
                }
            }
        }
        Ok(())
    }
}

/// True when an answer with a content length is complete.
fn whole(answer: &[u8]) -> anyhow::Result<bool> {
    let Some(end) = answer.windows(4).position(|w| w == b"\r\n\r\n") else { return Ok(false) };
    let head = std::str::from_utf8(&answer[..end])?.to_ascii_lowercase();
    anyhow::ensure!(head.starts_with("http/1.1 200"), "the server says {head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.ok_or_else(|| anyhow::anyhow!("no content length"))?.parse()?;
    Ok(answer.len() >= end + 4 + length)
}

/// Seconds that the threads of a process have run, in user and kernel mode.
fn processor_time(pid: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in brackets may hold spaces; what follows it may not.
    let rest = stat.rsplit_once(')').map_or("", |parts| parts.1);
    let field = |n: usize| rest.split_whitespace().nth(n).and_then(|t| t.parse::<f64>().ok());
    let ticks = field(11).zip(field(12)).ok_or_else(|| anyhow::anyhow!("stat of {pid}"))?;
    Ok((ticks.0 + ticks.1) / TICKS_PER_SECOND)
}

/// Servers that end with the benchmark.
#[derive(Default)]
struct Children(Vec<Child>);

impl Children {
    /// Starts one that prints its address, and perhaps a token, as the first line.
    fn start(&mut self, command: &mut Command) -> anyhow::Result<(u32, SocketAddr, String)> {
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn()?;
        let out = child.stdout.take().ok_or_else(|| anyhow::anyhow!("no output"))?;
        let pid = child.id();
        self.0.push(child);
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let (address, token) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        Ok((pid, address.parse()?, token.to_owned()))
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The same data as JSON, served by one uvicorn worker. Its packages come from PyPI into a virtual
/// environment of the benchmark's own.
fn fastapi(
    children: &mut Children,
    status: &GetStatusResponse,
    folder: &Path,
) -> anyhow::Result<(u32, SocketAddr, String)> {
    let python = environment()?;
    let json = folder.join("status.json");
    std::fs::write(&json, json_of(status)?)?;
    let app = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/bench_fastapi.py");
    children.start(Command::new(python).arg(app).arg(json))
}

fn environment() -> anyhow::Result<PathBuf> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let venv = tests.join("../.venv-bench");
    let python = venv.join("bin/python");
    let ready = venv.join("ready");
    if ready.exists() {
        return Ok(python);
    }
    let done = Command::new("python3").args(["-m", "venv"]).arg(&venv).status()?.success();
    anyhow::ensure!(done, "python3 -m venv failed");
    let pip = Command::new(venv.join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(tests.join("python/bench-requirements.txt"))
        .status()?;
    anyhow::ensure!(pip.success(), "pip install failed");
    std::fs::write(ready, "")?;
    Ok(python)
}

/// The protocol's JSON of a status.
fn json_of(status: &GetStatusResponse) -> anyhow::Result<String> {
    let pool = prost_reflect::DescriptorPool::decode(tradingd_proto::DESCRIPTOR_SET)?;
    let descriptor = pool
        .get_message_by_name("tradingd.v1.GetStatusResponse")
        .ok_or_else(|| anyhow::anyhow!("no descriptor"))?;
    let bytes = status.encode_to_vec();
    let message = prost_reflect::DynamicMessage::decode(descriptor, bytes.as_slice())?;
    Ok(serde_json::to_string(&message)?)
}
