//! What is owed, recomputed from the events: under the law and under the contract, item by item, to the fen.
//!
//! Interest is simple, by the day on the principal in use; sums are kept exact and rounded only where a balance is struck,
//! so that nothing drifts. Under a limit, interest and fees together never exceed the limit's own accrual; a payment above
//! what is allowed goes to the principal (set-off), and what exceeds that is owed back.

mod claim;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::day_count::{self, End};
use crate::debt::{Debt, Event, MOST_EVENTS, Part, Recorded, Standing};
use crate::{Error, Fen, Percent};

pub use claim::{Comparison, Item, compare};

/// Which principal counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// What was received: interest taken out beforehand is no principal (Civil Code, article 670).
    Received,
    /// What the contract says.
    Contract,
}

/// One way to compute what is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scenario {
    /// A name for it: `law`, `contract`…
    pub name: &'static str,
    /// Which principal counts.
    pub basis: Basis,
    /// The most that interest and fees may come to a year; none means the agreed terms alone.
    pub limit: Option<Percent>,
    /// The order in which a payment is used up.
    pub order: [Part; 4],
    /// Whether charges that are only claimed count.
    pub counts_claimed: bool,
    /// Days of a year.
    pub year_days: u16,
    /// Whether the last day counts.
    pub end: End,
}

/// Costs, then interest, then principal (Civil Code, article 561); fees rank with interest, after it.
pub const LEGAL_ORDER: [Part; 4] = [Part::Costs, Part::Interest, Part::Fees, Part::Principal];
/// Fees first: what collectors like to do, and some contracts say.
pub const FEES_FIRST: [Part; 4] = [Part::Costs, Part::Fees, Part::Interest, Part::Principal];

impl Scenario {
    /// Returns the scenario of the law under a limit.
    pub const fn law(limit: Option<Percent>) -> Self {
        Self {
            name: "law",
            basis: Basis::Received,
            limit,
            order: LEGAL_ORDER,
            counts_claimed: false,
            year_days: 365,
            end: End::Exclusive,
        }
    }

    /// Returns the scenario of the contract as the creditor reads it.
    pub const fn contract() -> Self {
        Self {
            name: "contract",
            basis: Basis::Contract,
            limit: None,
            order: FEES_FIRST,
            counts_claimed: true,
            year_days: 365,
            end: End::Exclusive,
        }
    }
}

/// What is owed at a moment, by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// Costs of enforcement.
    pub costs_fen: Fen,
    /// Fees and penalties.
    pub fees_fen: Fen,
    /// Interest.
    pub interest_fen: Fen,
    /// Principal.
    pub principal_fen: Fen,
    /// Paid beyond everything owed: the creditor owes it back.
    pub overpaid_fen: Fen,
}

impl Balance {
    /// Returns what is owed in all; below zero where too much was paid.
    ///
    /// # Errors
    /// [`Error::OverRange`].
    pub fn total(&self) -> Result<Fen, Error> {
        Fen::total([self.costs_fen, self.fees_fen, self.interest_fen, self.principal_fen, self.overpaid_fen.negated()])
    }

    const fn part(&mut self, part: Part) -> &mut Fen {
        match part {
            Part::Costs => &mut self.costs_fen,
            Part::Fees => &mut self.fees_fen,
            Part::Interest => &mut self.interest_fen,
            Part::Principal => &mut self.principal_fen,
        }
    }
}

/// One event with what it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The day.
    pub date: Date,
    /// Number of the event, from 0; none for the closing day.
    pub event: Option<usize>,
    /// Interest allowed since the entry before.
    pub interest_fen: Fen,
    /// Fees allowed since the entry before.
    pub fees_fen: Fen,
    /// How a payment or waiver was used: costs, fees, interest, principal.
    pub used: Balance,
    /// What is owed after it.
    pub balance: Balance,
}

/// A recomputed account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// By which scenario.
    pub scenario: Scenario,
    /// The entries.
    pub entries: Vec<Entry>,
    /// What is owed on the closing day.
    pub closing: Balance,
    /// Principal that counts.
    pub advanced_fen: Fen,
    /// Interest, fees and costs that count.
    pub charged_fen: Fen,
    /// What was paid.
    pub paid_fen: Fen,
    /// What was let go of what counted.
    pub waived_fen: Fen,
    /// Interest and fees asked for beyond what the limit allows.
    pub above_limit_fen: Fen,
}

