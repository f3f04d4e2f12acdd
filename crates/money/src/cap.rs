//! Whether a loan's yearly cost is over the cap that applies to it. Knows no law: limits come with their rule, formula and
//! day from the knowledge. Says "over" or "under" only where every convention agrees.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Percent;
use crate::annual_rate::{AnnualRate, Bounded, Convention};
use crate::missing::RateRange;
use crate::root::Reason;

/// Who lends: the cap depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LenderKind {
    /// A bank, card issuers among them.
    Bank,
    /// A consumer-finance company.
    ConsumerFinance,
    /// A small-loan company.
    SmallLoan,
    /// A bank's loan through an internet platform.
    Platform,
    /// A private person or a company without a licence.
    Unlicensed,
    /// Not known.
    Unknown,
}

impl LenderKind {
    /// Every kind that is known.
    pub const KNOWN: [Self; 5] = [Self::Bank, Self::ConsumerFinance, Self::SmallLoan, Self::Platform, Self::Unlicensed];

    /// Returns the id that the knowledge uses.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::ConsumerFinance => "consumer-finance",
            Self::SmallLoan => "small-loan",
            Self::Platform => "platform",
            Self::Unlicensed => "unlicensed",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the kind of an id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::KNOWN.into_iter().chain([Self::Unknown]).find(|kind| kind.id() == id)
    }
}

/// A limit on the yearly cost, as the knowledge has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// Id of the parameter.
    pub rule: String,
    /// The limit in percent a year.
    pub percent: Percent,
    /// How it comes about, as `4 × 3.00 (lpr-1y)`; the number itself where it is fixed.
    pub formula: String,
    /// The day from which this value holds.
    pub from: Date,
}

/// What is known of the limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Known {
    /// One limit applies.
    Limit(Limit),
    /// One of several applies, depending on what is not known.
    OneOf {
        /// The candidates.
        limits: Vec<Limit>,
        /// Whether none of them may apply but one that is not known.
        or_another: bool,
    },
    /// None is known.
    Missing,
}

/// What follows for a loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every reading is over the limit.
    Over,
    /// Every reading is at or under the limit.
    Under,
    /// Some readings are over and some under.
    DependsOnConvention,
    /// It depends on who lends or on the day of the contract.
    DependsOnLender,
    /// A fact is missing.
    CannotBeSaid,
}

/// A reading of the cost: least and most percent a year by one convention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// Which convention.
    pub convention: Convention,
    /// At least this, where it is known.
    pub low: Option<Decimal>,
    /// At most this, where it is known.
    pub high: Option<Decimal>,
}

impl Reading {
    /// Returns the readings of known rates; several roots make a range, and where not every root was found there is none.
    pub fn of_rates(rates: &[AnnualRate]) -> Vec<Self> {
        let reading = |rate: &AnnualRate| {
            let found: &[Bounded] = if rate.reason == Reason::Undecided { &[] } else { &rate.rates };
            Self {
                convention: rate.convention,
                low: found.iter().map(|bounds| bounds.low).min(),
                high: found.iter().map(|bounds| bounds.high).max(),
            }
        };
        rates.iter().map(reading).collect()
    }

    /// Returns the readings of ranges.
    pub fn of_ranges(ranges: &[RateRange]) -> Vec<Self> {
        let reading = |range: &RateRange| Self {
            convention: range.convention,
            low: range.least.map(|bounds: Bounded| bounds.low),
            high: range.most.map(|bounds: Bounded| bounds.high),
        };
        ranges.iter().map(reading).collect()
    }
}

