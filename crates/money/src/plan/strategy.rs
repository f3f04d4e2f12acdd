//! The strategies, and which of them fit.

use rust_decimal::Decimal;

use super::simulate::{Extra, Score, Terms, months, score};
use super::{AGREEMENT_MONTHS, Cell, Fit, Month, Plan, PlanComparison, Proof, Situation, Strategy, bound, offer};
use crate::schedule::{self, Method, Rounding};
use crate::{Error, Fen, Percent};

/// Up to so many debts, every order is tried.
const MOST_EXHAUSTIVE: usize = 8;
/// Beyond, so many runs improve the best order.
const MOST_RUNS: usize = 3_000;

/// Returns every plan that applies, side by side.
///
/// # Errors
/// As [`Situation::checked`]; [`Error::RateOutOfRange`] where a rate has more than six decimals.
pub fn compare(situation: Situation) -> Result<PlanComparison, Error> {
    let situation = situation.checked()?;
    let mut plans = Vec::new();
    for strategy in Strategy::ALL {
        plans.extend(plan(&situation, strategy)?);
    }
    // What is planned against the order of goals is not offered: more minimums missed than needed.
    let fewest =
        plans.iter().filter(|plan| !plan.strategy.needs_consent()).map(|p| (p.missed_priority, p.missed)).min();
    plans.retain(|plan| plan.strategy.needs_consent() || Some((plan.missed_priority, plan.missed)) == fewest);
    let owed: Vec<Fen> = situation.debts.iter().map(|debt| debt.owed_fen).collect();
    let surplus = situation.surplus_fen.max(Fen::ZERO).min(Fen::total(owed.iter().copied())?);
    let minimums = situation.debts.iter().map(first_minimum).collect::<Result<Vec<_>, _>>()?;
    let offers_fen = if owed.is_empty() { Vec::new() } else { offer::pro_rata(surplus, &owed)? };
    Ok(PlanComparison {
        fit: fit(&situation, &plans),
        minimums_fen: Fen::total(minimums)?,
        plans,
        offers_fen,
        situation,
    })
}

fn first_minimum(debt: &super::PlanDebt) -> Result<Fen, Error> {
    let terms = Terms::new(debt)?;
    let owed = debt.owed_fen.get() + terms.interest(debt.owed_fen.get()) + terms.account_fee;
    Fen::new(terms.minimum_of(owed))
}

fn fit(situation: &Situation, plans: &[Plan]) -> Fit {
    if situation.surplus_fen <= Fen::ZERO {
        return Fit::NoSurplus;
    }
    let own = |plan: &&Plan| !plan.strategy.needs_consent() && plan.is_cleared;
    // Nobody agrees to wait longer than the longest agreement.
    let is_agreeable =
        |plan: &Plan| plan.strategy.needs_consent() && plan.is_cleared && plan.months.len() <= AGREEMENT_MONTHS;
    match plans.iter().filter(own).map(|plan| plan.missed).min() {
        Some(0) => Fit::Fits,
        _ if plans.iter().any(is_agreeable) => Fit::OnlyWithConsent,
        Some(_) => Fit::MissesMinimums,
        None => Fit::Nothing,
    }
}

/// Returns the plan of one strategy; nothing where it does not apply.
///
/// # Errors
/// As [`compare`].
pub fn plan(situation: &Situation, strategy: Strategy) -> Result<Option<Plan>, Error> {
    if situation.debts.is_empty() || situation.surplus_fen <= Fen::ZERO {
        return Ok(None);
    }
    let terms: Vec<Terms> = situation.debts.iter().map(Terms::new).collect::<Result<_, _>>()?;
    let by_order = |order: &[usize]| summed(strategy, months(situation, &terms, Extra::Order(order))?, situation);
    Ok(match strategy {
        Strategy::Avalanche => Some(by_order(&avalanche(situation))?),
        Strategy::Snowball => Some(by_order(&snowball(situation))?),
        Strategy::Cheapest => Some(cheapest(situation, &terms)?),
        Strategy::ProRata => Some(summed(strategy, months(situation, &terms, Extra::Shares)?, situation)?),
        Strategy::StopInterest => Some(stop_interest(situation)?),
        Strategy::SixtyInstalments => sixty(situation)?,
        Strategy::Settlement => settlement(situation)?,
    })
}

fn avalanche(situation: &Situation) -> Vec<usize> {
    let mut order: Vec<usize> = (0..situation.debts.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(situation.debts[at].annual), situation.debts[at].owed_fen, at));
    order
}

fn snowball(situation: &Situation) -> Vec<usize> {
    let mut order: Vec<usize> = (0..situation.debts.len()).collect();
    order.sort_by_key(|&at| (situation.debts[at].owed_fen, std::cmp::Reverse(situation.debts[at].annual), at));
    order
}

