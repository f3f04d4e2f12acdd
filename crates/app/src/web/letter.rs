//! 文书: from a situation, a message or a case to the right paper in a few questions; what is proposed counts only when it
//! is sent back in the form, which is where the user confirms it.

use std::collections::BTreeMap;

use axum::extract::{Path, Query};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use knowledge::document::Bilingual;
use knowledge::remedy::{NeedKind, Value};
use remedy::letter::Entry;
use remedy::situation::Row;
use remedy::{Draft, Facts, Occasion, Outcome, Reason, Refused};
use serde::{Deserialize, Serialize};

use super::answer::{Input, Problem, Reply, Visit, aside};
use super::inbox::open;
use crate::paper::document::{self, Format};
use crate::paper::needs::{self, Needs};
use crate::paper::prefill::{self, Prefilled, Source};
use crate::paper::report::{self, Report};

/// Rows of a table that a form offers beyond those that are filled.
const BLANK_ROWS: usize = 2;
/// At most so many rows.
const MOST_ROWS: usize = 600;

/// Whence facts come.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// A message, by number.
    pub message: Option<String>,
    /// A case, by number.
    pub case: Option<String>,
    /// What was found of limitation on the way here.
    pub limitation: Option<String>,
}

impl Origin {
    fn number(text: Option<&String>) -> Result<Option<i64>, Problem> {
        let given = text.map(|text| text.trim()).filter(|text| !text.is_empty());
        given.map(str::parse).transpose().map_err(|_| Problem::missing())
    }

    /// Returns what a message or case tells; everything is to be confirmed.
    fn proposed(&self, visit: &Visit) -> Result<Prefilled, Problem> {
        if let Some(case) = Self::number(self.case.as_ref())? {
            let members = open(&visit.server)?.ok_or_else(Problem::missing)?.members(case)?;
            return Ok(prefill::of_case(&visit.server.judge.index().knowledge.library, &members));
        }
        if let Some(id) = Self::number(self.message.as_ref())? {
            return Ok(prefill::of_message(&visit.server.judge, &kept(visit, id)?));
        }
        Ok(Prefilled::default())
    }

    /// Returns it as the end of an address.
    pub fn query(&self) -> String {
        let pairs = [("message", &self.message), ("case", &self.case), ("limitation", &self.limitation)];
        let given = pairs
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref().filter(|value| !value.is_empty())?)));
        let query = serde_urlencoded::to_string(given.collect::<Vec<_>>()).unwrap_or_default();
        if query.is_empty() { query } else { format!("?{query}") }
    }
}

fn kept(visit: &Visit, id: i64) -> Result<Source, Problem> {
    let row = open(&visit.server)?.ok_or_else(Problem::missing)?.message(id)?;
    Ok(Source { body: row.body, sender: row.party, time_ms: row.time_ms })
}

#[derive(Debug, Serialize)]
struct Overview {
    situations: Vec<Row>,
    letters: Vec<Entry>,
    query: String,
}

const TITLE: [&str; 2] = ["文书", "Letters"];

/// `GET /letters`: which situation is it?
pub async fn overview(visit: Visit, Query(origin): Query<Origin>) -> Reply {
    let library = &visit.server.judge.index().knowledge.library;
    let overview = Overview {
        situations: remedy::situation::list(library),
        letters: remedy::letter::list(library),
        query: origin.query(),
    };
    visit.show("page/letters.html", TITLE, &overview)
}

#[derive(Debug, Serialize)]
struct Told {
    situation: Row,
    query: String,
}

/// `GET /situation/ID`: what fits it, what never.
pub async fn situation(visit: Visit, Path(id): Path<String>, Query(origin): Query<Origin>) -> Reply {
    let library = &visit.server.judge.index().knowledge.library;
    let situation = remedy::situation::find(library, &id).ok_or_else(Problem::missing)?;
    visit.show("page/situation.html", TITLE, &Told { situation, query: origin.query() })
}

