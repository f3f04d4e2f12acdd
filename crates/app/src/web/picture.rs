//! A picture on the page of 查短信: read, shown beside its text, corrected, kept. What was read stays in memory until it
//! is kept or others take its place; nothing is written before somebody asks for it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use axum::extract::{FromRequest as _, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use intake::Record;
use reader::{Page, RepairReason};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::{Face, File, Input, LARGEST_INPUT, Problem, Reply, Visit, aside};
use super::check::{self, Asked, Judged};
use super::import::{evidence_place, session};
use super::server::{Server, random_token};
use super::typed::Number;
use crate::command::evidence::{self, reading};
use crate::command::import::{Source, picture as taking};
use crate::command::inbox as store;
use crate::picture;

/// Pictures that are remembered.
const MOST_HELD: usize = 4;
/// Requests that wait for the one that is reading.
const MOST_WAITING: usize = 8;

/// Who may read: one at a time, since it takes seconds and hundreds of megabytes.
pub struct Turns {
    turn: tokio::sync::Semaphore,
    waiting: tokio::sync::Semaphore,
}

impl Default for Turns {
    fn default() -> Self {
        Self { turn: tokio::sync::Semaphore::new(1), waiting: tokio::sync::Semaphore::new(MOST_WAITING) }
    }
}

/// Pictures that were read and not yet kept, the latest last.
#[derive(Default)]
pub struct Held(VecDeque<HeldPicture>);

#[derive(Clone)]
struct HeldPicture {
    token: String,
    name: String,
    bytes: Bytes,
    page: Arc<Page>,
    /// Numbers of the picture and of what was read in it, once they are evidence.
    kept: Option<(u64, u64)>,
}

/// A picture as its page shows it.
#[derive(Debug, Serialize)]
pub struct Shown {
    token: String,
    name: String,
    /// The picture itself.
    href: String,
    width: u32,
    height: u32,
    is_photo: bool,
    model: String,
    captured: Option<String>,
    doubts: usize,
    messages: Vec<ShownMessage>,
    others: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ShownMessage {
    number: usize,
    is_sent: bool,
    rectangle: reader::Rectangle,
    name: Option<String>,
    sender: Option<String>,
    time: Option<String>,
    received_at: Option<String>,
    text: String,
    pieces: Vec<Piece>,
    repairs: Vec<Repaired>,
    #[serde(flatten)]
    judged: Option<Verdict>,
}

/// The verdict of a received message, under the name that the card reads.
#[derive(Debug, Serialize)]
struct Verdict {
    r: Judged,
}

#[derive(Debug, Serialize)]
struct Piece {
    text: String,
    why: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Repaired {
    read: String,
    now: String,
    why: &'static str,
}

/// Returns whether a file is a picture.
pub fn is_picture(file: &File) -> bool {
    picture::is_picture(&file.bytes)
}

/// Reads a picture when its turn has come, and remembers it.
async fn read(visit: &Visit, name: String, bytes: Bytes) -> Result<HeldPicture, Problem> {
    let busy = || {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "正在读别的图片，请过一会儿再试。",
            "other pictures are being read; try again in a while",
        )
    };
    let turns = &visit.server.turns;
    let _place = turns.waiting.try_acquire().map_err(|_| busy())?;
    let _turn = turns.turn.acquire().await.map_err(|_| busy())?;
    let token = random_token()?;
    let held = aside(move || {
        let page = Arc::new(picture::read(&bytes, &name)?);
        Ok(HeldPicture { token, name, bytes, page, kept: None })
    })
    .await?;
    let mut all = visit.server.pictures();
    while all.0.len() >= MOST_HELD {
        all.0.pop_front();
    }
    all.0.push_back(held.clone());
    Ok(held)
}

/// Reads pictures for the page, one after another.
pub async fn shown(visit: &Visit, files: Vec<File>) -> Result<Vec<Shown>, Problem> {
    let mut shown = Vec::with_capacity(files.len());
    for file in files {
        let held = read(visit, file.name, file.bytes).await?;
        let worker = visit.clone();
        shown.push(aside(move || Ok(show(&worker, &held))).await?);
    }
    Ok(shown)
}

fn show(visit: &Visit, held: &HeldPicture) -> Shown {
    let page = &held.page;
    let mime = match reader::kind(&held.bytes) {
        Some(reader::Kind::Jpeg) => "image/jpeg",
        Some(reader::Kind::Webp) => "image/webp",
        _ => "image/png",
    };
    Shown {
        token: held.token.clone(),
        name: held.name.clone(),
        href: format!("data:{mime};base64,{}", BASE64_STANDARD.encode(&held.bytes)),
        width: page.width,
        height: page.height,
        is_photo: page.is_photo,
        model: page.model.name.clone(),
        captured: page.captured.as_ref().map(|captured| captured.moment.strftime("%Y-%m-%d %H:%M").to_string()),
        doubts: page.messages.iter().map(|message| message.doubts.len()).sum(),
        messages: (1..).zip(&page.messages).map(|(number, message)| shown_message(visit, number, message)).collect(),
        others: page.others.iter().map(|other| other.text.clone()).collect(),
    }
}

fn shown_message(visit: &Visit, number: usize, message: &reader::Message) -> ShownMessage {
    let is_sent = message.direction == reader::Direction::Sent;
    let sender = message.sender.as_ref();
    let quote = |span: [u32; 2]| message.text.get(span[0] as usize..span[1] as usize).unwrap_or_default().to_owned();
    ShownMessage {
        number,
        is_sent,
        rectangle: message.rectangle,
        name: sender.and_then(|sender| sender.name.clone()),
        sender: picture::shown_sender(message).map(str::to_owned),
        time: message.time.as_ref().map(|time| time.text.clone()),
        received_at: message
            .time
            .as_ref()
            .filter(|time| time.has_clock)
            .and_then(|time| Some(time.moment?.strftime("%Y-%m-%dT%H:%M").to_string())),
        text: message.text.clone(),
        pieces: pieces(visit, message),
        repairs: message
            .repairs
            .iter()
            .map(|repair| Repaired {
                read: repair.read.clone(),
                now: quote(repair.span),
                why: repair_reason(visit, repair.reason),
            })
            .collect(),
        judged: judged(visit, message).map(|r| Verdict { r }),
    }
}

fn judged(visit: &Visit, message: &reader::Message) -> Option<Judged> {
    let time_ms = picture::time_ms(message);
    picture::is_judged(message).then(|| check::judged(visit, &message.text, picture::shown_sender(message), time_ms))
}

/// Cuts a text at the ends of its doubtful places.
fn pieces(visit: &Visit, message: &reader::Message) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut push = |from: usize, to: usize, why: Option<&'static str>| {
        if let Some(text) = message.text.get(from..to).filter(|text| !text.is_empty()) {
            pieces.push(Piece { text: text.to_owned(), why });
        }
    };
    for doubt in &message.doubts {
        let [from, to] = doubt.span.map(|end| end as usize);
        if from < at {
            continue;
        }
        push(at, from, None);
        push(from, to, Some(picture::reason(doubt.reason, visit.lang())));
        at = to;
    }
    push(at, message.text.len(), None);
    pieces
}

