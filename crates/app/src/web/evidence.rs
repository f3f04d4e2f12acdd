//! 证据: what is kept, whether it is unchanged, and handing it on. The store is opened for each request, so that the
//! command line can use it meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::sync::Arc;

use axum::extract::{Path, Query};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use evidence::{ClaimedTime, Content, Entry, Kind, Meaning, Record, Store, fingerprint};
use knowledge::Lang;
use serde::{Deserialize, Serialize};

use super::answer::{File, Input, Problem, Reply, Visit, aside};
use super::check::{self, Asked};
use super::import::evidence_place;
use super::inbox::{Notice, Pager};
use super::typed::Number;
use crate::args::AddArgs;
use crate::command::evidence::{Context, add, check as verify, document, note as remark, open};
use crate::command::import::Scratch;

mod beside;
pub mod export;

use beside::{Beside, Derived, Remark};

const EACH_PAGE: usize = 25;
/// The start of a text that a list shows, in bytes.
const GLANCE: usize = 600;
/// A list holds texts up to so many bytes against their records; the page of one record anything up to so many.
const LONGEST_CHECKED: u64 = 64 * 1024;
const LARGEST_CHECKED: u64 = 256 << 20;
/// The largest original that is handed out by way of a page.
const LARGEST_ORIGINAL: u64 = 1 << 30;
/// Messages of a case that are kept at once.
const MOST_TOGETHER: usize = 10_000;

/// What the pages remember of this run.
#[derive(Debug, Default)]
pub struct Kept {
    verification: Option<Verification>,
    /// Exports that wait to be fetched: token, file.
    exports: Vec<Packed>,
}

#[derive(Debug)]
struct Packed {
    token: String,
    name: String,
    scratch: Scratch,
}

