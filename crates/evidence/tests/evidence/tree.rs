//! The tree: every proof that it gives is accepted by the independent verifier.

use evidence::Tree;
use proptest::prelude::*;
use verify::proof::{is_continued, is_included, leaf};

fn tree(size: u64) -> Tree {
    let mut tree = Tree::default();
    (0..size).for_each(|at| tree.push(&at.to_be_bytes()));
    tree
}

#[test]
fn all_proofs_of_small_trees_hold() {
    let tree = tree(40);
    for size in 1..=40 {
        let root = tree.root(size).expect("inside");
        for index in 0..size {
            let path = tree.inclusion(index, size).expect("inside");
            assert!(is_included(&leaf(&index.to_be_bytes()), index, size, &path, &root), "{index} of {size}");
        }
        for old in 1..=size {
            let path = tree.consistency(old, size).expect("inside");
            assert!(is_continued(old, &tree.root(old).expect("inside"), size, &root, &path), "{old} to {size}");
        }
    }
}

proptest! {
    #[test]
    fn a_proof_holds_for_its_own_leaf_alone(size in 2u64..600, index in 0u64..600, other in 0u64..600) {
        let (index, other) = (index % size, other % size);
        let tree = tree(size);
        let (root, path) = (tree.root(size).expect("inside"), tree.inclusion(index, size).expect("inside"));
        prop_assert!(is_included(&leaf(&index.to_be_bytes()), index, size, &path, &root));
        prop_assert_eq!(is_included(&leaf(&other.to_be_bytes()), index, size, &path, &root), other == index);
    }

    #[test]
    fn cutting_back_is_as_if_it_had_never_grown(size in 0u64..300, more in 0u64..300) {
        let mut grown = tree(size + more);
        grown.truncate(size);
        prop_assert_eq!(grown.root(size), tree(size).root(size));
        grown.push(b"next");
        let mut straight = tree(size);
        straight.push(b"next");
        prop_assert_eq!(grown.root(size + 1), straight.root(size + 1));
    }
}
