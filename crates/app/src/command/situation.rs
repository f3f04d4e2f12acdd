//! `zhenxin situation`: the decision table, asked question by question on a terminal.

use std::fmt::Write as _;
use std::io::{IsTerminal, stdin};
use std::process::ExitCode;

use knowledge::Lang;
use remedy::situation::{self, Row};

use super::told;
use crate::args::{Args, SituationArgs};
use crate::failure::Failure;
use crate::input;

/// Runs the command.
pub fn run(args: &Args, command: &SituationArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let library = input::knowledge(args)?.library;
    let rows = situation::list(&library);
    let chosen = match &command.id {
        Some(id) => Some(situation::find(&library, id).ok_or_else(|| no_such(id, &rows))?),
        None if stdin().is_terminal() && !command.json => Some(guided(rows.clone(), lang)?),
        None => None,
    };
    match (chosen, command.json) {
        (Some(row), true) => told::print_json(&row)?,
        (Some(row), false) => told::print(&text(&row, lang))?,
        (None, true) => told::print_json(&rows)?,
        (None, false) => {
            let line = |row: &Row| format!("{:26} {}\n", row.id, row.ask.get(lang));
            told::print(&rows.iter().map(line).collect::<String>())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn no_such(id: &str, rows: &[Row]) -> Failure {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    Failure::input(
        format!("没有“{id}”这种情况。可以是：{}", ids.join("、")),
        format!("there is no situation \"{id}\"; there are: {}", ids.join(", ")),
    )
}

/// Asks until a question is answered yes.
fn guided(rows: Vec<Row>, lang: Lang) -> Result<Row, Failure> {
    for row in rows {
        let question = format!("{} [{}] ", row.ask.get(lang), told::say(lang, "是/否", "yes/no"));
        let Some(answer) = told::ask(&question)? else { break };
        if matches!(answer.to_lowercase().as_str(), "是" | "对" | "y" | "yes") {
            return Ok(row);
        }
    }
    Err(Failure::input(
        "都不是的话，先打12348说清情况；也可以用 zhenxin situation 名称 直接查看。",
        "none of them: ask 12348; or show one with zhenxin situation ID",
    ))
}

fn text(row: &Row, lang: Lang) -> String {
    let say = |zh, en| told::say(lang, zh, en);
    let mut out = String::new();
    let _ = writeln!(out, "{}  {}", row.title.get(lang), row.ask.get(lang));
    told::section(say("先记住", "Mind first"), told::texts(&row.warnings, "!", lang), &mut out);
    told::section(say("找谁，按顺序", "Where to turn, in order"), told::routes(&row.channels, lang), &mut out);
    let papers = say("可以用的文书（zhenxin letter needs 名称）", "Papers that fit (zhenxin letter needs ID)");
    told::section(papers, told::papers(&row.letters, lang), &mut out);
    told::section(
        say("期限（zhenxin deadline 名称）", "Periods (zhenxin deadline ID)"),
        told::periods(&row.deadlines, lang),
        &mut out,
    );
    told::section(say("千万不要发的文书", "Papers never to send"), told::papers(&row.never, lang), &mut out);
    told::section(say("依据", "The law"), told::citations(&row.citations, lang), &mut out);
    let _ = writeln!(out, "\n{}", told::disclaimer(lang));
    out
}
