//! Encrypted backup folders: iPhone's with its key bag, Huawei's. Both are made here, by the steps that the readers undo.

use std::fs;
use std::path::{Path, PathBuf};

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockEncryptMut, KeyIvInit, StreamCipher};
use aes_gcm::aead::Aead;
use aes_gcm::aead::generic_array::typenum::U16;
use aes_gcm::{AesGcm, KeyInit};
use aes_kw::KekAes256;
use intake::{Error, Format, Options};
use plist::{Dictionary, Uid, Value};
use rusqlite::Connection;

use crate::{bodies, folder, options, read_with};

const NAME: &str = "3d0d7e5fb2ce288813306e4d4636395e047a3d28";
const PASSWORD: &str = "密码123";

fn with_password(folder: &Path, password: &str) -> Options {
    Options { password: Some(password.to_owned()), ..options(folder) }
}

fn database(path: &Path, sql: &str) -> Vec<u8> {
    Connection::open(path).expect("it can be made").execute_batch(sql).expect("the statements run");
    let bytes = fs::read(path).expect("it can be read");
    fs::remove_file(path).expect("it was there");
    bytes
}

fn field(name: &str, value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(value.len()).expect("short").to_be_bytes();
    [name.as_bytes(), &length, value].concat()
}

fn number(name: &str, value: u32) -> Vec<u8> {
    field(name, &value.to_be_bytes())
}

fn wrapped(key: [u8; 32], secret: [u8; 32]) -> [u8; 40] {
    let mut wrapped = [0; 40];
    KekAes256::from(key).wrap(&secret, &mut wrapped).expect("it is wrapped");
    wrapped
}

fn encrypted(key: [u8; 32], plain: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<aes::Aes256>::new(&key.into(), &[0; 16].into()).encrypt_padded_vec_mut::<Pkcs7>(plain)
}

/// A backup as iOS 10.2 and later make it, with few rounds.
fn iphone(name: &str, rounds: u32) -> PathBuf {
    let folder = folder(name);
    let backup = folder.join("backup");
    fs::create_dir_all(backup.join("3d")).expect("it can be made");
    let (class, list, file) = ([3; 32], [5; 32], [7; 32]);
    let long = pbkdf2::pbkdf2_hmac_array::<sha2::Sha256, 32>(PASSWORD.as_bytes(), b"long salt", 10);
    let key = pbkdf2::pbkdf2_hmac_array::<sha1::Sha1, 32>(&long, b"short salt", 3);
    let head = [
        number("VERS", 5),
        number("TYPE", 1),
        field("UUID", &[1; 16]),
        field("SALT", b"short salt"),
        number("ITER", 3),
        field("DPSL", b"long salt"),
        number("DPIC", rounds),
    ];
    let by_password =
        [field("UUID", &[2; 16]), number("CLAS", 3), number("WRAP", 2), field("WPKY", &wrapped(key, class))];
    let by_phone = [field("UUID", &[3; 16]), number("CLAS", 9), number("WRAP", 1), field("WPKY", &[0; 40])];
    let bag = [head.concat(), by_password.concat(), by_phone.concat()].concat();
    let mut manifest = Dictionary::new();
    manifest.insert("IsEncrypted".to_owned(), Value::Boolean(true));
    manifest.insert("BackupKeyBag".to_owned(), Value::Data(bag));
    let manifest_key = [&3_u32.to_le_bytes()[..], &wrapped(class, list)].concat();
    manifest.insert("ManifestKey".to_owned(), Value::Data(manifest_key));
    Value::Dictionary(manifest).to_file_binary(backup.join("Manifest.plist")).expect("written");

    let messages = database(
        &folder.join("plain"),
        "CREATE TABLE handle(ROWID INTEGER PRIMARY KEY, id TEXT); INSERT INTO handle VALUES(1,'+8695588');
         CREATE TABLE message(ROWID INTEGER PRIMARY KEY, text TEXT, attributedBody BLOB, handle_id INTEGER, service TEXT, date INTEGER, is_from_me INTEGER);
         INSERT INTO message(text,handle_id,service,date,is_from_me) VALUES('账单已出',1,'SMS',743569810000000000,0);",
    );
    let archive = archive(&messages, &[&3_u32.to_le_bytes()[..], &wrapped(class, file)].concat());
    fs::write(backup.join("3d").join(NAME), encrypted(file, &messages)).expect("written");
    let path = folder.join("plain");
    let connection = Connection::open(&path).expect("it can be made");
    connection
        .execute_batch("CREATE TABLE Files(fileID TEXT, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB)")
        .expect("it runs");
    let sql = "INSERT INTO Files VALUES(?1, 'HomeDomain', 'Library/SMS/sms.db', 1, ?2)";
    connection.execute(sql, rusqlite::params![NAME, archive]).expect("it runs");
    drop(connection);
    fs::write(backup.join("Manifest.db"), encrypted(list, &fs::read(&path).expect("read"))).expect("written");
    folder
}

