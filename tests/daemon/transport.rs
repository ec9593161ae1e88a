//! Who may listen where, and what is said over TLS: the real binaries, real certificates.

use super::independent_client::python;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use tonic::Code;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};
use tradingd_proto::v1::system_service_client::SystemServiceClient;
use tradingd_proto::v1::{GetStatusRequest, GetVersionRequest};
use tradingd_tests::daemon::botctl::{ADMIN, Botctl, PASSWORD};
use tradingd_tests::daemon::client::{Api, refusal};
use tradingd_tests::daemon::tls::{Authority, Client, Life, Use};
use tradingd_tests::daemon::{Daemon, Launch};

/// Where a daemon that listens on `address` is reached from here.
fn here(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        return SocketAddr::from(([127, 0, 0, 1], address.port()));
    }
    address
}

fn url(daemon: &Daemon) -> String {
    format!("https://{}", here(daemon.address))
}

/// A data directory with an admin in it.
fn with_admin(folder: &Path) -> PathBuf {
    let data = folder.join("data");
    let daemon = Launch::on(&data).start();
    let _ = Botctl::first_admin(daemon.address);
    assert_eq!(daemon.terminate().0.code, 0);
    data
}

/// The fingerprint that a daemon prints after its address.
fn told_fingerprint(daemon: &mut Daemon) -> String {
    let line = daemon.process.line().expect("a line");
    line.strip_prefix("TLS: clients pin the authority ").expect("the fingerprint").to_owned()
}

/// Local addresses of the TCP sockets on which a process listens.
fn listeners(pid: u32) -> Vec<SocketAddr> {
    let links = std::fs::read_dir(format!("/proc/{pid}/fd")).expect("our own child");
    let links = links.flatten().filter_map(|fd| std::fs::read_link(fd.path()).ok());
    let own: BTreeSet<String> = links
        .filter_map(|link| {
            let text = link.to_string_lossy().into_owned();
            Some(text.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
        })
        .collect();
    let mut found = Vec::new();
    for table in ["tcp", "tcp6"] {
        let text = std::fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
        for line in text.lines().skip(1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            // 0A: listening; the tenth column is the socket's number.
            if words[3] == "0A" && own.contains(words[9]) {
                let (address, port) = words[1].split_once(':').expect("address and port");
                let port = u16::from_str_radix(port, 16).expect("a port");
                assert_eq!(table, "tcp", "only asked to listen on IPv4: {address}");
                let bits = u32::from_str_radix(address, 16).expect("an address");
                found.push(SocketAddr::from((bits.to_ne_bytes(), port)));
            }
        }
    }
    found
}

#[test]
fn sec_01_only_safe_combinations_of_address_tls_and_users_start() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let admin = with_admin(folder.path());
    let authority = Authority::new(folder.path(), "authority");
    let (certificate, key) = authority.issue(&["localhost"], Use::Server, Life::Present);
    let files = [
        format!("tls.certificate={}", certificate.display()),
        format!("tls.key={}", key.display()),
    ];
    let tls: [(&str, Vec<&str>); 4] = [
        ("auto", vec![]),
        ("on", vec!["--set", "tls.enabled=on"]),
        ("off", vec!["--set", "tls.enabled=off"]),
        ("files", vec!["--set", &files[0], "--set", &files[1]]),
    ];
    let mut cells = 0;
    for listen in ["127.0.0.1:0", "0.0.0.0:0"] {
        for (name, flags) in &tls {
            for users in ["none", "admin"] {
                let cell = format!("{listen}, TLS {name}, users {users}");
                let data = folder.path().join(format!("cell-{cells}"));
                if users == "admin" {
                    let copy = Command::new("cp").arg("-a").args([&admin, &data]).status();
                    assert!(copy.expect("cp").success());
                }
                let launch = Launch::on(&data).listening(listen).with(flags);
                let open = listen.starts_with('0');
                if open && (*name == "off" || users == "none") {
                    let ended = launch.run();
                    assert_eq!((ended.code, ended.out.as_str()), (78, ""), "{cell}: {ended:?}");
                    let told: Vec<&str> =
                        ended.err.lines().filter(|l| l.starts_with("tradingd: ")).collect();
                    assert_eq!(told.len(), 1, "{cell}: {ended:?}");
                    assert!(told[0].contains("refusing to listen on 0.0.0.0:0"), "{told:?}");
                } else {
                    let daemon = launch.start();
                    let found = listeners(daemon.process.id());
                    assert_eq!(found, [daemon.address], "{cell}: one listener, as printed");
                    let speaks_tls = plain_is_refused(here(daemon.address));
                    assert_eq!(speaks_tls, open || *name == "on", "{cell}");
                }
                cells += 1;
            }
        }
    }
    assert_eq!(cells, 16);
}

