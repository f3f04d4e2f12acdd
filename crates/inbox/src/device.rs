//! Phones and programs that forward messages, known by the hash of a token, and the few settings of the web app.

use rusqlite::{OptionalExtension, Row, TransactionBehavior, params};
use serde::Serialize;

use crate::{Error, Inbox, mask_codes};

/// What forwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Device {
    /// Number.
    pub id: i64,
    /// What the user calls it.
    pub name: String,
    /// The secret it signs with, where it does.
    #[serde(skip)]
    pub secret: Option<String>,
    /// When it was added, in milliseconds since 1970.
    pub created_ms: i64,
    /// When it last came through.
    pub seen_ms: Option<i64>,
    /// When it last brought a message that was not known.
    pub message_ms: Option<i64>,
    /// How many it has brought.
    pub messages: i64,
    /// How many of its requests were refused.
    pub refused: i64,
    /// Why the last of them was.
    pub refusal: Option<String>,
    /// Whether its token counts no more.
    pub is_revoked: bool,
}

const COLUMNS: &str = "id, name, secret, created_ms, seen_ms, message_ms, messages, refused, refusal, is_revoked";

fn device(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: row.get(0)?,
        name: row.get(1)?,
        secret: row.get(2)?,
        created_ms: row.get(3)?,
        seen_ms: row.get(4)?,
        message_ms: row.get(5)?,
        messages: row.get(6)?,
        refused: row.get(7)?,
        refusal: row.get(8)?,
        is_revoked: row.get(9)?,
    })
}

/// A request of a device in which no message was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// When it came, in milliseconds since 1970.
    pub received_ms: i64,
    /// What it said, with one-time codes covered.
    pub text: String,
}

/// Of requests that were not understood so many are kept for each device, the newest.
const MOST_UNREAD: i64 = 200;
/// Of these so many are shown, so many characters of each.
const MOST_SHOWN: i64 = 5;
const LONGEST_SHOWN: i64 = 500;

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact<'a> {
    /// It brought a message that was not known.
    New,
    /// It brought what is known, or nothing.
    Nothing,
    /// It was refused, for a reason.
    Refused(&'a str),
}

impl Inbox {
    /// Adds a device; `token_hash` is the SHA-256 of its token, never the token.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn add_device(&self, name: &str, token_hash: &str, secret: Option<&str>, now_ms: i64) -> Result<i64, Error> {
        self.connection.execute(
            "INSERT INTO device(name, token_hash, secret, created_ms) VALUES(?1, ?2, ?3, ?4)",
            params![name, token_hash, secret, now_ms],
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Returns the device of a token that still counts.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn device_of(&self, token_hash: &str) -> Result<Option<Device>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM device WHERE token_hash = ?1 AND NOT is_revoked");
        Ok(self.connection.prepare_cached(&sql)?.query_row([token_hash], device).optional()?)
    }

    /// Lists devices, the newest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn devices(&self) -> Result<Vec<Device>, Error> {
        let mut statement = self.connection.prepare(&format!("SELECT {COLUMNS} FROM device ORDER BY id DESC"))?;
        let rows = statement.query_map([], device)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Sets the secret that a device must sign with; none ends that.
    ///
    /// # Errors
    /// [`Error::Missing`] where there is no such device.
    pub fn set_device_secret(&self, id: i64, secret: Option<&str>) -> Result<(), Error> {
        let changed = self.connection.execute("UPDATE device SET secret = ?2 WHERE id = ?1", params![id, secret])?;
        if changed == 0 { Err(Error::Missing) } else { Ok(()) }
    }

    /// Makes a device's token count no more.
    ///
    /// # Errors
    /// [`Error::Missing`] where there is no such device.
    pub fn revoke_device(&self, id: i64) -> Result<(), Error> {
        let changed = self.connection.execute("UPDATE device SET is_revoked = 1 WHERE id = ?1", [id])?;
        if changed == 0 { Err(Error::Missing) } else { Ok(()) }
    }

