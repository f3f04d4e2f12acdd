//! The environment in which a letter's body is rendered: strict, without auto-escape, with fuel; `cite`, dates, money.
//! Free texts of the user are wrapped in marks on the way in, so that nothing in them can be taken for structure.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use knowledge::remedy::{Letter, NeedKind, Value};
use knowledge::{Library, date::Date};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value as TemplateValue};

use crate::cite;
use crate::fact::{self, Facts};
use crate::rate;

/// Stands where a user's text begins: a line that begins with it has no structure.
pub const BEGIN: char = '\u{fdd0}';
/// Stands for a line end inside a user's text.
pub const LINE_END: char = '\u{fdd1}';
/// Stands for `|` inside a user's text.
pub const BAR: char = '\u{fdd2}';

/// Instructions that the longest letter may take.
const FUEL: u64 = 5_000_000;
/// Parts of rows that are ids, dates and sums, which templates compare and format.
const BARE_PARTS: [&str; 4] = ["rule", "at", "date", "amount"];

/// Renders a letter; returns the text with its marks, and the ids cited, in the order of their first place.
///
/// # Errors
/// What the template engine says: a fact that is not there, an article that is not in the knowledge.
pub fn render(library: &Library, letter: &Letter, facts: &Facts, today: Date) -> Result<(String, Vec<String>), Error> {
    let used = Arc::new(Mutex::new(Vec::new()));
    let mut environment = environment(library, letter, &used);
    let mut rates: BTreeMap<String, u32> = BTreeMap::new();
    let mut context: BTreeMap<&str, TemplateValue> = BTreeMap::new();
    for need in &letter.need {
        if let Some(value) = facts.get(&need.id) {
            let is_free = matches!(need.kind, NeedKind::Text | NeedKind::LongText | NeedKind::List)
                || matches!(need.kind, NeedKind::Violations | NeedKind::EvidenceList);
            context.insert(&need.id, value_of(value, is_free));
        }
        if need.kind == NeedKind::ContractDay {
            rates.extend(facts.get(&need.id).and_then(Value::text).and_then(|text| rate_of(library, text)));
        }
    }
    add_rates(&mut environment, &Arc::new(rates));
    context.insert("today", TemplateValue::from(today.to_string()));
    let context = TemplateValue::from_pairs(context);
    let text = environment.render_str(letter.body.trim_matches('\n'), context)?;
    let used = used.lock().map(|used| used.clone()).unwrap_or_default();
    Ok((text, used))
}

fn environment<'a>(library: &Library, letter: &Letter, used: &Arc<Mutex<Vec<String>>>) -> Environment<'a> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the usual delimiters are valid"));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    let known: BTreeMap<String, [String; 2]> = letter
        .cites
        .iter()
        .filter_map(|id| {
            let (law, article) = cite::article(library, id)?;
            Some((id.clone(), [cite::short(law, article), cite::full(law, article)]))
        })
        .collect();
    let known = Arc::new(known);
    for (name, which) in [("cite", 0), ("cite_full", 1)] {
        let (known, used) = (known.clone(), used.clone());
        environment.add_function(name, move |id: String| -> Result<String, Error> {
            let texts = known.get(&id).ok_or_else(|| invalid(format!("no article {id} among the letter's cites")))?;
            if let Ok(mut used) = used.lock()
                && !used.contains(&id)
            {
                used.push(id);
            }
            Ok(texts[which].clone())
        });
    }
    environment
        .add_filter("date_zh", |text: String| date_zh(&text).ok_or_else(|| invalid(format!("not a date: {text}"))));
    environment.add_filter("yuan", yuan);
    environment.add_filter("masked", |text: String| masked(&text));
    environment
}

fn rate_of(library: &Library, text: &str) -> Option<(String, u32)> {
    Some((text.to_owned(), rate::lpr(library, fact::day(text)?)?))
}

