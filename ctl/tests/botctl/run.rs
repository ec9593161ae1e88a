//! Starts botctl as a user would, in a home of its own.

use serde_json::Value;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// One user at one daemon.
pub struct User {
    addr: String,
    home: TempDir,
    token: Option<String>,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl User {
    /// Somebody who never logged in.
    pub fn new(addr: &str) -> Self {
        Self { addr: addr.to_owned(), home: tempfile::tempdir().expect("a folder"), token: None }
    }

    /// Somebody with a token in the environment.
    pub fn with_token(addr: &str, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::new(addr) }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_botctl"));
        command.args(args).env_clear().env("BOTCTL_ADDR", &self.addr);
        command.env("XDG_STATE_HOME", self.home.path()).env("XDG_CACHE_HOME", self.home.path());
        command.env("XDG_CONFIG_HOME", self.home.path().join("config"));
        if let Some(token) = &self.token {
            command.env("BOTCTL_TOKEN", token);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts botctl without waiting for its end.
    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args).spawn().expect("botctl starts")
    }

    /// Runs botctl to its end.
    pub fn run(&self, args: &[&str]) -> Ended {
        self.run_with(args, "")
    }

    /// Runs botctl with more in its environment.
    pub fn run_in(&self, args: &[&str], environment: &[(&str, &str)]) -> Ended {
        let mut command = self.command(args);
        command.envs(environment.iter().copied());
        Ended::from(command.output().expect("botctl ends"))
    }

    /// Runs a script in a shell in which `botctl` is this one.
    pub fn shell(&self, shell: &str, script: &str) -> Ended {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_botctl"));
        let folder = program.parent().expect("a folder").display().to_string();
        let mut command = Command::new(shell);
        command.args(["-c", script]).env_clear().env("BOTCTL_ADDR", &self.addr);
        command.env("PATH", format!("{folder}:/usr/bin:/bin"));
        command.env("XDG_STATE_HOME", self.home.path()).env("XDG_CACHE_HOME", self.home.path());
        command.envs(self.token.iter().map(|token| ("BOTCTL_TOKEN", token)));
        Ended::from(command.output().expect("the shell ends"))
    }

    /// Runs botctl with something on stdin.
    pub fn run_with(&self, args: &[&str], stdin: &str) -> Ended {
        let mut child = self.start(args);
        let mut pipe = child.stdin.take().expect("a pipe");
        match pipe.write_all(stdin.as_bytes()) {
            // A run that is refused at once does not read what it would be told.
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => {}
            written => written.expect("botctl takes its input"),
        }
        drop(pipe);
        Ended::from(child.wait_with_output().expect("botctl ends"))
    }

    /// Logs in with the password that the daemon takes.
    pub fn login(&self) -> Ended {
        self.run_with(&["login", "--user", "anna", "--password-stdin"], "correct horse\n")
    }

    /// Session files there are.
    pub fn sessions(&self) -> Vec<PathBuf> {
        let Ok(folder) = std::fs::read_dir(self.home.path().join("botctl")) else {
            return Vec::new();
        };
        let paths = folder.map(|entry| entry.expect("an entry").path());
        paths.filter(|path| path.extension().is_some_and(|e| e == "json")).collect()
    }

    /// A file in the user's home.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.home.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    }
}

impl Ended {
    /// stdout as one JSON document.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// The `error` object on stderr.
    pub fn error(&self) -> Value {
        let value: Value =
            serde_json::from_str(&self.err).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        value["error"].clone()
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("ended by itself"),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}
