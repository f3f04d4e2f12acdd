//! Limitation: dates in, and whether a claim is still running, as far as the user knows. Says "expired" only where every
//! question about an interruption was answered, for one forgotten demand makes it false. The events and what they do are
//! data (`knowledge/limitation/`).

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil;
use knowledge::Library;
use knowledge::date::Date;
use knowledge::document::Bilingual;
use knowledge::remedy::{AfterExpiry, BeforeExpiry, EventKind, LimitationEvent};
use serde::Serialize;

use crate::calendar;
use crate::cite::{self, Citation};
use crate::deadline;
use crate::fact::both;

/// The general period among the deadlines.
const GENERAL: &str = "limitation-general";

/// What is known of limitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Time has not run out.
    Running,
    /// As far as the user knows time has run out.
    Expired,
    /// Nobody can say.
    Unknown,
}

/// What the user says of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It happened, last on this day; earlier too, perhaps.
    On(Date),
    /// It happened on this day and never before.
    OnlyOn(Date),
    /// It happened, nobody knows when.
    Sometime,
    /// It did not happen.
    Never,
}

/// What the user knows of a claim.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Whether it is a credit-card debt.
    pub is_card: bool,
    /// Answers by the ids of the events; what was not asked is missing.
    pub answers: BTreeMap<String, Answer>,
}

/// What was found, with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Running, expired or unknown.
    pub outcome: Outcome,
    /// When time begins or began.
    pub started: Option<Date>,
    /// The last day, as far as is known.
    pub ends: Option<Date>,
    /// What began it anew.
    pub interrupted_by: Vec<Named>,
    /// What may have given the defence up after it had run out.
    pub given_up_by: Vec<Named>,
    /// Questions that are still open, without which nobody can say that time has run out.
    pub open: Vec<Named>,
    /// What would revive an expired debt.
    pub would_revive: Vec<Named>,
    /// What to know.
    pub remarks: Vec<Bilingual>,
    /// The law.
    pub citations: Vec<Citation>,
}

/// An event of the table, perhaps with its day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: Bilingual,
    /// The question to the user.
    pub ask: Bilingual,
    /// What it does, in plain words.
    pub text: Bilingual,
    /// When it happened.
    pub day: Option<Date>,
}

/// Reads what somebody typed as an answer: a day, `only` and a day, `never`, `unknown`; nothing where it is none of these.
pub fn read(typed: &str) -> Option<Answer> {
    let typed = typed.trim();
    match typed {
        "never" | "没有" | "否" | "no" => return Some(Answer::Never),
        "unknown" | "不记得" | "有" | "是" | "yes" => return Some(Answer::Sometime),
        _ => {}
    }
    let only = typed.strip_prefix("只有").or_else(|| typed.strip_prefix("only"));
    let day = calendar::read(only.unwrap_or(typed).trim_start_matches([':', '：', ' ']))?;
    Some(if only.is_some() { Answer::OnlyOn(day) } else { Answer::On(day) })
}

/// Returns the questions, in order; those for cards only where it is one.
pub fn questions(library: &Library, is_card: bool) -> Vec<Named> {
    let mut events: Vec<(&String, &LimitationEvent)> =
        library.limitation.iter().filter(|(_, event)| is_card || !event.card_only).collect();
    events.sort_by_key(|(id, event)| (event.order, id.as_str()));
    events.into_iter().map(|(id, event)| named(id, event, None)).collect()
}

fn named(id: &str, event: &LimitationEvent, day: Option<Date>) -> Named {
    Named { id: id.to_owned(), title: event.title.clone(), ask: event.ask.clone(), text: event.text.clone(), day }
}

/// Judges a history as of a day.
pub fn judge(library: &Library, history: &History, today: Date) -> Finding {
    let mut run = Run::new(library, history);
    run.begin();
    run.walk(today);
    run.finish(today)
}

struct Run<'a> {
    library: &'a Library,
    history: &'a History,
    events: Vec<(&'a String, &'a LimitationEvent)>,
    years: Option<u16>,
    start: Option<civil::Date>,
    end: Option<civil::Date>,
    interrupted_by: Vec<Named>,
    given_up_by: Vec<Named>,
    /// Events of which an earlier one may have interrupted.
    earlier: Vec<Named>,
    is_disputed: bool,
    remarks: Vec<Bilingual>,
}

impl<'a> Run<'a> {
    fn new(library: &'a Library, history: &'a History) -> Self {
        let mut events: Vec<(&String, &LimitationEvent)> =
            library.limitation.iter().filter(|(_, event)| history.is_card || !event.card_only).collect();
        events.sort_by_key(|(id, event)| (event.order, id.as_str()));
        let years = library.deadline.get(GENERAL).and_then(|general| general.years);
        Self {
            library,
            history,
            events,
            years,
            start: None,
            end: None,
            interrupted_by: Vec::new(),
            given_up_by: Vec::new(),
            earlier: Vec::new(),
            is_disputed: false,
            remarks: Vec::new(),
        }
    }

    fn answer(&self, id: &str) -> Option<Answer> {
        self.history.answers.get(id).copied()
    }

    /// Time begins with the latest start that is known: of instalments the last one counts.
    fn begin(&mut self) {
        for (id, event) in &self.events {
            match (event.before_expiry, self.answer(id)) {
                (BeforeExpiry::Starts, Some(Answer::On(day) | Answer::OnlyOn(day))) => {
                    self.start = self.start.max(calendar::civil(day));
                }
                (BeforeExpiry::Uncertain, Some(Answer::On(_) | Answer::OnlyOn(_) | Answer::Sometime)) => {
                    self.is_disputed = true;
                    self.remarks.push(event.text.clone());
                }
                _ => {}
            }
        }
        self.end = self.start.and_then(|start| self.after(start));
    }

