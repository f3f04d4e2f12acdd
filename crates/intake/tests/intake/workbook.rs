//! Workbooks, and what the user says of columns.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;

use intake::{Columns, Error, Format, Options, Position, Unit, Warning};
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook};

use crate::{bodies, folder, options, read_with};

/// A title, an empty row, headings, a message with a day and a number as a spreadsheet holds them, one with texts.
pub fn book(name: &str, headings: [&str; 4]) -> PathBuf {
    let path = folder(name).join("短信.xlsx");
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "说明").expect("written");
    let sheet = book.add_worksheet().set_name("短信").expect("a name");
    sheet.write_string(0, 0, "我的短信").expect("written");
    for (column, heading) in (0..).zip(headings) {
        sheet.write_string(2, column, heading).expect("written");
    }
    let day = CellFormat::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let moment = ExcelDateTime::from_ymd(2024, 7, 25).and_then(|day| day.and_hms(11, 10, 10)).expect("a moment");
    sheet.write_number(3, 0, 106_900_001_111.0).expect("written");
    sheet.write_datetime_with_format(3, 1, &moment, &day).expect("written");
    sheet.write_string(3, 2, "【某】第一条\n第二行").expect("written");
    sheet.write_string(4, 0, "+8613800000000").expect("written");
    sheet.write_string(4, 1, "2024-07-25 12:10:10").expect("written");
    sheet.write_string(4, 2, "好").expect("written");
    sheet.write_string(4, 3, "发送").expect("written");
    sheet.write_number(5, 0, 1.069_03e16).expect("written");
    sheet.write_string(5, 2, "号码坏了").expect("written");
    sheet.write_string(6, 0, "95588").expect("written");
    book.save(&path).expect("saved");
    path
}

#[test]
fn a_workbook_is_read_from_the_row_with_headings_on() {
    let path = book("workbook", ["号码", "时间", "短信内容", "收发"]);
    let (format, sink) = read_with(&path, &options(path.parent().expect("a folder"))).expect("it is read");
    assert_eq!(format, Format::Workbook);
    assert_eq!(bodies(&sink), ["【某】第一条\n第二行", "好", "号码坏了"]);
    let first = &sink.records[0];
    assert_eq!(first.message.party.as_deref(), Some("106900001111"));
    assert_eq!(first.message.time.map(|time| time.unix_ms), Some(1_721_877_010_000));
    assert_eq!(first.position, Position { part: Some("短信".to_owned()), ..Position::new(Unit::Row, 4) });
    assert_eq!(sink.records[1].message.direction, intake::Direction::Sent);
    assert_eq!(sink.skipped.len(), 1, "a row without a text is told");
    assert!(sink.warnings.iter().any(|warning| matches!(warning, Warning::DamagedNumbers { count: 1 })));
}

#[test]
fn days_are_those_of_the_workbooks_own_calendar() {
    let path = book("calendar", ["号码", "时间", "短信内容", "收发"]);
    let mut old = zip::ZipArchive::new(fs::File::open(&path).expect("there")).expect("a zip");
    let other = path.with_file_name("mac.xlsx");
    let mut new = zip::ZipWriter::new(fs::File::create(&other).expect("made"));
    for at in 0..old.len() {
        let mut member = old.by_index(at).expect("there");
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).expect("read");
        let name = member.name().expect("a name").into_owned();
        if name == "xl/workbook.xml" {
            let text = String::from_utf8(bytes).expect("text");
            assert!(text.contains("<workbookPr "), "{text}");
            bytes = text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ").into_bytes();
        }
        new.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        new.write_all(&bytes).expect("written");
    }
    new.finish().expect("ended");
    let (_, sink) = read_with(&other, &options(path.parent().expect("a folder"))).expect("it is read");
    // 1,462 days later, as the Macintosh counted from 1904.
    let days = 1_462 * 86_400_000;
    assert_eq!(sink.records[0].message.time.map(|time| time.unix_ms), Some(1_721_877_010_000 + days));
}

#[test]
fn what_headings_do_not_say_the_user_says() {
    let path = book("mapped", ["哪来的", "几时", "说了啥", "备"]);
    let plain = options(path.parent().expect("a folder"));
    assert!(matches!(read_with(&path, &plain), Err(Error::NoBodyColumn)));
    let columns = Columns::read(["text=说了啥", "sender=哪来的", "time=几时"]).expect("known");
    let (_, sink) = read_with(&path, &Options { columns, ..plain.clone() }).expect("it is read");
    assert_eq!(bodies(&sink), ["【某】第一条\n第二行", "好", "号码坏了"]);

    let table = path.with_file_name("plain.csv");
    fs::write(&table, "95588;您好，请还款;2024-07-25 11:10:10\n10086;话费;2024-07-25 11:11:10\n").expect("written");
    let columns = Columns::read(["sender=#1", "text=#2", "time=#3"]).expect("known");
    let (format, sink) = read_with(&table, &Options { columns, ..plain }).expect("it is read");
    assert_eq!((format, bodies(&sink)), (Format::Table, vec!["您好，请还款", "话费"]));
    assert_eq!(sink.records[0].message.party.as_deref(), Some("95588"));
    assert_eq!(sink.records[1].position.number, 2);
}

#[test]
fn a_workbook_that_unfolds_to_too_much_or_is_cut_is_refused() {
    let place = folder("bomb");
    let path = place.join("bomb.xlsx");
    let mut archive = zip::ZipWriter::new(fs::File::create(&path).expect("made"));
    let deflated = zip::write::SimpleFileOptions::default();
    for name in ["xl/workbook.xml", "xl/sharedStrings.xml"] {
        archive.start_file(name, deflated).expect("begun");
        for _ in 0..300 {
            archive.write_all(&vec![b' '; 1 << 20]).expect("written");
        }
    }
    archive.finish().expect("ended");
    assert!(matches!(read_with(&path, &options(&place)), Err(Error::Archive { .. })));

    let whole = fs::read(book("cut", ["号码", "时间", "短信内容", "收发"])).expect("read");
    let cut = place.join("cut.xlsx");
    for length in [30, whole.len() / 2, whole.len() - 10] {
        fs::write(&cut, &whole[..length]).expect("written");
        assert!(read_with(&cut, &options(&place)).is_err(), "{length}");
    }
}
