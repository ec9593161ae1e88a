//! How long things take and how full they are.

use super::{Shared, age, state};
use crate::convert::duration;
use crate::pulse::Timer;
use std::path::Path;
use tradingd_proto::v1::*;

impl Shared {
    pub(super) fn resources(&self) -> GetResourcesResponse {
        let board = &self.ages.board;
        let pulse = board.pulse();
        let (waiting, capacity) = self.trader.waiting();
        GetResourcesResponse {
            cycle: Some(timing(&pulse.cycle)),
            tick_to_order: Some(timing(&pulse.tick_to_order)),
            commit: Some(timing(&pulse.commit)),
            queues: vec![QueueDepth { name: "work".to_owned(), waiting, capacity }],
            disk: Some(disk(&self.store.database_path())),
            stream_subscribers: pulse.open_streams(),
            stream_subscribers_max: u32::try_from(self.settings.current().stream.max_subscribers)
                .unwrap_or(u32::MAX),
            memory_bytes: resident(),
            data_age: age(self.trader.read().last_row).map(duration),
            components: board.components().into_iter().map(state::component).collect(),
        }
    }
}

fn timing(timer: &Timer) -> Timing {
    let Some(view) = timer.view() else { return Timing::default() };
    let [p50, p95, p99] = view.percentiles.map(|p| Some(duration(p)));
    Timing {
        count: view.count,
        last: Some(duration(view.last)),
        mean: Some(duration(view.mean)),
        max: Some(duration(view.max)),
        p50,
        p95,
        p99,
    }
}

fn disk(database: &Path) -> DiskUse {
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    let found = database.parent().and_then(|folder| rustix::fs::statvfs(folder).ok());
    let block = |of: fn(&rustix::fs::StatVfs) -> u64| {
        found.as_ref().map(|found| of(found).saturating_mul(found.f_frsize))
    };
    DiskUse {
        database_bytes: size(database) + size(Path::new(&log)),
        // What is left for users other than root.
        free_bytes: block(|f| f.f_bavail),
        total_bytes: block(|f| f.f_blocks),
    }
}

/// Memory of this process that is in RAM, as Linux tells it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}
