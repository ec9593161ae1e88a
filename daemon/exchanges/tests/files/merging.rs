//! Several files: one order by close time and symbol, positions, seeking, and what does not go together.

use crate::support::{Folder, Numbers, SKIP, STOP, drain, gzip, kline, klines, open, trades};
use exchanges::{Row, RowError, RowSource};
use std::path::PathBuf;

/// Four symbols: three lengths of bars, one split over files, and trades; one file with bad rows.
fn mixed(folder: &Folder) -> Vec<PathBuf> {
    let bad = klines(0..400, 1).replace(",0\n", ",0\nbad\n");
    vec![
        folder.file("SOLUSDT-1m.csv", bad),
        folder.file("BTCUSDT-1m-2024-02.csv", klines(200..400, 1)),
        folder.file("BTCUSDT-1m-2024-01.csv.gz", gzip(klines(0..190, 1).as_bytes())),
        folder.file("ETHUSDT-5m.csv", klines(0..80, 5)),
        folder.file("ADAUSDT-trades-x.csv", trades(0..3_000)),
    ]
}

#[test]
fn rows_come_by_close_time_and_symbol_whatever_the_order_of_the_files() {
    let folder = Folder::new();
    let mut paths = mixed(&folder);
    let mut replay = open(&paths, SKIP).expect("opens");
    let (rows, error) = drain(&mut replay);
    assert_eq!((rows.len(), error), (400 + 390 + 80 + 3_000, None));
    let key = |row: &Row| (row.close_time(), row.symbol());
    assert!(rows.is_sorted_by_key(key));
    let tie: Vec<String> = rows
        .iter()
        .filter(|row| row.close_time().millis() == crate::support::START + 300_000)
        .map(|row| row.symbol().to_string())
        .collect();
    assert_eq!(tie, ["ADAUSDT", "BTCUSDT", "ETHUSDT", "SOLUSDT"]);
    assert_eq!((replay.gaps().gaps, replay.gaps().missing_bars), (1, 10), "between the files");
    let span = replay.span().expect("files have a span");
    assert_eq!((span.0, span.1), (rows[0].close_time(), rows[rows.len() - 1].close_time()));

    paths.reverse();
    let mut other = open(&paths, SKIP).expect("opens");
    assert_eq!(other.content_hash(), replay.content_hash());
    assert_eq!(other.content_hash_hex().len(), 64);
    assert_eq!(drain(&mut other).0, rows);
}

#[test]
fn positions_count_rows_by_file() {
    let folder = Folder::new();
    let mut replay = open(&mixed(&folder), SKIP).expect("opens");
    assert_eq!(replay.position().delivered_rows, 0);
    assert!(replay.position().files.iter().all(|file| file.line == 0));
    let mut by_symbol = std::collections::BTreeMap::new();
    for count in 1..=1_500 {
        let row = replay.next_row().expect("good").expect("more");
        *by_symbol.entry(row.symbol().to_string()).or_insert(0) += 1;
        let position = replay.position();
        assert_eq!(position.delivered_rows, count);
        assert_eq!(position.files.iter().map(|file| file.rows).sum::<u64>(), count);
    }
    let position = replay.position();
    let file = |name: &str| {
        let found = position.files.iter().find(|file| file.path.ends_with(name));
        found.cloned().expect("listed")
    };
    assert_eq!(file("SOLUSDT-1m.csv").rows, by_symbol["SOLUSDT"]);
    assert_eq!(file("SOLUSDT-1m.csv").line, 2 * by_symbol["SOLUSDT"] - 1, "bad rows have lines");
    assert_eq!(file("ADAUSDT-trades-x.csv").line, by_symbol["ADAUSDT"]);
    assert_eq!(file("BTCUSDT-1m-2024-02.csv").line, 0);
}

#[test]
fn seeking_equals_reading() {
    let folder = Folder::new();
    let paths = mixed(&folder);
    let mut reader = open(&paths, SKIP).expect("opens");
    let mut states = Vec::new();
    loop {
        states.push((reader.position(), reader.skipped().clone(), reader.gaps().clone()));
        if reader.next_row().expect("good").is_none() {
            break;
        }
    }
    let rows = drain(&mut open(&paths, SKIP).expect("opens")).0;
    assert_eq!(states.len(), rows.len() + 1);
    let mut seeker = open(&paths, SKIP).expect("opens");
    let mut numbers = Numbers(7);
    let ends = [0, rows.len(), 1, rows.len() - 1, 0];
    let random = (0..60).map(|_| numbers.below(rows.len() + 1));
    for target in ends.into_iter().chain(random.collect::<Vec<_>>()) {
        seeker.seek(target as u64).expect("within");
        let state = (seeker.position(), seeker.skipped().clone(), seeker.gaps().clone());
        assert_eq!(state, states[target], "row {target}");
        assert_eq!(seeker.next_row(), Ok(rows.get(target).copied()), "row {target}");
    }
    let end = rows.len() as u64;
    let error = seeker.seek(end + 5).expect_err("past the end");
    assert_eq!(error, RowError::PastEnd { asked: end + 5, available: end });
    seeker.seek(3).expect("usable after a refused seek");
    assert_eq!(seeker.next_row(), Ok(Some(rows[3])));
}

