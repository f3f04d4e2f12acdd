//! `zhenxin check`: one message in, or a picture of some; a report or JSON out, the risk as exit code.

mod picture;

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use judge::render::{self, Detail, Subject};
use judge::verdict::Risk;
use judge::{Message, Scratch};

use crate::args::{Args, CheckArgs, TextArgs};
use crate::failure::Failure;
use crate::{input, report};

/// Runs the command.
pub fn run(args: &Args, check: &CheckArgs) -> Result<ExitCode, Failure> {
    let given = &check.message;
    if let Some(path) = picture_of(given) {
        return picture::run(args, check, path);
    }
    let bytes = read(given.text.as_deref(), given.file.as_deref())?;
    let is_typed = given.text.as_deref().is_some_and(|text| text != "-");
    let trimmed = if is_typed { &bytes[..] } else { bytes.trim_ascii_end() };
    let body = input::body(trimmed)?;
    let received = match &given.received_at {
        None => None,
        Some(time) => Some(input::received(time).ok_or_else(|| Failure::unreadable_time("收到时间", time))?),
    };
    let judge = input::judge(args)?;
    let message = Message { body, sender: given.sender.as_deref(), received };
    let mut scratch = Scratch::default();
    let verdict = judge.judge(&message, &mut scratch);
    let subject = Subject { id: None, body, sender: given.sender.as_deref() };
    let mut out = Vec::new();
    if check.json {
        render::write_json(judge.index(), &verdict, &subject, Detail::Texts(args.lang.into()), &mut out)?;
        out.push(b'\n');
    } else {
        let screen = report::Screen::of_standard_output();
        let telling = judge.telling_words(&verdict.decision, &scratch);
        out = report::write(judge.index(), &verdict, &subject, &telling, args.lang.into(), screen).into_bytes();
    }
    io::stdout().lock().write_all(&out).or_else(ignore_closed_pipe)?;
    Ok(risk_code(verdict.decision.risk))
}

/// Returns the exit code of a risk.
fn risk_code(risk: Risk) -> ExitCode {
    ExitCode::from(match risk {
        Risk::Low => 0,
        Risk::Caution => 10,
        Risk::High => 20,
    })
}

/// Returns the picture that was named, as a file or in the place of the text: no message is the name of a picture.
fn picture_of(given: &TextArgs) -> Option<&Path> {
    let named = given.file.as_deref().or_else(|| given.text.as_deref().filter(|text| text.len() < 4096).map(Path::new));
    named.filter(|path| crate::picture::is_picture_file(path))
}

/// Reads at most one byte more than the limit, so that a huge input is refused without being held.
pub fn read(text: Option<&str>, file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let limit = input::LONGEST_BODY as u64 + 3;
    let mut bytes = Vec::new();
    match (file, text) {
        (Some(path), _) => {
            let file = File::open(path).map_err(|error| Failure::unreadable(path, &error))?;
            file.take(limit).read_to_end(&mut bytes).map_err(|error| Failure::unreadable(path, &error))?;
        }
        (None, Some(text)) if text != "-" => bytes.extend_from_slice(text.as_bytes()),
        (None, given) => {
            if given.is_none() && io::stdin().is_terminal() {
                eprintln!("请粘贴短信正文，然后按 Ctrl-D 结束。 / Paste the message, then press Ctrl-D.");
            }
            io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
        }
    }
    Ok(bytes)
}

/// A reader that stops reading is no failure.
pub fn ignore_closed_pipe(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}
