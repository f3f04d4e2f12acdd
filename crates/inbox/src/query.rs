//! Reading the inbox: lists, searches, single messages, counts, and judging anew.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row as SqlRow, params, params_from_iter};
use serde::Serialize;

use crate::case::regroup::Regrouping;
use crate::import::knowledge_id;
use crate::{Error, Inbox, Verdict, search};

/// Which messages.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Words that all occur.
    pub text: Option<String>,
    /// A risk.
    pub risk: Option<String>,
    /// A kind.
    pub kind: Option<String>,
    /// A sender in one form; a prefix is enough.
    pub sender: Option<String>,
    /// A claimed institution's id.
    pub institution: Option<String>,
    /// A case.
    pub case: Option<i64>,
    /// Not before, in milliseconds since 1970.
    pub since_ms: Option<i64>,
    /// Before.
    pub until_ms: Option<i64>,
    /// At most so many; none means 50.
    pub limit: Option<usize>,
    /// Leaves out the first so many.
    pub offset: usize,
}

/// A message as the inbox has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Number.
    pub id: i64,
    /// The other party as the source writes it.
    pub party: Option<String>,
    /// Its name on the phone.
    pub display_name: Option<String>,
    /// Text; one-time codes may be covered.
    pub body: String,
    /// Whether codes were covered.
    pub is_masked: bool,
    /// `received`, `sent` or `unsent`.
    pub direction: String,
    /// By what it came.
    pub service: String,
    /// When, in milliseconds since 1970.
    pub time_ms: Option<i64>,
    /// Whose clock.
    pub time_source: Option<String>,
    /// `epoch`, or the offset stated or assumed.
    pub zone: Option<String>,
    /// SIM card.
    pub sim: Option<String>,
    /// Kind.
    pub kind: String,
    /// Risk.
    pub risk: String,
    /// Claimed institution.
    pub institution: Option<String>,
    /// Ids of findings, separated by blanks.
    pub findings: String,
    /// Case.
    pub case_id: Option<i64>,
    /// Knowledge of the verdict.
    pub knowledge: String,
    /// Its own number in the evidence store.
    pub evidence: Option<i64>,
}

const COLUMNS: &str = "m.id, m.party, m.display_name, m.body, m.is_masked, m.direction, m.service, m.time_ms, m.time_source, m.zone, m.sim, m.kind, m.risk, m.institution, m.findings, m.case_id, k.digest, m.evidence";
const FROM: &str = "message m JOIN knowledge k ON k.id = m.knowledge_id";

fn row(row: &SqlRow<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        id: row.get(0)?,
        party: row.get(1)?,
        display_name: row.get(2)?,
        body: row.get(3)?,
        is_masked: row.get(4)?,
        direction: row.get(5)?,
        service: row.get(6)?,
        time_ms: row.get(7)?,
        time_source: row.get(8)?,
        zone: row.get(9)?,
        sim: row.get(10)?,
        kind: row.get(11)?,
        risk: row.get(12)?,
        institution: row.get(13)?,
        findings: row.get(14)?,
        case_id: row.get(15)?,
        knowledge: row.get(16)?,
        evidence: row.get(17)?,
    })
}

/// Where a message came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The file's name, as the user gave it.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// Its format.
    pub format: String,
    /// Where in it.
    pub position: String,
    /// Its time of the message.
    pub time_ms: Option<i64>,
    /// Its number in the evidence store.
    pub evidence: Option<i64>,
}

/// A source with the record as it has it, where that is kept.
pub type Sourced = (Source, Option<Vec<u8>>);

/// How many of a kind and risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Kind.
    pub kind: String,
    /// Risk.
    pub risk: String,
    /// How many.
    pub count: i64,
}

/// A verdict that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The message.
    pub id: i64,
    /// Kind and risk before.
    pub before: [String; 2],
    /// Kind and risk now.
    pub after: [String; 2],
}

/// A message as it is judged anew.
#[derive(Clone, Debug)]
pub struct Again {
    /// Number.
    pub id: i64,
    /// Party.
    pub party: Option<String>,
    /// Text, with a nought for each covered digit.
    pub body: String,
    /// When.
    pub time_ms: Option<i64>,
    kind: String,
    risk: String,
    findings: String,
    knowledge: i64,
    institution: Option<String>,
    host: Option<String>,
    case_id: Option<i64>,
}

/// A filter as SQL.
struct Where {
    condition: String,
    values: Vec<Value>,
    /// Whether the index of bodies is asked.
    is_search: bool,
}

