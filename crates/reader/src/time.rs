//! Times as screens write them, absolute and relative, and which moment that is when the picture's own is known.

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};

/// A time as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    day: Day,
    clock: Option<Time>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    /// Not said: today.
    None,
    /// Year, month, day.
    Whole(Date),
    /// Month and day.
    OfYear(i8, i8),
    /// So many days ago.
    Back(i32),
    /// Monday is 1.
    Week(i8),
    /// So many minutes ago.
    Minutes(i32),
}

/// What may stand beside a time: the card, the carrier, the state.
const BESIDE: &[&str] = &[
    "中国移动",
    "中国联通",
    "中国电信",
    "中国广电",
    "短信",
    "彩信",
    "移动",
    "联通",
    "电信",
    "已送达",
    "已读",
    "送达",
    "已发送",
    "SIM1",
    "SIM2",
    "SIM",
    "卡1",
    "卡2",
    "卡一",
    "卡二",
    "卡",
    "·",
    "•",
    "|",
    "｜",
    "(",
    ")",
    "（",
    "）",
    ",",
    "，",
];

/// Reads a line that is a time and nothing else; nothing for any other line.
pub fn written(text: &str) -> Option<Written> {
    let folded: String = text.chars().filter(|c| !c.is_whitespace()).map(folded).collect();
    if folded.is_empty() || folded.chars().count() > 40 {
        return None;
    }
    let mut reader = Reader { rest: &folded };
    reader.skip_beside();
    let mut day = reader.day();
    let mut clock = reader.clock();
    if day == Day::None && clock.is_some() {
        // Some write the clock first.
        day = reader.day();
    } else if clock.is_none() {
        clock = reader.clock();
    }
    reader.skip_beside();
    let says_something = day != Day::None || clock.is_some();
    (says_something && reader.rest.is_empty()).then_some(Written { day, clock })
}

fn folded(character: char) -> char {
    match character {
        '：' | '∶' => ':',
        '／' => '/',
        '－' | '—' | '–' => '-',
        '．' => '.',
        '０'..='９' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        _ => character,
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn take(&mut self, word: &str) -> bool {
        self.rest.strip_prefix(word).is_some_and(|rest| {
            self.rest = rest;
            true
        })
    }

    fn take_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.take(word))
    }

    fn skip_beside(&mut self) {
        while self.take_any(BESIDE) {}
    }

    /// Reads a number of at most so many digits.
    fn number(&mut self, most: usize) -> Option<i16> {
        let length = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at_checked(length)?;
        let value = digits.parse().ok()?;
        self.rest = rest;
        Some(value)
    }

    /// Reads something, or nothing at all.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.rest;
        let found = read(self);
        if found.is_none() {
            self.rest = before;
        }
        found
    }

    fn day(&mut self) -> Day {
        let named = [("今天", 0), ("今日", 0), ("昨天", 1), ("昨日", 1), ("前天", 2)];
        if let Some((_, back)) = named.into_iter().find(|(word, _)| self.take(word)) {
            self.take(",");
            return Day::Back(back);
        }
        if self.take("刚刚") || self.take("刚才") {
            return Day::Minutes(0);
        }
        if let Some(minutes) = self.attempt(Self::ago) {
            return Day::Minutes(minutes);
        }
        let date = self.attempt(Self::date);
        let week = self.attempt(Self::weekday);
        date.or(week).unwrap_or(Day::None)
    }

    fn ago(&mut self) -> Option<i32> {
        let number = i32::from(self.number(3)?);
        if self.take("分钟前") {
            Some(number)
        } else if self.take("小时前") {
            Some(number * 60)
        } else {
            None
        }
    }

    fn weekday(&mut self) -> Option<Day> {
        self.take_any(&["星期", "周", "礼拜"]).then_some(())?;
        let names = [
            ("一", 1),
            ("-", 1),
            ("ー", 1),
            ("二", 2),
            ("三", 3),
            ("四", 4),
            ("五", 5),
            ("六", 6),
            ("日", 7),
            ("天", 7),
        ];
        let (_, day) = names.into_iter().find(|(name, _)| self.take(name))?;
        Some(Day::Week(day))
    }

    fn date(&mut self) -> Option<Day> {
        self.attempt(Self::long_date).or_else(|| self.attempt(Self::short_date))
    }

    fn long_date(&mut self) -> Option<Day> {
        let year = self.number(4).filter(|year| (2000..2100).contains(year))?;
        self.take_any(&["年", "-", "/", "."]).then_some(())?;
        let month = self.number(2)?;
        self.take_any(&["月", "-", "/", "."]).then_some(())?;
        let day = self.number(2)?;
        self.take("日");
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().map(Day::Whole)
    }

    fn short_date(&mut self) -> Option<Day> {
        let month = i8::try_from(self.number(2)?).ok().filter(|month| (1..=12).contains(month))?;
        let is_han = self.take("月");
        (is_han || self.take_any(&["-", "/"])).then_some(())?;
        let day = i8::try_from(self.number(2)?).ok().filter(|day| (1..=31).contains(day))?;
        if is_han && !self.take("日") {
            return None;
        }
        Some(Day::OfYear(month, day))
    }

    fn clock(&mut self) -> Option<Time> {
        self.attempt(|reader| {
            let part = ["凌晨", "清晨", "早上", "早晨", "上午", "中午", "下午", "傍晚", "晚上", "夜间", "AM", "PM"]
                .into_iter()
                .find(|part| reader.take(part));
            let hour = reader.number(2)?;
            reader.take_any(&[":", "时", "点"]).then_some(())?;
            let minute = reader.number(2)?;
            reader.take("分");
            let second = reader.attempt(|reader| reader.take(":").then(|| reader.number(2))?).unwrap_or(0);
            let part = part.or_else(|| ["AM", "PM"].into_iter().find(|part| reader.take(part)));
            let hour = match part {
                Some("下午" | "傍晚" | "晚上" | "夜间" | "PM") if hour < 12 => hour + 12,
                Some("中午") if hour < 4 => hour + 12,
                Some("凌晨" | "上午" | "早上" | "AM") if hour == 12 => 0,
                _ => hour,
            };
            Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, 0).ok()
        })
    }
}

