//! `zhenxin rate`: what a loan truly costs by the year, by every convention, and whether that is over the cap.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::ExitCode;

use judge::{Message, Scratch};
use knowledge::Lang;
use money::annual_rate::{AnnualRate, Convention, Step};
use money::cap::{Known, LenderKind, Limit};
use money::debt::AgreedRate;
use money::schedule::FeeTime;
use rust_decimal::Decimal;

use crate::answer::cost::{CostAnswer, CostQuestion, Shape, cost};
use crate::answer::limit::LimitAnswer;
use crate::answer::message::{MessageAnswer, MessageFacts, message};
use crate::answer::words::{self, say};
use crate::args::{Args, RateArgs};
use crate::command::check::ignore_closed_pipe;
use crate::failure::{Failure, harmless};
use crate::input;

/// Runs the command.
pub fn run(args: &Args, rate: &RateArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let mut out = Vec::new();
    if let Some(text) = &rate.message {
        let answer = of_message(args, rate, input::body(text.as_bytes())?)?;
        if rate.json {
            serde_json::to_writer(&mut out, &answer)?;
        } else {
            out.extend(harmless(&message_text(&answer, text, lang)).into_bytes());
        }
    } else {
        let knowledge = input::knowledge(args)?;
        let lender = rate.lender.unwrap_or(LenderKind::Unknown);
        let question = CostQuestion { shape: shape(rate)?, lender, contract_date: rate.contract_date };
        let answer = cost(&knowledge.library, &question)?;
        if rate.json {
            serde_json::to_writer(&mut out, &answer)?;
        } else {
            out.extend(harmless(&cost_text(&answer, lang)).into_bytes());
        }
    }
    if rate.json {
        out.push(b'\n');
    }
    io::stdout().lock().write_all(&out).or_else(ignore_closed_pipe)?;
    Ok(ExitCode::SUCCESS)
}

fn of_message(args: &Args, rate: &RateArgs, body: &str) -> Result<MessageAnswer, Failure> {
    let judge = input::judge(args)?;
    let mut scratch = Scratch::default();
    let verdict = judge.judge(&Message { body, sender: None, received: None }, &mut scratch);
    let facts = MessageFacts { lender: rate.lender, day: rate.contract_date, term_days: rate.term_days };
    Ok(message(judge.index(), &verdict, &facts)?)
}

/// Reads what was typed as one of the shapes that an offer can have.
fn shape(rate: &RateArgs) -> Result<Shape, Failure> {
    if !rate.flow.is_empty() {
        return Ok(Shape::Dated(rate.flow.clone()));
    }
    let step = rate.every_days.map_or(Step::Months(1), Step::Days);
    let fees = [
        (FeeTime::Upfront, &rate.fee_upfront),
        (FeeTime::Withheld, &rate.fee_withheld),
        (FeeTime::EachPeriod, &rate.fee_each),
        (FeeTime::AtEnd, &rate.fee_end),
    ];
    let mut fees: Vec<_> = fees.into_iter().flat_map(|(time, list)| list.iter().map(move |fee| (time, *fee))).collect();
    let periods = rate.periods;
    match (rate.principal, rate.received, rate.rate, rate.payment) {
        (Some(principal), received, Some(percent), None) => {
            // What did not arrive was taken out beforehand.
            if let Some(received) = received.filter(|received| *received < principal) {
                fees.push((FeeTime::Withheld, principal.minus(received)?));
            }
            let stated = AgreedRate { percent, per: rate.per.into() };
            Ok(Shape::Rate { principal, rate: stated, periods, method: rate.method.into(), step, fees })
        }
        (principal, received, None, Some(payment)) if principal.or(received).is_some() => {
            let received = received.or(principal).unwrap_or_default();
            Ok(Shape::Payments { principal, received, payment, periods, step, fees })
        }
        _ => Err(Failure::input(
            "请给出 --principal 和 --rate（宣传的利率），或者 --received 和 --payment（每期还款）加 --periods，或者一笔一笔写 --flow 日期=金额。",
            "give --principal with --rate, or --received and --payment with --periods, or each amount with --flow DATE=AMOUNT",
        )),
    }
}

