//! What a file says of itself: its type by name, and when and with what a picture was taken (EXIF). It is a claim, and
//! kept as one, in a record of its own.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use evidence::{ClaimedTime, Content, Entry, Error, Kind, Meaning, Store};
use exif::{In, Reader, Tag, Value};
use intake::Format;

const LARGEST_PICTURE: u64 = 64 << 20;

/// Returns the media type that a file's name suggests.
pub fn mime(path: &Path) -> &'static str {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "txt" => "text/plain",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "heic" | "heif" => "image/heic",
        "pdf" => "application/pdf",
        "json" => "application/json",
        "xml" => "application/xml",
        "zip" => "application/zip",
        "htm" | "html" => "text/html",
        _ => "application/octet-stream",
    }
}

/// Returns the media type and the kind of thing that pasted bytes are.
pub fn of_bytes(bytes: &[u8]) -> (&'static str, &'static str) {
    match reader::kind(bytes) {
        Some(reader::Kind::Png) => return ("image/png", "picture"),
        Some(reader::Kind::Jpeg) => return ("image/jpeg", "picture"),
        Some(reader::Kind::Webp) => return ("image/webp", "picture"),
        Some(reader::Kind::Other(_)) | None => {}
    }
    match intake::detect_bytes(bytes) {
        _ if !intake::is_text(bytes) => ("application/octet-stream", "file"),
        Format::Text => ("text/plain", "message"),
        Format::Json | Format::JsonLines => ("application/json", "file"),
        Format::SyncTechXml => ("application/xml", "file"),
        _ => ("text/plain", "file"),
    }
}

/// Returns records of what kept pictures say of their taking, one for each that says anything; the numbers rise.
///
/// # Errors
/// As [`Store::visit`].
pub fn of(store: &Store, numbers: &[u64]) -> Result<Vec<Entry<'static>>, Error> {
    let mut found = Vec::new();
    store.visit(&|number| numbers.binary_search(&number).is_ok(), &mut |mut kept| {
        let is_picture = |content: &Content| content.mime.starts_with("image/") && content.size <= LARGEST_PICTURE;
        if kept.record.content.as_ref().is_some_and(is_picture) {
            let number = kept.record.seq;
            let bytes = kept.checked(LARGEST_PICTURE as usize);
            found.extend(bytes.and_then(|bytes| of_picture(number, bytes)));
        }
        Ok(())
    })?;
    Ok(found)
}

fn of_picture(number: u64, bytes: Vec<u8>) -> Option<Entry<'static>> {
    let read = Reader::new().read_from_container(&mut Cursor::new(bytes)).ok()?;
    let text = |tag: Tag| {
        let Value::Ascii(lines) = &read.get_field(tag, In::PRIMARY)?.value else { return None };
        let line = String::from_utf8_lossy(lines.first()?).trim().to_owned();
        (!line.is_empty() && line.chars().count() < 200).then_some(line)
    };
    let mut source = BTreeMap::from([("type".to_owned(), "exif".to_owned())]);
    let camera = [text(Tag::Make), text(Tag::Model)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    source.extend((!camera.is_empty()).then(|| ("camera".to_owned(), camera)));
    source.extend(text(Tag::Software).map(|software| ("software".to_owned(), software)));
    let taken = text(Tag::DateTimeOriginal).and_then(|time| claimed(&time, text(Tag::OffsetTimeOriginal)));
    if source.len() == 1 && taken.is_none() {
        return None;
    }
    let times = taken.into_iter().collect();
    Some(Entry { source, times, ..Entry::remark(Kind::Derived, vec![number], None) })
}

/// `2026:05:06 21:10:00` with its offset, which older cameras do not state.
fn claimed(time: &str, offset: Option<String>) -> Option<ClaimedTime> {
    let (date, clock) = time.split_once(' ')?;
    let value = format!("{}T{clock}", date.replace(':', "-"));
    value.parse::<jiff::civil::DateTime>().ok()?;
    let offset = offset.unwrap_or_else(|| "unknown".to_owned());
    Some(ClaimedTime { meaning: Meaning::Taken, offset, source: "exif".to_owned(), value })
}
