//! How far botctl and the daemon are apart.

use tonic::metadata::MetadataMap;
use tradingd_proto::PROTOCOL_VERSION;

/// What botctl says of itself with every call.
pub const CLIENT: &str = concat!("botctl/", env!("CARGO_PKG_VERSION"));
/// Header of a call that carries it.
pub const CLIENT_HEADER: &str = "x-tradingd-client";
/// Header of an answer that names the daemon's protocol.
const PROTOCOL_HEADER: &str = "x-tradingd-protocol";

/// What the daemon's protocol means for this botctl.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Distance {
    /// The same, or not told.
    None,
    /// Something may be missing on one side.
    Apart(String),
    /// They can't understand each other.
    Incompatible(String),
}

/// The protocol that an answer names.
#[must_use]
pub fn of(metadata: &MetadataMap) -> Option<&str> {
    metadata.get(PROTOCOL_HEADER)?.to_str().ok()
}

/// How far a protocol is from the one that this botctl knows.
#[must_use]
pub fn distance(theirs: &str) -> Distance {
    let (Some(theirs_at), Some(ours_at)) = (numbers(theirs), numbers(PROTOCOL_VERSION)) else {
        return Distance::None;
    };
    if theirs_at.0 != ours_at.0 {
        return Distance::Incompatible(format!(
            "the daemon speaks protocol {theirs}, this botctl {PROTOCOL_VERSION}: use a botctl of the daemon's version"
        ));
    }
    match theirs_at.1.cmp(&ours_at.1) {
        std::cmp::Ordering::Equal => Distance::None,
        std::cmp::Ordering::Less => Distance::Apart(format!(
            "the daemon speaks protocol {theirs}, older than this botctl's {PROTOCOL_VERSION}: some verbs may not work"
        )),
        std::cmp::Ordering::Greater => Distance::Apart(format!(
            "the daemon speaks protocol {theirs}, newer than this botctl's {PROTOCOL_VERSION}: not all of it is shown"
        )),
    }
}

fn numbers(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_separates_and_the_second_warns() {
        let (major, minor) = numbers(PROTOCOL_VERSION).expect("two numbers");
        let at = |major: u32, minor: u32| distance(&format!("{major}.{minor}"));
        assert_eq!(at(major, minor), Distance::None);
        assert!(matches!(at(major, minor + 1), Distance::Apart(text) if text.contains("newer")));
        assert!(matches!(at(major, minor - 1), Distance::Apart(text) if text.contains("older")));
        assert!(matches!(at(major + 1, 0), Distance::Incompatible(_)));
        for odd in ["", "1", "x.y", "-1.0"] {
            assert_eq!(distance(odd), Distance::None, "{odd}");
        }
    }
}
