//! Databases: Android's with vendors' columns, Huawei's, Apple's, and hostile ones.

use std::fs;
use std::path::{Path, PathBuf};

use intake::{Direction, Error, Format, Reason, Service, Warning};
use rusqlite::Connection;

use crate::{bodies, folder, options, read_with};

fn database(folder: &Path, sql: &str) -> PathBuf {
    let path = folder.join("database");
    Connection::open(&path).expect("it can be made").execute_batch(sql).expect("the statements run");
    path
}

#[test]
fn android_with_vendors_columns_is_read() {
    let folder = folder("android-db");
    let path = database(
        &folder,
        "CREATE TABLE sms(_id INTEGER PRIMARY KEY, address TEXT, date INTEGER, date_sent INTEGER DEFAULT 0, type INTEGER, body TEXT, sub_id INTEGER DEFAULT -1, mx_status INTEGER, block_type INTEGER);
         INSERT INTO sms VALUES(7,'95588',1721877010000,1721877009000,1,'账单已出',1,0,0),(8,'13800000000',1721877010000,0,2,'好的',-1,0,0),(9,'95588',1,0,1,NULL,1,0,0);
         CREATE TABLE pdu(_id INTEGER PRIMARY KEY, date INTEGER, msg_box INTEGER); CREATE TABLE part(mid INTEGER, seq INTEGER, ct TEXT, text TEXT); CREATE TABLE addr(msg_id INTEGER, type INTEGER, address TEXT);
         INSERT INTO pdu VALUES(1,1721877010,1); INSERT INTO part VALUES(1,-1,'application/smil','x'),(1,0,'text/plain','彩信'),(1,1,'image/png',NULL); INSERT INTO addr VALUES(1,137,'10658000'),(1,151,'insert-address-token');
         CREATE TABLE spam_sms(_id INTEGER PRIMARY KEY, address TEXT, date INTEGER, type INTEGER, body TEXT); INSERT INTO spam_sms VALUES(1,'1700000','1721877010000',1,'贷款');",
    );
    let (format, sink) = read_with(&path, &options(&folder)).expect("it can be read");
    assert_eq!(format, Format::Database);
    assert_eq!(bodies(&sink), ["账单已出", "好的", "贷款", "彩信"]);
    assert_eq!(sink.records[1].message.direction, Direction::Sent);
    assert_eq!(sink.records[3].message.service, Service::Mms);
    assert_eq!(sink.records[3].message.party.as_deref(), Some("10658000"));
    assert_eq!(sink.records[0].position.to_string(), "sms:row 7");
    assert_eq!(sink.skipped[0].reason, Reason::Empty);
    assert_eq!(sink.warnings, [Warning::NoServiceNumbers], "a Xiaomi database without a 106 number");
    assert_eq!(fs::read_dir(folder.join("scratch")).expect("it is there").count(), 0, "the copy is gone");
}

#[test]
fn huawei_and_harmony_tables_are_read() {
    let folder = folder("huawei-db");
    let path = database(
        &folder,
        "CREATE TABLE sms_tb(group_id, date, address, read, date_sent, sub_id, type, body, service_center); INSERT INTO sms_tb VALUES(1,1721877010000,'106900001111',1,0,0,1,'账单已出','');
         CREATE TABLE sms_mms_info(msg_id, slot_id, receiver_number, sender_number, is_sender, start_time TEXT, msg_content); INSERT INTO sms_mms_info VALUES(1,0,'','95588',0,'1721877010','鸿蒙'),(2,0,'138','',1,'1721877010','回复');",
    );
    let (_, sink) = read_with(&path, &options(&folder)).expect("it can be read");
    assert_eq!(bodies(&sink), ["账单已出", "鸿蒙", "回复"]);
    assert_eq!(sink.records[2].message.direction, Direction::Sent);
    assert_eq!(sink.records[2].message.party.as_deref(), Some("138"));
}

fn apple(text: &str) -> Vec<u8> {
    let mut blob = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x08NSString\x01\x94\x84\x01+".to_vec();
    blob.push(0x81);
    blob.extend(u16::try_from(text.len()).expect("it is short").to_le_bytes());
    blob.extend(text.as_bytes());
    blob.extend(b"\x86\x84");
    blob
}

