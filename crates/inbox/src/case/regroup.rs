//! Gathering anew after messages were judged anew: cases that a message leaves are dissolved, and their messages put where
//! an import of today would put them. A case whose clues come back keeps its number.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};

use super::{Clues, answers, assign};
use crate::{Error, Fingerprint, Verdict};

/// What changed while messages were judged anew.
#[derive(Debug, Default)]
pub struct Regrouping {
    /// Cases that a message leaves.
    dissolved: BTreeSet<i64>,
    /// Messages that belong into a case, with the name of the institution that they claim to be from.
    homeless: BTreeMap<i64, Option<String>>,
    /// Messages that belong into none any more.
    out: BTreeSet<i64>,
}

impl Regrouping {
    /// Takes note of one message, of the institution and host that it had before.
    pub fn look(
        &mut self,
        id: i64,
        case: Option<i64>,
        (institution, host): (&Option<String>, &Option<String>),
        now: &Verdict,
    ) {
        let is_same = *institution == now.institution && (institution.is_some() || *host == now.host);
        if case.is_some() && now.is_for_case && is_same {
            return;
        }
        self.dissolved.extend(case);
        if now.is_for_case {
            self.homeless.insert(id, now.institution_name.clone());
        } else if case.is_some() {
            self.out.insert(id);
        }
    }

    /// Puts every message where it belongs.
    pub fn carry_out(mut self, connection: &Connection) -> Result<(), Error> {
        for case in &self.dissolved {
            let mut members =
                connection.prepare_cached("SELECT id FROM message WHERE case_id = ?1 AND direction = 'received'")?;
            for id in members.query_map([case], |row| row.get(0))? {
                let id = id?;
                if !self.out.contains(&id) {
                    self.homeless.entry(id).or_default();
                }
            }
            connection.prepare_cached("UPDATE message SET case_id = NULL WHERE case_id = ?1")?.execute([case])?;
            connection.prepare_cached("DELETE FROM case_key WHERE case_id = ?1")?.execute([case])?;
        }
        for (id, name) in &self.homeless {
            put(connection, *id, name.as_ref())?;
        }
        if self.homeless.is_empty() && self.dissolved.is_empty() { Ok(()) } else { answers(connection, None) }
    }
}

fn put(connection: &Connection, id: i64, name: Option<&String>) -> Result<(), Error> {
    let sql = "SELECT m.sender, m.institution, m.host, m.body, c.name FROM message m
        LEFT JOIN cases c ON c.key = 'institution:' || m.institution WHERE m.id = ?1";
    let (sender, institution, host, body, known): (Option<String>, _, _, String, Option<String>) = connection
        .prepare_cached(sql)?
        .query_row(params![id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
    let institution_name = name.cloned().or(known);
    let verdict = Verdict { institution, institution_name, host, is_for_case: true, ..Verdict::default() };
    let fingerprint = Fingerprint::of(&body);
    assign(connection, &Clues { message: id, verdict: &verdict, sender: sender.as_deref(), fingerprint })?;
    Ok(())
}
