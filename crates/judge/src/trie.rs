//! A set of words over normalised codes, each with what it stands for. Finds every word that starts at a position;
//! knows nothing of what the words mean.

use std::collections::BTreeMap;

/// One code of normalised text: a UTF-16 unit of the basic plane.
pub type Code = u16;

/// A set of words that answers "which words start here" in time bounded by the longest word.
///
/// A filter over first pairs of codes turns most positions away with two looks. What passes walks a hash table of
/// prefixes, one entry a step, the first two codes in one step.
#[derive(Debug)]
pub struct Trie<T> {
    filter: Vec<u64>,
    /// Prefixes by their key; open addressing, a power of two, at most half full.
    table: Vec<Entry>,
    payloads: Vec<T>,
}

/// One prefix of words.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// The prefix: its parent's number and its last code; 0 is an empty place.
    key: u64,
    /// The prefix's own number.
    number: u32,
    payload_start: u32,
    payload_count: u16,
    goes_on: bool,
}

/// Marks the keys of one code alone and of the first two codes, which have no parent's number.
const ONE: u64 = 1 << 62;
const TWO: u64 = 1 << 63;

/// Collects words before they are laid out.
#[derive(Debug)]
pub struct TrieBuilder<T> {
    words: BTreeMap<Vec<Code>, Vec<T>>,
}

impl<T> Default for TrieBuilder<T> {
    fn default() -> Self {
        Self { words: BTreeMap::new() }
    }
}

impl<T: Copy + PartialEq> TrieBuilder<T> {
    /// Adds a word; the same word may stand for several things. Empty words are ignored.
    pub fn add(&mut self, word: &[Code], payload: T) {
        if word.is_empty() {
            return;
        }
        let payloads = self.words.entry(word.to_vec()).or_default();
        if !payloads.contains(&payload) {
            payloads.push(payload);
        }
    }

    /// Lays the words out.
    pub fn build(self) -> Trie<T> {
        let prefixes: usize = self.words.keys().map(Vec::len).sum();
        let size = (prefixes * 2).next_power_of_two().max(16);
        let mut trie =
            Trie { filter: vec![0; FILTER_BITS / 64], table: vec![Entry::default(); size], payloads: Vec::new() };
        let mut count = 0;
        for (word, payloads) in self.words {
            trie.insert(&word, &payloads, &mut count);
        }
        trie
    }
}

impl<T: Copy> Trie<T> {
    /// Calls `found(length, payloads)` for every word that starts at the head of `codes`, shortest first.
    #[inline]
    pub fn walk(&self, codes: &[Code], mut found: impl FnMut(usize, &[T])) {
        let Some(&first) = codes.first() else { return };
        if self.may_begin(first, 0)
            && let Some(entry) = self.entry(ONE | u64::from(first))
        {
            found(1, self.payloads_of(entry));
        }
        let Some(&second) = codes.get(1) else { return };
        if !self.may_begin(first, second) {
            return;
        }
        let Some(mut entry) = self.entry(TWO | u64::from(first) << 16 | u64::from(second)) else { return };
        let mut length = 2;
        loop {
            if entry.payload_count > 0 {
                found(length, self.payloads_of(entry));
            }
            let Some(&code) = codes.get(length).filter(|_| entry.goes_on) else { return };
            let Some(next) = self.entry(u64::from(entry.number) << 16 | u64::from(code)) else { return };
            entry = next;
            length += 1;
        }
    }

    /// Returns what the whole of `codes` stands for.
    pub fn get(&self, codes: &[Code]) -> Option<&[T]> {
        let mut entry = self.entry(first_key(codes)?)?;
        for &code in codes.get(2..).unwrap_or_default() {
            entry = self.entry(u64::from(entry.number) << 16 | u64::from(code))?;
        }
        (entry.payload_count > 0).then(|| self.payloads_of(entry))
    }

    #[inline]
    fn payloads_of(&self, entry: &Entry) -> &[T] {
        &self.payloads[entry.payload_start as usize..entry.payload_start as usize + usize::from(entry.payload_count)]
    }

    #[inline]
    fn may_begin(&self, first: Code, second: Code) -> bool {
        let bit = filter_bit(first, second);
        self.filter[bit / 64] >> (bit % 64) & 1 == 1
    }

    #[inline]
    fn entry(&self, key: u64) -> Option<&Entry> {
        let mask = self.table.len() - 1;
        let mut at = place(key) & mask;
        loop {
            let entry = &self.table[at];
            if entry.key == key {
                return Some(entry);
            }
            if entry.key == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// Returns the place of a key, taking an empty one for it if it is new.
    fn place_of(&mut self, key: u64, count: &mut u32) -> usize {
        let mask = self.table.len() - 1;
        let mut at = place(key) & mask;
        while self.table[at].key != key && self.table[at].key != 0 {
            at = (at + 1) & mask;
        }
        if self.table[at].key == 0 {
            *count += 1;
            self.table[at] = Entry { key, number: *count, ..Entry::default() };
        }
        at
    }

    fn insert(&mut self, word: &[Code], payloads: &[T], count: &mut u32) {
        let Some(key) = first_key(word) else { return };
        let bit = filter_bit(word[0], word.get(1).copied().unwrap_or(0));
        self.filter[bit / 64] |= 1 << (bit % 64);
        let mut at = self.place_of(key, count);
        for &code in word.get(2..).unwrap_or_default() {
            self.table[at].goes_on = true;
            let key = u64::from(self.table[at].number) << 16 | u64::from(code);
            at = self.place_of(key, count);
        }
        self.table[at].payload_start = self.payloads.len() as u32;
        self.table[at].payload_count = payloads.len() as u16;
        self.payloads.extend(payloads);
    }
}

/// The key of a word's first step: of its one code, or of its first two.
fn first_key(word: &[Code]) -> Option<u64> {
    match *word {
        [] => None,
        [one] => Some(ONE | u64::from(one)),
        [first, second, ..] => Some(TWO | u64::from(first) << 16 | u64::from(second)),
    }
}

#[inline]
fn place(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize
}

const FILTER_BITS: usize = 1 << 17;

#[inline]
fn filter_bit(first: Code, second: Code) -> usize {
    let mixed = u32::from(first).wrapping_mul(0x9E37_79B1) ^ u32::from(second).wrapping_mul(0x85EB_CA6B);
    (mixed >> 15) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<Code> {
        text.encode_utf16().collect()
    }

    #[test]
    fn an_empty_trie_finds_nothing() {
        let trie = TrieBuilder::<u8>::default().build();
        trie.walk(&codes("验证码"), |_, _| panic!("nothing was added"));
    }

    #[test]
    fn every_word_that_starts_at_a_position_is_found() {
        let mut builder = TrieBuilder::default();
        for (index, word) in ["验证", "验证码", "证", "征信"].into_iter().enumerate() {
            builder.add(&codes(word), index);
        }
        let trie = builder.build();
        let mut found = Vec::new();
        trie.walk(&codes("验证码是"), |length, payloads| found.push((length, payloads.to_vec())));
        assert_eq!(found, [(2, vec![0]), (3, vec![1])]);
        assert_eq!(trie.get(&codes("征信")), Some(&[3][..]));
        assert_eq!(trie.get(&codes("征")), None);
        assert_eq!(trie.get(&[]), None);
    }
}
