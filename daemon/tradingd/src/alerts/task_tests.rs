//! Tests of what is seen beside the journal: disk, positions, orders whose outcome is known.

use super::*;
use crate::alerts::rules::Finding;
use crate::alerts::signs::Signs;
use domain::{
    EngineEvent, EventKind, NewOrder, OrderKind, OrderPurpose, OrderSide, OrderSize, OrderView,
    Quantity, Symbol, Timestamp,
};
use std::time::Duration;
use storage::Batch;

fn causes(found: &[Finding]) -> Vec<String> {
    let cause = |finding: &Finding| match finding {
        Finding::Seen(sign) => format!("+{}", sign.cause()),
        Finding::Ended(cause) => format!("-{cause}"),
        Finding::Acknowledged(id) => format!("={id}"),
    };
    found.iter().map(cause).collect()
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The disk of a real folder: too little is free while more is wanted than there is.
#[test]
fn disk_low_is_raised_by_what_is_free_and_ends_at_a_fifth_more() {
    let folder = tempfile::tempdir().expect("temporary directory");
    let found = rustix::fs::statvfs(folder.path()).expect("a file system");
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    assert!(free > 1 << 20, "the disk of the tests has room");
    // Others write to this disk meanwhile, so the bounds are far from what is free.
    let (plenty, close, short) = (free / 4, free / 20 * 18, free.saturating_mul(4));
    assert!(disk(folder.path(), 0, false).is_none(), "0 switches it off");
    assert!(disk(folder.path(), plenty, false).is_none());
    let sign = disk(folder.path(), short, false).expect("too little");
    assert_eq!(sign.code, Code::DiskLow);
    assert!(!sign.text.contains(folder.path().to_str().expect("text")), "no paths: {}", sign.text);
    assert!(disk(folder.path(), close, false).is_none(), "enough to begin with");
    assert!(disk(folder.path(), close, true).is_some(), "but not to end it");
    let mut signs = Signs::default();
    let look = |signs: &mut Signs, now, least| {
        causes(&signs.take(now, disk(folder.path(), least, false).into_iter().collect()))
    };
    assert!(look(&mut signs, at(0), short).is_empty());
    assert_eq!(look(&mut signs, at(5), short), ["+disk_low"]);
    assert!(look(&mut signs, at(6), plenty).is_empty());
    assert_eq!(look(&mut signs, at(36), plenty), ["-disk_low"]);
}

fn position(symbol: &str, place: v1::ProtectionPlace) -> v1::Position {
    let mut position = v1::Position { symbol: symbol.to_owned(), ..v1::Position::default() };
    position.set_protection(place);
    position
}

#[test]
fn a_bare_position_is_told_after_a_minute_unless_protection_is_suspended() {
    use v1::ProtectionPlace as Place;
    let mut model = crate::read_model::ReadModel::default();
    let positions = |bare: bool| {
        let place = if bare { Place::None } else { Place::Venue };
        vec![position("BTCUSDT", place), position("ETHUSDT", Place::Synthetic)]
    };
    let mut signs = Signs::default();
    model.positions = positions(true);
    for second in 0..60 {
        assert!(signs.take(at(second), unprotected(&model)).is_empty(), "{second}");
    }
    let found = signs.take(at(60), unprotected(&model));
    assert_eq!(causes(&found), ["+position_unprotected:BTCUSDT"]);
    let Finding::Seen(sign) = &found[0] else { panic!("{found:?}") };
    assert_eq!(sign.symbol, "BTCUSDT");
    model.positions = positions(false);
    assert!(signs.take(at(61), unprotected(&model)).is_empty());
    assert_eq!(causes(&signs.take(at(66), unprotected(&model))), ["-position_unprotected:BTCUSDT"]);
    // A stop with freeze has its own alert.
    model.positions = positions(true);
    let frozen = v1::TradingStateInfo { frozen: true, ..v1::TradingStateInfo::default() };
    model.status.trading_state = Some(frozen);
    assert!(unprotected(&model).is_empty());
}

#[tokio::test]
async fn order_unknown_ends_when_the_outcome_is_stored() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let store = Store::open(dir.path()).await.expect("opens");
    let id = domain::ClientOrderId::new("testtest", 1, 0, 'e');
    let order = NewOrder {
        id,
        symbol: Symbol::parse("BTCUSDT").expect("a pair"),
        side: OrderSide::Buy,
        kind: OrderKind::Market,
        size: OrderSize::Base(Quantity::new(domain::Decimal::ONE).expect("above 0")),
        purpose: OrderPurpose::Entry,
    };
    let event = |sequence, kind| EngineEvent { sequence, at: Timestamp::ZERO, kind };
    let submitted =
        EventKind::OrderSubmitted { intent: 1, order, linked: None, reference_price: None };
    let mut events = vec![event(1, submitted), event(2, EventKind::OrderUnknown { id })];
    let mut view = OrderView::submitted(&events[0]).expect("submitted");
    assert!(view.apply(&events[1]));
    let batch =
        |events, view: &OrderView| Batch { events, orders: vec![view.clone()], ..Batch::default() };
    store.commit(batch(events.clone(), &view)).await.expect("commits");
    let cause = format!("order_unknown:{id}");
    let open = || [cause.as_str(), "order_unknown:no id", "disk_low"].into_iter();
    assert!(known(&store, open()).await.is_empty(), "nobody knows yet");
    events = vec![event(3, EventKind::OrderNeverArrived { id })];
    assert!(view.apply(&events[0]));
    store.commit(batch(events, &view)).await.expect("commits");
    assert_eq!(known(&store, open()).await, [cause]);
}
