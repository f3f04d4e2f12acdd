//! What the sums and rates of a message come to by the year, as far as the message tells: a range where facts are missing,
//! and never "over the cap" where any reading of what is known stays under it.

use jiff::civil::Date;
use judge::index::Index;
use judge::verdict::{Amount, AmountRole, Verdict};
use money::annual_rate::{Convention, Step};
use money::cap::{Known, LenderKind, Outcome, Reading, outcome};
use money::missing::{Known as Facts, Range, RateRange, rate_ranges};
use money::{Error, Fen};
use rust_decimal::Decimal;
use serde::Serialize;

use super::limit::{LimitAnswer, limit};

/// The longest term that is thought of where none is told, in days.
const LONGEST_TERM: u16 = 3_650;

/// What is asked beside the verdict.
#[derive(Clone, Copy, Debug, Default)]
pub struct MessageFacts {
    /// Kind of lender, where the user knows it.
    pub lender: Option<LenderKind>,
    /// The day of the contract or of the message.
    pub day: Option<Date>,
    /// The term in days, where the user knows it.
    pub term_days: Option<u16>,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
pub struct MessageAnswer {
    /// The limit and where it is from.
    pub limit: LimitAnswer,
    /// What was found, each held against it.
    pub checks: Vec<AmountCheck>,
}

impl MessageAnswer {
    /// Returns the checks from which something follows for the cost: a sum alone is none.
    pub fn telling(&self) -> impl Iterator<Item = &AmountCheck> {
        self.checks.iter().filter(|check| !matches!(check.basis, Basis::SumAlone { .. }))
    }
}

/// One rate or pair of sums.
#[derive(Clone, Debug, Serialize)]
pub struct AmountCheck {
    /// Where it stands in the text, in bytes.
    pub span: [u32; 2],
    /// What was taken from the text.
    pub basis: Basis,
    /// The yearly cost by convention, at least and at most; an open end is not known.
    pub readings: Vec<Reading>,
    /// Exact ranges, where both sums are known.
    pub ranges: Vec<RateRange>,
    /// Over the limit if the term is shorter than this many days (simple).
    pub over_if_shorter_than_days: Option<u32>,
    /// What follows.
    pub outcome: Outcome,
}

/// What was taken from the text.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Basis {
    /// A stated rate, by the year. It may be simple or compound; fees can only add to it.
    StatedRate {
        /// Millionths.
        annual_ppm: i64,
    },
    /// A sum lent and a greater sum due.
    LentAndDue {
        /// What is lent or received.
        lent_fen: Fen,
        /// What is due.
        due_fen: Fen,
    },
    /// A sum alone: nothing follows for the cost.
    SumAlone {
        /// How much.
        amount_fen: Fen,
    },
}

/// Returns the kind of lender that an institution's kind stands for.
pub fn lender_of(kind: &str) -> LenderKind {
    match kind {
        "consumer-finance" => LenderKind::ConsumerFinance,
        "small-loan" => LenderKind::SmallLoan,
        "platform" => LenderKind::Platform,
        bank if bank.starts_with("bank-") => LenderKind::Bank,
        _ => LenderKind::Unknown,
    }
}

/// Holds the amounts of a judged message against the limit.
///
/// # Errors
/// As the money crate says.
pub fn message(index: &Index, verdict: &Verdict, facts: &MessageFacts) -> Result<MessageAnswer, Error> {
    let library = &index.knowledge.library;
    let claimed = verdict.institution.and_then(|at| index.institutions.get(usize::from(at)));
    let kind =
        claimed.and_then(|known| library.institution.get(&known.id)).map(|institution| lender_of(&institution.kind));
    let lender = facts.lender.or(kind).unwrap_or(LenderKind::Unknown);
    let limit = limit(library, lender, facts.day);
    let mut checks = Vec::new();
    for amount in &verdict.amounts {
        if let Some(annual_ppm) = amount.annual_rate_ppm {
            checks.push(stated(amount, annual_ppm, &limit.known));
        }
    }
    checks.extend(sums(&verdict.amounts, facts, &limit.known)?);
    Ok(MessageAnswer { limit, checks })
}

