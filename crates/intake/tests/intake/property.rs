//! Any bytes at all: never a panic, never a record outside the limits.

use std::path::PathBuf;

use intake::{Collected, LONGEST_BODY, Options};
use proptest::prelude::*;

fn survives(bytes: &[u8]) {
    let mut sink = Collected::default();
    let options = Options { password: Some("x".to_owned()), ..Options::new(-300, PathBuf::new()) };
    let _ = intake::read_bytes(bytes, &options, &mut sink);
    assert!(sink.records.iter().all(|record| record.message.body.len() <= LONGEST_BODY));
    let format = intake::detect_bytes(bytes);
    let _ = intake::redact(bytes, format, &mut Vec::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        survives(&bytes);
    }

    #[test]
    fn any_bytes_behind_a_magic_are_survived(at in 0_usize..9, text in "(?s).{0,200}") {
        let magic = ["<smses><sms body='", "BEGIN:VMSG\n", "Row: 0 _id=1, body=", "{\"body\":", "[{\"", "sender,body\n", "0891", "+CMGR: 1\n07", "SubId：1\n2024-07-25 11:10:10\n"];
        survives(format!("{}{text}", magic[at]).as_bytes());
    }

    #[test]
    fn any_octets_are_survived_as_pdu(octets in proptest::collection::vec(any::<u8>(), 14..180)) {
        let text: String = octets.iter().flat_map(|octet| [octet >> 4, octet & 15]).filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect();
        survives(text.as_bytes());
    }

    #[test]
    fn any_archived_string_is_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = intake::attributed_text(&[b"NSString\x01\x94\x84\x01\x2b".as_slice(), &bytes].concat());
    }
}
