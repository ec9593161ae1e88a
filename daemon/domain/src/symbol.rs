//! Short inline names: copyable, comparable, never allocating.

use arrayvec::ArrayString;
use serde::{Deserialize, Serialize};

/// A short name (strategy, reason, account) of at most 32 bytes.
pub type Name = ArrayString<32>;

macro_rules! short_name {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(ArrayString<$len>);

        impl $name {
            /// Builds it from text; `None` when empty, too long, or not ASCII letters, digits or one of `/-._`.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let fine = !text.is_empty()
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._".contains(&b));
                if fine { ArrayString::from(text).ok().map(Self) } else { None }
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

short_name!(
    /// A traded pair as the venue writes it, such as `BTCUSDT`.
    Symbol,
    24
);
short_name!(
    /// A currency such as `BTC` or `USDT`.
    Asset,
    12
);
