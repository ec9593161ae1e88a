//! Walks the whole journal against its hash chain and the anchors outside of it, and says where
//! something was edited, deleted, inserted, moved or cut off.
//!
//! Judges and repairs nothing. One changed record gives one finding as far as that can be told:
//! after a finding the walk tries which explanation makes the next record fit again.

use crate::chain::{self, Header};
use crate::head::Head;
use crate::journal::Row;
use crate::retention::Pruning;
use crate::{Error, LogHash};
use std::collections::VecDeque;

/// Findings kept; all are counted.
const KEPT: usize = 1_000;
/// Hashes of earlier records that a record may turn out to follow.
const BACK: usize = 3;

/// One line outside of the database: record `sequence` had this hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// The record.
    pub sequence: u64,
    /// Its hash.
    pub hash: LogHash,
    /// Number of the line in the anchor file.
    pub line: u64,
}

/// What is wrong at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// A record is not what was stored.
    Edited,
    /// Records are not there any more.
    Deleted,
    /// A record was put in, or is not where it belongs.
    Inserted,
    /// The end of the journal is missing.
    Truncated,
    /// The chain agrees with itself but not with the anchors: it was computed anew.
    Rebuilt,
    /// The head's own hashes are not those of the journal.
    Head,
    /// A line of the anchor file is not what was written.
    AnchorFile,
    /// An archive is not what was written, or not of this journal.
    Archive,
}

impl FindingKind {
    /// Its name, as in the protocol's `kind`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Deleted => "deleted",
            Self::Inserted => "inserted",
            Self::Truncated => "truncated",
            Self::Rebuilt => "rebuilt",
            Self::Head => "head",
            Self::AnchorFile => "anchor_file",
            Self::Archive => "archive",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// The record, or the line of the anchor file.
    pub sequence: u64,
    /// In words.
    pub text: String,
}

/// What a walk has come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// Records looked at.
    pub records: u64,
    /// The last record.
    pub last: u64,
    /// Its hash.
    pub hash: LogHash,
    /// The first record with a hash.
    pub chain_from: u64,
    /// Anchors that agreed.
    pub anchors: u64,
    /// The last record that an anchor vouches for.
    pub anchored: u64,
    /// Records whose content was archived.
    pub pruned: u64,
    /// Archives that agreed, content and all.
    pub archives: u64,
    /// Names of archives that the journal knows and nobody gave.
    pub archives_missing: Vec<String>,
    /// All findings there were.
    pub found: u64,
    /// The first 1,000 of them.
    pub findings: Vec<Finding>,
}

/// A row as it is, however odd.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) sequence: i64,
    pub(crate) engine_sequence: Option<i64>,
    pub(crate) at: i64,
    pub(crate) kind: String,
    pub(crate) principal: Option<String>,
    pub(crate) role: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) payload: String,
    pub(crate) hash: Option<LogHash>,
    /// Of the payload, where that was archived.
    pub(crate) payload_hash: Option<Vec<u8>>,
}

impl Raw {
    /// Its link when it had been stored so many numbers later.
    fn link(&self, previous: LogHash, shift: Shift) -> Option<LogHash> {
        let header = Header {
            sequence: self.sequence.checked_add(shift.all)?,
            engine_sequence: match self.engine_sequence {
                Some(n) => Some(n.checked_add(shift.engine)?),
                None => None,
            },
            at: self.at,
            kind: &self.kind,
            principal: self.principal.as_deref(),
            role: self.role.as_deref(),
            source: self.source.as_deref(),
            request_id: self.request_id.as_deref(),
        };
        match &self.payload_hash {
            Some(hash) => header.link_hash(previous, hash.as_slice().try_into().ok()?).ok(),
            None => header.link(previous, &self.payload).ok(),
        }
    }
}

/// By how much records were renumbered to hide that others came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Shift {
    all: i64,
    engine: i64,
}

/// The walk.
#[derive(Debug)]
pub(crate) struct Walk {
    verdict: Verdict,
    expected: i64,
    /// Stored hashes of the last records, newest first.
    back: VecDeque<LogHash>,
    /// What the last record's hash should have been.
    computed: LogHash,
    shift: Shift,
    /// The last record was a finding.
    doubtful: bool,
    /// Records are missing before the next, so that it can't be proven by itself.
    gap: bool,
    /// The two older hashes, up to the first record of the chain.
    older: Head,
    anchors: VecDeque<Anchor>,
    /// What was archived, as the journal says.
    prunings: Vec<Pruning>,
    /// The last control record had lost its content without a word in the journal.
    stripped: bool,
}

