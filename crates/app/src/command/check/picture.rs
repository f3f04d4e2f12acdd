//! `zhenxin check shot.png`: what was read, with its places and doubts, and a report for each message received.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use judge::render::{self, Detail, Subject};
use judge::verdict::Risk;
use judge::{Judge, Message, Scratch};
use knowledge::Lang;
use reader::{Direction, Page, Rectangle};
use serde_json::value::RawValue;

use crate::answer::words::say;
use crate::args::{Args, CheckArgs};
use crate::failure::{Failure, harmless};
use crate::{input, picture, report};

use super::{ignore_closed_pipe, risk_code};

/// Runs the command on a picture.
pub fn run(args: &Args, check: &CheckArgs, path: &Path) -> Result<ExitCode, Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let page = picture::read(&picture::bytes(path)?, &name)?;
    let judge = input::judge(args)?;
    let lang: Lang = args.lang.into();
    let (out, risk) = if check.json { as_json(&judge, &page, lang)? } else { as_text(&judge, &page, lang) };
    io::stdout().lock().write_all(&out).or_else(ignore_closed_pipe)?;
    Ok(risk_code(risk))
}

/// What is told as JSON.
#[derive(serde::Serialize)]
struct Told<'a> {
    page: &'a Page,
    verdicts: Vec<Option<Box<RawValue>>>,
}

/// The page and, for each of its messages in the same order, the verdict; none on what the owner wrote.
fn as_json(judge: &Judge, page: &Page, lang: Lang) -> Result<(Vec<u8>, Risk), Failure> {
    let mut risk = Risk::Low;
    let mut verdicts: Vec<Option<Box<RawValue>>> = Vec::with_capacity(page.messages.len());
    let mut scratch = Scratch::default();
    for message in &page.messages {
        let Some(asked) = asked(message) else {
            verdicts.push(None);
            continue;
        };
        let verdict = judge.judge(&asked, &mut scratch);
        risk = risk.max(verdict.decision.risk);
        let subject = Subject { id: None, body: asked.body, sender: asked.sender };
        let mut bytes = Vec::new();
        render::write_json(judge.index(), &verdict, &subject, Detail::Texts(lang), &mut bytes)?;
        let text = String::from_utf8(bytes).map_err(anyhow::Error::from)?;
        verdicts.push(Some(RawValue::from_string(text)?));
    }
    let mut out = serde_json::to_vec(&Told { page, verdicts })?;
    out.push(b'\n');
    Ok((out, risk))
}

/// Returns a received message as the judge takes it.
fn asked(message: &reader::Message) -> Option<Message<'_>> {
    picture::is_judged(message).then(|| Message {
        body: &message.text,
        sender: picture::shown_sender(message),
        received: picture::time_ms(message).and_then(input::received_ms),
    })
}

fn as_text(judge: &Judge, page: &Page, lang: Lang) -> (Vec<u8>, Risk) {
    let say = |zh, en| say(lang, zh, en);
    let mut out = String::new();
    let mut risk = Risk::Low;
    let mut scratch = Scratch::default();
    let screen = report::Screen::of_standard_output();
    let _ = writeln!(out, "{}", head(page, lang));
    for (number, message) in (1..).zip(&page.messages) {
        let _ = writeln!(out, "\n{}", headline(number, message, lang));
        for line in &message.lines {
            let _ = writeln!(out, "  {}  {}", place(&line.rectangle), harmless(&line.text));
        }
        write_doubts(message, lang, &mut out);
        let Some(asked) = asked(message) else { continue };
        let verdict = judge.judge(&asked, &mut scratch);
        risk = risk.max(verdict.decision.risk);
        let subject = Subject { id: None, body: asked.body, sender: asked.sender };
        let telling = judge.telling_words(&verdict.decision, &scratch);
        out.push('\n');
        out.push_str(&report::write(judge.index(), &verdict, &subject, &telling, lang, screen));
    }
    if page.messages.is_empty() {
        let _ = writeln!(out, "{}", say("读出了文字，但没有分出短信：", "text was read, but no message was made out:"));
        for other in &page.others {
            let _ = writeln!(out, "  {}  {}", place(&other.rectangle), harmless(&other.text));
        }
    }
    (out.into_bytes(), risk)
}

fn head(page: &Page, lang: Lang) -> String {
    let count = page.messages.len();
    let doubts: usize = page.messages.iter().map(|message| message.doubts.len()).sum();
    let photo = match (page.is_photo, lang) {
        (true, Lang::Zh) => "这像是拍的照片，请更仔细核对。",
        (true, Lang::En) => " This looks like a photo; check it with more care.",
        (false, _) => "",
    };
    match lang {
        Lang::Zh => format!("从图片里读出 {count} 条，{doubts} 处看不准。文字是机器读的，请对照图片。{photo}"),
        Lang::En => {
            format!("{count} messages were read, {doubts} places are uncertain; hold them against the picture.{photo}")
        }
    }
}

fn headline(number: usize, message: &reader::Message, lang: Lang) -> String {
    let say = |zh, en| say(lang, zh, en);
    let side = match message.direction {
        Direction::Received => say("收到", "received"),
        Direction::Sent => say("发出", "sent"),
    };
    let mut parts = vec![format!("[{number}] {side}")];
    if let Some(sender) = &message.sender {
        parts.extend(sender.number.iter().map(|number| format!("{} {number}", say("号码", "number"))));
        parts.extend(sender.name.iter().map(|name| format!("{} {name}", say("屏幕上的名字", "name on the screen"))));
    }
    if let Some(time) = &message.time {
        let moment = time.moment.map(|moment| format!(" ({})", moment.strftime("%Y-%m-%d %H:%M")));
        parts.push(format!("{}{}", time.text, moment.unwrap_or_default()));
    }
    parts.push(place(&message.rectangle));
    harmless(&parts.join(" · "))
}

/// Left, top and size in pixels.
fn place(at: &Rectangle) -> String {
    format!("({},{} {}x{})", at.x, at.y, at.width, at.height)
}

fn write_doubts(message: &reader::Message, lang: Lang, out: &mut String) {
    let quote = |span: [u32; 2]| message.text.get(span[0] as usize..span[1] as usize).unwrap_or_default();
    for doubt in &message.doubts {
        let (text, why) = (quote(doubt.span), picture::reason(doubt.reason, lang));
        let around = around(&message.text, doubt.span);
        let line = match lang {
            Lang::Zh => format!("  ? “{text}”（{around}）：{why}"),
            Lang::En => format!("  ? \"{text}\" ({around}): {why}"),
        };
        let _ = writeln!(out, "{}", harmless(&line.replace('\n', " ")));
    }
    for repair in &message.repairs {
        let (now, read) = (quote(repair.span), &repair.read);
        let line = match lang {
            Lang::Zh => format!("  ~ 读作“{read}”，改成“{now}”"),
            Lang::En => format!("  ~ read as \"{read}\", made \"{now}\""),
        };
        let _ = writeln!(out, "{}", harmless(&line));
    }
}

/// Returns a few characters around a place.
fn around(text: &str, span: [u32; 2]) -> String {
    let before = text.get(..span[0] as usize).unwrap_or_default();
    let after = text.get(span[0] as usize..).unwrap_or_default();
    let start: String = before.chars().rev().take(6).collect();
    start.chars().rev().chain(after.chars().take(7)).collect()
}
