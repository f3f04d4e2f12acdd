//! How data cases are read and judged.

use std::path::PathBuf;
use std::sync::OnceLock;

use judge::verdict::Verdict;
use judge::{Judge, Message, Received, Scratch};
use knowledge::date::Date;
use knowledge::{Knowledge, Library};
use serde::Deserialize;

/// A message with the verdict that it should get; what is absent is not asked for.
#[derive(Debug, Deserialize)]
pub struct Case {
    pub id: String,
    pub sender: Option<String>,
    pub received_at: Option<String>,
    pub body: String,
    pub kind: String,
    #[serde(default)]
    pub kind_ok: Vec<String>,
    pub risk: String,
    #[serde(default)]
    pub risk_ok: Vec<String>,
    pub sender_match: Option<String>,
    pub institution: Option<String>,
    #[serde(default)]
    pub must: Vec<String>,
    #[serde(default)]
    pub must_not: Vec<String>,
}

/// A file of cases.
#[derive(Debug, Deserialize)]
pub struct Cases {
    pub case: Vec<Case>,
}

pub fn knowledge_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")
}

/// The judge with the built-in knowledge.
pub fn judge() -> &'static Judge {
    static JUDGE: OnceLock<Judge> = OnceLock::new();
    JUDGE.get_or_init(|| Judge::new(Knowledge::built_in()))
}

/// The folder as it stands, with the examples that the pack leaves out.
pub fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| Library::read(&knowledge_folder()).expect("the folder was read by the build"))
}

pub fn verdict(sender: Option<&str>, received_at: Option<&str>, body: &str) -> Verdict {
    let message = Message { body, sender, received: received_at.map(beijing) };
    judge().judge(&message, &mut Scratch::default())
}

fn beijing(text: &str) -> Received {
    let moment: jiff::Timestamp = text.parse().expect("a time of RFC 3339");
    let time = jiff::tz::Offset::constant(8).to_datetime(moment);
    Received {
        date: Date::new(time.year() as u16, time.month() as u8, time.day() as u8),
        minute: time.hour() as u16 * 60 + time.minute() as u16,
    }
}

pub fn finding_ids(verdict: &Verdict) -> Vec<&'static str> {
    verdict.findings.iter().map(|f| judge().index().rules.rules[usize::from(f.rule)].id.as_str()).collect()
}

/// Returns what falls short of a case, one word each: `kind`, `risk`, `sender`, `institution`, `-finding`, `+finding`.
pub fn shortfalls(case: &Case) -> Vec<String> {
    let verdict = verdict(case.sender.as_deref(), case.received_at.as_deref(), &case.body);
    let one_of = |id: &str, first: &String, others: &[String]| id == first || others.iter().any(|o| o == id);
    let mut short = Vec::new();
    if !one_of(verdict.decision.kind.id(), &case.kind, &case.kind_ok) {
        short.push("kind".to_owned());
    }
    if !one_of(verdict.decision.risk.id(), &case.risk, &case.risk_ok) {
        short.push("risk".to_owned());
    }
    if case.sender_match.as_deref().is_some_and(|expected| expected != verdict.sender.matching.id()) {
        short.push("sender".to_owned());
    }
    let name = verdict.institution.map(|at| judge().index().institutions[usize::from(at)].name.as_str());
    if case.institution.is_some() && case.institution.as_deref() != name {
        short.push("institution".to_owned());
    }
    let got = finding_ids(&verdict);
    short.extend(case.must.iter().filter(|id| !got.contains(&id.as_str())).map(|id| format!("-{id}")));
    short.extend(case.must_not.iter().filter(|id| got.contains(&id.as_str())).map(|id| format!("+{id}")));
    short
}