/// The keyed archive that the list of files holds for a file.
fn archive(messages: &[u8], key: &[u8]) -> Vec<u8> {
    let dictionary = |pairs: Vec<(&str, Value)>| {
        Value::Dictionary(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    };
    let root = dictionary(vec![
        ("Size", Value::from(messages.len() as u64)),
        ("ProtectionClass", Value::from(3_u64)),
        ("EncryptionKey", Value::Uid(Uid::new(2))),
    ]);
    let data = dictionary(vec![("NS.data", Value::Data(key.to_vec()))]);
    let archive = dictionary(vec![
        ("$objects", Value::Array(vec![Value::from("$null"), root, data])),
        ("$top", dictionary(vec![("root", Value::Uid(Uid::new(1)))])),
    ]);
    let mut bytes = Vec::new();
    archive.to_writer_binary(&mut bytes).expect("written");
    bytes
}

#[test]
fn an_encrypted_iphone_backup_is_read_with_its_password() {
    let folder = iphone("ios-encrypted", 10);
    let backup = folder.join("backup");
    let (format, sink) = read_with(&backup, &with_password(&folder, PASSWORD)).expect("it can be read");
    assert_eq!((format, bodies(&sink)), (Format::IosBackup, vec!["账单已出"]));
    assert_eq!(sink.records[0].message.party.as_deref(), Some("+8695588"));
    assert!(matches!(read_with(&backup, &with_password(&folder, "wrong")), Err(Error::PasswordWrong)));
    assert!(matches!(read_with(&backup, &options(&folder)), Err(Error::PasswordNeeded)));
    assert_eq!(fs::read_dir(folder.join("scratch")).expect("it is there").count(), 0, "nothing decrypted stays");
}

#[test]
fn a_key_bag_that_is_cut_or_asks_for_endless_work_is_refused() {
    let folder = iphone("ios-hostile", u32::MAX);
    let outcome = read_with(&folder.join("backup"), &with_password(&folder, PASSWORD));
    assert!(matches!(outcome, Err(Error::Archive { .. })), "{outcome:?}");
    let folder = iphone("ios-cut", 10);
    let place = folder.join("backup/Manifest.plist");
    let whole = fs::read(&place).expect("read");
    for length in [0, 10, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        fs::write(&place, &whole[..length]).expect("written");
        assert!(read_with(&folder.join("backup"), &with_password(&folder, PASSWORD)).is_err(), "{length}");
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |part: u8| char::from_digit(u32::from(part), 16).expect("a digit");
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn huawei(name: &str) -> PathBuf {
    let folder = folder(name);
    let backup = folder.join("backup");
    fs::create_dir_all(&backup).expect("it can be made");
    let derived = |key: &[u8], salt: &[u8]| pbkdf2::pbkdf2_hmac_array::<sha2::Sha256, 32>(key, salt, 5_000);
    let (key, salt, nonce, check_salt, file_salt, start) =
        ([9_u8; 32], [1_u8; 16], [2_u8; 16], [3_u8; 32], [4_u8; 32], [5_u8; 16]);
    let opener = AesGcm::<aes::Aes256, U16>::new(&derived(PASSWORD.as_bytes(), &salt).into());
    let wrapped = opener.encrypt(&nonce.into(), &key[..]).expect("it is wrapped");
    let info = format!(
        r#"<?xml version="1.0"?><info.xml><row table="BackupFilesTypeInfo"><column name="e_perbackupkey"><value String="{}"/></column><column name="pwkey_salt"><value String="{}"/></column><column name="type_attch"><value Integer="3"/></column><column name="checkMsg"><value String="{}"/></column></row><row table="BackupFileModuleInfo"><column name="encMsgV3"><value String="ab"/></column><column name="name"><value String="contact"/></column></row><row table="BackupFileModuleInfo"><column name="encMsgV3"><value String="{}"/></column><column name="name"><value String="sms"/></column></row></info.xml>"#,
        hex(&wrapped),
        hex(&[salt, nonce].concat()),
        hex(&[derived(&key, &check_salt), check_salt].concat()),
        hex(&[&file_salt[..], &start].concat()),
    );
    fs::write(backup.join("info.xml"), info).expect("written");
    let mut messages = database(
        &folder.join("plain"),
        "CREATE TABLE sms_tb(group_id, date, address, read, date_sent, sub_id, type, body, service_center);
         INSERT INTO sms_tb VALUES(1,1721877010000,'106900001111',1,0,0,1,'账单已出','');",
    );
    let counter = ctr::Ctr128BE::<aes::Aes256>::new_from_slices(&derived(&key, &file_salt), &start);
    counter.expect("lengths fit").apply_keystream(&mut messages);
    fs::write(backup.join("sms.db"), messages).expect("written");
    folder
}

#[test]
fn an_encrypted_huawei_backup_is_read_with_its_password() {
    let folder = huawei("huawei");
    let backup = folder.join("backup");
    let (format, sink) = read_with(&backup, &with_password(&folder, PASSWORD)).expect("it can be read");
    assert_eq!((format, bodies(&sink)), (Format::HuaweiBackup, vec!["账单已出"]));
    assert!(matches!(read_with(&backup, &with_password(&folder, "wrong")), Err(Error::PasswordWrong)));
    assert!(matches!(read_with(&backup, &options(&folder)), Err(Error::PasswordNeeded)));
    assert_eq!(fs::read_dir(folder.join("scratch")).expect("it is there").count(), 0, "nothing decrypted stays");
    fs::write(backup.join("info.xml"), "<info.xml><row table=\"BackupFilesTypeInfo\">").expect("written");
    let plain = folder.join("plain");
    let messages = database(
        &plain,
        "CREATE TABLE sms_tb(address, date, type, body); INSERT INTO sms_tb VALUES('95588',1721877010000,1,'没加密');",
    );
    let encrypted = fs::read(backup.join("sms.db")).expect("read");
    fs::write(backup.join("sms.db"), messages).expect("written");
    assert_eq!(bodies(&read_with(&backup, &options(&folder)).expect("what is plain needs no list").1), ["没加密"]);
    fs::write(backup.join("sms.db"), encrypted).expect("written");
    assert!(read_with(&backup, &with_password(&folder, PASSWORD)).is_err());
}
