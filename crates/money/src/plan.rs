//! Repayment plans: month by month, to the fen, from what is left after living. Several strategies side by side, each
//! replayable; a lower bound under the cheapest. Never plans a missed minimum that could be met, and says so when nothing
//! fits.
//!
//! Goals in this order: priority debts and fewest missed minimums, then money, then accounts closed early.

mod bound;
pub mod offer;
mod simulate;
mod strategy;

use serde::Serialize;

use crate::{Error, Fen, Percent};

pub use strategy::{compare, plan};

/// The most debts of one plan.
pub const MOST_DEBTS: usize = 200;
/// The most months that are looked ahead.
pub const MOST_MONTHS: usize = 600;
/// The longest personal instalment agreement of a card, in months (measures on card business, article 70).
pub const AGREEMENT_MONTHS: usize = 60;

/// A debt as a plan sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanDebt {
    /// Name.
    pub name: String,
    /// What is owed now.
    pub owed_fen: Fen,
    /// Simple rate a year; a twelfth runs each month.
    pub annual: Percent,
    /// What must be paid each month at least.
    pub minimum_fen: Fen,
    /// The least part of what is owed that must be paid each month, as cards want; zero where there is none.
    pub minimum_percent: Percent,
    /// Fee each month while it lives.
    pub account_fee_fen: Fen,
    /// What a missed minimum costs.
    pub late_fee_fen: Fen,
    /// Whether missing it costs home, work or freedom to live.
    pub is_priority: bool,
    /// A sum that settles it, as offered in writing.
    pub settlement_fen: Option<Fen>,
}

/// Where somebody stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Situation {
    /// Debts.
    pub debts: Vec<PlanDebt>,
    /// What is left for them each month.
    pub surplus_fen: Fen,
    /// How hard the bound is worked on: branches of the search; the same number gives the same answer.
    pub effort: u32,
}

impl Situation {
    /// Checks amounts, names and counts.
    ///
    /// # Errors
    /// [`Error::TooMany`], [`Error::NotPositive`], [`Error::OverRange`], [`Error::TwiceNamed`].
    pub fn checked(self) -> Result<Self, Error> {
        if self.debts.len() > MOST_DEBTS {
            let (count, most) = (self.debts.len(), MOST_DEBTS);
            return Err(Error::TooMany { name: "debts", name_zh: "债务", count, most });
        }
        if self.surplus_fen > Fen::MOST {
            return Err(Error::OverRange);
        }
        for (at, debt) in self.debts.iter().enumerate() {
            debt.owed_fen.entered("what is owed", "欠款")?;
            if self.debts.iter().take(at).any(|other| other.name == debt.name) {
                return Err(Error::TwiceNamed { name: debt.name.clone() });
            }
        }
        Ok(self)
    }
}

/// A strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// The cheapest that was found, with a bound under it.
    Cheapest,
    /// Minimums, the rest to the highest rate.
    Avalanche,
    /// Minimums, the rest to the smallest debt.
    Snowball,
    /// Everything shared in proportion to what is owed, interest running on.
    ProRata,
    /// Sixty equal instalments at the agreed rate, where the creditors agree.
    SixtyInstalments,
    /// Shared in proportion without interest, where the creditors agree.
    StopInterest,
    /// Saving up for the settlements that were offered in writing, the cheapest first.
    Settlement,
}

impl Strategy {
    /// Every strategy.
    pub const ALL: [Self; 7] = [
        Self::Cheapest,
        Self::Avalanche,
        Self::Snowball,
        Self::ProRata,
        Self::SixtyInstalments,
        Self::StopInterest,
        Self::Settlement,
    ];

    /// Returns whether it rests on what creditors have not agreed to yet.
    pub const fn needs_consent(self) -> bool {
        matches!(self, Self::ProRata | Self::SixtyInstalments | Self::StopInterest | Self::Settlement)
    }

    /// Returns the id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Cheapest => "cheapest",
            Self::Avalanche => "avalanche",
            Self::Snowball => "snowball",
            Self::ProRata => "pro-rata",
            Self::SixtyInstalments => "sixty-instalments",
            Self::StopInterest => "stop-interest",
            Self::Settlement => "settlement",
        }
    }
}

/// One debt in one month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// Interest added.
    pub interest_fen: Fen,
    /// Fees added: for the account, for a missed minimum.
    pub fee_fen: Fen,
    /// Paid.
    pub paid_fen: Fen,
    /// Let go by a settlement.
    pub waived_fen: Fen,
    /// Owed after it.
    pub owed_fen: Fen,
    /// Whether the minimum was missed.
    pub is_missed: bool,
}

/// One month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Month {
    /// Each debt, in the order of the situation.
    pub cells: Vec<Cell>,
    /// Put aside for a settlement, in all.
    pub saved_fen: Fen,
}

/// Why a plan cannot be cheaper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// All minimums are met, rates do not change, nothing but interest is charged: a yuan moved to a debt of a higher rate
    /// and back later saves the difference, so highest rate first is best (exchange argument; whole fen aside).
    Exchange,
    /// A bound from the solver.
    Bound,
}

/// A plan, month by month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// By which strategy.
    pub strategy: Strategy,
    /// Months.
    pub months: Vec<Month>,
    /// Paid in all.
    pub paid_fen: Fen,
    /// Interest and fees in it.
    pub cost_fen: Fen,
    /// Let go by settlements.
    pub waived_fen: Fen,
    /// Minimums missed.
    pub missed: usize,
    /// Minimums of priority debts missed.
    pub missed_priority: usize,
    /// Whether everything is cleared within the months looked ahead.
    pub is_cleared: bool,
    /// No plan of this kind pays less in all than this.
    pub lower_bound_fen: Option<Fen>,
    /// How far above the bound this is, in millionths of what is paid.
    pub gap_ppm: Option<i64>,
    /// What the bound rests on.
    pub proof: Option<Proof>,
}

/// What can be said when nothing fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// At least one plan clears everything without a missed minimum and without anybody's consent.
    Fits,
    /// Only plans that creditors must agree to clear everything.
    OnlyWithConsent,
    /// Minimums are missed whatever the order, but everything is cleared at last.
    MissesMinimums,
    /// Nothing is left for debts after living.
    NoSurplus,
    /// What is left does not clear the debts within the months looked ahead.
    Nothing,
}

/// All plans side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanComparison {
    /// Where somebody stands.
    pub situation: Situation,
    /// Whether anything fits.
    pub fit: Fit,
    /// The sum of the minimums of the first month.
    pub minimums_fen: Fen,
    /// The plans, in the order of [`Strategy::ALL`]; those that do not apply are left out.
    pub plans: Vec<Plan>,
    /// Shares of the surplus in proportion to what is owed, for offers to creditors; they add up to it.
    pub offers_fen: Vec<Fen>,
}
