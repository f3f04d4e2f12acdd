//! The tables, and how an older file becomes a newer one. A step is never changed after it was released.

use rusqlite::{Connection, TransactionBehavior};

use crate::Error;

/// "zhxn", the mark of the file.
const APPLICATION: i64 = 0x7A68_786E;

/// Steps from an empty file to now; the version of a file is the number of steps that it has taken.
const STEPS: &[&str] = &["
    CREATE TABLE knowledge(id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE);
    CREATE TABLE import(
        id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, name TEXT NOT NULL, format TEXT NOT NULL,
        bytes INTEGER NOT NULL, imported_ms INTEGER NOT NULL, evidence INTEGER, is_whole INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE message(
        id INTEGER PRIMARY KEY, identity INTEGER NOT NULL, party TEXT, sender TEXT, display_name TEXT,
        body TEXT NOT NULL, is_masked INTEGER NOT NULL, direction TEXT NOT NULL, service TEXT NOT NULL,
        time_ms INTEGER, time_source TEXT, zone TEXT, sent_ms INTEGER, sim TEXT, device TEXT, attachments INTEGER NOT NULL,
        knowledge_id INTEGER, kind TEXT, risk TEXT, confidence TEXT, institution TEXT, host TEXT, findings TEXT,
        case_id INTEGER);
    CREATE INDEX message_identity ON message(identity, time_ms);
    CREATE INDEX message_time ON message(time_ms);
    CREATE INDEX message_risk ON message(risk, time_ms);
    CREATE INDEX message_kind ON message(kind, time_ms);
    CREATE INDEX message_case ON message(case_id, time_ms, risk) WHERE case_id IS NOT NULL;
    CREATE TABLE provenance(
        message_id INTEGER NOT NULL REFERENCES message(id), import_id INTEGER NOT NULL REFERENCES import(id),
        position TEXT NOT NULL, raw BLOB, time_ms INTEGER, PRIMARY KEY(message_id, import_id, position)) WITHOUT ROWID;
    CREATE TABLE earlier_verdict(
        message_id INTEGER NOT NULL REFERENCES message(id), knowledge_id INTEGER NOT NULL REFERENCES knowledge(id),
        kind TEXT NOT NULL, risk TEXT NOT NULL, findings TEXT NOT NULL, PRIMARY KEY(message_id, knowledge_id)) WITHOUT ROWID;
    CREATE TABLE cases(id INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE);
    CREATE TABLE case_key(key TEXT PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases(id)) WITHOUT ROWID;
    CREATE TABLE campaign(id INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL, sample INTEGER NOT NULL);
    CREATE TABLE campaign_band(band INTEGER NOT NULL, value INTEGER NOT NULL, campaign_id INTEGER NOT NULL,
        PRIMARY KEY(band, value, campaign_id)) WITHOUT ROWID;
    CREATE TABLE campaign_message(message_id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL);
    CREATE INDEX campaign_of ON campaign_message(campaign_id);
    CREATE VIRTUAL TABLE body_index USING fts5(terms, content='', detail=none, tokenize='ascii');
", "
    CREATE TABLE device(
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE, secret TEXT, created_ms INTEGER NOT NULL,
        seen_ms INTEGER, message_ms INTEGER, messages INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0,
        refusal TEXT, is_revoked INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX message_sent ON message(sender) WHERE direction = 'sent' AND case_id IS NULL;
    ALTER TABLE message ADD COLUMN evidence INTEGER;
    CREATE INDEX message_evidence ON message(evidence) WHERE evidence IS NOT NULL;
    CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
", "
    CREATE TABLE debt(id INTEGER PRIMARY KEY, recorded_ms INTEGER NOT NULL);
    CREATE TABLE debt_event(
        id INTEGER PRIMARY KEY, debt_id INTEGER NOT NULL REFERENCES debt(id), recorded_ms INTEGER NOT NULL,
        kind TEXT NOT NULL, body TEXT NOT NULL);
    CREATE INDEX debt_event_of ON debt_event(debt_id, id);
    CREATE TRIGGER debt_event_stays BEFORE DELETE ON debt_event BEGIN SELECT RAISE(ABORT, 'debt events are only added'); END;
    CREATE TRIGGER debt_event_as_written BEFORE UPDATE ON debt_event BEGIN SELECT RAISE(ABORT, 'debt events are only added'); END;
", "
    CREATE TABLE unread_request(
        id INTEGER PRIMARY KEY, device_id INTEGER NOT NULL REFERENCES device(id), received_ms INTEGER NOT NULL, text TEXT NOT NULL);
    CREATE INDEX unread_request_of ON unread_request(device_id, id);
", "
    CREATE INDEX message_of_case_by_sender ON message(sender, time_ms, case_id) WHERE case_id IS NOT NULL AND direction = 'received';
"];

/// Brings a file up to date.
pub fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let number = |connection: &Connection, name: &str| {
        connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0))
    };
    let found = number(connection, "user_version")?;
    let application = number(connection, "application_id")?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION && (tables > 0 || found > 0) {
        return Err(Error::NotAnInbox);
    }
    let done = usize::try_from(found).map_err(|_| Error::NotAnInbox)?;
    let Some(missing) = STEPS.get(done..) else { return Err(Error::TooNew { found }) };
    for (at, step) in (done + 1..).zip(missing) {
        // Two that open a new file at once must not both take the step: the first to write takes it.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if number(&transaction, "user_version")? >= i64::try_from(at).unwrap_or(i64::MAX) {
            continue;
        }
        transaction.execute_batch(step)?;
        transaction.execute_batch(&format!("PRAGMA user_version={at}; PRAGMA application_id={APPLICATION};"))?;
        transaction.commit()?;
    }
    Ok(())
}
