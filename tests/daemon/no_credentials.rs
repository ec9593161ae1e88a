//! SEC-05: nothing that was shipped opens anything: no literal credential, no default key, no user that
//! is there from the start.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tonic::Code;
use tradingd_proto::v1::LoginRequest;
use tradingd_tests::daemon::client::{Api, refusal};
use tradingd_tests::daemon::{Launch, binary};

/// What begins a key or a token of somebody.
const MARKS: [&str; 9] = [
    "-----BEGIN PRIVATE KEY",
    "-----BEGIN RSA PRIVATE",
    "-----BEGIN EC PRIVATE",
    "-----BEGIN OPENSSH PRIVATE",
    "AKIA",
    "ghp_",
    "github_pat_",
    "xoxb-",
    "glpat-",
];
/// Names whose values must not be written down.
const NAMES: [&str; 6] = ["password", "passwd", "secret", "api_key", "apikey", "access_token"];

fn shipped(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("readable") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            // Tests make up credentials; what is generated or foreign is not written here.
            if !["target", "node_modules", "tests", "testing", "gen", "dist"]
                .contains(&name.as_str())
            {
                shipped(&path, found);
            }
        } else if !name.contains("test") {
            found.push(path);
        }
    }
}

/// The literal that a line gives to one of the names, if it looks like a value.
fn literal(line: &str) -> Option<&str> {
    let lower = line.to_lowercase();
    NAMES.iter().find_map(|name| {
        let at = lower.find(name)? + name.len();
        let rest = line.get(at..)?.trim_start_matches(['_', '"', '\'', ' ']);
        let value = rest.strip_prefix('=').or_else(|| rest.strip_prefix(':'))?.trim_start();
        let value = value.strip_prefix('"')?.split('"').next()?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "+/=_-.!@#$%".contains(c);
        let is_value = value.len() >= 8 && value.chars().all(plain);
        (is_value && value.chars().any(|c| c.is_ascii_digit())).then_some(value)
    })
}

#[test]
fn sec_05_no_source_holds_a_credential() {
    for (line, wanted) in [
        ("password = \"hunter2hunter2\"", Some("hunter2hunter2")),
        ("let api_key: &str = x;", None),
        ("\"secret\": \"A1b2C3d4E5\",", Some("A1b2C3d4E5")),
        ("password = \"\"", None),
    ] {
        assert_eq!(literal(line), wanted, "the search finds what it looks for: {line}");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a parent");
    let mut paths = Vec::new();
    for part in ["daemon", "ctl/src", "proto", "deploy", "migrations", "web/src"] {
        let folder = root.join(part);
        if folder.is_dir() {
            shipped(&folder, &mut paths);
        }
    }
    assert!(paths.len() > 200, "{} files", paths.len());
    let mut wrong = Vec::new();
    for path in paths {
        // What is no text holds no line to read.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in (1..).zip(text.lines()) {
            let marked = MARKS.iter().any(|mark| line.contains(mark));
            if marked || literal(line).is_some() {
                wrong.push(format!("{}:{number}: {}", path.display(), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn keys(data: &Path) -> Vec<(String, Vec<u8>)> {
    let mut keys = Vec::new();
    for entry in std::fs::read_dir(data.join("keys")).expect("keys") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        keys.push((name, std::fs::read(path).expect("reads")));
    }
    keys.sort();
    keys
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_05_each_daemon_makes_its_own_keys_and_has_no_user() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let programs = [binary("tradingd"), binary("botctl")].map(|p| std::fs::read(p).expect("reads"));
    let mut seen = BTreeSet::new();
    for name in ["one", "other"] {
        let data = folder.path().join(name);
        let daemon = Launch::on(&data).with(&["--speed", "0.01"]).start();
        let made = keys(&data);
        assert!(made.len() >= 3, "{:?}", made.iter().map(|key| &key.0).collect::<Vec<_>>());
        for (file, bytes) in made {
            assert!(bytes.len() >= 32 && seen.insert(bytes.clone()), "{file} is new each time");
            for program in &programs {
                let begins = program.iter().enumerate().filter(|(_, byte)| **byte == bytes[0]);
                let there = begins.into_iter().any(|(at, _)| program[at..].starts_with(&bytes));
                assert!(!there, "{file} comes with the program");
            }
        }
        let api = Api::anonymous(daemon.address).await;
        for (user, password) in [
            ("admin", "admin"),
            ("admin", "password"),
            ("admin", "changeme"),
            ("admin", ""),
            ("root", "root"),
            ("tradingd", "tradingd"),
            ("system", "system"),
            ("local", "local"),
        ] {
            let (user, password) = (user.to_owned(), password.to_owned());
            let login = LoginRequest { user, password, ..Default::default() };
            let (code, why) = refusal(api.auth().login(login).await);
            assert_ne!(code, Code::Ok, "{why}");
        }
    }
}
