//! Archives: plain, deflated and encrypted Android backups, Xiaomi's, ZIP exports, and bombs.

use std::fs;
use std::io::Write;

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockEncryptMut, KeyIvInit};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use intake::{Error, Format, Options};

use crate::{bodies, folder, options, read_with};

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn tar(name: &str, content: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.set_size(content.len() as u64);
    header.set_mode(0o600);
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_data(&mut header, name, content).expect("memory takes it");
    builder.into_inner().expect("memory takes it")
}

fn android_tar() -> Vec<u8> {
    let json = r#"[{"self_phone":"","address":"95588","body":"账单已出","date":"1721877010000","date_sent":"1721877009000","status":"-1","type":"1","read":"1"},{"address":"13800000000","body":"好的","date":"1721877010000","type":"2"}]"#;
    tar("apps/com.android.providers.telephony/d_f/000000_sms_backup", &deflated(json.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

fn encrypted(tar: &[u8], password: &str) -> Vec<u8> {
    type Encryptor = cbc::Encryptor<aes::Aes256>;
    let (user_salt, check_salt, user_iv) = ([1_u8; 64], [2_u8; 64], [3_u8; 16]);
    let (master, iv): ([u8; 32], [u8; 16]) = ([0xC4; 32], [5; 16]);
    let text: String =
        master.iter().map(|byte| char::from_u32(0xFF00 + u32::from(*byte)).expect("it is one")).collect();
    let check = pbkdf2::pbkdf2_hmac_array::<sha1::Sha1, 32>(text.as_bytes(), &check_salt, 100);
    let key = pbkdf2::pbkdf2_hmac_array::<sha1::Sha1, 32>(password.as_bytes(), &user_salt, 100);
    let blob = [&[16], iv.as_slice(), &[32], &master, &[32], &check].concat();
    let blob = Encryptor::new(&key.into(), &user_iv.into()).encrypt_padded_vec_mut::<Pkcs7>(&blob);
    let body = Encryptor::new(&master.into(), &iv.into()).encrypt_padded_vec_mut::<Pkcs7>(&deflated(tar));
    let head = format!(
        "ANDROID BACKUP\n5\n1\nAES-256\n{}\n{}\n100\n{}\n{}\n",
        hex(&user_salt),
        hex(&check_salt),
        hex(&user_iv),
        hex(&blob)
    );
    [head.as_bytes(), &body].concat()
}

#[test]
fn android_backups_are_read_in_every_dress() {
    let folder = folder("android-backup");
    let path = folder.join("backup");
    let tar = android_tar();
    let plain = [b"ANDROID BACKUP\n5\n0\nnone\n".as_slice(), &tar].concat();
    let packed = [b"ANDROID BACKUP\n5\n1\nnone\n".as_slice(), &deflated(&tar)].concat();
    let secret = Options { password: Some("密码123".to_owned()), ..options(&folder) };
    for (bytes, options) in
        [(plain, options(&folder)), (packed, options(&folder)), (encrypted(&tar, "密码123"), secret)]
    {
        fs::write(&path, bytes).expect("it can be written");
        let (format, sink) = read_with(&path, &options).expect("it can be read");
        assert_eq!((format, bodies(&sink)), (Format::AndroidBackup, vec!["账单已出", "好的"]));
    }
    assert!(matches!(read_with(&path, &options(&folder)), Err(Error::PasswordNeeded)));
    let wrong = Options { password: Some("wrong".to_owned()), ..options(&folder) };
    assert!(matches!(read_with(&path, &wrong), Err(Error::PasswordWrong)));
    fs::write(&path, b"ANDROID BACKUP\n5\n0\n").expect("it can be written");
    assert!(matches!(read_with(&path, &options(&folder)), Err(Error::Archive { .. })));
}

fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    [
        &[
            number << 3 | 2,
            u8::try_from(bytes.len() & 0x7F).expect("it is small") | 0x80,
            u8::try_from(bytes.len() >> 7).expect("it is small"),
        ],
        bytes,
    ]
    .concat()
}

#[test]
fn a_xiaomi_backup_is_read_and_its_gaps_are_told() {
    let folder = folder("xiaomi");
    let path = folder.join("backup");
    let sms = [
        field(4, b"95588"),
        field(6, "账单已出".as_bytes()),
        vec![3 << 3, 1, 7 << 3, 0x90, 0xF2, 0xCB, 0xFA, 0x8E, 0x32],
    ]
    .concat();
    let payload = field(4, &field(1, &sms));
    let bytes = [
        b"MIUI BACKUP\n2\ncom.android.mms \xe7\x9f\xad\xe4\xbf\xa1\n1\n0\nANDROID BACKUP\n5\n0\nnone\n".as_slice(),
        &tar("apps/com.android.mms/miui_bak/_tmp_bak", &payload),
    ]
    .concat();
    fs::write(&path, bytes).expect("it can be written");
    let (format, sink) = read_with(&path, &options(&folder)).expect("it can be read");
    assert_eq!((format, bodies(&sink)), (Format::XiaomiBackup, vec!["账单已出"]));
    assert_eq!(sink.records[0].message.time.map(|time| time.unix_ms / 1_000_000_000), Some(1_722));
    assert_eq!(sink.warnings, [intake::Warning::NoServiceNumbers]);
    let inner = encrypted(&tar("apps/com.android.mms/miui_bak/_tmp_bak", &payload), "密码123");
    let secret = Options { password: Some("密码123".to_owned()), ..options(&folder) };
    let wrong = Options { password: Some("wrong".to_owned()), ..options(&folder) };
    for head in ["1\ncheck\n", "21\ncheck\n0\n"] {
        let bytes = [b"MIUI BACKUP\n2\ncom.android.mms\n1\n", head.as_bytes(), &inner].concat();
        fs::write(&path, bytes).expect("it can be written");
        let (_, sink) = read_with(&path, &secret).expect("it can be read");
        assert_eq!(bodies(&sink), ["账单已出"]);
        assert!(matches!(read_with(&path, &options(&folder)), Err(Error::PasswordNeeded)));
        assert!(matches!(read_with(&path, &wrong), Err(Error::PasswordWrong)));
    }
    for (kind, expected) in [("1\nx\n", "archive"), ("7\n", "unknown")] {
        fs::write(&path, format!("MIUI BACKUP\n2\ncom.android.mms\n1\n{kind}")).expect("it can be written");
        let error = read_with(&path, &options(&folder)).expect_err("it is cut short or unknown");
        assert_eq!(matches!(error, Error::Archive { .. }), expected == "archive", "{error}");
    }
}

/// Written by libsodium: three rounds over 64 KiB in pieces of 64 bytes, the memory stated in bytes; one round over the
/// same in one piece, the memory stated in KiB.
const ENCRYPTED_EXPORTS: [&str; 2] = [
    "U1NFRgD/AAEAAAADAAEAAAABAgMEBQYHCAkKCwwNDg8AAABA5wvPQnqoGE0j933YUm5OAgSZudOriv0An/soERF6gqjOnuZ5TrlJXrhyp5F/5EIxCm7Ae2nSmc3JXzOCrVOR62pbxZh8IovdVQDSXrD/pcWs3V6zc3iofU5DmklwNUexus6csXj/gU3ylzov1whEW8DogvwxcYAe8eUYbLXVS5A4vlViYSQekvy5LL4Xd+9BU1X1bWT3EqeR8Jqk50SAwhA1RgkSN8AAfKamcDWs2eDIEqjaAZe+YykEuFNUyLz0erOPdGpFILAaMAtEwYbvHl5aHDYGO/Bc6IxoHkj0E9oMEElvWDidNIraMJgAYg==",
    "U1NFRgD/AAEAAAABAAAAQAABAgMEBQYHCAkKCwwNDg8AABAA3PzN0r3m8GKRf/1aFuOfbn+1g3mY2hcZp9l0Mcg9mrViQV6X0U2SqQOzhFxRBH61Q+Onhtaf5ZyzZRZGML/MRYDv4QQ3x/bNtmbAuCj12eOw3mTGTYM21oVSDiTVYKToWOVKcxvOp887i1N7OhKmbFeiGmgk9zNOqr1NKaeMJ7hbyq/6VkHO/SZrKPw7YzTcD5OoVAKyUvUWF0/IRU/4s7t7zpLDuG0FOTkvegwQtS3VBDSgGc/WFed4dmW8w8O9ZakqJSmkYvzZJwOc",
];

#[test]
fn an_encrypted_export_is_read_with_its_password() {
    let folder = folder("ssef");
    let path = folder.join("export");
    let secret = Options { password: Some("密码 1".to_owned()), ..options(&folder) };
    let wrong = Options { password: Some("密码 2".to_owned()), ..options(&folder) };
    for export in ENCRYPTED_EXPORTS {
        let bytes = BASE64_STANDARD.decode(export).expect("it is base64");
        fs::write(&path, &bytes).expect("it can be written");
        let (format, sink) = read_with(&path, &secret).expect("it can be read");
        assert_eq!((format, bodies(&sink)), (Format::Ssef, vec!["账单已出", "还款日是五号"]));
        assert!(sink.skipped.is_empty());
        assert!(matches!(read_with(&path, &options(&folder)), Err(Error::PasswordNeeded)));
        assert!(matches!(read_with(&path, &wrong), Err(Error::PasswordWrong)));
        fs::write(&path, bytes.get(..50).expect("it is longer")).expect("it can be written");
        assert!(matches!(read_with(&path, &secret), Err(Error::Archive { .. })));
        let endless = [bytes.get(..8).unwrap_or_default(), &[0xFF; 80]].concat();
        fs::write(&path, endless).expect("it can be written");
        assert!(matches!(read_with(&path, &secret), Err(Error::Archive { .. })), "endless work is refused");
    }
    let bytes = BASE64_STANDARD.decode(ENCRYPTED_EXPORTS[0]).expect("it is base64");
    // 60 bytes of head, pieces of 81: what stands before the damage is there, unless its array is cut within a message.
    let changed = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        bytes
    };
    let memory = [&bytes[..12], &[0xFF; 4], &bytes[16..]].concat();
    let rounds = [&bytes[..8], &[0xFF; 4], &bytes[12..]].concat();
    for bad in [memory, rounds, bytes[..70].to_vec()] {
        fs::write(&path, bad).expect("it can be written");
        assert!(matches!(read_with(&path, &secret), Err(Error::Archive { .. })));
    }
    fs::write(&path, changed(65)).expect("it can be written");
    assert!(matches!(read_with(&path, &secret), Err(Error::PasswordWrong)), "the first piece opens or does not");
    for damaged in [bytes[..bytes.len() - 20].to_vec(), changed(60 + 2 * 81 + 5), [bytes.as_slice(), b"more"].concat()]
    {
        fs::write(&path, damaged).expect("it can be written");
        let (_, sink) = read_with(&path, &secret).expect("what stands before the damage is read");
        assert!(bodies(&sink).contains(&"账单已出") && !sink.skipped.is_empty());
    }
    assert!(!secret.scratch.join("decrypted").exists(), "nothing decrypted is left behind");
}

pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory takes it");
        writer.write_all(content).expect("memory takes it");
    }
    writer.finish().expect("memory takes it").into_inner()
}

