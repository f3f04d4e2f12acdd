//! Cases: messages of one claimed institution, one link, one wording or one sender, gathered; and what a history shows
//! that no single message does.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use crate::{Error, Fingerprint, Inbox, Verdict};

pub mod conduct;
pub(crate) mod regroup;

/// Campaigns compared for one band.
const MOST_COMPARED: i64 = 16;
/// Digits of a 106 port that its owner keeps; the rest varies from message to message.
const PORT_FAMILY: usize = 12;

/// What a message is gathered by.
pub(crate) struct Clues<'a> {
    pub message: i64,
    pub verdict: &'a Verdict,
    pub sender: Option<&'a str>,
    pub fingerprint: Option<Fingerprint>,
}

/// Puts a message into its case: the claimed institution decides; without one the first of link, wording and sender that
/// is known; else a new case. Returns the case.
pub(crate) fn assign(connection: &Connection, clues: &Clues<'_>) -> Result<Option<i64>, Error> {
    let campaign =
        clues.fingerprint.map(|fingerprint| campaign(connection, clues.message, &fingerprint)).transpose()?;
    let host = clues.verdict.host.as_deref();
    let sender = clues.sender.map(family);
    let mut keys: Vec<(String, String)> = Vec::new();
    if let Some(institution) = &clues.verdict.institution {
        let name = clues.verdict.institution_name.clone().unwrap_or_else(|| institution.clone());
        keys.push((format!("institution:{institution}"), name));
    }
    keys.extend(host.map(|host| (format!("host:{host}"), host.to_owned())));
    keys.extend(
        campaign
            .map(|campaign| (format!("campaign:{campaign}"), sender.clone().unwrap_or_else(|| format!("#{campaign}")))),
    );
    keys.extend(sender.map(|sender| (format!("sender:{sender}"), sender)));
    let Some((first, name)) = keys.first() else { return Ok(None) };
    let mut find = connection.prepare_cached("SELECT case_id FROM case_key WHERE key = ?1")?;
    let is_named = clues.verdict.institution.is_some();
    let mut found: Option<i64> = None;
    for (key, _) in keys.iter().take(if is_named { 1 } else { keys.len() }) {
        found = find.query_row([key], |row| row.get(0)).optional()?;
        if found.is_some() {
            break;
        }
    }
    let case = if let Some(case) = found {
        case
    } else {
        // A case that was dissolved comes back under its number.
        let sql = "INSERT INTO cases(name, key) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET key = key RETURNING id";
        connection.prepare_cached(sql)?.query_row([name, first], |row| row.get(0))?
    };
    for (key, _) in &keys {
        connection
            .prepare_cached("INSERT OR IGNORE INTO case_key(key, case_id) VALUES(?1, ?2)")?
            .execute(params![key, case])?;
    }
    connection.prepare_cached("UPDATE message SET case_id = ?2 WHERE id = ?1")?.execute([clues.message, case])?;
    Ok(Some(case))
}

/// Puts what the owner wrote to these senders, or to any, into their cases: an opt-out or "paid" counts only there. Where a
/// sender's messages lie in several cases, the answer goes to the case of the last one before it.
pub(crate) fn answers(connection: &Connection, senders: Option<&BTreeSet<String>>) -> Result<(), Error> {
    const CASE: &str = "UPDATE message SET case_id = coalesce(
            (SELECT o.case_id FROM message o WHERE o.sender = message.sender AND o.case_id IS NOT NULL AND o.direction = 'received'
                AND o.time_ms <= message.time_ms ORDER BY o.time_ms DESC LIMIT 1),
            (SELECT o.case_id FROM message o WHERE o.sender = message.sender AND o.case_id IS NOT NULL AND o.direction = 'received'
                ORDER BY o.time_ms LIMIT 1))
         WHERE direction = 'sent' AND case_id IS NULL AND ";
    let Some(senders) = senders else {
        let all = "sender IN (SELECT sender FROM message WHERE case_id IS NOT NULL AND direction = 'received')";
        connection.execute(&format!("{CASE}{all}"), [])?;
        return Ok(());
    };
    let mut of_one = connection.prepare_cached(&format!("{CASE}sender = ?1"))?;
    for sender in senders {
        of_one.execute([sender])?;
    }
    Ok(())
}

/// Returns the part of a sender that stays when its tail varies.
fn family(sender: &str) -> String {
    if sender.starts_with("106") && sender.len() > PORT_FAMILY {
        return sender.chars().take(PORT_FAMILY).collect();
    }
    sender.to_owned()
}

