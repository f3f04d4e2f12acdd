//! Masks what a file says and keeps how it says it, so that a file can be given away to test a reader.

use std::io::{self, Read, Write};

use crate::{Error, Format, bytes};

/// Names of fields, which a reader needs to see.
const KEPT: &[&str] = &["null", "true", "false", "NULL"];

/// Writes a text format with every letter and digit of its values masked; structure, lengths and line breaks stay.
///
/// # Errors
/// Where the format is no text (databases and archives cannot be masked yet), or reading or writing fails.
pub fn redact(input: impl Read, format: Format, output: &mut dyn Write) -> Result<(), Error> {
    let mask: fn(&str) -> String = match format {
        Format::SyncTechXml => xml,
        Format::Json | Format::JsonLines => json,
        Format::Vmsg => vmsg,
        Format::ContentQuery => content_query,
        Format::Text | Format::Table | Format::Form | Format::Pdu => plain,
        _ => {
            return Err(Error::Unsupported { what: "只能遮盖文字类文件 only text files can be masked" });
        }
    };
    let (mut input, _, _) = bytes::utf8(input)?;
    let mut is_header = format == Format::Table;
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = io::BufRead::read_until(&mut (&mut *input).take(8 << 20), b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line);
        let masked = if is_header { text.into_owned() } else { mask(&text) };
        is_header = false;
        output.write_all(masked.as_bytes())?;
    }
}

/// Digits become 0, Latin letters x, Chinese characters 某; signs, blanks and emoji stay.
fn masked(c: char) -> char {
    match c {
        '0'..='9' => '0',
        'a'..='z' => 'x',
        'A'..='Z' => 'X',
        c if c.is_numeric() => '0',
        c if c.is_alphabetic() => '某',
        c => c,
    }
}

fn plain(line: &str) -> String {
    line.chars().map(masked).collect()
}

/// Masks inside quotes only; references such as `&#10;` stay.
fn xml(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let (mut quote, mut word, mut name) = (None, String::new(), String::new());
    for c in line.chars() {
        match quote {
            Some(end) if c == end => {
                let is_kept = KEPT.contains(&word.as_str()) || is_structure(&name, &word);
                out.push_str(&if is_kept {
                    std::mem::take(&mut word)
                } else {
                    masked_text(&std::mem::take(&mut word))
                });
                out.push(c);
                quote = None;
                name.clear();
            }
            Some(_) => word.push(c),
            None if matches!(c, '"' | '\'') => {
                quote = Some(c);
                out.push(c);
            }
            None => {
                if c.is_whitespace() || c == '<' {
                    name.clear();
                } else if c != '=' {
                    name.push(c);
                }
                out.push(c);
            }
        }
    }
    // A value may go on in the next line: masked as text.
    out.push_str(&masked_text(&word));
    out
}

fn is_structure(name: &str, value: &str) -> bool {
    const NAMES: &[&str] = &[
        "type",
        "msg_box",
        "ct",
        "ct_t",
        "seq",
        "chset",
        "read",
        "status",
        "m_type",
        "protocol",
        "locked",
        "version",
        "encoding",
        "standalone",
        "sub_id",
    ];
    NAMES.contains(&name) && value.len() <= 64
}

/// Masks text, but not references inside it.
fn masked_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(&plain(before));
        let end = reference.bytes().take(12).position(|byte| byte == b';').map_or(1, |end| end + 1);
        let (kept, after) = reference.split_at_checked(end).unwrap_or((reference, ""));
        out.push_str(kept);
        rest = after;
    }
    out.push_str(&plain(rest));
    out
}

fn json(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        if c != '"' {
            out.push(if c.is_ascii_digit() { '0' } else { c });
            continue;
        }
        let mut word = String::new();
        while let Some(inner) = characters.next() {
            match inner {
                '"' => break,
                '\\' => {
                    word.push('\\');
                    word.extend(characters.next());
                }
                other => word.push(other),
            }
        }
        let mut ahead = characters.clone();
        let is_name = ahead.find(|c| !c.is_whitespace()) == Some(':');
        out.push('"');
        out.push_str(&if is_name { word } else { masked_json(&word) });
        out.push('"');
    }
    out
}

fn masked_json(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut characters = word.chars();
    while let Some(c) = characters.next() {
        if c == '\\' {
            let Some(escape) = characters.next() else { break };
            if escape == 'u' {
                // What the escape stands for is content.
                let _ = characters.by_ref().take(4).count();
                out.push('某');
            } else {
                out.push(c);
                out.push(escape);
            }
        } else {
            out.push(masked(c));
        }
    }
    out
}

fn vmsg(line: &str) -> String {
    let Some((name, value)) = line.split_once(':') else { return quoted(line) };
    let upper = name.to_ascii_uppercase();
    let is_kept = upper.starts_with("BEGIN")
        || upper.starts_with("END")
        || upper.starts_with("X-")
        || upper.starts_with("VERSION");
    if is_kept {
        return line.to_owned();
    }
    if name.contains(' ') || name.len() > 80 || !name.is_ascii() {
        quoted(line)
    } else {
        format!("{name}:{}", quoted(value))
    }
}

/// Masks quoted-printable: `=E4` of a letter stays of the same length and stays decodable as nothing but a sign.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let is_escape = c == '=' && characters.peek().is_some_and(char::is_ascii_hexdigit);
        if is_escape {
            let _ = characters.by_ref().take(2).count();
            out.push_str("=3F");
        } else {
            out.push(masked(c));
        }
    }
    out
}

fn content_query(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for (at, piece) in line.split(", ").enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        match piece.split_once('=') {
            Some((name, value)) if name.len() < 40 && name.is_ascii() && !KEPT.contains(&value.trim()) => {
                out.push_str(name);
                out.push('=');
                out.push_str(&plain(value));
            }
            Some(_) => out.push_str(piece),
            None => out.push_str(&plain(piece)),
        }
    }
    out
}
