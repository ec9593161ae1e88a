//! Messages of the stream as bytes: encoded once, shared by all who get them.
//!
//! Only `previous_sequence` differs from subscriber to subscriber, so it is left out of the shared
//! bytes and put behind them: protobuf fields come in any order.

use bytes::{BufMut as _, Bytes};
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tradingd_proto::prost::Message as _;
use tradingd_proto::prost::encoding::{WireType, encode_key, encode_varint};
use tradingd_proto::v1::{SubscribeRequest, SubscribeResponse};

/// Number of `previous_sequence` in `SubscribeResponse`.
const PREVIOUS: u32 = 2;

/// One message for one subscriber.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The message without `previous_sequence`.
    body: Bytes,
    previous: u64,
}

impl Frame {
    /// A message that others get too.
    pub const fn shared(body: Bytes, previous: u64) -> Self {
        Self { body, previous }
    }

    /// A message for this subscriber alone; its `previous_sequence` is what it says.
    pub fn own(message: &SubscribeResponse) -> Self {
        Self { body: message.encode_to_vec().into(), previous: 0 }
    }

    /// The message without `previous_sequence`.
    #[cfg(test)]
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }
}

/// Takes requests apart as usual and passes the encoded answers through.
#[derive(Debug, Clone, Copy, Default)]
pub struct FrameCodec;

impl Codec for FrameCodec {
    type Encode = Frame;
    type Decode = SubscribeRequest;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for FrameCodec {
    type Item = Frame;
    type Error = Status;

    fn encode(&mut self, frame: Frame, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&frame.body);
        if frame.previous > 0 {
            encode_key(PREVIOUS, WireType::Varint, buffer);
            encode_varint(frame.previous, buffer);
        }
        Ok(())
    }
}

impl Decoder for FrameCodec {
    type Item = SubscribeRequest;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<SubscribeRequest>, Status> {
        let request = SubscribeRequest::decode(buffer);
        request.map(Some).map_err(|error| Status::internal(format!("no SubscribeRequest: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_before_goes_behind_the_shared_bytes() {
        let message =
            SubscribeResponse { sequence: 7, as_of_sequence: 7, ..SubscribeResponse::default() };
        for previous in [1, 6, 127, 128, 300, u64::MAX] {
            let frame = Frame::shared(message.encode_to_vec().into(), previous);
            let mut bytes = frame.body.to_vec();
            encode_key(PREVIOUS, WireType::Varint, &mut bytes);
            encode_varint(frame.previous, &mut bytes);
            let read = SubscribeResponse::decode(bytes.as_slice()).expect("a message");
            let expected = SubscribeResponse { previous_sequence: previous, ..message.clone() };
            assert_eq!(read, expected);
        }
    }
}
