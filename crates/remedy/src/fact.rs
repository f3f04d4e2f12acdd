//! Facts: what the user states, by name, each of a kind. Reads what people type, and says in both languages what is wrong
//! with a value. Takes nothing for true.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil;
use knowledge::Library;
use knowledge::document::Bilingual;
use knowledge::remedy::{Letter, Need, NeedKind, Value};
use serde::{Deserialize, Serialize};

use crate::rate;

/// The longest line, long text and list that are taken.
const LONGEST_LINE: usize = 500;
const LONGEST_TEXT: usize = 20_000;
const LONGEST_LIST: usize = 500;
/// More money than anybody owes, in fen.
const MOST_FEN: i64 = 10_000_000_000_000;
/// What the engine itself adds to the rows of violations.
const ADDED: [&str; 2] = ["title", "level_text"];

/// What the user has stated, by the names of the needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(BTreeMap<String, Value>);

impl Facts {
    /// Returns a fact.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// States a fact.
    pub fn set(&mut self, name: impl Into<String>, value: Value) {
        self.0.insert(name.into(), value);
    }

    /// Takes a fact back.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Returns all facts, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// States everything that another has stated.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// Returns both texts.
pub(crate) fn both(zh: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual { zh: zh.into(), en: en.into() }
}

/// Reads what somebody typed as an answer to a need. Lists are separated by `；` or line ends; money is in fen, or in
/// yuan if it ends in 元. Rows cannot be typed.
///
/// # Errors
/// What is wrong with it, in both languages.
pub fn read(need: &Need, typed: &str) -> Result<Value, Bilingual> {
    let typed = typed.trim();
    match need.kind {
        NeedKind::Text
        | NeedKind::LongText
        | NeedKind::Phone
        | NeedKind::IdNumber
        | NeedKind::Date
        | NeedKind::ContractDay => Ok(Value::from(typed)),
        NeedKind::Datetime => Ok(Value::Text(typed.replacen(' ', "T", 1))),
        NeedKind::Amount => amount(typed).map(Value::Number).ok_or_else(|| {
            both(
                "金额请写成“1200.50元”（只写数字的按分算）。",
                "write the amount as 1200.50元 (a bare number is in fen)",
            )
        }),
        NeedKind::YesNo => match typed.to_lowercase().as_str() {
            "是" | "对" | "有" | "yes" | "y" | "true" => Ok(Value::YesNo(true)),
            "否" | "不" | "不是" | "没有" | "no" | "n" | "false" => Ok(Value::YesNo(false)),
            _ => Err(both("请答“是”或“否”。", "answer yes or no")),
        },
        NeedKind::Choice => {
            let is_meant =
                |option: &&knowledge::remedy::Choice| [&option.id, &option.zh, &option.en].contains(&&typed.to_owned());
            let option = need.options.iter().find(is_meant);
            option.map(|option| Value::Text(option.id.clone())).ok_or_else(|| not_an_option(need))
        }
        NeedKind::List => {
            let items = typed.split(['；', ';', '\n']).map(str::trim).filter(|item| !item.is_empty());
            Ok(Value::List(items.map(Value::from).collect()))
        }
        NeedKind::Violations | NeedKind::EvidenceList | NeedKind::Plan => Err(both(
            "这一项是表格，请写在 --facts 的文件里。",
            "this is a table: write it in the file given with --facts",
        )),
    }
}

/// Returns the parts of each row that a letter reads of a list; nothing where it reads plain lines.
pub fn columns(library: &Library, letter: &Letter, need: &Need) -> Vec<String> {
    Checker { library, letter }.columns(need).into_iter().collect()
}

/// Reads what somebody typed as a part of a row.
///
/// # Errors
/// What is wrong with it, in both languages.
pub fn read_part(column: &str, typed: &str) -> Result<Value, Bilingual> {
    let typed = typed.trim();
    match column {
        "amount" => amount(typed).map(Value::Number).ok_or_else(|| {
            both("金额请写成整数的分，或者“1200.50元”。", "write the amount in whole fen, or as 1200.50元")
        }),
        "at" => Ok(Value::Text(typed.replacen(' ', "T", 1))),
        _ => Ok(Value::from(typed)),
    }
}

fn not_an_option(need: &Need) -> Bilingual {
    let ids: Vec<&str> = need.options.iter().map(|option| option.id.as_str()).collect();
    both(format!("只能是：{}", ids.join("、")), format!("it can only be: {}", ids.join(", ")))
}

/// `120050`, or `1,200.5元`.
fn amount(typed: &str) -> Option<i64> {
    let Some(yuan) = typed.strip_suffix('元') else { return typed.parse().ok() };
    hundredths(&yuan.trim().replace([',', '，'], ""))
}

/// Reads a number with at most two decimals: `3.85` is 385.
pub(crate) fn hundredths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_plain = part.len() <= 2 && [whole, part].concat().bytes().all(|byte| byte.is_ascii_digit());
    let part = format!("{part:0<2}").parse::<i64>().ok()?;
    if is_plain { whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part) } else { None }
}

