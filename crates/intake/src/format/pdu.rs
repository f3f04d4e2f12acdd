//! Protocol data units (3GPP TS 23.040), bare or in the answers of a modem; parts of long messages are joined.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::Context;
use crate::bytes::{self, Line};
use crate::field::checked_body;
use crate::message::{Direction, Message, Time, TimeSource, Zone};
use crate::{Error, Position, Reason, Unit, Warning};

const LONGEST_LINE: usize = 4096;
/// Long messages that wait for parts.
const MOST_OPEN: usize = 10_000;

/// One part.
#[derive(Debug)]
struct Part {
    message: Message,
    place: Option<Place>,
}

/// Reference, count and number of a part.
type Place = (u16, u8, u8);
type Key = (Option<String>, u16, u8);

#[derive(Default)]
struct Long {
    first: u64,
    parts: BTreeMap<u8, (Message, Vec<u8>)>,
}

/// Reads a dump.
pub fn read(context: &mut Context<'_>, input: &mut dyn BufRead) -> Result<(), Error> {
    let mut line = Vec::new();
    let mut long: BTreeMap<Key, Long> = BTreeMap::new();
    for number in 1.. {
        let position = Position::new(Unit::Line, number);
        match bytes::line(input, LONGEST_LINE, &mut line)? {
            Line::End => break,
            Line::TooLong => {
                context.skip(position, Reason::TooLong);
                continue;
            }
            Line::Whole => {}
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim().trim_matches('"');
        if is_talk(text) {
            continue;
        }
        let decoded = octets(text).ok_or_else(|| Reason::damaged("no hexadecimal")).and_then(|octets| decode(&octets));
        match decoded {
            Ok(Part { message, place: Some((reference, count, at)) }) if long.len() < MOST_OPEN => {
                let key = (message.party.clone(), reference, count);
                let open = long.entry(key.clone()).or_insert_with(|| Long { first: number, ..Long::default() });
                open.parts.insert(at, (message, line.clone()));
                if open.parts.len() == usize::from(count)
                    && let Some(whole) = long.remove(&key)
                {
                    join(context, whole)?;
                }
            }
            Ok(part) => context.record(part.message, position, &line)?,
            Err(reason) => context.skip(position, reason),
        }
    }
    let count = long.len() as u64;
    for (_, partial) in long {
        join(context, partial)?;
    }
    if count > 0 {
        context.sink.warning(Warning::MissingParts { count });
    }
    Ok(())
}

/// A modem's own words.
fn is_talk(line: &str) -> bool {
    line.is_empty()
        || matches!(line, "OK" | "ERROR")
        || line.starts_with("AT+")
        || line.starts_with('+')
        || line.starts_with('>')
}

fn join(context: &mut Context<'_>, long: Long) -> Result<(), Error> {
    let mut parts = long.parts.into_values();
    let Some((mut message, mut raw)) = parts.next() else { return Ok(()) };
    for (part, bytes) in parts {
        message.body.push_str(&part.body);
        raw.push(b'\n');
        raw.extend_from_slice(&bytes);
    }
    let outcome = checked_body(message.body.clone()).map(|_| message);
    context.outcome(outcome, Position::new(Unit::Line, long.first), &raw)
}

fn octets(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits.filter(|digits| digits.len() >= 2)?;
    // The last half octet of a cut line is of no use.
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// Takes octets from the front; running out is damage.
struct Octets<'a>(&'a [u8]);

impl<'a> Octets<'a> {
    fn one(&mut self) -> Result<u8, Reason> {
        let (first, rest) = self.0.split_first().ok_or(Reason::Truncated)?;
        self.0 = rest;
        Ok(*first)
    }

    fn many(&mut self, count: usize) -> Result<&'a [u8], Reason> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Reason::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }
}

fn decode(octets: &[u8]) -> Result<Part, Reason> {
    let mut rest = Octets(octets);
    let centre = rest.one()?;
    if centre > 12 {
        return Err(Reason::damaged("the address of the message centre is too long"));
    }
    rest.many(usize::from(centre))?;
    let first = rest.one()?;
    match first & 3 {
        0 => deliver(rest, first),
        1 => submit(rest, first),
        2 => Err(Reason::NotAMessage { what: "delivery report" }),
        _ => Err(Reason::damaged("reserved message type")),
    }
}

fn deliver(mut rest: Octets<'_>, first: u8) -> Result<Part, Reason> {
    let party = address(&mut rest)?;
    rest.one()?;
    let scheme = rest.one()?;
    let sent = time(rest.many(7)?);
    let (body, place) = user_data(&mut rest, first, scheme)?;
    let message = Message { party, body, sent, time: sent, ..Message::default() };
    Ok(Part { message, place })
}

fn submit(mut rest: Octets<'_>, first: u8) -> Result<Part, Reason> {
    rest.one()?;
    let party = address(&mut rest)?;
    rest.one()?;
    let scheme = rest.one()?;
    let validity = match first >> 3 & 3 {
        0 => 0,
        2 => 1,
        _ => 7,
    };
    rest.many(validity)?;
    let (body, place) = user_data(&mut rest, first, scheme)?;
    Ok(Part { message: Message { party, body, direction: Direction::Sent, ..Message::default() }, place })
}

fn address(rest: &mut Octets<'_>) -> Result<Option<String>, Reason> {
    let digits = usize::from(rest.one()?);
    let kind = rest.one()?;
    if digits > 40 {
        return Err(Reason::damaged("the address is too long"));
    }
    let octets = rest.many(digits.div_ceil(2))?;
    if kind & 0x70 == 0x50 {
        return Ok(Some(seven_bit(octets, 0, digits * 4 / 7)));
    }
    let mut text = if kind & 0x70 == 0x10 { String::from("+") } else { String::new() };
    for at in 0..digits {
        let octet = octets.get(at / 2).copied().unwrap_or(0xFF);
        let digit = if at % 2 == 0 { octet & 15 } else { octet >> 4 };
        text.extend("0123456789*#abc".chars().nth(usize::from(digit)));
    }
    Ok(Some(text).filter(|text| text.len() > 1))
}

fn time(octets: &[u8]) -> Option<Time> {
    let swapped = |at: usize| octets.get(at).map(|octet| i16::from(octet & 15) * 10 + i16::from(octet >> 4));
    let [year, month, day, hour, minute, second] =
        [swapped(0)?, swapped(1)?, swapped(2)?, swapped(3)?, swapped(4)?, swapped(5)?];
    let zone = *octets.get(6)?;
    let quarters = i32::from(zone & 7) * 10 + i32::from(zone >> 4);
    let minutes = if zone & 8 == 0 { quarters * 15 } else { quarters * -15 };
    let year = if year >= 90 { 1900 + year } else { 2000 + year };
    let civil =
        jiff::civil::DateTime::new(year, month as i8, day as i8, hour as i8, minute as i8, second as i8, 0).ok()?;
    let moment = jiff::tz::Offset::from_seconds(minutes * 60).ok()?.to_timestamp(civil).ok()?;
    Some(Time { unix_ms: moment.as_millisecond(), source: TimeSource::Smsc, zone: Zone::Stated(minutes) })
}

/// The alphabet of a coding scheme.
enum Alphabet {
    SevenBit,
    EightBit,
    Ucs2,
}

fn alphabet(scheme: u8) -> Alphabet {
    match scheme >> 4 {
        0..=3 if scheme & 0x20 != 0 => Alphabet::EightBit,
        0..=3 | 0xF => match scheme >> 2 & 3 {
            1 => Alphabet::EightBit,
            2 if scheme >> 4 != 0xF => Alphabet::Ucs2,
            _ => Alphabet::SevenBit,
        },
        0xE => Alphabet::Ucs2,
        _ => Alphabet::SevenBit,
    }
}

fn user_data(rest: &mut Octets<'_>, first: u8, scheme: u8) -> Result<(String, Option<Place>), Reason> {
    let length = usize::from(rest.one()?);
    let data = rest.0;
    let header = if first & 0x40 == 0 { 0 } else { data.first().map_or(0, |length| usize::from(*length) + 1) };
    let place = data.get(1..header).and_then(concatenation);
    let is_port = data.get(1..header).is_some_and(|header| matches!(header.first(), Some(4 | 5)));
    if is_port && place.is_none() {
        return Err(Reason::NotAMessage { what: "data for an application" });
    }
    let text = match alphabet(scheme) {
        Alphabet::SevenBit => {
            let skip = (header * 8).div_ceil(7);
            seven_bit(data, skip, length.saturating_sub(skip))
        }
        Alphabet::EightBit => return Err(Reason::NotAMessage { what: "binary data" }),
        Alphabet::Ucs2 => {
            let octets = data.get(header..length.min(data.len())).ok_or(Reason::Truncated)?;
            let units: Vec<u16> = octets.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
    };
    Ok((checked_body(text)?, place))
}

fn concatenation(mut header: &[u8]) -> Option<Place> {
    while let [kind, length, rest @ ..] = header {
        let (value, next) = rest.split_at_checked(usize::from(*length))?;
        let place = match (kind, value) {
            (0, [reference, count, at]) => Some((u16::from(*reference), *count, *at)),
            (8, [high, low, count, at]) => Some((u16::from_be_bytes([*high, *low]), *count, *at)),
            _ => None,
        };
        if let Some(place) = place.filter(|(_, count, at)| *count > 1 && *at >= 1 && at <= count) {
            return Some(place);
        }
        header = next;
    }
    None
}

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

fn seven_bit(octets: &[u8], skip: usize, count: usize) -> String {
    let mut text = String::with_capacity(count);
    let mut is_escaped = false;
    for at in skip..skip + count {
        let bit = at * 7;
        let Some(low) = octets.get(bit / 8) else { break };
        let high = octets.get(bit / 8 + 1).copied().unwrap_or(0);
        let code = (u16::from_le_bytes([*low, high]) >> (bit % 8) & 0x7F) as u8;
        if is_escaped {
            text.push(extended(code));
            is_escaped = false;
        } else if code == 0x1B {
            is_escaped = true;
        } else {
            text.extend(BASIC.chars().nth(usize::from(code)));
        }
    }
    text
}

fn extended(code: u8) -> char {
    match code {
        0x0A => '\u{c}',
        0x14 => '^',
        0x28 => '{',
        0x29 => '}',
        0x2F => '\\',
        0x3C => '[',
        0x3D => '~',
        0x3E => ']',
        0x40 => '|',
        0x65 => '€',
        _ => ' ',
    }
}
