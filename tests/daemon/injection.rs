//! SEC-38, SEC-34: hostile text in every text field of every method stays text.

use std::collections::HashMap;
use tonic::Code;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tradingd_proto::METHODS;
use tradingd_proto::prost::Message as _;
use tradingd_proto::prost_types::field_descriptor_proto::Type;
use tradingd_proto::prost_types::{DescriptorProto, FileDescriptorSet};
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::Api;

/// What tries to leave its place in a statement, a log line, a terminal or a spreadsheet.
const CORPUS: [&str; 14] = [
    "'",
    "\"",
    "' OR '1'='1",
    "'; DROP TABLE journal; --",
    "x'); DELETE FROM users; --",
    "1; UPDATE head SET sequence = 0",
    "' UNION SELECT password_hash FROM users --",
    "%' ESCAPE '\\",
    "_%_%\\",
    "admin'/*",
    "a\0b",
    "line\r\n{\"level\":\"ERROR\"}",
    "\u{1b}[2J\u{1b}]0;x\u{7}\u{202e}txt\u{2066}",
    "=cmd|' /C calc'!A0",
];

/// Messages as they are on the wire.
#[derive(Debug, Clone, Copy, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = tonic::Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), tonic::Status> {
        use tradingd_proto::prost::bytes::BufMut as _;
        buffer.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = tonic::Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, tonic::Status> {
        use tradingd_proto::prost::bytes::Buf as _;
        Ok(Some(buffer.copy_to_bytes(buffer.remaining()).to_vec()))
    }
}

/// The protocol's messages and the request of each method.
struct Protocol {
    messages: HashMap<String, DescriptorProto>,
    requests: HashMap<String, String>,
}

impl Protocol {
    fn new() -> Self {
        let set = FileDescriptorSet::decode(tradingd_proto::DESCRIPTOR_SET).expect("a descriptor");
        let (mut messages, mut requests) = (HashMap::new(), HashMap::new());
        for file in set.file {
            let package = file.package().to_owned();
            for service in file.service {
                for method in &service.method {
                    let path = format!("/{package}.{}/{}", service.name(), method.name());
                    requests.insert(path, method.input_type().to_owned());
                }
            }
            for message in file.message_type {
                messages.insert(format!(".{package}.{}", message.name()), message);
            }
        }
        Self { messages, requests }
    }

    /// The text fields of a message and of those in it, as the numbers that lead to them.
    fn texts(&self, name: &str, deep: usize) -> Vec<Vec<u32>> {
        let Some(message) = self.messages.get(name).filter(|_| deep < 5) else { return Vec::new() };
        let mut found = Vec::new();
        for field in &message.field {
            let number = u32::try_from(field.number()).expect("numbers are above 0");
            match field.r#type() {
                Type::String => found.push(vec![number]),
                Type::Message if field.type_name().starts_with(".tradingd.") => {
                    for mut path in self.texts(field.type_name(), deep + 1) {
                        path.insert(0, number);
                        found.push(path);
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// A message with hostile text in one field; others that are needed to get far hold what fits.
    fn encode(&self, name: &str, target: &[u32], text: &str, id: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let Some(message) = self.messages.get(name) else { return bytes };
        for field in &message.field {
            let number = u32::try_from(field.number()).expect("numbers are above 0");
            let aimed = target.first() == Some(&number);
            let value = match (field.r#type(), field.name()) {
                (Type::String, _) if aimed => text.as_bytes().to_vec(),
                (Type::String, "request_id") => id.as_bytes().to_vec(),
                (Type::String, "reason") => b"test".to_vec(),
                (Type::String, "symbol") => b"BTCUSDT".to_vec(),
                (Type::String, "strategy") if name.contains("Set") => b"rsi".to_vec(),
                (Type::Message, _) if aimed => {
                    self.encode(field.type_name(), &target[1..], text, id)
                }
                _ => continue,
            };
            put_varint(&mut bytes, u64::from(number << 3 | 2));
            put_varint(&mut bytes, value.len() as u64);
            bytes.extend_from_slice(&value);
        }
        bytes
    }
}

fn put_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// The first message of the answer, or the refusal.
async fn call(api: &Api, path: &'static str, body: Vec<u8>) -> Result<(), tonic::Status> {
    let mut client = tonic::client::Grpc::new(api.channel());
    client.ready().await.map_err(|e| tonic::Status::unknown(e.to_string()))?;
    let path = PathAndQuery::from_static(path);
    let answer = client.server_streaming(tonic::Request::new(body), path, Raw).await?;
    answer.into_inner().message().await.map(|_| ())
}

/// Methods that would end the session or the test's own admin.
const LEFT_OUT: [&str; 1] = ["/Logout"];

#[tokio::test(flavor = "multi_thread")]
async fn sec_38_no_text_of_any_method_reaches_the_database_as_sql() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let botctl = Botctl::first_admin(daemon.address);
    let api = Api::login(daemon.address).await;
    let protocol = Protocol::new();
    let mut calls = 0;
    for rule in METHODS.iter().filter(|rule| !LEFT_OUT.iter().any(|end| rule.path.ends_with(end))) {
        let request = &protocol.requests[rule.path];
        for target in protocol.texts(request, 0) {
            for text in CORPUS {
                calls += 1;
                let body = protocol.encode(request, &target, text, &format!("inject-{calls}"));
                if let Err(status) = call(&api, rule.path, body).await {
                    let fault = [Code::Internal, Code::Unknown, Code::DataLoss];
                    assert!(
                        !fault.contains(&status.code()),
                        "{} {target:?} {text:?}: {status:?}",
                        rule.path
                    );
                    let told = status.message();
                    for leak in ["SQL", "sqlite", "syntax error", "no such column", "near \""] {
                        assert!(!told.contains(leak), "{} {text:?}: {told}", rule.path);
                    }
                }
            }
        }
    }
    println!("{calls} calls with hostile text");
    assert!(calls > 500, "{calls}");
    // The database holds what it held, and can be proven.
    let ended = botctl.run(&["audit", "verify"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(botctl.login().code, 0, "the admin is still there");
    // Nothing that was recorded steers the terminal of whoever reads it, nor breaks the log's lines.
    let listed = botctl.run(&["audit", "list", "--limit", "500"]);
    let steering = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}".contains(c);
    assert!(!listed.out.contains(steering), "{:?}", listed.out);
    let (ended, _) = daemon.terminate();
    for line in ended.err.lines() {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(line);
        assert!(parsed.is_ok_and(|line| line["level"] != "ERROR"), "{line:?} in {}", ended.err);
    }
}
