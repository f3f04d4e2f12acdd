//! Amounts of money and percentages: exact, checked, written the way people read them. Knows no currency but yuan.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize};

use crate::Error;

/// Whole fen (hundredths of a yuan), never more than a float also holds exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Fen(i64);

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount that one entry may have: ten billion yuan. Sums of entries stay far below 2^53.
    pub const MOST: Self = Self(1_000_000_000_000);
    /// The largest amount that the type holds.
    const LIMIT: i64 = (1 << 53) - 1;

    /// Returns the amount, if the type holds it.
    ///
    /// # Errors
    /// [`Error::OverRange`].
    pub const fn new(fen: i64) -> Result<Self, Error> {
        if fen > Self::LIMIT || fen < -Self::LIMIT { Err(Error::OverRange) } else { Ok(Self(fen)) }
    }

    /// Returns the number of fen.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Returns an amount that a person may enter: at least zero, at most [`Fen::MOST`].
    ///
    /// # Errors
    /// [`Error::OverRange`], [`Error::NotPositive`].
    pub fn entered(self, name: &'static str, name_zh: &'static str) -> Result<Self, Error> {
        if self.0 <= 0 {
            return Err(Error::NotPositive { name, name_zh });
        }
        if self > Self::MOST { Err(Error::OverRange) } else { Ok(self) }
    }

    /// Returns the sum.
    ///
    /// # Errors
    /// [`Error::OverRange`].
    pub const fn plus(self, other: Self) -> Result<Self, Error> {
        Self::new(self.0 + other.0)
    }

    /// Returns the difference.
    ///
    /// # Errors
    /// [`Error::OverRange`].
    pub const fn minus(self, other: Self) -> Result<Self, Error> {
        Self::new(self.0 - other.0)
    }

    /// Returns the amount with the other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(-self.0)
    }

    /// Returns the sum of many.
    ///
    /// # Errors
    /// [`Error::OverRange`].
    pub fn total(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Error> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// Returns a number of fen rounded to the nearest whole one, halves away from zero.
    ///
    /// # Errors
    /// [`Error::OverRange`].
    pub fn rounded(fen: Decimal) -> Result<Self, Error> {
        let whole = fen.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        i64::try_from(whole).map_err(|_| Error::OverRange).and_then(Self::new)
    }

    /// Returns the amount as a decimal number of fen.
    pub fn decimal(self) -> Decimal {
        Decimal::from(self.0)
    }

    /// Returns the amount as a float, which holds it exactly.
    pub const fn float(self) -> f64 {
        self.0 as f64
    }
}

impl<'de> Deserialize<'de> for Fen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(i64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let text = format!("{sign}{}.{:02}", self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        f.pad(&text)
    }
}

impl FromStr for Fen {
    type Err = Error;

    /// Reads yuan: `1234.5`, `1,234.56`, `1234元`, `3万`. At most two decimals of a fen's worth.
    fn from_str(text: &str) -> Result<Self, Error> {
        let unreadable = || Error::Amount { text: text.chars().take(40).collect() };
        let plain: String =
            text.trim().trim_end_matches('元').chars().filter(|c| !matches!(c, ',' | '，' | '_')).collect();
        let (number, scale) = match plain.strip_suffix('万') {
            Some(number) => (number, 1_000_000),
            None => (plain.as_str(), 100),
        };
        if number.is_empty() || number.chars().any(|c| !c.is_ascii_digit() && c != '.' && c != '-') {
            return Err(unreadable());
        }
        let digits = number.chars().filter(char::is_ascii_digit).count();
        if digits > 20 {
            return Err(Error::OverRange);
        }
        let yuan = Decimal::from_str_exact(number).map_err(|_| unreadable())?;
        let fen = yuan.checked_mul(Decimal::from(scale)).ok_or(Error::OverRange)?;
        if !fen.fract().is_zero() {
            return Err(unreadable());
        }
        i64::try_from(fen).map_err(|_| Error::OverRange).and_then(Self::new)
    }
}

/// A rate in percent, exact: `24` is 24 %. Over which time is said by what holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Percent(Decimal);

impl Percent {
    /// No rate.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Returns the rate of this many percent.
    ///
    /// # Errors
    /// [`Error::RateOutOfRange`] unless it lies in 0 to 10000 with at most ten decimals.
    pub fn new(percent: Decimal) -> Result<Self, Error> {
        let is_in_range = percent >= Decimal::ZERO && percent <= Decimal::from(10_000) && percent.scale() <= 10;
        if is_in_range { Ok(Self(percent)) } else { Err(Error::RateOutOfRange) }
    }

    /// Returns the percent.
    pub const fn get(self) -> Decimal {
        self.0
    }

    /// Returns the rate as a fraction: 0.24 of 24 %.
    pub fn fraction(self) -> Decimal {
        self.0 / Decimal::ONE_HUNDRED
    }

    /// Returns this rate taken so many times, as a year of twelve months.
    ///
    /// # Errors
    /// [`Error::RateOutOfRange`].
    pub fn times(self, count: u32) -> Result<Self, Error> {
        Self::new(self.0 * Decimal::from(count))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0.normalize())
    }
}

impl FromStr for Percent {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let unreadable = || Error::Rate { text: text.chars().take(40).collect() };
        let number = text.trim().trim_end_matches(['%', '％']);
        if number.len() > 24 {
            return Err(unreadable());
        }
        Self::new(Decimal::from_str_exact(number).map_err(|_| unreadable())?)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fen, Percent};
    use crate::Error;

    #[test]
    fn amounts_are_read_and_written_exactly() {
        for (text, fen) in [("1234.5", 123_450), ("1,234.56", 123_456), ("0.01", 1), ("3万", 3_000_000), ("-5元", -500)]
        {
            assert_eq!(text.parse::<Fen>().map(Fen::get), Ok(fen), "{text}");
        }
        assert_eq!(Fen::new(-5).map(|fen| fen.to_string()), Ok("-0.05".to_owned()));
        for text in ["", "1.234", "abc", "1e9", "١", "--1"] {
            assert!(matches!(text.parse::<Fen>(), Err(Error::Amount { .. })), "{text}");
        }
        assert_eq!("99999999999999999999".parse::<Fen>(), Err(Error::OverRange));
    }

    #[test]
    fn a_rate_below_zero_or_beyond_reason_is_refused() {
        assert_eq!("-1".parse::<Percent>(), Err(Error::RateOutOfRange));
        assert_eq!("10001".parse::<Percent>(), Err(Error::RateOutOfRange));
        assert_eq!("0.65%".parse::<Percent>().map(|rate| rate.to_string()), Ok("0.65%".to_owned()));
    }
}
