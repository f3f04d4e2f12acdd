//! Periods: what was received, when and how, and until when one may act; every step of the counting is told. The law of
//! counting is 民法典 201–203 and 民事诉讼法 85; what applies to which paper is in `knowledge/deadline/`.

use jiff::ToSpan;
use jiff::civil;
use knowledge::Library;
use knowledge::date::Date;
use knowledge::document::{Bilingual, Confidence};
use knowledge::remedy::{Deadline, HolidayRule, Runs, Service, Way};
use serde::Serialize;

use crate::calendar;
use crate::cite::{self, Citation};
use crate::fact::both;
use crate::letter::{self, Entry};

/// No period moves further than this for days off.
const MOST_MOVED: u8 = 60;

/// What was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// The day of receipt, of the notice, or of the event.
    pub day: Date,
    /// How it was served, where that matters.
    pub way: Option<Way>,
}

/// A period that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Running {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub title: Bilingual,
    /// What sets it going.
    pub trigger: Bilingual,
    /// Against whom.
    pub runs: Runs,
    /// The day from which it is counted.
    pub served: Date,
    /// The last day; none where the paper itself says it.
    pub last: Option<Date>,
    /// What to look for on the paper.
    pub on_paper: Option<Bilingual>,
    /// Days from today to the last; negative when it is over.
    pub days_left: Option<i64>,
    /// How it was counted, step by step.
    pub steps: Vec<Bilingual>,
    /// What people get wrong; to be said loudly.
    pub trap: Option<Bilingual>,
    /// What happens if it is missed.
    pub missed: Bilingual,
    /// What is not known, and remarks.
    pub remarks: Vec<Bilingual>,
    /// Letters to file.
    pub file: Vec<Entry>,
    /// The law.
    pub citations: Vec<Citation>,
    /// How sure the rule is.
    pub confidence: Confidence,
}

/// Why a period cannot be counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uncounted {
    /// There is no such period.
    NoSuchDeadline,
    /// It cannot be served so; these ways are known.
    NotServedSo(Vec<Way>),
    /// The day does not exist, or lies too far away.
    NoSuchDay,
}

/// Counts a period.
///
/// # Errors
/// [`Uncounted`] where there is nothing to count.
pub fn run(library: &Library, id: &str, received: Received, today: Date) -> Result<Running, Uncounted> {
    let deadline = library.deadline.get(id).ok_or(Uncounted::NoSuchDeadline)?;
    let day = calendar::civil(received.day).ok_or(Uncounted::NoSuchDay)?;
    let mut count = Count { library, steps: Vec::new(), remarks: Vec::new() };
    let served = count.served(deadline, day, received.way)?;
    let last = count.last(deadline, served)?;
    let days_left = last.zip(calendar::civil(today)).map(|(last, today)| days_between(today, last));
    count.remarks.extend(deadline.note.clone());
    Ok(Running {
        id: id.to_owned(),
        title: deadline.title.clone(),
        trigger: deadline.trigger.clone(),
        runs: deadline.runs,
        served: calendar::date(served),
        last: last.map(calendar::date),
        on_paper: deadline.on_paper.clone(),
        days_left,
        steps: count.steps,
        trap: deadline.trap.clone(),
        missed: deadline.missed.clone(),
        remarks: count.remarks,
        file: letter::named(library, &deadline.file),
        citations: cite::resolve_all(library, &deadline.cites),
        confidence: deadline.confidence,
    })
}

/// Returns the last day of a period of so many years from a day, moved past days off.
pub(crate) fn years_after(library: &Library, day: civil::Date, years: u16) -> Option<civil::Date> {
    let last = day.checked_add(i32::from(years).years()).ok()?;
    moved(library, last)
}

/// Returns the first working day from a day on.
fn moved(library: &Library, mut day: civil::Date) -> Option<civil::Date> {
    for _ in 0..MOST_MOVED {
        if !calendar::is_off(library, day) {
            return Some(day);
        }
        day = day.tomorrow().ok()?;
    }
    None
}

fn days_between(from: civil::Date, to: civil::Date) -> i64 {
    calendar::date(to).days_since_epoch() - calendar::date(from).days_since_epoch()
}

struct Count<'a> {
    library: &'a Library,
    steps: Vec<Bilingual>,
    remarks: Vec<Bilingual>,
}

