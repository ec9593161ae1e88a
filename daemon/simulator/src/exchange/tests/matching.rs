//! Paths: gaps, order of levels, volume, outages.

use super::check;

#[test]
fn gaps_fill_at_the_open() {
    check(
        "",
        "1000 USDT 2 BTC",
        "
        trade 100 10
        sell a 1 stop 95       => a accepted
        buy b 1 limit 97       => b accepted
        sell c 1 limit 110     => c accepted
        bar 90 91 89 90 10     => a triggered; a filled 1@90 fee 0 taker; b filled 1@90 fee 0 taker
        bar 115 116 90 100 10  => c filled 1@115 fee 0 maker
        books                  => BTC 1+0, USDT 1115+0
    ",
    );
}

#[test]
fn a_limit_that_rested_is_a_maker_also_in_a_gap() {
    check(
        "maker=0.1 taker=1",
        "1000 USDT",
        "
        row 10
        jump 100
        buy b 1 limit 97       => b accepted
        close 100
        bar 90 91 89 90 10     => b filled 1@90 fee 0.09 maker
        books                  => BTC 1+0, USDT 909.91+0
    ",
    );
}

#[test]
fn levels_are_met_in_the_order_of_the_path() {
    check(
        "",
        "1000 USDT 5 BTC",
        "
        row 10
        jump 100
        buy a 1 limit 95       => a accepted
        buy b 1 limit 97       => b accepted
        buy c 1 limit 97       => c accepted
        go 90                  => b filled 1@97 fee 0 maker; c filled 1@97 fee 0 maker; stopped
        sell e 1 market        => e accepted; e filled 1@97 fee 0 taker
        buy f 1 limit 94       => f accepted
        go 90                  => a filled 1@95 fee 0 maker; stopped
        cancel f               => f cancelled
        go 90                  =>
        sell g 1 stop 90       => g accepted; g triggered; g filled 1@90 fee 0 taker
        close 95               =>
        sell h 1 market        => h accepted
        trade 96 1             => h filled 1@96 fee 0 taker
    ",
    );
}

#[test]
fn what_happens_exactly_at_the_close_is_answered_at_the_next_open() {
    check(
        "",
        "1000 USDT",
        "
        row 10
        jump 100
        buy a 1 limit 95       => a accepted
        close 95               => a filled 1@95 fee 0 maker
        buy b 1 market         => b accepted
        bar 99 100 98 99 10    => b filled 1@99 fee 0 taker
    ",
    );
}

#[test]
fn fills_are_capped_by_the_volume_of_the_whole_row() {
    check(
        "share=0.25",
        "10000 USDT 5 BTC",
        "
        row 10
        jump 100
        buy a 2 market         => a accepted; a filled 2@100 fee 0 taker
        buy b 2 limit 99       => b accepted
        sell c 1 limit 101     => c accepted
        go 98                  => b filled 0.5@99 fee 0 maker; stopped
        go 98                  =>
        buy e 1 market         => e accepted; e expired no_liquidity
        close 102              =>
        open                   => b c
        books                  => BTC 6.5+1, USDT 9602+148.5
        bar 99 102 99 100 4    => b filled 1@99 fee 0 maker
        bar 99 102 99 100 10   => b filled 0.5@99 fee 0 maker; c filled 1@101 fee 0 maker
        books                  => BTC 8+0, USDT 9703+0
    ",
    );
}

#[test]
fn a_market_order_takes_what_there_is_and_the_rest_expires() {
    check("share=0.25", "10000 USDT", "
        trade 100 10
        buy a 3 market         => a accepted
        buy b budget 1000      => b accepted
        buy c budget 1000      => c accepted
        books                  => BTC 0+0, USDT 7700+2300
        trade 100 18           => a filled 3@100 fee 0 taker; b filled 1.5@100 fee 0 taker; b expired no_liquidity; c expired no_liquidity
        books                  => BTC 4.5+0, USDT 9550+0
    ");
}

#[test]
fn protection_keeps_working_until_it_is_filled() {
    check(
        "share=0.25",
        "0 USDT 5 BTC",
        "
        trade 100 10
        sell a 5 stop 95       => a accepted
        bar 96 97 94 96 8      => a triggered; a filled 2@95 fee 0 taker
        cancel x               => x cancel_rejected unknown_order
        open                   => a
        bar 97 98 97 98 4      => a filled 1@97 fee 0 taker
        store
        trade 98 0             =>
        trade 99 100           => a filled 2@99 fee 0 taker
        books                  => BTC 0+0, USDT 485+0
    ",
    );
}

#[test]
fn in_a_row_without_volume_nothing_happens() {
    check(
        "",
        "1000 USDT 2 BTC",
        "
        trade 100 10
        buy a 1 market         => a accepted
        sell b 1 stop 95       => b accepted
        buy c 1 limit 99       => c accepted
        bar 90 90 90 90 0      =>
        row 0
        jump 91                =>
        buy e 1 market         => e accepted
        close 92               =>
        open                   => a b c e
        bar 100 101 100 101 10 => a filled 1@100 fee 0 taker; e filled 1@100 fee 0 taker
        open                   => b c
    ",
    );
}

#[test]
fn a_price_without_a_row_fills_nothing() {
    check(
        "",
        "1000 USDT",
        "
        jump 100
        buy a 1 market         => a accepted
        jump 90                =>
        trade 101 1            => a filled 1@101 fee 0 taker
    ",
    );
}

#[test]
fn stored_in_mid_row_it_goes_on_where_it_was() {
    check(
        "share=0.5 taker=0.1 maker=0.1",
        "1000 USDT 1 BTC",
        "
        row 3
        jump 100
        buy a 2 limit 98       => a accepted
        pair s t sell 1 95 105 => s accepted; t accepted
        go 97                  => a filled 1.5@98 fee 0.147 maker; stopped
        store
        go 97                  =>
        close 90               => s triggered; t expired oco_filled; stopped
        store
        close 90               =>
        bar 91 92 90 91 20     => a filled 0.5@91 fee 0.0455 maker; s filled 1@91 fee 0.091 taker
        books                  => BTC 2+0, USDT 898.2165+0
    ",
    );
}

#[test]
fn the_first_step_of_a_row_is_a_jump_whatever_it_says() {
    check(
        "",
        "0 USDT 1 BTC",
        "
        trade 100 10
        sell a 1 stop 95       => a accepted
        row 10
        go 90                  => a triggered; a filled 1@90 fee 0 taker
    ",
    );
}

#[test]
fn a_part_filled_better_than_its_limit_frees_what_it_saved() {
    check(
        "share=0.1",
        "1000 USDT",
        "
        row 10
        jump 100
        buy a 2 limit 97       => a accepted
        close 100
        books                  => BTC 0+0, USDT 806+194
        bar 98 99 97.5 98 10   =>
        bar 90 91 89 90 10     => a filled 1@90 fee 0 maker
        books                  => BTC 1+0, USDT 813+97
    ",
    );
}
