//! The tables behind normalisation, built once from `knowledge/character/`. Holds no text.

use std::collections::HashMap;

use knowledge::Library;

use crate::hash::{FixedMap, FixedSet};
use crate::trie::{CODES, Code, by_code};

/// What was undone at a code; bits.
#[derive(Debug)]
pub struct Mark;

impl Mark {
    /// Full-width, half-width, compatibility form.
    pub const FORM: u8 = 1;
    /// Traditional or variant character.
    pub const TRADITIONAL: u8 = 2;
    /// An invisible character stood before it.
    pub const INVISIBLE: u8 = 4;
    /// A combining mark stood on it.
    pub const COMBINING: u8 = 8;
    /// A foreign letter that looks like it.
    pub const CONFUSABLE: u8 = 16;
    /// A look-alike or sound-alike character, or one split in two.
    pub const REWRITTEN: u8 = 32;
    /// A separator stood before it.
    pub const SEPARATED: u8 = 64;
    /// A circled, squared or emoji digit or letter.
    pub const ENCLOSED: u8 = 128;
}

/// What a code is; bits.
#[derive(Debug)]
pub struct Property;

impl Property {
    /// A Chinese character.
    pub const CJK: u16 = 1;
    /// 0 to 9.
    pub const DIGIT: u16 = 2;
    /// a to z.
    pub const LETTER: u16 = 4;
    /// Ends a sentence.
    pub const SENTENCE_END: u16 = 8;
    /// Ends a clause (a sentence's end does too).
    pub const CLAUSE_END: u16 = 16;
    /// A blank.
    pub const SPACE: u16 = 32;
    /// A mark that is put between characters to hide words.
    pub const SEPARATOR: u16 = 64;
    /// A Chinese digit.
    pub const CHINESE_DIGIT: u16 = 128;
    /// First part of a split character.
    pub const SPLIT: u16 = 256;
    /// Opens a template's slot or the year of a case number.
    pub const OPENS: u16 = 512;
    /// A letter that stands for a digit: l, i, o.
    pub const DIGIT_LIKE: u16 = 1024;
    /// A character that ordinary text writes as a word of its own.
    pub const FUNCTION: u16 = 16_384;
    /// A Chinese digit or a unit that numbers are written with.
    pub const NUMERAL: u16 = 32_768;
    /// A foreign letter.
    pub const FOREIGN: u16 = 2048;
    /// An opening or closing bracket of a signature.
    pub const BRACKET: u16 = 4096;
    /// A character that only simplified writing has.
    pub const SIMPLIFIED: u16 = 8192;
}

const CJK_FIRST: u32 = 0x4E00;
const CJK_LAST: u32 = 0x9FFF;
const SYLLABLES: usize = 512;
/// Guarded words are at most this long.
const LONGEST_GUARDED: usize = 4;
const MANY: u16 = 0xE000;
/// Simplified forms that traditional writing has too, as other words.
const SHARED: &str = "后里面干台只发谷丑表云系了向才布于余松准制几占卷叶合吊周咸回困姜家志念愿扎折据控斗旋曲术朱朴极板欲气注涂游种秋签累升卜万与出别刮吃同吁哄嘴坛复尽并弦彩征念恤托抱捆摆昆晒杰柜栖棱沾泛泄洁洒淋漓灶烟煙熏疴痴皋皂盘睾碗秘稿穗策粗纤绣罗群羡肮脏腌舍苏苹范荐药蒙蔑虫虱蜡裸谥赞踪迹酬采里鉴钟针锈镰闲霉面须馆麻龙";

/// A character after folding.
#[derive(Clone, Copy, Debug)]
pub enum Folded<'a> {
    /// Unchanged.
    Same(Code),
    /// Another code, and what was undone.
    One(Code, u8),
    /// Nothing, and what was undone.
    Dropped(u8),
    /// Several codes, and what was undone.
    Many(&'a [Code], u8),
}

/// A word whose homophones are recognised.
#[derive(Clone, Copy, Debug)]
pub struct Guarded {
    codes: [Code; LONGEST_GUARDED],
    syllables: [u16; LONGEST_GUARDED],
    length: u8,
}

impl Guarded {
    /// Returns the word.
    #[inline]
    pub(super) fn codes(&self) -> &[Code] {
        &self.codes[..usize::from(self.length)]
    }

    /// Returns its sounds.
    #[inline]
    pub(crate) fn syllables(&self) -> &[u16] {
        &self.syllables[..usize::from(self.length)]
    }
}

