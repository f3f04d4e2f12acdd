//! Newton's method inside a bracket, for streams with one change of sign. Returns nothing outside the searched range.

use super::{GREATEST_LOG, LEAST_LOG};
use crate::flow::{Dated, Timed};

/// A step this small, relative to the unknown, leaves an error of its square.
const SMALL: f64 = 1e-9;
const MOST_STEPS: usize = 200;
/// Steps after which only the middle of the bracket is tried.
const MOST_NEWTON: usize = 60;
/// Powers of a day's discount that are kept in a table.
const TABLE: usize = 32;

/// Value and derivative of a polynomial, in four interleaved chains so that the processor works on all at once.
fn polynomial(amounts: impl DoubleEndedIterator<Item = f64> + ExactSizeIterator, x: f64) -> (f64, f64) {
    let (mut value, mut slope) = ([0.0_f64; 4], [0.0_f64; 4]);
    let square = x * x;
    let y = square * square;
    let mut at = amounts.len();
    for amount in amounts.rev() {
        at -= 1;
        let chain = at % 4;
        // Not `mul_add`: that is a library call where the processor has no such instruction.
        slope[chain] = slope[chain] * y + value[chain];
        value[chain] = value[chain] * y + amount;
    }
    let inner = (value[0] + square * value[2]) + x * (value[1] + square * value[3]);
    let by_y = (slope[0] + square * slope[2]) + x * (slope[1] + square * slope[3]);
    let direct = value[1] + x * (2.0 * value[2] + 3.0 * x * value[3]);
    (inner, direct + 4.0 * square * x * by_y)
}

/// Returns the rate of amounts at equal steps.
///
/// Works in v = 1/(1+r) where money grows and in 1+r where it shrinks, so that the unknown lies in (0, 1].
pub fn periodic(amounts: &[f64]) -> Option<f64> {
    let total: f64 = amounts.iter().sum();
    let first = amounts.iter().find(|&&amount| amount != 0.0)?;
    if total == 0.0 {
        return Some(0.0);
    }
    if (total > 0.0) == (*first < 0.0) || (total < 0.0) == (*first > 0.0) {
        let in_use: f64 = amounts.iter().filter(|&&amount| amount.signum() == first.signum()).sum();
        let guess = (-2.0 * total / in_use / (amounts.len() as f64)).max(1e-9);
        let rate = |v: f64| 1.0 / v - 1.0;
        return solve(|x| polynomial(amounts.iter().copied(), x), 1.0 / (1.0 + guess), (-GREATEST_LOG).exp()).map(rate);
    }
    solve(|x| polynomial(amounts.iter().rev().copied(), x), 0.9, LEAST_LOG.exp()).map(|x| x - 1.0)
}

/// Finds the zero in (`least`, 1] of a function whose signs at both ends differ.
fn solve(function: impl Fn(f64) -> (f64, f64), guess: f64, least: f64) -> Option<f64> {
    let mut bracket = Bracket::new(&mut |x| function(x).0, (least, 1.0));
    let mut x = guess;
    for step in 0..MOST_STEPS {
        let (value, slope) = function(x);
        if value == 0.0 {
            return Some(x);
        }
        let (next, is_newton) = bracket.next(x, (value, slope), step);
        if (next - x).abs() <= SMALL * x && is_newton || bracket.width() <= f64::EPSILON * x {
            return Some(next).filter(|next| *next > least * 1.000_001);
        }
        x = next;
    }
    None
}

/// Where a zero must lie.
struct Bracket {
    low: f64,
    high: f64,
    is_positive_at_low: bool,
}

impl Bracket {
    fn new(function: &mut dyn FnMut(f64) -> f64, (low, high): (f64, f64)) -> Self {
        Self { low, high, is_positive_at_low: function(low) > 0.0 }
    }

    fn width(&self) -> f64 {
        self.high - self.low
    }

