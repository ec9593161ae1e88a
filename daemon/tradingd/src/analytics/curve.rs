//! The equity curve of an interval: growth without deposits, falls from the running peak, days,
//! months, and the curve thinned out so that every extreme stays.
//!
//! Money that moves in or out is no profit: growth goes on from the new amount, and the peak moves in
//! proportion, as the engine's own limits have it.

use super::calendar::{DAY, Month, day_ending_at, is_midnight};
use super::ratios::Moments;
use domain::{Amount, Decimal, Timestamp};
use rust_decimal::prelude::ToPrimitive as _;

/// Decimal places of a peak that moved with the capital.
const MOVED_SCALE: u32 = 10;

/// One span of the thinned curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// First and last stored moment.
    pub from: Timestamp,
    /// The last one.
    pub at: Timestamp,
    /// Last value.
    pub value: Amount,
    /// Lowest value.
    pub low: Amount,
    /// Highest value.
    pub high: Amount,
    /// Running peak at its end.
    pub peak: Amount,
    /// Fall from it at its end, percent.
    pub drawdown_pct: f64,
    /// Deepest fall within it, percent.
    pub deepest_pct: f64,
    /// Lowest value since the running peak; what is made of it waits until the peak moves.
    trough: Amount,
}

impl Span {
    /// Works out the falls as of now. Quotients are made here, not at every point.
    fn settle(&mut self) {
        self.drawdown_pct = fall_pct(self.peak, self.value);
        self.deepest_pct = self.deepest_pct.max(fall_pct(self.peak, self.trough));
    }

    fn take(&mut self, at: Timestamp, value: Amount, peak: Amount) {
        if peak != self.peak {
            self.settle();
            self.peak = peak;
            self.trough = value;
        }
        self.at = at;
        self.value = value;
        self.low = self.low.min(value);
        self.high = self.high.max(value);
        self.trough = self.trough.min(value);
    }
}

/// The deepest fall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fall {
    /// In percent of the peak.
    pub pct: f64,
    /// When the peak was.
    pub peak_at: Timestamp,
    /// How high it was.
    pub peak: Amount,
    /// When the lowest point was.
    pub trough_at: Timestamp,
    /// The lowest point.
    pub trough: Amount,
    /// When the peak was reached again.
    pub recovered_at: Option<Timestamp>,
}

/// One month, or the part of it in the interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MonthReturn {
    /// Which.
    pub month: Month,
    /// Against the end of the month before, percent.
    pub return_pct: f64,
    /// Profit in quote, without what moved in or out.
    pub profit: Amount,
}

/// What the curve starts from.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    /// The interval's beginning.
    pub from: Timestamp,
    /// Last equity point before it.
    pub before: Option<(Timestamp, Amount)>,
    /// Highest equity before it, as far as it is known, scaled by what moved since.
    pub earlier_peak: Option<Amount>,
    /// First and last point of the interval and how many there are.
    pub first: Timestamp,
    /// The last.
    pub last: Timestamp,
    /// How many.
    pub count: u64,
    /// Spans at most.
    pub max_points: u32,
}

/// Reads the points one by one.
#[derive(Debug)]
pub struct Curve {
    start: Start,
    width: Option<i64>,
    capital: Vec<(Timestamp, Amount)>,
    next_change: usize,
    in_force: Option<Amount>,
    base: Option<Amount>,
    previous: Option<(Timestamp, Amount)>,
    factor: f64,
    segment_start: Amount,
    peak: (Timestamp, Amount),
    /// Lowest point since that peak.
    trough: (Timestamp, Amount),
    fall: Option<Fall>,
    /// First microsecond behind the last span.
    span_ends: i64,
    /// Last microsecond of the current day.
    day_ends: i64,
    /// Growth at the start of the current day, when that is known.
    day_start: Option<f64>,
    month_start: (f64, Amount, Amount),
    external: Amount,
    earlier_peak: Option<Amount>,
    lookups: Vec<(Timestamp, usize)>,
    next_lookup: usize,
    /// For each lookup's number, the last value not later than its moment.
    pub found: Vec<Option<Amount>>,
    /// The thinned curve.
    pub spans: Vec<Span>,
    /// Month by month.
    pub months: Vec<MonthReturn>,
    /// Returns of full days.
    pub days: Moments,
}

