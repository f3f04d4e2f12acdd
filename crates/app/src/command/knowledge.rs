//! `zhenxin knowledge`: what the program knows, entry by entry, and whether it fits together and is fresh.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use judge::index::Index;
use judge::{Judge, Message, Scratch};
use knowledge::date::Date;
use knowledge::{Lang, Library};
use serde::Serialize;
use serde_json::Value;

use crate::args::{Args, KnowledgeAction};
use crate::command::check::ignore_closed_pipe;
use crate::failure::Failure;
use crate::input;

/// A folder's name and its entries as data.
pub type Folder = (&'static str, Vec<Entry>);
/// An entry's id and its data.
pub type Entry = (String, Value);

/// Runs the command.
pub fn run(args: &Args, action: &KnowledgeAction) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let (text, code) = match action {
        KnowledgeAction::List { folder } => (list(&input::knowledge(args)?.library, folder.as_deref(), lang)?, 0),
        KnowledgeAction::Explain { what } => (explain(args, what, lang)?, 0),
        KnowledgeAction::Check => check(args, lang)?,
        KnowledgeAction::Stale { days } => (stale(&input::knowledge(args)?.library, *days, lang), 0),
    };
    io::stdout().lock().write_all(text.as_bytes()).or_else(ignore_closed_pipe)?;
    Ok(ExitCode::from(code))
}

/// The folders, in the order in which they are shown.
pub const FOLDERS: [&str; 19] = [
    "institution",
    "group",
    "number-plan",
    "domain",
    "law",
    "collection",
    "scheme",
    "channel",
    "parameter",
    "advice",
    "lexicon",
    "kind",
    "rule",
    "letter",
    "deadline",
    "holiday",
    "notice",
    "situation",
    "limitation",
];

/// Returns the entries of a folder as data; nothing where there is no such folder.
pub fn folder(library: &Library, name: &str) -> Option<Vec<Entry>> {
    fn entries<'a, T: Serialize + 'a>(documents: impl IntoIterator<Item = (&'a String, &'a T)>) -> Vec<Entry> {
        let value = |document| serde_json::to_value(document).unwrap_or(Value::Null);
        documents.into_iter().map(|(id, document)| (id.clone(), value(document))).collect()
    }
    Some(match name {
        "institution" => entries(&library.institution),
        "group" => entries(&library.group),
        "number-plan" => entries(&library.number_plan),
        "domain" => entries(&library.domain),
        "law" => entries(&library.law),
        "collection" => entries(&library.collection),
        "scheme" => entries(&library.scheme),
        "channel" => entries(&library.channel),
        "parameter" => entries(&library.parameter),
        "advice" => entries(&library.advice),
        "lexicon" => entries(&library.lexicon),
        "kind" => entries(&library.kind),
        "rule" => entries(&library.rule),
        "letter" => entries(&library.letter),
        "deadline" => entries(&library.deadline),
        "holiday" => entries(&library.holiday),
        "notice" => entries(&library.notice),
        "situation" => entries(&library.situation),
        "limitation" => entries(&library.limitation),
        _ => return None,
    })
}

/// Returns all entries as data, by folder.
pub fn folders(library: &Library) -> Vec<Folder> {
    FOLDERS.iter().filter_map(|name| Some((*name, folder(library, name)?))).collect()
}

fn list(library: &Library, wanted: Option<&str>, lang: Lang) -> Result<String, Failure> {
    let folders = folders(library);
    let mut text = String::new();
    let Some(wanted) = wanted else {
        for (name, entries) in &folders {
            let _ = writeln!(text, "{name:12} {:5}", entries.len());
        }
        return Ok(text);
    };
    let Some((_, entries)) = folders.iter().find(|(name, _)| *name == wanted) else {
        let names: Vec<&str> = folders.iter().map(|(name, _)| *name).collect();
        return Err(Failure::input(
            format!("没有“{wanted}”这一类。可以是：{}", names.join("、")),
            format!("there is no folder \"{wanted}\"; there are: {}", names.join(", ")),
        ));
    };
    for (id, value) in entries {
        let _ = writeln!(text, "{id:32} {}", headline(value, lang));
    }
    Ok(text)
}

/// Returns the name or title of an entry.
pub fn headline(value: &Value, lang: Lang) -> String {
    let key = ["name", "title", "text", "about"].into_iter().find_map(|key| value.get(key));
    key.map(|value| plain(value, lang)).unwrap_or_default()
}

