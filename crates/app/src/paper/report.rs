//! One message, reported: the exact text for each channel that takes one, and the channels that the judge advises, in
//! order. What only a verdict says stays a proposal until the user confirms it.

use judge::{Judge, Message, Scratch};
use knowledge::Library;
use knowledge::remedy::{Addressee, Form};
use remedy::situation::Route;
use remedy::{Draft, Occasion, Refused};
use serde::Serialize;

use super::prefill::{Prefilled, Source};
use crate::input;

/// Everything for reporting a message.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What the program thinks of it; ids of the verdict's contract.
    pub kind: &'static str,
    /// Risk.
    pub risk: &'static str,
    /// What the program proposes and the user has not confirmed.
    pub proposals: remedy::Facts,
    /// A text for each channel, or what is missing for it.
    pub texts: Vec<Text>,
    /// Channels in order.
    pub channels: Vec<Route>,
}

/// A text for one channel.
#[derive(Debug, Serialize)]
pub struct Text {
    /// The letter.
    pub id: String,
    /// Where it goes.
    pub channels: Vec<Route>,
    /// The text.
    pub draft: Option<Draft>,
    /// Why there is none.
    pub refused: Option<Refused>,
}

/// Returns the letters that report a message, in order.
pub fn letters(library: &Library) -> Vec<String> {
    let mut ids: Vec<(u16, &String)> = library
        .letter
        .iter()
        .filter(|(_, letter)| letter.form == Form::Text)
        .filter(|(_, letter)| matches!(letter.addressee, Addressee::Carrier | Addressee::Regulator))
        .map(|(id, letter)| (letter.order, id))
        .collect();
    ids.sort_unstable();
    ids.into_iter().map(|(_, id)| id.clone()).collect()
}

/// Makes the report. `prefilled` is what the message tells, `stated` what the user has said; of the former, opinions are
/// not used.
pub fn make(
    judge: &Judge,
    source: &Source,
    prefilled: Prefilled,
    stated: remedy::Facts,
    occasion: &Occasion,
) -> Report {
    let library = &judge.index().knowledge.library;
    let mut facts = prefilled.facts;
    let mut proposals = remedy::Facts::default();
    for name in prefilled.opinions {
        if let Some(value) = facts.remove(&name) {
            proposals.set(name, value);
        }
    }
    facts.extend(stated);
    let text = |id: String| {
        let (draft, refused) = match remedy::draft(library, &id, &facts, occasion) {
            Ok(draft) => (Some(draft), None),
            Err(refused) => (None, Some(refused)),
        };
        let channels = remedy::situation::routes(library, &library.letter[&id].channels);
        Text { id, channels, draft, refused }
    };
    let message = Message {
        body: &source.body,
        sender: source.sender.as_deref(),
        received: source.time_ms.and_then(input::received_ms),
    };
    let verdict = judge.judge(&message, &mut Scratch::default());
    let advised = verdict.advice.iter().map(|at| &judge.index().rules.advice[usize::from(*at)]);
    let mut channels: Vec<String> = Vec::new();
    for id in advised.filter_map(|id| library.advice.get(id)?.channel.clone()) {
        if !channels.contains(&id) {
            channels.push(id);
        }
    }
    Report {
        kind: verdict.decision.kind.id(),
        risk: verdict.decision.risk.id(),
        proposals,
        texts: letters(library).into_iter().map(text).collect(),
        channels: remedy::situation::routes(library, &channels),
    }
}
