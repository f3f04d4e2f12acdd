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
    /// The first mask, to be looked at before anything else; empty where there is none.
    first: Mask,
    /// The other masks.
    masks: [u16; 2],
    nodes: [u16; 2],
}

/// Bits of one word of the bit set that are asked for together.
#[derive(Clone, Copy, Debug, Default)]
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
    /// Returns a condition over bits and inner conditions; those that are joined in the same way become one with it.
    pub(super) fn new(join: Join, mut bits: Vec<Bit>, parts: Vec<Draft>) -> Self {
        let mut inner = Vec::with_capacity(parts.len());
        for part in parts {
            if part.merges_into(join) {
                bits.extend(part.bits);
                inner.extend(part.inner);
            } else {
                inner.push(part);
            }
        }
        Self { join, bits, inner }
    }

    /// `all` inside `all`, `any` inside `any` or `none`, and what has one part only.
    fn merges_into(&self, join: Join) -> bool {
        let is_single = self.bits.len() + self.inner.len() == 1;
        match (self.join, join) {
            (Join::All, Join::All) | (Join::Any, Join::Any | Join::None) => true,
            (Join::All | Join::Any, _) => is_single,
            (Join::None, _) => false,
        }
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
            let [from, to] = self.add_masks(&draft.bits);
            let first = self.masks[usize::from(from)..usize::from(to)].first().copied().unwrap_or_default();
            self.nodes.push(Node { join: draft.join, first, masks: [(from + 1).min(to), to], nodes: [0, 0] });
        }
        for (at, draft) in (first..).zip(drafts) {
            let from = self.nodes.len();
            self.reserve(&draft.inner);
            self.nodes[at].nodes = [from as u16, (from + draft.inner.len()) as u16];
        }
        assert!(u16::try_from(self.nodes.len()).is_ok(), "more conditions than an index holds");
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
        assert!(u16::try_from(self.masks.len()).is_ok(), "more masks than an index holds");
        [from as u16, self.masks.len() as u16]
    }

    /// Returns whether a condition holds.
    pub(super) fn holds(&self, node: NodeIndex, bits: &Bits) -> bool {
        self.node_holds(&self.nodes[usize::from(node.0)], bits)
    }

    #[inline]
    fn node_holds(&self, node: &Node, bits: &Bits) -> bool {
        let met = bits.0[usize::from(node.first.word)] & node.first.bits;
        match node.join {
            Join::All => met == node.first.bits && (node.is_short() || self.rest_all(node, bits)),
            Join::Any => met != 0 || (!node.is_short() && self.rest_any(node, bits)),
            Join::None => met == 0 && (node.is_short() || !self.rest_any(node, bits)),
        }
    }

    /// Returns whether all hold of what stands behind the first mask.
    fn rest_all(&self, node: &Node, bits: &Bits) -> bool {
        let (masks, nodes) = self.rest(node);
        masks.iter().all(|mask| bits.0[usize::from(mask.word)] & mask.bits == mask.bits)
            && nodes.iter().all(|node| self.node_holds(node, bits))
    }

    /// Returns whether any holds of what stands behind the first mask.
    fn rest_any(&self, node: &Node, bits: &Bits) -> bool {
        let (masks, nodes) = self.rest(node);
        masks.iter().any(|mask| bits.0[usize::from(mask.word)] & mask.bits != 0)
            || nodes.iter().any(|node| self.node_holds(node, bits))
    }

    #[inline]
    fn rest(&self, node: &Node) -> (&[Mask], &[Node]) {
        let range = |[from, to]: [u16; 2]| usize::from(from)..usize::from(to);
        (&self.masks[range(node.masks)], &self.nodes[range(node.nodes)])
    }
}

impl Node {
    /// Returns whether nothing stands behind the first mask.
    #[inline]
    fn is_short(&self) -> bool {
        self.masks[0] == self.masks[1] && self.nodes[0] == self.nodes[1]
    }
}
