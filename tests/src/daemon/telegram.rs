//! A Telegram server and a webhook's receiver on loopback, as badly behaved as a test wants.
//!
//! It speaks the three methods that the daemon uses and keeps everything that it was sent.

use super::PATIENCE;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::{Notify, mpsc};

/// The bot's token in these tests; a canary that must be found nowhere.
pub const TOKEN: &str = "4242:canary-bot-token-8c1f";
/// The webhook's secret.
pub const SECRET: &str = "canary-webhook-secret-77";
/// What the bot is called.
pub const BOT: &str = "Trading_Test_bot";
/// The configured chat.
pub const CHAT: i64 = -100_500;

/// A message that the bot sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// To which chat.
    pub chat: i64,
    /// What, as HTML.
    pub text: String,
}

/// A call of the webhook.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

/// An answer out of order.
#[derive(Debug, Clone)]
pub enum Mishap {
    /// This status, with Telegram's usual error.
    Status(u16),
    /// Too many requests; wait so many seconds.
    Slow(u64),
    /// Bytes that are no JSON.
    Rubbish,
}

#[derive(Debug, Default)]
struct Inner {
    updates: Vec<Value>,
    next: i64,
    /// Answers of getUpdates and sendMessage before they work again.
    polls: VecDeque<Mishap>,
    sends: VecDeque<Mishap>,
    /// Gives every update whatever offset is named.
    deaf: bool,
    offsets: Vec<i64>,
}

#[derive(Debug)]
struct Shared {
    inner: Mutex<Inner>,
    news: Notify,
    sent: mpsc::UnboundedSender<Sent>,
    posted: mpsc::UnboundedSender<Posted>,
}

/// The server.
#[derive(Debug)]
pub struct Telegram {
    address: SocketAddr,
    shared: Arc<Shared>,
    sent: mpsc::UnboundedReceiver<Sent>,
    posted: mpsc::UnboundedReceiver<Posted>,
}

impl Telegram {
    /// Starts it on a free port.
    ///
    /// # Panics
    /// There is none.
    pub async fn start() -> Self {
        let (sent, hears) = mpsc::unbounded_channel();
        let (posted, gets) = mpsc::unbounded_channel();
        let inner = Mutex::new(Inner { next: 100, ..Inner::default() });
        let shared = Arc::new(Shared { inner, news: Notify::new(), sent, posted });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, shared, sent: hears, posted: gets }
    }

    /// Settings that point a daemon here; people are `ID:USER:ROLE`.
    #[must_use]
    pub fn settings(&self, people: &str) -> Vec<String> {
        [
            format!("telegram.bot_token={TOKEN}"),
            format!("telegram.chat_id={CHAT}"),
            format!("telegram.people={people}"),
            format!("telegram.api_url=http://{}", self.address),
            "telegram.min_severity=info".to_owned(),
        ]
        .into_iter()
        .flat_map(|setting| ["--set".to_owned(), setting])
        .collect()
    }

    /// The webhook's address.
    #[must_use]
    pub fn hook(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.shared.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody writes to the group, so many seconds ago; gives the update's number.
    pub fn write(&self, from: i64, text: &str, seconds_ago: i64) -> i64 {
        self.write_in(from, (CHAT, "supergroup"), text, seconds_ago)
    }

    /// Somebody writes in a chat of some kind.
    pub fn write_in(&self, from: i64, chat: (i64, &str), text: &str, seconds_ago: i64) -> i64 {
        let mut inner = self.inner();
        let id = inner.next;
        inner.next += 1;
        let update = json!({
            "update_id": id,
            "message": {
                "message_id": id,
                "from": { "id": from, "is_bot": false, "first_name": "x" },
                "chat": { "id": chat.0, "type": chat.1 },
                "date": now() - seconds_ago,
                "text": text,
            },
        });
        inner.updates.push(update);
        drop(inner);
        self.shared.news.notify_waiters();
        id
    }

    /// Puts an update there as it is.
    pub fn put(&self, update: Value) {
        self.inner().updates.push(update);
        self.shared.news.notify_waiters();
    }

    /// What the next polls and sends are answered with.
    pub fn mishaps(&self, polls: &[Mishap], sends: &[Mishap]) {
        let mut inner = self.inner();
        inner.polls.extend(polls.iter().cloned());
        inner.sends.extend(sends.iter().cloned());
        drop(inner);
        self.shared.news.notify_waiters();
    }

    /// From now on every poll gets every update again.
    pub fn go_deaf(&self) {
        self.inner().deaf = true;
        self.shared.news.notify_waiters();
    }

    /// The offsets that polls have named.
    #[must_use]
    pub fn offsets(&self) -> Vec<i64> {
        self.inner().offsets.clone()
    }

    /// The next message of the bot with this text in it; others before it are passed over.
    ///
    /// # Panics
    /// None comes in time.
    pub async fn hears(&mut self, part: &str) -> Sent {
        let mut others = Vec::new();
        let wait = async {
            loop {
                let sent = self.sent.recv().await.expect("the server lives");
                if sent.text.contains(part) {
                    return sent;
                }
                others.push(sent);
            }
        };
        let heard = tokio::time::timeout(PATIENCE, wait).await;
        heard.unwrap_or_else(|_| panic!("no message with {part:?}, but {others:?}"))
    }

    /// Everything that the bot has sent and nobody has looked at.
    pub fn rest(&mut self) -> Vec<Sent> {
        std::iter::from_fn(|| self.sent.try_recv().ok()).collect()
    }

    /// The next call of the webhook.
    ///
    /// # Panics
    /// None comes in time.
    pub async fn posted(&mut self) -> Posted {
        let posted = tokio::time::timeout(PATIENCE, self.posted.recv()).await;
        posted.expect("a call in time").expect("the server lives")
    }
}

