//! What a message or a case already tells for a letter: texts, numbers, times, and rules that the conduct may have
//! broken. Everything here is a proposal; the user confirms it, and what rests on a verdict alone is marked so.

use std::collections::BTreeMap;

use ::inbox::Member;
use ::inbox::case::conduct::violations;
use jiff::Timestamp;
use jiff::tz::Offset;
use judge::verdict::Kind;
use judge::{Judge, Message, Scratch};
use knowledge::Library;
use knowledge::remedy::Value;
use money::debt::{Event, Role, Standing};
use money::plan::{Plan, Strategy};
use remedy::Facts;
use serde::Serialize;

use crate::answer::account::DebtAccount;
use crate::answer::repayment::{Payment, RepaymentAnswer};
use crate::input;

/// Messages of a case that are listed as evidence.
const MOST_LISTED: usize = 50;

/// A message as letters take it.
#[derive(Clone, Debug)]
pub struct Source {
    /// Text.
    pub body: String,
    /// The sender, as the phone shows it.
    pub sender: Option<String>,
    /// When it was received, in milliseconds since 1970.
    pub time_ms: Option<i64>,
}

/// Facts that are known, and those among them that are only the program's opinion.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Prefilled {
    /// The facts, to be confirmed.
    pub facts: Facts,
    /// Names of facts that rest on a verdict.
    pub opinions: Vec<String>,
}

