//! VMSG: the Android dialect (many records, quoted-printable) and Nokia's (one record, UTF-16, free lines). A soft break
//! may cut a character in two, so bytes are joined before they are decoded.

use std::io::BufRead;

use super::Context;
use crate::bytes::{self, Line};
use crate::field::checked_body;
use crate::message::{Direction, Message, Service, TimeSource};
use crate::{Error, Position, Reason, Unit, time};

const LONGEST_LINE: usize = 1 << 20;
const LONGEST_RECORD: usize = 4 << 20;
const LATEST_TAGS: &[&str] =
    &["X-", "DATE", "SUBJECT", "FROM", "TO", "BEGIN:", "END:", "VERSION", "TEL", "N:", "N;", "FN"];

/// Reads a file of records.
pub fn read(context: &mut Context<'_>, input: &mut dyn BufRead) -> Result<(), Error> {
    let mut line = Vec::new();
    let mut record: Option<(u64, Vec<u8>)> = None;
    for number in 1.. {
        let outcome = bytes::line(input, LONGEST_LINE, &mut line)?;
        if outcome == Line::End {
            break;
        }
        let upper = line.trim_ascii().to_ascii_uppercase();
        if upper == b"BEGIN:VMSG"
            && let Some((start, _)) = record.replace((number, Vec::new()))
        {
            context.skip(Position::new(Unit::Line, start), Reason::Truncated);
        }
        let is_over = outcome == Line::TooLong || record.as_ref().is_some_and(|(_, raw)| raw.len() > LONGEST_RECORD);
        if is_over {
            if let Some((start, _)) = record.take() {
                context.skip(Position::new(Unit::Line, start), Reason::TooLong);
            }
            continue;
        }
        let Some((_, raw)) = &mut record else { continue };
        raw.extend_from_slice(&line);
        raw.push(b'\n');
        if upper == b"END:VMSG"
            && let Some((start, raw)) = record.take()
        {
            let outcome = message(&raw, context);
            context.outcome(outcome, Position::new(Unit::Line, start), &raw)?;
        }
    }
    if let Some((start, _)) = record {
        context.skip(Position::new(Unit::Line, start), Reason::Truncated);
    }
    Ok(())
}

#[derive(Default)]
struct Draft {
    tel: Vec<String>,
    message: Message,
    subject: Option<Vec<u8>>,
    free: Vec<String>,
    date: Option<String>,
    kind: Option<String>,
    is_report: bool,
}

fn message(raw: &[u8], context: &Context<'_>) -> Result<Message, Reason> {
    let mut draft = Draft::default();
    let mut lines = raw.split(|&byte| byte == b'\n').peekable();
    let mut in_body = false;
    while let Some(line) = lines.next() {
        let text = String::from_utf8_lossy(line).into_owned();
        let upper = text.trim().to_ascii_uppercase();
        match upper.as_str() {
            "BEGIN:VBODY" => in_body = true,
            "END:VBODY" => in_body = false,
            _ => {}
        }
        let Some((name, value)) = property(line) else {
            if in_body && !text.trim().is_empty() {
                draft.free.push(text);
            }
            continue;
        };
        let key = name.split(';').next().unwrap_or_default().to_ascii_uppercase();
        let is_quoted = name.to_ascii_uppercase().contains("QUOTED-PRINTABLE");
        let mut value = value.to_vec();
        while is_quoted && value.ends_with(b"=") {
            let Some(next) = lines.next() else { break };
            value.push(b'\n');
            value.extend_from_slice(next);
        }
        draft.property(&key, is_quoted, &value, in_body);
    }
    draft.finish(context)
}

/// Splits a line that is a property; lines of free text are none.
fn property(line: &[u8]) -> Option<(String, &[u8])> {
    let at = line.iter().position(|&byte| byte == b':')?;
    let (name, value) = line.split_at_checked(at)?;
    let name = std::str::from_utf8(name).ok()?.trim().to_owned();
    let upper = name.to_ascii_uppercase() + ":";
    let is_tag = LATEST_TAGS.iter().any(|tag| upper.starts_with(tag)) && !name.contains(' ');
    is_tag.then(|| (name, value.get(1..).unwrap_or_default()))
}

impl Draft {
    fn property(&mut self, key: &str, is_quoted: bool, value: &[u8], in_body: bool) {
        let decoded = if is_quoted { unquoted(value) } else { value.to_vec() };
        let text = String::from_utf8_lossy(&decoded).trim().to_owned();
        match key {
            "TEL" => self.tel.push(text),
            "X-BOX" | "X-IRMC-BOX" => {
                self.message.direction = match text.to_ascii_uppercase().as_str() {
                    "INBOX" => Direction::Received,
                    "SENDBOX" | "SENT" | "SENTBOX" => Direction::Sent,
                    _ => Direction::Unsent,
                };
            }
            "X-SIMID" => self.message.sim = Some(text),
            "X-TYPE" => self.kind = Some(text),
            "X-MESSAGE-TYPE" => self.is_report = text.eq_ignore_ascii_case("STATUS-REPORT"),
            "DATE" | "X-NOK-DT" | "X-SS-DT" => self.date = self.date.take().or(Some(text)),
            "SUBJECT" => self.subject = Some(decoded),
            "TEXT" if in_body => self.free.push(text),
            _ => {}
        }
    }

    fn finish(mut self, context: &Context<'_>) -> Result<Message, Reason> {
        if self.is_report {
            return Err(Reason::NotAMessage { what: "delivery report" });
        }
        let subject = self.subject.filter(|subject| !subject.trim_ascii().is_empty());
        let body =
            subject.map_or_else(|| self.free.join("\n"), |subject| String::from_utf8_lossy(&subject).into_owned());
        self.message.body = checked_body(body.trim_end_matches(['\r', '\n']).to_owned())?;
        self.message.party = self.tel.into_iter().rfind(|tel| !tel.is_empty());
        let offset = context.options.assumed_offset_minutes;
        self.message.time = self.date.and_then(|date| time::parse(&date, offset, TimeSource::Device));
        if self.kind.is_some_and(|kind| kind.eq_ignore_ascii_case("MMS")) {
            self.message.service = Service::Mms;
        }
        Ok(self.message)
    }
}

fn unquoted(value: &[u8]) -> Vec<u8> {
    quoted_printable::decode(value, quoted_printable::ParseMode::Robust).unwrap_or_else(|_| value.to_vec())
}
