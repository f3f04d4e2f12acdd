//! 还款计划: income, living, and the ways to repay side by side, with pictures and files.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use money::Fen;
use money::budget::{Budget, Line};
use money::plan::{Plan, Strategy};
use serde::{Deserialize, Serialize};

use super::answer::{Input, Problem, Reply, Visit, aside};
use super::inbox::open;
use super::typed::{Several, amount, number, unusable};
use crate::answer::account::{DebtAccount, debts, plan_debts};
use crate::answer::repayment::{Means, RepaymentAnswer, repayment};
use crate::command::plan::{LETTER, export, fit_text, name as strategy_name};
use crate::input;
use crate::paper::prefill;

/// Width and height of the picture of balances, in its own units.
const PICTURE: [f64; 2] = [600.0, 220.0];

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
    #[serde(skip_serializing)]
    spend_reason: Option<Several>,
    surplus: String,
    strategy: String,
    format: String,
    /// For the letter: the name of the debt that it is about.
    debt: String,
    #[serde(skip_deserializing)]
    spends: Vec<Spend>,
}

/// Spending of one kind, as typed.
#[derive(Clone, Debug, Serialize)]
struct Spend {
    name: String,
    amount: String,
    reason: String,
}

/// A kind of spending that the form asks for.
#[derive(Clone, Copy, Debug, Serialize)]
struct SpendKind {
    /// The id of a guide, where there is one.
    id: &'static str,
    name: &'static str,
}

/// Spending above what the guide says.
#[derive(Clone, Debug, Serialize)]
struct Above {
    id: String,
    name: String,
    guide_fen: Fen,
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
    above_guide: Vec<Above>,
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
    kinds: Vec<SpendKind>,
    comparison: Option<Comparison>,
}

const PLANS: [&str; 2] = ["还款计划", "Plans"];

/// Spending that everybody has; more lines may be added.
fn kinds(visit: &Visit) -> Vec<SpendKind> {
    [
        ("spending-housing", "住房（房租、房贷、水电）", "housing"),
        ("spending-food", "吃饭", "food"),
        ("health", "看病吃药", "health"),
        ("spending-education", "孩子上学", "school"),
        ("parents", "赡养老人", "parents"),
        ("spending-transport", "交通通信", "transport and phone"),
        ("other", "其他必要开支", "other necessities"),
    ]
    .map(|(id, zh, en)| SpendKind { id, name: visit.say(zh, en) })
    .to_vec()
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
    let (accounts, answer, form) = aside(move || {
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
        Ok((accounts, answer, purse))
    })
    .await?;
    if form.format == "letter" {
        return proposal(&visit, &accounts, &answer, &form);
    }
    if !form.format.is_empty() {
        return file(&visit, &answer, &form);
    }
    let count = accounts.len();
    let comparison = Some(comparison(&visit, &answer, &form)?);
    visit.show("page/plans.html", PLANS, &PlanSheet { form, debts: count, kinds: kinds(&visit), comparison })
}

fn spends(purse: &Purse) -> Vec<Spend> {
    let list = |several: &Option<Several>| several.as_ref().map(Several::texts).unwrap_or_default();
    let mut reasons = list(&purse.spend_reason).into_iter();
    let pairs = list(&purse.spend_name).into_iter().zip(list(&purse.spend_amount));
    pairs
        .map(|(name, amount)| Spend { name, amount, reason: reasons.next().unwrap_or_default() })
        .filter(|spend| !spend.amount.trim().is_empty())
        .collect()
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
        let reason = Some(spend.reason.trim()).filter(|reason| !reason.is_empty()).map(str::to_owned);
        Ok(Line { name: spend.name.clone(), amount_fen, reason })
    });
    let people = number(&purse.people, "人数", "the number of people")?.unwrap_or(1);
    Ok(Means::Budget(Budget { income_fen, people, essentials: lines.collect::<Result<_, Problem>>()? }))
}

fn picked<'a>(answer: &'a RepaymentAnswer, strategy: &str) -> Option<&'a Plan> {
    answer.plans.plans.iter().find(|plan| plan.strategy.id() == strategy)
}

/// The letter that proposes a plan for one debt, with what is known filled in.
fn proposal(visit: &Visit, accounts: &[DebtAccount], answer: &RepaymentAnswer, form: &Purse) -> Reply {
    let plan = picked(answer, &form.strategy).ok_or_else(Problem::missing)?;
    let debt = answer
        .debt(&form.debt)
        .ok_or_else(|| Problem::unusable("请选要写给哪一家的那笔债。", "choose the debt that the letter is about"))?;
    let account = accounts.iter().find(|account| account.debt.name == form.debt);
    super::letter::begun(visit, LETTER, &prefill::of_plan(account, answer, plan, debt))
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
            .map(|line| Above {
                id: line.name.clone(),
                name: kinds(visit)
                    .into_iter()
                    .find(|kind| kind.id == line.name)
                    .map_or_else(|| line.name.clone(), |kind| kind.name.to_owned()),
                guide_fen: line.guide_fen.unwrap_or_default(),
            })
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
