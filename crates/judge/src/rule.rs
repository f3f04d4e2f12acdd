//! Rules as trees over one bit set of facts, evaluated only where one of their facts holds. Knows which predicates
//! exist, not how they come about.

mod condition;

use std::collections::HashMap;

use knowledge::condition::{Condition, Fact, When};
use knowledge::document::{Confidence, Severity};
use knowledge::{Library, vocabulary};

use self::condition::{Conditions, Draft, Join, NodeIndex};
use crate::index::{CONCEPT_WORDS, Concept, ConceptSet, MOST_CONCEPTS, ones};
use crate::verdict::{Kind, LinkVerdict};

/// Words of the bit set: concepts said, concepts mentioned, everything else.
const WORDS: usize = 2 * CONCEPT_WORDS + 8;
/// The first bit of concepts mentioned.
const MENTIONED: usize = MOST_CONCEPTS;
/// The first bit of everything else.
const OTHERS: usize = 2 * MOST_CONCEPTS;

/// Index of a predicate's bit.
pub type Bit = u16;

/// The predicates that hold for one message.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bits([u64; WORDS]);

impl Bits {
    /// Returns the bits of the concepts that are said and mentioned.
    pub fn of_concepts(said: ConceptSet, mentioned: ConceptSet) -> Self {
        let mut bits = Self::default();
        bits.0[..MENTIONED / 64].copy_from_slice(&said.words());
        bits.0[MENTIONED / 64..OTHERS / 64].copy_from_slice(&mentioned.words());
        bits
    }

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

    /// Returns the bits of both sets, in order.
    fn common(&self, other: &Self) -> impl Iterator<Item = Bit> {
        let mut both = self.0;
        both.iter_mut().zip(other.0).for_each(|(word, others)| *word &= others);
        ones(both)
    }

    #[inline]
    fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).fold(0, |common, (word, others)| common | word & others) != 0
    }
}

/// Rules that fired, by index.
pub type Fired = u128;

/// Where the places of a finding come from.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Concepts, where they are said.
    pub said: ConceptSet,
    /// Concepts, wherever they are.
    pub mentioned: ConceptSet,
    /// Two concepts, from the one to the other.
    pub pairs: Vec<(Concept, Concept)>,
    /// Links with one of these verdicts.
    pub links: Vec<LinkVerdict>,
    /// The places of computed facts.
    pub facts: Vec<Fact>,
}

impl Evidence {
    /// Adds what a condition points at.
    fn add(&mut self, leaf: &Condition, concepts: &[String]) {
        let find = |name: &String| concepts.binary_search(name).ok().map(|at| at as Concept);
        let add = |set: &mut ConceptSet, name| {
            if let Some(concept) = find(name) {
                set.add(concept);
            }
        };
        match leaf {
            Condition::Says(name) => add(&mut self.said, name),
            Condition::Mentions(name) | Condition::Denies(name) => add(&mut self.mentioned, name),
            Condition::Follows([first, second]) | Condition::Together([first, second]) => {
                if let (Some(first), Some(second)) = (find(first), find(second))
                    && !self.pairs.contains(&(first, second))
                {
                    self.pairs.push((first, second));
                }
            }
            Condition::Link(verdict) => self.links.extend(LinkVerdict::from_id(verdict)),
            Condition::Fact(fact) if !self.facts.contains(fact) => self.facts.push(*fact),
            _ => {}
        }
    }
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
    pub evidence: Evidence,
    grades: Vec<(Severity, NodeIndex)>,
}

/// What is read of a rule to see whether it fires.
#[derive(Clone, Copy, Debug)]
struct RuleHead {
    node: NodeIndex,
    /// The bit that says that this finding has fired, where another rule reads it.
    bit: Option<Bit>,
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
    heads: Vec<RuleHead>,
    /// Advice ids, by index.
    pub advice: Vec<String>,
    /// The order in which advice is shown, by index.
    pub advice_order: Vec<u16>,
    /// Whether advice says what not to do, by index.
    pub advice_avoids: Vec<bool>,
    kinds: Vec<KindCondition>,
    conditions: Conditions,
    bits: HashMap<Condition, Bit>,
    /// Rules by bit that may fire when it is set.
    triggers: Vec<Fired>,
    /// The bits that wake a rule.
    waking: Bits,
    follows: Vec<Vec<Pair>>,
    together: Vec<Vec<Pair>>,
    denies: Vec<(Concept, Bit)>,
}

