//! Every kind of order by itself.

use super::check;

#[test]
fn a_market_order_decided_at_the_close_fills_at_the_next_open() {
    check(
        "taker=0.1",
        "1000 USDT 2 BTC",
        "
        bar 100 101 99 100 10
        buy a 1 market       => a accepted
        books                => BTC 2+0, USDT 899.9+100.1
        bar 103 105 102 104 10 => a filled 1@103 fee 0.103 taker
        sell b 3 market      => b accepted
        books                => BTC 0+3, USDT 896.897+0
        bar 101 101 101 101 10 => b filled 3@101 fee 0.303 taker
        books                => BTC 0+0, USDT 1199.594+0
    ",
    );
}

#[test]
fn a_market_order_within_a_row_fills_at_once_with_slippage_against_us() {
    check(
        "slippage=2",
        "1000 USDT 2 BTC",
        "
        row 10
        jump 100
        go 101.5
        buy a 1 market       => a accepted; a filled 1@101.53 fee 0 taker
        sell b 1 market      => b accepted; b filled 1@101.47 fee 0 taker
    ",
    );
}

#[test]
fn impact_grows_with_the_share_of_the_volume() {
    check(
        "impact=100",
        "10000 USDT",
        "
        row 10
        jump 100
        buy a 1 market       => a accepted; a filled 1@100.1 fee 0 taker
        buy b 5 market       => b accepted; b filled 5@100.5 fee 0 taker
        buy c budget 1000    => c accepted; c filled 9.90099@101 fee 0 taker; c expired budget_spent
    ",
    );
}

#[test]
fn a_budget_is_never_exceeded() {
    check(
        "taker=0.1",
        "1000 USDT",
        "
        trade 100 10
        buy a budget 100.1   => a accepted
        books                => BTC 0+0, USDT 899.9+100.1
        trade 100 10         => a filled 1@100 fee 0.1 taker; a expired budget_spent
        books                => BTC 1+0, USDT 899.9+0
        buy b budget 100     => b accepted
        trade 30000 10       => b filled 0.00333@30000 fee 0.0999 taker; b expired budget_spent
        books                => BTC 1.00333+0, USDT 799.9001+0
        buy c budget 4.9     => c rejected min_notional
        buy d budget 799.9001 => d accepted
        books                => BTC 1.00333+0, USDT 0+799.9001
        trade 99000000 10    => d expired lot_size
        books                => BTC 1.00333+0, USDT 799.9001+0
    ",
    );
}

#[test]
fn limits_that_cross_take_and_those_that_do_not_rest() {
    check(
        "maker=0.05 taker=0.1 slippage=10",
        "1000 USDT",
        "
        row 10
        jump 100
        buy a 1 limit 100.05 => a accepted; a filled 1@100.05 fee 0.10005 taker
        buy b 1 limit 101    => b accepted; b filled 1@100.1 fee 0.1001 taker
        buy c 1 limit 99     => c accepted
        books                => BTC 2+0, USDT 700.55085+99.099
        go 98.5              => c filled 1@99 fee 0.0495 maker; stopped
        go 98.5              =>
        books                => BTC 3+0, USDT 700.60035+0
    ",
    );
}

#[test]
fn immediate_or_cancel_and_fill_or_kill() {
    check(
        "share=0.5",
        "1000 USDT 9 BTC",
        "
        row 4
        jump 100
        buy a 3 limit 100 fok => a accepted; a expired no_liquidity
        buy b 1 limit 99 fok  => b accepted; b expired no_liquidity
        buy c 1 limit 99 ioc  => c accepted; c expired no_liquidity
        buy e 1 limit 100 fok => e accepted; e filled 1@100 fee 0 taker
        sell f 3 limit 99 ioc => f accepted; f filled 1@100 fee 0 taker; f expired no_liquidity
        books                 => BTC 9+0, USDT 1000+0
        close 100
        sell g 1 limit 100 ioc => g accepted
        sell h 1 limit 100 fok => h accepted
        trade 99.99 10        => g expired no_liquidity; h expired no_liquidity
        books                 => BTC 9+0, USDT 1000+0
    ",
    );
}

#[test]
fn post_only_never_takes() {
    check(
        "maker=0.1 taker=0.2",
        "1000 USDT 1 BTC",
        "
        row 10
        jump 100
        buy a 1 post 100      => a rejected would_take
        sell b 1 post 99      => b rejected would_take
        sell c 1 post 100.01  => c accepted
        go 100.5              => c filled 1@100.01 fee 0.10001 maker; stopped
        close 100
        buy e 1 post 99       => e accepted
        buy f 1 post 98       => f accepted
        jump 98.5
        row 10
        jump 98.5             => e expired would_take
        go 98                 => f filled 1@98 fee 0.098 maker
        open                  =>
        books                 => BTC 1+0, USDT 1001.81199+0
    ",
    );
}

#[test]
fn stops_and_targets_trigger_on_their_side() {
    check(
        "slippage=10",
        "1000 USDT 4 BTC",
        "
        row 100
        jump 100
        sell a 1 stop 95      => a accepted
        sell b 1 target 105   => b accepted
        buy c 1 stop 103      => c accepted
        buy e 1 target 97     => e accepted
        books                 => BTC 2+2, USDT 799.79+200.21
        go 96                 => e triggered; e filled 1@97.1 fee 0 taker; stopped
        go 96                 =>
        go 94                 => a triggered; a filled 1@94.9 fee 0 taker; stopped
        go 94                 =>
        go 106                => c triggered; c filled 1@103.11 fee 0 taker; stopped
        go 106                => b triggered; b filled 1@104.89 fee 0 taker; stopped
        close 106             =>
        books                 => BTC 4+0, USDT 999.58+0
    ",
    );
}

#[test]
fn a_stop_whose_trigger_is_passed_already_acts_at_once() {
    check(
        "",
        "100 USDT 3 BTC",
        "
        row 10
        jump 100
        sell a 1 stop 101     => a accepted; a triggered; a filled 1@100 fee 0 taker
        sell b 1 target 100   => b accepted; b triggered; b filled 1@100 fee 0 taker
    ",
    );
}
