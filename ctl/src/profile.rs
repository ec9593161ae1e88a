//! The config file: daemons by name, and which of them is meant when nothing is said.
//!
//! It holds addresses and paths, never a token or password. Passwords and sessions are elsewhere.

use crate::address::Address;
use crate::failure::Failure;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// One daemon.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// As `--addr`.
    pub addr: String,
    /// As `--ca`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// As `--cert`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cert: Option<PathBuf>,
    /// As `--key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
    /// File with an access token, in place of a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
}

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Name of the profile that is meant when nothing is said.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub used: Option<String>,
    /// All of them.
    #[serde(default)]
    pub profiles: BTreeMap<String, Profile>,
}

/// Where the file is: `$XDG_CONFIG_HOME/botctl/config.toml`, else below `~/.config`.
#[must_use]
pub fn path() -> Option<PathBuf> {
    let absolute =
        |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".config")))?;
    Some(base.join("botctl").join("config.toml"))
}

impl Config {
    /// What the file says; nothing when there is none.
    ///
    /// # Errors
    /// It can't be read, or says something else.
    pub fn load() -> Result<Self, Failure> {
        path().map_or_else(|| Ok(Self::default()), |path| Self::load_from(&path))
    }

    fn load_from(path: &Path) -> Result<Self, Failure> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(e) => return Err(Failure::usage(format!("{}: {e}", path.display()))),
        };
        let config: Self = toml::from_str(&text).map_err(|e| {
            Failure::usage(format!("{}: {}", path.display(), e.message()))
                .with_hint("mend the file, or remove it")
        })?;
        for (name, profile) in &config.profiles {
            Address::parse(&profile.addr)
                .map_err(|e| Failure::usage(format!("{}: profile {name}: {e}", path.display())))?;
        }
        Ok(config)
    }

    /// A profile by name.
    ///
    /// # Errors
    /// There is none.
    pub fn get(&self, name: &str) -> Result<&Profile, Failure> {
        self.profiles.get(name).ok_or_else(|| {
            Failure::not_found(format!("there is no profile {name:?}"))
                .with_hint("botctl profiles list shows them")
        })
    }

    /// Writes the file, readable by its owner only.
    ///
    /// # Errors
    /// There is no place for it, or it can't be written.
    pub fn save(&self) -> Result<(), Failure> {
        let path = path().ok_or_else(|| {
            Failure::usage("no place for profiles: neither XDG_CONFIG_HOME nor HOME is set")
        })?;
        self.save_to(&path)
            .map_err(|e| Failure::internal(format!("cannot write {}: {e}", path.display())))
    }

    fn save_to(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("/"));
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let text = toml::to_string_pretty(self).map_err(io::Error::other)?;
        let draft = path.with_extension(format!("{}.new", std::process::id()));
        let _ = fs::remove_file(&draft);
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_config_comes_back() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("botctl/config.toml");
        assert_eq!(Config::load_from(&path).expect("none is fine"), Config::default());
        let profile = Profile {
            addr: "https://bot.lan:8000".to_owned(),
            ca: Some(PathBuf::from("/x/ca.pem")),
            ..Profile::default()
        };
        let profiles = [("home".to_owned(), profile)].into();
        let config = Config { used: Some("home".to_owned()), profiles };
        config.save_to(&path).expect("written");
        config.save_to(&path).expect("written again");
        assert_eq!(Config::load_from(&path).expect("readable"), config);
        assert!(config.get("home").is_ok() && config.get("away").is_err());
    }

    #[test]
    fn what_is_wrong_in_the_file_is_named() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("config.toml");
        for (text, word) in [
            ("use = 3", "invalid type"),
            ("[profiles.a]\naddr = \"ftp://x\"", "profile a: address"),
            ("[profiles.a]\naddr = \"x\"\npassword = \"y\"", "unknown field `password`"),
            ("[profiles.a]\nca = \"x\"", "missing field `addr`"),
        ] {
            fs::write(&path, text).expect("written");
            let error = Config::load_from(&path).expect_err(text);
            assert!(error.message().contains(word), "{text}: {}", error.message());
        }
    }
}
