//! The sender's number: its class by the number plan, and how it stands to what the message claims. Never says that
//! a sender proves anything: numbers can be forged.

use knowledge::condition::Role;

use crate::claim::Claim;
use crate::index::{Index, is_short_code};
use crate::verdict::{SenderCheck, SenderClass, SenderMatch};

/// A sender reduced to what can be compared: digits without separators and without +86.
#[derive(Clone, Copy, Debug)]
struct Number {
    digits: [u8; LONGEST],
    length: usize,
    class: SenderClass,
}

/// More digits than any number has.
const LONGEST: usize = 32;

impl Number {
    fn without_digits(class: SenderClass) -> Self {
        Self { digits: [0; LONGEST], length: 0, class }
    }

    fn new(digits: &str, class: SenderClass) -> Self {
        let mut number = Self::without_digits(class);
        number.length = digits.len().min(LONGEST);
        number.digits[..number.length].copy_from_slice(&digits.as_bytes()[..number.length]);
        number
    }

    fn digits(&self) -> &str {
        std::str::from_utf8(&self.digits[..self.length]).unwrap_or_default()
    }
}

/// Returns the class of a sender and its relation to the claim.
pub fn check(index: &Index, sender: Option<&str>, claim: &Claim) -> SenderCheck {
    let number = classify(index, sender);
    SenderCheck { class: number.class, matching: relation(index, &number, claim) }
}

/// Reads a sender as given: separators are dropped, +86 and 0086 taken off.
fn classify(index: &Index, sender: Option<&str>) -> Number {
    let given = sender.map(str::trim).unwrap_or_default();
    if given.is_empty() {
        return Number::without_digits(SenderClass::Missing);
    }
    if given.contains('@') {
        return Number::without_digits(email(given));
    }
    let mut compact = [0u8; LONGEST];
    let mut length = 0;
    for character in given.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '\u{a0}')) {
        let is_part = character.is_ascii_digit() || (character == '+' && length == 0);
        if !is_part || length == LONGEST {
            return Number::without_digits(name(given));
        }
        compact[length] = character as u8;
        length += 1;
    }
    let compact = std::str::from_utf8(&compact[..length]).unwrap_or_default();
    let international = compact.strip_prefix('+').or_else(|| compact.strip_prefix("00"));
    let Some(digits) = international else { return domestic(index, compact) };
    match digits.strip_prefix("86") {
        Some(rest) if rest.len() >= 3 => domestic(index, rest),
        _ if (7..=15).contains(&digits.len()) => Number::new(digits, SenderClass::Overseas),
        _ => Number::without_digits(SenderClass::Malformed),
    }
}

fn email(given: &str) -> SenderClass {
    let (user, host) = given.split_once('@').unwrap_or_default();
    let fits = !user.is_empty() && host.contains('.') && !host.contains('@') && !given.contains(char::is_whitespace);
    if fits && given.len() <= 320 { SenderClass::Email } else { SenderClass::Malformed }
}

fn name(given: &str) -> SenderClass {
    let fits = given.chars().any(char::is_alphabetic)
        && !given.contains('+')
        && given.chars().count() <= 20
        && !given.chars().any(char::is_control);
    if fits { SenderClass::Alphanumeric } else { SenderClass::Malformed }
}

fn domestic(index: &Index, digits: &str) -> Number {
    let digits = match digits.strip_prefix("86") {
        Some(rest) if digits.len() == 13 && rest.starts_with('1') => rest,
        _ => digits,
    };
    let held = index.numbers.contains_key(digits);
    if held && digits.starts_with("95") {
        return Number::new(digits, SenderClass::BankHotline);
    }
    let class = match index.plan.class(digits) {
        // The plan names the prefix; only the table makes a 95 number a known institution's.
        Some(SenderClass::BankHotline) => SenderClass::HotlineOther,
        Some(SenderClass::Carrier) if !held => SenderClass::HotlineOther,
        Some(class) => class,
        None if held => SenderClass::HotlineOther,
        None => SenderClass::Malformed,
    };
    Number::new(digits, class)
}

fn relation(index: &Index, number: &Number, claim: &Claim) -> SenderMatch {
    if claim.is_none() {
        return SenderMatch::NoClaim;
    }
    let holders = index.numbers.get(number.digits()).map_or(&[][..], Vec::as_slice);
    if let Some(claimed) = claim.institution {
        if holders.iter().any(|&holder| index.same_group(holder, claimed)) {
            return SenderMatch::Official;
        }
    } else if holders.iter().any(|&h| {
        index.institutions[usize::from(h)]
            .role
            .is_some_and(|role| claim.has(role) && role != Role::Company && role != Role::Bank)
    }) {
        return SenderMatch::Official;
    }
    match number.class {
        SenderClass::Missing | SenderClass::Malformed => SenderMatch::Unknown,
        SenderClass::Mobile | SenderClass::VirtualOperator | SenderClass::Overseas
            if claim.is_implausible_from_a_person() =>
        {
            SenderMatch::Implausible
        }
        _ if !holders.is_empty() && claim.names_somebody() => SenderMatch::Mismatch,
        SenderClass::Channel106 => ending(index, number.digits(), claim),
        SenderClass::Email if claim.is_official_body() => SenderMatch::Implausible,
        _ => SenderMatch::Unknown,
    }
}

/// A port's last digits are chosen by its user: the claimed hotline is weak support, another's speaks against it.
fn ending(index: &Index, digits: &str, claim: &Claim) -> SenderMatch {
    if let Some(claimed) = claim.institution {
        let codes = &index.institutions[usize::from(claimed)].group_endings;
        if codes.iter().any(|code| digits.ends_with(code.as_str())) {
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
