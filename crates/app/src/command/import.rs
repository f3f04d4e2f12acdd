//! `zhenxin import`: files in, messages judged and kept once, with a summary and what should be known of the sources.

pub mod picture;
mod source;
mod taker;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::inbox::{Codes, Inbox, Provenance};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use intake::{Columns, Format, Options, Reason};
use judge::Judge;
use knowledge::Lang;
use serde::Serialize;

use crate::args::{Args, EvidenceArgs, ImportArgs};
use crate::command::check::ignore_closed_pipe;
use crate::command::{evidence, inbox};
use crate::failure::{Failure, harmless};
use crate::{input, phone};
use taker::Taker;

pub use source::{ASKED_OF_PHONE, Scratch, Source};
pub use taker::{Arrived, Subject, verdict};

/// Places that are told one by one; the rest are only counted.
const MOST_TOLD: usize = 20;

/// What became of one source.
#[derive(Debug, Default, Serialize)]
pub struct Outcome {
    pub name: String,
    pub format: Option<&'static str>,
    /// The same bytes were taken in before: nothing was done.
    pub is_known: bool,
    pub new: u64,
    pub known: u64,
    pub again: u64,
    pub skipped: u64,
    pub skips: Vec<Told>,
    pub warnings: Vec<String>,
    pub error: Option<String>,
    pub evidence: Option<u64>,
    pub kinds: BTreeMap<String, u64>,
    #[serde(skip)]
    is_damaged: bool,
    /// The first messages of the source, as they stand in the inbox now.
    #[serde(skip)]
    pub arrived: Vec<Arrived>,
}

/// A place that gave no message.
#[derive(Debug, Serialize)]
pub struct Told {
    pub position: String,
    pub reason: String,
}

/// What the sources of one command share.
pub struct Session<'a> {
    /// The language of what is told.
    pub lang: Lang,
    /// The judge.
    pub judge: &'a Judge,
    /// What readers must be told.
    pub options: Options,
    /// Whether one-time codes are kept.
    pub codes: Codes,
    /// Where original bytes are kept first, if a store is there; nothing to keep none.
    pub evidence: Option<&'a EvidenceArgs>,
    /// The moment of messages that state none.
    pub now_ms: Option<i64>,
}

/// Reads what the user says of a table's columns.
pub fn columns<'a>(stated: impl IntoIterator<Item = &'a str>) -> Result<Columns, Failure> {
    Columns::read(stated).map_err(|error| {
        Failure::input(
            "看不懂列的说明。请写成 text=备注（标题）或 text=#2（第几列）；能说明的有 text、sender、recipient、time、sent、direction、name、sim、device。",
            error.to_string(),
        )
    })
}

/// Runs the command.
pub fn run(args: &Args, import: &ImportArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let judge = input::judge(args)?;
    let scratch = Scratch::new()?;
    let options = Options {
        assumed_offset_minutes: offset(&import.assume_offset)?,
        password: import.password_file.as_deref().map(source::password).transpose()?,
        columns: columns(import.columns.iter().map(String::as_str))?,
        scratch: scratch.path().to_owned(),
    };
    let codes = if import.keep_codes { Codes::Kept } else { Codes::Covered };
    let place = EvidenceArgs::default_place();
    let evidence = (!import.no_evidence).then_some(&place);
    let session = Session { lang, judge: &judge, options, codes, evidence, now_ms: None };
    let mut inbox = inbox::open_or_make(import.inbox.as_deref())?;
    let pasted = [PathBuf::from("-")];
    let files = if import.files.is_empty() { &pasted[..] } else { &import.files };
    let outcomes: Vec<Outcome> = match &import.phone {
        Some(address) => vec![session.take_source(&mut inbox, &history(address, import)?)?],
        None => files.iter().map(|path| session.take(&mut inbox, path)).collect::<Result<_, _>>()?,
    };
    let mut out = Vec::new();
    if import.json {
        let tally = inbox.tally().map_err(|error| inbox::failure(&error))?;
        serde_json::to_writer(&mut out, &serde_json::json!({ "files": outcomes, "inbox": tally }))?;
        out.push(b'\n');
    } else {
        for outcome in &outcomes {
            write_outcome(lang, outcome, &mut out)?;
        }
    }
    io::stdout().lock().write_all(&out).or_else(ignore_closed_pipe)?;
    Ok(exit_code(&outcomes))
}

