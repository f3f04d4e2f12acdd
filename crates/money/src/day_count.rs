//! How much of a year lies between two dates, by each convention that a source of this crate uses, as an exact fraction.

use jiff::civil::Date;
use jiff::{Span, Unit};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The longest time between two dates, in days: a hundred years.
const LONGEST_DAYS: i64 = 36_525;

/// A convention for counting time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayCount {
    /// Days over 365, as Chinese courts count.
    #[default]
    Actual365,
    /// Days over 360.
    Actual360,
    /// Months of thirty days, both ends cut to the 30th.
    ThirtyE360,
    /// Days of leap years over 366, others over 365 (ISDA).
    ActualIsda,
    /// Whole months counted back from the later date, then days over the year that ends at the day the count reaches
    /// (Directive 2008/48/EC, annex I).
    EuMonths,
}

/// Whether the last day counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// From the first day to the day before the last, as courts count.
    #[default]
    Exclusive,
    /// The last day too, as card issuers count the final stretch.
    Inclusive,
}

/// An exact part of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Years {
    /// Numerator.
    pub part: i64,
    /// Denominator, above zero.
    pub whole: i64,
}

impl Years {
    /// Returns the fraction as a decimal, rounded at 28 digits.
    pub fn decimal(self) -> Decimal {
        Decimal::from(self.part) / Decimal::from(self.whole)
    }

    /// Returns the nearest float.
    pub fn float(self) -> f64 {
        self.part as f64 / self.whole as f64
    }

    fn plus(self, part: i64, whole: i64) -> Self {
        Self { part: self.part * whole + part * self.whole, whole: self.whole * whole }
    }
}

/// Returns the days from one date to another.
///
/// # Errors
/// [`Error::DatesReversed`], [`Error::TooFarApart`].
pub fn days(from: Date, to: Date, end: End) -> Result<i64, Error> {
    if to < from {
        return Err(Error::DatesReversed { earlier: from.to_string(), later: to.to_string() });
    }
    let days = from.until((Unit::Day, to)).map_or(i64::MAX, |span| i64::from(span.get_days()));
    if days > LONGEST_DAYS {
        return Err(Error::TooFarApart);
    }
    Ok(days + i64::from(end == End::Inclusive))
}

/// Returns the part of a year between two dates.
///
/// # Errors
/// [`Error::DatesReversed`], [`Error::TooFarApart`].
pub fn years(count: DayCount, from: Date, to: Date) -> Result<Years, Error> {
    let days = days(from, to, End::Exclusive)?;
    Ok(match count {
        DayCount::Actual365 => Years { part: days, whole: 365 },
        DayCount::Actual360 => Years { part: days, whole: 360 },
        DayCount::ThirtyE360 => Years { part: thirty_e(from, to), whole: 360 },
        DayCount::ActualIsda => isda(from, to),
        DayCount::EuMonths => eu_months(from, to),
    })
}

fn thirty_e(from: Date, to: Date) -> i64 {
    let count =
        |date: Date| i64::from(date.year()) * 360 + i64::from(date.month()) * 30 + i64::from(date.day()).min(30);
    count(to) - count(from)
}

fn isda(from: Date, to: Date) -> Years {
    let mut total = Years { part: 0, whole: 1 };
    let (mut leap, mut common) = (0, 0);
    let mut at = from;
    while at < to {
        let next = at.first_of_year().checked_add(Span::new().years(1)).unwrap_or(to).min(to);
        let days = at.until((Unit::Day, next)).map_or(0, |span| i64::from(span.get_days()));
        *(if at.in_leap_year() { &mut leap } else { &mut common }) += days;
        at = next;
    }
    total = total.plus(leap, 366);
    total.plus(common, 365)
}

/// Returns the most whole months that fit, counted back from the later date, and the date that the count reaches.
///
/// From the last day of a month the count reaches any day from the same number to the last day: 28 February is one month
/// after 28 January and after 31 January.
pub fn whole_months(from: Date, to: Date) -> (i32, Date) {
    let guess = (i32::from(to.year()) - i32::from(from.year())) * 12 + i32::from(to.month()) - i32::from(from.month());
    for months in (0..=guess.max(0)).rev() {
        let Ok(plain) = to.checked_sub(Span::new().months(months)) else { continue };
        let latest = if to == to.last_of_month() { plain.last_of_month() } else { plain };
        if plain >= from {
            return (months, plain);
        }
        if latest >= from {
            return (months, from);
        }
    }
    (0, to)
}

fn eu_months(from: Date, to: Date) -> Years {
    let (months, reached) = whole_months(from, to);
    let days = from.until((Unit::Day, reached)).map_or(0, |span| i64::from(span.get_days()));
    let year_before = reached.checked_sub(Span::new().years(1)).unwrap_or(reached);
    let year_days = year_before.until((Unit::Day, reached)).map_or(365, |span| i64::from(span.get_days()));
    Years { part: i64::from(months), whole: 12 }.plus(days, year_days)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{DayCount, End, days, years};
    use crate::Error;

    #[test]
    fn a_court_leaves_the_last_day_out_and_a_card_issuer_counts_it() {
        let (from, to) = (date(2018, 10, 7), date(2022, 4, 13));
        assert_eq!(days(from, to, End::Exclusive), Ok(1284));
        assert_eq!(days(from, to, End::Inclusive), Ok(1285));
    }

    #[test]
    fn months_are_counted_back_from_the_payment() {
        let years = |a, b| years(DayCount::EuMonths, a, b).map(|y| (y.part * 12 * 366 * 365, y.whole));
        assert_eq!(years(date(2012, 1, 12), date(2012, 2, 15)).map(|(p, w)| p / w), Ok(146_766));
        let month = |a, b| super::years(DayCount::EuMonths, a, b).map(|y| y.part * 12 == y.whole);
        assert_eq!(month(date(2025, 1, 31), date(2025, 2, 28)), Ok(true));
    }

    #[test]
    fn dates_in_the_wrong_order_are_refused() {
        let wrong = days(date(2024, 1, 2), date(2024, 1, 1), End::Exclusive);
        assert!(matches!(wrong, Err(Error::DatesReversed { .. })));
        assert_eq!(days(date(1900, 1, 1), date(2024, 1, 1), End::Exclusive), Err(Error::TooFarApart));
    }
}
