//! Market data for the daemon: recorded where it is there, otherwise made here, always real files.
//!
//! Made data is a function of its seed alone and lively enough that shipped settings trade.

use super::client::{Api, micros};
use super::{Daemon, Launch};
use std::path::{Path, PathBuf};
use tradingd_proto::v1::{ListTradesRequest, Trade};

/// Open time of the first made row: 2024-01-01, milliseconds.
pub const FIRST: i64 = 1_704_067_200_000;
/// A minute in milliseconds.
pub const MINUTE: i64 = 60_000;
/// At the fastest paced speed this pause keeps the daemon waiting for a minute of wall time.
const PAUSE: i64 = 1_000 * 86_400_000;

/// A small generator of numbers (Marsaglia's xorshift64*).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Thrown from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) % limit
    }
}

/// One-minute klines without a header, oldest first.
#[must_use]
pub fn klines(rows: usize, seed: u64) -> Vec<String> {
    let mut dice = Dice::new(seed);
    let mut price: i64 = 4_000_000;
    let mut drift: i64 = 0;
    let mut text = Vec::with_capacity(rows);
    for row in 0..rows {
        // A new drift every so often, back towards the middle when far away.
        if dice.below(40) == 0 {
            drift = dice.below(41) as i64 - 20 - (price - 4_000_000) / 40_000;
        }
        let open = price;
        let step = |dice: &mut Dice| (dice.below(201) as i64 - 100 + drift) * price / 100_000;
        let close = (open + step(&mut dice)).max(100_000);
        let high = open.max(close) + dice.below(2_000) as i64;
        let low = open.min(close) - dice.below(2_000) as i64;
        let volume = 5_000 + dice.below(20_000);
        text.push(kline(FIRST + row as i64 * MINUTE, [open, high, low, close], volume));
        price = close;
    }
    text
}

/// One kline: prices in cents, volume in thousandths.
#[must_use]
pub fn kline(open_time: i64, prices: [i64; 4], volume: u64) -> String {
    let [open, high, low, close] = prices.map(|p| format!("{}.{:02}", p / 100, p % 100));
    let close_time = open_time + MINUTE - 1;
    let volume = format!("{}.{:03}", volume / 1_000, volume % 1_000);
    format!("{open_time},{open},{high},{low},{close},{volume},{close_time},0,0,0,0,0")
}

/// Writes rows to `SYMBOL-1m.csv` in a folder.
///
/// # Panics
/// They can't be written.
#[must_use]
pub fn write(folder: &Path, symbol: &str, rows: &[String]) -> PathBuf {
    let path = folder.join(format!("{symbol}-1m.csv"));
    std::fs::write(&path, rows.join("\n") + "\n").expect("a file in a temporary directory");
    path
}

/// The same rows, those from `at` on so much later that a paced replay waits there.
///
/// # Panics
/// A row has no times.
#[must_use]
pub fn with_pause(rows: &[String], at: usize) -> Vec<String> {
    let later = |row: &String| {
        let mut columns: Vec<String> = row.split(',').map(str::to_owned).collect();
        for column in [0, 6] {
            let time: i64 = columns[column].parse().expect("times are numbers");
            columns[column] = (time + PAUSE).to_string();
        }
        columns.join(",")
    };
    let moved = rows[at..].iter().map(later);
    rows[..at].iter().cloned().chain(moved).collect()
}

/// A month of minutes of one pair: recorded, or made with as many rows.
#[must_use]
pub fn month(folder: &Path, symbol: &str) -> PathBuf {
    let file = format!("klines/1m-2026/{symbol}-1m.csv.gz");
    let recorded = crate::session::market_data().map(|data| data.join(file));
    recorded.filter(|path| path.is_file()).unwrap_or_else(|| {
        eprintln!("no recorded {symbol}: the test runs on made data");
        let seed = symbol.bytes().map(u64::from).sum();
        write(folder, symbol, &klines(43_199, seed))
    })
}

/// Data on which a paced replay waits for a minute while a position is open.
#[derive(Debug)]
pub struct Paused {
    /// The file.
    pub file: PathBuf,
    /// Rows before the pause.
    pub rows: u64,
    folder: tempfile::TempDir,
}

impl Paused {
    /// Runs made data once to see when a position is open, then puts the pause there.
    ///
    /// # Panics
    /// The data gives no trade.
    pub async fn prepare() -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let plain = klines(4_000, 7);
        let file = write(folder.path(), "BTCUSDT", &plain);
        let daemon = Launch::on(&folder.path().join("scout")).replay(&[file]);
        let daemon = daemon.with(&["--speed", "max"]).start();
        let api = Api::first_admin(daemon.address).await;
        api.until(|status| status.source_finished).await;
        let request = ListTradesRequest { page_size: 500, ..ListTradesRequest::default() };
        let trades = api.trades().list_trades(request).await.expect("trades").into_inner().trades;
        let minutes =
            |t: &Trade| (micros(t.closed_at.as_ref()) - micros(t.opened_at.as_ref())) / 60_000_000;
        // Neither at the start nor at the end, so that there is something on both sides.
        let middle = |t: &&Trade| row_of(t) > 500 && row_of(t) < 2_500 && minutes(t) > 5;
        let trade = trades.iter().rev().find(middle).expect("made data gives a longer trade");
        let rows = row_of(trade) + 2;
        daemon.kill_9();
        let file = write(folder.path(), "BTCUSDT", &with_pause(&plain, rows));
        Self { file, rows: rows as u64, folder }
    }

    /// A daemon on this data in a data directory of this name, as fast as a paced one can be.
    #[must_use]
    pub fn launch(&self, directory: &str) -> Launch {
        self.launch_at(directory, "1000000")
    }

    /// As [`Paused::launch`] at another speed.
    #[must_use]
    pub fn launch_at(&self, directory: &str, speed: &str) -> Launch {
        let files = std::slice::from_ref(&self.file);
        Launch::on(&self.directory(directory)).replay(files).with(&["--speed", speed])
    }

    /// The data directory of this name.
    #[must_use]
    pub fn directory(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts a daemon and makes the admin; comes back when it waits with the position open.
    pub async fn start(&self, launch: &Launch) -> (Daemon, Api) {
        let daemon = launch.start();
        let api = Api::first_admin(daemon.address).await;
        let status = api.until(|status| status.bars == self.rows).await;
        assert_eq!(status.open_positions, 1, "a position is open in the pause: {status:?}");
        (daemon, api)
    }
}

fn row_of(trade: &Trade) -> usize {
    ((micros(trade.opened_at.as_ref()) / 1_000 - FIRST) / MINUTE).max(0) as usize
}
