//! The knowledge laid out for judging: words in a trie, numbers and hosts in maps, rules as trees over bits.
//! Built once; holds no message.

use std::collections::HashMap;

use knowledge::condition::Role;
use knowledge::{Knowledge, Library, vocabulary};

use crate::hash::FixedMap;
use crate::host::Hosts;
use crate::normalise::{Mark, Tables, Text};
use crate::rule::{Pair, RuleBook};
use crate::trie::{Code, Trie, TrieBuilder};
use crate::verdict::{InstitutionIndex, SenderClass};

/// Index of a concept.
pub type Concept = u16;

/// Words of 64 bits in a set of concepts.
pub const CONCEPT_WORDS: usize = 6;
/// At most this many concepts.
pub const MOST_CONCEPTS: usize = CONCEPT_WORDS * 64;

/// A set of concepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ConceptSet([u64; CONCEPT_WORDS]);

impl ConceptSet {
    /// Adds a concept.
    #[inline]
    pub fn add(&mut self, concept: Concept) {
        self.0[usize::from(concept) / 64] |= 1 << (concept % 64);
    }

    /// Adds all concepts of another set.
    #[inline]
    pub fn add_all(&mut self, other: Self) {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
    }

    /// Returns what both sets hold.
    #[inline]
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] & other.0[at]))
    }

    /// Returns the set as words of bits.
    #[inline]
    pub fn words(self) -> [u64; CONCEPT_WORDS] {
        self.0
    }

    /// Returns the concepts in it, in order.
    pub fn iter(self) -> impl Iterator<Item = Concept> {
        ones(self.0)
    }

    /// Returns whether a concept of another set is in it.
    #[inline]
    pub fn meets(self, other: Self) -> bool {
        self.0.iter().zip(other.0).fold(0, |common, (word, others)| common | word & others) != 0
    }

    /// Returns whether a concept is in it.
    #[inline]
    pub fn has(self, concept: Concept) -> bool {
        self.0[usize::from(concept) / 64] >> (concept % 64) & 1 == 1
    }
}

/// Returns the places of the bits that are set, in order.
pub fn ones<const N: usize>(words: [u64; N]) -> impl Iterator<Item = u16> {
    words.into_iter().enumerate().flat_map(|(at, mut bits)| {
        std::iter::from_fn(move || {
            (bits != 0).then(|| {
                let bit = bits.trailing_zeros();
                bits &= bits - 1;
                (at as u32 * 64 + bit) as u16
            })
        })
    })
}

/// Index of a meaning; words that express the same concepts share one.
pub type MeaningIndex = u16;

/// What a word means to the rules.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meaning {
    /// The concepts that it expresses.
    pub concepts: ConceptSet,
    /// [`Meaning::NEGATOR`], [`Meaning::WARNING`], [`Meaning::NEUTRAL`] and the tracked concepts, by their slot.
    pub flags: u32,
}

/// With what a word makes pairs. Apart from its meaning, which is read for every word.
#[derive(Clone, Copy, Debug, Default)]
struct Ties {
    follows: Partners,
    together: Partners,
}

/// Which concepts make a pair with a word: as a set, to be held against what is said, and one by one.
#[derive(Clone, Copy, Debug, Default)]
struct Partners {
    others: ConceptSet,
    pairs: [u32; 2],
}

impl Meaning {
    /// Denies what follows in the clause.
    pub const NEGATOR: u32 = 1 << 31;
    /// Denies everything in the sentence.
    pub const WARNING: u32 = 1 << 30;
    /// Takes words inside it out.
    pub const NEUTRAL: u32 = 1 << 29;
    /// Any of these three.
    pub const GOVERNS: u32 = Self::NEGATOR | Self::WARNING | Self::NEUTRAL;
    /// Other concepts may follow it in a pair.
    pub const IS_FOLLOWED: u32 = 1 << 28;
    /// Other concepts may stand in its sentence in a pair.
    pub const IS_JOINED: u32 = 1 << 27;
    /// A rule asks whether it is denied.
    pub const IS_DENIED: u32 = 1 << 26;
    /// The slots of tracked concepts.
    pub const TRACKED: u32 = (1 << slot::COUNT) - 1;
}

