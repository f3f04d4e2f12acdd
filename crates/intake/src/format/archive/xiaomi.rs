//! Xiaomi's local backup (`短信(com.android.mms).bak`): a head of lines, then an Android backup whose payload is a
//! protocol-buffer message. Written from a published description; no real file was seen.

use std::io::{BufReader, Read};

use super::android;
use crate::bytes::{self, Line};
use crate::field::checked_body;
use crate::format::Context;
use crate::message::{Message, TimeSource};
use crate::{Error, Position, Reason, Unit, Warning, field, time};

/// The payload lies in memory.
const LARGEST_PAYLOAD: u64 = 512 << 20;

/// Reads a backup from its first byte.
pub fn read(context: &mut Context<'_>, input: Box<dyn Read + '_>) -> Result<(), Error> {
    let mut input = BufReader::new(input);
    let mut lines = Vec::new();
    for _ in 0..5 {
        let mut line = Vec::new();
        match bytes::line(&mut input, 4096, &mut line)? {
            Line::Whole => lines.push(String::from_utf8_lossy(&line).into_owned()),
            Line::TooLong | Line::End => {
                return Err(Error::Archive { what: "备份文件头不完整 the head is incomplete".to_owned() });
            }
        }
    }
    // What stands between the head and the Android backup: a check of the password, a user's number. Where the inner
    // backup is encrypted, its own head says so, and its own check tells a wrong password.
    let between = match lines.get(4).map(String::as_str) {
        Some("0") => 0,
        Some("1" | "20") => 1,
        Some("21") => 2,
        _ => return Err(Error::Unsupported { what: "没见过的小米备份 a Xiaomi backup of an unknown kind" }),
    };
    for _ in 0..between {
        bytes::line(&mut input, 4096, &mut Vec::new())?;
    }
    let tar = android::open(context, &mut input)?;
    let mut tally = Tally::default();
    let is_any = android::walk(context, tar, &mut |context, name, member| {
        if !name.contains("miui_bak") && !name.ends_with("_tmp_bak") {
            return Ok(false);
        }
        let payload = bytes::whole(member, LARGEST_PAYLOAD)?;
        root(context, &payload, &mut tally)?;
        Ok(true)
    })?;
    if !is_any {
        return Err(Error::Unsupported { what: "备份里没有短信 no messages in the backup" });
    }
    if tally.messages > 0 && !tally.has_service_number {
        context.sink.warning(Warning::NoServiceNumbers);
    }
    Ok(())
}

#[derive(Default)]
struct Tally {
    messages: u64,
    has_service_number: bool,
}

/// One field on the wire.
enum Wire<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Other,
}

/// Takes fields from the front of a message; unknown ones are given as well.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// Returns the next field; an error where the bytes are none.
    fn next(&mut self) -> Option<Result<(u64, Wire<'a>), ()>> {
        if self.0.is_empty() {
            return None;
        }
        Some(self.field().ok_or(()))
    }

    fn field(&mut self) -> Option<(u64, Wire<'a>)> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Wire::Number(self.varint()?),
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                let (bytes, rest) = self.0.split_at_checked(length)?;
                self.0 = rest;
                Wire::Bytes(bytes)
            }
            width @ (1 | 5) => {
                self.0 = self.0.get(if width == 1 { 8 } else { 4 }..)?;
                Wire::Other
            }
            _ => return None,
        };
        Some((key >> 3, value))
    }
}

fn root(context: &mut Context<'_>, payload: &[u8], tally: &mut Tally) -> Result<(), Error> {
    let mut fields = Fields(payload);
    while let Some(field) = fields.next() {
        match field {
            Ok((4, Wire::Bytes(list))) => self::list(context, list, payload, tally)?,
            Ok((9, Wire::Bytes(list))) if !list.is_empty() => {
                let at = payload.len() - fields.0.len();
                context.skip(
                    Position::new(Unit::Byte, at as u64),
                    Reason::NotAMessage { what: "彩信 multimedia messages" },
                );
            }
            Ok(_) => {}
            Err(()) => {
                let at = payload.len() - fields.0.len();
                context.skip(Position::new(Unit::Byte, at as u64), Reason::Truncated);
                break;
            }
        }
    }
    Ok(())
}

fn list(context: &mut Context<'_>, bytes: &[u8], payload: &[u8], tally: &mut Tally) -> Result<(), Error> {
    let base = bytes.as_ptr().addr() - payload.as_ptr().addr();
    let mut fields = Fields(bytes);
    while let Some(field) = fields.next() {
        let at = base + bytes.len() - fields.0.len();
        let position = Position::new(Unit::Byte, at as u64);
        match field {
            Ok((1, Wire::Bytes(sms))) => {
                let outcome = message(sms);
                tally.messages += 1;
                let party = outcome.as_ref().ok().and_then(|message| message.party.as_deref());
                tally.has_service_number |= party.is_some_and(crate::is_service_number);
                context.outcome(outcome, position, sms)?;
            }
            Ok(_) => {}
            Err(()) => {
                context.skip(position, Reason::Truncated);
                break;
            }
        }
    }
    Ok(())
}

fn message(bytes: &[u8]) -> Result<Message, Reason> {
    let mut fields = Fields(bytes);
    let mut message = Message::default();
    let mut body = String::new();
    while let Some(field) = fields.next() {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match field.map_err(|()| Reason::damaged("protocol buffer"))? {
            (3, Wire::Number(kind)) => message.direction = field::direction(&kind.to_string())?,
            (4, Wire::Bytes(bytes)) => message.party = Some(text(bytes)).filter(|party| !party.is_empty()),
            (6, Wire::Bytes(bytes)) => body = text(bytes),
            (7, Wire::Number(date)) => message.time = moment(date, TimeSource::Device),
            (11, Wire::Number(date)) => message.sent = moment(date, TimeSource::Smsc),
            _ => {}
        }
    }
    message.body = checked_body(body)?;
    Ok(message)
}

fn moment(count: u64, source: TimeSource) -> Option<crate::Time> {
    time::epoch(i64::try_from(count).ok()?, source)
}
