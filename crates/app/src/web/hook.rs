//! What phones and programs forward: judged and kept before it is acknowledged. One address for all; fields go by the
//! names that intake knows, signatures by `signature.rs`.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use inbox::device::{Contact, Device};
use intake::{Collected, Reason};
use knowledge::Lang;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::answer::{Problem, Reply, json};
use super::connection::Peer;
use super::event::Arrival;
use super::import::{evidence_place, options, session};
use super::server::Server;
use super::signature::{self, Refusal};
use crate::command::import::{Arrived, Session, Source};
use crate::command::{evidence, inbox as store};

/// The largest request of a forwarder.
const LARGEST: usize = 1 << 20;
/// Requests that state no time are the same within this span.
const SAME_MS: i64 = 60_000;

/// What a forwarder is told; a status of 200 is what they all take for success.
#[derive(Debug, Serialize)]
struct Taken {
    status: &'static str,
    /// Messages of the request.
    messages: Vec<Message>,
    /// What Apple's filter asks for: what to do with the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Message {
    id: i64,
    is_new: bool,
    kind: &'static str,
    risk: &'static str,
}

/// A request as it came.
struct Posted {
    headers: HeaderMap,
    /// What is read: the body, or the query of a request without one.
    bytes: Vec<u8>,
    /// Whether it stood in the address.
    is_address: bool,
}

/// `/hook/TOKEN`, by GET, POST, PUT or PATCH.
pub async fn take(
    State(server): State<Arc<Server>>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    peer: axum::Extension<Peer>,
    request: Request,
) -> Reply {
    #[expect(clippy::disallowed_methods, reason = "the application reads the clock")]
    let now = std::time::Instant::now();
    let address = peer.0.0.ip();
    if !server.forwarded.take(address, now) {
        return Err(super::guard::too_many());
    }
    let (parts, body) = request.into_parts();
    let body = super::answer::read(body, LARGEST).await?;
    // SmsForwarder without a template appends its fields to the address with & alone; they are still encoded there.
    let whole = parts.uri.path().strip_prefix("/hook/").unwrap_or(&token);
    let appended = whole.split_once('&').map(|(token, rest)| (token.to_owned(), rest.to_owned()));
    let (token, query) = match appended {
        Some((token, rest)) => (token, Some(query.map_or_else(|| rest.clone(), |query| format!("{rest}&{query}")))),
        None => (token, query),
    };
    let is_address = body.is_empty();
    let bytes = if is_address { query.unwrap_or_default().into_bytes() } else { body.to_vec() };
    let posted = Posted { headers: parts.headers, bytes, is_address };
    super::answer::aside(move || {
        let taken = taken(&server, &token, &posted);
        // A phone with its token comes through, whoever else guesses from the same address.
        let is_wrong = taken.as_ref().is_err_and(|problem| problem.status == StatusCode::UNAUTHORIZED);
        if is_wrong && !server.wrong.take(address, now) {
            return Err(super::guard::too_many());
        }
        json(&taken?)
    })
    .await
}

/// Returns the hash by which a token is known.
pub fn token_hash(token: &str) -> String {
    ::evidence::hex(&Sha256::digest(token.as_bytes()))
}

/// 1. whose token; 2. signature; 3. read; 4. keep, judge, put in; 5. tell.
fn taken(server: &Arc<Server>, token: &str, posted: &Posted) -> Result<Taken, Problem> {
    let now_ms = jiff::Timestamp::now().as_millisecond();
    // 1.
    let unknown = || {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "这个地址的口令不认识或已停用。请在“连接手机”里重新添加。",
            "the token in this address is unknown or revoked; add the device again",
        )
    };
    if !server.inbox.is_file() {
        return Err(unknown());
    }
    let mut inbox = store::open_or_make(Some(&server.inbox))?;
    let device = inbox.device_of(&token_hash(token))?.ok_or_else(unknown)?;
    inbox.wait_for_disk()?;
    // 2.
    let fields = fields(posted);
    let refused = |refusal: Refusal| {
        let [zh, en] = refusal.text();
        inbox.note_contact(device.id, Contact::Refused(zh), now_ms)?;
        Err(Problem::new(StatusCode::FORBIDDEN, zh, en))
    };
    if let Some(secret) = &device.secret {
        let request = signature::Request { headers: &posted.headers, fields: &fields, body: &posted.bytes };
        if let Err(refusal) = signature::check(secret, &request, now_ms) {
            return refused(refusal);
        }
    }
    // 3.
    let is_query = fields.contains_key("_version") && fields.contains_key("query");
    let bytes = if is_query {
        of_apple(&fields)
    } else if posted.is_address {
        // What stands in an address is fields, however it begins.
        serde_json::to_vec(&fields)?
    } else {
        posted.bytes.clone()
    };
    let mut read = Collected::default();
    let is_sign = |skipped: &intake::Skipped| matches!(skipped.reason, Reason::NotAMessage { .. });
    let readable = intake::read_bytes(&bytes, &options(std::path::Path::new("")), &mut read).is_ok();
    if !readable || read.records.is_empty() {
        inbox.note_contact(device.id, Contact::Nothing, now_ms)?;
        // A sign of life is no message; whatever else was not understood, a person may want to see.
        let says_nothing = posted.bytes.trim_ascii().is_empty()
            || (readable && !read.skipped.is_empty() && read.skipped.iter().all(is_sign));
        if !says_nothing {
            inbox.keep_unread(device.id, &posted.bytes, now_ms)?;
        }
        let status = if says_nothing { "nothing" } else { "unread" };
        return Ok(Taken { status, messages: Vec::new(), action: is_query.then_some("none") });
    }
    if !read.skipped.iter().all(is_sign) {
        inbox.keep_unread(device.id, &posted.bytes, now_ms)?;
    }
    // Asked again within a minute, the filter still wants to know.
    let action = read.records.first().filter(|_| is_query).map(|record| filter_action(server, &record.message));
    // 4.
    let kept = Kept { device: &device, posted: &posted.bytes, bytes, read: &read, now_ms };
    let arrived = keep(server, &mut inbox, &kept)?;
    let has_new = arrived.iter().any(|one| one.is_new);
    inbox.note_contact(device.id, if has_new { Contact::New } else { Contact::Nothing }, now_ms)?;
    // 5.
    for one in arrived.iter().filter(|one| one.is_new) {
        server.events.tell(Arrival::of(one));
        if one.risk == "high" {
            super::alert::raise(server, one);
        }
    }
    let messages =
        arrived.into_iter().map(|Arrived { id, is_new, kind, risk, .. }| Message { id, is_new, kind, risk }).collect();
    Ok(Taken { status: if has_new { "stored" } else { "known" }, messages, action })
}

