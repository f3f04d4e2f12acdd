//! Covering what must not leave in a paper: one-time codes, identity and card numbers, other persons' names and numbers.
//! Numbers of the user and of the other side stay, for a complaint is about them.

use std::collections::BTreeSet;

/// Words that stand beside a one-time code or a secret.
const CODE_WORDS: [&str; 19] = [
    "验证码",
    "校验码",
    "动态码",
    "确认码",
    "随机码",
    "短信码",
    "取件码",
    "提取码",
    "授权码",
    "激活码",
    "登录码",
    "安全码",
    "口令",
    "密码",
    "code",
    "passcode",
    "password",
    "pin",
    "otp",
];
/// So many characters may stand between a word and its code.
const NEAR: usize = 16;
/// Digits or letters of a code.
const CODE_LENGTH: std::ops::RangeInclusive<usize> = 4..=8;
const COVER: char = '*';
/// Of a number that is no code so many digits stay.
const SHOWN: usize = 2;
/// First digits of numbers that companies and authorities hold.
const PUBLIC: [&str; 5] = ["106", "95", "400", "800", "12"];

/// What is covered and what stays.
#[derive(Clone, Copy, Debug)]
pub struct Cover<'a> {
    /// Numbers, digits only, that stay.
    pub keep: &'a BTreeSet<String>,
    /// Other persons' names.
    pub names: &'a [String],
    /// Whether only one-time codes and secrets are covered.
    pub has_only_codes: bool,
}

impl Cover<'_> {
    /// Returns the text with codes, identity and card numbers, and other persons' numbers and names covered; nothing where
    /// there was nothing to cover.
    pub fn apply(self, text: &str) -> Option<String> {
        let mut characters: Vec<char> = text.chars().collect();
        for places in codes(&characters) {
            for place in places {
                characters[place] = COVER;
            }
        }
        if !self.has_only_codes {
            for number in numbers(&characters) {
                if is_personal(&number.digits) && !self.keep.contains(&number.digits) {
                    number.places.iter().rev().skip(SHOWN).for_each(|place| characters[*place] = COVER);
                }
            }
            cover_names(&mut characters, self.names);
        }
        let covered: String = characters.into_iter().collect();
        (covered != text).then_some(covered)
    }
}

/// Returns the digits of a number that may be written in groups.
pub fn digits(number: &str) -> String {
    let digits: String = number.chars().filter_map(|c| digit(c).or((c == 'X' || c == 'x').then_some('X'))).collect();
    digits.strip_prefix("86").filter(|rest| is_mobile(rest)).map_or(digits.clone(), str::to_owned)
}

/// A run of digits, perhaps in groups.
struct Number {
    digits: String,
    places: Vec<usize>,
}

fn is_personal(digits: &str) -> bool {
    let length = digits.len();
    let is_identity = length == 18 && is_birth_inside(digits);
    let is_landline = digits.starts_with('0') && (10..=12).contains(&length);
    is_identity || is_card(digits) || is_landline || is_mobile(digits)
}

/// Companies' numbers for messages may be as long as a card's; cards that begin like one carry a check digit.
fn is_card(digits: &str) -> bool {
    let is_public = PUBLIC.iter().any(|prefix| digits.starts_with(prefix));
    let is_bank = digits.starts_with("95") && matches!(digits.len(), 16 | 19) && is_luhn(digits);
    (15..=19).contains(&digits.len()) && (!is_public || is_bank)
}

fn is_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let value = u32::from(byte.wrapping_sub(b'0')) * if at % 2 == 1 { 2 } else { 1 };
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

fn is_mobile(digits: &str) -> bool {
    let mut bytes = digits.bytes();
    digits.len() == 11
        && bytes.next() == Some(b'1')
        && bytes.next().is_some_and(|second| (b'3'..=b'9').contains(&second))
}

/// An identity number has a year and a month in it.
fn is_birth_inside(digits: &str) -> bool {
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<u16>().ok());
    part(6..10).is_some_and(|year| (1900..2100).contains(&year))
        && part(10..12).is_some_and(|month| (1..=12).contains(&month))
}

