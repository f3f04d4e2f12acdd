//! `zhenxin case`: cases, their time lines, and the collection rules that a history touches.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;

use ::inbox::case::conduct::{Pattern, Violation, violations};
use ::inbox::case::{Member, campaigns};
use knowledge::{Knowledge, Lang};
use serde::Serialize;

use super::inbox::{failure, open, time};
use crate::args::{Args, CaseAction, CaseArgs};
use crate::command::check::ignore_closed_pipe;
use crate::failure::{Failure, harmless};
use crate::input;

/// A violation with what the knowledge says of its rule.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    violation: &'a Violation<'a>,
    title: &'a str,
    level: &'a [String],
    cites: &'a [String],
}

/// Runs the command.
pub fn run(args: &Args, command: &CaseArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let inbox = open(command.inbox.as_deref())?;
    let mut out = Vec::new();
    match &command.action {
        CaseAction::List => {
            let cases = inbox.cases().map_err(|error| failure(&error))?;
            if command.json {
                serde_json::to_writer(&mut out, &cases)?;
                out.push(b'\n');
            }
            for case in cases.iter().filter(|_| !command.json) {
                let (first, last) = (time(case.first_ms), time(case.last_ms));
                writeln!(
                    out,
                    "{:>5}  {first} – {last}  {}/{}  {}",
                    case.id,
                    case.high,
                    case.messages,
                    harmless(&case.name)
                )?;
            }
        }
        CaseAction::Show { id } => {
            let members = inbox.members(*id).map_err(|error| failure(&error))?;
            show(&input::knowledge(args)?, lang, &members, command.json, &mut out)?;
        }
        CaseAction::Timeline { id } => {
            let members = inbox.members(*id).map_err(|error| failure(&error))?;
            for member in &members {
                if command.json {
                    serde_json::to_writer(&mut out, member)?;
                    out.push(b'\n');
                } else {
                    writeln!(out, "{}", line(member))?;
                }
            }
        }
    }
    io::stdout().lock().write_all(&out).or_else(ignore_closed_pipe)?;
    Ok(ExitCode::SUCCESS)
}

fn line(member: &Member) -> String {
    let arrow = if member.direction == "received" { "←" } else { "→" };
    let party = member.party.as_deref().unwrap_or("-");
    let body = harmless(&member.body).replace('\n', " ");
    format!(
        "{}  {arrow} {}  [{} {}]  #{}  {body}",
        time(member.time_ms),
        harmless(party),
        member.risk,
        member.kind,
        member.id
    )
}

fn show(
    knowledge: &Knowledge,
    lang: Lang,
    members: &[Member],
    is_json: bool,
    out: &mut Vec<u8>,
) -> Result<(), Failure> {
    let rules = &knowledge.library.collection;
    let violations = violations(members, rules);
    let told: Vec<Told<'_>> = violations
        .iter()
        .filter_map(|violation| {
            let rule = rules.get(violation.rule)?;
            Some(Told { violation, title: rule.title.get(lang), level: &rule.level, cites: &rule.cites })
        })
        .collect();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for member in members {
        *kinds.entry(member.kind.as_str()).or_default() += 1;
    }
    let campaigns = campaigns(members);
    if is_json {
        let whole =
            serde_json::json!({ "messages": members, "kinds": kinds, "campaigns": campaigns, "violations": told });
        serde_json::to_writer(&mut *out, &whole)?;
        out.push(b'\n');
        return Ok(());
    }
    for (kind, count) in kinds {
        writeln!(out, "{kind:20} {count}")?;
    }
    let say = |zh: String, en: String| if lang == Lang::Zh { zh } else { en };
    for (_, messages) in campaigns {
        let (count, list) = (messages.len(), numbers(&messages));
        writeln!(
            out,
            "{}",
            say(format!("同一模板的短信 {count} 条：{list}"), format!("{count} messages of one wording: {list}"))
        )?;
    }
    for told in told {
        let (pattern, level, list) =
            (pattern(told.violation.pattern, lang), levels(told.level, lang), numbers(&told.violation.messages));
        let (rule, title) = (told.violation.rule, told.title);
        writeln!(
            out,
            "{}",
            say(
                format!("可能违反 {rule} {title}（{level}）：{pattern}，短信 {list}"),
                format!("may break {rule} {title} ({level}): {pattern}, messages {list}")
            )
        )?;
    }
    Ok(())
}

fn numbers(messages: &[i64]) -> String {
    messages.iter().map(|id| format!("#{id}")).collect::<Vec<_>>().join(" ")
}

fn levels(level: &[String], lang: Lang) -> String {
    let name = |level: &String| match (level.as_str(), lang) {
        ("L", Lang::Zh) => "法律法规",
        ("L", Lang::En) => "statute",
        ("R", Lang::Zh) => "监管规定",
        ("R", Lang::En) => "regulator",
        ("S", Lang::Zh) => "推荐性国家标准",
        ("S", Lang::En) => "recommended standard",
        (_, Lang::Zh) => "行业自律",
        (_, Lang::En) => "self-regulation",
    };
    level.iter().map(name).collect::<Vec<_>>().join("、")
}

const fn pattern(pattern: Pattern, lang: Lang) -> &'static str {
    let [zh, en] = match pattern {
        Pattern::QuietHours => ["在规则不让催的时段发来", "sent in the hours of rest"],
        Pattern::ManyADay => [
            "一天里超过规则的次数（规则说的是电话，短信参照）",
            "more on one day than the rule's number (it speaks of calls)",
        ],
        Pattern::ManyAnHour => {
            ["一小时里太密（规则说的是电话，短信参照）", "too many within an hour (the rule speaks of calls)"]
        }
        Pattern::AfterOptOut => ["退订以后仍然发来", "sent after an opt-out"],
        Pattern::AfterPaid => ["说明已还以后仍然催收", "collecting after \"paid\""],
        Pattern::Finding => ["短信内容本身", "what the message says"],
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}
