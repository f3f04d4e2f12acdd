//! The decision table: which papers, channels, periods and warnings fit a situation, and which papers never.

use knowledge::Library;
use knowledge::date::Date;
use knowledge::document::Bilingual;
use knowledge::document::Confidence;
use knowledge::remedy::Situation;
use serde::Serialize;

use crate::cite::{self, Citation};
use crate::letter::{self, Entry};

/// A situation with everything that it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: Bilingual,
    /// The question that decides it.
    pub ask: Bilingual,
    /// Papers that fit, in order.
    pub letters: Vec<Entry>,
    /// Channels, in order.
    pub channels: Vec<Route>,
    /// Periods to mind.
    pub deadlines: Vec<Period>,
    /// Warnings.
    pub warnings: Vec<Bilingual>,
    /// Papers that must not be sent.
    pub never: Vec<Entry>,
    /// The law.
    pub citations: Vec<Citation>,
    /// Where the row was read.
    pub source: String,
    /// When.
    pub checked: Date,
    /// How sure it is.
    pub confidence: Confidence,
}

/// A channel as a reader needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Route {
    /// Its id.
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// Telephone numbers.
    pub numbers: Vec<String>,
    /// Sites and apps.
    pub sites: Vec<String>,
    /// What it is for, and what not.
    pub competent: Bilingual,
    /// How to use it.
    pub how: Bilingual,
    /// What must come first.
    pub first: Option<Bilingual>,
    /// Days within which an answer is due.
    pub deadline_days: Option<u16>,
}

/// A period by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub title: Bilingual,
    /// What sets it going.
    pub trigger: Bilingual,
}

/// Returns every situation, in the order of asking: the first whose question is answered yes fits.
pub fn list(library: &Library) -> Vec<Row> {
    let mut rows: Vec<(&String, &Situation)> = library.situation.iter().collect();
    rows.sort_by_key(|(id, situation)| (situation.order, id.as_str()));
    rows.into_iter().map(|(id, situation)| row(library, id, situation)).collect()
}

/// Returns one situation.
pub fn find(library: &Library, id: &str) -> Option<Row> {
    library.situation.get(id).map(|situation| row(library, id, situation))
}

fn row(library: &Library, id: &str, situation: &Situation) -> Row {
    Row {
        id: id.to_owned(),
        title: situation.title.clone(),
        ask: situation.ask.clone(),
        letters: letter::named(library, &situation.letters),
        channels: routes(library, &situation.channels),
        deadlines: periods(library, &situation.deadlines),
        warnings: situation.warnings.clone(),
        never: letter::named(library, &situation.never),
        citations: cite::resolve_all(library, &situation.cites),
        source: situation.source.clone(),
        checked: situation.checked,
        confidence: situation.confidence,
    }
}

/// Returns channels by their ids, in the order given.
pub fn routes(library: &Library, ids: &[String]) -> Vec<Route> {
    let route = |id: &String| {
        let channel = library.channel.get(id)?;
        Some(Route {
            id: id.clone(),
            name: channel.name.clone(),
            numbers: channel.numbers.clone(),
            sites: channel.sites.clone(),
            competent: channel.competent.clone(),
            how: channel.how.clone(),
            first: channel.first.clone(),
            deadline_days: channel.deadline_days,
        })
    };
    ids.iter().filter_map(route).collect()
}

/// Returns periods by their ids, in the order given.
pub fn periods(library: &Library, ids: &[String]) -> Vec<Period> {
    let period = |id: &String| {
        let deadline = library.deadline.get(id)?;
        Some(Period { id: id.clone(), title: deadline.title.clone(), trigger: deadline.trigger.clone() })
    };
    ids.iter().filter_map(period).collect()
}
