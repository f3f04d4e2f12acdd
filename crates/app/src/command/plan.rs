//! `zhenxin plan`: repayment plans side by side, one month by month, and files of it.

pub mod export;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::ExitCode;

use knowledge::Lang;
use money::Fen;
use money::budget::{Budget, Line};
use money::plan::{Fit, Plan, Proof, Strategy};

use crate::answer::account::{DebtAccount, debts, plan_debts};
use crate::answer::repayment::{Means, RepaymentAnswer, repayment};
use crate::args::{Args, PlanAction, PlanArgs};
use crate::command::check::ignore_closed_pipe;
use crate::command::inbox;
use crate::failure::{Failure, harmless};
use crate::input;
use crate::paper::facts::form;
use crate::paper::needs::no_such_letter;
use crate::paper::prefill;

/// Runs the command.
pub fn run(args: &Args, command: &PlanArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let (answer, accounts) = answer(args, command)?;
    let mut out = String::new();
    match &command.action {
        PlanAction::Compare if command.json => out = serde_json::to_string(&answer)? + "\n",
        PlanAction::Compare => compare_text(&mut out, &answer, lang),
        PlanAction::Show { strategy } => {
            let plan = chosen(&answer, strategy)?;
            if command.json {
                out = serde_json::to_string(plan)? + "\n";
            } else {
                show_text(&mut out, &answer, plan, lang);
            }
        }
        PlanAction::Export { strategy, output, debt } => {
            let plan = chosen(&answer, strategy)?;
            let bytes = if output.extension().is_some_and(|ending| ending == "toml") {
                facts(args, (&answer, &accounts), plan, debt.as_deref())?.into_bytes()
            } else {
                export::file(&answer, plan, output, lang)?
            };
            std::fs::write(output, bytes).map_err(|error| Failure::unwritable(output, &error))?;
            let _ = match lang {
                Lang::Zh => writeln!(out, "已写入 {}。", output.display()),
                Lang::En => writeln!(out, "written to {}", output.display()),
            };
        }
    }
    io::stdout().lock().write_all(harmless(&out).as_bytes()).or_else(ignore_closed_pipe)?;
    Ok(ExitCode::SUCCESS)
}

/// The letter that proposes a plan.
pub const LETTER: &str = "restructuring-proposal";

/// Returns the facts of the letter that proposes a plan for one debt, to be completed and confirmed.
fn facts(
    args: &Args,
    (answer, accounts): (&RepaymentAnswer, &[DebtAccount]),
    plan: &Plan,
    debt: Option<&str>,
) -> Result<String, Failure> {
    let names = || answer.plans.situation.debts.iter().map(|debt| debt.name.as_str()).collect::<Vec<_>>().join(", ");
    let at = debt.and_then(|name| answer.debt(name)).ok_or_else(|| {
        Failure::input(
            format!("请用 --debt 写明是哪一笔债：{}。", names()),
            format!("say which debt with --debt: {}", names()),
        )
    })?;
    let account = accounts.iter().find(|account| Some(account.debt.name.as_str()) == debt);
    let known = prefill::of_plan(account, answer, plan, at);
    let library = input::knowledge(args)?.library;
    let letter = library.letter.get(LETTER).ok_or_else(|| no_such_letter(LETTER))?;
    Ok(form(letter, &known.facts, args.lang.into()))
}

fn answer(args: &Args, command: &PlanArgs) -> Result<(RepaymentAnswer, Vec<DebtAccount>), Failure> {
    let means = means(command)?;
    let inbox = inbox::open(command.inbox.as_deref())?;
    let library = input::knowledge(args)?.library;
    let from = command.from.unwrap_or_else(input::today);
    let accounts = debts(&inbox)?;
    let open = plan_debts(&library, accounts.clone(), from)?;
    if open.is_empty() {
        return Err(Failure::input(
            "还没有记任何债，或者都已还清。先用 zhenxin debt add 记下。",
            "no debt is recorded, or all are cleared; record one with zhenxin debt add",
        ));
    }
    Ok((repayment(&library, &accounts, open, &means, from)?, accounts))
}

