//! What was read in a kept picture, as a record of its own that refers to the picture; a correction refers to both.

use std::collections::BTreeMap;

use ::evidence::{Entry, Input, Kind};
use knowledge::Lang;
use reader::Page;

use super::{Context, failure, open};
use crate::args::EvidenceArgs;
use crate::failure::Failure;

/// Keeps what was read in the picture of a record; returns the number.
pub fn keep(place: &EvidenceArgs, lang: Lang, picture: u64, page: &Page, covers_codes: bool) -> Result<u64, Failure> {
    let page = if covers_codes { covered(page) } else { page.clone() };
    let bytes = serde_json::to_vec(&page)?;
    let source =
        [("type", "picture-text"), ("model", page.model.name.as_str()), ("model-sha256", page.model.digest.as_str())];
    derived(&Context { evidence: place, lang }, vec![picture], ("application/json", &bytes), &source)
}

/// Keeps a text as the user corrected it beside the picture; `about` are the picture and what was read in it.
pub fn correct(place: &EvidenceArgs, lang: Lang, about: Vec<u64>, text: &str, number: usize) -> Result<u64, Failure> {
    let text = inbox::mask_codes(text).unwrap_or_else(|| text.to_owned());
    let number = number.to_string();
    let source = [("type", "corrected-text"), ("message", number.as_str()), ("by", "user")];
    derived(&Context { evidence: place, lang }, about, ("text/plain", text.as_bytes()), &source)
}

fn derived(
    context: &Context<'_>,
    about: Vec<u64>,
    (mime, bytes): (&str, &[u8]),
    source: &[(&str, &str)],
) -> Result<u64, Failure> {
    let source: BTreeMap<String, String> =
        source.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let input = Some(Input { mime: mime.to_owned(), reader: Box::new(bytes) });
    let entry = Entry { input, source, ..Entry::remark(Kind::Derived, about, None) };
    let mut store = open::store(context)?;
    let numbers = store.commit(&open::origin(context), vec![entry]).map_err(failure::of)?;
    Ok(numbers.first().copied().unwrap_or_default())
}

/// Covers one-time codes; a message that had one loses the text of its lines and what was read before repairs.
fn covered(page: &Page) -> Page {
    let mut page = page.clone();
    for message in &mut page.messages {
        if let Some(masked) = inbox::mask_codes(&message.text) {
            message.text = masked;
            message.lines.iter_mut().for_each(|line| line.text.clear());
            message.repairs.clear();
            message.doubts.clear();
        }
    }
    page
}
