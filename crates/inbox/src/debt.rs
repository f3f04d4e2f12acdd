//! Debts as events that are only ever added, beside the messages. What an event says is the caller's: it is kept as text
//! and never looked into. An entry made by mistake is withdrawn by another, and both stay.

use rusqlite::params;
use serde::Serialize;

use crate::{Error, Inbox};

/// An entry of a debt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DebtEntry {
    /// Its number.
    pub id: i64,
    /// The debt's number.
    pub debt: i64,
    /// When it was written, in milliseconds since 1970.
    pub recorded_ms: i64,
    /// `terms`, `event` or `withdrawn`, as the caller says.
    pub kind: String,
    /// What it says, as JSON.
    pub body: String,
}

impl Inbox {
    /// Adds a debt with its first entry; returns its number.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn add_debt(&mut self, kind: &str, body: &str, now_ms: i64) -> Result<i64, Error> {
        let transaction = self.connection.transaction()?;
        transaction.execute("INSERT INTO debt(recorded_ms) VALUES(?1)", [now_ms])?;
        let debt = transaction.last_insert_rowid();
        insert(&transaction, debt, kind, body, now_ms)?;
        transaction.commit()?;
        Ok(debt)
    }

    /// Adds an entry to a debt; returns the entry's number.
    ///
    /// # Errors
    /// [`Error::Missing`] where there is no such debt.
    pub fn add_debt_entry(&mut self, debt: i64, kind: &str, body: &str, now_ms: i64) -> Result<i64, Error> {
        let is_there: bool =
            self.connection.query_row("SELECT EXISTS(SELECT 1 FROM debt WHERE id = ?1)", [debt], |row| row.get(0))?;
        if !is_there {
            return Err(Error::Missing);
        }
        insert(&self.connection, debt, kind, body, now_ms)
    }

    /// Returns every entry of every debt, in the order of writing.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn debt_entries(&self) -> Result<Vec<DebtEntry>, Error> {
        let sql = "SELECT id, debt_id, recorded_ms, kind, body FROM debt_event ORDER BY debt_id, id";
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(DebtEntry {
                id: row.get(0)?,
                debt: row.get(1)?,
                recorded_ms: row.get(2)?,
                kind: row.get(3)?,
                body: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn insert(connection: &rusqlite::Connection, debt: i64, kind: &str, body: &str, now_ms: i64) -> Result<i64, Error> {
    connection.execute(
        "INSERT INTO debt_event(debt_id, recorded_ms, kind, body) VALUES(?1, ?2, ?3, ?4)",
        params![debt, now_ms, kind, body],
    )?;
    Ok(connection.last_insert_rowid())
}

#[cfg(test)]
mod tests {
    use crate::{Error, Inbox};

    #[test]
    fn entries_are_only_added() {
        let mut inbox = Inbox::in_memory().expect("memory");
        let debt = inbox.add_debt("terms", "{}", 1).expect("it is added");
        inbox.add_debt_entry(debt, "event", "{\"a\":1}", 2).expect("it is added");
        assert_eq!(inbox.debt_entries().expect("they are read").len(), 2);
        assert!(matches!(inbox.add_debt_entry(99, "event", "{}", 3), Err(Error::Missing)));
        assert!(inbox.connection.execute("DELETE FROM debt_event", []).is_err());
        assert!(inbox.connection.execute("UPDATE debt_event SET body = ''", []).is_err());
    }
}
