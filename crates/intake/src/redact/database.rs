//! A phone's database masked: a new one with the plain tables of the old, so that nothing of it is run or left in a free page.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

use super::mask;
use crate::Error;
use crate::format::database::Foreign;

/// Columns of one table.
struct Column {
    name: String,
    /// As declared.
    kind: String,
    is_key: bool,
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
    for table in tables {
        copy_table(foreign.connection(), &table, &transaction)?;
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

fn copy_table(from: &Connection, table: &str, to: &Connection) -> Result<(), Error> {
    let columns = columns(from, table)?;
    if columns.is_empty() {
        return Ok(());
    }
    let keys = columns.iter().filter(|column| column.is_key).count();
    let declared = |column: &Column| {
        let kind: String = column.kind.chars().filter(|c| c.is_ascii_alphabetic() || *c == ' ').take(40).collect();
        let is_row = keys == 1 && column.is_key && kind.eq_ignore_ascii_case("INTEGER");
        format!("{} {kind}{}", quoted(&column.name), if is_row { " PRIMARY KEY" } else { "" })
    };
    let all: Vec<String> = columns.iter().map(declared).collect();
    to.execute_batch(&format!("CREATE TABLE {}({})", quoted(table), all.join(",")))?;
    let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
    let mut statement = from.prepare(&format!("SELECT {} FROM {}", names.join(","), quoted(table)))?;
    let marks = vec!["?"; columns.len()].join(",");
    let mut insert = to.prepare(&format!("INSERT OR IGNORE INTO {} VALUES({marks})", quoted(table)))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let values = columns.iter().enumerate().map(|(at, column)| Ok(masked_value(&column.name, row.get_ref(at)?)));
        insert.execute(params_from_iter(values.collect::<Result<Vec<Value>, rusqlite::Error>>()?))?;
    }
    Ok(())
}

fn masked_value(name: &str, value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) if mask::is_structure(name) => Value::Integer(number),
        ValueRef::Integer(number) => mask::number(&number.to_string()).parse().map_or(Value::Null, Value::Integer),
        ValueRef::Real(_) => Value::Real(0.0),
        ValueRef::Text(text) => Value::Text(mask::value(name, &String::from_utf8_lossy(text))),
        ValueRef::Blob(bytes) => Value::Blob(vec![0; bytes.len()]),
    }
}