/// A question with what the form shows for it.
#[derive(Debug, Serialize)]
struct Asked {
    #[serde(flatten)]
    question: needs::Question,
    /// The answer as text, for a single field.
    text: String,
    /// Rows of a table, as texts.
    rows: Vec<Vec<String>>,
    /// Whether the answer is only the program's opinion.
    is_opinion: bool,
    /// What is wrong with it.
    fault: Option<Bilingual>,
    /// An answer that was made up, as text.
    example_text: String,
}

#[derive(Debug, Serialize)]
struct Sheet {
    needs: Needs,
    questions: Vec<Asked>,
    origin: Origin,
    limitation: String,
    is_chosen: bool,
    /// Other persons' names to cover, one a line.
    others: String,
    draft: Option<Draft>,
    unprintable: String,
    refused: Option<Refusal>,
    channels: Vec<remedy::situation::Route>,
}

#[derive(Debug, Serialize)]
struct Refusal {
    reasons: Vec<Bilingual>,
}

/// `GET /letter/ID`.
pub async fn form(visit: Visit, Path(id): Path<String>, Query(origin): Query<Origin>) -> Reply {
    let worker = visit.clone();
    let sheet = aside(move || {
        known(&worker, &id)?;
        let proposed = origin.proposed(&worker)?;
        let limitation = origin.limitation.clone().unwrap_or_default();
        sheet(&worker, &id, &proposed, Stated { origin, limitation, ..Stated::default() })
    })
    .await?;
    visit.show("page/letter.html", TITLE, &sheet)
}

/// A letter that does not exist is a page that does not exist.
fn known(visit: &Visit, id: &str) -> Result<(), Problem> {
    let is_known = visit.server.judge.index().knowledge.library.letter.contains_key(id);
    if is_known { Ok(()) } else { Err(Problem::missing()) }
}

/// The form of a letter with what is known already, to be confirmed.
pub fn begun(visit: &Visit, id: &str, known: &Prefilled) -> Reply {
    visit.show("page/letter.html", TITLE, &sheet(visit, id, known, Stated::default())?)
}

/// What was stated beside the facts.
#[derive(Default)]
struct Stated {
    origin: Origin,
    limitation: String,
    is_chosen: bool,
    others: String,
    /// What was typed and could not be read, by the names of the facts.
    typed: BTreeMap<String, String>,
    outcome: Option<Result<Draft, Refused>>,
}

fn sheet(visit: &Visit, id: &str, known: &Prefilled, stated: Stated) -> Result<Sheet, Problem> {
    let library = &visit.server.judge.index().knowledge.library;
    let mut needs = needs::of(library, id, &known.facts)?;
    let refused = stated.outcome.as_ref().and_then(|outcome| outcome.as_ref().err());
    let fault = |name: &str| {
        let reasons = || refused.into_iter().flat_map(|refused| &refused.reasons);
        let wrong = reasons().find_map(|reason| match reason {
            Reason::Wrong { fact, why } if fact.split('.').next() == Some(name) => Some(why.clone()),
            _ => None,
        });
        let is_missing =
            |reason: &Reason| matches!(reason, Reason::Missing { fact, .. } if fact.split('.').next() == Some(name));
        wrong.or_else(|| {
            let needed = Bilingual { zh: "请填这一项。".to_owned(), en: "this is needed".to_owned() };
            reasons().any(is_missing).then_some(needed)
        })
    };
    let questions = std::mem::take(&mut needs.questions);
    let questions = questions
        .into_iter()
        .map(|question| {
            let value = question.value.clone();
            Asked {
                text: stated
                    .typed
                    .get(&question.id)
                    .cloned()
                    .or_else(|| value.as_ref().map(|value| text_of(question.kind, value)))
                    .unwrap_or_default(),
                rows: rows_of(&question, value.as_ref()),
                is_opinion: known.opinions.contains(&question.id),
                fault: fault(&question.id),
                example_text: text_of(question.kind, &question.example),
                question,
            }
        })
        .collect();
    let asks = letter_asks(library, id);
    let refused =
        refused.map(|refused| Refusal { reasons: refused.reasons.iter().map(|reason| told(reason, &asks)).collect() });
    let draft = stated.outcome.and_then(Result::ok);
    Ok(Sheet {
        questions,
        origin: stated.origin,
        limitation: stated.limitation,
        is_chosen: stated.is_chosen,
        others: stated.others,
        unprintable: draft.as_ref().map(|draft| document::unprintable(draft).into_iter().collect()).unwrap_or_default(),
        channels: draft.as_ref().map(|draft| remedy::situation::routes(library, &draft.channels)).unwrap_or_default(),
        draft,
        refused,
        needs,
    })
}

