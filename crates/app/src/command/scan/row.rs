//! One row: from its bytes to a message, from its verdict to a line. Keeps the caller's id as it was.

use std::borrow::Cow;

use judge::render::{self, Detail, Subject};
use judge::{Judge, Message, Scratch};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::command::scan::reader::Columns;
use crate::input;

/// A row that holds a message.
#[derive(Debug)]
pub struct Row<'a> {
    id: Option<Box<RawValue>>,
    sender: Option<Cow<'a, str>>,
    received_at: Option<Cow<'a, str>>,
    body: Cow<'a, str>,
}

/// The id of a bad row, if it has one, and the reason in Chinese and English.
pub type RowError = (Option<Box<RawValue>>, [String; 2]);

/// A row as an object; values of another type than expected are told as such.
#[derive(Deserialize)]
struct JsonRow {
    #[serde(default)]
    id: Option<Box<RawValue>>,
    #[serde(default)]
    sender: Option<Value>,
    #[serde(default)]
    received_at: Option<Value>,
    #[serde(default)]
    body: Option<Value>,
}

fn bad(id: Option<Box<RawValue>>, zh: &str, en: &str) -> RowError {
    (id, [zh.to_owned(), en.to_owned()])
}

/// Returns the error for a line over the limit.
pub fn too_long() -> RowError {
    bad(
        None,
        "这一行超过 1 MiB，已跳过；一行只放一条短信。",
        "the line is longer than 1 MiB and was skipped; put one message in a line",
    )
}

/// Returns the error for a row that cannot be read.
pub fn unreadable(reason: &str) -> RowError {
    bad(None, &format!("读不懂这一行：{reason}"), &format!("cannot read the row: {reason}"))
}

/// Says where a row stops being JSON; the parser's own words are English.
fn broken_json(error: &serde_json::Error) -> RowError {
    let at = error.column();
    bad(
        None,
        &format!("这一行的 JSON 写错了，错在第 {at} 个字节附近；请改好再扫描。"),
        &format!("the JSON of the row is broken near byte {at}: {error}; mend it and scan again"),
    )
}

/// Reads a row of JSON lines.
pub fn from_json(line: &[u8]) -> Result<Row<'_>, RowError> {
    let text = std::str::from_utf8(line).map_err(|_| {
        bad(
            None,
            "这一行不是 UTF-8；请把文件另存为 UTF-8 编码。",
            "the row is not UTF-8; save the file in that encoding",
        )
    })?;
    if !text.trim_start().starts_with('{') {
        return Err(bad(
            None,
            "这一行不是 JSON 对象；请写成 {\"body\": \"短信正文\"}。",
            "the row is no JSON object; write {\"body\": \"the message\"}",
        ));
    }
    let row: JsonRow = serde_json::from_str(text).map_err(|error| broken_json(&error))?;
    let id = row.id;
    let sender = match row.sender {
        None | Some(Value::Null) => None,
        Some(Value::String(sender)) => Some(Cow::Owned(sender)),
        Some(Value::Number(number)) => Some(Cow::Owned(number.to_string())),
        Some(_) => return Err(bad(id, "sender 不是文字；请加上引号。", "sender is not a text; put it in quotes")),
    };
    let received_at = match row.received_at {
        None | Some(Value::Null) => None,
        Some(Value::String(time)) => Some(Cow::Owned(time)),
        Some(_) => {
            return Err(bad(id, "received_at 不是文字；请加上引号。", "received_at is not a text; put it in quotes"));
        }
    };
    match row.body {
        Some(Value::String(body)) => Ok(Row { id, sender, received_at, body: Cow::Owned(body) }),
        Some(_) => Err(bad(id, "body 不是文字；请加上引号。", "body is not a text; put it in quotes")),
        None => Err(bad(id, "这一行没有 body；请补上短信正文。", "the row has no body; add the text of the message")),
    }
}

/// Returns the records of delimited text; tab-separated text knows no quotes.
pub fn records(bytes: &[u8], delimiter: u8) -> impl Iterator<Item = Result<csv::ByteRecord, csv::Error>> {
    let reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(delimiter == b',')
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes);
    reader.into_byte_records()
}

/// Reads a row of delimited text.
pub fn from_record<'a>(record: &'a csv::ByteRecord, columns: &Columns) -> Result<Row<'a>, RowError> {
    let cell = |index: Option<usize>| index.and_then(|i| record.get(i)).filter(|cell| !cell.is_empty());
    let text = |cell: &'a [u8]| String::from_utf8_lossy(cell);
    let id = cell(columns.id).and_then(|cell| serde_json::value::to_raw_value(text(cell).as_ref()).ok());
    let Some(body) = record.get(columns.body) else {
        return Err(bad(
            id,
            "这一行的列数不够，没有 body；请补上短信正文。",
            "the row has too few columns and no body; add the text of the message",
        ));
    };
    let Ok(body) = std::str::from_utf8(body) else {
        return Err(bad(
            id,
            "body 不是 UTF-8；请把文件另存为 UTF-8 编码。",
            "the body is not UTF-8; save the file in that encoding",
        ));
    };
    let sender = cell(columns.sender).map(text);
    let received_at = cell(columns.received_at).map(text);
    Ok(Row { id, sender, received_at, body: Cow::Borrowed(body) })
}

/// Judges a row and appends its line.
pub fn write_verdict(
    judge: &Judge,
    row: &Row<'_>,
    detail: Detail,
    scratch: &mut Scratch,
    out: &mut Vec<u8>,
) -> Result<(), RowError> {
    let body = input::body(row.body.as_bytes()).map_err(|reason| (row.id.clone(), reason.text().map(str::to_owned)))?;
    let received = match row.received_at.as_deref().filter(|time| !time.is_empty()) {
        None => None,
        Some(time) => Some(input::received(time).ok_or_else(|| {
            bad(
                row.id.clone(),
                &format!("看不懂时间 {time}；请写成 2026-03-10T10:05:00+08:00 这样。"),
                &format!("cannot read the time {time}; write it as 2026-03-10T10:05:00+08:00"),
            )
        })?),
    };
    let message = Message { body, sender: row.sender.as_deref(), received };
    let verdict = judge.judge(&message, scratch);
    let subject = Subject { id: row.id.as_deref(), body, sender: row.sender.as_deref() };
    let from = out.len();
    if let Err(error) = render::write_json(judge.index(), &verdict, &subject, detail, out) {
        out.truncate(from);
        return Err(bad(
            row.id.clone(),
            &format!("写不出这一行的判断：{error}"),
            &format!("cannot write the verdict of the row: {error}"),
        ));
    }
    out.push(b'\n');
    Ok(())
}

/// The line of a bad row.
#[derive(serde::Serialize)]
struct ErrorLine<'a> {
    id: Option<&'a RawValue>,
    error: &'a str,
}

/// Appends the line of a bad row.
pub fn write_error(id: Option<&RawValue>, reason: &str, out: &mut Vec<u8>) {
    let line = serde_json::to_vec(&ErrorLine { id, error: reason }).unwrap_or_default();
    out.extend_from_slice(&line);
    out.push(b'\n');
}
