//! Certificates as they are made, kept, renewed and refused.

use super::renewal::{Renewal, Source};
use super::*;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

fn own_names() -> Vec<String> {
    vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "bot.example.org".to_owned()]
}

fn own(folder: &Path) -> Source {
    let authority = Authority::load_or_make(folder, now()).expect("made");
    Source::Own { authority: Box::new(authority), names: own_names() }
}

/// Whether a client that pins `authority` takes the chain for this name at this time.
fn accepted(chain: &CertifiedKey, authority: &Source, name: &str, at: SystemTime) -> bool {
    use rustls::client::WebPkiServerVerifier;
    use rustls::client::danger::ServerCertVerifier as _;
    use rustls::pki_types::{ServerName, UnixTime};
    let Source::Own { authority, .. } = authority else { return false };
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority.certificate().clone()).expect("an authority");
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .expect("a verifier");
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let since = at.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    let now = UnixTime::since_unix_epoch(since);
    let (first, rest) = chain.cert.split_first().expect("a chain");
    verifier.verify_server_cert(first, rest, &name, &[], now).is_ok()
}

#[test]
fn the_own_certificate_is_good_for_its_names_and_at_most_397_days() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let source = own(folder.path());
    let (key, _) = source.issue(now()).expect("issued");
    for name in own_names() {
        assert!(accepted(&key, &source, &name, now()), "{name}");
    }
    for name in ["evil.example", "10.0.0.1", "example.org"] {
        assert!(!accepted(&key, &source, name, now()), "{name}");
    }
    let days = |n: u32| accepted(&key, &source, "localhost", now() + DAY * n);
    assert!(days(394) && !days(396), "it ends");
    assert!(!accepted(&key, &source, "localhost", now() - DAY * 2), "it begins");
    let elsewhere = tempfile::tempdir().expect("a temporary directory");
    assert!(!accepted(&key, &own(elsewhere.path()), "localhost", now()), "another authority");
}

#[test]
fn the_authority_is_made_once_and_private() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let folder = folder.path().join("tls");
    let certificate = |source: &Source| match source {
        Source::Own { authority, .. } => authority.certificate().clone(),
        Source::Files { .. } => unreachable!("Invariant: made as own"),
    };
    let (first, again) = (own(&folder), own(&folder));
    assert_eq!(certificate(&first), certificate(&again));
    let (key, _) = again.issue(now()).expect("issued");
    assert!(accepted(&key, &first, "localhost", now()), "the kept key signs for the kept name");
    let mode = |name: &str| fs::metadata(folder.join(name)).expect("there").mode() & 0o777;
    assert_eq!((mode(""), mode("ca.key"), mode("server.key")), (0o700, 0o600, 0o600));
}

#[test]
fn sec_36_keys_that_others_can_read_or_swap_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let folder = folder.path().join("tls");
    own(&folder);
    let key = folder.join("ca.key");
    let refused = || Authority::load_or_make(&folder, now()).expect_err("refused").to_string();
    for mode in [0o640, 0o604, 0o644, 0o660, 0o777] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).expect("chmod");
        assert!(refused().contains(&format!("got mode {mode:04o}")), "{}", refused());
    }
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("chmod");
    let elsewhere = folder.join("elsewhere");
    fs::rename(&key, &elsewhere).expect("moved");
    symlink(&elsewhere, &key).expect("linked");
    assert!(refused().contains("must be a plain file"), "{}", refused());
    fs::remove_file(&key).expect("removed");
    fs::write(&key, "no key").expect("written");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("chmod");
    assert!(refused().contains("must hold a private key"), "{}", refused());
    fs::remove_file(&key).expect("removed");
    assert!(refused().contains("No such file"), "half an authority is none: {}", refused());
    let other = tempfile::tempdir().expect("a temporary directory");
    own(other.path());
    fs::copy(other.path().join("ca.key"), &key).expect("copied");
    assert!(refused().contains("don't belong together"), "{}", refused());
}

#[test]
fn an_own_certificate_is_replaced_when_30_days_are_left() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let source = own(folder.path());
    let (key, replace_at) = source.issue(now()).expect("issued");
    let current = Arc::new(Current::new(key));
    let mut renewal = Renewal::new(source, Arc::clone(&current), replace_at);
    let shown = || current.get().cert[0].clone();
    let first = shown();
    assert!(!renewal.look(now() + DAY * 364));
    assert_eq!(shown(), first);
    assert!(renewal.look(now() + DAY * 366));
    assert_ne!(shown(), first, "a later handshake shows the new one");
    assert!(!renewal.look(now() + DAY * 367), "which lasts");
}

#[test]
fn the_operators_files_are_read_again_when_they_change() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    own(folder.path()).issue(now()).expect("issued");
    let (certificate, key) = (folder.path().join("server.pem"), folder.path().join("server.key"));
    let source = Source::Files { certificate: certificate.clone(), key: key.clone() };
    let (shown, _) = source.issue(now()).expect("usable");
    let current = Arc::new(Current::new(shown));
    let first = current.get().cert[0].clone();
    let mut renewal = Renewal::new(source, Arc::clone(&current), None);
    assert!(!renewal.look(now() + DAY * 1_000));
    fs::write(&certificate, "half written").expect("written");
    let later = fs::File::open(&certificate).expect("open");
    later.set_modified(SystemTime::now() + DAY).expect("stamped");
    assert!(!renewal.look(now()), "the old one stays");
    assert_eq!(current.get().cert[0], first);
    own(folder.path()).issue(now()).expect("issued");
    assert!(renewal.look(now()));
    assert_ne!(current.get().cert[0], first);
}

#[test]
fn certificates_and_keys_that_do_not_fit_are_refused() {
    let (one, other) = (tempfile::tempdir(), tempfile::tempdir());
    let (one, other) = (one.expect("a directory"), other.expect("a directory"));
    own(one.path()).issue(now()).expect("issued");
    own(other.path()).issue(now()).expect("issued");
    let issue =
        |certificate: PathBuf, key: PathBuf| Source::Files { certificate, key }.issue(now());
    let pem = one.path().join("server.pem");
    let error = issue(pem.clone(), other.path().join("server.key")).expect_err("another key");
    assert!(matches!(error, TlsError::Unusable { .. }), "{error}");
    let error = issue(pem.clone(), pem.clone()).expect_err("no key").to_string();
    assert!(error.contains("chmod 600"), "it is open to others, too: {error}");
    let missing = issue(one.path().join("none"), pem).expect_err("missing").to_string();
    assert!(missing.contains("No such file"), "{missing}");
}
