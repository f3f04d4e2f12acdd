//! Letters: golden texts, missing facts, choices, covering.

use std::collections::BTreeSet;
use std::fs;

use knowledge::remedy::{LimitationCare, NeedKind, Value};
use remedy::paper::Part;
use remedy::{Facts, Occasion, Outcome, Reason, draft};

use super::shared::{LIBRARY, TODAY, asking, examples, folder, free, variants};

#[test]
fn every_letter_gives_its_golden_text() {
    for (id, letter) in &LIBRARY.letter {
        let golden = fs::read_to_string(folder().join(format!("letter/{id}.txt"))).expect("every letter has one");
        let draft = draft(&LIBRARY, id, &examples(letter), &free()).unwrap_or_else(|refused| panic!("{refused:?}"));
        assert_eq!(draft.text, golden, "{id}");
    }
    let texts = fs::read_dir(folder().join("letter")).expect("the folder is there").flatten();
    let texts = texts.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "txt")).count();
    assert_eq!(texts, LIBRARY.letter.len());
}

#[test]
fn every_missing_fact_is_named() {
    let mut named = 0;
    for (id, letter) in &LIBRARY.letter {
        for need in letter.need.iter().filter(|need| need.required) {
            let mut facts = asking(letter, &need.id);
            facts.remove(&need.id);
            let refused = draft(&LIBRARY, id, &facts, &free()).expect_err("nothing is drafted without it");
            let is_named = |reason: &Reason| matches!(reason, Reason::Missing { fact, .. } if *fact == need.id);
            assert!(refused.reasons.iter().any(is_named), "{id}: {} is not named: {:?}", need.id, refused.reasons);
            named += 1;
        }
    }
    assert!(named > 200, "{named}");
    let refused = draft(&LIBRARY, "answer-to-suit", &Facts::default(), &free()).expect_err("there are no facts");
    assert!(refused.reasons.len() > 5, "the whole list is given, not the first");
}

#[test]
fn a_missing_part_of_a_row_is_named() {
    let letter = &LIBRARY.letter["electronic-data-list"];
    let mut facts = examples(letter);
    let Some(Value::List(mut rows)) = facts.remove("evidence") else { panic!("it is a list") };
    if let Some(Value::Row(row)) = rows.get_mut(1) {
        row.remove("sha256");
    }
    facts.set("evidence", Value::List(rows));
    let refused = draft(&LIBRARY, "electronic-data-list", &facts, &free()).expect_err("a part is missing");
    assert!(matches!(&refused.reasons[..], [Reason::Missing { fact, .. }] if fact == "evidence.2.sha256"));
}

#[test]
fn a_wrong_value_is_named_with_what_is_wrong() {
    let letter = &LIBRARY.letter["payment-order-objection"];
    for (name, value) in [
        ("served_at", Value::from("下周")),
        ("phone", Value::from("一二三")),
        ("name", Value::from("张三\n此致")),
        ("reason_paid", Value::from("是")),
        ("paid_rows", Value::List(vec![Value::from("一笔")])),
    ] {
        let mut facts = examples(letter);
        facts.set(name, value);
        let refused = draft(&LIBRARY, "payment-order-objection", &facts, &free()).expect_err("it is wrong");
        let is_named = |reason: &Reason| matches!(reason, Reason::Wrong { fact, .. } if fact.starts_with(name));
        assert!(refused.reasons.iter().any(is_named), "{name}: {:?}", refused.reasons);
    }
}

#[test]
fn an_objection_without_a_ground_is_refused() {
    let letter = &LIBRARY.letter["payment-order-objection"];
    let mut facts = examples(letter);
    letter.any_of.iter().for_each(|ground| facts.set(ground, Value::YesNo(false)));
    let refused = draft(&LIBRARY, "payment-order-objection", &facts, &free()).expect_err("no ground is true");
    assert!(matches!(&refused.reasons[..], [Reason::OneOf { facts }] if facts.len() == 8));
}

