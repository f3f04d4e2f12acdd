//! The true yearly cost of an offer, by every convention, beside what is advertised, held against the limit.

use jiff::civil::Date;
use knowledge::library::Library;
use money::annual_rate::{AnnualRate, LoanFlows, Step, annual_rates, per_fee};
use money::cap::{LenderKind, Outcome, Reading, outcome};
use money::debt::AgreedRate;
use money::schedule::{FeeTime, Method, Offer, Row, Terms};
use money::{Error, Fen, Percent};
use rust_decimal::Decimal;
use serde::Serialize;

use super::limit::{LimitAnswer, limit};

/// What is asked about an offer.
#[derive(Clone, Debug)]
pub struct CostQuestion {
    /// How the money flows.
    pub shape: Shape,
    /// Kind of lender.
    pub lender: LenderKind,
    /// The day of the contract.
    pub contract_date: Option<Date>,
}

/// How the money of an offer flows.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A rate and a method, with fees.
    Rate {
        /// Principal.
        principal: Fen,
        /// Rate as it is advertised.
        rate: AgreedRate,
        /// Number of payments.
        periods: u32,
        /// Method.
        method: Method,
        /// Step between payments.
        step: Step,
        /// Fees.
        fees: Vec<(FeeTime, Fen)>,
    },
    /// What is received and what is paid each time.
    Payments {
        /// Principal of the contract, where it is more than what is received.
        principal: Option<Fen>,
        /// Received in hand.
        received: Fen,
        /// Each payment.
        payment: Fen,
        /// Number of payments.
        periods: u32,
        /// Step between payments.
        step: Step,
        /// Fees.
        fees: Vec<(FeeTime, Fen)>,
    },
    /// Amounts on dates; received is positive.
    Dated(Vec<(Date, Fen)>),
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
pub struct CostAnswer {
    /// What is received in hand.
    pub received_fen: Fen,
    /// Principal on paper, where it is known.
    pub contract_fen: Option<Fen>,
    /// What is paid in all.
    pub paid_fen: Fen,
    /// What the loan costs: paid less received.
    pub cost_fen: Fen,
    /// The payments in order.
    pub payments_fen: Vec<Fen>,
    /// Principal and interest of each payment, where a method was given.
    pub rows: Vec<Row>,
    /// The rate a year as the advertisement seems to say: the stated rate times the periods of a year.
    pub advertised: Option<Percent>,
    /// The yearly rates.
    pub rates: Vec<AnnualRate>,
    /// The limit and where it is from.
    pub limit: LimitAnswer,
    /// What follows.
    pub outcome: Outcome,
}

/// Returns the answer.
///
/// # Errors
/// As the money crate says.
pub fn cost(library: &Library, question: &CostQuestion) -> Result<CostAnswer, Error> {
    let found = match &question.shape {
        Shape::Rate { principal, rate, periods, method, step, fees } => {
            let terms =
                Terms { principal: *principal, rate: a_period(*rate, *step)?, periods: *periods, method: *method };
            let mut found = of_offer(&Offer { terms, step: *step, fees: fees.clone() })?;
            found.advertised = Some(rate.annual()?);
            found
        }
        Shape::Payments { principal, received, payment, periods, step, fees } => {
            of_payments([*principal, Some(*received)], *payment, *periods, *step, fees)?
        }
        Shape::Dated(flows) => of_dated(flows)?,
    };
    let limit = limit(library, question.lender, question.contract_date);
    let outcome = outcome(&Reading::of_rates(&found.rates), &limit.known);
    let received_fen = found.received;
    let paid_fen = Fen::total(found.payments.iter().copied())?;
    Ok(CostAnswer {
        received_fen,
        contract_fen: found.contract,
        paid_fen,
        cost_fen: paid_fen.minus(received_fen)?,
        payments_fen: found.payments,
        rows: found.rows,
        advertised: found.advertised,
        rates: found.rates,
        limit,
        outcome,
    })
}

struct Found {
    received: Fen,
    contract: Option<Fen>,
    payments: Vec<Fen>,
    rows: Vec<Row>,
    advertised: Option<Percent>,
    rates: Vec<AnnualRate>,
}

/// The rate of one period: a day's rate times its days, a year's over its periods.
fn a_period(rate: AgreedRate, step: Step) -> Result<Percent, Error> {
    use money::debt::Per;
    let percent = match (rate.per, step) {
        (Per::Month, Step::Months(months)) => rate.percent.get() * Decimal::from(months),
        (_, Step::Months(months)) => rate.annual()?.get() * Decimal::from(months) / Decimal::from(12),
        (Per::Day, Step::Days(days)) => rate.percent.get() * Decimal::from(days),
        (_, Step::Days(days)) => rate.annual()?.get() * Decimal::from(days) / Decimal::from(365),
    };
    Percent::new(percent.round_dp(10))
}

fn of_offer(offer: &Offer) -> Result<Found, Error> {
    let laid_out = offer.laid_out()?;
    let mut rates = annual_rates(&laid_out.flows(offer.step))?;
    if !laid_out.fees.is_empty() {
        let principal: Vec<Fen> = laid_out.rows.iter().map(|row| row.principal_fen).collect();
        rates.push(per_fee(offer.step, &laid_out.without_fees()?, &principal, &laid_out.fees)?);
    }
    Ok(Found {
        received: laid_out.received,
        contract: Some(offer.terms.principal),
        payments: laid_out.payments,
        rows: laid_out.rows,
        advertised: None,
        rates,
    })
}

fn of_payments(
    [principal, received]: [Option<Fen>; 2],
    payment: Fen,
    periods: u32,
    step: Step,
    fees: &[(FeeTime, Fen)],
) -> Result<Found, Error> {
    payment.entered("a payment", "每期还款")?;
    // Laid out as a loan without interest, then each payment put in place.
    let received = received.or(principal).unwrap_or_default();
    let terms = Terms { principal: received, rate: Percent::ZERO, periods, method: Method::InterestOnly };
    let mut laid_out = Offer { terms, step, fees: fees.to_vec() }.laid_out()?;
    let last = laid_out.payments.len() - 1;
    for (at, paid) in laid_out.payments.iter_mut().enumerate() {
        let placed = if at == last { received } else { Fen::ZERO };
        *paid = paid.minus(placed)?.plus(payment)?;
    }
    let rates = annual_rates(&laid_out.flows(step))?;
    Ok(Found {
        received: laid_out.received,
        contract: principal,
        payments: laid_out.payments,
        rows: Vec::new(),
        advertised: None,
        rates,
    })
}

fn of_dated(flows: &[(Date, Fen)]) -> Result<Found, Error> {
    let mut ordered = flows.to_vec();
    ordered.sort_by_key(|&(date, _)| date);
    for &(_, amount) in &ordered {
        amount.max(amount.negated()).entered("an amount", "金额")?;
    }
    let rates = annual_rates(&LoanFlows::On(ordered.clone()))?;
    let amounts = |is_in: fn(&Fen) -> bool| ordered.iter().map(|&(_, amount)| amount).filter(is_in);
    Ok(Found {
        received: Fen::total(amounts(|amount| *amount > Fen::ZERO))?,
        contract: None,
        payments: amounts(|amount| *amount < Fen::ZERO).map(Fen::negated).collect(),
        rows: Vec::new(),
        advertised: None,
        rates,
    })
}
