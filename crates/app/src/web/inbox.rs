//! 收件箱: lists and single messages as pages.

use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use inbox::{Filter, Inbox, Row, Source};
use serde::{Deserialize, Serialize};

use super::answer::{Input, Problem, Reply, Visit};
use super::check::{self, Asked, Judged};
use super::import::{evidence_place, session};
use super::server::Server;
use crate::command::evidence::Pasted;
use crate::command::import::{Session, Source as Given};
use crate::command::inbox as store;

const EACH_PAGE: usize = 25;
const MOST_ALIKE: usize = 5;

/// What somebody looks for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    q: String,
    kind: String,
    risk: String,
    sender: String,
    /// A day, as 2026-05-06.
    since: String,
    case: String,
    #[serde(skip_serializing)]
    page: Option<usize>,
    #[serde(skip_serializing)]
    done: String,
    #[serde(skip_deserializing)]
    is_set: bool,
}

/// Pages of a list, with ready addresses.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Pager {
    page: usize,
    last: usize,
    total: usize,
    previous: Option<String>,
    next: Option<String>,
}

impl Pager {
    /// Returns the pages of `total` entries; `address` begins the address of each and ends in `?` or `&`.
    pub fn new(page: usize, each: usize, total: usize, address: &str) -> Self {
        let last = total.div_ceil(each).max(1);
        let page = page.clamp(1, last);
        let to = |page: usize| format!("{address}page={page}");
        Self {
            page,
            last,
            total,
            previous: (page > 1).then(|| to(page - 1)),
            next: (page < last).then(|| to(page + 1)),
        }
    }

    /// Returns how many entries come before this page.
    pub fn offset(&self, each: usize) -> usize {
        (self.page - 1) * each
    }
}

/// A message in a list.
#[derive(Debug, Serialize)]
pub struct Listed {
    #[serde(flatten)]
    row: Row,
    institution_name: Option<String>,
}

impl Listed {
    /// Returns a row with the name of its institution.
    pub fn of(server: &Server, row: Row) -> Self {
        let library = &server.judge.index().knowledge.library;
        let name = row.institution.as_ref().and_then(|id| library.institution.get(id)).map(|known| known.name.clone());
        Self { row, institution_name: name }
    }
}

/// What has just been done, said once.
#[derive(Debug, Serialize)]
pub struct Notice {
    tone: &'static str,
    text: String,
    href: Option<String>,
}

impl Notice {
    /// Returns the notice of an address's `done`.
    pub fn of(visit: &Visit, done: &str) -> Option<Self> {
        let (what, number) = done.split_once('-').unwrap_or((done, ""));
        let number: Option<u64> = number.parse().ok();
        let told = |zh: String, en: String| if visit.view.lang == "en" { en } else { zh };
        let (text, href) = match (what, number) {
            ("kept", Some(number)) => (
                told(format!("已存为证据，第 {number} 号。"), format!("Kept as evidence, record {number}.")),
                Some(format!("/evidence/{number}")),
            ),
            ("evidence", Some(count)) => (
                told(format!("已存入 {count} 条证据。"), format!("{count} records kept as evidence.")),
                Some("/evidence".to_owned()),
            ),
            ("inbox", None) => (told("已放进收件箱。".to_owned(), "Put into the inbox.".to_owned()), None),
            ("known", None) => {
                (told("收件箱里已经有这一条。".to_owned(), "It was in the inbox already.".to_owned()), None)
            }
            ("noted", None) => (
                told("已记下备注，原来的记录没有改动。".to_owned(), "Noted; nothing earlier was changed.".to_owned()),
                None,
            ),
            ("revoked", None) => {
                (told("已停用，它的口令不再有效。".to_owned(), "Revoked; its token counts no more.".to_owned()), None)
            }
            ("recorded", None) => (told("已记下。".to_owned(), "Recorded.".to_owned()), None),
            ("signed", None) => (told("加签设置已保存。".to_owned(), "Signing is set.".to_owned()), None),
            ("alert", None) => (told("提醒设置已保存。".to_owned(), "Alert settings are kept.".to_owned()), None),
            ("hidden", None) => (
                told("已从列表里拿开，没有删除。".to_owned(), "Taken out of lists; nothing is deleted.".to_owned()),
                None,
            ),
            _ => return None,
        };
        Some(Self { tone: "good", text, href })
    }
}

#[derive(Debug, Default, Serialize)]
struct Counts {
    high: i64,
    caution: i64,
    low: i64,
    total: i64,
}

#[derive(Debug, Serialize)]
struct KindCount {
    kind: String,
    count: i64,
}

#[derive(Debug, Serialize)]
struct Sheet {
    notice: Option<Notice>,
    counts: Counts,
    kinds: Vec<KindCount>,
    filter: Wanted,
    messages: Vec<Listed>,
    pages: Pager,
}

