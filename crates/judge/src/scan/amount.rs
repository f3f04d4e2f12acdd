//! Amounts of money and rates as they are written: 2,386.40元, ¥300, 叁仟捌佰元整, 5-100万, 月息3厘, 日息万五.
//! Reads numbers exactly; says nothing of what is allowed.

use super::{Walk, role_before};
use crate::index::slot;
use crate::normalise::{Property, chinese_digit};
use crate::trie::Code;
use crate::verdict::AmountRole;

/// An amount as written.
#[derive(Clone, Copy, Debug)]
pub struct RawAmount {
    /// First code.
    pub start: u32,
    /// Code after the last.
    pub end: u32,
    /// Whole fen, if it fits.
    pub fen: Option<i64>,
    /// What the words before it make of it.
    pub role: AmountRole,
    /// Whether the words before it say that this is what is paid out (到手).
    pub is_received: bool,
    /// Whether it is a price by the day (每天利息200).
    pub is_daily: bool,
}

/// The period of a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// By the year.
    Year,
    /// By the month or instalment.
    Month,
    /// By the day.
    Day,
    /// Not said.
    Unsaid,
}

/// A rate as written.
#[derive(Clone, Copy, Debug)]
pub struct RawRate {
    /// First code.
    pub start: u32,
    /// Code after the last.
    pub end: u32,
    /// Millionths for one period.
    pub ppm: i64,
    /// The period.
    pub period: Period,
}

impl RawRate {
    /// Returns the simple annual rate in millionths, where the period is said.
    pub fn annual_ppm(&self) -> Option<i64> {
        match self.period {
            Period::Year => Some(self.ppm),
            Period::Month => self.ppm.checked_mul(12),
            Period::Day => self.ppm.checked_mul(365),
            Period::Unsaid => None,
        }
    }
}

/// A decimal number as written: value in millionths and the code after it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal {
    /// Millionths; `i64::MAX` where the number is too long to hold.
    pub micro: i64,
    pub end: usize,
    pub digits: usize,
    pub has_point: bool,
    /// Whether thousands are set apart by commas.
    pub is_grouped: bool,
}

impl Decimal {
    /// Returns the number times a whole factor, rounded down, if it fits.
    pub fn times(self, factor: i64) -> Option<i64> {
        (self.digits <= MOST_DIGITS).then(|| {
            (self.micro / 1_000_000).checked_mul(factor)?.checked_add(
                self.micro % 1_000_000 * (factor / 100) / 10_000 + self.micro % 1_000_000 * (factor % 100) / 1_000_000,
            )
        })?
    }
}

/// Longer runs of digits are no sums of money.
const MOST_DIGITS: usize = 12;

/// Units of money after a number, the longest first, with their worth in fen.
const MONEY: [(&str, i64); 20] = [
    ("万元", 1_000_000),
    ("万块", 1_000_000),
    ("亿元", 10_000_000_000),
    ("千元", 100_000),
    ("百元", 10_000),
    ("千块", 100_000),
    ("百块", 10_000),
    ("元", 100),
    ("块", 100),
    ("圆", 100),
    ("亿", 10_000_000_000),
    ("万", 1_000_000),
    ("千", 100_000),
    ("百", 10_000),
    ("w", 1_000_000),
    ("角", 10),
    ("rmb", 100),
    ("人民币", 100),
    ("毛", 10),
    ("蚊", 100),
];

/// Returns whether a unit of money may begin with a code: 万 亿 千 百 元 块 圆 角 毛 人 w r 蚊.
fn begins_unit(code: Code) -> bool {
    matches!(
        code,
        0x4E07 | 0x4EBF | 0x5343 | 0x767E | 0x5143 | 0x5757 | 0x5706 | 0x89D2 | 0x6BDB | 0x4EBA | 0x77 | 0x72 | 0x868A
    )
}

