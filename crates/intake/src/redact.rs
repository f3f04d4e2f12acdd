//! Masks what a file says and keeps how it says it, so that a file can be given away to test a reader. What is no letter,
//! digit or name of a field stays; nothing of a message does.

mod database;
mod json;
mod known;
mod line;
mod mask;
mod package;
mod stream;
mod workbook;
mod xml;

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use json::Json;
use line::{content_query, form, table, vmsg};
use stream::{Lines, Mask};
use xml::Xml;

use crate::{Error, Format, bytes, detect};

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
        Format::Text => Box::new(Lines::new(|line, _| mask::text(line))),
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