/// Adds up a run.
fn summed(strategy: Strategy, months: Vec<Month>, situation: &Situation) -> Result<Plan, Error> {
    let cells = || months.iter().flat_map(|month| &month.cells);
    let missed_priority = months
        .iter()
        .flat_map(|month| month.cells.iter().zip(&situation.debts))
        .filter(|(cell, debt)| cell.is_missed && debt.is_priority)
        .count();
    let is_cleared = months.last().is_some_and(|month| month.cells.iter().all(|cell| cell.owed_fen == Fen::ZERO));
    Ok(Plan {
        strategy,
        paid_fen: Fen::total(cells().map(|cell| cell.paid_fen))?,
        cost_fen: Fen::total(cells().map(|cell| cell.interest_fen))?
            .plus(Fen::total(cells().map(|cell| cell.fee_fen))?)?,
        waived_fen: Fen::total(cells().map(|cell| cell.waived_fen))?,
        missed: cells().filter(|cell| cell.is_missed).count(),
        missed_priority,
        is_cleared,
        lower_bound_fen: None,
        gap_ppm: None,
        proof: None,
        months,
    })
}

/// The best order, with the proof of the exchange argument where it holds and a bound otherwise.
fn cheapest(situation: &Situation, terms: &[Terms]) -> Result<Plan, Error> {
    let first = avalanche(situation);
    let run = |order: &[usize]| summed(Strategy::Cheapest, months(situation, terms, Extra::Order(order))?, situation);
    let mut plan = run(&first)?;
    let is_plain = situation.debts.iter().all(|debt| debt.account_fee_fen == Fen::ZERO);
    if is_plain && plan.missed == 0 && plan.is_cleared {
        // Each rounding of a month's interest may hide half a fen.
        let rounding = i64::try_from(plan.months.len() * situation.debts.len() / 2 + 1).unwrap_or(i64::MAX);
        plan.lower_bound_fen = Some(plan.paid_fen.minus(Fen::new(rounding)?)?);
        plan.proof = Some(Proof::Exchange);
    } else {
        let order = best_order(situation, terms, &first);
        plan = run(&order)?;
        let is_bounded = plan.missed == 0 && plan.is_cleared;
        if let Some(answer) = is_bounded.then(|| bound::solve(situation, terms, &plan)).flatten() {
            // Rounding one way may close a debt in time where another leaves it a few fen short.
            for shift in [0.0, -0.49, 0.49] {
                let Some(list) = &answer.payments else { break };
                let whole = |month: &Vec<f64>| month.iter().map(|fen| (fen + shift).round() as i64).collect();
                let list: Vec<Vec<i64>> = list.iter().map(whole).collect();
                let listed = months(situation, terms, Extra::Listed(&list, &order))?;
                let listed = summed(Strategy::Cheapest, listed, situation)?;
                if listed.missed == 0 && listed.is_cleared && listed.paid_fen < plan.paid_fen {
                    plan = listed;
                }
            }
            plan.lower_bound_fen = Some(answer.bound.min(plan.paid_fen));
            plan.proof = Some(Proof::Bound);
        }
    }
    plan.gap_ppm = plan.lower_bound_fen.map(|bound| {
        let over = i128::from(plan.paid_fen.get() - bound.get()) * 1_000_000;
        i64::try_from(over / i128::from(plan.paid_fen.get().max(1))).unwrap_or(i64::MAX)
    });
    Ok(plan)
}

fn best_order(situation: &Situation, terms: &[Terms], first: &[usize]) -> Vec<usize> {
    let start: Vec<i64> = situation.debts.iter().map(|debt| debt.owed_fen.get()).collect();
    let surplus = situation.surplus_fen.get();
    let run = |order: &[usize], best: Option<&Score>| {
        let limit = best.map_or(i64::MAX, |best| if best.is_open { i64::MAX } else { best.paid });
        score(terms, &start, surplus, order, limit)
    };
    let mut best = (run(first, None), first.to_vec());
    let better = |order: &[usize], best: &mut (Score, Vec<usize>)| {
        let found = run(order, Some(&best.0));
        if found < best.0 {
            *best = (found, order.to_vec());
            return true;
        }
        false
    };
    better(&snowball(situation), &mut best);
    if first.len() <= MOST_EXHAUSTIVE {
        let mut order = first.to_vec();
        permute(&mut order, 0, &mut |order| {
            better(order, &mut best);
        });
        return best.1;
    }
    let runs = (MOST_RUNS * 20 / first.len()).min(MOST_RUNS);
    let mut tried = 0;
    while tried < runs {
        let before = best.0;
        for from in 0..first.len() {
            for to in 0..first.len() {
                if from == to || tried >= runs {
                    continue;
                }
                tried += 1;
                let mut order = best.1.clone();
                let moved = order.remove(from);
                order.insert(to, moved);
                better(&order, &mut best);
            }
        }
        if best.0 == before {
            break;
        }
    }
    best.1
}

fn permute(order: &mut [usize], fixed: usize, visit: &mut impl FnMut(&[usize])) {
    if fixed + 1 >= order.len() {
        visit(order);
        return;
    }
    for at in fixed..order.len() {
        order.swap(fixed, at);
        permute(order, fixed + 1, visit);
        order.swap(fixed, at);
    }
}