impl Walk<'_> {
    /// Reads `1,234.56` or `0.65` at `at`.
    pub(super) fn decimal(&self, at: usize) -> Decimal {
        let digit = |index: usize| {
            self.code(index)
                .filter(|&c| self.index.tables.is(c, Property::DIGIT))
                .map(|c| i64::from(c - Code::from(b'0')))
        };
        let (mut micro, mut end, mut digits) = (0i64, at, 0);
        let mut is_grouped = false;
        loop {
            if let Some(value) = digit(end) {
                micro = if digits < MOST_DIGITS { micro * 10 + value } else { micro };
                digits += 1;
                end += 1;
            } else if self.code(end) == Some(Code::from(b','))
                && (1..=3).all(|k| digit(end + k).is_some())
                && digit(end + 4).is_none()
            {
                is_grouped = true;
                end += 1;
            } else {
                break;
            }
        }
        micro *= 1_000_000;
        let mut has_point = false;
        if self.code(end) == Some(Code::from(b'.')) && digit(end + 1).is_some() {
            has_point = true;
            end += 1;
            let mut scale = 100_000;
            while let Some(value) = digit(end) {
                micro += value * scale;
                scale /= 10;
                end += 1;
            }
        }
        Decimal { micro, end, digits, has_point, is_grouped }
    }

    fn starts_with(&self, at: usize, word: &str) -> bool {
        let mut codes = self.text.codes[at.min(self.text.len())..].iter();
        word.encode_utf16().all(|unit| codes.next() == Some(&unit))
    }

    /// Reads a unit of money at `at`: its worth in fen and the code after it.
    pub(super) fn money_unit(&self, at: usize) -> Option<(i64, usize)> {
        let first = self.code(at)?;
        if !begins_unit(first) {
            return None;
        }
        MONEY.iter().find(|(word, _)| self.starts_with(at, word)).map(|(word, fen)| {
            let length = word.chars().count();
            // 元整, 块钱
            let tail = usize::from(self.starts_with(at + length, "整") || self.starts_with(at + length, "钱"));
            (*fen, at + length + tail)
        })
    }

    pub(super) fn add_amount(&mut self, start: usize, end: usize, fen: Option<i64>) {
        let role = role_before(self.scan, start);
        let is_received = self.scan.has_before(slot::RECEIVED, start, 6);
        let is_daily = self.scan.has_before(slot::DAILY, start, 3);
        let raw = RawAmount { start: start as u32, end: end as u32, fen, role, is_received, is_daily };
        self.scan.amounts.push(raw);
        self.add(self.index.named.amount, start, end);
    }

    /// Reads `%`, `‰`, `厘`, `分`, after a number: adds a rate and returns the code after it.
    pub(super) fn rate_after(&mut self, start: usize, number: Decimal) -> Option<usize> {
        let unit = self.code(number.end)?;
        let is = |word: &str| word.encode_utf16().next() == Some(unit);
        let period = self.period_before(start);
        let (scale, short): (i64, bool) = match () {
            () if is("%") => (10_000, false),
            () if is("‰") => (1_000, false),
            () if is("厘") => (if period == Period::Year { 10_000 } else { 1_000 }, true),
            () if is("分") && period == Period::Month && !self.starts_with(number.end, "分钟") => (10_000, true),
            () => return None,
        };
        let mut ppm = number.times(scale)?;
        let mut end = number.end + 1;
        // 2厘5 is 2.5 per mille.
        if short && self.code(end).is_some_and(|c| self.index.tables.is(c, Property::DIGIT)) {
            let tail = self.decimal(end);
            if tail.digits == 1 {
                ppm += tail.micro / 1_000_000 * scale / 10;
                end = tail.end;
            }
        }
        self.add_rate(start, end, ppm, period);
        Some(end)
    }

    pub(super) fn add_rate(&mut self, start: usize, end: usize, ppm: i64, period: Period) {
        let named = self.index.named;
        let concept = if period == Period::Unsaid { named.percent } else { named.rate };
        self.add(concept, start, end);
        self.scan.rates.push(RawRate { start: start as u32, end: end as u32, ppm, period });
    }

    pub(super) fn period_before(&self, at: usize) -> Period {
        let periods = [(slot::ANNUAL, Period::Year), (slot::MONTHLY, Period::Month), (slot::DAILY, Period::Day)];
        self.scan.nearest_before(&periods, at, 12).unwrap_or(Period::Unsaid)
    }

    /// Reads a number in Chinese characters at `at`, if it is money, a rate or a count of days; returns the code
    /// after it, or `at`.
    pub(super) fn read_chinese_number(&mut self, at: usize) -> usize {
        let previous = at.checked_sub(1).and_then(|i| self.code(i));
        if chinese_value(self.text.codes[at]).is_none() && self.text.codes[at] != 0x5341 {
            return self.read_per_ten_thousand(at).unwrap_or(at);
        }
        if previous.is_some_and(|c| chinese_value(c).is_some() || chinese_unit(c).is_some()) {
            return at;
        }
        let (value, end) = chinese_number(&self.text.codes, at);
        let Some(value) = value else { return at };
        let Some(unit) = self.code(end) else { return at };
        let is = |word: &str| word.encode_utf16().next() == Some(unit);
        if is("元") || is("块") || is("圆") {
            let tail = usize::from(self.starts_with(end + 1, "整") || self.starts_with(end + 1, "钱"));
            self.add_amount(at, end + 1 + tail, i64::try_from(value * 100).ok());
            return end + 1 + tail;
        }
        if is("厘") || (is("分") && self.period_before(at) != Period::Unsaid) {
            let scale = if is("厘") { 1_000 } else { 10_000 };
            let period = self.period_before(at);
            self.add_rate(at, end + 1, i64::try_from(value * scale).unwrap_or(i64::MAX), period);
            return end + 1;
        }
        let counts_others = "人次个家名步年条天期多倍字分".encode_utf16().any(|other| other == unit);
        let is_round = self.text.codes[at..end].iter().any(|&c| matches!(c, 0x5343 | 0x4E07 | 0x4EDF));
        if value >= 1_000 && is_round && end > at + 1 && !counts_others {
            self.add_amount(at, end, i64::try_from(value * 100).ok());
            return end;
        }
        self.read_time(at, end, i64::try_from(value).unwrap_or(i64::MAX)).unwrap_or(at)
    }

    /// Reads `万五`, `万分之五`, `万1.5`, `千分之三`, `百分之十` where a rate is spoken of.
    fn read_per_ten_thousand(&mut self, at: usize) -> Option<usize> {
        let unit = self.text.codes[at];
        let scale: i128 = match char::from_u32(u32::from(unit))? {
            '万' => 100,
            '千' => 1_000,
            '百' => 10_000,
            _ => return None,
        };
        let spelled = self.starts_with(at + 1, "分之");
        let from = if spelled { at + 3 } else { at + 1 };
        let period = self.period_before(at);
        if !spelled && (period == Period::Unsaid || scale == 10_000) {
            return None;
        }
        let first = self.code(from)?;
        let (micro, end) = if self.index.tables.is(first, Property::DIGIT) {
            let number = self.decimal(from);
            (i128::from(number.micro), number.end)
        } else {
            let (value, end) = chinese_number(&self.text.codes, from);
            (value? * 1_000_000, end)
        };
        if end == from || self.code(end).is_some_and(|c| chinese_unit(c).is_some()) {
            return None;
        }
        self.add_rate(at, end, i64::try_from(micro * scale / 1_000_000).unwrap_or(i64::MAX), period);
        Some(end)
    }
}

