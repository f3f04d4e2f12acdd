//! `zhenxin redact`: an export with its content masked, to give away.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use crate::args::RedactArgs;
use crate::failure::Failure;
use crate::output::Part;

/// Runs the command.
pub fn run(redact: &RedactArgs) -> Result<ExitCode, Failure> {
    let failure = |error: &intake::Error| {
        let [zh, en] = error.text();
        Failure::input(zh, en)
    };
    let format = intake::detect(&redact.file).map_err(|error| failure(&error))?;
    let input = File::open(&redact.file).map_err(|error| Failure::unreadable(&redact.file, &error))?;
    if redact.output == Path::new("-") {
        let mut out = io::stdout().lock();
        intake::redact(input, format, &mut out).map_err(|error| failure(&error))?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = Part::begin(&redact.output)?;
    intake::redact(input, format, &mut out).map_err(|error| failure(&error))?;
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}