/// Returns what follows from readings of the cost and what is known of the limit.
pub fn outcome(readings: &[Reading], known: &Known) -> Outcome {
    let (limits, or_another): (&[Limit], bool) = match known {
        Known::Limit(limit) => (std::slice::from_ref(limit), false),
        Known::OneOf { limits, or_another } => (limits, *or_another),
        Known::Missing => return Outcome::CannotBeSaid,
    };
    if readings.is_empty() || limits.is_empty() {
        return Outcome::CannotBeSaid;
    }
    let outcomes: Vec<Outcome> = limits.iter().map(|limit| against(readings, limit.percent.get())).collect();
    match outcomes[0] {
        Outcome::Over | Outcome::Under if or_another => Outcome::DependsOnLender,
        first if outcomes.iter().all(|outcome| *outcome == first) => first,
        _ => Outcome::DependsOnLender,
    }
}

fn against(readings: &[Reading], limit: Decimal) -> Outcome {
    let is_over = |reading: &Reading| reading.low.is_some_and(|low| low > limit);
    let is_under = |reading: &Reading| reading.high.is_some_and(|high| high <= limit + tolerance());
    if readings.iter().all(is_over) {
        return Outcome::Over;
    }
    if readings.iter().all(is_under) {
        return Outcome::Under;
    }
    let is_known = |reading: &Reading| is_over(reading) || is_under(reading);
    if readings.iter().all(is_known) { Outcome::DependsOnConvention } else { Outcome::CannotBeSaid }
}

/// A loan at exactly the limit has bounds just above it; a hundred-thousandth of a percent is no excess.
fn tolerance() -> Decimal {
    Decimal::new(1, 5)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rust_decimal::Decimal;

    use super::{Known, Limit, Outcome, Reading, outcome};
    use crate::annual_rate::{AnnualRate, Bounded, Convention, LoanFlows, Step, annual_rates};
    use crate::root::Reason;
    use crate::schedule::{Method, Rounding, Terms, rows};
    use crate::{Fen, Percent};

    fn limit(percent: &str) -> Known {
        let percent: Percent = percent.parse().expect("a rate");
        Known::Limit(Limit { rule: "cap".into(), percent, formula: "24".into(), from: date(2017, 8, 4) })
    }

    fn verdict(monthly: &str) -> Outcome {
        let principal = Fen::new(100_000_000).expect("in range");
        let rate = monthly.parse().expect("a rate");
        let terms = Terms { principal, rate, periods: 12, method: Method::EqualPayment };
        let mut amounts = vec![principal];
        for row in rows(&terms, Rounding::EachRow).expect("a loan") {
            amounts.push(row.principal_fen.plus(row.interest_fen).expect("small").negated());
        }
        let rates = annual_rates(&LoanFlows::Every(Step::Months(1), amounts)).expect("a loan");
        outcome(&Reading::of_rates(&rates), &limit("24"))
    }

    #[test]
    fn between_the_two_readings_nothing_is_called_over() {
        for (monthly, want) in [
            ("1.80", Outcome::Under),
            ("1.81", Outcome::DependsOnConvention),
            ("1.95", Outcome::DependsOnConvention),
            ("1.9999", Outcome::DependsOnConvention),
            ("2.001", Outcome::Over),
        ] {
            assert_eq!(verdict(monthly), want, "{monthly}");
        }
    }

    #[test]
    fn nothing_is_said_where_a_fact_is_missing() {
        assert_eq!(outcome(&[], &limit("24")), Outcome::CannotBeSaid);
        let undecided = AnnualRate {
            convention: Convention::EuropeanUnion,
            rates: vec![Bounded::exact(Decimal::from(30))],
            reason: Reason::Undecided,
        };
        assert_eq!(outcome(&Reading::of_rates(&[undecided]), &limit("24")), Outcome::CannotBeSaid);
    }

    #[test]
    fn a_limit_that_is_not_known_may_allow_more() {
        let Known::Limit(known) = limit("15.4") else { unreachable!("one limit") };
        let high = Decimal::from(30);
        let readings = [Reading { convention: Convention::ChinaSimple, low: Some(high), high: Some(high) }];
        for (or_another, want) in [(false, Outcome::Over), (true, Outcome::DependsOnLender)] {
            assert_eq!(outcome(&readings, &Known::OneOf { limits: vec![known.clone()], or_another }), want);
        }
    }
}