/// What Apple's filter is to do with a message.
fn filter_action(server: &Server, message: &intake::Message) -> &'static str {
    let asked = judge::Message { body: &message.body, sender: message.party.as_deref(), received: None };
    let verdict = server.judge.judge(&asked, &mut judge::Scratch::default());
    if verdict.decision.risk == judge::verdict::Risk::High { "junk" } else { "none" }
}

struct Kept<'a> {
    device: &'a Device,
    /// The request as it came.
    posted: &'a [u8],
    /// What is read of it.
    bytes: Vec<u8>,
    read: &'a Collected,
    now_ms: i64,
}

fn keep(server: &Server, inbox: &mut inbox::Inbox, kept: &Kept<'_>) -> Result<Vec<Arrived>, Problem> {
    let place = evidence_place(server);
    let has_time = kept.read.records.iter().all(|record| record.message.time.is_some());
    // The same text twice may be two messages; without a time only a retry comes so soon.
    let salt = if has_time { String::new() } else { (kept.now_ms / SAME_MS).to_string() };
    let name = format!("{} #{}", kept.device.name, kept.device.id);
    let source = Source::of_bytes(&name, kept.bytes.clone(), &format!("{}/{salt}", kept.device.id));
    if !inbox.knows(&source.digest)? {
        // The request as it came, before anything is read out of it; one-time codes are never written down, and a sender
        // must not be able to keep a threat out of the evidence by writing of one.
        let covered = covered(kept.read)?;
        let request = evidence::Forwarded {
            bytes: covered.as_deref().unwrap_or(kept.posted),
            is_covered: covered.is_some(),
            device: &kept.device.name,
            records: &kept.read.records,
        };
        if let Err(failure) = evidence::keep_forwarded(&place, Lang::Zh, &request) {
            // The message must not be lost for that; the store says on its own page what is wrong with it.
            eprintln!("{}", failure.message(server.lang));
        }
    }
    let session = Session { now_ms: Some(kept.now_ms), ..session(server, Lang::Zh, std::path::Path::new("")) };
    Ok(session.take_source(inbox, &source)?.arrived)
}

/// The messages of a request, their one-time codes covered, one a line; nothing where there is no code.
fn covered(read: &Collected) -> Result<Option<Vec<u8>>, Problem> {
    let (mut lines, mut has_codes) = (Vec::new(), false);
    for record in &read.records {
        let message = &record.message;
        let masked = inbox::mask_codes(&message.body);
        has_codes |= masked.is_some();
        let text = masked.as_deref().unwrap_or(&message.body);
        let time = message.time.map(|time| super::check::timestamp(time.unix_ms));
        serde_json::to_writer(&mut lines, &serde_json::json!({ "from": message.party, "text": text, "time": time }))?;
        lines.push(b'\n');
    }
    Ok(has_codes.then_some(lines))
}

/// Returns the fields of JSON, form or query.
fn fields(posted: &Posted) -> Map<String, Value> {
    let kind = posted.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if let Ok(Value::Object(object)) = serde_json::from_slice(&posted.bytes) {
        return object;
    }
    if kind.starts_with("application/json") {
        return Map::new();
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&posted.bytes).unwrap_or_default();
    pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect()
}

/// Returns the question of Apple's message filter as other forwarders would put it.
fn of_apple(fields: &Map<String, Value>) -> Vec<u8> {
    let query = fields.get("query");
    let sender = query.and_then(|query| query.get("sender")).cloned().unwrap_or_default();
    let text = query.and_then(|query| query.get("message")?.get("text")).cloned().unwrap_or_default();
    serde_json::to_vec(&serde_json::json!({ "from": sender, "text": text })).unwrap_or_default()
}
