//! This machine: time synchronisation, memory, systemd.

use super::{Check, Verdict, bytes, falling};
use std::process::{Command, Stdio};

/// Memory below which the kernel may soon end a process.
const MEMORY: (u64, u64) = (256 << 20, 64 << 20);

/// Every check of the machine.
pub fn checks() -> Vec<Check> {
    let show = ["show", "tradingd", "--property=LoadState,ActiveState,UnitFileState"];
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    vec![
        ntp(output("timedatectl", &["show", "--property=NTPSynchronized"]).as_deref()),
        available(&memory),
        unit(output("systemctl", &show).as_deref()),
    ]
}

/// What a program prints; `None` when it is not there or fails.
fn output(program: &str, args: &[&str]) -> Option<String> {
    let ended = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8(ended.stdout).ok()
}

/// The value behind `key=` or `key:` in lines.
pub fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let rest = |line: &'a str| line.strip_prefix(key)?.strip_prefix(['=', ':']);
    text.lines().find_map(rest).map(str::trim)
}

fn ntp(text: Option<&str>) -> Check {
    match text.and_then(|text| value(text, "NTPSynchronized")) {
        Some("yes") => Check::pass("time sync", "this clock is synchronised"),
        Some(_) => Check::new(
            "time sync",
            Verdict::Warn,
            "this clock is not synchronised",
            "timedatectl set-ntp true",
        ),
        None => Check::skip("time sync", "timedatectl does not tell here"),
    }
}

fn available(text: &str) -> Check {
    let bytes_of = |key| {
        let value = value(text, key)?.strip_suffix(" kB")?;
        value.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    };
    let (Some(free), Some(all)) = (bytes_of("MemAvailable"), bytes_of("MemTotal")) else {
        return Check::skip("memory", "the system does not tell here");
    };
    let detail = format!("{} available of {}", bytes(free), bytes(all));
    let todo = "end other programs or add memory, before the kernel ends the daemon";
    Check::new("memory", falling(&free, &MEMORY.0, &MEMORY.1), detail, todo)
}

fn unit(text: Option<&str>) -> Check {
    let get = |key| text.and_then(|text| value(text, key)).unwrap_or_default();
    match (get("LoadState"), get("ActiveState")) {
        ("loaded", "active") if get("UnitFileState") == "enabled" => {
            Check::pass("systemd", "tradingd.service is active and starts with the machine")
        }
        ("loaded", "active") => Check::new(
            "systemd",
            Verdict::Warn,
            "tradingd.service is active but does not start with the machine",
            "systemctl enable tradingd",
        ),
        ("loaded", state) => Check::new(
            "systemd",
            Verdict::Warn,
            format!("tradingd.service is {state}"),
            "systemctl status tradingd tells why",
        ),
        _ => Check::skip("systemd", "no tradingd.service is installed here"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_tools_print_is_read() {
        assert_eq!(ntp(Some("NTPSynchronized=yes\n")).verdict, Verdict::Pass);
        assert_eq!(ntp(Some("NTPSynchronized=no\n")).verdict, Verdict::Warn);
        assert_eq!(ntp(None).verdict, Verdict::Skip);
        let memory = "MemTotal:  2048000 kB\nMemFree: 1 kB\nMemAvailable:   1024000 kB\n";
        assert_eq!(available(memory).detail, "1000.0 MiB available of 2.0 GiB");
        assert_eq!(available("MemTotal: 9 kB\nMemAvailable: 9 kB\n").verdict, Verdict::Fail);
        assert_eq!(available("").verdict, Verdict::Skip);
    }

    #[test]
    fn a_unit_is_installed_active_and_enabled_or_not() {
        for (text, verdict) in [
            ("LoadState=loaded\nActiveState=active\nUnitFileState=enabled\n", Verdict::Pass),
            ("LoadState=loaded\nActiveState=active\nUnitFileState=disabled\n", Verdict::Warn),
            ("LoadState=loaded\nActiveState=failed\nUnitFileState=enabled\n", Verdict::Warn),
            ("LoadState=not-found\nActiveState=inactive\nUnitFileState=\n", Verdict::Skip),
        ] {
            assert_eq!(unit(Some(text)).verdict, verdict, "{text}");
        }
        assert_eq!(unit(None).verdict, Verdict::Skip);
    }
}