fn means(command: &PlanArgs) -> Result<Means, Failure> {
    if let Some(surplus) = command.surplus {
        return Ok(Means::Surplus(surplus));
    }
    let Some(income_fen) = command.income else {
        return Err(Failure::input(
            "请给出 --surplus（每月能还债的钱），或者 --income 加上 --spend（每月开支）。",
            "give --surplus, or --income with --spend for each kind of spending",
        ));
    };
    let reason = |name: &str| command.reason.iter().find(|(other, _)| other == name).map(|(_, reason)| reason.clone());
    let line =
        |(name, amount_fen): &(String, Fen)| Line { name: name.clone(), amount_fen: *amount_fen, reason: reason(name) };
    Ok(Means::Budget(Budget {
        income_fen,
        people: command.people,
        essentials: command.spend.iter().map(line).collect(),
    }))
}

fn chosen<'a>(answer: &'a RepaymentAnswer, strategy: &str) -> Result<&'a Plan, Failure> {
    let known = Strategy::ALL.map(Strategy::id).join(", ");
    answer.plans.plans.iter().find(|plan| plan.strategy.id() == strategy).ok_or_else(|| {
        Failure::input(
            format!("没有“{strategy}”这个方案，或者它在您的情况下不适用。可选：{known}。先用 zhenxin plan compare 看有哪些。"),
            format!("there is no plan \"{strategy}\", or it does not apply here; known: {known}; see zhenxin plan compare"),
        )
    })
}