/// An account being kept.
struct Account<'a> {
    debt: &'a Debt,
    scenario: &'a Scenario,
    date: Date,
    balance: Balance,
    /// Interest so far, times a hundred, times the days of a year: exact.
    interest: Decimal,
    /// The limit's own accrual, likewise.
    limit: Decimal,
    fees_charged: Fen,
    interest_allowed: Fen,
    fees_allowed: Fen,
    costs: Fen,
    advanced: Fen,
    paid: Fen,
    waived: Fen,
    entries: Vec<Entry>,
}

/// Recomputes an account up to a day.
///
/// # Errors
/// [`Error::NoAdvance`], [`Error::TooMany`], [`Error::DatesReversed`], [`Error::OverRange`].
pub fn recompute(debt: &Debt, events: &[Recorded], scenario: &Scenario, until: Date) -> Result<Statement, Error> {
    if events.len() > MOST_EVENTS {
        let (count, most) = (events.len(), MOST_EVENTS);
        return Err(Error::TooMany { name: "events", name_zh: "事件", count, most });
    }
    let mut order: Vec<usize> = (0..events.len()).filter(|&at| events[at].date <= until).collect();
    order.sort_by_key(|&at| (events[at].date, rank(&events[at].event), at));
    let first = order.first().map(|&at| &events[at]).ok_or(Error::NoAdvance)?;
    if !matches!(first.event, Event::Advance { .. }) {
        return Err(Error::NoAdvance);
    }
    let mut account = Account::new(debt, scenario, first.date);
    for at in order {
        account.accrue(events[at].date, End::Exclusive)?;
        let before = account.allow()?;
        let used = account.apply(&events[at].event)?;
        let after = account.allow()?;
        account.enter(Some(at), [before[0].plus(after[0])?, before[1].plus(after[1])?], used)?;
    }
    account.accrue(until, scenario.end)?;
    let before = account.allow()?;
    account.enter(None, before, Balance::default())?;
    account.closed()
}

/// On one day money comes in before charges, charges before payments.
const fn rank(event: &Event) -> u8 {
    match event {
        Event::Advance { .. } => 0,
        Event::Charge { .. } => 1,
        Event::Waiver { .. } => 2,
        Event::Payment { .. } => 3,
        Event::Acceleration {} | Event::Assignment { .. } | Event::Claim { .. } => 4,
    }
}

impl<'a> Account<'a> {
    fn new(debt: &'a Debt, scenario: &'a Scenario, date: Date) -> Self {
        Self {
            debt,
            scenario,
            date,
            balance: Balance::default(),
            interest: Decimal::ZERO,
            limit: Decimal::ZERO,
            fees_charged: Fen::ZERO,
            interest_allowed: Fen::ZERO,
            fees_allowed: Fen::ZERO,
            costs: Fen::ZERO,
            advanced: Fen::ZERO,
            paid: Fen::ZERO,
            waived: Fen::ZERO,
            entries: Vec::new(),
        }
    }

    /// Lets interest run to a day, in stretches of one rate.
    fn accrue(&mut self, to: Date, end: End) -> Result<(), Error> {
        let own = self.debt.rate.map_or(Ok(Percent::ZERO), crate::debt::AgreedRate::annual)?;
        let overdue =
            self.debt.overdue.map(|overdue| overdue.rate.annual().map(|rate| (overdue.from, rate))).transpose()?;
        // A rate that begins after this stretch does not touch it, the counted last day included.
        let (change, later) = overdue.filter(|&(from, _)| from <= to).unwrap_or((to, own));
        let change = change.clamp(self.date, to);
        let before = day_count::days(self.date, change, End::Exclusive)?;
        let after = day_count::days(change, to, end)?;
        let principal = self.balance.principal_fen.decimal();
        let rate_days = own.get() * Decimal::from(before) + later.get() * Decimal::from(after);
        self.interest += principal * rate_days;
        if let Some(limit) = self.scenario.limit {
            self.limit += principal * limit.get() * Decimal::from(before + after);
        }
        self.date = to;
        Ok(())
    }