impl Curve {
    /// A curve with the changes of what was put in (all up to the interval's end, oldest first) and
    /// moments whose equity is wanted.
    #[must_use]
    pub fn new(start: Start, capital: Vec<(Timestamp, Amount)>, wanted: &[Timestamp]) -> Self {
        let mut lookups: Vec<_> = wanted.iter().copied().zip(0..).collect();
        lookups.sort_unstable();
        let rest = i64::from(start.max_points).max(2) - 1;
        let span = start.last.micros() - start.first.micros();
        let width = (start.count > u64::from(start.max_points)).then(|| span / rest + 1);
        // A store that is older than these records has none for its first points.
        let oldest = capital.first().map(|(_, value)| *value);
        let day_start = start.before.and_then(|_| {
            let day = day_ending_at(start.first);
            (start.from.micros() <= day * DAY).then_some(1.0)
        });
        Self {
            start,
            width,
            capital,
            next_change: 0,
            in_force: oldest,
            base: None,
            previous: None,
            factor: 1.0,
            segment_start: Amount::ZERO,
            peak: (start.first, Amount::MIN),
            trough: (start.first, Amount::MIN),
            fall: None,
            span_ends: i64::MIN,
            day_ends: i64::MIN,
            day_start,
            month_start: (1.0, Amount::ZERO, Amount::ZERO),
            external: Amount::ZERO,
            earlier_peak: start.earlier_peak,
            found: vec![None; lookups.len()],
            lookups,
            next_lookup: 0,
            spans: Vec::new(),
            months: Vec::new(),
            days: Moments::default(),
        }
    }

    /// What was put in as of this moment.
    fn capital_at(&mut self, at: Timestamp) -> Option<Amount> {
        while let Some((_, value)) = self.capital.get(self.next_change).filter(|c| c.0 <= at) {
            self.in_force = Some(*value);
            self.next_change += 1;
        }
        self.in_force
    }

    fn begin(&mut self, at: Timestamp, value: Amount) {
        let (since, base) = match self.start.before {
            Some((before, base)) => {
                self.capital_at(before);
                (before, base)
            }
            // The account was opened with what was put in.
            None => (at, self.capital_at(at).unwrap_or(value)),
        };
        self.base = Some(base);
        self.segment_start = base;
        self.peak = (since, base);
        self.trough = (since, base);
        self.previous = Some((since, base));
        self.month_start = (1.0, base, Amount::ZERO);
    }

    /// Takes the next point; points come in order of time.
    pub fn push(&mut self, at: Timestamp, value: Amount) {
        self.look_up_before(Some(at));
        if self.previous.is_none() {
            self.begin(at, value);
        } else {
            self.close_periods(at);
        }
        let before = self.in_force;
        let moved = match (before, self.capital_at(at)) {
            (Some(before), Some(now)) => now - before,
            _ => Amount::ZERO,
        };
        if !moved.is_zero() {
            self.shift(moved, value);
        }
        self.mark(at, value);
        self.previous = Some((at, value));
    }

    /// Money moved in or out since the point before.
    fn shift(&mut self, moved: Amount, value: Amount) {
        let Some((_, before)) = self.previous else { return };
        self.settle_fall();
        self.external += moved;
        let after = before + moved;
        self.factor = self.growth();
        if before > Amount::ZERO && after > Amount::ZERO {
            let scaled = |level: Amount| (level * after / before).round_dp(MOVED_SCALE);
            self.segment_start = after;
            self.peak.1 = scaled(self.peak.1);
            self.trough.1 = scaled(self.trough.1);
            self.earlier_peak = self.earlier_peak.map(scaled);
            if let Some(fall) = &mut self.fall {
                fall.peak = scaled(fall.peak);
                fall.trough = scaled(fall.trough);
            }
        } else {
            // From nothing, or down to it: measured anew.
            self.segment_start = value;
            self.peak.1 = value;
            self.trough.1 = value;
        }
    }

    /// Growth from the interval's start to the last point.
    fn growth(&self) -> f64 {
        match self.previous {
            Some((_, value)) if self.segment_start > Amount::ZERO => {
                self.factor * ratio(value, self.segment_start)
            }
            _ => self.factor,
        }
    }

    fn mark(&mut self, at: Timestamp, value: Amount) {
        if value >= self.peak.1 {
            self.settle_fall();
            if let Some(fall) = self.fall.as_mut().filter(|fall| fall.peak_at == self.peak.0) {
                fall.recovered_at = fall.recovered_at.or(Some(at));
            }
            self.peak = (at, value);
            self.trough = (at, value);
        } else if value < self.trough.1 {
            self.trough = (at, value);
        }
        self.thin(at, value);
    }

    /// Compares the fall from the present peak with the deepest one.
    fn settle_fall(&mut self) {
        let ((peak_at, peak), (trough_at, trough)) = (self.peak, self.trough);
        let pct = fall_pct(peak, trough);
        if pct > self.fall.map_or(0.0, |fall| fall.pct) {
            self.fall = Some(Fall { pct, peak_at, peak, trough_at, trough, recovered_at: None });
        }
    }

