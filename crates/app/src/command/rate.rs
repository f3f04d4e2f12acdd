//! `zhenxin rate`: what a loan truly costs by the year, by every convention, and whether that is over the cap.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::ExitCode;

use judge::{Message, Scratch};
use knowledge::Lang;
use money::annual_rate::{AnnualRate, Convention, Step};
use money::cap::{Known, LenderKind, Limit, Outcome};
use money::debt::AgreedRate;
use money::root::Reason;
use money::schedule::FeeTime;
use rust_decimal::Decimal;

use crate::answer::cost::{CostAnswer, CostQuestion, Shape, cost};
use crate::answer::limit::LimitAnswer;
use crate::answer::message::{AmountCheck, Basis, MessageAnswer, MessageFacts, message};
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

const fn say(lang: Lang, zh: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
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
    let _ = writeln!(text, "{}", outcome_text(answer.outcome, lang));
    text
}

fn simple_of(rates: &[AnnualRate]) -> Option<Decimal> {
    rates.iter().find(|rate| rate.convention == Convention::ChinaSimple)?.rates.first().map(|rate| rate.percent)
}

/// Returns what a convention is called.
pub const fn convention_name(convention: Convention, lang: Lang) -> &'static str {
    match convention {
        Convention::ChinaSimple => say(lang, "中国·单利", "China, simple"),
        Convention::ChinaCompound => say(lang, "中国·复利", "China, compound"),
        Convention::EuropeanUnion => say(lang, "欧盟", "EU"),
        Convention::RegulationZ => say(lang, "美国Z条例", "US Reg Z"),
        Convention::PerFee => say(lang, "分项相加", "per fee"),
    }
}

fn rate_line(text: &mut String, rate: &AnnualRate, lang: Lang) {
    let [zh, en] = rate.convention.formula();
    let name = convention_name(rate.convention, lang);
    if rate.rates.is_empty() {
        let _ = writeln!(text, "  {name}：{}", reason_text(rate.reason, lang));
    }
    for bounds in &rate.rates {
        let shown = bounds.percent.round_dp(4);
        let _ = writeln!(text, "  {name}  {shown}%  [{}, {}]  {}", bounds.low, bounds.high, say(lang, zh, en));
    }
    if rate.rates.len() > 1 {
        let _ = writeln!(text, "    {}", reason_text(rate.reason, lang));
    }
}

/// Returns why there are so many rates.
pub const fn reason_text(reason: Reason, lang: Lang) -> &'static str {
    match reason {
        Reason::OneChangeOfSign => say(lang, "只有一个利率", "one rate only"),
        Reason::Searched => say(
            lang,
            "收付多次交替，数学上有多个利率，全部列出，不替您选",
            "money goes both ways several times: every rate is listed, none picked",
        ),
        Reason::OneSided => say(lang, "只有收或只有付，没有利率", "money goes one way only: no rate"),
        Reason::NoneInRange => say(lang, "没有合理范围内的利率", "no rate within reason"),
        Reason::Undecided => {
            say(lang, "可能还有没找到的利率，不作结论", "there may be further rates: nothing is concluded")
        }
    }
}

