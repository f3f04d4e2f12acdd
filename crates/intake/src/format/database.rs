//! Phones' databases: Android's with vendors' columns, Huawei's `sms_tb`, Apple's. A database is opened from a copy, for
//! reading only; nothing that it brings (views, triggers, virtual tables, functions) is run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Map, Value};

use super::Context;
use crate::field::{Field, Fields};
use crate::message::TimeSource;
use crate::{Error, Position, Unit};

pub mod apple;

/// Steps of the virtual machine between two looks at the budget.
const STEPS: i32 = 1_000_000;
/// A reading that takes more than so many looks is an attack.
const MOST_LOOKS: u32 = 20_000;
/// The largest database that is copied.
const LARGEST: u64 = 16 << 30;

/// A database of somebody else's, opened from a copy that is removed again.
pub struct Foreign {
    connection: Connection,
    copy: PathBuf,
}

impl Drop for Foreign {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(with_suffix(&self.copy, suffix));
        }
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

impl Foreign {
    /// Copies a database with its write-ahead log and opens the copy.
    pub fn open(path: &Path, scratch: &Path) -> Result<Self, Error> {
        if fs::metadata(path)?.len() > LARGEST {
            return Err(Error::TooLarge { limit: LARGEST });
        }
        let copy = scratch.join("foreign.db");
        fs::copy(path, &copy)?;
        let log = with_suffix(path, "-wal");
        let has_log = log.is_file();
        if has_log {
            fs::copy(log, with_suffix(&copy, "-wal"))?;
        }
        let connection = Connection::open_with_flags(
            &copy,
            if has_log { OpenFlags::SQLITE_OPEN_READ_WRITE } else { OpenFlags::SQLITE_OPEN_READ_ONLY }
                | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        let mut foreign = Self { connection, copy };
        foreign.restrict()?;
        Ok(foreign)
    }

    fn restrict(&mut self) -> Result<(), Error> {
        let connection = &mut self.connection;
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, 64 << 20)?;
        connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20)?;
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        let mut looks = 0;
        connection.progress_handler(
            STEPS,
            Some(move || {
                looks += 1;
                looks > MOST_LOOKS
            }),
        )?;
        connection.execute_batch(
            "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA query_only=ON;",
        )?;
        let _ = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
        Ok(())
    }

    /// Returns the connection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Returns the columns of a plain table; nothing where there is no such table.
    ///
    /// # Errors
    /// Where the name belongs to a view or a virtual table.
    pub fn columns(&self, table: &str) -> Result<Vec<String>, Error> {
        let found: Vec<(String, String)> = self
            .connection
            .prepare("SELECT type, coalesce(sql, '') FROM sqlite_schema WHERE lower(name) = lower(?1)")?
            .query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let Some((kind, sql)) = found.first() else { return Ok(Vec::new()) };
        if kind != "table" || sql.to_ascii_uppercase().trim_start().starts_with("CREATE VIRTUAL") {
            return Err(Error::Database { what: format!("{table} 不是普通的表 is no plain table") });
        }
        let mut statement = self.connection.prepare(&format!("PRAGMA table_xinfo(\"{table}\")"))?;
        let columns = statement.query_map([], |row| Ok((row.get::<_, String>(1)?, row.get::<_, i64>(6)?)))?;
        let columns: Vec<(String, i64)> = columns.collect::<Result<_, _>>()?;
        // Generated columns are computed by what the database brings: they are left out.
        Ok(columns.into_iter().filter(|(_, hidden)| *hidden == 0).map(|(name, _)| name).collect())
    }
}

/// Tables of messages with Android's columns; the last two are Samsung's folder for what it takes for spam.
const TABLES: &[&str] = &["sms", "sms_tb", "spam_sms"];

/// Reads a database file, whichever it is.
pub fn read_file(context: &mut Context<'_>, path: &Path) -> Result<(), Error> {
    let foreign = Foreign::open(path, &context.options.scratch)?;
    if !foreign.columns("message")?.is_empty() && !foreign.columns("handle")?.is_empty() {
        return apple::read(context, &foreign);
    }
    let mut is_any = false;
    let mut saw = Seen::default();
    for table in TABLES {
        let columns = foreign.columns(table)?;
        if columns.iter().any(|column| column == "body") {
            is_any = true;
            android(context, &foreign, table, &columns, &mut saw)?;
        }
    }
    for (pdu, part, addr) in [("pdu", "part", "addr"), ("pdu_tb", "part_tb", "addr_tb")] {
        if !foreign.columns(pdu)?.is_empty() && !foreign.columns(part)?.is_empty() {
            is_any = true;
            multimedia(context, &foreign, [pdu, part, addr])?;
        }
    }
    let harmony = foreign.columns("sms_mms_info")?;
    if harmony.iter().any(|column| column == "msg_content") {
        is_any = true;
        android(context, &foreign, "sms_mms_info", &harmony, &mut saw)?;
    }
    if !is_any {
        return Err(Error::Unsupported { what: "数据库里没有短信表 no table of messages in it" });
    }
    if saw.is_xiaomi && saw.received > 0 && !saw.has_service_number {
        context.sink.warning(crate::Warning::NoServiceNumbers);
    }
    Ok(())
}

#[derive(Default)]
struct Seen {
    is_xiaomi: bool,
    received: u64,
    has_service_number: bool,
}

fn quoted(columns: &[String]) -> String {
    let names: Vec<String> = columns.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
    names.join(",")
}

