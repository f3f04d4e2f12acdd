//! Taking messages in: each once, whatever number of sources it comes from, with a provenance for each source.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest as _, Sha256};

use crate::{Error, Fingerprint, Inbox, case, mask_codes, search};

/// Two sources that state times so near (the phone's and the message centre's) may speak of one message.
const SAME_MS: i64 = 60_000;
/// Messages between two commits: few, so that a message that arrives meanwhile does not wait long for its turn.
const TOGETHER: u64 = 5_000;
/// Up to so many messages, answers are looked for by sender; above, one search for all is quicker.
const FEW: u64 = 64;

/// A source that is about to be taken in.
#[derive(Clone, Copy, Debug)]
pub struct Provenance<'a> {
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub digest: &'a str,
    /// What the user calls it.
    pub name: &'a str,
    /// Its format.
    pub format: &'a str,
    /// Its size.
    pub bytes: u64,
    /// When it is taken in.
    pub now_ms: i64,
    /// Its number in the evidence store.
    pub evidence: Option<u64>,
}

/// What the judge said, as ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Kind.
    pub kind: &'static str,
    /// Risk.
    pub risk: &'static str,
    /// Confidence.
    pub confidence: &'static str,
    /// Claimed institution's id.
    pub institution: Option<String>,
    /// Its name.
    pub institution_name: Option<String>,
    /// The first link's registrable domain or host, where it is not the claimed institution's own.
    pub host: Option<String>,
    /// Ids of findings, the gravest first, separated by blanks.
    pub findings: String,
    /// Whether the message belongs into a case.
    pub is_for_case: bool,
}

/// A message to be taken in.
#[derive(Clone, Debug, Default)]
pub struct Incoming<'a> {
    /// The other party as the source writes it.
    pub party: Option<&'a str>,
    /// The other party in one form.
    pub sender: Option<&'a str>,
    /// Its name on the phone.
    pub display_name: Option<&'a str>,
    /// The text.
    pub body: &'a str,
    /// `received`, `sent` or `unsent`.
    pub direction: &'a str,
    /// By what it came.
    pub service: &'a str,
    /// When, in milliseconds since 1970.
    pub time_ms: Option<i64>,
    /// Whose clock.
    pub time_source: Option<&'a str>,
    /// `epoch`, or the offset stated or assumed.
    pub zone: Option<String>,
    /// When it was sent, by the centre.
    pub sent_ms: Option<i64>,
    /// SIM card.
    pub sim: Option<&'a str>,
    /// Phone.
    pub device: Option<&'a str>,
    /// Attachments.
    pub attachments: u32,
    /// Where in the source.
    pub position: String,
    /// The record as the source has it.
    pub raw: &'a [u8],
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It was not known.
    New(i64),
    /// It was known; this source was added to its provenance.
    Known(i64),
    /// It was known from this very place.
    Again(i64),
}

/// Whether one-time codes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codes {
    /// They are covered before anything is written.
    Covered,
    /// The user wants them kept.
    Kept,
}

/// A source that is being taken in. Dropped before [`Import::finish`], it leaves what was committed so far; taking the
/// source in again completes it.
#[derive(Debug)]
pub struct Import<'i> {
    connection: &'i Connection,
    id: i64,
    knowledge: i64,
    codes: Codes,
    pending: u64,
    /// Whether a transaction is open.
    is_open: bool,
    /// Whether what the owner wrote must be looked for among all messages.
    has_answers: bool,
    /// Senders of the first few messages that went into cases.
    senders: BTreeSet<String>,
    /// Messages taken in all.
    count: u64,
    is_finished: bool,
}

impl Inbox {
    /// Returns whether a source with this digest was taken in whole.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn knows(&self, digest: &str) -> Result<bool, Error> {
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM import WHERE digest = ?1 AND is_whole")?;
        Ok(statement.exists([digest])?)
    }

    /// Begins to take a source in; nothing where it was taken in whole before.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn begin(
        &mut self,
        source: &Provenance<'_>,
        knowledge: &str,
        codes: Codes,
    ) -> Result<Option<Import<'_>>, Error> {
        let connection = &self.connection;
        // Looked for only when nobody else can write: the same source may be coming in twice at once.
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let begun = begun(connection, source, knowledge);
        match begun {
            Ok(Some(_)) => {}
            Ok(None) => connection.execute_batch("COMMIT")?,
            Err(_) => connection.execute_batch("ROLLBACK")?,
        }
        Ok(begun?.map(|(id, knowledge)| Import {
            connection,
            id,
            knowledge,
            codes,
            pending: 0,
            is_open: true,
            has_answers: false,
            senders: BTreeSet::new(),
            count: 0,
            is_finished: false,
        }))
    }
}

