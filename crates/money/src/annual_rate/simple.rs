//! The simple yearly rate of dated amounts: interest by the day on the principal still in use, paid before principal, and
//! never itself bearing interest.

use super::{AnnualRate, Convention};
use crate::flow::Dated;
use crate::root::{GREATEST_LOG, Interval, Reason, Solution};

/// What is left at the end at a rate, and a bound on its rounding error.
fn left(stream: &Dated, rate: f64) -> (f64, f64) {
    let (mut principal, mut interest, mut before, mut size) = (0.0_f64, 0.0_f64, 0, 0.0_f64);
    for (&amount, &day) in stream.amounts.iter().zip(&stream.days) {
        interest += principal.max(0.0) * rate * f64::from(day - before) / 365.0;
        before = day;
        size += principal.abs() + interest.abs() + amount.abs();
        if amount >= 0.0 {
            principal += amount;
        } else {
            let to_interest = interest.min(-amount);
            interest -= to_interest;
            principal += amount + to_interest;
        }
    }
    (principal + interest, size * 16.0 * f64::EPSILON)
}

/// Returns the rate; what is left grows with it, so there is at most one.
pub fn annual(stream: &Dated) -> AnnualRate {
    let convention = Convention::ChinaSimple;
    let starts_with_advance = stream.amounts.iter().find(|&&amount| amount != 0.0).is_some_and(|&first| first > 0.0);
    let (mut low, mut high) = (0.0, GREATEST_LOG.exp());
    let none = |reason| AnnualRate { convention, rates: Vec::new(), reason };
    if !starts_with_advance || left(stream, low).0 > 0.0 || left(stream, high).0 < 0.0 {
        // Nothing was borrowed first, or less is paid back than was received: no simple rate above zero.
        return none(Reason::NoneInRange);
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if left(stream, middle).0 < 0.0 { low = middle } else { high = middle }
    }
    let rate = f64::midpoint(low, high);
    let certify = |rate: f64| {
        let mut half = 1e-13_f64;
        while half < 4.9e-10 {
            let width = half * (1.0 + rate);
            let (below, above) = (left(stream, rate - width), left(stream, rate + width));
            if below.0 < -below.1 && above.0 > above.1 {
                return Some(Interval { low: rate - width, high: rate + width });
            }
            half *= 16.0;
        }
        // Exactly nothing paid above what was received.
        (rate < 1e-12).then_some(Interval { low: 0.0, high: 1e-12 })
    };
    AnnualRate::solved(convention, &Solution::One(rate, Reason::OneChangeOfSign), certify, |rate| rate)
}
