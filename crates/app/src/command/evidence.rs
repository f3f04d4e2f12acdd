//! `zhenxin evidence`: keeping, showing, exporting and checking evidence. Clock, randomness and paths come from here.

mod add;
mod capture;
mod check;
mod document;
mod export;
mod failure;
mod list;
mod open;
mod stamp;

use std::io::{self, Write as _};
use std::process::ExitCode;

use ::evidence::{Entry, Kind};
use knowledge::Lang;

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

/// Keeps files in the default store where there is one, before anything is read from them; returns their numbers.
pub fn keep(lang: Lang, files: &[&std::path::Path]) -> Result<Option<Vec<u64>>, Failure> {
    let arguments = EvidenceArgs::default_place();
    let context = Context { evidence: &arguments, lang };
    if !open::exists(&context) {
        return Ok(None);
    }
    let mut store = open::store(&context)?;
    add::originals(&context, &mut store, files).map(Some)
}

fn remark(context: &Context<'_>, entry: Entry<'_>) -> Result<ExitCode, Failure> {
    let mut store = open::store(context)?;
    let number = store.commit(&open::origin(context), vec![entry]).map_err(failure::of)?;
    let number = number.first().copied().unwrap_or_default();
    context.tell(
        &format!("已记为第 {number} 号；原来的记录没有改动。"),
        &format!("kept as record {number}; nothing earlier was changed"),
    )?;
    Ok(ExitCode::SUCCESS)
}
