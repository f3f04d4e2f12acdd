//! What a letter needs, with what is already known of it.

use knowledge::Library;
use knowledge::document::Bilingual;
use knowledge::remedy::{Addressee, Choice, Form, NeedKind, Value};
use remedy::Facts;
use remedy::cite::Citation;
use remedy::situation::Route;
use serde::Serialize;

use crate::failure::Failure;

/// A letter with its questions.
#[derive(Debug, Serialize)]
pub struct Needs {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: Bilingual,
    /// When it is the right one.
    pub about: Bilingual,
    /// To whom it goes.
    pub addressee: Addressee,
    /// Its form.
    pub form: Form,
    /// Whether it acknowledges a debt.
    pub acknowledges: bool,
    /// What to know before sending it.
    pub warnings: Vec<Bilingual>,
    /// Channels by which it goes.
    pub channels: Vec<Route>,
    /// Articles that it may cite.
    pub citations: Vec<Citation>,
    /// Yes-no facts of which at least one must be yes.
    pub any_of: Vec<String>,
    /// The questions, in order.
    pub questions: Vec<Question>,
}

/// A question.
#[derive(Debug, Serialize)]
pub struct Question {
    /// The name of the fact.
    pub id: String,
    /// Its kind.
    pub kind: NeedKind,
    /// The question.
    pub ask: Bilingual,
    /// Whether there is no letter without it.
    pub required: bool,
    /// Whether only a yes will do.
    pub must: bool,
    /// Asked only if this holds.
    pub only_if: Option<String>,
    /// Whether it is asked, given what is known so far.
    pub is_asked: bool,
    /// The answers of a choice.
    pub options: Vec<Choice>,
    /// The parts of each row, where it is a table.
    pub columns: Vec<String>,
    /// A made-up answer.
    pub example: Value,
    /// What is already known; to be confirmed.
    pub value: Option<Value>,
}

/// Returns what a letter needs, given what is known.
pub fn of(library: &Library, id: &str, known: &Facts) -> Result<Needs, Failure> {
    let letter = library.letter.get(id).ok_or_else(|| no_such_letter(id))?;
    let asked: Vec<&str> = remedy::letter::needs(letter, known).iter().map(|need| need.id.as_str()).collect();
    let question = |need: &knowledge::remedy::Need| Question {
        id: need.id.clone(),
        kind: need.kind,
        ask: need.ask.clone(),
        required: need.required,
        must: need.must,
        only_if: need.only_if.clone(),
        is_asked: asked.contains(&need.id.as_str()),
        options: need.options.clone(),
        columns: remedy::fact::columns(library, letter, need),
        example: need.example.clone(),
        value: known.get(&need.id).cloned(),
    };
    Ok(Needs {
        id: id.to_owned(),
        title: letter.title.clone(),
        about: letter.about.clone(),
        addressee: letter.addressee,
        form: letter.form,
        acknowledges: letter.acknowledges,
        warnings: letter.warning.clone(),
        channels: remedy::situation::routes(library, &letter.channels),
        citations: remedy::cite::resolve_all(library, &letter.cites),
        any_of: letter.any_of.clone(),
        questions: letter.need.iter().map(question).collect(),
    })
}

/// The failure where a letter does not exist.
pub fn no_such_letter(id: &str) -> Failure {
    Failure::input(
        format!("没有“{id}”这份文书。可用 zhenxin letter list 查看。"),
        format!("there is no letter \"{id}\"; see zhenxin letter list"),
    )
}
