//! The Merkle tree of RFC 6962 §2.1, kept whole so that proofs are read off it. Verifies nothing: that is for others.

use sha2::{Digest, Sha256};

/// A SHA-256.
pub type Hash = [u8; 32];

/// Returns the hash of a leaf.
pub fn leaf(record: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(record).finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// A growing tree: `levels[k][i]` is the hash over the leaves `i·2^k .. (i+1)·2^k`.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// Adds the record of the next leaf.
    pub fn push(&mut self, record: &[u8]) {
        let mut hash = leaf(record);
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(hash);
            if row.len() % 2 == 1 {
                return;
            }
            hash = node(&row[row.len() - 2], &row[row.len() - 1]);
        }
    }

    /// Takes back the leaves from `size` on.
    pub fn truncate(&mut self, size: u64) {
        for (level, row) in self.levels.iter_mut().enumerate() {
            row.truncate((size >> level) as usize);
        }
    }

    /// Returns how many leaves there are.
    pub fn len(&self) -> u64 {
        self.levels.first().map_or(0, Vec::len) as u64
    }

    /// Returns whether there is no leaf.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the hash of leaf `index`.
    pub fn leaf(&self, index: u64) -> Option<Hash> {
        self.levels.first()?.get(usize::try_from(index).ok()?).copied()
    }

    /// Returns the root over the first `size` leaves; none when there are fewer.
    pub fn root(&self, size: u64) -> Option<Hash> {
        match size {
            0 => Some(Sha256::digest([]).into()),
            _ if size <= self.len() => Some(self.range(0, size)),
            _ => None,
        }
    }

    /// Returns the path from leaf `index` to the root over `size` leaves (RFC 6962 §2.1.1).
    pub fn inclusion(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        if index >= size || size > self.len() {
            return None;
        }
        let (mut from, mut to, mut path) = (0, size, Vec::new());
        while to - from > 1 {
            let middle = from + split(to - from);
            if index < middle {
                path.push(self.range(middle, to));
                to = middle;
            } else {
                path.push(self.range(from, middle));
                from = middle;
            }
        }
        path.reverse();
        Some(path)
    }

    /// Returns the proof that the tree of `size` leaves continues that of `old` leaves (RFC 6962 §2.1.2).
    pub fn consistency(&self, old: u64, size: u64) -> Option<Vec<Hash>> {
        if old == 0 || old > size || size > self.len() {
            return None;
        }
        let (mut from, mut to, mut path) = (0, size, Vec::new());
        // The old tree is a whole subtree while its right edge coincides and we have only gone left.
        let mut is_whole = true;
        while to != old {
            let middle = from + split(to - from);
            if old <= middle {
                path.push(self.range(middle, to));
                to = middle;
            } else {
                path.push(self.range(from, middle));
                from = middle;
                is_whole = false;
            }
        }
        if !is_whole {
            path.push(self.range(from, to));
        }
        path.reverse();
        Some(path)
    }

    /// The hash over the leaves `from..to`, which is not empty and inside the tree.
    fn range(&self, from: u64, to: u64) -> Hash {
        let count = to - from;
        if count.is_power_of_two() && from.is_multiple_of(count) {
            return self.levels[count.trailing_zeros() as usize][(from / count) as usize];
        }
        let middle = from + split(count);
        node(&self.range(from, middle), &self.range(middle, to))
    }
}

/// The largest power of two below `count`, which is at least two.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}