/// Returns the name of a strategy.
pub const fn name(strategy: Strategy, lang: Lang) -> &'static str {
    let [zh, en] = match strategy {
        Strategy::Cheapest => ["花钱最少", "cheapest"],
        Strategy::Avalanche => ["先还利率最高的", "highest rate first"],
        Strategy::Snowball => ["先还最小的", "smallest first"],
        Strategy::ProRata => ["按比例分（要对方同意）", "pro rata (needs consent)"],
        Strategy::SixtyInstalments => ["协商分60期（要对方同意）", "sixty instalments (needs consent)"],
        Strategy::StopInterest => ["停息按比例还（要对方同意）", "no further interest (needs consent)"],
        Strategy::Settlement => ["攒钱一次结清（按对方书面条件）", "settlement (as offered in writing)"],
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn compare_text(out: &mut String, answer: &RepaymentAnswer, lang: Lang) {
    let zh = lang == Lang::Zh;
    if let Some(budget) = &answer.budget {
        let (income, essentials, surplus) = (budget.income_fen, budget.essentials_fen, budget.surplus_fen);
        let _ = if zh {
            writeln!(out, "收入 {income}，先留生活开支 {essentials}，剩下 {surplus}。")
        } else {
            writeln!(out, "income {income}, living first {essentials}, left {surplus}")
        };
        for line in budget.lines.iter().filter(|line| line.wants_reason) {
            let guide = line.guide_fen.unwrap_or_default();
            let _ = if zh {
                writeln!(out, "  {} {} 高于统计平均 {guide}：请用 --reason 写一句原因。", line.name, line.amount_fen)
            } else {
                writeln!(
                    out,
                    "  {} {} is above the average {guide}: add a reason with --reason",
                    line.name, line.amount_fen
                )
            };
        }
    }
    let plans = &answer.plans;
    let _ = if zh {
        writeln!(
            out,
            "每月最低应还合计 {}，能还 {}。{}",
            plans.minimums_fen,
            plans.situation.surplus_fen,
            fit_text(plans.fit, lang)
        )
    } else {
        writeln!(
            out,
            "minimums {} a month, available {}. {}",
            plans.minimums_fen,
            plans.situation.surplus_fen,
            fit_text(plans.fit, lang)
        )
    };
    for plan in &plans.plans {
        plan_line(out, plan, lang);
    }
    if !plans.offers_fen.is_empty() && plans.fit != Fit::Fits {
        out.push_str(if zh { "按比例的还款提议：" } else { "pro-rata offers: " });
        let offers =
            plans.situation.debts.iter().zip(&plans.offers_fen).map(|(debt, offer)| format!("{} {offer}", debt.name));
        out.push_str(&offers.collect::<Vec<_>>().join(if zh { "，" } else { ", " }));
        out.push('\n');
    }
    for warning in &answer.warnings {
        let _ = writeln!(out, "! {}", warning.text().get(lang));
    }
}

fn plan_line(out: &mut String, plan: &Plan, lang: Lang) {
    let (months, paid, cost) = (plan.months.len(), plan.paid_fen, plan.cost_fen);
    let name = name(plan.strategy, lang);
    let _ = match (lang, plan.is_cleared) {
        (Lang::Zh, true) => write!(out, "  {name}：{months} 个月，共还 {paid}，其中利息和费用 {cost}"),
        (Lang::Zh, false) => write!(out, "  {name}：{months} 个月内还不清"),
        (Lang::En, true) => write!(out, "  {name}: {months} months, {paid} paid, {cost} of it interest and fees"),
        (Lang::En, false) => write!(out, "  {name}: not cleared within {months} months"),
    };
    if plan.missed > 0 {
        let _ = match lang {
            Lang::Zh => write!(out, "，{} 次达不到最低还款", plan.missed),
            Lang::En => write!(out, ", {} minimums missed", plan.missed),
        };
    }
    if let (Some(bound), Some(gap)) = (plan.lower_bound_fen, plan.gap_ppm) {
        let gap = rust_decimal::Decimal::new(gap, 4);
        let _ = match (lang, plan.proof) {
            (Lang::Zh, Some(Proof::Exchange)) => write!(out, "；已证明最省（下限 {bound}，差 {gap}%）"),
            (Lang::Zh, _) => write!(out, "；任何方案都不会少于 {bound}，差 {gap}%"),
            (Lang::En, Some(Proof::Exchange)) => write!(out, "; proven cheapest (bound {bound}, gap {gap}%)"),
            (Lang::En, _) => write!(out, "; no plan pays less than {bound}, gap {gap}%"),
        };
    }
    out.push('\n');
}

/// Returns what can be said of all plans together.
pub const fn fit_text(fit: Fit, lang: Lang) -> &'static str {
    let [zh, en] = match fit {
        Fit::Fits => ["有不用求人、不逾期就能还清的方案。", "at least one plan clears all without a missed minimum."],
        Fit::OnlyWithConsent => [
            "靠自己按时还不行，要同债权人协商。银行信用卡可以申请个性化分期（最长60期，对方可以不同意）；谈成的要书面。",
            "only with the creditors' consent; a card issuer may agree to up to sixty instalments; have it in writing.",
        ],
        Fit::MissesMinimums => [
            "每月最低还款不够，只能先保住优先的债，再尽量少逾期；尽早同债权人协商。",
            "not every minimum can be met: priority debts first, as few missed as can be; talk to the creditors early.",
        ],
        Fit::NoSurplus => [
            "生活开支以后没有剩下的钱，现在不该答应任何还款。先保住生活，可以打 12348 申请法律援助，收到法院文书要按时答复。",
            "nothing is left after living: promise no payment now; ask legal aid (12348) and answer the court in time.",
        ],
        Fit::Nothing => [
            "照现在的收入还不清。不要借新还旧；可以打 12348 问法律援助，有法院文书就按时答复、请求减少过高的费用，有的地方法院办理个人债务集中清理。",
            "income does not clear the debts; do not borrow anew; ask legal aid (12348), answer the court and request a reduction; some local courts clear personal debts.",
        ],
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn show_text(out: &mut String, answer: &RepaymentAnswer, plan: &Plan, lang: Lang) {
    plan_line(out, plan, lang);
    let names: Vec<&str> = answer.plans.situation.debts.iter().map(|debt| debt.name.as_str()).collect();
    let _ = writeln!(out, "{}  {}", if lang == Lang::Zh { "月" } else { "month" }, names.join("  "));
    for (number, month) in plan.months.iter().enumerate() {
        let cells: Vec<String> = month
            .cells
            .iter()
            .map(|cell| format!("{}{} → {}", cell.paid_fen, if cell.is_missed { "!" } else { "" }, cell.owed_fen))
            .collect();
        let _ = writeln!(out, "{}  {}", export::month_of(answer.from, number), cells.join("  "));
    }
}
