//! Budget and plans: what is left after living, the plans side by side, and what to beware of.

use jiff::Span;
use jiff::civil::Date;
use knowledge::document::Bilingual;
use knowledge::library::Library;
use money::budget::{Assessment, Budget, Guide, assess};
use money::cap::LenderKind;
use money::plan::{Plan, PlanComparison, PlanDebt, Situation, compare};
use money::{Error, Fen};
use rust_decimal::Decimal;
use serde::Serialize;

use super::account::DebtAccount;

/// Branches of the search for a bound.
const EFFORT: u32 = 3_000;

/// The answer.
#[derive(Clone, Debug, Serialize)]
pub struct RepaymentAnswer {
    /// The day from which it is planned.
    pub from: Date,
    /// The budget, where one was given.
    pub budget: Option<Assessment>,
    /// The guides that there are; for other kinds of spending no source was found.
    pub guides: Vec<Guide>,
    /// The plans.
    pub plans: PlanComparison,
    /// The day of the month on which each debt of the plans is due, where it was recorded.
    pub due_days: Vec<Option<i8>>,
    /// What to beware of.
    pub warnings: Vec<Warning>,
}

/// Something to beware of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Warning {
    /// Borrowing to repay.
    BorrowToRepay,
    /// Help that wants money, the SIM card or papers first.
    FeeFirstHelp,
    /// Very short, very dear loans (714).
    SevenFourteen,
    /// Borrowing in another's name.
    LoanForAnother,
    /// Costs over the limit may be reduced on request; the rest stays due.
    AskForReduction,
    /// Nobody can say what the limit is for a debt: what is planned for it may be too much.
    LimitNotKnown,
    /// A debt is not in the plans, for no money paid out is on record.
    DebtLeftOut,
    /// A plan sent to a creditor may acknowledge an old debt anew.
    MayAcknowledge,
}

impl Warning {
    /// Returns the warning in words.
    pub fn text(self) -> Bilingual {
        let [zh, en] = match self {
            Self::BorrowToRepay => [
                "不要借新还旧：新贷款只会多一笔利息和费用。任何让您“先借一笔还上”的建议都不要听。",
                "do not borrow to repay: a new loan only adds interest and fees",
            ],
            Self::FeeFirstHelp => [
                "不要找先收费的“债务优化”“停息挂账”“代理维权”：不交钱、不交手机卡和身份证，协商可以自己免费做。",
                "no paid \"debt optimisers\": give no money, SIM card or identity card; negotiating yourself is free",
            ],
            Self::SevenFourteen => [
                "这里有按年算极高的短期借款（像“714高炮”）。先保存证据，不要续期；可以打 96110 咨询或向公安机关报案。",
                "there is a very short, extremely dear loan here (like \"714\"): keep evidence, do not roll it over; ask 96110 or the police",
            ],
            Self::LoanForAnother => [
                "不要替别人贷款，也不要让别人用您的名义贷款（AB贷）：合同上是谁，就由谁还。",
                "never borrow for another or let another borrow in your name: whoever signed owes it",
            ],
            Self::AskForReduction => [
                "超过上限的部分可以请求减少，不是自动不用还；本金和合法利息仍要还。",
                "what is over the limit may be reduced on request, it does not vanish by itself; principal and lawful interest stay due",
            ],
            Self::LimitNotKnown => [
                "有的债说不清适用哪个上限（没写放款方、合同日期，或者那一天没有可靠来源），计划按约定利率算，可能偏高：先弄清是谁放的款、哪天签的，再照计划付；拿不准就打12348。",
                "for some debt the limit is not known (no lender, no day of contract, or no source for that day), and it is planned at the agreed rate, perhaps too much: find out who lent and when before you pay by the plan, or ask 12348",
            ],
            Self::DebtLeftOut => [
                "有的债没有放款记录，没有算进计划：请在那笔债里补记收到的钱。",
                "a debt is not in the plans, for no money received is on record; record it with that debt",
            ],
            Self::MayAcknowledge => [
                "很久没人追讨的旧债，先查诉讼时效：主动提出还款计划可能让时效重新计算。",
                "for an old debt check limitation first: offering a plan may start the period anew",
            ],
        };
        Bilingual { zh: zh.to_owned(), en: en.to_owned() }
    }
}