impl RuleBook {
    /// Compiles the rules of a library that passed its check.
    pub fn new(library: &Library, concepts: &[String]) -> Self {
        let mut compiler = Compiler { concepts, bits: HashMap::new(), conditions: Conditions::default() };
        let advice: Vec<String> = library.advice.keys().cloned().collect();
        let order = dependency_order(library);
        let (rules, heads): (Vec<CompiledRule>, Vec<RuleHead>) =
            order.iter().map(|id| compiler.rule(library, id, &advice, concepts)).unzip();
        let kinds = Kind::ALL
            .iter()
            .filter_map(|&kind| {
                let condition = library.kind.get(kind.id())?.when.to_condition();
                let mut trigger = Bits::default();
                triggers(&condition).unwrap_or_default().into_iter().for_each(|leaf| trigger.set(compiler.bit(leaf)));
                Some(KindCondition { kind, trigger, node: compiler.node(&condition) })
            })
            .collect();
        let mut book = Self {
            rules,
            heads,
            advice_avoids: library.advice.values().map(|advice| advice.avoid).collect(),
            advice_order: library.advice.values().map(|advice| advice.order).collect(),
            advice,
            kinds,
            conditions: compiler.conditions,
            triggers: vec![0; WORDS * 64],
            waking: Bits::default(),
            follows: vec![Vec::new(); MOST_CONCEPTS],
            together: vec![Vec::new(); MOST_CONCEPTS],
            denies: Vec::new(),
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
                Condition::Denies(name) => find(name).into_iter().for_each(|c| self.denies.push((c as Concept, bit))),
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
            self.heads[index].bit = self.bits.get(&Condition::Finding(own.clone())).copied();
            let condition = library.rule[&own].when.to_condition();
            for leaf in triggers(&condition).unwrap_or_default() {
                let bit = self.bits[leaf];
                self.triggers[usize::from(bit)] |= 1 << index;
                self.waking.set(bit);
            }
        }
    }

    /// Returns the bit of a predicate, if any rule reads it.
    pub fn bit(&self, condition: &Condition) -> Option<Bit> {
        self.bits.get(condition).copied()
    }

    /// Returns which concepts may follow this one.
    pub fn follows(&self, concept: Concept) -> &[Pair] {
        &self.follows[usize::from(concept)]
    }

    /// Returns which concepts may stand in a sentence with this one.
    pub fn together(&self, concept: Concept) -> &[Pair] {
        &self.together[usize::from(concept)]
    }

    /// Returns the bits that say that concepts are denied.
    pub fn denials(&self) -> impl Iterator<Item = (Concept, Bit)> {
        self.denies.iter().copied()
    }

    /// Returns how grave the finding of a rule is here.
    pub fn severity(&self, rule: &CompiledRule, bits: &Bits) -> Severity {
        let graded = rule.grades.iter().find(|(_, node)| self.conditions.holds(*node, bits));
        graded.map_or(rule.severity, |(severity, _)| *severity)
    }

    /// Returns the rules of a list of findings as one set.
    pub fn set_of(&self, ids: &[&str]) -> Fired {
        let known = self.rules.iter().enumerate().filter(|(_, rule)| ids.contains(&rule.id.as_str()));
        known.fold(0, |set, (at, _)| set | 1 << at)
    }

    /// Returns the rules that fire, and sets the bits of findings that other rules read.
    ///
    /// 1. A rule is looked at only if one of the predicates that it wants holds.
    /// 2. Rules that read a finding come after the rule that makes it, so one pass is enough.
    pub fn fire(&self, bits: &mut Bits) -> Fired {
        let mut candidates = bits.common(&self.waking).fold(0, |all, bit| all | self.triggers[usize::from(bit)]);
        let mut fired: Fired = 0;
        while candidates != 0 {
            let index = candidates.trailing_zeros() as usize;
            candidates &= candidates - 1;
            let head = self.heads[index];
            if !self.conditions.holds(head.node, bits) {
                continue;
            }
            fired |= 1 << index;
            if let Some(bit) = head.bit {
                bits.set(bit);
                let later = u128::MAX.checked_shl(index as u32 + 1).unwrap_or(0);
                candidates |= self.triggers[usize::from(bit)] & later;
            }
        }
        fired
    }

