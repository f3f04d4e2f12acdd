//! 连接手机: devices with their tokens, history from a phone, alerts beyond the page.

use std::collections::BTreeMap;

use axum::extract::{Path, Query};
use base64::Engine as _;
use inbox::device::{Device, Unread};
use serde::{Deserialize, Serialize};

use super::alert::{self, Service, Target};
use super::answer::{Input, Problem, Reply, Trouble, Visit, aside};
use super::hook::token_hash;
use super::import::{evidence_place, session};
use super::inbox::{Done, Notice, open};
use super::server::random_token;
use crate::command::import::{ASKED_OF_PHONE, Session, Source};
use crate::command::inbox as store;
use crate::phone;

/// What a user pastes into `SmsForwarder`.
const TEMPLATE: &str = r#"{"v":1,"from":"[from]","org_content":"[org_content]","receive_time":"[receive_time:yyyy-MM-dd'T'HH:mm:ssZ]","timestamp":"[timestamp]","sign":"[sign]","card_slot":"[card_slot]","device_mark":"[device_mark]"}"#;
/// A phone that has brought messages and brings none for so long has probably stopped forwarding.
const SILENT_MS: i64 = 3 * 86_400_000;
/// A new device that has brought nothing by then is probably set up wrongly.
const NEW_MS: i64 = 3_600_000;

#[derive(Debug, Serialize)]
struct Sheet {
    notice: Option<Notice>,
    error: Option<Trouble<'static>>,
    server: Reachable,
    created: Option<Created>,
    devices: Vec<Listed>,
    template: &'static str,
    pull: Pull,
    alerts_out: Vec<Out>,
}

#[derive(Debug, Serialize)]
struct Reachable {
    address: String,
    is_loopback: bool,
    open_command: Option<String>,
    certificate: Option<String>,
}

#[derive(Debug, Serialize)]
struct Created {
    id: i64,
    name: String,
    url: String,
    token: String,
    qr_svg: String,
}

#[derive(Debug, Serialize)]
struct Listed {
    #[serde(flatten)]
    device: Device,
    last_ms: Option<i64>,
    is_silent: bool,
    /// Whether only signed requests count.
    is_signed: bool,
    warnings: Vec<String>,
    /// Requests in which no message was found, the newest first.
    unread: Vec<Seen>,
}

/// A request that was not understood.
#[derive(Debug, Serialize)]
struct Seen {
    time: String,
    text: String,
}

#[derive(Debug, Default, Serialize)]
struct Pull {
    address: String,
    outcome: Option<Pulled>,
}

#[derive(Debug, Serialize)]
struct Pulled {
    new: u64,
    known: u64,
}

