//! `botctl` as an operator would call it, in a home of its own.

use super::{Ended, PATIENCE, binary};
use std::io::Write as _;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Name of the first admin in these tests.
pub const ADMIN: &str = "admin";
/// The admin's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// One operator at one daemon.
#[derive(Debug)]
pub struct Botctl {
    address: SocketAddr,
    home: TempDir,
    environment: Vec<(String, String)>,
}

impl Botctl {
    /// Somebody who never logged in.
    ///
    /// # Panics
    /// There is no room for a temporary directory.
    #[must_use]
    pub fn at(address: SocketAddr) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        Self { address, home, environment: Vec::new() }
    }

    /// The same person with a variable of the environment.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same person after the daemon came back elsewhere: logged in again.
    #[must_use]
    pub fn moved_to(mut self, address: SocketAddr) -> Self {
        self.address = address;
        let login = self.login();
        assert_eq!(login.code, 0, "{login:?}");
        self
    }

    /// Somebody who has just made the first admin.
    #[must_use]
    pub fn first_admin(address: SocketAddr) -> Self {
        let botctl = Self::at(address);
        let setup = botctl.setup();
        assert_eq!(setup.code, 0, "{setup:?}");
        botctl
    }

    /// `botctl setup`.
    #[must_use]
    pub fn setup(&self) -> Ended {
        self.run_with(&["setup", "--user", ADMIN, "--password-stdin"], &format!("{PASSWORD}\n"))
    }

    /// `botctl login` with the right password.
    #[must_use]
    pub fn login(&self) -> Ended {
        self.run_with(&["login", "--user", ADMIN, "--password-stdin"], &format!("{PASSWORD}\n"))
    }

    /// Runs it without anything on standard input.
    #[must_use]
    pub fn run(&self, args: &[&str]) -> Ended {
        self.run_with(args, "")
    }

    /// Runs it and demands that it was done.
    ///
    /// # Panics
    /// Its exit code is not 0.
    #[must_use]
    pub fn done(&self, args: &[&str]) -> Ended {
        let ended = self.run(args);
        assert_eq!(ended.code, 0, "botctl {args:?}: {ended:?}");
        ended
    }

    /// The JSON that it prints with `-o json`.
    ///
    /// # Panics
    /// It fails or prints something else.
    #[must_use]
    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        let ended = self.done(&[args, &["-o", "json"]].concat());
        serde_json::from_str(&ended.out)
            .unwrap_or_else(|e| panic!("botctl {args:?}: {e}: {ended:?}"))
    }

    /// Runs it with a text on standard input.
    ///
    /// # Panics
    /// It can't be started.
    #[must_use]
    pub fn run_with(&self, args: &[&str], stdin: &str) -> Ended {
        let mut command = Command::new(binary("botctl"));
        command.args(args).env_clear();
        command.env("BOTCTL_ADDR", self.address.to_string());
        command.env("XDG_STATE_HOME", self.home.path());
        command.current_dir(self.home.path());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("botctl starts");
        let mut pipe = child.stdin.take().expect("stdin is a pipe");
        // One that is refused at once does not read what it would be told.
        let _ = pipe.write_all(stdin.as_bytes());
        drop(pipe);
        let begun = std::time::Instant::now();
        let output = child.wait_with_output().expect("our own child can be awaited");
        assert!(begun.elapsed() < PATIENCE, "botctl {args:?} took {:?}", begun.elapsed());
        Ended {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