impl Written {
    /// Returns whether a time of day is said.
    pub fn has_clock(&self) -> bool {
        self.clock.is_some() || matches!(self.day, Day::Minutes(_))
    }

    /// Returns whether it is a whole date with a time of day: nothing can be added to it.
    pub fn is_whole(&self) -> bool {
        matches!(self.day, Day::Whole(_)) && self.clock.is_some()
    }

    /// Returns whether the moment depends on when the picture was taken.
    pub fn is_relative(&self) -> bool {
        !matches!(self.day, Day::Whole(_))
    }

    /// Returns the moment, seen at the given one.
    pub fn moment(&self, seen: Option<DateTime>) -> Option<DateTime> {
        let clock = self.clock.unwrap_or(Time::midnight());
        if let Day::Whole(date) = self.day {
            return Some(date.to_datetime(clock));
        }
        let seen = seen?;
        let back = |days: i32| Some(seen.date().checked_sub(Span::new().days(days)).ok()?.to_datetime(clock));
        match self.day {
            Day::Whole(date) => Some(date.to_datetime(clock)),
            Day::Minutes(minutes) => seen.checked_sub(Span::new().minutes(minutes)).ok(),
            Day::Back(days) => back(days),
            // A clock that is still to come today was yesterday's.
            Day::None => back(i32::from(clock > seen.time())),
            Day::Week(weekday) => {
                let days = (i32::from(seen.date().weekday().to_monday_one_offset()) - i32::from(weekday)).rem_euclid(7);
                back(if days == 0 && clock > seen.time() { 7 } else { days })
            }
            Day::OfYear(month, day) => (0..=4).find_map(|years| {
                let moment = Date::new(seen.year() - years, month, day).ok()?.to_datetime(clock);
                (moment <= seen).then_some(moment)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Option<String> {
        // A Thursday.
        let seen = "2024-07-25T11:10:17".parse().ok();
        written(text)?.moment(seen).map(|moment| moment.strftime("%Y-%m-%d %H:%M:%S").to_string())
    }

    #[test]
    fn times_of_screens_are_resolved() {
        for (text, is) in [
            ("今天 10:23", "2024-07-25 10:23:00"),
            ("昨天 下午6:02", "2024-07-24 18:02:00"),
            ("昨天18：02", "2024-07-24 18:02:00"),
            ("周二 18:02", "2024-07-23 18:02:00"),
            ("星期四 18:02", "2024-07-18 18:02:00"),
            ("周— 8:05", "2024-07-22 08:05:00"),
            ("10:23", "2024-07-25 10:23:00"),
            ("23:59", "2024-07-24 23:59:00"),
            ("上午12:05", "2024-07-25 00:05:00"),
            ("凌晨3:02 卡1 中国移动", "2024-07-25 03:02:00"),
            ("7月20日 周六 10:23", "2024-07-20 10:23:00"),
            ("12月31日 10:23", "2023-12-31 10:23:00"),
            ("2023年7月25日 下午11:10", "2023-07-25 23:10:00"),
            ("2024-07-25 11:10:17", "2024-07-25 11:10:17"),
            ("2024-07-2511:10:17", "2024-07-25 11:10:17"),
            ("2024/7/5 上午9:01", "2024-07-05 09:01:00"),
            ("07-24 08:00 卡2", "2024-07-24 08:00:00"),
            ("5分钟前", "2024-07-25 11:05:17"),
            ("昨天", "2024-07-24 00:00:00"),
        ] {
            assert_eq!(moment(text).as_deref(), Some(is), "{text}");
        }
    }

    #[test]
    fn other_lines_are_no_times() {
        for text in [
            "",
            "95588",
            "1069000012345",
            "昨天我去了",
            "今天10:23来",
            "2024",
            "13月40日",
            "25:61",
            "3.5",
            "卡1",
            "12-34",
            "退订回T",
        ] {
            assert_eq!(written(text), None, "{text}");
        }
    }

    #[test]
    fn without_the_moment_of_the_picture_only_whole_dates_are_known() {
        let known = |text: &str| written(text).and_then(|written| written.moment(None)).is_some();
        assert!(known("2024年7月25日 11:10"));
        assert!(!known("今天 11:10") && !known("7月25日 11:10") && !known("11:10"));
    }
}
