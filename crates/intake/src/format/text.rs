//! Text that somebody pasted: one message or many, bare or as forwarders write them into a chat.

use std::io::BufRead;

use super::Context;
use crate::field::checked_body;
use crate::message::{Message, TimeSource};
use crate::{Error, Options, Position, Reason, Unit, bytes, time};

/// Nobody pastes more.
const LARGEST: u64 = 16 << 20;
/// Words after which a message has ended.
const OPT_OUTS: &[&str] = &[
    "拒收请回复R",
    "拒收回复R",
    "拒收请回R",
    "拒收回R",
    "退订回T",
    "退订请回T",
    "退订回复T",
    "退订回TD",
    "退订回复TD",
    "回T退订",
    "回TD退订",
    "退订回R",
    "退订回N",
    "回N退订",
];
const SENDER_LABELS: &[&str] =
    &["发送者", "发件号码", "发件人", "发送方", "发信人", "来信号码", "号码", "From", "Sender"];
const BODY_LABELS: &[&str] = &["内容", "短信内容", "正文", "Message", "Content"];
const TIME_LABELS: &[&str] = &["时间", "发件时间", "接收时间", "收到时间", "发送时间", "Time", "Date"];
const NOISE: &[&str] = &["📱短信通知", "#SMS", "#短信", "短信通知", "收到新短信"];

/// Reads a pasted text.
pub fn read(context: &mut Context<'_>, input: &mut dyn BufRead) -> Result<(), Error> {
    let whole = bytes::whole(input, LARGEST)?;
    let text = String::from_utf8_lossy(&whole);
    for draft in split(&text, context.options) {
        let position = Position::new(Unit::Line, draft.line);
        let raw = draft.raw.join("\n");
        context.outcome(draft.message(), position, raw.as_bytes())?;
    }
    Ok(())
}

/// Reads the one message of a forwarder's rendered template: sender, text, card, subscription, time, device, a line each,
/// of which the text may have more. What the first line says is the sender, a name or an app's package as well.
pub fn forwarded(text: &str, options: &Options) -> Result<Message, Reason> {
    let lines: Vec<&str> = text.lines().collect();
    let tail = lines.iter().rposition(|line| matches!(classify(line, options), Kind::Subscription));
    if let (Some(tail), Some(sender)) = (tail.filter(|tail| *tail >= 3), lines.first()) {
        let time = lines.get(tail + 1).and_then(|line| match classify(line, options) {
            Kind::Time(time) => Some(time),
            _ => None,
        });
        let given = |line: Option<&&str>| line.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
        return Ok(Message {
            body: checked_body(lines.get(1..tail - 1).unwrap_or_default().join("\n").trim_end().to_owned())?,
            party: given(Some(sender)),
            sim: given(lines.get(tail - 1)),
            device: given(lines.get(tail + 2)),
            time,
            ..Message::default()
        });
    }
    split(text, options).into_iter().find(|draft| !draft.body.is_empty()).ok_or(Reason::Empty)?.message()
}

/// A message that is being gathered from lines.
#[derive(Default)]
struct Draft {
    line: u64,
    raw: Vec<String>,
    body: Vec<String>,
    sender: Option<String>,
    time: Option<crate::Time>,
    sim: Option<String>,
    device: Option<String>,
    /// A label said that the text begins here.
    is_labelled: bool,
    /// `SmsForwarder`'s line before the last but one was seen: only time and device follow.
    is_tail: bool,
    /// The next line of text belongs to another message.
    is_closed: bool,
}

impl Draft {
    fn has_body(&self) -> bool {
        !self.body.is_empty()
    }

    fn message(&self) -> Result<Message, Reason> {
        let body = self.body.join("\n").trim_end().to_owned();
        Ok(Message {
            body: checked_body(body)?,
            party: self.sender.clone(),
            time: self.time,
            sim: self.sim.clone(),
            device: self.device.clone(),
            ..Message::default()
        })
    }
}

/// What a line is.
enum Kind<'a> {
    Blank,
    Noise,
    Sender(&'a str),
    BodyLabel(&'a str),
    Time(crate::Time),
    Subscription,
    Device(&'a str, &'a str),
    Text,
}

fn labelled<'a>(line: &'a str, labels: &[&str]) -> Option<&'a str> {
    labels.iter().find_map(|label| line.strip_prefix(label)?.trim_start().strip_prefix([':', '：']).map(str::trim))
}

fn classify<'a>(line: &'a str, options: &Options) -> Kind<'a> {
    let trimmed = line.trim();
    // A bare count of milliseconds would look like a long number of a sender.
    let moment = |text: &str| {
        let is_count = text.bytes().all(|byte| byte.is_ascii_digit());
        time::parse(text, options.assumed_offset_minutes, TimeSource::Stated).filter(|_| !is_count)
    };
    if trimmed.is_empty() {
        return Kind::Blank;
    }
    if NOISE.contains(&trimmed) {
        return Kind::Noise;
    }
    if trimmed.starts_with("SubId：") || trimmed.starts_with("SubId:") {
        return Kind::Subscription;
    }
    if let Some(sender) = labelled(trimmed, SENDER_LABELS).filter(|sender| sender.chars().count() <= 40) {
        return Kind::Sender(sender);
    }
    if let Some(body) = labelled(trimmed, BODY_LABELS) {
        return Kind::BodyLabel(body);
    }
    if let Some(time) = labelled(trimmed, TIME_LABELS).and_then(moment) {
        return Kind::Time(time);
    }
    if let Some((device, sim)) = trimmed.strip_prefix("来自 ").and_then(|rest| rest.split_once("卡：")) {
        return Kind::Device(device.trim(), sim.trim());
    }
    if let Some(time) = moment(trimmed) {
        return Kind::Time(time);
    }
    if is_number(trimmed) {
        return Kind::Sender(trimmed);
    }
    match chat_header(trimmed).and_then(moment) {
        Some(time) => Kind::Time(time),
        None => Kind::Text,
    }
}

