//! Search in Chinese: texts are indexed by pairs of neighbouring characters, words of letters and digits whole.

/// Folds case and full-width forms, so that a search finds what looks the same.
pub fn folded(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            '\u{3000}' => ' ',
            c => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// What an index holds for a text.
#[derive(Debug, PartialEq, Eq)]
enum Term {
    /// Two neighbours, or one that stands alone.
    Pair(String),
    /// A word of letters and digits.
    Word(String),
}

fn terms(folded: &str) -> Vec<Term> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut wide: Vec<char> = Vec::new();
    for c in folded.chars().chain([' ']) {
        let is_wide = !c.is_ascii() && c.is_alphanumeric();
        if !c.is_ascii_alphanumeric() && !word.is_empty() {
            found.push(Term::Word(std::mem::take(&mut word)));
        }
        if !is_wide && !wide.is_empty() {
            pairs(&std::mem::take(&mut wide), &mut found);
        }
        if c.is_ascii_alphanumeric() {
            word.push(c);
        } else if is_wide {
            wide.push(c);
        }
    }
    found
}

fn pairs(wide: &[char], found: &mut Vec<Term>) {
    found.extend(wide.windows(2).map(|pair| Term::Pair(pair.iter().collect())));
    // The last one alone, so that a search for one character finds it as the beginning of a term.
    found.extend(wide.last().map(|c| Term::Pair(c.to_string())));
}

/// Returns the terms of a body, as the index takes them.
pub fn indexed(body: &str) -> String {
    let mut out = String::with_capacity(body.len() * 3);
    for term in terms(&folded(body)) {
        let (Term::Pair(text) | Term::Word(text)) = term;
        out.push_str(&text);
        out.push(' ');
    }
    out
}

/// Returns the query for the index, or nothing where the text has nothing to search for. What the index finds must
/// still be held against the text: it knows which pairs occur, not where.
pub fn query(text: &str) -> Option<String> {
    let mut parts = Vec::new();
    for piece in folded(text).split_whitespace() {
        let terms = terms(piece);
        let count = terms.len();
        for (at, term) in terms.into_iter().enumerate() {
            match term {
                Term::Pair(pair) if pair.chars().count() == 2 => parts.push(format!("\"{pair}\"")),
                // A single character is asked for only where there is no pair that has it.
                Term::Pair(one) if piece.chars().filter(|c| !c.is_ascii()).count() == 1 => {
                    parts.push(format!("\"{one}\"*"));
                }
                Term::Pair(_) => {}
                Term::Word(word) if at + 1 == count => parts.push(format!("\"{word}\"*")),
                Term::Word(word) if at > 0 => parts.push(format!("\"{word}\"")),
                Term::Word(word) => parts.push(format!("\"{word}\"*")),
            }
        }
    }
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

/// Returns whether a body holds every word of a search.
pub fn holds(body: &str, text: &str) -> bool {
    let body = folded(body);
    folded(text).split_whitespace().all(|piece| body.contains(piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_searched_by_pairs_and_letters_by_words() {
        assert_eq!(indexed("征信逾期ICBC-rz.top"), "征信 信逾 逾期 期 icbc rz top ");
        assert_eq!(query("征信").as_deref(), Some("\"征信\""));
        assert_eq!(query("信").as_deref(), Some("\"信\"*"));
        assert_eq!(query("９５５８８").as_deref(), Some("\"95588\"*"));
        assert_eq!(query("，。"), None);
        assert!(holds("您已逾期３天", "逾期3天") && !holds("逾天期", "逾期"));
    }
}
