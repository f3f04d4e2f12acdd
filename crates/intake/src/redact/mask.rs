//! What a value becomes: letters and digits without meaning, of the same length; days that are still days.

use super::known;

/// Digits become 0, Latin letters x, Chinese characters 某; signs, blanks and emoji stay.
fn masked(c: char) -> char {
    match c {
        '0'..='9' => '0',
        'a'..='z' => 'x',
        'A'..='Z' => 'X',
        c if c.is_numeric() => '0',
        // Radicals and signs of somebody's own font look like characters.
        '\u{2e80}'..='\u{2fdf}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => '某',
        c if c.is_alphabetic() => '某',
        c => c,
    }
}

/// Masks a text; a day such as 2024-07-25 becomes the first of January 2001 in the same form.
pub fn text(text: &str) -> String {
    let mut out: Vec<char> = text.chars().map(masked).collect();
    let given: Vec<char> = text.chars().collect();
    let mut at = 0;
    while let Some(ends) = day(&given, at) {
        out[ends.year - 4..ends.year].copy_from_slice(&['2', '0', '0', '1']);
        (out[ends.year], out[ends.month]) = (given[ends.year], given[ends.month]);
        out[ends.month - 1] = '1';
        out[ends.day - 1] = '1';
        at = ends.day;
    }
    out.into_iter().collect()
}

/// Where the parts of a day end.
struct Day {
    year: usize,
    month: usize,
    day: usize,
}

/// Finds the next day at or after a place: four digits, one or two, one or two, with a sign between.
fn day(given: &[char], from: usize) -> Option<Day> {
    let digits = |at: usize| given.iter().skip(at).take_while(|c| c.is_ascii_digit()).count();
    let is_sign = |at: usize| given.get(at).is_some_and(|c| matches!(c, '-' | '/' | '.' | '年' | '月'));
    let mut at = from;
    while at < given.len() {
        let run = digits(at);
        if run == 0 {
            at += 1;
            continue;
        }
        let year = at + run;
        let month = year + 1 + digits(year + 1).min(3);
        let last = month + 1 + digits(month + 1).min(3);
        let has_parts = [(year, month), (month, last)].iter().all(|(a, b)| (2..=3).contains(&(b - a)) && is_sign(*a));
        if run == 4 && has_parts {
            return Some(Day { year, month, day: last });
        }
        at = year;
    }
    None
}

/// Masks a number so that it is still one: 1721877010000 becomes 1000000000000, 0.35 becomes 0.00.
pub fn number(digits: &str) -> String {
    let mut is_first = true;
    let masked = |c: char| {
        let is_head = is_first && c.is_ascii_digit();
        is_first &= !is_head;
        match c {
            '1'..='9' if is_head => '1',
            c => self::masked(c),
        }
    };
    digits.chars().map(masked).collect()
}

/// Masks the value of a field.
pub fn value(name: &str, value: &str) -> String {
    if known::is_mark(name, value) {
        return value.to_owned();
    }
    let is_number = value.len() > 2 && value.bytes().all(|b| b.is_ascii_digit());
    if is_number { number(value) } else { text(value) }
}

/// Masks the name of a field, unless it is one that programs use.
pub fn name(name: &str) -> String {
    if known::is_field(name) { name.to_owned() } else { text(name) }
}

#[cfg(test)]
mod tests {
    use super::{name, number, text, value};

    #[test]
    fn values_lose_their_meaning_and_keep_their_form() {
        for (given, want) in [
            ("张三欠款2000元，打13800138000", "某某某某0000某，某00000000000"),
            ("2024-07-25 23:10:10", "2001-01-01 00:00:00"),
            ("2024年7月5日", "2001年1月1某"),
            ("12024-07-25", "00000-00-00"),
            ("2024-071-25", "0000-000-00"),
            ("ＡＢ１２", "某某00"),
        ] {
            assert_eq!(text(given), want);
        }
        assert_eq!(["1721877010000", "0.357", "-120", "8"].map(number), ["1000000000000", "0.000", "-100", "1"]);
        assert_eq!([value("type", "2"), value("body", "2"), value("msg_box", "李四")], ["2", "0", "某某"]);
        assert_eq!(
            [value("ct", "text/plain"), value("thread_id", "17"), value("address", "null")],
            ["text/plain", "17", "null"]
        );
        assert_eq!(
            [name("receivedAt"), name("短信内容"), name("张三"), name("13800138000")],
            ["receivedAt", "短信内容", "某某", "00000000000"]
        );
    }
}