#[test]
fn exports_of_both_versions_are_read_from_their_zip() {
    let folder = folder("zip");
    let path = folder.join("export");
    let lines = "{\"_id\":\"1\",\"address\":\"95588\",\"date\":\"1721877010000\",\"type\":\"1\",\"body\":\"账单已出\",\"sub_id\":\"1\"}\n{\"_id\":\"2\",\"date\":\"1721877010\",\"msg_box\":\"1\",\"__sender_address\":{\"address\":\"10658000\",\"type\":\"137\"},\"__parts\":[{\"ct\":\"application/smil\"},{\"ct\":\"text/plain\",\"text\":\"彩信\"},{\"ct\":\"image/png\",\"_data\":\"/x/a.png\"}]}\n";
    fs::write(&path, zip(&[("messages.ndjson", lines.as_bytes()), ("data/a.png", b"\x89PNG")]))
        .expect("it can be written");
    let (format, sink) = read_with(&path, &options(&folder)).expect("it can be read");
    assert_eq!((format, bodies(&sink)), (Format::Zip, vec!["账单已出", "彩信"]));
    assert!(sink.records.iter().all(|record| record.message.time.map(|time| time.unix_ms) == Some(1_721_877_010_000)));
    assert_eq!(sink.records[1].message.party.as_deref(), Some("10658000"));
    assert_eq!(sink.records[0].position.to_string(), "messages.ndjson:line 1");
    let array = r#"[{"address":"95588","date":"1721877010000","type":"1","body":"旧版","display_name":"x"}]"#;
    fs::write(&path, array).expect("it can be written");
    let (_, sink) = read_with(&path, &options(&folder)).expect("it can be read");
    assert_eq!(bodies(&sink), ["旧版"]);
}

