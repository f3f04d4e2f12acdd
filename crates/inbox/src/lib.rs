//! One file of messages: what came in with its provenance, verdicts with the knowledge they rest on, cases, and a search
//! that works for Chinese. Knows no formats and judges nothing; the clock comes as an argument.

pub mod case;
pub mod debt;
pub mod device;
mod fingerprint;
mod import;
mod query;
mod schema;
mod search;

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

pub use case::{Case, Member};
pub use cover::mask_codes;
pub use debt::DebtEntry;
pub use fingerprint::Fingerprint;
pub use import::{Added, Codes, Import, Incoming, Provenance, Verdict};
pub use query::{Again, Change, Filter, Row, Source, Sourced, Tally};

/// What can go wrong; each is something that a person can act on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be opened or made.
    #[error("the inbox cannot be opened: {0}; check the path and its permissions")]
    Unopened(rusqlite::Error),
    /// The file is a database of something else.
    #[error("this file is no inbox")]
    NotAnInbox,
    /// A newer program has written the file.
    #[error("the inbox is of version {found}; use a newer program")]
    TooNew {
        /// Its version.
        found: i64,
    },
    /// Another program is writing.
    #[error("another program is using the inbox; try again when it has finished")]
    Busy,
    /// Reading or writing failed.
    #[error("the inbox failed: {0}")]
    Database(rusqlite::Error),
    /// There is no such message or case.
    #[error("there is no such entry")]
    Missing,
}

/// Milliseconds between two looks at whether another writer has finished: short, because an import pauses only shortly.
const LOOK_MS: u64 = 2;
/// Looks before giving up: ten seconds.
const MOST_LOOKS: i32 = 5000;

fn wait(looks: i32) -> bool {
    std::thread::sleep(std::time::Duration::from_millis(LOOK_MS));
    looks < MOST_LOOKS
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Self::Busy,
            Some(rusqlite::ErrorCode::NotADatabase) => Self::NotAnInbox,
            _ if matches!(error, rusqlite::Error::QueryReturnedNoRows) => Self::Missing,
            _ => Self::Database(error),
        }
    }
}

/// The inbox, open.
#[derive(Debug)]
pub struct Inbox {
    connection: Connection,
}

impl Inbox {
    /// Opens the inbox in a file, making it where there is none.
    ///
    /// # Errors
    /// Where the file cannot be opened or is no inbox of this version.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let connection = Connection::open(path).map_err(Error::Unopened)?;
        Self::prepared(connection)
    }

    /// Opens an inbox that is there already, for reading and judging anew.
    ///
    /// # Errors
    /// [`Error::Missing`] where there is none; otherwise as [`Inbox::open`].
    pub fn open_existing(path: &Path) -> Result<Self, Error> {
        if !path.is_file() {
            return Err(Error::Missing);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::prepared(Connection::open_with_flags(path, flags).map_err(Error::Unopened)?)
    }

    /// Makes an inbox that is gone when it is closed; for tests and for looking only.
    ///
    /// # Errors
    /// Where there is no memory for it.
    pub fn in_memory() -> Result<Self, Error> {
        Self::prepared(Connection::open_in_memory().map_err(Error::Unopened)?)
    }

    fn prepared(mut connection: Connection) -> Result<Self, Error> {
        connection.busy_handler(Some(wait))?;
        // Without it a value bound anew makes SQLite plan the statement anew, for each message that is taken in.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.execute_batch(
            "PRAGMA trusted_schema=OFF; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
             PRAGMA foreign_keys=ON; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;",
        )?;
        schema::migrate(&mut connection)?;
        Ok(Self { connection })
    }
}
