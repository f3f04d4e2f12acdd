//! Masked files: nothing of what was said is in them, and as many messages are read from them as before.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use intake::{Collected, Error, Format};
use proptest::prelude::*;
use rusqlite::Connection;

use crate::{archive, folder, options, read_with, workbook};

/// What no masked file may hold, as text.
const SECRETS: &[&str] =
    &["张三", "李四", "13800138000", "欠款", "2000", "1721877010000", "2024-07-25", "hunter", "Smith"];

/// Masks a file; returns the masked one with how many messages are read before and after.
fn masked(folder: &Path, file: &str) -> Result<(Vec<u8>, [usize; 2]), Error> {
    let path = folder.join(file);
    let mut out = Vec::new();
    intake::redact_file(&path, &folder.join("scratch"), &mut out)?;
    let result = folder.join(format!("{file}-masked"));
    fs::write(&result, &out).expect("it can be written");
    let count = |path: &Path| {
        let mut sink = Collected::default();
        intake::read(path, &options(folder), &mut sink).expect("it can be read");
        sink.records.len()
    };
    let left = fs::read_dir(folder.join("scratch")).expect("it is there").count();
    assert_eq!(left, 0, "nothing is left behind");
    Ok((out, [count(&path), count(&result)]))
}

#[test]
fn texts_keep_their_structure_and_nothing_else() {
    let folder = folder("redact-texts");
    let rows = "号码,姓名,时间,短信内容\n13800138000,张三,2024-07-25 11:10:10,\"欠款2000元，\n李四先生\"\n";
    let utf16: Vec<u8> = std::iter::once(0xFEFF).chain(rows.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let long = format!("{{\"from\":\"13800138000\",\"text\":\"{}\"}}\n", "张三欠款\\n".repeat(4000));
    let lines = "{\"address\":\"13800138000\",\"date\":1721877010000,\"type\":2,\"body\":\"张三\\u6b20欠款 \\\"2000\\\"元\",\"extra\":{\"张三\":true,\"x\":[2000.5]}}\n";
    let xml = "<?xml version='1.0' encoding='UTF-8'?>\n<!-- 张三 13800138000 -->\n<smses count=\"1\"><sms address=\"13800138000\" date=\"1721877010000\" type=\"2\" body=\"张三\n欠款2000元，\nhunter=李四 &#24352;&#10;\" contact_name='Smith'/>\n<note>张三 hunter</note></smses>\n";
    let cases: &[(&str, &[u8], usize)] = &[
        ("lines.jsonl", lines.as_bytes(), 1),
        ("array.json", &format!("[{},{}]", lines.trim(), lines.trim()).into_bytes(), 2),
        ("long.jsonl", long.as_bytes(), 1),
        ("export.xml", xml.as_bytes(), 1),
        ("table.csv", rows.as_bytes(), 1),
        ("utf16.csv", &utf16, 1),
        ("query.txt", "Row: 0 _id=7, address=13800138000, date=1721877010000, type=1, body=张三, hunter=欠款2000元,\n李四, read=1\n".as_bytes(), 1),
        ("export.vmsg", "BEGIN:VMSG\nVERSION:1.1\nX-IRMC-STATUS:READ\nX-IRMC-BOX:INBOX\nBEGIN:VCARD\nVERSION:2.1\nTEL:13800138000\nEND:VCARD\nBEGIN:VENV\nBEGIN:VBODY\nX-BOX:INBOX\nX-READ:READ\nX-SIMID:0\nX-LOCKED:UNLOCKED\nX-TYPE:SMS\nDate:2024-07-25 11:10:10\nSubject;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E5=BC=A0=E4=B8=89 Smith\nEND:VBODY\nEND:VENV\nEND:VMSG\n".as_bytes(), 1),
        ("paste.txt", "13800138000\n张三欠款2000元，Smith\nSubId：1\n2024-07-25 11:10:10\n".as_bytes(), 1),
        ("form", "from=13800138000&text=%E5%BC%A0%E4%B8%89%E6%AC%A0%E6%AC%BE2000&type=1".as_bytes(), 1),
    ];
    for (name, bytes, count) in cases {
        fs::write(folder.join(name), bytes).expect("it can be written");
        let (out, counts) = masked(&folder, name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let text = String::from_utf8(out).expect("it is UTF-8");
        for secret in SECRETS.iter().chain(&["=BC=A0", "u6b20", "24352", "E5%BC"]) {
            assert!(!text.contains(secret), "{name}: {secret} is in {}", text.chars().take(600).collect::<String>());
        }
        assert_eq!(counts, [*count, *count], "{name}: {}", text.chars().take(600).collect::<String>());
    }
    let (_, read) = read_with(&folder.join("lines.jsonl-masked"), &options(&folder)).expect("it can be read");
    assert_eq!(read.records[0].message.direction, intake::Direction::Sent, "how a record is made stays");
}

/// Files that are not as they should be: what a reader makes of them does not matter here.
#[test]
fn nothing_gets_through_where_a_file_is_odd() {
    for (format, text) in [
        (Format::SyncTechXml, "<smses><sms body=\"he said \"pay Smith hunter now\" ok\"/></smses>"),
        (Format::SyncTechXml, "<smses><!-- a > b <张三 loves \"Smith --><sms body=\"hunter\"/></smses>"),
        (
            Format::SyncTechXml,
            "<smses><a><![CDATA[ x > 13800138000 <Smith hunter> \"]]></a><sms body=\"hunter\"/></smses>",
        ),
        (Format::SyncTechXml, "<smses><sms body=Smith hunter=张三 smith='1'/><Smith hunter='hunter'/></smses>"),
        (Format::SyncTechXml, "<?xml version='1.0'?><?note 张三 13800138000 Smith?><?xml Smith=\"hunter\"?>"),
        (Format::SyncTechXml, "<sms type='hunter' status='Smith' thread_id='smith.hunter' read='13800138000'/>"),
        (Format::SyncTechXml, "<!DOCTYPE Smith [<!ENTITY hunter '13800138000'>]><smses><sms body='&hunter;&Smith;'/>"),
        (
            Format::Json,
            "{\"John Smith\":[1],\"Zhang hunter\":{\"wechat_id\":\"hunter\",\"id\":\"Smith\",\"event\":\"hunter\"}}",
        ),
        (Format::Json, "[{\"type\":\"sms\"},\"hunter\",\"Smith\",{\"type\":[\"sms\",\"hunter\"]}]"),
        (Format::Json, "{'text': 'code 48 29 31 Smith hunter', 'x': 13800138000"),
        (Format::JsonLines, "{\"body\":\"hunter\\\"Smith\",hunter Smith 13800138000 张三\n"),
        (
            Format::Vmsg,
            "BEGIN:VMSG\nVersion:1380013800\nbegin:张三\nX-NAME:SMITH\nX-hunter:1\nSmith:1\nSmith=hunter;张三:2\nTEL;hunter:1\n",
        ),
        (Format::ContentQuery, "Row: 0 _id=1, body=a\nRow: 13800138000 hunter, Smith=2, status=hunter\n"),
        (Format::Form, "Smith=hunter&user_id=Smith&张三=13800138000&type=hunter"),
        (Format::Table, "hunter,内容\nSmith,13800138000\n"),
    ] {
        let mut out = Vec::new();
        intake::redact(text.as_bytes(), format, &mut out).expect("it is masked");
        let out = String::from_utf8(out).expect("it is UTF-8");
        for secret in ["Smith", "smith", "SMITH", "hunter", "张三", "138", "48 29", "John", "loves"] {
            assert!(!out.contains(secret), "{secret} of {text} is in {out}");
        }
    }
}

#[test]
fn odd_cells_of_a_workbook_are_masked() {
    let folder = folder("redact-cells");
    let sheet = "<x:worksheet xmlns:x=\"hunter\" xmlns:smith=\"Smith\"><x:sheetData><x:row r=\"Smith\" spans=\"hunter\">\
        <x:c r=\"A1\" t=\"inlineStr\"><x:is><x:t>内容</x:t></x:is></x:c><x:c r=\"B2\"><x:v>张三 Smith</x:v></x:c>\
        <x:c r=\"C2\" t=\"s\"><x:v>李四 hunter</x:v></x:c><x:c t=\"Smith\"><x:v>1</x:v><x:f>\"hunter\"</x:f></x:c></x:row></x:sheetData></x:worksheet>";
    let styles = "<styleSheet><numFmts><numFmt numFmtId=\"200\" formatCode=\"&quot;Smith 13800138000&quot;yyyy\"/></numFmts><cellXfs><xf numFmtId=\"200\"/></cellXfs></styleSheet>";
    let members: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", b"<Types Smith=\"hunter\"/>"),
        (
            "xl/workbook.xml",
            "<workbook><workbookPr codeName=\"张三的表\"/><sheets><sheet name=\"Smith\"/></sheets></workbook>"
                .as_bytes(),
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("docProps/core.xml", b"<creator>Smith</creator>"),
    ];
    fs::write(folder.join("a.xlsx"), archive::zip(&members)).expect("it can be written");
    let mut out = Vec::new();
    intake::redact_file(&folder.join("a.xlsx"), &folder.join("scratch"), &mut out).expect("it is masked");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(out)).expect("it is a ZIP");
    let mut all = String::new();
    for at in 0..zip.len() {
        zip.by_index(at).expect("it is there").read_to_string(&mut all).expect("it is text");
    }
    for secret in ["Smith", "smith", "hunter", "张三", "李四", "138"] {
        assert!(!all.contains(secret), "{secret} is in {all}");
    }
    assert!(all.contains("numFmtId=\"22\"") && all.contains("内容"), "days stay days, headings stay: {all}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_word_gets_through_whatever_stands_around_it(
        format in prop::sample::select(vec![Format::SyncTechXml, Format::Json, Format::JsonLines, Format::Vmsg, Format::ContentQuery, Format::Table, Format::Text, Format::Form]),
        pieces in prop::collection::vec(prop::sample::select(vec![
            "hunterz", "张三", "13800138000", "<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>", "<?xml ", "?>", "=", "\"", "'", "&", ";", "&#", "{", "}",
            "[", "]", ":", ",", "\\", "\\u", "\n", "\r", " ", "sms", "body", "type", "Row: 0 ", ", ", "BEGIN:VMSG", "X-BOX:", "status", "_id", "内容",
        ]), 1..40),
    ) {
        let text = pieces.concat();
        let mut out = Vec::new();
        if intake::redact(text.as_bytes(), format, &mut out).is_ok() {
            let out = String::from_utf8(out).expect("it is UTF-8");
            for secret in ["hunterz", "张三", "138001"] {
                prop_assert!(!out.contains(secret), "{:?}: {} becomes {}", format, text, out);
            }
        }
    }
}