#[test]
fn an_ios_backup_folder_is_read() {
    let folder = folder("ios");
    let name = "3d0d7e5fb2ce288813306e4d4636395e047a3d28";
    fs::create_dir_all(folder.join("backup/3d")).expect("it can be made");
    let manifest = Connection::open(folder.join("backup/Manifest.db")).expect("it can be made");
    manifest.execute_batch(&format!("CREATE TABLE Files(fileID TEXT, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB); INSERT INTO Files VALUES('{name}','HomeDomain','Library/SMS/sms.db',1,NULL);")).expect("it runs");
    let messages = Connection::open(folder.join("backup/3d").join(name)).expect("it can be made");
    messages.execute_batch("CREATE TABLE handle(ROWID INTEGER PRIMARY KEY, id TEXT); INSERT INTO handle VALUES(1,'+8695588'),(2,'loan@example.com');
        CREATE TABLE message(ROWID INTEGER PRIMARY KEY, text TEXT, attributedBody BLOB, handle_id INTEGER, service TEXT, date INTEGER, is_from_me INTEGER, associated_message_type INTEGER DEFAULT 0, item_type INTEGER DEFAULT 0, cache_has_attachments INTEGER DEFAULT 0);
        INSERT INTO message(text,handle_id,service,date,is_from_me) VALUES('账单已出',1,'SMS',743569810000000000,0),('旧的',1,'SMS',743569810,1); INSERT INTO message(text,associated_message_type,date,is_from_me) VALUES('喜欢',2001,0,0);").expect("it runs");
    let long = "借".repeat(60);
    messages.execute("INSERT INTO message(attributedBody,handle_id,service,date,is_from_me) VALUES(?1,2,'iMessage',743569810000000000,0)", [apple(&long)]).expect("it runs");
    drop((manifest, messages));
    let (format, sink) = read_with(&folder.join("backup"), &options(&folder)).expect("it can be read");
    assert_eq!(format, Format::IosBackup);
    assert_eq!(bodies(&sink), ["账单已出", "旧的", long.as_str()]);
    assert!(sink.records.iter().all(|record| record.message.time.map(|time| time.unix_ms) == Some(1_721_877_010_000)));
    assert_eq!(sink.records[2].message.service, Service::Imessage);
    assert_eq!(sink.records[2].message.party.as_deref(), Some("loan@example.com"));
    assert_eq!(sink.skipped.len(), 1);
    fs::write(folder.join("backup/Manifest.db"), b"not a database, but encrypted").expect("it can be written");
    assert!(matches!(read_with(&folder.join("backup"), &options(&folder)), Err(Error::PasswordNeeded)));
}

#[test]
fn a_view_in_the_place_of_a_table_is_refused() {
    let folder = folder("view-db");
    let path = database(
        &folder,
        "CREATE VIEW sms AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r) SELECT n AS _id, 'x' AS body FROM r;",
    );
    assert!(matches!(read_with(&path, &options(&folder)), Err(Error::Database { .. })));
}

#[test]
fn a_damaged_database_is_refused() {
    let folder = folder("damaged-db");
    let path = database(
        &folder,
        "CREATE TABLE sms(_id INTEGER PRIMARY KEY, body TEXT); INSERT INTO sms(body) SELECT hex(randomblob(2000)) FROM (SELECT 1 UNION SELECT 2 UNION SELECT 3);",
    );
    let mut bytes = fs::read(&path).expect("it can be read");
    for byte in bytes.iter_mut().skip(100) {
        *byte ^= 0x5A;
    }
    fs::write(&path, bytes).expect("it can be written");
    assert!(matches!(read_with(&path, &options(&folder)), Err(Error::Database { .. })));
    let other = folder.join("other");
    drop(Connection::open(&other).expect("it can be made").execute_batch("CREATE TABLE notes(text)"));
    assert!(matches!(read_with(&other, &options(&folder)), Err(Error::Unsupported { .. })));
}