/// Returns the campaign of a wording, a new one where there is none near.
fn campaign(connection: &Connection, message: i64, fingerprint: &Fingerprint) -> Result<i64, Error> {
    let mut known = connection.prepare_cached("SELECT campaign_id FROM campaign_message WHERE message_id = ?1")?;
    if let Some(campaign) = known.query_row([message], |row| row.get(0)).optional()? {
        return Ok(campaign);
    }
    let mut look = connection.prepare_cached("SELECT b.campaign_id, c.fingerprint FROM campaign_band b JOIN campaign c ON c.id = b.campaign_id WHERE b.band = ?1 AND b.value = ?2 LIMIT ?3")?;
    let mut found = None;
    for (band, value) in fingerprint.bands() {
        let mut rows = look.query(params![band, value, MOST_COMPARED])?;
        while let Some(row) = rows.next()? {
            let other: Vec<u8> = row.get(1)?;
            if Fingerprint::from_bytes(&other).is_some_and(|other| other.is_near(fingerprint)) {
                found = Some(row.get(0)?);
                break;
            }
        }
        if found.is_some() {
            break;
        }
    }
    let campaign = if let Some(campaign) = found {
        campaign
    } else {
        connection
            .prepare_cached("INSERT INTO campaign(fingerprint, sample) VALUES(?1, ?2)")?
            .execute(params![fingerprint.to_bytes(), message])?;
        let campaign = connection.last_insert_rowid();
        let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO campaign_band VALUES(?1, ?2, ?3)")?;
        for (band, value) in fingerprint.bands() {
            insert.execute([band, value, campaign])?;
        }
        campaign
    };
    connection.prepare_cached("INSERT INTO campaign_message VALUES(?1, ?2)")?.execute([message, campaign])?;
    Ok(campaign)
}

/// A case at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Case {
    /// Number.
    pub id: i64,
    /// Whom or what it is about.
    pub name: String,
    /// By what it was opened.
    pub key: String,
    /// How many messages.
    pub messages: i64,
    /// How many of high risk.
    pub high: i64,
    /// First, in milliseconds since 1970.
    pub first_ms: Option<i64>,
    /// Last.
    pub last_ms: Option<i64>,
}

/// A message of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Number.
    pub id: i64,
    /// When.
    pub time_ms: Option<i64>,
    /// The other party.
    pub party: Option<String>,
    /// `received`, `sent` or `unsent`.
    pub direction: String,
    /// Text.
    pub body: String,
    /// Kind.
    pub kind: String,
    /// Risk.
    pub risk: String,
    /// Ids of findings, separated by blanks.
    pub findings: String,
    /// Wording.
    pub campaign: Option<i64>,
}

const AT_A_GLANCE: &str = "c.id, c.name, c.key, count(m.id), total(m.risk = 'high'), min(m.time_ms), max(m.time_ms) FROM cases c JOIN message m ON m.case_id = c.id";

fn case(row: &rusqlite::Row<'_>) -> rusqlite::Result<Case> {
    Ok(Case {
        id: row.get(0)?,
        name: row.get(1)?,
        key: row.get(2)?,
        messages: row.get(3)?,
        high: row.get::<_, f64>(4)? as i64,
        first_ms: row.get(5)?,
        last_ms: row.get(6)?,
    })
}

impl Inbox {
    /// Lists cases, the one with most of high risk first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn cases(&self) -> Result<Vec<Case>, Error> {
        let sql = format!("SELECT {AT_A_GLANCE} GROUP BY c.id ORDER BY 5 DESC, 4 DESC, c.id");
        let mut statement = self.connection.prepare(&sql)?;
        let rows = statement.query_map([], case)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns a case.
    ///
    /// # Errors
    /// [`Error::Missing`] where there is no such case.
    pub fn case(&self, id: i64) -> Result<Case, Error> {
        let sql = format!("SELECT {AT_A_GLANCE} WHERE c.id = ?1 GROUP BY c.id");
        self.connection.query_row(&sql, [id], case).optional()?.ok_or(Error::Missing)
    }

    /// Returns how many messages of a case are kept as evidence themselves.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn kept_of_case(&self, id: i64) -> Result<usize, Error> {
        let sql = "SELECT count(*) FROM message WHERE case_id = ?1 AND evidence IS NOT NULL";
        Ok(self.connection.query_row(sql, [id], |row| row.get::<_, i64>(0))? as usize)
    }

    /// Returns the messages of a case in the order of time; those without a time come last.
    ///
    /// # Errors
    /// [`Error::Missing`] where there is no such case.
    pub fn members(&self, case: i64) -> Result<Vec<Member>, Error> {
        let sql = "SELECT m.id, m.time_ms, m.party, m.direction, m.body, m.kind, m.risk, m.findings, c.campaign_id FROM message m LEFT JOIN campaign_message c ON c.message_id = m.id WHERE m.case_id = ?1 ORDER BY m.time_ms IS NULL, m.time_ms, m.id";
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map([case], |row| {
            Ok(Member {
                id: row.get(0)?,
                time_ms: row.get(1)?,
                party: row.get(2)?,
                direction: row.get(3)?,
                body: row.get(4)?,
                kind: row.get(5)?,
                risk: row.get(6)?,
                findings: row.get(7)?,
                campaign: row.get(8)?,
            })
        })?;
        let members: Vec<Member> = rows.collect::<Result<_, _>>()?;
        if members.is_empty() { Err(Error::Missing) } else { Ok(members) }
    }
}

/// Returns the wordings that occur more than once among members, with their messages.
pub fn campaigns(members: &[Member]) -> Vec<(i64, Vec<i64>)> {
    let mut found: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for member in members {
        if let Some(campaign) = member.campaign {
            found.entry(campaign).or_default().push(member.id);
        }
    }
    found.into_iter().filter(|(_, messages)| messages.len() > 1).collect()
}