#[test]
fn a_table_without_headings_has_none_that_stay() {
    let mut out = Vec::new();
    intake::redact("张三,13800138000,欠款\n".as_bytes(), intake::Format::Table, &mut out).expect("it is masked");
    assert_eq!(String::from_utf8(out).expect("it is UTF-8"), "某某,00000000000,某某\n");
}

#[test]
fn a_database_is_made_anew_without_what_it_could_run() {
    let folder = folder("redact-database");
    let path = folder.join("sms.db");
    Connection::open(&path)
        .expect("it can be made")
        .execute_batch(
            "CREATE TABLE sms(_id INTEGER PRIMARY KEY, thread_id INTEGER, address TEXT, date INTEGER, type INTEGER, body TEXT, twice TEXT AS (body || body), mx_status INTEGER);
             INSERT INTO sms(_id, thread_id, address, date, type, body) VALUES(7,17,'13800138000',1721877010000,2,'张三欠款2000元'),(8,17,'13800138000',1721877010000,1,'李四');
             DELETE FROM sms WHERE _id = 8;
             CREATE TABLE \"a\"\"b\"(who TEXT, number REAL, picture BLOB); INSERT INTO \"a\"\"b\" VALUES('Smith',2000.5,CAST('hunter' AS BLOB));
             CREATE TABLE 张三的聊天(\"李四 Smith\" hunter, customer_id INTEGER, status INTEGER, nr INTEGER PRIMARY KEY);
             INSERT INTO 张三的聊天 VALUES('Smith',110101199001011234,13800138000,1001),('Smith',110101199001011235,3,1002),('x',110101199001011234,4,13800138000);
             CREATE VIEW hunter AS SELECT '张三'; CREATE TRIGGER t AFTER INSERT ON sms BEGIN SELECT 'Smith'; END; PRAGMA user_version=67;",
        )
        .expect("the statements run");
    let (out, counts) = masked(&folder, "sms.db").expect("it is masked");
    assert_eq!(counts, [1, 1]);
    for secret in SECRETS {
        assert!(!out.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret} is in the database");
    }
    let made = Connection::open(folder.join("sms.db-masked")).expect("it opens");
    let row = |sql: &str| made.query_row(sql, [], |row| row.get::<_, String>(0)).expect("it is there");
    assert_eq!(row("SELECT _id || thread_id || type || date || body FROM sms"), "71721000000000000某某某某0000某");
    assert_eq!(row("SELECT c1 || number || hex(c3) FROM t1"), "Xxxxx0.0000000000000");
    assert_eq!(row("SELECT group_concat(type) FROM sqlite_schema"), "table,table,table");
    assert_eq!(row("SELECT group_concat(c4) FROM t3"), "1001,1002,10000000", "no row is lost, no number given away");
    assert_eq!(row("SELECT group_concat(status) FROM t3"), "10000000000,3,4");
    assert_eq!(made.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).expect("it is there"), 67);
}