fn chinese_value(code: Code) -> Option<i128> {
    if char::from_u32(u32::from(code)) == Some('两') {
        return Some(2);
    }
    chinese_digit(code).map(|digit| i128::from(digit - Code::from(b'0')))
}

fn chinese_unit(code: Code) -> Option<i128> {
    let value = match char::from_u32(u32::from(code))? {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1_000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    };
    Some(value)
}

/// Reads a number in Chinese characters, as 一万二千三百, 壹万贰仟, 两万五; returns its value and the code after it.
pub(super) fn chinese_number(codes: &[Code], at: usize) -> (Option<i128>, usize) {
    let (mut total, mut section, mut digit) = (0i128, 0i128, None::<i128>);
    let (mut last_unit, mut end) = (1i128, at);
    for &code in codes[at..].iter().take(24) {
        if let Some(value) = chinese_value(code) {
            digit = Some(match digit {
                Some(before) if before != 0 || last_unit == 1 => before.saturating_mul(10).saturating_add(value),
                _ => value,
            });
        } else if let Some(unit) = chinese_unit(code) {
            if unit >= 10_000 {
                section += digit.take().unwrap_or(0);
                section = section.max(i128::from(section == 0 && total == 0));
                // 一亿零五百万: what stands before 万 is added, what stands before 亿 is multiplied.
                total = if unit > 10_000 { (total + section).saturating_mul(unit) } else { total + section * unit };
                section = 0;
            } else {
                section += digit.take().unwrap_or(1).saturating_mul(unit);
            }
            last_unit = unit;
        } else {
            break;
        }
        end += 1;
    }
    if end == at {
        return (None, at);
    }
    // 两万五 is 25,000; 一百零五 is 105.
    let zero_before = end >= at + 2 && chinese_value(codes[end - 2]) == Some(0);
    let tail = match digit {
        Some(value) if last_unit >= 100 && value < 10 && !zero_before => value * last_unit / 10,
        Some(value) => value,
        None => 0,
    };
    (Some(total + section + tail), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<i128> {
        let codes: Vec<Code> = text.encode_utf16().collect();
        let (value, end) = chinese_number(&codes, 0);
        assert_eq!(end, codes.len(), "{text}");
        value
    }

    #[test]
    fn chinese_numerals_are_read() {
        for (text, expected) in [
            ("一万二千三百", 12_300),
            ("壹万贰仟", 12_000),
            ("两万五", 25_000),
            ("叁仟捌佰", 3_800),
            ("十五", 15),
            ("一百零五", 105),
            ("三百六", 360),
            ("两千", 2_000),
            ("一亿零五百万", 105_000_000),
            ("二零二六", 2_026),
            ("十万", 100_000),
            ("一", 1),
        ] {
            assert_eq!(value(text), Some(expected), "{text}");
        }
    }
}
