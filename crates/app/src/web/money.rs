//! 欠款: what an offer truly costs, what is owed, and how to repay; the answers are those of the command line.

use axum::extract::{Path, Query};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use jiff::civil::Date;
use knowledge::Lang;
use money::Fen;
use money::annual_rate::Step;
use money::budget::{Budget, Line};
use money::cap::{Known, LenderKind};
use money::debt::{AgreedRate, Debt, Event, Part, Party, Per, Recorded, Role, Standing};
use money::plan::{Plan, Strategy};
use money::schedule::{FeeTime, Method};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::{Input, Problem, Reply, Visit, aside};
use super::evidence::Several;
use super::inbox::{Done, Notice, open};
use crate::answer::account::{DebtAccount, OwedAnswer, debt, debts, owed, plan_debts};
use crate::answer::cost::{CostAnswer, CostQuestion, Shape, cost};
use crate::answer::limit::LimitAnswer;
use crate::answer::repayment::{Means, RepaymentAnswer, repayment};
use crate::command::debt::{now_ms, scenario_name};
use crate::command::inbox as store;
use crate::command::plan::{export, fit_text, name as strategy_name};
use crate::command::rate::{convention_name, outcome_text, reason_text};
use crate::failure::Failure;
use crate::{input, report};

/// Width and height of the picture of balances, in its own units.
const PICTURE: [f64; 2] = [600.0, 220.0];

fn unusable(error: money::Error) -> Problem {
    Failure::from(error).into()
}

#[derive(Debug, Serialize)]
struct Choice {
    id: &'static str,
    name: &'static str,
}

fn lenders(visit: &Visit) -> Vec<Choice> {
    let named = |kind: LenderKind| match kind {
        LenderKind::Bank => visit.say("银行、信用卡", "bank, credit card"),
        LenderKind::ConsumerFinance => visit.say("消费金融公司", "consumer-finance company"),
        LenderKind::SmallLoan => visit.say("小额贷款公司", "small-loan company"),
        LenderKind::Platform => visit.say("平台合作的银行贷款（助贷）", "a bank's loan through a platform"),
        LenderKind::Unlicensed => visit.say("个人，或没有牌照的公司", "a private person, or a company without licence"),
        LenderKind::Unknown => visit.say("不知道", "not known"),
    };
    [LenderKind::Unknown]
        .into_iter()
        .chain(LenderKind::KNOWN)
        .map(|kind| Choice { id: kind.id(), name: named(kind) })
        .collect()
}

fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn amount(text: &str, zh: &str, en: &str) -> Result<Option<Fen>, Problem> {
    given(text).map(str::parse::<Fen>).transpose().map_err(|error| {
        Problem::unusable(format!("{zh}写得不对：{}", error.chinese()), format!("{en} cannot be read: {error}"))
    })
}

fn day(text: &str) -> Result<Option<Date>, Problem> {
    let unreadable = |_| Problem::unusable("日期请写成 2026-05-06。", "write the day as 2026-05-06");
    given(text).map(str::parse::<Date>).transpose().map_err(unreadable)
}

fn number<T: std::str::FromStr>(text: &str, zh: &str, en: &str) -> Result<Option<T>, Problem> {
    let unreadable = |_| Problem::unusable(format!("{zh}要写数字。"), format!("{en} must be a number"));
    given(text).map(str::parse::<T>).transpose().map_err(unreadable)
}

fn per(text: &str) -> Per {
    match text {
        "day" => Per::Day,
        "year" => Per::Year,
        _ => Per::Month,
    }
}

fn agreed(rate: &str, per_what: &str) -> Result<Option<AgreedRate>, Problem> {
    let percent = given(rate).map(|text| text.trim_end_matches(['%', '％']).parse::<money::Percent>()).transpose();
    let percent =
        percent.map_err(|error| Problem::unusable(format!("利率写得不对：{}", error.chinese()), error.to_string()))?;
    Ok(percent.map(|percent| AgreedRate { percent, per: per(per_what) }))
}

/// What is known of an offer, as it was typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Offer {
    principal: String,
    received: String,
    rate: String,
    per: String,
    method: String,
    periods: String,
    payment: String,
    fee_upfront: String,
    fee_each: String,
    lender: String,
    contract_date: String,
}