    fn after(&self, day: civil::Date) -> Option<civil::Date> {
        deadline::years_after(self.library, day, self.years?)
    }

    /// Takes dated events in the order of time: before the end they begin time anew or stop it, after it they may give the
    /// defence up.
    fn walk(&mut self, today: Date) {
        let mut dated: Vec<(civil::Date, &String, &LimitationEvent)> = Vec::new();
        for (id, event) in &self.events {
            match self.answer(id) {
                Some(Answer::On(day) | Answer::OnlyOn(day)) if day > today => {
                    self.is_disputed = true;
                    self.remarks.push(both(
                        format!("{}的日期在今天以后，请检查。", event.title.zh),
                        format!("the day of \"{}\" lies in the future; check it", event.title.en),
                    ));
                }
                Some(Answer::On(day) | Answer::OnlyOn(day)) => {
                    dated.extend(calendar::civil(day).map(|day| (day, *id, *event)));
                }
                Some(Answer::Sometime) if event.before_expiry != BeforeExpiry::None => self.is_disputed = true,
                Some(Answer::Sometime) if event.after_expiry != AfterExpiry::None => self.is_disputed = true,
                _ => {}
            }
        }
        dated.sort_by_key(|(day, id, _)| (*day, id.as_str()));
        for (day, id, event) in dated {
            self.step(day, id, event);
        }
    }

    fn step(&mut self, day: civil::Date, id: &str, event: &LimitationEvent) {
        let Some(end) = self.end else { return };
        let told = named(id, event, Some(calendar::date(day)));
        if day <= end {
            match event.before_expiry {
                BeforeExpiry::Restarts => {
                    self.end = self.end.max(self.after(day));
                    self.interrupted_by.push(told);
                }
                BeforeExpiry::StopsUntilSixMonthsAfter => {
                    self.end = self.end.max(day.checked_add(6.months()).ok());
                    self.interrupted_by.push(told);
                }
                BeforeExpiry::None | BeforeExpiry::Starts | BeforeExpiry::Uncertain => {}
            }
        } else {
            match event.after_expiry {
                AfterExpiry::GivesUpDefence | AfterExpiry::Uncertain => self.given_up_by.push(told),
                AfterExpiry::None => {}
            }
            // The last one came too late, but an earlier one may have come in time.
            let counts = matches!(event.before_expiry, BeforeExpiry::Restarts | BeforeExpiry::StopsUntilSixMonthsAfter);
            if counts && matches!(self.answer(id), Some(Answer::On(_))) {
                self.earlier.push(named(id, event, None));
                self.remarks.push(both(
                    format!("{}：最近一次在{end}以后，可是在那天以前也许有过。只有这一次就写“只有”和日期。", event.title.zh),
                    format!("{}: the last one came after {end}, an earlier one may have come in time; write \"only\" and the day if there was none", event.title.en),
                ));
            }
        }
    }

    /// Events that can begin time anew and of which the user has said nothing.
    fn open(&self) -> Vec<Named> {
        let is_open = |(id, event): &&(&String, &LimitationEvent)| {
            let counts = matches!(
                event.before_expiry,
                BeforeExpiry::Restarts | BeforeExpiry::StopsUntilSixMonthsAfter | BeforeExpiry::Uncertain
            ) || event.after_expiry == AfterExpiry::GivesUpDefence && event.kind != EventKind::NoEffect;
            counts && !matches!(self.answer(id), Some(Answer::On(_) | Answer::OnlyOn(_) | Answer::Never))
        };
        self.events.iter().filter(is_open).map(|(id, event)| named(id, event, None)).collect()
    }

    fn finish(mut self, today: Date) -> Finding {
        let mut open = self.open();
        open.append(&mut self.earlier);
        let is_over = self.end.zip(calendar::civil(today)).map(|(end, today)| end < today);
        let outcome = match is_over {
            _ if self.is_disputed || !self.given_up_by.is_empty() => Outcome::Unknown,
            Some(false) => Outcome::Running,
            Some(true) if open.is_empty() => Outcome::Expired,
            Some(true) | None => Outcome::Unknown,
        };
        self.remarks.push(both(
            "只凭您知道的情况推算。对方手里可能有您没看到的催款记录，不能只凭短信断定；拿不准就打12348。",
            "Reckoned from what you know. The creditor may hold records of demands that you never saw; if in doubt ask 12348.",
        ));
        if self.start.is_none() {
            self.remarks.push(both("不知道到期日，没法推算。", "Without the due date nothing can be reckoned."));
        }
        if !self.given_up_by.is_empty() {
            self.remarks.push(both(
                "时效过了以后又有下面的事，抗辩可能已经放弃，先打12348。",
                "After time had run out this happened, which may have given the defence up: ask 12348 first.",
            ));
        }
        let revives = |(_, event): &&(&String, &LimitationEvent)| {
            event.after_expiry != AfterExpiry::None && event.kind != EventKind::NoEffect
        };
        let would_revive = self.events.iter().filter(revives).map(|(id, event)| named(id, event, None)).collect();
        let mut cites: Vec<String> =
            self.library.deadline.get(GENERAL).map(|general| general.cites.clone()).unwrap_or_default();
        for told in self.interrupted_by.iter().chain(&self.given_up_by) {
            let event = &self.library.limitation[&told.id];
            cites.extend(event.cites.iter().filter(|id| !cites.contains(id)).cloned().collect::<Vec<_>>());
        }
        Finding {
            outcome,
            started: self.start.map(calendar::date),
            ends: self.end.map(calendar::date),
            interrupted_by: self.interrupted_by,
            given_up_by: self.given_up_by,
            open,
            would_revive,
            remarks: self.remarks,
            citations: cite::resolve_all(self.library, &cites),
        }
    }
}
