//! Cross-checks over the whole library: what a single file cannot know. Finds problems; repairs nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::condition::{Condition, When};
use crate::date::Date;
use crate::document::{History, Institution, Parameter};
use crate::library::Library;
use crate::remedy::{LimitationCare, NeedKind, Value};
use crate::vocabulary;

/// Something in the library that does not fit together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Folder and id, as `rule/asks-otp`.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Returns every problem of the library, sorted; empty means that it fits together.
pub fn check(library: &Library) -> Vec<Problem> {
    let mut report = Report::default();
    ids(library, &mut report);
    citations(library, &mut report);
    advice(library, &mut report);
    sharing(library, &mut report);
    digits_and_domains(library, &mut report);
    parameters(library, &mut report);
    conditions(library, &mut report);
    examples(library, &mut report);
    remedies(library, &mut report);
    letters(library, &mut report);
    periods(library, &mut report);
    report.problems.sort();
    report.problems
}

/// Returns the citation ids that exist: `<law>-<article>`, collection rules and schemes.
pub fn citation_ids(library: &Library) -> BTreeSet<String> {
    let articles = library
        .law
        .iter()
        .flat_map(|(id, law)| law.article.iter().map(move |article| format!("{id}-{}", article.number)));
    articles.chain(library.collection.keys().cloned()).chain(library.scheme.keys().cloned()).collect()
}

#[derive(Default)]
struct Report {
    problems: Vec<Problem>,
}

impl Report {
    fn add(&mut self, folder: &str, id: &str, message: String) {
        self.problems.push(Problem { place: format!("{folder}/{id}"), message });
    }
}

fn ids(library: &Library, report: &mut Report) {
    let folders: [(&str, Vec<&String>); 13] = [
        ("institution", library.institution.keys().collect()),
        ("law", library.law.keys().collect()),
        ("channel", library.channel.keys().collect()),
        ("scheme", library.scheme.keys().collect()),
        ("advice", library.advice.keys().collect()),
        ("lexicon", library.lexicon.keys().collect()),
        ("rule", library.rule.keys().collect()),
        ("letter", library.letter.keys().collect()),
        ("deadline", library.deadline.keys().collect()),
        ("holiday", library.holiday.keys().collect()),
        ("notice", library.notice.keys().collect()),
        ("situation", library.situation.keys().collect()),
        ("limitation", library.limitation.keys().collect()),
    ];
    for (folder, keys) in folders {
        for id in keys {
            if id.is_empty() || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
                report.add(folder, id, "an id is lower-case letters, digits and hyphens".into());
            }
        }
    }
    for id in library.rule.keys().filter(|id| !vocabulary::FINDINGS.contains(&id.as_str())) {
        report.add("rule", id, "is no finding of the vocabulary".into());
    }
    for id in library.kind.keys().filter(|id| !vocabulary::KINDS.contains(&id.as_str())) {
        report.add("kind", id, "is no kind of the vocabulary".into());
    }
}

fn citations(library: &Library, report: &mut Report) {
    let known = citation_ids(library);
    let rules = library.rule.iter().map(|(id, rule)| ("rule", id, &rule.cites));
    let collection = library.collection.iter().map(|(id, rule)| ("collection", id, &rule.cites));
    let parameters = library.parameter.iter().map(|(id, parameter)| ("parameter", id, &parameter.law));
    for (folder, id, cites) in rules.chain(collection).chain(parameters) {
        for cite in cites.iter().filter(|cite| !known.contains(*cite)) {
            report.add(folder, id, format!("cites {cite}, which does not exist"));
        }
    }
    for (id, rule) in &library.collection {
        for finding in rule.findings.iter().filter(|f| !vocabulary::FINDINGS.contains(&f.as_str())) {
            report.add("collection", id, format!("names the finding {finding}, which does not exist"));
        }
        let kinds: &[String] = match &rule.history {
            Some(History::AfterWord { kinds, .. } | History::AfterSaying { kinds, .. }) => kinds,
            Some(History::Quiet { .. } | History::Crowded { .. }) | None => &[],
        };
        if let Some(fault) = rule.history.as_ref().and_then(fault) {
            report.add("collection", id, fault.into());
        }
        for kind in kinds.iter().filter(|kind| !vocabulary::KINDS.contains(&kind.as_str())) {
            report.add("collection", id, format!("names the kind {kind}, which does not exist"));
        }
    }
    for (id, scheme) in &library.scheme {
        for finding in scheme.findings.iter().filter(|f| !vocabulary::FINDINGS.contains(&f.as_str())) {
            report.add("scheme", id, format!("names the finding {finding}, which does not exist"));
        }
        for channel in scheme.channels.iter().filter(|c| !library.channel.contains_key(*c)) {
            report.add("scheme", id, format!("names the channel {channel}, which does not exist"));
        }
    }
}