fn repair_reason(visit: &Visit, reason: RepairReason) -> &'static str {
    match reason {
        RepairReason::Blank => visit.say("日期和时间之间的空格", "the blank between date and time"),
        RepairReason::NumeralOne => visit.say("横线应是“一”", "a dash where only 一 makes sense"),
        RepairReason::LinkWidth => visit.say("链接里的全角符号", "a full-width sign within a link"),
        RepairReason::Digit => visit.say("只能是数字的字母", "a letter that only a digit can be"),
    }
}

/// What a program gets: what was read, and a verdict for each message received, in the same order.
#[derive(Serialize)]
struct Told<'a> {
    token: &'a str,
    page: &'a Page,
    verdicts: Vec<Option<Value>>,
}

/// `POST /picture`: a form with pictures, or the bytes of one as they are.
pub async fn take(State(server): State<Arc<Server>>, visit: Visit, request: Request) -> Reply {
    let (name, bytes) = given(&server, request).await?;
    if !picture::is_picture(&bytes) {
        let [zh, en] = reader::Error::NotAPicture.text();
        return Err(Problem::unusable(zh, en));
    }
    if visit.face == Face::Page {
        let file = File { name, bytes };
        return check::show_pictures(&visit, vec![file]).await;
    }
    let held = read(&visit, name, bytes).await?;
    let worker = visit.clone();
    let page = Arc::clone(&held.page);
    let verdicts = aside(move || Ok(verdicts(&worker, &page))).await?;
    super::answer::json(&Told { token: &held.token, page: &held.page, verdicts })
}

fn verdicts(visit: &Visit, page: &Page) -> Vec<Option<Value>> {
    page.messages.iter().map(|message| judged(visit, message).map(|judged| judged.verdict)).collect()
}

async fn given(server: &Arc<Server>, request: Request) -> Result<(String, Bytes), Problem> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let name = request.headers().get("x-file-name").and_then(|name| name.to_str().ok()).map(str::to_owned);
        let bytes = super::answer::read(request.into_body(), LARGEST_INPUT).await?;
        return Ok((name.unwrap_or_default(), bytes));
    }
    let Input(_, mut files): Input<BTreeMap<String, Value>> = Input::from_request(request, server).await?;
    let file = files.pop().ok_or_else(|| Problem::unusable("请选择图片。", "choose a picture"))?;
    Ok((file.name, file.bytes))
}

/// A message of a picture as somebody wants it kept.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    number: Number,
    #[serde(flatten)]
    asked: Asked,
}