/// True when plain HTTP gets no answer.
fn plain_is_refused(address: SocketAddr) -> bool {
    !tradingd_tests::daemon::http::get(address, "/healthz").is_ok_and(|(code, _)| code < 600)
}

/// A daemon with TLS from its own authority, and where that lies.
fn own_tls(folder: &Path, more: &[&str]) -> (Daemon, PathBuf, String) {
    let data = folder.join("data");
    let launch = Launch::on(&data).with(&["--set", "tls.enabled=on"]).with(more);
    let mut daemon = launch.start();
    let fingerprint = told_fingerprint(&mut daemon);
    (daemon, data.join("tls/ca.pem"), fingerprint)
}

#[test]
fn botctl_pins_the_authority_at_the_first_login_and_refuses_another_one() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (daemon, ca, fingerprint) = own_tls(folder.path(), &[]);
    let url = url(&daemon);
    let botctl = Botctl::at(daemon.address);
    let with = |args: &[&str]| {
        let stdin = format!("{PASSWORD}\n");
        botctl.run_with(&[&["--addr", url.as_str()], args].concat(), &stdin)
    };
    let early = with(&["status"]);
    assert_eq!(early.code, 3, "{early:?}");
    assert!(early.err.contains("is not known yet"), "{early:?}");
    let setup = ["setup", "--user", ADMIN, "--password-stdin"];
    let unasked = with(&setup);
    assert_eq!(unasked.code, 2, "nobody can be asked: {unasked:?}");
    let wrong = format!("sha256:{}", "0".repeat(64));
    let refused = with(&[&setup[..], &["--ca-fingerprint", &wrong]].concat());
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.err.contains("IS NOT THE ONE THAT IS MEANT"), "{refused:?}");
    let done = with(&[&setup[..], &["--ca-fingerprint", &fingerprint]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(with(&["status"]).code, 0, "the pin is kept");
    let version = with(&["version"]);
    assert!(version.out.contains(&fingerprint), "{version:?}");
    let by_file = Botctl::at(daemon.address);
    let file = ca.display().to_string();
    let login = ["--addr", &url, "--ca", &file, "login", "--user", ADMIN, "--password-stdin"];
    assert_eq!(by_file.run_with(&login, &format!("{PASSWORD}\n")).code, 0);

    // The same address with another authority: somebody in between, as far as botctl can tell.
    let address = daemon.address;
    drop(daemon);
    std::fs::remove_dir_all(folder.path().join("data/tls")).expect("removed");
    let launch = Launch::on(&folder.path().join("data")).listening(&address.to_string());
    let mut daemon = launch.with(&["--set", "tls.enabled=on"]).start();
    let fresh = told_fingerprint(&mut daemon);
    assert_ne!(fresh, fingerprint);
    for args in [&["status"][..], &["stop"], &["login", "--user", ADMIN, "--password-stdin"]] {
        let refused = with(args);
        assert_eq!(refused.code, 3, "{args:?}: {refused:?}");
        assert!(refused.err.contains("IS NOT THE ONE THAT IS TRUSTED"), "{args:?}: {refused:?}");
    }
    let login = ["login", "--user", ADMIN, "--password-stdin", "--ca-fingerprint", &fresh];
    assert_eq!(with(&login).code, 0, "a person may pin it again");
    assert_eq!(with(&["status"]).code, 0);
}

#[test]
fn sec_27_old_versions_wrong_names_and_expired_certificates_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (daemon, ca, _) = own_tls(folder.path(), &[]);
    let address = daemon.address;
    let client = Client::trusting(&ca);
    let answer = client.get(address, &address.to_string(), "/healthz", "").expect("TLS 1.3");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let old = Client { version: &rustls::version::TLS12, ..client };
    let answer = old.get(address, &address.to_string(), "/healthz", "").expect("TLS 1.2");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for version in [[3, 0], [3, 1], [3, 2]] {
        assert!(hello_is_refused(address, version), "{version:?}");
    }
    assert!(client.talk(address, "evil.example", b"x").is_err(), "not its name");
    let both = Client { inside: &["h2", "http/1.1"], ..client };
    let preface =
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0";
    let (agreed, _) = both.talk(address, "localhost", preface).expect("it says goodbye");
    assert_eq!(agreed, "h2");

    // Files of the operator's: botctl believes neither an old one nor one for somebody else.
    let authority = Authority::new(folder.path(), "authority");
    for (name, names, life, word) in [
        ("expired", &["127.0.0.1"][..], Life::Over, "xpired"),
        ("other", &["other.example"], Life::Present, "not valid for name"),
        ("fine", &["127.0.0.1"], Life::Present, ""),
    ] {
        let (certificate, key) = authority.issue(names, Use::Server, life);
        let files = [
            format!("tls.certificate={}", certificate.display()),
            format!("tls.key={}", key.display()),
        ];
        let launch = Launch::on(&folder.path().join(name)).with(&["--set", "tls.enabled=on"]);
        let daemon = launch.with(&["--set", &files[0], "--set", &files[1]]).start();
        let file = authority.file.display().to_string();
        let health =
            Botctl::at(daemon.address).run(&["--addr", &url(&daemon), "--ca", &file, "version"]);
        if word.is_empty() {
            assert_eq!(health.code, 0, "{name}: {health:?}");
        } else {
            assert_eq!(health.code, 3, "{name}: {health:?}");
            let told = health.err.contains(word) && health.err.contains("NOT THE ONE");
            assert!(told, "{name}: {health:?}");
        }
    }
}