/// Returns whether an answer says nothing at all.
pub(crate) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.trim().is_empty(),
        Value::List(items) => items.is_empty(),
        Value::YesNo(_) | Value::Number(_) | Value::Row(_) => false,
    }
}

/// A place in the facts that is missing or wrong: `evidence.2.sha256`.
pub(crate) type Place = String;

/// What is wrong with one value.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A part of it is not there.
    Missing(Place),
    /// It is not what its kind says.
    Wrong(Place, Bilingual),
}

/// Checks values of one letter against what it asks for.
pub(crate) struct Checker<'a> {
    pub library: &'a Library,
    pub letter: &'a Letter,
}

impl Checker<'_> {
    /// Returns what is wrong with an answer; nothing if it can be used.
    pub fn faults(&self, need: &Need, value: &Value) -> Vec<Fault> {
        let place = need.id.clone();
        let wrong = |why: Bilingual| vec![Fault::Wrong(place.clone(), why)];
        match (need.kind, value) {
            (NeedKind::YesNo, Value::YesNo(_)) => Vec::new(),
            (NeedKind::Amount, Value::Number(fen)) => money(*fen).map_or_else(Vec::new, wrong),
            (NeedKind::Choice, Value::Text(text)) if need.options.iter().any(|option| option.id == *text) => Vec::new(),
            (NeedKind::Choice, _) => wrong(not_an_option(need)),
            (NeedKind::ContractDay, Value::Text(text))
                if day(text).is_some_and(|day| rate::lpr(self.library, day).is_none()) =>
            {
                wrong(both(
                    "这一天没有可靠来源的一年期LPR；2020年8月20日以前的合同适用别的规定。先打12348问，可以写在别的理由里。",
                    "no one-year LPR is sourced for this day, and contracts before 2020-08-20 follow other rules; ask 12348 and put it among other grounds",
                ))
            }
            (kind, Value::Text(text)) => text_fault(kind, text).map_or_else(Vec::new, wrong),
            (NeedKind::List | NeedKind::Violations | NeedKind::EvidenceList | NeedKind::Plan, Value::List(items)) => {
                self.list(need, items)
            }
            _ => wrong(both("格式不对，请看这一项的例子。", "not of the kind asked for; see the example of this fact")),
        }
    }

    fn list(&self, need: &Need, items: &[Value]) -> Vec<Fault> {
        if items.len() > LONGEST_LIST {
            let why = both(format!("最多{LONGEST_LIST}行。"), format!("at most {LONGEST_LIST} rows"));
            return vec![Fault::Wrong(need.id.clone(), why)];
        }
        let columns = self.columns(need);
        let mut faults = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let place = format!("{}.{}", need.id, at + 1);
            match item {
                Value::Text(text) if columns.is_empty() => {
                    faults.extend(text_fault(NeedKind::Text, text).map(|why| Fault::Wrong(place, why)));
                }
                Value::Row(row) if !columns.is_empty() => self.row(need, (&place, row), &columns, &mut faults),
                _ => {
                    let why =
                        both("格式不对，请看这一项的例子。", "not of the kind asked for; see the example of this fact");
                    faults.push(Fault::Wrong(place, why));
                }
            }
        }
        faults
    }

    fn row(
        &self,
        need: &Need,
        (place, row): (&str, &BTreeMap<String, Value>),
        columns: &BTreeSet<String>,
        faults: &mut Vec<Fault>,
    ) {
        for column in columns {
            let place = format!("{place}.{column}");
            let Some(value) = row.get(column).filter(|value| !is_blank(value)) else {
                faults.push(Fault::Missing(place));
                continue;
            };
            let why = match (column.as_str(), value) {
                ("amount", Value::Number(fen)) => money(*fen),
                ("date", Value::Text(text)) => text_fault(NeedKind::Date, text),
                ("at", Value::Text(text)) => text_fault(NeedKind::Datetime, text),
                ("rule", Value::Text(id)) if need.kind == NeedKind::Violations => {
                    let unknown = !self.library.collection.contains_key(id);
                    unknown.then(|| both("没有这条催收规则。", "there is no such rule of conduct"))
                }
                ("amount", _) => Some(both("金额写整数的分。", "write the amount in whole fen")),
                (_, Value::Text(text)) => text_fault(NeedKind::LongText, text),
                _ => Some(both("这里要写文字。", "a text is needed here")),
            };
            faults.extend(why.map(|why| Fault::Wrong(place, why)));
        }
    }

    /// Returns the parts of each row that the template reads; nothing where it reads plain lines.
    pub fn columns(&self, need: &Need) -> BTreeSet<String> {
        let mut columns = BTreeSet::new();
        let body = self.letter.body.as_str();
        let head = format!(" in {} %}}", need.id);
        for (at, _) in body.match_indices(&head) {
            let variable = body.get(..at).and_then(|before| before.rsplit(' ').next()).unwrap_or_default();
            let inside = body.get(at + head.len()..).unwrap_or_default();
            let inside = inside.split("{% endfor %}").next().unwrap_or_default();
            let dotted = format!("{variable}.");
            for (at, _) in inside.match_indices(&dotted) {
                let rest = inside.get(at + dotted.len()..).unwrap_or_default();
                let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                columns.insert(name);
            }
        }
        if need.kind == NeedKind::Violations {
            columns.insert("rule".to_owned());
            columns.retain(|name| !ADDED.contains(&name.as_str()));
        }
        columns
    }
}

