//! Dates, times, durations, instalments and court case numbers. Knows no calendar beyond the order of units.

use super::Walk;
use crate::normalise::Property;
use crate::trie::Code;

/// One-character names of the provinces in case numbers (法〔2015〕137号), with 兵团, 最高法 and the army's courts.
const COURT_PLACES: &str = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新兵最军知";
/// First characters of the kinds of case.
const CASE_KINDS: &str = "民执刑行诉破财司法督调仲认清强公非保协特再申监抗赔知商";

impl Walk<'_> {
    /// Reads the unit of time after a number; adds what it means and returns the code after it.
    pub(super) fn read_time(&mut self, start: usize, number_end: usize, value: i64) -> Option<usize> {
        let named = self.index.named;
        let unit = char::from_u32(u32::from(self.code(number_end)?))?;
        let next = self.code(number_end + 1).and_then(|c| char::from_u32(u32::from(c)));
        let end = number_end + 1;
        match (unit, next) {
            ('年', _) if (1990..2100).contains(&value) => {
                self.note_year(value);
                self.add(named.date, start, end);
                Some(end)
            }
            ('月', _) if (1..=12).contains(&value) => {
                let days = self.run(end, Property::DIGIT, 2);
                let day = self.text.codes[end..end + days].iter().fold(0, |n, &c| n * 10 + (c - 0x30) as u8);
                self.scan.month_days.push((value as u8, day));
                self.add(named.date, start, end);
                Some(end)
            }
            ('日' | '号', _) if (1..=31).contains(&value) && next != Some('线') => {
                self.add(named.date, start, end);
                Some(end)
            }
            ('天', _) | ('日', Some('内')) => {
                self.scan.days.push((start as u32, value));
                self.add(named.days, start, end);
                Some(end)
            }
            ('个', Some('月' | '工' | '自')) => {
                self.add(named.days, start, end);
                Some(end + 1)
            }
            ('期', _) => {
                self.scan.instalments.push((start as u32, value));
                Some(end)
            }
            ('小', Some('时')) | ('分', Some('钟')) => {
                self.add(named.hours, start, end + 1);
                self.note_deadline(start, end + 1);
                Some(end + 1)
            }
            ('点' | '时', _) if (0..=24).contains(&value) && next != Some('代') => {
                self.add(named.time, start, end);
                self.note_deadline(start, end);
                Some(end)
            }
            _ => None,
        }
    }

    /// `18点前`, `2小时内`, `17:00截止`: an hour by which something must be done.
    fn note_deadline(&mut self, start: usize, end: usize) {
        let next = self.code(end).and_then(|c| char::from_u32(u32::from(c)));
        let after = self.code(end + 1).and_then(|c| char::from_u32(u32::from(c)));
        let closes = matches!(
            (next, after),
            (Some('前' | '内'), _) | (Some('之'), Some('前' | '内')) | (Some('截'), Some('止'))
        );
        let later = matches!((next, after), (Some('后'), Some('失' | '关' | '停' | '冻' | '作' | '清' | '自')));
        if closes || later {
            self.add(self.index.named.deadline, start, end + 1);
        }
    }

    /// Remembers the oldest year spoken of.
    pub(super) fn note_year(&mut self, year: i64) {
        let year = year as u16;
        if self.scan.oldest_year.is_none_or(|oldest| year < oldest) {
            self.scan.oldest_year = Some(year);
        }
    }

    /// Reads `2026-03-25`, `2026/3/25`, `2026.3.25` or `18:00`; returns the code after it.
    pub(super) fn read_date(&mut self, at: usize) -> Option<usize> {
        let number = |from: usize| {
            let length = self.text.codes[from.min(self.text.len())..]
                .iter()
                .take(5)
                .take_while(|&&c| self.index.tables.is(c, Property::DIGIT))
                .count();
            let value = self.text.codes[from..from + length].iter().fold(0i64, |n, &c| n * 10 + i64::from(c - 0x30));
            (length, value)
        };
        let (length, first) = number(at);
        let mark = self.code(at + length)?;
        if mark == Code::from(b':') && length <= 2 && first <= 24 {
            let (minutes, value) = number(at + length + 1);
            if minutes == 2 && value < 60 {
                self.add(self.index.named.time, at, at + length + 3);
                self.note_deadline(at, at + length + 3);
                return Some(at + length + 3);
            }
        }
        if length != 4 || !(1990..2100).contains(&first) || ![b'-', b'/', b'.'].map(Code::from).contains(&mark) {
            return None;
        }
        let (month_length, month) = number(at + 5);
        let second = at + 5 + month_length;
        if !(1..=12).contains(&month) || self.code(second) != Some(mark) {
            return None;
        }
        let (day_length, day) = number(second + 1);
        if !(1..=31).contains(&day) {
            return None;
        }
        self.note_year(first);
        self.scan.month_days.push((month as u8, day as u8));
        let end = second + 1 + day_length;
        self.add(self.index.named.date, at, end);
        Some(end)
    }

    /// Reads a case number that opens with a bracketed year, as `(2026)浙0781民初1024号`.
    pub(super) fn read_case_number(&mut self, at: usize) {
        let digits = |from: usize| self.run(from, Property::DIGIT, 8);
        let chinese = |from: usize| self.run(from, Property::CJK, 10);
        if digits(at + 1) != 4 {
            return;
        }
        let close = at + 5;
        let closes = self.code(close).is_some_and(|c| matches!(c, 0x29 | 0x5D | 0x3011 | 0x3015));
        let place = chinese(close + 1);
        if !closes || place == 0 {
            return;
        }
        let court = digits(close + 1 + place);
        let kind_at = close + 1 + place + court;
        let kind = chinese(kind_at);
        let number = digits(kind_at + kind);
        let char_at = |index: usize| self.code(index).and_then(|c| char::from_u32(u32::from(c)));
        let in_list = |index: usize, list: &str| char_at(index).is_some_and(|c| list.contains(c));
        let is_good =
            place <= 3 && in_list(close + 1, COURT_PLACES) && kind > 0 && number > 0 && in_list(kind_at, CASE_KINDS);
        let end_good = kind_at + kind + number;
        // Without a court's number there is one run of characters and one of digits: 诉催字第0871号.
        let end = if is_good { end_good } else { close + 1 + place + court };
        let has_mark = char_at(end) == Some('号');
        if is_good || (has_mark && court > 0) {
            let end = end + usize::from(has_mark);
            self.scan.case_numbers.push(([at as u32, end as u32], is_good));
            self.add(self.index.named.case_number, at, end);
        }
    }

    pub(super) fn run(&self, from: usize, property: u16, limit: usize) -> usize {
        let codes = self.text.codes.get(from..).unwrap_or_default();
        codes.iter().take(limit).take_while(|&&c| self.index.tables.is(c, property)).count()
    }
}
