//! A message with where it comes from. Says what a source states, not what it means.

use std::fmt;

use serde::Serialize;

/// Whether the owner of the phone received or wrote it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Received.
    #[default]
    Received,
    /// Sent.
    Sent,
    /// Written, but not sent: a draft, an outbox, a failure.
    Unsent,
}

/// By what it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// A short message.
    #[default]
    Sms,
    /// A multimedia message.
    Mms,
    /// A rich message of the carrier.
    Rcs,
    /// A message by Apple's service.
    Imessage,
    /// A notification of an app, forwarded like a message.
    Notification,
}

/// Whose clock a time is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeSource {
    /// The short message centre.
    Smsc,
    /// The phone, on receipt.
    Device,
    /// A forwarder, on sending it on.
    Forwarder,
    /// A text or table that does not say.
    Stated,
}

/// How a moment was made of what the source says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// The source counts from an epoch in UTC.
    Epoch,
    /// The source states this offset, in minutes.
    Stated(i32),
    /// The source states none; this offset, in minutes, was assumed.
    Assumed(i32),
}

/// A moment, with how it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Time {
    /// Milliseconds since 1970-01-01 UTC.
    pub unix_ms: i64,
    /// Whose clock.
    pub source: TimeSource,
    /// How the zone is known.
    pub zone: Zone,
}

/// A message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The other party as the source writes it: the sender of a received message, the addressee of a sent one.
    pub party: Option<String>,
    /// The party's name in the phone's address book or on its screen; never a number.
    pub display_name: Option<String>,
    /// The text, exactly as the source has it.
    pub body: String,
    /// Whether received or sent.
    pub direction: Direction,
    /// By what it came.
    pub service: Service,
    /// When it was received (or sent, where it was sent).
    pub time: Option<Time>,
    /// When the message centre or the sender says that it was sent.
    pub sent: Option<Time>,
    /// Slot, subscription or own number, as the source writes it.
    pub sim: Option<String>,
    /// The phone or forwarder that took it.
    pub device: Option<String>,
    /// Number of attachments that are not kept here.
    pub attachments: u32,
}

/// What a position counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Bytes from the start.
    Byte,
    /// Lines from 1.
    Line,
    /// Rows, elements or records from 1, or a database's own row id.
    Row,
}

/// A place in a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The file inside an archive or the table of a database.
    pub part: Option<String>,
    /// What is counted.
    pub unit: Unit,
    /// The count.
    pub number: u64,
}

impl Position {
    /// Returns a place that is counted in `unit`.
    pub const fn new(unit: Unit, number: u64) -> Self {
        Self { part: None, unit, number }
    }

    /// Returns a place inside a part.
    pub fn within(part: &str, unit: Unit, number: u64) -> Self {
        Self { part: Some(part.to_owned()), unit, number }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(part) = &self.part {
            write!(f, "{part}:")?;
        }
        let unit = match self.unit {
            Unit::Byte => "byte",
            Unit::Line => "line",
            Unit::Row => "row",
        };
        write!(f, "{unit} {}", self.number)
    }
}

/// A message with where it was and how it stood there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The message.
    pub message: Message,
    /// Where it was.
    pub position: Position,
    /// The record as the source has it: its bytes, or a database row as a JSON object. At most 64 KiB.
    pub raw: Vec<u8>,
}

/// A place that gave no message, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Where.
    pub position: Position,
    /// Why.
    pub reason: crate::Reason,
}