    /// Notes what came of a device's request.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn note_contact(&self, id: i64, contact: Contact<'_>, now_ms: i64) -> Result<(), Error> {
        let sql = match contact {
            Contact::New => {
                "UPDATE device SET seen_ms = ?2, message_ms = ?2, messages = messages + 1 WHERE id = ?1 AND ?3 IS NULL"
            }
            Contact::Nothing => "UPDATE device SET seen_ms = ?2 WHERE id = ?1 AND ?3 IS NULL",
            Contact::Refused(_) => "UPDATE device SET seen_ms = ?2, refused = refused + 1, refusal = ?3 WHERE id = ?1",
        };
        let reason = match contact {
            Contact::Refused(reason) => Some(reason),
            Contact::New | Contact::Nothing => None,
        };
        self.connection.prepare_cached(sql)?.execute(params![id, now_ms, reason])?;
        Ok(())
    }

    /// Keeps a request in which no message was found: a person may find one. One-time codes are covered.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn keep_unread(&self, device: i64, bytes: &[u8], now_ms: i64) -> Result<(), Error> {
        let text = String::from_utf8_lossy(bytes);
        let text = mask_codes(&text).unwrap_or_else(|| text.into_owned());
        let transaction = self.connection.unchecked_transaction()?;
        transaction
            .prepare_cached("INSERT INTO unread_request(device_id, received_ms, text) VALUES(?1, ?2, ?3)")?
            .execute(params![device, now_ms, text])?;
        transaction
            .prepare_cached(
                "DELETE FROM unread_request WHERE device_id = ?1 AND id <=
                 (SELECT id FROM unread_request WHERE device_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            )?
            .execute(params![device, MOST_UNREAD])?;
        Ok(transaction.commit()?)
    }

    /// Returns how many requests of a device were not understood, and the newest of them, cut short.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn unread(&self, device: i64) -> Result<(i64, Vec<Unread>), Error> {
        let mut statement =
            self.connection.prepare_cached("SELECT count(*) FROM unread_request WHERE device_id = ?1")?;
        let count = statement.query_row([device], |row| row.get(0))?;
        let sql = "SELECT received_ms, substr(text, 1, ?2) FROM unread_request WHERE device_id = ?1 ORDER BY id DESC LIMIT ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let unread = |row: &Row<'_>| Ok(Unread { received_ms: row.get(0)?, text: row.get(1)? });
        let rows = statement.query_map(params![device, LONGEST_SHOWN, MOST_SHOWN], unread)?;
        Ok((count, rows.collect::<Result<_, _>>()?))
    }

    /// Changes a setting while nobody else can.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn change(&mut self, name: &str, change: impl FnOnce(Option<String>) -> Option<String>) -> Result<(), Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let sql = "SELECT value FROM setting WHERE name = ?1";
        let earlier = transaction.query_row(sql, [name], |row| row.get(0)).optional()?;
        match change(earlier) {
            Some(value) => transaction.execute("INSERT OR REPLACE INTO setting VALUES(?1, ?2)", [name, &value])?,
            None => transaction.execute("DELETE FROM setting WHERE name = ?1", [name])?,
        };
        Ok(transaction.commit()?)
    }

    /// Returns a setting.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn setting(&self, name: &str) -> Result<Option<String>, Error> {
        let sql = "SELECT value FROM setting WHERE name = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Makes every commit wait until it lies on the disk: what is acknowledged to a phone outlives a power cut.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn wait_for_disk(&self) -> Result<(), Error> {
        Ok(self.connection.execute_batch("PRAGMA synchronous=FULL")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revoked_token_counts_no_more_and_what_came_is_counted() {
        let inbox = Inbox::in_memory().expect("memory");
        let id = inbox.add_device("phone", "ab", Some("s"), 1).expect("added");
        inbox.note_contact(id, Contact::New, 5).expect("noted");
        inbox.note_contact(id, Contact::Refused("late"), 6).expect("noted");
        let device = inbox.device_of("ab").expect("read").expect("there");
        assert_eq!((device.messages, device.refused, device.seen_ms, device.message_ms), (1, 1, Some(6), Some(5)));
        inbox.revoke_device(id).expect("revoked");
        assert_eq!(inbox.device_of("ab").expect("read"), None);
        assert_eq!(inbox.devices().expect("read").len(), 1);
    }

    #[test]
    fn what_was_not_understood_is_kept_up_to_a_number() {
        let inbox = Inbox::in_memory().expect("memory");
        let id = inbox.add_device("phone", "ab", None, 1).expect("added");
        for at in 0..MOST_UNREAD + 5 {
            inbox.keep_unread(id, format!("验证码 123456 {at}").as_bytes(), at).expect("kept");
        }
        let (count, unread) = inbox.unread(id).expect("read");
        assert_eq!((count, unread.len(), unread[0].received_ms), (MOST_UNREAD, 5, MOST_UNREAD + 4));
        assert!(unread[0].text.starts_with("验证码 ******"));
    }

    #[test]
    fn a_setting_is_changed_from_what_it_is() {
        let mut inbox = Inbox::in_memory().expect("memory");
        inbox.change("alert", |earlier| Some(format!("{earlier:?}"))).expect("changed");
        inbox.change("alert", |earlier| earlier.map(|text| text + "!")).expect("changed");
        assert_eq!(inbox.setting("alert").expect("read").as_deref(), Some("None!"));
        inbox.change("alert", |_| None).expect("changed");
        assert_eq!(inbox.setting("alert").expect("read"), None);
    }
}
