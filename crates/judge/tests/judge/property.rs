//! Properties of any text at all.

use judge::normalise::Text;
use judge::render::{Detail, Subject, write_json};
use judge::{Message, Scratch};
use knowledge::Lang;
use proptest::prelude::*;

use super::case::judge;

/// Text with the makings of everything that is read: digits, links, brackets, Chinese, marks, anything.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "[0-9,.%元万亿千百年月日点时]{0,12}",
        "[a-z0-9./:@?=&%-]{0,24}",
        "[一二三四五六七八九十零〇百千万亿两元整期天]{0,10}",
        "[贷款征信微验证码逾期还钱转账户法院起诉加群卡号请点击登录【】()（）。，！]{0,16}",
        "[\u{200b}\u{202e}\u{336}\u{fe0f}\u{20e3}*·/_ -]{0,6}",
        "\\PC{0,12}",
        any::<String>(),
    ];
    prop::collection::vec(pieces, 0..8).prop_map(|parts| parts.concat())
}

fn normal(body: &str) -> Text {
    let mut text = Text::default();
    judge().index().tables.normalise(body, &mut text);
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn judging_never_panics_and_spans_lie_on_characters(body in any_text(), sender in any::<Option<String>>()) {
        let message = Message { body: &body, sender: sender.as_deref(), received: None };
        let verdict = judge().judge(&message, &mut Scratch::default());
        let findings = verdict.findings.iter().flat_map(|finding| finding.spans.iter().copied());
        let links = verdict.links.iter().map(|link| link.span);
        let amounts = verdict.amounts.iter().map(|amount| amount.span);
        let contacts = verdict.contacts.iter().map(|contact| contact.span);
        for [start, end] in findings.chain(links).chain(amounts).chain(contacts) {
            prop_assert!(start <= end);
            prop_assert!(body.get(start as usize..end as usize).is_some(), "{start}..{end}");
        }
        let sum: f32 = verdict.decision.probabilities.iter().sum();
        prop_assert!((sum - 1.0).abs() < 1e-3);
    }

    #[test]
    fn normalising_twice_is_normalising_once(body in any_text()) {
        let once = normal(&body).to_text();
        let twice = normal(&once).to_text();
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn places_of_normalised_text_are_in_order_and_on_characters(body in any_text()) {
        let text = normal(&body);
        prop_assert_eq!(text.codes.len(), text.place.len());
        let mut last = 0;
        for place in &text.place {
            prop_assert!(place.start >= last && place.start <= place.end);
            prop_assert!(body.get(place.start as usize..place.end as usize).is_some());
            last = place.start;
        }
    }

    #[test]
    fn the_same_message_gives_the_same_bytes(body in any_text()) {
        let write = |scratch: &mut Scratch| {
            let message = Message { body: &body, sender: Some("95588"), received: None };
            let verdict = judge().judge(&message, scratch);
            let mut out = Vec::new();
            let subject = Subject { id: None, body: &body, sender: Some("95588") };
            write_json(judge().index(), &verdict, &subject, Detail::Texts(Lang::Zh), &mut out).expect("it can be written");
            out
        };
        let mut used = Scratch::default();
        judge().judge(&Message { body: "另一条短信：您的贷款逾期500元", ..Message::default() }, &mut used);
        prop_assert_eq!(write(&mut used), write(&mut Scratch::default()));
    }

    #[test]
    fn the_short_answer_is_that_of_the_whole_verdict(body in any_text()) {
        let message = Message { body: &body, sender: None, received: None };
        let mut scratch = Scratch::default();
        prop_assert_eq!(judge().decide(&message, &mut scratch), judge().judge(&message, &mut scratch).decision);
    }
}
