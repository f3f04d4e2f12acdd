//! Rates where facts are missing: each unknown is a range, and the answer is a range that certainly holds the truth.
//!
//! The yearly rate of one pay-out repaid in equal payments falls with what was received, rises with each payment and with
//! their number, and draws towards zero as the gaps grow; so its bounds lie at corners of the ranges.

use serde::Serialize;

use crate::annual_rate::{Bounded, Convention, LoanFlows, Step, annual_rates};
use crate::schedule::MOST_PERIODS;
use crate::{Error, Fen};

/// From the least to the most that something can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range<T> {
    /// The least.
    pub least: T,
    /// The most.
    pub most: T,
}

impl<T: Copy> Range<T> {
    /// Returns the range of something known.
    pub const fn exactly(value: T) -> Self {
        Self { least: value, most: value }
    }
}

/// What is known of a loan that is repaid in equal payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// What was received.
    pub received: Range<Fen>,
    /// Each payment.
    pub payment: Range<Fen>,
    /// How many payments.
    pub count: Range<u16>,
    /// Days from each to the next; whole months where both ends say so.
    pub gap: Range<Step>,
}

/// A convention's rate between two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RateRange {
    /// Which convention.
    pub convention: Convention,
    /// The least that the rate can be, where a bound is known.
    pub least: Option<Bounded>,
    /// The most, where a bound is known.
    pub most: Option<Bounded>,
}

/// Returns for each published convention the range in which the rate lies.
///
/// # Errors
/// [`Error::NotPositive`], [`Error::TooMany`], and as the streams.
pub fn rate_ranges(known: &Known) -> Result<Vec<RateRange>, Error> {
    known.received.least.entered("what was received", "收到的钱")?;
    known.payment.least.entered("a payment", "每期还款")?;
    if known.count.least == 0 {
        return Err(Error::NotPositive { name: "the number of payments", name_zh: "期数" });
    }
    if u32::from(known.count.most) > MOST_PERIODS {
        let (count, most) = (usize::from(known.count.most), MOST_PERIODS as usize);
        return Err(Error::TooMany { name: "payments", name_zh: "期数", count, most });
    }
    let cheapest = corner(known.received.most, known.payment.least, known.count.least, known.gap)?;
    let dearest = corner(known.received.least, known.payment.most, known.count.most, known.gap)?;
    let conventions =
        [Convention::ChinaSimple, Convention::ChinaCompound, Convention::EuropeanUnion, Convention::RegulationZ];
    Ok(conventions
        .into_iter()
        .map(|convention| {
            let of = |corner: &[(Convention, Option<Bounded>)]| -> Vec<Option<Bounded>> {
                corner.iter().filter(|(other, _)| *other == convention).map(|&(_, rate)| rate).collect()
            };
            let (low, high) = (of(&cheapest), of(&dearest));
            let is_bounded = |rates: &[Option<Bounded>]| rates.iter().all(Option::is_some);
            let least = if is_bounded(&low) { low.iter().flatten().copied().min_by_key(|rate| rate.low) } else { None };
            let most =
                if is_bounded(&high) { high.iter().flatten().copied().max_by_key(|rate| rate.high) } else { None };
            RateRange { convention, least, most }
        })
        .collect())
}

/// The rates at one corner for both ends of the gap: which of them is the bound depends on the sign of the rate.
fn corner(
    received: Fen,
    payment: Fen,
    count: u16,
    gap: Range<Step>,
) -> Result<Vec<(Convention, Option<Bounded>)>, Error> {
    let mut all = Vec::new();
    for step in [gap.least, gap.most] {
        let mut amounts = vec![received];
        amounts.resize(usize::from(count) + 1, payment.negated());
        for rate in annual_rates(&LoanFlows::Every(step, amounts))? {
            all.push((rate.convention, rate.rates.first().copied()));
        }
    }
    Ok(all)
}
