//! 欠款: debts as events that are only added, what is owed by law and by contract, what is claimed against it.

use axum::extract::{Path, Query};
use knowledge::Lang;
use money::Fen;
use money::cap::LenderKind;
use money::debt::{Debt, Event, Overdue, Part, Party, Recorded, Role, Standing};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::{Input, Problem, Reply, Visit, aside};
use super::cost::{Choice, Law, LimitLine, laws, lenders, limits};
use super::inbox::{Done, Notice, open};
use super::typed::{Number, agreed, amount, day, given, number, unusable};
use crate::answer::account::{DebtAccount, OwedAnswer, admit, debt, debts, owed};
use crate::answer::words;
use crate::command::debt::now_ms;
use crate::command::inbox as store;
use crate::input;

#[derive(Debug, Serialize)]
struct Owed {
    id: i64,
    name: String,
    lender: &'static str,
    totals: Vec<Total>,
    problem: Option<String>,
}

#[derive(Debug, Serialize)]
struct Total {
    scenario: String,
    total_fen: Fen,
}

#[derive(Debug, Serialize)]
struct DebtSheet {
    notice: Option<Notice>,
    debts: Vec<Owed>,
    lenders: Vec<Choice>,
    today: String,
}

const DEBTS: [&str; 2] = ["欠款", "Debts"];

/// `GET /debts`.
pub async fn list(visit: Visit, Query(done): Query<Done>) -> Reply {
    let worker = visit.clone();
    let sheet = aside(move || {
        let accounts = open(&worker.server)?.map(|inbox| debts(&inbox)).transpose()?.unwrap_or_default();
        let debts = accounts.into_iter().map(|account| of_account(&worker, account)).collect();
        Ok(DebtSheet {
            notice: Notice::of(&worker, done.what()),
            debts,
            lenders: lenders(&worker),
            today: input::today().to_string(),
        })
    })
    .await?;
    visit.show("page/debts.html", DEBTS, &sheet)
}

fn lender_name(visit: &Visit, kind: LenderKind) -> &'static str {
    lenders(visit).into_iter().find(|choice| choice.id == kind.id()).map_or("", |choice| choice.name)
}

fn of_account(visit: &Visit, account: DebtAccount) -> Owed {
    let library = &visit.server.judge.index().knowledge.library;
    let (id, name, lender) = (account.id, account.debt.name.clone(), lender_name(visit, account.debt.lender));
    match owed(library, account, input::today()) {
        Ok(answer) => Owed { id, name, lender, totals: totals(visit, &answer), problem: None },
        Err(error) => {
            let problem = if visit.lang() == Lang::Zh { error.chinese() } else { error.to_string() };
            Owed { id, name, lender, totals: Vec::new(), problem: Some(problem) }
        }
    }
}

fn totals(visit: &Visit, answer: &OwedAnswer) -> Vec<Total> {
    let total = |statement: &money::ledger::Statement| {
        let scenario = words::scenario(statement.scenario.name, visit.lang()).to_owned();
        Some(Total { scenario, total_fen: statement.closing.total().ok()? })
    };
    answer.statements.iter().filter_map(total).collect()
}

/// A debt, as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewDebt {
    name: String,
    lender: String,
    lender_name: String,
    date: String,
    received: String,
    contract: String,
    rate: String,
    per: String,
    overdue_from: String,
    overdue_rate: String,
    monthly: String,
    due_day: String,
    late_fee: String,
    settlement: String,
    priority: Option<Value>,
}

/// `POST /debts`.
pub async fn add(visit: Visit, Input(new, _): Input<NewDebt>) -> Reply {
    let worker = visit.clone();
    let id = aside(move || {
        let (terms, advance) = read(&new)?;
        let (terms, advance) = (terms.checked().map_err(unusable)?, advance.checked().map_err(unusable)?);
        let mut inbox = store::open_or_make(Some(&worker.server.inbox))?;
        admit(&inbox, &terms, &advance, input::today())?;
        let id = inbox.add_debt("terms", &serde_json::to_string(&terms)?, now_ms())?;
        inbox.add_debt_entry(id, "event", &serde_json::to_string(&advance)?, now_ms())?;
        Ok(id)
    })
    .await?;
    visit.done(&format!("/debt/{id}?done=recorded"), &json!({ "debt": id }))
}

