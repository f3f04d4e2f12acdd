//! "SMS Backup & Restore" by `SyncTech`, streamed: every value is an attribute, `null` means none, and old writers split
//! an emoji into two references that XML forbids. A truncated file gives what is complete.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Context;
use crate::field::{self, checked_body};
use crate::message::{Direction, Message, Service, TimeSource};
use crate::{Error, Position, Reason, Unit, Warning, time};

/// The largest tag: one picture in base64.
const LARGEST_TAG: u64 = 64 << 20;

/// Lets at most so many bytes through between two tags.
struct Bounded<R> {
    input: R,
    budget: Rc<Cell<u64>>,
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.input.read(out)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.budget.get() == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a tag is longer than 64 MiB"));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.budget.set(self.budget.get().saturating_sub(amount as u64));
        self.input.consume(amount);
    }
}

/// A multimedia message whose parts are still coming.
#[derive(Default)]
struct Multimedia {
    attributes: Vec<(String, String)>,
    texts: Vec<String>,
    attachments: u32,
    from: Option<String>,
    to: Vec<String>,
    raw: Vec<u8>,
}

struct Session<'c, 'o> {
    context: &'c mut Context<'o>,
    number: u64,
    repairs: u64,
    open: Option<Multimedia>,
}

/// Reads an export.
pub fn read(context: &mut Context<'_>, input: Box<dyn BufRead + '_>) -> Result<(), Error> {
    let budget = Rc::new(Cell::new(LARGEST_TAG));
    let mut reader = Reader::from_reader(Bounded { input, budget: Rc::clone(&budget) });
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut session = Session { context, number: 0, repairs: 0, open: None };
    let mut buffer = Vec::new();
    let (mut is_known, mut is_closed) = (false, false);
    loop {
        buffer.clear();
        budget.set(LARGEST_TAG);
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => match tag.name().as_ref() {
                "smses" => is_known = true,
                "calls" => return Err(Error::Unsupported { what: "通话记录 call log" }),
                _ => session.tag(&tag, false)?,
            },
            Ok(Event::Empty(tag)) => session.tag(&tag, true)?,
            Ok(Event::End(tag)) => match tag.name().as_ref() {
                "mms" => session.close()?,
                "smses" => is_closed = true,
                _ => {}
            },
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                let at = reader.error_position();
                let reason = match error {
                    quick_xml::Error::Syntax(_) => Reason::Truncated,
                    other => Reason::damaged(other.to_string()),
                };
                session.give_up(at, reason);
                is_closed = true;
                break;
            }
        }
    }
    if session.number == 0 && !is_known {
        return Err(Error::Unsupported { what: "不是短信备份的 XML, XML of another kind" });
    }
    if !is_closed {
        session.give_up(reader.buffer_position(), Reason::Truncated);
    }
    if session.repairs > 0 {
        let count = session.repairs;
        session.context.sink.warning(Warning::Repaired { count });
    }
    Ok(())
}

