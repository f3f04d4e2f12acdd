//! `zhenxin eval`: how often the judge is right on messages whose answer is known.

mod cases;
mod count;
mod disguise;
mod labelled;
mod page;

use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::args::{Args, EvalArgs, EvalFormat};
use crate::command::check::ignore_closed_pipe;
use crate::failure::Failure;
use crate::input;

/// Runs the command: a table of labelled rows by its name, written cases otherwise.
pub fn run(args: &Args, eval: &EvalArgs) -> Result<ExitCode, Failure> {
    let judge = input::judge(args)?;
    if eval.file.extension().is_none_or(|extension| extension != "tsv") {
        return cases::measure(&judge, &eval.file, eval.list, args.lang.into());
    }
    let (rows, bad) = labelled::read(&eval.file)?;
    let measured = labelled::measure(&judge, &rows);
    let written = match eval.format {
        EvalFormat::Text => labelled::text(&measured),
        EvalFormat::Json => serde_json::to_string_pretty(&measured).unwrap_or_default() + "\n",
        EvalFormat::Html => page::page(&measured, args.lang.into()),
    };
    match &eval.out {
        Some(path) => fs::write(path, written).map_err(|error| Failure::unwritable(path, &error))?,
        None => io::stdout().lock().write_all(written.as_bytes()).or_else(ignore_closed_pipe)?,
    }
    Ok(ExitCode::from(if bad > 0 { 3 } else { 0 }))
}
