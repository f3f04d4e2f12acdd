//! 期限和法院文书: until when one may act, and whether a notice has the form of a court's; the law browser.

use axum::extract::Query;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use knowledge::document::Bilingual;
use knowledge::remedy::Way;
use remedy::deadline::{Received, Running, Uncounted};
use remedy::law::Found;
use remedy::notice::Reading;
use serde::{Deserialize, Serialize};

use super::answer::{Input, Problem, Reply, Visit, aside};
use crate::paper::prefill::Source;
use crate::paper::{marks_of, periods_of, today};

#[derive(Debug, Serialize)]
struct Named {
    id: String,
    title: Bilingual,
}

/// What was received, when and how.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    what: String,
    received: String,
    way: String,
    #[serde(skip_serializing)]
    format: String,
}

#[derive(Debug, Serialize)]
struct Sheet {
    form: Asked,
    papers: Vec<Named>,
    periods: Vec<Running>,
    today: String,
}

const TITLE: [&str; 2] = ["期限", "Deadlines"];

fn papers(visit: &Visit) -> Vec<Named> {
    let library = &visit.server.judge.index().knowledge.library;
    let notices = library.notice.iter().filter(|(_, notice)| !notice.deadlines.is_empty());
    let notices = notices.map(|(id, notice)| Named { id: id.clone(), title: notice.title.clone() });
    let periods = library.deadline.iter().map(|(id, deadline)| Named { id: id.clone(), title: deadline.title.clone() });
    notices.chain(periods).collect()
}

/// `GET /deadlines?what=&received=&way=`.
pub async fn deadlines(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let worker = visit.clone();
    let (sheet, format) = aside(move || {
        let library = &worker.server.judge.index().knowledge.library;
        let format = asked.format.clone();
        let periods = if asked.what.is_empty() || asked.received.is_empty() {
            Vec::new()
        } else {
            let unreadable = || Problem::unusable("日期请写成 2026-11-23。", "write the day as 2026-11-23");
            let day = remedy::calendar::read(&asked.received).ok_or_else(unreadable)?;
            let way: Option<Way> = serde_json::from_value(serde_json::Value::String(asked.way.clone())).ok();
            periods_of(library, &asked.what, Received { day, way }, today()).map_err(|error| uncounted(&error))?
        };
        Ok((Sheet { papers: papers(&worker), periods, today: today().to_string(), form: asked }, format))
    })
    .await?;
    if format == "ics" && !sheet.periods.is_empty() {
        let calendar = remedy::ics::write(&sheet.periods, today(), visit.lang());
        let headers = [
            (CONTENT_TYPE, "text/calendar; charset=utf-8"),
            (CONTENT_DISPOSITION, "attachment; filename=\"zhenxin-deadlines.ics\""),
        ];
        return Ok((headers, calendar).into_response());
    }
    visit.show("page/deadlines.html", TITLE, &sheet)
}

fn uncounted(error: &Uncounted) -> Problem {
    match error {
        Uncounted::NoSuchDeadline => Problem::missing(),
        Uncounted::NotServedSo(_) => Problem::unusable(
            "这个期限没有这种送达方式，请换一种，或选“不知道”。",
            "this period knows no such way of service; choose another, or \"not known\"",
        ),
        Uncounted::NoSuchDay => Problem::unusable("没有这一天，请检查日期。", "there is no such day; check the date"),
    }
}

#[derive(Debug, Serialize)]
struct Court {
    text: String,
    reading: Option<Reading>,
}

/// A notice in a court's name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Notice {
    text: String,
    sender: Option<String>,
}

const COURT: [&str; 2] = ["法院文书", "Court papers"];

/// `GET /court`.
pub async fn court(visit: Visit) -> Reply {
    visit.show("page/court.html", COURT, &Court { text: String::new(), reading: None })
}

/// `POST /court`: has it the form of a court's notice, what is it, how to verify it, what runs.
pub async fn read(visit: Visit, Input(notice, _): Input<Notice>) -> Reply {
    let worker = visit.clone();
    let court = aside(move || {
        let body =
            crate::input::body(notice.text.as_bytes()).map_err(crate::failure::Failure::from)?.replace("\r\n", "\n");
        let source = Source { body, sender: notice.sender.filter(|sender| !sender.trim().is_empty()), time_ms: None };
        let marks = marks_of(&worker.server.judge, &source);
        let library = &worker.server.judge.index().knowledge.library;
        Ok(Court { reading: Some(remedy::notice::read(library, &source.body, marks)), text: source.body })
    })
    .await?;
    visit.show("page/court.html", COURT, &court)
}

/// What is looked for in the law.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Search {
    q: String,
    on: String,
}

#[derive(Debug, Serialize)]
struct Law {
    form: Search,
    found: Vec<Linked>,
}

#[derive(Debug, Serialize)]
struct Linked {
    #[serde(flatten)]
    found: Found,
    href: Option<String>,
}

/// `GET /law?q=&on=`: articles by word or number, with whether they were in force on a day.
pub async fn law(visit: Visit, Query(search): Query<Search>) -> Reply {
    let worker = visit.clone();
    let law = aside(move || {
        let library = &worker.server.judge.index().knowledge.library;
        let on = Some(search.on.trim()).filter(|day| !day.is_empty());
        let unreadable = || Problem::unusable("日期请写成 2026-11-23。", "write the day as 2026-11-23");
        let on = on.map(|day| remedy::calendar::read(day).ok_or_else(unreadable)).transpose()?;
        let q = search.q.trim();
        let mut found = if q.is_empty() { Vec::new() } else { remedy::law::show(library, q, on) };
        if found.is_empty() && !q.is_empty() {
            found = remedy::law::search(library, q, on);
        }
        found.truncate(100);
        let found =
            found.into_iter().map(|found| Linked { href: super::knowledge::href(library, &found.citation.id), found });
        Ok(Law { found: found.collect(), form: search })
    })
    .await?;
    visit.show("page/law.html", ["法律", "Law"], &law)
}