fn is_number(line: &str) -> bool {
    let digits = line.chars().filter(char::is_ascii_digit).count();
    let is_plain = line.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')'));
    is_plain && (5..=22).contains(&digits) && line.len() <= 28
}

/// `张三 2024/7/25 11:10`: a name and a time, as chats copy it.
fn chat_header(line: &str) -> Option<&str> {
    let at = line.match_indices("20").map(|(at, _)| at).find(|at| *at > 0 && *at <= 60)?;
    let (name, rest) = line.split_at_checked(at)?;
    name.ends_with([' ', '\t', '\u{3000}']).then_some(rest)
}

fn split(text: &str, options: &Options) -> Vec<Draft> {
    let mut splitter = Splitter { options, done: Vec::new(), now: Draft::default(), leads_with_time: None };
    let mut number = 0;
    for line in text.trim_start_matches('\u{feff}').lines() {
        number += 1;
        for piece in pieces(line) {
            splitter.line(piece, number);
        }
    }
    splitter.flush();
    splitter.done
}

/// Cuts a line where an opt-out ends one message and a signature begins the next.
fn pieces(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest
        .match_indices('【')
        .map(|(at, _)| at)
        .find(|at| *at > 0 && ends_message(rest.get(..*at).unwrap_or_default()))
    {
        let (one, next) = rest.split_at_checked(at).unwrap_or((rest, ""));
        found.push(one);
        rest = next;
    }
    found.push(rest);
    found
}

fn ends_message(text: &str) -> bool {
    let text = text.trim_end().trim_end_matches(['。', '.', '！', '）', ')']);
    OPT_OUTS.iter().any(|word| text.ends_with(word))
}

struct Splitter<'a> {
    options: &'a Options,
    done: Vec<Draft>,
    now: Draft,
    leads_with_time: Option<bool>,
}

impl Splitter<'_> {
    fn flush(&mut self) {
        let draft = std::mem::take(&mut self.now);
        if draft.has_body() {
            self.done.push(draft);
        } else if !draft.raw.is_empty() && draft.time.is_none() && !draft.raw.iter().all(|line| line.trim().is_empty())
        {
            // A number on its own is no message, but it is not passed over in silence.
            self.done.push(draft);
        }
    }

    fn line(&mut self, line: &str, number: u64) {
        let kind = classify(line, self.options);
        self.make_room(line, &kind);
        if self.now.raw.is_empty() {
            self.now.line = number;
        }
        if !matches!(kind, Kind::Blank) || self.now.has_body() {
            self.now.raw.push(line.to_owned());
        }
        match kind {
            Kind::Blank => self.blank(),
            Kind::Noise => self.now.is_closed |= self.now.has_body(),
            Kind::Sender(sender) => {
                self.now.sender = Some(sender.to_owned());
            }
            Kind::BodyLabel(body) => {
                self.now.is_labelled = true;
                self.now.body.extend((!body.is_empty()).then(|| body.to_owned()));
            }
            Kind::Time(time) => self.time(time),
            Kind::Subscription => {
                self.now.is_tail = true;
                let is_slot = |line: &String| line.starts_with("SIM") || line.trim().is_empty();
                self.now.sim = self.now.body.pop_if(|line| is_slot(line)).filter(|line| !line.trim().is_empty());
            }
            Kind::Device(device, sim) => {
                self.now.device = Some(device.to_owned()).filter(|device| !device.is_empty());
                self.now.sim = Some(sim.to_owned()).filter(|sim| !sim.is_empty());
                self.now.is_tail = true;
            }
            Kind::Text if self.now.is_tail => {
                self.now.device = Some(line.trim().to_owned());
                self.now.is_closed = true;
            }
            Kind::Text => {
                self.now.body.push(line.trim_end_matches('\r').to_owned());
                self.now.is_closed |= ends_message(line) && !self.now.is_labelled && self.now.sender.is_none();
            }
        }
    }

    /// Ends the message so far where this line belongs to the next.
    fn make_room(&mut self, line: &str, kind: &Kind<'_>) {
        let now = &self.now;
        let is_over = now.has_body()
            && match kind {
                Kind::Blank | Kind::Noise | Kind::Subscription | Kind::Device(_, _) => false,
                // air780e writes the number behind the text.
                Kind::Sender(_) => now.sender.is_some() || !line.trim_start().starts_with("发件号码"),
                Kind::BodyLabel(_) => now.is_labelled,
                Kind::Time(_) => now.time.is_some() || self.leads_with_time == Some(true),
                Kind::Text => {
                    now.is_closed || (line.trim_start().starts_with('【') && !now.is_labelled && !is_continued(now))
                }
            };
        if is_over {
            self.flush();
        }
    }

    fn blank(&mut self) {
        // A labelled text and a forwarder's may hold blank lines; bare text ends at one.
        let is_forwarded = self.now.sender.is_some() || self.now.is_labelled;
        if is_forwarded && self.now.has_body() && !self.now.is_tail {
            self.now.body.push(String::new());
        } else if self.now.has_body() {
            self.now.is_closed = true;
        }
    }

    fn time(&mut self, time: crate::Time) {
        self.leads_with_time.get_or_insert(!self.now.has_body());
        self.now.time = Some(time);
        self.now.is_closed |= self.now.has_body() && !self.now.is_tail;
    }
}

/// After a number the first line is always its text.
fn is_continued(draft: &Draft) -> bool {
    draft.sender.is_some() && draft.body.is_empty()
}
