//! `zhenxin report`: one message, and the exact text for each channel that takes reports, with the channels in order.

use std::fmt::Write as _;
use std::process::ExitCode;

use judge::Judge;
use knowledge::Lang;
use remedy::{Facts, Occasion, Reason};

use super::{letter, told};
use crate::args::{Args, ReportArgs};
use crate::failure::{Failure, harmless};
use crate::input;
use crate::paper::prefill::{self, Source};
use crate::paper::report::{self, Report};
use crate::paper::{self, facts};

/// Runs the command.
pub fn run(args: &Args, command: &ReportArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let judge = input::judge(args)?;
    let source = source(command)?;
    let mut occasion = Occasion::on(paper::today());
    letter::cover(&command.cover, &mut occasion);
    let prefilled = prefill::of_message(&judge, &source);
    let report = report::make(&judge, &source, prefilled, stated(&judge, &command.fact)?, &occasion);
    if command.json {
        told::print_json(&report)?;
    } else {
        told::print(&text(&report, lang))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The message: typed, of the inbox, or the last that was received in a case.
fn source(command: &ReportArgs) -> Result<Source, Failure> {
    let origin = &command.origin;
    if let Some(id) = origin.message {
        return told::kept(&told::open(origin)?, id);
    }
    if let Some(case) = origin.case {
        let inbox = told::open(origin)?;
        let members = inbox.members(case).map_err(|error| super::inbox::failure(&error))?;
        let last = members.iter().rev().find(|member| member.direction == "received" && member.time_ms.is_some());
        let last = last.or(members.last()).map(|member| member.id);
        return told::kept(&inbox, last.unwrap_or_default());
    }
    told::typed(&command.text)
}

fn stated(judge: &Judge, typed: &[String]) -> Result<Facts, Failure> {
    let library = &judge.index().knowledge.library;
    let letters = report::letters(library);
    let mut facts = Facts::default();
    for typed in typed {
        let name = typed.split('=').next().unwrap_or_default().trim();
        let knows = |id: &&String| library.letter[*id].need.iter().any(|need| need.id == name);
        let letter = letters.iter().find(knows).or(letters.first());
        if let Some(letter) = letter {
            let (name, value) = facts::read_typed(&library.letter[letter], typed)?;
            facts.set(name, value);
        }
    }
    Ok(facts)
}

fn text(report: &Report, lang: Lang) -> String {
    let say = |zh, en| told::say(lang, zh, en);
    let mut out = String::new();
    for text in &report.texts {
        let names: Vec<String> = text
            .channels
            .iter()
            .map(|route| {
                format!(
                    "{} {}",
                    route.name.get(lang),
                    route.numbers.iter().chain(&route.sites).cloned().collect::<Vec<_>>().join(" ")
                )
            })
            .collect();
        let _ = writeln!(out, "== {}  [{}]", names.join("；"), text.id);
        if let Some(draft) = &text.draft {
            let _ = writeln!(out, "{}", harmless(&draft.text));
            if !draft.covered.is_empty() {
                let _ = writeln!(
                    out,
                    "{}",
                    say("（验证码或他人信息已遮住）", "(codes or other persons' data are covered)")
                );
            }
        }
        for reason in text.refused.iter().flat_map(|refused| &refused.reasons) {
            let _ = writeln!(out, "  - {}{}", reason.text().get(lang), proposal(report, reason, lang));
        }
        out.push('\n');
    }
    told::section(say("找谁，按顺序", "Where to turn, in order"), told::routes(&report.channels, lang), &mut out);
    let _ = writeln!(
        out,
        "\n{}\n{}",
        say("缺少的内容用 --fact 名称=内容 补上。", "State what is missing with --fact name=value."),
        told::disclaimer(lang)
    );
    out
}

/// What the program would say, for the user to confirm.
fn proposal(report: &Report, reason: &Reason, lang: Lang) -> String {
    let Reason::Missing { fact, .. } = reason else { return String::new() };
    let Some(value) = report.proposals.get(fact).and_then(|value| value.text()) else { return String::new() };
    match lang {
        Lang::Zh => format!("（程序看像是 {fact}={value}，请您自己确认）"),
        Lang::En => format!(" (it looks like {fact}={value}; confirm it yourself)"),
    }
}
