//! One form for the many spellings of a sender. The raw form is kept beside it.

/// Returns the sender without blanks, hyphens and a Chinese country prefix; names in lower case.
pub fn normalise(raw: &str) -> String {
    let plain: String = raw.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}' | '(' | ')')).collect();
    let plain = plain.trim().to_lowercase();
    let rest = ["+86", "0086", "86"].iter().find_map(|prefix| plain.strip_prefix(prefix));
    match rest {
        Some(rest) if is_domestic(rest) => rest.to_owned(),
        _ => plain,
    }
}

fn is_domestic(rest: &str) -> bool {
    if rest.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let is_mobile = rest.len() == 11 && rest.starts_with('1');
    let is_service = ["95", "96", "100", "101", "106", "12"].iter().any(|prefix| rest.starts_with(prefix));
    is_mobile || (is_service && (5..=20).contains(&rest.len()))
}

/// Returns whether a number is a 106 port, by which companies send.
pub fn is_service_number(raw: &str) -> bool {
    let number = normalise(raw);
    number.starts_with("106") && number.len() >= 8
}
