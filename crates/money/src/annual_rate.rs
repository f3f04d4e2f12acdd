//! What a loan costs by the year, by every convention that decides a case: they differ, so none stands alone.
//!
//! A rate is never shown as a bare number: it is a value with bounds that certainly hold it. Where the stream has several
//! rates, all are given.

mod actuarial;
mod simple;

use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use serde::Serialize;

use crate::day_count::{DayCount, years};
use crate::flow::{Dated, Periodic, Timed};
use crate::root::{Interval, Reason, Solution, Stream};
use crate::{Error, Fen};

pub use actuarial::{UnitPeriods, unit_periods};

/// How a yearly rate is made of a stream of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Convention {
    /// China, simple: the rate a period times the periods of a year (the central bank asks that it be called 单利: notice 2021 No. 3).
    ChinaSimple,
    /// China, compound: the yearly internal rate of return (the same notice).
    ChinaCompound,
    /// The European annual percentage rate of charge (directives 2008/48/EC and 2014/17/EU).
    EuropeanUnion,
    /// The actuarial method of Regulation Z, appendix J, of the United States.
    RegulationZ,
    /// The loan's rate plus the rate of each fee by itself. A hypothesis: read in one program only, not in the rule.
    PerFee,
}

impl Convention {
    /// Every convention.
    pub const ALL: [Self; 5] =
        [Self::ChinaSimple, Self::ChinaCompound, Self::EuropeanUnion, Self::RegulationZ, Self::PerFee];

    /// Returns the formula in words, Chinese and English.
    pub const fn formula(self) -> [&'static str; 2] {
        match self {
            Self::ChinaSimple => ["每期利率×一年的期数（单利）", "rate a period × periods a year (simple)"],
            Self::ChinaCompound => {
                ["(1+每期利率)^一年的期数−1（复利，内部收益率）", "(1 + rate a period)^periods a year − 1 (IRR)"]
            }
            Self::EuropeanUnion => {
                ["欧盟/英国年费用率：Σ收到÷(1+X)^t=Σ还出÷(1+X)^s", "EU/UK APRC: Σ C/(1+X)^t = Σ D/(1+X)^s"]
            }
            Self::RegulationZ => [
                "美国Z条例精算法：每期利率×一年的期数，零头按单利",
                "Reg Z actuarial: unit-period rate × periods, odd days simple",
            ],
            Self::PerFee => [
                "贷款利率＋各项费用分别年化（只是一种推测的算法）",
                "loan rate + each fee annualised alone (a hypothesis)",
            ],
        }
    }
}

/// A yearly rate in percent with bounds that certainly hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bounded {
    /// The rate, to six decimals of a percent.
    pub percent: Decimal,
    /// It is at least this.
    pub low: Decimal,
    /// It is at most this.
    pub high: Decimal,
}

impl Bounded {
    /// Returns the bounds as exact decimals, rounded outward; nothing where they are too large to mean anything.
    pub fn outward(interval: Interval) -> Option<Self> {
        const SCALE: f64 = 1e10;
        if !(interval.low > -1.0 && interval.high < 1e9) {
            return None;
        }
        let low = Decimal::from_f64((interval.low * 100.0 * SCALE).floor())? / Decimal::from_f64(SCALE)?;
        let high = Decimal::from_f64((interval.high * 100.0 * SCALE).ceil())? / Decimal::from_f64(SCALE)?;
        let percent = ((low + high) / Decimal::TWO).round_dp(6).normalize();
        Some(Self { percent, low: low.normalize(), high: high.normalize() })
    }

    /// Returns a rate that is known exactly.
    pub const fn exact(percent: Decimal) -> Self {
        Self { percent, low: percent, high: percent }
    }
}

/// The rates of one convention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnnualRate {
    /// Which convention.
    pub convention: Convention,
    /// Every rate that balances the stream; one, as a rule.
    pub rates: Vec<Bounded>,
    /// Why there are that many.
    pub reason: Reason,
}

