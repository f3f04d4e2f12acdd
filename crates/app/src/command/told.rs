//! What the commands about remedies share: reading the text or message they are about, and telling channels, papers and
//! law on a terminal.

use std::fmt::Write as _;
use std::io::{self, BufRead, Write as _};

use ::inbox::Inbox;
use knowledge::Lang;
use knowledge::date::Date;
use knowledge::document::{Bilingual, Confidence};
use remedy::cite::Citation;
use remedy::letter::Entry;
use remedy::situation::{Period, Route};

use crate::args::{OriginArgs, TextArgs};
use crate::command::{check, inbox};
use crate::failure::{Failure, harmless};
use crate::input;
use crate::paper::prefill::Source;

pub use crate::answer::words::say;

/// Writes the answer to standard output; a reader that stops reading is no failure.
pub fn print(text: &str) -> Result<(), Failure> {
    Ok(io::stdout().lock().write_all(text.as_bytes()).or_else(check::ignore_closed_pipe)?)
}

/// Writes the answer as JSON on one line.
pub fn print_json<T: serde::Serialize>(answer: &T) -> Result<(), Failure> {
    print(&format!("{}\n", serde_json::to_string(answer)?))
}

/// Reads a date of the command line; today in Beijing where none is given.
pub fn date(given: Option<&str>) -> Result<Date, Failure> {
    given.map_or_else(|| Ok(crate::paper::today()), stated_date)
}

/// Reads a date of the command line.
pub fn stated_date(text: &str) -> Result<Date, Failure> {
    remedy::calendar::read(text).ok_or_else(|| {
        Failure::input(
            format!("看不懂日期“{text}”。请写成 2026-11-23。"),
            format!("cannot read the date \"{text}\"; write it as 2026-11-23"),
        )
    })
}

/// Reads the message that is typed, in a file, or on standard input.
pub fn typed(text: &TextArgs) -> Result<Source, Failure> {
    let bytes = check::read(text.text.as_deref(), text.file.as_deref())?;
    let body = input::body(bytes.trim_ascii_end())?.to_owned();
    let time_ms = match &text.received_at {
        None => None,
        Some(time) => {
            let moment = time.trim().parse::<jiff::Timestamp>();
            Some(moment.map_err(|_| Failure::unreadable_time("收到时间", time))?.as_millisecond())
        }
    };
    Ok(Source { body, sender: text.sender.clone(), time_ms })
}

/// Opens the inbox that facts are taken from.
pub fn open(origin: &OriginArgs) -> Result<Inbox, Failure> {
    inbox::open(origin.inbox.as_deref())
}

/// Reads a message of the inbox.
pub fn kept(inbox: &Inbox, id: i64) -> Result<Source, Failure> {
    let row = inbox.message(id).map_err(|error| inbox::failure(&error))?;
    Ok(Source { body: row.body, sender: row.party, time_ms: row.time_ms })
}

/// Asks on the terminal; nothing at the end of the input.
pub fn ask(question: &str) -> Result<Option<String>, Failure> {
    eprint!("{}", harmless(question));
    io::stderr().flush()?;
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}

/// A heading and lines under it; nothing where there are none.
pub fn section(title: &str, lines: impl IntoIterator<Item = String>, out: &mut String) {
    let mut lines = lines.into_iter().peekable();
    if lines.peek().is_some() {
        let _ = writeln!(out, "\n{title}");
        lines.for_each(|line| {
            let _ = writeln!(out, "  {}", harmless(&line).replace('\n', "\n  "));
        });
    }
}

/// Texts, one a line, with a mark before each.
pub fn texts<'a>(texts: &'a [Bilingual], mark: &'a str, lang: Lang) -> impl Iterator<Item = String> + 'a {
    texts.iter().map(move |text| format!("{mark} {}", text.get(lang)))
}

/// Papers with their ids.
pub fn papers(entries: &[Entry], lang: Lang) -> impl Iterator<Item = String> + '_ {
    entries.iter().map(move |entry| format!("{:32} {}", entry.id, entry.title.get(lang)))
}

/// Periods with their ids.
pub fn periods(periods: &[Period], lang: Lang) -> impl Iterator<Item = String> + '_ {
    periods.iter().map(move |period| format!("{:32} {}", period.id, period.title.get(lang)))
}

/// Channels in order, with numbers, and what must come first.
pub fn routes(routes: &[Route], lang: Lang) -> impl Iterator<Item = String> + '_ {
    routes.iter().enumerate().map(move |(at, route)| {
        let ways: Vec<&str> = route.numbers.iter().chain(&route.sites).map(String::as_str).collect();
        let mut line = format!("{}. {}  {}", at + 1, route.name.get(lang), ways.join("  "));
        let _ = write!(line, "\n   {}", route.how.get(lang));
        if let Some(first) = &route.first {
            let _ = write!(line, "\n   {}{}", say(lang, "先要：", "first: "), first.get(lang));
        }
        if let Some(days) = route.deadline_days {
            let _ = match lang {
                Lang::Zh => write!(line, "\n   {days}天内应有答复"),
                Lang::En => write!(line, "\n   an answer is due within {days} days"),
            };
        }
        line
    })
}

/// The law behind an answer, with source and date.
pub fn citations(citations: &[Citation], lang: Lang) -> impl Iterator<Item = String> + '_ {
    citations.iter().map(move |citation| {
        let sure = match citation.confidence {
            Confidence::High => say(lang, "原文", "primary text"),
            Confidence::Medium => say(lang, "转引", "secondary"),
            Confidence::Low => say(lang, "待核", "weak source"),
        };
        let (name, summary) = (&citation.text, citation.summary.get(lang));
        format!("{name}  {summary}\n  [{sure}, {}] {}", citation.checked, citation.source)
    })
}

/// What stands under every answer.
pub fn disclaimer(lang: Lang) -> &'static str {
    say(
        lang,
        "本程序不是律师，以上不是法律意见；拿不准，打12348免费问。",
        "This program is no lawyer and this is no legal advice; if in doubt ask 12348, free of charge.",
    )
}
