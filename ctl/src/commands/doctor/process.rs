//! The daemon's process, found by the port it listens on: who can reach it, open files, memory.
//!
//! Read from `/proc`; what another user's process hides is skipped.

use super::machine::value;
use super::{Check, Verdict, bytes, falling};
use crate::address::Address;
use std::fs;

/// Open files left below which connections will soon be refused.
const FILES_LEFT: (u64, u64) = (200, 20);

/// A socket that listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Listener {
    port: u16,
    /// Bound to every address of the machine, not to one.
    everywhere: bool,
    inode: u64,
}

/// Checks of the process behind an address; skipped when that is another machine.
pub fn checks(addr: &Address) -> Vec<Check> {
    if !addr.is_loopback() {
        return vec![Check::skip("port", "the daemon is on another machine")];
    }
    let port = port_of(addr);
    let tables =
        ["/proc/net/tcp", "/proc/net/tcp6"].map(|p| fs::read_to_string(p).unwrap_or_default());
    let listeners: Vec<Listener> =
        tables.iter().flat_map(|text| listeners(text)).filter(|l| Some(l.port) == port).collect();
    let mut checks = vec![ports(&listeners, port)];
    match listeners.iter().find_map(|listener| owner(listener.inode)) {
        Some(process) => checks.extend(process_checks(process)),
        None => checks.push(Check::skip("process", "it belongs to another user, or is not here")),
    }
    checks
}

fn port_of(addr: &Address) -> Option<u16> {
    addr.url().rsplit(':').next().and_then(|port| port.parse().ok())
}

/// The listening sockets of a table such as `/proc/net/tcp`.
fn listeners(table: &str) -> Vec<Listener> {
    let parse = |line: &str| {
        let cells: Vec<&str> = line.split_whitespace().collect();
        // State 0A is LISTEN.
        if cells.get(3) != Some(&"0A") {
            return None;
        }
        let (address, port) = cells.get(1)?.split_once(':')?;
        Some(Listener {
            port: u16::from_str_radix(port, 16).ok()?,
            everywhere: address.bytes().all(|digit| digit == b'0'),
            inode: cells.get(9)?.parse().ok()?,
        })
    };
    table.lines().filter_map(parse).collect()
}

fn ports(listeners: &[Listener], port: Option<u16>) -> Check {
    let port = port.map_or_else(|| "the port".to_owned(), |port| format!("port {port}"));
    match listeners {
        [] => Check::new(
            "port",
            Verdict::Warn,
            format!("nothing listens on {port} of this machine"),
            "start tradingd; behind a tunnel this is as it should be",
        ),
        found if found.iter().any(|l| l.everywhere) => Check::new(
            "port",
            Verdict::Warn,
            format!("{port} is open on every address of this machine"),
            "listen on 127.0.0.1 unless others must reach it, then with TLS and a firewall",
        ),
        _ => Check::pass("port", format!("{port} is open to this machine alone")),
    }
}

/// The process that holds a socket.
fn owner(inode: u64) -> Option<u32> {
    let wanted = format!("socket:[{inode}]");
    let holds = |process: u32| {
        let files = fs::read_dir(format!("/proc/{process}/fd")).ok()?;
        let mut links = files.flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
        links.any(|link| link.to_str() == Some(wanted.as_str())).then_some(process)
    };
    let all = fs::read_dir("/proc").ok()?.flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).find_map(holds)
}

fn process_checks(process: u32) -> Vec<Check> {
    let read =
        |name: &str| fs::read_to_string(format!("/proc/{process}/{name}")).unwrap_or_default();
    let open = fs::read_dir(format!("/proc/{process}/fd")).map_or(0, |files| files.count() as u64);
    let resident = value(&read("status"), "VmRSS")
        .and_then(|text| text.strip_suffix(" kB")?.trim().parse::<u64>().ok())
        .map_or_else(|| "unknown".to_owned(), |kilobytes| bytes(kilobytes * 1024));
    vec![
        Check::pass("process", format!("process {process} holds {resident} of memory")),
        files(open, limit(&read("limits"))),
    ]
}

/// The soft limit of open files in `/proc/N/limits`.
fn limit(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn files(open: u64, limit: Option<u64>) -> Check {
    let Some(limit) = limit else {
        return Check::skip("open files", format!("{open} open, no limit is told"));
    };
    let left = limit.saturating_sub(open);
    let detail = format!("the daemon has {open} open of at most {limit}");
    let todo = "raise it: LimitNOFILE= in the unit, or ulimit -n";
    Check::new("open files", falling(&left, &FILES_LEFT.0, &FILES_LEFT.1), detail, todo)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 1
   2: 0100007F:1F40 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 78 1
";

    #[test]
    fn listening_sockets_are_told_from_connections() {
        let found = listeners(TABLE);
        assert_eq!(
            found,
            [
                Listener { port: 8000, everywhere: false, inode: 4242 },
                Listener { port: 80, everywhere: true, inode: 77 },
            ]
        );
        assert_eq!(ports(&found[..1], Some(8000)).verdict, Verdict::Pass);
        assert_eq!(ports(&found[1..], Some(80)).verdict, Verdict::Warn);
        assert_eq!(ports(&[], Some(1)).verdict, Verdict::Warn);
    }

    #[test]
    fn our_own_listener_leads_to_our_own_process() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let addr = Address::parse(&format!("127.0.0.1:{port}")).expect("valid");
        let found = checks(&addr);
        let names: Vec<&str> = found.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["port", "process", "open files"], "{found:?}");
        assert_eq!(found[0].verdict, Verdict::Pass);
        assert!(found[1].detail.starts_with(&format!("process {} ", std::process::id())));
        let away = checks(&Address::parse("10.0.0.1:8000").expect("valid"));
        assert_eq!((away.len(), away[0].verdict), (1, Verdict::Skip));
    }

    #[test]
    fn open_files_are_set_against_the_limit() {
        let text = "Limit  Soft Limit  Hard Limit  Units\nMax open files   1024    4096   files\n";
        assert_eq!(limit(text), Some(1024));
        for (open, verdict) in [(24, Verdict::Pass), (900, Verdict::Warn), (1_010, Verdict::Fail)] {
            assert_eq!(files(open, Some(1_024)).verdict, verdict, "{open}");
        }
        assert_eq!(files(3, limit("")).verdict, Verdict::Skip);
    }
}
