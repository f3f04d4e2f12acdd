//! Any lines at any places, with or without areas: messages whose places are on character boundaries, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(scene) = serde_json::from_slice::<reader::Scene>(bytes) else { return };
    let (messages, _) = reader::lay_out(scene, None);
    for message in messages {
        for [from, to] in message.doubts.iter().map(|doubt| doubt.span) {
            assert!(message.text.get(from as usize..to as usize).is_some());
        }
    }
});