fn stated(amount: &Amount, annual_ppm: i64, known: &Known) -> AmountCheck {
    let percent = Decimal::new(annual_ppm, 4).normalize();
    let conventions =
        [Convention::ChinaSimple, Convention::ChinaCompound, Convention::EuropeanUnion, Convention::RegulationZ];
    let reading = |convention| {
        let is_simple = matches!(convention, Convention::ChinaSimple | Convention::RegulationZ);
        let low = if is_simple { least_simple(percent) } else { percent };
        Reading { convention, low: Some(low), high: None }
    };
    let readings: Vec<Reading> = conventions.into_iter().map(reading).collect();
    let outcome = outcome(&readings, known);
    let basis = Basis::StatedRate { annual_ppm };
    AmountCheck { span: amount.span, basis, readings, ranges: Vec::new(), over_if_shorter_than_days: None, outcome }
}

/// The least simple rate that a stated one can stand for. It may be a compound one, and however often it compounds, the
/// simple one is at least ln(1 + r), which is at least 2r / (2 + r).
fn least_simple(percent: Decimal) -> Decimal {
    let hundred = Decimal::ONE_HUNDRED;
    let least = percent.checked_mul(Decimal::TWO * hundred).zip(percent.checked_add(Decimal::TWO * hundred));
    least.and_then(|(part, whole)| part.checked_div(whole)).map_or(Decimal::ZERO, |least| least.round_dp(4))
}

/// Pairs the smallest sum lent with the greatest sum due after it; other sums stand alone.
fn sums(amounts: &[Amount], facts: &MessageFacts, known: &Known) -> Result<Vec<AmountCheck>, Error> {
    let fen = |amount: &&Amount| amount.fen.and_then(|fen| Fen::new(fen).ok()).filter(|fen| *fen > Fen::ZERO);
    let of = |role| amounts.iter().filter(move |amount| amount.role == role);
    let lent = of(AmountRole::Principal).filter_map(|amount| Some((fen(&amount)?, amount))).min_by_key(|&(fen, _)| fen);
    let due = of(AmountRole::Claimed).filter_map(|amount| Some((fen(&amount)?, amount))).max_by_key(|&(fen, _)| fen);
    let paired = lent.zip(due).filter(|((lent, _), (due, _))| due > lent && *due <= Fen::MOST);
    let Some(((lent_fen, first), (due_fen, _))) = paired else {
        return Ok(amounts.iter().filter_map(|amount| Some(alone(amount, fen(&amount)?))).collect());
    };
    let term = facts.term_days.map_or(Range { least: 1, most: LONGEST_TERM }, Range::exactly);
    let ranges = rate_ranges(&Facts {
        received: Range::exactly(lent_fen),
        payment: Range::exactly(due_fen),
        count: Range::exactly(1),
        gap: Range { least: Step::Days(term.least.max(1)), most: Step::Days(term.most.max(1)) },
    })?;
    let readings = Reading::of_ranges(&ranges);
    let outcome = outcome(&readings, known);
    let over_if_shorter_than_days = match known {
        Known::Limit(limit) => break_even(lent_fen, due_fen, limit.percent.get()),
        Known::OneOf { limits, or_another: false } => {
            limits.last().and_then(|limit| break_even(lent_fen, due_fen, limit.percent.get()))
        }
        Known::OneOf { .. } | Known::Missing => None,
    };
    let basis = Basis::LentAndDue { lent_fen, due_fen };
    Ok(vec![AmountCheck { span: first.span, basis, readings, ranges, over_if_shorter_than_days, outcome }])
}

fn alone(amount: &Amount, amount_fen: Fen) -> AmountCheck {
    AmountCheck {
        span: amount.span,
        basis: Basis::SumAlone { amount_fen },
        readings: Vec::new(),
        ranges: Vec::new(),
        over_if_shorter_than_days: None,
        outcome: Outcome::CannotBeSaid,
    }
}

/// The days at which the simple yearly cost is exactly the limit.
fn break_even(lent: Fen, due: Fen, percent: Decimal) -> Option<u32> {
    let cost = (due.decimal() - lent.decimal()) * Decimal::from(36_500);
    let days = cost.checked_div(lent.decimal().checked_mul(percent)?)?;
    u32::try_from(days.floor()).ok()
}
