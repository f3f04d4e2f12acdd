//! `zhenxin serve` as programs and browsers meet it. Pages in a real browser are tested by tools/browser.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::process::{folder, run, zhenxin};

/// A running server, ended with the test.
struct Served {
    child: Child,
    base: String,
    home: PathBuf,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(home: PathBuf, arguments: &[&str]) -> Served {
    let mut child = zhenxin()
        .args(["serve", "--no-open"])
        .args(arguments)
        .env("XDG_DATA_HOME", &home)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stderr.take().expect("piped")).read_line(&mut line).expect("a first line");
    let base = line.trim().trim_start_matches("甄信 ").trim_end_matches('/').to_owned();
    assert!(base.starts_with("http"), "{line}");
    Served { child, base, home }
}

fn local() -> Served {
    serve(folder("serve"), &["--listen", "127.0.0.1:0"])
}

struct Answer {
    status: u16,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

impl Served {
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        let agent: ureq::Agent = config.into();
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = agent.run(request.body(body).expect("a request")).expect("an answer");
        let text = answer.body_mut().read_to_string().expect("text");
        Answer { status: answer.status().as_u16(), text }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, &[("content-type", "application/json")], body.to_string().as_bytes())
    }

    /// Adds a device; returns its path.
    fn device(&self) -> String {
        let created = self.post("/api/connect", &json!({ "name": "phone" })).json();
        let url = created["created"]["url"].as_str().expect("an address").to_owned();
        url.split_once("/hook/").map(|(_, token)| format!("/hook/{token}")).expect("a token")
    }
}

#[test]
fn the_api_gives_the_verdict_of_the_command_line() {
    let served = local();
    let asked = json!({ "text": "【工商银行】请点击 icbc-vip.top 认证", "sender": "+85261234567" });
    let answer = served.post("/api/check", &asked);
    let arguments = ["check", "--json", "【工商银行】请点击 icbc-vip.top 认证", "--sender", "+85261234567"];
    let command = run(zhenxin().args(arguments), b"");
    assert_eq!(answer.text.trim(), String::from_utf8_lossy(&command.stdout).trim());
}

#[test]
fn other_hosts_other_origins_and_forms_without_their_token_are_refused() {
    let served = local();
    assert_eq!(served.ask("GET", "/", &[("host", "evil.example")], b"").status, 421);
    let form = [("content-type", "application/x-www-form-urlencoded"), ("origin", "https://evil.example")];
    assert_eq!(served.ask("POST", "/check", &form, b"text=a").status, 403);
    assert_eq!(served.ask("POST", "/check", &form[..1], b"text=a").status, 403);
    let site = [("content-type", "application/json"), ("sec-fetch-site", "cross-site")];
    assert_eq!(served.ask("POST", "/api/check", &site, b"{}").status, 403);
}

#[test]
fn a_message_cannot_become_markup() {
    let served = local();
    let home = served.get("/").text;
    let token = home.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
    assert_eq!(token.len(), 64);
    let kept =
        served.post("/api/inbox", &json!({ "text": "<script>alert(1)</script>\"'><img src=x onerror=1>" })).json();
    let page = served.get(&format!("/message/{}", kept["id"])).text;
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)"));
}

#[test]
fn a_forwarded_message_is_judged_and_kept_once() {
    let served = local();
    let hook = served.device();
    let body = json!({ "from": "106902", "org_content": "【法务】您已被起诉，今日不还上门抓捕", "receive_time": "2026-11-24T20:00:00+0800" });
    let first = served.post(&hook, &body);
    assert_eq!((first.status, first.json()["status"].as_str()), (200, Some("stored")), "{}", first.text);
    assert_eq!(first.json()["messages"][0]["risk"], "high");
    assert_eq!(served.post(&hook, &body).json()["status"], "known");
    let id = first.json()["messages"][0]["id"].clone();
    let message = served.get(&format!("/api/message/{id}")).json();
    assert_eq!(message["message"]["party"], "106902");
    assert_eq!(message["message"]["time_ms"], 1_795_521_600_000_i64);
    assert_eq!(served.post("/hook/00", &body).status, 401);
}

#[test]
fn a_device_that_signs_is_refused_without_its_signature() {
    let served = local();
    let hook = served.device();
    let body = json!({ "from": "95588", "org_content": "a", "timestamp": "1700000000009", "sign": "FvDCDDDMfv6gJfgJNCnxDNCuvNqAap5m7s/DIF15w50=" });
    assert_eq!(served.post("/api/connect/1/sign", &json!({ "secret": "SECtest-long" })).status, 200);
    let wrong = served.post(&hook, &body);
    assert_eq!(wrong.status, 403);
    let devices = served.get("/api/connect").json();
    assert_eq!(devices["devices"][0]["refused"], 1);
    served.post("/api/connect/1/revoke", &json!({}));
    assert_eq!(served.post(&hook, &body).status, 401);
}