fn money(fen: i64) -> Option<Bilingual> {
    let is_odd = !(0..=MOST_FEN).contains(&fen);
    is_odd.then(|| both("金额写整数的分，不能是负数。", "write the amount in whole fen, not negative"))
}

fn text_fault(kind: NeedKind, text: &str) -> Option<Bilingual> {
    let length = text.chars().count();
    match kind {
        NeedKind::Date | NeedKind::ContractDay if day(text).is_none() => {
            Some(both("日期写成 2026-11-23。", "write the date as 2026-11-23"))
        }
        NeedKind::Datetime if day(text).is_none() && moment(text).is_none() => Some(both(
            "时间写成 2026-11-23T09:40:00（北京时间），只知道日期就写 2026-11-23。",
            "write the time as 2026-11-23T09:40:00 (Beijing time), or the date alone as 2026-11-23",
        )),
        NeedKind::Phone if !is_phone(text) => Some(both("电话号码只写数字。", "write the number in digits only")),
        NeedKind::IdNumber if !is_id(text) => {
            Some(both("身份证号有18位，最后一位可能是X。", "an identity number has 18 places, the last may be X"))
        }
        NeedKind::Text if text.contains('\n') || length > LONGEST_LINE => Some(both(
            format!("这一项只写一行，不超过{LONGEST_LINE}字。"),
            format!("one line of at most {LONGEST_LINE} characters"),
        )),
        NeedKind::LongText if length > LONGEST_TEXT => {
            Some(both(format!("不超过{LONGEST_TEXT}字。"), format!("at most {LONGEST_TEXT} characters")))
        }
        NeedKind::YesNo | NeedKind::Amount => {
            Some(both("格式不对，请看这一项的例子。", "not of the kind asked for; see the example of this fact"))
        }
        NeedKind::List | NeedKind::Violations | NeedKind::EvidenceList | NeedKind::Plan => {
            Some(both("这一项要写成一行一行的列表。", "a list is needed here"))
        }
        _ => None,
    }
}

/// Reads `2026-11-23`, nothing else.
pub(crate) fn day(text: &str) -> Option<civil::Date> {
    let is_shaped = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_shaped { text.parse().ok() } else { None }
}

/// Reads `2026-11-23T09:40` or `2026-11-23T09:40:00`, nothing else.
pub(crate) fn moment(text: &str) -> Option<civil::DateTime> {
    let is_shaped = matches!(text.len(), 16 | 19)
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'T'));
    if is_shaped { text.parse().ok() } else { None }
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (5..=20).contains(&digits) && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b' '))
}

fn is_id(text: &str) -> bool {
    let is_alphanumeric = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_alphanumeric && (6..=20).contains(&text.len())
}

#[cfg(test)]
mod tests {
    use super::{amount, day, hundredths, moment};

    #[test]
    fn money_is_fen_unless_it_says_yuan() {
        assert_eq!(
            ["120050", "1,200.5元", "12元", "1.234元", "-5元", "x"].map(amount),
            [Some(120_050), Some(120_050), Some(1_200), None, None, None]
        );
    }

    #[test]
    fn a_number_has_at_most_two_decimals() {
        assert_eq!((hundredths("3.8"), hundredths("x"), hundredths("3.855")), (Some(380), None, None));
    }

    #[test]
    fn dates_are_written_one_way() {
        assert!(day("2028-02-29").is_some() && moment("2026-11-20T21:40").is_some());
        assert!(day("2026-02-29").is_none() && day("2026-2-9").is_none() && moment("2026-11-20 21:40").is_none());
    }
}