#[derive(Clone, Debug, Serialize)]
struct Verification {
    /// `whole`, `broken` or `unreadable`.
    state: &'static str,
    at: String,
    lines: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Stored {
    fingerprint: String,
    records: u64,
    hidden: usize,
    stamps: usize,
    last_stamp: Option<String>,
    /// Whether it lies where nothing can be written.
    read_only: bool,
}

#[derive(Debug, Serialize)]
struct Time {
    label: &'static str,
    text: String,
    origin: String,
}

#[derive(Debug, Serialize)]
struct Listed {
    seq: u64,
    at: String,
    actor: String,
    tool: String,
    title: String,
    text: Option<String>,
    hidden: bool,
    source: Source,
    device: Option<String>,
    route: Option<String>,
    times: Vec<Time>,
    content: Option<Content>,
    /// Whether the kept bytes are as the record says; nothing where they were not looked at.
    intact: Option<bool>,
    notes: Vec<Remark>,
    derived: Vec<Derived>,
    message: Option<i64>,
}

#[derive(Debug, Serialize)]
struct Source {
    r#type: String,
}

#[derive(Debug, Serialize)]
struct Sheet {
    notice: Option<Notice>,
    store: Option<Stored>,
    verification: Option<Verification>,
    records: Vec<Listed>,
    pages: Pager,
    open: Option<u64>,
    shows_hidden: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    page: Option<usize>,
    all: Option<String>,
    done: String,
}

const TITLE: [&str; 2] = ["证据", "Evidence"];

fn no_store() -> Problem {
    Problem::unusable(
        "还没有证据库。请先打开“证据”，按那里的步骤建一个。",
        "there is no evidence store yet; open \"Evidence\" and make one there",
    )
}

fn opened(context: &Context<'_>) -> Result<Store, Problem> {
    if open::exists(context) { Ok(open::store(context)?) } else { Err(no_store()) }
}

/// `GET /evidence`.
pub async fn list(visit: Visit, Query(wanted): Query<Wanted>) -> Reply {
    let worker = visit.clone();
    let sheet = aside(move || sheet(&worker, &wanted, None)).await?;
    visit.show("page/evidence.html", TITLE, &sheet)
}

/// `GET /evidence/NUMBER`: the page that shows the record.
pub async fn one(visit: Visit, Path(seq): Path<u64>) -> Reply {
    let worker = visit.clone();
    let sheet = aside(move || sheet(&worker, &Wanted::default(), Some(seq))).await?;
    visit.show("page/evidence.html", TITLE, &sheet)
}

fn sheet(visit: &Visit, wanted: &Wanted, single: Option<u64>) -> Result<Sheet, Problem> {
    let place = evidence_place(&visit.server);
    let context = Context { evidence: &place, lang: visit.lang() };
    let shows_hidden = wanted.all.as_deref() == Some("1") || single.is_some();
    let notice = Notice::of(visit, &wanted.done);
    let verification = visit.server.kept().verification.clone();
    if !open::exists(&context) {
        if single.is_some() {
            return Err(Problem::missing());
        }
        let pages = Pager::new(1, EACH_PAGE, 0, "");
        return Ok(Sheet { notice, store: None, verification, records: Vec::new(), pages, open: None, shows_hidden });
    }
    let store = open::store(&context)?;
    let mut originals = store.numbers(&[Kind::Original]);
    let hidden = originals.iter().filter(|number| store.is_hidden(**number)).count();
    originals.retain(|number| shows_hidden || !store.is_hidden(*number));
    originals.reverse();
    let address = if shows_hidden { "/evidence?all=1&" } else { "/evidence?" };
    let pages = Pager::new(wanted.page.unwrap_or(1), EACH_PAGE, originals.len(), address);
    let shown: Vec<u64> = match single {
        Some(seq) => originals.iter().copied().filter(|number| *number == seq).collect(),
        None => originals.into_iter().skip(pages.offset(EACH_PAGE)).take(EACH_PAGE).collect(),
    };
    if single.is_some() && shown.is_empty() {
        return Err(Problem::missing());
    }
    let most = if single.is_some() { LARGEST_CHECKED } else { 0 };
    let mut records = listed(visit, &store, &shown, most)?;
    let mut beside = Beside::of(visit.lang(), &store, &shown)?;
    for record in &mut records {
        (record.notes, record.derived) = beside.take(record.seq);
    }
    let stored = stored(&store, hidden)?;
    let pages = if single.is_some() { Pager::new(1, EACH_PAGE, 1, "") } else { pages };
    Ok(Sheet { notice, store: Some(stored), verification, records, pages, open: single, shows_hidden })
}

fn stored(store: &Store, hidden: usize) -> Result<Stored, Problem> {
    let stamps = store.numbers(&[Kind::Stamp]);
    let mut last_stamp = None;
    store
        .visit(&|number| stamps.last() == Some(&number), &mut |kept| {
            last_stamp = Some(kept.record.at.get(..16).unwrap_or_default().replace('T', " "));
            Ok(())
        })
        .map_err(crate::command::evidence::failure_of)?;
    Ok(Stored {
        fingerprint: fingerprint(&store.public().holder).unwrap_or_default(),
        records: store.len(),
        hidden,
        stamps: stamps.len(),
        last_stamp,
        read_only: store.is_read_only(),
    })
}

/// Reads records, the newest first; holds texts against their records, and anything of at most `most` bytes.
fn listed(visit: &Visit, store: &Store, numbers: &[u64], most: u64) -> Result<Vec<Listed>, Problem> {
    let mut records: Vec<Listed> = Vec::with_capacity(numbers.len());
    let wanted: BTreeSet<u64> = numbers.iter().copied().collect();
    store
        .visit(&|number| wanted.contains(&number), &mut |mut kept| {
            let content = kept.record.content.as_ref();
            let is_text = content.is_some_and(|content| content.mime == "text/plain");
            let limit = if is_text { most.max(LONGEST_CHECKED) } else { most };
            let is_checked = content.is_some_and(|content| content.size <= limit);
            let (intact, bytes) = match (is_checked, is_text) {
                (true, _) => {
                    let bytes = kept.checked(GLANCE);
                    (Some(bytes.is_some()), bytes.unwrap_or_default())
                }
                (false, true) => (None, opening(&mut kept)),
                (false, false) => (None, Vec::new()),
            };
            let text = is_text.then(|| String::from_utf8_lossy(&bytes).trim_end_matches('\u{fffd}').to_owned());
            let record = of_record(visit.lang(), kept.record, text, store.is_hidden(kept.record.seq));
            records.push(Listed { intact, ..record });
            Ok(())
        })
        .map_err(crate::command::evidence::failure_of)?;
    if let Some(inbox) = super::inbox::open(&visit.server)? {
        for record in &mut records {
            record.message = inbox.message_of_evidence(record.seq)?;
        }
    }
    records.reverse();
    Ok(records)
}

/// How a long text begins.
fn opening(kept: &mut evidence::Kept<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(reader) = kept.content.as_deref_mut() {
        let _ = reader.take(GLANCE as u64).read_to_end(&mut bytes);
    }
    bytes
}

fn of_record(lang: Lang, record: &Record, text: Option<String>, hidden: bool) -> Listed {
    let source = |key: &str| record.source.get(key).cloned();
    let title = source("sender").or_else(|| source("name")).unwrap_or_else(|| document::kind_name(record));
    Listed {
        seq: record.seq,
        at: record.at.clone(),
        actor: record.actor.clone(),
        tool: record.tool.clone(),
        title,
        text,
        hidden,
        source: Source { r#type: source("type").unwrap_or_else(|| "file".to_owned()) },
        device: source("device"),
        route: source("route"),
        times: record.times.iter().map(|time| of_time(lang, time)).collect(),
        content: record.content.clone(),
        intact: None,
        notes: Vec::new(),
        derived: Vec::new(),
        message: None,
    }
}

fn of_time(lang: Lang, time: &ClaimedTime) -> Time {
    let [zh, en] = match time.meaning {
        Meaning::Received => ["收到", "received"],
        Meaning::Sent => ["发出", "sent"],
        Meaning::ServiceCentre => ["短信中心", "message centre"],
        Meaning::Taken => ["拍摄", "taken"],
        Meaning::FileModified => ["文件修改", "file modified"],
        Meaning::Exported => ["导出", "exported"],
        Meaning::Stamped => ["时间戳", "stamped"],
    };
    let offset = match (time.offset.as_str(), lang) {
        ("unknown", Lang::Zh) => "（时区不明）",
        ("unknown", Lang::En) => " (zone unknown)",
        (offset, _) => offset,
    };
    Time {
        label: if lang == Lang::Zh { zh } else { en },
        text: format!("{}{offset}", time.value.replace('T', " ")),
        origin: time.source.clone(),
    }
}

/// What shall be kept: a carried message, one of the inbox, a whole case, a text, or files.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Keep {
    carry: Option<String>,
    message: Option<Number>,
    case: Option<Number>,
    text: Option<String>,
    sender: Option<String>,
    received_at: Option<String>,
    device: Option<String>,
    route: Option<String>,
}

#[derive(Debug, Serialize)]
struct KeptAs {
    records: Vec<u64>,
}

/// `POST /evidence`.
pub async fn keep(visit: Visit, Input(keep, files): Input<Keep>) -> Reply {
    let worker = visit.clone();
    let (records, back) = aside(move || kept(&worker, &keep, &files)).await?;
    let done = match records.as_slice() {
        [one] => format!("kept-{one}"),
        many => format!("evidence-{}", many.len()),
    };
    visit.done(&format!("{back}?done={done}"), &KeptAs { records })
}

fn kept(visit: &Visit, keep: &Keep, files: &[File]) -> Result<(Vec<u64>, String), Problem> {
    let place = evidence_place(&visit.server);
    let context = Context { evidence: &place, lang: visit.lang() };
    let mut store = opened(&context)?;
    let given =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let about = AddArgs { device: given(&keep.device), route: given(&keep.route), ..AddArgs::default() };
    if let Some(case) = &keep.case {
        let case = case.get()?;
        return Ok((of_case(visit, &context, &mut store, case)?, format!("/case/{case}")));
    }
    if let Some(id) = &keep.message {
        let id = id.get()?;
        let inbox = super::inbox::open(&visit.server)?.ok_or_else(Problem::missing)?;
        let row = inbox.message(id)?;
        let asked = Asked { text: row.body, sender: row.party, received_at: row.time_ms.map(check::timestamp) };
        let number =
            message(&context, &mut store, &asked, &AddArgs { route: Some("from the inbox".to_owned()), ..about })?;
        inbox.note_evidence(id, number)?;
        return Ok((vec![number], format!("/message/{id}")));
    }
    if let Some(carry) = &keep.carry {
        let number = message(&context, &mut store, &check::carried(carry)?, &about)?;
        return Ok((vec![number], "/evidence".to_owned()));
    }
    let files: Vec<&File> = files.iter().filter(|file| !file.bytes.is_empty()).collect();
    if files.is_empty() {
        let asked = Asked {
            text: keep.text.clone().unwrap_or_default(),
            sender: keep.sender.clone(),
            received_at: keep.received_at.clone(),
        };
        return Ok((vec![message(&context, &mut store, &asked, &about)?], "/evidence".to_owned()));
    }
    let scratch = Scratch::new()?;
    let mut paths = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let folder = scratch.path().join(at.to_string());
        std::fs::create_dir(&folder)?;
        let path = folder.join(super::import::file_name(&file.name));
        std::fs::write(&path, &file.bytes)?;
        paths.push(path);
    }
    let added = add::files(&context, &mut store, &AddArgs { paths, ..about })?;
    if let Some(passed_over) = added.passed_over.first() {
        let [zh, en] = passed_over.text();
        return Err(crate::failure::Failure::input(zh, en).into());
    }
    Ok((added.numbers, "/evidence".to_owned()))
}

