//! The mechanics of a month: interest, fees, minimums, what is left over. Decides nothing but which minimums are met when
//! not all can be.

use rust_decimal::Decimal;

use super::{Cell, MOST_MONTHS, Month, PlanDebt, Situation};
use crate::{Error, Fen};

/// Micro-percent of a year's rate that one fen of interest a month stands for.
const SCALE: i64 = 12 * 100 * 1_000_000;

/// What rounding may leave of a debt that a list of payments closes.
const A_FEW_FEN: i64 = 200;

/// A debt in plain numbers.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Rate a year in millionths of a percent.
    pub rate: i64,
    /// Fixed minimum.
    pub minimum: i64,
    /// Minimum in millionths of a percent of what is owed.
    pub minimum_rate: i64,
    /// Fee a month.
    pub account_fee: i64,
    /// Fee for a missed minimum.
    pub late_fee: i64,
    /// Whether it comes first when money is short.
    pub is_priority: bool,
}

impl Terms {
    /// Returns the terms of a debt.
    ///
    /// # Errors
    /// [`Error::RateOutOfRange`] where the rate has more than six decimals.
    pub fn new(debt: &PlanDebt) -> Result<Self, Error> {
        let micro = |percent: Decimal| {
            let scaled = percent * Decimal::from(1_000_000);
            if scaled.fract().is_zero() {
                i64::try_from(scaled).map_err(|_| Error::RateOutOfRange)
            } else {
                Err(Error::RateOutOfRange)
            }
        };
        Ok(Self {
            rate: micro(debt.annual.get())?,
            minimum: debt.minimum_fen.get(),
            minimum_rate: micro(debt.minimum_percent.get())?,
            account_fee: debt.account_fee_fen.get(),
            late_fee: debt.late_fee_fen.get(),
            is_priority: debt.is_priority,
        })
    }

    /// Returns a month's interest, rounded half up.
    pub fn interest(&self, owed: i64) -> i64 {
        part(owed, self.rate, SCALE)
    }

    /// Returns the least that must be paid on what is owed.
    pub fn minimum_of(&self, owed: i64) -> i64 {
        if self.minimum_rate == 0 {
            return self.minimum.min(owed);
        }
        self.minimum.max(part(owed, self.minimum_rate, 100_000_000)).min(owed)
    }
}

fn part(owed: i64, rate: i64, scale: i64) -> i64 {
    if let Some(product) = owed.checked_mul(rate) {
        return (product + scale / 2) / scale;
    }
    let wide = (i128::from(owed) * i128::from(rate) + i128::from(scale / 2)) / i128::from(scale);
    i64::try_from(wide).unwrap_or(i64::MAX / 4)
}

/// How money beyond the minimums is used.
#[derive(Clone, Copy, Debug)]
pub enum Extra<'a> {
    /// To the first open debt of an order, then the next.
    Order(&'a [usize]),
    /// As a list of payments says, month by month; what is left to the first open debt of an order.
    Listed(&'a [Vec<i64>], &'a [usize]),
    /// In proportion to what is owed; minimums are not looked at.
    Shares,
}

/// The sums of a run, for comparing many runs quickly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    /// Minimums of priority debts missed.
    pub missed_priority: usize,
    /// Minimums missed.
    pub missed: usize,
    /// Whether something is left at the end.
    pub is_open: bool,
    /// Paid in all, or owed at the end where something is left.
    pub paid: i64,
    /// Months in which accounts were open, summed.
    pub open_months: usize,
}

/// Runs to the end and keeps only the sums; `limit` stops a run that already costs more.
pub fn score(terms: &[Terms], start: &[i64], surplus: i64, order: &[usize], limit: i64) -> Score {
    let mut owed = start.to_vec();
    let mut due = vec![0; owed.len()];
    let mut score = Score { missed_priority: 0, missed: 0, is_open: true, paid: 0, open_months: 0 };
    for _ in 0..MOST_MONTHS {
        let mut minimums = 0;
        for ((owed, due), terms) in owed.iter_mut().zip(&mut due).zip(terms) {
            if *owed > 0 {
                *owed += terms.interest(*owed) + terms.account_fee;
                *due = terms.minimum_of(*owed);
                minimums += *due;
                score.open_months += 1;
            } else {
                *due = 0;
            }
        }
        let mut left = surplus;
        if minimums <= surplus {
            for (owed, due) in owed.iter_mut().zip(&due) {
                *owed -= due;
                left -= due;
            }
        } else {
            for at in short_order(terms, &due) {
                if due[at] <= left {
                    owed[at] -= due[at];
                    left -= due[at];
                } else {
                    owed[at] += terms[at].late_fee;
                    score.missed += 1;
                    score.missed_priority += usize::from(terms[at].is_priority);
                }
            }
        }
        for &at in order {
            let paid = left.min(owed[at]);
            owed[at] -= paid;
            left -= paid;
        }
        score.paid += surplus - left;
        if owed.iter().all(|&owed| owed == 0) {
            score.is_open = false;
            return score;
        }
        if score.paid > limit || owed.iter().any(|&owed| owed > Fen::MOST.get()) {
            break;
        }
    }
    score.paid = score.paid.saturating_add(owed.iter().sum());
    score
}