    /// Returns the kinds whose condition holds, in the contract's order.
    pub fn kinds(&self, bits: &Bits) -> impl Iterator<Item = Kind> {
        let holds = |kind: &&KindCondition| kind.trigger.meets(bits) && self.conditions.holds(kind.node, bits);
        self.kinds.iter().filter(holds).map(|kind| kind.kind)
    }
}

/// When a message is of a kind.
#[derive(Debug)]
struct KindCondition {
    kind: Kind,
    trigger: Bits,
    node: NodeIndex,
}

struct Compiler<'a> {
    concepts: &'a [String],
    bits: HashMap<Condition, Bit>,
    conditions: Conditions,
}

impl Compiler<'_> {
    fn rule(
        &mut self,
        library: &Library,
        id: &str,
        advice: &[String],
        concepts: &[String],
    ) -> (CompiledRule, RuleHead) {
        let rule = &library.rule[id];
        let condition = rule.when.to_condition();
        let mut evidence = Evidence::default();
        condition.leaves(true, &mut |leaf, wanted| {
            if wanted {
                evidence.add(leaf, concepts);
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
        let compiled = CompiledRule {
            id: id.to_owned(),
            severity: rule.severity,
            confidence: rule.confidence,
            advice: rule.advice.iter().filter_map(|a| advice.binary_search(a).ok()).map(|a| a as u16).collect(),
            evidence,
            grades,
        };
        (compiled, RuleHead { node: self.node(&condition), bit: None })
    }

    fn node(&mut self, condition: &Condition) -> NodeIndex {
        let draft = self.draft(condition);
        self.conditions.add(&draft)
    }

    fn draft(&mut self, condition: &Condition) -> Draft {
        match condition {
            Condition::All(list) => self.group(Join::All, list),
            Condition::Any(list) => self.group(Join::Any, list),
            Condition::None(list) => self.group(Join::None, list),
            leaf => Draft::new(Join::All, vec![self.bit(leaf)], Vec::new()),
        }
    }

    fn group(&mut self, join: Join, list: &[Condition]) -> Draft {
        let (mut bits, mut inner) = (Vec::new(), Vec::new());
        for condition in list {
            match condition {
                Condition::All(_) | Condition::Any(_) | Condition::None(_) => inner.push(self.draft(condition)),
                leaf => bits.push(self.bit(leaf)),
            }
        }
        Draft::new(join, bits, inner)
    }

    fn bit(&mut self, leaf: &Condition) -> Bit {
        let concept = |name: &String| self.concepts.binary_search(name).unwrap_or(0);
        let bit = match leaf {
            Condition::Says(name) => concept(name) as Bit,
            Condition::Mentions(name) => (MENTIONED + concept(name)) as Bit,
            other => {
                let next = (OTHERS + self.bits.len()) as Bit;
                return self.listed(other, next);
            }
        };
        self.bits.insert(leaf.clone(), bit);
        bit
    }

    fn listed(&mut self, leaf: &Condition, next: Bit) -> Bit {
        let bit = *self.bits.entry(leaf.clone()).or_insert(next);
        assert!(usize::from(bit) < WORDS * 64, "more predicates than the bit set holds");
        bit
    }
}

/// Returns predicates of which at least one must hold for the condition to hold, as few and as rare as can be told
/// from their kind; nothing where the condition may hold without any.
fn triggers(condition: &Condition) -> Option<Vec<&Condition>> {
    match condition {
        Condition::All(list) => {
            list.iter().filter_map(triggers).min_by_key(|set| set.iter().map(|c| commonness(c)).sum::<u32>())
        }
        Condition::Any(list) => {
            let sets: Option<Vec<Vec<&Condition>>> = list.iter().map(triggers).collect();
            sets.map(|sets| sets.concat())
        }
        Condition::None(_) => None,
        leaf => Some(vec![leaf]),
    }
}

/// How often a predicate holds, roughly: the rarer of two is the better trigger.
fn commonness(leaf: &Condition) -> u32 {
    match leaf {
        Condition::Finding(_) => 2,
        Condition::Link(_) | Condition::Follows(_) | Condition::Together(_) | Condition::Denies(_) => 4,
        Condition::Says(_) | Condition::Mentions(_) => 10,
        Condition::Claims(_) | Condition::InstitutionKind(_) => 20,
        _ => 40,
    }
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
