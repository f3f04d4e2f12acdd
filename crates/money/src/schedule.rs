//! Repayment schedules: what is due when, by each method in use, to the fen. Knows no law.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::annual_rate::{Fee, LoanFlows, Step};
use crate::{Error, Fen, Percent};

/// The most instalments of one loan: fifty years of months.
pub const MOST_PERIODS: u32 = 600;

/// How principal and interest come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// 等额本息: the same payment each time.
    EqualPayment,
    /// 等额本金: the same principal each time, interest on the rest.
    EqualPrincipal,
    /// 先息后本: interest each time, the principal at the end.
    InterestOnly,
    /// 等本等息: the same principal and the same interest on the whole sum each time.
    Flat,
    /// Everything once at the end, with simple interest.
    Once,
}

/// Where rounding happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rounding {
    /// Each row in whole fen; what is left over goes into the last.
    #[default]
    EachRow,
    /// Nothing is rounded but what is shown, as the European examples do.
    ShownOnly,
}

/// A loan as it was agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Principal of the contract.
    pub principal: Fen,
    /// Rate a period.
    pub rate: Percent,
    /// Number of payments.
    pub periods: u32,
    /// Method.
    pub method: Method,
}

/// One payment of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Principal in it.
    pub principal_fen: Fen,
    /// Interest in it.
    pub interest_fen: Fen,
    /// Principal left after it.
    pub left_fen: Fen,
}

/// Returns the payments of a loan.
///
/// # Errors
/// [`Error::NotPositive`], [`Error::TooMany`], [`Error::OverRange`].
pub fn rows(terms: &Terms, rounding: Rounding) -> Result<Vec<Row>, Error> {
    terms.principal.entered("the principal", "本金")?;
    if terms.periods == 0 {
        return Err(Error::NotPositive { name: "the number of payments", name_zh: "期数" });
    }
    if terms.periods > MOST_PERIODS {
        let (count, most) = (terms.periods as usize, MOST_PERIODS as usize);
        return Err(Error::TooMany { name: "payments", name_zh: "期数", count, most });
    }
    let rate = terms.rate.fraction();
    let whole = terms.principal.decimal();
    let part = whole / Decimal::from(terms.periods);
    let payment = equal_payment(whole, rate, terms.periods);
    let kept = |value: Decimal| match rounding {
        Rounding::EachRow => Fen::rounded(value).map(Fen::decimal),
        Rounding::ShownOnly => Ok(value),
    };
    let mut left = whole;
    let mut rows = Vec::with_capacity(terms.periods as usize);
    for number in 1..=terms.periods {
        let is_last = number == terms.periods;
        let interest = kept(match terms.method {
            Method::Flat => whole * rate,
            Method::Once if is_last => whole * rate * Decimal::from(terms.periods),
            Method::Once => Decimal::ZERO,
            Method::EqualPayment | Method::EqualPrincipal | Method::InterestOnly => left * rate,
        })?;
        let principal = match terms.method {
            _ if is_last => left,
            Method::EqualPayment => kept(payment)? - interest,
            Method::EqualPrincipal | Method::Flat => kept(part)?,
            Method::InterestOnly | Method::Once => Decimal::ZERO,
        };
        left -= principal;
        let [principal_fen, interest_fen, left_fen] =
            [Fen::rounded(principal)?, Fen::rounded(interest)?, Fen::rounded(left)?];
        rows.push(Row { principal_fen, interest_fen, left_fen });
    }
    Ok(rows)
}

fn equal_payment(principal: Decimal, rate: Decimal, periods: u32) -> Decimal {
    if rate.is_zero() {
        return principal / Decimal::from(periods);
    }
    let discount = Decimal::ONE / (Decimal::ONE + rate);
    let mut power = Decimal::ONE;
    for _ in 0..periods {
        power *= discount;
    }
    principal * rate / (Decimal::ONE - power)
}

/// When a fee is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeeTime {
    /// Before or at the pay-out, out of the borrower's pocket.
    Upfront,
    /// Taken out of the principal: 砍头息.
    Withheld,
    /// With each payment.
    EachPeriod,
    /// With the last payment.
    AtEnd,
}

