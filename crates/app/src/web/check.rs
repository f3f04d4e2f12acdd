//! 查短信: what is pasted or dropped is judged and shown; nothing is kept.

use std::cell::RefCell;
use std::collections::BTreeMap;

use axum::response::Response;
use intake::{Collected, Record};
use judge::render::{self, Detail};
use judge::verdict::{Risk, Span, Verdict};
use judge::{Message, Scratch};
use knowledge::document::Severity;
use knowledge::{Lang, Library};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::{Face, File, Input, Problem, Reply, Trouble, Visit, json_bytes};
use super::server::Server;
use crate::answer::message::{MessageAnswer, MessageFacts, message};
use crate::answer::words;
use crate::{input, report};

/// Messages of one paste or file that are shown; more belong into the inbox.
const MOST_SHOWN: usize = 50;
/// Pictures of one request.
const MOST_PICTURES: usize = 4;
/// Messages of one request for programs.
const MOST_CHECKED: usize = 10_000;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// What somebody asks about.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Asked {
    /// The text.
    #[serde(default, alias = "body")]
    pub text: String,
    /// The sender as the phone shows it.
    #[serde(default)]
    pub sender: Option<String>,
    /// When it was received: RFC 3339, or a browser's local time, which counts as Beijing time.
    #[serde(default)]
    pub received_at: Option<String>,
}

impl Asked {
    /// Returns the sender, if there is one.
    pub fn sender(&self) -> Option<&str> {
        self.sender.as_deref().map(str::trim).filter(|sender| !sender.is_empty())
    }

    /// Returns the moment of receipt in milliseconds since 1970.
    pub fn time_ms(&self) -> Result<Option<i64>, Problem> {
        let Some(text) = self.received_at.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let moment = text.parse::<jiff::Timestamp>().ok().or_else(|| {
            let local: jiff::civil::DateTime = text.parse().ok()?;
            jiff::tz::Offset::constant(8).to_timestamp(local).ok()
        });
        let unreadable = || crate::failure::Failure::unreadable_time("收到时间", text).into();
        moment.map(|moment| Some(moment.as_millisecond())).ok_or_else(unreadable)
    }
}

/// What ids on a page stand for.
#[derive(Debug, Default, Serialize)]
pub struct Looked {
    /// Channels that advice leads to, by id.
    channels: BTreeMap<String, Channel>,
    /// Citations, by id.
    cites: BTreeMap<String, Cite>,
}

impl Looked {
    /// Adds what citations say and where they lead.
    pub fn add_cites<'i>(&mut self, library: &Library, lang: Lang, ids: impl IntoIterator<Item = &'i String>) {
        for id in ids {
            if let (Some(text), Some(href)) = (report::citation(library, id, lang), super::knowledge::href(library, id))
            {
                self.cites.insert(id.clone(), Cite { text, href });
            }
        }
    }

    fn add_channels(&mut self, library: &Library, lang: Lang, advice: &[Value]) {
        for id in advice.iter().filter_map(|advice| advice.get("channel")?.as_str()) {
            if let Some(channel) = library.channel.get(id) {
                let known = Channel { name: channel.name.get(lang).to_owned(), numbers: channel.numbers.clone() };
                self.channels.insert(id.to_owned(), known);
            }
        }
    }
}

/// A message with all that its page says of it.
#[derive(Debug, Serialize)]
pub struct Judged {
    /// The verdict, by the contract, with texts.
    pub verdict: Value,
    body: String,
    /// The text in pieces, so that places can be marked.
    segments: Vec<Segment>,
    r#do: Vec<Value>,
    avoid: Vec<Value>,
    #[serde(flatten)]
    looked: Looked,
    /// Names of institutions that links imitate, by id.
    institutions: BTreeMap<String, String>,
    /// Hotlines of the claimed institution.
    hotlines: Vec<String>,
    received_at: Option<String>,
    /// The words whose style speaks most for the kind.
    telling: Vec<String>,
    /// What the sums and rates come to by the year, each in lines.
    amounts: Vec<Vec<String>>,
    /// The message itself, to be sent back where somebody wants it kept.
    carry: String,
    report_href: &'static str,
    #[serde(skip)]
    risk: Option<Risk>,
}