/// What became of it.
#[derive(Debug, Serialize)]
struct KeptAs {
    /// Its number in the inbox.
    message: i64,
    is_new: bool,
    /// The picture's number in the evidence store, where there is one.
    picture: Option<u64>,
    /// The number of what was read.
    reading: Option<u64>,
    /// The number of the corrected text, where it differs from what was read.
    corrected: Option<u64>,
}

/// `POST /picture/{token}`: keeps a message of a picture as it was corrected: the picture first, then what was read in
/// it, then the correction, each a record of its own; then puts it into the inbox.
pub async fn keep(Path(token): Path<String>, visit: Visit, Input(wanted, _): Input<Wanted>) -> Reply {
    let worker = visit.clone();
    let kept = aside(move || kept(&worker, &token, &wanted)).await?;
    let done = if kept.is_new { "inbox" } else { "known" };
    visit.done(&format!("/message/{}?done={done}", kept.message), &kept)
}

fn kept(visit: &Visit, token: &str, wanted: &Wanted) -> Result<KeptAs, Problem> {
    let server = &visit.server;
    let held = server.pictures().0.iter().find(|held| held.token == token).cloned().ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "这张图片已经不在内存里了。请重新选一次图片。",
            "this picture is no longer remembered; choose it again",
        )
    })?;
    let number = usize::try_from(wanted.number.get()?).map_err(|_| Problem::missing())?;
    let message = number.checked_sub(1).and_then(|at| held.page.messages.get(at)).ok_or_else(Problem::missing)?;
    let text = wanted.asked.text.replace("\r\n", "\n");
    let body = crate::input::body(text.as_bytes()).map_err(crate::failure::Failure::from)?.trim_end().to_owned();
    let time_ms = wanted.asked.time_ms()?;
    let evidence = as_evidence(visit, &held, message, number, &body)?;
    let record = record(number, message, &wanted.asked, body, time_ms);
    let name = if held.name.is_empty() { visit.say("图片", "picture").to_owned() } else { held.name.clone() };
    let salt = format!("{number}\n{:?}\n{}", wanted.asked.sender, record.message.body);
    let source = Source::of_bytes(&name, held.bytes.to_vec(), &salt);
    let session = session(server, visit.lang(), std::path::Path::new(""));
    let mut inbox = store::open_or_make(Some(&server.inbox))?;
    let wanted_body = record.message.body.clone();
    let outcome = taking::put(&session, &mut inbox, &source, vec![record], evidence.map(|(picture, ..)| picture))?;
    let (message, is_new) = match outcome.arrived.first() {
        Some(arrived) => (arrived.id, arrived.is_new),
        None => (super::inbox::number_of(&inbox, &wanted_body)?, false),
    };
    let (picture, reading, corrected) = match evidence {
        Some((picture, reading, corrected)) => (Some(picture), Some(reading), corrected),
        None => (None, None, None),
    };
    Ok(KeptAs { message, is_new, picture, reading, corrected })
}

type Records = (u64, u64, Option<u64>);

/// Keeps picture, reading and correction where there is a store.
fn as_evidence(
    visit: &Visit,
    held: &HeldPicture,
    message: &reader::Message,
    number: usize,
    body: &str,
) -> Result<Option<Records>, Problem> {
    let place = evidence_place(&visit.server);
    let lang = visit.lang();
    let (picture, reading) = if let Some(kept) = held.kept {
        kept
    } else {
        let scratch = crate::command::import::Scratch::new()?;
        let path = scratch.path().join(super::import::file_name(&held.name));
        std::fs::write(&path, &held.bytes)?;
        let Some(numbers) = evidence::keep(&place, lang, &[&path])? else { return Ok(None) };
        let picture = numbers.first().copied().unwrap_or_default();
        let reading = reading::keep(&place, lang, picture, &held.page, true)?;
        if let Some(known) = visit.server.pictures().0.iter_mut().find(|known| known.token == held.token) {
            known.kept = Some((picture, reading));
        }
        (picture, reading)
    };
    let is_corrected = body != message.text;
    let corrected =
        is_corrected.then(|| reading::correct(&place, lang, vec![picture, reading], body, number)).transpose()?;
    Ok(Some((picture, reading, corrected)))
}

/// What was read, with what somebody made of it beside the picture.
fn record(number: usize, read: &reader::Message, asked: &Asked, body: String, time_ms: Option<i64>) -> Record {
    let is_number = |text: &str| text.chars().any(|c| c.is_ascii_digit()) && !text.chars().any(char::is_alphabetic);
    let mut record = picture::record(number as u64, read);
    let message = &mut record.message;
    let (party, name) = match asked.sender() {
        Some(sender) if is_number(sender) => (Some(sender.to_owned()), message.display_name.take()),
        Some(sender) => (None, Some(sender.to_owned())),
        None => (None, message.display_name.take()),
    };
    (message.party, message.display_name, message.body) = (party, name, body);
    message.time = time_ms.map(picture::on_the_screen);
    record
}