/// When not every minimum can be met: priority debts first, then the smallest, so that the fewest are missed; of equal ones
/// that with the higher late fee.
fn short_order(terms: &[Terms], due: &[i64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..due.len()).filter(|&at| due[at] > 0).collect();
    order.sort_by_key(|&at| (!terms[at].is_priority, due[at], -terms[at].late_fee, at));
    order
}

/// Runs to the end and keeps every month.
///
/// # Errors
/// [`Error::OverRange`].
pub fn months(situation: &Situation, terms: &[Terms], extra: Extra<'_>) -> Result<Vec<Month>, Error> {
    let mut owed: Vec<i64> = situation.debts.iter().map(|debt| debt.owed_fen.get()).collect();
    let surplus = situation.surplus_fen.get().max(0);
    let mut months = Vec::new();
    while owed.iter().any(|&owed| owed > 0) && months.len() < MOST_MONTHS {
        let mut cells = vec![Cell::default(); owed.len()];
        let mut due = vec![0; owed.len()];
        for (at, terms) in terms.iter().enumerate() {
            if owed[at] == 0 {
                continue;
            }
            let interest = terms.interest(owed[at]);
            cells[at].interest_fen = Fen::new(interest)?;
            cells[at].fee_fen = Fen::new(terms.account_fee)?;
            owed[at] += interest + terms.account_fee;
            due[at] = terms.minimum_of(owed[at]);
        }
        match extra {
            Extra::Shares => pay_shares(surplus, &mut owed, &mut cells)?,
            Extra::Order(order) => {
                pay_in_order(surplus, terms, &After { wanted: &[], order }, &due, &mut owed, &mut cells)?;
            }
            Extra::Listed(list, order) => {
                let wanted = list.get(months.len()).map_or(&[][..], Vec::as_slice);
                pay_in_order(surplus, terms, &After { wanted, order }, &due, &mut owed, &mut cells)?;
            }
        }
        for (cell, &owed) in cells.iter_mut().zip(&owed) {
            cell.owed_fen = Fen::new(owed)?;
        }
        months.push(Month { cells, saved_fen: Fen::ZERO });
        if owed.iter().any(|&owed| owed > Fen::MOST.get()) {
            break;
        }
    }
    Ok(months)
}

fn pay_shares(surplus: i64, owed: &mut [i64], cells: &mut [Cell]) -> Result<(), Error> {
    let total: i64 = owed.iter().sum();
    let amounts: Vec<Fen> = owed.iter().map(|&owed| Fen::new(owed)).collect::<Result<_, _>>()?;
    let shares = super::offer::pro_rata(Fen::new(surplus.min(total))?, &amounts)?;
    for ((owed, cell), share) in owed.iter_mut().zip(cells).zip(shares) {
        let paid = share.get().min(*owed);
        *owed -= paid;
        cell.paid_fen = Fen::new(paid)?;
    }
    Ok(())
}

/// What happens after the minimums.
struct After<'a> {
    /// What each debt should get this month, the minimum in it.
    wanted: &'a [i64],
    /// Where the rest goes.
    order: &'a [usize],
}

fn pay_in_order(
    surplus: i64,
    terms: &[Terms],
    extra: &After<'_>,
    due: &[i64],
    owed: &mut [i64],
    cells: &mut [Cell],
) -> Result<(), Error> {
    let mut left = surplus;
    let mut paid = vec![0; owed.len()];
    for at in short_order(terms, due) {
        if due[at] <= left {
            paid[at] = due[at];
            left -= due[at];
        } else {
            cells[at].is_missed = true;
        }
    }
    for (at, cell) in cells.iter_mut().enumerate().filter(|(_, cell)| cell.is_missed) {
        cell.fee_fen = cell.fee_fen.plus(Fen::new(terms[at].late_fee)?)?;
        owed[at] += terms[at].late_fee;
    }
    // A debt that the list closes is closed, though rounding leaves a few fen: they would keep its fee alive.
    let is_closed = |at: usize| extra.wanted[at] + A_FEW_FEN >= owed[at];
    let (closed, kept): (Vec<usize>, Vec<usize>) = (0..extra.wanted.len()).partition(|&at| is_closed(at));
    for &at in closed.iter().chain(&kept) {
        let wanted = if is_closed(at) { owed[at] } else { extra.wanted[at] };
        let more = left.min(wanted - paid[at]).max(0);
        paid[at] += more;
        left -= more;
    }
    for &at in extra.order {
        let more = left.min(owed[at] - paid[at]);
        paid[at] += more;
        left -= more;
    }
    for (at, paid) in paid.into_iter().enumerate() {
        owed[at] -= paid;
        cells[at].paid_fen = Fen::new(paid)?;
    }
    Ok(())
}
