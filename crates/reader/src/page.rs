//! What was read: messages with their places, and what else stands in the picture.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::Rectangle;

/// All that was read in a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Width of the picture as it is seen, in pixels; all places count in these.
    pub width: u32,
    /// Height of the picture as it is seen.
    pub height: u32,
    /// Messages, from top to bottom, column by column.
    pub messages: Vec<Message>,
    /// Text that belongs to no message.
    pub others: Vec<Other>,
    /// When the picture was taken, and how that is known.
    pub captured: Option<Captured>,
    /// How sure the reading is as a whole, 0 to 1.
    pub confidence: f32,
    /// Whether it is a photo of a screen rather than a screenshot: it was turned, or its lines are not level.
    pub is_photo: bool,
    /// Which models read it.
    pub model: ModelName,
}

/// The models that read a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelName {
    /// As their makers call them.
    pub name: String,
    /// SHA-256 of all that decides what they read, in lower-case hexadecimal.
    pub digest: String,
}

/// Whether the owner of the phone received or wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Received.
    Received,
    /// Written.
    Sent,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Who sent it, as the screen says; nothing for what the owner wrote.
    pub sender: Option<Sender>,
    /// Whether received or written.
    pub direction: Direction,
    /// When, as the screen says.
    pub time: Option<Stamp>,
    /// The text.
    pub text: String,
    /// Where its bubble is, or its lines where it has none.
    pub rectangle: Rectangle,
    /// Its lines, from top to bottom.
    pub lines: Vec<Line>,
    /// Places of the text that should be held against the picture.
    pub doubts: Vec<Doubt>,
    /// What was changed in the text against what was read.
    pub repairs: Vec<Repair>,
}

/// Who sent a message, as the screen says. A brand or a name from the address book is no number, and proves nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// A name or brand.
    pub name: Option<String>,
    /// A number, digits only but for a leading plus sign, or an address with @.
    pub number: Option<String>,
}

/// A moment as a screen writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// As it is written.
    pub text: String,
    /// Where.
    pub rectangle: Rectangle,
    /// Which moment that is, by the phone's clock; nothing where day or year cannot be known.
    pub moment: Option<DateTime>,
    /// Whether the moment rests on when the picture was taken.
    pub is_relative: bool,
    /// Whether the screen says the time of day; else the moment is midnight.
    pub has_clock: bool,
}

/// A line of text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Where.
    pub rectangle: Rectangle,
    /// What was read.
    pub text: String,
    /// How sure the least certain character is, 0 to 1.
    pub confidence: f32,
}

/// A place of the text that should be held against the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Byte offsets into the text, on character boundaries.
    pub span: [u32; 2],
    /// Why.
    pub reason: Reason,
}

/// Why a place is doubtful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The model was not sure of a character.
    Unsure,
    /// A number, amount, link or time in which the model was not sure of a character.
    UnsureFact,
    /// A letter stands among digits, or a digit looks like a letter.
    LetterAmongDigits,
    /// A number goes on over the end of a line: there may have been a blank.
    AcrossLines,
    /// A date or time that does not exist.
    ImpossibleTime,
    /// An amount whose separators do not fit.
    OddAmount,
    /// A link that is cut off or has characters that links do not have.
    OddLink,
}

/// A change of the text against what was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// Byte offsets into the text, on character boundaries.
    pub span: [u32; 2],
    /// What was read there.
    pub read: String,
    /// Why it was changed.
    pub reason: RepairReason,
}

/// Why a text was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairReason {
    /// A blank that is seen in the picture, or that stands between a date and a time, was not read.
    Blank,
    /// A stroke was read where only the numeral one makes sense.
    NumeralOne,
    /// Characters of a link that were read at double width.
    LinkWidth,
    /// A letter that only a digit can be.
    Digit,
}

/// Text that belongs to no message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Other {
    /// What was read.
    pub text: String,
    /// Where.
    pub rectangle: Rectangle,
    /// What it is.
    pub role: Role,
}

/// What a line of the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Clock, carrier, battery.
    Status,
    /// Who the messages are with.
    Header,
    /// A time.
    Time,
    /// The name above a bubble.
    Name,
    /// Buttons, menus, the field to write in.
    Control,
    /// Anything else.
    Other,
}

/// When a picture was taken, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// The moment, by the phone's clock.
    pub moment: DateTime,
    /// How it is known.
    pub source: CaptureSource,
}

/// How the moment of a picture is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptureSource {
    /// Stated by who gave the picture.
    Stated,
    /// The camera's note in the picture.
    Exif,
    /// The file's name.
    FileName,
    /// The note of PNG files, in UTC; taken as Beijing time.
    Png,
}