fn read(new: &NewDebt) -> Result<(Debt, Recorded), Problem> {
    let name = given(&new.name).ok_or_else(|| Problem::unusable("请给这笔债起个名字。", "give the debt a name"))?;
    let date = day(&new.date)?.ok_or_else(|| Problem::unusable("请填借款日期。", "give the day of the loan"))?;
    let received = amount(&new.received, "到手金额", "what was received")?
        .ok_or_else(|| Problem::unusable("请填实际到手的金额。", "give what was received"))?;
    let party = given(&new.lender_name).map(|name| Party { name: name.to_owned(), role: Role::Lender });
    let terms = Debt {
        name: name.to_owned(),
        lender: LenderKind::from_id(&new.lender).unwrap_or(LenderKind::Unknown),
        contract_date: Some(date),
        parties: party.into_iter().collect(),
        rate: agreed(&new.rate, &new.per)?,
        overdue: overdue(new)?,
        monthly_fen: amount(&new.monthly, "每月应还", "the monthly payment")?.unwrap_or_default(),
        due_day: number(&new.due_day, "还款日", "the day of the month")?,
        account_fee_fen: Fen::default(),
        late_fee_fen: amount(&new.late_fee, "逾期费", "the late fee")?.unwrap_or_default(),
        is_priority: new.priority.as_ref().is_some_and(|value| *value == Value::Bool(true) || value == "1"),
        settlement_fen: amount(&new.settlement, "一次结清金额", "the settlement")?,
    };
    let contract_fen = amount(&new.contract, "合同金额", "the contract's principal")?.unwrap_or(received);
    let event = Event::Advance { received_fen: received, contract_fen };
    Ok((terms, Recorded { date, event, evidence: None }))
}

/// The rate after it is overdue runs over the same period as the other.
fn overdue(new: &NewDebt) -> Result<Option<Overdue>, Problem> {
    match (day(&new.overdue_from)?, agreed(&new.overdue_rate, &new.per)?) {
        (Some(from), Some(rate)) => Ok(Some(Overdue { from, rate })),
        (None, None) => Ok(None),
        _ => Err(Problem::unusable("逾期利率和从哪天起要一起填。", "give the overdue rate and its first day together")),
    }
}

#[derive(Debug, Serialize)]
struct Named {
    /// What the way of counting is called.
    title: String,
    #[serde(flatten)]
    statement: money::ledger::Statement,
    total_fen: Fen,
}

#[derive(Debug, Serialize)]
struct Held {
    scenario: String,
    #[serde(flatten)]
    comparison: money::ledger::Comparison,
}

#[derive(Debug, Serialize)]
struct Happened {
    entry: i64,
    date: String,
    what: String,
    amount_fen: Option<Fen>,
    who: Option<String>,
}

#[derive(Debug, Serialize)]
struct DebtPage {
    notice: Option<Notice>,
    id: i64,
    debt: Debt,
    lender: &'static str,
    until: String,
    statements: Vec<Named>,
    claims: Vec<Held>,
    events: Vec<Happened>,
    limits: Vec<LimitLine>,
    laws: Vec<Law>,
    today: String,
}

/// `GET /debt/ID`.
pub async fn one(visit: Visit, Path(id): Path<i64>, Query(done): Query<Done>) -> Reply {
    let worker = visit.clone();
    let page = aside(move || {
        let inbox = open(&worker.server)?.ok_or_else(Problem::missing)?;
        let account = debt(&inbox, id).map_err(|_| Problem::missing())?;
        let library = &worker.server.judge.index().knowledge.library;
        let today = input::today();
        if !account.has_advance(today) {
            return Ok(DebtPage::uncounted(&worker, account, done.what()));
        }
        let answer = owed(library, account, today).map_err(unusable)?;
        let lang = worker.lang();
        let statements = answer.statements.iter().map(|statement| {
            Ok(Named {
                title: words::scenario(statement.scenario.name, lang).to_owned(),
                total_fen: statement.closing.total().map_err(unusable)?,
                statement: statement.clone(),
            })
        });
        let claims = answer.claims.iter().flat_map(|claim| {
            let scenario = words::scenario(claim.scenario, lang);
            claim
                .comparisons
                .iter()
                .map(move |comparison| Held { scenario: scenario.to_owned(), comparison: comparison.clone() })
        });
        Ok(DebtPage {
            notice: Notice::of(&worker, done.what()),
            id,
            lender: lender_name(&worker, answer.account.debt.lender),
            until: answer.until.to_string(),
            statements: statements.collect::<Result<_, Problem>>()?,
            claims: claims.collect(),
            events: answer.account.events.iter().map(|event| happened(&worker, event.entry, &event.recorded)).collect(),
            limits: limits(&worker, &answer.limit),
            laws: laws(&worker, &answer.limit),
            today: input::today().to_string(),
            debt: answer.account.debt,
        })
    })
    .await?;
    visit.show("page/debt.html", DEBTS, &page)
}

impl DebtPage {
    /// The page of a debt of which no money paid out is on record: it can be recorded there.
    fn uncounted(visit: &Visit, account: DebtAccount, done: &str) -> Self {
        let events = account.events.iter().map(|event| happened(visit, event.entry, &event.recorded)).collect();
        Self {
            notice: Notice::of(visit, done),
            id: account.id,
            lender: lender_name(visit, account.debt.lender),
            until: input::today().to_string(),
            statements: Vec::new(),
            claims: Vec::new(),
            events,
            limits: Vec::new(),
            laws: Vec::new(),
            today: input::today().to_string(),
            debt: account.debt,
        }
    }
}

