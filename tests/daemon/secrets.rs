//! No secret leaves: canaries of every kind are looked for in logs, database, errors, arguments and
//! environment, also in their encoded forms.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use std::path::Path;
use tonic::Status;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::botctl::ADMIN;
use tradingd_tests::daemon::client::Api;

const FIRST: &str = "canary-first-pässword-7f3a9c";
const SECOND: &str = "canary-second-pässword-51be02";
const WRONG: &str = "canary-wrong-pässword-e8810d";

/// Secrets by name, as bytes.
struct Canaries(Vec<(&'static str, Vec<u8>)>);

impl Canaries {
    fn add(&mut self, name: &'static str, secret: &[u8]) {
        assert!(secret.len() >= 12, "{name} is long enough to be found");
        self.0.push((name, secret.to_vec()));
    }

    /// The canaries found in a text, plain or encoded.
    fn found_in(&self, place: &str, text: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for (name, secret) in &self.0 {
            let hex: String = secret.iter().map(|b| format!("{b:02x}")).collect();
            // Without the last group, which depends on what follows in a longer text.
            let whole = &secret[..secret.len() - secret.len() % 3];
            let escaped: String = secret.iter().map(|b| format!("\\x{b:02x}")).collect();
            for form in [
                secret.clone(),
                hex.to_uppercase().into_bytes(),
                hex.into_bytes(),
                STANDARD.encode(whole).into_bytes(),
                STANDARD_NO_PAD.encode(whole).into_bytes(),
                URL_SAFE_NO_PAD.encode(whole).into_bytes(),
                escaped.into_bytes(),
            ] {
                if text.windows(form.len()).any(|window| window == form) {
                    found.push(format!("{name} in {place}"));
                }
            }
        }
        found
    }
}

fn base32(text: &str) -> Vec<u8> {
    let value = |c: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|x| *x == c);
    let bits: String = text.bytes().map(|c| format!("{:05b}", value(c).expect("base32"))).collect();
    let bytes = bits.as_bytes().chunks_exact(8);
    bytes.map(|b| b.iter().fold(0, |n, c| n << 1 | (c - b'0'))).collect()
}

/// The code of RFC 6238 for a time step from now.
fn code(secret: &[u8], ahead: u64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let step = now.expect("after 1970").as_secs() / 30 + ahead;
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(secret).expect("any length");
    mac.update(&step.to_be_bytes());
    let mac = mac.finalize().into_bytes();
    let offset = usize::from(mac[19] & 15);
    let four: [u8; 4] = mac[offset..offset + 4].try_into().expect("four bytes");
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

fn files(folder: &Path, but: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map_while(Result::ok) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() && !but.contains(&name.as_str()) {
            found.extend(files(&path, but));
        } else if path.is_file() {
            found.push((name, std::fs::read(&path).expect("our own file")));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_35_no_secret_is_in_logs_database_errors_or_process_list() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = Launch::on(folder.path()).with(&["--set", "log.level=trace"]);
    let mut daemon = launch.start();
    let mut canaries = Canaries(Vec::new());
    let mut errors: Vec<Status> = Vec::new();
    let bootstrap = std::fs::read(folder.path().join("bootstrap-token")).expect("first start");
    canaries.add("first-run token", &bootstrap);
    for (name, secret) in
        [("password", FIRST), ("second password", SECOND), ("wrong password", WRONG)]
    {
        canaries.add(name, secret.as_bytes());
    }
    for key in ["jwt.key", "seal.key"] {
        let key = std::fs::read(folder.path().join("keys").join(key)).expect("made at the start");
        canaries.add("key", &key);
    }

    let api = Api::anonymous(daemon.address).await;
    let setup = |token: &str, password: &str| SetupRequest {
        token: token.to_owned(),
        user: ADMIN.to_owned(),
        password: password.to_owned(),
        cookie: false,
    };
    let secret = String::from_utf8(bootstrap).expect("text");
    errors.push(api.auth().setup(setup(WRONG, FIRST)).await.expect_err("a wrong token"));
    errors.push(api.auth().setup(setup(&secret, "short")).await.expect_err("a weak password"));
    let told = api.auth().setup(setup(&secret, FIRST)).await.expect("the first admin");
    let tokens = told.into_inner().tokens.expect("tokens");
    canaries.add("refresh token", tokens.refresh_token.as_bytes());
    let signature = tokens.access_token.rsplit('.').next().expect("three parts");
    canaries.add("access token", signature.as_bytes());
    errors.push(api.auth().setup(setup(&secret, FIRST)).await.expect_err("used"));
    let login = |password: &str, totp_code: &str| LoginRequest {
        user: ADMIN.to_owned(),
        password: password.to_owned(),
        totp_code: totp_code.to_owned(),
        ..Default::default()
    };
    errors.push(api.auth().login(login(WRONG, "")).await.expect_err("wrong"));

    let admin = api.clone().with_token(&tokens.access_token);
    let made = CreateTokenRequest {
        name: "bot".to_owned(),
        request_id: "1".to_owned(),
        ..Default::default()
    };
    let bot = admin.tokens().create_token(made).await.expect("made").into_inner().secret;
    // The secret part may hold the separator, too.
    canaries.add("API token", &bot.as_bytes()[bot.len() - 40..]);
    let add = |user: &str, password: &str| CreateUserRequest {
        user: user.to_owned(),
        role: Role::Viewer.into(),
        password: password.to_owned(),
        request_id: format!("add {user}").replace(' ', "-"),
        ..Default::default()
    };
    admin.users().create_user(add("vic", SECOND)).await.expect("added");
    errors.push(admin.users().create_user(add("a b", SECOND)).await.expect_err("a bad name"));
    let change = |old: &str, new: &str, id: &str| ChangePasswordRequest {
        old_password: old.to_owned(),
        new_password: new.to_owned(),
        request_id: id.to_owned(),
        ..Default::default()
    };
    errors.push(admin.auth().change_password(change(WRONG, SECOND, "2")).await.expect_err("wrong"));
    admin.auth().change_password(change(FIRST, SECOND, "3")).await.expect("changed");

    let enrol = EnrolTotpRequest { request_id: "4".to_owned(), ..Default::default() };
    let totp = admin.auth().enrol_totp(enrol.clone()).await.expect("enrolled").into_inner().secret;
    let again = admin.auth().enrol_totp(enrol).await.expect("repeated").into_inner().secret;
    assert_eq!(totp, again, "a repeat tells the same secret");
    let raw = base32(&totp);
    canaries.add("TOTP secret", totp.as_bytes());
    canaries.add("raw TOTP secret", &raw);
    // Codes hold a step either way, so that of the next one holds whenever this runs.
    let confirm = ConfirmTotpRequest {
        totp_code: code(&raw, 0),
        request_id: "5".to_owned(),
        ..Default::default()
    };
    admin.auth().confirm_totp(confirm.clone()).await.expect("the right code");
    let missing = api.auth().login(login(SECOND, "")).await.expect_err("a code is needed");
    assert_eq!(tradingd_tests::daemon::client::reason(&missing), "TOTP_NEEDED");
    let used = api.auth().login(login(SECOND, &confirm.totp_code)).await.expect_err("used already");
    errors.extend([missing, used]);
    let next = api.auth().login(login(SECOND, &code(&raw, 1))).await.expect("the next one");
    let next = next.into_inner().tokens.expect("tokens").refresh_token;
    canaries.add("second refresh token", next.as_bytes());
    let refresh = RefreshRequest { refresh_token: next };
    let third = api.auth().refresh(refresh).await.expect("rotated").into_inner();
    let third = third.tokens.expect("tokens").refresh_token;
    canaries.add("third refresh token", third.as_bytes());
    errors.push(admin.keys().rotate_keys(RotateKeysRequest::default()).await.expect_err("no id"));
    let bad = api.clone().with_token(&format!("{bot}x"));
    errors.push(bad.system().get_status(GetStatusRequest {}).await.expect_err("not a token"));

    let mut found = Vec::new();
    for name in ["cmdline", "environ"] {
        let path = format!("/proc/{}/{name}", daemon.process.id());
        let bytes = std::fs::read(&path).expect("our own child");
        found.extend(canaries.found_in(name, &bytes));
    }
    // While the write-ahead log is there, then with everything in the database.
    for (name, bytes) in files(folder.path(), &["keys"]) {
        found.extend(canaries.found_in(&name, &bytes));
    }
    for error in &errors {
        let text = format!("{error:?} {}", String::from_utf8_lossy(error.details()));
        found.extend(canaries.found_in("an error", text.as_bytes()));
    }
    daemon.process.ask_to_end();
    let ended = daemon.process.ended();
    assert!(ended.err.contains("DEBUG"), "it logs the small things, too: {}", ended.err);
    found.extend(canaries.found_in("the log", ended.err.as_bytes()));
    let printed = ended.out.lines().filter(|line| !line.contains("/#setup=")).collect::<String>();
    found.extend(canaries.found_in("standard output", printed.as_bytes()));
    for (name, bytes) in files(folder.path(), &["keys"]) {
        found.extend(canaries.found_in(&name, &bytes));
    }
    assert!(found.is_empty(), "{found:#?}");
    // The search itself works: the audit names users in plain text.
    let probe = Canaries(vec![("probe", b"login_failed".to_vec())]);
    let database = std::fs::read(folder.path().join("tradingd.db")).expect("there");
    assert!(!probe.found_in("the database", &database).is_empty());
}

/// Fields that may hold a secret, each told once to whom it was made for.
const TOLD: [&str; 10] = [
    "tradingd.v1.Tokens.access_token",
    "tradingd.v1.Tokens.refresh_token",
    "tradingd.v1.CreateTokenResponse.secret",
    "tradingd.v1.DeriveTokenResponse.secret",
    "tradingd.v1.EnrolTotpResponse.secret",
    "tradingd.v1.EnrolTotpResponse.uri",
    "tradingd.v1.GetSetupStateResponse.token_file",
    "tradingd.v1.Setting.secret",
    "tradingd.v1.Setting.secret_set",
    "tradingd.v1.SettingChange.secret",
];

#[test]
fn sec_42_no_answer_has_a_field_for_secrets_but_those_told_once() {
    use tradingd_proto::prost::Message as _;
    use tradingd_proto::prost_types::FileDescriptorSet;
    let set = FileDescriptorSet::decode(tradingd_proto::DESCRIPTOR_SET).expect("descriptor");
    let mut seen = 0;
    for file in set.file.iter().filter(|f| f.package() == "tradingd.v1") {
        for message in file.message_type.iter().filter(|m| !m.name().ends_with("Request")) {
            for field in &message.field {
                seen += 1;
                let name = format!("tradingd.v1.{}.{}", message.name(), field.name());
                let words = ["password", "secret", "private_key", "refresh_token", "access_token"];
                let telling = words.iter().any(|word| field.name().contains(word));
                assert!(!telling || TOLD.contains(&name.as_str()), "{name}");
            }
        }
    }
    assert!(seen > 200, "{seen} fields");
}
