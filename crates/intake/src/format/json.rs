//! JSON: lines, arrays, single objects as forwarders post them, and forms. Names of fields are those of `field.rs`.

use std::fmt;
use std::io::BufRead;

use serde::Deserializer as _;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::Context;
use crate::bytes::{self, Line};
use crate::field::{Field, Fields};
use crate::message::{Message, Service, TimeSource};
use crate::{Error, Position, Reason, Unit, time};

const LONGEST_LINE: usize = 1 << 20;
/// An array or object lies in memory as a whole.
const LARGEST: u64 = 64 << 20;

/// Reads one object a line.
pub fn read_lines(context: &mut Context<'_>, input: &mut dyn BufRead) -> Result<(), Error> {
    let mut line = Vec::new();
    for number in 1.. {
        let position = Position::new(Unit::Line, number);
        match bytes::line(input, LONGEST_LINE, &mut line)? {
            Line::End => break,
            Line::TooLong => context.skip(position, Reason::TooLong),
            Line::Whole if line.trim_ascii().is_empty() => {}
            Line::Whole => {
                let outcome = match serde_json::from_slice::<Value>(&line) {
                    Ok(Value::Object(object)) => message(&object, context),
                    Ok(_) => Err(Reason::damaged("no JSON object")),
                    Err(error) => Err(Reason::damaged(error.to_string())),
                };
                context.outcome(outcome, position, &line)?;
            }
        }
    }
    Ok(())
}

/// Reads one array of objects, or one object.
pub fn read_whole(context: &mut Context<'_>, input: &mut dyn BufRead) -> Result<(), Error> {
    let whole = bytes::whole(input, LARGEST)?;
    match read_slice(context, &whole)? {
        Ok(()) => Ok(()),
        Err(error) => {
            if let Some(object) = template(&String::from_utf8_lossy(&whole)) {
                return context.outcome(message(&object, context), Position::new(Unit::Row, 1), &whole);
            }
            if error.is_eof() {
                context.skip(Position::new(Unit::Line, error.line() as u64), Reason::Truncated);
                return Ok(());
            }
            context.skip(Position::new(Unit::Line, error.line() as u64), Reason::damaged(error.to_string()));
            Ok(())
        }
    }
}

/// The template that this project tells users of `SmsForwarder` to set: it puts the sender in as it is, and a name with a
/// quotation mark makes it no JSON. The fields stand in this order; the text may hold whatever looks like one.
const TEMPLATE: [&str; 7] = ["from", "org_content", "receive_time", "timestamp", "sign", "card_slot", "device_mark"];