fn android(
    context: &mut Context<'_>,
    foreign: &Foreign,
    table: &str,
    columns: &[String],
    saw: &mut Seen,
) -> Result<(), Error> {
    saw.is_xiaomi |= columns.iter().any(|column| column == "mx_status" || column == "b2c_ttl");
    let has_rowid = foreign.connection().prepare(&format!("SELECT rowid FROM \"{table}\" LIMIT 0")).is_ok();
    let id = if has_rowid { "rowid" } else { "0" };
    let sql = format!("SELECT {id},{} FROM \"{table}\"", quoted(columns));
    let mut statement = foreign.connection().prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut number = 0;
    while let Some(row) = rows.next()? {
        number += 1;
        let id: i64 = row.get(0).unwrap_or(number);
        let object: Map<String, Value> =
            columns.iter().enumerate().map(|(at, name)| (name.clone(), json(row.get_ref(at + 1)))).collect();
        let position = Position::within(table, Unit::Row, id.unsigned_abs());
        let outcome = row_message(&object, context);
        if let Ok(message) = &outcome {
            saw.received += 1;
            saw.has_service_number |= message.party.as_deref().is_some_and(crate::is_service_number);
        }
        let raw = serde_json::to_vec(&object).unwrap_or_default();
        context.outcome(outcome, position, &raw)?;
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "as a row gives it")]
fn json(value: Result<ValueRef<'_>, rusqlite::Error>) -> Value {
    match value {
        Ok(ValueRef::Integer(number)) => Value::from(number),
        Ok(ValueRef::Real(number)) => Value::from(number),
        Ok(ValueRef::Text(bytes)) => Value::from(String::from_utf8_lossy(bytes).into_owned()),
        Ok(ValueRef::Blob(bytes)) => Value::from(format!("({} bytes)", bytes.len())),
        Ok(ValueRef::Null) | Err(_) => Value::Null,
    }
}

fn row_message(object: &Map<String, Value>, context: &Context<'_>) -> Result<crate::Message, crate::Reason> {
    let mut fields = Fields::default();
    for (name, value) in object {
        match value {
            Value::String(text) => fields.take(name, text),
            Value::Number(number) => fields.take(name, &number.to_string()),
            _ => {}
        }
    }
    let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
    if object.contains_key("msg_content") {
        let is_sender = object.get("is_sender").and_then(Value::as_i64) == Some(1);
        let [party, direction] =
            if is_sender { [text("receiver_number"), "sent"] } else { [text("sender_number"), "in"] };
        fields.put(Field::Sender, 0, party);
        fields.put(Field::Body, 0, text("msg_content"));
        fields = with_direction(fields, direction);
    }
    fields.message(context.options, TimeSource::Device)
}

fn with_direction(mut fields: Fields, direction: &str) -> Fields {
    fields.put(Field::Direction, 0, direction);
    fields
}

/// Joins the three tables of multimedia messages; their dates are in seconds.
fn multimedia(context: &mut Context<'_>, foreign: &Foreign, [pdu, part, addr]: [&str; 3]) -> Result<(), Error> {
    let columns = foreign.columns(pdu)?;
    let needed = ["_id", "date", "msg_box"];
    if needed.iter().any(|name| !columns.iter().any(|column| column == name)) {
        return Ok(());
    }
    let parts = texts(foreign, part)?;
    let addresses = parties(foreign, addr)?;
    let mut statement = foreign.connection().prepare(&format!("SELECT _id, date, msg_box FROM \"{pdu}\""))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let (date, folder): (Option<i64>, Option<i64>) = (row.get(1).unwrap_or(None), row.get(2).unwrap_or(None));
        let (texts, attachments) = parts.get(&id).cloned().unwrap_or_default();
        let direction = match folder {
            Some(1) | None => crate::Direction::Received,
            Some(2) => crate::Direction::Sent,
            Some(_) => crate::Direction::Unsent,
        };
        let kind = if direction == crate::Direction::Received { 137 } else { 151 };
        let outcome = crate::field::checked_body(texts.join("\n")).map(|body| crate::Message {
            party: addresses.get(&(id, kind)).cloned(),
            body,
            direction,
            service: crate::Service::Mms,
            time: date.and_then(|date| crate::time::epoch(date, TimeSource::Device)),
            attachments,
            ..crate::Message::default()
        });
        let raw = format!("{{\"_id\":{id},\"parts\":{}}}", serde_json::to_string(&texts).unwrap_or_default());
        context.outcome(outcome, Position::within(pdu, Unit::Row, id.unsigned_abs()), raw.as_bytes())?;
    }
    Ok(())
}

type Parts = BTreeMap<i64, (Vec<String>, u32)>;

fn texts(foreign: &Foreign, table: &str) -> Result<Parts, Error> {
    let mut parts = Parts::new();
    let mut statement =
        foreign.connection().prepare(&format!("SELECT mid, ct, text FROM \"{table}\" ORDER BY mid, seq"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0).unwrap_or_default();
        let kind: String = row.get(1).unwrap_or_default();
        let place = parts.entry(id).or_default();
        match kind.as_str() {
            "application/smil" => {}
            "text/plain" => place.0.extend(row.get::<_, Option<String>>(2).unwrap_or(None)),
            _ => place.1 += 1,
        }
    }
    Ok(parts)
}

fn parties(foreign: &Foreign, table: &str) -> Result<BTreeMap<(i64, i64), String>, Error> {
    let mut found = BTreeMap::new();
    if foreign.columns(table)?.is_empty() {
        return Ok(found);
    }
    let mut statement = foreign.connection().prepare(&format!("SELECT msg_id, type, address FROM \"{table}\""))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key = (row.get(0).unwrap_or_default(), row.get(1).unwrap_or_default());
        let address: String = row.get(2).unwrap_or_default();
        if address != "insert-address-token" && !address.is_empty() {
            found.entry(key).or_insert(address);
        }
    }
    Ok(found)
}
