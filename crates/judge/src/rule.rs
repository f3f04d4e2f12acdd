//! Rules as trees over one bit set of facts, evaluated only where one of their facts holds. Knows which predicates
//! exist, not how they come about.

use std::collections::HashMap;

use knowledge::condition::{Condition, Fact, When};
use knowledge::document::{Confidence, Severity};
use knowledge::{Library, vocabulary};

use crate::index::Concept;
use crate::verdict::{Kind, LinkVerdict};

/// Words of the bit set.
const WORDS: usize = 12;

/// Index of a predicate's bit.
pub type Bit = u16;

/// The predicates that hold for one message.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bits([u64; WORDS]);

impl Bits {
    /// Sets a bit.
    #[inline]
    pub fn set(&mut self, bit: Bit) {
        self.0[usize::from(bit) / 64] |= 1 << (bit % 64);
    }

    /// Returns whether a bit is set.
    #[inline]
    pub fn has(&self, bit: Bit) -> bool {
        self.0[usize::from(bit) / 64] >> (bit % 64) & 1 == 1
    }

    fn iter(self) -> impl Iterator<Item = Bit> {
        self.0.into_iter().enumerate().flat_map(|(word, mut bits)| {
            std::iter::from_fn(move || {
                (bits != 0).then(|| {
                    let bit = bits.trailing_zeros();
                    bits &= bits - 1;
                    (word as u32 * 64 + bit) as Bit
                })
            })
        })
    }
}

/// Rules that fired, by index.
pub type Fired = u128;

#[derive(Debug)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    None(Vec<Node>),
    Bit(Bit),
}

impl Node {
    fn holds(&self, bits: &Bits) -> bool {
        match self {
            Self::All(list) => list.iter().all(|node| node.holds(bits)),
            Self::Any(list) => list.iter().any(|node| node.holds(bits)),
            Self::None(list) => !list.iter().any(|node| node.holds(bits)),
            Self::Bit(bit) => bits.has(*bit),
        }
    }
}

/// Where the places of a finding come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A concept, where it is said.
    Said(Concept),
    /// A concept, wherever it is.
    Mentioned(Concept),
    /// Two concepts, from the one to the other.
    Pair(Concept, Concept),
    /// Links with this verdict.
    Link(LinkVerdict),
    /// The place of a computed fact.
    Fact(Fact),
}

/// A rule as it is evaluated.
#[derive(Debug)]
pub struct CompiledRule {
    /// The finding's id.
    pub id: String,
    /// Usual severity.
    pub severity: Severity,
    /// Usual confidence.
    pub confidence: Confidence,
    /// Advice, as indices into [`RuleBook::advice`].
    pub advice: Vec<u16>,
    /// What the finding points at.
    pub evidence: Vec<Evidence>,
    node: Node,
    grades: Vec<(Severity, Node)>,
    /// The bit that says that this finding has fired.
    bit: Option<Bit>,
}

impl CompiledRule {
    /// Returns how grave the finding is here.
    pub fn severity(&self, bits: &Bits) -> Severity {
        let graded = self.grades.iter().find(|(_, node)| node.holds(bits));
        graded.map_or(self.severity, |(severity, _)| *severity)
    }
}

/// A pair predicate: both concepts and the bit they set.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// The other concept.
    pub other: Concept,
    /// The bit.
    pub bit: Bit,
}

/// Every rule, every kind and the predicates that they read.
#[derive(Debug)]
pub struct RuleBook {
    /// Rules, those that others read first.
    pub rules: Vec<CompiledRule>,
    /// Advice ids, by index.
    pub advice: Vec<String>,
    kinds: Vec<(Kind, Node)>,
    bits: HashMap<Condition, Bit>,
    /// Rules by bit that may fire when it is set.
    triggers: Vec<Fired>,
    says: Vec<Option<Bit>>,
    mentions: Vec<Option<Bit>>,
    denies: Vec<Option<Bit>>,
    follows: Vec<Vec<Pair>>,
    together: Vec<Vec<Pair>>,
}