/// Seconds since the epoch.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("before the end of time")
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap_or_default();
    let path = parts.uri.path();
    if path == "/hook" {
        let _ = shared.posted.send(Posted { headers: parts.headers, body: body.to_vec() });
        return reply(200, "{}".to_owned());
    }
    let Some(method) = path.strip_prefix(&format!("/bot{TOKEN}/")) else {
        return failure(401, None);
    };
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    match method {
        "getMe" => success(&json!({ "id": 4242, "is_bot": true, "username": BOT })),
        "getUpdates" => updates(&shared, &body).await,
        "sendMessage" => send(&shared, &body),
        _ => failure(404, None),
    }
}

fn send(shared: &Shared, body: &Value) -> Response {
    let mishap = shared.inner.lock().unwrap_or_else(PoisonError::into_inner).sends.pop_front();
    if let Some(mishap) = mishap {
        return trip(&mishap);
    }
    let text = body["text"].as_str().unwrap_or_default().to_owned();
    let chat = body["chat_id"].as_i64().unwrap_or_default();
    assert!(text.encode_utf16().count() <= 4_096 + 7 + 500, "a piece is short enough");
    let _ = shared.sent.send(Sent { chat, text });
    success(&json!({ "message_id": 1 }))
}

async fn updates(shared: &Shared, body: &Value) -> Response {
    let offset = body["offset"].as_i64().unwrap_or_default();
    loop {
        let news = shared.news.notified();
        {
            let mut inner = shared.inner.lock().unwrap_or_else(PoisonError::into_inner);
            if inner.offsets.last() != Some(&offset) {
                inner.offsets.push(offset);
            }
            if let Some(mishap) = inner.polls.pop_front() {
                return trip(&mishap);
            }
            let wanted = |u: &&Value| inner.deaf || u["update_id"].as_i64() >= Some(offset);
            let found: Vec<&Value> = inner.updates.iter().filter(wanted).collect();
            let fresh = found.iter().any(|u| u["update_id"].as_i64() >= Some(offset));
            if fresh || (inner.deaf && inner.offsets.len() < 50 && !found.is_empty()) {
                let answer = success(&json!(found));
                if inner.deaf {
                    inner.offsets.push(-1);
                }
                return answer;
            }
        }
        if tokio::time::timeout(Duration::from_secs(20), news).await.is_err() {
            return success(&json!([]));
        }
    }
}

fn trip(mishap: &Mishap) -> Response {
    match mishap {
        Mishap::Status(code) => failure(*code, None),
        Mishap::Slow(seconds) => failure(429, Some(*seconds)),
        Mishap::Rubbish => reply(200, "{\"ok\": tru".to_owned()),
    }
}

fn success(result: &Value) -> Response {
    reply(200, json!({ "ok": true, "result": result }).to_string())
}

fn failure(code: u16, retry_after: Option<u64>) -> Response {
    let mut body = json!({ "ok": false, "error_code": code, "description": "no" });
    if let Some(seconds) = retry_after {
        body["parameters"] = json!({ "retry_after": seconds });
    }
    reply(code, body.to_string())
}

fn reply(code: u16, body: String) -> Response {
    let status = StatusCode::from_u16(code).expect("a status");
    let builder = Response::builder().status(status).header("content-type", "application/json");
    builder.body(Body::from(Bytes::from(body))).expect("a response")
}