#[derive(Debug, Serialize)]
struct Out {
    id: Service,
    name: &'static str,
    is_on: bool,
    fields: Vec<Field>,
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct Field {
    name: &'static str,
    label: &'static str,
    value: String,
    is_secret: bool,
    hint: &'static str,
}

const TITLE: [&str; 2] = ["连接手机", "Connect a phone"];

/// What a request adds to the page.
#[derive(Default)]
struct Extra {
    done: String,
    created: Option<Created>,
    pull: Pull,
}

/// `GET /connect`.
pub async fn overview(visit: Visit, Query(done): Query<Done>) -> Reply {
    shown(visit, Extra { done: done.what().to_owned(), ..Extra::default() }).await
}

async fn shown(visit: Visit, extra: Extra) -> Reply {
    let worker = visit.clone();
    let sheet = aside(move || sheet(&worker, extra)).await?;
    visit.show("page/connect.html", TITLE, &sheet)
}

fn sheet(visit: &Visit, extra: Extra) -> Result<Sheet, Problem> {
    let now_ms = jiff::Timestamp::now().as_millisecond();
    let inbox = open(&visit.server)?;
    let devices = inbox.as_ref().map(::inbox::Inbox::devices).transpose()?.unwrap_or_default();
    let targets = inbox.as_ref().map(alert::targets).transpose()?.unwrap_or_default();
    let access = &visit.server.access;
    let address = visit.server.address();
    Ok(Sheet {
        notice: Notice::of(visit, &extra.done),
        error: None,
        server: Reachable {
            is_loopback: !access.needs_token(),
            open_command: (!access.needs_token()).then(|| "zhenxin serve --listen 0.0.0.0:8190".to_owned()),
            certificate: access.certificate.clone(),
            address,
        },
        created: extra.created,
        devices: devices
            .into_iter()
            .filter(|device| !device.is_revoked)
            .map(|device| {
                let unread = inbox.as_ref().map(|inbox| inbox.unread(device.id)).transpose()?.unwrap_or_default();
                Ok(listed(visit, device, unread, now_ms))
            })
            .collect::<Result<_, Problem>>()?,
        template: TEMPLATE,
        pull: extra.pull,
        alerts_out: SERVICES.iter().map(|service| out(visit, service, &targets)).collect(),
    })
}

fn listed(visit: &Visit, device: Device, (count, unread): (i64, Vec<Unread>), now_ms: i64) -> Listed {
    let mut warnings = Vec::new();
    let quiet_ms = now_ms - device.message_ms.unwrap_or(device.created_ms);
    let is_silent = quiet_ms > if device.message_ms.is_some() { SILENT_MS } else { NEW_MS };
    if is_silent {
        let days = quiet_ms / 86_400_000;
        warnings.push(if device.message_ms.is_some() {
            match visit.view.lang {
                "en" => format!("No new message for {days} days. See whether the forwarder still runs: battery savers stop it."),
                _ => format!("已经 {days} 天没有新短信。请看看手机上的转发程序是不是被省电关掉了。"),
            }
        } else {
            visit
                .say(
                    "还没有收到过短信。请在手机的转发程序里点“测试”；小米手机还要打开“通知类短信”权限。",
                    "Nothing has come yet. Press \"test\" in the forwarder; a Xiaomi phone also needs the 通知类短信 permission.",
                )
                .to_owned()
        });
    }
    if let Some(refusal) = device.refusal.as_deref().filter(|_| device.seen_ms > device.message_ms) {
        warnings.push(match visit.view.lang {
            "en" => format!("{} requests were refused; the last: {refusal}", device.refused),
            _ => format!("有 {} 个请求被拒绝，最近一次：{refusal}", device.refused),
        });
    }
    if count > 0 {
        warnings.push(match visit.view.lang {
            "en" => format!("{count} requests held no message that was understood; they are kept below. See the forwarder's template."),
            _ => format!("有 {count} 个请求没有读出短信，内容留在下面。请检查转发程序的模板。"),
        });
    }
    let unread =
        unread.into_iter().map(|unread| Seen { time: store::time(Some(unread.received_ms)), text: unread.text });
    let unread = unread.collect();
    Listed { last_ms: device.message_ms, is_silent, is_signed: device.secret.is_some(), warnings, unread, device }
}

struct Known {
    service: Service,
    name: [&'static str; 2],
    hint: &'static str,
    is_signed: bool,
}

const SERVICES: [Known; 6] = [
    Known {
        service: Service::Bark,
        name: ["Bark（苹果）", "Bark (iPhone)"],
        hint: "https://api.day.app/KEY",
        is_signed: false,
    },
    Known { service: Service::Ntfy, name: ["ntfy", "ntfy"], hint: "https://ntfy.sh/TOPIC", is_signed: false },
    Known {
        service: Service::Dingtalk,
        name: ["钉钉群机器人", "DingTalk robot"],
        hint: "https://oapi.dingtalk.com/robot/send?access_token=…",
        is_signed: true,
    },
    Known {
        service: Service::Feishu,
        name: ["飞书群机器人", "Feishu robot"],
        hint: "https://open.feishu.cn/open-apis/bot/v2/hook/…",
        is_signed: true,
    },
    Known {
        service: Service::Wecom,
        name: ["企业微信群机器人", "WeCom robot"],
        hint: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
        is_signed: false,
    },
    Known { service: Service::Webhook, name: ["自己的网址", "Webhook"], hint: "https://…", is_signed: false },
];

fn out(visit: &Visit, known: &Known, targets: &[Target]) -> Out {
    let target = targets.iter().find(|target| target.service == known.service);
    let mut fields = vec![Field {
        name: "url",
        label: visit.say("地址", "Address"),
        // The address of a robot is its key; it is not shown again.
        value: String::new(),
        is_secret: false,
        hint: if target.is_some() {
            visit.say("已保存，留空不改", "kept; leave empty to keep it")
        } else {
            known.hint
        },
    }];
    if known.is_signed {
        fields.push(Field {
            name: "secret",
            label: visit.say("加签密钥", "Sign secret"),
            value: String::new(),
            is_secret: true,
            hint: "",
        });
    }
    let error = target.and_then(|target| target.last.clone()).filter(|last| last != "ok");
    Out { id: known.service, name: visit.say(known.name[0], known.name[1]), is_on: target.is_some(), fields, error }
}

#[derive(Debug, Deserialize)]
pub struct New {
    name: String,
}

/// `POST /connect`: a device, with its token, which is shown this once.
pub async fn add(visit: Visit, Input(new, _): Input<New>) -> Reply {
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 40 {
        return Err(Problem::unusable(
            "请给设备起个名字，不超过40个字。",
            "give the device a name of at most 40 characters",
        ));
    }
    let worker = visit.clone();
    let created = aside(move || {
        let token = random_token()?;
        let inbox = store::open_or_make(Some(&worker.server.inbox))?;
        let now_ms = jiff::Timestamp::now().as_millisecond();
        let id = inbox.add_device(&name, &token_hash(&token), None, now_ms)?;
        let url = format!("{}/hook/{token}", worker.server.address());
        Ok(Created { id, name, qr_svg: qr(&url), url, token })
    })
    .await?;
    shown(visit, Extra { created: Some(created), ..Extra::default() }).await
}

/// A secret to sign with.
#[derive(Debug, Deserialize)]
pub struct Signed {
    secret: String,
}

/// `POST /connect/ID/sign`: from now on only requests signed with this secret count; an empty one ends that.
pub async fn sign(visit: Visit, Path(id): Path<i64>, Input(signed, _): Input<Signed>) -> Reply {
    let secret = signed.secret.trim().to_owned();
    if !secret.is_empty() && secret.chars().count() < 8 {
        return Err(Problem::unusable(
            "密钥太短，至少8个字符。",
            "the secret is too short; it takes 8 characters or more",
        ));
    }
    let server = visit.server.clone();
    aside(move || {
        let inbox = open(&server)?.ok_or_else(Problem::missing)?;
        Ok(inbox.set_device_secret(id, Some(secret.as_str()).filter(|secret| !secret.is_empty()))?)
    })
    .await?;
    visit.done("/connect?done=signed", &serde_json::json!({ "id": id }))
}

/// `POST /connect/ID/revoke`.
pub async fn revoke(
    visit: Visit,
    Path(id): Path<i64>,
    Input(_, _): Input<BTreeMap<String, serde_json::Value>>,
) -> Reply {
    let server = visit.server.clone();
    aside(move || Ok(open(&server)?.ok_or_else(Problem::missing)?.revoke_device(id)?)).await?;
    visit.done("/connect?done=revoked", &serde_json::json!({ "id": id }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Alerting {
    url: String,
    secret: String,
    on: Option<String>,
    test: Option<String>,
}

/// `POST /connect/alert/SERVICE`.
pub async fn alert(visit: Visit, Path(service): Path<Service>, Input(given, _): Input<Alerting>) -> Reply {
    let worker = visit.clone();
    aside(move || {
        let mut inbox = store::open_or_make(Some(&worker.server.inbox))?;
        let earlier = alert::targets(&inbox)?.into_iter().find(|target| target.service == service);
        let mut wanted = None;
        if given.on.is_some() || given.test.is_some() {
            let kept = |text: &str, earlier: Option<String>| {
                Some(text.trim().to_owned()).filter(|text| !text.is_empty()).or(earlier)
            };
            let url = kept(&given.url, earlier.as_ref().map(|target| target.url.clone()));
            let url = url.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
            let url = url.ok_or_else(|| {
                Problem::unusable(
                    "请填完整的地址，以 https:// 开头。",
                    "give the whole address, beginning with https://",
                )
            })?;
            let secret = kept(&given.secret, earlier.and_then(|target| target.secret));
            let mut target = Target { service, url, secret, last: None };
            if given.test.is_some() {
                let text = worker.say("这是一条测试提醒，没有新短信。", "This is a test; no message came.");
                let sent = alert::deliver(&target, text, jiff::Timestamp::now().as_millisecond());
                target.last = Some(sent.err().unwrap_or_else(|| "ok".to_owned()));
            }
            wanted = Some(target);
        }
        Ok(alert::change(&mut inbox, |targets| {
            targets.retain(|target| target.service != service);
            targets.extend(wanted);
        })?)
    })
    .await?;
    visit.done("/connect?done=alert", &serde_json::json!({ "service": service }))
}

#[derive(Debug, Deserialize)]
pub struct Asked {
    address: String,
    #[serde(default)]
    secret: String,
}

/// `POST /connect/pull`: takes in what is on a phone.
pub async fn pull(visit: Visit, Input(asked, _): Input<Asked>) -> Reply {
    let worker = visit.clone();
    let address = asked.address.clone();
    let outcome = aside(move || {
        let secret = Some(asked.secret.trim()).filter(|secret| !secret.is_empty());
        let bytes = phone::history(&asked.address, secret, &|| jiff::Timestamp::now().as_millisecond())?;
        let place = evidence_place(&worker.server);
        let session =
            Session { evidence: Some(&place), ..session(&worker.server, worker.lang(), std::path::Path::new("")) };
        let mut inbox = store::open_or_make(Some(&worker.server.inbox))?;
        let outcome =
            session.take_source(&mut inbox, &Source::of_bytes(&asked.address, bytes, "").by(ASKED_OF_PHONE))?;
        Ok(Pulled { new: outcome.new, known: outcome.known + outcome.again })
    })
    .await?;
    shown(visit, Extra { pull: Pull { address, outcome: Some(outcome) }, ..Extra::default() }).await
}

/// Returns a text as a picture that a phone reads.
pub fn qr(text: &str) -> String {
    let svg = print::qr_svg(text).unwrap_or_default();
    format!("data:image/svg+xml;base64,{}", base64::engine::general_purpose::STANDARD.encode(svg))
}