fn stop_interest(situation: &Situation) -> Result<Plan, Error> {
    let mut free = situation.clone();
    for debt in &mut free.debts {
        (debt.annual, debt.account_fee_fen, debt.late_fee_fen) = (Percent::ZERO, Fen::ZERO, Fen::ZERO);
    }
    let terms: Vec<Terms> = free.debts.iter().map(Terms::new).collect::<Result<_, _>>()?;
    summed(Strategy::StopInterest, months(&free, &terms, Extra::Shares)?, situation)
}

/// Each debt in sixty equal payments at its own rate; applies where the surplus carries them.
fn sixty(situation: &Situation) -> Result<Option<Plan>, Error> {
    let mut months = vec![Month { cells: Vec::new(), saved_fen: Fen::ZERO }; AGREEMENT_MONTHS];
    for debt in &situation.debts {
        let rate = Percent::new((debt.annual.get() / Decimal::from(12)).round_dp(10))?;
        let terms = schedule::Terms {
            principal: debt.owed_fen,
            rate,
            periods: AGREEMENT_MONTHS as u32,
            method: Method::EqualPayment,
        };
        for (month, row) in months.iter_mut().zip(schedule::rows(&terms, Rounding::EachRow)?) {
            month.cells.push(Cell {
                interest_fen: row.interest_fen,
                paid_fen: row.principal_fen.plus(row.interest_fen)?,
                owed_fen: row.left_fen,
                ..Cell::default()
            });
        }
    }
    let most = months.iter().map(|month| month.cells.iter().map(|cell| cell.paid_fen.get()).sum::<i64>()).max();
    if most.is_none_or(|most| most > situation.surplus_fen.get()) {
        return Ok(None);
    }
    summed(Strategy::SixtyInstalments, months, situation).map(Some)
}

/// Pays the minimums and saves the rest until the cheapest settlement can be paid, then the next. Applies where every debt
/// has an offer or is cleared by its minimums, and the minimums can be met meanwhile.
fn settlement(situation: &Situation) -> Result<Option<Plan>, Error> {
    if situation.debts.iter().all(|debt| debt.settlement_fen.is_none()) {
        return Ok(None);
    }
    let terms: Vec<Terms> = situation.debts.iter().map(Terms::new).collect::<Result<_, _>>()?;
    let mut owed: Vec<i64> = situation.debts.iter().map(|debt| debt.owed_fen.get()).collect();
    let rest = avalanche(situation);
    let (mut saved, mut months) = (0, Vec::new());
    while owed.iter().any(|&owed| owed > 0) && months.len() < super::MOST_MONTHS {
        let mut cells = vec![Cell::default(); owed.len()];
        saved += situation.surplus_fen.get();
        for (at, terms) in terms.iter().enumerate() {
            if owed[at] == 0 {
                continue;
            }
            let interest = terms.interest(owed[at]);
            owed[at] += interest + terms.account_fee;
            let due = terms.minimum_of(owed[at]);
            if due > saved {
                return Ok(None);
            }
            saved -= due;
            owed[at] -= due;
            cells[at] = Cell {
                interest_fen: Fen::new(interest)?,
                fee_fen: Fen::new(terms.account_fee)?,
                paid_fen: Fen::new(due)?,
                ..Cell::default()
            };
        }
        saved -= settle(situation, saved, &mut owed, &mut cells)?;
        let is_saving =
            situation.debts.iter().zip(&owed).any(|(debt, &owed)| owed > 0 && debt.settlement_fen.is_some());
        for &at in rest.iter().filter(|_| !is_saving) {
            let paid = saved.min(owed[at]);
            (saved, owed[at]) = (saved - paid, owed[at] - paid);
            cells[at].paid_fen = cells[at].paid_fen.plus(Fen::new(paid)?)?;
        }
        for (cell, &owed) in cells.iter_mut().zip(&owed) {
            cell.owed_fen = Fen::new(owed)?;
        }
        months.push(Month { cells, saved_fen: Fen::new(saved)? });
    }
    summed(Strategy::Settlement, months, situation).map(Some)
}

/// Pays every settlement that the savings cover, the cheapest first; returns what it took.
fn settle(situation: &Situation, saved: i64, owed: &mut [i64], cells: &mut [Cell]) -> Result<i64, Error> {
    let mut open: Vec<(i64, usize)> = situation
        .debts
        .iter()
        .enumerate()
        .filter(|&(at, _)| owed[at] > 0)
        .filter_map(|(at, debt)| Some((debt.settlement_fen?.get().min(owed[at]), at)))
        .collect();
    open.sort_unstable();
    let mut spent = 0;
    for (price, at) in open {
        if price <= saved - spent {
            spent += price;
            cells[at].paid_fen = cells[at].paid_fen.plus(Fen::new(price)?)?;
            cells[at].waived_fen = Fen::new(owed[at] - price)?;
            owed[at] = 0;
        }
    }
    Ok(spent)
}