/// Opens the inbox for reading; nothing where none has been made yet.
pub fn open(server: &Server) -> Result<Option<Inbox>, Problem> {
    if !server.inbox.is_file() {
        return Ok(None);
    }
    Ok(Some(Inbox::open_existing(&server.inbox)?))
}

/// `GET /inbox`.
pub async fn list(visit: Visit, headers: HeaderMap, Query(wanted): Query<Wanted>) -> Reply {
    // What another site makes the browser fetch, nobody has looked at.
    if headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none") {
        visit.server.events.seen();
    }
    let worker = visit.clone();
    let sheet = super::answer::aside(move || sheet(&worker, wanted)).await?;
    visit.show("page/inbox.html", ["收件箱", "Inbox"], &sheet)
}

fn sheet(visit: &Visit, mut wanted: Wanted) -> Result<Sheet, Problem> {
    let notice = Notice::of(visit, &wanted.done);
    let mut filter = filter(&wanted)?;
    wanted.is_set = given_values(&wanted).iter().any(|text| !text.is_empty());
    let Some(inbox) = open(&visit.server)? else {
        let pages = Pager::new(1, EACH_PAGE, 0, "");
        let (counts, kinds, messages) = (Counts::default(), Vec::new(), Vec::new());
        return Ok(Sheet { notice, counts, kinds, filter: wanted, messages, pages });
    };
    let mut counts = Counts::default();
    let mut kinds: Vec<KindCount> = Vec::new();
    for tally in inbox.tally()? {
        counts.total += tally.count;
        match tally.risk.as_str() {
            "high" => counts.high += tally.count,
            "caution" => counts.caution += tally.count,
            _ => counts.low += tally.count,
        }
        match kinds.iter_mut().find(|known| known.kind == tally.kind) {
            Some(known) => known.count += tally.count,
            None => kinds.push(KindCount { kind: tally.kind, count: tally.count }),
        }
    }
    let total = if wanted.is_set { inbox.count(&filter)? } else { usize::try_from(counts.total).unwrap_or_default() };
    let query = serde_urlencoded::to_string(
        ["q", "kind", "risk", "sender", "since", "case"]
            .iter()
            .zip(given_values(&wanted))
            .filter(|(_, value)| !value.is_empty())
            .collect::<Vec<_>>(),
    )
    .unwrap_or_default();
    let address = if query.is_empty() { "/inbox?".to_owned() } else { format!("/inbox?{query}&") };
    let pages = Pager::new(wanted.page.unwrap_or(1), EACH_PAGE, total, &address);
    filter.limit = Some(EACH_PAGE);
    filter.offset = pages.offset(EACH_PAGE);
    let messages = inbox.list(&filter)?.into_iter().map(|row| Listed::of(&visit.server, row)).collect();
    Ok(Sheet { notice, counts, kinds, filter: wanted, messages, pages })
}

fn given_values(wanted: &Wanted) -> [&str; 6] {
    [&wanted.q, &wanted.kind, &wanted.risk, &wanted.sender, &wanted.since, &wanted.case]
}

fn filter(wanted: &Wanted) -> Result<Filter, Problem> {
    let some = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let since_ms = match some(&wanted.since) {
        None => None,
        Some(day) => {
            let read = day.parse::<jiff::civil::Date>().ok();
            let start = read.and_then(|day| jiff::tz::Offset::constant(8).to_timestamp(day.at(0, 0, 0, 0)).ok());
            let unreadable = || Problem::unusable("日期请写成 2026-05-06。", "write the day as 2026-05-06");
            Some(start.ok_or_else(unreadable)?.as_millisecond())
        }
    };
    let case = match some(&wanted.case) {
        None => None,
        Some(number) => Some(number.parse().map_err(|_| Problem::missing())?),
    };
    Ok(Filter {
        text: some(&wanted.q),
        kind: some(&wanted.kind),
        risk: some(&wanted.risk),
        sender: some(&wanted.sender).map(|sender| intake::normalise_sender(&sender)),
        since_ms,
        case,
        ..Filter::default()
    })
}

#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Done {
    done: String,
}

impl Done {
    /// Returns what was done.
    pub fn what(&self) -> &str {
        &self.done
    }
}

#[derive(Debug, Serialize)]
struct Kept {
    seq: i64,
    at: String,
}

#[derive(Debug, Serialize)]
struct Single {
    notice: Option<Notice>,
    message: Row,
    time_note: String,
    reading: Judged,
    case: Option<inbox::Case>,
    evidence: Option<Kept>,
    sources: Vec<Source>,
    alike: Vec<Listed>,
}

/// `GET /message/ID`.
pub async fn one(visit: Visit, Path(id): Path<i64>, Query(done): Query<Done>) -> Reply {
    let worker = visit.clone();
    let single = super::answer::aside(move || single(&worker, id, &done)).await?;
    visit.show("page/message.html", ["短信", "Message"], &single)
}