/// A loan with what is charged beside interest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The loan.
    pub terms: Terms,
    /// Length of a period.
    pub step: Step,
    /// Fees.
    pub fees: Vec<(FeeTime, Fen)>,
}

/// An offer laid out in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaidOut {
    /// What the borrower has in hand at the start.
    pub received: Fen,
    /// Each payment, fees in it.
    pub payments: Vec<Fen>,
    /// The schedule without fees.
    pub rows: Vec<Row>,
    /// Fees with their steps.
    pub fees: Vec<Fee>,
}

impl Offer {
    /// Returns the offer laid out in time.
    ///
    /// # Errors
    /// As [`rows`]; [`Error::NotPositive`] where the fees eat the principal.
    pub fn laid_out(&self) -> Result<LaidOut, Error> {
        let rows = rows(&self.terms, Rounding::EachRow)?;
        let mut received = self.terms.principal;
        let mut payments: Vec<Fen> =
            rows.iter().map(|row| row.principal_fen.plus(row.interest_fen)).collect::<Result<_, _>>()?;
        let mut fees = Vec::new();
        for &(time, amount) in &self.fees {
            amount.entered("a fee", "费用")?;
            let steps: Vec<usize> = match time {
                FeeTime::Upfront | FeeTime::Withheld => vec![0],
                FeeTime::EachPeriod => (1..=payments.len()).collect(),
                FeeTime::AtEnd => vec![payments.len()],
            };
            for &step in &steps {
                match step.checked_sub(1).and_then(|at| payments.get_mut(at)) {
                    Some(payment) => *payment = payment.plus(amount)?,
                    None => received = received.minus(amount)?,
                }
            }
            fees.push(Fee { amount, steps });
        }
        received.entered("what is received after fees", "扣费后实际到手的钱")?;
        Ok(LaidOut { received, payments, rows, fees })
    }
}

impl LaidOut {
    /// Returns the amounts from the borrower's side.
    pub fn flows(&self, step: Step) -> LoanFlows {
        let amounts = std::iter::once(self.received).chain(self.payments.iter().map(|payment| payment.negated()));
        LoanFlows::Every(step, amounts.collect())
    }

    /// Returns the loan's amounts without fees.
    ///
    /// # Errors
    /// [`Error::OverRange`].
    pub fn without_fees(&self) -> Result<Vec<Fen>, Error> {
        let mut amounts = vec![Fen::total(self.rows.iter().map(|row| row.principal_fen))?];
        for row in &self.rows {
            amounts.push(row.principal_fen.plus(row.interest_fen)?.negated());
        }
        Ok(amounts)
    }
}

#[cfg(test)]
mod tests {
    use super::{Method, Rounding, Terms, rows};
    use crate::{Error, Fen};

    fn terms(method: Method, rate: &str) -> Terms {
        let principal = Fen::new(1_000_000).expect("small");
        Terms { principal, rate: rate.parse().expect("a rate"), periods: 12, method }
    }

    #[test]
    fn the_parts_of_principal_sum_to_the_principal() {
        for method in [Method::EqualPayment, Method::EqualPrincipal, Method::InterestOnly, Method::Flat, Method::Once] {
            let rows = rows(&terms(method, "1.3333"), Rounding::EachRow).expect("a loan");
            let total = Fen::total(rows.iter().map(|row| row.principal_fen));
            assert_eq!(total, Fen::new(1_000_000), "{method:?}");
            assert_eq!(rows.last().map(|row| row.left_fen), Some(Fen::ZERO));
        }
    }

    #[test]
    fn an_equal_payment_is_what_the_banks_print() {
        let rows = rows(&terms(Method::EqualPayment, "0.5"), Rounding::EachRow).expect("a loan");
        assert_eq!(rows[0].principal_fen.plus(rows[0].interest_fen), Fen::new(86_066));
    }

    #[test]
    fn no_payments_and_too_many_are_refused() {
        let mut wrong = terms(Method::Flat, "1");
        wrong.periods = 0;
        assert!(matches!(rows(&wrong, Rounding::EachRow), Err(Error::NotPositive { .. })));
        wrong.periods = 601;
        assert!(matches!(rows(&wrong, Rounding::EachRow), Err(Error::TooMany { .. })));
    }
}
