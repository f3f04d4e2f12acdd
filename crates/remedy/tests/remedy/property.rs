//! Whatever people write: nothing panics, nothing forges structure, tables keep their columns.

use knowledge::remedy::{Letter, NeedKind, Value};
use proptest::prelude::*;
use remedy::paper::Part;
use remedy::{Draft, Facts, draft};

use super::shared::{LIBRARY, examples, free};

/// The examples with this text in every place where people write freely.
fn written(letter: &Letter, text: &str) -> Facts {
    let mut facts = examples(letter);
    for need in &letter.need {
        let line = text.replace(['\n', '\r'], " ");
        match (need.kind, &need.example) {
            (NeedKind::Text, _) => facts.set(&need.id, Value::from(line.as_str())),
            (NeedKind::LongText, _) => facts.set(&need.id, Value::from(text)),
            (_, Value::List(rows)) => {
                let rows = rows.iter().map(|row| match row {
                    Value::Row(row) => {
                        Value::Row(row.iter().map(|(name, value)| (name.clone(), part(name, value, text))).collect())
                    }
                    _ => Value::from(line.as_str()),
                });
                facts.set(&need.id, Value::List(rows.collect()));
            }
            _ => {}
        }
    }
    facts
}

fn part(name: &str, value: &Value, text: &str) -> Value {
    let is_free = value.text().is_some() && !["at", "date", "rule"].contains(&name);
    if is_free { Value::from(text) } else { value.clone() }
}

/// What the parts of a draft are, without their words.
fn shape(draft: &Draft) -> Vec<String> {
    let name = |part: &Part| match part {
        Part::Heading(text) => format!("heading {text}"),
        Part::Paragraph(_) => "paragraph".to_owned(),
        Part::List(items) => format!("list {}", items.len()),
        Part::Table { head, rows } => {
            assert!(rows.iter().all(|row| row.len() == head.len()), "{head:?} {rows:?}");
            format!("table {head:?} {}", rows.len())
        }
        Part::Right(_) => "right".to_owned(),
    };
    draft.paper.parts.iter().map(name).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_forges_structure(text in "\\PC{0,12}[#>|\\-{}%\\\\ \\n\\r\\t1.]{0,12}\\PC{0,8}甲") {
        for (id, letter) in LIBRARY.letter.iter().filter(|(_, letter)| letter.form != knowledge::remedy::Form::Text) {
            let plain = draft(&LIBRARY, id, &written(letter, "甲"), &free()).expect("the plain text is fine");
            let hostile = draft(&LIBRARY, id, &written(letter, &text), &free());
            let hostile = hostile.unwrap_or_else(|refused| panic!("{id}: {refused:?}"));
            prop_assert_eq!(shape(&plain), shape(&hostile), "{}", id);
            prop_assert!(!hostile.text.contains(char::from_u32(0xfdd0).unwrap_or_default()), "{}", id);
        }
    }

    #[test]
    fn any_facts_are_drafted_or_refused(name in "[a-z_]{1,12}", text in any::<String>(), number in any::<i64>()) {
        for (id, letter) in &LIBRARY.letter {
            for value in [Value::from(text.as_str()), Value::Number(number), Value::List(vec![Value::Number(number), Value::from(text.as_str())])] {
                let mut facts = examples(letter);
                letter.need.iter().for_each(|need| facts.set(&need.id, value.clone()));
                facts.set(name.as_str(), value);
                let _ = draft(&LIBRARY, id, &facts, &free());
            }
        }
    }

    #[test]
    fn any_query_is_answered(query in any::<String>()) {
        let _ = remedy::law::search(&LIBRARY, &query, None);
        let _ = remedy::notice::read(&LIBRARY, &query, remedy::notice::Marks::default());
    }
}