/// Returns a time as facts write it, in Beijing time.
pub fn beijing(time_ms: i64) -> Option<String> {
    let moment = Offset::constant(8).to_datetime(Timestamp::from_millisecond(time_ms).ok()?);
    Some(moment.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

/// Returns what one message tells.
pub fn of_message(judge: &Judge, source: &Source) -> Prefilled {
    let mut prefilled = Prefilled::default();
    let facts = &mut prefilled.facts;
    facts.set("message_text", Value::from(source.body.as_str()));
    if let Some(sender) = &source.sender {
        facts.set("sender", Value::from(sender.as_str()));
    }
    if let Some(time) = source.time_ms.and_then(beijing) {
        facts.set("received_at", Value::Text(time));
    }
    let received = source.time_ms.and_then(input::received_ms);
    let message = Message { body: &source.body, sender: source.sender.as_deref(), received };
    let verdict = judge.judge(&message, &mut Scratch::default());
    if let Some(link) = verdict.links.first() {
        let [from, to] = link.span.map(|at| at as usize);
        facts.set("link", Value::from(source.body.get(from..to).unwrap_or(&link.url)));
    }
    let kind = match verdict.decision.kind {
        Kind::Scam | Kind::IllegalOffer => "fraud",
        Kind::LoanMarketing | Kind::Marketing => "marketing",
        Kind::AbusiveCollection => "harassment",
        Kind::Collection | Kind::RepaymentNotice | Kind::Notice | Kind::Otp | Kind::Personal | Kind::Unclear => {
            return prefilled;
        }
    };
    facts.set("abuse_kind", Value::from(kind));
    prefilled.opinions.push("abuse_kind".to_owned());
    prefilled
}

/// Returns what a plan tells for the debt of a number: whom to write to, income and spending, the payments.
pub fn of_plan(account: Option<&DebtAccount>, answer: &RepaymentAnswer, plan: &Plan, debt: usize) -> Prefilled {
    let mut facts = Facts::default();
    if let Some(recipient) = account.and_then(creditor) {
        facts.set("recipient", Value::Text(recipient));
    }
    if let Some(waiver) = asked_of(plan.strategy) {
        facts.set("waiver", Value::from(waiver));
    }
    if let Some(budget) = &answer.budget {
        facts.set("income", Value::Number(budget.income_fen.get()));
        facts.set("spending", Value::Number(budget.essentials_fen.get()));
        let reasons: Vec<&str> = budget.lines.iter().filter_map(|line| line.reason.as_deref()).collect();
        if !reasons.is_empty() {
            facts.set("hardship", Value::Text(reasons.join("；")));
        }
    }
    let row = |payment: Payment| {
        let date = Value::Text(payment.date.to_string());
        Value::Row([("date".to_owned(), date), ("amount".to_owned(), Value::Number(payment.amount_fen.get()))].into())
    };
    facts.set("plan", Value::List(answer.payments(plan, debt).into_iter().map(row).collect()));
    Prefilled { facts, opinions: Vec::new() }
}

/// To whom one writes: who has the claim by paper; nobody where it is only said to have passed on.
fn creditor(account: &DebtAccount) -> Option<String> {
    let assigned = account.events.iter().rev().find_map(|event| match &event.recorded.event {
        Event::Assignment { to, standing } => Some((to.clone(), *standing)),
        _ => None,
    });
    match assigned {
        Some((to, Standing::Confirmed)) => Some(to),
        Some((_, Standing::Claimed)) => None,
        None => {
            let of = |role: Role| account.debt.parties.iter().find(|party| party.role == role);
            of(Role::Assignee).or_else(|| of(Role::Lender)).map(|party| party.name.clone())
        }
    }
}

/// What a plan needs the creditor to agree to, without which its payments do not clear the debt.
const fn asked_of(strategy: Strategy) -> Option<&'static str> {
    match strategy {
        Strategy::StopInterest => Some("自方案开始之日起不再计收利息、违约金和费用，按上述方案付清即结清。"),
        Strategy::SixtyInstalments => Some("同意按约定利率分六十期等额偿还，分期期间不再计收违约金和其他费用。"),
        Strategy::Settlement => Some("按上述金额付清后一次性结清，其余本金、利息、违约金和费用予以减免。"),
        Strategy::ProRata => Some("同意按上述按比例确定的金额还款，分期期间不计收违约金。"),
        Strategy::Cheapest | Strategy::Avalanche | Strategy::Snowball => None,
    }
}

/// Returns what a case tells: the rules that its history touches, each with time, number and words; the list of evidence.
pub fn of_case(library: &Library, members: &[Member]) -> Prefilled {
    let mut rows = Vec::new();
    let by_id: BTreeMap<i64, &Member> = members.iter().map(|member| (member.id, member)).collect();
    for violation in violations(members, &library.collection) {
        for member in violation.messages.iter().filter_map(|id| by_id.get(id)) {
            rows.extend(violation_row(library, violation.rule, member));
        }
    }
    let received: Vec<&Member> = members.iter().filter(|member| member.direction == "received").collect();
    let evidence: Vec<Value> =
        received.iter().take(MOST_LISTED).enumerate().filter_map(|(at, member)| evidence_row(at + 1, member)).collect();
    let mut prefilled = Prefilled::default();
    if !rows.is_empty() {
        prefilled.facts.set("violations", Value::List(rows));
        prefilled.opinions.push("violations".to_owned());
    }
    if !evidence.is_empty() {
        prefilled.facts.set("evidence", Value::List(evidence));
    }
    let last = received.iter().rev().find(|member| member.time_ms.is_some());
    if let Some(member) = last {
        if let Some(party) = &member.party {
            prefilled.facts.set("sender", Value::from(party.as_str()));
        }
        prefilled.facts.set("message_text", Value::from(member.body.as_str()));
        if let Some(time) = member.time_ms.and_then(beijing) {
            prefilled.facts.set("received_at", Value::Text(time));
        }
    }
    prefilled
}

fn row(parts: impl IntoIterator<Item = (&'static str, String)>) -> Value {
    Value::Row(parts.into_iter().map(|(name, text)| (name.to_owned(), Value::Text(text))).collect())
}

fn violation_row(library: &Library, rule: &str, member: &Member) -> Option<Value> {
    library.collection.get(rule)?;
    let quoted: String = member.body.chars().take(60).collect();
    let more = if quoted.len() < member.body.len() { "……" } else { "" };
    Some(row([
        ("rule", rule.to_owned()),
        ("at", member.time_ms.and_then(beijing)?),
        ("sender", member.party.clone().unwrap_or_else(|| "未显示号码".to_owned())),
        ("what", format!("短信内容“{}{more}”", quoted.replace('\n', " "))),
    ]))
}

/// A row of the list of evidence. Digests are not in it: the inbox may have covered codes, and only the evidence store has
/// the bytes as they came.
fn evidence_row(number: usize, member: &Member) -> Option<Value> {
    let content: String = member.body.chars().take(60).collect();
    let sender = member.party.as_deref().unwrap_or("未显示");
    Some(row([
        ("number", number.to_string()),
        ("name", "手机短信".to_owned()),
        ("source", format!("本人手机，显示的发送号码{sender}")),
        ("at", member.time_ms.and_then(beijing)?),
        ("content", content.replace('\n', " ")),
        ("purpose", "对方发送的短信及其时间、内容".to_owned()),
        ("copies", "1".to_owned()),
    ]))
}