/// Keeps a message; one-time codes are covered first.
fn message(context: &Context<'_>, store: &mut Store, asked: &Asked, about: &AddArgs) -> Result<u64, Problem> {
    let body = crate::input::body(asked.text.as_bytes()).map_err(crate::failure::Failure::from)?;
    let body = inbox::mask_codes(body).unwrap_or_else(|| body.to_owned());
    let add = AddArgs {
        sender: asked.sender().map(str::to_owned),
        received_at: asked.time_ms()?.map(check::timestamp),
        device: about.device.clone(),
        route: about.route.clone(),
        ..AddArgs::default()
    };
    Ok(add::message(context, store, &add, &body)?)
}

fn of_case(visit: &Visit, context: &Context<'_>, store: &mut Store, case: i64) -> Result<Vec<u64>, Problem> {
    let inbox = super::inbox::open(&visit.server)?.ok_or_else(Problem::missing)?;
    let filter = inbox::Filter { case: Some(case), limit: Some(MOST_TOGETHER), ..inbox::Filter::default() };
    let mut rows = inbox.list(&filter)?;
    rows.retain(|row| row.evidence.is_none());
    rows.sort_by_key(|row| (row.time_ms, row.id));
    let mut numbers = Vec::with_capacity(rows.len());
    let about = AddArgs { route: Some("from the inbox".to_owned()), ..AddArgs::default() };
    for row in rows {
        let asked = Asked { text: row.body, sender: row.party, received_at: row.time_ms.map(check::timestamp) };
        let number = message(context, store, &asked, &about)?;
        inbox.note_evidence(row.id, number)?;
        numbers.push(number);
    }
    Ok(numbers)
}

