//! A claimed sum held against a recomputed account, item by item.

use jiff::civil::Date;
use serde::Serialize;

use super::{Scenario, Statement, recompute};
use crate::debt::{Debt, Event, Recorded};
use crate::{Error, Fen};

/// One item, claimed and recomputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What is asked for, where it is itemised.
    pub claimed_fen: Option<Fen>,
    /// What was recomputed.
    pub recomputed_fen: Fen,
    /// Claimed less recomputed; above zero is asked for without basis in this scenario.
    pub difference_fen: Option<Fen>,
}

/// A claim against one scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The day of the claim.
    pub date: Date,
    /// Who claims.
    pub by: String,
    /// Principal.
    pub principal: Item,
    /// Interest.
    pub interest: Item,
    /// Fees and penalties, costs among them.
    pub fees: Item,
    /// All together.
    pub total: Item,
    /// Whether the items of the claim add up to its total; none where it is not itemised.
    pub adds_up: Option<bool>,
    /// The account it was held against.
    pub statement: Statement,
}

fn item(claimed_fen: Option<Fen>, recomputed_fen: Fen) -> Result<Item, Error> {
    let difference_fen = claimed_fen.map(|claimed| claimed.minus(recomputed_fen)).transpose()?;
    Ok(Item { claimed_fen, recomputed_fen, difference_fen })
}

/// Holds every claim of a debt against a scenario, each on its own day.
///
/// # Errors
/// As [`recompute`].
pub fn compare(debt: &Debt, events: &[Recorded], scenario: &Scenario) -> Result<Vec<Comparison>, Error> {
    let mut comparisons = Vec::new();
    for recorded in events {
        let Event::Claim { by, total_fen, principal_fen, interest_fen, fees_fen } = &recorded.event else { continue };
        let statement = recompute(debt, events, scenario, recorded.date)?;
        let owed = statement.closing;
        let items = [*principal_fen, *interest_fen, *fees_fen];
        let is_itemised = items.iter().any(Option::is_some);
        let sum = Fen::total(items.into_iter().flatten())?;
        comparisons.push(Comparison {
            date: recorded.date,
            by: by.clone(),
            principal: item(*principal_fen, owed.principal_fen)?,
            interest: item(*interest_fen, owed.interest_fen)?,
            fees: item(*fees_fen, owed.fees_fen.plus(owed.costs_fen)?)?,
            total: item(Some(*total_fen), owed.total()?)?,
            adds_up: is_itemised.then_some(sum == *total_fen),
            statement,
        });
    }
    Ok(comparisons)
}
