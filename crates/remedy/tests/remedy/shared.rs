//! The knowledge folder, and the facts of the examples.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use knowledge::Library;
use knowledge::date::Date;
use knowledge::remedy::{Letter, NeedKind, Value};
use remedy::{Facts, Occasion, Outcome};

/// The day on which the golden texts are written.
pub const TODAY: Date = Date::new(2026, 11, 24);

/// The folder itself: it has the examples and worked cases that the pack leaves out.
pub static LIBRARY: LazyLock<Library> =
    LazyLock::new(|| Library::read(&folder()).expect("the knowledge folder can be read"));

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")
}

/// An occasion on which everything may be drafted.
pub fn free() -> Occasion {
    Occasion { limitation: Outcome::Running, is_acknowledgement_chosen: true, ..Occasion::on(TODAY) }
}

/// The facts of the examples, all of them.
pub fn examples(letter: &Letter) -> Facts {
    let mut facts = Facts::default();
    for need in &letter.need {
        facts.set(&need.id, need.example.clone());
    }
    facts
}

/// Facts with which one need is asked for: the examples, with its condition made to hold.
pub fn asking(letter: &Letter, id: &str) -> Facts {
    let mut facts = examples(letter);
    let need = letter.need.iter().find(|need| need.id == id).expect("the letter asks for it");
    if let Some(condition) = &need.only_if {
        let first = condition.split('|').next().unwrap_or(condition);
        let (name, value) = first.split_once('=').map_or((first, None), |(name, value)| (name, Some(value)));
        let asked = letter.need.iter().find(|need| need.id == name).expect("the condition is on a fact");
        let holds = match value {
            Some(value) => Value::from(value),
            None if asked.kind == NeedKind::YesNo => Value::YesNo(true),
            None => asked.example.clone(),
        };
        facts = {
            let mut with = asking(letter, name);
            with.set(name, holds);
            with
        };
    }
    facts
}

/// Every combination worth seeing: all yes, all no, each yes alone, each option, optional facts gone, and earlier days.
pub fn variants(letter: &Letter) -> Vec<Facts> {
    let full = examples(letter);
    let yes_no: Vec<&str> = letter
        .need
        .iter()
        .filter(|need| need.kind == NeedKind::YesNo && !need.must)
        .map(|need| need.id.as_str())
        .collect();
    let with_all = |answer: bool| {
        let mut facts = full.clone();
        for id in &yes_no {
            facts.set(*id, Value::YesNo(answer));
        }
        facts
    };
    let mut variants = vec![full.clone(), with_all(true), with_all(false)];
    for id in &yes_no {
        let mut facts = with_all(false);
        facts.set(*id, Value::YesNo(true));
        variants.push(facts);
    }
    for need in &letter.need {
        for option in &need.options {
            for base in 0..3 {
                let mut facts = variants[base].clone();
                facts.set(&need.id, Value::from(option.id.as_str()));
                variants.push(facts);
            }
        }
    }
    let mut required = Facts::default();
    for need in letter.need.iter().filter(|need| need.required) {
        required.set(&need.id, need.example.clone());
    }
    variants.push(required);
    let earlier: Vec<Facts> = variants.iter().filter_map(earlier).collect();
    variants.extend(earlier);
    variants
}

/// The same facts, when they happened before the law of 2026.
fn earlier(facts: &Facts) -> Option<Facts> {
    let mut earlier = facts.clone();
    match (facts.get("violations"), facts.get("happened_at")) {
        (Some(Value::List(rows)), _) => {
            let rows = rows.iter().map(|row| match row {
                Value::Row(row) => {
                    let mut row = row.clone();
                    row.insert("at".to_owned(), Value::from("2024-05-01T09:00:00"));
                    Value::Row(row)
                }
                other => other.clone(),
            });
            earlier.set("violations", Value::List(rows.collect()));
        }
        (_, Some(_)) => earlier.set("happened_at", Value::from("2025-12-31")),
        _ => return None,
    }
    Some(earlier)
}
