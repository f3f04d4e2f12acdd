//! Asking on a terminal for what a letter still needs, one fact after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use knowledge::remedy::{Letter, Need, NeedKind, Value};
use knowledge::{Lang, Library};
use remedy::{Facts, Occasion};

use crate::command::told;
use crate::failure::Failure;
use crate::paper::facts;

/// Asks for every fact that is not there; ends at the end of the input.
pub fn complete(
    library: &Library,
    letter: &Letter,
    stated: &mut Facts,
    occasion: &mut Occasion,
    lang: Lang,
) -> Result<(), Failure> {
    if letter.acknowledges && !occasion.is_acknowledgement_chosen {
        for warning in &letter.warning {
            eprintln!("! {}", warning.get(lang));
        }
        let question = told::say(
            lang,
            "读完警告，仍然要写这份会承认债务的文书吗？[是/否] ",
            "Having read this, do you still want to acknowledge the debt? [yes/no] ",
        );
        let answer = told::ask(question)?.unwrap_or_default().to_lowercase();
        occasion.is_acknowledgement_chosen = matches!(answer.as_str(), "是" | "y" | "yes");
    }
    let mut asked = BTreeSet::new();
    loop {
        let next = remedy::letter::needs(letter, stated)
            .into_iter()
            .find(|need| stated.get(&need.id).is_none() && !asked.contains(&need.id));
        let Some(need) = next else { return Ok(()) };
        asked.insert(need.id.clone());
        let columns = remedy::fact::columns(library, letter, need);
        let answer = if columns.is_empty() { line(need, lang)? } else { rows(need, &columns, lang)? };
        match answer {
            Answer::Given(value) => stated.set(&need.id, value),
            Answer::Skipped => {}
            Answer::Ended => return Ok(()),
        }
    }
}

enum Answer {
    Given(Value),
    Skipped,
    Ended,
}

/// Asks until the answer can be read; an empty one skips what need not be answered.
fn line(need: &Need, lang: Lang) -> Result<Answer, Failure> {
    let mut question = need.ask.get(lang).to_owned();
    for option in &need.options {
        let text = if lang == Lang::Zh { &option.zh } else { &option.en };
        let _ = write!(question, "\n  {} = {text}", option.id);
    }
    if need.kind == NeedKind::YesNo {
        question.push_str(told::say(lang, " [是/否]", " [yes/no]"));
    }
    if need.kind == NeedKind::Amount {
        question.push_str(told::say(
            lang,
            "（写 1200.50元；只写数字的按分算）",
            " (as 1200.50元; a bare number is in fen)",
        ));
    }
    if !need.required {
        question.push_str(told::say(lang, "（不填就回车）", " (Enter to skip)"));
    }
    loop {
        let Some(typed) = told::ask(&format!("{question} "))? else { return Ok(Answer::Ended) };
        if typed.is_empty() && !need.required {
            return Ok(Answer::Skipped);
        }
        match facts::read_answer(need, &typed) {
            Ok(value) if !typed.is_empty() => return Ok(Answer::Given(value)),
            Ok(_) => {}
            Err(why) => eprintln!("{}", why.get(lang)),
        }
    }
}

/// Asks row by row; an empty first part ends the table.
fn rows(need: &Need, columns: &[String], lang: Lang) -> Result<Answer, Failure> {
    eprintln!(
        "{} {}",
        need.ask.get(lang),
        told::say(lang, "（一行一行填；第一格直接回车就结束）", "(row by row; Enter at the first part ends)")
    );
    let mut rows = Vec::new();
    loop {
        let mut row = BTreeMap::new();
        for column in columns {
            let Some(typed) = told::ask(&format!("  {} {column}: ", rows.len() + 1))? else { return Ok(Answer::Ended) };
            if typed.is_empty() && row.is_empty() {
                return Ok(if rows.is_empty() { Answer::Skipped } else { Answer::Given(Value::List(rows)) });
            }
            match remedy::fact::read_part(column, &typed) {
                Ok(value) => {
                    row.insert(column.clone(), value);
                }
                Err(why) => eprintln!("{}", why.get(lang)),
            }
        }
        rows.push(Value::Row(row));
    }
}