/// Whether a hello that offers nothing above this version gets an alert instead of an answer.
fn hello_is_refused(address: SocketAddr, version: [u8; 2]) -> bool {
    use std::io::{Read as _, Write as _};
    let mut body = version.to_vec();
    body.extend([7; 32]);
    // No session, one old suite, no compression.
    body.extend([0, 0, 2, 0, 0x2f, 1, 0]);
    let mut hello = vec![1, 0, 0, u8::try_from(body.len()).expect("short")];
    hello.extend(body);
    let mut record = vec![0x16, 3, 1, 0, u8::try_from(hello.len()).expect("short")];
    record.extend(hello);
    let mut stream = std::net::TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).expect("a time limit");
    stream.write_all(&record).expect("sent");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    // An alert, and nothing of a handshake.
    answer.first() == Some(&0x15)
}

#[test]
fn sec_27_with_a_client_authority_only_its_certificates_come_in() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let ours = Authority::new(folder.path(), "clients");
    let foreign = Authority::new(folder.path(), "strangers");
    let setting = format!("tls.client_ca={}", ours.file.display());
    let (daemon, ca, fingerprint) = own_tls(folder.path(), &["--set", &setting]);
    let text = |path: &Path| path.display().to_string();
    let botctl = Botctl::at(daemon.address);
    let url = url(&daemon);
    let ask = |identity: Option<&(PathBuf, PathBuf)>| {
        let mut args = vec!["--addr".to_owned(), url.clone(), "--ca".to_owned(), text(&ca)];
        if let Some((certificate, key)) = identity {
            args.extend(["--cert".to_owned(), text(certificate), "--key".to_owned(), text(key)]);
        }
        args.push("version".to_owned());
        botctl.run(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let none = ask(None);
    assert_eq!(none.code, 3, "{none:?}");
    assert!(none.err.contains("asks for a client certificate"), "{none:?}");
    let good = ours.issue(&["anna"], Use::Client, Life::Present);
    assert_eq!(ask(Some(&good)).code, 0, "{:?}", ask(Some(&good)));
    for (name, identity) in [
        ("expired", ours.issue(&["anna"], Use::Client, Life::Over)),
        ("foreign", foreign.issue(&["anna"], Use::Client, Life::Present)),
        ("a server's", ours.issue(&["anna"], Use::Server, Life::Present)),
    ] {
        let refused = ask(Some(&identity));
        assert_eq!(refused.code, 3, "{name}: {refused:?}");
    }
    // A certificate is no login.
    let (certificate, key) = (text(&good.0), text(&good.1));
    let with = ["--addr", &url, "--cert", &certificate, "--key", &key];
    let status = botctl.run(&[&with[..], &["--ca", &text(&ca), "status"]].concat());
    assert_eq!(status.code, 3, "{status:?}");
    assert!(status.err.contains("not logged in"), "{status:?}");
    let setup = ["setup", "--user", ADMIN, "--password-stdin", "--ca-fingerprint", &fingerprint];
    let done = botctl.run_with(&[&with[..], &setup].concat(), &format!("{PASSWORD}\n"));
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(botctl.run(&[&with[..], &["status"]].concat()).code, 0);
}

#[test]
fn sec_20_sec_21_names_and_origins_hold_over_tls() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (daemon, ca, _) =
        own_tls(folder.path(), &["--set", "server.names=bot.example.org,proxy.example.org:8443"]);
    let (address, port) = (daemon.address, daemon.address.port());
    let client = Client::trusting(&ca);
    let code = |host: &str, headers: &str| {
        let answer = client.get(address, host, "/healthz", headers).expect("an answer");
        answer.split(' ').nth(1).expect("a status").to_owned()
    };
    for (host, wanted) in [
        (format!("localhost:{port}"), "200"),
        (format!("127.0.0.1:{port}"), "200"),
        (format!("[::1]:{port}"), "200"),
        (format!("bot.example.org:{port}"), "200"),
        (format!("BOT.example.org:{port}"), "200"),
        ("bot.example.org".to_owned(), "200"),
        ("proxy.example.org:8443".to_owned(), "200"),
        ("proxy.example.org".to_owned(), "421"),
        (format!("proxy.example.org:{port}"), "421"),
        (format!("bot.example.org.:{port}"), "421"),
        (format!("evil.bot.example.org:{port}"), "421"),
        (format!("bot.example.org.evil.example:{port}"), "421"),
        (format!("evil.example:{port}"), "421"),
        (format!("127.1:{port}"), "421"),
        (format!("0.0.0.0:{port}"), "421"),
        ("localhost".to_owned(), "421"),
        (String::new(), "421"),
        (format!("x@localhost:{port}"), "421"),
        (format!("localhost:{port}, evil.example"), "421"),
    ] {
        assert_eq!(code(&host, ""), wanted, "{host:?}");
    }
    let host = format!("localhost:{port}");
    for (origin, wanted) in [
        (format!("https://localhost:{port}"), "200"),
        (format!("https://bot.example.org:{port}"), "200"),
        ("https://bot.example.org".to_owned(), "200"),
        (format!("http://localhost:{port}"), "403"),
        (format!("http://bot.example.org:{port}"), "403"),
        (format!("https://localhost:{port}/"), "403"),
        (format!("https://LOCALHOST:{port}"), "403"),
        ("https://localhost".to_owned(), "403"),
        (format!("https://localhost:{port}.evil.example"), "403"),
        (format!("https://xlocalhost:{port}"), "403"),
        ("https://evil.example".to_owned(), "403"),
        ("null".to_owned(), "403"),
        ("*".to_owned(), "403"),
        ("file://".to_owned(), "403"),
    ] {
        assert_eq!(code(&host, &format!("Origin: {origin}\r\n")), wanted, "{origin:?}");
    }
    assert_eq!(code(&host, "Origin: null\r\nOrigin: null\r\n"), "400");
    let wanted = format!("evil.example:{port}");
    let absolute =
        format!("GET https://{wanted}/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let (_, answer) = client.talk(address, "localhost", absolute.as_bytes()).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 421"), "{answer}");
}

