//! Rates that make a stream of money worth nothing at its start: all of them, each with a proven interval.
//!
//! A stream with one change of sign has at most one rate above -100 % (Descartes, and its generalisation to real
//! exponents by Laguerre): Newton inside a bracket finds it. Any other stream is searched whole over u = ln(1+r) in
//! [-12, 6] (see `scan`), and every root is returned; none is picked. Floats are used here and in the solver only.

mod certificate;
mod newton;
mod scan;

use serde::Serialize;

use crate::flow::{Dated, Periodic, Timed};

pub use certificate::Interval;
pub use scan::Grid;

/// The least u = ln(1+r) that is searched: a loss of 99.9994 % a unit of time.
pub const LEAST_LOG: f64 = -12.0;
/// The greatest u that is searched: a gain of 40243 % a unit of time.
pub const GREATEST_LOG: f64 = 6.0;

/// Why there are that many rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The amounts change sign once: no other rate exists.
    OneChangeOfSign,
    /// The amounts change sign several times; the whole range was searched and this is all.
    Searched,
    /// Every amount has the same sign, or all are zero: no rate can balance them.
    OneSided,
    /// The range was searched and holds no rate.
    NoneInRange,
    /// The search met a place where it could not decide, as near a double root; there may be further rates.
    Undecided,
}

/// The rates of a stream, as fractions a unit of time, ascending.
#[derive(Clone, Debug, PartialEq)]
pub enum Solution {
    /// Exactly one, by the reason given.
    One(f64, Reason),
    /// Several, or one of which it is not proven that it is the only one.
    Several(Vec<f64>, Reason),
    /// None.
    None(Reason),
}

impl Solution {
    /// Returns every rate.
    pub fn rates(&self) -> &[f64] {
        match self {
            Self::One(rate, _) => std::slice::from_ref(rate),
            Self::Several(rates, _) => rates,
            Self::None(_) => &[],
        }
    }

    /// Returns why there are that many.
    pub const fn reason(&self) -> Reason {
        match self {
            Self::One(_, reason) | Self::Several(_, reason) | Self::None(reason) => *reason,
        }
    }

    fn searched(stream: &Timed) -> Self {
        if stream.changes == 0 {
            return Self::None(Reason::OneSided);
        }
        let (mut rates, is_whole) = scan::all(stream);
        let reason = if is_whole { Reason::Searched } else { Reason::Undecided };
        match (rates.len(), is_whole) {
            (0, true) => Self::None(Reason::NoneInRange),
            (0, false) => Self::None(reason),
            (1, true) => Self::One(rates.remove(0), reason),
            _ => Self::Several(rates, reason),
        }
    }

    fn single(rate: Option<f64>) -> Self {
        rate.map_or(Self::None(Reason::NoneInRange), |rate| Self::One(rate, Reason::OneChangeOfSign))
    }
}

/// A stream whose rates can be found and proven.
pub trait Stream {
    /// Returns every rate a unit of time.
    fn solve(&self) -> Solution;
    /// Returns an interval around a rate that certainly holds a root, or nothing where rounding hides the sign.
    fn certify(&self, rate: f64) -> Option<Interval>;
}

impl Stream for Periodic {
    fn solve(&self) -> Solution {
        if self.changes == 1 {
            return Solution::single(newton::periodic(&self.amounts));
        }
        Solution::searched(&self.timed())
    }

    fn certify(&self, rate: f64) -> Option<Interval> {
        certificate::periodic(&self.amounts, rate)
    }
}

impl Stream for Dated {
    fn solve(&self) -> Solution {
        if self.changes == 1 {
            return Solution::single(newton::dated(self));
        }
        Solution::searched(&self.timed())
    }

    fn certify(&self, rate: f64) -> Option<Interval> {
        certificate::timed(&self.timed(), rate)
    }
}

impl Stream for Timed {
    fn solve(&self) -> Solution {
        if self.changes == 1 {
            return Solution::single(newton::timed(self));
        }
        Solution::searched(self)
    }

    fn certify(&self, rate: f64) -> Option<Interval> {
        certificate::timed(self, rate)
    }
}
