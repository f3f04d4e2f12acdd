//! A picture among what is taken in: kept first, then read; what was read is a record of its own and messages of the inbox.

use ::inbox::{Codes, Inbox};
use intake::{Record, Sink as _};
use knowledge::Lang;
use reader::Page;

use super::{MOST_TOLD, Outcome, Session, Source};
use crate::command::{evidence, inbox};
use crate::failure::Failure;
use crate::picture;

/// What the inbox calls the format.
const FORMAT: &str = "picture";

/// Takes a picture in.
pub fn take(session: &Session<'_>, inbox: &mut Inbox, source: &Source) -> Result<Outcome, Failure> {
    let mut outcome = Outcome { name: source.name.clone(), format: Some(FORMAT), ..Outcome::default() };
    outcome.evidence = session.keep_original(source)?;
    if inbox.knows(&source.digest).map_err(|error| inbox::failure(&error))? {
        return Ok(Outcome { is_known: true, ..outcome });
    }
    let page = match source.picture().and_then(|bytes| picture::read(&bytes, &source.name)) {
        Ok(page) => page,
        Err(failure) => return Ok(Outcome { error: Some(failure.message(session.lang)), ..outcome }),
    };
    if let (Some(place), Some(original)) = (session.evidence, outcome.evidence) {
        let covers_codes = matches!(session.codes, Codes::Covered);
        evidence::reading::keep(place, session.lang, original, &page, covers_codes)?;
    }
    let outcome = put(session, inbox, source, picture::records(&page), outcome.evidence)?;
    Ok(Outcome { warnings: warnings(session.lang, &page), ..outcome })
}

/// Puts messages of a picture into the inbox; `evidence` is the picture's number where it is kept.
pub fn put(
    session: &Session<'_>,
    inbox: &mut Inbox,
    source: &Source,
    records: Vec<Record>,
    evidence: Option<u64>,
) -> Result<Outcome, Failure> {
    let outcome = Outcome { name: source.name.clone(), format: Some(FORMAT), evidence, ..Outcome::default() };
    session.put(inbox, source, outcome, |taker| {
        let _ = records.into_iter().try_for_each(|record| taker.record(record));
        Ok(())
    })
}

/// Returns what the user should know of the reading.
fn warnings(lang: Lang, page: &Page) -> Vec<String> {
    let say = |zh: String, en: String| if lang == Lang::Zh { zh } else { en };
    let mut warnings = Vec::new();
    if page.messages.is_empty() {
        warnings.push(say(
            "读出了文字，但没有分出短信；请打开图片，把文字复制过来。".to_owned(),
            "text was read, but no message was made out; open the picture and type its text".to_owned(),
        ));
    }
    if page.is_photo {
        warnings.push(say(
            "这像是拍的照片，请更仔细核对。".to_owned(),
            "this looks like a photo; check it with more care".to_owned(),
        ));
    }
    for (number, message) in (1..).zip(&page.messages).filter(|(_, message)| !message.doubts.is_empty()).take(MOST_TOLD)
    {
        let quote = |span: [u32; 2]| message.text.get(span[0] as usize..span[1] as usize).unwrap_or_default();
        let places: Vec<&str> = message.doubts.iter().map(|doubt| quote(doubt.span)).take(8).collect();
        let (count, places) = (message.doubts.len(), places.join(" "));
        warnings.push(say(
            format!("第 {number} 条有 {count} 处看不准，请对照图片：{places}"),
            format!("message {number}: {count} places are uncertain, hold them against the picture: {places}"),
        ));
    }
    warnings
}
