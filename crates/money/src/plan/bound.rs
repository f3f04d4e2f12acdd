//! A lower bound on what any plan pays that meets every minimum: a mixed-integer program over months, solved as far as the
//! effort goes. A solver's numbers are floats, so the bound is lowered by what rounding can hide.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

use super::simulate::Terms;
use super::{Plan, Situation};
use crate::Fen;

/// Debts times months beyond which no bound is worked out: it would take too long.
const MOST_CELLS: usize = 700;
/// Fen to one unit of the solver, so that its numbers stay near one.
const UNIT: f64 = 100_000.0;
/// The solver's own tolerance, relative.
const SLACK: f64 = 1e-7;

/// What is known of one debt in each month before anything is solved.
struct Window {
    /// The most that can be owed after each month: only minimums paid.
    most: Vec<f64>,
    /// Until this month it is certainly open: all money that others leave goes to it.
    earliest: usize,
}

/// What the solver found.
pub struct Answer {
    /// No plan pays less than this.
    pub bound: Fen,
    /// Payments each month for each debt, in fen, as floats; none where the solver found no plan.
    pub payments: Option<Vec<Vec<f64>>>,
}

/// Returns a bound and the solver's own plan, or nothing where the problem is too large or the solver gave none.
pub fn solve(situation: &Situation, terms: &[Terms], plan: &Plan) -> Option<Answer> {
    let horizon = plan.months.len();
    if horizon * terms.len() > MOST_CELLS {
        return None;
    }
    let owed: Vec<i64> = situation.debts.iter().map(|debt| debt.owed_fen.get()).collect();
    let surplus = situation.surplus_fen.get();
    let windows: Vec<Window> = (0..terms.len()).map(|at| window(terms, &owed, surplus, at, horizon)).collect();
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut monthly: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); horizon];
    for ((terms, window), &owed) in terms.iter().zip(&windows).zip(&owed) {
        lay_out(&mut problem, terms, window, [owed as f64 / UNIT, surplus as f64 / UNIT], &mut monthly);
    }
    for payments in &monthly {
        problem.add_constraint(payments.as_slice(), ComparisonOp::Le, surplus as f64 / UNIT);
    }
    let every: Vec<(Variable, f64)> = monthly.iter().flatten().copied().collect();
    let rounding = (horizon * terms.len()) as f64 * 0.5 + 1.0;
    problem.add_constraint(every.as_slice(), ComparisonOp::Le, (plan.paid_fen.float() + rounding) / UNIT);
    let mut options = SolveOptions::default();
    options.mip_gap = 1e-5;
    options.node_limit = Some(u64::from(situation.effort));
    let outcome = problem.solve_with(options).ok()?;
    let best = outcome.stats().best_bound.or_else(|| outcome.solution().map(microlp::Solution::objective))?;
    let safe = best * UNIT * (1.0 - SLACK) - rounding;
    let bound = Fen::new(safe.floor() as i64).ok()?.min(plan.paid_fen);
    let payments = outcome.solution().map(|solution| {
        let month = |payments: &Vec<(Variable, f64)>| {
            payments.iter().map(|&(paid, _)| solution.var_value(paid) * UNIT).collect()
        };
        monthly.iter().map(month).collect()
    });
    Some(Answer { bound, payments })
}

fn window(terms: &[Terms], owed: &[i64], surplus: i64, at: usize, horizon: usize) -> Window {
    let own = &terms[at];
    let mut most = Vec::with_capacity(horizon);
    let mut high = owed[at];
    for _ in 0..horizon {
        if high > 0 {
            high += own.interest(high) + own.account_fee + 1;
            high -= own.minimum_of(high);
        }
        most.push(high as f64 / UNIT);
    }
    // Each other debt takes its minimum every month until it has taken all that it was at the start.
    let for_others = |months: i64| -> i64 {
        let taken = |other: usize| owed[other].min(terms[other].minimum.saturating_mul(months));
        (0..owed.len()).filter(|&other| other != at).map(taken).sum()
    };
    let (mut low, mut earliest, mut before) = (owed[at], horizon, 0);
    for month in 1..=horizon {
        let months = i64::try_from(month).unwrap_or(i64::MAX);
        let available = surplus.saturating_mul(months) - for_others(months);
        low += own.interest(low) + own.account_fee - 1;
        low -= (available - before).max(0);
        before = before.max(available);
        if low <= 0 {
            earliest = month;
            break;
        }
    }
    Window { most, earliest }
}

/// Adds the months of one debt: owed after it, paid in it, and whether it is open after it.
fn lay_out(
    problem: &mut Problem,
    terms: &Terms,
    window: &Window,
    [start, surplus]: [f64; 2],
    monthly: &mut [Vec<(Variable, f64)>],
) {
    let growth = 1.0 + terms.rate as f64 / 1_200_000_000.0;
    let mut before: Option<(Variable, Option<Variable>)> = None;
    for (month, payments) in monthly.iter_mut().enumerate() {
        let paid = problem.add_var(1.0, (0.0, surplus));
        let most = window.most[month];
        let is_last = month + 1 == window.most.len();
        let owed = problem.add_var(0.0, (0.0, if is_last { 0.0 } else { most }));
        payments.push((paid, 1.0));
        // Open after this month; certain before the earliest month in which it can close.
        let open = if month + 1 < window.earliest {
            problem.add_integer_var(0.0, (1, 1))
        } else if is_last || most <= 0.0 {
            problem.add_integer_var(0.0, (0, 0))
        } else {
            problem.add_integer_var(0.0, (0, 1))
        };
        let fee = terms.account_fee as f64 / UNIT;
        match before {
            None => problem.add_constraint([(owed, 1.0), (paid, 1.0)], ComparisonOp::Eq, start * growth + fee),
            Some((last, Some(was_open))) => {
                problem.add_constraint(
                    [(owed, 1.0), (paid, 1.0), (last, -growth), (was_open, -fee)],
                    ComparisonOp::Eq,
                    0.0,
                );
                problem.add_constraint([(was_open, 1.0), (open, -1.0)], ComparisonOp::Ge, 0.0);
            }
            Some((last, None)) => {
                problem.add_constraint([(owed, 1.0), (paid, 1.0), (last, -growth)], ComparisonOp::Eq, 0.0);
            }
        }
        problem.add_constraint([(owed, 1.0), (open, -most)], ComparisonOp::Le, 0.0);
        if terms.minimum > 0 {
            problem.add_constraint([(paid, 1.0), (open, -(terms.minimum as f64 / UNIT))], ComparisonOp::Ge, 0.0);
        }
        before = Some((owed, Some(open)));
    }
}