impl RuleBook {
    /// Compiles the rules of a library that passed its check.
    pub fn new(library: &Library, concepts: &[String]) -> Self {
        let mut compiler = Compiler::default();
        let advice: Vec<String> = library.advice.keys().cloned().collect();
        let order = dependency_order(library);
        let rules: Vec<CompiledRule> =
            order.iter().map(|id| compiler.rule(library, id, &advice, concepts)).collect();
        let kinds: Vec<(Kind, Node)> = Kind::ALL
            .iter()
            .filter_map(|&kind| {
                let when = &library.kind.get(kind.id())?.when;
                Some((kind, compiler.node(&when.to_condition())))
            })
            .collect();
        let mut book = Self {
            rules,
            advice,
            kinds,
            triggers: vec![0; WORDS * 64],
            says: vec![None; 256],
            mentions: vec![None; 256],
            denies: vec![None; 256],
            follows: vec![Vec::new(); 256],
            together: vec![Vec::new(); 256],
            bits: compiler.bits,
        };
        book.connect(library, concepts);
        book
    }

    fn connect(&mut self, library: &Library, concepts: &[String]) {
        let find = |name: &str| concepts.binary_search_by(|c| c.as_str().cmp(name)).ok();
        let mut bits: Vec<(&Condition, Bit)> = self.bits.iter().map(|(condition, &bit)| (condition, bit)).collect();
        bits.sort_by_key(|&(_, bit)| bit);
        for (condition, bit) in bits {
            match condition {
                Condition::Says(name) => find(name).into_iter().for_each(|c| self.says[c] = Some(bit)),
                Condition::Mentions(name) => find(name).into_iter().for_each(|c| self.mentions[c] = Some(bit)),
                Condition::Denies(name) => find(name).into_iter().for_each(|c| self.denies[c] = Some(bit)),
                Condition::Follows([first, second]) => {
                    if let (Some(first), Some(second)) = (find(first), find(second)) {
                        self.follows[first].push(Pair { other: second as Concept, bit });
                    }
                }
                Condition::Together([first, second]) => {
                    if let (Some(first), Some(second)) = (find(first), find(second)) {
                        self.together[first].push(Pair { other: second as Concept, bit });
                    }
                }
                _ => {}
            }
        }
        for index in 0..self.rules.len() {
            let own = self.rules[index].id.clone();
            self.rules[index].bit = self.bits.get(&Condition::Finding(own.clone())).copied();
            library.rule[&own].when.to_condition().leaves(true, &mut |leaf, wanted| {
                if wanted && let Some(&bit) = self.bits.get(leaf) {
                    self.triggers[usize::from(bit)] |= 1 << index;
                }
            });
        }
    }

    /// Returns the bit of a predicate, if any rule reads it.
    pub fn bit(&self, condition: &Condition) -> Option<Bit> {
        self.bits.get(condition).copied()
    }

    /// Returns the bit for a concept said.
    #[inline]
    pub fn says(&self, concept: Concept) -> Option<Bit> {
        self.says[usize::from(concept)]
    }

    /// Returns the bit for a concept mentioned.
    #[inline]
    pub fn mentions(&self, concept: Concept) -> Option<Bit> {
        self.mentions[usize::from(concept)]
    }

    /// Returns the bit for a concept denied.
    #[inline]
    pub fn denies(&self, concept: Concept) -> Option<Bit> {
        self.denies[usize::from(concept)]
    }

    /// Returns which concepts may follow this one.
    #[inline]
    pub fn follows(&self, concept: Concept) -> &[Pair] {
        &self.follows[usize::from(concept)]
    }

    /// Returns which concepts may stand together with this one.
    #[inline]
    pub fn together(&self, concept: Concept) -> &[Pair] {
        &self.together[usize::from(concept)]
    }

    /// Returns the rules that fire, and sets the bits of findings that other rules read.
    ///
    /// 1. A rule is looked at only if one of the predicates that it wants holds.
    /// 2. Rules that read a finding come after the rule that makes it, so one pass is enough.
    pub fn fire(&self, bits: &mut Bits) -> Fired {
        let mut candidates = bits.iter().fold(0, |all, bit| all | self.triggers[usize::from(bit)]);
        let mut fired: Fired = 0;
        while candidates != 0 {
            let index = candidates.trailing_zeros() as usize;
            candidates &= candidates - 1;
            let rule = &self.rules[index];
            if !rule.node.holds(bits) {
                continue;
            }
            fired |= 1 << index;
            if let Some(bit) = rule.bit {
                bits.set(bit);
                let later = u128::MAX.checked_shl(index as u32 + 1).unwrap_or(0);
                candidates |= self.triggers[usize::from(bit)] & later;
            }
        }
        fired
    }