impl Filter {
    fn condition(&self) -> Where {
        let mut conditions = vec!["1".to_owned()];
        let mut values: Vec<Value> = Vec::new();
        let mut with = |condition: &str, value: Value| {
            values.push(value);
            conditions.push(condition.replace('?', &format!("?{}", values.len())));
        };
        let query = self.text.as_deref().filter(|text| !text.trim().is_empty()).and_then(search::query);
        if let Some(query) = &query {
            with("body_index MATCH ?", query.clone().into());
        }
        for (column, value) in [("risk", &self.risk), ("kind", &self.kind), ("institution", &self.institution)] {
            if let Some(value) = value {
                with(&format!("m.{column} = ?"), value.clone().into());
            }
        }
        if let Some(sender) = &self.sender {
            with("substr(m.sender, 1, length(?)) = ?", sender.clone().into());
        }
        for (condition, value) in
            [("m.case_id = ?", self.case), ("m.time_ms >= ?", self.since_ms), ("m.time_ms < ?", self.until_ms)]
        {
            if let Some(value) = value {
                with(condition, value.into());
            }
        }
        Where { condition: conditions.join(" AND "), values, is_search: query.is_some() }
    }
}

impl Inbox {
    /// Lists messages, the last taken in first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn list(&self, filter: &Filter) -> Result<Vec<Row>, Error> {
        let text = filter.text.as_deref().filter(|text| !text.trim().is_empty());
        let Where { condition, values, is_search } = filter.condition();
        let limit = filter.limit.unwrap_or(50);
        let (source, order) = if is_search {
            (
                "body_index JOIN message m ON m.id = body_index.rowid JOIN knowledge k ON k.id = m.knowledge_id",
                "body_index.rowid DESC",
            )
        } else {
            (FROM, "m.time_ms DESC, m.id DESC")
        };
        let mut statement =
            self.connection.prepare(&format!("SELECT {COLUMNS} FROM {source} WHERE {condition} ORDER BY {order}"))?;
        let mut rows = statement.query(params_from_iter(values))?;
        let (mut found, mut left_out) = (Vec::new(), 0);
        while let Some(next) = rows.next()? {
            let candidate = row(next)?;
            // The index knows which pairs of characters occur, not in which order.
            if !text.is_none_or(|text| search::holds(&candidate.body, text)) {
                continue;
            }
            if left_out < filter.offset {
                left_out += 1;
            } else {
                found.push(candidate);
            }
            if found.len() >= limit {
                break;
            }
        }
        Ok(found)
    }

    /// Counts the messages of a filter.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn count(&self, filter: &Filter) -> Result<usize, Error> {
        let Where { condition, values, is_search } = filter.condition();
        if let (true, Some(text)) = (is_search, filter.text.as_deref()) {
            let sql =
                format!("SELECT m.body FROM body_index JOIN message m ON m.id = body_index.rowid WHERE {condition}");
            let mut statement = self.connection.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(values))?;
            let mut count = 0;
            while let Some(row) = rows.next()? {
                count += usize::from(search::holds(row.get_ref(0)?.as_str().unwrap_or_default(), text));
            }
            return Ok(count);
        }
        let source = "message m";
        let mut statement = self.connection.prepare(&format!("SELECT count(*) FROM {source} WHERE {condition}"))?;
        Ok(statement.query_row(params_from_iter(values), |row| row.get::<_, i64>(0))? as usize)
    }

    /// Notes under which number of the evidence store a message itself is kept.
    ///
    /// # Errors
    /// [`Error::Missing`] where there is no such message.
    pub fn note_evidence(&self, id: i64, number: u64) -> Result<(), Error> {
        let sql = "UPDATE message SET evidence = coalesce(evidence, ?2) WHERE id = ?1";
        let changed = self.connection.execute(sql, params![id, number.cast_signed()])?;
        if changed == 0 { Err(Error::Missing) } else { Ok(()) }
    }

    /// Returns the message that is kept under a number of the evidence store, if one is.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn message_of_evidence(&self, number: u64) -> Result<Option<i64>, Error> {
        let sql = "SELECT id FROM message WHERE evidence = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([number.cast_signed()], |row| row.get(0)).optional()?)
    }

    /// Returns others of the same wording, the newest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn alike(&self, id: i64, limit: usize) -> Result<Vec<Row>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM campaign_message c, {FROM} WHERE m.id = c.message_id AND m.id <> ?1
             AND c.campaign_id = (SELECT campaign_id FROM campaign_message WHERE message_id = ?1)
             ORDER BY m.time_ms DESC LIMIT ?2"
        );
        let mut statement = self.connection.prepare(&sql)?;
        let rows = statement.query_map(params![id, i64::try_from(limit).unwrap_or(i64::MAX)], row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns a message.
    ///
    /// # Errors
    /// [`Error::Missing`] where there is none of this number.
    pub fn message(&self, id: i64) -> Result<Row, Error> {
        let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE m.id = ?1");
        self.connection.query_row(&sql, [id], row).optional()?.ok_or(Error::Missing)
    }

    /// Returns where a message came from, and the record there.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn sources(&self, id: i64) -> Result<Vec<Sourced>, Error> {
        let sql = "SELECT i.name, i.digest, i.format, p.position, p.time_ms, i.evidence, p.raw FROM provenance p JOIN import i ON i.id = p.import_id WHERE p.message_id = ?1 ORDER BY i.id, p.position";
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map([id], |row| {
            let source = Source {
                name: row.get(0)?,
                digest: row.get(1)?,
                format: row.get(2)?,
                position: row.get(3)?,
                time_ms: row.get(4)?,
                evidence: row.get(5)?,
            };
            Ok((source, row.get(6)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Counts messages by risk and kind.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn tally(&self) -> Result<Vec<Tally>, Error> {
        let sql = "SELECT kind, risk, count(*) FROM message GROUP BY risk, kind ORDER BY count(*) DESC, kind";
        let mut statement = self.connection.prepare(sql)?;
        let rows =
            statement.query_map([], |row| Ok(Tally { kind: row.get(0)?, risk: row.get(1)?, count: row.get(2)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Judges anew what was received and judged with other knowledge, keeps the earlier verdicts, and tells `changed` of each
    /// one whose kind or risk changed. Cases that a message leaves are gathered anew. Returns how many were judged.
    ///
    /// # Errors
    /// Where the database fails; then nothing has changed.
    pub fn judge_again(
        &mut self,
        knowledge: &str,
        judge: &mut dyn FnMut(&Again) -> Verdict,
        changed: &mut dyn FnMut(Change),
    ) -> Result<u64, Error> {
        let transaction = self.connection.transaction()?;
        let now = knowledge_id(&transaction, knowledge)?;
        let (mut after, mut count) = (0, 0);
        let mut regrouping = Regrouping::default();
        loop {
            let batch: Vec<Again> = {
                let mut statement = transaction.prepare_cached("SELECT id, party, body, is_masked, time_ms, kind, risk, findings, knowledge_id, institution, host, case_id FROM message WHERE id > ?1 AND knowledge_id <> ?2 AND direction = 'received' ORDER BY id LIMIT 1000")?;
                let rows = statement.query_map([after, now], again)?;
                rows.collect::<Result<_, _>>()?
            };
            let Some(last) = batch.last() else { break };
            after = last.id;
            count += batch.len() as u64;
            for message in &batch {
                let verdict = judge(message);
                transaction
                    .prepare_cached("INSERT OR REPLACE INTO earlier_verdict VALUES(?1, ?2, ?3, ?4, ?5)")?
                    .execute(params![message.id, message.knowledge, message.kind, message.risk, message.findings])?;
                transaction
                    .prepare_cached("UPDATE message SET knowledge_id = ?2, kind = ?3, risk = ?4, confidence = ?5, institution = ?6, host = ?7, findings = ?8 WHERE id = ?1")?
                    .execute(params![message.id, now, verdict.kind, verdict.risk, verdict.confidence, verdict.institution, verdict.host, verdict.findings])?;
                regrouping.look(message.id, message.case_id, (&message.institution, &message.host), &verdict);
                if (verdict.kind, verdict.risk) != (message.kind.as_str(), message.risk.as_str()) {
                    changed(Change {
                        id: message.id,
                        before: [message.kind.clone(), message.risk.clone()],
                        after: [verdict.kind.to_owned(), verdict.risk.to_owned()],
                    });
                }
            }
        }
        regrouping.carry_out(&transaction)?;
        transaction.commit()?;
        Ok(count)
    }
}

fn again(row: &SqlRow<'_>) -> rusqlite::Result<Again> {
    let body: String = row.get(2)?;
    let is_masked: bool = row.get(3)?;
    Ok(Again {
        id: row.get(0)?,
        party: row.get(1)?,
        // A covered code is judged as what it was: digits.
        body: if is_masked { body.replace('*', "0") } else { body },
        time_ms: row.get(4)?,
        kind: row.get(5)?,
        risk: row.get(6)?,
        findings: row.get(7)?,
        knowledge: row.get(8)?,
        institution: row.get(9)?,
        host: row.get(10)?,
        case_id: row.get(11)?,
    })
}
