//! Templates: embedded, read once, escaping everything. A page gets its data and the view, nothing else.

use judge::verdict::{Kind, SenderClass};
use knowledge::Lang;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde::Serialize;

use super::answer::Problem;
use super::view::View;
use crate::failure::Failure;
use crate::report;

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        /// Name and text of each template.
        const TEMPLATES: &[(&str, &str)] = &[$((concat!("page/", $name), include_str!(concat!("../../web/page/", $name)))),*];
    };
}

templates![
    "api.html",
    "case.html",
    "cases.html",
    "check.html",
    "connect.html",
    "court.html",
    "deadlines.html",
    "debt.html",
    "debts.html",
    "error.html",
    "evidence.html",
    "export.html",
    "import.html",
    "inbox.html",
    "knowledge.html",
    "knowledge_entry.html",
    "knowledge_list.html",
    "law.html",
    "layout.html",
    "letter.html",
    "letters.html",
    "limitation.html",
    "message.html",
    "number.html",
    "plans.html",
    "rate.html",
    "recovery.html",
    "report.html",
    "situation.html",
    "part/advice.html",
    "part/chart_days.html",
    "part/chart_hours.html",
    "part/chart_senders.html",
    "part/finding.html",
    "part/keep.html",
    "part/marked.html",
    "part/origin.html",
    "part/pager.html",
    "part/picture.html",
    "part/row.html",
    "part/verdict.html",
    "part/words.html",
];

/// The templates, once for each language: what a template calls knows its language without being told.
pub struct Pages {
    zh: Environment<'static>,
    en: Environment<'static>,
}

impl Pages {
    /// Reads them.
    pub fn new() -> Result<Self, Failure> {
        Ok(Self { zh: environment(Lang::Zh)?, en: environment(Lang::En)? })
    }

    /// Returns a page.
    pub fn render(&self, name: &str, view: &View, data: &impl Serialize) -> Result<String, Problem> {
        let environment = match view.lang() {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        let template = environment.get_template(name).map_err(|error| Problem::inside(&error))?;
        let context = context! { view => Serde(view), ..Value::from(Serde(data)) };
        template.render(context).map_err(|error| Problem::inside(&format!("{error:#}")))
    }
}

fn environment(lang: Lang) -> Result<Environment<'static>, Failure> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_function("t", move |zh: Value, en: Value| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    });
    environment.add_function("say", move |text: Value| text.get_attr(if lang == Lang::Zh { "zh" } else { "en" }));
    environment.add_function("column_name", move |id: &str| column_name(id, lang));
    environment.add_function("kind_name", move |id: &str| kind_name(id, lang));
    environment.add_function("class_name", move |id: &str| class_name(id, lang));
    environment.add_filter("when", |value: Value| beijing(&value, 0..16));
    environment.add_filter("day", |value: Value| beijing(&value, 0..10));
    environment.add_filter("yuan", |fen: Value| yuan(&fen));
    environment.add_filter("clock", |value: Value| beijing(&value, 11..16));
    for (name, text) in TEMPLATES {
        environment.add_template(name, text).map_err(anyhow::Error::new)?;
    }
    Ok(environment)
}

/// `kind_name(id)`.
fn kind_name(id: &str, lang: Lang) -> String {
    let kind = Kind::ALL.iter().find(|kind| kind.id() == id);
    kind.map_or_else(|| id.to_owned(), |kind| report::kind_name(*kind, lang).to_owned())
}

/// `column_name(id)`: the parts of rows that letters take.
fn column_name(id: &str, lang: Lang) -> String {
    let [zh, en] = match id {
        "rule" => ["规范编号（如c01）", "rule (as c01)"],
        "at" => ["时间", "time"],
        "date" => ["日期", "day"],
        "sender" => ["号码", "number"],
        "what" => ["做了什么", "what was done"],
        "amount" => ["金额（元）", "amount (yuan)"],
        "how" => ["方式", "how"],
        "from" => ["从", "from"],
        "to" => ["到", "to"],
        "serial" => ["流水号", "serial number"],
        "number" => ["编号", "no."],
        "name" => ["名称", "name"],
        "source" => ["来源", "source"],
        "content" => ["内容", "content"],
        "purpose" => ["证明什么", "to show"],
        "copies" => ["份数", "copies"],
        "format" => ["格式", "format"],
        "size" => ["大小", "size"],
        "sha256" => ["SHA-256", "SHA-256"],
        other => return other.to_owned(),
    };
    if lang == Lang::Zh { zh } else { en }.to_owned()
}

/// `class_name(id)`.
fn class_name(id: &str, lang: Lang) -> String {
    let class = SenderClass::ALL.iter().find(|class| class.id() == id);
    class.map_or_else(|| id.to_owned(), |class| report::class_name(*class, lang).to_owned())
}

/// `|yuan`: whole fen as yuan, in groups of three.
fn yuan(fen: &Value) -> String {
    let Ok(fen) = i64::try_from(fen.clone()) else { return "–".to_owned() };
    let whole = (fen.abs() / 100).to_string();
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{}{grouped}.{:02}", if fen < 0 { "−" } else { "" }, fen.abs() % 100)
}

/// `|when`, `|day`, `|clock`: milliseconds since 1970 in Beijing time, or a part of that.
fn beijing(value: &Value, part: std::ops::Range<usize>) -> String {
    let unix_ms = i64::try_from(value.clone()).ok();
    crate::command::inbox::time(unix_ms).get(part).unwrap_or("–").to_owned()
}