/// Returns a value of an entry as text.
pub fn plain(value: &Value, lang: Lang) -> String {
    let other = match lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    };
    match value {
        Value::String(text) => text.clone(),
        Value::Object(map) => match map.get(other) {
            Some(text) => plain(text, lang),
            None => {
                map.iter().map(|(key, value)| format!("{key} {}", plain(value, lang))).collect::<Vec<_>>().join(", ")
            }
        },
        Value::Array(list) => list.iter().map(|value| plain(value, lang)).collect::<Vec<_>>().join(", "),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn explain(args: &Args, what: &str, lang: Lang) -> Result<String, Failure> {
    let judge = input::judge(args)?;
    let library = &judge.index().knowledge.library;
    let mut text = String::new();
    for (folder, entries) in folders(library) {
        for (id, value) in entries.iter().filter(|(id, _)| id == what) {
            let _ = writeln!(text, "{folder}/{id}");
            write_entry(value, lang, &mut text);
        }
    }
    for (stem, law) in &library.law {
        let number = what.strip_prefix(stem.as_str()).and_then(|rest| rest.strip_prefix('-'));
        for article in law.article.iter().filter(|article| Some(article.number.as_str()) == number) {
            let _ = writeln!(text, "law/{stem}: {} {}", law.title.get(lang), article.number);
            write_entry(&serde_json::to_value(article).unwrap_or(Value::Null), lang, &mut text);
            let _ = writeln!(text, "  in_force: {}", article.in_force.unwrap_or(law.in_force));
        }
    }
    if text.is_empty() {
        text = owner(&judge, what);
    }
    if text.is_empty() {
        return Err(Failure::input(
            format!("知识库里没有“{what}”。可用 zhenxin knowledge list 查看有什么。没有收录不等于是假的。"),
            format!(
                "nothing is known of \"{what}\"; see zhenxin knowledge list. What is not listed need not be false."
            ),
        ));
    }
    Ok(text)
}

/// Whose a number, name or host is.
fn owner(judge: &Judge, what: &str) -> String {
    let index: &Index = judge.index();
    let library = &index.knowledge.library;
    let digits: String = what.chars().filter(char::is_ascii_digit).collect();
    let mut holders: Vec<u16> = index.numbers.get(&digits).cloned().unwrap_or_default();
    holders.extend(index.hosts.owners(&what.to_lowercase()));
    let named = index.institutions.iter().enumerate().filter(|(_, known)| {
        let document = &library.institution[&known.id];
        document.name == what || document.aliases.iter().chain(&document.products).any(|name| name == what)
    });
    holders.extend(named.map(|(at, _)| at as u16));
    holders.sort_unstable();
    holders.dedup();
    let mut text = String::new();
    for holder in holders {
        let id = &index.institutions[usize::from(holder)].id;
        let _ = writeln!(text, "institution/{id}");
        write_entry(&serde_json::to_value(&library.institution[id]).unwrap_or(Value::Null), Lang::Zh, &mut text);
    }
    if text.is_empty()
        && digits.len() >= 3
        && digits.len() == what.chars().filter(|c| !matches!(c, '+' | '-' | ' ')).count()
    {
        let message = Message { body: "-", sender: Some(what), received: None };
        let class = judge.judge(&message, &mut Scratch::default()).sender.class;
        let _ = writeln!(text, "{what}: {}", class.id());
    }
    text
}

fn write_entry(value: &Value, lang: Lang, text: &mut String) {
    let Value::Object(map) = value else { return };
    for (key, value) in map {
        let shown = match value {
            Value::Array(list) if list.iter().any(Value::is_object) => {
                let lines: Vec<String> = list.iter().map(|item| format!("\n    - {}", plain(item, lang))).collect();
                lines.concat()
            }
            other => plain(other, lang),
        };
        if !shown.is_empty() {
            let _ = writeln!(text, "  {key}: {shown}");
        }
    }
}

fn check(args: &Args, lang: Lang) -> Result<(String, u8), Failure> {
    let library = match &args.knowledge {
        None => return Ok((format!("{}\n", judge_summary(&input::judge(args)?, lang)), 0)),
        Some(dir) => input::own_library(dir)?,
    };
    let problems = knowledge::check::check(&library);
    let mut text = String::new();
    for problem in &problems {
        let _ = writeln!(text, "{problem}");
    }
    let _ = match lang {
        Lang::Zh => writeln!(text, "{} 处问题", problems.len()),
        Lang::En => writeln!(text, "{} problems", problems.len()),
    };
    Ok((text, if problems.is_empty() { 0 } else { 2 }))
}

fn judge_summary(judge: &Judge, lang: Lang) -> String {
    let index = judge.index();
    let (institutions, rules) = (index.institutions.len(), index.rules.rules.len());
    let digest = &index.knowledge.digest;
    match lang {
        Lang::Zh => format!("内置知识库在编译时已检查：{institutions} 家机构，{rules} 条规则，摘要 {digest}"),
        Lang::En => format!(
            "the built-in knowledge was checked when it was built: {institutions} institutions, {rules} rules, digest {digest}"
        ),
    }
}

/// What was checked long ago, and the gaps, which are always said.
fn stale(library: &Library, days: i64, lang: Lang) -> String {
    let now = jiff::Timestamp::now().as_second().div_euclid(86_400);
    let mut text = String::new();
    for (folder, entries) in folders(library) {
        for (id, value) in &entries {
            let checked = value.get("checked").and_then(Value::as_str).and_then(parse_date);
            if let Some(checked) = checked.filter(|date| now - date.days_since_epoch() > days) {
                let _ = writeln!(text, "{folder}/{id}: {checked}");
            }
        }
    }
    for (id, parameter) in &library.parameter {
        if let Some(gap) = &parameter.gap {
            let _ = writeln!(text, "parameter/{id}: > {}: {}", gap.after, gap.note.get(lang));
        }
    }
    for (year, holiday) in &library.holiday {
        if let Some(gap) = &holiday.gap {
            let _ = writeln!(text, "holiday/{year}: {}", gap.get(lang));
        }
    }
    text
}

fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Date::new(year, month, day))
}
