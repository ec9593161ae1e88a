//! The audit: where its anchors are kept besides the data directory, and how long its content is.

use crate::settings::entry::Entry;
use crate::settings::kind::{Kind, Range};

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
    "audit.anchor_copy",
    "",
    "",
    "Second file for the anchors of the audit's hash chain, best on another disk or machine; empty for none. Whoever can change the database but not this file is found out.",
    Kind::Text("a path, or empty", |s, text| {
        s.audit.anchor_copy = text.to_owned();
        true
    }),
),
    Entry::new(
        "audit.retention_days",
        "days",
        "0",
        "Age at which the content of control records such as logins goes into an archive beside the anchors; 0 keeps it in the database for ever. Otherwise 90 or more. Who did what and when stays, and so does everything about orders, money, users, settings of trading states and emergencies. The hash chain is provable with and without the archives.",
        Kind::Count(Range::closed(0, 36_500), |s, n| s.audit.retention_days = n),
    )
    .hot()
    .access(),
];
