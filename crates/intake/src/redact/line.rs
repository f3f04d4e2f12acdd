//! Masks for formats that go line by line: tables, VMSG, forms, print-outs of `content query`.

use super::mask;
use crate::format::json::percent_decoded;
use crate::{detect, field};

/// The cells of the first row that are headings stay.
pub fn table() -> impl FnMut(&str, bool) -> String {
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

/// Masks a line of VMSG, but not its headers.
pub fn vmsg(line: &str, is_begun: bool) -> String {
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
pub fn form(line: &str) -> String {
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

/// Masks the values of a row that `content query` prints.
pub fn content_query(line: &str, is_begun: bool) -> String {
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
            Some((name, value)) if crate::format::content_query::COLUMNS.contains(&name) => {
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
