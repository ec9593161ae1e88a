//! Short inline names: copyable, comparable, never allocating.

use arrayvec::ArrayString;
use serde::{Deserialize, Serialize};

/// A short name (strategy, reason, account) of at most 32 bytes.
pub type Name = ArrayString<32>;

macro_rules! short_name {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        // Padded with zeros, so that equality is one comparison of fixed length and the order is
        // that of the text.
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Builds it from text; `None` when empty, too long, or not ASCII letters, digits or one of `/-._`.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let fine = !text.is_empty()
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._".contains(&b));
                if !fine {
                    return None;
                }
                let mut bytes = [0; $len];
                bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
                Some(Self(bytes))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                let length = self.0.iter().position(|b| *b == 0).unwrap_or($len);
                // Only ASCII gets in.
                std::str::from_utf8(&self.0[..length]).unwrap_or_default()
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = ArrayString::<$len>::deserialize(d)?;
                Self::parse(&text).ok_or_else(|| {
                    serde::de::Error::custom(format!("{:?} is no {}", text, stringify!($name)))
                })
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

short_name!(
    /// A traded pair as the venue writes it, such as `BTCUSDT`; at most 24 characters.
    Symbol,
    24
);
short_name!(
    /// A currency such as `BTC` or `USDT`; at most 16 characters.
    Asset,
    16
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_text_and_its_order() {
        let symbol = |text| Symbol::parse(text).expect("valid");
        assert_eq!(symbol("BTCUSDT").to_string(), "BTCUSDT");
        assert!(symbol("BTC") < symbol("BTCUSDT") && symbol("BTCUSDT") < symbol("ETH"));
        for text in ["", "BTC USDT", "BTC\0", "1234567890123456789012345", "ÄBC"] {
            assert_eq!(Symbol::parse(text), None, "{text:?}");
        }
        assert_eq!(
            Symbol::parse("123456789012345678901234").map(|s| s.to_string().len()),
            Some(24)
        );
    }
}
