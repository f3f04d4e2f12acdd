//! `check` and `import` of a picture from outside.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::process::{code, folder, in_folder as zhenxin, json};

/// A made-up screenshot, drawn by tools/screenshot.
const SHOT: &str = "miui_Screenshot_20240725_111017.png";

fn shot_in(folder: &Path) -> PathBuf {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../reader/tests/page").join(SHOT);
    let path = folder.join(SHOT);
    fs::copy(fixture, &path).expect("the fixture");
    path
}

fn truth() -> Value {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../reader/tests/page/miui.json");
    serde_json::from_slice(&fs::read(fixture).expect("the fixture")).expect("JSON")
}

/// Width of characters and blanks are no matter.
fn folded(text: &str) -> String {
    let fold =
        |c: char| if ('！'..='～').contains(&c) { char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c) } else { c };
    text.chars().filter(|c| !c.is_whitespace()).map(fold).collect()
}

#[test]
fn a_picture_is_checked_message_by_message() {
    let folder = folder("picture-check");
    shot_in(&folder);
    let output = zhenxin(&folder, &["check", SHOT, "--json"], "");
    assert!([0, 10, 20].contains(&code(&output)));
    let told = json(&output);
    let (read, wanted) = (told["page"]["messages"].as_array(), truth());
    let read = read.expect("messages");
    let wanted = wanted["messages"].as_array().expect("messages");
    assert_eq!(read.len(), wanted.len());
    assert_eq!(told["verdicts"].as_array().map(Vec::len), Some(wanted.len()));
    for (read, wanted) in read.iter().zip(wanted) {
        assert_eq!(folded(read["text"].as_str().expect("text")), folded(wanted["text"].as_str().expect("text")));
    }
    let text = String::from_utf8_lossy(&zhenxin(&folder, &["check", "--file", SHOT], "").stdout).into_owned();
    assert!(text.contains("请对照图片") && text.contains("[1]"), "{text}");
}

#[test]
fn what_cannot_be_read_as_a_picture_says_what_to_do() {
    let folder = folder("picture-bad");
    fs::write(folder.join("cut.png"), b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR").expect("it can be written");
    fs::write(folder.join("phone.heic"), b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").expect("it can be written");
    for (name, word) in [("cut.png", "损坏"), ("phone.heic", "HEIC")] {
        let output = zhenxin(&folder, &["check", name], "");
        assert_eq!(code(&output), 2, "{name}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(word), "{name}");
        assert_eq!(code(&zhenxin(&folder, &["import", name], "")), 2, "{name}");
    }
}

#[test]
fn a_picture_is_kept_first_and_what_was_read_refers_to_it() {
    let folder = folder("picture-import");
    let path = shot_in(&folder);
    assert_eq!(code(&zhenxin(&folder, &["evidence", "init", "--sheet", "sheet.txt"], "")), 0);
    let outcome = json(&zhenxin(&folder, &["import", SHOT, "--json"], ""));
    let file = &outcome["files"][0];
    assert_eq!(file["format"], "picture");
    assert_eq!(file["new"].as_u64(), truth()["messages"].as_array().map(|all| all.len() as u64));
    let original = file["evidence"].as_u64().expect("it was kept");
    zhenxin(&folder, &["evidence", "show", &original.to_string(), "-o", "copy"], "");
    assert_eq!(fs::read(folder.join("copy")).expect("a copy"), fs::read(path).expect("the picture"));
    let listed = zhenxin(&folder, &["evidence", "list", "--all", "--json"], "");
    let records = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(records.contains("picture-text") && records.contains("model-sha256"), "{records}");
    let reading = (original + 1).to_string();
    zhenxin(&folder, &["evidence", "show", &reading, "-o", "reading.json"], "");
    let page: Value =
        serde_json::from_slice(&fs::read(folder.join("reading.json")).expect("it is kept")).expect("JSON");
    assert_eq!(page["model"]["digest"].as_str().map(str::len), Some(64));
    assert_eq!(json(&zhenxin(&folder, &["import", SHOT, "--json"], ""))["files"][0]["is_known"], true);
    let shown = json(&zhenxin(&folder, &["inbox", "show", "1", "--json"], ""));
    assert_eq!(shown["message"]["time_source"], "device");
}