fn happened(visit: &Visit, entry: i64, recorded: &Recorded) -> Happened {
    let (what, amount_fen, who) = match &recorded.event {
        Event::Advance { received_fen, .. } => (visit.say("到手", "received"), Some(*received_fen), None),
        Event::Charge { amount_fen, by, .. } => (visit.say("收费", "charged"), Some(*amount_fen), by.clone()),
        Event::Payment { amount_fen, to } => (visit.say("还款", "paid"), Some(*amount_fen), to.clone()),
        Event::Waiver { amount_fen, .. } => (visit.say("减免", "let go"), Some(*amount_fen), None),
        Event::Acceleration {} => (visit.say("宣布全部到期", "called due at once"), None, None),
        Event::Assignment { to, .. } => (visit.say("债权转让", "claim passed on"), None, Some(to.clone())),
        Event::Claim { by, total_fen, .. } => (visit.say("对方要求", "claimed"), Some(*total_fen), Some(by.clone())),
    };
    Happened { entry, date: recorded.date.to_string(), what: what.to_owned(), amount_fen, who }
}

/// Something that happened, as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewEvent {
    event: String,
    date: String,
    amount: String,
    who: String,
    principal: String,
    interest: String,
    fees: String,
    evidence: String,
}

/// `POST /debt/ID/event`.
pub async fn event(visit: Visit, Path(id): Path<i64>, Input(new, _): Input<NewEvent>) -> Reply {
    let worker = visit.clone();
    let entry = aside(move || {
        let recorded = recorded(&new)?.checked().map_err(unusable)?;
        let mut inbox = open(&worker.server)?.ok_or_else(Problem::missing)?;
        debt(&inbox, id).map_err(|_| Problem::missing())?;
        Ok(inbox.add_debt_entry(id, "event", &serde_json::to_string(&recorded)?, now_ms())?)
    })
    .await?;
    visit.done(&format!("/debt/{id}?done=recorded"), &json!({ "debt": id, "entry": entry }))
}

fn recorded(new: &NewEvent) -> Result<Recorded, Problem> {
    let date = day(&new.date)?.unwrap_or_else(input::today);
    let sum =
        || amount(&new.amount, "金额", "the amount")?.ok_or_else(|| Problem::unusable("请填金额。", "give the amount"));
    let who = given(&new.who).map(str::to_owned);
    let event = match new.event.as_str() {
        "advance" => Event::Advance { received_fen: sum()?, contract_fen: sum()? },
        "payment" => Event::Payment { amount_fen: sum()?, to: who },
        "charge" => Event::Charge { part: Part::Fees, amount_fen: sum()?, by: who, standing: Standing::Confirmed },
        "charge-claimed" => {
            Event::Charge { part: Part::Fees, amount_fen: sum()?, by: who, standing: Standing::Claimed }
        }
        "waiver" => Event::Waiver { part: Part::Interest, amount_fen: sum()? },
        "waiver-fees" => Event::Waiver { part: Part::Fees, amount_fen: sum()? },
        "waiver-principal" => Event::Waiver { part: Part::Principal, amount_fen: sum()? },
        "claim" => Event::Claim {
            by: who.unwrap_or_default(),
            total_fen: sum()?,
            principal_fen: amount(&new.principal, "本金", "principal")?,
            interest_fen: amount(&new.interest, "利息", "interest")?,
            fees_fen: amount(&new.fees, "费用", "fees")?,
        },
        "assignment" => Event::Assignment { to: who.unwrap_or_default(), standing: Standing::Claimed },
        "acceleration" => Event::Acceleration {},
        _ => return Err(Problem::unusable("请选择发生了什么。", "choose what happened")),
    };
    Ok(Recorded { date, event, evidence: given(&new.evidence).map(str::to_owned) })
}

/// `POST /debt/ID/withdraw`.
#[derive(Clone, Debug, Deserialize)]
pub struct Withdraw {
    entry: Number,
}

/// `POST /debt/ID/withdraw`: takes an entry back; it stays written that it was there.
pub async fn withdraw(visit: Visit, Path(id): Path<i64>, Input(given, _): Input<Withdraw>) -> Reply {
    let worker = visit.clone();
    aside(move || {
        let mut inbox = open(&worker.server)?.ok_or_else(Problem::missing)?;
        Ok(crate::command::debt::withdraw(&mut inbox, id, given.entry.get()?)?)
    })
    .await?;
    visit.done(&format!("/debt/{id}?done=recorded"), &json!({ "debt": id }))
}