#[test]
fn an_error_comes_at_the_same_row_again() {
    let folder = Folder::new();
    let text = klines(0..20, 1) + "bad\n" + &klines(20..30, 1);
    let paths =
        [folder.file("BTCUSDT-1m.csv", text), folder.file("ETHUSDT-5m.csv", klines(0..4, 5))];
    let mut replay = open(&paths, STOP).expect("opens");
    let (rows, error) = drain(&mut replay);
    let error = error.expect("bad row");
    assert_eq!(replay.seek(rows.len() as u64 + 1), Err(error.clone()));
    replay.seek(5).expect("before the bad row");
    let (rest, again) = drain(&mut replay);
    assert_eq!((rest.as_slice(), again), (&rows[5..], Some(error)));
}

#[test]
fn files_that_do_not_go_together() {
    let folder = Folder::new();
    let january = folder.file("BTCUSDT-1m-01.csv", klines(0..100, 1));
    let february = folder.file("BTCUSDT-1m-02.csv", klines(99..200, 1));
    let inside = folder.file("BTCUSDT-1m-03.csv", klines(150..160, 1));
    let hours = folder.file("BTCUSDT-1h.csv", klines(0..100, 60));
    let single = folder.file("BTCUSDT-trades-1.csv", trades(0..10));
    let name = |path: &PathBuf| path.display().to_string();
    for (paths, parts) in [
        (
            vec![&february, &january],
            vec![name(&january), name(&february), "overlap".into(), "2024-01-01T01:39:00Z".into()],
        ),
        (vec![&january, &january], vec![name(&january), "overlap".into()]),
        (vec![&inside, &february], vec![name(&inside), name(&february), "overlap".into()]),
        (
            vec![&january, &hours],
            vec![
                name(&january),
                name(&hours),
                "BTCUSDT 1m".into(),
                "BTCUSDT 1h".into(),
                "one series a symbol".into(),
            ],
        ),
        (
            vec![&single, &january],
            vec![name(&single), "BTCUSDT trades".into(), "BTCUSDT 1m".into()],
        ),
        (vec![&single, &single], vec![name(&single), "overlap".into()]),
    ] {
        let paths: Vec<PathBuf> = paths.into_iter().cloned().collect();
        let errors = open(&paths, SKIP).expect_err("refused");
        assert_eq!(errors.0.len(), 1, "{errors}");
        for part in parts {
            assert!(errors.to_string().contains(&part), "{part}: {errors}");
        }
    }
    // A long file that holds two others: both are told, not only its neighbour.
    let year = folder.file("BTCUSDT-1m-all.csv", klines(0..300, 1));
    let late = folder.file("BTCUSDT-1m-late.csv", klines(250..260, 1));
    assert_eq!(open(&[late, inside, year], SKIP).expect_err("refused").0.len(), 2);
}

#[test]
fn bounds_are_kept() {
    let folder = Folder::new();
    let paths: Vec<PathBuf> =
        (0..4).map(|n| folder.file(&format!("BTCUSDT-1m-{n}.csv"), kline(n, 1))).collect();
    let limits = exchanges::Limits { max_files: 3, ..Default::default() };
    let specs = crate::support::specs(&paths);
    let error = exchanges::Replay::open(&specs, STOP, limits).expect_err("too many");
    assert_eq!(error.to_string(), "4 market data files given, at most 3 are allowed");
    assert_eq!(drain(&mut open(&paths, STOP).expect("opens")).0.len(), 4);
}

#[test]
fn a_source_moves_to_another_thread() {
    fn check<T: Send + RowSource>(_: &T) {}
    let folder = Folder::new();
    let replay = open(&[folder.file("BTCUSDT-1m.csv", kline(0, 1))], STOP).expect("opens");
    check(&replay);
    let mut source: Box<dyn RowSource + Send> = Box::new(replay);
    assert!(source.next_row().expect("good").is_some());
}