#[test]
fn limitation_is_never_left_out_silently_where_the_debt_is_time_barred() {
    let expired = Occasion { limitation: Outcome::Expired, ..free() };
    let mut pleading = 0;
    for (id, letter) in &LIBRARY.letter {
        let Some(plea) = &letter.limitation_plea else { continue };
        pleading += 1;
        let mut facts = examples(letter);
        facts.remove(plea);
        let refused = draft(&LIBRARY, id, &facts, &expired).expect_err("it has to be answered");
        assert!(refused.reasons.iter().any(|reason| matches!(reason, Reason::Missing { fact, .. } if fact == plea)));
        let warnings = |answer: bool, occasion: &Occasion| {
            let mut facts = examples(letter);
            for need in letter.need.iter().filter(|need| need.only_if.as_ref() == Some(plea)) {
                facts.set(&need.id, need.example.clone());
            }
            facts.set(plea, Value::YesNo(answer));
            let warnings = draft(&LIBRARY, id, &facts, occasion).expect("nothing is missing").warnings;
            warnings.iter().any(|warning| warning.zh.contains("法院不会替您提"))
        };
        let says_so_itself = letter.warning.iter().any(|warning| warning.zh.contains("法院不会替您提"));
        assert!(!says_so_itself && warnings(false, &expired) && !warnings(true, &expired), "{id}");
        assert!(!warnings(false, &Occasion { limitation: Outcome::Running, ..free() }), "{id}");
    }
    assert_eq!(pleading, 2, "the answer and the objection to a payment order");
}

#[test]
fn four_times_the_rate_is_looked_up_and_refused_where_it_is_not_known() {
    let letter = &LIBRARY.letter["answer-to-suit"];
    let mut facts = examples(letter);
    facts.set("rate_ground", Value::from("private"));
    for (day, want) in [("2024-06-03", Some("3.45%，四倍为13.80%")), ("2019-11-01", None), ("2026-11-01", None)] {
        facts.set("contract_date", Value::from(day));
        let outcome = draft(&LIBRARY, "answer-to-suit", &facts, &free());
        match want {
            Some(want) => assert!(outcome.expect("the rate is known").text.contains(want)),
            None => assert!(
                outcome
                    .expect_err("no rate")
                    .reasons
                    .iter()
                    .any(|reason| matches!(reason, Reason::Wrong { fact, .. } if fact == "contract_date"))
            ),
        }
    }
}

#[test]
fn nothing_acknowledges_a_debt_unless_that_is_chosen_and_never_an_expired_one() {
    let mut acknowledging = 0;
    for (id, letter) in LIBRARY.letter.iter().filter(|(_, letter)| letter.acknowledges) {
        assert_eq!(letter.limitation, LimitationCare::RefuseIfExpired);
        for limitation in [Outcome::Running, Outcome::Expired, Outcome::Unknown] {
            for is_acknowledgement_chosen in [false, true] {
                let occasion = Occasion { limitation, is_acknowledgement_chosen, ..Occasion::on(TODAY) };
                let outcome = draft(&LIBRARY, id, &examples(letter), &occasion);
                let may = is_acknowledgement_chosen && limitation != Outcome::Expired;
                assert_eq!(outcome.is_ok(), may, "{id} {occasion:?}");
                match outcome {
                    Ok(draft) => {
                        assert_eq!(draft.warnings.len() > letter.warning.len(), limitation == Outcome::Unknown);
                    }
                    Err(refused) => assert_eq!(refused.warnings, letter.warning, "the warning is always given"),
                }
            }
        }
        for need in letter.need.iter().filter(|need| need.must) {
            let mut facts = examples(letter);
            facts.set(&need.id, Value::YesNo(false));
            let refused = draft(&LIBRARY, id, &facts, &free()).expect_err("only for those who say yes");
            assert!(refused.reasons.iter().any(|reason| matches!(reason, Reason::MustBeYes { .. })));
        }
        acknowledging += 1;
    }
    assert_eq!(acknowledging, 2);
}

