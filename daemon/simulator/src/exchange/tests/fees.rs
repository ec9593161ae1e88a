//! Fees in quote, in what is received, and in a third asset; money that moves without an order.

use super::*;
use domain::{Fill, MovementKind};

/// An exchange for BTC and BNB against USDT at 1 % taker fee: BTC costs 100, BNB 20.
fn exchange(fee_asset: FeeAsset, bnb: &str) -> SimulatedExchange {
    let config = ExchangeConfig { taker_fee_pct: Decimal::ONE, fee_asset, ..free_of_cost() };
    let instruments = [btc(), Instrument::from_symbol("BNBUSDT").expect("a known symbol")];
    let opening = [(asset("USDT"), d("1000")), (asset("BTC"), d("2")), (asset("BNB"), d(bnb))];
    let mut exchange = SimulatedExchange::new(config, &instruments, &opening).expect("valid");
    for (instrument, at) in [(instruments[1], "20"), (instruments[0], "100")] {
        lead(&mut exchange, instrument.symbol, at, &mut Vec::new());
    }
    exchange
}

fn lead(
    exchange: &mut SimulatedExchange,
    symbol: Symbol,
    to: &str,
    reports: &mut Vec<ExecutionReport>,
) {
    exchange.begin_row(symbol, quantity("1000"));
    let at = Timestamp::ZERO;
    let step = PriceStep { symbol, at, price: price(to), continuous: false, last: true };
    exchange.advance(&step, reports);
}

fn trade(exchange: &mut SimulatedExchange, symbol: &str, side: OrderSide, size: &str) -> Fill {
    let symbol = Symbol::parse(symbol).expect("symbol");
    let order = NewOrder {
        id: id("o1"),
        symbol,
        side,
        kind: OrderKind::Market,
        size: OrderSize::Base(quantity(size)),
        purpose: OrderPurpose::Entry,
    };
    let mut reports = Vec::new();
    exchange.request(Timestamp::ZERO, &OrderRequest::Place(order), &mut reports);
    let at = exchange.last_price(symbol).expect("priced").get().to_string();
    lead(exchange, symbol, &at, &mut reports);
    let fill = |r: &ExecutionReport| match r.kind {
        ReportKind::Filled(fill) => Some(fill),
        _ => None,
    };
    reports.iter().find_map(fill).expect("it fills")
}

#[test]
fn what_fees_are_taken_in() {
    let bnb = || FeeAsset::Named(asset("BNB"));
    for (setting, held, symbol, side, fee, fee_asset) in [
        (FeeAsset::Quote, "1", "BTCUSDT", "buy", "1", "USDT"),
        (FeeAsset::Received, "1", "BTCUSDT", "buy", "0.01", "BTC"),
        (FeeAsset::Received, "1", "BTCUSDT", "sell", "1", "USDT"),
        (bnb(), "1", "BTCUSDT", "buy", "0.05", "BNB"),
        (bnb(), "1", "BTCUSDT", "sell", "0.05", "BNB"),
        (bnb(), "0.05", "BTCUSDT", "sell", "0.05", "BNB"),
        // Too little of it.
        (bnb(), "0.04999999", "BTCUSDT", "sell", "1", "USDT"),
        // A side of the pair: what is bought pays for itself, what is sold must be free besides.
        (bnb(), "0", "BNBUSDT", "buy", "0.01", "BNB"),
        (bnb(), "1.01", "BNBUSDT", "sell", "0.01", "BNB"),
        (bnb(), "1.009", "BNBUSDT", "sell", "0.2", "USDT"),
        // Not traded here, so that its price is not known.
        (FeeAsset::Named(asset("XYZ")), "1", "BTCUSDT", "buy", "1", "USDT"),
    ] {
        let mut exchange = exchange(setting, held);
        let fill = trade(&mut exchange, symbol, super::side(side), "1");
        let case = format!("{setting:?} {held} {symbol} {side}");
        assert_eq!((fill.fee, fill.fee_asset.as_str()), (d(fee), fee_asset), "{case}");
        for line in exchange.audit() {
            let fees = if line.asset == fill.fee_asset { fill.fee } else { Decimal::ZERO };
            assert_eq!(line.fees, fees, "{case}");
            assert_eq!(line.opening + line.received - line.paid - line.fees, line.closing);
        }
        assert!(exchange.balances().all(|b| b.locked.is_zero()), "{case}");
    }
}

#[test]
fn only_free_money_can_leave() {
    let (deposit, withdrawal) = (MovementKind::Deposit, MovementKind::Withdrawal);
    for (kind, of, amount, free) in [
        (deposit, "USDT", "0.00000001", Ok("1000.00000001")),
        (deposit, "ABC", "7", Ok("7")),
        (withdrawal, "USDT", "1000", Ok("0")),
        (withdrawal, "USDT", "1000.1", Err("at most the free USDT, 1000")),
        (withdrawal, "ABC", "1", Err("at most the free ABC, 0")),
        (deposit, "USDT", "0", Err("above 0")),
        (deposit, "USDT", "-1", Err("above 0")),
        (deposit, "USDT", "0.000000001", Err("8 decimal places")),
        (deposit, "USDT", "1000000000001", Err("1000000000000")),
        (MovementKind::Adjustment, "USDT", "1", Err("only deposits and withdrawals")),
    ] {
        let mut exchange = exchange(FeeAsset::Quote, "1");
        let got = exchange.move_money(kind, asset(of), d(amount), "why");
        let balance = exchange.balances().find(|b| b.asset == asset(of)).map(|b| b.free);
        match (got, free) {
            (Ok(movement), Ok(free)) => {
                assert_eq!(balance, Some(d(free)), "{kind:?} {amount} {of}");
                assert_eq!(
                    (movement.reference.as_str(), movement.note.as_str()),
                    ("paper-1", "why")
                );
            }
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (got, _) => panic!("{kind:?} {amount} {of}: {got:?}"),
        }
    }
}