impl Count<'_> {
    /// The day on which the paper counts as served.
    fn served(&mut self, deadline: &Deadline, day: civil::Date, way: Option<Way>) -> Result<civil::Date, Uncounted> {
        let told = named(day);
        self.steps.push(both(format!("收到或发生：{}", told.zh), format!("received or happened: {}", told.en)));
        let ways: Vec<Way> = deadline.service.iter().map(|service| service.way).collect();
        let service: Option<&Service> = match way {
            Some(way) => deadline.service.iter().find(|service| service.way == way),
            // Nobody said how: the earliest end, which is the safe one.
            None => deadline.service.iter().min_by_key(|service| service.offset_days),
        };
        let Some(service) = service else {
            return if ways.is_empty() { Ok(day) } else { Err(Uncounted::NotServedSo(ways)) };
        };
        if way.is_none() {
            self.remarks.push(both(
                "没有说明怎样送达的，按最早的一天算。",
                "How it was served was not said: the earliest day is counted.",
            ));
        } else {
            self.steps.push(service.start.clone());
        }
        let served = day.checked_add(i32::from(service.offset_days).days()).map_err(|_| Uncounted::NoSuchDay)?;
        if service.offset_days > 0 {
            let told = named(served);
            self.steps.push(both(
                format!("满{}日视为送达：{}", service.offset_days, told.zh),
                format!("served when {} days have passed: {}", service.offset_days, told.en),
            ));
        }
        Ok(served)
    }

    /// The last day; none where the paper says it.
    fn last(&mut self, deadline: &Deadline, served: civil::Date) -> Result<Option<civil::Date>, Uncounted> {
        let Some(counting) = &deadline.counting else { return Ok(None) };
        let length = |count: Option<u16>| i32::from(count.unwrap_or(0));
        let span = length(deadline.days).days().months(length(deadline.months)).years(length(deadline.years));
        let mut last = served.checked_add(span).map_err(|_| Uncounted::NoSuchDay)?;
        if !counting.first_day_excluded {
            last = last.yesterday().map_err(|_| Uncounted::NoSuchDay)?;
        }
        self.length_step(deadline, served, last);
        let whole = last;
        if calendar::is_off(self.library, last) {
            last = self.day_off(counting.ends_on_holiday, last)?;
        }
        // The years over which days off decide: of the counted end, and of the day to which it moved.
        let years = [Some(whole.year()), (last.year() != whole.year()).then(|| last.year())];
        let gaps = years.into_iter().flatten().filter_map(|year| calendar::gap(self.library, year));
        self.remarks.extend(gaps);
        Ok(Some(last))
    }

    fn length_step(&mut self, deadline: &Deadline, served: civil::Date, last: civil::Date) {
        let (first, end) = (served.tomorrow().map(named).unwrap_or_default(), named(last));
        let [zh, en] = match (deadline.days, deadline.months, deadline.years) {
            (Some(days), ..) => [format!("第{days}天是{}", end.zh), format!("day {days} is {}", end.en)],
            (_, Some(months), _) => {
                [format!("满{months}个月是{}", end.zh), format!("{months} months end on {}", end.en)]
            }
            (.., years) => {
                let years = years.unwrap_or(0);
                [format!("满{years}年是{}", end.zh), format!("{years} years end on {}", end.en)]
            }
        };
        self.steps.push(both(
            format!("开始的当天不算，{}是第1天；{zh}", first.zh),
            format!("the first day is not counted, day 1 is {}; {en}", first.en),
        ));
    }

    fn day_off(&mut self, rule: HolidayRule, last: civil::Date) -> Result<civil::Date, Uncounted> {
        match rule {
            HolidayRule::NextWorkingDay => {
                let next = moved(self.library, last).ok_or(Uncounted::NoSuchDay)?;
                let festival =
                    calendar::festival(self.library, last).cloned().unwrap_or_else(|| both("周末", "a weekend"));
                let told = named(next);
                self.steps.push(both(
                    format!("最后一天是休息日（{}），顺延到{}", festival.zh, told.zh),
                    format!("the last day is a day off ({}), so it moves to {}", festival.en, told.en),
                ));
                Ok(next)
            }
            HolidayRule::Unknown => {
                self.steps.push(both(
                    "最后一天是休息日；是否顺延没有查到规定，这里不顺延",
                    "the last day is a day off; no rule on moving it was found, so it stays",
                ));
                Ok(last)
            }
            HolidayRule::Stays => Ok(last),
        }
    }
}

/// 2026-11-23（星期一）.
fn named(day: civil::Date) -> Bilingual {
    let [zh, en] = calendar::weekday(day);
    both(format!("{day}（{zh}）"), format!("{day} ({en})"))
}
