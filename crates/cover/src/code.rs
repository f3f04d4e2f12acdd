//! One-time codes and passwords: runs of digits, or of letters with a digit, in groups perhaps, beside a word for a code.

use crate::number::{digit, is_gap};

/// Words that a code stands near, somewhere in the same sentence.
const CODE_WORDS: [&str; 15] = [
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
    "动态密码",
    "code",
    "otp",
];
/// Words of which much is said without one: only what they are joined to is a password.
const PASSWORD_WORDS: [&str; 5] = ["口令", "密码", "password", "passcode", "pin"];
/// So many characters may stand between a word and its code.
const NEAR: usize = 16;
/// What joins a password to its word.
const JOINING: &str = " :：是为=“”\"'「」【】isas作";
/// Digits or letters of a code.
const LENGTH: std::ops::RangeInclusive<usize> = 4..=8;

/// Returns the places of every code.
pub fn codes(characters: &[char]) -> Vec<Vec<usize>> {
    let is_part = |at: usize| characters.get(at).is_some_and(|c| c.is_ascii_alphanumeric() || digit(*c).is_some());
    let run = |from: usize| (from..characters.len()).take_while(|at| is_part(*at)).collect::<Vec<usize>>();
    let is_digits = |places: &[usize]| places.iter().all(|place| digit(characters[*place]).is_some());
    let is_code = |places: &[usize]| {
        LENGTH.contains(&places.len()) && !is_in_address(characters, places) && is_beside_word(characters, places)
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let plain = run(at);
        let Some(last) = plain.last().copied() else {
            at += 1;
            continue;
        };
        // 48 29 15: groups of digits with one gap between them.
        let mut grouped = plain.clone();
        let mut end = last;
        while grouped.len() <= *LENGTH.end()
            && is_digits(&grouped)
            && characters.get(end + 1).copied().is_some_and(is_gap)
        {
            let group = run(end + 2);
            let Some(last) = group.last().copied().filter(|_| is_digits(&group)) else { break };
            end = last;
            grouped.extend(group);
        }
        let has_digit = plain.iter().any(|place| digit(characters[*place]).is_some());
        let code = [grouped, plain].into_iter().find(|places| has_digit && is_code(places));
        at = code.as_ref().and_then(|places| places.last().copied()).unwrap_or(last) + 1;
        found.extend(code);
    }
    found
}

/// Part of a link or mail address.
fn is_in_address(characters: &[char], places: &[usize]) -> bool {
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return false };
    let is_sign = |c: &char| matches!(c, '.' | '/' | '@');
    let is_led = first.checked_sub(1).and_then(|at| characters.get(at)).is_some_and(is_sign);
    let goes_on = characters.get(last + 2).is_some_and(char::is_ascii_alphanumeric);
    is_led || (goes_on && characters.get(last + 1).is_some_and(is_sign))
}

/// Whether a word stands before the code in the same sentence, or after it with nothing but joining words between.
fn is_beside_word(characters: &[char], places: &[usize]) -> bool {
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return false };
    let before: String = characters[first.saturating_sub(NEAR)..*first].iter().collect();
    let after: String = characters[last + 1..].iter().take(NEAR).collect();
    let before = before.rsplit(|c| digit(c).is_some() || "。；！？".contains(c)).next().unwrap_or_default();
    let after = after.split(|c| digit(c).is_some() || "。，,.！【】元年月日\n".contains(c)).next().unwrap_or_default();
    let (before, after) = (before.to_lowercase(), after.to_lowercase());
    let is_count = characters.get(last + 1).is_some_and(|c| "年月日元位次".contains(*c));
    // A hotline or a day may stand in a sentence about codes; only what is joined to the word is one.
    let is_known = is_hotline_or_day(characters, places);
    let is_near = !is_known && CODE_WORDS.iter().any(|word| (!is_count && holds(&before, word)) || holds(&after, word));
    let is_joined = |between: &str| between.chars().all(|c| JOINING.contains(c));
    let joins_before = |word: &&str| {
        let end = before.rfind(*word).filter(|_| holds(&before, word)).map(|at| at + word.len());
        end.and_then(|end| before.get(end..)).is_some_and(is_joined)
    };
    let joins_after = |word: &&str| {
        let between = after.find(*word).filter(|_| holds(&after, word)).and_then(|at| after.get(..at));
        between.is_some_and(|between| between.chars().count() <= 8)
    };
    let joined_words = PASSWORD_WORDS.iter().chain(CODE_WORDS.iter().filter(|_| is_known));
    is_near || joined_words.into_iter().any(|word| (!is_count && joins_before(word)) || joins_after(word))
}

/// Whether a number is a service's (95588, 12345) or a day (20261130).
fn is_hotline_or_day(characters: &[char], places: &[usize]) -> bool {
    let digits: String = places.iter().filter_map(|place| digit(characters[*place])).collect();
    let number = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<u16>().ok());
    let is_hotline = digits.len() == 5 && ["95", "96", "10", "11", "12"].iter().any(|head| digits.starts_with(head));
    let is_day = digits.len() == 8
        && number(0..4).is_some_and(|year| (1990..2100).contains(&year))
        && number(4..6).is_some_and(|month| (1..=12).contains(&month))
        && number(6..8).is_some_and(|day| (1..=31).contains(&day));
    digits.len() == places.len() && (is_hotline || is_day)
}

/// Whether a text holds a word; letters of an alphabet must not go on at either end.
fn holds(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_free = |c: Option<char>| !word.is_ascii() || !c.is_some_and(|c| c.is_ascii_alphabetic());
        let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
        is_free(before.chars().next_back()) && is_free(after.chars().nth(word.chars().count()))
    })
}
