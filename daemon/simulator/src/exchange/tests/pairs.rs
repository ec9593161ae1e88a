//! Pairs of which at most one leg fills.

use super::check;

#[test]
fn with_both_in_one_bar_the_stop_wins_because_the_low_comes_first() {
    check(
        "",
        "0 USDT 1 BTC",
        "
        trade 100 10
        pair s t sell 1 95 105 => s accepted; t accepted
        books                  => BTC 0+1, USDT 0+0
        bar 100 110 90 100 10  => s triggered; t expired oco_filled; s filled 1@95 fee 0 taker
        books                  => BTC 0+0, USDT 95+0
    ",
    );
}

#[test]
fn the_target_ends_the_stop() {
    check("taker=0.1 slippage=5", "0 USDT 1 BTC", "
        trade 100 10
        pair s t sell 1 95 105 => s accepted; t accepted
        bar 100 110 96 100 10  => t triggered; s expired oco_filled; t filled 1@104.94 fee 0.10494 taker
        books                  => BTC 0+0, USDT 104.83506+0
    ");
}

#[test]
fn a_limit_target_rests_and_even_a_part_of_it_ends_the_stop() {
    check(
        "maker=0.1 taker=9 share=0.1",
        "0 USDT 1 BTC",
        "
        row 5
        jump 100
        pair s t sell 1 95 105 limit => s accepted; t accepted
        go 106                 => t filled 0.5@105 fee 0.0525 maker; s expired oco_filled; stopped
        close 90               =>
        books                  => BTC 0+0.5, USDT 52.4475+0
        cancel t               => t cancelled
        cancel s               => s cancel_rejected order_ended
        books                  => BTC 0.5+0, USDT 52.4475+0
    ",
    );
}

#[test]
fn cancelling_one_leg_cancels_both() {
    check(
        "",
        "0 USDT 1 BTC",
        "
        trade 100 10
        pair s t sell 1 95 105 => s accepted; t accepted
        cancel t               => t cancelled; s cancelled
        cancel s               => s cancel_rejected order_ended
        books                  => BTC 1+0, USDT 0+0
        bar 100 110 90 100 10  =>
    ",
    );
}

#[test]
fn a_pair_set_in_mid_row_guards_the_rest_of_it() {
    check("", "1000 USDT", "
        trade 100 10
        buy a 1 market         => a accepted
        row 10
        jump 100               => a filled 1@100 fee 0 taker
        pair s t sell 1 95 105 => s accepted; t accepted
        go 94                  => s triggered; t expired oco_filled; s filled 1@95 fee 0 taker; stopped
    ");
}

#[test]
fn a_gap_through_the_stop_fills_at_the_open() {
    check(
        "",
        "0 USDT 1 BTC",
        "
        trade 100 10
        pair s t sell 1 95 105 => s accepted; t accepted
        bar 80 110 70 100 10   => s triggered; t expired oco_filled; s filled 1@80 fee 0 taker
    ",
    );
}

#[test]
fn a_pair_of_buys_locks_the_dearer_leg() {
    check(
        "",
        "1000 USDT",
        "
        row 10
        jump 100
        pair s t buy 2 110 90 limit => s accepted; t accepted
        books                  => BTC 0+0, USDT 780+220
        go 90                  => t filled 2@90 fee 0 maker; s expired oco_filled
        books                  => BTC 2+0, USDT 820+0
    ",
    );
    check(
        "",
        "220 USDT",
        "
        row 10
        jump 100
        pair s t buy 2 110 90 limit => s accepted; t accepted
        books                  => BTC 0+0, USDT 0+220
        go 90                  => t filled 2@90 fee 0 maker; s expired oco_filled
        books                  => BTC 2+0, USDT 40+0
    ",
    );
}

#[test]
fn pairs_that_make_no_sense_are_refused_whole() {
    check(
        "",
        "0 USDT 1 BTC",
        "
        trade 100 10
        pair s t sell 1 105 95 => s rejected bad_pair; t rejected bad_pair
        pair s s sell 1 95 105 => s rejected bad_pair; s rejected bad_pair
        pair s t sell 2 95 105 => s rejected insufficient_balance; t rejected insufficient_balance
        pair s t sell 0.01 95 105 => s rejected min_notional; t rejected min_notional
        pair s t sell 1 95 105.001 => s rejected tick_size; t rejected tick_size
        books                  => BTC 1+0, USDT 0+0
        pair s t sell 1 95 105 => s accepted; t accepted
        pair v t sell 1 95 105 => v rejected duplicate_order; t rejected duplicate_order
        open                   => s t
    ",
    );
}