/// Asks a phone for its messages.
fn history(address: &str, import: &ImportArgs) -> Result<Source, Failure> {
    let secret = import.secret_file.as_deref().map(source::password).transpose()?;
    let bytes = phone::history(address, secret.as_deref(), &|| jiff::Timestamp::now().as_millisecond())?;
    Ok(Source::of_bytes(address, bytes, "").by(source::ASKED_OF_PHONE))
}

fn exit_code(outcomes: &[Outcome]) -> ExitCode {
    if outcomes.iter().all(|outcome| outcome.error.is_some()) {
        return ExitCode::from(2);
    }
    let is_damaged = outcomes.iter().any(|outcome| outcome.is_damaged || outcome.error.is_some());
    ExitCode::from(if is_damaged { 3 } else { 0 })
}

/// Reads an offset from UTC, such as `+08:00`, in minutes.
pub fn offset(text: &str) -> Result<i32, Failure> {
    let read = |text: &str| {
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let (hours, minutes) = text.strip_prefix(['+', '-'])?.split_once(':')?;
        let minutes = hours.parse::<i32>().ok()? * 60
            + minutes.parse::<i32>().ok().filter(|minutes| (0..60).contains(minutes))?;
        (0..=15 * 60).contains(&minutes).then_some(sign * minutes)
    };
    read(text).ok_or_else(|| {
        Failure::input(
            format!("看不懂时区“{text}”。请写成 +08:00。"),
            format!("cannot read the offset \"{text}\"; write it as +08:00"),
        )
    })
}

impl Session<'_> {
    /// Takes a file or folder in.
    pub fn take(&self, inbox: &mut Inbox, path: &Path) -> Result<Outcome, Failure> {
        match Source::open(path) {
            Ok(source) => self.take_source(inbox, &source),
            Err(failure) => Ok(Outcome {
                name: path.display().to_string(),
                error: Some(failure.message(self.lang)),
                ..Outcome::default()
            }),
        }
    }

    /// Takes a source in: its bytes are kept as evidence, its messages judged and put into the inbox, each once.
    pub fn take_source(&self, inbox: &mut Inbox, source: &Source) -> Result<Outcome, Failure> {
        if source.is_picture() {
            return picture::take(self, inbox, source);
        }
        let mut outcome = Outcome { name: source.name.clone(), ..Outcome::default() };
        let format = match source.format() {
            Ok(format) => format,
            Err(error) => return Ok(self.failed(outcome, &error)),
        };
        outcome.format = Some(format.id());
        // Also where the inbox knows the source: the store may be younger than the inbox.
        outcome.evidence = self.keep_original(source)?;
        self.put(inbox, source, outcome, |taker| source.read(&self.options, taker).map(|_| ()))
    }

    /// Takes in a message that was pasted with its sender and time: its text is kept as evidence, without what was said of
    /// it. `object` is the message as a forwarder would send it.
    pub fn take_message(
        &self,
        inbox: &mut Inbox,
        object: &Source,
        pasted: &evidence::Pasted<'_>,
    ) -> Result<Outcome, Failure> {
        let mut outcome =
            Outcome { name: object.name.clone(), format: object.format().ok().map(Format::id), ..Outcome::default() };
        if let Some(place) = self.evidence {
            outcome.evidence = evidence::keep_message(place, self.lang, pasted)?;
        }
        self.put(inbox, object, outcome, |taker| object.read(&self.options, taker).map(|_| ()))
    }

    /// Keeps the original bytes, before anything is read out of them; returns the number of the first.
    fn keep_original(&self, source: &Source) -> Result<Option<u64>, Failure> {
        let Some(place) = self.evidence else { return Ok(None) };
        if let Some((bytes, route)) = source.without_file() {
            return evidence::keep_bytes(place, self.lang, &source.name, route, bytes);
        }
        Ok(evidence::keep(place, self.lang, &source.originals())?.and_then(|numbers| numbers.first().copied()))
    }

    /// Judges the messages that are read of a source and puts them into the inbox; `outcome` holds its format and evidence.
    fn put(
        &self,
        inbox: &mut Inbox,
        source: &Source,
        mut outcome: Outcome,
        read: impl FnOnce(&mut Taker<'_>) -> Result<(), intake::Error>,
    ) -> Result<Outcome, Failure> {
        let provenance = Provenance {
            digest: &source.digest,
            name: &source.name,
            format: outcome.format.unwrap_or_default(),
            bytes: source.bytes,
            now_ms: jiff::Timestamp::now().as_millisecond(),
            evidence: outcome.evidence,
        };
        let knowledge = &self.judge.index().knowledge.digest;
        let Some(import) = inbox.begin(&provenance, knowledge, self.codes).map_err(|error| inbox::failure(&error))?
        else {
            return Ok(Outcome { is_known: true, ..outcome });
        };
        let mut taker = Taker::new(self.judge, import, progress(source.bytes), self.now_ms);
        let read = read(&mut taker);
        let (taken, import) = taker.end();
        outcome.new = taken.new;
        outcome.known = taken.known;
        outcome.again = taken.again;
        outcome.kinds = taken.kinds;
        outcome.arrived = taken.arrived;
        outcome.skipped = taken.skipped;
        outcome.is_damaged =
            taken.skips.iter().any(|skip| !matches!(skip.reason, Reason::Empty | Reason::NotAMessage { .. }));
        let pick = |[zh, en]: [String; 2]| if self.lang == Lang::Zh { zh } else { en };
        outcome.skips = taken
            .skips
            .iter()
            .take(MOST_TOLD)
            .map(|skip| Told { position: skip.position.to_string(), reason: pick(skip.reason.text()) })
            .collect();
        outcome.warnings = taken.warnings.iter().map(|warning| pick(warning.text())).collect();
        if let Some(error) = taken.error {
            return Err(inbox::failure(&error));
        }
        match read {
            Ok(()) => import.finish().map_err(|error| inbox::failure(&error))?,
            // The source does not count as taken in: the next attempt completes it, and what is there already stays once.
            Err(error) => return Ok(self.failed(outcome, &error)),
        }
        Ok(outcome)
    }

    fn failed(&self, outcome: Outcome, error: &intake::Error) -> Outcome {
        let [zh, en] = error.text();
        Outcome { error: Some(if self.lang == Lang::Zh { zh } else { en }), ..outcome }
    }
}

