//! Runs of digits and letters: which are links, telephone numbers, accounts, codes, ids, and which are plain numbers
//! with a unit. Decides by form and by the word just before.

use super::{RawContact, Walk};
use crate::index::slot;
use crate::normalise::Property;
use crate::trie::Code;
use crate::verdict::ContactType;

/// Digits in one or more groups, the first 32 of them.
struct Digits {
    bytes: [u8; 32],
    length: usize,
    end: usize,
    groups: usize,
}

impl Digits {
    fn value(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length.min(32)]).unwrap_or_default()
    }
}

impl Walk<'_> {
    /// Reads what starts at `at` with a digit or letter; returns the code after it.
    pub(super) fn read_token(&mut self, at: usize, property: u16) -> usize {
        if self.may_be_link(at)
            && let Some(end) = self.read_link(at)
        {
            return end;
        }
        if property & Property::DIGIT != 0 {
            return self.read_number(at);
        }
        self.read_id(at).unwrap_or_else(|| at + self.run(at, Property::LETTER, 64))
    }

    /// A cheap look ahead: a dot or what stands for one, or a scheme, within the run.
    fn may_be_link(&self, at: usize) -> bool {
        let codes = &self.text.codes[at..];
        let alphabet = Property::LETTER | Property::DIGIT | Property::FOREIGN;
        let run =
            codes.iter().take(64).take_while(|&&c| self.index.tables.is(c, alphabet) || c == Code::from(b'-')).count();
        let is_label = |at: usize| codes.get(at).is_some_and(|&c| self.index.tables.is(c, alphabet));
        let is_digits = codes[..run].iter().all(|&c| self.index.tables.is(c, Property::DIGIT));
        match codes.get(run) {
            // A decimal number is no link; an address has a second dot right after the second number.
            Some(&0x2E) if is_digits => {
                let second =
                    codes[run + 1..].iter().take(4).take_while(|&&c| self.index.tables.is(c, Property::DIGIT)).count();
                let letters = is_label(run + 1) && second == 0;
                letters
                    || codes.get(run + 1 + second) == Some(&0x2E)
                    || codes.get(run + 1 + second).is_some_and(|&c| self.index.tables.is(c, Property::LETTER))
            }
            Some(&(0x2E | 0x70B9 | 0x3002 | 0x2022 | 0xB7)) => is_label(run + 1),
            Some(&(0x28 | 0x5B)) => is_label(run + 3),
            Some(&0x20) => codes.get(run + 1) == Some(&0x2E),
            Some(&(0x3A | 0x2F)) => codes[0] == Code::from(b'h'),
            _ => false,
        }
    }

    /// Reads a messenger id or an e-mail address.
    fn read_id(&mut self, at: usize) -> Option<usize> {
        let is_id = |c: Code| {
            self.index.tables.is(c, Property::LETTER | Property::DIGIT)
                || c == Code::from(b'_')
                || c == Code::from(b'-')
        };
        let length = self.text.codes[at..].iter().take(64).take_while(|&&c| is_id(c)).count();
        let end = at + length;
        if self.code(end) == Some(Code::from(b'@')) {
            let host =
                self.text.codes[end + 1..].iter().take(64).take_while(|&&c| is_id(c) || c == Code::from(b'.')).count();
            if host >= 4 {
                let end = end + 1 + host;
                self.add_contact(ContactType::Email, at, end);
                return Some(end);
            }
        }
        let named = self.index.named;
        let kind =
            self.messenger_before(at).or_else(|| self.glued_messenger(at)).or_else(|| self.marked_id(at, length))?;
        let enough = if kind == ContactType::App { 3 } else { 5 };
        if length < enough
            || self.scan.hits.last().is_some_and(|hit| hit.has(self.index, named.wechat) && hit.end as usize > at)
        {
            return None;
        }
        let digits = self.text.codes[at..end].iter().any(|&c| !self.index.tables.is(c, Property::LETTER));
        (digits || length >= 6).then(|| {
            self.add_contact(kind, at, end);
            end
        })
    }

    /// An id that begins with its own mark, right after a word of adding: `加vxabc_01`.
    fn marked_id(&self, at: usize, length: usize) -> Option<ContactType> {
        let before = char::from_u32(u32::from(self.code(at.checked_sub(1)?)?))?;
        let id = &self.text.codes[at..at + length];
        let marked = id.first() == Some(&Code::from(b'v')) || id.starts_with(&[Code::from(b'w'), Code::from(b'x')]);
        let has_sign = id.iter().any(|&c| !self.index.tables.is(c, Property::LETTER));
        (marked && has_sign && length >= 6 && "加找联私+询".contains(before)).then_some(ContactType::Wechat)
    }

    /// Returns the messenger named just before.
    fn messenger_before(&self, at: usize) -> Option<ContactType> {
        let kinds =
            [(slot::WECHAT, ContactType::Wechat), (slot::QQ, ContactType::Qq), (slot::MESSENGER, ContactType::App)];
        self.scan.nearest_before(&kinds, at, 6)
    }

    fn add_contact(&mut self, kind: ContactType, start: usize, end: usize) {
        self.scan.contacts.push(RawContact { start: start as u32, end: end as u32, kind });
        let named = self.index.named;
        match kind {
            ContactType::Phone => self.add(named.mobile, start, end),
            ContactType::Hotline => self.add(named.phone, start, end),
            _ => {}
        }
    }

    /// Reads what starts with a digit.
    ///
    /// 1. Dates and times of day. 2. What the word before says: tail, code, messenger. 3. Telephone numbers and
    ///    accounts by their form. 4. A number and its unit.
    fn read_number(&mut self, at: usize) -> usize {
        let named = self.index.named;
        if let Some(end) = self.read_date(at) {
            return end;
        }
        let digits = self.digit_groups(at);
        let single_end = at + self.run(at, Property::DIGIT, 64);
        if self.scan.has_before(slot::TAIL, at, 2) && single_end - at <= 8 {
            self.add(named.tail, at, single_end);
            return single_end;
        }
        if self.scan.has_before(slot::CODE, at, 4)
            && (4..=8).contains(&(single_end - at))
            && !self.has_money_unit(single_end)
        {
            self.add(named.code, at, single_end);
            return single_end;
        }
        if (4..=8).contains(&(single_end - at)) && self.names_code(digits.end) {
            self.add(named.code, at, digits.end);
            return digits.end;
        }
        if let Some(kind) = self.glued_messenger(at).filter(|_| single_end - at >= 6) {
            self.add_contact(kind, at, single_end);
            return single_end;
        }
        if single_end - at >= 5
            && let Some(kind) = self.messenger_before(at)
        {
            let end = at + self.text.codes[at..].iter().take(24).take_while(|&&c| self.is_id_tail(c)).count();
            self.add_contact(kind, at, end);
            return end;
        }
        if let Some(end) = self.read_telephone(at, &digits) {
            return end;
        }
        self.read_quantity(at)
    }

    fn is_id_tail(&self, code: Code) -> bool {
        self.index.tables.is(code, Property::LETTER | Property::DIGIT)
            || code == Code::from(b'_')
            || code == Code::from(b'-')
    }

    /// Returns whether the number is called a code just behind it: 384309(您的验证码).
    fn names_code(&self, end: usize) -> bool {
        let ahead = self.text.codes.get(end..(end + 10).min(self.text.len())).unwrap_or_default();
        let stop = ahead.iter().position(|&c| self.index.tables.is(c, Property::SENTENCE_END)).unwrap_or(ahead.len());
        // 验证码, 校验码, 动态码
        ahead[..stop]
            .windows(3)
            .any(|word| matches!(word, [0x9A8C, 0x8BC1, 0x7801] | [0x6821, 0x9A8C, 0x7801] | [0x52A8, 0x6001, 0x7801]))
    }

    /// Returns the messenger whose mark stands right before an id: `微abc_1`, 扣123456.
    fn glued_messenger(&self, at: usize) -> Option<ContactType> {
        match char::from_u32(u32::from(self.code(at.checked_sub(1)?)?))? {
            '微' | '薇' | '徽' | '威' | '溦' | '伩' => Some(ContactType::Wechat),
            '扣' | '抠' | '叩' | '群' => Some(ContactType::Qq),
            _ => None,
        }
    }

    fn has_money_unit(&self, at: usize) -> bool {
        self.money_unit(at).is_some() || self.code(at) == Some(Code::from(b'.'))
    }

    /// Reads groups of digits with one blank or hyphen between.
    fn digit_groups(&self, at: usize) -> Digits {
        let mut digits = Digits { bytes: [0; 32], length: 0, end: at, groups: 0 };
        let mut from = at;
        loop {
            let length = self.run(from, Property::DIGIT, 32);
            if length == 0 || (digits.groups > 0 && length < 3) {
                break;
            }
            for &code in &self.text.codes[from..from + length] {
                if let Some(slot) = digits.bytes.get_mut(digits.length) {
                    *slot = code as u8;
                }
                digits.length += 1;
            }
            digits.groups += 1;
            digits.end = from + length;
            if !self.code(digits.end).is_some_and(|c| c == Code::from(b' ') || c == Code::from(b'-')) {
                break;
            }
            from = digits.end + 1;
        }
        digits
    }

    fn read_telephone(&mut self, at: usize, digits: &Digits) -> Option<usize> {
        let named = self.index.named;
        if self.has_money_unit(digits.end) {
            return None;
        }
        let value = digits.value();
        let count = digits.length;
        let plus = at > 0 && self.code(at - 1) == Some(Code::from(b'+'));
        let is_account =
            count >= 14 || (count >= 10 && self.scan.has_before(slot::ACCOUNT, at, 8) && !is_mobile(value));
        // 证号, 编号, 单号, 书号
        let before = self.text.codes.get(at.saturating_sub(2)..at);
        if matches!(before, Some([0x8BC1 | 0x7F16 | 0x5355 | 0x4E66, 0x53F7])) {
            return Some(digits.end);
        }
        if is_account && !plus {
            self.add(named.account, at, digits.end);
            return Some(digits.end);
        }
        if (plus && count >= 8) || (value.starts_with("00") && count >= 10) {
            self.add_contact(ContactType::Phone, at - usize::from(plus), digits.end);
            return Some(digits.end);
        }
        let kind = telephone(value, self.index)?;
        self.add_contact(kind, at, digits.end);
        Some(digits.end)
    }

    /// A number and its unit.
    fn read_quantity(&mut self, at: usize) -> usize {
        let number = self.decimal(at);
        let fen = |per_unit: i64| number.times(per_unit);
        let currency =
            at > 0 && self.code(at - 1).is_some_and(|c| matches!(c, 0xA5 | 0xFFE5 | 0x5143)) || self.follows_rmb(at);
        if let Some((per_unit, end)) = self.money_unit(number.end) {
            // 2万1千 and 5-100万 are read as far as the first unit says; the range's low end takes the same unit.
            // 1万8 is 18,000.
            let tail = self.run(end, Property::DIGIT, 2);
            let is_wan = per_unit == 1_000_000 && tail == 1 && !number.has_point;
            let more = if is_wan { i64::from(self.text.codes[end] - Code::from(b'0')) * 100_000 } else { 0 };
            let end = if is_wan { self.money_unit(end + 1).map_or(end + 1, |(_, unit_end)| unit_end) } else { end };
            self.add_amount(at, end, fen(per_unit).and_then(|fen| fen.checked_add(more)));
            return end;
        }
        if let Some(end) = self.rate_after(at, number) {
            return end;
        }
        if currency && number.digits > 0 {
            self.add_amount(at, number.end, fen(100));
            return number.end;
        }
        if !number.has_point
            && let Some(end) = self.read_time(at, number.end, number.micro / 1_000_000)
        {
            return end;
        }
        if number.is_grouped || self.is_sum_by_verb(at, number.digits, number.has_point, number.end) {
            self.add_amount(at, number.end, fen(100));
        }
        number.end
    }

    /// `借3000到手2100`: a bare number right after a verb of money.
    fn is_sum_by_verb(&self, at: usize, digits: usize, has_point: bool, end: usize) -> bool {
        let plain_unit = self
            .code(end)
            .is_some_and(|c| self.index.tables.is(c, Property::LETTER) || c == 0x6B21 || c == 0x4E2A || c == 0x6298);
        let verb = [slot::PRINCIPAL, slot::RECEIVED, slot::CLAIMED, slot::FEE, slot::LIMIT]
            .into_iter()
            .any(|slot| self.scan.has_before(slot, at, 1));
        verb && !plain_unit && ((3..=8).contains(&digits) || has_point)
    }

    fn follows_rmb(&self, at: usize) -> bool {
        let before = &self.text.codes[at.saturating_sub(4)..at];
        let is_blank = |code: Code| char::from_u32(u32::from(code)).is_some_and(char::is_whitespace);
        let blanks = before.iter().rev().take_while(|&&code| is_blank(code)).count();
        // rmb, cny, 币
        matches!(before[..before.len() - blanks], [.., 0x72, 0x6D, 0x62] | [.., 0x63, 0x6E, 0x79] | [.., 0x5E01])
    }
}

fn is_mobile(value: &str) -> bool {
    value.len() == 11 && value.starts_with('1') && value.as_bytes().get(1).is_some_and(|&digit| digit >= b'3')
}

/// Returns what kind of telephone number the digits are.
fn telephone(value: &str, index: &crate::index::Index) -> Option<ContactType> {
    let count = value.len();
    if is_mobile(value) {
        return Some(ContactType::Phone);
    }
    if value.starts_with("86") && is_mobile(value.get(2..).unwrap_or_default()) {
        return Some(ContactType::Phone);
    }
    if count == 10 && (value.starts_with("400") || value.starts_with("800")) {
        return Some(ContactType::Hotline);
    }
    if (10..=12).contains(&count) && value.starts_with('0') && !value.starts_with("00") {
        return Some(ContactType::Phone);
    }
    let is_hotline = matches!(count, 5 | 6)
        && (value.starts_with("95") || value.starts_with("96") || value.starts_with("123") || value.starts_with("121"));
    let known = count >= 5 && index.numbers.contains_key(value);
    let police = value == "110" || value == "96110";
    (is_hotline || known || police).then_some(ContactType::Hotline)
}
