//! What must never be said, searched over everything that the remedies can say: templates with all their choices,
//! warnings, questions, situations, papers, periods, limitation. The errors are those of a widely copied article.

use knowledge::Lang;
use remedy::deadline::{Received, run};
use remedy::{Occasion, draft};

use super::shared::{LIBRARY, TODAY, free, variants};

/// Crimes that do not exist or do not fit, promises, confessions, denial of a real debt, a threshold that is none.
const NEVER: [&str; 25] = [
    "通信自由罪",
    "扰乱社会秩序罪",
    "侵犯通信自由",
    "不用还",
    "不必还",
    "不必偿还",
    "无需偿还",
    "无须偿还",
    "坦白",
    "从宽",
    "主动承认错误",
    "争取从轻",
    "辩护",
    "包成功",
    "包退",
    "一定能",
    "一定胜诉",
    "必胜",
    "保证胜诉",
    "默认条件",
    "征信黑名单",
    "铲单",
    "no need to pay",
    "need not be paid",
    "you will win",
];
/// Sentences that deny the error itself.
const DENIED: [&str; 4] = ["不等于钱不用还", "没有“征信黑名单”", "列入征信黑名单", "诉讼代理或辩护业务"];
/// What papers never say of themselves.
const NEVER_IN_PAPERS: [&str; 7] = ["律师函", "法律意见书", "律师事务所", "{{", "{%", "undefined", "None"];

fn check(place: &str, text: &str, never: &[&str]) {
    let text = DENIED.iter().fold(text.to_owned(), |text, denied| text.replace(denied, ""));
    for words in never {
        assert!(!text.contains(words), "{place} says {words}:\n{text}");
    }
    for line in text.lines().filter(|line| line.contains("10010999")) {
        assert!(line.contains("没有查到") || line.contains("could not be confirmed"), "{place}: {line}");
    }
}

#[test]
fn no_letter_says_what_is_wrong_whatever_is_chosen() {
    let mut texts = 0;
    for (id, letter) in &LIBRARY.letter {
        for facts in variants(letter) {
            for occasion in [free(), Occasion { is_acknowledgement_chosen: true, ..Occasion::on(TODAY) }] {
                let said = match draft(&LIBRARY, id, &facts, &occasion) {
                    Ok(draft) => {
                        check(id, &draft.text, &NEVER_IN_PAPERS);
                        serde_json::to_string_pretty(&draft)
                    }
                    Err(refused) => {
                        let reasons: Vec<_> = refused.reasons.iter().map(remedy::Reason::text).collect();
                        serde_json::to_string_pretty(&(reasons, refused))
                    }
                };
                check(id, &said.expect("it can be written"), &NEVER);
                texts += 1;
            }
        }
        check(id, &serde_json::to_string_pretty(letter).expect("it can be written"), &NEVER);
    }
    assert!(texts > 600, "{texts}");
}

#[test]
fn nor_do_situations_papers_periods_and_limitation() {
    let json = |value: &dyn erased::Written| value.json();
    let library = &*LIBRARY;
    check("situation", &json(&remedy::situation::list(library)), &NEVER);
    for id in library.notice.keys() {
        check(id, &json(&remedy::notice::find(library, id)), &NEVER);
    }
    for id in library.deadline.keys() {
        let running = run(library, id, Received { day: TODAY, way: None }, TODAY).expect("it can be counted");
        check(id, &remedy::ics::write(std::slice::from_ref(&running), TODAY, Lang::En), &NEVER);
        check(id, &json(&running), &NEVER);
    }
    check("limitation", &json(&remedy::limitation::questions(library, true)), &NEVER);
    let finding = remedy::limitation::judge(library, &remedy::limitation::History::default(), TODAY);
    check("limitation", &json(&finding), &NEVER);
}

mod erased {
    //! Anything as JSON, behind one name.

    pub trait Written {
        fn json(&self) -> String;
    }

    impl<T: serde::Serialize> Written for T {
        fn json(&self) -> String {
            serde_json::to_string_pretty(self).expect("it can be written")
        }
    }
}

#[test]
fn every_citation_of_every_entry_exists_with_source_and_date() {
    let library = &*LIBRARY;
    let lists = library.letter.values().map(|letter| &letter.cites);
    let lists = lists.chain(library.deadline.values().map(|entry| &entry.cites));
    let lists = lists.chain(library.notice.values().map(|entry| &entry.cites));
    let lists = lists.chain(library.situation.values().map(|entry| &entry.cites));
    let lists = lists.chain(library.limitation.values().map(|entry| &entry.cites));
    let mut count = 0;
    for id in lists.flatten() {
        let citation = remedy::cite::resolve(library, id).unwrap_or_else(|| panic!("{id} does not exist"));
        assert!(
            !citation.source.is_empty() && citation.checked.year >= 2026 && !citation.summary.zh.is_empty(),
            "{id}"
        );
        count += 1;
    }
    assert!(count > 250, "{count}");
}
