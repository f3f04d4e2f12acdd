//! A phone's database masked: a new one with the plain tables of the old, so that nothing of it is run or left in a free page.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

use super::{known, mask};
use crate::Error;
use crate::format::database::Foreign;

/// Columns of one table.
struct Column {
    name: String,
    /// As declared.
    kind: String,
    is_key: bool,
}

/// Keys up to so much are running numbers and say nothing; others get one from there on.
const RUNNING: i64 = 9_999_999;

/// Numbers that stand for keys that may say something, the same for the same key in every table.
#[derive(Default)]
struct Keys(BTreeMap<i64, i64>);

impl Keys {
    fn masked(&mut self, key: i64) -> i64 {
        if (0..=RUNNING).contains(&key) {
            return key;
        }
        let next = RUNNING.saturating_add_unsigned(self.0.len() as u64 + 1);
        *self.0.entry(key).or_insert(next)
    }
}

/// Writes a database masked. Numbers keep their length, joins stay, what is neither number nor text becomes noughts.
pub fn redact(path: &Path, scratch: &Path, output: &mut dyn Write) -> Result<(), Error> {
    let foreign = Foreign::open(path, scratch)?;
    let copy = scratch.join("masked.db");
    let done = masked(&foreign, &copy).and_then(|()| Ok(io::copy(&mut File::open(&copy)?, output)?));
    let _ = fs::remove_file(&copy);
    done.map(|_| ())
}

fn masked(foreign: &Foreign, copy: &Path) -> Result<(), Error> {
    let mut made = Connection::open(copy)?;
    made.execute_batch("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA secure_delete=ON;")?;
    let version: i64 = foreign.connection().query_row("PRAGMA user_version", [], |row| row.get(0))?;
    made.pragma_update(None, "user_version", version)?;
    let transaction = made.transaction()?;
    let tables: Vec<String> = foreign
        .connection()
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
             AND coalesce(sql, '') NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut keys = Keys::default();
    for (number, table) in (1..).zip(&tables) {
        let name = if known::is_place(table) { table.clone() } else { format!("t{number}") };
        copy_table(foreign.connection(), table, (&transaction, &name), &mut keys)?;
    }
    transaction.commit()?;
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn columns(from: &Connection, table: &str) -> Result<Vec<Column>, Error> {
    let mut statement = from.prepare(&format!("PRAGMA table_xinfo({})", quoted(table)))?;
    let found = statement.query_map([], |row| {
        let column = Column { name: row.get(1)?, kind: row.get(2)?, is_key: row.get::<_, i64>(5)? > 0 };
        Ok((column, row.get::<_, i64>(6)?))
    })?;
    let found: Vec<(Column, i64)> = found.collect::<Result<_, _>>()?;
    // Generated columns are computed by what the database brings: they are left out.
    Ok(found.into_iter().filter(|(_, hidden)| *hidden == 0).map(|(column, _)| column).collect())
}

/// Types that are declared; what else a database declares says nothing to a reader.
const KINDS: &[&str] = &["INTEGER", "INT", "LONG", "TEXT", "VARCHAR", "BLOB", "REAL", "NUMERIC", "BOOLEAN", "DATE"];

fn copy_table(from: &Connection, table: &str, (to, name): (&Connection, &str), keys: &mut Keys) -> Result<(), Error> {
    let columns = columns(from, table)?;
    if columns.is_empty() {
        return Ok(());
    }
    let key_count = columns.iter().filter(|column| column.is_key).count();
    let is_row = |column: &Column| key_count == 1 && column.is_key && column.kind.eq_ignore_ascii_case("INTEGER");
    let declared = |(number, column): (usize, &Column)| {
        let kind = column.kind.to_ascii_uppercase();
        let kind = if KINDS.contains(&kind.as_str()) { kind } else { String::new() };
        let name = if known::is_field(&column.name) { column.name.clone() } else { format!("c{number}") };
        format!("{} {kind}{}", quoted(&name), if is_row(column) { " PRIMARY KEY" } else { "" })
    };
    let all: Vec<String> = (1..).zip(&columns).map(declared).collect();
    to.execute_batch(&format!("CREATE TABLE {}({})", quoted(name), all.join(",")))?;
    let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
    let mut statement = from.prepare(&format!("SELECT {} FROM {}", names.join(","), quoted(table)))?;
    let marks = vec!["?"; columns.len()].join(",");
    let mut insert = to.prepare(&format!("INSERT INTO {} VALUES({marks})", quoted(name)))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(columns.len());
        for (at, column) in columns.iter().enumerate() {
            let value = match row.get_ref(at)? {
                ValueRef::Integer(number) if is_row(column) || known::is_key(&column.name) => {
                    Value::Integer(keys.masked(number))
                }
                value => masked_value(&column.name, value),
            };
            values.push(value);
        }
        insert.execute(params_from_iter(values))?;
    }
    Ok(())
}

fn masked_value(name: &str, value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => {
            let digits = number.to_string();
            let digits = if known::is_mark(name, &digits) { digits } else { mask::number(&digits) };
            digits.parse().map_or(Value::Null, Value::Integer)
        }
        ValueRef::Real(_) => Value::Real(0.0),
        ValueRef::Text(text) => Value::Text(mask::value(name, &String::from_utf8_lossy(text))),
        ValueRef::Blob(bytes) => Value::Blob(vec![0; bytes.len()]),
    }
}
