//! Hosts: whose they are, and whom they imitate. Goes from the candidate to the brand, never by a list of seen
//! imitations; no address is ever opened.

use knowledge::Library;

use crate::hash::FixedMap;
use crate::index::KnownInstitution;
use crate::scan::RawLink;
use crate::trie::{Code, Trie, TrieBuilder};
use crate::verdict::{InstitutionIndex, LinkVerdict};

/// A latin spelling of a brand, with its one form for look-alike letters.
#[derive(Debug)]
struct Spelling {
    text: String,
    skeleton: String,
    institution: InstitutionIndex,
}

/// Every host and spelling that is known.
#[derive(Debug)]
pub struct Hosts {
    official: FixedMap<String, Vec<InstitutionIndex>>,
    /// Official domains with hyphens written as dots, to be found inside a host dressed up as one.
    dressed: FixedMap<String, InstitutionIndex>,
    spellings: Vec<Spelling>,
    by_text: FixedMap<String, InstitutionIndex>,
    by_skeleton: FixedMap<String, InstitutionIndex>,
    /// Spellings and skeletons of four letters and more, to be found inside a word.
    inside: Trie<Inside>,
    /// Spellings of four letters and more by what is left when one letter is taken out, to find slips.
    slips: FixedMap<String, Vec<u16>>,
    listed: FixedMap<String, HostKind>,
}

/// A spelling found inside a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Inside {
    spelling: u16,
    is_skeleton: bool,
}

/// Whom a host imitates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Imitation {
    /// A brand.
    Of(InstitutionIndex),
    /// A public authority, without a name.
    OfAuthority,
    /// Nobody.
    None,
}

/// What is known of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkCheck {
    /// What the host is.
    pub verdict: LinkVerdict,
    /// Whom it imitates.
    pub imitates: Option<InstitutionIndex>,
    /// Whose official domain it is.
    pub owner: Option<InstitutionIndex>,
}

impl LinkCheck {
    fn plain(verdict: LinkVerdict) -> Self {
        Self { verdict, imitates: None, owner: None }
    }

    fn owned(verdict: LinkVerdict, owner: InstitutionIndex) -> Self {
        Self { owner: Some(owner), ..Self::plain(verdict) }
    }

    fn imitating(imitates: Option<InstitutionIndex>) -> Self {
        Self { imitates, ..Self::plain(LinkVerdict::Lookalike) }
    }
}

/// What a public host is listed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKind {
    /// Hides its target.
    Shortener,
    /// A public authority.
    Government,
    /// A well-known site.
    Common,
    /// Distributes software outside the stores.
    Download,
}

/// What stands beside a brand in an imitation.
const AFFIXES: [&str; 40] = [
    "bank", "card", "kf", "vip", "app", "pay", "loan", "wap", "web", "cn", "com", "service", "online", "hk", "my",
    "www", "safe", "login", "user", "credit", "xyk", "hb", "jb", "jr", "dk", "dl", "fw", "rz", "tk", "jf", "hk", "qy",
    "m", "e", "yh", "sj", "wx", "new", "top", "net",
];

impl Hosts {
    /// Lays out domains and spellings.
    pub fn new(library: &Library, institutions: &[KnownInstitution]) -> Self {
        let mut hosts = Self {
            official: FixedMap::default(),
            dressed: FixedMap::default(),
            inside: TrieBuilder::default().build(),
            slips: FixedMap::default(),
            spellings: Vec::new(),
            by_text: FixedMap::default(),
            by_skeleton: FixedMap::default(),
            listed: FixedMap::default(),
        };
        let mut order: Vec<usize> = (0..institutions.len()).collect();
        order.sort_by_key(|&index| (institutions[index].rank, index));
        for index in order {
            let institution = &library.institution[&institutions[index].id];
            for domain in &institution.domains {
                hosts.dressed.entry(domain.replace('-', ".")).or_insert(index as u16);
                hosts.official.entry(domain.clone()).or_default().push(index as u16);
            }
            for number in &institutions[index].endings {
                hosts.by_text.entry(number.clone()).or_insert(index as u16);
            }
            for text in &institution.spellings {
                let text = text.to_lowercase();
                hosts.by_text.entry(text.clone()).or_insert(index as u16);
                let skeleton = skeleton(&text);
                hosts.by_skeleton.entry(skeleton.clone()).or_insert(index as u16);
                hosts.spellings.push(Spelling { text, skeleton, institution: index as u16 });
            }
        }
        hosts.lay_out_spellings();
        for list in library.domain.values() {
            let kind = match list.kind.as_str() {
                "shortener" => HostKind::Shortener,
                "government" => HostKind::Government,
                "download" => HostKind::Download,
                _ => HostKind::Common,
            };
            hosts.listed.extend(list.host.iter().map(|host| (host.name.clone(), kind)));
        }
        hosts
    }