/// Returns the guides for spending that the knowledge has, for one person a month.
///
/// # Errors
/// As the money crate says.
pub fn guides(library: &Library) -> Result<Vec<Guide>, Error> {
    let mut guides = Vec::new();
    for (id, parameter) in library.parameter.iter().filter(|(id, _)| id.starts_with("spending-")) {
        let Some(text) = parameter.value.last().and_then(|value| value.value.as_deref()) else { continue };
        let yearly = text.parse::<Fen>()?;
        let monthly_fen = Fen::rounded(yearly.decimal() / Decimal::from(12))?;
        guides.push(Guide { id: id.clone(), monthly_fen, source: parameter.source.clone() });
    }
    Ok(guides)
}

/// A payment of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Payment {
    /// The day.
    pub date: Date,
    /// How much.
    pub amount_fen: Fen,
}

impl RepaymentAnswer {
    /// Returns the number of the debt of this name in the plans.
    pub fn debt(&self, name: &str) -> Option<usize> {
        self.plans.situation.debts.iter().position(|debt| debt.name == name)
    }

    /// Returns what a plan pays for the debt of a number, with the days.
    pub fn payments(&self, plan: &Plan, debt: usize) -> Vec<Payment> {
        let months = plan.months.iter().enumerate();
        let paid = months.filter_map(|(month, cells)| Some((month, cells.cells.get(debt)?.paid_fen)));
        paid.filter(|(_, amount_fen)| *amount_fen > Fen::ZERO)
            .map(|(month, amount_fen)| Payment { date: self.due(month, debt), amount_fen })
            .collect()
    }

    /// The day of a payment: the due day of its month, the month's last where it is shorter; from the next month on where
    /// the first would lie in the past.
    pub fn due(&self, month: usize, debt: usize) -> Date {
        let due_day = self.due_days.get(debt).copied().flatten();
        let on = |months: usize| {
            let first = self.from.first_of_month();
            let month = first.checked_add(Span::new().months(i32::try_from(months).unwrap_or(0))).unwrap_or(self.from);
            let day = due_day.unwrap_or_else(|| self.from.day()).clamp(1, month.days_in_month());
            month.with().day(day).build().unwrap_or(month)
        };
        on(month + usize::from(on(0) < self.from))
    }
}

/// What is left for debts: from a budget, or as the user says.
#[derive(Clone, Debug)]
pub enum Means {
    /// Income and spending.
    Budget(Budget),
    /// So much a month.
    Surplus(Fen),
}

/// Returns the plans.
///
/// # Errors
/// As the money crate says.
pub fn repayment(
    library: &Library,
    accounts: &[DebtAccount],
    debts: Vec<PlanDebt>,
    means: &Means,
    from: Date,
) -> Result<RepaymentAnswer, Error> {
    let guides = guides(library)?;
    let (budget, surplus_fen) = match means {
        Means::Surplus(surplus) => (None, *surplus),
        Means::Budget(budget) => {
            let assessment = assess(budget, &guides)?;
            let surplus = assessment.surplus_fen;
            (Some(assessment), surplus)
        }
    };
    let warnings = warnings(library, accounts, &debts, from);
    let due_day = |debt: &PlanDebt| accounts.iter().find(|account| account.debt.name == debt.name)?.debt.due_day;
    let due_days = debts.iter().map(due_day).collect();
    let plans = compare(Situation { debts, surplus_fen, effort: EFFORT })?;
    Ok(RepaymentAnswer { from, budget, guides, plans, due_days, warnings })
}

fn warnings(library: &Library, accounts: &[DebtAccount], debts: &[PlanDebt], from: Date) -> Vec<Warning> {
    let mut warnings = vec![Warning::BorrowToRepay, Warning::FeeFirstHelp, Warning::LoanForAnother];
    let rate = |account: &DebtAccount| account.debt.rate.and_then(|rate| rate.annual().ok());
    if accounts.iter().filter_map(rate).any(|annual| annual.get() >= Decimal::ONE_HUNDRED) {
        warnings.push(Warning::SevenFourteen);
    }
    let is_dear = |debt: &PlanDebt| debt.annual.get() > Decimal::from(24);
    if debts.iter().any(is_dear) || accounts.iter().any(|account| account.debt.lender == LenderKind::Unlicensed) {
        warnings.push(Warning::AskForReduction);
    }
    if accounts.iter().any(|account| !account.has_advance(from)) {
        warnings.push(Warning::DebtLeftOut);
    }
    if accounts.iter().any(|account| account.is_uncapped(library)) {
        warnings.push(Warning::LimitNotKnown);
    }
    warnings.push(Warning::MayAcknowledge);
    warnings
}
