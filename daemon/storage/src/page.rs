//! Pages of lists: keyset positions behind opaque tokens.
//!
//! A token is bound to its store, list and filter, so that it can't be carried over to another one.

use crate::Error;
use crate::hash::{from_hex, sha256, to_hex};

/// Most items of one page.
pub const MAX_PAGE_SIZE: u32 = 1_000;
/// Items of a page when the caller does not say.
pub const DEFAULT_PAGE_SIZE: u32 = 100;

/// Which page of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// Wanted number of items; 0 means [`DEFAULT_PAGE_SIZE`], more than [`MAX_PAGE_SIZE`] is cut.
    pub size: u32,
    /// `next` of the page before; empty for the first page.
    pub token: String,
}

impl PageRequest {
    /// The number of items to fetch.
    pub(crate) fn limit(&self) -> u32 {
        if self.size == 0 { DEFAULT_PAGE_SIZE } else { self.size.min(MAX_PAGE_SIZE) }
    }
}

/// One page, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Token of the next page; `None` on the last one.
    pub next: Option<String>,
    /// Number of items under the filter over all pages, where it is cheap to know.
    pub total: Option<u64>,
    /// How far back was looked, when that was ended before the page was full; there may be more.
    pub scanned_until: Option<domain::Timestamp>,
    /// Last journal number that the page takes into account.
    pub as_of_sequence: u64,
}

/// A list with its filter in one store: what a token is good for.
#[derive(Debug)]
pub(crate) struct Scope(String);

/// Sort keys of the last item of a page.
pub(crate) type Key = [i64; 2];

impl Scope {
    pub(crate) fn new(store_id: &str, list: &str, filter: &impl std::fmt::Debug) -> Self {
        Self(format!("{store_id}\n{list}\n{filter:?}"))
    }

    fn seal(&self, key: &[u8]) -> [u8; 8] {
        let mut text = self.0.clone().into_bytes();
        text.extend_from_slice(key);
        let mut seal = [0; 8];
        seal.copy_from_slice(&sha256(&text)[..8]);
        seal
    }

    pub(crate) fn encode(&self, key: Key) -> String {
        let mut bytes = [key[0].to_be_bytes(), key[1].to_be_bytes()].concat();
        let seal = self.seal(&bytes);
        bytes.extend_from_slice(&seal);
        to_hex(&bytes)
    }

    /// The position in a request; `None` for the first page.
    pub(crate) fn decode(&self, request: &PageRequest) -> Result<Option<Key>, Error> {
        if request.token.is_empty() {
            return Ok(None);
        }
        let bytes = from_hex(&request.token).ok_or(Error::BadPageToken)?;
        let (key, seal) = bytes.split_at_checked(16).ok_or(Error::BadPageToken)?;
        if seal != self.seal(key) {
            return Err(Error::BadPageToken);
        }
        let number =
            |part: &[u8]| part.try_into().map(i64::from_be_bytes).map_err(|_| Error::BadPageToken);
        Ok(Some([number(&key[..8])?, number(&key[8..])?]))
    }

    /// Cuts the one row too many that tells whether there is a next page.
    pub(crate) fn page<T>(
        &self,
        mut rows: Vec<(Key, T)>,
        limit: u32,
        total: Option<u64>,
        as_of_sequence: u64,
    ) -> Page<T> {
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = if more { rows.last().map(|(key, _)| self.encode(*key)) } else { None };
        Page {
            items: rows.into_iter().map(|(_, item)| item).collect(),
            next,
            total,
            scanned_until: None,
            as_of_sequence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_belong_to_one_list_and_filter() {
        let scope = Scope::new("a", "orders", &"BTCUSDT");
        let token = scope.encode([-1, i64::MAX]);
        let at = |token: &str| PageRequest { size: 1, token: token.to_owned() };
        assert_eq!(scope.decode(&at(&token)).expect("own token"), Some([-1, i64::MAX]));
        assert_eq!(scope.decode(&at("")).expect("first page"), None);
        for other in [
            Scope::new("b", "orders", &"BTCUSDT"),
            Scope::new("a", "trades", &"BTCUSDT"),
            Scope::new("a", "orders", &"ETHUSDT"),
        ] {
            assert!(matches!(other.decode(&at(&token)), Err(Error::BadPageToken)), "{other:?}");
        }
        for bad in ["x", "00", &token[2..], &format!("{token}00"), &token.replace('f', "e")] {
            assert!(matches!(scope.decode(&at(bad)), Err(Error::BadPageToken)), "{bad}");
        }
    }
}