#[test]
fn one_time_codes_are_covered_before_anything_is_kept() {
    let served = local();
    let hook = served.device();
    let body = json!({ "from": "95588", "text": "【工商银行】验证码 739154，请勿告诉他人。" });
    let id = served.post(&hook, &body).json()["messages"][0]["id"].clone();
    let message = served.get(&format!("/api/message/{id}")).text;
    assert!(!message.contains("739154"), "{message}");
    let bytes = std::fs::read(served.home.join("zhenxin/inbox.db")).expect("an inbox");
    assert!(!bytes.windows(6).any(|window| window == b"739154"));
}

#[test]
fn beyond_this_computer_nothing_is_shown_without_the_token() {
    let served = serve(folder("serve"), &["--listen", "0.0.0.0:0", "--plain"]);
    let (base, token) = served.base.split_once("/enter?token=").expect("a token");
    let inside =
        Served { child: Command::new("true").spawn().expect("true"), base: base.to_owned(), home: folder("serve") };
    assert_eq!(inside.get("/inbox").status, 401);
    assert_eq!(inside.get("/enter?token=wrong").status, 401);
    let bearer = format!("Bearer {token}");
    assert_eq!(inside.ask("GET", "/inbox", &[("authorization", &bearer)], b"").status, 200);
    assert_eq!(inside.get(&format!("/enter?token={token}")).status, 303);
}

#[test]
fn what_was_kept_is_there_after_a_restart() {
    let mut served = local();
    served.post("/api/inbox", &json!({ "text": "您的借款已逾期", "sender": "95599" }));
    let _ = served.child.kill();
    let home = std::mem::replace(&mut served.home, folder("serve"));
    let again = serve(home, &["--listen", "127.0.0.1:0"]);
    assert_eq!(again.get("/api/inbox").json()["counts"]["total"], 1);
}

#[test]
fn what_is_put_into_the_inbox_on_the_page_enters_the_evidence_store_too() {
    let home = folder("serve");
    let evidence = |home: &PathBuf, arguments: &[&str]| {
        run(zhenxin().arg("evidence").args(arguments).current_dir(home).env("XDG_DATA_HOME", home), b"")
    };
    assert_eq!(evidence(&home, &["init", "--sheet", "sheet.txt"]).status.code(), Some(0));
    let served = serve(home, &["--listen", "127.0.0.1:0"]);
    let text = "您的借款已逾期，今日不还将起诉";
    let body = json!({ "text": text, "sender": "95599", "received_at": "2026-05-06T21:10:00+08:00" });
    let id = served.post("/api/inbox", &body).json()["id"].clone();
    let number = served.get(&format!("/api/message/{id}")).json()["evidence"]["seq"].clone();
    let shown = evidence(&served.home, &["show", &number.to_string()]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    for part in [text, "95599", "2026-05-06T21:10:00"] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    assert_eq!(served.post("/api/inbox", &body).json()["is_new"], false);
    for received in ["2026-05-06", "2026-05-06T21:11:00+08:00[Asia/Shanghai]"] {
        let body = json!({ "text": format!("{text}，{received}"), "sender": "95599", "received_at": received });
        assert_eq!(
            served.post("/api/inbox", &body).json()["is_new"],
            true,
            "a store refuses nothing that is taken without it"
        );
    }
    let list = evidence(&served.home, &["list", "--all", "--json"]);
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    assert_eq!(list.matches("\"original\"").count(), 3, "nothing twice: {list}");
    assert!(!list.contains("Shanghai") && list.contains("2026-05-06T21:11:00"), "{list}");
}

#[test]
fn unusable_requests_get_clear_answers() {
    let served = local();
    for (path, body, status) in [
        ("/api/check", "{}", 422),
        ("/api/check", "{\"text\":\"\"}", 422),
        ("/api/check", "not json", 422),
        ("/api/check", "{\"text\":\"a\",\"received_at\":\"yesterday\"}", 422),
        ("/api/evidence", "{\"text\":\"a\"}", 422),
        ("/api/evidence/export", "{}", 422),
        ("/api/connect", "{\"name\":\"\"}", 422),
        ("/api/connect/pull", "{\"address\":\"http://8.8.8.8:1\"}", 422),
    ] {
        let answer = served.ask("POST", path, &[("content-type", "application/json")], body.as_bytes());
        assert_eq!(answer.status, status, "{path} {body}: {}", answer.text);
        assert!(answer.json()["error"]["message"].as_str().is_some_and(|text| !text.is_empty()), "{path}");
    }
    for path in ["/api/message/1", "/api/case/9", "/api/knowledge/none", "/api/evidence/7", "/nothing"] {
        assert!(matches!(served.get(path).status, 404 | 422), "{path}");
    }
    let large = vec![b'a'; 9 << 20];
    assert_eq!(served.ask("POST", "/api/check", &[("content-type", "application/json")], &large).status, 413);
}
