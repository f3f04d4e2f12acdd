//! A set of words over normalised codes, each with what it stands for. Finds every word that starts at a position;
//! knows nothing of what the words mean.

/// One code of normalised text: a UTF-16 unit of the basic plane.
pub type Code = u16;

/// A set of words that answers "which words start here" in time bounded by the longest word.
///
/// What a code begins and a filter over first pairs of codes turn most positions away with two looks. What passes walks a hash table of
/// prefixes, one entry a step, the first two codes in one step.
#[derive(Debug)]
pub struct Trie<T> {
    /// Whether a code is a word, or begins longer ones ([`IS_WORD`], [`BEGINS`]).
    heads: Box<[u8; CODES]>,
    filter: Vec<u64>,
    /// Prefixes by their key; open addressing, a power of two, at most half full.
    table: Vec<Entry>,
    payloads: Vec<T>,
}

/// One prefix of words, in sixteen bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// The prefix: its parent's number and its last code; 0 is an empty place.
    key: u64,
    /// The prefix's own number, and [`GOES_ON`] if longer words begin with it.
    number: u32,
    /// Where its payloads begin, and how many there are in the top eight bits.
    payloads: u32,
}

/// How many codes there are.
pub(crate) const CODES: usize = 1 << Code::BITS;
/// The bit of [`Trie::heads`] that says that the code alone is a word.
const IS_WORD: u8 = 1;
/// The bit of [`Trie::heads`] that says that longer words begin with it.
const BEGINS: u8 = 2;
/// The bit of [`Entry::number`] that says that longer words follow.
const GOES_ON: u32 = 1 << 31;
/// The bits of [`Entry::payloads`] that say where they begin.
const PAYLOAD_START: u32 = (1 << 24) - 1;

impl Entry {
    fn parent_key(&self, code: Code) -> u64 {
        u64::from(self.number & !GOES_ON) << 16 | u64::from(code)
    }
}

/// Marks the keys of one code alone and of the first two codes, which have no parent's number.
const ONE: u64 = 1 << 62;
const TWO: u64 = 1 << 63;

/// Collects words before they are laid out, in one buffer.
#[derive(Debug)]
pub struct TrieBuilder<T> {
    codes: Vec<Code>,
    words: Vec<(u32, u32, T)>,
}

impl<T> Default for TrieBuilder<T> {
    fn default() -> Self {
        Self { codes: Vec::new(), words: Vec::new() }
    }
}

impl<T: Copy + PartialEq> TrieBuilder<T> {
    /// Adds a word; the same word may stand for several things. Empty words are ignored.
    pub fn add(&mut self, word: &[Code], payload: T) {
        if !word.is_empty() {
            let start = self.codes.len() as u32;
            self.codes.extend_from_slice(word);
            self.words.push((start, self.codes.len() as u32, payload));
        }
    }

    /// Lays the words out; what one word stands for keeps the order in which it was added.
    pub fn build(self) -> Trie<T> {
        let Self { codes, mut words } = self;
        let word = |&(start, end, _): &(u32, u32, T)| &codes[start as usize..end as usize];
        words.sort_by(|a, b| word(a).cmp(word(b)));
        let prefixes: usize = words
            .iter()
            .enumerate()
            .map(|(at, entry)| {
                word(entry).len() - at.checked_sub(1).map_or(0, |before| shared(word(&words[before]), word(entry)))
            })
            .sum();
        let size = (prefixes * 2).next_power_of_two().max(16);
        let mut trie = Trie {
            heads: by_code(vec![0; CODES]),
            filter: vec![0; FILTER_BITS / 64],
            table: vec![Entry::default(); size],
            payloads: Vec::new(),
        };
        let mut count = 0;
        for same in words.chunk_by(|a, b| word(a) == word(b)) {
            let mut payloads: Vec<T> = Vec::with_capacity(same.len());
            for &(_, _, payload) in same {
                if !payloads.contains(&payload) {
                    payloads.push(payload);
                }
            }
            trie.insert(word(&same[0]), &payloads, &mut count);
        }
        trie
    }
}

/// Returns a list with one value for each code as an array, which needs no check of a code's place.
#[expect(clippy::unnecessary_box_returns, reason = "an array of this length belongs on the heap")]
pub(crate) fn by_code<T: std::fmt::Debug>(list: Vec<T>) -> Box<[T; CODES]> {
    list.into_boxed_slice().try_into().expect("one value for each code")
}

fn shared(a: &[Code], b: &[Code]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

impl<T: Copy> Trie<T> {
    /// Calls `found(length, payloads)` for every word that starts at the head of `codes`, shortest first.
    #[inline]
    pub fn walk(&self, codes: &[Code], mut found: impl FnMut(usize, &[T])) {
        let Some(&first) = codes.first() else { return };
        let head = self.heads[usize::from(first)];
        if head & IS_WORD != 0
            && let Some(entry) = self.entry(ONE | u64::from(first))
        {
            found(1, self.payloads_of(entry));
        }
        let Some(&second) = codes.get(1) else { return };
        if head & BEGINS == 0 || !self.may_begin(first, second) {
            return;
        }
        let Some(mut entry) = self.entry(TWO | u64::from(first) << 16 | u64::from(second)) else { return };
        let mut length = 2;
        loop {
            if entry.payloads != 0 {
                found(length, self.payloads_of(entry));
            }
            let Some(&code) = codes.get(length).filter(|_| entry.number & GOES_ON != 0) else { return };
            let Some(next) = self.entry(entry.parent_key(code)) else { return };
            entry = next;
            length += 1;
        }
    }

    /// Returns what the whole of `codes` stands for.
    pub fn get(&self, codes: &[Code]) -> Option<&[T]> {
        let mut entry = self.entry(first_key(codes)?)?;
        for &code in codes.get(2..).unwrap_or_default() {
            entry = self.entry(entry.parent_key(code))?;
        }
        (entry.payloads != 0).then(|| self.payloads_of(entry))
    }

    #[inline]
    fn payloads_of(&self, entry: &Entry) -> &[T] {
        let start = (entry.payloads & PAYLOAD_START) as usize;
        &self.payloads[start..start + (entry.payloads >> 24) as usize]
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
        match *word {
            [] => {}
            [one] => self.heads[usize::from(one)] |= IS_WORD,
            [first, second, ..] => {
                self.heads[usize::from(first)] |= BEGINS;
                let bit = filter_bit(first, second);
                self.filter[bit / 64] |= 1 << (bit % 64);
            }
        }
        let mut at = self.place_of(key, count);
        for &code in word.get(2..).unwrap_or_default() {
            self.table[at].number |= GOES_ON;
            let key = self.table[at].parent_key(code);
            at = self.place_of(key, count);
        }
        let (start, many) = (self.payloads.len() as u32, payloads.len().min(255) as u32);
        self.table[at].payloads = many << 24 | (start & PAYLOAD_START);
        self.payloads.extend(&payloads[..many as usize]);
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
