//! The operator's pages are done as they are written: every marked command, in a terminal, against a
//! daemon of the page's own.
//!
//! Commands that would change the machine (`sudo …`, `make`) meet stand-ins: `sudo` works on a
//! folder instead of `/`, and notes what it was asked of systemd.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use tradingd_tests::daemon::binary;

const SUDO: &str = r#"#!/bin/bash
words=()
for word in "$@"; do
    case $word in /usr/local/*|/etc/*|/var/*) word=$STAND_IN_ROOT$word ;; esac
    words+=("$word")
done
case $1 in
    systemctl|journalctl) echo "$*" >>"$STAND_IN_ROOT/asked" ;;
    install) mkdir -p "$STAND_IN_ROOT"/{usr/local/bin,etc/systemd/system,etc/tradingd} && "${words[@]}" ;;
    *) "${words[@]}" ;;
esac
"#;

/// Does a page; gives back what the terminal showed and the folder that it was done in.
fn done(page: &str) -> (String, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let at = |name: &str| folder.path().join(name);
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for name in ["bin", "target/release", "root", "home"] {
        std::fs::create_dir_all(at(name)).expect("a folder");
    }
    for name in ["tradingd", "botctl"] {
        for place in ["bin", "target/release"] {
            let link = at(place).join(name);
            std::os::unix::fs::symlink(binary(name), link).expect("a link");
        }
    }
    std::os::unix::fs::symlink(repository.join("deploy"), at("deploy")).expect("a link");
    for (name, text) in [("sudo", SUDO), ("make", "#!/bin/sh\ntest -x target/release/tradingd\n")] {
        let path = at("bin").join(name);
        std::fs::write(&path, text).expect("a stand-in");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("its mode");
    }
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
    let address = port.expect("a free port").to_string();
    let path = std::env::var("PATH").unwrap_or_default();
    // The page's port may be taken here, and its example name leads nowhere.
    let text = std::fs::read_to_string(repository.join("docs/operations").join(page));
    let text = text.expect("the page").replace("bot.example.org", "localhost");
    let port = address.rsplit_once(':').map_or("", |parts| parts.1);
    std::fs::write(at(page), text.replace(":8000", &format!(":{port}"))).expect("its copy");
    let shown = Command::new("python3")
        .arg(repository.join("tests/python/guide.py"))
        .arg(at(page))
        .arg(folder.path())
        .env_clear()
        .env("PATH", format!("{}:{path}", at("bin").display()))
        .env("HOME", at("home"))
        .env("TERM", "dumb")
        .env("STAND_IN_ROOT", at("root"))
        .env("TRADINGD__LISTEN", &address)
        .env("BOTCTL_ADDR", &address)
        .output()
        .expect("python3");
    let text = String::from_utf8_lossy(&shown.stdout).into_owned();
    let err = String::from_utf8_lossy(&shown.stderr);
    assert!(shown.status.success(), "{page}: {text}\n{err}");
    (text, folder)
}

#[test]
fn the_way_to_install_works_as_it_is_written() {
    let (_, folder) = done("install.md");
    let root = folder.path().join("root");
    let asked = std::fs::read_to_string(root.join("asked")).expect("systemd was asked");
    assert!(asked.contains("enable --now tradingd"), "{asked}");
    assert!(root.join("etc/tradingd/tradingd.toml").is_file(), "the sample was installed");
    assert!(!root.join("usr/local/bin/tradingd").exists(), "removed at the end");
    assert!(folder.path().join("man/botctl.1").is_file(), "manual pages were made");
}

#[test]
fn a_first_day_on_paper_works_as_it_is_written() {
    let (_, folder) = done("paper.md");
    let ledger = std::fs::read_to_string(folder.path().join("ledger.csv")).expect("an export");
    assert!(ledger.lines().count() > 2, "{ledger}");
}

#[test]
fn the_way_to_expose_it_safely_works_as_it_is_written() {
    let _ = done("secure.md");
}

#[test]
fn an_emergency_goes_as_it_is_written() {
    let (text, _) = done("emergency.md");
    assert!(text.contains("halted"), "{text}");
}