impl AnnualRate {
    fn new(convention: Convention, stream: &impl Stream, to_year: impl Fn(f64) -> f64) -> Self {
        let solution = stream.solve();
        Self::solved(convention, &solution, |rate| stream.certify(rate), to_year)
    }

    fn solved(
        convention: Convention,
        solution: &Solution,
        certify: impl Fn(f64) -> Option<Interval>,
        to_year: impl Fn(f64) -> f64,
    ) -> Self {
        let bounded = |&rate: &f64| Bounded::outward(certify(rate)?.mapped(&to_year));
        let rates: Vec<_> = solution.rates().iter().filter_map(bounded).collect();
        let is_all = rates.len() == solution.rates().len();
        Self { convention, rates, reason: if is_all { solution.reason() } else { Reason::Undecided } }
    }
}

/// When the amounts of a loan come and go, from the borrower's side: what is received is positive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoanFlows {
    /// At equal steps; the first amount is the day of the pay-out.
    Every(Step, Vec<Fen>),
    /// On dates.
    On(Vec<(Date, Fen)>),
}

/// An equal step of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Whole months.
    Months(u8),
    /// Whole days.
    Days(u16),
}

impl Step {
    /// Returns the steps of a year.
    pub fn per_year(self) -> f64 {
        match self {
            Self::Months(months) => 12.0 / f64::from(months.max(1)),
            Self::Days(days) => 365.0 / f64::from(days.max(1)),
        }
    }
}

/// Returns the yearly rates of a loan by the four published conventions.
///
/// # Errors
/// [`Error::OneSided`] where nothing is received or nothing paid; as the streams otherwise.
pub fn annual_rates(flows: &LoanFlows) -> Result<Vec<AnnualRate>, Error> {
    match flows {
        LoanFlows::Every(step, amounts) => {
            two_sided(amounts.iter().copied())?;
            every(*step, amounts)
        }
        LoanFlows::On(flows) => {
            two_sided(flows.iter().map(|&(_, amount)| amount))?;
            on(flows)
        }
    }
}

fn two_sided(mut amounts: impl Iterator<Item = Fen> + Clone) -> Result<(), Error> {
    let is_two_sided = amounts.clone().any(|a| a > Fen::ZERO) && amounts.any(|a| a < Fen::ZERO);
    if is_two_sided { Ok(()) } else { Err(Error::OneSided) }
}

fn every(step: Step, amounts: &[Fen]) -> Result<Vec<AnnualRate>, Error> {
    let stream = Periodic::new(amounts)?;
    let a_year = step.per_year();
    let compound = |periods: f64| move |rate: f64| (rate.ln_1p() * periods).exp_m1();
    // Weeks are fifty-two to a year there, other days are parts of 365.
    let (european, unit) = match step {
        Step::Days(days) if days % 7 == 0 && days > 0 => (52.0 / f64::from(days / 7), 52.0 / f64::from(days / 7)),
        _ => (a_year, a_year),
    };
    Ok(vec![
        AnnualRate::new(Convention::ChinaSimple, &stream, |rate| rate * a_year),
        AnnualRate::new(Convention::ChinaCompound, &stream, compound(a_year)),
        AnnualRate::new(Convention::EuropeanUnion, &stream, compound(european)),
        AnnualRate::new(Convention::RegulationZ, &stream, |rate| rate * unit),
    ])
}

fn on(flows: &[(Date, Fen)]) -> Result<Vec<AnnualRate>, Error> {
    let dated = Dated::new(flows)?;
    let european = Timed::counted(flows, DayCount::EuMonths)?;
    let odd = actuarial::monthly(flows)?;
    Ok(vec![
        simple::annual(&dated),
        AnnualRate::new(Convention::ChinaCompound, &dated, |rate| rate),
        AnnualRate::new(Convention::EuropeanUnion, &european, |rate| rate),
        AnnualRate::new(Convention::RegulationZ, &odd, |rate| rate * 12.0),
    ])
}