    /// Narrows the bracket by the value at `x` and returns where to look next: Newton's step, or the middle where that
    /// would leave the bracket or has been tried often enough; and whether it is Newton's.
    fn next(&mut self, x: f64, (value, slope): (f64, f64), step: usize) -> (f64, bool) {
        *(if (value > 0.0) == self.is_positive_at_low { &mut self.low } else { &mut self.high }) = x;
        let newton = x - value / slope;
        let is_newton = newton > self.low && newton < self.high && step < MOST_NEWTON;
        (if is_newton { newton } else { f64::midpoint(self.low, self.high) }, is_newton)
    }
}

/// Returns the rate a year of amounts on days, in x = ln(1+r) a day.
pub fn dated(stream: &Dated) -> Option<f64> {
    let total: f64 = stream.amounts.iter().sum();
    let length = f64::from(*stream.days.last()?);
    let bounds = (LEAST_LOG / 365.0, GREATEST_LOG / 365.0);
    let guess = guess(&stream.amounts, total, length);
    let mut table = [1.0; TABLE];
    let mut wide = Vec::new();
    let log = bracketed(
        |x| {
            let day = (-x).exp();
            let narrow = (stream.widest_gap as usize + 1).clamp(2, TABLE);
            table[1] = day;
            for power in 2..narrow {
                table[power] = table[power / 2] * table[power - power / 2];
            }
            if stream.widest_gap as usize >= TABLE {
                let step = table[TABLE - 1] * day;
                wide.clear();
                wide.extend([1.0, step]);
                for power in 2..=stream.widest_gap as usize / TABLE {
                    wide.push(wide[power / 2] * wide[power - power / 2]);
                }
            }
            let (mut value, mut slope, mut discount, mut before) = (0.0, 0.0, 1.0, 0);
            for (&amount, &at) in stream.amounts.iter().zip(&stream.days) {
                let gap = (at - before) as usize;
                before = at;
                discount *= table[gap % TABLE];
                if gap >= TABLE {
                    discount *= wide[gap / TABLE];
                }
                let term = amount * discount;
                value += term;
                slope -= term * f64::from(at);
            }
            (value, slope)
        },
        guess.clamp(bounds.0, bounds.1),
        bounds,
        length,
    )?;
    Some((log * 365.0).exp_m1())
}

/// Returns the rate a unit of time of amounts at any times, in u = ln(1+r).
pub fn timed(stream: &Timed) -> Option<f64> {
    let total: f64 = stream.amounts.iter().sum();
    let length = *stream.times.last()?;
    let bounds = (LEAST_LOG, GREATEST_LOG);
    let value = |u: f64| {
        // Exponents are kept at or below zero, so that nothing overflows; the factor taken out does not move a zero.
        let shift = if u < 0.0 { length } else { 0.0 };
        stream.amounts.iter().zip(&stream.times).fold((0.0, 0.0), |(value, slope), (&amount, &time)| {
            let term = amount * (-u * (time - shift)).exp();
            (value + term, slope - term * (time - shift))
        })
    };
    bracketed(value, guess(&stream.amounts, total, length).clamp(-2.0, 2.0), bounds, length).map(f64::exp_m1)
}

fn guess(amounts: &[f64], total: f64, length: f64) -> f64 {
    let first = amounts.iter().copied().find(|&amount| amount != 0.0).unwrap_or(1.0);
    let in_use: f64 = amounts.iter().filter(|&&amount| amount.signum() == first.signum()).sum();
    (-2.0 * total / in_use / length.max(1e-9)).clamp(-1.0, 1.0)
}

/// Newton in a logarithm, bisecting where a step would leave the bracket.
fn bracketed(mut function: impl FnMut(f64) -> (f64, f64), guess: f64, bounds: (f64, f64), length: f64) -> Option<f64> {
    let mut bracket = Bracket::new(&mut |x| function(x).0, bounds);
    if bracket.is_positive_at_low == (function(bounds.1).0 > 0.0) {
        return None;
    }
    let mut x = guess;
    for step in 0..MOST_STEPS {
        let (value, slope) = function(x);
        if value == 0.0 {
            return Some(x);
        }
        let (next, is_newton) = bracket.next(x, (value, slope), step);
        if (next - x).abs() * length <= SMALL && is_newton || bracket.width() <= f64::EPSILON * x.abs() {
            return Some(next);
        }
        x = next;
    }
    Some(x)
}