/// What is known of one code, side by side so that one look fetches it all.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CodeInfo {
    /// What it becomes: itself, another code, 0 for nothing, [`MANY`] and more for several.
    fold: u16,
    pub(super) property: u16,
    pub(super) syllable: u16,
    mark: u8,
    /// What folding looks out for ([`CodeInfo`] bits).
    pub(super) note: u8,
}

impl CodeInfo {
    /// A guarded word begins with its syllable.
    const BEGINS: u8 = 1;
    /// A guarded word has its syllable in the second place: the bit above [`CodeInfo::BEGINS`].
    pub(super) const CONTINUES: u8 = 2;
    /// It is the first part of a split character.
    pub(super) const SPLITS: u8 = 4;
    /// It is a blank or separator.
    pub(super) const BETWEEN: u8 = 8;
    /// It is a Chinese digit.
    pub(super) const COUNTS: u8 = 16;
    /// It becomes nothing or several codes.
    const IS_ODD: u8 = 32;
}

/// All tables of normalisation.
#[derive(Debug)]
pub struct Tables {
    info: Box<[CodeInfo; CODES]>,
    many: Vec<Vec<Code>>,
    astral: FixedMap<u32, (Vec<Code>, u8)>,
    pub(super) split: FixedMap<[Code; 2], Code>,
    /// A filter over first pairs of split characters, so that most places cost one look.
    split_filter: Vec<u64>,
    pub(super) split_three: FixedMap<[Code; 3], Code>,
    pair_sound: Vec<u64>,
    /// Guarded words sorted by sound, and where those with each first syllable lie.
    guarded: Vec<Guarded>,
    by_sound: Vec<[u16; 2]>,
    pub(super) guarded_words: FixedSet<Vec<Code>>,
    pub(super) common_words: FixedSet<Vec<Code>>,
    pub(super) longest_guarded: usize,
    /// Two-character words of ordinary text, sorted.
    pairs: Vec<u32>,
}

impl Tables {
    /// Builds the tables; rows that cannot be read are skipped (the knowledge check reports them).
    pub fn new(library: &Library) -> Self {
        let mut tables = Self {
            info: by_code(
                (0..=u16::MAX)
                    .map(|code| if (0xE000..=0xF8FF).contains(&code) { 0xFFFD } else { code })
                    .map(|fold| CodeInfo { fold, ..CodeInfo::default() })
                    .collect(),
            ),
            many: Vec::new(),
            astral: FixedMap::default(),
            split: FixedMap::default(),
            split_filter: vec![0; 1 << 10],
            split_three: FixedMap::default(),
            pair_sound: vec![0; SYLLABLES * SYLLABLES / 64],
            guarded: Vec::new(),
            by_sound: vec![[0, 0]; SYLLABLES],
            guarded_words: FixedSet::default(),
            common_words: FixedSet::default(),
            longest_guarded: 2,
            pairs: Vec::new(),
        };
        let table = |name: &str| library.character.get(name).map_or("", String::as_str);
        tables.add_folds(table("fold"));
        tables.add_martian(table("martian"));
        tables.add_aliases(table("alias"));
        tables.settle();
        tables.add_properties();
        tables.add_splits(table("split"));
        tables.add_sounds(table("pinyin"), table("guarded"), table("common-words"));
        tables.add_ordinary(table("pairs"), table("function"));
        tables.add_notes();
        tables
    }