#[test]
fn sec_23_sec_25_all_answers_carry_the_golden_set_of_headers() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (daemon, ca, _) = own_tls(folder.path(), &[]);
    let host = daemon.address.to_string();
    for (path, more) in [
        ("/", ""),
        ("/healthz", ""),
        ("/missing.js", ""),
        ("/", "Origin: https://evil.example\r\n"),
    ] {
        let answer = Client::trusting(&ca).get(daemon.address, &host, path, more).expect("one");
        let head = answer.split("\r\n\r\n").next().unwrap_or_default();
        let secure = |line: &&str| {
            let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
            let plain =
                ["content-type", "content-length", "cache-control", "etag", "date", "connection"];
            !name.starts_with("http/") && !plain.contains(&name.as_str())
        };
        let mut lines: Vec<String> =
            head.lines().filter(secure).map(str::to_ascii_lowercase).collect();
        lines.sort();
        assert_eq!(
            lines,
            [
                "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; \
                 img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; \
                 form-action 'none'; frame-ancestors 'none'",
                "cross-origin-opener-policy: same-origin",
                "cross-origin-resource-policy: same-origin",
                "referrer-policy: no-referrer",
                "strict-transport-security: max-age=63072000",
                "x-content-type-options: nosniff",
                "x-frame-options: deny",
            ],
            "{path} {more}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_their_details_over_tls_and_grpc_web_and_the_cookie_is_bound_to_the_host() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (daemon, ca, fingerprint) = own_tls(folder.path(), &[]);
    let pem = std::fs::read(&ca).expect("the authority");
    let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem));
    let endpoint = Endpoint::from_shared(url(&daemon)).expect("an address");
    let channel = endpoint.tls_config(tls).expect("TLS").connect().await.expect("connected");
    let mut system = SystemServiceClient::new(channel);
    let (code, why) = refusal(system.get_status(GetStatusRequest {}).await);
    assert_eq!((code, why.as_str()), (Code::Unauthenticated, "TOKEN_MISSING"));
    let version = system.get_version(GetVersionRequest {}).await.expect("open to all");
    let protocol = version.metadata().get("x-tradingd-protocol").expect("told with each answer");
    assert_eq!(protocol, tradingd_proto::PROTOCOL_VERSION);
    let version = version.into_inner();
    assert_eq!(version.ca_fingerprint, fingerprint);
    assert!(version.capabilities.iter().any(|c| c == "resume-stream"), "{version:?}");
    let mut old = tonic::Request::new(GetStatusRequest {});
    old.metadata_mut().insert("x-tradingd-client", "botctl/0.0.1".parse().expect("text"));
    let (code, _) = refusal(system.get_status(old).await);
    assert_eq!(code, Code::Unauthenticated, "who asks comes first");

    let host = daemon.address.to_string();
    let call = |method: &str, body: &[u8]| {
        let head = format!(
            "POST /tradingd.v1.{method} HTTP/1.1\r\nHost: {host}\r\nOrigin: https://{host}\r\n\
             Content-Type: application/grpc-web+proto\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let bytes = [head.as_bytes(), body].concat();
        Client::trusting(&ca).talk(daemon.address, "localhost", &bytes).expect("an answer").1
    };
    let answer = call("SystemService/GetStatus", b"\0\0\0\0\0").to_lowercase();
    assert!(answer.starts_with("http/1.1 200"), "{answer}");
    assert!(
        answer.contains("grpc-status") && answer.contains("grpc-status-details-bin"),
        "{answer}"
    );

    // The first admin by the page, whose cookie then belongs to this host and TLS alone.
    let secret = std::fs::read_to_string(folder.path().join("data/bootstrap-token")).expect("it");
    let mut message = Vec::new();
    for (tag, text) in [(0x0a, secret.trim()), (0x12, ADMIN), (0x1a, PASSWORD)] {
        message.push(tag);
        message.push(u8::try_from(text.len()).expect("short"));
        message.extend(text.bytes());
    }
    message.extend([0x20, 1]);
    let mut body = vec![0, 0, 0, 0, u8::try_from(message.len()).expect("short")];
    body.extend(message);
    let answer = call("AuthService/Setup", &body);
    let cookie = answer.lines().find(|l| l.to_lowercase().starts_with("set-cookie:"));
    let cookie = cookie.unwrap_or_else(|| panic!("a cookie: {answer}")).to_lowercase();
    for part in
        ["__host-tradingd_refresh=", "; httponly", "; secure", "; path=/;", "samesite=strict"]
    {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("domain="), "{cookie}");
}

