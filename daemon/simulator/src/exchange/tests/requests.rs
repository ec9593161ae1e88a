//! Refusals, locking, rounding, setup.

use super::*;

#[test]
fn bad_requests_are_refused_with_their_reason() {
    check(
        "",
        "1000 USDT 1 BTC",
        "
        buy a 1 market         => a rejected no_price
        trade 100 10
        buy b 0.000001 market  => b rejected lot_size
        buy b 0 market         => b rejected lot_size
        buy b 0.04 market      => b rejected min_notional
        sell b 0.04 market     => b rejected min_notional
        buy b 1 limit 99.999   => b rejected tick_size
        sell b 1 stop 99.999   => b rejected tick_size
        buy b 11 market        => b rejected insufficient_balance
        sell b 1.1 limit 200   => b rejected insufficient_balance
        buy b 10000000000000 limit 1 => b rejected out_of_range
        buy b 1 limit 10000000000000 => b rejected out_of_range
        sell b budget 10       => b rejected bad_order
        buy b budget 0         => b rejected out_of_range
        buy b budget 1001      => b rejected insufficient_balance
        cancel b               => b cancel_rejected unknown_order
        buy b 1 limit 90       => b accepted
        buy b 1 limit 91       => b rejected duplicate_order
        cancel b               => b cancelled
        buy b 1 limit 91       => b rejected duplicate_order
        cancel b               => b cancel_rejected order_ended
        books                  => BTC 1+0, USDT 1000+0
    ",
    );
}

#[test]
fn locks_cover_the_fee_and_come_back() {
    check(
        "maker=0.02 taker=0.1",
        "100.1 USDT",
        "
        row 10
        jump 100
        buy a 1 limit 100.01   => a rejected insufficient_balance
        buy a 1 limit 99       => a accepted
        books                  => BTC 0+0, USDT 1.001+99.099
        buy b 1 limit 90       => b rejected insufficient_balance
        cancel a               => a cancelled
        books                  => BTC 0+0, USDT 100.1+0
        buy c 1 limit 100      => c accepted; c filled 1@100 fee 0.1 taker
        books                  => BTC 1+0, USDT 0+0
    ",
    );
}

#[test]
fn a_market_buy_that_gaps_beyond_its_money_fills_in_part() {
    check(
        "taker=0.1",
        "100.1 USDT",
        "
        trade 100 10
        buy a 1 market         => a accepted
        trade 125 10           => a filled 0.8@125 fee 0.1 taker; a expired insufficient_balance
        books                  => BTC 0.8+0, USDT 0+0
    ",
    );
}

#[test]
fn fees_round_up_to_eight_decimals() {
    check(
        "taker=0.075",
        "1000 USDT",
        "
        row 10
        jump 33333.33
        buy a 0.00333 market   => a accepted; a filled 0.00333@33333.33 fee 0.08325 taker
        buy b 0.00334 market   => b accepted; b filled 0.00334@33333.33 fee 0.0835 taker
        buy c 0.00337 market   => c accepted; c filled 0.00337@33333.33 fee 0.08425 taker
    ",
    );
}

#[test]
fn unknown_symbols_are_refused_and_their_prices_passed_over() {
    let opening = [(asset("USDT"), d("10"))];
    let mut exchange =
        SimulatedExchange::new(free_of_cost(), &[btc()], &opening).expect("valid setup");
    let symbol = Symbol::parse("ETHUSDT").expect("valid");
    let order = NewOrder {
        id: id("a"),
        symbol,
        side: OrderSide::Buy,
        kind: OrderKind::Market,
        size: OrderSize::QuoteBudget(d("10")),
        purpose: OrderPurpose::Entry,
    };
    let mut reports = Vec::new();
    exchange.begin_row(symbol, quantity("1"));
    let at = Timestamp::ZERO;
    let step = PriceStep { symbol, at, price: price("1"), continuous: false, last: false };
    assert!(exchange.advance(&step, &mut reports));
    exchange.request(at, &OrderRequest::Place(order), &mut reports);
    assert_eq!(reports.iter().map(show).collect::<Vec<_>>(), ["a rejected unknown_symbol"]);
    assert_eq!(exchange.next_trade_id(symbol), None);
    assert_eq!(exchange.next_trade_id(btc().symbol), Some(1));
}