/// Slots of the concepts whose last place is asked for while numbers are read.
pub mod slot {
    /// `annual-word`
    pub const ANNUAL: usize = 0;
    /// `monthly-word`
    pub const MONTHLY: usize = 1;
    /// `daily-word`
    pub const DAILY: usize = 2;
    /// `fee-word`
    pub const FEE: usize = 3;
    /// `principal-word`
    pub const PRINCIPAL: usize = 4;
    /// `limit-word`
    pub const LIMIT: usize = 5;
    /// `paid-word`
    pub const PAID: usize = 6;
    /// `received-word`
    pub const RECEIVED: usize = 7;
    /// `claimed-word`
    pub const CLAIMED: usize = 8;
    /// `wechat`
    pub const WECHAT: usize = 9;
    /// `qq`
    pub const QQ: usize = 10;
    /// `messenger`
    pub const MESSENGER: usize = 11;
    /// `tail-word`
    pub const TAIL: usize = 12;
    /// `code-word`
    pub const CODE: usize = 13;
    /// `account-word`
    pub const ACCOUNT: usize = 14;
    /// How many there are.
    pub const COUNT: usize = 15;
}

/// How a name points at an institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// Anywhere.
    Name,
    /// Only in a signature or beside a word of banking.
    SignatureName,
    /// By a product.
    Product,
    /// By its app.
    App,
}

/// What a word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A word of the lexicon.
    Word(MeaningIndex),
    /// An institution.
    Institution(InstitutionIndex, Via),
}

/// No number of the table is longer.
const LONGEST_NUMBER: usize = 24;

/// An institution as the judge needs it.
#[derive(Debug)]
pub struct KnownInstitution {
    /// File stem.
    pub id: String,
    /// Canonical name.
    pub name: String,
    /// Kind of the file.
    pub kind: String,
    /// The role it plays.
    pub role: Option<Role>,
    /// Whether it lends.
    pub lends: bool,
    /// Its group, or its own number where it has none.
    pub group: u16,
    /// Rank in the group; the default has 0.
    pub rank: u16,
    /// Hotlines and senders of five digits and more, by which a port may end.
    pub endings: Vec<String>,
    /// Those of its whole group.
    pub group_endings: Vec<String>,
}

/// The number plan as a tree of digits.
#[derive(Debug, Default)]
pub struct NumberPlan {
    nodes: Vec<PlanNode>,
}

#[derive(Debug, Default)]
struct PlanNode {
    next: [u16; 10],
    ranges: Vec<(Vec<u8>, SenderClass)>,
}

impl NumberPlan {
    fn new(library: &Library) -> Self {
        let mut plan = Self { nodes: vec![PlanNode::default()] };
        for range in library.number_plan.values().flat_map(|plan| &plan.range) {
            if let Some(class) = SenderClass::from_id(&range.class) {
                plan.add(&range.prefix, &range.digits, class);
            }
        }
        plan
    }

    fn add(&mut self, prefix: &str, digits: &[u8], class: SenderClass) {
        let mut at = 0;
        for byte in prefix.bytes().filter(u8::is_ascii_digit) {
            let slot = usize::from(byte - b'0');
            if self.nodes[at].next[slot] == 0 {
                self.nodes[at].next[slot] = self.nodes.len() as u16;
                self.nodes.push(PlanNode::default());
            }
            at = usize::from(self.nodes[at].next[slot]);
        }
        self.nodes[at].ranges.push((digits.to_vec(), class));
    }

    /// Returns the class of the longest prefix that fits, length and all.
    pub fn class(&self, number: &str) -> Option<SenderClass> {
        let fits = |lengths: &[u8]| lengths.is_empty() || lengths.contains(&(number.len() as u8));
        let (mut at, mut found) = (0, None);
        for byte in number.bytes() {
            at = usize::from(*self.nodes[at].next.get(usize::from(byte.wrapping_sub(b'0')))?);
            if at == 0 {
                break;
            }
            let range = self.nodes[at].ranges.iter().find(|(lengths, _)| fits(lengths));
            found = range.map(|(_, class)| *class).or(found);
        }
        found
    }
}

/// Everything that judging reads.
#[derive(Debug)]
pub struct Index {
    /// Normalisation.
    pub tables: Tables,
    /// Words.
    pub words: Trie<Payload>,
    /// What each word means.
    pub meanings: Vec<Meaning>,
    /// The flags of each meaning once more: while walking, only they are read.
    flags: Vec<u32>,
    ties: Vec<Ties>,
    pairs: Vec<Pair>,
    /// The word that stands for each computed concept; 0 elsewhere.
    pub computed: Vec<MeaningIndex>,
    /// Names of concepts, by index.
    pub concepts: Vec<String>,
    /// Institutions, by index.
    pub institutions: Vec<KnownInstitution>,
    /// Whose a number is; the default of a group first.
    pub numbers: FixedMap<String, Vec<InstitutionIndex>>,
    /// The number plan.
    pub plan: NumberPlan,
    /// Hosts.
    pub hosts: Hosts,
    /// Rules and kinds.
    pub rules: RuleBook,
    /// Concepts that the code itself speaks of.
    pub named: NamedConcepts,
    /// The documents, for texts.
    pub knowledge: Knowledge,
}