/// What each fact is asked by.
fn letter_asks<'l>(library: &'l knowledge::Library, id: &str) -> BTreeMap<&'l str, &'l Bilingual> {
    let needs = library.letter.get(id).into_iter().flat_map(|letter| &letter.need);
    needs.map(|need| (need.id.as_str(), &need.ask)).collect()
}

/// A reason in the words of the questions, for on a page nobody knows the names of the facts.
fn told(reason: &Reason, asks: &BTreeMap<&str, &Bilingual>) -> Bilingual {
    let asked = |fact: &str| asks.get(fact.split('.').next().unwrap_or(fact)).copied();
    match reason {
        Reason::Missing { fact, ask } => {
            let row = fact.split('.').nth(1).map(|row| format!("（第 {row} 行）")).unwrap_or_default();
            Bilingual { zh: format!("还没有填：{}{row}", ask.zh), en: format!("missing: {}{row}", ask.en) }
        }
        Reason::Wrong { fact, why } => match asked(fact) {
            Some(ask) => Bilingual { zh: format!("{}：{}", ask.zh, why.zh), en: format!("{}: {}", ask.en, why.en) },
            None => reason.text(),
        },
        Reason::OneOf { facts } => {
            let list = |lang| facts.iter().filter_map(|fact| asked(fact)).map(|ask| ask.get(lang)).collect::<Vec<_>>();
            Bilingual {
                zh: format!("下面的理由至少要有一个属实：{}", list(knowledge::Lang::Zh).join("；")),
                en: format!("at least one of these grounds must be true: {}", list(knowledge::Lang::En).join("; ")),
            }
        }
        Reason::MustBeYes { ask, .. } => Bilingual {
            zh: format!("{}只有回答“是”才适合用这份文书。", ask.zh),
            en: format!("{} This paper is only for those who can say yes.", ask.en),
        },
        Reason::AcknowledgementNotChosen => Bilingual {
            zh: "这份文书会承认债务。先读完上面的警告；仍然要写，请在下面勾选确认。".to_owned(),
            en: "This paper acknowledges the debt. Read the warnings above; tick the box below if you still want it."
                .to_owned(),
        },
        _ => reason.text(),
    }
}

fn text_of(kind: NeedKind, value: &Value) -> String {
    match value {
        Value::Text(text) if kind == NeedKind::Datetime => text.replace('T', " "),
        Value::Text(text) => text.clone(),
        Value::Number(fen) if kind == NeedKind::Amount => format!("{}.{:02}", fen / 100, fen % 100),
        Value::Number(number) => number.to_string(),
        Value::YesNo(true) => "yes".to_owned(),
        Value::YesNo(false) => "no".to_owned(),
        Value::List(items) => items.iter().filter_map(Value::text).collect::<Vec<_>>().join("\n"),
        Value::Row(_) => String::new(),
    }
}