#[test]
fn every_variant_cites_what_exists_with_source_and_date_and_nothing_else() {
    let mut drafts = 0;
    for (id, letter) in &LIBRARY.letter {
        let mut cited = BTreeSet::new();
        for facts in variants(letter) {
            let Ok(draft) = draft(&LIBRARY, id, &facts, &free()) else { continue };
            for citation in &draft.citations {
                assert!(!citation.source.is_empty() && citation.checked.year >= 2026, "{id}: {}", citation.id);
                assert!(citation.is_in_force(TODAY) || citation.until.is_some(), "{id}: {}", citation.id);
                cited.insert(citation.id.clone());
            }
            drafts += 1;
        }
        assert_eq!(cited, letter.cites.iter().cloned().collect(), "{id}");
    }
    assert!(drafts > 250, "{drafts}");
}

#[test]
fn the_article_in_force_when_it_happened_is_cited() {
    let letter = &LIBRARY.letter["police-statement"];
    let cited = |day: &str| {
        let mut facts = examples(letter);
        facts.set("matter", Value::from("harassment"));
        facts.set("happened_at", Value::from(day));
        let draft = draft(&LIBRARY, "police-statement", &facts, &free()).expect("it can be drafted");
        draft.citations.into_iter().map(|citation| citation.id).collect::<Vec<_>>()
    };
    assert_eq!(cited("2025-12-31"), ["public-security-punishment-law-2012-42"]);
    assert_eq!(cited("2026-01-01"), ["public-security-punishment-law-50"]);
}

#[test]
fn law_younger_than_the_event_is_said() {
    let letter = &LIBRARY.letter["conduct-complaint-lender"];
    let mut facts = examples(letter);
    let row = [("rule", "c01"), ("at", "2019-03-01T23:00:00"), ("sender", "1068000000001"), ("what", "夜间催收")];
    let row = row.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text))).collect();
    facts.set("violations", Value::List(vec![Value::Row(row)]));
    let draft = draft(&LIBRARY, "conduct-complaint-lender", &facts, &free()).expect("it can be drafted");
    assert!(draft.warnings.iter().any(|warning| warning.zh.contains("2019-03-01")));
}

#[test]
fn reports_have_the_exact_form_of_their_channel() {
    let text = |id: &str, change: &[(&str, &str)]| {
        let mut facts = examples(&LIBRARY.letter[id]);
        facts.set("sender", Value::from("1068000000001"));
        facts.set("message_text", Value::from("【某】第一行\n第二行"));
        for (name, value) in change {
            facts.set(*name, Value::from(*value));
        }
        draft(&LIBRARY, id, &facts, &free()).expect("it can be drafted").text
    };
    assert_eq!(text("report-china-mobile", &[]), "1068000000001*【某】第一行\n第二行\n");
    assert_eq!(text("report-china-telecom", &[]), "1068000000001：【某】第一行\n第二行\n".replace('：', ":"));
    assert_eq!(text("report-china-unicom", &[("unicom_form", "code")]), "ljdxjb#1068000000001#【某】第一行\n第二行\n");
    let fields = text("report-12321", &[]);
    let order = ["举报类型：", "被举报号码：", "接收号码：", "接收时间：", "短信全文：", "情况说明："];
    let places: Vec<_> = order.iter().map(|field| fields.find(field).expect("the field is there")).collect();
    assert!(places.is_sorted());
}