/// Returns the numbers of a source that is begun and of the knowledge; nothing where it was taken in whole before.
fn begun(connection: &Connection, source: &Provenance<'_>, knowledge: &str) -> Result<Option<(i64, i64)>, Error> {
    let known: Option<(i64, bool)> = connection
        .query_row("SELECT id, is_whole FROM import WHERE digest = ?1", [source.digest], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    if let (Some((id, _)), Some(evidence)) = (known, source.evidence) {
        // The store may be younger than the inbox.
        connection.execute(
            "UPDATE import SET evidence = coalesce(evidence, ?2) WHERE id = ?1",
            params![id, evidence.cast_signed()],
        )?;
    }
    if known.is_some_and(|(_, is_whole)| is_whole) {
        return Ok(None);
    }
    let knowledge = knowledge_id(connection, knowledge)?;
    let id = if let Some((id, _)) = known {
        id
    } else {
        connection.execute(
            "INSERT INTO import(digest, name, format, bytes, imported_ms, evidence) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                source.digest,
                source.name,
                source.format,
                source.bytes.cast_signed(),
                source.now_ms,
                source.evidence.map(u64::cast_signed)
            ],
        )?;
        connection.last_insert_rowid()
    };
    Ok(Some((id, knowledge)))
}

/// Returns the number of a state of knowledge.
pub fn knowledge_id(connection: &Connection, digest: &str) -> Result<i64, Error> {
    connection.execute("INSERT OR IGNORE INTO knowledge(digest) VALUES(?1)", [digest])?;
    Ok(connection.query_row("SELECT id FROM knowledge WHERE digest = ?1", [digest], |row| row.get(0))?)
}

fn identity(body: &str) -> i64 {
    let digest: [u8; 32] = Sha256::digest(body.as_bytes()).into();
    digest.first_chunk().map_or(0, |first| i64::from_le_bytes(*first))
}