impl Walk {
    /// A walk over a journal whose chain begins at `chain_from` (0: it has none). The anchors are
    /// in the order of their lines.
    pub(crate) fn new(chain_from: u64, mut anchors: Vec<Anchor>, prunings: Vec<Pruning>) -> Self {
        anchors.sort_by_key(|anchor| anchor.sequence);
        let mut walk = Self {
            verdict: Verdict { chain_from, ..Verdict::default() },
            expected: 1,
            back: VecDeque::from([LogHash::START]),
            computed: LogHash::START,
            shift: Shift::default(),
            doubtful: false,
            gap: false,
            older: Head::default(),
            anchors: anchors.into(),
            prunings,
            stripped: false,
        };
        if let Some(first) = walk.anchors.front().copied()
            && (chain_from == 0 || first.sequence < chain_from)
        {
            let text = format!(
                "the chain is said to begin at record {chain_from}, but line {} of the anchor file \
                 has the hash of record {}",
                first.line, first.sequence
            );
            walk.find(FindingKind::Rebuilt, first.sequence, text);
        }
        walk
    }

    /// How far it is.
    pub(crate) fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    fn find(&mut self, kind: FindingKind, sequence: u64, text: String) {
        self.verdict.found += 1;
        if self.verdict.findings.len() < KEPT {
            self.verdict.findings.push(Finding { kind, sequence, text });
        }
    }

    fn newest(&self) -> LogHash {
        self.back.front().copied().unwrap_or_default()
    }

    fn remember(&mut self, stored: LogHash) {
        self.back.push_front(stored);
        self.back.truncate(BACK);
    }

    /// A row that can't even be read.
    pub(crate) fn unreadable(&mut self, sequence: i64) {
        self.place(sequence);
        let number = sequence.try_into().unwrap_or_default();
        self.verdict.records += 1;
        self.verdict.last = number;
        self.find(FindingKind::Edited, number, format!("record {number} can't be read"));
        self.gap = true;
    }

    /// Looks at the number alone; says whether records before it are missing.
    fn place(&mut self, sequence: i64) {
        if sequence > self.expected {
            let (from, to) = (self.expected, sequence - 1);
            let text = if from == to {
                format!("record {from} was deleted")
            } else {
                format!("records {from} to {to} were deleted")
            };
            self.find(FindingKind::Deleted, from.try_into().unwrap_or_default(), text);
            self.gap = true;
        } else if sequence < self.expected {
            let number = sequence.try_into().unwrap_or_default();
            self.find(FindingKind::Inserted, number, format!("record {sequence} was inserted"));
        }
        self.expected = self.expected.max(sequence.saturating_add(1));
    }

    /// The next record.
    pub(crate) fn step(&mut self, row: &Raw) -> Result<(), Error> {
        self.place(row.sequence);
        let number: u64 = row.sequence.try_into().unwrap_or_default();
        self.verdict.records += 1;
        self.verdict.last = self.verdict.last.max(number);
        if self.verdict.chain_from == 0 || number < self.verdict.chain_from {
            return self.before_the_chain(row);
        }
        if number == self.verdict.chain_from {
            self.computed = chain::seed(self.older.log_hash, self.older.audit_hash);
            self.back = VecDeque::from([self.computed]);
        }
        self.prove(number, row);
        self.content(number, row);
        self.anchor(number);
        self.verdict.hash = self.newest();
        Ok(())
    }

    /// Records of builds without the chain: the two older hashes lead to where it begins.
    fn before_the_chain(&mut self, row: &Raw) -> Result<(), Error> {
        let who = row.principal.clone().map(|principal| crate::journal::Who {
            principal,
            role: row.role.clone().unwrap_or_default(),
            source: row.source.clone().unwrap_or_default(),
            request_id: row.request_id.clone().unwrap_or_default(),
        });
        let row = Row {
            sequence: row.sequence.try_into().unwrap_or_default(),
            engine_sequence: None,
            at: domain::Timestamp::from_micros(row.at),
            kind: row.kind.clone(),
            who,
            payload: row.payload.clone(),
            hash: None,
            payload_hash: None,
        };
        row.chain(&mut self.older)
    }

    /// Content may be missing only where the journal says that it was archived.
    fn content(&mut self, number: u64, row: &Raw) {
        if row.payload_hash.is_none() {
            // Engine events between two control records don't end a run of them.
            self.stripped &= row.engine_sequence.is_some();
            return;
        }
        self.verdict.pruned += 1;
        let original = i64::try_from(number).unwrap_or(i64::MAX).saturating_add(self.shift.all);
        let original = u64::try_from(original).unwrap_or_default();
        let told = row.engine_sequence.is_none()
            && self.prunings.iter().any(|pruning| pruning.covers(original, &row.kind));
        let here = self.verdict.findings.last().is_some_and(|f| f.sequence == number);
        if !row.payload.is_empty() && !here {
            let text = format!("record {number} has content besides the hash of archived content");
            self.find(FindingKind::Edited, number, text);
        } else if !told && !here && !self.stripped {
            let text = format!("the content of record {number} is missing and was never archived");
            self.find(FindingKind::Edited, number, text);
            self.stripped = true;
        }
        self.stripped &= !told;
    }

