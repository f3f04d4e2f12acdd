//! `zhenxin redact`: an export with its content masked, to give away.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::args::RedactArgs;
use crate::failure::Failure;

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
    let file = File::create_new(&redact.output).map_err(|error| {
        let path = redact.output.display();
        Failure::input(
            format!("写不了 {path}：{error}。请换一个不存在的文件名。"),
            format!("cannot write {path}: {error}; name a file that does not exist yet"),
        )
    })?;
    let mut out = BufWriter::new(file);
    intake::redact(input, format, &mut out).map_err(|error| failure(&error))?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
