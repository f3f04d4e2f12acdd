//! The reader from outside: pictures of `page/`, drawn by tools/screenshot, held to what they say; pictures of
//! `picture/` that are odd or broken.

use std::path::{Path, PathBuf};

use reader::{Direction, Error, Origin, Page, Picture, Reader};
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(folder("picture").join(name)).expect("a fixture")
}

/// Width of characters and blanks are no matter.
fn folded(text: &str) -> String {
    let fold = |c: char| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '“' | '”' => '"',
        _ => c,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(fold).collect()
}

fn held_to(page: &Page, truth: &Value) {
    let messages = truth["messages"].as_array().expect("messages");
    assert_eq!(page.messages.len(), messages.len(), "{truth}");
    for (read, wanted) in page.messages.iter().zip(messages) {
        assert_eq!(folded(&read.text), folded(wanted["text"].as_str().expect("text")));
        let is_received = wanted["direction"] == "received";
        assert_eq!(read.direction == Direction::Received, is_received, "{}", read.text);
        let moment = read.time.as_ref().and_then(|time| time.moment).map(|moment| moment.to_string());
        assert_eq!(moment.as_deref().and_then(|moment| moment.get(..16)), wanted["time"].as_str(), "{}", read.text);
        if let Some(sender) = wanted["sender"].as_str() {
            let said = read.sender.clone().unwrap_or_default();
            let is_number = sender.bytes().all(|byte| byte.is_ascii_digit());
            let got = if is_number { said.number } else { said.name };
            assert_eq!(got.as_deref(), Some(sender), "{}", read.text);
        }
        for doubt in &read.doubts {
            let [from, to] = doubt.span.map(|end| end as usize);
            assert!(read.text.get(from..to).is_some_and(|text| !text.is_empty()));
        }
    }
}

#[test]
fn pages_are_read_as_they_are() {
    let reader = Reader::new(std::num::NonZeroUsize::MIN).expect("the models");
    let mut count = 0;
    for entry in std::fs::read_dir(folder("page")).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let truth: Value = serde_json::from_slice(&std::fs::read(&path).expect("truth")).expect("JSON");
        let name = truth["picture"].as_str().expect("a name");
        let picture = std::fs::read(path.with_file_name(name)).expect("a picture");
        let page = reader.read(&picture, &Origin { file_name: Some(name), captured: None }).expect("a page");
        held_to(&page, &truth);
        count += 1;
    }
    assert_eq!(count, 5);
}

#[test]
fn what_has_no_text_is_said_to_have_none() {
    let reader = Reader::new(std::num::NonZeroUsize::MIN).expect("the models");
    for name in ["cmyk.jpg", "sixteen-bit.png", "clear.png", "still.webp", "turned.jpg"] {
        assert_eq!(reader.read(&bytes(name), &Origin::default()), Err(Error::NoText), "{name}");
    }
}

#[test]
fn odd_pictures_are_decoded() {
    let colour = |name: &str| Picture::decode(&bytes(name)).expect(name).pixels.get_pixel(20, 20).0;
    let near = |one: [u8; 3], other: [u8; 3]| one.iter().zip(other).all(|(one, other)| one.abs_diff(other) < 12);
    assert!(near(colour("cmyk.jpg"), [200, 30, 40]), "{:?}", colour("cmyk.jpg"));
    assert!(near(colour("sixteen-bit.png"), [156; 3]), "{:?}", colour("sixteen-bit.png"));
    assert_eq!(colour("clear.png"), [255; 3], "what is transparent is white");
    assert!(near(colour("still.webp"), [200, 30, 40]));
}

#[test]
fn a_photo_is_turned_as_its_camera_says() {
    let picture = Picture::decode(&bytes("turned.jpg")).expect("a picture");
    assert_eq!((picture.width, picture.height), (48, 80));
    assert!(picture.pixels.get_pixel(24, 4).0[0] < 60, "the left of the sensor is the top of the picture");
}

#[test]
fn animated_pictures_are_refused() {
    for name in ["animated.png", "animated.webp"] {
        assert_eq!(Picture::decode(&bytes(name)).err(), Some(Error::Animated), "{name}");
    }
}

#[test]
fn other_kinds_are_named() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    assert_eq!(Picture::decode(&heic).err(), Some(Error::Unsupported { kind: "HEIC" }));
    assert_eq!(Picture::decode(b"GIF89a\x01\0\x01\0").err(), Some(Error::Unsupported { kind: "GIF" }));
    for bytes in [&b""[..], b"hello", b"%PDF-1.7", b"\x89PNG"] {
        assert_eq!(Picture::decode(bytes).err(), Some(Error::NotAPicture));
    }
}

#[test]
fn a_cut_picture_is_damaged_wherever_it_was_cut() {
    for name in ["cmyk.jpg", "sixteen-bit.png", "still.webp", "turned.jpg"] {
        let whole = bytes(name);
        for end in (16..whole.len()).step_by(7) {
            let cut = whole.get(..end).unwrap_or_default();
            // Some decoders give what they have; none may panic, and the reader finds nothing in it.
            let _ = Picture::decode(cut);
        }
        assert!(Picture::decode(whole.get(..20).unwrap_or_default()).is_err(), "{name}");
    }
}

/// A PNG whose head claims a size that its few bytes do not hold.
fn claims(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    let sum = crc(bytes.get(12..).unwrap_or_default());
    bytes.extend(sum.to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum: u32, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    for (width, height) in [(30_000, 30_000), (65_535, 1_000), (0x7fff_ffff, 0x7fff_ffff), (100, 200_000)] {
        let error = Picture::decode(&claims(width, height)).err();
        assert!(matches!(error, Some(Error::TooManyPixels { .. } | Error::Damaged)), "{width} {height} {error:?}");
    }
    assert!(matches!(Picture::decode(&claims(10, 2_000)).err(), Some(Error::TooFewPixels { .. })));
    let mut large = b"\x89PNG\r\n\x1a\n".to_vec();
    large.resize(reader::MOST_BYTES + 1, 0);
    assert!(matches!(Picture::decode(&large).err(), Some(Error::TooManyBytes { .. })));
}