fn single(visit: &Visit, id: i64, done: &Done) -> Result<Single, Problem> {
    let inbox = open(&visit.server)?.ok_or_else(Problem::missing)?;
    let message = inbox.message(id)?;
    let case = match message.case_id {
        None => None,
        Some(case) => Some(inbox.case(case)?),
    };
    let reading = check::judged(visit, &message.body, message.party.as_deref(), message.time_ms);
    let sources: Vec<Source> = inbox.sources(id)?.into_iter().map(|(source, _)| source).collect();
    let evidence = message.evidence.map(|seq| Kept { seq, at: String::new() });
    let alike = inbox.alike(id, MOST_ALIKE)?.into_iter().map(|row| Listed::of(&visit.server, row)).collect();
    Ok(Single {
        notice: Notice::of(visit, done.what()),
        time_note: time_note(visit, &message),
        reading,
        case,
        evidence,
        sources,
        alike,
        message,
    })
}

/// Whose clock a time is by.
fn time_note(visit: &Visit, message: &Row) -> String {
    let clock = match message.time_source.as_deref() {
        Some("smsc") => visit.say("短信中心的时间", "the message centre's clock"),
        Some("device") => visit.say("手机的时间", "the phone's clock"),
        Some("forwarder") => visit.say("转发程序或收到请求时的时间", "the forwarder's clock, or when it came here"),
        Some("stated") => visit.say("来源里写的时间", "as the source states it"),
        _ => return String::new(),
    };
    match message.zone.as_deref().and_then(|zone| zone.strip_prefix("assumed ")) {
        Some(offset) => format!("{clock}{}UTC{offset}{}", visit.say("，按 ", ", taken as "), visit.say(" 理解", "")),
        None => clock.to_owned(),
    }
}

/// A message that somebody wants kept: carried from the check page, or given.
#[derive(Debug, Deserialize)]
pub struct Keep {
    #[serde(default)]
    carry: Option<String>,
    /// What the user wants to do with it: `letters` or `report`.
    #[serde(default)]
    then: Option<String>,
    #[serde(flatten)]
    asked: Asked,
}

#[derive(Debug, Serialize)]
struct KeptAs {
    id: i64,
    is_new: bool,
}

/// `POST /inbox`.
pub async fn keep(visit: Visit, Input(keep, _): Input<Keep>) -> Reply {
    let worker = visit.clone();
    let then = keep.then.clone();
    let kept = super::answer::aside(move || {
        let asked = match &keep.carry {
            Some(carry) => check::carried(carry)?,
            None => keep.asked,
        };
        kept(&worker, &asked)
    })
    .await?;
    let done = if kept.is_new { "inbox" } else { "known" };
    let id = kept.id;
    let next = match then.as_deref() {
        Some("letters") => format!("/letters?message={id}"),
        Some("report") => format!("/report/{id}"),
        _ => format!("/message/{id}?done={done}"),
    };
    visit.done(&next, &kept)
}

fn kept(visit: &Visit, asked: &Asked) -> Result<KeptAs, Problem> {
    let server = &visit.server;
    let body = crate::input::body(asked.text.as_bytes()).map_err(crate::failure::Failure::from)?;
    let moment = asked.time_ms()?.map(check::timestamp);
    let object = serde_json::json!({ "from": asked.sender(), "text": body, "received_at": moment });
    let place = evidence_place(server);
    let session = Session { evidence: Some(&place), ..session(server, visit.lang(), std::path::Path::new("")) };
    let mut inbox = store::open_or_make(Some(&server.inbox))?;
    let name = visit.say("在页面上存入", "kept from the page");
    // One paste is one source: the same text once more is the same message.
    let source = Given::of_bytes(name, serde_json::to_vec(&object)?, "page");
    let received_at = asked.received_at.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let pasted = Pasted { text: &asked.text, sender: asked.sender(), received_at };
    let outcome = session.take_message(&mut inbox, &source, &pasted)?;
    let (id, is_new) = if outcome.is_known {
        (number_of(&inbox, body)?, false)
    } else {
        let none = || Problem::unusable("没有读出短信。", "no message was read");
        outcome.arrived.first().map(|arrived| (arrived.id, arrived.is_new)).ok_or_else(none)?
    };
    if let Some(number) = outcome.evidence {
        inbox.note_evidence(id, number)?;
    }
    Ok(KeptAs { id, is_new })
}

/// Returns the number of a message that is in the inbox already.
pub fn number_of(inbox: &inbox::Inbox, body: &str) -> Result<i64, Problem> {
    let filter = Filter { text: Some(body.chars().take(40).collect()), limit: Some(50), ..Filter::default() };
    let masked = inbox::mask_codes(body).unwrap_or_else(|| body.to_owned());
    let found = inbox.list(&filter)?.into_iter().find(|row| row.body == masked || row.body == body);
    found.map(|row| row.id).ok_or_else(Problem::missing)
}