#[test]
fn a_bomb_is_refused_and_an_archive_in_an_archive_is_told() {
    let folder = folder("bomb");
    let path = folder.join("bomb");
    let line = format!("{{\"body\":\"{}\"}}\n", "a".repeat(1000));
    let inner = zip(&[("x.txt", b"x")]);
    fs::write(&path, zip(&[("messages.ndjson", line.repeat(150_000).as_bytes()), ("inner.zip", &inner)]))
        .expect("it can be written");
    assert!(matches!(read_with(&path, &options(&folder)), Err(Error::Io(_))), "150 MB out of less than a hundredth");
    fs::write(&path, zip(&[("inner.zip", &inner)])).expect("it can be written");
    assert!(matches!(read_with(&path, &options(&folder)), Err(Error::Unsupported { .. })));
    fs::write(&path, b"PK\x03\x04 nothing").expect("it can be written");
    assert!(matches!(read_with(&path, &options(&folder)), Err(Error::Archive { .. })));
}

/// A tar whose one member is so many noughts, deflated piece by piece.
fn backup_of_noughts(kind: tar::EntryType, size: u64) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_path("apps/x/d_f/noughts").expect("it is short");
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_cksum();
    let mut encoder = ZlibEncoder::new(b"ANDROID BACKUP\n5\n1\nnone\n".to_vec(), Compression::default());
    encoder.write_all(header.as_bytes()).expect("memory takes it");
    let piece = vec![0; 1 << 20];
    for _ in 0..size >> 20 {
        encoder.write_all(&piece).expect("memory takes it");
    }
    encoder.finish().expect("memory takes it")
}