/// Returns why a history would never be met, or always.
fn fault(history: &History) -> Option<&'static str> {
    match history {
        History::Quiet { from, until } if from.max(until) > &23 || from == until => {
            Some("two hours from 0 to 23, not the same")
        }
        History::Crowded { a_day, an_hour } if a_day.min(an_hour) == &0 => Some("a number of messages is at least 1"),
        History::AfterWord { words, .. }
            if words.is_empty() || words.iter().any(|word| *word != word.to_lowercase()) =>
        {
            Some("words are there, in lower case")
        }
        History::AfterSaying { sayings, .. } if sayings.iter().all(|words| words.trim().is_empty()) => {
            Some("a saying is there")
        }
        _ => None,
    }
}

fn advice(library: &Library, report: &mut Report) {
    for (id, rule) in &library.rule {
        for advice in rule.advice.iter().filter(|a| !library.advice.contains_key(*a)) {
            report.add("rule", id, format!("advises {advice}, which does not exist"));
        }
    }
    for (id, advice) in &library.advice {
        for channel in advice.channel.iter().filter(|c| !library.channel.contains_key(*c)) {
            report.add("advice", id, format!("leads to the channel {channel}, which does not exist"));
        }
    }
}

/// A number, name or domain may belong to several institutions only inside one declared group.
fn sharing(library: &Library, report: &mut Report) {
    let mut owners: BTreeMap<(&str, String), BTreeSet<&str>> = BTreeMap::new();
    for (id, institution) in &library.institution {
        for (what, value) in shared_values(institution) {
            owners.entry((what, value.to_lowercase())).or_default().insert(id);
        }
    }
    for ((what, value), holders) in owners.iter().filter(|(_, holders)| holders.len() > 1) {
        let together = |members: &Vec<String>| holders.iter().all(|h| members.iter().any(|m| m == h));
        if !library.group.values().any(|group| together(&group.members)) {
            let list: Vec<_> = holders.iter().copied().collect();
            report.add(
                "institution",
                list[0],
                format!("shares the {what} {value} with {} outside a group", list[1..].join(", ")),
            );
        }
    }
    for (id, group) in &library.group {
        for member in group.members.iter().filter(|m| !library.institution.contains_key(*m)) {
            report.add("group", id, format!("has the member {member}, which does not exist"));
        }
    }
}

fn shared_values(institution: &Institution) -> impl Iterator<Item = (&'static str, &String)> {
    let numbers = institution.hotlines.iter().chain(&institution.senders).map(|v| ("number", v));
    let names = std::iter::once(&institution.name)
        .chain(&institution.aliases)
        .chain(&institution.products)
        .map(|v| ("name", v));
    let domains = institution.domains.iter().map(|v| ("domain", v));
    numbers.chain(names).chain(domains)
}

fn digits_and_domains(library: &Library, report: &mut Report) {
    for (id, institution) in &library.institution {
        for number in institution.hotlines.iter().chain(&institution.senders) {
            if number.is_empty() || !number.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit()) {
                report.add("institution", id, format!("the number {number} is not digits only"));
            }
        }
        for domain in institution.domains.iter().filter(|d| !d.contains('.') || d.chars().any(char::is_uppercase)) {
            report.add("institution", id, format!("the domain {domain} is not a lower-case host name"));
        }
    }
    for (id, plan) in &library.number_plan {
        for range in plan.range.iter().filter(|r| !vocabulary::SENDER_CLASSES.contains(&r.class.as_str())) {
            report.add("number-plan", id, format!("the class {} is not in the vocabulary", range.class));
        }
    }
}

