//! Conditions laid out for evaluation: all nodes of all rules in one list, all masks in another. Knows bits, not what
//! they say.

use super::{Bit, Bits};

/// A condition's place in [`Conditions`].
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeIndex(u16);

/// How the parts of a node are joined.
#[derive(Clone, Copy, Debug)]
pub(super) enum Join {
    /// Each holds.
    All,
    /// At least one holds.
    Any,
    /// None holds.
    None,
}

/// A condition: its masks and its inner nodes, each as a range of their list.
#[derive(Clone, Copy, Debug)]
struct Node {
    join: Join,
    masks: [u16; 2],
    nodes: [u16; 2],
}

/// Bits of one word of the bit set that are asked for together.
#[derive(Clone, Copy, Debug)]
struct Mask {
    bits: u64,
    word: u8,
}

/// Every condition of the rules and kinds.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    nodes: Vec<Node>,
    masks: Vec<Mask>,
}

/// A condition before it is laid out.
#[derive(Debug)]
pub(super) struct Draft {
    join: Join,
    bits: Vec<Bit>,
    inner: Vec<Draft>,
}

impl Draft {
    /// Returns a condition over bits and inner conditions.
    pub(super) fn new(join: Join, bits: Vec<Bit>, inner: Vec<Draft>) -> Self {
        Self { join, bits, inner }
    }
}

impl Conditions {
    /// Lays a condition out.
    pub(super) fn add(&mut self, draft: &Draft) -> NodeIndex {
        let at = self.nodes.len();
        self.reserve(std::slice::from_ref(draft));
        NodeIndex(at as u16)
    }

    /// Lays conditions out beside each other, what is inside them behind.
    fn reserve(&mut self, drafts: &[Draft]) {
        let first = self.nodes.len();
        for draft in drafts {
            let masks = self.add_masks(&draft.bits);
            self.nodes.push(Node { join: draft.join, masks, nodes: [0, 0] });
        }
        for (at, draft) in (first..).zip(drafts) {
            let from = self.nodes.len();
            self.reserve(&draft.inner);
            self.nodes[at].nodes = [from as u16, (from + draft.inner.len()) as u16];
        }
        assert!(self.nodes.len() <= usize::from(u16::MAX), "more conditions than an index holds");
    }

    fn add_masks(&mut self, bits: &[Bit]) -> [u16; 2] {
        let from = self.masks.len();
        for &bit in bits {
            let (word, mask) = ((bit / 64) as u8, 1u64 << (bit % 64));
            match self.masks[from..].iter_mut().find(|known| known.word == word) {
                Some(known) => known.bits |= mask,
                None => self.masks.push(Mask { bits: mask, word }),
            }
        }
        assert!(self.masks.len() <= usize::from(u16::MAX), "more masks than an index holds");
        [from as u16, self.masks.len() as u16]
    }

    /// Returns whether a condition holds.
    pub(super) fn holds(&self, node: NodeIndex, bits: &Bits) -> bool {
        self.node_holds(&self.nodes[usize::from(node.0)], bits)
    }

    fn node_holds(&self, node: &Node, bits: &Bits) -> bool {
        let masks = &self.masks[usize::from(node.masks[0])..usize::from(node.masks[1])];
        let nodes = &self.nodes[usize::from(node.nodes[0])..usize::from(node.nodes[1])];
        let met = |mask: &Mask| bits.0[usize::from(mask.word)] & mask.bits;
        let any = || masks.iter().any(|mask| met(mask) != 0) || nodes.iter().any(|node| self.node_holds(node, bits));
        match node.join {
            Join::All => {
                masks.iter().all(|mask| met(mask) == mask.bits) && nodes.iter().all(|node| self.node_holds(node, bits))
            }
            Join::Any => any(),
            Join::None => !any(),
        }
    }
}
