//! `zhenxin limitation`: has the time to sue run out, as far as the user knows; what began it anew, what would revive it.

use std::fmt::Write as _;
use std::io::{IsTerminal, stdin};
use std::process::ExitCode;

use knowledge::{Lang, Library};
use remedy::Outcome;
use remedy::limitation::{self, Answer, Finding, History, Named};

use super::told;
use crate::args::{Args, LimitationArgs};
use crate::failure::Failure;
use crate::input;

/// Runs the command.
pub fn run(args: &Args, command: &LimitationArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let library = input::knowledge(args)?.library;
    let today = told::date(command.today.as_deref())?;
    let mut history = History { is_card: command.card, ..History::default() };
    for event in &command.event {
        let (id, answer) = read(&library, event)?;
        history.answers.insert(id, answer);
    }
    if command.event.is_empty() && stdin().is_terminal() && !command.json {
        ask(&library, &mut history, lang)?;
    }
    let finding = limitation::judge(&library, &history, today);
    if command.json {
        told::print_json(&finding)?;
    } else {
        told::print(&text(&finding, lang))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read(library: &Library, event: &str) -> Result<(String, Answer), Failure> {
    let (id, answer) = event.split_once('=').unwrap_or((event, ""));
    if !library.limitation.contains_key(id) {
        let ids: Vec<&str> = library.limitation.keys().map(String::as_str).collect();
        let ids = ids.join(", ");
        return Err(Failure::input(
            format!("没有“{id}”这种事件。可以是：{ids}"),
            format!("there is no event \"{id}\"; there are: {ids}"),
        ));
    }
    Ok((id.to_owned(), answer_of(answer)?))
}

fn answer_of(text: &str) -> Result<Answer, Failure> {
    limitation::read(text).ok_or_else(|| {
        Failure::input(
            format!("读不懂“{text}”。写日期（2021-05-01）、“只有2021-05-01”、“没有”或“不记得”。"),
            format!("cannot read \"{text}\": write a day (2021-05-01), \"only 2021-05-01\", never or unknown"),
        )
    })
}

/// Asks every question; an empty answer leaves it open.
fn ask(library: &Library, history: &mut History, lang: Lang) -> Result<(), Failure> {
    let how = told::say(
        lang,
        "[最近一次的日期 2021-05-01／只有 2021-05-01／没有／不记得，不知道就回车] ",
        "[the last day 2021-05-01 / only 2021-05-01 / never / unknown; Enter if you cannot say] ",
    );
    for question in limitation::questions(library, history.is_card) {
        loop {
            let Some(typed) = told::ask(&format!("{} {how}", question.ask.get(lang)))? else { return Ok(()) };
            if typed.is_empty() {
                break;
            }
            match answer_of(&typed) {
                Ok(answer) => {
                    history.answers.insert(question.id.clone(), answer);
                    break;
                }
                Err(failure) => eprintln!("{}", failure.message(lang)),
            }
        }
    }
    Ok(())
}

fn text(finding: &Finding, lang: Lang) -> String {
    let say = |zh, en| told::say(lang, zh, en);
    let mut out = String::new();
    let head = match finding.outcome {
        Outcome::Running => say("时效没有过。", "Limitation has not run out."),
        Outcome::Expired => say(
            "按您说的情况，时效可能已经过了。债还在，但您可以在一审提出时效抗辩。",
            "From what you say limitation may have run out. The debt exists, but you may plead limitation at first instance.",
        ),
        Outcome::Unknown => say("时效说不清。", "Whether limitation has run out cannot be said."),
    };
    let _ = writeln!(out, "{head}");
    if let (Some(started), Some(ends)) = (finding.started, finding.ends) {
        let _ = match lang {
            Lang::Zh => writeln!(out, "从 {started} 起算，按已知的情况到 {ends} 届满。"),
            Lang::En => writeln!(out, "Begun on {started}; as far as is known it ends on {ends}."),
        };
    }
    let line = |named: &Named| {
        let day = named.day.map(|day| format!("{day}  ")).unwrap_or_default();
        format!("{day}{}：{}", named.title.get(lang), named.text.get(lang))
    };
    told::section(say("使时效重新计算的", "What began it anew"), finding.interrupted_by.iter().map(line), &mut out);
    told::section(
        say("可能已经放弃抗辩的", "What may have given the defence up"),
        finding.given_up_by.iter().map(line),
        &mut out,
    );
    let open = |named: &Named| format!("{:22} {}", named.id, named.ask.get(lang));
    told::section(
        say("还没有答清的（--event 名称=日期|“只有日期”|没有）", "Still open (--event ID=DATE|'only DATE'|never)"),
        finding.open.iter().map(open),
        &mut out,
    );
    told::section(
        say("这些会让过期的债恢复，不要做", "These revive an expired debt: do not"),
        finding.would_revive.iter().map(line),
        &mut out,
    );
    told::section(say("要知道的", "To know"), told::texts(&finding.remarks, "-", lang), &mut out);
    told::section(say("依据", "The law"), told::citations(&finding.citations, lang), &mut out);
    let _ = writeln!(out, "\n{}", told::disclaimer(lang));
    out
}
