//! `zhenxin debt`: recording debts as events and showing what is owed.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::ExitCode;

use ::inbox::Inbox;
use jiff::civil::Date;
use knowledge::Lang;
use money::debt::{AgreedRate, Debt, Event, Overdue, Part, Party, Recorded, Role, Standing};
use money::ledger::{Item, Statement};
use serde_json::json;

use crate::answer::account::{DebtAccount, OwedAnswer, admit, debt, debts, owed};
use crate::answer::words;
use crate::args::{AddDebtArgs, Args, DebtAction, DebtArgs, EntryArgs};
use crate::command::check::ignore_closed_pipe;
use crate::command::inbox;
use crate::failure::{Failure, harmless};
use crate::input;

/// Runs the command.
pub fn run(args: &Args, command: &DebtArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let mut out = String::new();
    match &command.action {
        DebtAction::Add(add) => {
            let (terms, advance) = (terms(add).checked()?, advance(add).checked()?);
            let mut inbox = inbox::open_or_make(command.inbox.as_deref())?;
            admit(&inbox, &terms, &advance, input::today())?;
            let now = now_ms();
            let failed = |error| inbox::failure(&error);
            let id = inbox.add_debt("terms", &serde_json::to_string(&terms)?, now).map_err(failed)?;
            inbox.add_debt_entry(id, "event", &serde_json::to_string(&advance)?, now).map_err(failed)?;
            written(&mut out, command.json, lang, &[("debt", id)]);
        }
        DebtAction::List => list(args, command, lang, &mut out)?,
        DebtAction::Check { id } => {
            let answer = answer(args, command, *id, None)?;
            if command.json { line_of_json(&mut out, &answer.claims)? } else { check_text(&mut out, &answer, lang) }
        }
        DebtAction::Ledger { id, until } => {
            let answer = answer(args, command, *id, *until)?;
            if command.json { line_of_json(&mut out, &answer)? } else { ledger_text(&mut out, &answer, lang) }
        }
        DebtAction::Withdraw { id, entry } => {
            let mut inbox = inbox::open(command.inbox.as_deref())?;
            withdraw(&mut inbox, *id, *entry)?;
            written(&mut out, command.json, lang, &[("debt", *id), ("withdrawn", *entry)]);
        }
        action => {
            let (id, recorded) = recorded(action)?;
            let mut inbox = inbox::open(command.inbox.as_deref())?;
            debt(&inbox, id)?;
            let body = serde_json::to_string(&recorded.checked()?)?;
            let entry = inbox.add_debt_entry(id, "event", &body, now_ms()).map_err(|error| inbox::failure(&error))?;
            written(&mut out, command.json, lang, &[("debt", id), ("entry", entry)]);
        }
    }
    io::stdout().lock().write_all(harmless(&out).as_bytes()).or_else(ignore_closed_pipe)?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the clock in milliseconds since 1970.
pub fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

fn written(out: &mut String, is_json: bool, lang: Lang, numbers: &[(&str, i64)]) {
    if is_json {
        let map: serde_json::Map<_, _> =
            numbers.iter().map(|&(name, number)| (name.to_owned(), json!(number))).collect();
        let _ = writeln!(out, "{}", serde_json::Value::Object(map));
        return;
    }
    let list: Vec<String> = numbers.iter().map(|(name, number)| format!("{name} {number}")).collect();
    let _ = match lang {
        Lang::Zh => writeln!(out, "已记下：{}。", list.join("，")),
        Lang::En => writeln!(out, "recorded: {}", list.join(", ")),
    };
}

fn line_of_json(out: &mut String, value: &impl serde::Serialize) -> Result<(), Failure> {
    out.push_str(&serde_json::to_string(value)?);
    out.push('\n');
    Ok(())
}

fn terms(add: &AddDebtArgs) -> Debt {
    let named = [(&add.lender_name, Role::Lender), (&add.platform, Role::Platform), (&add.guarantor, Role::Guarantor)];
    let parties = named.into_iter().filter_map(|(name, role)| Some(Party { name: name.clone()?, role })).collect();
    Debt {
        name: add.name.clone(),
        lender: add.lender,
        contract_date: add.contract_date.or(Some(add.date)),
        parties,
        rate: add.rate.map(|percent| AgreedRate { percent, per: add.per.into() }),
        overdue: add
            .overdue_from
            .zip(add.overdue_rate)
            .map(|(from, percent)| Overdue { from, rate: AgreedRate { percent, per: add.per.into() } }),
        monthly_fen: add.monthly.unwrap_or_default(),
        due_day: add.due_day,
        account_fee_fen: add.monthly_fee.unwrap_or_default(),
        late_fee_fen: add.late_fee.unwrap_or_default(),
        is_priority: add.priority,
        settlement_fen: add.settlement,
    }
}

fn advance(add: &AddDebtArgs) -> Recorded {
    let contract_fen = add.contract.unwrap_or(add.received);
    Recorded { date: add.date, event: Event::Advance { received_fen: add.received, contract_fen }, evidence: None }
}

fn recorded(action: &DebtAction) -> Result<(i64, Recorded), Failure> {
    let standing = |only_claimed: &bool| if *only_claimed { Standing::Claimed } else { Standing::Confirmed };
    let of = |entry: &EntryArgs, event: Event| {
        let date = entry.date.unwrap_or_else(input::today);
        (entry.id, Recorded { date, event, evidence: entry.evidence.clone() })
    };
    Ok(match action {
        DebtAction::Advance { entry, contract } => {
            let contract_fen = contract.unwrap_or(entry.amount);
            of(entry, Event::Advance { received_fen: entry.amount, contract_fen })
        }
        DebtAction::Pay { entry, to } => of(entry, Event::Payment { amount_fen: entry.amount, to: to.clone() }),
        DebtAction::Charge { entry, enforcement, only_claimed, by } => {
            let part = if *enforcement { Part::Costs } else { Part::Fees };
            of(
                entry,
                Event::Charge { part, amount_fen: entry.amount, by: by.clone(), standing: standing(only_claimed) },
            )
        }
        DebtAction::Waive { entry, part } => {
            of(entry, Event::Waiver { part: (*part).into(), amount_fen: entry.amount })
        }
        DebtAction::Claim { entry, by, principal, interest, fees } => of(
            entry,
            Event::Claim {
                by: by.clone(),
                total_fen: entry.amount,
                principal_fen: *principal,
                interest_fen: *interest,
                fees_fen: *fees,
            },
        ),
        DebtAction::Accelerate { id, date } => {
            let date = date.unwrap_or_else(input::today);
            (*id, Recorded { date, event: Event::Acceleration {}, evidence: None })
        }
        DebtAction::Assign { id, to, date, only_claimed } => {
            let event = Event::Assignment { to: to.clone(), standing: standing(only_claimed) };
            (*id, Recorded { date: date.unwrap_or_else(input::today), event, evidence: None })
        }
        DebtAction::Add(_)
        | DebtAction::List
        | DebtAction::Check { .. }
        | DebtAction::Ledger { .. }
        | DebtAction::Withdraw { .. } => {
            return Err(Failure::Other(anyhow::anyhow!("this action records no event")));
        }
    })
}

/// Takes an entry of a debt back; that it was there stays written.
pub fn withdraw(inbox: &mut Inbox, id: i64, entry: i64) -> Result<(), Failure> {
    if debt(inbox, id)?.events.iter().all(|event| event.entry != entry) {
        return Err(Failure::input(
            format!("第 {id} 笔债里没有第 {entry} 条。请核对编号。"),
            format!("debt {id} has no entry {entry}; check its number"),
        ));
    }
    let body = json!({ "entry": entry }).to_string();
    inbox.add_debt_entry(id, "withdrawn", &body, now_ms()).map_err(|error| inbox::failure(&error))?;
    Ok(())
}

fn answer(args: &Args, command: &DebtArgs, id: i64, until: Option<Date>) -> Result<OwedAnswer, Failure> {
    let inbox = inbox::open(command.inbox.as_deref())?;
    let knowledge = input::knowledge(args)?;
    Ok(owed(&knowledge.library, debt(&inbox, id)?, until.unwrap_or_else(input::today))?)
}

fn list(args: &Args, command: &DebtArgs, lang: Lang, out: &mut String) -> Result<(), Failure> {
    let inbox = inbox::open(command.inbox.as_deref())?;
    let library = input::knowledge(args)?.library;
    let today = input::today();
    let accounts = debts(&inbox)?;
    if command.json {
        return line_of_json(out, &accounts);
    }
    for account in accounts {
        let DebtAccount { id, debt, .. } = &account;
        let _ = write!(out, "{id:>4}  {}  ({})  ", debt.name, debt.lender.id());
        match owed(&library, account.clone(), today) {
            Ok(answer) => {
                for statement in &answer.statements {
                    let total = statement.closing.total()?;
                    let _ = write!(out, "{} {total}  ", words::scenario(statement.scenario.name, lang));
                }
                out.push('\n');
            }
            Err(error) => {
                let _ = writeln!(out, "{}", if lang == Lang::Zh { error.chinese() } else { error.to_string() });
            }
        }
    }
    Ok(())
}

fn statement_text(out: &mut String, statement: &Statement, lang: Lang) {
    let closing = statement.closing;
    let _ = writeln!(out, "{}", words::scenario(statement.scenario.name, lang));
    let _ = match lang {
        Lang::Zh => writeln!(
            out,
            "  本金 {}，利息 {}，费用 {}，实现债权费用 {}，多付 {}；已还 {}，减免 {}，超过标准未计入 {}",
            closing.principal_fen,
            closing.interest_fen,
            closing.fees_fen,
            closing.costs_fen,
            closing.overpaid_fen,
            statement.paid_fen,
            statement.waived_fen,
            statement.above_limit_fen
        ),
        Lang::En => writeln!(
            out,
            "  principal {}, interest {}, fees {}, costs {}, overpaid {}; paid {}, waived {}, above the limit and left out {}",
            closing.principal_fen,
            closing.interest_fen,
            closing.fees_fen,
            closing.costs_fen,
            closing.overpaid_fen,
            statement.paid_fen,
            statement.waived_fen,
            statement.above_limit_fen
        ),
    };
}

fn ledger_text(out: &mut String, answer: &OwedAnswer, lang: Lang) {
    let _ = writeln!(out, "{}  {}", answer.account.debt.name, answer.until);
    for statement in &answer.statements {
        statement_text(out, statement, lang);
        for entry in &statement.entries {
            let number = entry.event.and_then(|at| answer.account.events.get(at)).map(|event| event.entry);
            let what = number.map_or_else(|| "=".to_owned(), |number| format!("#{number}"));
            let _ = writeln!(
                out,
                "    {} {what:>4}  +{} +{}  → {} / {} / {}",
                entry.date,
                entry.interest_fen,
                entry.fees_fen,
                entry.balance.principal_fen,
                entry.balance.interest_fen,
                entry.balance.fees_fen
            );
        }
    }
    out.push_str(match lang {
        Lang::Zh => "每行：日期 条目 +利息 +费用 → 本金 / 利息 / 费用。还款先抵实现债权的费用，再抵利息和其他费用，最后抵本金（民法典第五百六十一条）；合同一栏先抵费用。\n",
        Lang::En => "each line: day, entry, +interest +fees → principal / interest / fees; payments go to costs of enforcement, interest, other fees, principal (Civil Code 561); in the contract's account to fees first\n",
    });
    if !answer.account.unreadable.is_empty() {
        let _ = writeln!(out, "! {:?}", answer.account.unreadable);
    }
}

fn check_text(out: &mut String, answer: &OwedAnswer, lang: Lang) {
    if answer.claims.is_empty() {
        out.push_str(match lang {
            Lang::Zh => "还没有记催收金额。请用 zhenxin debt claim 记下对方要的金额，再核对。\n",
            Lang::En => "no claim is recorded; record what they ask for with zhenxin debt claim, then check\n",
        });
    }
    for claims in &answer.claims {
        for comparison in &claims.comparisons {
            let _ = writeln!(out, "{}  {}  {}", comparison.date, comparison.by, words::scenario(claims.scenario, lang));
            let items = [
                (["本金", "principal"], comparison.principal),
                (["利息", "interest"], comparison.interest),
                (["费用、违约金", "fees, penalties"], comparison.fees),
                (["合计", "total"], comparison.total),
            ];
            for ([zh, en], item) in items {
                item_text(out, if lang == Lang::Zh { zh } else { en }, item, lang);
            }
            if comparison.adds_up == Some(false) {
                out.push_str(match lang {
                    Lang::Zh => "  对方的分项加起来不等于合计，请要求书面明细。\n",
                    Lang::En => "  their items do not add up to their total: ask for a written breakdown\n",
                });
            }
        }
    }
}

fn item_text(out: &mut String, name: &str, item: Item, lang: Lang) {
    let claimed = item.claimed_fen.map_or_else(|| "-".to_owned(), |fen| fen.to_string());
    let difference = item.difference_fen.map_or_else(|| "-".to_owned(), |fen| fen.to_string());
    let _ = match lang {
        Lang::Zh => writeln!(out, "  {name}：要 {claimed}，重算 {}，差 {difference}", item.recomputed_fen),
        Lang::En => {
            writeln!(out, "  {name}: claimed {claimed}, recomputed {}, difference {difference}", item.recomputed_fen)
        }
    };
}
