//! Papers of courts and of those who pose as one: which it is by its words, whether its form is a court's, how to verify
//! it with that court, and what to do. Calls nothing genuine: only the court can say so. Case numbers and other findings
//! come from whoever judged the text.

use knowledge::Library;
use knowledge::document::Bilingual;
use knowledge::remedy::Notice;
use serde::Serialize;

use crate::cite::{self, Citation};
use crate::fact::both;
use crate::letter::{self, Entry};
use crate::situation::{self, Period, Route};

/// What ends the name of a court.
const COURT_ENDS: [&str; 7] =
    ["人民法院", "海事法院", "金融法院", "互联网法院", "知识产权法院", "铁路运输法院", "铁路运输中级法院"];
/// Names of courts are not longer.
const LONGEST_NAME: usize = 24;
/// The entry for what only poses as a court's paper.
const FALSE_PAPER: &str = "fake-court-notice";
/// The channel by which a court is asked.
const COURT_CHANNEL: &str = "court-12368";

/// What a judge of messages found in the text.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// Case numbers, and whether their form is a court's.
    pub case_numbers: Vec<(String, bool)>,
    /// What speaks against it, in words.
    pub against: Vec<Bilingual>,
}

/// Whether the form is a court's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// Court, case number and words are as a court writes them. A forger can do the same.
    LikeACourts,
    /// Something is missing: verify.
    Incomplete,
    /// It is not how courts write.
    NotACourts,
    /// It is no paper of a court's at all.
    NoCourtPaper,
}

/// What a paper is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// Whether its form is a court's.
    pub look: Look,
    /// The court it names.
    pub court: Option<String>,
    /// The case numbers in it, and whether their form is a court's.
    pub case_numbers: Vec<(String, bool)>,
    /// What was seen, for and against.
    pub signs: Vec<Bilingual>,
    /// What it may be, the likeliest first.
    pub papers: Vec<PaperKind>,
    /// How to verify it.
    pub verify: Vec<Route>,
}

/// A kind of paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaperKind {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: Bilingual,
    /// Words of it that stand in the text.
    pub words: Vec<String>,
    /// How to know it.
    pub looks_like: Bilingual,
    /// What it means.
    pub what_it_means: Bilingual,
    /// What to do.
    pub steps: Vec<Bilingual>,
    /// What not to do.
    pub dont: Vec<Bilingual>,
    /// Periods that it sets going.
    pub deadlines: Vec<Period>,
    /// Letters that answer it.
    pub letters: Vec<Entry>,
    /// How to verify it.
    pub verify: Bilingual,
    /// The law.
    pub citations: Vec<Citation>,
}

/// Reads the text of a paper or of a message about one.
pub fn read(library: &Library, text: &str, marks: Marks) -> Reading {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut found: Vec<(&String, &Notice, Vec<String>)> = library
        .notice
        .iter()
        .map(|(id, notice)| {
            (id, notice, notice.words.iter().filter(|word| text.contains(word.as_str())).cloned().collect())
        })
        .filter(|(.., words): &(_, _, Vec<String>)| !words.is_empty())
        .collect();
    // The paper's own name in the text tells more than any other word.
    let weight = |(id, notice, words): &(&String, &Notice, Vec<String>)| {
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        (std::cmp::Reverse(letters), notice.title.zh.clone(), (*id).clone())
    };
    found.sort_by_key(weight);
    let court = court(&text);
    let has_false_words = found.iter().any(|(id, ..)| *id == FALSE_PAPER);
    let is_of_court = found.iter().any(|(_, notice, _)| notice.is_court) || court.is_some();
    let has_good = marks.case_numbers.iter().any(|(_, is_good)| *is_good);
    let has_bad = marks.case_numbers.iter().any(|(_, is_good)| !is_good);
    let look = match () {
        () if !is_of_court && marks.case_numbers.is_empty() && !has_false_words => Look::NoCourtPaper,
        () if has_bad || !marks.against.is_empty() => Look::NotACourts,
        () if has_false_words && !(has_good && court.is_some()) => Look::NotACourts,
        () if has_good && court.is_some() && !has_false_words => Look::LikeACourts,
        () => Look::Incomplete,
    };
    let signs = signs(court.as_deref(), [has_good, has_bad, has_false_words], &marks);
    Reading {
        look,
        court,
        case_numbers: marks.case_numbers,
        signs,
        papers: found.into_iter().map(|(id, notice, words)| kind(library, id, notice, words)).collect(),
        verify: situation::routes(library, &[COURT_CHANNEL.to_owned()]),
    }
}