    /// Returns the kinds whose condition holds, in the contract's order.
    pub fn kinds(&self, bits: &Bits) -> impl Iterator<Item = Kind> {
        self.kinds.iter().filter(|(_, node)| node.holds(bits)).map(|(kind, _)| *kind)
    }

    /// Returns the index of a finding's rule.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.rules.iter().position(|rule| rule.id == id)
    }
}

#[derive(Default)]
struct Compiler {
    bits: HashMap<Condition, Bit>,
}

impl Compiler {
    fn rule(&mut self, library: &Library, id: &str, advice: &[String], concepts: &[String]) -> CompiledRule {
        let rule = &library.rule[id];
        let condition = rule.when.to_condition();
        let mut evidence = Vec::new();
        condition.leaves(true, &mut |leaf, wanted| {
            if wanted && let Some(place) = evidence_of(leaf, concepts) && !evidence.contains(&place) {
                evidence.push(place);
            }
        });
        let grades = rule
            .grade
            .iter()
            .map(|grade| {
                let when = When { all: grade.when.clone(), ..When::default() };
                (grade.severity, self.node(&when.to_condition()))
            })
            .collect();
        CompiledRule {
            id: id.to_owned(),
            severity: rule.severity,
            confidence: rule.confidence,
            advice: rule.advice.iter().filter_map(|a| advice.binary_search(a).ok()).map(|a| a as u16).collect(),
            evidence,
            node: self.node(&condition),
            grades,
            bit: None,
        }
    }

    fn node(&mut self, condition: &Condition) -> Node {
        match condition {
            Condition::All(list) => Node::All(list.iter().map(|c| self.node(c)).collect()),
            Condition::Any(list) => Node::Any(list.iter().map(|c| self.node(c)).collect()),
            Condition::None(list) => Node::None(list.iter().map(|c| self.node(c)).collect()),
            leaf => {
                let next = self.bits.len() as Bit;
                let bit = *self.bits.entry(leaf.clone()).or_insert(next);
                assert!(usize::from(bit) < WORDS * 64, "more predicates than the bit set holds");
                Node::Bit(bit)
            }
        }
    }
}

fn evidence_of(leaf: &Condition, concepts: &[String]) -> Option<Evidence> {
    let find = |name: &String| concepts.binary_search(name).ok().map(|index| index as Concept);
    Some(match leaf {
        Condition::Says(name) => Evidence::Said(find(name)?),
        Condition::Mentions(name) | Condition::Denies(name) => Evidence::Mentioned(find(name)?),
        Condition::Follows([first, second]) | Condition::Together([first, second]) => {
            Evidence::Pair(find(first)?, find(second)?)
        }
        Condition::Link(verdict) => Evidence::Link(LinkVerdict::from_id(verdict)?),
        Condition::Fact(fact) => Evidence::Fact(*fact),
        _ => return None,
    })
}

/// Returns rule ids so that a rule comes after those whose findings it reads; the check refuses unknown ones, and
/// a circle is broken at the rule that is met first.
fn dependency_order(library: &Library) -> Vec<String> {
    fn visit(library: &Library, id: &str, open: &mut Vec<String>, done: &mut Vec<String>) {
        if done.iter().any(|d| d == id) || open.iter().any(|o| o == id) {
            return;
        }
        let Some(rule) = library.rule.get(id) else { return };
        open.push(id.to_owned());
        let mut needed = Vec::new();
        let grades = rule.grade.iter().flat_map(|grade| &grade.when);
        rule.when.to_condition().leaves(true, &mut |leaf, _| {
            if let Condition::Finding(other) = leaf {
                needed.push(other.clone());
            }
        });
        grades.for_each(|condition| {
            condition.leaves(true, &mut |leaf, _| {
                if let Condition::Finding(other) = leaf {
                    needed.push(other.clone());
                }
            });
        });
        for other in needed {
            visit(library, &other, open, done);
        }
        open.pop();
        done.push(id.to_owned());
    }
    let mut done = Vec::new();
    for id in vocabulary::FINDINGS {
        visit(library, id, &mut Vec::new(), &mut done);
    }
    done
}
