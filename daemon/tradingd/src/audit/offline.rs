//! `tradingd audit verify`: the journal of a stopped daemon against its chain and its anchors.

use super::anchor::{ANCHOR_FILE, AnchorFile, KEY_FILE, Key};
use super::retention::{self, Archives};
use anyhow::Context as _;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use storage::{Finding, FindingKind, Verdict};

/// Verifies a data directory; the text for people, and whether there were no findings. `anchor`
/// names another anchor file, such as the copy; `archives` are proven besides those of the directory.
///
/// # Errors
/// A daemon runs on the directory, or its files can't be read.
pub fn verify(
    dir: &Path,
    anchor: Option<&Path>,
    archives: &[PathBuf],
) -> anyhow::Result<(String, bool)> {
    let path = anchor.map_or_else(|| dir.join(ANCHOR_FILE), Path::to_owned);
    let key = Key::existing(&dir.join(KEY_FILE)).context("the key of the anchors")?;
    let mut given = Archives::of(dir).read().context("the archives of the directory")?;
    for path in archives {
        given.push(retention::read(path).with_context(|| path.display().to_string())?);
    }
    let mut lines = Vec::new();
    let read = |store: &str| {
        let (anchors, findings) = anchors(&path, key, store);
        lines = findings;
        anchors
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut verdict =
        runtime.block_on(storage::verify_directory(dir, read, &given, |_, _| true))?;
    verdict.found += lines.len() as u64;
    verdict.findings.extend(lines);
    Ok((text(&verdict), verdict.found == 0))
}

fn anchors(path: &Path, key: Option<Key>, store: &str) -> (Vec<storage::Anchor>, Vec<Finding>) {
    let fail = |text: &str| {
        let text = format!("{}: {text}", path.display());
        (Vec::new(), vec![Finding { kind: FindingKind::AnchorFile, sequence: 0, text }])
    };
    let Some(key) = key else { return fail("there is no key to prove it with") };
    match AnchorFile::open(path.to_owned(), key, store) {
        Ok((_, content)) if content.anchors.is_empty() => fail("it holds no anchor of this store"),
        Ok((_, content)) => (content.anchors, content.findings),
        Err(error) => fail(&error.to_string()),
    }
}

/// What was found, in lines.
fn text(verdict: &Verdict) -> String {
    let mut text = String::new();
    for finding in &verdict.findings {
        let _ = writeln!(text, "{}: {}", finding.kind.name(), finding.text);
    }
    if verdict.pruned > 0 {
        let _ = writeln!(
            text,
            "the content of {} records is archived: {} archives proven, not here: {}",
            verdict.pruned,
            verdict.archives,
            match verdict.archives_missing.as_slice() {
                [] => "none".to_owned(),
                names => names.join(" "),
            }
        );
    }
    let _ = writeln!(
        text,
        "{} records, chain from {} to {} ({}), {} anchors up to {}: {}",
        verdict.records,
        verdict.chain_from,
        verdict.last,
        verdict.hash,
        verdict.anchors,
        verdict.anchored,
        match verdict.found {
            0 => "nothing was changed".to_owned(),
            n => format!("{n} FINDINGS"),
        }
    );
    text
}
