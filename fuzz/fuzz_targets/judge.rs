//! The whole verdict on any bytes: extraction, checks, rules, rendering. The first byte picks a sender.
#![no_main]

use std::sync::LazyLock;

use judge::render::{Detail, Subject, write_json};
use judge::{Judge, Message, Scratch};
use knowledge::{Knowledge, Lang};
use libfuzzer_sys::fuzz_target;

static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::new(Knowledge::built_in()));

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let Ok(body) = std::str::from_utf8(rest) else { return };
    let sender = match first % 5 {
        0 => None,
        1 => Some("95588"),
        2 => Some("1069000095588"),
        3 => Some("13800138000"),
        _ => body.get(..body.len().min(12)),
    };
    let message = Message { body, sender, received: None };
    let verdict = JUDGE.judge(&message, &mut Scratch::default());
    for span in verdict.findings.iter().flat_map(|finding| &finding.spans) {
        assert!(body.get(span[0] as usize..span[1] as usize).is_some());
    }
    let mut out = Vec::new();
    let subject = Subject { id: None, body, sender };
    write_json(JUDGE.index(), &verdict, &subject, Detail::Texts(Lang::Zh), &mut out).expect("a verdict can be written");
});