/// `buf curl`, or nothing when it is not installed.
fn buf_curl(args: &[&str]) -> Option<(bool, String)> {
    let buf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/node_modules/.bin/buf");
    if !buf.exists() {
        println!("skipped: no {}; `make web` brings it", buf.display());
        return None;
    }
    let output = Command::new(buf).arg("curl").args(args).output().expect("buf runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some((output.status.success(), text(&output.stdout) + &text(&output.stderr)))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_calls_work_over_tls_from_elsewhere_and_over_the_socket() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let data = with_admin(folder.path());
    let mut daemon = Launch::on(&data).listening("0.0.0.0:0").start();
    let fingerprint = told_fingerprint(&mut daemon);
    let url = url(&daemon);
    let botctl = Botctl::at(daemon.address);
    let login = ["login", "--user", ADMIN, "--password-stdin", "--ca-fingerprint", &fingerprint];
    let login = botctl
        .run_with(&[&["--addr", url.as_str()], &login[..]].concat(), &format!("{PASSWORD}\n"));
    assert_eq!(login.code, 0, "{login:?}");
    let token = botctl.done(&["--addr", &url, "token"]).out;
    let bearer = format!("authorization: Bearer {}", token.trim());
    let ca = data.join("tls/ca.pem").display().to_string();
    let status = format!("{url}/tradingd.v1.SystemService/GetStatus");
    let tls = ["--protocol", "grpc", "--cacert", &ca];
    let Some((done, said)) = buf_curl(
        &[&tls[..], &["-H", &bearer, "--reflect-header", &bearer, "-d", "{}", &status]].concat(),
    ) else {
        return;
    };
    assert!(done && said.contains("\"storeId\""), "{said}");
    let (done, said) = buf_curl(&[&tls[..], &["-H", &bearer, &status]].concat()).expect("there");
    assert!(!done, "reflection needs a token elsewhere: {said}");

    let socket = data.join("control.sock").display().to_string();
    let proto = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto").display().to_string();
    let local = [
        "--protocol",
        "grpc",
        "--http2-prior-knowledge",
        "--unix-socket",
        &socket,
        "--schema",
        &proto,
    ];
    let ask = |method: &str, json: &str| {
        let method = format!("http://localhost/tradingd.v1.{method}");
        buf_curl(&[&local[..], &["-d", json, &method]].concat()).expect("there")
    };
    let (done, said) =
        ask("EmergencyService/Stop", r#"{"request_id": "drill-1", "reason": "drill"}"#);
    assert!(done && said.contains("TRADING_STATE_HALTED"), "{said}");
    let (done, said) =
        ask("EmergencyService/Resume", r#"{"request_id": "drill-2", "reason": "over"}"#);
    assert!(
        !done && said.contains("over the local socket one can look, stop and cancel"),
        "{said}"
    );

    // Python's gRPC over the socket.
    let script = "import grpc, sys\n\
        c = grpc.insecure_channel('unix:' + sys.argv[1], [('grpc.default_authority', 'localhost')])\n\
        f = c.unary_unary('/grpc.health.v1.Health/Check')\n\
        print(f(b'').hex())";
    let output = Command::new(python()).args(["-c", script, &socket]).output().expect("python");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "0801", "serving: {output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_halted_daemon_is_healthy_and_says_so() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let api = Api::first_admin(daemon.address).await;
    let stop = tradingd_proto::v1::StopRequest { request_id: "1".to_owned(), ..Default::default() };
    api.emergency().stop(stop).await.expect("stopped");
    let mut health = tonic_health::pb::health_client::HealthClient::new(api.channel());
    for service in ["", "engine", "storage", "data"] {
        let request = tonic_health::pb::HealthCheckRequest { service: service.to_owned() };
        let mut verdicts = health.watch(request).await.expect("open").into_inner();
        let serving = tonic_health::pb::health_check_response::ServingStatus::Serving;
        while verdicts.message().await.expect("open").expect("a verdict").status() != serving {}
    }
    let unknown = tonic_health::pb::HealthCheckRequest { service: "nothing".to_owned() };
    let refused = health.check(unknown).await.expect_err("there is no such component");
    assert_eq!(refused.code(), Code::NotFound);
}
