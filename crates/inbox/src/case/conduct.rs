//! Collection rules that need a history: hours, frequency, what goes on after an answer. Each violation names the rule of
//! `knowledge/collection` that it touches; how far that binds is said there.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Member;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Beijing time, by which the rules count.
const BEIJING_MS: i64 = 8 * HOUR_MS;
/// More collecting messages than this on one day or in one hour are told.
const MOST_A_DAY: usize = 3;
const MOST_AN_HOUR: usize = 2;

/// Findings of single messages, and the rule that each touches.
const FINDINGS: &[(&str, &str)] = &[
    ("collection-unnamed-creditor", "c04"),
    ("collection-third-party", "c05"),
    ("collection-discloses-debt", "c06"),
    ("threat-contacts", "c06"),
    ("threat-violence", "c07"),
    ("insult", "c07"),
    ("impersonates-court", "c08"),
    ("impersonates-police", "c08"),
    ("collection-false-consequence", "c09"),
    ("collection-extra-fee", "c12"),
    ("borrow-to-repay", "c12"),
    ("asks-personal-account", "c13"),
    ("threat-publicity", "c14"),
    ("collection-private-phone", "c23"),
];
const OPT_OUTS: &[&str] = &["r", "t", "td", "n", "退订", "拒收"];
const PAID: &[&str] = &["已还", "还清", "结清", "已经还", "还了款", "不欠"];

/// What a history shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// Between 22:00 and 08:00, Beijing time.
    QuietHours,
    /// More than three on one day.
    ManyADay,
    /// More than two within an hour.
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
pub struct Violation {
    /// Id in `knowledge/collection`.
    pub rule: &'static str,
    /// What was seen.
    pub pattern: Pattern,
    /// The messages, in the order of time.
    pub messages: Vec<i64>,
}

/// Holds the messages of a case, in the order of time, against the rules.
pub fn violations(members: &[Member]) -> Vec<Violation> {
    let is_collecting = |member: &&Member| {
        member.direction == "received" && matches!(member.kind.as_str(), "collection" | "abusive_collection")
    };
    let collecting: Vec<&Member> = members.iter().filter(is_collecting).collect();
    let mut found: BTreeMap<(&'static str, Pattern), Vec<i64>> = BTreeMap::new();
    let mut put = |rule, pattern, messages: Vec<i64>| {
        if !messages.is_empty() {
            found.entry((rule, pattern)).or_default().extend(messages);
        }
    };
    put(
        "c01",
        Pattern::QuietHours,
        ids(collecting.iter().copied().filter(|member| member.time_ms.is_some_and(is_quiet))),
    );
    put("c02", Pattern::ManyADay, crowded_days(&collecting));
    put("c02", Pattern::ManyAnHour, crowded_hours(&collecting));
    put(
        "c25",
        Pattern::AfterOptOut,
        after(members, is_opt_out, |member| matches!(member.kind.as_str(), "marketing" | "loan_marketing")),
    );
    put(
        "c22",
        Pattern::AfterPaid,
        after(members, is_paid, |member| matches!(member.kind.as_str(), "collection" | "abusive_collection")),
    );
    for (finding, rule) in FINDINGS {
        let has = |member: &&&Member| member.findings.split(' ').any(|id| id == *finding);
        put(rule, Pattern::Finding, ids(collecting.iter().filter(has).copied()));
    }
    let tidy = |((rule, pattern), mut messages): ((&'static str, Pattern), Vec<i64>)| {
        let order = |id: &i64| members.iter().position(|member| member.id == *id);
        messages.sort_by_key(order);
        messages.dedup();
        Violation { rule, pattern, messages }
    };
    found.into_iter().map(tidy).collect()
}

fn ids<'a>(members: impl Iterator<Item = &'a Member>) -> Vec<i64> {
    members.map(|member| member.id).collect()
}

fn is_quiet(time_ms: i64) -> bool {
    let minute = (time_ms + BEIJING_MS).rem_euclid(DAY_MS) / MINUTE_MS;
    !(8 * 60..22 * 60).contains(&minute)
}

fn crowded_days(collecting: &[&Member]) -> Vec<i64> {
    let mut days: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for member in collecting {
        if let Some(time) = member.time_ms {
            days.entry((time + BEIJING_MS).div_euclid(DAY_MS)).or_default().push(member.id);
        }
    }
    days.into_values().filter(|day| day.len() > MOST_A_DAY).flatten().collect()
}

fn crowded_hours(collecting: &[&Member]) -> Vec<i64> {
    let timed: Vec<(i64, i64)> = collecting.iter().filter_map(|member| Some((member.time_ms?, member.id))).collect();
    let mut found = Vec::new();
    let mut from = 0;
    for to in 0..timed.len() {
        while timed[to].0 - timed[from].0 > HOUR_MS {
            from += 1;
        }
        if to - from + 1 > MOST_AN_HOUR {
            found.extend(timed[from..=to].iter().map(|(_, id)| *id));
        }
    }
    found
}

/// Returns what the other side sent, of a kind, after the first answer of a kind.
fn after(members: &[Member], is_answer: fn(&str) -> bool, is_meant: fn(&Member) -> bool) -> Vec<i64> {
    let answer = members
        .iter()
        .filter(|member| member.direction == "sent" && is_answer(&member.body))
        .find_map(|member| member.time_ms);
    let Some(answer) = answer else { return Vec::new() };
    ids(members.iter().filter(|member| {
        member.direction == "received" && is_meant(member) && member.time_ms.is_some_and(|time| time > answer)
    }))
}

fn is_opt_out(body: &str) -> bool {
    OPT_OUTS.contains(&body.trim().to_lowercase().as_str())
}

fn is_paid(body: &str) -> bool {
    PAID.iter().any(|word| body.contains(word)) && !body.contains("没还") && !body.contains("未还")
}
