//! `import`, `inbox`, `case` and `redact` from outside.

use std::fs;
use std::process::Output;

use super::process::{folder, in_folder as zhenxin, json};

const PASTE: &str = "1069000011112222\n【某某贷】李四，您在我司借款已逾期3天，欠款2000元，今日不处理将上门并联系您的家人。\nSIM1_主卡\nSubId：1\n2024-07-25 23:10:10\n手机\n95588\n【工商银行】验证码：482915，请勿告诉他人\nSIM1_主卡\nSubId：1\n2024-07-26 09:10:10\n手机\n";

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_paste_is_taken_in_once_and_can_be_found() {
    let folder = folder("paste");
    let first = json(&zhenxin(&folder, &["import", "--json"], PASTE));
    assert_eq!(first["files"][0]["new"], 2);
    assert_eq!(json(&zhenxin(&folder, &["import", "--json"], PASTE))["files"][0]["is_known"], true);
    let found = text(&zhenxin(&folder, &["inbox", "search", "逾期", "--json"], ""));
    assert_eq!(found.lines().count(), 1);
    assert!(found.contains("abusive_collection"));
    let shown = json(&zhenxin(&folder, &["inbox", "show", "2", "--json"], ""));
    assert!(shown["message"]["body"].as_str().is_some_and(|body| body.contains("******")));
    assert_eq!(shown["message"]["zone"], "assumed +08:00");
    assert_eq!(json(&zhenxin(&folder, &["inbox", "rejudge", "--json"], ""))["judged"], 0);
    assert_eq!(zhenxin(&folder, &["inbox", "show", "99"], "").status.code(), Some(2));
}

#[test]
fn a_case_tells_which_rules_its_history_touches() {
    let folder = folder("case");
    zhenxin(&folder, &["import", "--json"], PASTE);
    let cases = json(&zhenxin(&folder, &["case", "list", "--json"], ""));
    assert_eq!(cases.as_array().map(Vec::len), Some(1));
    let shown = json(&zhenxin(&folder, &["case", "show", "1", "--json"], ""));
    let rules = shown["violations"].as_array().expect("they are a list");
    assert!(rules.iter().any(|rule| rule["rule"] == "c01" && rule["level"][0] == "S"));
    assert!(text(&zhenxin(&folder, &["case", "timeline", "1"], "")).starts_with("2024-07-25 23:10+08:00"));
}

#[test]
fn what_cannot_be_read_is_told_with_the_exit_code() {
    let folder = folder("bad");
    fs::write(folder.join("noise"), [0, 159, 146, 150, 1, 2, 3]).expect("it can be written");
    let output = zhenxin(&folder, &["import", "noise", "none"], "");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output).lines().count(), 2);
    fs::write(folder.join("cut.xml"), "<smses><sms address=\"1\" date=\"1\" type=\"1\" body=\"好\"/><sms addr")
        .expect("it can be written");
    assert_eq!(zhenxin(&folder, &["import", "cut.xml"], "").status.code(), Some(3));
    assert_eq!(zhenxin(&folder, &["import", "--assume-offset", "8", "cut.xml"], "").status.code(), Some(2));
}

#[test]
fn an_import_enters_the_evidence_store_first() {
    let folder = folder("evidence");
    assert_eq!(zhenxin(&folder, &["evidence", "init", "--sheet", "sheet.txt"], "").status.code(), Some(0));
    fs::write(folder.join("paste.txt"), PASTE).expect("it can be written");
    let outcome = json(&zhenxin(&folder, &["import", "paste.txt", "--json"], ""));
    let number = outcome["files"][0]["evidence"].as_u64().expect("it was kept");
    let copy = folder.join("copy");
    zhenxin(&folder, &["evidence", "show", &number.to_string(), "-o", "copy"], "");
    assert_eq!(fs::read(copy).expect("it can be read"), PASTE.as_bytes());
    let pasted = "【某某金融】您的借款已逾期三天，请今日还款。\n";
    let outcome = json(&zhenxin(&folder, &["import", "-", "--json"], pasted));
    let number = outcome["files"][0]["evidence"].as_u64().expect("it was kept");
    zhenxin(&folder, &["evidence", "show", &number.to_string(), "-o", "pasted"], "");
    assert_eq!(fs::read(folder.join("pasted")).expect("it can be read"), pasted.as_bytes(), "what was pasted as well");
}

#[test]
fn what_is_kept_already_is_not_kept_twice_and_a_younger_store_gets_it_all_the_same() {
    let folder = folder("evidence-again");
    fs::write(folder.join("paste.txt"), PASTE).expect("it can be written");
    let import = || json(&zhenxin(&folder, &["import", "paste.txt", "--json"], ""))["files"][0].clone();
    assert_eq!(import()["evidence"].as_u64(), None, "there is no store yet");
    assert_eq!(zhenxin(&folder, &["evidence", "init", "--sheet", "sheet.txt"], "").status.code(), Some(0));
    let again = import();
    assert_eq!((again["is_known"].as_bool(), again["evidence"].as_u64()), (Some(true), Some(1)));
    assert_eq!(import()["evidence"].as_u64(), Some(1));
    let shown = json(&zhenxin(&folder, &["inbox", "show", "1", "--json"], ""));
    assert_eq!(shown["sources"][0]["evidence"].as_u64(), Some(1), "{shown}");
    let records = text(&zhenxin(&folder, &["evidence", "list", "--json"], ""));
    assert_eq!(records.matches("\"original\"").count(), 1, "{records}");
}

#[test]
fn a_masked_export_keeps_its_structure() {
    let folder = folder("redact");
    let xml = "<?xml version='1.0' encoding='UTF-8'?>\n<smses count=\"1\"><sms address=\"95588\" date=\"1721877010000\" type=\"1\" body=\"张三&#10;欠款2000元\"/></smses>\n";
    fs::write(folder.join("export.xml"), xml).expect("it can be written");
    assert_eq!(zhenxin(&folder, &["redact", "export.xml", "-o", "masked.xml"], "").status.code(), Some(0));
    let masked = fs::read_to_string(folder.join("masked.xml")).expect("it can be read");
    assert!(masked.contains("body=\"某某&#10;某某0000某\""), "{masked}");
    assert!(masked.contains("type=\"1\"") && !masked.contains("95588"));
    assert_eq!(
        zhenxin(&folder, &["redact", "export.xml", "-o", "masked.xml"], "").status.code(),
        Some(2),
        "nothing is overwritten"
    );
    fs::write(folder.join("a.db"), b"SQLite format 3\0 and no more").expect("it can be written");
    assert_eq!(zhenxin(&folder, &["redact", "a.db", "-o", "half"], "").status.code(), Some(2));
    let left =
        fs::read_dir(&folder).expect("it is there").filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    assert!(left.into_iter().all(|name| !name.starts_with("half")), "nothing half-written is left");
}
