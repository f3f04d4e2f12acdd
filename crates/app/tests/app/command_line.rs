//! The command line from outside: exit codes, bad input, files in and out.

use std::fs;
use std::process::Output;

use super::process::{self, code, folder};

const SCAM: &str = "【工商银行】您的手机银行今日停用，请登录 icbc-rz.top 输入卡号、登录密码和短信验证码续期。";
const BILL: &str = "【工商银行】您尾号0000的信用卡本期应还100.00元，还款日3月25日。";

fn zhenxin(arguments: &[&str], input: Option<&[u8]>) -> Output {
    process::run(process::zhenxin().args(arguments), input.unwrap_or_default())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

#[test]
fn the_exit_code_is_the_risk() {
    assert_eq!(code(&zhenxin(&["check", BILL, "--sender", "95588"], None)), 0);
    assert_eq!(code(&zhenxin(&["check", BILL, "--sender", "95555"], None)), 10);
    assert_eq!(code(&zhenxin(&["check", SCAM, "--sender", "95588"], None)), 20);
}

#[test]
fn text_comes_from_the_argument_a_file_or_standard_input() {
    let file = folder("check-file").join("message.txt");
    fs::write(&file, SCAM).expect("the file can be written");
    let path = file.to_str().expect("the path is UTF-8");
    let from_argument = zhenxin(&["check", "--json", SCAM], None).stdout;
    assert_eq!(zhenxin(&["check", "--json", "--file", path], None).stdout, from_argument);
    assert_eq!(zhenxin(&["check", "--json", "-"], Some(SCAM.as_bytes())).stdout, from_argument);
    assert_eq!(zhenxin(&["check", "--json"], Some(SCAM.as_bytes())).stdout, from_argument);
}

#[test]
fn the_report_says_what_it_is_and_what_to_do_in_both_languages() {
    let chinese = text(&zhenxin(&["check", SCAM], None).stdout);
    for part in ["高风险", "诈骗", "现在该做什么", "不要做什么", "^^"] {
        assert!(chinese.contains(part), "{part} is missing:\n{chinese}");
    }
    let english = text(&zhenxin(&["check", SCAM, "--lang", "en"], None).stdout);
    for part in ["HIGH RISK", "fraud", "What to do now", "What not to do"] {
        assert!(english.contains(part), "{part} is missing:\n{english}");
    }
}

#[test]
fn the_json_keeps_the_contract() {
    let output =
        zhenxin(&["check", "--json", "--sender", "95588", "--received-at", "2026-05-06T21:10:00+08:00", SCAM], None);
    let verdict: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the verdict is JSON");
    for key in [
        "version",
        "id",
        "kind",
        "risk",
        "probabilities",
        "confidence",
        "sender",
        "institution",
        "links",
        "amounts",
        "contacts",
        "findings",
        "advice",
        "summary",
        "knowledge",
    ] {
        assert!(verdict.get(key).is_some(), "{key} is missing");
    }
    assert_eq!(verdict["kind"], "scam");
    assert_eq!(verdict["sender"]["match"], "official");
    assert_eq!(verdict["institution"]["name"], "中国工商银行");
    assert_eq!(verdict["links"][0]["verdict"], "lookalike");
    let sum: f64 =
        verdict["probabilities"].as_object().expect("a map").values().filter_map(serde_json::Value::as_f64).sum();
    assert!((sum - 1.0).abs() < 0.01);
}

#[test]
fn unusable_input_is_refused_with_a_reason() {
    let long = "长".repeat(30_000);
    let cases: [(&[u8], &str); 5] = [
        (b"", "空"),
        (" \n\u{3000}".as_bytes(), "空"),
        (&[0xFF, 0xFE, 0x41], "UTF-8"),
        (b"\x7fELF\0\0\0", "二进制"),
        (long.as_bytes(), "64 KiB"),
    ];
    for (input, reason) in cases {
        let output = zhenxin(&["check", "-"], Some(input));
        assert_eq!(code(&output), 2, "{reason}");
        assert!(text(&output.stderr).contains(reason), "{reason}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty());
    }
    assert_eq!(code(&zhenxin(&["check", "您好", "--received-at", "yesterday"], None)), 2);
    assert_eq!(code(&zhenxin(&["check", "--file", "no/such/file"], None)), 2);
    assert_eq!(code(&zhenxin(&["chekc"], None)), 2);
}

#[test]
fn a_malformed_sender_gets_a_verdict() {
    let output = zhenxin(&["check", "--json", BILL, "--sender", "#?!"], None);
    let verdict: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the verdict is JSON");
    assert_eq!(verdict["sender"]["class"], "malformed");
    assert_eq!(verdict["sender"]["match"], "unknown");
}

fn scan(name: &str, content: &[u8], extra: &[&str]) -> (Output, Vec<serde_json::Value>) {
    let folder = folder(&format!("scan-{name}"));
    let (input, output) = (folder.join(name), folder.join("out.jsonl"));
    fs::write(&input, content).expect("the file can be written");
    let mut arguments = vec!["scan", input.to_str().expect("UTF-8"), "-o", output.to_str().expect("UTF-8")];
    arguments.extend(extra);
    let result = zhenxin(&arguments, None);
    let lines = fs::read_to_string(&output).unwrap_or_default();
    (result, lines.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect())
}

#[test]
fn a_scan_keeps_order_and_ids_and_goes_on_after_bad_rows() {
    let rows = [
        format!(r#"{{"id":7,"sender":"95588","body":"{BILL}","extra":[1,2]}}"#),
        r#"{"id":"x","body":""}"#.to_owned(),
        "not json".to_owned(),
        String::new(),
        r#"{"id":"y","sender":"95588"}"#.to_owned(),
        format!(r#"{{"id":"z","sender":null,"received_at":"?","body":"{BILL}"}}"#),
        format!(r#"{{"sender":10086,"body":"{SCAM}"}}"#),
    ];
    let (output, lines) = scan("in.jsonl", rows.join("\n").as_bytes(), &[]);
    assert_eq!(code(&output), 3);
    assert!(text(&output.stderr).contains("第 3 行"), "{}", text(&output.stderr));
    let ids: Vec<_> = lines.iter().map(|line| line["id"].clone()).collect();
    assert_eq!(ids, [7.into(), "x".into(), serde_json::Value::Null, "y".into(), "z".into(), serde_json::Value::Null]);
    let bad: Vec<bool> = lines.iter().map(|line| line.get("error").is_some()).collect();
    assert_eq!(bad, [false, true, true, true, true, false]);
    assert_eq!(lines[5]["risk"], "high");
    assert!(lines[0].get("summary").is_none(), "texts are written only with --full");
}

#[test]
fn a_scan_reads_csv_and_tsv_with_any_columns() {
    let csv = format!("\u{feff}no,body,sender\n1,\"{BILL}\n第二行\",95588\n2,\"a \"\"quoted\"\" text, with comma\",\n");
    let (output, lines) = scan("in.csv", csv.as_bytes(), &["--full"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["kind"], "repayment_notice");
    assert!(lines[0]["summary"].is_string());
    let tsv = format!("id\tbody\na\t{BILL}\nb\t\"{SCAM}\nc\n");
    let (output, lines) = scan("in.tsv", tsv.as_bytes(), &["--lang", "en"]);
    assert_eq!(code(&output), 3);
    assert_eq!(lines.iter().map(|line| line["id"].as_str()).collect::<Vec<_>>(), [Some("a"), Some("b"), Some("c")]);
    let reason = lines[2]["error"].as_str().expect("a bad row has a reason");
    assert!(reason.starts_with("the row has too few columns and no body"), "{reason}");
}

#[test]
fn a_bad_row_is_explained_in_the_readers_language() {
    let rows = [
        &b"\xff\xfe"[..],
        b"text",
        b"{\"body\":",
        br#"{"id":4,"sender":[],"body":"a"}"#,
        br#"{"id":5,"received_at":1,"body":"a"}"#,
        br#"{"id":6,"body":1}"#,
        br#"{"id":7}"#,
        br#"{"id":8,"body":""}"#,
        br#"{"id":9,"received_at":"soon","body":"a"}"#,
    ]
    .join(&b'\n');
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for (extra, chinese) in [(&[][..], true), (&["--lang", "zh"], true), (&["--lang", "en"], false)] {
        let (output, lines) = scan("in.jsonl", &rows, extra);
        assert_eq!(code(&output), 3);
        assert_eq!(lines.len(), 9);
        let told = text(&output.stderr);
        for reason in lines.iter().map(|line| line["error"].as_str().expect("each row is bad")) {
            assert_eq!(is_chinese(reason), chinese, "{reason}");
            assert!(told.contains(reason), "the output says what was told: {reason}");
        }
    }
}

#[test]
fn a_quote_that_nobody_closes_costs_one_row() {
    let rows = (1..=20_000).map(|number| format!("{number},{BILL}")).collect::<Vec<_>>().join("\n") + "\n";
    let csv = format!("id,body\n0,\"an open quote\n{rows}");
    let (output, lines) = scan("open-quote.csv", csv.as_bytes(), &[]);
    assert_eq!(code(&output), 3);
    assert_eq!(lines.len(), 20_001);
    assert_eq!(lines.iter().filter(|line| line.get("error").is_some()).count(), 1);
    assert_eq!(lines[20_000]["id"], "20000");
    let quoted = (0..20_000).map(|number| format!("{number},\"{BILL}\n{BILL}\"")).collect::<Vec<_>>().join("\n") + "\n";
    let (output, lines) = scan("in.csv", format!("id,body\nx,5\" screen\n{quoted}").as_bytes(), &[]);
    assert_eq!(code(&output), 0, "a quote inside a cell opens nothing: {}", text(&output.stderr));
    assert_eq!(lines.len(), 20_001);
}

#[test]
fn ids_are_kept_as_they_were_and_foreign_text_steers_no_terminal() {
    let rows = format!(
        "{{\"id\":123456789012345678901234567890,\"body\":\"{BILL}\"}}\n{{\"id\":[1],\"body\":5}}\n\
         {{\"id\":2,\"body\":\"{BILL}\",\"received_at\":\"\\u001b]0;x\\u0007\"}}\n"
    );
    let folder = folder("scan-ids");
    let (input, output) = (folder.join("in.jsonl"), folder.join("out.jsonl"));
    fs::write(&input, rows).expect("the file can be written");
    let result = zhenxin(&["scan", input.to_str().expect("UTF-8"), "-o", output.to_str().expect("UTF-8")], None);
    assert_eq!(code(&result), 3);
    assert!(!result.stderr.contains(&0x1b), "an escape reached the terminal");
    let lines = fs::read_to_string(&output).expect("the output is there");
    assert!(lines.contains("\"id\":123456789012345678901234567890"));
    assert!(lines.contains("\"id\":[1]"));
    let itself = input.to_str().expect("UTF-8");
    assert_eq!(code(&zhenxin(&["scan", itself, "-o", itself], None)), 2, "the input is not overwritten");
}

#[test]
fn a_courts_paper_is_told_with_its_deadline() {
    let body = "【青岛市市南区人民法院】张某，你与某银行借款合同纠纷一案，案号（2026）鲁0202民督12号，支付令已邮寄送达，如有异议请书面提出。";
    let report = text(&zhenxin(&["check", body, "--sender", "12368"], None).stdout);
    assert!(report.contains("15"), "{report}");
    assert!(!report.contains("看不出需要您做什么"), "{report}");
}

#[test]
fn one_hostile_message_does_not_take_long() {
    #[expect(clippy::disallowed_methods, reason = "a bound far above what it takes, to catch quadratic time")]
    for piece in ["a.", "1.", "a点", "a ", "0-", "http://"] {
        let body = piece.repeat(60_000 / piece.len());
        let start = std::time::Instant::now();
        zhenxin(&["check", "-"], Some(body.as_bytes()));
        assert!(start.elapsed().as_secs() < 5, "{piece} took {:?}", start.elapsed());
    }
}

#[test]
fn a_scan_of_hostile_files_ends_well() {
    let mut content = vec![b'{'; 10 * 1024 * 1024];
    content.extend_from_slice(format!("\n{{\"id\":2,\"body\":\"{BILL}\"}}\n").as_bytes());
    content.extend_from_slice(b"\xff\xfe\n{\"id\":4,\"body\":\"\\u0000\"}\n");
    content.extend_from_slice(format!("{{\"id\":5,\"body\":\"{}\"}}\n", "长".repeat(25_000)).as_bytes());
    content.extend_from_slice("[".repeat(50_000).as_bytes());
    let (output, lines) = scan("in.jsonl", &content, &["--threads", "2"]);
    assert_eq!(code(&output), 3, "{}", text(&output.stderr));
    assert_eq!(lines.len(), 6);
    assert_eq!(lines[1]["id"], 2);
    assert!(lines[1].get("error").is_none());
    assert_eq!(lines.iter().filter(|line| line.get("error").is_some()).count(), 5);
}

#[test]
fn a_file_that_cannot_be_scanned_is_refused_and_leaves_nothing() {
    for (name, content) in
        [("in.jsonl", "{\"text\":\"您好\"}\n"), ("in.csv", "a,b\n1,2\n"), ("in.tsv", ""), ("in.xyz", "")]
    {
        let (output, lines) = scan(name, content.as_bytes(), &[]);
        assert_eq!(code(&output), 2, "{name}");
        assert!(!output.stderr.is_empty());
        assert!(lines.is_empty());
    }
    let folder = folder("scan-refused");
    let input = folder.join("in.jsonl");
    fs::write(&input, format!("{{\"body\":\"{BILL}\"}}\n")).expect("the file can be written");
    let input = input.to_str().expect("UTF-8");
    assert_eq!(code(&zhenxin(&["scan", input, "-o", "no/such/folder/out.jsonl"], None)), 2);
    let parquet = folder.join("out.parquet");
    assert_eq!(code(&zhenxin(&["scan", input, "-o", parquet.to_str().expect("UTF-8")], None)), 2);
    assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 1, "only the input is left");
}

#[test]
fn the_knowledge_can_be_listed_explained_checked_and_aged() {
    let list = text(&zhenxin(&["knowledge", "list"], None).stdout);
    assert!(list.contains("institution") && list.contains("rule"));
    for what in ["icbc", "95588", "c01", "s05", "asks-otp", "civil-code-1033", "icbc.com.cn", "花呗"] {
        let output = zhenxin(&["knowledge", "explain", what], None);
        assert_eq!(code(&output), 0, "{what}");
        assert!(!output.stdout.is_empty(), "{what}");
    }
    assert_eq!(code(&zhenxin(&["knowledge", "explain", "没有这一条"], None)), 2);
    assert_eq!(code(&zhenxin(&["knowledge", "check"], None)), 0);
    let stale = text(&zhenxin(&["knowledge", "stale", "--days", "100000"], None).stdout);
    assert!(stale.contains("lpr-1y"), "the gap in the rate is always said: {stale}");
}

#[test]
fn a_directory_of_ones_own_is_laid_over_and_checked() {
    let root = folder("own");
    fs::create_dir_all(root.join("institution")).expect("the folder can be made");
    let file = root.join("institution/own-bank.toml");
    let good = "name = \"某某村镇银行\"\nkind = \"bank-rural\"\naliases = [\"某某村镇银行\"]\nhotlines = [\"966999\"]\n\
                source = \"own\"\nchecked = 2026-11-23\nconfidence = \"low\"\n";
    fs::write(&file, good).expect("the file can be written");
    let own = root.to_str().expect("UTF-8");
    let message = "【某某村镇银行】您的贷款本期应还100元，还款日3月25日。";
    let output = zhenxin(&["check", "--json", "--knowledge", own, "--sender", "966999", message], None);
    let verdict: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the verdict is JSON");
    assert_eq!(verdict["sender"]["match"], "official");
    fs::write(&file, good.replace("kind", "knid")).expect("the file can be written");
    let output = zhenxin(&["check", "--knowledge", own, message], None);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("own-bank.toml"));
    fs::write(&file, good.replace("966999", "95588")).expect("the file can be written");
    let output = zhenxin(&["knowledge", "check", "--knowledge", own], None);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stdout).contains("95588"));
}

#[test]
fn labelled_rows_are_measured_by_source_as_text_json_and_a_page() {
    let folder = folder("eval");
    let file = folder.join("rows.tsv");
    let rows = "id\tsource\tkind\tbody\n1\ta\totp\t【某某】您的验证码是123456，请勿泄露给他人\n2\tb\tmarketing\t<b>周年庆</b>全场五折，回T退订\n3\tb\tno-such-kind\tx\n";
    std::fs::write(&file, rows).expect("the folder is writable");
    let path = file.to_str().expect("the path is text");
    let text = zhenxin(&["eval", path], None);
    assert_eq!(text.status.code(), Some(3), "one row cannot be used");
    let written = String::from_utf8_lossy(&text.stdout).into_owned();
    assert!(written.contains("(all): kinds right") && written.contains("(2/2)"), "{written}");
    let json = zhenxin(&["eval", path, "--format", "json"], None);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(value["sources"][1]["accuracy"]["of"], 1);
    let page = zhenxin(&["eval", path, "--format", "html"], None);
    let page = String::from_utf8_lossy(&page.stdout).into_owned();
    assert!(page.starts_with("<!doctype html>") && page.contains("<svg") && !page.contains("http"));
}
