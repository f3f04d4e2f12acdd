//! Covering what identifies people in a text: numbers, addresses, the part of a link after its host, words given.

/// Returns `text` with numbers of five and more digits, mail addresses, the tails of links and `words` covered. What is
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

fn cover_words(characters: &mut [char], words: &[String]) {
    for word in words.iter().map(|word| word.chars().collect::<Vec<_>>()).filter(|word| !word.is_empty()) {
        let places: Vec<usize> = (0..characters.len()).filter(|at| characters[*at..].starts_with(&word)).collect();
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
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
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
            let continues = characters.get(next + 1).is_some_and(|after| is_digit(*after));
            match c {
                c if is_digit(*c) => digits.push(next),
                'X' | 'x' if digits.len() == 17 => digits.push(next),
                ' ' | '-' if continues => {}
                _ => break,
            }
            next += 1;
        }
        let shown = if digits.len() >= 8 { 2 } else { 0 };
        if digits.len() >= 5 {
            digits[..digits.len() - shown].iter().for_each(|place| characters[*place] = COVER);
        }
        at = next;
    }
}

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
    }
}