#[test]
fn codes_and_other_persons_never_leave_in_what_is_covered() {
    const SECRETS: [&str; 6] =
        ["482915", "13800000000", "李四光", "11010519900101123X", "6222020000000018", "010-12345678"];
    let hostile = "验证码482915，李四光13800000000，证11010519900101123X，卡6222020000000018，电010-12345678";
    let occasion = Occasion { others: vec!["李四光".to_owned()], ..free() };
    for (id, letter) in &LIBRARY.letter {
        let mut facts = examples(letter);
        for need in letter.need.iter().filter(|need| need.is_covered()) {
            let value = match need.example.clone() {
                Value::List(rows) => Value::List(rows.into_iter().map(|row| filled(row, hostile)).collect()),
                _ => Value::from(hostile),
            };
            facts.set(&need.id, value);
        }
        let Ok(draft) = draft(&LIBRARY, id, &facts, &occasion) else { panic!("{id}") };
        let parts = serde_json::to_string(&draft.paper).expect("it can be written");
        for secret in SECRETS {
            assert!(!draft.text.contains(secret) && !parts.contains(secret), "{id} lets {secret} out:\n{}", draft.text);
        }
        let has_covered = letter.need.iter().any(|need| need.is_covered() && facts.get(&need.id).is_some());
        assert_eq!(draft.covered.is_empty(), !has_covered, "{id}");
    }
}

fn filled(row: Value, text: &str) -> Value {
    let Value::Row(mut row) = row else { return Value::from(text) };
    for name in ["what", "how", "name", "source", "content", "purpose"] {
        if let Some(part) = row.get_mut(name) {
            *part = Value::from(text);
        }
    }
    Value::Row(row)
}

#[test]
fn the_users_number_and_the_other_sides_stay() {
    let letter = &LIBRARY.letter["report-12321"];
    let mut facts = examples(letter);
    facts.set("message_text", Value::from("回电13800000000，您的号码19900000001，退订13900000000"));
    let keep = Occasion { keep: vec!["138-0000-0000".to_owned()], ..free() };
    let text = draft(&LIBRARY, "report-12321", &facts, &keep).expect("it can be drafted").text;
    assert!(text.contains("13800000000") && text.contains("19900000001") && !text.contains("13900000000"));
}

#[test]
fn what_looks_like_a_template_stays_text() {
    let letter = &LIBRARY.letter["restructuring-proposal"];
    let mut facts = examples(letter);
    facts.set("hardship", Value::from("{{ 7*7 }} {% for x in plan %}\n# 标题\n| 表 |\n> 签名"));
    let draft = draft(&LIBRARY, "restructuring-proposal", &facts, &free()).expect("it can be drafted");
    assert!(draft.text.contains("{{ 7*7 }} {% for x in plan %}\n# 标题\n| 表 |\n> 签名"));
    let headings = draft.paper.parts.iter().filter(|part| matches!(part, Part::Heading(_))).count();
    assert_eq!(headings, 2);
}

#[test]
fn facts_that_are_not_asked_for_do_not_count() {
    let letter = &LIBRARY.letter["police-statement"];
    let mut facts = examples(letter);
    facts.set("matter", Value::from("threat"));
    facts.set("no_such_fact", Value::from("x"));
    let draft = draft(&LIBRARY, "police-statement", &facts, &free()).expect("it can be drafted");
    assert!(!draft.text.contains("示例流水1"));
}

#[test]
fn typed_answers_are_read_by_their_kind() {
    let need = |kind: NeedKind| {
        let letters = LIBRARY.letter.values().flat_map(|letter| &letter.need);
        letters.into_iter().find(|need| need.kind == kind).expect("there is one of every kind").clone()
    };
    let read = |kind, typed| remedy::fact::read(&need(kind), typed).ok();
    assert_eq!(read(NeedKind::YesNo, "是"), Some(Value::YesNo(true)));
    assert_eq!(read(NeedKind::Amount, "1,200.50元"), Some(Value::Number(120_050)));
    assert_eq!(read(NeedKind::Datetime, "2026-11-20 21:40"), Some(Value::from("2026-11-20T21:40")));
    assert_eq!(read(NeedKind::YesNo, "也许"), None);
    assert_eq!(read(NeedKind::Plan, "x"), None);
}
