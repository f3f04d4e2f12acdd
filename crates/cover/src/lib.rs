//! Covers what must not be kept or leave in a text: one-time codes and passwords, identity and card numbers, other persons'
//! numbers and names. Knows no message and no paper; covering twice is covering once, and the length stays.

mod code;
mod number;

use std::collections::BTreeSet;

pub use number::digits;

const COVER: char = '*';
/// Of a number that is no code so many digits stay.
const SHOWN: usize = 2;

/// Returns the text with one-time codes and passwords covered; nothing where there are none.
pub fn mask_codes(text: &str) -> Option<String> {
    Cover { keep: &BTreeSet::new(), names: &[], has_only_codes: true }.apply(text)
}

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
        for places in code::codes(&characters) {
            for place in places {
                characters[place] = COVER;
            }
        }
        if !self.has_only_codes {
            for number in number::numbers(&characters) {
                if number::is_personal(&number.digits) && !self.keep.contains(&number.digits) {
                    number.places.iter().rev().skip(SHOWN).for_each(|place| characters[*place] = COVER);
                }
            }
            cover_names(&mut characters, self.names);
        }
        let covered: String = characters.into_iter().collect();
        (covered != text).then_some(covered)
    }
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
    use super::{Cover, digits, mask_codes};
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
            ("您的密码错误，尾号1234的卡已锁", "您的密码错误，尾号1234的卡已锁"),
            ("shopping 2026", "shopping 2026"),
            ("请勿泄露验证码，如有疑问拨打95588", "请勿泄露验证码，如有疑问拨打95588"),
            ("验证码请勿告诉他人，请于20261130前还款", "验证码请勿告诉他人，请于20261130前还款"),
            ("验证码：95588", "验证码：*****"),
            ("验证码见 t.cn/A6x9 或 a1b2.cn", "验证码见 t.cn/A6x9 或 a1b2.cn"),
            ("【某】验证码：123456，5分钟内有效", "【某】验证码：******，5分钟内有效"),
            ("Your verification code is 998877", "Your verification code is ******"),
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

    #[test]
    fn what_is_no_code_stays() {
        assert_eq!(mask_codes("尾号1234的卡消费100元"), None);
        assert_eq!(mask_codes("请勿把验证码告诉任何人，客服电话13800000000"), None);
    }

    #[test]
    fn endless_groups_take_no_endless_time() {
        let names = ["李四".to_owned()];
        for part in ["1 ", "1-", "1234 ", "a1 ", "验证码1 ", "密码 1234 "] {
            let text = part.repeat(64 * 1024 / part.len());
            let cover = Cover { keep: &BTreeSet::new(), names: &names, has_only_codes: false };
            // Of the work done nothing is timed: a square of the length would not end in a test's time.
            let _ = cover.apply(&text);
        }
    }

    proptest::proptest! {
        #[test]
        fn covering_twice_is_covering_once(text in "[0-9 \\-验证码密口令是pinA-F。，]{0,60}") {
            let once = mask_codes(&text).unwrap_or_else(|| text.clone());
            proptest::prop_assert_eq!(once.chars().count(), text.chars().count());
            proptest::prop_assert_eq!(mask_codes(&once), None);
        }

        #[test]
        fn any_text_is_taken(text in proptest::prelude::any::<String>()) {
            let _ = Cover { keep: &BTreeSet::new(), names: &["李四".to_owned()], has_only_codes: false }.apply(&text);
        }
    }
}
