//! Pictures of messages: read one at a time, the models loaded once; what was read becomes messages for whoever asks.
//! Knows how times and senders of a screen become those of a message; judges nothing.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use intake::{Direction, Message, Position, Record, Service, Time, TimeSource, Unit, Zone};
use jiff::tz::Offset;
use knowledge::Lang;
use reader::{Origin, Page, Reader, Reason};

use crate::answer::words::say;
use crate::failure::Failure;
use crate::input;

/// Offset of the clock that phones in mainland China show, in minutes.
const BEIJING: i32 = 8 * 60;
/// Bytes that tell a picture.
const HEAD: u64 = 16;

/// The models; taking turns keeps memory to one picture.
static READER: OnceLock<Mutex<Reader>> = OnceLock::new();

/// Returns whether bytes begin as a picture does, of a kind that is read or not.
pub fn is_picture(bytes: &[u8]) -> bool {
    reader::kind(bytes).is_some()
}

/// Returns whether a file begins as a picture does.
pub fn is_picture_file(path: &Path) -> bool {
    use std::io::Read as _;
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    read.is_ok() && is_picture(&head)
}

/// Returns the bytes of a picture file; one that is too large is refused before it is held.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    use std::io::Read as _;
    let unreadable = |error| Failure::unreadable(path, &error);
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(reader::MOST_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// Reads a picture; waits while another one is read.
pub fn read(bytes: &[u8], name: &str) -> Result<Page, Failure> {
    if READER.get().is_none() {
        let made = Reader::new(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)).map_err(failure)?;
        let _ = READER.set(Mutex::new(made));
    }
    let reader = READER.get().ok_or_else(|| anyhow::anyhow!("the models are not loaded"))?;
    let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
    reader.read(bytes, &Origin { file_name: Some(name), captured: None }).map_err(failure)
}

#[expect(clippy::needless_pass_by_value, reason = "given to map_err")]
fn failure(error: reader::Error) -> Failure {
    let [zh, en] = error.text();
    Failure::input(zh, en)
}

/// Returns the moment of a message in milliseconds since 1970, the phone's clock taken as Beijing time.
pub fn time_ms(message: &reader::Message) -> Option<i64> {
    let moment = message.time.as_ref().filter(|time| time.has_clock)?.moment?;
    let zone = Offset::from_seconds(BEIJING * 60).ok()?;
    Some(zone.to_timestamp(moment).ok()?.as_millisecond())
}

/// Returns a moment as the clock of a phone in mainland China shows it.
pub const fn on_the_screen(unix_ms: i64) -> Time {
    Time { unix_ms, source: TimeSource::Device, zone: Zone::Assumed(BEIJING) }
}

/// Returns the sender as the screen shows it: the number, else the name.
pub fn shown_sender(message: &reader::Message) -> Option<&str> {
    let sender = message.sender.as_ref()?;
    sender.number.as_deref().or(sender.name.as_deref())
}

/// Returns whether a message is one to be judged: received, and of a length that a message has.
pub fn is_judged(message: &reader::Message) -> bool {
    message.direction == reader::Direction::Received && input::body(message.text.as_bytes()).is_ok()
}

/// Returns the messages of a page as records; each names its place on the page, its raw form is what was read.
pub fn records(page: &Page) -> Vec<Record> {
    (1..).zip(&page.messages).map(|(number, message)| record(number, message)).collect()
}

/// Returns a message of a page as a record; `number` is its place there.
pub fn record(number: u64, message: &reader::Message) -> Record {
    let sender = message.sender.as_ref();
    let unix_ms = time_ms(message);
    Record {
        message: Message {
            party: sender.and_then(|sender| sender.number.clone()),
            display_name: sender.and_then(|sender| sender.name.clone()),
            body: message.text.clone(),
            direction: match message.direction {
                reader::Direction::Received => Direction::Received,
                reader::Direction::Sent => Direction::Sent,
            },
            service: Service::Sms,
            time: unix_ms.map(on_the_screen),
            sent: None,
            sim: None,
            device: None,
            attachments: 0,
        },
        position: Position::new(Unit::Row, number),
        raw: serde_json::to_vec(message).unwrap_or_default(),
    }
}

/// Returns why a place should be held against the picture.
pub fn reason(reason: Reason, lang: Lang) -> &'static str {
    let [zh, en] = match reason {
        Reason::Unsure => ["这个字看不准", "this character is uncertain"],
        Reason::UnsureFact => {
            ["数字、金额、链接或时间里有看不准的字", "a character of a number, amount, link or time is uncertain"]
        }
        Reason::LetterAmongDigits => ["数字里夹着字母", "a letter stands among digits"],
        Reason::AcrossLines => {
            ["号码在这里换行，中间可能有空格", "a number goes on over a line end; there may be a blank"]
        }
        Reason::ImpossibleTime => ["没有这样的日期或时间", "there is no such date or time"],
        Reason::OddAmount => ["金额的写法不对", "the amount is written oddly"],
        Reason::OddLink => ["链接不完整", "the link is not whole"],
    };
    say(lang, zh, en)
}
