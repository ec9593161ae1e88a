//! Which symbols a request names, read from its bytes: for API tokens that are limited to some.
//!
//! It looks at the one uncompressed message of a unary or server-streaming call; anything else is
//! refused for such tokens. Fields are found by number, all their occurrences, so that no second one
//! slips through behind the first.

use bytes::{Buf as _, Bytes};
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

/// The texts of these fields in a gRPC frame; `None` when the frame or message can't be read.
#[must_use]
pub fn named(frame: &Bytes, fields: &[u32]) -> Option<Vec<String>> {
    let (head, message) = frame.split_first_chunk::<5>()?;
    let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
    if head[0] != 0 || usize::try_from(length).ok()? != message.len() {
        return None;
    }
    let mut message = frame.slice(5..);
    let mut found = Vec::new();
    while message.has_remaining() {
        let (number, wire) = decode_key(&mut message).ok()?;
        if !fields.contains(&number) {
            skip_field(wire, number, &mut message, DecodeContext::default()).ok()?;
            continue;
        }
        if wire != WireType::LengthDelimited {
            return None;
        }
        let length = usize::try_from(decode_varint(&mut message).ok()?).ok()?;
        if length > message.remaining() {
            return None;
        }
        let text = message.split_to(length);
        found.push(String::from_utf8(text.to_vec()).ok()?);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message as _;
    use tradingd_proto::METHODS;
    use tradingd_proto::v1::ClosePositionRequest;

    fn frame(message: &[u8]) -> Bytes {
        let mut frame = vec![0];
        frame.extend(u32::try_from(message.len()).expect("short").to_be_bytes());
        frame.extend(message);
        frame.into()
    }

    fn fields() -> &'static [u32] {
        let rule = METHODS.iter().find(|m| m.path.ends_with("/ClosePosition"));
        rule.expect("it is served").symbols
    }

    #[test]
    fn every_occurrence_is_found() {
        let request = |symbol: &str| ClosePositionRequest {
            symbol: symbol.to_owned(),
            reason: "why".to_owned(),
            request_id: "1".to_owned(),
            ..Default::default()
        };
        let one = request("BTC/USDT").encode_to_vec();
        assert_eq!(named(&frame(&one), fields()), Some(vec!["BTC/USDT".to_owned()]));
        let twice = [one, request("ETHUSDT").encode_to_vec()].concat();
        let both = vec!["BTC/USDT".to_owned(), "ETHUSDT".to_owned()];
        assert_eq!(named(&frame(&twice), fields()), Some(both), "the last one would count");
        assert_eq!(named(&frame(&request("").encode_to_vec()), fields()), Some(Vec::new()));
    }

    #[test]
    fn what_can_not_be_read_is_nothing() {
        let message = ClosePositionRequest { symbol: "BTCUSDT".to_owned(), ..Default::default() };
        let good = frame(&message.encode_to_vec());
        for end in 0..good.len() {
            assert_eq!(named(&good.slice(..end), fields()), None, "{end}");
        }
        let mut compressed = good.to_vec();
        compressed[0] = 1;
        assert_eq!(named(&compressed.into(), fields()), None);
        let two = [good.to_vec(), good.to_vec()].concat();
        assert_eq!(named(&two.into(), fields()), None, "one message only");
        assert_eq!(named(&frame(&[0xff; 12]), fields()), None);
    }
}
