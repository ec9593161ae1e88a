//! Money: the oracle's own books from fills alone, against the exchange's books and the ledger.

use super::Oracle;
use domain::{
    Amount, Asset, ClosedTrade, Decimal, ExitReason, Fill, Instrument, OrderSide, Symbol,
};
use engine::ledger::Account;
use simulator::PaperSession;
use std::collections::BTreeMap;

/// One asset's flows.
#[derive(Debug, Clone, Copy, Default)]
struct Flows {
    opening: Amount,
    received: Amount,
    paid: Amount,
    fees: Amount,
}

impl Flows {
    fn closing(&self) -> Amount {
        self.opening + self.received - self.paid - self.fees
    }
}

/// The oracle's books.
#[derive(Debug, Default)]
pub(super) struct Money {
    assets: BTreeMap<Asset, Flows>,
    positions: BTreeMap<Symbol, Decimal>,
    /// Value and quantity bought since a pair was last flat.
    bought: BTreeMap<Symbol, (Amount, Decimal)>,
    trades: u64,
    profit: Amount,
    profit_of: BTreeMap<Symbol, Amount>,
}

impl Money {
    pub fn open(&mut self, balances: &[(Asset, Amount)]) {
        for (asset, amount) in balances {
            self.assets.entry(*asset).or_default().opening += *amount;
        }
    }

    pub fn position(&self, symbol: Symbol) -> Decimal {
        self.positions.get(&symbol).copied().unwrap_or_default()
    }

    pub fn closing(&self, asset: Asset) -> Amount {
        self.assets.get(&asset).map(Flows::closing).unwrap_or_default()
    }

    /// Average price of what was bought since the pair was last flat, to eight places.
    pub fn entry_price(&self, symbol: Symbol) -> Option<Decimal> {
        let (value, quantity) = self.bought.get(&symbol)?;
        (!quantity.is_zero()).then(|| (*value / *quantity).round_dp(8))
    }

    pub fn fill(&mut self, instrument: &Instrument, side: OrderSide, fill: &Fill) {
        let (base, value) =
            (fill.quantity.get(), (fill.price.get() * fill.quantity.get()).normalize());
        let buy = side == OrderSide::Buy;
        let position = self.positions.entry(instrument.symbol).or_default();
        let bought = self.bought.entry(instrument.symbol).or_default();
        if buy {
            *position += base;
            *bought = (bought.0 + value, bought.1 + base);
        } else {
            *position -= base;
            if position.is_zero() {
                *bought = (Amount::ZERO, Decimal::ZERO);
            }
        }
        let (gets, gives) = if buy { (base, value) } else { (value, base) };
        let (into, from) = if buy {
            (instrument.base, instrument.quote)
        } else {
            (instrument.quote, instrument.base)
        };
        self.assets.entry(into).or_default().received += gets;
        self.assets.entry(from).or_default().paid += gives;
        self.assets.entry(fill.fee_asset).or_default().fees += fill.fee;
    }
}

impl Oracle {
    /// Equity at the last prices, from the oracle's own books.
    pub(super) fn equity(&self) -> Amount {
        let quote = self.instruments[0].quote;
        let held: Amount = self
            .money
            .positions
            .iter()
            .map(|(symbol, held)| *held * self.prices.get(symbol).copied().unwrap_or_default())
            .sum();
        self.money.closing(quote) + held
    }

    pub(super) fn check_equity(&mut self, equity: Amount) {
        let own = self.equity();
        self.must(own == equity, "equity = cash + positions at the last prices", || {
            format!("engine says {equity}, fills say {own}")
        });
    }