/// Returns one kind of paper by its id.
pub fn find(library: &Library, id: &str) -> Option<PaperKind> {
    library.notice.get(id).map(|notice| kind(library, id, notice, Vec::new()))
}

fn kind(library: &Library, id: &str, notice: &Notice, words: Vec<String>) -> PaperKind {
    PaperKind {
        id: id.to_owned(),
        title: notice.title.clone(),
        words,
        looks_like: notice.looks_like.clone(),
        what_it_means: notice.what_it_means.clone(),
        steps: notice.steps.clone(),
        dont: notice.dont.clone(),
        deadlines: situation::periods(library, &notice.deadlines),
        letters: letter::named(library, &notice.letters),
        verify: notice.verify.clone(),
        citations: cite::resolve_all(library, &notice.cites),
    }
}

/// Returns the full name of a court in a text without blanks: its place, and what ends the name.
fn court(text: &str) -> Option<String> {
    let ends = COURT_ENDS.iter().filter_map(|end| text.find(end).map(|at| (at, *end)));
    let (at, end) = ends.min_by_key(|(at, end)| (*at, std::cmp::Reverse(end.len())))?;
    let before = text.get(..at)?;
    let place: Vec<char> = before.chars().rev().take(LONGEST_NAME).take_while(|c| is_han(*c)).collect();
    let place: String = place.into_iter().rev().collect();
    // What leads up to the name in a sentence is not part of it.
    let place = ["收到", "来自", "请到", "前往", "关于", "您在", "由", "到", "向", "在", "是"]
        .iter()
        .filter_map(|lead| place.rfind(lead).and_then(|at| place.get(at + lead.len()..)))
        .filter(|rest| !rest.is_empty())
        .min_by_key(|rest| rest.len())
        .map_or(place.clone(), str::to_owned);
    let has_place =
        end != "人民法院" || place.contains("最高") || place.chars().any(|c| "省市区县州盟旗京海津庆".contains(c));
    let is_full = place.chars().count() >= 2 && has_place;
    is_full.then(|| format!("{place}{end}"))
}

const fn is_han(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}')
}

fn signs(court: Option<&str>, [has_good, has_bad, has_false_words]: [bool; 3], marks: &Marks) -> Vec<Bilingual> {
    let mut signs = vec![match court {
        Some(name) => both(
            format!("写明了法院：{name}。名称谁都能写，要向这个法院核实。"),
            format!("It names a court, {name}. Anybody can write that: verify with that court."),
        ),
        None => both(
            "没有写法院的全称。法院文书一定写明是哪个法院。",
            "No court is named in full. A court's paper always says which court.",
        ),
    }];
    if has_good {
        signs.push(both(
            "案号的形式像法院的案号；有没有这个案子，要问法院。",
            "The case number has a court's form; ask the court whether the case exists.",
        ));
    }
    if has_bad {
        signs.push(both("案号的形式不是法院的写法。", "The case number is not written as courts write it."));
    }
    if !has_good && !has_bad {
        signs.push(both(
            "没有看到完整的案号，如（2026）浙0781民初1024号。",
            "There is no complete case number, as （2026）浙0781民初1024号.",
        ));
    }
    if has_false_words {
        signs.push(both(
            "有法院不会用的说法，或者要您付钱撤案。",
            "It uses words that courts do not use, or asks for money to withdraw a case.",
        ));
    }
    signs.extend(marks.against.iter().cloned());
    signs
}

#[cfg(test)]
mod tests {
    use super::court;

    #[test]
    fn a_court_is_known_by_its_full_name() {
        assert_eq!(court("【兰溪市人民法院】您好").as_deref(), Some("兰溪市人民法院"));
        assert_eq!(court("您在上海市浦东新区人民法院有案件").as_deref(), Some("上海市浦东新区人民法院"));
        assert_eq!(court("杭州互联网法院").as_deref(), Some("杭州互联网法院"));
        assert_eq!(court("人民法院将上门"), None);
        assert_eq!(court("诉讼中心通知"), None);
    }
}
