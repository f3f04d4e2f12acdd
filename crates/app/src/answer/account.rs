//! Recorded debts read back, and what is owed by several scenarios side by side.

use std::collections::BTreeMap;

use inbox::{DebtEntry, Inbox};
use jiff::civil::Date;
use knowledge::library::Library;
use money::cap::{Known, LenderKind};
use money::debt::{Debt, Event, Recorded};
use money::ledger::{Comparison, Scenario, Statement, compare, recompute};
use money::plan::{MOST_DEBTS, PlanDebt};
use money::{Error, Fen, Percent};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::limit::{LimitAnswer, limit};
use crate::failure::Failure;

/// The account of what was agreed where nobody can say what the limit is: it may be too high.
const UNCAPPED: &str = "uncapped";

/// A debt with its events.
#[derive(Clone, Debug, Serialize)]
pub struct DebtAccount {
    /// Its number.
    pub id: i64,
    /// What was agreed, as last written.
    pub debt: Debt,
    /// What happened, with the numbers of the entries.
    pub events: Vec<NumberedEvent>,
    /// Entries that this program cannot read, by number: written by a newer one, or damaged.
    pub unreadable: Vec<i64>,
}

/// An event with the number of its entry.
#[derive(Clone, Debug, Serialize)]
pub struct NumberedEvent {
    /// Number of the entry.
    pub entry: i64,
    /// The event.
    #[serde(flatten)]
    pub recorded: Recorded,
}

/// An entry that takes another back.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The number of the entry taken back.
    pub entry: i64,
}

/// What is owed.
#[derive(Clone, Debug, Serialize)]
pub struct OwedAnswer {
    /// The debt.
    pub account: DebtAccount,
    /// The closing day.
    pub until: Date,
    /// The limit and where it is from.
    pub limit: LimitAnswer,
    /// The accounts, side by side: `law`, `reduced` where a court would be asked, `contract`; `uncapped` and `principal`
    /// in place of `law` where the limit is not known.
    pub statements: Vec<Statement>,
    /// Every claim against every scenario.
    pub claims: Vec<ClaimAnswer>,
}

/// The claims against one scenario.
#[derive(Clone, Debug, Serialize)]
pub struct ClaimAnswer {
    /// Name of the scenario.
    pub scenario: &'static str,
    /// Its claims.
    pub comparisons: Vec<Comparison>,
}

/// Returns every debt of an inbox.
///
/// # Errors
/// Where the inbox fails.
pub fn debts(inbox: &Inbox) -> Result<Vec<DebtAccount>, Failure> {
    let entries = inbox.debt_entries().map_err(|error| crate::command::inbox::failure(&error))?;
    let mut by_debt: BTreeMap<i64, Vec<DebtEntry>> = BTreeMap::new();
    for entry in entries {
        by_debt.entry(entry.debt).or_default().push(entry);
    }
    Ok(by_debt.into_iter().filter_map(|(id, entries)| read(id, &entries)).collect())
}

/// Returns one debt.
///
/// # Errors
/// Where there is none of that number.
pub fn debt(inbox: &Inbox, id: i64) -> Result<DebtAccount, Failure> {
    debts(inbox)?.into_iter().find(|account| account.id == id).ok_or_else(|| {
        Failure::input(
            format!("没有第 {id} 笔债。请用 zhenxin debt list 查看编号。"),
            format!("there is no debt {id}; see the numbers with zhenxin debt list"),
        )
    })
}

fn read(id: i64, entries: &[DebtEntry]) -> Option<DebtAccount> {
    let withdrawn: Vec<i64> = entries
        .iter()
        .filter(|entry| entry.kind == "withdrawn")
        .filter_map(|entry| serde_json::from_str::<Withdrawn>(&entry.body).ok())
        .map(|withdrawn| withdrawn.entry)
        .collect();
    let mut debt = None;
    let (mut events, mut unreadable) = (Vec::new(), Vec::new());
    for entry in entries.iter().filter(|entry| !withdrawn.contains(&entry.id)) {
        match entry.kind.as_str() {
            "terms" => match serde_json::from_str(&entry.body) {
                Ok(terms) => debt = Some(terms),
                Err(_) => unreadable.push(entry.id),
            },
            "event" => match serde_json::from_str(&entry.body) {
                Ok(recorded) => events.push(NumberedEvent { entry: entry.id, recorded }),
                Err(_) => unreadable.push(entry.id),
            },
            "withdrawn" => {}
            _ => unreadable.push(entry.id),
        }
    }
    Some(DebtAccount { id, debt: debt?, events, unreadable })
}

impl DebtAccount {
    /// Returns the events without their numbers.
    pub fn recorded(&self) -> Vec<Recorded> {
        self.events.iter().map(|event| event.recorded.clone()).collect()
    }

    /// Returns whether money was paid out by a day: without it nothing can be counted.
    pub fn has_advance(&self, until: Date) -> bool {
        let is_advance = |event: &NumberedEvent| matches!(event.recorded.event, Event::Advance { .. });
        self.events.iter().any(|event| is_advance(event) && event.recorded.date <= until)
    }

