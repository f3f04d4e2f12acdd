//! What is left for debts after living: essentials first, then what must never be missed, then the rest. Guides are
//! averages from the knowledge to compare with, not limits.

use serde::{Deserialize, Serialize};

use crate::{Error, Fen};

/// The most lines of a budget.
const MOST_LINES: usize = 200;
/// The most people of a household.
const MOST_PEOPLE: usize = 30;

/// One line of spending a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What for: the id of a guide, or any word.
    pub name: String,
    /// How much a month.
    pub amount_fen: Fen,
    /// Why it is more than the guide, in the user's words.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Income and spending a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// What comes in each month, after tax.
    pub income_fen: Fen,
    /// How many people live on it.
    pub people: u8,
    /// What living costs.
    pub essentials: Vec<Line>,
}

/// An average to compare with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Guide {
    /// Id in the knowledge.
    pub id: String,
    /// Average for one person a month.
    pub monthly_fen: Fen,
    /// Where it was read.
    pub source: String,
}

/// A line beside its guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assessed {
    /// What for.
    pub name: String,
    /// How much.
    pub amount_fen: Fen,
    /// The guide for as many people; none where the knowledge has none.
    pub guide_fen: Option<Fen>,
    /// Whether it is above the guide and no reason is given: a creditor may ask.
    pub wants_reason: bool,
    /// The reason that was given.
    pub reason: Option<String>,
}

/// What a budget leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assessment {
    /// Income.
    pub income_fen: Fen,
    /// Essentials in all.
    pub essentials_fen: Fen,
    /// Left for debts; below zero where living alone costs more than comes in.
    pub surplus_fen: Fen,
    /// The lines.
    pub lines: Vec<Assessed>,
}

/// Returns what a budget leaves, each line beside its guide.
///
/// # Errors
/// [`Error::NotPositive`], [`Error::OverRange`], [`Error::TooMany`].
pub fn assess(budget: &Budget, guides: &[Guide]) -> Result<Assessment, Error> {
    let people = usize::from(budget.people);
    if budget.essentials.len() > MOST_LINES {
        let (count, most) = (budget.essentials.len(), MOST_LINES);
        return Err(Error::TooMany { name: "lines", name_zh: "支出", count, most });
    }
    if people == 0 {
        return Err(Error::NotPositive { name: "the number of people", name_zh: "人数" });
    }
    if people > MOST_PEOPLE {
        return Err(Error::TooMany { name: "people", name_zh: "家庭成员", count: people, most: MOST_PEOPLE });
    }
    if budget.income_fen != Fen::ZERO {
        budget.income_fen.entered("income", "收入")?;
    }
    let mut lines = Vec::with_capacity(budget.essentials.len());
    for line in &budget.essentials {
        if line.amount_fen != Fen::ZERO {
            line.amount_fen.entered("spending", "支出")?;
        }
        let guide = guides.iter().find(|guide| guide.id == line.name);
        let guide_fen = guide.map(|guide| Fen::total(std::iter::repeat_n(guide.monthly_fen, people))).transpose()?;
        let wants_reason = guide_fen.is_some_and(|guide| line.amount_fen > guide) && line.reason.is_none();
        let (name, reason) = (line.name.clone(), line.reason.clone());
        lines.push(Assessed { name, amount_fen: line.amount_fen, guide_fen, wants_reason, reason });
    }
    let essentials_fen = Fen::total(lines.iter().map(|line| line.amount_fen))?;
    let surplus_fen = budget.income_fen.minus(essentials_fen)?;
    Ok(Assessment { income_fen: budget.income_fen, essentials_fen, surplus_fen, lines })
}