impl Import<'_> {
    /// Takes a message in.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn add(&mut self, incoming: &Incoming<'_>, verdict: &Verdict) -> Result<Added, Error> {
        self.open()?;
        let masked = if self.codes == Codes::Covered { mask_codes(incoming.body) } else { None };
        let body = masked.as_deref().unwrap_or(incoming.body);
        let identity = identity(body);
        let added = match self.known(identity, incoming)? {
            Some(id) => self.attach(id, incoming, masked.is_some())?,
            None => self.insert(identity, incoming, body, masked.is_some(), verdict)?,
        };
        self.has_answers |= incoming.direction == "sent";
        self.count += 1;
        self.pending += 1;
        if self.pending >= TOGETHER {
            self.pending = 0;
            self.connection.execute_batch("COMMIT")?;
            self.is_open = false;
        }
        Ok(added)
    }

    /// Returns whether everything so far is committed and nobody else is kept from writing: a good moment to pause.
    pub fn is_at_rest(&self) -> bool {
        !self.is_open
    }

    fn open(&mut self) -> Result<(), Error> {
        if !self.is_open {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
            self.is_open = true;
        }
        Ok(())
    }

    /// Finds the message that this one is.
    fn known(&self, identity: i64, incoming: &Incoming<'_>) -> Result<Option<i64>, Error> {
        let near = "SELECT id, time_ms FROM message WHERE identity = ?1 AND direction = ?2 AND (sender IS ?3 OR sender IS NULL OR ?3 IS NULL)";
        let Some(time) = incoming.time_ms else {
            let sql = format!("{near} LIMIT 1");
            let mut statement = self.connection.prepare_cached(&sql)?;
            return Ok(statement
                .query_row(params![identity, incoming.direction, incoming.sender], |row| row.get(0))
                .optional()?);
        };
        let sql = format!(
            "{near} AND (time_ms IS NULL OR time_ms BETWEEN ?4 - ?5 AND ?4 + ?5) ORDER BY abs(coalesce(time_ms, ?4 + ?5) - ?4) LIMIT 4"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![identity, incoming.direction, incoming.sender, time, SAME_MS])?;
        while let Some(row) = rows.next()? {
            let (id, known): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
            // Two rows of one source with different times are two messages; of two sources they may be one.
            if known == Some(time) || !(self.is_from_here(id)? || self.is_from_same_phone(id, incoming)?) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    fn is_from_here(&self, message: i64) -> Result<bool, Error> {
        let mut statement =
            self.connection.prepare_cached("SELECT 1 FROM provenance WHERE message_id = ?1 AND import_id = ?2")?;
        Ok(statement.exists([message, self.id])?)
    }

    /// A phone that forwards states the time of receipt with each message: another second is another message. When the
    /// request was sent says nothing, for it may be the same one sent again.
    fn is_from_same_phone(&self, message: i64, incoming: &Incoming<'_>) -> Result<bool, Error> {
        let (Some(time), Some("stated" | "device")) = (incoming.time_ms, incoming.time_source) else {
            return Ok(false);
        };
        let mut statement = self.connection.prepare_cached(
            "SELECT 1 FROM provenance JOIN import AS earlier ON earlier.id = import_id JOIN import AS now ON now.id = ?2
             WHERE message_id = ?1 AND earlier.name = now.name AND earlier.format = now.format AND now.format IN ('json', 'form')
             AND provenance.time_ms / 1000 <> ?3 / 1000",
        )?;
        Ok(statement.exists(params![message, self.id, time])?)
    }

    fn attach(&self, id: i64, incoming: &Incoming<'_>, is_masked: bool) -> Result<Added, Error> {
        let is_new = self.provenance(id, incoming, is_masked)?;
        // What an earlier source did not know is filled in; nothing is overwritten.
        self.connection
            .prepare_cached(
                "UPDATE message SET party = coalesce(party, ?2), sender = coalesce(sender, ?3), display_name = coalesce(display_name, ?4),
                 time_source = CASE WHEN time_ms IS NULL THEN ?6 ELSE time_source END, zone = CASE WHEN time_ms IS NULL THEN ?7 ELSE zone END,
                 time_ms = coalesce(time_ms, ?5), sent_ms = coalesce(sent_ms, ?8), sim = coalesce(sim, ?9), device = coalesce(device, ?10)
                 WHERE id = ?1",
            )?
            .execute(params![id, incoming.party, incoming.sender, incoming.display_name, incoming.time_ms, incoming.time_source, incoming.zone, incoming.sent_ms, incoming.sim, incoming.device])?;
        Ok(if is_new { Added::Known(id) } else { Added::Again(id) })
    }

    fn provenance(&self, id: i64, incoming: &Incoming<'_>, is_masked: bool) -> Result<bool, Error> {
        // The raw record would show the code that the text hides.
        let raw = (!is_masked).then_some(incoming.raw);
        let mut statement = self.connection.prepare_cached("INSERT OR IGNORE INTO provenance(message_id, import_id, position, raw, time_ms) VALUES(?1, ?2, ?3, ?4, ?5)")?;
        Ok(statement.execute(params![id, self.id, incoming.position, raw, incoming.time_ms])? > 0)
    }

    fn insert(
        &mut self,
        identity: i64,
        incoming: &Incoming<'_>,
        body: &str,
        is_masked: bool,
        verdict: &Verdict,
    ) -> Result<Added, Error> {
        self.connection
            .prepare_cached(
                "INSERT INTO message(identity, party, sender, display_name, body, is_masked, direction, service, time_ms, time_source, zone,
                 sent_ms, sim, device, attachments, knowledge_id, kind, risk, confidence, institution, host, findings)
                 VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
            )?
            .execute(params![
                identity, incoming.party, incoming.sender, incoming.display_name, body, is_masked, incoming.direction, incoming.service,
                incoming.time_ms, incoming.time_source, incoming.zone, incoming.sent_ms, incoming.sim, incoming.device, incoming.attachments,
                self.knowledge, verdict.kind, verdict.risk, verdict.confidence, verdict.institution, verdict.host, verdict.findings,
            ])?;
        let id = self.connection.last_insert_rowid();
        self.provenance(id, incoming, is_masked)?;
        self.connection
            .prepare_cached("INSERT INTO body_index(rowid, terms) VALUES(?1, ?2)")?
            .execute(params![id, search::indexed(body)])?;
        if verdict.is_for_case {
            let fingerprint = Fingerprint::of(body);
            case::assign(self.connection, &case::Clues { message: id, verdict, sender: incoming.sender, fingerprint })?;
            if self.count < FEW {
                self.senders.extend(incoming.sender.map(str::to_owned));
            }
        }
        Ok(Added::New(id))
    }

    /// Ends the import: from now on the same source changes nothing.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn finish(mut self) -> Result<(), Error> {
        self.open()?;
        self.connection.execute("UPDATE import SET is_whole = 1 WHERE id = ?1", [self.id])?;
        let is_all = self.has_answers || self.count > FEW;
        case::answers(self.connection, (!is_all).then_some(&self.senders))?;
        self.connection.execute_batch("COMMIT")?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for Import<'_> {
    fn drop(&mut self) {
        if !self.is_finished && self.is_open {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}