#[test]
fn questions_are_answered_with_all_fills_and_the_status() {
    let opening = [(asset("USDT"), d("1000"))];
    let config = ExchangeConfig { max_volume_share: d("1"), ..free_of_cost() };
    let exchange = SimulatedExchange::new(config, &[btc()], &opening).expect("valid setup");
    let mut story = Story { exchange, symbol: btc().symbol, at: Timestamp::ZERO };
    story.play("trade 100 1");
    for (event, said) in [
        ("ask a", "a not found"),
        ("buy a 3 limit 100", "a accepted"),
        ("ask a", "a is Working with 0"),
        ("trade 100 1", "a filled 1@100 fee 0 taker"),
        ("ask a", "a filled 1@100 fee 0 taker; a is Working with 1"),
        ("trade 100 2", "a filled 2@100 fee 0 maker"),
        ("ask a", "a filled 1@100 fee 0 taker; a filled 2@100 fee 0 maker; a is Filled with 3"),
        ("sell b 2 limit 150", "b accepted"),
        ("cancel b", "b cancelled"),
        ("ask b", "b is Cancelled with 0"),
        ("pair s t sell 3 90 110", "s accepted; t accepted"),
        ("cancel t", "t cancelled; s cancelled"),
        ("ask s", "s is Cancelled with 0"),
        ("sell c 900 limit 150", "c rejected insufficient_balance"),
        ("ask c", "c not found"),
    ] {
        assert_eq!(story.play(event), said, "{event}");
    }
}

#[test]
fn a_setup_names_everything_that_is_wrong() {
    let config = ExchangeConfig { slippage_bps: d("-2"), ..free_of_cost() };
    let odd = Instrument { tick_size: d("0"), ..btc() };
    let opening = [(asset("USDT"), d("-1")), (asset("USDT"), d("1"))];
    let errors = SimulatedExchange::new(config, &[btc(), odd], &opening).expect_err("all wrong");
    assert_eq!(
        errors.to_string().split("; ").collect::<Vec<_>>(),
        [
            "slippage_bps must be 0 to 1000, got -2",
            "instruments must name each pair once, got BTCUSDT twice",
            "instrument BTCUSDT: tick_size must be above 0, got 0",
            "opening balance of USDT must be 0 or above, got -1",
            "opening balances must name each asset once, got USDT twice",
        ]
    );
    let none = SimulatedExchange::new(free_of_cost(), &[], &[]).expect_err("nothing to trade");
    assert_eq!(none.0, [SetupError::NoInstruments]);
}

#[test]
fn ended_orders_are_forgotten_after_a_while_so_that_the_state_stays_small() {
    let opening = [(asset("USDT"), d("1000"))];
    let mut exchange =
        SimulatedExchange::new(ExchangeConfig::default(), &[btc()], &opening).expect("valid setup");
    let mut story = Story { exchange: exchange.clone(), symbol: btc().symbol, at: Timestamp::ZERO };
    story.play("trade 100 10");
    for n in 0..1_000 {
        assert_eq!(story.play(&format!("buy o{n} 1 limit 90")), format!("o{n} accepted"));
        assert_eq!(story.play(&format!("cancel o{n}")), format!("o{n} cancelled"));
    }
    assert_eq!(story.play("cancel o999"), "o999 cancel_rejected order_ended");
    assert_eq!(story.play("cancel o0"), "o0 cancel_rejected unknown_order");
    let bytes = postcard::to_stdvec(&story.exchange).expect("can be written").len();
    assert!(bytes < 10_000, "{bytes} bytes");
    assert!(exchange.set_config(ExchangeConfig { impact_bps: d("-1"), ..free_of_cost() }).is_err());
    assert!(exchange.set_config(free_of_cost()).is_ok());
    assert_eq!(exchange.config(), &free_of_cost());
}
