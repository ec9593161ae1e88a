//! The protocol's canonical JSON, with the field names of the `.proto` files and every field present.
//!
//! Made from the descriptor set, so that a new field of the protocol is never forgotten. Fields that
//! are absent (messages, `optional` ones) are `null`, which readers of protobuf JSON take as absent;
//! members of a `oneof` that are not set are left out.

use crate::failure::Failure;
use prost_reflect::{
    DescriptorPool, DynamicMessage, Kind, MessageDescriptor, ReflectMessage as _, SerializeOptions,
};
use serde_json::{Map, Value};
use std::sync::OnceLock;
use tradingd_proto::DESCRIPTOR_SET;
use tradingd_proto::prost::Name;

/// A message as JSON.
///
/// # Errors
/// When the message does not fit the descriptor set, which a wrong build alone can cause.
pub fn of<M: Name>(message: &M) -> Result<Value, Failure> {
    let wrong = |e: &dyn std::fmt::Display| Failure::internal(format!("{}: {e}", M::full_name()));
    let descriptor = descriptor::<M>()?;
    let dynamic = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())
        .map_err(|e| wrong(&e))?;
    let options = SerializeOptions::new()
        .use_proto_field_name(true)
        .skip_default_fields(false)
        .stringify_64_bit_integers(false);
    let mut value = dynamic
        .serialize_with_options(serde_json::value::Serializer, &options)
        .map_err(|e| wrong(&e))?;
    fill(&mut value, &dynamic.descriptor());
    Ok(value)
}

/// What the protocol says about a message.
///
/// # Errors
/// When it is not in the descriptor set, which a wrong build alone can cause.
pub fn descriptor<M: Name>() -> Result<MessageDescriptor, Failure> {
    let name = M::full_name();
    pool()?
        .get_message_by_name(&name)
        .ok_or_else(|| Failure::internal(format!("{name}: not in the descriptor set")))
}

/// The whole protocol.
///
/// # Errors
/// When the descriptor set cannot be read, which a wrong build alone can cause.
pub fn pool() -> Result<&'static DescriptorPool, Failure> {
    static POOL: OnceLock<Result<DescriptorPool, String>> = OnceLock::new();
    POOL.get_or_init(|| DescriptorPool::decode(DESCRIPTOR_SET).map_err(|e| e.to_string()))
        .as_ref()
        .map_err(|e| Failure::internal(format!("descriptor set: {e}")))
}

/// Adds `null` for absent fields, here and in all messages below.
fn fill(value: &mut Value, descriptor: &MessageDescriptor) {
    // Timestamps and the like are text in JSON.
    let Value::Object(object) = value else { return };
    for field in descriptor.fields() {
        let in_oneof = field.containing_oneof().is_some_and(|oneof| !oneof.is_synthetic());
        match object.get_mut(field.name()) {
            Some(found) => fill_below(found, &field.kind()),
            None if !in_oneof => insert_null(object, field.name()),
            None => {}
        }
    }
}

fn insert_null(object: &mut Map<String, Value>, name: &str) {
    object.insert(name.to_owned(), Value::Null);
}

fn fill_below(value: &mut Value, kind: &Kind) {
    let Kind::Message(descriptor) = kind else { return };
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, descriptor)),
        other => fill(other, descriptor),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1;

    #[test]
    fn an_empty_message_has_every_field() {
        let value = of(&v1::GetPortfolioResponse::default()).expect("serialises");
        let descriptor = pool()
            .expect("valid")
            .get_message_by_name("tradingd.v1.GetPortfolioResponse")
            .expect("there");
        for field in descriptor.fields() {
            assert!(value.get(field.name()).is_some(), "{} is missing", field.name());
        }
        assert_eq!(value["trades"], 0);
        assert_eq!(value["equity"], "");
        assert_eq!(value["balances"], serde_json::json!([]));
        assert_eq!(value["win_rate_pct"], Value::Null);
        assert_eq!(value["as_of"], Value::Null);
    }

    #[test]
    fn names_numbers_enums_and_times_are_the_protocols() {
        let message = v1::GetEmergencyStateResponse {
            state: Some(v1::TradingStateInfo {
                state: v1::TradingState::Halted.into(),
                epoch: u64::MAX,
                since: Some(prost_types::Timestamp { seconds: 60, nanos: 0 }),
                cause: String::new(),
                frozen: false,
            }),
            live_orders: vec![v1::Order::default()],
            last_close_all: None,
            ..Default::default()
        };
        let value = of(&message).expect("serialises");
        assert_eq!(value["state"]["state"], "TRADING_STATE_HALTED");
        assert_eq!(value["state"]["epoch"], u64::MAX);
        assert_eq!(value["state"]["since"], "1970-01-01T00:01:00Z");
        assert_eq!(value["state"]["cause"], "");
        assert_eq!(value["last_close_all"], Value::Null);
        // Below a list too.
        assert_eq!(value["live_orders"][0]["created_at"], Value::Null);
        assert_eq!(value["live_orders"][0]["client_order_id"], "");
    }

    #[test]
    fn a_oneof_shows_only_its_set_member() {
        use v1::subscribe_response::Payload;
        let message = v1::SubscribeResponse {
            sequence: 7,
            payload: Some(Payload::PositionClosed(v1::PositionClosed::default())),
            ..Default::default()
        };
        let value = of(&message).expect("serialises");
        assert_eq!(value["position_closed"]["reason"], "EXIT_REASON_UNSPECIFIED");
        assert!(value.get("snapshot").is_none());
        assert_eq!(value["at"], Value::Null);
    }
}
