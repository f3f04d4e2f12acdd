//! `evidence list` and `evidence show`.

use std::fmt::Write as _;
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::process::ExitCode;

use evidence::{Error, Kind, Record};

use super::{Context, document, failure, open};
use crate::command::check::ignore_closed_pipe;
use crate::failure::{Failure, harmless};

/// The start of a text that a list shows.
const GLANCE: u64 = 240;

/// Lists the records.
pub fn run(context: &Context<'_>, all: bool, json: bool) -> Result<ExitCode, Failure> {
    let store = open::store(context)?;
    let mut out = Vec::new();
    store
        .visit(&|number| all || !store.is_hidden(number), &mut |kept| {
            let is_evidence = matches!(kept.record.kind, Kind::Original | Kind::Note | Kind::Correct);
            if json && (all || is_evidence) {
                out.extend_from_slice(kept.bytes);
                out.push(b'\n');
            } else if all || is_evidence {
                let glance = glance(kept.record, kept.content);
                let _ = writeln!(out, "{}", line(kept.record, &glance));
            }
            Ok(())
        })
        .map_err(failure::of)?;
    io::stdout().lock().write_all(&out).or_else(ignore_closed_pipe)?;
    Ok(ExitCode::SUCCESS)
}

fn glance(record: &Record, content: Option<&mut dyn Read>) -> String {
    let is_text = record.content.as_ref().is_some_and(|content| content.mime == "text/plain");
    let mut bytes = Vec::new();
    if let Some(reader) = content.filter(|_| is_text) {
        let _ = reader.take(GLANCE).read_to_end(&mut bytes);
    }
    let text = record.text.clone().unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned());
    harmless(&text).replace('\n', " ").chars().take(40).collect()
}

fn line(record: &Record, glance: &str) -> String {
    let kind = document::kind_name(record);
    let whence = ["sender", "name"].iter().find_map(|key| record.source.get(*key)).cloned().unwrap_or_default();
    let about: Vec<String> = record.about.iter().map(|number| format!("→{number}")).collect();
    let at = record.at.get(..16).unwrap_or_default().replace('T', " ");
    let line = format!("{:>6}  {at}  {kind}  {whence}  {}{glance}", record.seq, about.join(" "));
    harmless(&line).replace('\n', " ")
}

/// Shows one record, and writes its bytes out.
pub fn show(context: &Context<'_>, number: u64, output: Option<&Path>) -> Result<ExitCode, Failure> {
    let store = open::store(context)?;
    if number >= store.len() {
        return Err(failure::of(Error::NoRecord { number }));
    }
    let mut text = String::new();
    store
        .visit(&|seq| seq == number || output.is_none(), &mut |kept| {
            if kept.record.seq == number {
                let pretty = serde_json::to_string_pretty(kept.record).unwrap_or_default();
                let glance = glance(kept.record, kept.content);
                let _ = writeln!(text, "{pretty}\n{glance}");
            } else if kept.record.about.contains(&number) {
                let _ = writeln!(text, "{}", line(kept.record, &glance(kept.record, kept.content)));
            }
            Ok(())
        })
        .map_err(failure::of)?;
    if let Some(path) = output {
        let (_, bytes) = store.content(number, u64::MAX).map_err(failure::of)?;
        crate::output::write(path, &bytes)?;
        context.tell(
            &format!("原件已写到 {}，与记录相符。", path.display()),
            &format!("written to {}, as recorded", path.display()),
        )?;
    } else {
        io::stdout().lock().write_all(harmless(&text).as_bytes()).or_else(ignore_closed_pipe)?;
    }
    Ok(ExitCode::SUCCESS)
}
