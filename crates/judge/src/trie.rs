//! A set of words over normalised codes, each with what it stands for. Finds every word that starts at a position;
//! knows nothing of what the words mean.

use std::collections::BTreeMap;

/// One code of normalised text: a UTF-16 unit of the basic plane.
pub type Code = u16;

/// A trie that answers "which words start here" in time bounded by the longest word.
#[derive(Debug)]
pub struct Trie<T> {
    /// Which first pairs of codes, and which codes alone, begin a word: small enough to stay near the processor, so
    /// that most positions cost two looks.
    filter: Vec<u64>,
    /// Child of the root by code; 0 is none.
    root: Vec<u32>,
    nodes: Vec<Node>,
    labels: Vec<Code>,
    targets: Vec<u32>,
    payloads: Vec<T>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Node {
    edge_start: u32,
    edge_count: u16,
    payload_count: u16,
    payload_start: u32,
}

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
        let words: Vec<(Vec<Code>, Vec<T>)> = self.words.into_iter().collect();
        let mut trie = Trie {
            filter: vec![0; FILTER_BITS / 64],
            root: vec![0; 1 << 16],
            nodes: vec![Node::default()],
            labels: Vec::new(),
            targets: Vec::new(),
            payloads: Vec::new(),
        };
        for (word, _) in &words {
            let bit = filter_bit(word[0], word.get(1).copied().unwrap_or(0));
            trie.filter[bit / 64] |= 1 << (bit % 64);
        }
        trie.lay_out(0, &words, 0);
        let root = trie.nodes[0];
        for edge in root.edges() {
            trie.root[usize::from(trie.labels[edge])] = trie.targets[edge];
        }
        trie
    }
}

impl Node {
    fn edges(self) -> std::ops::Range<usize> {
        self.edge_start as usize..self.edge_start as usize + usize::from(self.edge_count)
    }

    fn payloads(self) -> std::ops::Range<usize> {
        self.payload_start as usize..self.payload_start as usize + usize::from(self.payload_count)
    }
}

impl<T: Copy> Trie<T> {
    /// Calls `found(length, payloads)` for every word that starts at the head of `codes`, shortest first.
    #[inline]
    pub fn walk(&self, codes: &[Code], mut found: impl FnMut(usize, &[T])) {
        let Some((&first, rest)) = codes.split_first() else { return };
        let second = rest.first().copied().unwrap_or(0);
        if !self.may_begin(first, second) && !self.may_begin(first, 0) {
            return;
        }
        let mut at = self.root[usize::from(first)];
        let mut length = 1;
        let mut rest = rest.iter();
        while at != 0 {
            let node = self.nodes[at as usize];
            if node.payload_count > 0 {
                found(length, &self.payloads[node.payloads()]);
            }
            let Some(&code) = rest.next() else { return };
            at = self.child(node, code);
            length += 1;
        }
    }

    /// Returns what the whole of `codes` stands for.
    pub fn get(&self, codes: &[Code]) -> Option<&[T]> {
        let (&first, rest) = codes.split_first()?;
        let mut at = self.root[usize::from(first)];
        for &code in rest {
            if at == 0 {
                return None;
            }
            at = self.child(self.nodes[at as usize], code);
        }
        let node = self.nodes[at as usize];
        (at != 0 && node.payload_count > 0).then(|| &self.payloads[node.payloads()])
    }

    #[inline]
    fn may_begin(&self, first: Code, second: Code) -> bool {
        let bit = filter_bit(first, second);
        self.filter[bit / 64] >> (bit % 64) & 1 == 1
    }

    #[inline]
    fn child(&self, node: Node, code: Code) -> u32 {
        let labels = &self.labels[node.edges()];
        let found = if labels.len() <= 8 {
            labels.iter().position(|&label| label == code)
        } else {
            labels.binary_search(&code).ok()
        };
        found.map_or(0, |index| self.targets[node.edge_start as usize + index])
    }

    fn lay_out(&mut self, at: usize, words: &[(Vec<Code>, Vec<T>)], depth: usize) {
        let (ended, longer) = words.split_at(usize::from(words.first().is_some_and(|(word, _)| word.len() == depth)));
        self.nodes[at].payload_start = self.payloads.len() as u32;
        self.nodes[at].payload_count = ended.first().map_or(0, |(_, payloads)| payloads.len() as u16);
        self.payloads.extend(ended.iter().flat_map(|(_, payloads)| payloads));
        let branches: Vec<&[(Vec<Code>, Vec<T>)]> = longer.chunk_by(|a, b| a.0[depth] == b.0[depth]).collect();
        let edge_start = self.labels.len();
        self.nodes[at].edge_start = edge_start as u32;
        self.nodes[at].edge_count = branches.len() as u16;
        for branch in &branches {
            self.labels.push(branch[0].0[depth]);
            self.targets.push(self.nodes.len() as u32);
            self.nodes.push(Node::default());
        }
        for (index, branch) in branches.into_iter().enumerate() {
            let target = self.targets[edge_start + index] as usize;
            self.lay_out(target, branch, depth + 1);
        }
    }
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