fn digit(character: char) -> Option<char> {
    match character {
        '0'..='9' => Some(character),
        '０'..='９' => char::from_digit(u32::from(character) - u32::from('０'), 10),
        _ => None,
    }
}

const fn is_gap(character: char) -> bool {
    matches!(character, ' ' | '-' | '\u{a0}' | '\u{2013}' | '\u{2014}' | '－')
}

/// Numbers of a text. Groups with one gap between them are one number if that makes one that has to be covered.
fn numbers(characters: &[char]) -> Vec<Number> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let follows_latin = at > 0 && characters[at - 1].is_ascii_alphabetic();
        if digit(characters[at]).is_none() || follows_latin {
            // The rest of a word that holds digits, as a digest, is no number.
            at += if follows_latin {
                characters[at..].iter().take_while(|c| c.is_ascii_alphanumeric()).count().max(1)
            } else {
                1
            };
            continue;
        }
        let grouped = run(characters, at, true);
        let plain = run(characters, at, false);
        let is_whole = grouped.places.len() > plain.places.len() && is_worth_joining(&grouped.digits);
        let number = if is_whole { grouped } else { plain };
        at = number.places.last().map_or(at, |last| *last) + 1;
        if !characters.get(at).is_some_and(char::is_ascii_alphabetic) {
            found.push(number);
        }
    }
    found
}

fn is_worth_joining(digits: &str) -> bool {
    is_mobile(digits)
        || (15..=19).contains(&digits.len())
        || (digits.starts_with('0') && (10..=12).contains(&digits.len()))
}

fn run(characters: &[char], from: usize, is_joining: bool) -> Number {
    let mut number = Number { digits: String::new(), places: Vec::new() };
    let mut at = from;
    while let Some(character) = characters.get(at) {
        if let Some(digit) = digit(*character) {
            number.digits.push(digit);
            number.places.push(at);
        } else if matches!(character, 'X' | 'x') && number.digits.len() == 17 {
            number.digits.push('X');
            number.places.push(at);
            break;
        } else if !(is_joining
            && is_gap(*character)
            && characters.get(at + 1).is_some_and(|next| digit(*next).is_some()))
        {
            break;
        }
        at += 1;
    }
    if let Some(rest) = number.digits.strip_prefix("86").filter(|rest| is_mobile(rest)) {
        number.digits = rest.to_owned();
        number.places.drain(..2);
    }
    number
}

/// Places of the codes: runs of digits, or of letters with a digit, in groups perhaps, beside a word for a code.
fn codes(characters: &[char]) -> Vec<Vec<usize>> {
    let is_part = |at: usize| characters.get(at).is_some_and(|c| c.is_ascii_alphanumeric() || digit(*c).is_some());
    let mut found = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        if !is_part(at) {
            at += 1;
            continue;
        }
        let mut places: Vec<usize> = (at..characters.len()).take_while(|place| is_part(*place)).collect();
        let plain = places.len();
        // 48 29 15: groups of digits with one gap between them.
        let is_digits = |places: &[usize]| places.iter().all(|place| digit(characters[*place]).is_some());
        while is_digits(&places)
            && let Some(last) = places.last().copied()
            && characters.get(last + 1).copied().is_some_and(is_gap)
        {
            let group: Vec<usize> = (last + 2..characters.len()).take_while(|place| is_part(*place)).collect();
            if group.is_empty() || !is_digits(&group) {
                break;
            }
            places.extend(group);
        }
        let has_length = |count: usize| CODE_LENGTH.contains(&count);
        if !has_length(places.len()) || !is_beside_code_word(characters, &places) {
            places.truncate(plain);
        }
        at = places.last().map_or(at, |last| *last) + 1;
        let has_digit = places.iter().any(|place| digit(characters[*place]).is_some());
        if has_digit && has_length(places.len()) && is_beside_code_word(characters, &places) {
            found.push(places);
        }
    }
    found
}

