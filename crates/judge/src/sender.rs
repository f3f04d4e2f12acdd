//! The sender's number: its class by the number plan, and how it stands to what the message claims. Never says that
//! a sender proves anything: numbers can be forged.

use knowledge::condition::Role;

use crate::claim::Claim;
use crate::index::{Index, is_short_code};
use crate::verdict::{SenderCheck, SenderClass, SenderMatch};

/// A sender reduced to what can be compared.
#[derive(Debug)]
struct Number {
    /// Digits without separators and without +86.
    digits: String,
    class: SenderClass,
}

/// Returns the class of a sender and its relation to the claim.
pub fn check(index: &Index, sender: Option<&str>, claim: &Claim) -> SenderCheck {
    let number = classify(index, sender);
    SenderCheck { class: number.class, matching: relation(index, &number, claim) }
}

fn classify(index: &Index, sender: Option<&str>) -> Number {
    let given = sender.map(str::trim).unwrap_or_default();
    let plain = |class| Number { digits: String::new(), class };
    if given.is_empty() {
        return plain(SenderClass::Missing);
    }
    if given.len() > 320 {
        return plain(SenderClass::Malformed);
    }
    if given.contains('@') {
        let (user, host) = given.split_once('@').unwrap_or_default();
        let fits = !user.is_empty() && host.contains('.') && !host.contains('@') && !given.contains(char::is_whitespace);
        return plain(if fits { SenderClass::Email } else { SenderClass::Malformed });
    }
    let compact: String = given.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '\u{a0}')).collect();
    let digits = compact.strip_prefix('+').unwrap_or(&compact);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || digits.is_empty() {
        let is_name = given.chars().any(char::is_alphabetic) && !given.contains('+') && given.chars().count() <= 20
            && !given.chars().any(char::is_control);
        return plain(if is_name { SenderClass::Alphanumeric } else { SenderClass::Malformed });
    }
    let international = compact.starts_with('+') || compact.starts_with("00");
    if !international {
        return domestic(index, digits);
    }
    let digits = if compact.starts_with('+') { digits } else { digits.get(2..).unwrap_or_default() };
    match digits.strip_prefix("86") {
        Some(rest) if rest.len() >= 3 => domestic(index, rest),
        _ if (7..=15).contains(&digits.len()) => Number { digits: digits.to_owned(), class: SenderClass::Overseas },
        _ => plain(SenderClass::Malformed),
    }
}

fn domestic(index: &Index, digits: &str) -> Number {
    let digits = match digits.strip_prefix("86") {
        Some(rest) if digits.len() == 13 && rest.starts_with('1') => rest,
        _ => digits,
    };
    let number = |class| Number { digits: digits.to_owned(), class };
    let held = index.numbers.contains_key(digits);
    if held && digits.starts_with("95") {
        return number(SenderClass::BankHotline);
    }
    let class = index.plan.class(digits);
    match class {
        // The plan names the prefix; only the table makes a 95 number a known institution's.
        Some(SenderClass::BankHotline) => number(SenderClass::HotlineOther),
        Some(SenderClass::Carrier) if !held => number(SenderClass::HotlineOther),
        Some(class) => number(class),
        None if held => number(SenderClass::HotlineOther),
        None => number(SenderClass::Malformed),
    }
}

fn relation(index: &Index, number: &Number, claim: &Claim) -> SenderMatch {
    if claim.is_none() {
        return SenderMatch::NoClaim;
    }
    let holders = index.numbers.get(&number.digits).map_or(&[][..], Vec::as_slice);
    if let Some(claimed) = claim.institution {
        if holders.iter().any(|&holder| index.same_group(holder, claimed)) {
            return SenderMatch::Official;
        }
    } else if holders.iter().any(|&h| index.institutions[usize::from(h)].role.is_some_and(|role| claim.has(role) && role != Role::Company && role != Role::Bank)) {
        return SenderMatch::Official;
    }
    match number.class {
        SenderClass::Missing | SenderClass::Malformed => SenderMatch::Unknown,
        SenderClass::Mobile | SenderClass::VirtualOperator | SenderClass::Overseas if claim.is_implausible_from_a_person() => {
            SenderMatch::Implausible
        }
        _ if !holders.is_empty() && claim.names_somebody() => SenderMatch::Mismatch,
        SenderClass::Channel106 => ending(index, &number.digits, claim),
        SenderClass::Email if claim.is_official_body() => SenderMatch::Implausible,
        _ => SenderMatch::Unknown,
    }
}

/// A port's last digits are chosen by its user: the claimed hotline is weak support, another's speaks against it.
fn ending(index: &Index, digits: &str, claim: &Claim) -> SenderMatch {
    if let Some(claimed) = claim.institution {
        let own = index
            .institutions
            .iter()
            .enumerate()
            .filter(|&(at, _)| index.same_group(at as u16, claimed))
            .flat_map(|(_, institution)| &institution.endings)
            .any(|code| digits.ends_with(code.as_str()));
        if own {
            return SenderMatch::Consistent;
        }
    }
    let foreign = (5..=6).any(|length| {
        let tail = digits.len().checked_sub(length).and_then(|from| digits.get(from..)).unwrap_or_default();
        is_nationwide(tail) && index.numbers.contains_key(tail)
    });
    if foreign && claim.names_somebody() { SenderMatch::Mismatch } else { SenderMatch::Unknown }
}

fn is_nationwide(code: &str) -> bool {
    is_short_code(code) && !code.starts_with("96")
}
