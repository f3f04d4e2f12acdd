//! Covers one-time codes, so that nobody who opens the file finds one.

/// Words that stand beside a code.
const WORDS: &[&str] =
    &["验证码", "校验码", "动态码", "确认码", "动态密码", "随机码", "短信码", "取件码", "code", "OTP", "Code"];
/// Characters that may stand between a word and its code.
const NEAR: usize = 16;

/// Returns the body with the digits of one-time codes replaced by `*`; nothing where there are none.
pub fn mask_codes(body: &str) -> Option<String> {
    let characters: Vec<char> = body.chars().collect();
    let mut is_covered = vec![false; characters.len()];
    for word in WORDS {
        let word: Vec<char> = word.chars().collect();
        for at in 0..characters.len().saturating_sub(word.len() - 1) {
            if characters.get(at..at + word.len()) == Some(&word[..]) {
                cover(&characters, at, at + word.len(), &mut is_covered);
            }
        }
    }
    let masked = characters.iter().zip(&is_covered).map(|(c, covered)| if *covered { '*' } else { *c });
    is_covered.contains(&true).then(|| masked.collect())
}

fn cover(characters: &[char], start: usize, end: usize, is_covered: &mut [bool]) {
    let runs = runs(characters);
    let is_code = |run: &&(usize, usize)| (4..=8).contains(&(run.1 - run.0));
    let after = runs.iter().find(|(from, _)| *from >= end && *from - end <= NEAR).filter(is_code);
    let before = runs.iter().rev().find(|(_, to)| *to <= start && start - *to <= NEAR).filter(is_code);
    // `123456是您的验证码` writes it before, with nothing but joining words between.
    let is_joined = |run: &(usize, usize)| {
        let between = characters.get(run.1..start).unwrap_or_default();
        !between.iter().any(|c| matches!(c, '。' | '，' | ',' | '.' | '！' | '【' | '】' | '元' | '\n'))
    };
    for (from, to) in after.into_iter().chain(before.filter(|run| is_joined(run))) {
        is_covered.get_mut(*from..*to).unwrap_or_default().fill(true);
    }
}

/// Runs of digits, from and to.
fn runs(characters: &[char]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = None;
    for (at, c) in characters.iter().chain([&' ']).enumerate() {
        match (c.is_ascii_digit(), from) {
            (true, None) => from = Some(at),
            (false, Some(start)) => {
                found.push((start, at));
                from = None;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::mask_codes;

    #[test]
    fn codes_are_covered_wherever_they_stand() {
        assert_eq!(
            mask_codes("【某】验证码：123456，5分钟内有效").as_deref(),
            Some("【某】验证码：******，5分钟内有效")
        );
        assert_eq!(mask_codes("1234是您的验证码，请勿告诉他人").as_deref(), Some("****是您的验证码，请勿告诉他人"));
        assert_eq!(mask_codes("Your verification code is 998877").as_deref(), Some("Your verification code is ******"));
    }

    #[test]
    fn what_is_no_code_stays() {
        assert_eq!(mask_codes("尾号1234的卡消费100元"), None);
        assert_eq!(mask_codes("请勿把验证码告诉任何人，客服电话13800000000"), None);
    }
}