#[derive(Debug, Serialize)]
struct RateLine {
    name: &'static str,
    percent: Vec<String>,
    low: Vec<String>,
    high: Vec<String>,
    formula: &'static str,
    reason: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct LimitLine {
    percent: String,
    formula: String,
    title: String,
    href: String,
}

#[derive(Debug, Serialize)]
struct Costs {
    answer: CostAnswer,
    rates: Vec<RateLine>,
    limits: Vec<LimitLine>,
    laws: Vec<Law>,
    outcome_text: &'static str,
    cut_fen: Option<Fen>,
    is_dearer_than_advertised: bool,
}

#[derive(Debug, Serialize)]
struct Law {
    text: String,
    href: String,
}

#[derive(Debug, Serialize)]
struct CostSheet {
    form: Offer,
    lenders: Vec<Choice>,
    costs: Option<Costs>,
}

const COST: [&str; 2] = ["真实年利率", "True yearly cost"];

/// `GET /rate`.
pub async fn offer(visit: Visit) -> Reply {
    let form = Offer { per: "month".to_owned(), periods: "12".to_owned(), ..Offer::default() };
    visit.show("page/rate.html", COST, &CostSheet { form, lenders: lenders(&visit), costs: None })
}

/// `POST /rate`.
pub async fn rate(visit: Visit, Input(form, _): Input<Offer>) -> Reply {
    let worker = visit.clone();
    let sheet = aside(move || {
        let library = &worker.server.judge.index().knowledge.library;
        let lender = LenderKind::from_id(&form.lender).unwrap_or(LenderKind::Unknown);
        let question = CostQuestion { shape: shape(&form)?, lender, contract_date: day(&form.contract_date)? };
        let answer = cost(library, &question).map_err(unusable)?;
        Ok(CostSheet { lenders: lenders(&worker), costs: Some(costs(&worker, answer)), form })
    })
    .await?;
    visit.show("page/rate.html", COST, &sheet)
}

fn shape(form: &Offer) -> Result<Shape, Problem> {
    let periods = number(&form.periods, "期数", "the number of payments")?.unwrap_or(12);
    let principal = amount(&form.principal, "借款本金", "the principal")?;
    let received = amount(&form.received, "到手金额", "what was received")?;
    let mut fees: Vec<(FeeTime, Fen)> = Vec::new();
    fees.extend(amount(&form.fee_upfront, "一次性费用", "the fee")?.map(|fee| (FeeTime::Upfront, fee)));
    fees.extend(amount(&form.fee_each, "每期费用", "the fee")?.map(|fee| (FeeTime::EachPeriod, fee)));
    let step = Step::Months(1);
    if let Some(payment) = amount(&form.payment, "每期还款", "the payment")? {
        let received = received
            .or(principal)
            .ok_or_else(|| Problem::unusable("请填到手金额或借款本金。", "give what was received, or the principal"))?;
        return Ok(Shape::Payments { principal, received, payment, periods, step, fees });
    }
    let (Some(principal), Some(rate)) = (principal, agreed(&form.rate, &form.per)?) else {
        return Err(Problem::unusable(
            "请填借款本金和利率，或者到手金额和每期还款。",
            "give principal and rate, or what was received and each payment",
        ));
    };
    if let Some(received) = received.filter(|received| *received < principal) {
        fees.push((FeeTime::Withheld, principal.minus(received).map_err(unusable)?));
    }
    let method = match form.method.as_str() {
        "equal-principal" => Method::EqualPrincipal,
        "interest-only" => Method::InterestOnly,
        "flat" => Method::Flat,
        _ => Method::EqualPayment,
    };
    Ok(Shape::Rate { principal, rate, periods, method, step, fees })
}

fn costs(visit: &Visit, answer: CostAnswer) -> Costs {
    let lang = visit.lang();
    let rates: Vec<RateLine> = answer
        .rates
        .iter()
        .map(|rate| {
            let [zh, en] = rate.convention.formula();
            RateLine {
                name: convention_name(rate.convention, lang),
                percent: rate.rates.iter().map(|bounds| bounds.percent.round_dp(2).to_string()).collect(),
                low: rate.rates.iter().map(|bounds| bounds.low.to_string()).collect(),
                high: rate.rates.iter().map(|bounds| bounds.high.to_string()).collect(),
                formula: if lang == Lang::Zh { zh } else { en },
                reason: (rate.rates.len() != 1).then(|| reason_text(rate.reason, lang)),
            }
        })
        .collect();
    let simple = answer.rates.first().and_then(|rate| rate.rates.first()).map(|bounds| bounds.percent);
    let tenth = rust_decimal::Decimal::new(1, 1);
    Costs {
        is_dearer_than_advertised: simple
            .zip(answer.advertised)
            .is_some_and(|(simple, advertised)| simple > advertised.get() + tenth),
        cut_fen: answer
            .contract_fen
            .filter(|contract| *contract > answer.received_fen)
            .and_then(|contract| contract.minus(answer.received_fen).ok()),
        outcome_text: outcome_text(answer.outcome, lang),
        limits: limits(visit, &answer.limit),
        laws: laws(visit, &answer.limit),
        rates,
        answer,
    }
}

fn limits(visit: &Visit, limit: &LimitAnswer) -> Vec<LimitLine> {
    let found: &[money::cap::Limit] = match &limit.known {
        Known::Limit(one) => std::slice::from_ref(one),
        Known::OneOf { limits } => limits,
        Known::Missing => &[],
    };
    let title = |rule: &str| {
        limit.rules.iter().find(|note| note.id == rule).map(|note| note.title.get(visit.lang()).to_owned())
    };
    found
        .iter()
        .map(|limit| LimitLine {
            percent: limit.percent.to_string(),
            formula: limit.formula.clone(),
            title: title(&limit.rule).unwrap_or_default(),
            href: format!("/knowledge/parameter/{}", limit.rule),
        })
        .collect()
}

fn laws(visit: &Visit, limit: &LimitAnswer) -> Vec<Law> {
    let library = &visit.server.judge.index().knowledge.library;
    let ids = limit.rules.iter().flat_map(|rule| &rule.law);
    ids.filter_map(|id| {
        Some(Law { text: report::citation(library, id, visit.lang())?, href: super::knowledge::href(library, id)? })
    })
    .collect()
}

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
        let scenario = scenario_name(statement.scenario.name, visit.lang()).to_owned();
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
        overdue: None,
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

#[derive(Debug, Serialize)]
struct Named {
    scenario: String,
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
        let answer = owed(library, account, input::today()).map_err(unusable)?;
        let lang = worker.lang();
        let statements = answer.statements.iter().map(|statement| {
            let scenario = scenario_name(statement.scenario.name, lang).to_owned();
            Ok(Named {
                scenario,
                total_fen: statement.closing.total().map_err(unusable)?,
                statement: statement.clone(),
            })
        });
        let claims = answer.claims.iter().flat_map(|claim| {
            let scenario = scenario_name(claim.scenario, lang);
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
        "payment" => Event::Payment { amount_fen: sum()?, to: who },
        "charge" => Event::Charge { part: Part::Fees, amount_fen: sum()?, by: who, standing: Standing::Confirmed },
        "charge-claimed" => {
            Event::Charge { part: Part::Fees, amount_fen: sum()?, by: who, standing: Standing::Claimed }
        }
        "waiver" => Event::Waiver { part: Part::Interest, amount_fen: sum()? },
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
    entry: super::evidence::Number,
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

/// Income and spending, as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Purse {
    income: String,
    people: String,
    #[serde(skip_serializing)]
    spend_name: Option<Several>,
    #[serde(skip_serializing)]
    spend_amount: Option<Several>,
    surplus: String,
    strategy: String,
    format: String,
    #[serde(skip_deserializing)]
    spends: Vec<Spend>,
}

#[derive(Clone, Debug, Serialize)]
struct Spend {
    name: String,
    amount: String,
}

#[derive(Debug, Serialize)]
struct Curve {
    id: &'static str,
    name: &'static str,
    points: String,
    months: usize,
}

#[derive(Debug, Serialize)]
struct Row {
    id: &'static str,
    name: &'static str,
    months: usize,
    is_cleared: bool,
    paid_fen: Fen,
    cost_fen: Fen,
    missed: usize,
    bound_fen: Option<Fen>,
    gap_percent: Option<String>,
    is_proven: bool,
}

#[derive(Debug, Serialize)]
struct MonthRow {
    month: String,
    cells: Vec<money::plan::Cell>,
}

#[derive(Debug, Serialize)]
struct Chosen {
    id: &'static str,
    name: &'static str,
    rows: Vec<MonthRow>,
    interest: Vec<Bar>,
    interest_most_fen: Fen,
}

#[derive(Debug, Serialize)]
struct Bar {
    name: String,
    cost_fen: Fen,
}

#[derive(Debug, Serialize)]
struct Comparison {
    fit: &'static str,
    surplus_fen: Fen,
    minimums_fen: Fen,
    income_fen: Option<Fen>,
    essentials_fen: Option<Fen>,
    above_guide: Vec<Spend>,
    debts: Vec<String>,
    plans: Vec<Row>,
    curves: Vec<Curve>,
    most_fen: Fen,
    most_months: usize,
    chosen: Option<Chosen>,
    offers: Vec<Bar>,
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
struct PlanSheet {
    form: Purse,
    debts: usize,
    kinds: Vec<&'static str>,
    comparison: Option<Comparison>,
}

const PLANS: [&str; 2] = ["还款计划", "Plans"];

/// Spending that everybody has; more lines may be added.
fn kinds(visit: &Visit) -> Vec<&'static str> {
    vec![
        visit.say("住房（房租、房贷、水电）", "housing"),
        visit.say("吃饭", "food"),
        visit.say("看病吃药", "health"),
        visit.say("孩子上学", "school"),
        visit.say("赡养老人", "parents"),
        visit.say("交通通信", "transport and phone"),
        visit.say("其他必要开支", "other necessities"),
    ]
}

/// `GET /plans`.
pub async fn purse(visit: Visit) -> Reply {
    let worker = visit.clone();
    let count =
        aside(move || Ok(open(&worker.server)?.map(|inbox| debts(&inbox)).transpose()?.unwrap_or_default().len()))
            .await?;
    visit.show(
        "page/plans.html",
        PLANS,
        &PlanSheet { form: Purse::default(), debts: count, kinds: kinds(&visit), comparison: None },
    )
}

/// `POST /plans`: all plans side by side, or one of them as a file.
pub async fn plans(visit: Visit, Input(mut purse, _): Input<Purse>) -> Reply {
    let worker = visit.clone();
    purse.spends = spends(&purse);
    let (count, answer, form) = aside(move || {
        let accounts = open(&worker.server)?.map(|inbox| debts(&inbox)).transpose()?.unwrap_or_default();
        if accounts.is_empty() {
            return Err(Problem::unusable(
                "还没有记债。请先在“欠款”里记下每一笔。",
                "no debt is recorded; record each under \"Debts\" first",
            ));
        }
        let library = &worker.server.judge.index().knowledge.library;
        let today = input::today();
        let planned = plan_debts(library, accounts.clone(), today).map_err(unusable)?;
        let answer = repayment(library, &accounts, planned, &means(&purse)?, today).map_err(unusable)?;
        Ok((accounts.len(), answer, purse))
    })
    .await?;
    if !form.format.is_empty() {
        return file(&visit, &answer, &form);
    }
    let comparison = Some(comparison(&visit, &answer, &form)?);
    visit.show("page/plans.html", PLANS, &PlanSheet { form, debts: count, kinds: kinds(&visit), comparison })
}

fn spends(purse: &Purse) -> Vec<Spend> {
    let list = |several: &Option<Several>| several.as_ref().map(Several::texts).unwrap_or_default();
    let pairs = list(&purse.spend_name).into_iter().zip(list(&purse.spend_amount));
    pairs.filter(|(_, amount)| !amount.trim().is_empty()).map(|(name, amount)| Spend { name, amount }).collect()
}

fn means(purse: &Purse) -> Result<Means, Problem> {
    if let Some(surplus) = amount(&purse.surplus, "每月能还", "the monthly sum")? {
        return Ok(Means::Surplus(surplus));
    }
    let income_fen = amount(&purse.income, "收入", "income")?.ok_or_else(|| {
        Problem::unusable(
            "请填每月收入和开支，或者每月能还多少。",
            "give income and spending, or what can be paid a month",
        )
    })?;
    let lines = purse.spends.iter().map(|spend| {
        let amount_fen = amount(&spend.amount, &spend.name, &spend.name)?.unwrap_or_default();
        Ok(Line { name: spend.name.clone(), amount_fen, reason: None })
    });
    let people = number(&purse.people, "人数", "the number of people")?.unwrap_or(1);
    Ok(Means::Budget(Budget { income_fen, people, essentials: lines.collect::<Result<_, Problem>>()? }))
}

fn picked<'a>(answer: &'a RepaymentAnswer, strategy: &str) -> Option<&'a Plan> {
    answer.plans.plans.iter().find(|plan| plan.strategy.id() == strategy)
}

fn file(visit: &Visit, answer: &RepaymentAnswer, form: &Purse) -> Reply {
    let plan = picked(answer, &form.strategy).ok_or_else(Problem::missing)?;
    let mime = match form.format.as_str() {
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv" => "text/csv; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        _ => return Err(Problem::missing()),
    };
    let name = format!("zhenxin-plan-{}.{}", plan.strategy.id(), form.format);
    let bytes = export::file(answer, plan, std::path::Path::new(&name), visit.lang())?;
    let headers = [(CONTENT_TYPE, mime.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))];
    Ok((headers, bytes).into_response())
}