impl Session<'_, '_> {
    fn tag(&mut self, tag: &BytesStart<'_>, is_whole: bool) -> Result<(), Error> {
        match tag.name().as_ref() {
            "sms" => {
                self.number += 1;
                let attributes = self.attributes(tag);
                let outcome = sms(&attributes);
                self.context.outcome(outcome, Position::new(Unit::Row, self.number), tag.as_bytes())
            }
            "mms" => {
                self.number += 1;
                let attributes = self.attributes(tag);
                self.open = Some(Multimedia { attributes, raw: tag.as_bytes().to_vec(), ..Multimedia::default() });
                if is_whole { self.close() } else { Ok(()) }
            }
            "part" => {
                let attributes = self.attributes(tag);
                if let Some(open) = &mut self.open {
                    open.part(&attributes);
                }
                Ok(())
            }
            "addr" => {
                let attributes = self.attributes(tag);
                if let Some(open) = &mut self.open {
                    open.address(&attributes);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Returns the attributes, without those of pictures.
    fn attributes(&mut self, tag: &BytesStart<'_>) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for attribute in tag.attributes().with_checks(false).flatten() {
            if attribute.key.as_ref() == "data" {
                continue;
            }
            let value = unescape(&attribute.value, &mut self.repairs);
            if value != "null" || attribute.key.as_ref() == "body" || attribute.key.as_ref() == "text" {
                found.push((attribute.key.as_ref().to_owned(), value));
            }
        }
        found
    }

    fn close(&mut self) -> Result<(), Error> {
        let Some(open) = self.open.take() else { return Ok(()) };
        self.context.outcome(open.message(), Position::new(Unit::Row, self.number), &open.raw)
    }

    fn give_up(&mut self, at: u64, reason: Reason) {
        self.open = None;
        self.context.skip(Position::new(Unit::Byte, at), reason);
    }
}

fn get<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn moment(attributes: &[(String, String)], name: &str, source: TimeSource) -> Option<crate::Time> {
    time::epoch(get(attributes, name)?.trim().parse().ok()?, source)
}

fn common(attributes: &[(String, String)]) -> Message {
    let text = |name| get(attributes, name).map(str::to_owned);
    Message {
        party: text("address"),
        display_name: text("contact_name").filter(|name| name != "(Unknown)"),
        time: moment(attributes, "date", TimeSource::Device),
        sent: moment(attributes, "date_sent", TimeSource::Smsc),
        sim: text("sim_slot").or_else(|| text("sub_id")).filter(|sim| sim != "-1"),
        ..Message::default()
    }
}

fn sms(attributes: &[(String, String)]) -> Result<Message, Reason> {
    if attributes.is_empty() {
        return Err(Reason::Empty);
    }
    let body = checked_body(get(attributes, "body").unwrap_or_default().to_owned())?;
    let direction = get(attributes, "type").map_or(Ok(Direction::Received), field::direction)?;
    Ok(Message { body, direction, ..common(attributes) })
}

impl Multimedia {
    fn part(&mut self, attributes: &[(String, String)]) {
        let kind = get(attributes, "ct").unwrap_or_default();
        match (kind, get(attributes, "text").filter(|text| *text != "null")) {
            ("text/plain", Some(text)) if self.texts.len() < 1000 => self.texts.push(text.to_owned()),
            ("application/smil" | "text/plain", _) => {}
            _ => self.attachments += 1,
        }
    }

    fn address(&mut self, attributes: &[(String, String)]) {
        let Some(address) = get(attributes, "address").filter(|address| *address != "insert-address-token") else {
            return;
        };
        match get(attributes, "type") {
            Some("137") => self.from = Some(address.to_owned()),
            Some(_) if self.to.len() < 1000 => self.to.push(address.to_owned()),
            _ => {}
        }
    }

    fn message(&self) -> Result<Message, Reason> {
        let mut message = common(&self.attributes);
        let direction = match get(&self.attributes, "msg_box") {
            Some("1") | None => Direction::Received,
            Some("2") => Direction::Sent,
            Some(_) => Direction::Unsent,
        };
        if direction == Direction::Received && self.from.is_some() {
            message.party.clone_from(&self.from);
        }
        let is_rich = get(&self.attributes, "tr_id").is_some_and(|id| id.starts_with("proto:"))
            || get(&self.attributes, "address").is_some_and(|address| address.ends_with("rcs.google.com"));
        let subject =
            get(&self.attributes, "sub").filter(|subject| !subject.is_empty() && !subject.starts_with("proto:"));
        let texts: Vec<&str> = subject.into_iter().chain(self.texts.iter().map(String::as_str)).collect();
        let body = texts.join("\n");
        if body.is_empty() && self.attachments > 0 {
            return Err(Reason::NotAMessage { what: "picture without text" });
        }
        message.body = checked_body(body)?;
        message.direction = direction;
        message.service = if is_rich { Service::Rcs } else { Service::Mms };
        message.attachments = self.attachments;
        Ok(message)
    }
}

/// Resolves references, joining the two halves of a character; what is no character becomes U+FFFD, NUL nothing. Each
/// such repair is counted.
fn unescape(text: &str, repairs: &mut u64) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut high: Option<u32> = None;
    while let Some(at) = rest.find('&') {
        let (plain, reference) = rest.split_at_checked(at).unwrap_or((rest, ""));
        if !plain.is_empty() {
            lone(&mut high, &mut out, repairs);
            out.push_str(plain);
        }
        let end = reference.bytes().take(12).position(|byte| byte == b';');
        let name = end.and_then(|end| reference.get(1..end));
        let Some((code, end)) = name.and_then(code_point).zip(end) else {
            lone(&mut high, &mut out, repairs);
            out.push('&');
            rest = reference.get(1..).unwrap_or_default();
            continue;
        };
        rest = reference.get(end + 1..).unwrap_or_default();
        match (code, high.take()) {
            (0xDC00..=0xDFFF, Some(first)) => {
                let joined = 0x10000 + ((first - 0xD800) << 10) + (code - 0xDC00);
                out.push(char::from_u32(joined).unwrap_or('\u{fffd}'));
                *repairs += 1;
            }
            (0xD800..=0xDBFF, before) => {
                if before.is_some() {
                    out.push('\u{fffd}');
                    *repairs += 1;
                }
                high = Some(code);
            }
            (_, before) => {
                if before.is_some() {
                    out.push('\u{fffd}');
                    *repairs += 1;
                }
                *repairs += u64::from(code == 0 || char::from_u32(code).is_none());
                if code != 0 {
                    out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                }
            }
        }
    }
    lone(&mut high, &mut out, repairs);
    out.push_str(rest);
    out
}

fn lone(high: &mut Option<u32>, out: &mut String, repairs: &mut u64) {
    if high.take().is_some() {
        out.push('\u{fffd}');
        *repairs += 1;
    }
}

fn code_point(name: &str) -> Option<u32> {
    match name {
        "lt" => Some(u32::from('<')),
        "gt" => Some(u32::from('>')),
        "amp" => Some(u32::from('&')),
        "quot" => Some(u32::from('"')),
        "apos" => Some(u32::from('\'')),
        _ => {
            let number = name.strip_prefix('#')?;
            match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok(),
                None => number.parse().ok(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_halves_of_an_emoji_become_one() {
        let mut repairs = 0;
        assert_eq!(unescape("a&#55357;&#56842;b&#10;&lt;&#x1F30D;", &mut repairs), "a😊b\n<🌍");
        assert_eq!(repairs, 1);
        assert_eq!(unescape("&#55357;x&#0;&nonsense;&", &mut repairs), "\u{fffd}x&nonsense;&");
        assert_eq!(repairs, 3);
    }
}
