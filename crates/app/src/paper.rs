//! What to do about a message, as data for every face: the list and needs of letters with what is already known, drafts
//! and their files, reports in the form of each channel, facts in files. The command line and the pages call the same
//! functions; nothing here prints.

pub mod document;
pub mod facts;
pub mod needs;
pub mod prefill;
pub mod report;

use judge::verdict::Verdict;
use judge::{Judge, Message, Scratch};
use knowledge::Library;
use knowledge::date::Date;
use knowledge::document::Bilingual;
use remedy::deadline::{Received, Running, Uncounted};
use remedy::law::Found;
use remedy::notice::Marks;

/// Findings of a message that no court's paper gives rise to.
const AGAINST_A_COURT: [&str; 9] = [
    "impersonates-court",
    "case-number-malformed",
    "court-procedure-wrong",
    "law-misused",
    "threat-criminal",
    "asks-transfer",
    "asks-personal-account",
    "asks-otp",
    "asks-contact",
];

/// Returns today's date in Beijing.
pub fn today() -> Date {
    remedy::calendar::date(crate::input::today())
}

/// Returns the periods that a paper sets going, or one period: by an id or a name of `notice/` or `deadline/`.
pub fn periods_of(library: &Library, what: &str, received: Received, today: Date) -> Result<Vec<Running>, Uncounted> {
    let is_named =
        |title: &Bilingual| title.zh.contains(what) || title.en.to_lowercase().contains(&what.to_lowercase());
    let notice = library.notice.get(what).or_else(|| {
        let is_free = !library.deadline.contains_key(what);
        library.notice.values().find(|notice| is_free && is_named(&notice.title))
    });
    let ids: Vec<String> = match notice.filter(|notice| !notice.deadlines.is_empty()) {
        Some(notice) => notice.deadlines.clone(),
        None if library.deadline.contains_key(what) => vec![what.to_owned()],
        None => library
            .deadline
            .iter()
            .filter(|(_, deadline)| is_named(&deadline.title))
            .map(|(id, _)| id.clone())
            .collect(),
    };
    if ids.is_empty() {
        return Err(Uncounted::NoSuchDeadline);
    }
    let many = ids.len() > 1;
    let counted = ids.iter().map(|id| match remedy::deadline::run(library, id, received, today) {
        // One of several periods of a paper need not know every way of service.
        Err(Uncounted::NotServedSo(_)) if many => {
            remedy::deadline::run(library, id, Received { way: None, ..received }, today)
        }
        other => other,
    });
    counted.collect()
}

/// Returns the articles that the findings of a verdict cite, each once, with whether it was in force on a day.
pub fn law_of(judge: &Judge, verdict: &Verdict, day: Date) -> Vec<Found> {
    let library = &judge.index().knowledge.library;
    let rules = &judge.index().rules.rules;
    let mut ids: Vec<&String> = Vec::new();
    for finding in &verdict.findings {
        let rule = library.rule.get(&rules[usize::from(finding.rule)].id);
        for id in rule.into_iter().flat_map(|rule| &rule.cites) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    ids.into_iter().flat_map(|id| remedy::law::show(library, id, Some(day))).collect()
}

/// Returns what a judge of messages finds in the text of a court paper.
pub fn marks_of(judge: &Judge, source: &prefill::Source) -> Marks {
    let mut scratch = Scratch::default();
    let received = source.time_ms.and_then(crate::input::received_ms);
    let message = Message { body: &source.body, sender: source.sender.as_deref(), received };
    let verdict = judge.judge(&message, &mut scratch);
    let library = &judge.index().knowledge.library;
    let text = scratch.text();
    let number = |(range, is_good): &([u32; 2], bool)| {
        let [from, to] = text.span(range[0] as usize..range[1] as usize).map(|at| at as usize);
        (source.body.get(from..to).unwrap_or_default().to_owned(), *is_good)
    };
    let against = verdict.findings.iter().filter_map(|finding| {
        let id = &judge.index().rules.rules[usize::from(finding.rule)].id;
        AGAINST_A_COURT.contains(&id.as_str()).then(|| library.rule[id].title.clone())
    });
    Marks { case_numbers: scratch.scan().case_numbers.iter().map(number).collect(), against: against.collect() }
}
