//! Prints how many rows a second are opened and read; asserts only that all arrive.

use crate::support::{Folder, STOP, gzip, klines, open};
use exchanges::RowSource;
use std::time::Instant;

#[test]
fn rows_a_second() {
    const ROWS: i64 = 400_000;
    let folder = Folder::new();
    let text = klines(0..ROWS, 1);
    for (name, content) in [
        ("BTCUSDT-1m.csv", text.clone().into_bytes()),
        ("BTCUSDT-1m.csv.gz", gzip(text.as_bytes())),
    ] {
        let path = folder.file(name, content);
        let begin = Instant::now();
        let mut replay = open(&[path], STOP).expect("good file");
        let opened = begin.elapsed().as_secs_f64();
        let begin = Instant::now();
        let mut count = 0;
        while replay.next_row().expect("good row").is_some() {
            count += 1;
        }
        let read = begin.elapsed().as_secs_f64();
        assert_eq!(count, ROWS);
        println!(
            "{name}: {:.2} M rows/s read, {:.2} M rows/s hashed and counted at open",
            ROWS as f64 / read / 1e6,
            ROWS as f64 / opened / 1e6,
        );
    }
}
