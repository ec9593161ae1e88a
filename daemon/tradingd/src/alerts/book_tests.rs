//! Tests of the book: one alert per cause, its end, its repeats, its reminders.

use super::*;

const SECOND: i64 = 1_000_000;
const RULES: Rules = Rules { escalate_after: 900 * SECOND, dedupe: 300 * SECOND };

fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(second * SECOND)
}

fn seen(code: Code) -> Finding {
    Finding::Seen(Sign::new(code, "something"))
}

fn ended(code: Code) -> Finding {
    Finding::Ended(code.token().to_owned())
}

fn book() -> Book {
    Book::new(RULES, 0, Vec::new())
}

fn all(_: Severity) -> bool {
    true
}

fn kinds(drained: &Drained) -> Vec<String> {
    drained.records.iter().map(|r| format!("{} {}", r.kind, r.detail["id"])).collect()
}

#[test]
fn repeats_raise_the_count_and_nothing_else() {
    let mut book = book();
    for second in 0..1_000 {
        book.take(seen(Code::DrawdownLimit), at(second), all);
    }
    let drained = book.drain(at(1_000));
    assert_eq!(kinds(&drained), ["alert_raised 1"]);
    assert_eq!(drained.notices.len(), 1, "one message, however often");
    let repeat = AlertWrite::Repeat { id: 1, at: at(999), count: 1_000, text: "something".into() };
    assert_eq!(drained.writes.last(), Some(&repeat));
    // Counts alone are stored now and then only.
    book.take(seen(Code::DrawdownLimit), at(1_001), all);
    assert!(book.drain(at(1_001)).writes.is_empty());
    assert_eq!(book.drain(at(1_006)).writes.len(), 1);
}

#[test]
fn a_cause_that_comes_back_is_a_new_alert_and_sent_only_after_a_while() {
    let mut book = book();
    book.take(seen(Code::DataStale), at(0), all);
    book.take(ended(Code::DataStale), at(10), all);
    book.take(seen(Code::DataStale), at(20), all);
    book.take(ended(Code::DataStale), at(30), all);
    book.take(seen(Code::DataStale), at(331), all);
    let drained = book.drain(at(400));
    let wanted = ["raised 1", "resolved 1", "raised 2", "resolved 2", "raised 3"];
    assert_eq!(kinds(&drained), wanted.map(|w| format!("alert_{w}")));
    let sent: Vec<u64> = drained.notices.iter().map(|n| n.alert.id).collect();
    assert_eq!(sent, [1, 3], "the second one fluttered");
}

#[test]
fn a_cause_that_never_was_does_not_end() {
    let mut book = book();
    book.take(ended(Code::DataStale), at(0), all);
    assert!(book.drain(at(10)).writes.is_empty());
}

#[test]
fn critical_alerts_come_again_until_somebody_looks() {
    let mut book = book();
    book.take(seen(Code::DrawdownLimit), at(0), all);
    book.take(seen(Code::DataStale), at(0), all);
    let _ = book.drain(at(0));
    let mut sent = Vec::new();
    for minute in 1..=1_500 {
        book.tick(at(minute * 60), all);
        let drained = book.drain(at(minute * 60));
        sent.extend(drained.notices.iter().map(|n| (minute, n.alert.id, n.escalation)));
    }
    // Three times every quarter of an hour, then every six hours; a warning never.
    assert_eq!(
        sent,
        [
            (15, 1, 1),
            (30, 1, 2),
            (45, 1, 3),
            (405, 1, 4),
            (765, 1, 5),
            (1_125, 1, 6),
            (1_485, 1, 7)
        ]
    );
    book.take(Finding::Acknowledged(1), at(90_000), all);
    book.tick(at(900_000), all);
    assert!(book.drain(at(900_000)).notices.is_empty());
}

#[test]
fn after_a_long_absence_one_reminder_is_enough() {
    let mut book = book();
    book.take(seen(Code::DrawdownLimit), at(0), all);
    let _ = book.drain(at(0));
    book.tick(at(100_000), all);
    book.tick(at(100_001), all);
    assert_eq!(book.drain(at(100_001)).notices.len(), 1);
}

#[test]
fn quiet_causes_end_by_themselves_and_some_only_by_a_person() {
    let mut book = book();
    book.take(seen(Code::LoginFailures), at(0), all);
    book.take(seen(Code::RowSetAside), at(0), all);
    book.tick(at(899), all);
    assert_eq!(book.open().count(), 2);
    book.tick(at(900), all);
    let told = kinds(&book.drain(at(900)));
    assert!(told.contains(&"alert_resolved 1".to_owned()), "{told:?}");
    book.tick(at(1_000_000), all);
    assert_eq!(book.open().count(), 1);
    book.take(Finding::Acknowledged(2), at(1_000_001), all);
    assert_eq!(book.open().count(), 0);
}

#[test]
fn what_is_not_sent_now_is_kept_for_the_digest() {
    let mut book = book();
    book.take(seen(Code::DataStale), at(0), |severity| severity == Severity::Critical);
    let drained = book.drain(at(0));
    assert!(drained.notices.is_empty());
    assert!(matches!(&drained.writes[0], AlertWrite::Raise(alert) if !alert.waiting));
}

#[test]
fn a_restart_goes_on_where_it_was() {
    let mut first = book();
    first.take(seen(Code::DrawdownLimit), at(0), all);
    first.take(seen(Code::DataStale), at(0), all);
    let drained = first.drain(at(0));
    let known: Vec<Alert> = drained
        .writes
        .iter()
        .filter_map(|w| match w {
            AlertWrite::Raise(alert) => Some((**alert).clone()),
            _ => None,
        })
        .map(|alert| Alert { waiting: alert.id == 2, ..alert })
        .collect();
    let mut second = Book::new(RULES, 2, known);
    second.take(seen(Code::DrawdownLimit), at(5), all);
    second.take(seen(Code::EngineStuck), at(5), all);
    let drained = second.drain(at(10));
    assert_eq!(kinds(&drained), ["alert_raised 3"], "what is known is not raised twice");
    let sent: Vec<u64> = drained.notices.iter().map(|n| n.alert.id).collect();
    assert_eq!(sent, [2, 3], "what was not sent before is sent now");
}

#[test]
fn the_journal_holds_the_whole_alert() {
    let mut book = book();
    book.take(seen(Code::DrawdownLimit), at(7), all);
    let drained = book.drain(at(7));
    let AlertWrite::Raise(alert) = &drained.writes[0] else { panic!("{drained:?}") };
    let wanted = Alert { waiting: false, ..(**alert).clone() };
    assert_eq!(from_detail(&drained.records[0].detail), Some(wanted));
    let seen = Acknowledged { by: "anna".to_owned(), at: at(9), note: "hm".to_owned() };
    let acknowledged = Alert {
        acknowledged: Some(seen),
        state: AlertState::Resolved,
        resolved_at: Some(at(9)),
        waiting: false,
        ..(**alert).clone()
    };
    assert_eq!(from_detail(&detail(&acknowledged)), Some(acknowledged));
    assert_eq!(from_detail(&serde_json::json!({"id": 1})), None);
}