    pub(super) fn on_trade(&mut self, trade: &ClosedTrade) {
        self.money.trades += 1;
        self.money.profit += trade.profit;
        *self.money.profit_of.entry(trade.symbol).or_default() += trade.profit;
        let quantity: Decimal = trade.shares.iter().map(|s| s.quantity.get()).sum();
        let profit: Amount = trade.shares.iter().map(|s| s.profit).sum();
        let number = self.money.trades;
        self.must(trade.id == number, "trades are numbered from 1", || {
            format!("trade {} where {number} was due", trade.id)
        });
        let adds_up = quantity == trade.quantity.get() && profit == trade.profit;
        self.must(adds_up, "shares add up to the trade", || format!("{trade:?}"));
        if trade.exit_reason == ExitReason::StrategyExit {
            let leaving = self.leaving.get(&trade.symbol).cloned().unwrap_or_default();
            let own = trade.shares.iter().all(|s| leaving.contains(&s.strategy));
            self.must(own, "a strategy's exit closes its own lots", || {
                format!("{leaving:?} wanted out: {trade:?}")
            });
        }
        if let Some(run) = &mut self.close_all {
            run.profit(trade.symbol, trade.profit);
        }
    }

    /// Conservation, per asset and exactly, in three sets of books.
    pub(super) fn check_money(&mut self, session: &PaperSession) {
        self.tally.checks += 1;
        let ledger = &session.engine().book().ledger;
        for line in session.exchange().audit() {
            let own = self.money.assets.get(&line.asset).copied().unwrap_or_default();
            let same = (own.opening, own.received, own.paid, own.fees, own.closing())
                == (line.opening, line.received, line.paid, line.fees, line.closing);
            self.must(same, "opening + fills - fees = closing, as the exchange has it", || {
                format!("fills say {own:?}, the exchange {line:?}")
            });
            let balance = ledger.balance(line.asset, Account::Holdings);
            let fees = ledger.balance(line.asset, Account::Fees);
            let same = balance == line.closing && fees == line.fees;
            self.must(same, "the ledger equals the exchange's books", || {
                format!("ledger {balance} (fees {fees}), exchange {line:?}")
            });
        }
        self.must(ledger.is_balanced(), "the ledger sums to zero", || format!("{ledger:?}"));
        let folded = self.book.ledger == *ledger;
        self.must(folded, "folding the events gives the ledger", String::new);
        self.check_positions(session);
        self.check_profit(session);
    }

    fn check_positions(&mut self, session: &PaperSession) {
        let book = session.engine().book();
        for (index, instrument) in self.instruments.clone().iter().enumerate() {
            let position = &book.positions[index];
            let held = self.money.position(instrument.symbol);
            let same = position.quantity == held;
            self.must(same, "a position is the sum of its fills", || {
                format!("{}: engine {}, fills {held}", instrument.symbol, position.quantity)
            });
            let lots: Decimal = position.lots.iter().map(|lot| lot.quantity).sum();
            let sound = lots == held && position.lots.iter().all(|l| l.quantity > Decimal::ZERO);
            self.must(sound, "lots add up to the position", || format!("{position:?}"));
            let folded = self.book.positions[index] == *position;
            self.must(folded, "folding the events gives the positions", || format!("{position:?}"));
        }
        let folded = self.book.totals == book.totals;
        self.must(folded, "folding the events gives the totals", || format!("{:?}", book.totals));
    }

    /// Profits of trades, of strategies and of the account tell the same story.
    fn check_profit(&mut self, session: &PaperSession) {
        let engine = session.engine();
        let quote = engine.quote_asset();
        let flows = self.money.assets.get(&quote).copied().unwrap_or_default();
        let tied_up: Amount = engine.book().positions.iter().map(|p| p.cost()).sum();
        let unreported: Amount = engine.book().closing.values().map(|part| part.profit()).sum();
        let made = flows.closing() + tied_up - flows.opening;
        let reported = self.money.profit + unreported;
        self.must(made == reported, "trades explain every change of cash", || {
            format!("cash and cost of positions rose by {made}, trades report {reported}")
        });
        for (index, instrument) in self.instruments.clone().iter().enumerate() {
            let strategies = engine.settings().strategies.len();
            let sum: Amount =
                (0..strategies).map(|s| engine.record_of(s, index).total_profit).sum();
            let own = self.money.profit_of.get(&instrument.symbol).copied().unwrap_or_default();
            self.must(sum == own, "strategies' profits add up to the trades' profits", || {
                format!("{}: strategies {sum}, trades {own}", instrument.symbol)
            });
        }
    }
}
