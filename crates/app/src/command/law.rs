//! `zhenxin law`: laws and articles by id, number, word or message, as in force on a day.

use std::fmt::Write as _;
use std::process::ExitCode;

use judge::{Message, Scratch};
use knowledge::Lang;
use knowledge::date::Date;
use remedy::law::{self, Found};

use super::told;
use crate::args::{Args, LawAction, LawArgs, TextArgs};
use crate::failure::{Failure, harmless};
use crate::input;

/// Runs the command.
pub fn run(args: &Args, command: &LawArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let on = command.on.as_deref().map(told::stated_date).transpose()?;
    if let LawAction::List = command.action {
        let entries = law::list(&input::knowledge(args)?.library);
        if command.json {
            told::print_json(&entries)?;
        } else {
            let line = |entry: &law::Entry| format!("{:44} {}\n", entry.id, entry.title.get(lang));
            told::print(&entries.iter().map(line).collect::<String>())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let found = match &command.action {
        LawAction::List => Vec::new(),
        LawAction::Show { id } => law::show(&input::knowledge(args)?.library, id, on),
        LawAction::Search { words } => law::search(&input::knowledge(args)?.library, &words.join(" "), on),
        LawAction::Message(text) => of_message(args, text, on)?,
    };
    if found.is_empty() {
        return Err(Failure::input(
            "没有找到。没有收录不等于没有规定；可用 zhenxin law list 看收录了哪些，或打12348问。",
            "nothing was found. What is not here may exist all the same: see zhenxin law list, or ask 12348.",
        ));
    }
    if command.json {
        told::print_json(&found)?;
    } else {
        told::print(&text(&found, lang))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The articles that the findings of a message cite, as in force when it was received.
fn of_message(args: &Args, text: &TextArgs, on: Option<Date>) -> Result<Vec<Found>, Failure> {
    let source = told::typed(text)?;
    let judge = input::judge(args)?;
    let received = source.time_ms.and_then(input::received_ms);
    let message = Message { body: &source.body, sender: source.sender.as_deref(), received };
    let verdict = judge.judge(&message, &mut Scratch::default());
    let day = on.or(received.map(|received| received.date)).unwrap_or_else(crate::paper::today);
    Ok(crate::paper::law_of(&judge, &verdict, day))
}

fn text(found: &[Found], lang: Lang) -> String {
    let mut out = String::new();
    for found in found {
        let citation = &found.citation;
        let _ = writeln!(out, "{}  [{}]", citation.text, citation.id);
        let _ = writeln!(out, "  {}", citation.summary.get(lang));
        if let Some(note) = &citation.note {
            let _ = writeln!(out, "  {}", note.get(lang));
        }
        let from = citation.in_force.map(|day| day.to_string()).unwrap_or_default();
        let until = citation.until.map(|day| day.to_string()).unwrap_or_default();
        let _ = match lang {
            Lang::Zh => write!(out, "  施行：{from}–{until}"),
            Lang::En => write!(out, "  in force: {from}–{until}"),
        };
        if found.is_in_force == Some(false) {
            out.push_str(told::say(lang, "（所问的日期不适用）", " (not on the day asked for)"));
        }
        let _ = writeln!(
            out,
            "\n  {} {}, {}\n",
            told::say(lang, "来源：", "source:"),
            harmless(&citation.source),
            citation.checked
        );
    }
    let _ = writeln!(
        out,
        "{}",
        told::say(lang, "内容是本程序的概括，不是法条原文。", "The summaries are ours, not the text of the law.")
    );
    let _ = writeln!(out, "{}", told::disclaimer(lang));
    out
}