#[derive(Debug, Serialize)]
struct Segment {
    text: String,
    findings: Vec<String>,
    severity: Option<Severity>,
    /// The number of the first finding, where this is the first place of it.
    number: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Channel {
    name: String,
    numbers: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Cite {
    text: String,
    href: String,
}

#[derive(Debug, Default, Serialize)]
struct Sheet<'a> {
    form: Asked,
    results: Vec<Judged>,
    /// Pictures beside what was read in them.
    pictures: Vec<super::picture::Shown>,
    counts: Vec<Count>,
    examples: Vec<Example>,
    error: Option<Trouble<'a>>,
}

#[derive(Debug, Serialize)]
struct Count {
    risk: &'static str,
    count: usize,
}

#[derive(Debug, Serialize)]
struct Example {
    label: &'static str,
    text: &'static str,
    sender: &'static str,
}

const TITLE: [&str; 2] = ["查短信", "Check a message"];

/// Made-up messages to try with.
const EXAMPLES: [([&str; 2], &str, &str); 3] = [
    (
        ["催收恐吓", "A threat"],
        "【法务中心】您的分期已严重逾期，现已移交公安立案，今日18点前不处理将上门抓捕，联系13800000000撤案。",
        "13800000000",
    ),
    (
        ["冒充银行", "A false bank"],
        "【工商银行】您的手机银行将于今日失效，请点击 icbc-vip.top 重新认证。",
        "+85261234567",
    ),
    (
        ["普通账单", "An ordinary bill"],
        "【招商银行】您尾号1234的信用卡本期账单1,208.50元，到期还款日06月12日，如已还款请忽略。",
        "95555",
    ),
];

/// `GET /`.
pub async fn form(visit: Visit) -> Reply {
    let examples = EXAMPLES
        .iter()
        .map(|(label, text, sender)| Example { label: visit.say(label[0], label[1]), text, sender })
        .collect();
    visit.show("page/check.html", TITLE, &Sheet { examples, ..Sheet::default() })
}

/// `POST /check`: a page for people, the bare verdict for programs.
pub async fn one(visit: Visit, Input(asked, files): Input<Asked>) -> Reply {
    if visit.face == Face::Json {
        let body = input::body(asked.text.as_bytes()).map_err(crate::failure::Failure::from)?;
        return Ok(json_bytes(verdict_json(&visit.server, body, &asked, visit.lang())?));
    }
    match both(&visit, &asked, files).await {
        Ok((results, pictures)) => {
            let counts = [Risk::High, Risk::Caution, Risk::Low].map(|risk| Count {
                risk: risk.id(),
                count: results.iter().filter(|judged| judged.risk == Some(risk)).count(),
            });
            let counts = counts.into_iter().filter(|count| count.count > 0).collect();
            visit.show("page/check.html", TITLE, &Sheet { form: asked, results, pictures, counts, ..Sheet::default() })
        }
        Err(problem) => {
            let error = Some(problem.told(visit.lang()));
            let mut response =
                visit.show("page/check.html", TITLE, &Sheet { form: asked, error, ..Sheet::default() })?;
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}

/// Judges text and files, and reads pictures among them.
async fn both(
    visit: &Visit,
    asked: &Asked,
    files: Vec<File>,
) -> Result<(Vec<Judged>, Vec<super::picture::Shown>), Problem> {
    let files = files.into_iter().filter(|file| !file.bytes.is_empty());
    let (pictures, files): (Vec<File>, Vec<File>) = files.partition(super::picture::is_picture);
    if pictures.len() > MOST_PICTURES {
        return Err(Problem::unusable(
            format!("一次最多看 {MOST_PICTURES} 张图片；更多请用导入。"),
            format!("at most {MOST_PICTURES} pictures at a time; import takes more"),
        ));
    }
    let shown = super::picture::shown(visit, pictures).await?;
    if !shown.is_empty() && files.is_empty() && asked.text.trim().is_empty() {
        return Ok((Vec::new(), shown));
    }
    let (worker, asked) = (visit.clone(), asked.clone());
    let results = super::answer::aside(move || results(&worker, &asked, &files)).await?;
    Ok((results, shown))
}

/// Shows pictures beside what was read in them.
pub async fn show_pictures(visit: &Visit, files: Vec<File>) -> Reply {
    let pictures = super::picture::shown(visit, files).await?;
    visit.show("page/check.html", TITLE, &Sheet { pictures, ..Sheet::default() })
}

#[derive(Debug, Deserialize)]
pub struct Many {
    messages: Vec<Asked>,
}

/// `POST /api/checks`: an array of messages in, one verdict each out, in the same order.
pub async fn many(visit: Visit, Input(many, _): Input<Many>) -> Result<Response, Problem> {
    if many.messages.len() > MOST_CHECKED {
        return Err(Problem::unusable(
            format!("一次最多 {MOST_CHECKED} 条；更多请用 zhenxin scan。"),
            format!("at most {MOST_CHECKED} at a time; use zhenxin scan for more"),
        ));
    }
    super::answer::aside(move || {
        let mut out = b"{\"verdicts\":[".to_vec();
        for (at, asked) in many.messages.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            match input::body(asked.text.as_bytes()) {
                Ok(body) => out.extend(verdict_json(&visit.server, body, asked, visit.lang())?),
                Err(reason) => {
                    let [zh, en] = reason.text();
                    serde_json::to_writer(&mut out, &serde_json::json!({ "error": visit.say(zh, en) }))?;
                }
            }
        }
        out.extend_from_slice(b"]}");
        Ok(json_bytes(out))
    })
    .await
}

fn verdict_json(server: &Server, body: &str, asked: &Asked, lang: Lang) -> Result<Vec<u8>, Problem> {
    let received = asked.time_ms()?.and_then(input::received_ms);
    let message = Message { body, sender: asked.sender(), received };
    SCRATCH.with_borrow_mut(|scratch| {
        let verdict = server.judge.judge(&message, scratch);
        let subject = render::Subject { id: None, body, sender: asked.sender() };
        let mut out = Vec::with_capacity(4096);
        render::write_json(server.judge.index(), &verdict, &subject, Detail::Texts(lang), &mut out)?;
        Ok(out)
    })
}

/// Judges all that was given: the text as one message or several, and files.
fn results(visit: &Visit, asked: &Asked, files: &[File]) -> Result<Vec<Judged>, Problem> {
    let mut all = Vec::new();
    let files: Vec<&File> = files.iter().filter(|file| !file.bytes.is_empty()).collect();
    if files.is_empty() || !asked.text.trim().is_empty() {
        let body = input::body(asked.text.as_bytes()).map_err(crate::failure::Failure::from)?;
        // A text area's line breaks are those of its browser, not of the message.
        let body = body.replace("\r\n", "\n");
        let read = read(body.as_bytes())?;
        if read.len() > 1 {
            all.extend(read.iter().map(|record| of_record(visit, record)));
        } else {
            all.push(judged(visit, &body, asked.sender(), asked.time_ms()?));
        }
    }
    for file in files {
        let read = read_file(file)?;
        all.extend(read.iter().map(|record| of_record(visit, record)));
    }
    all.sort_by_key(|judged| std::cmp::Reverse(judged.risk));
    all.truncate(MOST_SHOWN);
    Ok(all)
}

fn of_record(visit: &Visit, record: &Record) -> Judged {
    let message = &record.message;
    judged(visit, &message.body, message.party.as_deref(), message.time.map(|time| time.unix_ms))
}

/// Reads messages out of text.
fn read(bytes: &[u8]) -> Result<Vec<Record>, Problem> {
    let mut collected = Collected::default();
    let options = super::import::options(std::path::Path::new(""));
    intake::read_bytes(bytes, &options, &mut collected).map_err(|error| unreadable(&error))?;
    Ok(collected.records)
}

fn read_file(file: &File) -> Result<Vec<Record>, Problem> {
    let scratch = crate::command::import::Scratch::new()?;
    let path = scratch.path().join("given");
    std::fs::write(&path, &file.bytes)?;
    let inner = scratch.path().join("copies");
    std::fs::create_dir(&inner)?;
    let mut collected = Collected::default();
    intake::read(&path, &super::import::options(&inner), &mut collected).map_err(|error| unreadable(&error))?;
    if collected.records.is_empty() {
        return Err(Problem::unusable(
            format!("{} 里没有读出短信。可以打开它，把文字复制过来。", file.name),
            format!("no message was read in {}; open it and copy the text", file.name),
        ));
    }
    Ok(collected.records)
}

fn unreadable(error: &intake::Error) -> Problem {
    let [zh, en] = error.text();
    Problem::unusable(zh, en)
}

/// Judges a message for its page.
pub fn judged(visit: &Visit, body: &str, sender: Option<&str>, time_ms: Option<i64>) -> Judged {
    let judge = &visit.server.judge;
    let received = time_ms.and_then(input::received_ms);
    let (verdict, telling) = SCRATCH.with_borrow_mut(|scratch| {
        let verdict = judge.judge(&Message { body, sender, received }, scratch);
        let telling = judge.telling_words(&verdict.decision, scratch);
        (verdict, telling)
    });
    Paper { visit, body, verdict: &verdict }.judged(sender, time_ms, &telling)
}

/// Returns what to do about a message and what not, with what that leads to.
pub fn advice(
    visit: &Visit,
    body: &str,
    sender: Option<&str>,
    time_ms: Option<i64>,
) -> (Vec<Value>, Vec<Value>, Looked) {
    let judged = judged(visit, body, sender, time_ms);
    (judged.r#do, judged.avoid, judged.looked)
}

struct Paper<'a> {
    visit: &'a Visit,
    body: &'a str,
    verdict: &'a Verdict,
}

impl Paper<'_> {
    fn judged(&self, sender: Option<&str>, time_ms: Option<i64>, telling: &[Span]) -> Judged {
        let (judge, lang) = (&self.visit.server.judge, self.visit.lang());
        let index = judge.index();
        let subject = render::Subject { id: None, body: self.body, sender };
        let mut bytes = Vec::new();
        let verdict = render::write_json(index, self.verdict, &subject, Detail::Texts(lang), &mut bytes)
            .and_then(|()| serde_json::from_slice(&bytes))
            .unwrap_or(Value::Null);
        let library = &index.knowledge.library;
        let is_avoided = |advice: &Value| {
            let id = advice.get("id").and_then(Value::as_str).unwrap_or_default();
            library.advice.get(id).is_some_and(|advice| advice.avoid)
        };
        let advice = verdict.get("advice").and_then(Value::as_array).cloned().unwrap_or_default();
        let (avoid, act): (Vec<Value>, Vec<Value>) = advice.into_iter().partition(is_avoided);
        let institution = self.verdict.institution.map(|at| &index.institutions[usize::from(at)].id);
        let document = institution.and_then(|id| library.institution.get(id));
        let imitated = self.verdict.links.iter().filter_map(|link| link.imitates).map(|at| {
            let known = &index.institutions[usize::from(at)];
            (known.id.clone(), known.name.clone())
        });
        let carried = Asked {
            text: self.body.to_owned(),
            sender: sender.map(str::to_owned),
            received_at: time_ms.map(timestamp),
        };
        let mut looked = Looked::default();
        looked.add_channels(library, lang, &act);
        let rules = self.verdict.findings.iter().map(|finding| &index.rules.rules[usize::from(finding.rule)].id);
        looked.add_cites(library, lang, rules.filter_map(|id| library.rule.get(id)).flat_map(|rule| &rule.cites));
        Judged {
            looked,
            segments: self.segments(),
            institutions: imitated.collect(),
            hotlines: document.map(|known| known.hotlines.clone()).unwrap_or_default(),
            received_at: time_ms.map(|ms| crate::command::inbox::time(Some(ms))),
            telling: self.quoted(telling),
            amounts: self.amounts(),
            carry: carry(&carried),
            report_href: "/knowledge/channel/report-12321",
            risk: Some(self.verdict.decision.risk),
            body: self.body.to_owned(),
            r#do: act,
            avoid,
            verdict,
        }
    }

    fn amounts(&self) -> Vec<Vec<String>> {
        let (index, lang) = (self.visit.server.judge.index(), self.visit.lang());
        let answer = message(index, self.verdict, &MessageFacts::default());
        answer.iter().flat_map(MessageAnswer::telling).map(|check| words::amount(check, self.body, lang)).collect()
    }

    fn quoted(&self, spans: &[Span]) -> Vec<String> {
        let kind = self.verdict.decision.kind;
        if matches!(kind, judge::verdict::Kind::Personal | judge::verdict::Kind::Unclear) {
            return Vec::new();
        }
        let quoted = spans.iter().filter_map(|span| self.body.get(span[0] as usize..span[1] as usize));
        quoted.map(str::to_owned).collect()
    }

    /// Cuts the text at the ends of all marked places.
    fn segments(&self) -> Vec<Segment> {
        let index = self.visit.server.judge.index();
        let mut ends: Vec<usize> = vec![0, self.body.len()];
        for span in self.verdict.findings.iter().flat_map(|finding| &finding.spans) {
            ends.extend([span[0] as usize, span[1] as usize]);
        }
        ends.retain(|end| self.body.is_char_boundary(*end));
        ends.sort_unstable();
        ends.dedup();
        let mut is_told = vec![false; self.verdict.findings.len()];
        let pieces = ends.windows(2).filter_map(|pair| Some((pair[0], self.body.get(pair[0]..pair[1])?)));
        pieces
            .map(|(start, text)| {
                let holds = |span: &Span| (span[0] as usize..span[1] as usize).contains(&start);
                let here: Vec<usize> = (0..self.verdict.findings.len())
                    .filter(|at| self.verdict.findings[*at].spans.iter().any(holds))
                    .collect();
                let number = here.first().filter(|at| !std::mem::replace(&mut is_told[**at], true)).map(|at| at + 1);
                Segment {
                    text: text.to_owned(),
                    findings: here
                        .iter()
                        .map(|at| index.rules.rules[usize::from(self.verdict.findings[*at].rule)].id.clone())
                        .collect(),
                    severity: here.first().map(|at| self.verdict.findings[*at].severity),
                    number,
                }
            })
            .collect()
    }
}

/// Returns a moment as RFC 3339.
pub fn timestamp(unix_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(unix_ms).map(|moment| moment.to_string()).unwrap_or_default()
}

/// Packs a message so that a form can carry it, exactly.
fn carry(asked: &Asked) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(serde_json::to_vec(asked).unwrap_or_default())
}

/// Unpacks it.
pub fn carried(text: &str) -> Result<Asked, Problem> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok();
    let asked: Option<Asked> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    asked.ok_or_else(|| {
        Problem::unusable("短信没有传完整，请重新查一次。", "the message did not come whole; check it again")
    })
}
