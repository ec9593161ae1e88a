//! Verdicts at moments of time that nobody waits for.

use super::*;

fn board() -> HealthBoard {
    HealthBoard::new(HealthSettings {
        stale_after: Duration::from_secs(30),
        stuck_after: Duration::from_secs(10),
    })
}

/// Names of the components that don't serve `seconds` after the start.
fn down(board: &HealthBoard, seconds: u64) -> Vec<&'static str> {
    let reports = board.judge(Duration::from_secs(seconds));
    reports.into_iter().filter(|r| !r.serving).map(|r| r.name).collect()
}

#[test]
fn silence_tells_per_component() {
    let board = board();
    assert_eq!(down(&board, 10), Vec::<&str>::new());
    assert_eq!(down(&board, 11), ["engine"]);
    assert_eq!(down(&board, 31), ["engine", "data"]);
    board.engine.store(31_000_000, Ordering::Release);
    assert_eq!(down(&board, 31), ["data"]);
    let reports = board.judge(Duration::from_secs(31));
    assert_eq!(reports[2].detail, "no row for 31 s");
}

#[test]
fn a_storage_that_is_idle_is_fine_one_that_hangs_or_fails_is_not() {
    let board = board();
    board.engine.store(1_000_000_000, Ordering::Release);
    board.row.store(1_000_000_000, Ordering::Release);
    assert_eq!(down(&board, 1_000), Vec::<&str>::new());
    board.commit_started();
    assert_eq!(down(&board, 1_000), ["storage"]);
    board.commit_failed("disk full".to_owned());
    assert_eq!(down(&board, 1_000), ["storage"]);
    assert_eq!(board.judge(Duration::from_secs(1_000))[1].detail, "disk full");
    board.commit_done();
    assert_eq!(down(&board, 1_000), Vec::<&str>::new());
}

#[test]
fn a_source_that_is_done_paused_or_slow_is_not_stale() {
    let board = board();
    board.engine.store(50_000_000, Ordering::Release);
    board.expect_row_every(Some(Duration::from_secs(60)));
    assert_eq!(down(&board, 50), Vec::<&str>::new());
    board.engine.store(121_000_000, Ordering::Release);
    assert_eq!(down(&board, 121), ["data"]);
    board.source_paused(true);
    assert_eq!(down(&board, 121), Vec::<&str>::new());
    board.source_paused(false);
    assert_eq!(down(&board, 121), ["data"]);
    board.source_finished();
    assert_eq!(down(&board, 121), Vec::<&str>::new());
    board.data_trouble(Some("file is damaged".to_owned()));
    assert_eq!(down(&board, 121), ["data"]);
}