fn parameters(library: &Library, report: &mut Report) {
    for (id, parameter) in &library.parameter {
        if let Some(message) = interval_problem(parameter) {
            report.add("parameter", id, message);
        }
    }
}

fn interval_problem(parameter: &Parameter) -> Option<String> {
    for value in &parameter.value {
        if value.value.is_some() == value.formula.is_some() {
            return Some(format!("the value from {} has neither or both of value and formula", value.from));
        }
        if value.until.is_some_and(|until| until < value.from) {
            return Some(format!("the value from {} ends before it begins", value.from));
        }
    }
    let overlap = parameter
        .value
        .windows(2)
        .find(|pair| pair[0].from >= pair[1].from || pair[0].until.is_some_and(|until| until >= pair[1].from));
    overlap.map(|pair| format!("the values from {} and {} overlap or are out of order", pair[0].from, pair[1].from))
}

fn conditions(library: &Library, report: &mut Report) {
    for (id, rule) in &library.rule {
        condition(library, "rule", id, &rule.when, report);
        for (index, grade) in rule.grade.iter().enumerate() {
            let when = When { all: grade.when.clone(), ..When::default() };
            condition(library, "rule", &format!("{id} grade {index}"), &when, report);
        }
    }
    for (id, kind) in &library.kind {
        condition(library, "kind", id, &kind.when, report);
    }
}

fn condition(library: &Library, folder: &str, id: &str, when: &When, report: &mut Report) {
    let mut has_positive = false;
    let mut unknown = Vec::new();
    let concept_exists = |c: &str| library.lexicon.contains_key(c) || vocabulary::COMPUTED_CONCEPTS.contains(&c);
    when.to_condition().leaves(true, &mut |leaf, wanted| {
        has_positive |= wanted;
        match leaf {
            Condition::Says(c) | Condition::Mentions(c) | Condition::Denies(c) if !concept_exists(c) => {
                unknown.push(format!("concept {c}"));
            }
            Condition::Follows(pair) | Condition::Together(pair) => {
                unknown.extend(pair.iter().filter(|c| !concept_exists(c)).map(|c| format!("concept {c}")));
            }
            Condition::SenderClass(c) if !vocabulary::SENDER_CLASSES.contains(&c.as_str()) => {
                unknown.push(format!("sender class {c}"));
            }
            Condition::SenderMatch(m) if !vocabulary::SENDER_MATCHES.contains(&m.as_str()) => {
                unknown.push(format!("sender match {m}"));
            }
            Condition::Link(v) if !vocabulary::LINK_VERDICTS.contains(&v.as_str()) => {
                unknown.push(format!("link verdict {v}"));
            }
            Condition::Finding(f) if !library.rule.contains_key(f) => unknown.push(format!("finding {f}")),
            _ => {}
        }
    });
    for name in unknown {
        report.add(folder, id, format!("reads the {name}, which does not exist"));
    }
    if !has_positive {
        report.add(folder, id, "holds on an empty message: it needs something that must be there".into());
    }
}

fn examples(library: &Library, report: &mut Report) {
    for (id, rule) in &library.rule {
        let exempt = rule.note.as_deref().is_some_and(|note| note.contains("needs history"));
        if !exempt && (rule.hit.is_empty() || rule.miss.is_empty()) {
            report.add("rule", id, "needs at least one hit and one miss".into());
        }
    }
}

