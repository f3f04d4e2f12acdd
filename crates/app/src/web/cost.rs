//! 真实年利率: what an offer truly costs, held against the limit; the answer is that of `zhenxin rate`.

use knowledge::Lang;
use money::Fen;
use money::annual_rate::Step;
use money::cap::{Known, LenderKind};
use money::schedule::{FeeTime, Method};
use serde::{Deserialize, Serialize};

use super::answer::{Input, Problem, Reply, Visit, aside};
use super::typed::{agreed, amount, day, number, unusable};
use crate::answer::cost::{CostAnswer, CostQuestion, Shape, cost};
use crate::answer::limit::LimitAnswer;
use crate::answer::words;
use crate::report;

/// A choice of a form.
#[derive(Debug, Serialize)]
pub struct Choice {
    /// As it is sent.
    pub id: &'static str,
    /// As it is shown.
    pub name: &'static str,
}

/// Returns the kinds of lender, the unknown one first.
pub fn lenders(visit: &Visit) -> Vec<Choice> {
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

/// A limit on the yearly cost.
#[derive(Debug, Serialize)]
pub struct LimitLine {
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

/// An article.
#[derive(Debug, Serialize)]
pub struct Law {
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
                name: words::convention(rate.convention, lang),
                percent: rate.rates.iter().map(|bounds| bounds.percent.round_dp(2).to_string()).collect(),
                low: rate.rates.iter().map(|bounds| bounds.low.to_string()).collect(),
                high: rate.rates.iter().map(|bounds| bounds.high.to_string()).collect(),
                formula: if lang == Lang::Zh { zh } else { en },
                reason: (rate.rates.len() != 1).then(|| words::reason(rate.reason, lang)),
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
        outcome_text: words::outcome(answer.outcome, lang),
        limits: limits(visit, &answer.limit),
        laws: laws(visit, &answer.limit),
        rates,
        answer,
    }
}

/// Returns the limits that apply, with their pages.
pub fn limits(visit: &Visit, limit: &LimitAnswer) -> Vec<LimitLine> {
    let found: &[money::cap::Limit] = match &limit.known {
        Known::Limit(one) => std::slice::from_ref(one),
        Known::OneOf { limits, .. } => limits,
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

/// Returns the articles behind a limit, with their pages.
pub fn laws(visit: &Visit, limit: &LimitAnswer) -> Vec<Law> {
    let library = &visit.server.judge.index().knowledge.library;
    let ids = limit.rules.iter().flat_map(|rule| &rule.law);
    ids.filter_map(|id| {
        Some(Law { text: report::citation(library, id, visit.lang())?, href: super::knowledge::href(library, id)? })
    })
    .collect()
}
