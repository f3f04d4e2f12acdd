//! Proof that a rate is where it is said to be: the function has different signs at both ends of a small interval, and
//! the running bound on rounding errors (Higham, Accuracy and Stability of Numerical Algorithms, 5.1) is smaller than
//! both values. For times that are no whole steps the proof assumes that the platform's `exp` errs by at most 16 units
//! in the last place.

use crate::flow::Timed;

/// One rounding.
const UNIT: f64 = f64::EPSILON / 2.0;
/// The narrowest half-width tried, relative to 1+r.
const NARROWEST: f64 = 1e-13;
/// The widest half-width tried; the bar is 1e-9 in all.
const WIDEST: f64 = 4.9e-10;

/// Bounds of a rate, as fractions a unit of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The rate is at least this.
    pub low: f64,
    /// The rate is at most this.
    pub high: f64,
}

impl Interval {
    /// Returns the bounds of a growing function of the rate, widened by its rounding errors.
    #[must_use]
    pub fn mapped(self, function: impl Fn(f64) -> f64) -> Self {
        let widen = |value: f64| (1.0 + value.abs()) * 64.0 * f64::EPSILON;
        let (low, high) = (function(self.low), function(self.high));
        Self { low: low - widen(low), high: high + widen(high) }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Minus,
    Plus,
}

fn sign(value: f64, error: f64) -> Option<Sign> {
    if value > error {
        Some(Sign::Plus)
    } else if value < -error {
        Some(Sign::Minus)
    } else {
        None
    }
}

/// Widens the interval until the signs at its ends are certain and differ.
fn bracket(rate: f64, certain: impl Fn(f64) -> Option<Sign>) -> Option<Interval> {
    let scale = 1.0 + rate;
    let mut half = NARROWEST;
    while half <= WIDEST {
        let (low, high) = (rate - half * scale, rate + half * scale);
        if let (Some(a), Some(b)) = (certain(low), certain(high))
            && a != b
        {
            let slip = 4.0 * f64::EPSILON * scale;
            return Some(Interval { low: low - slip, high: high + slip });
        }
        half *= 16.0;
    }
    None
}

/// Certifies a rate of amounts at equal steps.
pub fn periodic(amounts: &[f64], rate: f64) -> Option<Interval> {
    if rate >= 0.0 {
        bracket(rate, |rate| horner(amounts.iter().rev(), 1.0 / (1.0 + rate)))
    } else {
        bracket(rate, |rate| horner(amounts.iter(), 1.0 + rate))
    }
}

/// Horner's rule with its running error bound, from the highest power down.
///
/// The point is taken as exact: the slip between it and the rate is added to the interval.
fn horner<'a>(mut amounts: impl Iterator<Item = &'a f64>, x: f64) -> Option<Sign> {
    let mut value = *amounts.next()?;
    let mut error = value.abs() / 2.0;
    for amount in amounts {
        value = value * x + amount;
        error = error * x + value.abs();
    }
    sign(value, UNIT * (2.0 * error - value.abs()).max(0.0) * 1.001)
}

/// Certifies a rate of amounts at any times.
pub fn timed(stream: &Timed, rate: f64) -> Option<Interval> {
    bracket(rate, |rate| {
        let log = rate.ln_1p();
        let shift = if log < 0.0 { stream.times.last().copied().unwrap_or(0.0) } else { 0.0 };
        let (mut value, mut error, mut size) = (0.0_f64, 0.0_f64, 0.0_f64);
        for (&amount, &time) in stream.amounts.iter().zip(&stream.times) {
            let exponent = -log * (time - shift);
            let term = amount * exponent.exp();
            value += term;
            size += term.abs();
            error += term.abs() * (20.0 + 8.0 * exponent.abs()) + size;
        }
        sign(value, UNIT * error)
    })
}

#[cfg(test)]
mod tests {
    use super::periodic;

    #[test]
    fn the_interval_holds_the_rate_and_refuses_another() {
        let flow = [1000.0, -1100.0];
        let interval = periodic(&flow, 0.1);
        assert!(interval.is_some_and(|i| i.low <= 0.1 && 0.1 <= i.high && i.high - i.low < 1e-9));
        assert_eq!(periodic(&flow, 0.100_001), None);
    }
}
