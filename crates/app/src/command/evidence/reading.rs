//! What was read in a kept picture, as a record of its own that refers to the picture; a correction refers to both.

use std::collections::BTreeMap;

use ::evidence::{Entry, Input, Kind};
use knowledge::Lang;
use reader::{Other, Page};

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

/// Covers one-time codes; a message that had one loses the text of its lines and what was read before repairs. Text that
/// belongs to no message is looked at too: a banner at the top of the screen, say.
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
    cover_others(&mut page.others);
    page
}

/// A code may stand on a line of its own, under the words that announce it, so the lines are looked at together.
fn cover_others(others: &mut [Other]) {
    let joined: Vec<&str> = others.iter().map(|other| other.text.as_str()).collect();
    if let Some(masked) = inbox::mask_codes(&joined.join("\n")) {
        let mut masked = masked.chars();
        for other in others.iter_mut() {
            // What is covered keeps its length in characters.
            let count = other.text.chars().count();
            other.text = masked.by_ref().take(count).collect();
            masked.next();
        }
    }
    for other in others {
        if let Some(masked) = inbox::mask_codes(&other.text) {
            other.text = masked;
        }
    }
}

#[cfg(test)]
mod tests {
    use reader::{ModelName, Other, Page, Rectangle, Role};

    use super::covered;

    fn page(others: &[&str]) -> Page {
        let rectangle = Rectangle { x: 0, y: 0, width: 1, height: 1 };
        let others =
            others.iter().map(|text| Other { text: (*text).to_owned(), rectangle, role: Role::Other }).collect();
        Page {
            width: 1,
            height: 1,
            messages: Vec::new(),
            others,
            captured: None,
            confidence: 1.0,
            is_photo: false,
            model: ModelName { name: "m".to_owned(), digest: String::new() },
        }
    }

    fn texts(others: &[&str]) -> Vec<String> {
        covered(&page(others)).others.into_iter().map(|other| other.text).collect()
    }

    #[test]
    fn a_code_outside_messages_is_covered() {
        assert_eq!(
            texts(&["21:10", "【某平台】验证码483920，请勿告诉他人"]),
            ["21:10", "【某平台】验证码******，请勿告诉他人"]
        );
    }

    #[test]
    fn a_code_on_a_line_of_its_own_is_covered_and_the_lines_stay_lines() {
        let covered = texts(&["某平台", "您的验证码是", "483920", "发送"]);
        assert_eq!(covered, ["某平台", "您的验证码是", "******", "发送"]);
    }

    #[test]
    fn what_is_no_code_stays() {
        let lines = ["10690000123450", "5月6日 21:10", "本期应还1200元"];
        assert_eq!(texts(&lines), lines);
    }
}