/// `lpr(day)` and `four_times_lpr(day)`, for the days of contracts that were stated.
fn add_rates(environment: &mut Environment<'_>, rates: &Arc<BTreeMap<String, u32>>) {
    for (name, factor) in [("lpr", 1), ("four_times_lpr", 4)] {
        let rates = rates.clone();
        environment.add_function(name, move |day: String| -> Result<String, Error> {
            let hundredths = rates.get(&day).ok_or_else(|| invalid(format!("no LPR for {day}")))?;
            Ok(rate::percent(hundredths * factor))
        });
    }
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

fn value_of(value: &Value, is_free: bool) -> TemplateValue {
    match value {
        Value::YesNo(yes) => TemplateValue::from(*yes),
        Value::Number(number) => TemplateValue::from(*number),
        Value::Text(text) if is_free => TemplateValue::from(marked(text)),
        Value::Text(text) => TemplateValue::from(text.as_str()),
        Value::List(items) => items.iter().map(|item| value_of(item, is_free)).collect(),
        Value::Row(row) => TemplateValue::from_pairs(row.iter().map(|(part, value)| {
            let is_free = is_free && !BARE_PARTS.contains(&part.as_str());
            (part.as_str(), value_of(value, is_free))
        })),
    }
}

/// Returns a user's text with its marks, without what steers a screen or a page.
fn marked(text: &str) -> String {
    let mut marked = String::with_capacity(text.len() + 3);
    marked.push(BEGIN);
    for character in text.trim().replace("\r\n", "\n").chars() {
        match character {
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => marked.push(LINE_END),
            '|' => marked.push(BAR),
            '\t' => marked.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fdd0}'..='\u{fdef}' | '\u{fffe}' | '\u{ffff}' => {}
            character if character.is_control() => {}
            character => marked.push(character),
        }
    }
    marked
}

/// `2026-11-20T21:40:00` is 2026年11月20日21时40分.
pub fn date_zh(text: &str) -> Option<String> {
    if let Some(day) = fact::day(text) {
        return Some(format!("{:04}年{}月{}日", day.year(), day.month(), day.day()));
    }
    let moment = fact::moment(text)?;
    let (day, time) = (moment.date(), moment.time());
    Some(format!("{:04}年{}月{}日{}时{:02}分", day.year(), day.month(), day.day(), time.hour(), time.minute()))
}

/// 120050 fen is 1,200.50元.
pub fn yuan(fen: i64) -> String {
    let (whole, part) = (fen / 100, fen % 100);
    let digits = whole.to_string();
    let mut grouped = String::with_capacity(digits.len() + 8);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}.{part:02}元")
}

/// Of a mobile number the first three and last four digits stay, of anything longer the first four and last two.
fn masked(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let (head, tail) = if characters.len() == 11 { (3, 4) } else { (4, 2) };
    let covered = |(at, c): (usize, &char)| {
        let stays = at < head || at + tail >= characters.len();
        if characters.len() > head + tail && stays { *c } else { '*' }
    };
    characters.iter().enumerate().map(covered).collect()
}

#[cfg(test)]
mod tests {
    use super::{date_zh, marked, masked, yuan};

    #[test]
    fn dates_money_and_numbers_are_written_as_letters_write_them() {
        assert_eq!(date_zh("2026-11-05").as_deref(), Some("2026年11月5日"));
        assert_eq!(date_zh("2026-11-20T09:05:00").as_deref(), Some("2026年11月20日9时05分"));
        assert_eq!([0, 5, 100_000, 123_456_789].map(yuan), ["0.00元", "0.05元", "1,000.00元", "1,234,567.89元"]);
        assert_eq!(
            ["19900000001", "999999199001010016", "12345"].map(masked),
            ["199****0001", "9999************16", "*****"]
        );
    }

    #[test]
    fn a_users_text_carries_no_structure() {
        assert_eq!(marked("# a|b\r\n> c\u{202e}\u{7}"), "\u{fdd0}# a\u{fdd2}b\u{fdd1}> c");
    }
}
