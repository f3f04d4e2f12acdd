//! `zhenxin redact`: an export with its content masked, to give away.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use intake::{Options, Record, Sink, Skipped, Warning};
use knowledge::Lang;
use serde::Serialize;

use crate::args::{Args, RedactArgs};
use crate::command::check::ignore_closed_pipe;
use crate::command::import::Scratch;
use crate::failure::{Failure, harmless};
use crate::output::Part;

/// What was done, for whoever gives the file away.
#[derive(Debug, Serialize)]
struct Done {
    format: &'static str,
    /// How many messages are read from the file, and from the masked one: the structure is whole where both are the same.
    messages: u64,
    messages_masked: u64,
}

impl Done {
    /// Where nothing was read before, nobody knows whether the structure is whole.
    fn is_whole(&self) -> bool {
        self.messages == self.messages_masked && self.messages > 0
    }
}

/// Runs the command.
pub fn run(args: &Args, redact: &RedactArgs) -> Result<ExitCode, Failure> {
    let scratch = Scratch::new()?;
    if redact.output == Path::new("-") {
        if redact.json {
            return Err(Failure::input(
                "--json 会和输出混在一起，请把 -o 写成文件名。",
                "--json would mix with the output; give a file to -o",
            ));
        }
        let mut out = io::stdout().lock();
        masked(redact, &scratch, &mut out)?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = Part::begin(&redact.output)?;
    let format = masked(redact, &scratch, &mut out)?;
    out.finish()?;
    let messages = count(&redact.file, &scratch);
    let done = Done { format: format.id(), messages, messages_masked: count(&redact.output, &scratch) };
    tell(args.lang.into(), redact, &done).or_else(ignore_closed_pipe)?;
    Ok(ExitCode::from(if done.is_whole() { 0 } else { 3 }))
}

fn masked(redact: &RedactArgs, scratch: &Scratch, out: &mut dyn Write) -> Result<intake::Format, Failure> {
    intake::redact_file(&redact.file, scratch.path(), out).map_err(|error| {
        let [zh, en] = error.text();
        Failure::input(zh, en)
    })
}

/// Counts messages.
#[derive(Default)]
struct Count(u64);

impl Sink for Count {
    fn record(&mut self, _: Record) -> std::ops::ControlFlow<()> {
        self.0 += 1;
        std::ops::ControlFlow::Continue(())
    }

    fn skipped(&mut self, _: Skipped) {}

    fn warning(&mut self, _: Warning) {}
}

fn count(path: &Path, scratch: &Scratch) -> u64 {
    let mut count = Count::default();
    let _ = intake::read(path, &Options::new(8 * 60, scratch.path()), &mut count);
    count.0
}

fn tell(lang: Lang, redact: &RedactArgs, done: &Done) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if redact.json {
        serde_json::to_writer(&mut out, done)?;
        return writeln!(out);
    }
    let Done { format, messages, messages_masked } = done;
    let (zh, en) = if done.is_whole() {
        (
            format!(
                "已遮盖（{format}）：原来和遮盖后都能读出 {messages} 条。文字、号码、时间已换掉；给别人之前请自己再看一遍。"
            ),
            format!(
                "masked ({format}): {messages} messages are read before and after. Texts, numbers and times are replaced; look through it before you give it away"
            ),
        )
    } else {
        (
            format!(
                "已遮盖（{format}），但原来读出 {messages} 条，遮盖后读出 {messages_masked} 条：这种文件的结构没有完全保住。"
            ),
            format!(
                "masked ({format}), but {messages} messages were read before and {messages_masked} after: its structure did not stay whole"
            ),
        )
    };
    writeln!(out, "{}", harmless(if lang == Lang::Zh { &zh } else { &en }))
}
