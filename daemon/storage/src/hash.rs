//! The hash chain of the journal, and hex text.

use sha2::{Digest, Sha256};

/// A sha256 chain: `h(n) = sha256(h(n-1) || bytes(n))`, starting from 32 zero bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LogHash([u8; 32]);

impl LogHash {
    /// The chain before its first link.
    pub const START: Self = Self([0; 32]);

    /// The chain with one more link.
    #[must_use]
    pub fn chain(self, bytes: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(self.0);
        hasher.update(bytes);
        Self(hasher.finalize().into())
    }

    /// The raw bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// From raw bytes; `None` unless there are 32.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl std::fmt::Display for LogHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl std::fmt::Debug for LogHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// Plain sha256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hex.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS[usize::from(n & 15)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(*b)]).collect()
}

/// Reads lower-case hex; `None` for anything else.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let value = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    bytes.chunks(2).map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_and_hex() {
        let one = LogHash::START.chain(b"a");
        let mut input = vec![0; 32];
        input.push(b'a');
        assert_eq!(one.as_bytes(), &sha256(&input));
        assert_ne!(one.chain(b"b"), LogHash::START.chain(b"ab"));
        assert_eq!(from_hex(&one.to_string()).as_deref(), Some(&one.as_bytes()[..]));
        for bad in ["0", "zz", "0G", "AB"] {
            assert_eq!(from_hex(bad), None, "{bad}");
        }
    }
}
