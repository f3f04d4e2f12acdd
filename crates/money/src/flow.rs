//! Streams of money: amounts at equal steps, on dates, or at fractions of a year. From the borrower's side, what comes in
//! is positive. Knows no rates.

use jiff::civil::Date;

use crate::day_count::{self, DayCount, End};
use crate::{Error, Fen};

/// The most amounts of one stream.
pub const MOST_FLOWS: usize = 2_000;

/// Amounts at equal steps, the first at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct Periodic {
    pub(crate) amounts: Vec<f64>,
    pub(crate) changes: usize,
}

/// Amounts on whole days after a start.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated {
    pub(crate) amounts: Vec<f64>,
    pub(crate) days: Vec<u32>,
    pub(crate) changes: usize,
    pub(crate) widest_gap: u32,
}

/// Amounts at times in any unit, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Timed {
    pub(crate) amounts: Vec<f64>,
    pub(crate) times: Vec<f64>,
    pub(crate) changes: usize,
}

fn sign_changes(amounts: &[f64]) -> usize {
    let mut last = 0.0;
    let mut changes = 0;
    for &amount in amounts.iter().filter(|&&amount| amount != 0.0) {
        if last * amount < 0.0 {
            changes += 1;
        }
        last = amount.signum();
    }
    changes
}

fn checked_count(count: usize) -> Result<(), Error> {
    if count > MOST_FLOWS {
        return Err(Error::TooMany { name: "payments", name_zh: "付款", count, most: MOST_FLOWS });
    }
    Ok(())
}

impl Periodic {
    /// Returns the stream of these amounts.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn new(amounts: &[Fen]) -> Result<Self, Error> {
        Self::from_floats(amounts.iter().map(|amount| amount.float()).collect())
    }

    /// Returns the stream of amounts that are floats from the beginning, as published examples are.
    ///
    /// # Errors
    /// [`Error::TooMany`], [`Error::OverRange`].
    pub fn from_floats(amounts: Vec<f64>) -> Result<Self, Error> {
        checked_count(amounts.len())?;
        checked_floats(&amounts)?;
        let changes = sign_changes(&amounts);
        Ok(Self { amounts, changes })
    }

    /// Returns the same amounts with their times counted in steps.
    pub fn timed(&self) -> Timed {
        let times = (0..self.amounts.len()).map(|step| step as f64).collect();
        Timed { amounts: self.amounts.clone(), times, changes: self.changes }
    }
}

fn checked_floats(amounts: &[f64]) -> Result<(), Error> {
    let is_in_range = amounts.iter().all(|amount| amount.abs() < 1e16);
    if is_in_range { Ok(()) } else { Err(Error::OverRange) }
}

impl Dated {
    /// Returns the stream of these amounts on these dates, put in order.
    ///
    /// # Errors
    /// [`Error::TooMany`], [`Error::TooFarApart`].
    pub fn new(flows: &[(Date, Fen)]) -> Result<Self, Error> {
        let floats: Vec<_> = flows.iter().map(|&(date, amount)| (date, amount.float())).collect();
        Self::from_floats(&floats)
    }

    /// Returns the stream of amounts that are floats from the beginning.
    ///
    /// # Errors
    /// [`Error::TooMany`], [`Error::TooFarApart`], [`Error::OverRange`].
    pub fn from_floats(flows: &[(Date, f64)]) -> Result<Self, Error> {
        checked_count(flows.len())?;
        let mut ordered = flows.to_vec();
        ordered.sort_by_key(|&(date, _)| date);
        let start = ordered.first().map_or(Date::ZERO, |&(date, _)| date);
        let mut days = Vec::with_capacity(ordered.len());
        for &(date, _) in &ordered {
            days.push(u32::try_from(day_count::days(start, date, End::Exclusive)?).map_err(|_| Error::TooFarApart)?);
        }
        let amounts: Vec<f64> = ordered.iter().map(|&(_, amount)| amount).collect();
        checked_floats(&amounts)?;
        let widest_gap = days.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0);
        Ok(Self { changes: sign_changes(&amounts), amounts, days, widest_gap })
    }

    /// Returns the same amounts with their times counted in years of 365 days.
    pub fn timed(&self) -> Timed {
        let times = self.days.iter().map(|&day| f64::from(day) / 365.0).collect();
        Timed { amounts: self.amounts.clone(), times, changes: self.changes }
    }
}

impl Timed {
    /// Returns the stream of these amounts at these times, put in order.
    ///
    /// # Errors
    /// [`Error::TooMany`], [`Error::OverRange`].
    pub fn new(flows: &[(f64, f64)]) -> Result<Self, Error> {
        checked_count(flows.len())?;
        let mut ordered = flows.to_vec();
        ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
        let start = ordered.first().map_or(0.0, |&(time, _)| time);
        let times = ordered.iter().map(|&(time, _)| time - start).collect();
        let amounts: Vec<f64> = ordered.iter().map(|&(_, amount)| amount).collect();
        checked_floats(&amounts)?;
        Ok(Self { changes: sign_changes(&amounts), amounts, times })
    }

    /// Returns dated amounts with their times by a day count, from the first date.
    ///
    /// # Errors
    /// As [`Timed::new`], and [`Error::TooFarApart`].
    pub fn counted(flows: &[(Date, Fen)], count: DayCount) -> Result<Self, Error> {
        let start = flows.iter().map(|&(date, _)| date).min().unwrap_or(Date::ZERO);
        let mut timed = Vec::with_capacity(flows.len());
        for &(date, amount) in flows {
            timed.push((day_count::years(count, start, date)?.float(), amount.float()));
        }
        Self::new(&timed)
    }
}