fn cost_text(answer: &CostAnswer, lang: Lang) -> String {
    let mut text = String::new();
    let (received, paid, cost) = (answer.received_fen, answer.paid_fen, answer.cost_fen);
    let _ = match lang {
        Lang::Zh => writeln!(text, "实际到手 {received} 元，一共要还 {paid} 元，成本 {cost} 元。"),
        Lang::En => writeln!(text, "received {received} yuan, paid back {paid} in all, cost {cost}"),
    };
    if let Some(contract) = answer.contract_fen.filter(|contract| *contract > received) {
        let cut = contract.minus(received).unwrap_or_default();
        let _ = match lang {
            Lang::Zh => writeln!(
                text,
                "合同写 {contract} 元，扣掉费用后净得少 {cut} 元。利息预先从本金里扣的，本金按实际到手的数算（民法典第六百七十条）。"
            ),
            Lang::En => writeln!(
                text,
                "the contract says {contract}, {cut} less is in hand after fees; where interest was taken out of it, principal is what was received (Civil Code 670)"
            ),
        };
    }
    if let Some(advertised) = answer.advertised {
        let simple = simple_of(&answer.rates);
        let differs = simple.is_some_and(|simple| simple > advertised.get() + Decimal::new(1, 1));
        let _ = match (lang, differs) {
            (Lang::Zh, true) => writeln!(
                text,
                "宣传的利率看上去是一年 {advertised}，实际不是：本金一直在还，利息却按全部本金收，或另有费用。"
            ),
            (Lang::Zh, false) => writeln!(text, "宣传的利率按一年算是 {advertised}，与单利相符。"),
            (Lang::En, true) => writeln!(
                text,
                "advertised it looks like {advertised} a year; it is not: principal shrinks while interest is charged on all of it, or fees are added"
            ),
            (Lang::En, false) => writeln!(text, "advertised it is {advertised} a year, as the simple rate is"),
        };
    }
    text.push_str(say(lang, "\n真实年利率（含费用）\n", "\nTrue yearly cost, fees included\n"));
    for rate in &answer.rates {
        rate_line(&mut text, rate, lang);
    }
    text.push('\n');
    limit_text(&mut text, &answer.limit, lang);
    let _ = writeln!(text, "{}", words::outcome(answer.outcome, lang));
    text
}

fn simple_of(rates: &[AnnualRate]) -> Option<Decimal> {
    rates.iter().find(|rate| rate.convention == Convention::ChinaSimple)?.rates.first().map(|rate| rate.percent)
}

fn rate_line(text: &mut String, rate: &AnnualRate, lang: Lang) {
    let [zh, en] = rate.convention.formula();
    let name = words::convention(rate.convention, lang);
    if rate.rates.is_empty() {
        let _ = writeln!(text, "  {name}：{}", words::reason(rate.reason, lang));
    }
    for bounds in &rate.rates {
        let shown = bounds.percent.round_dp(4);
        let _ = writeln!(text, "  {name}  {shown}%  [{}, {}]  {}", bounds.low, bounds.high, say(lang, zh, en));
    }
    if rate.rates.len() > 1 {
        let _ = writeln!(text, "    {}", words::reason(rate.reason, lang));
    }
}

fn limit_text(text: &mut String, limit: &LimitAnswer, lang: Lang) {
    match &limit.known {
        Known::Limit(found) => {
            let _ = writeln!(text, "{} {}（{}，{}，{}）", say(lang, "适用的标准：", "limit:"), found.percent, found.formula, found.rule, found.from);
        }
        Known::OneOf { limits, or_another } => {
            // From the lowest to the highest; what lies between adds nothing to the reader.
            let ends: Vec<&Limit> = limits.first().into_iter().chain(limits.last()).collect();
            let list: Vec<String> = ends.iter().map(|limit| format!("{} ({})", limit.percent, limit.rule)).collect();
            let _ = writeln!(
                text,
                "{} {}",
                say(lang, "可能适用的标准，要看放款方和合同日期：", "one of several limits, by lender and day:"),
                list.join(" … ")
            );
            if *or_another {
                text.push_str(say(
                    lang,
                    "没有合同日期（--contract-date）：更早的合同可能适用别的标准，所以不说超过没有。\n",
                    "without the day of the contract (--contract-date) another limit may apply: older contracts differ\n",
                ));
            }
        }
        Known::Missing => text.push_str(say(
            lang,
            "适用的标准：不知道。要么没有说放款方种类（--lender）和合同日期（--contract-date），要么那一天没有可靠来源。\n",
            "limit: not known; say the lender (--lender) and the day (--contract-date), or there is no source for that day\n",
        )),
    }
    for rule in &limit.rules {
        if let Some(note) = &rule.note
            && limit.lender != LenderKind::Unknown
        {
            let _ = writeln!(text, "  {}：{}", rule.title.get(lang), note.get(lang));
        }
    }
}

fn message_text(answer: &MessageAnswer, body: &str, lang: Lang) -> String {
    let mut text = String::new();
    if answer.checks.is_empty() {
        text.push_str(say(lang, "短信里没有读到金额或利率。\n", "no sum or rate was read in the message\n"));
    }
    for check in &answer.checks {
        for line in words::amount(check, body, lang) {
            let _ = writeln!(text, "{line}");
        }
    }
    text.push('\n');
    limit_text(&mut text, &answer.limit, lang);
    text
}
