//! The audit: where its anchors are kept besides the data directory.

use crate::settings::entry::Entry;
use crate::settings::kind::Kind;

pub(super) const ENTRIES: &[Entry] = &[Entry::new(
    "audit.anchor_copy",
    "",
    "",
    "Second file for the anchors of the audit's hash chain, best on another disk or machine; empty for none. Whoever can change the database but not this file is found out.",
    Kind::Text("a path, or empty", |s, text| {
        s.audit.anchor_copy = text.to_owned();
        true
    }),
)];
