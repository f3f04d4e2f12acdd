//! Collection rules that need a history: hours, frequency, what goes on after an answer. Each violation names the rule of
//! `knowledge/collection` that it touches; what touches it and how far it binds is said there.

use std::collections::BTreeMap;

use knowledge::document::{CollectionRule, History};
use serde::Serialize;

use super::Member;

const HOUR_MS: i64 = 60 * 60_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Beijing time, by which the rules count.
const BEIJING_MS: i64 = 8 * HOUR_MS;
const COLLECTING: [&str; 2] = ["collection", "abusive_collection"];

/// What a history shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// In the hours of rest, Beijing time.
    QuietHours,
    /// More than the rule's number on one day.
    ManyADay,
    /// More than the rule's number within an hour.
    ManyAnHour,
    /// Advertising after an opt-out.
    AfterOptOut,
    /// Collecting after "paid".
    AfterPaid,
    /// A single message already shows it.
    Finding,
}

/// A rule that messages touch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation<'k> {
    /// Id in `knowledge/collection`.
    pub rule: &'k str,
    /// What was seen.
    pub pattern: Pattern,
    /// The messages, in the order of time.
    pub messages: Vec<i64>,
}

/// Holds the messages of a case, in the order of time, against the rules.
pub fn violations<'k>(members: &[Member], rules: &'k BTreeMap<String, CollectionRule>) -> Vec<Violation<'k>> {
    let collecting: Vec<&Member> = members.iter().filter(|member| is_received(member, &COLLECTING)).collect();
    let mut found: Vec<Violation<'k>> = Vec::new();
    for (rule, known) in rules {
        let mut put = |pattern, messages: Vec<i64>| {
            if !messages.is_empty() {
                found.push(Violation { rule, pattern, messages });
            }
        };
        match &known.history {
            Some(History::Quiet { from, until }) => {
                let is_quiet = |member: &&Member| member.time_ms.is_some_and(|time| is_within(time, *from, *until));
                put(Pattern::QuietHours, ids(collecting.iter().copied().filter(is_quiet)));
            }
            Some(History::Crowded { a_day, an_hour }) => {
                put(Pattern::ManyADay, crowded_days(&collecting, *a_day as usize));
                put(Pattern::ManyAnHour, crowded_hours(&collecting, *an_hour as usize));
            }
            Some(History::AfterWord { words, kinds }) => {
                let is_word = |body: &str| words.contains(&body.trim().to_lowercase());
                put(Pattern::AfterOptOut, after(members, &is_word, kinds));
            }
            Some(History::AfterSaying { sayings, unless, kinds }) => {
                let has = |body: &str, any: &[String]| any.iter().any(|words| body.contains(words.as_str()));
                put(Pattern::AfterPaid, after(members, &|body| has(body, sayings) && !has(body, unless), kinds));
            }
            None => {}
        }
        let has =
            |member: &&Member| member.findings.split(' ').any(|id| known.findings.iter().any(|known| known == id));
        put(Pattern::Finding, ids(collecting.iter().copied().filter(has)));
    }
    found
}

fn is_received(member: &Member, kinds: &[impl AsRef<str>]) -> bool {
    member.direction == "received" && kinds.iter().any(|kind| kind.as_ref() == member.kind)
}

fn ids<'a>(members: impl Iterator<Item = &'a Member>) -> Vec<i64> {
    members.map(|member| member.id).collect()
}

/// Returns whether a moment is between two hours of Beijing time, over midnight where the second is the smaller.
fn is_within(time_ms: i64, from: u8, until: u8) -> bool {
    let hour = (time_ms + BEIJING_MS).rem_euclid(DAY_MS) / HOUR_MS;
    let (from, until) = (i64::from(from), i64::from(until));
    if from <= until { (from..until).contains(&hour) } else { hour >= from || hour < until }
}

fn crowded_days(collecting: &[&Member], most: usize) -> Vec<i64> {
    let mut days: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for member in collecting {
        if let Some(time) = member.time_ms {
            days.entry((time + BEIJING_MS).div_euclid(DAY_MS)).or_default().push(member.id);
        }
    }
    days.into_values().filter(|day| day.len() > most).flatten().collect()
}

fn crowded_hours(collecting: &[&Member], most: usize) -> Vec<i64> {
    let timed: Vec<(i64, i64)> = collecting.iter().filter_map(|member| Some((member.time_ms?, member.id))).collect();
    let mut found = Vec::new();
    let (mut from, mut told_until) = (0, 0);
    for to in 0..timed.len() {
        while timed[to].0 - timed[from].0 > HOUR_MS {
            from += 1;
        }
        if to - from + 1 > most {
            // What the window before this one told already is not told again.
            let told = told_until.max(from);
            found.extend(timed[told..=to].iter().map(|(_, id)| *id));
            told_until = to + 1;
        }
    }
    found
}

/// Returns what the other side sent, of some kinds, after the first answer of a kind.
fn after(members: &[Member], is_answer: &dyn Fn(&str) -> bool, kinds: &[String]) -> Vec<i64> {
    let answer = members
        .iter()
        .filter(|member| member.direction == "sent" && is_answer(&member.body))
        .find_map(|member| member.time_ms);
    let Some(answer) = answer else { return Vec::new() };
    let is_later = |member: &&Member| member.time_ms.is_some_and(|time| time > answer);
    ids(members.iter().filter(|member| is_received(member, kinds)).filter(is_later))
}
