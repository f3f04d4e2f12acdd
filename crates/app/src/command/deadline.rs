//! `zhenxin deadline`: what was received, when and how → until when one may act, how that is counted, a calendar file.

use std::fmt::Write as _;
use std::process::ExitCode;

use knowledge::{Lang, Library};
use remedy::deadline::{Received, Running, Uncounted};
use remedy::ics;

use super::told;
use crate::args::{Args, DeadlineArgs};
use crate::failure::Failure;
use crate::{input, output, paper};

/// Runs the command.
pub fn run(args: &Args, command: &DeadlineArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let library = input::knowledge(args)?.library;
    let Some(what) = &command.what else {
        list(&library, command.json, lang)?;
        return Ok(ExitCode::SUCCESS);
    };
    let Some(received) = &command.received else {
        return Err(Failure::input(
            "请用 --received 写明收到的日期，例如 --received 2026-11-23；怎样送达的用 --served。",
            "state the day of receipt, as --received 2026-11-23, and how it was served with --served",
        ));
    };
    let today = told::date(command.today.as_deref())?;
    let received = Received { day: told::stated_date(received)?, way: command.served.map(Into::into) };
    let periods = paper::periods_of(&library, what, received, today).map_err(|error| failure(what, &error))?;
    if let Some(path) = &command.calendar {
        output::write(path, ics::write(&periods, today, lang).as_bytes())?;
    }
    if command.json {
        told::print_json(&periods)?;
    } else {
        told::print(&text(&periods, lang))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn list(library: &Library, is_json: bool, lang: Lang) -> Result<(), Failure> {
    let ids: Vec<String> = library.deadline.keys().cloned().collect();
    let periods = remedy::situation::periods(library, &ids);
    if is_json {
        return told::print_json(&periods);
    }
    let line = |period: &remedy::situation::Period| format!("{:28} {}\n", period.id, period.trigger.get(lang));
    told::print(&periods.iter().map(line).collect::<String>())
}

fn failure(what: &str, error: &Uncounted) -> Failure {
    match error {
        Uncounted::NoSuchDeadline => Failure::input(
            format!("没有“{what}”这种文书或期限。不带名称运行 zhenxin deadline 可以列出。"),
            format!("there is no paper or period \"{what}\"; zhenxin deadline alone lists them"),
        ),
        Uncounted::NotServedSo(ways) => {
            let ways: Vec<String> = ways.iter().filter_map(|way| serde_json::to_string(way).ok()).collect();
            let ways = ways.join(", ").replace('"', "");
            Failure::input(
                format!("这个期限的送达方式只有：{ways}。"),
                format!("for this period the ways of service are: {ways}"),
            )
        }
        Uncounted::NoSuchDay => Failure::input(
            "没有这一天，或者算出来的日期太远，请检查日期。",
            "there is no such day, or the end lies too far away; check the date",
        ),
    }
}

fn text(periods: &[Running], lang: Lang) -> String {
    let say = |zh, en| told::say(lang, zh, en);
    let mut out = String::new();
    for period in periods {
        let _ = writeln!(out, "{}", period.title.get(lang));
        match (&period.last, &period.on_paper) {
            (Some(last), _) => {
                let day = remedy::calendar::civil(*last).map_or("", |day| {
                    let [zh, en] = remedy::calendar::weekday(day);
                    say(zh, en)
                });
                let left = period.days_left.unwrap_or(0);
                let _ = match lang {
                    Lang::Zh if left < 0 => writeln!(out, "  最后一天：{last} {day}（已过{}天）", -left),
                    Lang::Zh => writeln!(out, "  最后一天：{last} {day}（还剩{left}天）"),
                    Lang::En if left < 0 => writeln!(out, "  last day: {last} {day} ({} days ago)", -left),
                    Lang::En => writeln!(out, "  last day: {last} {day} ({left} days left)"),
                };
            }
            (None, Some(on_paper)) => {
                let _ = writeln!(out, "  {}", on_paper.get(lang));
            }
            (None, None) => {}
        }
        if let Some(trap) = &period.trap {
            let _ = writeln!(out, "\n  !!! {}", trap.get(lang));
        }
        told::section(say("怎么算的", "How it is counted"), told::texts(&period.steps, "-", lang), &mut out);
        told::section(say("错过了会怎样", "If it is missed"), [period.missed.get(lang).to_owned()], &mut out);
        told::section(say("要交的文书", "What to file"), told::papers(&period.file, lang), &mut out);
        told::section(say("要知道的", "To know"), told::texts(&period.remarks, "-", lang), &mut out);
        told::section(say("依据", "The law"), told::citations(&period.citations, lang), &mut out);
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "{}",
        say("以法院文书上写的和法院答复的为准。", "The paper itself and the court's own answer decide.")
    );
    let _ = writeln!(out, "{}", told::disclaimer(lang));
    out
}
