//! Masks what a file says and keeps how it says it, so that a file can be given away to test a reader. What is no letter,
//! digit or name of a field stays; nothing of a message does.

mod database;
mod known;
mod mask;
mod package;
mod stream;
mod workbook;

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use stream::{Json, Lines, Mask, Plain, Xml};

use crate::format::content_query;
use crate::format::json::percent_decoded;
use crate::{Error, Format, bytes, detect, field};

/// Writes a file masked: every letter and digit of its values; structure, lengths and line breaks stay. `scratch` is an
/// empty folder of our own.
///
/// # Errors
/// Where the format cannot be masked (what is encrypted or packed as a whole backup), or reading or writing fails.
pub fn redact_file(path: &Path, scratch: &Path, output: &mut dyn Write) -> Result<Format, Error> {
    let format = detect(path)?;
    match format {
        Format::Database => database::redact(path, scratch, output)?,
        Format::Zip => package::redact_members(path, scratch, output)?,
        Format::Workbook => workbook::redact(path, scratch, output)?,
        _ => redact(File::open(path)?, format, output)?,
    }
    Ok(format)
}

/// Writes a text format masked, as UTF-8.
///
/// # Errors
/// Where the format is no text, or reading or writing fails.
pub fn redact(input: impl Read, format: Format, output: &mut dyn Write) -> Result<(), Error> {
    let mut mask: Box<dyn Mask> = match format {
        Format::SyncTechXml => Box::new(Xml::default()),
        Format::Json | Format::JsonLines => Box::new(Json::default()),
        Format::Vmsg => Box::new(Lines::new(vmsg)),
        Format::ContentQuery => Box::new(Lines::new(content_query)),
        Format::Table => Box::new(Lines::new(table())),
        Format::Text => Box::new(Plain::default()),
        Format::Form => Box::new(Lines::new(|line, _| form(line))),
        _ => {
            return Err(Error::Unsupported {
                what: "加密的、整体打包的备份和 PDU 不能遮盖，请解开后遮盖里面的 mmssms.db 或 sms.db；encrypted or packed backups and PDUs cannot be masked: unpack them and mask the mmssms.db or sms.db within",
            });
        }
    };
    let (mut input, _, _) = bytes::utf8(input)?;
    feed(&mut *input, &mut *mask, output)
}

/// Feeds a text to a mask, whole characters at a time.
fn feed(input: &mut dyn Read, mask: &mut dyn Mask, output: &mut dyn Write) -> Result<(), Error> {
    let mut buffer = vec![0; 1 << 16];
    let mut held = 0;
    let mut out = String::new();
    loop {
        let read = input.read(buffer.get_mut(held..).unwrap_or_default())?;
        let mut rest = buffer.get(..held + read).unwrap_or_default();
        let is_at_end = read == 0;
        while !rest.is_empty() {
            let (text, bad) = match std::str::from_utf8(rest) {
                Ok(text) => (text, 0),
                Err(error) => {
                    let (good, _) = rest.split_at(error.valid_up_to());
                    let bad = error.error_len().unwrap_or(if is_at_end { rest.len() - good.len() } else { 0 });
                    (std::str::from_utf8(good).unwrap_or_default(), bad)
                }
            };
            text.chars().for_each(|c| mask.take(c, &mut out));
            if bad > 0 {
                mask.take(char::REPLACEMENT_CHARACTER, &mut out);
            }
            rest = rest.get(text.len() + bad..).unwrap_or_default();
            if bad == 0 {
                break;
            }
        }
        if is_at_end {
            mask.end(&mut out);
        }
        output.write_all(out.as_bytes())?;
        out.clear();
        if is_at_end {
            return Ok(());
        }
        let kept = rest.len();
        let from = held + read - kept;
        buffer.copy_within(from..held + read, 0);
        held = kept;
    }
}

/// The cells of the first row that are headings stay.
fn table() -> impl FnMut(&str, bool) -> String {
    let mut is_first = true;
    move |line, is_begun| {
        if !std::mem::take(&mut is_first) || !is_begun {
            return mask::text(line);
        }
        let separator = detect::separator(line).map_or(',', char::from);
        let cells: Vec<String> = line.split(separator).map(heading).collect();
        cells.join(&separator.to_string())
    }
}

