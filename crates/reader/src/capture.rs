//! When a picture was taken: from its camera's note, its file name, or the note of PNG files. All of it is a claim.

use std::io::Cursor;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use crate::page::{CaptureSource, Captured};

/// Beijing time, which phones in mainland China show.
const BEIJING: Offset = Offset::constant(8);

/// Returns when a picture was taken, from what it says itself and what its file is called.
pub fn captured(bytes: &[u8], file_name: Option<&str>) -> Option<Captured> {
    let found = |source, moment: Option<DateTime>| moment.map(|moment| Captured { moment, source });
    found(CaptureSource::Exif, exif_moment(bytes))
        .or_else(|| found(CaptureSource::FileName, file_name.and_then(named_moment)))
        .or_else(|| found(CaptureSource::Png, png_moment(bytes)))
}

fn exif_moment(bytes: &[u8]) -> Option<DateTime> {
    let read = exif::Reader::new().read_from_container(&mut Cursor::new(bytes)).ok()?;
    [exif::Tag::DateTimeOriginal, exif::Tag::DateTime].into_iter().find_map(|tag| {
        let exif::Value::Ascii(lines) = &read.get_field(tag, exif::In::PRIMARY)?.value else { return None };
        let digits: String = String::from_utf8_lossy(lines.first()?).chars().filter(char::is_ascii_digit).collect();
        moment_of_digits(&digits)
    })
}

/// Reads `Screenshot_20240725_111017`, `IMG_20240725_111017`, `2024-07-25 11.10.17`, `mmexport1721877017123` and the like.
pub fn named_moment(name: &str) -> Option<DateTime> {
    let is_joint = |c: char| matches!(c, '-' | '_' | '.' | ' ' | ':' | '年' | '月' | '日' | '时' | '分' | 'T');
    let characters: Vec<char> = name.chars().collect();
    let starts = (0..characters.len())
        .filter(|at| characters[*at].is_ascii_digit() && (*at == 0 || !characters[*at - 1].is_ascii_digit()));
    for start in starts {
        let mut digits = String::new();
        let mut joints = 0;
        for character in characters.iter().skip(start) {
            if character.is_ascii_digit() {
                digits.push(*character);
                joints = 0;
            } else if is_joint(*character) && joints < 2 {
                joints += 1;
            } else {
                break;
            }
        }
        if let Some(moment) = moment_of_digits(&digits) {
            return Some(moment);
        }
        if let Some(moment) = digits.get(..13).filter(|_| digits.starts_with('1')).and_then(epoch_moment) {
            return Some(moment);
        }
    }
    None
}

/// Milliseconds since 1970, between 2010 and 2100.
fn epoch_moment(digits: &str) -> Option<DateTime> {
    let ms: i64 = digits.parse().ok()?;
    (1_262_304_000_000..4_102_444_800_000).contains(&ms).then_some(())?;
    Some(BEIJING.to_datetime(jiff::Timestamp::from_second(ms / 1000).ok()?))
}

/// Reads at least fourteen digits, year first.
fn moment_of_digits(digits: &str) -> Option<DateTime> {
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i16>().ok();
    let year = part(0, 4).filter(|year| (2000..2100).contains(year))?;
    let small = |from: usize| i8::try_from(part(from, from + 2)?).ok();
    let date = Date::new(year, small(4)?, small(6)?).ok()?;
    let time = Time::new(small(8)?, small(10)?, small(12)?, 0).ok()?;
    Some(date.to_datetime(time))
}

fn png_moment(bytes: &[u8]) -> Option<DateTime> {
    let mut rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    // A note stands before the pixels or right after them; more chunks than this are no screenshot's.
    for _ in 0..10_000 {
        let (head, after) = rest.split_at_checked(8)?;
        let length = u32::from_be_bytes(head.get(..4)?.try_into().ok()?) as usize;
        let (content, after) = after.split_at_checked(length)?;
        if head.ends_with(b"tIME") {
            let [high, low, month, day, hour, minute, second] = *<&[u8; 7]>::try_from(content).ok()?;
            let year = i16::from_be_bytes([high, low]);
            let whole = |value: u8| i8::try_from(value).ok();
            let date = Date::new(year, whole(month)?, whole(day)?).ok()?;
            let utc = date.to_datetime(Time::new(whole(hour)?, whole(minute)?, whole(second.min(59))?, 0).ok()?);
            return Some(BEIJING.to_datetime(Offset::UTC.to_timestamp(utc).ok()?));
        }
        rest = after.get(4..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_of_phones_say_when() {
        let at = "2024-07-25T11:10:17".parse().ok();
        for name in [
            "Screenshot_20240725_111017.png",
            "Screenshot_2024-07-25-11-10-17-123_com.android.mms.jpg",
            "IMG_20240725_111017.jpg",
            "截屏2024-07-25 11.10.17.png",
            "微信图片_20240725111017.jpg",
            "mmexport1721877017123.jpg",
        ] {
            assert_eq!(named_moment(name), at, "{name}");
        }
    }

    #[test]
    fn other_names_say_nothing() {
        for name in ["IMG_1234.PNG", "", "1069000012345678901234.png", "Screenshot_20241325_111017.png", "截图.png"] {
            assert_eq!(named_moment(name), None, "{name}");
        }
    }
}