fn rows_of(question: &needs::Question, value: Option<&Value>) -> Vec<Vec<String>> {
    if question.columns.is_empty() {
        return Vec::new();
    }
    let part = |row: &Value, column: &String| match row {
        Value::Row(row) => row.get(column).map(|value| match (column.as_str(), value) {
            ("amount", Value::Number(fen)) => format!("{}.{:02}", fen / 100, fen % 100),
            (_, value) => text_of(NeedKind::Text, value).replace('T', " "),
        }),
        _ => None,
    };
    let filled = match value {
        Some(Value::List(rows)) => rows.as_slice(),
        _ => &[],
    };
    let mut rows: Vec<Vec<String>> = filled
        .iter()
        .map(|row| question.columns.iter().map(|column| part(row, column).unwrap_or_default()).collect())
        .collect();
    rows.extend(std::iter::repeat_n(vec![String::new(); question.columns.len()], BLANK_ROWS));
    rows
}

/// `POST /letter/ID`: the draft on the page, or as a file.
pub async fn draft(
    visit: Visit,
    Path(id): Path<String>,
    Input(fields, _): Input<BTreeMap<String, serde_json::Value>>,
) -> Reply {
    let worker = visit.clone();
    let format = text(&fields, "format");
    let name = id.clone();
    let sheet = aside(move || drafted(&worker, &id, &fields)).await?;
    if let (Some(draft), false) = (&sheet.draft, format.is_empty()) {
        let (form, mime) = match format.as_str() {
            "pdf" => (Format::Pdf, "application/pdf"),
            "docx" => (Format::Docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            "txt" => (Format::Text, "text/plain; charset=utf-8"),
            _ => return Err(Problem::missing()),
        };
        let bytes = document::bytes(draft, form)?;
        let headers = [
            (CONTENT_TYPE, mime.to_owned()),
            (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{format}\"")),
        ];
        return Ok((headers, bytes).into_response());
    }
    visit.show("page/letter.html", TITLE, &sheet)
}

