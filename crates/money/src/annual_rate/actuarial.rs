//! Regulation Z, appendix J: whole unit-periods compound, the odd fraction bears simple interest.

use jiff::civil::Date;
use jiff::{Span, Unit};

use crate::day_count::{self, End};
use crate::root::{Grid, Interval, Reason, Solution, Stream};
use crate::{Error, Fen};

/// One amount at whole unit-periods and an odd fraction of one.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    amount: f64,
    whole: f64,
    odd: f64,
}

/// A stream in unit-periods.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitPeriods {
    parts: Vec<Part>,
    changes: usize,
}

/// Returns a stream of amounts at (whole unit-periods, odd fraction).
///
/// # Errors
/// [`Error::TooMany`].
pub fn unit_periods(parts: &[(f64, u32, f64)]) -> Result<UnitPeriods, Error> {
    if parts.len() > crate::flow::MOST_FLOWS {
        let (count, most) = (parts.len(), crate::flow::MOST_FLOWS);
        return Err(Error::TooMany { name: "payments", name_zh: "付款", count, most });
    }
    let mut parts: Vec<Part> =
        parts.iter().map(|&(amount, whole, odd)| Part { amount, whole: f64::from(whole), odd }).collect();
    parts.sort_by(|a, b| (a.whole + a.odd).total_cmp(&(b.whole + b.odd)));
    let signs: Vec<bool> = parts.iter().filter(|part| part.amount != 0.0).map(|part| part.amount > 0.0).collect();
    let changes = signs.windows(2).filter(|pair| pair[0] != pair[1]).count();
    Ok(UnitPeriods { parts, changes })
}

/// Returns dated amounts in months counted back from each date, odd days over thirty.
pub(super) fn monthly(flows: &[(Date, Fen)]) -> Result<UnitPeriods, Error> {
    let start = flows.iter().map(|&(date, _)| date).min().unwrap_or(Date::ZERO);
    let mut parts = Vec::with_capacity(flows.len());
    for &(date, amount) in flows {
        day_count::days(start, date, End::Exclusive)?;
        let (months, odd_days) = months_and_days(start, date);
        parts.push((amount.float(), months, f64::from(odd_days) / 30.0));
    }
    unit_periods(&parts)
}

/// Returns the whole months counted back from the later date, and the days left.
pub(super) fn months_and_days(from: Date, to: Date) -> (u32, i32) {
    let (months, reached) = day_count::whole_months(from, to);
    let reached = if from == from.last_of_month() && to.day() < from.day() && months == 0 {
        to.checked_sub(Span::new().months(months)).unwrap_or(reached)
    } else {
        reached
    };
    (months.unsigned_abs(), from.until((Unit::Day, reached)).map_or(0, |span| span.get_days()))
}

impl UnitPeriods {
    fn value(&self, rate: f64) -> (f64, f64) {
        self.parts.iter().fold((0.0, 0.0), |(value, slope), part| {
            let term = part.amount / ((1.0 + part.odd * rate) * (1.0 + rate).powf(part.whole));
            (value + term, slope - term * (part.odd / (1.0 + part.odd * rate) + part.whole / (1.0 + rate)))
        })
    }

    fn between(&self, mut low: f64, mut high: f64) -> f64 {
        let at_low = self.value(low).0;
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if (self.value(middle).0 > 0.0) == (at_low > 0.0) { low = middle } else { high = middle }
        }
        let middle = f64::midpoint(low, high);
        let (value, slope) = self.value(middle);
        let polished = middle - value / slope;
        if (polished - middle).abs() < 1e-9 { polished } else { middle }
    }
}

impl Stream for UnitPeriods {
    /// One change of sign gives at most one rate: of two factors, that of the later time grows faster. Otherwise signs are
    /// compared on a grid, which is no proof that there are no other rates, and is said so.
    fn solve(&self) -> Solution {
        if self.changes == 0 {
            return Solution::None(Reason::OneSided);
        }
        let mut rates = Vec::new();
        let points: Vec<f64> = Grid::points().map(f64::exp_m1).collect();
        for pair in points.windows(2) {
            let (a, b) = (self.value(pair[0]).0, self.value(pair[1]).0);
            if a == 0.0 || (a > 0.0) != (b > 0.0) {
                rates.push(self.between(pair[0], pair[1]));
            }
        }
        match (self.changes, rates.len()) {
            (1, 1) => Solution::One(rates[0], Reason::OneChangeOfSign),
            (1, _) => Solution::None(Reason::NoneInRange),
            (_, 0) => Solution::None(Reason::Undecided),
            _ => Solution::Several(rates, Reason::Undecided),
        }
    }

    fn certify(&self, rate: f64) -> Option<Interval> {
        let certain = |rate: f64| {
            let value = self.value(rate).0;
            let error: f64 = self
                .parts
                .iter()
                .map(|part| {
                    let term = part.amount / ((1.0 + part.odd * rate) * (1.0 + rate).powf(part.whole));
                    term.abs() * (40.0 + part.whole + self.parts.len() as f64)
                })
                .sum();
            (value.abs() > error * f64::EPSILON).then_some(value > 0.0)
        };
        let mut half = 1e-13;
        while half < 4.9e-10 {
            let (low, high) = (rate - half * (1.0 + rate), rate + half * (1.0 + rate));
            if let (Some(a), Some(b)) = (certain(low), certain(high))
                && a != b
            {
                return Some(Interval { low, high });
            }
            half *= 16.0;
        }
        None
    }
}