#[derive(Debug, Serialize)]
struct Recovery {
    sheet: Option<Paper>,
    fingerprint: Option<String>,
}

#[derive(Debug, Serialize)]
struct Paper {
    key: String,
    fingerprint: String,
    qr_svg: String,
    store: String,
}

const RECOVERY: [&str; 2] = ["恢复单", "Recovery sheet"];

/// `GET /evidence/recovery`.
pub async fn recovery(visit: Visit) -> Reply {
    let worker = visit.clone();
    let fingerprint = aside(move || {
        let place = evidence_place(&worker.server);
        let context = Context { evidence: &place, lang: worker.lang() };
        if !open::exists(&context) {
            return Ok(None);
        }
        Ok(fingerprint(&open::store(&context)?.public().holder))
    })
    .await?;
    visit.show("page/recovery.html", RECOVERY, &Recovery { sheet: None, fingerprint })
}

/// `POST /evidence/recovery`: makes the store and shows the sheet, once.
pub async fn make(visit: Visit, Input(_, _): Input<BTreeMap<String, serde_json::Value>>) -> Reply {
    let worker = visit.clone();
    let sheet = aside(move || {
        let place = evidence_place(&worker.server);
        let made = open::make(&Context { evidence: &place, lang: worker.lang() })?;
        let grouped: Vec<String> =
            made.recovery.chars().collect::<Vec<_>>().chunks(5).map(|chunk| chunk.iter().collect()).collect();
        Ok(Paper {
            key: grouped.join(" "),
            fingerprint: made.print,
            qr_svg: super::connect::qr(&made.recovery),
            store: made.path.display().to_string(),
        })
    })
    .await?;
    visit.show("page/recovery.html", RECOVERY, &Recovery { sheet: Some(sheet), fingerprint: None })
}

