//! Rows, files and readers for the tests.

use exchanges::{
    FileSpec, Limits, OnBadRow, OpenErrors, Replay, Row, RowError, RowSource, SkipPolicy,
};
use std::path::{Path, PathBuf};

pub const STOP: SkipPolicy = SkipPolicy { on_bad_row: OnBadRow::Error };
pub const SKIP: SkipPolicy = SkipPolicy { on_bad_row: OnBadRow::Skip };
/// 2024-01-01T00:00:00Z in milliseconds.
pub const START: i64 = 1_704_067_200_000;

/// A folder for files, removed at the end of the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("temporary folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, content).expect("write");
        path
    }
}

pub fn specs(paths: &[PathBuf]) -> Vec<FileSpec> {
    paths.iter().map(FileSpec::new).collect()
}

pub fn open(paths: &[PathBuf], policy: SkipPolicy) -> Result<Replay, OpenErrors> {
    Replay::open(&specs(paths), policy, Limits::default())
}

/// All rows up to the end or the first error.
pub fn drain(replay: &mut Replay) -> (Vec<Row>, Option<RowError>) {
    let mut rows = Vec::new();
    loop {
        match replay.next_row() {
            Ok(Some(row)) => rows.push(row),
            Ok(None) => return (rows, None),
            Err(error) => return (rows, Some(error)),
        }
    }
}

/// A kline line at `index` bars of `minutes` after the start, with prices that differ by row.
pub fn kline(index: i64, minutes: i64) -> String {
    let open = START + index * minutes * 60_000;
    let close = open + minutes * 60_000 - 1;
    let price = 42_000 + index % 500;
    format!(
        "{open},{price}.10000000,{}.00000000,{}.50000000,{price}.{:02}000000,{}.25000000,{close},0.00000000,0,0.00000000,0.00000000,0",
        price + 2,
        price - 1,
        index % 100,
        index % 1000,
    )
}

pub fn klines(range: std::ops::Range<i64>, minutes: i64) -> String {
    range.map(|index| kline(index, minutes) + "\n").collect()
}

/// A trade line `index` seconds after the start.
pub fn trade(index: i64) -> String {
    let flag = if index % 2 == 0 { "True" } else { "False" };
    format!(
        "{},42000.5,0.0{}1,10.5,{},{flag},True",
        1_000 + index,
        index % 10,
        START + index * 1_000
    )
}

pub fn trades(range: std::ops::Range<i64>) -> String {
    range.map(|index| trade(index) + "\n").collect()
}

/// The klines with stamps in microseconds.
pub fn in_micros(text: &str) -> String {
    let line = |line: &str| {
        let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
        fields[0] += "000";
        fields[6] += "999";
        fields.join(",") + "\n"
    };
    text.lines().map(line).collect()
}

pub fn gzip(content: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).expect("write");
    encoder.finish().expect("finish")
}

/// A zip of these members, deflated or stored.
pub fn zipped(members: &[(&str, &str)], method: zip::CompressionMethod) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    for (name, content) in members {
        writer.start_file(*name, options).expect("member");
        writer.write_all(content.as_bytes()).expect("write");
    }
    writer.finish().expect("finish").into_inner()
}

/// Repeatable numbers.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}
