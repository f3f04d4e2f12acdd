//! What a named field of a table, an object or a request means, whatever program named it. One list of names for all.

use crate::message::{Direction, Message, Service, Time, TimeSource};
use crate::time;
use crate::{LONGEST_BODY, Options, Reason};

/// What a field holds. The order within a list of names is the order of preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The other party.
    Sender,
    /// Addressee of a sent message, where it has a column of its own.
    Recipient,
    /// The text.
    Body,
    /// When the phone had it.
    Time,
    /// When the centre sent it.
    Sent,
    /// Received or sent.
    Direction,
    /// SIM card.
    Sim,
    /// Phone.
    Device,
    /// Name in the address book.
    Name,
    /// Service.
    Service,
}

const NAMES: &[(Field, &[&str])] = &[
    (
        Field::Sender,
        &[
            "sender",
            "address",
            "from",
            "number",
            "phonenumber",
            "phone",
            "sender_number",
            "sender id",
            "contact",
            "from_number",
            "发件人",
            "号码",
            "发送号码",
            "发件号码",
            "手机号",
            "手机号码",
            "电话",
            "电话号码",
            "对方号码",
            "发送者",
            "发信人",
            "来自",
        ],
    ),
    (Field::Recipient, &["to", "recipient", "收件人", "接收号码", "收件号码"]),
    (
        Field::Body,
        &[
            "org_content",
            "body",
            "text",
            "message",
            "content",
            "msg_content",
            "sms",
            "msg",
            "正文",
            "内容",
            "短信内容",
            "短信正文",
            "短信",
            "信息内容",
            "消息内容",
        ],
    ),
    (
        Field::Time,
        &[
            "received_at",
            "receivedat",
            "receivedstamp",
            "receive_time",
            "date",
            "message date",
            "time",
            "timestamp",
            "received",
            "时间",
            "日期",
            "接收时间",
            "收到时间",
            "收件时间",
            "发送时间",
            "start_time",
        ],
    ),
    (Field::Sent, &["date_sent", "sentstamp", "sent_at", "server_date", "发件时间"]),
    (Field::Direction, &["type", "direction", "is_sender", "msg_box", "类型", "收发", "方向", "收/发", "收发类型"]),
    (Field::Sim, &["card_slot", "sim", "simnumber", "sim_slot", "sim_id", "slot_id", "sub_id", "卡槽", "卡"]),
    (Field::Device, &["device_mark", "deviceid", "device", "设备"]),
    (Field::Name, &["contact_name", "sender name", "name", "__display_name", "display_name", "联系人", "姓名"]),
    (Field::Service, &["service"]),
];

/// Returns what a field of this name holds and how good the name is (less is better).
pub fn known(name: &str) -> Option<(Field, usize)> {
    let name = name.trim().trim_start_matches('\u{feff}').to_lowercase();
    NAMES.iter().find_map(|(field, names)| Some((*field, names.iter().position(|known| **known == name)?)))
}

/// Fields of one record, the best name of each kept.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    found: Vec<(Field, usize, String)>,
}

impl Fields {
    /// Takes a field by its name; unknown names are ignored, `null` and nothing are no values.
    pub fn take(&mut self, name: &str, value: &str) {
        if let Some((field, rank)) = known(name) {
            self.put(field, rank, value);
        }
    }

    /// Takes a field whose meaning is known.
    pub fn put(&mut self, field: Field, rank: usize, value: &str) {
        if value.is_empty() || (value == "null" && field != Field::Body) {
            return;
        }
        match self.found.iter_mut().find(|(known, _, _)| *known == field) {
            Some(place) if place.1 <= rank => {}
            Some(place) => *place = (field, rank, value.to_owned()),
            None => self.found.push((field, rank, value.to_owned())),
        }
    }

    /// Returns the value of a field.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.found.iter().find(|(known, _, _)| *known == field).map(|(_, _, value)| value.as_str())
    }

    fn text(&self, field: Field) -> Option<String> {
        self.get(field).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Makes a message of the fields.
    pub fn message(&self, options: &Options, source: TimeSource) -> Result<Message, Reason> {
        let body = checked_body(self.get(Field::Body).unwrap_or_default().to_owned())?;
        let direction = self.get(Field::Direction).map_or(Ok(Direction::Received), direction)?;
        let to = self.text(Field::Recipient).filter(|_| direction != Direction::Received);
        Ok(Message {
            party: to.or_else(|| self.text(Field::Sender)),
            display_name: self.text(Field::Name).filter(|name| name != "(Unknown)"),
            body,
            direction,
            service: self.get(Field::Service).map_or(Service::Sms, service),
            time: self.time(Field::Time, options, source),
            sent: self.time(Field::Sent, options, TimeSource::Smsc),
            sim: self.text(Field::Sim).filter(|sim| sim != "-1"),
            device: self.text(Field::Device),
            attachments: 0,
        })
    }

    fn time(&self, field: Field, options: &Options, source: TimeSource) -> Option<Time> {
        let text = self.get(field)?;
        time::parse(text, options.assumed_offset_minutes, source).or_else(|| serial(text, options, source))
    }
}

/// Reads a spreadsheet's count of days since 1899-12-30.
fn serial(text: &str, options: &Options, source: TimeSource) -> Option<Time> {
    let days: f64 = text.trim().parse().ok().filter(|days| (32_874.0..73_415.0).contains(days))?;
    let local_ms = ((days - 25_569.0) * 86_400.0).round() as i64 * 1000;
    let offset = options.assumed_offset_minutes;
    Some(Time { unix_ms: local_ms - i64::from(offset) * 60_000, source, zone: crate::Zone::Assumed(offset) })
}

/// Returns a body within the limits.
pub fn checked_body(body: String) -> Result<String, Reason> {
    if body.len() > LONGEST_BODY {
        return Err(Reason::TooLong);
    }
    let is_empty = body.chars().all(|c| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{fffc}' | '\0'));
    if is_empty { Err(Reason::Empty) } else { Ok(body) }
}

/// Reads a direction as Android, spreadsheets and chats write it.
pub fn direction(text: &str) -> Result<Direction, Reason> {
    let text = text.trim().to_lowercase();
    match text.as_str() {
        "2" | "sent" | "outgoing" | "out" | "send" | "发送" | "发出" | "已发送" | "发" | "true" => {
            Ok(Direction::Sent)
        }
        "3" | "4" | "5" | "6" | "draft" | "outbox" | "failed" | "queued" | "草稿" => Ok(Direction::Unsent),
        "call" | "通话" => Err(Reason::NotAMessage { what: "call" }),
        _ => Ok(Direction::Received),
    }
}

fn service(text: &str) -> Service {
    match text.to_lowercase().as_str() {
        "imessage" | "imessagelite" => Service::Imessage,
        "rcs" => Service::Rcs,
        "mms" => Service::Mms,
        _ => Service::Sms,
    }
}