fn heading(cell: &str) -> String {
    let is_known = field::known(cell.trim().trim_matches('"')).is_some();
    if is_known { cell.to_owned() } else { mask::text(cell) }
}

/// Headers of a record, and what they say of how it is made.
const HEADERS: &[&str] = &[
    "BEGIN",
    "END",
    "VERSION",
    "TEL",
    "N",
    "FN",
    "DATE",
    "SUBJECT",
    "FROM",
    "TO",
    "X-BOX",
    "X-READ",
    "X-SIMID",
    "X-LOCKED",
    "X-TYPE",
    "X-IRMC-STATUS",
    "X-IRMC-BOX",
    "X-NOK-DT",
    "X-MESSAGE-TYPE",
    "X-SLOTID",
];
const HEADER_VALUES: &[&str] = &[
    "VMSG", "VCARD", "VENV", "VBODY", "1.0", "1.1", "2.1", "3.0", "INBOX", "SENDBOX", "SENTBOX", "OUTBOX", "DRAFT",
    "READ", "UNREAD", "LOCKED", "UNLOCKED", "SMS", "MMS", "DELIVER", "SUBMIT", "0", "1", "2",
];
const PARAMETERS: &[&str] =
    &["ENCODING=QUOTED-PRINTABLE", "CHARSET=UTF-8", "ENCODING=B", "ENCODING=8BIT", "CELL", "TYPE=CELL"];

fn vmsg(line: &str, is_begun: bool) -> String {
    let Some((name, value)) = line.split_once(':').filter(|_| is_begun) else { return quoted(line) };
    let mut parts = name.split(';');
    let is_in = |list: &[&str], text: &str| list.contains(&text.to_ascii_uppercase().as_str());
    let is_header = parts.next().is_some_and(|head| is_in(HEADERS, head)) && parts.all(|part| is_in(PARAMETERS, part));
    if !is_header {
        return quoted(line);
    }
    if is_in(HEADER_VALUES, value.trim()) { line.to_owned() } else { format!("{name}:{}", quoted(value)) }
}

/// Masks quoted-printable: `=E4` of a letter stays of the same length and stays decodable as nothing but a sign.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut plain = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let is_escape = c == '=' && characters.peek().is_some_and(char::is_ascii_hexdigit);
        if is_escape {
            let _ = characters.by_ref().take(2).count();
            out.push_str(&mask::text(&std::mem::take(&mut plain)));
            out.push_str("=3F");
        } else {
            plain.push(c);
        }
    }
    out.push_str(&mask::text(&plain));
    out
}

/// Masks the values of a form.
fn form(line: &str) -> String {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let (name, value) = (percent_decoded(name), percent_decoded(value));
        format!("{}={}", percent_encoded(&mask::name(&name)), percent_encoded(&mask::value(&name, &value)))
    };
    let pairs: Vec<String> = line.trim_end().split('&').map(pair).collect();
    pairs.join("&")
}

fn percent_encoded(text: &str) -> String {
    let encoded = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(encoded).collect()
}

fn content_query(line: &str, is_begun: bool) -> String {
    let mut out = String::with_capacity(line.len());
    for (at, piece) in line.split(", ").enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        let is_number = |text: &str| text.len() <= 7 && text.bytes().all(|b| b.is_ascii_digit());
        let row = piece.strip_prefix("Row: ").and_then(|row| row.split_once(' '));
        let rest = match row {
            Some((number, rest)) if at == 0 && is_begun && is_number(number) => {
                out.push_str("Row: ");
                out.push_str(number);
                out.push(' ');
                rest
            }
            _ => piece,
        };
        match rest.split_once('=') {
            Some((name, value)) if content_query::COLUMNS.contains(&name) => {
                out.push_str(name);
                out.push('=');
                let end = value.trim_end_matches(['\r', '\n']).len();
                let (value, end) = value.split_at(end);
                out.push_str(&mask::value(name, value));
                out.push_str(end);
            }
            _ => out.push_str(&mask::text(rest)),
        }
    }
    out
}