fn comparison(visit: &Visit, answer: &RepaymentAnswer, form: &Purse) -> Result<Comparison, Problem> {
    let (lang, plans) = (visit.lang(), &answer.plans);
    let rows = plans.plans.iter().map(|plan| Row {
        id: plan.strategy.id(),
        name: strategy_name(plan.strategy, lang),
        months: plan.months.len(),
        is_cleared: plan.is_cleared,
        paid_fen: plan.paid_fen,
        cost_fen: plan.cost_fen,
        missed: plan.missed,
        bound_fen: plan.lower_bound_fen,
        gap_percent: plan.gap_ppm.map(|ppm| rust_decimal::Decimal::new(ppm, 4).normalize().to_string()),
        is_proven: plan.proof == Some(money::plan::Proof::Exchange),
    });
    let owed = |plan: &Plan| -> Result<Vec<Fen>, Problem> {
        plan.months
            .iter()
            .map(|month| Fen::total(month.cells.iter().map(|cell| cell.owed_fen)).map_err(unusable))
            .collect()
    };
    let start = Fen::total(plans.situation.debts.iter().map(|debt| debt.owed_fen)).map_err(unusable)?;
    let balances: Vec<(Strategy, Vec<Fen>)> =
        plans.plans.iter().map(|plan| Ok((plan.strategy, owed(plan)?))).collect::<Result<_, Problem>>()?;
    let most_fen = balances.iter().flat_map(|(_, balances)| balances).copied().chain([start]).max().unwrap_or_default();
    let most_months = balances.iter().map(|(_, balances)| balances.len()).max().unwrap_or(0).max(1);
    let curves = balances.into_iter().map(|(strategy, balances)| Curve {
        id: strategy.id(),
        name: strategy_name(strategy, lang),
        months: balances.len(),
        points: points(start, &balances, most_fen, most_months),
    });
    let names: Vec<String> = plans.situation.debts.iter().map(|debt| debt.name.clone()).collect();
    let plan = picked(answer, &form.strategy).or_else(|| plans.plans.first());
    let offers = plans.situation.debts.iter().zip(&plans.offers_fen);
    let above = answer.budget.iter().flat_map(|budget| &budget.lines).filter(|line| line.wants_reason);
    Ok(Comparison {
        fit: fit_text(plans.fit, lang),
        surplus_fen: plans.situation.surplus_fen,
        minimums_fen: plans.minimums_fen,
        income_fen: answer.budget.as_ref().map(|budget| budget.income_fen),
        essentials_fen: answer.budget.as_ref().map(|budget| budget.essentials_fen),
        above_guide: above
            .map(|line| Spend { name: line.name.clone(), amount: line.guide_fen.unwrap_or_default().to_string() })
            .collect(),
        plans: rows.collect(),
        curves: curves.collect(),
        most_fen,
        most_months,
        chosen: plan.map(|plan| month_by_month(visit, answer, plan, &names)).transpose()?,
        offers: offers.map(|(debt, offer)| Bar { name: debt.name.clone(), cost_fen: *offer }).collect(),
        warnings: answer.warnings.iter().map(|warning| warning.text().get(lang).to_owned()).collect(),
        debts: names,
    })
}