    /// Returns what a character becomes.
    #[inline]
    pub fn fold(&self, character: char) -> Folded<'_> {
        let point = character as u32;
        if point > 0xFFFF {
            return match self.astral.get(&point) {
                Some((codes, mark)) if codes.is_empty() => Folded::Dropped(*mark),
                Some((codes, mark)) => Folded::Many(codes, *mark),
                None => Folded::Same(0xFFFD),
            };
        }
        let code = point as u16;
        let CodeInfo { fold: to, mark, .. } = self.info[usize::from(code)];
        if to == code {
            return Folded::Same(code);
        }
        match to {
            0 => Folded::Dropped(mark),
            MANY..=0xF8FF => Folded::Many(&self.many[usize::from(to - MANY)], mark),
            _ => Folded::One(to, mark),
        }
    }

    /// Returns the one code that a character becomes and what was undone; `None` where [`Tables::fold`] must be asked.
    #[inline]
    pub(super) fn fold_one(&self, character: char) -> Option<(Code, u8)> {
        let info = self.info.get(character as usize)?;
        (info.note & CodeInfo::IS_ODD == 0).then_some((info.fold, info.mark))
    }

    /// Returns what a code is ([`Property`] bits).
    #[inline]
    pub fn property(&self, code: Code) -> u16 {
        self.info[usize::from(code)].property
    }

    #[inline]
    pub(super) fn info(&self, code: Code) -> CodeInfo {
        self.info[usize::from(code)]
    }

    /// Returns whether a code has any of the properties.
    #[inline]
    pub fn is(&self, code: Code, properties: u16) -> bool {
        self.property(code) & properties != 0
    }

    #[inline]
    pub(super) fn may_be_split(&self, first: Code, second: Code) -> bool {
        let bit = split_bit(first, second);
        self.split_filter[bit / 64] >> (bit % 64) & 1 == 1
    }

    #[inline]
    pub(crate) fn syllable(&self, code: Code) -> u16 {
        self.info[usize::from(code)].syllable
    }

    #[inline]
    pub(super) fn has_sound(&self, first: u16, second: u16) -> bool {
        let bit = usize::from(first) * SYLLABLES + usize::from(second);
        self.pair_sound[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// Returns whether a code is a character that only simplified writing has.
    pub fn is_simplified_only(&self, code: Code) -> bool {
        self.is(code, Property::SIMPLIFIED)
    }

    /// Returns the guarded words that begin with these two syllables.
    pub(super) fn sounding(&self, first: u16, second: u16) -> &[Guarded] {
        let [from, to] = self.by_sound[usize::from(first)];
        let words = &self.guarded[usize::from(from)..usize::from(to)];
        let from = words.partition_point(|word| word.syllables[1] < second);
        let length = words[from..].partition_point(|word| word.syllables[1] == second);
        &words[from..from + length]
    }

    fn set_fold(&mut self, from: char, to: &str, mark: u8) {
        let codes: Vec<Code> = to.chars().map(|c| Code::try_from(c as u32).unwrap_or(0xFFFD)).collect();
        if from as u32 > 0xFFFF {
            self.astral.insert(from as u32, (codes, mark));
            return;
        }
        let at = from as usize;
        self.info[at].mark = mark;
        self.info[at].fold = match codes[..] {
            [] => 0,
            [one] => one,
            _ if self.many.len() < 0x1800 => {
                self.many.push(codes);
                MANY + (self.many.len() - 1) as u16
            }
            _ => return,
        };
    }

    /// Rows `U+XXXX TAB to TAB class`.
    fn add_folds(&mut self, rows: &str) {
        for row in data_rows(rows) {
            let mut cells = row.split('\t');
            let (Some(from), Some(to), class) = (cells.next(), cells.next(), cells.next().unwrap_or_default()) else {
                continue;
            };
            let Some(from) = parse_character(from) else { continue };
            let mark = match class {
                "width" | "compat" if is_enclosed(from) => Mark::ENCLOSED,
                "width" | "compat" => Mark::FORM,
                "simplify" => {
                    let simplified = to.encode_utf16().next().filter(|&code| !SHARED.encode_utf16().any(|s| s == code));
                    if let Some(code) = simplified {
                        self.info[usize::from(code)].property |= Property::SIMPLIFIED;
                    }
                    Mark::TRADITIONAL
                }
                "invisible" => Mark::INVISIBLE,
                "combining" => Mark::COMBINING,
                "confusable" => Mark::CONFUSABLE,
                _ => 0,
            };
            self.set_fold(from, to, mark);
        }
    }

    /// Rows `from TAB to [TAB name|variant]`; characters usual in names are left alone, variants hide nothing.
    fn add_martian(&mut self, rows: &str) {
        for row in data_rows(rows) {
            let mut cells = row.split('\t');
            let (Some(from), Some(to), remark) = (cells.next(), cells.next(), cells.next()) else { continue };
            let mark = match remark {
                None => Mark::REWRITTEN,
                Some("variant") => Mark::FORM,
                Some(_) => continue,
            };
            let mut characters = from.chars();
            if let (Some(from), None) = (characters.next(), characters.next()) {
                self.set_fold(from, to, mark);
            }
        }
    }

    /// Rows `from TAB to TAB kind`: only the single symbols (🐧, ➕) are folded; longer ones are words of lexicons.
    fn add_aliases(&mut self, rows: &str) {
        for row in data_rows(rows) {
            let mut cells = row.split('\t');
            let (Some(from), Some(to)) = (cells.next(), cells.next()) else { continue };
            let mut characters = from.chars();
            let (Some(symbol), None) = (characters.next(), characters.next()) else { continue };
            let is_word = (CJK_FIRST..=CJK_LAST).contains(&(symbol as u32)) || symbol.is_alphanumeric();
            if !is_word {
                self.set_fold(symbol, &to.to_lowercase(), Mark::REWRITTEN);
            }
        }
    }

    /// Folds what folds come to, so that folding twice is folding once across all tables.
    fn settle(&mut self) {
        let settled = |tables: &Self, codes: &[Code]| -> Vec<Code> {
            let mut codes = codes.to_vec();
            for _ in 0..3 {
                codes = codes.iter().flat_map(|&code| tables.folded(code)).collect();
            }
            codes
        };
        for at in 0..=u16::MAX {
            let fold = self.info[usize::from(at)].fold;
            if fold != at && fold != 0 && fold != 0xFFFD {
                let codes = settled(self, &self.folded(at));
                let (Some(from), mark) = (char::from_u32(u32::from(at)), self.info[usize::from(at)].mark) else {
                    continue;
                };
                self.set_fold(from, &String::from_utf16_lossy(&codes), mark);
            }
        }
        // What stays as it is was not undone.
        let unchanged = self.info.iter_mut().enumerate().filter(|(code, info)| usize::from(info.fold) == *code);
        unchanged.for_each(|(_, info)| info.mark = 0);
        let astral: Vec<(u32, Vec<Code>)> =
            self.astral.iter().map(|(&point, (codes, _))| (point, codes.clone())).collect();
        for (point, codes) in astral {
            let codes = settled(self, &codes);
            self.astral.entry(point).and_modify(|(old, _)| *old = codes);
        }
    }

    /// What one code becomes.
    fn folded(&self, code: Code) -> Vec<Code> {
        match self.info[usize::from(code)].fold {
            0 => Vec::new(),
            many @ MANY..=0xF8FF => self.many[usize::from(many - MANY)].clone(),
            one => vec![one],
        }
    }

    fn add_properties(&mut self) {
        for point in CJK_FIRST..=CJK_LAST {
            self.info[point as usize].property |= Property::CJK;
        }
        for point in (0x3400..=0x4DBF).chain(0xF900..=0xFAFF).chain([0x3007, 0x2E80]) {
            self.info[point].property |= Property::CJK;
        }
        let mut add = |characters: &str, property: u16| {
            for character in characters.chars() {
                self.info[character as usize].property |= property;
            }
        };
        add("0123456789", Property::DIGIT);
        add("abcdefghijklmnopqrstuvwxyz", Property::LETTER);
        add("。!?;\n…", Property::SENTENCE_END | Property::CLAUSE_END);
        add(",", Property::CLAUSE_END);
        add(" \t\r\u{3000}\u{a0}", Property::SPACE);
        add("·*_|^~/\\-+.=•・●★☆※'`\"#&<>、\u{2022}\u{30fb}♥♡❤◆■□○◇△▲▽▼→←↑↓", Property::SEPARATOR);
        add("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺", Property::CHINESE_DIGIT);
        add("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两十百千万亿拾佰仟", Property::NUMERAL);
        add("lio", Property::DIGIT_LIKE);
        add("【】[]", Property::BRACKET);
        add("{$#([【〔", Property::OPENS);
        for point in (0xC0..0x250).chain(0x370..0x600) {
            self.info[point].property |= Property::FOREIGN;
        }
    }

    /// Notes beside each code what folding looks out for.
    fn add_notes(&mut self) {
        let pairs = [
            (Property::SPLIT, CodeInfo::SPLITS),
            (Property::SEPARATOR | Property::SPACE, CodeInfo::BETWEEN),
            (Property::CHINESE_DIGIT, CodeInfo::COUNTS),
        ];
        for info in self.info.iter_mut() {
            for (property, note) in pairs {
                info.note |= if info.property & property != 0 { note } else { 0 };
            }
            let is_odd = info.fold == 0 || (MANY..=0xF8FF).contains(&info.fold);
            info.note |= if is_odd { CodeInfo::IS_ODD } else { 0 };
        }
    }

    /// Rows `parts TAB whole`.
    fn add_splits(&mut self, rows: &str) {
        for row in data_rows(rows) {
            let Some((parts, whole)) = row.split_once('\t') else { continue };
            let parts: Vec<Code> = parts.encode_utf16().collect();
            let Some(whole) = whole.trim().encode_utf16().next() else { continue };
            match parts[..] {
                [a, b] => drop(self.split.insert([a, b], whole)),
                [a, b, c] => drop(self.split_three.insert([a, b, c], whole)),
                _ => continue,
            }
            self.info[usize::from(parts[0])].property |= Property::SPLIT;
            let bit = split_bit(parts[0], parts[1]);
            self.split_filter[bit / 64] |= 1 << (bit % 64);
        }
    }

    fn add_sounds(&mut self, pinyin: &str, guarded: &str, common: &str) {
        let mut names: HashMap<&str, u16> = HashMap::new();
        for row in data_rows(pinyin) {
            let mut cells = row.split('\t');
            let (Some(character), Some(readings)) = (cells.next(), cells.next()) else { continue };
            let Some(first) = readings.split(',').next() else { continue };
            let next = (names.len() + 1) as u16;
            let syllable = *names.entry(first).or_insert(next);
            let point = character.chars().next().map_or(u32::MAX, |c| c as u32);
            if (CJK_FIRST..=CJK_LAST).contains(&point) {
                self.info[point as usize].syllable = syllable.min(SYLLABLES as u16 - 1);
            }
        }
        for word in data_rows(guarded) {
            self.add_guarded(&word.trim().encode_utf16().collect::<Vec<Code>>());
        }
        self.guarded.sort_by(|a, b| a.syllables().cmp(b.syllables()).then(a.codes().cmp(b.codes())));
        for (index, word) in self.guarded.iter().enumerate().rev() {
            let slot = &mut self.by_sound[usize::from(word.syllables[0])];
            *slot = [index as u16, slot[1].max(index as u16 + 1)];
        }
        let (mut begins, mut continues) = (vec![false; SYLLABLES], vec![false; SYLLABLES]);
        for word in &self.guarded {
            begins[usize::from(word.syllables[0])] = true;
            continues[usize::from(word.syllables[1])] = true;
        }
        for info in self.info.iter_mut() {
            let syllable = usize::from(info.syllable);
            info.note |= if begins[syllable] { CodeInfo::BEGINS } else { 0 };
            info.note |= if continues[syllable] { CodeInfo::CONTINUES } else { 0 };
        }
        self.common_words = data_rows(common).map(|word| word.trim().encode_utf16().collect()).collect();
    }

    /// Rows `first TAB followers` of two-character words, and characters that stand alone.
    fn add_ordinary(&mut self, pairs: &str, function: &str) {
        for row in data_rows(pairs) {
            let Some((first, followers)) = row.split_once('\t') else { continue };
            let Some(first) = first.encode_utf16().next() else { continue };
            self.pairs.extend(followers.encode_utf16().map(|next| pair_key(first, next)));
        }
        self.pairs.sort_unstable();
        for code in data_rows(function).flat_map(str::encode_utf16) {
            self.info[usize::from(code)].property |= Property::FUNCTION;
        }
    }

    /// Returns whether two characters are a word of ordinary text.
    pub(super) fn is_pair(&self, first: Code, second: Code) -> bool {
        self.pairs.binary_search(&pair_key(first, second)).is_ok()
    }

    fn add_guarded(&mut self, codes: &[Code]) {
        let syllables: Vec<u16> = codes.iter().map(|&code| self.syllable(code)).collect();
        if !(2..=LONGEST_GUARDED).contains(&codes.len()) {
            return;
        }
        self.guarded_words.insert(codes.to_vec());
        self.longest_guarded = self.longest_guarded.max(codes.len());
        if syllables.contains(&0) {
            return;
        }
        let bit = usize::from(syllables[0]) * SYLLABLES + usize::from(syllables[1]);
        self.pair_sound[bit / 64] |= 1 << (bit % 64);
        let mut word =
            Guarded { codes: [0; LONGEST_GUARDED], syllables: [0; LONGEST_GUARDED], length: codes.len() as u8 };
        word.codes[..codes.len()].copy_from_slice(codes);
        word.syllables[..codes.len()].copy_from_slice(&syllables);
        self.guarded.push(word);
    }
}

fn split_bit(first: Code, second: Code) -> usize {
    usize::from(first.wrapping_mul(0x9E37) ^ second)
}

fn pair_key(first: Code, second: Code) -> u32 {
    u32::from(first) << 16 | u32::from(second)
}

fn data_rows(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|row| !row.is_empty() && !row.starts_with("# ") && !row.starts_with("#\t"))
}

fn parse_character(cell: &str) -> Option<char> {
    if let Some(hex) = cell.strip_prefix("U+") {
        return char::from_u32(u32::from_str_radix(hex, 16).ok()?);
    }
    cell.chars().next()
}

fn is_enclosed(character: char) -> bool {
    matches!(character as u32, 0x2460..=0x24FF | 0x2776..=0x2793 | 0x3200..=0x32FF | 0x1F100..=0x1F1FF)
}
