//! `zhenxin evidence`: keeping, showing, exporting and checking evidence. Clock, randomness and paths come from here.

pub mod add;
mod capture;
pub mod check;
pub mod document;
pub mod export;
mod failure;
mod list;
pub mod open;
pub mod reading;
mod stamp;

use std::io::{self, Write as _};
use std::process::ExitCode;

use ::evidence::{Entry, Kind};
use knowledge::Lang;
use sha2::{Digest as _, Sha256};

use crate::args::{Args, EvidenceAction, EvidenceArgs};
use crate::command::check::ignore_closed_pipe;
use crate::failure::Failure;

/// What every action needs.
pub struct Context<'a> {
    /// The arguments before the action.
    pub evidence: &'a EvidenceArgs,
    /// The language of texts.
    pub lang: Lang,
}

impl Context<'_> {
    /// Picks by language.
    pub fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// Prints a line in the language; what a message brought cannot steer the terminal.
    pub fn tell(&self, zh: &str, en: &str) -> Result<(), Failure> {
        let line = format!("{}\n", crate::failure::harmless(self.say(zh, en)));
        Ok(io::stdout().lock().write_all(line.as_bytes()).or_else(ignore_closed_pipe)?)
    }
}

/// Returns what a failure of the store means for the user.
pub fn failure_of(error: ::evidence::Error) -> Failure {
    failure::of(error)
}

/// Runs the command.
pub fn run(args: &Args, evidence: &EvidenceArgs) -> Result<ExitCode, Failure> {
    let context = Context { evidence, lang: args.lang.into() };
    match &evidence.action {
        EvidenceAction::Init { sheet } => open::init(&context, sheet.as_deref()),
        EvidenceAction::Add(add) => add::run(&context, add),
        EvidenceAction::List { all, json } => list::run(&context, *all, *json),
        EvidenceAction::Show { number, output } => list::show(&context, *number, output.as_deref()),
        EvidenceAction::Note { number, text, correct } => {
            let kind = if *correct { Kind::Correct } else { Kind::Note };
            remark(&context, Entry::remark(kind, vec![*number], Some(text.clone())))
        }
        EvidenceAction::Hide { numbers, why, undo } => {
            let kind = if *undo { Kind::Show } else { Kind::Hide };
            remark(&context, Entry::remark(kind, numbers.clone(), why.clone()))
        }
        EvidenceAction::Verify => check::store(&context),
        EvidenceAction::Stamp { action } => stamp::run(&context, action),
        EvidenceAction::Export(export) => export::run(&context, export),
        EvidenceAction::CheckExport { folder, fingerprint, authority } => {
            check::export(&context, folder, fingerprint.as_deref(), authority.as_deref())
        }
        EvidenceAction::Recover { key_file } => open::recover(&context, key_file.as_deref()),
    }
}

/// Keeps files in the store where there is one, before anything is read from them; returns their numbers. What is kept
/// already and whole is not kept again.
pub fn keep(place: &EvidenceArgs, lang: Lang, files: &[&std::path::Path]) -> Result<Option<Vec<u64>>, Failure> {
    let context = Context { evidence: place, lang };
    if files.is_empty() || !open::exists(&context) {
        return Ok(None);
    }
    let mut store = open::store(&context)?;
    add::originals(&context, &mut store, files).map(Some)
}

/// Keeps bytes that came without a file by some route where there is a store, unless they are kept already; returns their
/// number.
pub fn keep_bytes(
    place: &EvidenceArgs,
    lang: Lang,
    name: &str,
    route: &str,
    bytes: &[u8],
) -> Result<Option<u64>, Failure> {
    let context = Context { evidence: place, lang };
    if !open::exists(&context) {
        return Ok(None);
    }
    let mut store = open::store(&context)?;
    if let Some(number) = store.original(&Sha256::digest(bytes).into()).map_err(failure::of)? {
        return Ok(Some(number));
    }
    let (mime, kind) = capture::of_bytes(bytes);
    // "-" is what the command line calls standard input, and no name.
    let name = Some(name).filter(|name| *name != "-");
    let source = [("type", Some(kind)), ("name", name), ("route", Some(route))];
    let source = source.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned()))).collect();
    let entry = Entry { source, ..Entry::original(mime, bytes) };
    let numbers = store.commit(&open::origin(&context), vec![entry]).map_err(failure::of)?;
    Ok(numbers.first().copied())
}

/// A message that was pasted, with what was said of it.
pub struct Pasted<'a> {
    /// The text as it was pasted.
    pub text: &'a str,
    /// From whom it is said to be.
    pub sender: Option<&'a str>,
    /// When it is said to have come, as `YYYY-MM-DDThh:mm:ss` with an offset.
    pub received_at: Option<&'a str>,
}

/// Keeps the text of a message that was pasted where there is a store; returns its number.
pub fn keep_message(place: &EvidenceArgs, lang: Lang, pasted: &Pasted<'_>) -> Result<Option<u64>, Failure> {
    let context = Context { evidence: place, lang };
    if !open::exists(&context) {
        return Ok(None);
    }
    add::pasted(&context, &mut open::store(&context)?, pasted).map(Some)
}

/// A request of a forwarder, to be kept as it came.
pub struct Forwarded<'a> {
    /// The request, or the messages in it with their one-time codes covered.
    pub bytes: &'a [u8],
    /// Whether codes are covered, so that these are not the bytes as they came.
    pub is_covered: bool,
    /// Who forwards.
    pub device: &'a str,
    /// What was read in it.
    pub records: &'a [intake::Record],
}

/// Keeps a forwarded request where there is a store; returns its number.
pub fn keep_forwarded(place: &EvidenceArgs, lang: Lang, request: &Forwarded<'_>) -> Result<Option<u64>, Failure> {
    let context = Context { evidence: place, lang };
    if !open::exists(&context) {
        return Ok(None);
    }
    let party = request.records.first().and_then(|record| record.message.party.clone());
    let source = [
        ("type", Some("message".to_owned())),
        ("sender", party),
        ("device", Some(request.device.to_owned())),
        ("route", Some("forwarded over the network".to_owned())),
        ("covered", request.is_covered.then(|| "one-time codes, before it was kept".to_owned())),
    ];
    let source = source.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
    let entry = Entry { source, ..Entry::original("text/plain", request.bytes) };
    let mut store = open::store(&context)?;
    let numbers = store.commit(&open::origin(&context), vec![entry]).map_err(failure::of)?;
    Ok(numbers.first().copied())
}

/// Writes a record about another one; returns its number.
pub fn note(context: &Context<'_>, entry: Entry<'_>) -> Result<u64, Failure> {
    let mut store = open::store(context)?;
    let number = store.commit(&open::origin(context), vec![entry]).map_err(failure::of)?;
    Ok(number.first().copied().unwrap_or_default())
}

fn remark(context: &Context<'_>, entry: Entry<'_>) -> Result<ExitCode, Failure> {
    let number = note(context, entry)?;
    context.tell(
        &format!("已记为第 {number} 号；原来的记录没有改动。"),
        &format!("kept as record {number}; nothing earlier was changed"),
    )?;
    Ok(ExitCode::SUCCESS)
}
