//! Links: any bytes after a scheme or as a bare host are read and judged without a panic, and lie on characters.
#![no_main]

use std::sync::LazyLock;

use judge::{Judge, Message, Scratch};
use knowledge::Knowledge;
use libfuzzer_sys::fuzz_target;

static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::new(Knowledge::built_in()));

fuzz_target!(|bytes: &[u8]| {
    let Ok(address) = std::str::from_utf8(bytes) else { return };
    for body in [format!("【工商银行】请点击http://{address} 办理"), format!("登录{address}.com/{address}"), format!("http://a@{address}")] {
        let verdict = JUDGE.judge(&Message { body: &body, ..Message::default() }, &mut Scratch::default());
        for link in &verdict.links {
            assert!(body.get(link.span[0] as usize..link.span[1] as usize).is_some());
        }
    }
});
