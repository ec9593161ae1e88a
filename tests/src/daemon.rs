//! The real `tradingd` as a child process: started, awaited, killed, asked to end.
//!
//! Nothing here sleeps or polls: readiness is the printed address, the end is the end of standard
//! output. What the daemon does is asked through [`client`], [`botctl`] and [`http`], as anybody
//! else would.

pub mod botctl;
pub mod client;
pub mod data;
pub mod http;
pub mod replica;
pub mod telegram;
pub mod tls;
pub mod wire;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long anything may take on a busy machine before a test fails.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// A binary of this workspace, built beside the test that asks.
///
/// # Panics
/// It is not there.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("a test knows its own path");
    let found = own.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    let found = found.into_iter().find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!("there is no {name} beside {}; run `make build` first", own.display())
    })
}

/// How a process ended, with all that it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// How to start a daemon.
#[derive(Debug, Clone)]
pub struct Launch {
    args: Vec<String>,
    environment: Vec<(String, String)>,
    survives_file_limit: bool,
}

impl Launch {
    /// `tradingd run` on a data directory, which is made private, and a free port.
    #[must_use]
    pub fn on(directory: &Path) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        // Temporary directories are open to others, which the daemon refuses.
        let _ = std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o700));
        let directory = directory.display().to_string();
        let args = ["run", "--data-dir", &directory, "--listen", "127.0.0.1:0"];
        Self {
            args: args.map(str::to_owned).to_vec(),
            environment: Vec::new(),
            survives_file_limit: false,
        }
    }

    /// On another address.
    #[must_use]
    pub fn listening(mut self, address: &str) -> Self {
        self.args[4] = address.to_owned();
        self
    }

    /// More arguments.
    #[must_use]
    pub fn with(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(|&arg| arg.to_owned()));
        self
    }

    /// A replay of these files.
    #[must_use]
    pub fn replay(mut self, files: &[PathBuf]) -> Self {
        self.args.push("--replay".to_owned());
        self.args.extend(files.iter().map(|file| file.display().to_string()));
        self
    }

    /// Without the limits that end a losing account's entries, so that it trades on and on.
    #[must_use]
    pub fn tireless(self) -> Self {
        let off = ["max_drawdown_pct=100", "daily_loss_limit_pct=100"];
        let off = off.map(|limit| format!("risk.{limit}"));
        self.with(&["--set", "tracker.enabled=false", "--set", &off[0], "--set", &off[1]])
    }

    /// A variable of the environment, which is empty otherwise.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A write beyond the limit of file sizes is then an error, as on a full disk, and not a signal
    /// that ends the process.
    #[must_use]
    pub fn survives_file_limit(mut self) -> Self {
        self.survives_file_limit = true;
        self
    }

    fn command(&self) -> Command {
        let daemon = binary("tradingd");
        let mut command = if self.survives_file_limit {
            let mut shell = Command::new("sh");
            shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(daemon);
            shell
        } else {
            Command::new(daemon)
        };
        command.args(&self.args).env_clear();
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.envs(self.environment.iter().map(|(k, v)| (k, v)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts it and waits for nothing.
    ///
    /// # Panics
    /// The system refuses.
    #[must_use]
    pub fn spawn(&self) -> Process {
        Process::new(self.command().spawn().expect("the system starts a process"))
    }

    /// Starts it and waits until it serves.
    ///
    /// # Panics
    /// It ends instead, or takes too long.
    #[must_use]
    pub fn start(&self) -> Daemon {
        let mut process = self.spawn();
        let address = process.await_address().unwrap_or_else(|| {
            let ended = process.ended();
            panic!("tradingd must serve but ended with {}: {}", ended.code, ended.err)
        });
        Daemon { process, address }
    }

    /// Starts it and waits for its end.
    #[must_use]
    pub fn run(&self) -> Ended {
        self.spawn().ended()
    }
}

/// A running process whose output is read all the time. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    lines: Receiver<String>,
    out: String,
    err: Arc<Mutex<String>>,
    err_reader: Option<JoinHandle<()>>,
}

impl Process {
    pub(crate) fn new(mut child: Child) -> Self {
        use std::io::{BufRead as _, BufReader, Read as _};
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        let mut stderr = BufReader::new(child.stderr.take().expect("stderr is a pipe"));
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let err = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&err);
        let err_reader = std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(n @ 1..) = stderr.read(&mut chunk) {
                let text = String::from_utf8_lossy(&chunk[..n]).into_owned();
                kept.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
            }
        });
        Self { child, lines, out: String::new(), err, err_reader: Some(err_reader) }
    }

    /// The process's number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line of standard output; `None` when the process has ended.
    ///
    /// # Panics
    /// Neither happens within [`PATIENCE`].
    pub fn line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                self.out += &line;
                self.out.push('\n');
                Some(line)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                let _ = self.child.kill();
                panic!("neither a line nor the end within {PATIENCE:?}; {}", self.err())
            }
        }
    }

    fn await_address(&mut self) -> Option<SocketAddr> {
        loop {
            let line = self.line()?;
            let url = line.strip_prefix("tradingd serves on ");
            if let Some((_, address)) = url.and_then(|url| url.split_once("://")) {
                return Some(address.parse().expect("the printed address is one"));
            }
        }
    }

    /// What it has said on standard error so far.
    #[must_use]
    pub fn err(&self) -> String {
        self.err.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for its end.
    #[must_use]
    pub fn ended(&mut self) -> Ended {
        while self.line().is_some() {}
        let status = self.child.wait().expect("our own child can be awaited");
        if let Some(reader) = self.err_reader.take() {
            let _ = reader.join();
        }
        Ended { code: code(status), out: self.out.clone(), err: self.err() }
    }

    /// True when it ends by itself within this time; otherwise it is killed at that moment.
    pub fn ends_within(&mut self, time: Duration) -> bool {
        let deadline = Instant::now() + time;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    let _ = self.child.wait();
                    return true;
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.kill_9();
                    return false;
                }
            }
        }
    }

    /// SIGKILL, and the certainty that it is gone.
    pub fn kill_9(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM.
    ///
    /// # Panics
    /// There is no shell.
    pub fn ask_to_end(&self) {
        self.signal("TERM");
    }

    /// A signal by its name.
    ///
    /// # Panics
    /// There is no shell, or no process.
    pub fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.id());
        let done = Command::new("sh").args(["-c", &kill]).status().expect("a shell");
        assert!(done.success(), "the process is there to be asked");
    }

    /// Sets the largest size in bytes of files that it may write, `unlimited` to lift it.
    ///
    /// # Panics
    /// `prlimit` of util-linux is missing or refuses.
    pub fn limit_file_size(&self, bytes: &str) {
        let mut command = Command::new("prlimit");
        // Only the soft limit: raising a hard one again needs more rights.
        command.args(["--pid", &self.id().to_string(), &format!("--fsize={bytes}:")]);
        assert!(command.status().expect("prlimit").success(), "prlimit must work");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill_9();
    }
}

/// A daemon that serves.
#[derive(Debug)]
pub struct Daemon {
    /// The process.
    pub process: Process,
    /// Where it serves.
    pub address: SocketAddr,
}

impl Daemon {
    /// SIGTERM, then how it ended and how long that took.
    #[must_use]
    pub fn terminate(mut self) -> (Ended, Duration) {
        let asked = Instant::now();
        self.process.ask_to_end();
        (self.process.ended(), asked.elapsed())
    }

    /// SIGKILL.
    pub fn kill_9(mut self) {
        self.process.kill_9();
    }
}

fn code(status: ExitStatus) -> i32 {
    status.code().unwrap_or(-1)
}