fn template(text: &str) -> Option<Map<String, Value>> {
    let mut rest = text.trim().strip_prefix(r#"{"v":1,"from":""#)?.strip_suffix(r#""}"#)?;
    let mut values = Vec::new();
    for name in TEMPLATE.iter().skip(1).rev() {
        // From the end, but the text ends the sender where it first can.
        let mark = format!(r#"","{name}":""#);
        let (before, value) = if *name == "org_content" { rest.split_once(&mark)? } else { rest.rsplit_once(&mark)? };
        values.push((*name, value));
        rest = before;
    }
    values.push(("from", rest));
    let unescaped = |raw: &str| serde_json::from_str(&format!("\"{raw}\"")).unwrap_or_else(|_| raw.to_owned());
    Some(values.into_iter().map(|(name, raw)| (name.to_owned(), Value::String(unescaped(raw)))).collect())
}

/// Reads an array item by item, or another value that holds messages; the inner error is that the bytes are no JSON.
pub fn read_slice(context: &mut Context<'_>, bytes: &[u8]) -> Result<serde_json::Result<()>, Error> {
    if bytes.trim_ascii_start().first() != Some(&b'[') {
        return match serde_json::from_slice::<Value>(bytes) {
            Ok(value) => read_value(context, &value).map(Ok),
            Err(error) => Ok(Err(error)),
        };
    }
    let mut items = Items { context, count: 0, others: 0, failure: None };
    let mut input = serde_json::Deserializer::from_slice(bytes);
    let outcome = input.deserialize_seq(&mut items).and_then(|()| input.end());
    match items.failure {
        Some(failure) => Err(failure),
        // What stood before the damage is there already.
        None => match outcome {
            Err(error) if items.count > 0 => {
                let reason = if error.is_eof() { Reason::Truncated } else { Reason::damaged(error.to_string()) };
                items.context.skip(Position::new(Unit::Row, items.count + 1), reason);
                Ok(Ok(()))
            }
            outcome => Ok(outcome),
        },
    }
}

/// More items of an array than this that are no objects: it is no list of messages.
const MOST_OTHERS: u64 = 10_000;

/// Takes the items of an array one by one, so that only one lies in memory.
struct Items<'i, 'c> {
    context: &'i mut Context<'c>,
    count: u64,
    others: u64,
    failure: Option<Error>,
}

impl<'de> Visitor<'de> for &mut Items<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(item) = list.next_element::<Value>()? {
            self.count += 1;
            self.others += u64::from(!item.is_object());
            let outcome = if self.others > MOST_OTHERS {
                Err(Error::Unsupported { what: "不是短信列表 no list of messages" })
            } else {
                read_item(self.context, &item, self.count)
            };
            if let Err(error) = outcome {
                self.failure = Some(error);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// Reads a value that holds messages: a list under a known name, or one message.
fn read_value(context: &mut Context<'_>, value: &Value) -> Result<(), Error> {
    let list = match value {
        Value::Object(object) => {
            ["data", "messages", "sms", "records", "list"].iter().find_map(|name| object.get(*name)?.as_array())
        }
        _ => None,
    };
    let single = std::slice::from_ref(value);
    for (number, item) in (1..).zip(list.map_or(single, Vec::as_slice)) {
        read_item(context, item, number)?;
    }
    Ok(())
}

fn read_item(context: &mut Context<'_>, item: &Value, number: u64) -> Result<(), Error> {
    let outcome = match item {
        Value::Object(object) => message(object, context),
        _ => Err(Reason::damaged("no JSON object")),
    };
    let raw = serde_json::to_vec(item).unwrap_or_default();
    context.outcome(outcome, Position::new(Unit::Row, number), &raw)
}

/// Reads a form, as a forwarder posts it.
pub fn read_form(context: &mut Context<'_>, input: &mut dyn BufRead) -> Result<(), Error> {
    let whole = bytes::whole(input, LONGEST_LINE as u64)?;
    let text = String::from_utf8_lossy(&whole);
    let mut object = Map::new();
    for pair in text.trim().trim_start_matches('?').split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        object.insert(percent_decoded(name), Value::String(percent_decoded(value)));
    }
    let outcome = message(&object, context);
    context.outcome(outcome, Position::new(Unit::Row, 1), &whole)
}

pub fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digits = [ahead.next(), ahead.next()].map(|digit| digit.and_then(|digit| char::from(digit).to_digit(16)));
        match (byte, digits) {
            (b'%', [Some(high), Some(low)]) => {
                bytes.push((high * 16 + low) as u8);
                rest = ahead;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Makes a message of an object, whoever wrote it.
pub fn message(object: &Map<String, Value>, context: &Context<'_>) -> Result<Message, Reason> {
    if object.get("event").and_then(Value::as_str).is_some_and(|event| !event.contains("received")) {
        return Err(Reason::NotAMessage { what: "event of a forwarder" });
    }
    // A cloud event (cloudevents.io) wraps the message; its own time is that of the event.
    if let (true, Some(data)) = (object.contains_key("specversion"), object.get("data").and_then(Value::as_object)) {
        return message(data, context);
    }
    if object.contains_key("__parts") || object.contains_key("msg_box") {
        return multimedia(object);
    }
    let mut fields = Fields::default();
    gather(object, &mut fields, 0, 0);
    if let Some(rendered) = rendered_template(object, &fields) {
        return super::text::forwarded(&rendered, context.options);
    }
    let source = if object.contains_key("timestamp") && !object.contains_key("receive_time") {
        TimeSource::Forwarder
    } else if object.contains_key("_id") || object.contains_key("date") || object.contains_key("receivedStamp") {
        TimeSource::Device
    } else {
        TimeSource::Stated
    };
    let mut message = fields.message(context.options, source)?;
    if object.get("type").and_then(Value::as_str) == Some("app") {
        message.service = Service::Notification;
    }
    Ok(message)
}

/// `SmsForwarder` without a template sends its rendered six lines as `content`.
fn rendered_template(object: &Map<String, Value>, fields: &Fields) -> Option<String> {
    let content = object.get("content").and_then(Value::as_str)?;
    let is_rendered = !object.contains_key("org_content") && content.lines().any(|line| line.starts_with("SubId："));
    (is_rendered && fields.get(Field::Body) == Some(content)).then(|| content.to_owned())
}

/// Takes the fields of an object and of the objects inside it (`payload`, `data`, `query`), outer ones first.
fn gather(object: &Map<String, Value>, fields: &mut Fields, depth: usize, penalty: usize) {
    for (name, value) in object {
        match value {
            Value::String(text) => {
                if let Some((field, rank)) = crate::field::known(name) {
                    fields.put(field, rank + penalty, text);
                }
            }
            Value::Number(number) => {
                if let Some((field, rank)) = crate::field::known(name) {
                    fields.put(field, rank + penalty, &number.to_string());
                }
            }
            Value::Bool(true) if name == "is_sender" => fields.put(Field::Direction, 0, "sent"),
            Value::Object(inner) if depth < 3 => gather(inner, fields, depth + 1, penalty),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
        }
    }
}

/// A multimedia message of `sms-ie` or of Android's own backup; its dates are in seconds.
fn multimedia(object: &Map<String, Value>) -> Result<Message, Reason> {
    let text_of = |object: &Map<String, Value>, name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    let list =
        |names: [&str; 2]| names.iter().find_map(|name| object.get(*name)?.as_array()).cloned().unwrap_or_default();
    let parts = list(["__parts", "parts"]);
    let plain = |part: &Value| {
        let part = part.as_object()?;
        (text_of(part, "ct")? == "text/plain").then(|| text_of(part, "text"))?
    };
    let mut texts: Vec<String> = text_of(object, "sub").filter(|sub| !sub.is_empty()).into_iter().collect();
    texts.extend(parts.iter().filter_map(plain));
    texts.extend(text_of(object, "mms_body"));
    let is_binary = |part: &&Value| {
        let kind = part.get("ct").and_then(Value::as_str).unwrap_or_default();
        !kind.starts_with("text/") && kind != "application/smil"
    };
    let attachments = parts.iter().filter(is_binary).count() as u32;
    let direction = match text_of(object, "msg_box").as_deref() {
        Some("1") | None => crate::Direction::Received,
        Some("2") => crate::Direction::Sent,
        Some(_) => crate::Direction::Unsent,
    };
    let mut addresses = list(["__recipient_addresses", "mms_addresses"]);
    addresses.extend(["__sender_address", "sender_address"].iter().find_map(|name| object.get(*name)).cloned());
    let wanted = if direction == crate::Direction::Received { "137" } else { "151" };
    let party = addresses.iter().find_map(|address| {
        let kind = address.get("type")?;
        let is_wanted = kind.as_str() == Some(wanted) || kind.as_u64() == wanted.parse().ok();
        is_wanted.then(|| address.get("address")?.as_str().map(str::to_owned))?
    });
    let count = |name: &str| object.get(name).and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok()));
    let moment = |name: &str, source| count(name).and_then(|count| time::epoch(count, source));
    let body = texts.join("\n");
    let body = if body.is_empty() && attachments > 0 { String::new() } else { crate::field::checked_body(body)? };
    if body.is_empty() {
        return Err(Reason::NotAMessage { what: "picture without text" });
    }
    Ok(Message {
        party,
        body,
        direction,
        service: Service::Mms,
        time: moment("date", TimeSource::Device),
        sent: moment("date_sent", TimeSource::Smsc),
        sim: text_of(object, "sub_id").filter(|sim| sim != "-1"),
        attachments,
        ..Message::default()
    })
}
