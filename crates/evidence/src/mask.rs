//! Covering what identifies people in a text: numbers, addresses, the part of a link after its host, words given.

/// Returns `text` with numbers of four and more digits, mail addresses, the tails of links and `words` covered. What is
/// covered keeps its length in characters; of numbers with eight and more digits the last two stay.
pub fn mask(text: &str, words: &[String]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    cover_words(&mut characters, words);
    cover_links(&mut characters);
    cover_mail(&mut characters);
    cover_numbers(&mut characters);
    characters.into_iter().collect()
}

const COVER: char = '*';
/// The shortest number that is covered: one-time codes have four digits and more.
const LEAST_DIGITS: usize = 4;
/// A number may be written in groups with so many signs between them.
const LONGEST_GAP: usize = 3;

fn cover_words(characters: &mut [char], words: &[String]) {
    let mut longest_first: Vec<Vec<char>> = words.iter().map(|word| word.chars().collect()).collect();
    longest_first.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let same = |a: &char, b: &char| a.to_lowercase().eq(b.to_lowercase());
    for word in longest_first.iter().filter(|word| !word.is_empty()) {
        let stands = |at: &usize| {
            characters.get(*at..*at + word.len()).is_some_and(|run| run.iter().zip(word).all(|(a, b)| same(a, b)))
        };
        let places: Vec<usize> = (0..characters.len()).filter(stands).collect();
        for at in places {
            characters[at..at + word.len()].fill(COVER);
        }
    }
}

/// After a `/`, `?` or `#` that follows letters and a dot, everything that can be part of a link.
fn cover_links(characters: &mut [char]) {
    let is_part = |c: char| c.is_ascii_graphic();
    let mut at = 0;
    while at < characters.len() {
        let run = characters[at..].iter().take_while(|c| is_part(**c)).count();
        let part = &mut characters[at..at + run];
        let host = part.windows(3).position(|w| w == [':', '/', '/']).map_or(0, |at| at + 3);
        let end = part[host..].iter().position(|c| matches!(c, '/' | '?' | '#')).map(|end| host + end);
        if let Some(end) = end.filter(|end| part[host..*end].contains(&'.')) {
            part[end + 1..].fill(COVER);
        }
        at += run.max(1);
    }
}

fn cover_mail(characters: &mut [char]) {
    for at in 0..characters.len() {
        if characters[at] == '@' {
            let is_local = |c: &&char| c.is_ascii_alphanumeric() || matches!(**c, '.' | '_' | '-' | '+');
            let local = characters[..at].iter().rev().take_while(is_local).count();
            characters[at - local..at].fill(COVER);
        }
    }
}

fn cover_numbers(characters: &mut [char]) {
    let is_digit = |c: char| {
        c.is_ascii_digit()
            || ('０'..='９').contains(&c)
            || ('①'..='⑨').contains(&c)
            || "〇零一二三四五六七八九".contains(c)
    };
    let is_gap = |c: char| {
        matches!(
            c,
            ' ' | '\t'
                | '\u{3000}'
                | '-'
                | '.'
                | '·'
                | '—'
                | '–'
                | '－'
                | '\n'
                | '\u{A0}'
                | '\u{200B}'
                | '\u{200C}'
                | '\u{200D}'
                | '\u{FEFF}'
        )
    };
    let mut at = 0;
    while at < characters.len() {
        if !is_digit(characters[at]) {
            at += 1;
            continue;
        }
        // A number may be written in groups.
        let mut digits = vec![at];
        let mut next = at + 1;
        while let Some(c) = characters.get(next) {
            let gap = characters[next..].iter().take(LONGEST_GAP + 1).take_while(|c| is_gap(**c)).count();
            let continues = gap <= LONGEST_GAP && characters.get(next + gap).is_some_and(|after| is_digit(*after));
            match c {
                c if is_digit(*c) => digits.push(next),
                'X' | 'x' if digits.len() == 17 => digits.push(next),
                '.' if is_decimal(&characters[next..], is_digit) => break,
                c if is_gap(*c) && continues => {}
                _ => break,
            }
            next += 1;
        }
        let shown = if digits.len() >= 8 { 2 } else { 0 };
        let is_year = digits.len() == 4
            && characters.get(next) == Some(&'年')
            && matches!(characters[digits[0]..digits[0] + 2], ['1', '9'] | ['2', '0']);
        if digits.len() >= LEAST_DIGITS && !is_year {
            digits[..digits.len() - shown].iter().for_each(|place| characters[*place] = COVER);
        }
        at = next;
    }
}

/// Returns whether a point has the two digits of a sum behind it and no more.
fn is_decimal(from_point: &[char], is_digit: impl Fn(char) -> bool) -> bool {
    let digits = from_point[1..].iter().take_while(|c| is_digit(**c)).count();
    digits == 2 && from_point.get(3) != Some(&'.')
}

/// Returns bytes as text; of a text that is cut, a character across the cut is left out.
pub fn text_of(bytes: &[u8], is_cut: bool) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if is_cut && error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()
        }
        Err(_) => None,
    }
}

/// Returns bytes as text that can be masked: without noughts. Text in another encoding is none, for its numbers and names
/// would not be seen.
pub fn maskable(bytes: &[u8], is_cut: bool) -> Option<&str> {
    text_of(bytes, is_cut).filter(|text| !text.contains('\0'))
}

/// Masks the beginning of a longer text: what stands across the cut is not known to be a number or a word, so it goes.
pub fn mask_cut(text: &str, words: &[String]) -> String {
    let masked = mask(text, words);
    masked.chars().take(masked.chars().count().saturating_sub(AT_THE_CUT)).collect()
}

/// Characters at a cut that are left out.
const AT_THE_CUT: usize = 512;

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn numbers_links_addresses_and_words_are_covered() {
        let masked = |text: &str| mask(text, &["张三".to_owned()]);
        assert_eq!(masked("张三您好，验证码123456"), "**您好，验证码******");
        assert_eq!(masked("致电13800000000"), "致电*********00");
        assert_eq!(masked("卡6222 0000 0000 0018止"), "卡**** **** **** **18止");
        assert_eq!(masked("看 https://a.example/x?u=张 吧"), "看 https://a.example/****张 吧");
        assert_eq!(masked("a.b@c.example"), "***@c.example");
        assert_eq!(masked("本期应还100.00元"), "本期应还100.00元");
        assert_eq!(masked("动态码4829，码4.8.2.9.1.3"), "动态码****，码*.*.*.*.*.*");
        assert_eq!(masked("2026年电138.0013.8000或①②③④"), "2026年电***.****.**00或****");
        assert_eq!(masked("张三电138 0013  8000"), "**电*** ****  **00");
        let words = ["张三".to_owned(), "张三丰".to_owned(), "zhang".to_owned()];
        assert_eq!(mask("张三丰ZHANG", &words), "********");
    }
}