macro_rules! named_concepts {
    ($($field:ident = $name:literal),* $(,)?) => {
        /// Concepts that extraction reads or writes, by name.
        #[derive(Clone, Copy, Debug)]
        pub struct NamedConcepts { $(#[doc = concat!("`", $name, "`")] pub $field: Concept),* }
        impl NamedConcepts {
            const NAMES: &[&str] = &[$($name),*];
            fn new(find: impl Fn(&str) -> Concept) -> Self {
                Self { $($field: find($name)),* }
            }
        }
    };
}

named_concepts! {
    amount = "x-amount", rate = "x-rate", percent = "x-percent", account = "x-account", tail = "x-tail",
    mobile = "x-mobile", phone = "x-phone", link = "x-link", code = "x-code", date = "x-date", hours = "x-hours",
    days = "x-days", case_number = "x-case-number", placeholder = "x-placeholder", payee_person = "x-payee-person",
    person = "x-person", institution = "x-institution", time = "x-time", deadline = "x-deadline",
    negator = "negator", warning = "warning", neutral = "neutral", wechat = "wechat", qq = "qq",
    messenger = "messenger", tail_word = "tail-word", code_word = "code-word", account_word = "account-word",
    annual_word = "annual-word", monthly_word = "monthly-word", daily_word = "daily-word", speaks_for = "speaks-for",
    bank_word = "bank-word", payee_word = "payee-word", company_word = "company-word", old_debt = "old-debt",
    formal = "formal-tone", private = "private-tone", claimed_word = "claimed-word", fee_word = "fee-word",
    principal_word = "principal-word", limit_word = "limit-word", paid_word = "paid-word", received_word = "received-word",
    lender_name = "lender-name", file_suffix = "installable", disguise = "disguise-word", creditor = "creditor-named",
    hostile = "hostile-tone", debt_tone = "debt-tone", private_strong = "private-strong", trade = "trade-word",
}

/// How each role is claimed: by speaking as one, or by such a name in the signature.
#[derive(Clone, Copy, Debug)]
pub struct RoleConcepts {
    /// The role.
    pub role: Role,
    /// `claim-…`, said anywhere.
    pub claim: Option<Concept>,
    /// `name-…`, counted in a signature only.
    pub name: Option<Concept>,
}

impl NamedConcepts {
    /// Returns the tracked concepts, by slot.
    fn tracked(&self) -> [Concept; slot::COUNT] {
        [
            self.annual_word,
            self.monthly_word,
            self.daily_word,
            self.fee_word,
            self.principal_word,
            self.limit_word,
            self.paid_word,
            self.received_word,
            self.claimed_word,
            self.wechat,
            self.qq,
            self.messenger,
            self.tail_word,
            self.code_word,
            self.account_word,
        ]
    }
}

impl Index {
    /// Lays out the knowledge.
    pub fn new(knowledge: Knowledge) -> Self {
        let library = &knowledge.library;
        let tables = Tables::new(library);
        let concepts = concept_names(library);
        let find = |name: &str| concepts.binary_search_by(|c| c.as_str().cmp(name)).unwrap_or(0) as Concept;
        let named = NamedConcepts::new(find);
        let institutions = institutions(library);
        let (words, mut meanings) = words(library, &tables, &find, &institutions);
        let mut computed = vec![0; MOST_CONCEPTS];
        for name in vocabulary::COMPUTED_CONCEPTS {
            let mut concepts = ConceptSet::default();
            concepts.add(find(name));
            computed[usize::from(find(name))] = meanings.place(concepts);
        }
        let numbers = numbers(library, &institutions);
        let plan = NumberPlan::new(library);
        let hosts = Hosts::new(library, &institutions);
        let rules = RuleBook::new(library, &concepts);
        let mut pairs = Vec::new();
        let mut meanings = meanings.list;
        let ties = meanings.iter_mut().map(|meaning| connect(meaning, &rules, &named, &mut pairs)).collect();
        let flags = meanings.iter().map(|meaning| meaning.flags).collect();
        Self {
            tables,
            words,
            meanings,
            flags,
            ties,
            pairs,
            computed,
            concepts,
            institutions,
            numbers,
            plan,
            hosts,
            rules,
            named,
            knowledge,
        }
    }

    /// Returns what a word means.
    #[inline]
    pub fn meaning(&self, meaning: MeaningIndex) -> &Meaning {
        &self.meanings[usize::from(meaning)]
    }

    /// Returns the flags of a meaning.
    #[inline]
    pub fn flags(&self, meaning: MeaningIndex) -> u32 {
        self.flags[usize::from(meaning)]
    }

    /// Returns which of the concepts said behind a word, in its clause, make a pair with it.
    #[inline]
    pub fn follows(&self, meaning: MeaningIndex, later: ConceptSet) -> impl Iterator<Item = &Pair> {
        self.partners(&self.ties[usize::from(meaning)].follows, later)
    }

    /// Returns which of the concepts said in the sentence of a word make a pair with it.
    #[inline]
    pub fn together(&self, meaning: MeaningIndex, sentence: ConceptSet) -> impl Iterator<Item = &Pair> {
        self.partners(&self.ties[usize::from(meaning)].together, sentence)
    }

    #[inline]
    fn partners(&self, partners: &Partners, said: ConceptSet) -> impl Iterator<Item = &Pair> {
        let [from, to] = if partners.others.meets(said) { partners.pairs } else { [0, 0] };
        self.pairs[from as usize..to as usize].iter().filter(move |pair| said.has(pair.other))
    }

    /// Returns the concepts by which roles are claimed.
    pub fn role_concepts(&self) -> Vec<RoleConcepts> {
        let find = |name: String| self.concepts.binary_search(&name).ok().map(|index| index as Concept);
        Role::ALL
            .iter()
            .map(|&role| {
                let id = format!("{role:?}").to_lowercase();
                RoleConcepts { role, claim: find(format!("claim-{id}")), name: find(format!("name-{id}")) }
            })
            .collect()
    }

    /// Returns whose telephone number the codes are by the table, the default of a group first.
    pub fn holder(&self, codes: &[Code]) -> Option<InstitutionIndex> {
        let mut digits = [0u8; LONGEST_NUMBER];
        let mut length = 0;
        for &code in codes.iter().filter(|&&code| code != Code::from(b' ') && code != Code::from(b'-')) {
            *digits.get_mut(length)? = u8::try_from(code).ok()?;
            length += 1;
        }
        let number = std::str::from_utf8(&digits[..length]).ok()?;
        self.numbers.get(number)?.first().copied()
    }

    /// Returns whether two institutions belong together.
    pub fn same_group(&self, a: InstitutionIndex, b: InstitutionIndex) -> bool {
        self.institutions[usize::from(a)].group == self.institutions[usize::from(b)].group
    }
}

/// The computed concepts, those the code names and those of the lexicon; sorted, so that an index is stable.
fn concept_names(library: &Library) -> Vec<String> {
    let mut names: Vec<String> = vocabulary::COMPUTED_CONCEPTS.iter().map(|c| (*c).to_owned()).collect();
    names.extend(NamedConcepts::NAMES.iter().map(|c| (*c).to_owned()));
    names.extend(library.lexicon.keys().cloned());
    names.sort();
    names.dedup();
    assert!(names.len() <= MOST_CONCEPTS, "more concepts than a set holds: widen CONCEPT_WORDS");
    names
}

fn institutions(library: &Library) -> Vec<KnownInstitution> {
    let mut known: Vec<KnownInstitution> = library
        .institution
        .iter()
        .enumerate()
        .map(|(index, (id, institution))| {
            let group = library.group.values().enumerate().find_map(|(at, group)| {
                let rank = group.members.iter().position(|member| member == id)?;
                Some((at as u16, rank as u16))
            });
            let (group, rank) = group.unwrap_or((10_000 + index as u16, 0));
            let mut endings: Vec<String> = institution
                .hotlines
                .iter()
                .chain(&institution.senders)
                .filter(|n| (5..=7).contains(&n.len()) && is_short_code(n))
                .cloned()
                .collect();
            endings.sort();
            endings.dedup();
            KnownInstitution {
                id: id.clone(),
                name: institution.name.clone(),
                kind: institution.kind.clone(),
                role: role_of(&institution.kind),
                lends: lends(&institution.kind),
                group,
                rank,
                endings,
                group_endings: Vec::new(),
            }
        })
        .collect();
    for at in 0..known.len() {
        let own = known.iter().filter(|other| other.group == known[at].group);
        known[at].group_endings = own.flat_map(|other| other.endings.iter().cloned()).collect();
    }
    known
}

/// Codes that a port's ending can speak of: 95…, 96…, 12…, 100….
pub fn is_short_code(number: &str) -> bool {
    ["95", "96", "12", "100"].iter().any(|prefix| number.starts_with(prefix))
}

fn lends(kind: &str) -> bool {
    kind.starts_with("bank") || matches!(kind, "consumer-finance" | "platform" | "housing-fund" | "small-loan")
}

fn role_of(kind: &str) -> Option<Role> {
    Some(match kind {
        kind if kind.starts_with("bank") => Role::Bank,
        "consumer-finance" | "platform" | "payment" | "small-loan" | "commerce" => Role::Platform,
        "court" => Role::Court,
        "police" => Role::Police,
        "regulator" | "credit-bureau" => Role::Regulator,
        "bar" | "legal-service" => Role::Lawyer,
        "carrier" => Role::Carrier,
        "tax" | "social-security" | "housing-fund" | "government" => Role::Government,
        "delivery" => Role::Delivery,
        "unlisted" => return None,
        _ => Role::Company,
    })
}

/// The concept of spellings that only serve to get past a filter.
const DISGUISES: &str = "disguise-word";

/// Joins what the rules read of a word's concepts.
fn connect(meaning: &mut Meaning, rules: &RuleBook, named: &NamedConcepts, pairs: &mut Vec<Pair>) -> Ties {
    let concepts = meaning.concepts;
    let flag = |concept, flag| if concepts.has(concept) { flag } else { 0 };
    let tracked = named.tracked();
    meaning.flags = flag(named.negator, Meaning::NEGATOR)
        | flag(named.warning, Meaning::WARNING)
        | flag(named.neutral, Meaning::NEUTRAL)
        | tracked.iter().enumerate().fold(0, |flags, (slot, &concept)| flags | flag(concept, 1 << slot));
    let is_denied = rules.denials().any(|(concept, _)| concepts.has(concept));
    meaning.flags |= if is_denied { Meaning::IS_DENIED } else { 0 };
    let mut join = |of: &dyn Fn(Concept) -> Vec<Pair>| {
        let from = pairs.len() as u32;
        pairs.extend(concepts.iter().flat_map(of));
        let mut others = ConceptSet::default();
        pairs[from as usize..].iter().for_each(|pair| others.add(pair.other));
        Partners { others, pairs: [from, pairs.len() as u32] }
    };
    let follows = join(&|concept| rules.follows(concept).to_vec());
    let together = join(&|concept| rules.together(concept).to_vec());
    let any = |partners: &Partners, flag| if partners.pairs[0] < partners.pairs[1] { flag } else { 0 };
    meaning.flags |= any(&follows, Meaning::IS_FOLLOWED) | any(&together, Meaning::IS_JOINED);
    Ties { follows, together }
}

/// Meanings, each once.
#[derive(Default)]
struct Meanings {
    list: Vec<Meaning>,
    places: HashMap<ConceptSet, MeaningIndex>,
}

impl Meanings {
    /// Returns the meaning that expresses these concepts.
    fn place(&mut self, concepts: ConceptSet) -> MeaningIndex {
        *self.places.entry(concepts).or_insert_with(|| {
            self.list.push(Meaning { concepts, ..Meaning::default() });
            (self.list.len() - 1) as MeaningIndex
        })
    }
}

/// Terms as normalised words in one buffer, each with a concept that it expresses.
#[derive(Default)]
struct Terms {
    codes: Vec<Code>,
    words: Vec<(u32, u32, Concept)>,
}

impl Terms {
    fn add(&mut self, word: &[Code], concept: Concept) {
        if !word.is_empty() {
            let start = self.codes.len() as u32;
            self.codes.extend_from_slice(word);
            self.words.push((start, self.codes.len() as u32, concept));
        }
    }

    fn word(&self, &(start, end, _): &(u32, u32, Concept)) -> &[Code] {
        &self.codes[start as usize..end as usize]
    }

    fn sort(&mut self) {
        let mut words = std::mem::take(&mut self.words);
        words.sort_by(|a, b| self.word(a).cmp(self.word(b)).then(a.2.cmp(&b.2)));
        self.words = words;
    }

    /// Returns the concepts of a word; the terms must be sorted.
    fn concepts(&self, word: &[Code]) -> ConceptSet {
        let from = self.words.partition_point(|entry| self.word(entry) < word);
        let mut concepts = ConceptSet::default();
        self.words[from..].iter().take_while(|entry| self.word(entry) == word).for_each(|entry| concepts.add(entry.2));
        concepts
    }
}

/// Lays out words and names. A term that itself reads like a disguise of another word is left out: it would match
/// that word everywhere.
fn words(
    library: &Library,
    tables: &Tables,
    concept: &impl Fn(&str) -> Concept,
    institutions: &[KnownInstitution],
) -> (Trie<Payload>, Meanings) {
    let mut text = Text::default();
    let mut terms = Terms::default();
    for (name, lexicon) in library.lexicon.iter().filter(|(name, _)| *name != DISGUISES) {
        let concept = concept(name);
        for term in &lexicon.terms {
            tables.normalise(term, &mut text);
            if text.marked & Mark::REWRITTEN == 0 {
                terms.add(&text.codes, concept);
            }
        }
    }
    terms.sort();
    add_disguises(library, tables, concept(DISGUISES), &mut terms);
    terms.sort();
    let mut builder = TrieBuilder::default();
    let mut meanings = Meanings::default();
    for same in terms.words.chunk_by(|a, b| terms.word(a) == terms.word(b)) {
        let mut concepts = ConceptSet::default();
        for entry in same {
            concepts.add(entry.2);
        }
        builder.add(terms.word(&same[0]), Payload::Word(meanings.place(concepts)));
    }
    // The default of a group comes first, so that a shared name means it.
    let mut order: Vec<usize> = (0..institutions.len()).collect();
    order.sort_by_key(|&index| (institutions[index].rank, index));
    for index in order {
        let institution = &library.institution[&institutions[index].id];
        let mut add = |word: &str, via| {
            tables.normalise(word, &mut text);
            builder.add(&text.codes, Payload::Institution(index as u16, via));
        };
        add(&institution.name, Via::SignatureName);
        institution.aliases.iter().for_each(|word| add(word, Via::Name));
        institution.signature_aliases.iter().for_each(|word| add(word, Via::SignatureName));
        institution.products.iter().for_each(|word| add(word, Via::Product));
        institution.apps.iter().for_each(|word| add(word, Via::App));
    }
    (builder.build(), meanings)
}

/// Spellings that only serve to get past a filter, and written-out disguises of contacts, which also stand for
/// whatever their plain form stands for. What normalisation has already undone is a plain word and no sign.
fn add_disguises(library: &Library, tables: &Tables, disguise: Concept, terms: &mut Terms) {
    let mut text = Text::default();
    let mut found: Vec<(Vec<Code>, ConceptSet)> = Vec::new();
    for term in library.lexicon.get(DISGUISES).iter().flat_map(|lexicon| &lexicon.terms) {
        tables.normalise(term, &mut text);
        if text.codes.iter().copied().eq(term.encode_utf16()) {
            found.push((text.codes.clone(), ConceptSet::default()));
        }
    }
    let rows = library.character.get("alias").map_or("", String::as_str).lines();
    for row in rows.filter(|row| row.ends_with("\tcontact")) {
        let mut cells = row.split('\t');
        let (Some(from), Some(to)) = (cells.next(), cells.next()) else { continue };
        tables.normalise(from, &mut text);
        let written = text.codes.clone();
        if from == to || written.len() < 2 || terms.concepts(&written) != ConceptSet::default() {
            continue;
        }
        tables.normalise(to, &mut text);
        let concepts = terms.concepts(&text.codes);
        if concepts != ConceptSet::default() {
            found.push((written, concepts));
        }
    }
    for (word, concepts) in found {
        concepts.iter().for_each(|concept| terms.add(&word, concept));
        terms.add(&word, disguise);
    }
}

fn numbers(library: &Library, institutions: &[KnownInstitution]) -> FixedMap<String, Vec<InstitutionIndex>> {
    let mut numbers: FixedMap<String, Vec<InstitutionIndex>> = FixedMap::default();
    for (index, known) in institutions.iter().enumerate() {
        let institution = &library.institution[&known.id];
        for number in institution.hotlines.iter().chain(&institution.senders) {
            let holders = numbers.entry(number.clone()).or_default();
            if !holders.contains(&(index as u16)) {
                holders.push(index as u16);
                holders.sort_by_key(|&holder| (institutions[usize::from(holder)].rank, holder));
            }
        }
    }
    numbers
}
