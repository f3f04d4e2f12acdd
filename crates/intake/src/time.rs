//! From the many ways of writing a time to a moment with its zone. What states no zone gets the assumed one, and says so.

use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::message::{Time, TimeSource, Zone};

/// 2001-01-01 UTC, the epoch of Apple's databases, in seconds since 1970.
pub const APPLE_EPOCH_S: i64 = 978_307_200;

/// Returns milliseconds since 1970 of a count whose size shows its unit: seconds, milliseconds, micro- or nanoseconds.
pub fn of_count(count: i64) -> Option<i64> {
    match count {
        100_000_000..=99_999_999_999 => count.checked_mul(1000),
        100_000_000_000..=99_999_999_999_999 => Some(count),
        100_000_000_000_000..=99_999_999_999_999_999 => Some(count / 1000),
        100_000_000_000_000_000.. => Some(count / 1_000_000),
        _ => None,
    }
}

/// Returns the moment of a count since 1970.
pub fn epoch(count: i64, source: TimeSource) -> Option<Time> {
    Some(Time { unix_ms: of_count(count)?, source, zone: Zone::Epoch })
}

/// Reads a time as people and programs write it; `None` where it is none.
pub fn parse(text: &str, assumed_offset_minutes: i32, source: TimeSource) -> Option<Time> {
    let text = text.trim();
    if text.is_empty() || text.len() > 64 {
        return None;
    }
    if text.len() >= 9 && text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() != 14 {
        return epoch(text.parse().ok()?, source);
    }
    let whole = Words::of(text)?;
    let zone = whole.offset_minutes.map_or(Zone::Assumed(assumed_offset_minutes), Zone::Stated);
    let minutes = whole.offset_minutes.unwrap_or(assumed_offset_minutes);
    let offset = Offset::from_seconds(minutes.checked_mul(60)?).ok()?;
    let moment = offset.to_timestamp(whole.civil).ok()?;
    Some(Time { unix_ms: moment.as_millisecond(), source, zone })
}

/// A time in words: the parts of a date, the parts of an hour, an offset.
struct Words {
    civil: DateTime,
    offset_minutes: Option<i32>,
}

impl Words {
    fn of(text: &str) -> Option<Self> {
        let (date, rest) = date(text)?;
        let rest = rest.trim_start_matches(['T', 't', ' ', ',', '，', '\u{3000}']);
        let (is_afternoon, rest) = halves(rest);
        let (clock, rest) = clock(rest)?;
        let (is_later_afternoon, rest) = halves(rest);
        let hour = match clock[0] {
            hour @ 1..12 if is_afternoon || is_later_afternoon => hour + 12,
            hour => hour,
        };
        let offset_minutes = offset(rest.trim())?;
        let civil = DateTime::new(date[0], date[1] as i8, date[2] as i8, hour as i8, clock[1] as i8, clock[2] as i8, 0);
        Some(Self { civil: civil.ok()?, offset_minutes })
    }
}

fn number(text: &str, most: usize) -> Option<(i16, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (head, rest) = text.split_at_checked(digits)?;
    Some((head.parse().ok()?, rest))
}

