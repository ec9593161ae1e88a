//! The hash chain over all records of the journal: what it covers, and where it begins.
//!
//! `h(n) = sha256(h(n-1) || header(n) || sha256(payload(n)))`. The payload comes in by its hash, so
//! that the content of an old control record can be archived and the chain still be proven.

use crate::hash::sha256;
use crate::{Error, LogHash};

/// All columns of a record but its payload and its hash, in the order of the header.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct Header<'a> {
    pub(crate) sequence: i64,
    pub(crate) engine_sequence: Option<i64>,
    pub(crate) at: i64,
    pub(crate) kind: &'a str,
    pub(crate) principal: Option<&'a str>,
    pub(crate) role: Option<&'a str>,
    pub(crate) source: Option<&'a str>,
    pub(crate) request_id: Option<&'a str>,
}

impl Header<'_> {
    /// The chain with this record. The header is JSON and ends by itself, so that no part of it can
    /// be moved into the next.
    pub(crate) fn link(&self, previous: LogHash, payload: &str) -> Result<LogHash, Error> {
        self.link_hash(previous, sha256(payload.as_bytes()))
    }

    /// The same with the hash of the payload, which is left of a record whose content was archived.
    pub(crate) fn link_hash(&self, previous: LogHash, payload: [u8; 32]) -> Result<LogHash, Error> {
        let mut bytes = serde_json::to_vec(self)
            .map_err(|e| Error::Broken(format!("no header of record {}: {e}", self.sequence)))?;
        bytes.extend_from_slice(&payload);
        Ok(previous.chain(&bytes))
    }
}

/// Where the chain begins: bound to everything that was recorded before it, through the two older
/// hashes.
pub(crate) fn seed(log_hash: LogHash, audit_hash: LogHash) -> LogHash {
    LogHash::START
        .chain(b"tradingd journal chain 1")
        .chain(log_hash.as_bytes())
        .chain(audit_hash.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: Header<'_> = Header {
        sequence: 7,
        engine_sequence: None,
        at: 5,
        kind: "login",
        principal: Some("anna"),
        role: Some("admin"),
        source: Some("10.0.0.1"),
        request_id: Some("r"),
    };

    #[test]
    fn every_column_is_part_of_the_hash() {
        let payload = "{}";
        let hash = HEADER.link(LogHash::START, payload).expect("hash");
        let others = [
            Header { sequence: 8, ..HEADER },
            Header { engine_sequence: Some(1), ..HEADER },
            Header { at: 6, ..HEADER },
            Header { kind: "logout", ..HEADER },
            Header { principal: Some("ann"), ..HEADER },
            Header { principal: None, ..HEADER },
            Header { role: Some(""), ..HEADER },
            Header { role: None, ..HEADER },
            Header { source: Some("10.0.0.2"), ..HEADER },
            Header { request_id: None, ..HEADER },
            // What leaves one column and enters the next is another header.
            Header { principal: Some("annaadmin"), role: Some(""), ..HEADER },
        ];
        for other in others {
            assert_ne!(other.link(LogHash::START, payload).expect("hash"), hash, "{other:?}");
        }
        assert_ne!(HEADER.link(LogHash::START, "[]").expect("hash"), hash);
        assert_ne!(HEADER.link(hash, payload).expect("hash"), hash);
    }
}
