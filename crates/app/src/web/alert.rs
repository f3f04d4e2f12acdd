//! Alerts beyond the page, to where the user switched them on: that a message of high risk came, its number and kind.
//! Never what it says, nor from whom.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use inbox::Inbox;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::server::{Server, hmac};
use super::signature::of_time;
use crate::command::import::Arrived;

/// The setting that holds the targets.
const SETTING: &str = "alerts";
/// Alerts that may wait.
const MOST_WAITING: usize = 64;
/// For one delivery.
const LIMIT: Duration = Duration::from_secs(10);

/// To what an alert is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Bark, for iPhones.
    Bark,
    /// ntfy.
    Ntfy,
    /// A robot of a `DingTalk` group.
    Dingtalk,
    /// A robot of a Feishu group.
    Feishu,
    /// A robot of a `WeCom` group.
    Wecom,
    /// Anything that takes JSON.
    Webhook,
}

/// A target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// To what.
    pub service: Service,
    /// Its address.
    pub url: String,
    /// The secret that it is signed with, where the service asks for one.
    #[serde(default)]
    pub secret: Option<String>,
    /// What came of the last delivery; nothing while none was tried.
    #[serde(default)]
    pub last: Option<String>,
}

/// Returns the targets; none means that alerts stay on the page.
pub fn targets(inbox: &Inbox) -> Result<Vec<Target>, inbox::Error> {
    let text = inbox.setting(SETTING)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// Changes the targets from what they are now, so that what somebody else has just set stays.
pub fn change(inbox: &mut Inbox, change: impl FnOnce(&mut Vec<Target>)) -> Result<(), inbox::Error> {
    inbox.change(SETTING, |text| {
        let mut targets = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        change(&mut targets);
        serde_json::to_string(&targets).ok().filter(|_| !targets.is_empty())
    })
}

/// Sends alerts one after another on a thread of its own, so that no phone waits for one and no worker is taken up. What
/// comes while too many wait stands on the page alone.
#[expect(clippy::disallowed_methods, reason = "the application starts threads")]
pub fn sender(place: PathBuf) -> SyncSender<String> {
    let (sender, waiting) = sync_channel::<String>(MOST_WAITING);
    std::thread::spawn(move || {
        while let Ok(text) = waiting.recv() {
            // What has piled up meanwhile is one alert: the newest message, and that there are more.
            let later: Vec<String> = waiting.try_iter().collect();
            let text = match later.last() {
                Some(newest) => format!("{newest} (+{})", later.len()),
                None => text,
            };
            send(&place, &text);
        }
    });
    sender
}

/// Sends an alert to every target and notes what came of it.
fn send(place: &Path, text: &str) {
    let mut inbox = match Inbox::open_existing(place) {
        Ok(inbox) => inbox,
        Err(error) => return eprintln!("{error}"),
    };
    for target in targets(&inbox).unwrap_or_default() {
        let sent = deliver(&target, text, jiff::Timestamp::now().as_millisecond());
        let last = sent.err().unwrap_or_else(|| "ok".to_owned());
        let noted = change(&mut inbox, |targets| {
            let same = |now: &&mut Target| now.service == target.service && now.url == target.url;
            if let Some(now) = targets.iter_mut().find(same) {
                now.last = Some(last);
            }
        });
        if let Err(error) = noted {
            eprintln!("{error}");
        }
    }
}

/// Raises an alert.
pub fn raise(server: &Server, arrived: &Arrived) {
    let kind =
        judge::verdict::Kind::from_id(arrived.kind).map_or("", |kind| crate::report::kind_name(kind, server.lang));
    let text = match server.lang {
        knowledge::Lang::Zh => {
            format!("收到一条高风险短信（{kind}），编号 {}。请在甄信里查看，先不要照它说的做。", arrived.id)
        }
        knowledge::Lang::En => {
            format!(
                "A message of high risk came ({kind}), number {}. Look at it in Zhenxin; do not do what it says.",
                arrived.id
            )
        }
    };
    let _ = server.alerts.try_send(text);
}

/// Sends one alert; the reason of a failure names no address.
pub fn deliver(target: &Target, text: &str, now_ms: i64) -> Result<(), String> {
    let (url, body) = request(target, text, now_ms);
    let config = ureq::Agent::config_builder().timeout_global(Some(LIMIT)).max_redirects(0).build();
    let body = body.to_string();
    let sent = ureq::Agent::new_with_config(config)
        .post(&url)
        .header("content-type", "application/json")
        .send(body.as_bytes());
    match sent {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("HTTP {}", answer.status().as_u16())),
        Err(ureq::Error::StatusCode(status)) => Err(format!("HTTP {status}")),
        Err(_) => Err("not reached".to_owned()),
    }
}

/// Returns address and body, as each service wants them.
fn request(target: &Target, text: &str, now_ms: i64) -> (String, Value) {
    const TITLE: &str = "甄信";
    let secret = target.secret.as_deref().filter(|secret| !secret.is_empty());
    match target.service {
        Service::Bark => {
            (target.url.clone(), json!({ "title": TITLE, "body": text, "group": TITLE, "level": "timeSensitive" }))
        }
        Service::Ntfy => {
            // The topic is the last part of the address; the body as JSON goes to the address above it.
            let (base, topic) = target.url.trim_end_matches('/').rsplit_once('/').unwrap_or((&target.url, ""));
            (base.to_owned(), json!({ "topic": topic, "title": TITLE, "message": text, "priority": 4 }))
        }
        Service::Dingtalk => {
            let url = secret.map_or_else(
                || target.url.clone(),
                |secret| {
                    let sign = of_time(secret, &now_ms.to_string());
                    let query = serde_urlencoded::to_string([("timestamp", now_ms.to_string()), ("sign", sign)]);
                    format!("{}&{}", target.url, query.unwrap_or_default())
                },
            );
            (url, json!({ "msgtype": "text", "text": { "content": format!("{TITLE}：{text}") } }))
        }
        Service::Feishu => {
            let mut body = json!({ "msg_type": "text", "content": { "text": format!("{TITLE}：{text}") } });
            if let Some(secret) = secret {
                let seconds = now_ms / 1000;
                let key = format!("{seconds}\n{secret}");
                body["timestamp"] = Value::from(seconds.to_string());
                body["sign"] = Value::from(STANDARD.encode(hmac(key.as_bytes(), &[])));
            }
            (target.url.clone(), body)
        }
        Service::Wecom => {
            (target.url.clone(), json!({ "msgtype": "text", "text": { "content": format!("{TITLE}：{text}") } }))
        }
        Service::Webhook => (target.url.clone(), json!({ "title": TITLE, "text": text })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(service: Service, url: &str, secret: Option<&str>) -> Target {
        Target { service, url: url.to_owned(), secret: secret.map(str::to_owned), last: None }
    }

    #[test]
    fn each_service_gets_its_own_form() {
        let (url, body) = request(&target(Service::Ntfy, "https://ntfy.example/mine", None), "高风险", 0);
        assert_eq!((url.as_str(), body["topic"].as_str()), ("https://ntfy.example", Some("mine")));
        let robot = target(Service::Dingtalk, "https://d.example/send?access_token=a", Some("SEC"));
        let (url, _) = request(&robot, "高风险", 1_700_000_000_009);
        assert!(url.contains("&timestamp=1700000000009&sign="), "{url}");
        let (_, body) = request(&target(Service::Feishu, "https://f.example", Some("s")), "高风险", 1_700_000_000_009);
        assert_eq!(body["timestamp"], "1700000000");
        assert!(body["sign"].as_str().is_some_and(|sign| sign.len() == 44));
    }
}
