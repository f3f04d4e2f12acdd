//! The shared samples, read as their notes say; where the folder is not there, that is said.

use std::fs;
use std::path::PathBuf;

use intake::{Collected, Direction, Format, Reason, Service};

use crate::{bodies, folder, options, read_with};

fn samples() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("the shared samples are not beside this repository: not tested");
    None
}

fn sample(name: &str) -> Option<(Format, Collected)> {
    let path = samples()?.join(name);
    let folder = folder(&format!("sample-{}", name.replace('/', "-")));
    Some(read_with(&path, &options(&folder)).expect("the sample can be read"))
}

#[test]
fn synctech_exports_give_what_is_complete() {
    let Some((format, small)) = sample("synctech_xml/devadvance_sms_small.xml") else { return };
    assert_eq!(format, Format::SyncTechXml);
    assert_eq!((small.records.len(), small.skipped.len()), (12, 0));
    let first = &small.records[0].message;
    assert_eq!(first.time.map(|time| time.unix_ms), Some(1_512_226_167_463));
    assert_eq!(first.sent.map(|time| time.unix_ms), Some(1_512_226_166_000));

    let (_, pictures) = sample("synctech_xml/devadvance_sample_mms.xml").expect("it is there");
    assert_eq!(pictures.records.len(), 4);
    assert!(pictures.records.iter().all(|record| record.message.service == Service::Mms));
    assert_eq!(pictures.records[0].message.body, "Here is an image attachment");
    assert_eq!(pictures.records[0].message.attachments, 1);

    let (_, corrupt) = sample("synctech_xml/devadvance_corrupt_attachments.xml").expect("it is there");
    assert_eq!(corrupt.records.len(), 2);

    let (_, doubles) = sample("synctech_xml/fkleon_sms-dupes.xml").expect("it is there");
    assert_eq!(doubles.records.len(), 8);

    let (_, invalid) = sample("synctech_xml/fkleon_invalidSms.xml").expect("it is there");
    assert_eq!((invalid.records.len(), invalid.skipped.len()), (1, 1));
    assert_eq!(invalid.records[0].message.party.as_deref(), Some("Google"));
    assert_eq!(invalid.skipped[0].reason, Reason::Empty);

    let (_, mixed) = sample("synctech_xml/fkleon_sms-and-mms.xml").expect("it is there");
    assert_eq!(bodies(&mixed), ["Klar ", "Where is Santa Clause?"]);
    assert_eq!(mixed.records[1].message.direction, Direction::Sent);
    assert_eq!(mixed.records[1].message.time.map(|time| time.unix_ms), Some(1_389_027_620_000));
    assert_eq!(mixed.skipped.len(), 1, "the picture without text is told");

    let (_, edges) = sample("synctech_xml/shruggie_edge_cases.xml").expect("it is there");
    assert_eq!(edges.records.len(), 2);
    assert_eq!(edges.records[1].message.body, "Hello 🌍 — this has «special» chars & symbols < > \" '");
    assert_eq!(edges.skipped.len(), 2, "an empty text and a message without parts");
}

#[test]
fn a_text_archived_by_apple_is_read_whole() {
    let Some(samples) = samples() else { return };
    let text = |name: &str| {
        let blob = fs::read(samples.join("typedstream").join(name)).expect("the sample can be read");
        intake::attributed_text(&blob)
    };
    assert_eq!(text("LongMessage.bin").map(|text| text.len()), Some(2359));
    assert_eq!(text("AttributedBodyTextOnly.bin").as_deref(), Some("Noter test"));
    assert_eq!(text("Blank.bin").as_deref(), Some(""));
    assert_eq!(text("EmojiBoldUnderline.bin").as_deref(), Some("🅱️Bold_Underline"));
    assert!(text("Attachment.bin").is_some_and(|text| text.starts_with('\u{fffc}')));
    assert!(text("URLMessage.bin").is_some_and(|text| text.starts_with("https:")));
    assert!(text("PhoneNumber.bin").is_some_and(|text| text.starts_with("What a")));
    assert!(text("Currency.bin").is_some_and(|text| text.ends_with("100 USD")));
    assert!(text("35123.bin").is_some_and(|text| text.starts_with("012345")));
}

#[test]
fn an_android_database_without_rows_is_read() {
    let Some((format, sink)) = sample("mmssms_db/teleshoes_android5_empty_mmssms.db") else { return };
    assert_eq!(format, Format::Database);
    assert_eq!((sink.records.len(), sink.skipped.len()), (0, 0));
}

#[test]
fn vmsg_of_a_real_phone_is_read() {
    let Some((format, sink)) = sample("vmsg/mtk_sms_utf8_emoji_REDACTED.vmsg") else { return };
    assert_eq!(format, Format::Vmsg);
    assert_eq!((sink.records.len(), sink.skipped.len()), (30, 0));
    let first = &sink.records[0].message;
    assert!(first.body.ends_with("😍💗 ") || first.body.ends_with("😍💗"), "{:?}", first.body);
    assert!(!sink.records.iter().any(|record| record.message.body.contains('\u{fffd}')));
    assert_eq!(first.direction, Direction::Sent);
    assert_eq!(first.time.map(|time| time.unix_ms), Some(1_548_143_698_000));
}

#[test]
fn modem_dumps_give_messages_or_reasons() {
    let Some(samples) = samples() else { return };
    let (mut records, mut skipped) = (0, 0);
    for entry in fs::read_dir(samples.join("pdu/at")).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.extension().is_some_and(|extension| extension == "dump") {
            let folder = folder(&format!("pdu-{}", path.file_name().expect("it has a name").display()));
            let (format, sink) = read_with(&path, &options(&folder)).expect("it can be read");
            assert_eq!(format, Format::Pdu, "{}", path.display());
            assert_eq!(sink.records.len() + sink.skipped.len(), 1, "{}", path.display());
            records += sink.records.len();
            skipped += sink.skipped.len();
        }
    }
    assert_eq!(records + skipped, 18);
    assert!(records >= 9, "{records} read, {skipped} skipped");
    let (_, chinese) = sample("pdu/smspdudecoder_zh_ucs2_truncated.hex").expect("it is there");
    let first = &chinese.records[0].message;
    assert!(first.body.starts_with("好烦"), "{:?}", first.body);
    assert_eq!(first.time.map(|time| time.zone), Some(intake::Zone::Stated(480)));
}

#[test]
fn a_truncated_export_says_where_it_ends() {
    let Some(samples) = samples() else { return };
    let whole = fs::read(samples.join("synctech_xml/devadvance_sample_mms.xml")).expect("it can be read");
    let folder = folder("truncated");
    let path = folder.join("cut.xml");
    fs::write(&path, &whole[..whole.len() * 3 / 5]).expect("it can be written");
    let (_, sink) = read_with(&path, &options(&folder)).expect("it can be read");
    assert_eq!(sink.records.len(), 2);
    assert_eq!(sink.skipped.len(), 1);
    assert_eq!(sink.skipped[0].reason, Reason::Truncated);
}