fn progress(bytes: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn write_evidence(say: &dyn Fn(String, String) -> String, outcome: &Outcome, out: &mut Vec<u8>) -> io::Result<()> {
    let Some(number) = outcome.evidence else { return Ok(()) };
    let said = say(format!("  原件在证据库，编号 {number}。"), format!("  the original is kept as evidence {number}"));
    writeln!(out, "{said}")
}

fn write_outcome(lang: Lang, outcome: &Outcome, out: &mut Vec<u8>) -> io::Result<()> {
    let say = |zh: String, en: String| harmless(if lang == Lang::Zh { &zh } else { &en });
    let name = &outcome.name;
    if let Some(error) = &outcome.error {
        return writeln!(out, "{}", say(format!("{name}：{error}"), format!("{name}: {error}")));
    }
    if outcome.is_known {
        writeln!(
            out,
            "{}",
            say(format!("{name}：以前导入过，没有变化。"), format!("{name}: taken in before; nothing has changed"))
        )?;
        return write_evidence(&say, outcome, out);
    }
    let format = outcome.format.unwrap_or_default();
    let Outcome { new, known, again, skipped, .. } = outcome;
    let known = known + again;
    writeln!(
        out,
        "{}",
        say(
            format!("{name}（{format}）：新短信 {new} 条，已有的 {known} 条，没有读出短信的 {skipped} 处。"),
            format!("{name} ({format}): {new} new messages, {known} known, {skipped} places without a message"),
        )
    )?;
    for (kind, count) in &outcome.kinds {
        writeln!(out, "  {kind}  {count}")?;
    }
    write_evidence(&say, outcome, out)?;
    for warning in &outcome.warnings {
        writeln!(out, "{}", say(format!("  注意：{warning}"), format!("  note: {warning}")))?;
    }
    for skip in &outcome.skips {
        writeln!(
            out,
            "{}",
            say(format!("  {}：{}", skip.position, skip.reason), format!("  {}: {}", skip.position, skip.reason))
        )?;
    }
    Ok(())
}