/// The ids that situations, notices, periods, letters and events of limitation name.
fn remedies(library: &Library, report: &mut Report) {
    let known = citation_ids(library);
    let cites = |id: &String| known.contains(id);
    let channel = |id: &String| library.channel.contains_key(id);
    let letter = |id: &String| library.letter.contains_key(id);
    let deadline = |id: &String| library.deadline.contains_key(id);
    let mut named = |folder, id: &str, what, list: &[String], exists: &dyn Fn(&String) -> bool| {
        for name in list.iter().filter(|name| !exists(name)) {
            report.add(folder, id, format!("names the {what} {name}, which does not exist"));
        }
    };
    for (id, entry) in &library.letter {
        named("letter", id, "article", &entry.cites, &cites);
        named("letter", id, "channel", &entry.channels, &channel);
    }
    for (id, entry) in &library.deadline {
        named("deadline", id, "article", &entry.cites, &cites);
        named("deadline", id, "letter", &entry.file, &letter);
    }
    for (id, entry) in &library.notice {
        named("notice", id, "article", &entry.cites, &cites);
        named("notice", id, "letter", &entry.letters, &letter);
        named("notice", id, "deadline", &entry.deadlines, &deadline);
    }
    for (id, entry) in &library.situation {
        named("situation", id, "article", &entry.cites, &cites);
        named("situation", id, "channel", &entry.channels, &channel);
        named("situation", id, "deadline", &entry.deadlines, &deadline);
        named("situation", id, "letter", &entry.letters, &letter);
        named("situation", id, "letter", &entry.never, &letter);
        let offered: Vec<String> = entry.letters.iter().filter(|id| entry.never.contains(id)).cloned().collect();
        named("situation", id, "letter that it also forbids,", &offered, &|_| false);
    }
    for (id, entry) in &library.limitation {
        named("limitation", id, "article", &entry.cites, &cites);
    }
}

/// What a letter asks for must hang together: conditions on facts that are asked before, examples of the right kind.
fn letters(library: &Library, report: &mut Report) {
    for (id, letter) in &library.letter {
        let mut seen: Vec<&str> = Vec::new();
        for need in &letter.need {
            let conditions = need.only_if.iter().flat_map(|condition| condition.split('|'));
            for name in conditions.map(|one| one.split('=').next().unwrap_or(one)).filter(|name| !seen.contains(name)) {
                report.add("letter", id, format!("asks for {} depending on {name}, not asked before", need.id));
            }
            if seen.contains(&need.id.as_str()) {
                report.add("letter", id, format!("asks for {} twice", need.id));
            }
            let is_option = |value: &Value| need.options.iter().any(|option| value.text() == Some(&option.id));
            if need.kind == NeedKind::Choice && !is_option(&need.example) {
                report.add("letter", id, format!("has an example of {} that is no option", need.id));
            }
            seen.push(&need.id);
        }
        for name in letter.any_of.iter().chain(&letter.limitation_plea).filter(|name| !seen.contains(&name.as_str())) {
            report.add("letter", id, format!("wants one of {name}, which it does not ask for"));
        }
        if letter.acknowledges && (letter.limitation != LimitationCare::RefuseIfExpired || letter.warning.is_empty()) {
            report.add("letter", id, "acknowledges a debt without a warning or without regard to limitation".into());
        }
    }
}

fn periods(library: &Library, report: &mut Report) {
    for (id, deadline) in &library.deadline {
        let lengths = [deadline.days, deadline.months, deadline.years].iter().flatten().count();
        if lengths + usize::from(deadline.on_paper.is_some()) != 1 {
            report.add("deadline", id, "needs exactly one of days, months, years and on_paper".into());
        }
        if deadline.counting.is_some() != (lengths == 1) {
            report.add("deadline", id, "needs counting if and only if it has a length".into());
        }
    }
    for (id, year) in &library.holiday {
        let is_of_year = |date: &Date| date.year.to_string() == *id;
        let days =
            year.off.iter().flat_map(|festival| [festival.from, festival.until]).chain(year.work.iter().copied());
        if days.into_iter().any(|day| !is_of_year(&day)) {
            report.add("holiday", id, "holds a day of another year".into());
        }
        if year.off.iter().any(|festival| festival.until < festival.from) {
            report.add("holiday", id, "has days off that end before they begin".into());
        }
    }
}
