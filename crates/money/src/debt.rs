//! A debt as it was recorded: who takes part, what was agreed, and what happened, as events that are only ever added.
//! Computes nothing (see `ledger`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::cap::LenderKind;
use crate::{Error, Fen, Percent};

/// The most events of one debt.
pub const MOST_EVENTS: usize = 5_000;

/// What somebody is to a debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The app or site where it was taken out.
    Platform,
    /// Who lent the money.
    Lender,
    /// Who guarantees it, and may have paid the lender (代偿).
    Guarantor,
    /// Who insures it.
    Insurer,
    /// To whom the claim was sold.
    Assignee,
    /// Who asks for it in another's name.
    Collector,
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
}

/// Over what a rate runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// A day.
    Day,
    /// A month.
    Month,
    /// A year.
    Year,
}

/// A rate as it was agreed, simple.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreedRate {
    /// Percent.
    pub percent: Percent,
    /// Over what.
    pub per: Per,
}

impl AgreedRate {
    /// Returns the simple rate a year.
    ///
    /// # Errors
    /// [`Error::RateOutOfRange`].
    pub fn annual(self) -> Result<Percent, Error> {
        self.percent.times(match self.per {
            Per::Day => 365,
            Per::Month => 12,
            Per::Year => 1,
        })
    }
}

/// What was agreed, and how it is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Debt {
    /// A name that the user gave.
    pub name: String,
    /// Kind of lender.
    pub lender: LenderKind,
    /// The day of the contract, if known.
    #[serde(default)]
    pub contract_date: Option<Date>,
    /// Who takes part.
    #[serde(default)]
    pub parties: Vec<Party>,
    /// The agreed rate; none means that none is known, and none accrues.
    #[serde(default)]
    pub rate: Option<AgreedRate>,
    /// The rate from a day on, as penalty interest when overdue.
    #[serde(default)]
    pub overdue: Option<Overdue>,
    /// What is due each month.
    #[serde(default)]
    pub monthly_fen: Fen,
    /// The day of the month on which it is due.
    #[serde(default)]
    pub due_day: Option<i8>,
    /// A fee each month as long as the loan lives, beside interest.
    #[serde(default)]
    pub account_fee_fen: Fen,
    /// What each missed payment costs.
    #[serde(default)]
    pub late_fee_fen: Fen,
    /// Whether missing it costs the home, the work or the freedom to live: rent, mortgage, maintenance, fines, utilities.
    #[serde(default)]
    pub is_priority: bool,
    /// A sum that settles it once and for all, as the creditor offered in writing.
    #[serde(default)]
    pub settlement_fen: Option<Fen>,
}

/// Another rate from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overdue {
    /// From this day.
    pub from: Date,
    /// The rate then, in place of the other.
    pub rate: AgreedRate,
}

/// How sure an entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// There is a paper: a contract, a bank statement.
    #[default]
    Confirmed,
    /// Somebody says so.
    Claimed,
}

/// A part of what is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Costs of enforcing the claim: court, notary.
    Costs,
    /// Service, guarantee and membership fees, penalties.
    Fees,
    /// Interest.
    Interest,
    /// Principal.
    Principal,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event", deny_unknown_fields)]
pub enum Event {
    /// Money was paid out.
    Advance {
        /// What arrived.
        received_fen: Fen,
        /// What the contract says was lent.
        contract_fen: Fen,
    },
    /// A fee, penalty or cost was charged.
    Charge {
        /// [`Part::Costs`] or [`Part::Fees`].
        part: Part,
        /// How much.
        amount_fen: Fen,
        /// By whom.
        #[serde(default)]
        by: Option<String>,
        /// How sure it is.
        #[serde(default)]
        standing: Standing,
    },
    /// Money was paid.
    Payment {
        /// How much.
        amount_fen: Fen,
        /// To whom.
        #[serde(default)]
        to: Option<String>,
    },
    /// The creditor let something go.
    Waiver {
        /// Of which part.
        part: Part,
        /// How much.
        amount_fen: Fen,
    },
    /// The whole was called due at once.
    Acceleration {},
    /// The claim passed to another.
    Assignment {
        /// To whom.
        to: String,
        /// Whether there is a notice.
        #[serde(default)]
        standing: Standing,
    },
    /// Somebody asked for a sum.
    Claim {
        /// Who, and by what: a message, a letter.
        by: String,
        /// The sum.
        total_fen: Fen,
        /// Principal in it, where it is itemised.
        #[serde(default)]
        principal_fen: Option<Fen>,
        /// Interest in it.
        #[serde(default)]
        interest_fen: Option<Fen>,
        /// Fees and penalties in it.
        #[serde(default)]
        fees_fen: Option<Fen>,
    },
}

/// An event with its day and what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The day.
    pub date: Date,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
    /// A number of the evidence store, or a word on what proves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

impl Recorded {
    /// Checks that amounts are ones that a person may enter.
    ///
    /// # Errors
    /// [`Error::NotPositive`], [`Error::OverRange`].
    pub fn checked(self) -> Result<Self, Error> {
        match &self.event {
            Event::Advance { received_fen, contract_fen } => {
                received_fen.entered("what was received", "收到的钱")?;
                contract_fen.entered("the principal of the contract", "合同本金")?;
            }
            Event::Charge { amount_fen, .. } => {
                amount_fen.entered("a charge", "费用")?;
            }
            Event::Payment { amount_fen, .. } => {
                amount_fen.entered("a payment", "还款")?;
            }
            Event::Waiver { amount_fen, .. } => {
                amount_fen.entered("a waiver", "减免")?;
            }
            Event::Claim { total_fen, .. } => {
                total_fen.entered("a claimed sum", "催收金额")?;
            }
            Event::Acceleration {} | Event::Assignment { .. } => {}
        }
        Ok(self)
    }
}

impl Debt {
    /// Checks that amounts are ones that a person may enter.
    ///
    /// # Errors
    /// [`Error::OverRange`], [`Error::NotPositive`], [`Error::RateOutOfRange`], [`Error::DayOfMonth`].
    pub fn checked(self) -> Result<Self, Error> {
        for amount in [self.monthly_fen, self.account_fee_fen, self.late_fee_fen] {
            if amount != Fen::ZERO {
                amount.entered("a monthly amount or fee", "每月应还或费用")?;
            }
        }
        if let Some(settlement) = self.settlement_fen {
            settlement.entered("a settlement", "一次结清的金额")?;
        }
        if self.due_day.is_some_and(|day| !(1..=31).contains(&day)) {
            return Err(Error::DayOfMonth);
        }
        for rate in self.rate.into_iter().chain(self.overdue.map(|overdue| overdue.rate)) {
            rate.annual()?;
        }
        Ok(self)
    }
}
