//! `situation`, `letter`, `report`, `law`, `deadline`, `court` and `limitation` from outside.

use std::fs;
use std::path::Path;

use super::process::{folder, in_folder as zhenxin, json};

const PASTE: &str = "1069000011112222\n【某某贷】李四，您在我司借款已逾期3天，欠款2000元，今日不处理将上门并联系您的家人。\nSIM1_主卡\nSubId：1\n2024-07-25 23:10:10\n手机\n";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Fills a form with its own examples.
fn filled(form: &str) -> String {
    let lines = form.lines().filter_map(|line| line.strip_prefix("# 例："));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_letter_goes_from_form_to_files() {
    let folder = folder("letter");
    let id = "payment-order-objection";
    let needs = zhenxin(&folder, &["letter", "needs", id, "--write", "form.toml"], "");
    assert!(text(&needs.stdout).contains("十五日从收到支付令的第二天算起"));
    let form = fs::read_to_string(folder.join("form.toml")).expect("it was written");
    fs::write(folder.join("facts.toml"), filled(&form)).expect("it can be written");
    let common = ["letter", "draft", id, "--facts", "facts.toml", "--today", "2026-11-24"];
    let files = ["-o", "a.txt", "-o", "a.pdf", "-o", "a.docx", "-o", "a.html"];
    let drafted = zhenxin(&folder, &[&common[..], &files[..]].concat(), "");
    assert_eq!(drafted.status.code(), Some(0), "{}", text(&drafted.stderr));
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/letter/payment-order-objection.txt");
    let golden = fs::read_to_string(golden).expect("the golden text is there");
    assert_eq!(fs::read_to_string(folder.join("a.txt")).expect("it was written"), golden);
    assert!(fs::read(folder.join("a.pdf")).expect("it was written").starts_with(b"%PDF"));
    assert!(fs::read(folder.join("a.docx")).expect("it was written").starts_with(b"PK"));
    assert!(!text(&fs::read(folder.join("a.html")).expect("it was written")).contains("<script"));
    assert!(text(&drafted.stdout).contains("《民事诉讼法》第二百二十七条"), "what it cites is listed");
    let again = zhenxin(&folder, &[&common[..], &files[..]].concat(), "");
    assert_eq!(again.status.code(), Some(2), "nothing is written over");
    let as_json = json(&zhenxin(&folder, &[&common[..], &["--json"]].concat(), ""));
    assert_eq!(as_json["text"], golden.as_str());
    let sources = as_json["citations"].as_array().expect("they are a list");
    assert!(!sources.is_empty() && sources.iter().all(|citation| citation["source"].is_string()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.join("a.pdf")).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn what_is_missing_is_named_and_nothing_is_written() {
    let folder = folder("missing");
    let output =
        zhenxin(&folder, &["letter", "draft", "wrong-person-notice", "--fact", "name=张三", "-o", "a.pdf"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("缺少 phone") && text(&output.stderr).contains("缺少 recipient"));
    assert!(!folder.join("a.pdf").exists() && !folder.join("a.pdf.part").exists());
    let as_json = json(&zhenxin(&folder, &["letter", "draft", "wrong-person-notice", "--json"], ""));
    assert!(as_json["refused"]["reasons"].as_array().is_some_and(|reasons| reasons.len() > 2));
    for bad in [
        &["letter", "draft", "none"][..],
        &["letter", "draft", "opt-out-notice", "--fact", "x=1"],
        &["letter", "draft", "opt-out-notice", "-o", "a.exe"],
    ] {
        assert_eq!(zhenxin(&folder, bad, "").status.code(), Some(2), "{bad:?}");
    }
}

#[test]
fn a_debt_is_acknowledged_only_after_the_warning_and_never_when_expired() {
    let folder = folder("acknowledge");
    zhenxin(&folder, &["letter", "needs", "restructuring-proposal", "--write", "form.toml"], "");
    let form = fs::read_to_string(folder.join("form.toml")).expect("it was written");
    fs::write(folder.join("facts.toml"), filled(&form)).expect("it can be written");
    let draft = |more: &[&str]| {
        let common = ["letter", "draft", "restructuring-proposal", "--facts", "facts.toml"];
        zhenxin(&folder, &[&common[..], more].concat(), "")
    };
    let silent = draft(&[]);
    assert_eq!(silent.status.code(), Some(2));
    assert!(
        text(&silent.stderr).contains("这份函会承认这笔债") && text(&silent.stderr).contains("--confirm-acknowledge")
    );
    assert_eq!(draft(&["--confirm-acknowledge", "--limitation", "expired"]).status.code(), Some(2));
    let unknown = draft(&["--confirm-acknowledge"]);
    assert_eq!(unknown.status.code(), Some(0));
    assert!(text(&unknown.stdout).contains("时效没有查清"));
}

#[test]
fn what_a_case_proposes_counts_only_when_confirmed() {
    let folder = folder("case");
    zhenxin(&folder, &["import", "--json", "--no-evidence"], PASTE);
    let needs = text(&zhenxin(&folder, &["letter", "needs", "conduct-complaint-lender", "--case", "1"], "").stdout);
    assert!(needs.contains("\"rule\":\"c01\"") && needs.contains("程序的判断，请核对"), "{needs}");
    let facts = "recipient = '示例公司'\nlender_kind = 'other'\ncomplainant = 'debtor'\nname = '张三'\nphone = '19900000001'\ncontact = '示例路1号'\n";
    fs::write(folder.join("facts.toml"), facts).expect("it can be written");
    let draft = |more: &[&str]| {
        let common =
            ["letter", "draft", "conduct-complaint-lender", "--case", "1", "--facts", "facts.toml", "--other", "李四"];
        zhenxin(&folder, &[&common[..], more].concat(), "")
    };
    let unconfirmed = draft(&[]);
    assert_eq!(unconfirmed.status.code(), Some(2));
    assert!(text(&unconfirmed.stderr).contains("--confirm-facts") && text(&unconfirmed.stderr).contains("c01"));
    let confirmed = text(&draft(&["--confirm-facts"]).stdout);
    assert!(confirmed.contains("2024年7月25日23时10分") && confirmed.contains("李某") && !confirmed.contains("李四"));
}

#[test]
fn a_report_has_the_text_for_each_channel_and_proposes_what_only_a_verdict_says() {
    let folder = folder("report");
    let message = "【工商银行】您的手机银行今日停用，请登录 icbc-rz.top 输入短信验证码482915续期。";
    let arguments = ["report", message, "--sender", "10690000000001", "--received-at", "2026-11-20T21:40:00+08:00"];
    let plain = text(&zhenxin(&folder, &arguments, "").stdout);
    assert!(plain.contains("10690000000001*【工商银行】") && plain.contains("10086999"));
    assert!(!plain.contains("482915") && plain.contains("abuse_kind=fraud，请您自己确认"), "{plain}");
    let stated =
        ["--fact", "phone=19900000001", "--fact", "abuse_kind=fraud", "--fact", "abuse_note=没有办过", "--json"];
    let report = json(&zhenxin(&folder, &[&arguments[..], &stated[..]].concat(), ""));
    let texts = report["texts"].as_array().expect("they are a list");
    let of = |id: &str| texts.iter().find(|text| text["id"] == id).expect("it is there")["draft"]["text"].clone();
    assert!(of("report-12321").as_str().is_some_and(|text| text.contains("接收时间：2026年11月20日21时40分")));
    assert!(of("report-12315").is_null() && report["channels"].as_array().is_some_and(|list| !list.is_empty()));
}

#[test]
fn periods_are_counted_with_a_calendar_and_bad_days_refused() {
    let folder = folder("deadline");
    let arguments = [
        "deadline",
        "支付令",
        "--received",
        "2026-11-14",
        "--served",
        "post",
        "--today",
        "2026-11-20",
        "--calendar",
        "a.ics",
    ];
    let counted = text(&zhenxin(&folder, &arguments, "").stdout);
    for words in
        ["最后一天：2026-11-30 星期一（还剩10天）", "!!! 十五日，必须书面", "payment-order-objection", "顺延到"]
    {
        assert!(counted.contains(words), "{words} is missing:\n{counted}");
    }
    assert!(fs::read_to_string(folder.join("a.ics")).expect("it was written").contains("DTSTART;VALUE=DATE:20261130"));
    let english =
        text(&zhenxin(&folder, &["deadline", "summons", "--received", "2026-11-14", "--lang", "en"], "").stdout);
    assert!(english.contains("last day: ") && english.contains("How it is counted"));
    assert!(json(&zhenxin(&folder, &["deadline", "--json"], "")).as_array().is_some_and(|list| list.len() > 20));
    for bad in [
        &["deadline", "summons"][..],
        &["deadline", "none", "--received", "2026-11-14"],
        &["deadline", "summons", "--received", "2026-02-30"],
    ] {
        assert_eq!(zhenxin(&folder, bad, "").status.code(), Some(2), "{bad:?}");
    }
}

#[test]
fn the_law_is_found_by_number_word_message_and_day() {
    let folder = folder("law");
    let ids = |arguments: &[&str]| {
        let found = json(&zhenxin(&folder, &[arguments, &["--json"]].concat(), ""));
        let list = found.as_array().cloned().unwrap_or_default();
        list.iter().filter_map(|found| found["id"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(ids(&["law", "search", "民法典", "1033"])[0], "civil-code-1033");
    let then = ids(&["law", "search", "治安管理处罚法", "--on", "2025-06-01"]);
    assert!(then.iter().any(|id| id == "public-security-punishment-law-2012-42"));
    assert!(!then.iter().any(|id| id == "public-security-punishment-law-50"));
    let message = "【某某贷】李四，您的借款已逾期，今日不处理将联系您通讯录的家人。";
    assert!(!ids(&["law", "message", message, "--received-at", "2026-11-20T21:40:00+08:00"]).is_empty());
    assert_eq!(ids(&["law", "show", "civil-code-188"]), ["civil-code-188"]);
    assert_eq!(zhenxin(&folder, &["law", "search", "没有这样的法"], "").status.code(), Some(2));
}

#[test]
fn a_court_paper_is_never_called_real() {
    let folder = folder("court");
    let good = "兰溪市人民法院传票 案号（2026）浙0781民初1024号 案由：借款合同纠纷 应到时间2026年12月1日9时";
    let output = zhenxin(&folder, &["court", good], "");
    assert_eq!(output.status.code(), Some(10));
    assert!(text(&output.stdout).contains("只有法院能说") && text(&output.stdout).contains("12368"));
    let fake = "【诉讼中心】您的案件诉催字第0871号已立案告知，今日18点前还款可撤案，否则批捕";
    assert_eq!(zhenxin(&folder, &["court", fake], "").status.code(), Some(20));
    assert_eq!(zhenxin(&folder, &["court", "您的快递到了"], "").status.code(), Some(0));
}

#[test]
fn limitation_is_expired_only_when_every_question_is_answered() {
    let folder = folder("limitation");
    let open = json(&zhenxin(
        &folder,
        &["limitation", "--event", "due-date=2020-05-01", "--today", "2026-11-24", "--json"],
        "",
    ));
    assert_eq!(open["outcome"], "unknown");
    let never: Vec<String> = open["open"]
        .as_array()
        .expect("they are a list")
        .iter()
        .filter_map(|open| open["id"].as_str().map(|id| format!("--event={id}=never")))
        .collect();
    let mut arguments = vec!["limitation", "--event=due-date=2020-05-01", "--today", "2026-11-24", "--json"];
    arguments.extend(never.iter().map(String::as_str));
    assert_eq!(json(&zhenxin(&folder, &arguments, ""))["outcome"], "expired");
    assert_eq!(zhenxin(&folder, &["limitation", "--event", "none=never"], "").status.code(), Some(2));
}

#[test]
fn situations_are_listed_shown_and_have_their_law() {
    let folder = folder("situation");
    let all = json(&zhenxin(&folder, &["situation", "--json"], ""));
    for row in all.as_array().expect("they are a list") {
        let id = row["id"].as_str().expect("it has an id");
        let shown = text(&zhenxin(&folder, &["situation", id], "").stdout);
        assert!(shown.contains("依据") && shown.contains("12348"), "{shown}");
    }
    let english = text(&zhenxin(&folder, &["situation", "fake", "--lang", "en"], "").stdout);
    assert!(english.contains("Papers never to send") && english.contains("This program is no lawyer"));
    assert_eq!(zhenxin(&folder, &["situation", "none"], "").status.code(), Some(2));
}
