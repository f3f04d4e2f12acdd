//! Apple's `sms.db`: messages of every service, their texts often only in an archived attributed string.

use super::Foreign;
use crate::field::checked_body;
use crate::format::Context;
use crate::message::{Direction, Message, Service, Time, TimeSource, Zone};
use crate::{Error, Position, Reason, Unit, time};

/// Columns that are read where they exist; the first three must.
const COLUMNS: &[&str] = &[
    "ROWID",
    "date",
    "is_from_me",
    "text",
    "attributedBody",
    "handle_id",
    "service",
    "destination_caller_id",
    "associated_message_type",
    "item_type",
    "cache_has_attachments",
];

/// Reads the messages of a database that has the tables `message` and `handle`.
pub fn read(context: &mut Context<'_>, foreign: &Foreign) -> Result<(), Error> {
    let known = foreign.columns("message")?;
    let has = |name: &str| name == "ROWID" || known.iter().any(|column| column == name);
    let selected: Vec<String> =
        COLUMNS.iter().map(|name| if has(name) { format!("m.{name}") } else { String::from("NULL") }).collect();
    let join = if has("handle_id") { "LEFT JOIN handle h ON h.ROWID = m.handle_id" } else { "LEFT JOIN handle h ON 0" };
    let sql = format!("SELECT {}, h.id FROM message m {join} ORDER BY m.ROWID", selected.join(","));
    let mut statement = foreign.connection().prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let outcome = message(row);
        let raw = raw(row);
        context.outcome(outcome, Position::within("message", Unit::Row, id.unsigned_abs()), &raw)?;
    }
    Ok(())
}

fn raw(row: &rusqlite::Row<'_>) -> Vec<u8> {
    let names = COLUMNS.iter().copied().chain(["handle"]);
    let object: serde_json::Map<String, serde_json::Value> =
        names.enumerate().map(|(at, name)| (name.to_owned(), super::json(row.get_ref(at)))).collect();
    serde_json::to_vec(&object).unwrap_or_default()
}

fn message(row: &rusqlite::Row<'_>) -> Result<Message, Reason> {
    let number = |at: usize| row.get::<_, Option<i64>>(at).unwrap_or(None).unwrap_or_default();
    let text = |at: usize| row.get::<_, Option<String>>(at).unwrap_or(None).filter(|text| !text.is_empty());
    if number(8) != 0 {
        return Err(Reason::NotAMessage { what: "reaction" });
    }
    if number(9) != 0 {
        return Err(Reason::NotAMessage { what: "event of a group" });
    }
    let archived = || row.get::<_, Option<Vec<u8>>>(4).unwrap_or(None).and_then(|blob| attributed_text(&blob));
    let body = text(3).or_else(archived).unwrap_or_default();
    let attachments = u32::from(number(10) != 0);
    let is_only_attachment = attachments > 0 && body.chars().all(|c| c == '\u{fffc}' || c.is_whitespace());
    if is_only_attachment {
        return Err(Reason::NotAMessage { what: "picture without text" });
    }
    let service = match text(6).unwrap_or_default().to_lowercase().as_str() {
        "imessage" | "imessagelite" => Service::Imessage,
        "rcs" => Service::Rcs,
        _ => Service::Sms,
    };
    Ok(Message {
        party: text(11),
        body: checked_body(body)?,
        direction: if number(2) == 0 { Direction::Received } else { Direction::Sent },
        service,
        time: apple_time(number(1)),
        sim: text(7),
        attachments,
        ..Message::default()
    })
}

/// Nanoseconds since 2001; seconds in old rows.
fn apple_time(count: i64) -> Option<Time> {
    let unix_ms = if count >= 1_000_000_000_000 {
        count / 1_000_000 + time::APPLE_EPOCH_S * 1000
    } else {
        count.checked_add(time::APPLE_EPOCH_S)?.checked_mul(1000)?
    };
    (count > 0).then_some(Time { unix_ms, source: TimeSource::Device, zone: Zone::Epoch })
}

/// Returns the text of a string archived as `typedstream`.
pub fn attributed_text(blob: &[u8]) -> Option<String> {
    let class = find(blob, b"NSString").or_else(|| find(blob, b"NSMutableString"))?;
    let rest = blob.get(class..)?;
    let start = class + find(rest, &[0x84, 0x01, 0x2B])? + 3;
    let (length, from) = match blob.get(start)? {
        0x81 => (usize::from(u16::from_le_bytes([*blob.get(start + 1)?, *blob.get(start + 2)?])), start + 3),
        0x82 => {
            let bytes = blob.get(start + 1..start + 5)?;
            (u32::from_le_bytes(bytes.try_into().ok()?) as usize, start + 5)
        }
        short => (usize::from(*short), start + 1),
    };
    let stated = blob.get(from..from.checked_add(length)?).and_then(|bytes| std::str::from_utf8(bytes).ok());
    if let Some(text) = stated {
        return Some(text.to_owned());
    }
    // A wrong length: the text ends where its attributes begin.
    let rest = blob.get(from..)?;
    let end = find(rest, &[0x86, 0x84]).unwrap_or(rest.len());
    Some(String::from_utf8_lossy(rest.get(..end)?).into_owned())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
