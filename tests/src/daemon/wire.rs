//! Requests as bytes: what the descriptor says of them, and calls that send whatever a test wants.

use super::client::Api;
use std::collections::HashMap;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tradingd_proto::prost::Message as _;
use tradingd_proto::prost_types::field_descriptor_proto::Type;
use tradingd_proto::prost_types::{DescriptorProto, FileDescriptorSet};

/// Messages as they are on the wire.
#[derive(Debug, Clone, Copy, Default)]
pub struct Raw;

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
#[derive(Debug)]
pub struct Protocol {
    messages: HashMap<String, DescriptorProto>,
    requests: HashMap<String, String>,
}

impl Protocol {
    /// As this build speaks it.
    ///
    /// # Panics
    /// The embedded descriptor is none.
    #[must_use]
    pub fn new() -> Self {
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

    /// The name of a method's request.
    ///
    /// # Panics
    /// There is no such method.
    #[must_use]
    pub fn request(&self, path: &str) -> &str {
        &self.requests[path]
    }

    /// The text fields of a message and of those in it, as the numbers that lead to them.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<Vec<u32>> {
        self.texts_in(name, 0)
    }

    fn texts_in(&self, name: &str, deep: usize) -> Vec<Vec<u32>> {
        let Some(message) = self.messages.get(name).filter(|_| deep < 5) else { return Vec::new() };
        let mut found = Vec::new();
        for field in &message.field {
            let number = u32::try_from(field.number()).expect("numbers are above 0");
            match field.r#type() {
                Type::String => found.push(vec![number]),
                Type::Message if field.type_name().starts_with(".tradingd.") => {
                    for mut path in self.texts_in(field.type_name(), deep + 1) {
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
    #[must_use]
    pub fn encode(&self, name: &str, target: &[u32], text: &str, id: &str) -> Vec<u8> {
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

/// Appends a number as messages hold it.
pub fn put_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

impl Default for Protocol {
    fn default() -> Self {
        Self::new()
    }
}

/// The first message of the answer, or the refusal.
///
/// # Errors
/// The daemon's refusal.
pub async fn call(api: &Api, path: &'static str, body: Vec<u8>) -> Result<(), tonic::Status> {
    let mut client = tonic::client::Grpc::new(api.channel());
    client.ready().await.map_err(|e| tonic::Status::unknown(e.to_string()))?;
    let path = PathAndQuery::from_static(path);
    let answer = client.server_streaming(tonic::Request::new(body), path, Raw).await?;
    answer.into_inner().message().await.map(|_| ())
}

impl Protocol {
    /// Every field filled: `number` gives scalars, `text` gives what a text field of this name holds.
    #[must_use]
    pub fn filled(
        &self,
        name: &str,
        number: &mut dyn FnMut() -> u64,
        text: &dyn Fn(&str) -> String,
    ) -> Vec<u8> {
        self.filled_to(name, 0, number, text)
    }

    fn filled_to(
        &self,
        name: &str,
        deep: usize,
        number: &mut dyn FnMut() -> u64,
        text: &dyn Fn(&str) -> String,
    ) -> Vec<u8> {
        let mut bytes = Vec::new();
        let Some(message) = self.messages.get(name).filter(|_| deep < 4) else { return bytes };
        for field in &message.field {
            let tag = u64::try_from(field.number()).expect("numbers are above 0") << 3;
            let value = match field.r#type() {
                Type::String | Type::Bytes => text(field.name()).into_bytes(),
                Type::Message if field.type_name().starts_with(".google.") => {
                    let mut time = vec![8];
                    put_varint(&mut time, number());
                    time
                }
                Type::Message => self.filled_to(field.type_name(), deep + 1, number, text),
                Type::Bool => {
                    put_varint(&mut bytes, tag);
                    // A request that is filled by chance must not be carried out.
                    put_varint(&mut bytes, u64::from(field.name() == "dry_run"));
                    continue;
                }
                Type::Double | Type::Fixed64 | Type::Sfixed64 => {
                    put_varint(&mut bytes, tag | 1);
                    bytes.extend_from_slice(&number().to_le_bytes());
                    continue;
                }
                Type::Float | Type::Fixed32 | Type::Sfixed32 => {
                    put_varint(&mut bytes, tag | 5);
                    bytes.extend_from_slice(&(number() as u32).to_le_bytes());
                    continue;
                }
                _ => {
                    put_varint(&mut bytes, tag);
                    put_varint(&mut bytes, number());
                    continue;
                }
            };
            put_varint(&mut bytes, tag | 2);
            put_varint(&mut bytes, value.len() as u64);
            bytes.extend_from_slice(&value);
        }
        bytes
    }
}