fn month_by_month(visit: &Visit, answer: &RepaymentAnswer, plan: &Plan, names: &[String]) -> Result<Chosen, Problem> {
    let rows = plan
        .months
        .iter()
        .enumerate()
        .map(|(number, month)| MonthRow { month: export::month_of(answer.from, number), cells: month.cells.clone() });
    let interest = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let cells = plan.months.iter().filter_map(|month| month.cells.get(at));
            let cost_fen = Fen::total(cells.flat_map(|cell| [cell.interest_fen, cell.fee_fen])).map_err(unusable)?;
            Ok(Bar { name: name.clone(), cost_fen })
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    let most = interest.iter().map(|bar| bar.cost_fen).max().unwrap_or_default();
    Ok(Chosen {
        id: plan.strategy.id(),
        name: strategy_name(plan.strategy, visit.lang()),
        rows: rows.collect(),
        interest_most_fen: most.max(Fen::new(1).map_err(unusable)?),
        interest,
    })
}

/// A line from what is owed now to what is left after each month.
fn points(start: Fen, balances: &[Fen], most: Fen, months: usize) -> String {
    let [width, height] = PICTURE;
    let top = most.float().max(1.0);
    let place = |(month, owed): (usize, Fen)| {
        let (x, y) = (width * month as f64 / months as f64, height * (1.0 - owed.float() / top));
        format!("{x:.1},{y:.1}")
    };
    let all = [start].into_iter().chain(balances.iter().copied()).enumerate();
    all.map(place).collect::<Vec<_>>().join(" ")
}
