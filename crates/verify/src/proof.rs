//! Proofs over the tree of RFC 6962, checked as RFC 9162 §2.1.3.2 and §2.1.4.2 say.

use sha2::{Digest, Sha256};

/// A SHA-256.
pub type Hash = [u8; 32];

/// Returns the hash of a leaf.
pub fn leaf(record: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(record);
    hash.finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// Returns whether leaf `index` with this hash is in the tree of `size` leaves with this root.
pub fn is_included(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for step in path {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            hash = node(step, &hash);
            while at % 2 == 0 && at != 0 {
                (at, last) = (at / 2, last / 2);
            }
        } else {
            hash = node(&hash, step);
        }
        (at, last) = (at / 2, last / 2);
    }
    last == 0 && hash == *root
}

/// Returns whether the tree of `size` leaves with root `new` continues the tree of `old_size` leaves with root `old`.
pub fn is_continued(old_size: u64, old: &Hash, size: u64, new: &Hash, path: &[Hash]) -> bool {
    if old_size == 0 || old_size > size {
        // Every tree continues the empty one, so a proof of that would prove nothing.
        return false;
    }
    if old_size == size {
        return path.is_empty() && old == new;
    }
    let mut steps = path.iter();
    let first = if old_size.is_power_of_two() { Some(old) } else { steps.next() };
    let Some(first) = first else {
        return false;
    };
    let (mut at, mut last) = (old_size - 1, size - 1);
    while at % 2 == 1 {
        (at, last) = (at / 2, last / 2);
    }
    let (mut before, mut after) = (*first, *first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            before = node(step, &before);
            after = node(step, &after);
            while at % 2 == 0 && at != 0 {
                (at, last) = (at / 2, last / 2);
            }
        } else {
            after = node(&after, step);
        }
        (at, last) = (at / 2, last / 2);
    }
    last == 0 && before == *old && after == *new
}