    /// Returns whether a word of a host is a brand's spelling of four letters and more, as it stands.
    pub fn spells_a_brand(&self, host: &str) -> bool {
        host.is_ascii() && tokens(host).any(|token| token.len() >= 4 && self.by_text.contains_key(token))
    }

    fn lay_out_spellings(&mut self) {
        let mut inside = TrieBuilder::default();
        for (at, spelling) in self.spellings.iter().enumerate() {
            let spelling_index = at as u16;
            if spelling.text.len() >= 3 {
                inside.add(&codes(&spelling.text), Inside { spelling: spelling_index, is_skeleton: false });
            }
            if spelling.text.len() >= 6 {
                inside.add(&codes(&spelling.skeleton), Inside { spelling: spelling_index, is_skeleton: true });
            }
            let has_digits = spelling.text.bytes().any(|byte| byte.is_ascii_digit());
            if spelling.text.len() >= 4 && !has_digits {
                for short in shortened(&spelling.text).chain([spelling.text.clone()]) {
                    self.slips.entry(short).or_default().push(spelling_index);
                }
            }
        }
        self.inside = inside.build();
    }

    /// Returns the institutions on whose domain a host lies, the default of a group first.
    pub fn owners(&self, host: &str) -> &[InstitutionIndex] {
        parents(host).find_map(|name| self.official.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Returns as what a host is listed.
    pub fn listed(&self, host: &str) -> Option<HostKind> {
        parents(host).find_map(|name| self.listed.get(name)).copied()
    }

    /// Judges a link for a message that claims to be of `claimed` (`same` says whether two belong together).
    ///
    /// 1. A bare address. 2. A domain of the table: official for its owner. 3. A listed shortener. 4. An imitation.
    /// 5. Unofficial where an institution is claimed, else unknown.
    pub fn judge(
        &self,
        raw: &RawLink,
        claimed: Option<InstitutionIndex>,
        same: impl Fn(InstitutionIndex, InstitutionIndex) -> bool,
    ) -> LinkCheck {
        if raw.is_ip {
            return LinkCheck::plain(LinkVerdict::Ip);
        }
        let host = shown_host(&raw.host);
        // What is official is decided by the name as it is, what imitates by the name as it is shown.
        let owners = if raw.user.is_empty() { self.owners(&raw.host) } else { &[] };
        if let Some(&first) = owners.first() {
            let Some(claimed) = claimed else { return LinkCheck::owned(LinkVerdict::Official, first) };
            let own = owners.iter().copied().find(|&owner| same(owner, claimed));
            return match own {
                Some(owner) => LinkCheck::owned(LinkVerdict::Official, owner),
                None => LinkCheck::owned(LinkVerdict::Unofficial, first),
            };
        }
        match self.listed(&raw.host) {
            Some(HostKind::Shortener) => return LinkCheck::plain(LinkVerdict::Shortener),
            Some(HostKind::Government) if raw.user.is_empty() => return LinkCheck::plain(LinkVerdict::Official),
            Some(HostKind::Common | HostKind::Download) if raw.user.is_empty() => {
                return LinkCheck::plain(LinkVerdict::Unknown);
            }
            _ => {}
        }
        match self.imitated(&host, raw, claimed, &same) {
            Imitation::Of(brand) => LinkCheck::imitating(Some(brand)),
            Imitation::OfAuthority => LinkCheck::imitating(claimed),
            Imitation::None if claimed.is_some() => LinkCheck::plain(LinkVerdict::Unofficial),
            Imitation::None => LinkCheck::plain(LinkVerdict::Unknown),
        }
    }

    /// Returns whom a host imitates.
    fn imitated(
        &self,
        host: &str,
        raw: &RawLink,
        claimed: Option<InstitutionIndex>,
        same: &impl Fn(InstitutionIndex, InstitutionIndex) -> bool,
    ) -> Imitation {
        if let Some(brand) = self.embedded_domain(host, raw) {
            return Imitation::Of(brand);
        }
        let free = host_without_suffix(host);
        let is_claimed = |brand: InstitutionIndex| claimed.is_some_and(|c| same(brand, c));
        for token in tokens(free) {
            if let Some(brand) = self.brand_of_token(token, &is_claimed) {
                return Imitation::Of(brand);
            }
        }
        let joined: String = free.chars().filter(char::is_ascii_alphanumeric).collect();
        if let Some(&brand) = self.by_text.get(&joined).filter(|_| joined.len() >= 5) {
            return Imitation::Of(brand);
        }
        let dressed = format!(".{}.", host.replace('-', "."));
        if dressed.contains(".gov.cn.") && !host.ends_with(".gov.cn") {
            Imitation::OfAuthority
        } else {
            Imitation::None
        }
    }

    /// An official domain inside the host, before an `@`, or at the head of the path.
    fn embedded_domain(&self, host: &str, raw: &RawLink) -> Option<InstitutionIndex> {
        let dotted = host.replace('-', ".");
        let labels: Vec<&str> = dotted.split('.').collect();
        let mut runs = (0..labels.len()).flat_map(|from| (from + 2..=labels.len()).rev().map(move |to| (from, to)));
        let in_host = runs.find_map(|(from, to)| self.dressed.get(&labels[from..to].join(".")));
        let head = raw.rest.trim_start_matches('/').split(['/', '?', '#']).next().unwrap_or_default().to_lowercase();
        in_host
            .copied()
            .or_else(|| self.owners(&raw.user).first().copied())
            .or_else(|| self.owners(&head).first().copied())
    }

    /// Returns the brand that one word of a host spells, resembles or contains.
    fn brand_of_token(&self, token: &str, is_claimed: &impl Fn(InstitutionIndex) -> bool) -> Option<InstitutionIndex> {
        let strong = |brand: InstitutionIndex| token.len() >= 4 || is_claimed(brand);
        if token.len() < 3 || !token.is_ascii() {
            return None;
        }
        let plain = skeleton(token);
        let whole = self.by_text.get(token).or_else(|| self.by_skeleton.get(&plain)).copied();
        if let Some(brand) = whole.filter(|&brand| strong(brand)) {
            return Some(brand);
        }
        let mut best: Option<&Spelling> = None;
        let mut found: Vec<u16> = Vec::new();
        for (word, is_skeleton) in [(token, false), (plain.as_str(), true)] {
            let word = codes(word);
            for at in 0..word.len() {
                self.inside.walk(&word[at..], |_, inside| {
                    found.extend(inside.iter().filter(|i| i.is_skeleton == is_skeleton).map(|i| i.spelling));
                });
            }
        }
        let contained = found.len();
        let slips = shortened(token).chain([token.to_owned()]).filter_map(|short| self.slips.get(&short));
        found.extend(slips.flatten());
        for (at, &index) in found.iter().enumerate() {
            let spelling = &self.spellings[usize::from(index)];
            let claimed = is_claimed(spelling.institution);
            let hit = if at < contained {
                contains_brand(token, &spelling.text, claimed) || spelling.text.len() >= 6
            } else {
                is_near(token, &spelling.text, claimed)
            };
            if hit && best.is_none_or(|b| spelling.text.len() > b.text.len()) {
                best = Some(spelling);
            }
        }
        best.map(|spelling| spelling.institution)
    }
}

fn codes(text: &str) -> Vec<Code> {
    text.encode_utf16().collect()
}

/// The word with each of its letters taken out once.
fn shortened(word: &str) -> impl Iterator<Item = String> {
    (0..word.len()).filter_map(|at| Some([word.get(..at)?, word.get(at + 1..)?].concat()))
}

/// Returns whether a word has the brand inside: anywhere from five letters on, at an end beside an affix below that.
fn contains_brand(token: &str, brand: &str, claimed: bool) -> bool {
    let digits = brand.bytes().all(|byte| byte.is_ascii_digit());
    if brand.len() >= 5 && !digits {
        return token.contains(brand);
    }
    let rest = token.strip_prefix(brand).or_else(|| token.strip_suffix(brand));
    let Some(rest) = rest.filter(|rest| !rest.is_empty()) else { return false };
    let digits_beside = rest.bytes().all(|byte| byte.is_ascii_digit());
    match brand.len() {
        0..=2 => false,
        3 => claimed && (AFFIXES.contains(&rest) || digits_beside),
        _ => AFFIXES.contains(&rest) || digits_beside || (claimed && rest.len() <= 8),
    }
}

/// Returns whether a word is a slip away from a brand: one edit from five letters on, from four on where the
/// message claims to be that brand.
fn is_near(token: &str, brand: &str, claimed: bool) -> bool {
    let allowed = match brand.len() {
        0..=3 => return false,
        4 => usize::from(claimed),
        _ => 1,
    };
    if brand.bytes().any(|byte| byte.is_ascii_digit()) || token.len().abs_diff(brand.len()) > allowed {
        return false;
    }
    edit_distance(token.as_bytes(), brand.as_bytes()) <= allowed
}

/// Damerau-Levenshtein distance with adjacent transpositions (restricted).
fn edit_distance(a: &[u8], b: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

/// One form for letters and digits that look alike on a screen.
fn skeleton(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        plain.push(match character {
            'i' | '1' | '|' | 'j' => 'l',
            '0' => 'o',
            '5' => 's',
            '3' => 'e',
            '2' => 'z',
            '8' => 'b',
            '9' | 'q' => 'g',
            other => other,
        });
    }
    plain.replace("rn", "m").replace("vv", "w")
}

/// The words of a host: between dots and hyphens, and the letters and digits of mixed ones.
fn tokens(host: &str) -> impl Iterator<Item = &str> {
    let whole = host.split(['.', '-', '_']);
    whole.flat_map(|word| {
        let letters = word.trim_matches(|c: char| c.is_ascii_digit());
        let digits = word.trim_matches(|c: char| !c.is_ascii_digit());
        let mixed = letters.len() < word.len() && letters.len() >= 3;
        let numbered = digits.len() < word.len() && digits.len() >= 5;
        std::iter::once(word).chain(mixed.then_some(letters)).chain(numbered.then_some(digits))
    })
}

fn host_without_suffix(host: &str) -> &str {
    let suffix = psl::suffix(host.as_bytes()).map_or(0, |suffix| suffix.as_bytes().len() + 1);
    host.get(..host.len().saturating_sub(suffix)).unwrap_or(host)
}

/// The host and the names above it.
fn parents(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |name| name.split_once('.').map(|(_, rest)| rest))
}

/// What a reader sees of a host: punycode decoded, letters that look latin made latin.
fn shown_host(host: &str) -> String {
    if !host.contains("xn--") {
        return host.to_owned();
    }
    let (unicode, _) = idna::domain_to_unicode(host);
    unicode
        .chars()
        .map(|character| match character {
            'е' | 'ё' | 'é' | 'è' | 'ê' => 'e',
            'о' | 'ο' | 'ó' | 'ö' => 'o',
            'р' | 'ρ' => 'p',
            'у' | 'ý' => 'y',
            'х' => 'x',
            'і' | 'í' | 'ı' | 'ï' => 'i',
            'ј' => 'j',
            'ѕ' => 's',
            'к' | 'κ' => 'k',
            'в' | 'ь' => 'b',
            'м' => 'm',
            'н' => 'h',
            'т' => 't',
            'ѵ' | 'ν' => 'v',
            'ԁ' => 'd',
            'ɡ' => 'g',
            'α' | 'á' | 'à' | 'ä' | 'а' => 'a',
            'ӏ' | 'ł' => 'l',
            'ú' | 'ü' => 'u',
            'ñ' | 'ո' => 'n',
            'ç' | 'с' => 'c',
            other => other,
        })
        .collect()
}