#[test]
fn a_backup_that_unfolds_without_end_is_refused() {
    let folder = folder("tar-bomb");
    let path = folder.join("bomb");
    for kind in [tar::EntryType::Regular, tar::EntryType::GNULongName, tar::EntryType::XHeader] {
        let bomb = backup_of_noughts(kind, 300 << 20);
        assert!(bomb.len() < 1 << 20);
        fs::write(&path, bomb).expect("it can be written");
        assert!(read_with(&path, &options(&folder)).is_err(), "{kind:?}");
    }
}

fn zlib_level_nine(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

#[test]
fn members_that_unfold_once_more_share_one_bound() {
    let folder = folder("inner-bomb");
    let path = folder.join("bomb");
    let list = format!("[{}0]", "0,".repeat(4 << 20));
    let packed = zlib_level_nine(list.as_bytes());
    let mut builder = tar::Builder::new(Vec::new());
    for number in 0..40 {
        let mut header = tar::Header::new_ustar();
        header.set_size(packed.len() as u64);
        header.set_mode(0o600);
        let name = format!("apps/com.android.providers.telephony/d_f/{number:06}_sms_backup");
        builder.append_data(&mut header, name, packed.as_slice()).expect("memory takes it");
    }
    let tar = builder.into_inner().expect("memory takes it");
    let bomb = [b"ANDROID BACKUP\n5\n1\nnone\n".as_slice(), &zlib_level_nine(&tar)].concat();
    fs::write(&path, bomb).expect("it can be written");
    assert!(matches!(read_with(&path, &options(&folder)), Err(Error::Unsupported { .. })), "noughts are no messages");
    let line = format!("{{\"body\":\"{}\"}}\n", "x".repeat(4000)).repeat(1_000);
    let members: Vec<(String, &[u8])> = (0..40).map(|number| (format!("{number}.ndjson"), line.as_bytes())).collect();
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let bytes = zip(&members);
    assert!(bytes.len() * 300 < 40 * line.len(), "{} bytes", bytes.len());
    fs::write(&path, bytes).expect("it can be written");
    assert!(read_with(&path, &options(&folder)).is_err());
}