#[test]
fn a_packed_export_keeps_its_messages_alone() {
    let folder = folder("redact-zip");
    let line = "{\"address\":\"13800138000\",\"date\":\"1721877010000\",\"type\":\"1\",\"body\":\"张三欠款2000元\"}\n";
    let members: [(&str, &[u8]); 3] = [
        ("messages.ndjson", line.as_bytes()),
        ("data/张三.png", b"\x89PNG\r\n\x1a\nhunter"),
        ("李四.csv", "号码,内容\n13800138000,Smith\n".as_bytes()),
    ];
    fs::write(folder.join("export.zip"), archive::zip(&members)).expect("it can be written");
    let (out, counts) = masked(&folder, "export.zip").expect("it is masked");
    assert_eq!(counts, [2, 2]);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(out)).expect("it is a ZIP");
    let mut names: Vec<String> = Vec::new();
    for at in 0..zip.len() {
        let mut member = zip.by_index(at).expect("it is there");
        names.push(member.name().expect("it has one").into_owned());
        let mut text = String::new();
        member.read_to_string(&mut text).expect("it is text");
        assert!(SECRETS.iter().all(|secret| !text.contains(secret)), "{text}");
    }
    assert_eq!(names, ["messages.ndjson", "member-2.csv"]);
}

#[test]
fn a_workbook_keeps_headings_and_cells_alone() {
    let path = workbook::book("redact-workbook", ["号码", "时间", "短信内容", "收发"]);
    let folder = path.parent().expect("it has one").to_owned();
    let (out, counts) = masked(&folder, "短信.xlsx").expect("it is masked");
    assert_eq!(counts, [3, 3]);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(out)).expect("it is a ZIP");
    for at in 0..zip.len() {
        let mut text = String::new();
        zip.by_index(at).expect("it is there").read_to_string(&mut text).expect("it is text");
        for secret in ["我的", "第一条", "13800", "106900001111", "坏了", "45498", "Author", "name=\"短信\""] {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
    let (_, read) = read_with(&folder.join("短信.xlsx-masked"), &options(&folder)).expect("it can be read");
    assert_eq!(read.records[1].message.body, "某");
    assert_eq!(read.records[0].message.time.is_some(), read.records[1].message.time.is_some(), "days are days still");
}

#[test]
fn what_cannot_be_masked_says_what_to_do() {
    let folder = folder("redact-refused");
    fs::write(folder.join("a.ab"), b"ANDROID BACKUP\n5\n0\nnone\n").expect("it can be written");
    fs::write(folder.join("a.db"), b"SQLite format 3\0 and no more").expect("it can be written");
    fs::write(folder.join("a.zip"), archive::zip(&[("a.png", b"\x89PNG\r\n\x1a\n")])).expect("it can be written");
    assert!(matches!(masked(&folder, "a.ab"), Err(Error::Unsupported { .. })));
    assert!(matches!(masked(&folder, "a.db"), Err(Error::Database { .. })));
    assert!(matches!(masked(&folder, "a.zip"), Err(Error::Unsupported { .. })));
}
