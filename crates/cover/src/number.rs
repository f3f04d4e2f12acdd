//! Numbers of persons: of identity cards, bank cards, telephones; in groups perhaps.

/// First digits of numbers that companies and authorities hold.
const PUBLIC: [&str; 5] = ["106", "95", "400", "800", "12"];

/// Returns the digits of a number that may be written in groups.
pub fn digits(number: &str) -> String {
    let digits: String = number.chars().filter_map(|c| digit(c).or((c == 'X' || c == 'x').then_some('X'))).collect();
    digits.strip_prefix("86").filter(|rest| is_mobile(rest)).map_or(digits.clone(), str::to_owned)
}

/// The longest number of a person, with what stands before it.
const LONGEST: usize = 22;

/// A run of digits, perhaps in groups.
pub struct Number {
    /// Its digits.
    pub digits: String,
    /// Where they stand.
    pub places: Vec<usize>,
}

/// Whether a number is one of a person.
pub fn is_personal(digits: &str) -> bool {
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

/// Returns a digit in one form.
pub fn digit(character: char) -> Option<char> {
    match character {
        '0'..='9' => Some(character),
        '０'..='９' => char::from_digit(u32::from(character) - u32::from('０'), 10),
        _ => None,
    }
}

/// Whether a sign may stand between two groups of digits.
pub const fn is_gap(character: char) -> bool {
    matches!(character, ' ' | '-' | '\u{a0}' | '\u{2013}' | '\u{2014}' | '－')
}

/// Numbers of a text. Groups with one gap between them are one number if that makes one that has to be covered.
pub fn numbers(characters: &[char]) -> Vec<Number> {
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
        if is_joining && number.digits.len() > LONGEST {
            break;
        }
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
