//! Facts as people give them: `name=value` on the command line, a TOML or JSON file, and the file to fill in.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use knowledge::Lang;
use knowledge::remedy::{Letter, Need, Value};
use remedy::Facts;

use crate::failure::Failure;

/// Facts files are not longer.
const LONGEST_FILE: u64 = 1024 * 1024;

/// Reads a file of facts, TOML or JSON by its ending.
pub fn read_file(path: &Path) -> Result<Facts, Failure> {
    let length = std::fs::metadata(path).map_err(|error| Failure::unreadable(path, &error))?.len();
    if length > LONGEST_FILE {
        return Err(unusable(path, "超过 1 MiB", "longer than 1 MiB"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))?;
    let is_json = path.extension().is_some_and(|ending| ending == "json");
    let facts = if is_json {
        serde_json::from_str::<Facts>(&text).map_err(|error| error.to_string())
    } else {
        from_toml(&text)
    };
    facts.map_err(|message| unusable(path, &message, &message))
}

fn unusable(path: &Path, zh: &str, en: &str) -> Failure {
    let path = path.display();
    Failure::input(format!("看不懂 {path}：{zh}。"), format!("cannot read {path}: {en}"))
}

fn from_toml(text: &str) -> Result<Facts, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let mut facts = Facts::default();
    for (name, value) in table {
        facts.set(name, of_toml(value)?);
    }
    Ok(facts)
}

fn of_toml(value: toml::Value) -> Result<Value, String> {
    Ok(match value {
        toml::Value::String(text) => Value::Text(text),
        toml::Value::Integer(number) => Value::Number(number),
        toml::Value::Boolean(yes) => Value::YesNo(yes),
        toml::Value::Datetime(time) => Value::Text(time.to_string()),
        toml::Value::Float(number) => return Err(format!("{number}: money is whole fen 金额写整数的分")),
        toml::Value::Array(items) => Value::List(items.into_iter().map(of_toml).collect::<Result<_, _>>()?),
        toml::Value::Table(row) => {
            let parts = row.into_iter().map(|(name, value)| Ok((name, of_toml(value)?)));
            Value::Row(parts.collect::<Result<BTreeMap<_, _>, String>>()?)
        }
    })
}

/// Reads `name=value`; the value may be JSON where a list or table is asked for.
pub fn read_typed(letter: &Letter, typed: &str) -> Result<(String, Value), Failure> {
    let unreadable = |zh: String, en: String| {
        Failure::input(format!("看不懂 --fact {typed}：{zh}"), format!("cannot read --fact {typed}: {en}"))
    };
    let Some((name, value)) = typed.split_once('=') else {
        return Err(unreadable("请写成 名称=内容。".to_owned(), "write it as name=value".to_owned()));
    };
    let Some(need) = letter.need.iter().find(|need| need.id == name.trim()) else {
        let names: Vec<&str> = letter.need.iter().map(|need| need.id.as_str()).collect();
        let list = names.join(", ");
        return Err(unreadable(format!("没有这一项。有：{list}"), format!("there is no such fact; there are: {list}")));
    };
    let value = read_answer(need, value).map_err(|why| unreadable(why.zh, why.en))?;
    Ok((need.id.clone(), value))
}

/// Reads an answer; one that begins as JSON does is JSON.
pub fn read_answer(need: &Need, typed: &str) -> Result<Value, knowledge::document::Bilingual> {
    let is_json = typed.trim_start().starts_with('[');
    match is_json.then(|| serde_json::from_str::<Value>(typed)) {
        Some(Ok(value)) => Ok(value),
        _ => remedy::fact::read(need, typed),
    }
}

/// Returns a file to fill in: each question with its example, and what is already known, to be checked.
pub fn form(letter: &Letter, known: &Facts, lang: Lang) -> String {
    let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    let mut text = String::new();
    let title = letter.title.get(lang);
    let _ = writeln!(
        text,
        "# {title}\n# {}\n",
        say(
            "每一项都请核对；不适用的可以删掉。金额写整数的分。",
            "Check every entry; delete what does not apply. Money is in whole fen."
        )
    );
    for need in &letter.need {
        let ask = need.ask.get(lang);
        let example = toml_of(&need.example);
        let optional = if need.required { "" } else { say("（可以不填）", " (optional)") };
        let condition = need.only_if.as_ref().map(|condition| format!(" [{condition}]")).unwrap_or_default();
        let _ = writeln!(text, "# {ask}{optional}{condition}");
        for option in &need.options {
            let _ = writeln!(text, "#   {} = {}", option.id, if lang == Lang::Zh { &option.zh } else { &option.en });
        }
        let _ = writeln!(text, "# {}{} = {example}", say("例：", "example: "), need.id);
        if let Some(value) = known.get(&need.id) {
            let _ = writeln!(text, "{} = {}", need.id, toml_of(value));
        }
        text.push('\n');
    }
    text
}

/// A value on one line of TOML.
fn toml_of(value: &Value) -> String {
    match value {
        Value::YesNo(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => toml::Value::String(text.clone()).to_string().replace('\n', "\\n"),
        Value::List(items) => format!("[{}]", items.iter().map(toml_of).collect::<Vec<_>>().join(", ")),
        Value::Row(row) => {
            let parts: Vec<String> = row.iter().map(|(name, value)| format!("{name} = {}", toml_of(value))).collect();
            format!("{{ {} }}", parts.join(", "))
        }
    }
}
