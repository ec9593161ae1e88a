//! `profiles`: daemons by name, in the config file. Asks no daemon.

use crate::cli::{Connection, ProfileArgs, ProfilesVerb};
use crate::failure::Failure;
use crate::output::Output;
use crate::profile::{Config, Profile};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Lists, adds, chooses or removes.
///
/// # Errors
/// The file can't be read or written, or the name is not there.
pub fn profiles(
    out: &Output,
    given: &Connection,
    verb: Option<ProfilesVerb>,
) -> Result<(), Failure> {
    let mut config = Config::load()?;
    match verb {
        None | Some(ProfilesVerb::List) => return list(out, &config),
        Some(ProfilesVerb::Add(args)) => add(&mut config, given, args)?,
        Some(ProfilesVerb::Use { name }) => {
            config.get(&name)?;
            config.used = Some(name);
        }
        Some(ProfilesVerb::Remove { name }) => {
            config.get(&name)?;
            config.profiles.remove(&name);
            config.used = config.used.filter(|used| *used != name);
        }
    }
    config.save()?;
    if out.is_json() {
        return list(out, &config);
    }
    Ok(())
}

fn add(config: &mut Config, given: &Connection, args: ProfileArgs) -> Result<(), Failure> {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if args.name.is_empty() || args.name.len() > 64 || !args.name.chars().all(fine) {
        return Err(Failure::usage(format!(
            "profile name {:?}: expected 1 to 64 letters, digits, '-', '_' or '.'",
            args.name
        )));
    }
    let whole = |path: &Option<PathBuf>| path.as_deref().map(absolute);
    let profile = Profile {
        addr: args.address.url(),
        ca: whole(&given.ca),
        cert: whole(&given.cert),
        key: whole(&given.key),
        token_file: whole(&args.token_file),
    };
    config.profiles.insert(args.name, profile);
    Ok(())
}

/// The file must mean the same from every folder.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn list(out: &Output, config: &Config) -> Result<(), Failure> {
    if out.is_json() {
        let rows: Vec<_> = config
            .profiles
            .iter()
            .map(|(name, profile)| {
                json!({
                    "name": name,
                    "addr": profile.addr,
                    "used": config.used.as_ref() == Some(name),
                    "ca": profile.ca,
                    "cert": profile.cert,
                    "key": profile.key,
                    "token_file": profile.token_file,
                })
            })
            .collect();
        return out.json(&json!({ "profiles": rows }));
    }
    if config.profiles.is_empty() {
        out.say("no profiles; add one with botctl profiles add NAME ADDRESS");
        return Ok(());
    }
    let width = config.profiles.keys().map(String::len).max().unwrap_or(0);
    let lines: Vec<String> = config
        .profiles
        .iter()
        .map(|(name, profile)| {
            let mark = if config.used.as_ref() == Some(name) { "*" } else { " " };
            format!("{mark} {name:width$}  {}", profile.addr)
        })
        .collect();
    out.text(&lines.join("\n"))
}