    /// Books interest and fees as far as the limit allows; returns what was booked.
    fn allow(&mut self) -> Result<[Fen; 2], Error> {
        let [pending_interest, pending_fees] = self.pending()?;
        let room = match self.scenario.limit {
            None => pending_interest.plus(pending_fees)?,
            Some(_) => {
                Fen::rounded(self.limit / self.scale())?.minus(self.interest_allowed.plus(self.fees_allowed)?)?
            }
        };
        let interest = pending_interest.min(room).max(Fen::ZERO);
        let fees = pending_fees.min(room.minus(interest)?).max(Fen::ZERO);
        self.interest_allowed = self.interest_allowed.plus(interest)?;
        self.fees_allowed = self.fees_allowed.plus(fees)?;
        self.balance.interest_fen = self.balance.interest_fen.plus(interest)?;
        self.balance.fees_fen = self.balance.fees_fen.plus(fees)?;
        self.set_off()?;
        Ok([interest, fees])
    }

    /// By what exact interest is divided.
    fn scale(&self) -> Decimal {
        Decimal::from(100 * i64::from(self.scenario.year_days))
    }

    /// Interest and fees asked for and not booked yet.
    fn pending(&self) -> Result<[Fen; 2], Error> {
        let interest = Fen::rounded(self.interest / self.scale())?.minus(self.interest_allowed)?;
        Ok([interest.max(Fen::ZERO), self.fees_charged.minus(self.fees_allowed)?])
    }

    /// What was paid too much earlier pays what becomes due later.
    fn set_off(&mut self) -> Result<(), Error> {
        if self.balance.overpaid_fen > Fen::ZERO {
            let credit = std::mem::take(&mut self.balance.overpaid_fen);
            self.use_up(credit)?;
        }
        Ok(())
    }

    fn use_up(&mut self, amount: Fen) -> Result<Balance, Error> {
        let mut left = amount;
        let mut used = Balance::default();
        for part in self.scenario.order {
            let owed = self.balance.part(part);
            let share = left.min(*owed);
            *owed = owed.minus(share)?;
            *used.part(part) = share;
            left = left.minus(share)?;
        }
        self.balance.overpaid_fen = self.balance.overpaid_fen.plus(left)?;
        used.overpaid_fen = left;
        Ok(used)
    }

    fn apply(&mut self, event: &Event) -> Result<Balance, Error> {
        match event {
            Event::Advance { received_fen, contract_fen } => {
                let amount = match self.scenario.basis {
                    Basis::Received => (*received_fen).min(*contract_fen),
                    Basis::Contract => *contract_fen,
                };
                self.advanced = self.advanced.plus(amount)?;
                self.balance.principal_fen = self.balance.principal_fen.plus(amount)?;
                self.set_off()?;
            }
            Event::Charge { part, amount_fen, standing, .. } => self.charge(*part, *amount_fen, *standing)?,
            Event::Payment { amount_fen, .. } => {
                self.paid = self.paid.plus(*amount_fen)?;
                return self.use_up(*amount_fen);
            }
            Event::Waiver { part, amount_fen } => {
                let left = amount_fen.minus(self.drop_pending(*part, *amount_fen)?)?;
                let owed = self.balance.part(*part);
                let share = left.min(*owed);
                *owed = owed.minus(share)?;
                self.waived = self.waived.plus(share)?;
                let mut used = Balance::default();
                *used.part(*part) = share;
                return Ok(used);
            }
            Event::Acceleration {} | Event::Assignment { .. } | Event::Claim { .. } => {}
        }
        Ok(Balance::default())
    }

    /// What is asked for and not allowed yet goes first: the limit binds what is still asked for, so what was let go must
    /// not come back when there is room for it.
    fn drop_pending(&mut self, part: Part, amount: Fen) -> Result<Fen, Error> {
        let [interest, fees] = self.pending()?;
        let dropped = amount.min(match part {
            Part::Interest => interest,
            Part::Fees => fees,
            Part::Costs | Part::Principal => Fen::ZERO,
        });
        if part == Part::Interest {
            self.interest -= dropped.decimal() * self.scale();
        } else {
            self.fees_charged = self.fees_charged.minus(dropped)?;
        }
        Ok(dropped)
    }