/// A fee and the steps at which it is paid; step 0 is the pay-out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fee {
    /// Amount each time.
    pub amount: Fen,
    /// Steps at which it is paid.
    pub steps: Vec<usize>,
}

/// Returns the loan's own simple rate plus each fee's, each by itself over the principal in use: the per-fee hypothesis.
///
/// `principal` holds the parts of principal repaid at each step from 1 on; `loan` the loan's flows without fees.
///
/// # Errors
/// As the streams.
pub fn per_fee(step: Step, loan: &[Fen], principal: &[Fen], fees: &[Fee]) -> Result<AnnualRate, Error> {
    let a_year = step.per_year();
    let own = AnnualRate::new(Convention::PerFee, &Periodic::new(loan)?, |rate| rate * a_year);
    let mut sum = own.rates.first().copied();
    for fee in fees {
        let mut flows = vec![Fen::total(principal.iter().copied())?];
        flows.extend(principal.iter().map(|part| part.negated()));
        for &at in &fee.steps {
            if let Some(flow) = flows.get_mut(at) {
                *flow = flow.minus(fee.amount)?;
            }
        }
        let alone = AnnualRate::new(Convention::PerFee, &Periodic::new(&flows)?, |rate| rate * a_year);
        sum = sum.zip(alone.rates.first()).map(|(a, b)| Bounded {
            percent: a.percent + b.percent,
            low: a.low + b.low,
            high: a.high + b.high,
        });
    }
    Ok(AnnualRate { convention: Convention::PerFee, rates: sum.into_iter().collect(), reason: own.reason })
}

/// Returns the part of a year between dates as the European rate counts it; for callers that show it.
///
/// # Errors
/// As [`years`].
pub fn european_years(from: Date, to: Date) -> Result<f64, Error> {
    Ok(years(DayCount::EuMonths, from, to)?.float())
}

#[cfg(test)]
mod tests {
    use super::{Convention, Fee, LoanFlows, Step, annual_rates, per_fee};
    use crate::Fen;

    fn fen(yuan: &[i64]) -> Vec<Fen> {
        yuan.iter().map(|&yuan| Fen::new(yuan).expect("small")).collect()
    }

    #[test]
    fn simple_and_compound_differ_as_they_should() {
        // 100,000 less 6 %, twelve times 8,833.33: 22.78 % simple, 25.32 % compound.
        let mut amounts = fen(&[9_400_000]);
        amounts.extend(fen(&[-883_333; 12]));
        let rates = annual_rates(&LoanFlows::Every(Step::Months(1), amounts)).expect("a loan");
        let at = |convention| rates.iter().find(|rate| rate.convention == convention).expect("it is there").rates[0];
        assert_eq!(at(Convention::ChinaSimple).percent.round_dp(2).to_string(), "22.78");
        assert_eq!(at(Convention::ChinaCompound).percent.round_dp(2).to_string(), "25.32");
    }

    #[test]
    fn each_fee_alone_gives_less_than_all_together_where_it_is_paid_up_front() {
        let loan: Vec<Fen> =
            std::iter::once(1_000_000).chain([-87_177; 12]).map(|f| Fen::new(f).expect("small")).collect();
        let principal =
            fen(&[80_177, 80_738, 81_303, 81_873, 82_446, 83_023, 83_604, 84_189, 84_778, 85_372, 85_970, 86_527]);
        let fee = Fee { amount: Fen::new(30_000).expect("small"), steps: vec![0] };
        let rate = per_fee(Step::Months(1), &loan, &principal, &[fee]).expect("a loan").rates[0].percent;
        // All together 14.18; the program read has 13.99, over a reference schedule of 5 %.
        assert_eq!(rate.round_dp(2).to_string(), "14.00");
    }
}
