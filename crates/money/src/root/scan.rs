//! Every root of a stream whose amounts change sign several times, over u = ln(1+r) in [-12, 6].
//!
//! The range is halved until each piece is proven to hold no root, or proven to be monotone. Positive and negative terms
//! are each monotone in u, which bounds the function over a piece by its values at the ends. Pieces that get too narrow
//! without a proof are reported, not guessed at.

use super::{GREATEST_LOG, LEAST_LOG};
use crate::flow::Timed;

/// The width at which a piece is given up.
const NARROWEST: f64 = 1e-9;
/// The most pieces looked at: a bound on time, not on what is found.
const MOST_PIECES: usize = 200_000;

/// Sums of the positive and of the negative terms at one u.
#[derive(Clone, Copy, Debug, Default)]
struct Parts {
    plus: f64,
    minus: f64,
}

impl Parts {
    fn value(self) -> f64 {
        self.plus - self.minus
    }

    fn noise(self) -> f64 {
        (self.plus + self.minus) * 1e-13
    }
}

/// A step of a plain search, for functions without such bounds.
pub struct Grid;

impl Grid {
    /// Returns the points of u between which signs are compared.
    pub fn points() -> impl Iterator<Item = f64> {
        const STEPS: i32 = 4_000;
        (0..=STEPS).map(|step| LEAST_LOG / 2.0 + (GREATEST_LOG - LEAST_LOG / 2.0) * f64::from(step) / f64::from(STEPS))
    }
}

struct Search<'a> {
    stream: &'a Timed,
    length: f64,
    /// The time whose weight is zero in each derivative that is tried.
    pivots: Vec<f64>,
    rates: Vec<f64>,
    is_whole: bool,
    pieces: usize,
}

/// Returns the rates in ascending order, and whether it is proven that there are no others in the range.
pub fn all(stream: &Timed) -> (Vec<f64>, bool) {
    let length = stream.times.last().copied().unwrap_or(0.0);
    let pivots = vec![0.0, length, length / 2.0, length / 4.0, length * 0.75];
    let mut search = Search { stream, length, pivots, rates: Vec::new(), is_whole: true, pieces: 0 };
    // Zero is a cut: on each side the exponents keep one sign.
    for (low, high) in [(LEAST_LOG, -1e-7), (-1e-7, 1e-7), (1e-7, GREATEST_LOG)] {
        search.piece(low, high);
    }
    search.rates.sort_by(f64::total_cmp);
    (search.rates, search.is_whole)
}

impl Search<'_> {
    fn parts(&self, u: f64, shift: f64, pivot: Option<f64>) -> Parts {
        let mut parts = Parts::default();
        for (&amount, &time) in self.stream.amounts.iter().zip(&self.stream.times) {
            let weight = pivot.map_or(amount, |pivot| amount * (pivot - time));
            let term = weight * (-u * (time - shift)).exp();
            if term > 0.0 { parts.plus += term } else { parts.minus -= term }
        }
        parts
    }

    /// Bounds a sum over a piece: with the shift, all terms grow or all shrink in u.
    fn keeps_sign(low: Parts, high: Parts) -> bool {
        let (least_plus, most_plus) = (low.plus.min(high.plus), low.plus.max(high.plus));
        let (least_minus, most_minus) = (low.minus.min(high.minus), low.minus.max(high.minus));
        let noise = (most_plus + most_minus) * 1e-13;
        least_plus - most_minus > noise || least_minus - most_plus > noise
    }

    fn piece(&mut self, low: f64, high: f64) {
        let mut stack = vec![(low, high)];
        while let Some((low, high)) = stack.pop() {
            self.pieces += 1;
            let shift = if f64::midpoint(low, high) < 0.0 { self.length } else { 0.0 };
            let (at_low, at_high) = (self.parts(low, shift, None), self.parts(high, shift, None));
            if Self::keeps_sign(at_low, at_high) {
                continue;
            }
            if self.is_monotone(low, high, shift) && self.settle(low, high, shift, [at_low, at_high]) {
                continue;
            }
            if high - low < NARROWEST || self.pieces > MOST_PIECES {
                self.is_whole = false;
                continue;
            }
            // Not the middle, so that a root in a simple place falls inside a piece.
            let cut = low + (high - low) * 0.503_141;
            stack.push((cut, high));
            stack.push((low, cut));
        }
    }

    fn is_monotone(&self, low: f64, high: f64, shift: f64) -> bool {
        self.pivots
            .iter()
            .any(|&pivot| Self::keeps_sign(self.parts(low, shift, Some(pivot)), self.parts(high, shift, Some(pivot))))
    }

    /// On a monotone piece: finds the root if the ends differ. Returns false where an end's sign is not certain.
    fn settle(&mut self, low: f64, high: f64, shift: f64, ends: [Parts; 2]) -> bool {
        if ends.iter().any(|parts| parts.value().abs() <= parts.noise()) {
            return false;
        }
        if (ends[0].value() > 0.0) != (ends[1].value() > 0.0) {
            let rate = self.bisect(low, high, shift, ends[0].value());
            self.rates.push(rate);
        }
        true
    }

    fn bisect(&self, mut low: f64, mut high: f64, shift: f64, at_low: f64) -> f64 {
        for _ in 0..80 {
            let middle = f64::midpoint(low, high);
            if (self.parts(middle, shift, None).value() > 0.0) == (at_low > 0.0) { low = middle } else { high = middle }
        }
        f64::midpoint(low, high).exp_m1()
    }
}