fn date(text: &str) -> Option<([i16; 3], &str)> {
    let is_compact = text.bytes().take(8).filter(u8::is_ascii_digit).count() == 8;
    let (mut year, rest) = number(text, 4)?;
    let separator = ['-', '/', '.', '年'];
    let (month, rest) = number(if is_compact { rest } else { rest.strip_prefix(separator)? }, 2)?;
    let separator = ['-', '/', '.', '月'];
    let (day, rest) = number(if is_compact { rest } else { rest.strip_prefix(separator)? }, 2)?;
    if year < 100 {
        year += 2000;
    }
    let is_real = (1990..=2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    is_real.then_some(([year, month, day], rest.strip_prefix('日').unwrap_or(rest)))
}

fn halves(text: &str) -> (bool, &str) {
    let text = text.trim_start();
    for (word, is_afternoon) in [
        ("下午", true),
        ("晚上", true),
        ("PM", true),
        ("pm", true),
        ("上午", false),
        ("早上", false),
        ("凌晨", false),
        ("AM", false),
        ("am", false),
    ] {
        if let Some(rest) = text.strip_prefix(word) {
            return (is_afternoon, rest.trim_start());
        }
    }
    (false, text)
}

fn clock(text: &str) -> Option<([i16; 3], &str)> {
    if text.is_empty() {
        return None;
    }
    let is_compact = text.bytes().take(6).filter(u8::is_ascii_digit).count() == 6;
    let (hour, rest) = number(text, 2)?;
    let rest = if is_compact { rest } else { rest.strip_prefix([':', '：', '时', '点'])? };
    let (minute, rest) = number(rest, 2)?;
    let rest = rest.strip_prefix('分').unwrap_or(rest);
    let after = if is_compact { Some(rest) } else { rest.strip_prefix([':', '：']) };
    let (second, rest) = match after.and_then(|after| number(after, 2)) {
        Some((second, rest)) => (second.min(59), rest.strip_prefix('秒').unwrap_or(rest)),
        None => (0, rest),
    };
    let fraction = rest.strip_prefix(['.', ',']).map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    Some(([hour, minute, second], fraction.unwrap_or(rest)))
}

/// Returns the offset stated, nothing where none is stated, and fails on anything else.
#[expect(clippy::option_option, reason = "unreadable and unstated differ")]
fn offset_or(rest: &str) -> Option<Option<i32>> {
    if rest.is_empty() {
        return Some(None);
    }
    if rest.eq_ignore_ascii_case("z") || rest.eq_ignore_ascii_case("utc") || rest.eq_ignore_ascii_case("gmt") {
        return Some(Some(0));
    }
    let rest = rest.trim_start_matches("GMT").trim_start_matches("UTC");
    let sign: i32 = if rest.starts_with('-') { -1 } else { 1 };
    let digits: String = rest.strip_prefix(['+', '-'])?.chars().filter(|&c| c != ':').collect();
    let value: i32 = digits.parse().ok()?;
    match digits.len() {
        4 => Some(Some(sign * (value / 100 * 60 + value % 100))),
        // `+32` is how modems write quarter hours, `+08` how people write hours.
        1 | 2 if value > 14 => Some(Some(sign * value * 15)),
        1 | 2 => Some(Some(sign * value * 60)),
        _ => None,
    }
}

#[expect(clippy::option_option, reason = "unreadable and unstated differ")]
fn offset(rest: &str) -> Option<Option<i32>> {
    let minutes = offset_or(rest)?;
    minutes.is_none_or(|minutes| minutes.abs() <= 15 * 60).then_some(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<i64> {
        parse(text, 480, TimeSource::Stated).map(|time| time.unix_ms)
    }

    #[test]
    fn one_moment_in_many_spellings() {
        for text in [
            "1721877010000",
            "1721877010",
            "2024-07-25T11:10:10+08:00",
            "2024-07-25T11:10:10+0800",
            "2024-07-25T03:10:10Z",
            "2024-07-25T03:10:10.123Z",
            "2024-07-25 11:10:10",
            "2024/07/25 11:10:10",
            "2024年7月25日 11:10:10",
            "2024年7月25日 上午11:10:10",
            "20240725111010",
            "20240725T111010",
            "24/07/25,11:10:10+32",
        ] {
            assert_eq!(at(text), Some(1_721_877_010_000), "{text}");
        }
        assert_eq!(at("2024-07-25 下午3:05"), at("2024-07-25 15:05"));
    }

    #[test]
    fn what_is_no_time_gives_none() {
        for text in [
            "",
            "昨天",
            "2024-13-01 10:00",
            "2024-07-25",
            "12",
            "2024-07-25 11:10:10 somewhere",
            "9".repeat(40).as_str(),
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn an_assumed_zone_is_recorded() {
        let time = parse("2024-07-25 11:10:10", -300, TimeSource::Stated).expect("it is a time");
        assert_eq!(time.zone, Zone::Assumed(-300));
        let time = parse("2024-07-25T11:10:10+08:00", -300, TimeSource::Stated).expect("it is a time");
        assert_eq!(time.zone, Zone::Stated(480));
    }
}