/// Whether a word for a code stands just before in the same sentence, or after with nothing but joining words between.
fn is_beside_code_word(characters: &[char], places: &[usize]) -> bool {
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return false };
    let before: String = characters[first.saturating_sub(NEAR)..*first].iter().collect();
    let after: String = characters[last + 1..].iter().take(NEAR).collect();
    let before =
        before.rsplit(|c| digit(c).is_some() || "。；！？".contains(c)).next().unwrap_or_default().to_lowercase();
    let after = after.split(|c| digit(c).is_some() || "。，,.！【】元年月日\n".contains(c)).next().unwrap_or_default();
    let after = after.to_lowercase();
    let is_count = characters.get(last + 1).is_some_and(|c| "年月日元位次".contains(*c));
    CODE_WORDS.iter().any(|word| (before.contains(word) && !is_count) || after.contains(word))
}

/// 李四 becomes 李某; of other names nothing stays.
fn cover_names(characters: &mut [char], names: &[String]) {
    let mut longest_first: Vec<Vec<char>> = names.iter().map(|name| name.trim().chars().collect()).collect();
    longest_first.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in longest_first.iter().filter(|name| name.len() > 1) {
        let is_chinese = name.iter().all(|c| !c.is_ascii());
        for at in 0..characters.len() {
            if characters.get(at..at + name.len()) == Some(name) {
                characters[at..at + name.len()].fill(COVER);
                if is_chinese {
                    characters[at] = name[0];
                    characters[at + 1..at + name.len()].fill('某');
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cover, digits};
    use std::collections::BTreeSet;

    fn covered(text: &str) -> String {
        let keep = BTreeSet::from(["19900000001".to_owned()]);
        let names = ["李四".to_owned(), "Li Si".to_owned()];
        let cover = Cover { keep: &keep, names: &names, has_only_codes: false };
        cover.apply(text).unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn codes_are_covered_however_they_are_written() {
        for (text, want) in [
            ("验证码 48 29 15，勿泄露", "验证码 ** ** **，勿泄露"),
            ("您的口令是A7K9Q2", "您的口令是******"),
            ("PIN: 4829", "PIN: ****"),
            ("密码：４８２９１５", "密码：******"),
            ("使用 482-915 作为登录密码", "使用 ***-*** 作为登录密码"),
            ("请修改密码。2026年11月", "请修改密码。2026年11月"),
            ("密码2026年已改", "密码2026年已改"),
        ] {
            assert_eq!(covered(text), want);
        }
    }

    #[test]
    fn a_bank_card_that_begins_like_a_hotline_is_a_card() {
        assert_eq!(covered("卡9558800200000000006"), "卡*****************06");
        assert_eq!(covered("来自9555800123456789"), "来自9555800123456789", "no check digit: a number for messages");
    }

    #[test]
    fn codes_and_other_persons_are_covered() {
        assert_eq!(covered("验证码：482915，请勿告诉他人"), "验证码：******，请勿告诉他人");
        assert_eq!(covered("1234是您的验证码"), "****是您的验证码");
        assert_eq!(covered("致电13800000000或138 0000 0000"), "致电*********00或*** **** **00");
        assert_eq!(covered("+8613800000000"), "+86*********00");
        assert_eq!(covered("身份证11010519900101123X"), "身份证****************3X");
        assert_eq!(covered("卡6222 0000 0000 0018止"), "卡**** **** **** **18止");
        assert_eq!(covered("李四的电话010-12345678，Li Si"), "李某的电话***-******78，*****");
    }

    #[test]
    fn the_users_and_public_numbers_and_what_is_no_number_stay() {
        for text in [
            "本人19900000001",
            "号码1068000000000001",
            "致电95588",
            "2026-11-20欠款12000元",
            "7c1a3f0e5b2d4c6f8a9b0c1d2e3f405162738495a6b7c8d9e0f1a2b3c4d5e6f7",
            "（2026）示0000民督12号",
        ] {
            assert_eq!(covered(text), text);
        }
        assert_eq!(digits("+86 199-0000-0001"), "19900000001");
    }
}