    /// The first point stands alone; the others share spans of equal length.
    fn thin(&mut self, at: Timestamp, value: Amount) {
        let peak = self.peak.1;
        if at.micros() < self.span_ends
            && let Some(span) = self.spans.last_mut()
        {
            span.take(at, value, peak);
            return;
        }
        if let Some(span) = self.spans.last_mut() {
            span.settle();
        }
        let since = at.micros() - self.start.first.micros();
        self.span_ends = match self.width {
            Some(width) if since > 0 => {
                self.start.first.micros() + ((since - 1) / width + 1) * width + 1
            }
            _ => at.micros() + 1,
        };
        let (low, high, trough) = (value, value, value);
        let (drawdown_pct, deepest_pct) = (0.0, 0.0);
        let from = at;
        self.spans.push(Span {
            from,
            at,
            value,
            low,
            high,
            peak,
            drawdown_pct,
            deepest_pct,
            trough,
        });
    }

    /// Ends the day and the month of the last point when `at` lies in another one.
    fn close_periods(&mut self, at: Timestamp) {
        if at.micros() <= self.day_ends {
            return;
        }
        self.day_ends = (day_ending_at(at) + 1) * DAY;
        let Some((last, _)) = self.previous else { return };
        // Before the first own point there is nothing to end.
        if self.spans.is_empty() {
            return;
        }
        if day_ending_at(at) != day_ending_at(last) {
            self.close_day();
        }
        if Month::ending_at(at) != Month::ending_at(last) {
            self.close_month(last);
        }
    }

    fn close_day(&mut self) {
        let growth = self.growth();
        if let Some(start) = self.day_start.filter(|start| *start > 0.0) {
            self.days.push(growth / start - 1.0);
        }
        self.day_start = Some(growth);
    }

    fn close_month(&mut self, last: Timestamp) {
        let growth = self.growth();
        let (start, value_then, external_then) = self.month_start;
        let value = self.previous.map_or(Amount::ZERO, |(_, value)| value);
        let return_pct = if start > 0.0 { (growth / start - 1.0) * 100.0 } else { 0.0 };
        self.months.push(MonthReturn {
            month: Month::ending_at(last),
            return_pct,
            profit: value - value_then - (self.external - external_then),
        });
        self.month_start = (growth, value, self.external);
    }

    /// Answers the lookups before a moment with the last value so far.
    fn look_up_before(&mut self, moment: Option<Timestamp>) {
        let value = self.previous.map(|(_, value)| value).or(self.start.before.map(|b| b.1));
        while let Some((at, number)) = self.lookups.get(self.next_lookup) {
            if moment.is_some_and(|moment| *at >= moment) {
                return;
            }
            self.found[*number] = value;
            self.next_lookup += 1;
        }
    }

    /// Ends what is still open; call once after the last point.
    pub fn finish(&mut self) {
        self.look_up_before(None);
        let Some(span) = self.spans.last_mut() else { return };
        span.settle();
        self.settle_fall();
        let Some((last, _)) = self.previous else { return };
        if is_midnight(last) {
            self.close_day();
        }
        self.close_month(last);
    }

    /// Growth over the whole interval: 1 is none. `None` without points.
    #[must_use]
    pub fn total_growth(&self) -> Option<f64> {
        (!self.spans.is_empty()).then(|| self.growth())
    }

    /// The deepest fall; `None` when there was none.
    #[must_use]
    pub const fn deepest(&self) -> Option<Fall> {
        self.fall
    }

    /// Where the interval's data begins: at its start when there are points before it, otherwise at its
    /// first point.
    #[must_use]
    pub fn begins(&self) -> Timestamp {
        if self.start.before.is_some() { self.start.from } else { self.start.first }
    }

    /// True when the equity before the interval was higher than in it.
    #[must_use]
    pub fn higher_before(&self) -> bool {
        self.earlier_peak.is_some_and(|earlier| earlier > self.peak.1)
    }

    /// Equity at the interval's start and end, and what moved in less out between them.
    #[must_use]
    pub fn ends(&self) -> (Option<Amount>, Option<Amount>, Amount) {
        let last = self.previous.filter(|_| !self.spans.is_empty());
        (self.base, last.map(|(_, value)| value), self.external)
    }
}

/// A fall in percent of its peak.
fn fall_pct(peak: Amount, value: Amount) -> f64 {
    if value < peak && peak > Amount::ZERO { ratio(peak - value, peak) * 100.0 } else { 0.0 }
}

/// A quotient of amounts as a statistic.
fn ratio(part: Decimal, whole: Decimal) -> f64 {
    part.to_f64().unwrap_or(0.0) / whole.to_f64().unwrap_or(1.0)
}