    /// Returns whether nobody can say what limit binds the lender, so that what is planned may be too much.
    pub fn is_uncapped(&self, library: &Library) -> bool {
        let limit = limit(library, self.debt.lender, self.debt.contract_date);
        scenarios(self.debt.lender, &limit.known).first().is_some_and(|scenario| scenario.name == UNCAPPED)
    }
}

/// Refuses a new debt that could not be counted or told from another.
///
/// # Errors
/// Where one of this name is there, or the money came in the future.
pub fn admit(inbox: &Inbox, terms: &Debt, advance: &Recorded, today: Date) -> Result<(), Failure> {
    if debts(inbox)?.iter().any(|known| known.debt.name == terms.name) {
        return Err(Failure::input(
            format!("已经有一笔叫“{}”的债，请换个名字，免得混在一起。", terms.name),
            format!("there is a debt \"{}\" already; choose another name", terms.name),
        ));
    }
    if advance.date > today {
        return Err(Failure::input(
            format!("借款日期 {} 在今天以后，请检查。", advance.date),
            format!("the day of the loan, {}, lies in the future; check it", advance.date),
        ));
    }
    Ok(())
}

/// Returns what is owed on a day by the law, by the contract, and, for licensed lenders, as a court may reduce it on request.
///
/// # Errors
/// As the money crate says.
pub fn owed(library: &Library, account: DebtAccount, until: Date) -> Result<OwedAnswer, Error> {
    let limit = limit(library, account.debt.lender, account.debt.contract_date);
    let scenarios = scenarios(account.debt.lender, &limit.known);
    let events = account.recorded();
    let mut statements = Vec::new();
    let mut claims = Vec::new();
    for scenario in &scenarios {
        statements.push(recompute(&account.debt, &events, scenario, until)?);
        let comparisons = compare(&account.debt, &events, scenario)?;
        if !comparisons.is_empty() {
            claims.push(ClaimAnswer { scenario: scenario.name, comparisons });
        }
    }
    Ok(OwedAnswer { account, until, limit, statements, claims })
}

/// The cap binds a private lender by itself; a licensed lender's excess may be reduced on request only. Where one of
/// several limits applies, the highest is taken, which says least. Where none is known for a lender whom one binds, what
/// the law allows lies between the principal alone and the agreed terms, and both are shown.
fn scenarios(lender: LenderKind, known: &Known) -> Vec<Scenario> {
    let percent = match known {
        Known::Limit(limit) => Some(limit.percent),
        Known::OneOf { limits, or_another: false } => limits.iter().map(|limit| limit.percent).max(),
        Known::OneOf { .. } | Known::Missing => None,
    };
    let law = Scenario::law(percent);
    match (lender, percent) {
        (LenderKind::Unlicensed, Some(_)) => vec![law, Scenario::contract()],
        (LenderKind::Unlicensed | LenderKind::Unknown, _) => {
            let uncapped = Scenario { name: UNCAPPED, ..Scenario::law(None) };
            let principal = Scenario { name: "principal", ..Scenario::law(Some(Percent::ZERO)) };
            vec![uncapped, principal, Scenario::contract()]
        }
        (_, None) => vec![law, Scenario::contract()],
        (_, Some(_)) => vec![Scenario::law(None), Scenario { name: "reduced", ..law }, Scenario::contract()],
    }
}

/// Returns the debts as a plan sees them, by what is owed under the law; cleared ones are left out, and those of which no
/// money paid out is on record.
///
/// # Errors
/// As the money crate says.
pub fn plan_debts(library: &Library, accounts: Vec<DebtAccount>, until: Date) -> Result<Vec<PlanDebt>, Error> {
    if accounts.len() > MOST_DEBTS {
        let (count, most) = (accounts.len(), MOST_DEBTS);
        return Err(Error::TooMany { name: "debts", name_zh: "债务", count, most });
    }
    let mut debts = Vec::new();
    for account in accounts {
        if !account.has_advance(until) {
            continue;
        }
        let answer = owed(library, account, until)?;
        let debt = &answer.account.debt;
        let law = &answer.statements[0];
        let owed_fen = law.closing.total()?;
        if owed_fen <= Fen::ZERO {
            continue;
        }
        let agreed = debt.rate.map_or(Ok(Percent::ZERO), money::debt::AgreedRate::annual)?;
        let annual = law.scenario.limit.map_or(agreed, |limit| agreed.min(limit));
        debts.push(PlanDebt {
            name: debt.name.clone(),
            owed_fen,
            annual: Percent::new(annual.get().round_dp(6))?,
            minimum_fen: debt.monthly_fen,
            minimum_percent: Percent::new(Decimal::ZERO)?,
            account_fee_fen: debt.account_fee_fen,
            late_fee_fen: debt.late_fee_fen,
            is_priority: debt.is_priority,
            settlement_fen: debt.settlement_fen,
        });
    }
    Ok(debts)
}