/// Returns a field as text; empty where it was not sent.
pub fn text(fields: &BTreeMap<String, serde_json::Value>, name: &str) -> String {
    match fields.get(name) {
        Some(serde_json::Value::String(text)) => text.replace("\r\n", "\n").trim().to_owned(),
        Some(serde_json::Value::Number(number)) => number.to_string(),
        Some(serde_json::Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        _ => String::new(),
    }
}

/// A fact that cannot be read.
type Unread = (String, Bilingual);

fn drafted(visit: &Visit, id: &str, fields: &BTreeMap<String, serde_json::Value>) -> Result<Sheet, Problem> {
    let library = &visit.server.judge.index().knowledge.library;
    let letter = library.letter.get(id).ok_or_else(Problem::missing)?;
    let mut facts = Facts::default();
    let mut unread: Vec<Unread> = Vec::new();
    let mut typed = BTreeMap::new();
    for need in &letter.need {
        let columns = remedy::fact::columns(library, letter, need);
        let read =
            if columns.is_empty() { single(need, &text(fields, &need.id)) } else { table(&need.id, &columns, fields) };
        match read {
            Ok(Some(value)) => facts.set(&need.id, value),
            Ok(None) => {}
            Err(why) => {
                typed.insert(need.id.clone(), text(fields, &need.id));
                unread.push((need.id.clone(), why));
            }
        }
    }
    let limitation = text(fields, "limitation");
    let mut occasion = Occasion::on(crate::paper::today());
    occasion.limitation = match limitation.as_str() {
        "running" => Outcome::Running,
        "expired" => Outcome::Expired,
        "" | "unknown" => Outcome::Unknown,
        // A slip must not turn "expired" into "not known".
        _ => {
            return Err(Problem::unusable(
                "时效请写 running、expired 或 unknown。",
                "limitation is running, expired or unknown",
            ));
        }
    };
    occasion.is_acknowledgement_chosen = matches!(text(fields, "chosen").as_str(), "1" | "yes");
    occasion.others = Hidden::names(&text(fields, "others"));
    let mut outcome = remedy::draft(library, id, &facts, &occasion);
    if !unread.is_empty() {
        let reasons = unread.into_iter().map(|(fact, why)| Reason::Wrong { fact, why });
        let mut refused = outcome.err().unwrap_or_else(|| Refused {
            id: id.to_owned(),
            reasons: Vec::new(),
            warnings: letter.warning.clone(),
        });
        // What cannot be read is not missing as well.
        refused.reasons.retain(|reason| !matches!(reason, Reason::Missing { fact, .. } if typed.contains_key(fact)));
        refused.reasons.extend(reasons);
        outcome = Err(refused);
    }
    let origin = Origin { message: Some(text(fields, "message")), case: Some(text(fields, "case")), limitation: None };
    let is_chosen = occasion.is_acknowledgement_chosen;
    let others = occasion.others.join("\n");
    let stated = Stated { origin, limitation, is_chosen, others, typed, outcome: Some(outcome) };
    sheet(visit, id, &Prefilled { facts, opinions: Vec::new() }, stated)
}

fn single(need: &knowledge::remedy::Need, typed: &str) -> Result<Option<Value>, Bilingual> {
    if typed.is_empty() {
        return Ok(None);
    }
    // A form asks for yuan.
    let typed =
        if need.kind == NeedKind::Amount && !typed.ends_with('元') { format!("{typed}元") } else { typed.to_owned() };
    remedy::fact::read(need, &typed).map(Some)
}

fn table(
    name: &str,
    columns: &[String],
    fields: &BTreeMap<String, serde_json::Value>,
) -> Result<Option<Value>, Bilingual> {
    let mut rows = Vec::new();
    for at in 0..MOST_ROWS {
        let typed: Vec<String> = columns.iter().map(|column| text(fields, &format!("{name}.{at}.{column}"))).collect();
        if typed.iter().all(String::is_empty) {
            continue;
        }
        let mut row = BTreeMap::new();
        for (column, typed) in columns.iter().zip(typed).filter(|(_, typed)| !typed.is_empty()) {
            let typed = if column == "amount" && !typed.ends_with('元') { format!("{typed}元") } else { typed };
            row.insert(column.clone(), remedy::fact::read_part(column, &typed)?);
        }
        rows.push(Value::Row(row));
    }
    if rows.is_empty()
        && let Some(serde_json::Value::Array(_)) = fields.get(name)
    {
        // Programs send rows as they are.
        let sent = fields.get(name).cloned().unwrap_or_default();
        return serde_json::from_value(sent)
            .map(Some)
            .map_err(|error| Bilingual { zh: error.to_string(), en: error.to_string() });
    }
    Ok((!rows.is_empty()).then_some(Value::List(rows)))
}

#[derive(Debug, Serialize)]
struct Reported {
    report: Report,
    titles: BTreeMap<String, Bilingual>,
    message: i64,
    form: Hidden,
}

/// Other persons' names that are covered, one a line.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Hidden {
    others: String,
}

impl Hidden {
    fn names(text: &str) -> Vec<String> {
        text.lines().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }
}

/// `GET /report/MESSAGE?others=`: the text for each channel, ready to copy.
pub async fn reported(visit: Visit, Path(id): Path<i64>, Query(form): Query<Hidden>) -> Reply {
    let worker = visit.clone();
    let reported = aside(move || {
        let source = kept(&worker, id)?;
        let prefilled = prefill::of_message(&worker.server.judge, &source);
        let occasion = Occasion { others: Hidden::names(&form.others), ..Occasion::on(crate::paper::today()) };
        let report = report::make(&worker.server.judge, &source, prefilled, Facts::default(), &occasion);
        let library = &worker.server.judge.index().knowledge.library;
        let titles =
            report.texts.iter().filter_map(|text| Some((text.id.clone(), library.letter.get(&text.id)?.title.clone())));
        Ok(Reported { titles: titles.collect(), report, message: id, form })
    })
    .await?;
    visit.show("page/report.html", ["举报", "Report"], &reported)
}
