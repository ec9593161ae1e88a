//! The list of security tests in `docs/reliability.md` is whole, and what it names is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()) {
        let built =
            entry.file_name().is_some_and(|name| name == "target" || name == "node_modules");
        if entry.is_dir() && !built {
            sources(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
}

/// Numbers in the names of functions such as `sec_23_sec_25_all_answers`.
fn numbers(text: &str) -> BTreeSet<u32> {
    let names = text.lines().filter_map(|line| line.split("fn sec_").nth(1));
    let parts = names.flat_map(|name| {
        let name = name.split('(').next().unwrap_or_default();
        name.split("_sec_").map(|part| part.chars().take(2).collect::<String>()).collect::<Vec<_>>()
    });
    parts.filter_map(|digits| digits.parse().ok()).collect()
}

#[test]
fn the_list_of_security_tests_is_whole_and_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["tests", "daemon", "ctl"] {
        sources(&root.join(folder), &mut files);
    }
    let read = |path: &PathBuf| std::fs::read_to_string(path).expect("a source");
    let written: BTreeSet<u32> = files.iter().flat_map(|path| numbers(&read(path))).collect();
    assert!(written.len() > 30, "{written:?}");
    let page = std::fs::read_to_string(root.join("docs/reliability.md")).expect("the page");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| SEC-"));
    let mut listed = Vec::new();
    for row in rows {
        let number: u32 = row[..2].parse().expect("a number");
        listed.push(number);
        let named =
            row.contains(&format!("sec_{number:02}_")) || row.contains(&format!("_sec_{number}_"));
        assert_eq!(named, written.contains(&number), "SEC-{number:02}: {row}");
    }
    assert_eq!(listed, (1..=48).collect::<Vec<_>>(), "each once, in order");
}
