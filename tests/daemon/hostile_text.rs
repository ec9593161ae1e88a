//! SEC-24: text that would be a script in a browser stays text, wherever it came in.

use std::path::Path;
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::http;

const CORPUS: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</title><script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "\u{202e}<b>\u{2066}",
];

/// Where a browser would run a text: the ways in which a page can turn text into markup or code.
const WAYS: [&str; 9] = [
    "dangerouslySetInnerHTML",
    ".innerHTML",
    ".outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "createContextualFragment",
    "srcdoc",
    "new Function(",
    "eval(",
];

fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()) {
        if entry.is_dir() {
            sources(&entry, found);
        } else if entry.extension().is_some_and(|e| e == "ts" || e == "tsx") {
            found.push(entry);
        }
    }
}

#[test]
fn sec_24_the_page_makes_no_markup_of_text() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src"), &mut found);
    assert!(found.len() > 100, "{} files", found.len());
    for path in found {
        let text = std::fs::read_to_string(&path).expect("a source");
        for way in WAYS {
            assert!(!text.contains(way), "{way} in {}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_24_hostile_text_comes_back_as_text_only() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).with(&["--speed", "0.01"]).start();
    let botctl = Botctl::first_admin(daemon.address);
    for text in CORPUS {
        // As a reason it is kept as it was given, for whoever reads it is told what was written.
        let _ = botctl.done(&["stop", "--reason", text]);
        let _ = botctl.done(&["resume", "--reason", "again"]);
        let history = botctl.json(&["audit", "list", "--limit", "20"]).to_string();
        let told = serde_json::json!(text).to_string();
        let inside = serde_json::json!(told.trim_matches('"')).to_string();
        let (told, inside) = (told.trim_matches('"'), inside.trim_matches('"'));
        assert!(history.contains(told) || history.contains(inside), "{text}: {history}");
        // As a name of anything it is refused, and the refusal is gRPC, not a page.
        for verb in [
            &["explain", text][..],
            &["strategies", "disable", text],
            &["settings", "get", text],
            &["users", "add", text, "--role", "viewer", "--password-stdin"],
        ] {
            let ended = botctl.run_with(verb, "another battery, no horse\n");
            assert_ne!(ended.code, 0, "{verb:?}: {ended:?}");
        }
        // As an address it is not told back in anything that a browser shows.
        let path: String = text.bytes().map(|b| format!("%{b:02x}")).collect();
        for path in [format!("/{path}"), format!("/x?q={path}"), format!("/{path}.js")] {
            let (_, body) = http::get(daemon.address, &path).expect("an answer");
            assert!(!body.contains("alert(1)"), "{path}: {body}");
        }
    }
}
