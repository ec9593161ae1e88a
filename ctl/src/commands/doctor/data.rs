//! The data folder: rights, room, and how long the disk takes to make something durable.

use super::{Check, Verdict, bytes, falling, rising};
use crate::output::format;
use crate::random::request_id;
use rustix::fs::{StatVfs, statvfs};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often the disk is asked.
const FSYNCS: usize = 50;
/// A 99th percentile from which on the disk is slow, or too slow to trade on.
const SLOW: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));
/// Room below which somebody should look, and below which records will soon be refused.
const ROOM: (u64, u64) = (1 << 30, 100 << 20);
/// The same for files.
const FILES: (u64, u64) = (10_000, 500);

/// Checks a data folder; `None`: it is elsewhere.
pub fn checks(folder: Option<&Path>) -> Vec<Check> {
    let Some(folder) = folder else {
        return vec![Check::skip(
            "data folder",
            "not on this machine, or not known; see --data-dir",
        )];
    };
    let metadata = match fs::metadata(folder) {
        Ok(metadata) if metadata.is_dir() => metadata,
        Ok(_) => return vec![unusable(folder, "is no folder")],
        Err(e) => return vec![unusable(folder, &e.to_string())],
    };
    let mut checks = vec![rights(folder, metadata.mode())];
    match statvfs(folder) {
        Ok(disk) => checks.extend(room(&disk)),
        Err(e) => checks.push(unusable(folder, &e.to_string())),
    }
    checks.push(durability(folder));
    checks.push(size(folder));
    checks
}

fn unusable(folder: &Path, why: &str) -> Check {
    let detail = format!("{}: {why}", folder.display());
    Check::new("data folder", Verdict::Warn, detail, "run as the daemon's user, or name --data-dir")
}

fn rights(folder: &Path, mode: u32) -> Check {
    let detail = format!("{}, mode {:04o}", folder.display(), mode & 0o7777);
    let verdict = if mode & 0o077 == 0 { Verdict::Pass } else { Verdict::Fail };
    Check::new("data folder", verdict, detail, "chmod 700 it: it holds keys and the journal")
}

fn room(disk: &StatVfs) -> Vec<Check> {
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let all = disk.f_blocks.saturating_mul(disk.f_frsize);
    let detail = format!("{} free of {}", bytes(free), bytes(all));
    let todo = "make room: without it commands are refused";
    let mut checks = vec![Check::new("disk", falling(&free, &ROOM.0, &ROOM.1), detail, todo)];
    // File systems without a fixed number of files say 0 of 0.
    checks.push(match disk.f_files {
        0 => Check::skip("files", "the file system sets no limit"),
        all => {
            let (free, all) = (disk.f_favail, format::count(all));
            let detail = format!("{} free of {all}", format::count(free));
            Check::new("files", falling(&free, &FILES.0, &FILES.1), detail, todo)
        }
    });
    checks
}

fn durability(folder: &Path) -> Check {
    match measure(folder) {
        Ok(times) => judge(times),
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => {
            Check::skip("fsync", "not measured: this user may not write there")
        }
        Err(e) => {
            let detail = format!("cannot write into the data folder: {e}");
            Check::new(
                "fsync",
                Verdict::Fail,
                detail,
                "see the disk: the daemon cannot write either",
            )
        }
    }
}

fn judge(mut times: Vec<Duration>) -> Check {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent).div_ceil(100).saturating_sub(1)];
    let (median, worst) = (at(50), at(99));
    let detail = format!(
        "{} writes: half within {}, 99 % within {}",
        times.len(),
        format::span(median),
        format::span(worst)
    );
    let todo = "a slow disk delays every stop and order: move the data folder to a local SSD";
    Check::new("fsync", rising(&worst, &SLOW.0, &SLOW.1), detail, todo)
}

/// A file that goes when it is dropped.
struct Scratch {
    file: File,
    path: PathBuf,
}

impl Scratch {
    fn make(folder: &Path) -> io::Result<Self> {
        let id = request_id().map_err(|_| io::Error::other("no random numbers"))?;
        let path = folder.join(format!(".botctl-doctor-{id}"));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self { file, path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // It is empty but for a page; there is nobody to tell.
        let _ = fs::remove_file(&self.path);
    }
}

/// How long each write took to be durable.
fn measure(folder: &Path) -> io::Result<Vec<Duration>> {
    let mut scratch = Scratch::make(folder)?;
    let page = [0x5a_u8; 4096];
    scratch.file.write_all(&page)?;
    scratch.file.sync_all()?;
    let mut times = Vec::with_capacity(FSYNCS);
    for _ in 0..FSYNCS {
        let start = Instant::now();
        scratch.file.write_all_at(&page, 0)?;
        scratch.file.sync_data()?;
        times.push(start.elapsed());
    }
    Ok(times)
}

/// What the data folder holds, and its largest file.
fn size(folder: &Path) -> Check {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter_map(|entry| {
        let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        Some((metadata.len(), entry.file_name().to_string_lossy().into_owned()))
    });
    let files: Vec<(u64, String)> = files.collect();
    let total: u64 = files.iter().map(|(size, _)| size).sum();
    match files.iter().max() {
        Some((largest, name)) => Check::pass(
            "data size",
            format!(
                "{} in {} files, the largest {name} with {}",
                bytes(total),
                files.len(),
                bytes(*largest)
            ),
        ),
        None => Check::skip("data size", "the folder holds no file, or may not be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn verdicts(checks: &[Check]) -> Vec<(&str, &'static str)> {
        checks.iter().map(|c| (c.name.as_str(), c.verdict.token())).collect()
    }

    #[test]
    fn a_private_folder_is_measured_and_left_as_it_was() {
        let dir = tempfile::tempdir().expect("tempdir");
        fs::write(dir.path().join("journal"), "x".repeat(2_048)).expect("written");
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).expect("chmod");
        let found = checks(Some(dir.path()));
        let names: Vec<&str> = found.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["data folder", "disk", "files", "fsync", "data size"]);
        assert_eq!(found[0].verdict, Verdict::Pass, "{found:?}");
        assert!(found[3].detail.starts_with("50 writes: half within "), "{found:?}");
        assert_eq!(found[4].detail, "2.0 KiB in 1 files, the largest journal with 2.0 KiB");
        assert_eq!(fs::read_dir(dir.path()).expect("there").count(), 1, "nothing stays behind");

        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o750)).expect("chmod");
        assert_eq!(checks(Some(dir.path()))[0].verdict, Verdict::Fail);
    }

    #[test]
    fn what_is_not_there_is_told() {
        assert_eq!(verdicts(&checks(None)), [("data folder", "skip")]);
        assert_eq!(verdicts(&checks(Some(Path::new("/nowhere/x")))), [("data folder", "warn")]);
        assert_eq!(
            verdicts(&checks(Some(Path::new("/proc/self/status")))),
            [("data folder", "warn")]
        );
    }

    #[test]
    fn percentiles_are_taken_from_the_sorted_times() {
        let times = |worst: u64| {
            let mut times = vec![Duration::from_millis(2); 49];
            times.insert(7, Duration::from_millis(worst));
            times
        };
        assert_eq!(judge(times(3)).detail, "50 writes: half within 2ms, 99 % within 3ms");
        assert_eq!(judge(times(150)).verdict, Verdict::Warn);
        assert_eq!(judge(times(1_500)).verdict, Verdict::Fail);
    }
}