/// `POST /evidence/recovery/done`.
pub async fn made(visit: Visit, Input(_, _): Input<BTreeMap<String, serde_json::Value>>) -> Reply {
    visit.done("/evidence", &serde_json::json!({}))
}

/// `POST /evidence/verify`.
pub async fn verify(visit: Visit, Input(_, _): Input<BTreeMap<String, serde_json::Value>>) -> Reply {
    let worker = visit.clone();
    let verification = aside(move || {
        let place = evidence_place(&worker.server);
        let context = Context { evidence: &place, lang: worker.lang() };
        let store = opened(&context)?;
        let faults = verify::faults(&store)?;
        let at = open::now().to_text().get(..16).unwrap_or_default().replace('T', " ");
        let (state, lines) = if faults.is_empty() {
            let count = store.len();
            let lines = match worker.lang() {
                Lang::Zh => vec![
                    format!("{count} 条记录与签名的日志全部相符。"),
                    "不能排除整库被重做；时间戳或事先告诉别人的指纹可以。".to_owned(),
                ],
                Lang::En => vec![
                    format!("{count} records fit the signed log."),
                    "A store made anew is excluded only by a time-stamp or a fingerprint told earlier.".to_owned(),
                ],
            };
            ("whole", lines)
        } else {
            ("broken", faults.iter().map(ToString::to_string).collect())
        };
        let verification = Verification { state, at, lines };
        worker.server.kept().verification = Some(verification.clone());
        Ok(verification)
    })
    .await?;
    visit.done("/evidence", &verification)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Remarked {
    text: Option<String>,
    undo: Option<String>,
    is_correction: Option<String>,
}

/// `POST /evidence/NUMBER/note`.
pub async fn note(visit: Visit, Path(seq): Path<u64>, Input(given, _): Input<Remarked>) -> Reply {
    let text = given.text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| Problem::unusable("备注是空的。", "the remark is empty"))?;
    let kind = if given.is_correction.is_some() { Kind::Correct } else { Kind::Note };
    let number = written(&visit, About { kind, number: seq, text: Some(text) }).await?;
    visit.done(&format!("/evidence/{seq}?done=noted"), &KeptAs { records: vec![number] })
}

/// `POST /evidence/NUMBER/hide`.
pub async fn hide(visit: Visit, Path(seq): Path<u64>, Input(given, _): Input<Remarked>) -> Reply {
    let kind = if given.undo.is_some() { Kind::Show } else { Kind::Hide };
    let number = written(&visit, About { kind, number: seq, text: None }).await?;
    visit.done("/evidence?done=hidden", &KeptAs { records: vec![number] })
}

/// A record about another.
struct About {
    kind: Kind,
    number: u64,
    text: Option<String>,
}

async fn written(visit: &Visit, about: About) -> Result<u64, Problem> {
    let (server, lang) = (Arc::clone(&visit.server), visit.lang());
    aside(move || {
        let place = evidence_place(&server);
        let context = Context { evidence: &place, lang };
        if !open::exists(&context) {
            return Err(no_store());
        }
        Ok(remark(&context, Entry::remark(about.kind, vec![about.number], about.text))?)
    })
    .await
}

/// `GET /evidence/NUMBER/original`: the bytes as they were kept, to be saved, never shown by the browser.
pub async fn original(visit: Visit, Path(seq): Path<u64>) -> Reply {
    let worker = visit.clone();
    let (record, bytes) = aside(move || {
        let place = evidence_place(&worker.server);
        let store = opened(&Context { evidence: &place, lang: worker.lang() })?;
        if seq >= store.len() {
            return Err(Problem::missing());
        }
        store.content(seq, LARGEST_ORIGINAL).map_err(|error| crate::command::evidence::failure_of(error).into())
    })
    .await?;
    let mime = record.content.map_or_else(|| "application/octet-stream".to_owned(), |content| content.mime);
    let ending = match mime.as_str() {
        "text/plain" => "txt",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        _ => "bin",
    };
    let name = format!("attachment; filename=\"evidence-{seq}.{ending}\"");
    Ok(([(CONTENT_TYPE, "application/octet-stream".to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}