    fn prove(&mut self, number: u64, row: &Raw) {
        let link = row.link(self.newest(), self.shift);
        let before = std::mem::replace(&mut self.computed, link.unwrap_or_default());
        let Some(stored) = row.hash else {
            self.find(FindingKind::Edited, number, format!("record {number} has lost its hash"));
            self.remember(self.computed);
            self.doubtful = true;
            return;
        };
        // After a gap, what stood before has gone: that it leads on to the next is all there is.
        let fits = std::mem::take(&mut self.gap) || link == Some(stored);
        if fits || self.explain(row, stored, before) {
            self.computed = stored;
            self.doubtful = false;
        } else {
            let text = if self.doubtful {
                format!("record {number} does not follow the record before it")
            } else {
                format!("record {number} is not what was stored")
            };
            self.find(FindingKind::Edited, number, text);
            self.doubtful = true;
        }
        self.remember(stored);
    }

    /// Which earlier hash and which numbers make this record fit? Asked after a finding, and where
    /// records are known to be renumbered. `computed` is what the hash before should have been.
    fn explain(&mut self, row: &Raw, stored: LogHash, computed: LogHash) -> bool {
        if !self.doubtful && self.shift == Shift::default() {
            return false;
        }
        let before = self.shift;
        let steps = [0, -1, 1];
        for base in [before, Shift::default()] {
            for (all, engine) in steps.iter().flat_map(|a| steps.map(|e| (*a, e))) {
                let shift = Shift { all: base.all + all, engine: base.engine + engine };
                let mut previous = std::iter::once(computed).chain(self.back.iter().copied());
                if let Some(found) = previous.find(|hash| row.link(*hash, shift) == Some(stored)) {
                    if self.doubtful {
                        self.reword(before, shift, found == computed);
                    }
                    self.shift = shift;
                    return true;
                }
            }
        }
        false
    }

    /// The finding before, in the light of what follows it.
    fn reword(&mut self, before: Shift, after: Shift, hash_only: bool) {
        let Some(last) = self.verdict.findings.last_mut() else { return };
        if self.verdict.found > KEPT as u64 || last.kind != FindingKind::Edited {
            return;
        }
        let number = last.sequence;
        if after.all < before.all {
            last.kind = FindingKind::Inserted;
            last.text = format!("record {number} was inserted or is not where it belongs");
        } else if after.all > before.all {
            last.kind = FindingKind::Deleted;
            last.text = format!("a record was deleted before record {number}, the rest renumbered");
        } else if hash_only {
            last.text = format!("the hash of record {number} is not what was stored");
        }
    }

    fn anchor(&mut self, number: u64) {
        let original = i64::try_from(number).unwrap_or(i64::MAX).saturating_add(self.shift.all);
        let original = u64::try_from(original).unwrap_or_default();
        while let Some(anchor) = self.anchors.front().copied().filter(|a| a.sequence <= original) {
            self.anchors.pop_front();
            if anchor.sequence < original {
                // Its record is missing or unreadable, which was said there.
                continue;
            }
            let here = self.verdict.findings.last().is_some_and(|f| f.sequence == number);
            if anchor.hash == self.newest() {
                self.verdict.anchors += 1;
                self.verdict.anchored = number;
            } else if !here {
                let text = format!(
                    "the chain was computed anew between records {} and {number}: line {} of the \
                     anchor file has another hash for record {number}",
                    self.verdict.anchored + 1,
                    anchor.line
                );
                self.find(FindingKind::Rebuilt, number, text);
            }
        }
    }

    /// At the end of the journal.
    pub(crate) fn finish(mut self, head: &HeadRow) -> Verdict {
        let last = self.verdict.last;
        let renumbered = i64::try_from(last).unwrap_or(i64::MAX).saturating_add(self.shift.all);
        let renumbered = u64::try_from(renumbered).unwrap_or_default();
        let anchored = self.anchors.back().map_or(0, |a| a.sequence);
        if head.sequence > last || anchored > renumbered {
            let end = head.sequence.max(anchored);
            let by = if anchored > renumbered { "the anchor file" } else { "the head" };
            let text = format!("the journal ends after record {last}, but {by} knows record {end}");
            self.find(FindingKind::Truncated, last + 1, text);
        } else if head.sequence < last {
            let text = format!("the head ends at record {}, the journal at {last}", head.sequence);
            self.find(FindingKind::Inserted, head.sequence + 1, text);
        } else if head.chain_hash != self.verdict.hash && self.verdict.found == 0 {
            let text = "the head has another hash than the last record".to_owned();
            self.find(FindingKind::Head, last, text);
        }
        self.verdict.findings.sort_by_key(|finding| finding.sequence);
        self.verdict
    }
}

/// The parts of the head that a walk needs, read without judging them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeadRow {
    pub(crate) sequence: u64,
    pub(crate) chain_hash: LogHash,
    pub(crate) chain_from: u64,
}
