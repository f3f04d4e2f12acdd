//! Records: what is written down about each thing, in the one form that can be hashed (RFC 8785).

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use crate::{Error, VERSION};

/// The largest integer that every reader of JSON holds exactly.
const LARGEST: u64 = (1 << 53) - 1;
const LONGEST_TEXT: usize = 1 << 20;

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The public keys; record 0.
    Key,
    /// Bytes as they were handed in.
    Original,
    /// Bytes made from others.
    Derived,
    /// Something that was done with the evidence.
    Custody,
    /// A time-stamp of an earlier checkpoint.
    Stamp,
    /// The computer's clock went backwards.
    Clock,
    /// A remark.
    Note,
    /// A remark that something said earlier is wrong.
    Correct,
    /// Leaves lists from here on.
    Hide,
    /// Returns to lists.
    Show,
}

/// What a claimed time means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// A message arrived on the phone.
    Received,
    /// A message was sent.
    Sent,
    /// The carrier's service centre took a message.
    ServiceCentre,
    /// A picture was taken.
    Taken,
    /// A file was last changed.
    FileModified,
    /// A backup was made.
    Exported,
    /// A time-stamp service signed.
    Stamped,
}

/// A time as somebody claims it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimedTime {
    /// What it means.
    pub meaning: Meaning,
    /// `+08:00` and the like, or `unknown`.
    pub offset: String,
    /// Who claims it: `user`, `exif`, `file-system`, `time-stamp`…
    pub source: String,
    /// `YYYY-MM-DDThh:mm:ss[.f]`, without offset.
    pub value: String,
}

/// Bytes that are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// What they seem to be.
    pub mime: String,
    /// SHA-256, hex.
    pub sha256: String,
    /// In bytes.
    pub size: u64,
    /// SM3, hex.
    pub sm3: String,
}

/// A record. The keys of the format are its fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Records that this one speaks of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<u64>,
    /// Who acted.
    pub actor: String,
    /// When, by the computer's clock.
    pub at: String,
    /// What is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// What it is.
    pub kind: Kind,
    /// SHA-256 of the record before, hex.
    pub prev: String,
    /// 16 random bytes, hex.
    pub salt: String,
    /// Its number.
    pub seq: u64,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub source: BTreeMap<String, String>,
    /// What was written beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Times that somebody claims.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<ClaimedTime>,
    /// Program and version.
    pub tool: String,
    /// The version of the format.
    pub v: u64,
}

impl Record {
    /// Returns the canonical bytes.
    ///
    /// # Errors
    /// [`Error::Unwritable`] when a text is too long or a number too large.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let size = self.content.as_ref().map_or(0, |content| content.size);
        if self.seq > LARGEST || size > LARGEST {
            return Err(Error::Unwritable { reason: "a number is beyond 2^53" });
        }
        let bytes = serde_json_canonicalizer::to_vec(self)
            .map_err(|_| Error::Unwritable { reason: "it cannot be written as JSON" })?;
        if bytes.len() > LONGEST_TEXT {
            return Err(Error::Unwritable { reason: "it is longer than 1 MiB" });
        }
        Ok(bytes)
    }

    /// Reads canonical bytes of the known version; none when they are not exactly that.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let record: Self = serde_json::from_slice(bytes).ok()?;
        let is_canonical = record.to_bytes().is_ok_and(|again| again == bytes);
        let is_sound = record.v == VERSION && record.about.iter().all(|about| *about < record.seq);
        (is_canonical && is_sound).then_some(record)
    }
}

/// A moment as the computer's clock shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970 UTC.
    pub unix_ms: i64,
    /// How far the local clock is ahead of UTC, in minutes.
    pub offset_minutes: i32,
}

impl Moment {
    /// Returns it as `2026-05-06T21:10:00.000+08:00`.
    pub fn to_text(self) -> String {
        let offset = Offset::from_seconds(self.offset_minutes.saturating_mul(60)).unwrap_or(Offset::UTC);
        let time = Timestamp::from_millisecond(self.unix_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let minutes = offset.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        let civil = offset.to_datetime(time).strftime("%Y-%m-%dT%H:%M:%S.%3f").to_string();
        format!("{civil}{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }

    /// Returns it as a claimed time.
    pub fn claimed(self, meaning: Meaning, source: &str) -> ClaimedTime {
        let text = self.to_text();
        let (value, offset) = text.split_at(text.len().saturating_sub(6));
        ClaimedTime { meaning, offset: offset.to_owned(), source: source.to_owned(), value: value.to_owned() }
    }
}

/// Returns the milliseconds since 1970 of a record's `at`; none when it is no time.
pub(crate) fn milliseconds(at: &str) -> Option<i64> {
    at.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}