    fn charge(&mut self, part: Part, amount: Fen, standing: Standing) -> Result<(), Error> {
        if standing == Standing::Claimed && !self.scenario.counts_claimed {
            return Ok(());
        }
        if part == Part::Costs {
            self.costs = self.costs.plus(amount)?;
            self.balance.costs_fen = self.balance.costs_fen.plus(amount)?;
            return self.set_off();
        }
        self.fees_charged = self.fees_charged.plus(amount)?;
        Ok(())
    }

    fn enter(&mut self, event: Option<usize>, [interest_fen, fees_fen]: [Fen; 2], used: Balance) -> Result<(), Error> {
        let entry = Entry { date: self.date, event, interest_fen, fees_fen, used, balance: self.balance };
        entry.balance.total()?;
        self.entries.push(entry);
        Ok(())
    }

    fn closed(self) -> Result<Statement, Error> {
        let asked = Fen::rounded(self.interest / self.scale())?.plus(self.fees_charged)?;
        let allowed = self.interest_allowed.plus(self.fees_allowed)?;
        Ok(Statement {
            scenario: self.scenario.clone(),
            closing: self.balance,
            advanced_fen: self.advanced,
            charged_fen: allowed.plus(self.costs)?,
            paid_fen: self.paid,
            waived_fen: self.waived,
            above_limit_fen: asked.minus(allowed)?,
            entries: self.entries,
        })
    }
}

impl Statement {
    /// Returns whether money is conserved: what was advanced and charged is what was paid, waived and is still owed.
    ///
    /// # Errors
    /// [`Error::OverRange`].
    pub fn is_conserved(&self) -> Result<bool, Error> {
        let into = self.advanced_fen.plus(self.charged_fen)?;
        let out = Fen::total([self.paid_fen, self.waived_fen, self.closing.total()?])?;
        Ok(into == out)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::{Scenario, recompute};
    use crate::cap::LenderKind;
    use crate::debt::{AgreedRate, Debt, Event, Per, Recorded};
    use crate::{Error, Fen, Percent};

    fn debt(annual: &str) -> Debt {
        let rate = AgreedRate { percent: annual.parse().expect("a rate"), per: Per::Year };
        serde_json::from_value(serde_json::json!({ "name": "a", "lender": LenderKind::Unlicensed, "rate": rate }))
            .expect("a debt")
    }

    fn fen(fen: i64) -> Fen {
        Fen::new(fen).expect("small")
    }

    fn on(date: Date, event: Event) -> Recorded {
        Recorded { date, event, evidence: None }
    }

    #[test]
    fn the_court_of_yidu_counts_the_same_interest() {
        let events = [on(date(2018, 10, 7), Event::Advance { received_fen: fen(499_806), contract_fen: fen(499_806) })];
        let limit = "24".parse::<Percent>().ok();
        let statement =
            recompute(&debt("18.25"), &events, &Scenario::law(limit), date(2022, 4, 13)).expect("an account");
        assert!(statement.closing.interest_fen < fen(421_973));
        let statement =
            recompute(&debt("36.5"), &events, &Scenario::law(limit), date(2022, 4, 13)).expect("an account");
        assert_eq!(statement.closing.interest_fen, fen(421_973));
    }

    #[test]
    fn what_was_paid_above_the_cap_comes_back() {
        // 70,000 on paper, 55,000 received, 70,000 repaid after two months at 13.8 % allowed.
        let events = [
            on(date(2024, 6, 1), Event::Advance { received_fen: fen(5_500_000), contract_fen: fen(7_000_000) }),
            on(date(2024, 8, 1), Event::Payment { amount_fen: fen(7_000_000), to: None }),
        ];
        let law = Scenario::law("13.8".parse().ok());
        let statement = recompute(&debt("36"), &events, &law, date(2024, 8, 1)).expect("an account");
        // 61 days of 55,000 at 13.8 % are 1,268.47.
        assert_eq!(statement.closing.overpaid_fen, fen(1_500_000 - 126_847));
        assert_eq!(statement.is_conserved(), Ok(true));
    }

    #[test]
    fn a_debt_begins_with_an_advance() {
        let events = [on(date(2024, 8, 1), Event::Payment { amount_fen: fen(1), to: None })];
        let outcome = recompute(&debt("1"), &events, &Scenario::contract(), date(2024, 8, 2));
        assert_eq!(outcome, Err(Error::NoAdvance));
    }
}
