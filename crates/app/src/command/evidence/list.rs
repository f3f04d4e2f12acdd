//! `evidence list` and `evidence show`.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use evidence::{Error, Kept, Kind, Record, Store};

use super::{Context, document, failure, open};
use crate::command::check::ignore_closed_pipe;
use crate::failure::{Failure, harmless};

/// The start of a text that a list shows, in bytes.
const GLANCE: usize = 240;
/// A list holds texts up to so many bytes against their records, and nothing else.
const LONGEST_CHECKED: u64 = 64 * 1024;

/// Whether kept bytes are as their record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// They are, or there are none.
    Whole,
    /// They are not.
    Damaged,
    /// They were not looked at.
    Unchecked,
}

/// What a list has seen.
#[derive(Default)]
struct Seen {
    damaged: usize,
    unchecked: usize,
}

impl Seen {
    fn count(&mut self, state: State) {
        match state {
            State::Whole => {}
            State::Damaged => self.damaged += 1,
            State::Unchecked => self.unchecked += 1,
        }
    }
}

/// Lists the records.
pub fn run(context: &Context<'_>, all: bool, json: bool) -> Result<ExitCode, Failure> {
    let store = open::store(context)?;
    let (mut out, mut seen) = (Vec::new(), Seen::default());
    store
        .visit(&|number| all || !store.is_hidden(number), &mut |mut kept| {
            let is_evidence = matches!(kept.record.kind, Kind::Original | Kind::Note | Kind::Correct);
            if json && (all || is_evidence) {
                seen.count(if kept.record.content.is_some() { State::Unchecked } else { State::Whole });
                out.extend_from_slice(kept.bytes);
                out.push(b'\n');
            } else if all || is_evidence {
                let (glance, state) = glance(context, &mut kept, LONGEST_CHECKED);
                seen.count(state);
                let _ = writeln!(out, "{}", line(kept.record, &glance));
            }
            Ok(())
        })
        .map_err(failure::of)?;
    io::stdout().lock().write_all(&out).or_else(ignore_closed_pipe)?;
    Ok(tell_seen(context, &store, &seen))
}

/// Says what the list has not looked at, and what is damaged. What is wrong with the log was said when it was opened.
fn tell_seen(context: &Context<'_>, store: &Store, seen: &Seen) -> ExitCode {
    let Seen { damaged, unchecked } = *seen;
    if unchecked > 0 {
        let zh =
            format!("有 {unchecked} 份内容（图片、文件等）列出时没有核对；全部核对请运行 zhenxin evidence verify。");
        let en = format!(
            "the bytes of {unchecked} records (pictures, files) were not checked for this list; zhenxin evidence verify checks all"
        );
        eprintln!("{}", context.say(&zh, &en));
    }
    if damaged > 0 {
        let zh = format!("有 {damaged} 份内容已损坏或缺失。请先备份整个目录，再运行 zhenxin evidence verify。");
        let en = format!(
            "the bytes of {damaged} records are damaged or missing; copy the whole folder first, then run zhenxin evidence verify"
        );
        eprintln!("{}", context.say(&zh, &en));
    }
    ExitCode::from(u8::from(damaged > 0 || store.fault().is_some()))
}

/// How a text begins; its kept bytes are held against the record when they are a text of at most `longest` bytes.
fn glance(context: &Context<'_>, kept: &mut Kept<'_>, longest: u64) -> (String, State) {
    let is_text = kept.record.content.as_ref().is_some_and(|content| content.mime == "text/plain");
    let is_checked = kept.record.content.as_ref().is_none_or(|content| is_text && content.size <= longest);
    let bytes = if is_checked { kept.checked(GLANCE) } else { Some(Vec::new()) };
    let state = match &bytes {
        None => State::Damaged,
        Some(_) if is_checked => State::Whole,
        Some(_) => State::Unchecked,
    };
    let damaged = || context.say("〔内容已损坏或缺失〕", "[its bytes are damaged or missing]").to_owned();
    let text = bytes.map_or_else(damaged, |bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = kept.record.text.clone().unwrap_or(text);
    (harmless(&text).replace('\n', " ").chars().take(40).collect(), state)
}

fn line(record: &Record, glance: &str) -> String {
    let kind = document::kind_name(record);
    let whence = ["sender", "name"].iter().find_map(|key| record.source.get(*key)).cloned().unwrap_or_default();
    let about: Vec<String> = record.about.iter().map(|number| format!("→{number}")).collect();
    let at = record.at.get(..16).unwrap_or_default().replace('T', " ");
    let line = format!("{:>6}  {at}  {kind}  {whence}  {}{glance}", record.seq, about.join(" "));
    harmless(&line).replace('\n', " ")
}

/// Shows one record with what speaks of it, holds its bytes against it, and writes them out.
pub fn show(context: &Context<'_>, number: u64, output: Option<&Path>) -> Result<ExitCode, Failure> {
    let store = open::store(context)?;
    if number >= store.len() {
        return Err(failure::of(Error::NoRecord { number }));
    }
    if let Some(path) = output {
        let (_, bytes) = store.content(number, u64::MAX).map_err(failure::of)?;
        crate::output::write(path, &bytes)?;
        context.tell(
            &format!("原件已写到 {}，与记录相符。", path.display()),
            &format!("written to {}, as recorded", path.display()),
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let (mut text, mut seen) = (String::new(), Seen::default());
    let speaking = store.speaking_of(number);
    store
        .visit(&|seq| seq == number || speaking.contains(&seq), &mut |mut kept| {
            if kept.record.seq == number {
                seen.count(describe(context, &mut kept, &mut text));
            } else {
                let (glance, state) = glance(context, &mut kept, LONGEST_CHECKED);
                seen.count(state);
                let _ = writeln!(text, "{}", line(kept.record, &glance));
            }
            Ok(())
        })
        .map_err(failure::of)?;
    io::stdout().lock().write_all(harmless(&text).as_bytes()).or_else(ignore_closed_pipe)?;
    Ok(tell_seen(context, &store, &seen))
}

/// The record as it is, how its text begins, and whether its bytes are as it says.
fn describe(context: &Context<'_>, kept: &mut Kept<'_>, text: &mut String) -> State {
    let _ = writeln!(text, "{}", serde_json::to_string_pretty(kept.record).unwrap_or_default());
    let Some(content) = &kept.record.content else { return State::Whole };
    let is_text = content.mime == "text/plain";
    let Some(bytes) = kept.checked(GLANCE) else {
        let _ = writeln!(
            text,
            "{}",
            context.say(
                "内容已损坏或缺失，与记录不符：不要把它当作原件。记录本身完好。",
                "its bytes are damaged or missing and do not fit the record: this is not the original. The record itself is whole.",
            )
        );
        return State::Damaged;
    };
    if is_text {
        let _ = writeln!(text, "{}", harmless(&String::from_utf8_lossy(&bytes)).replace('\n', " "));
    }
    let _ = writeln!(
        text,
        "{}",
        context.say("内容与记录相符（大小、SHA-256、SM3）。", "its bytes fit the record (size, SHA-256, SM3)")
    );
    State::Whole
}