fn limit_text(text: &mut String, limit: &LimitAnswer, lang: Lang) {
    match &limit.known {
        Known::Limit(found) => {
            let _ = writeln!(text, "{} {}（{}，{}，{}）", say(lang, "适用的标准：", "limit:"), found.percent, found.formula, found.rule, found.from);
        }
        Known::OneOf { limits } => {
            // From the lowest to the highest; what lies between adds nothing to the reader.
            let ends: Vec<&Limit> = limits.first().into_iter().chain(limits.last()).collect();
            let list: Vec<String> = ends.iter().map(|limit| format!("{} ({})", limit.percent, limit.rule)).collect();
            let _ = writeln!(
                text,
                "{} {}",
                say(lang, "可能适用的标准，要看放款方和合同日期：", "one of several limits, by lender and day:"),
                list.join(" … ")
            );
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

/// Returns what follows from the rates and the limit.
pub const fn outcome_text(outcome: Outcome, lang: Lang) -> &'static str {
    match outcome {
        Outcome::Over => say(
            lang,
            "结论：每一种算法都超过标准。超过的部分可以请求减少；本金和标准以内的利息仍要还。",
            "by every convention over the limit; a reduction of the excess can be requested, principal and interest within it stay due",
        ),
        Outcome::Under => say(lang, "结论：每一种算法都没有超过标准。", "by every convention within the limit"),
        Outcome::DependsOnConvention => say(
            lang,
            "结论：有的算法超过，有的没有超过，要看法院或监管用哪一种，不能说“超过”。",
            "over by some conventions and not by others: it cannot be called over the limit",
        ),
        Outcome::DependsOnLender => say(
            lang,
            "结论：要看谁放的款、哪天签的合同。请查合同上的贷款人，再用 --lender 和 --contract-date。",
            "it depends on who lends and on the day of the contract; look at the contract and use --lender and --contract-date",
        ),
        Outcome::CannotBeSaid => say(
            lang,
            "结论：资料不够，不能下结论。请补充上面缺少的内容。",
            "not enough is known to conclude; add what is missing above",
        ),
    }
}

fn message_text(answer: &MessageAnswer, body: &str, lang: Lang) -> String {
    let mut text = String::new();
    if answer.checks.is_empty() {
        text.push_str(say(lang, "短信里没有读到金额或利率。\n", "no sum or rate was read in the message\n"));
    }
    for check in &answer.checks {
        check_text(&mut text, check, body, lang);
    }
    text.push('\n');
    limit_text(&mut text, &answer.limit, lang);
    text
}

fn check_text(text: &mut String, check: &AmountCheck, body: &str, lang: Lang) {
    let span = check.span.map(|at| at as usize);
    let words = body.get(span[0]..span[1]).unwrap_or_default();
    let _ = match (check.basis, lang) {
        (Basis::StatedRate { annual_ppm }, Lang::Zh) => {
            writeln!(text, "“{words}”按单利是一年 {}%，费用和复利只会更高。", Decimal::new(annual_ppm, 4).normalize())
        }
        (Basis::StatedRate { annual_ppm }, Lang::En) => writeln!(
            text,
            "\"{words}\" is {}% a year simple; fees and compounding only add",
            Decimal::new(annual_ppm, 4).normalize()
        ),
        (Basis::LentAndDue { lent_fen, due_fen }, Lang::Zh) => writeln!(text, "借 {lent_fen} 元、还 {due_fen} 元。"),
        (Basis::LentAndDue { lent_fen, due_fen }, Lang::En) => writeln!(text, "{lent_fen} yuan lent, {due_fen} due"),
        (Basis::SumAlone { amount_fen }, Lang::Zh) => {
            writeln!(text, "“{words}”：{amount_fen} 元，只有一个金额，算不出年利率。")
        }
        (Basis::SumAlone { amount_fen }, Lang::En) => {
            writeln!(text, "\"{words}\": {amount_fen} yuan alone says nothing of the cost")
        }
    };
    for range in &check.ranges {
        if range.convention == Convention::ChinaSimple {
            let end = |bounds: Option<Decimal>| {
                bounds.map_or_else(|| "?".to_owned(), |percent| format!("{}%", percent.round_dp(2)))
            };
            let _ = writeln!(
                text,
                "  {} {} – {}",
                say(lang, "单利年利率在", "simple, between"),
                end(range.least.map(|b| b.low)),
                end(range.most.map(|b| b.high))
            );
        }
    }
    if let Some(days) = check.over_if_shorter_than_days {
        let _ = match lang {
            Lang::Zh => writeln!(text, "  期限如果少于 {days} 天，按单利就超过标准。用 --term-days 写上期限可以算准。"),
            Lang::En => writeln!(
                text,
                "  over the limit (simple) if the term is shorter than {days} days; give it with --term-days"
            ),
        };
    }
    let _ = writeln!(text, "  {}", outcome_text(check.outcome, lang));
}
