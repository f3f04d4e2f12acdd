//! Citations: an id of the knowledge as a reader knows it, 《民法典》第一百八十八条, with its source and whether it was in
//! force. What is cited without existing is an error of the data, which the build already refuses.

use knowledge::Library;
use knowledge::date::Date;
use knowledge::document::{Article, Bilingual, Confidence, Law};
use serde::Serialize;

/// Something that is cited, resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// Its id in the knowledge.
    pub id: String,
    /// As it is written in a letter.
    pub text: String,
    /// Full title of the law, or name of the rule or scheme.
    pub title: Bilingual,
    /// What it says, in plain words.
    pub summary: Bilingual,
    /// When it does not apply.
    pub note: Option<Bilingual>,
    /// From when it is in force; none for rules of conduct and schemes.
    pub in_force: Option<Date>,
    /// Until when, if it has ended.
    pub until: Option<Date>,
    /// Where it was read.
    pub source: String,
    /// The day on which it was read.
    pub checked: Date,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Citation {
    /// Returns whether it was in force on a day.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.in_force.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// Returns a citation by its id: an article, a rule of conduct or a scheme.
pub fn resolve(library: &Library, id: &str) -> Option<Citation> {
    if let Some((law, article)) = article(library, id) {
        return Some(of_article(id, law, article));
    }
    let rule = library.collection.get(id).map(|rule| Citation {
        id: id.to_owned(),
        text: rule.title.zh.clone(),
        title: rule.title.clone(),
        summary: rule.rule.clone(),
        note: None,
        in_force: None,
        until: None,
        source: rule.source.clone(),
        checked: rule.checked,
        confidence: rule.confidence,
    });
    rule.or_else(|| {
        library.scheme.get(id).map(|scheme| Citation {
            id: id.to_owned(),
            text: scheme.title.zh.clone(),
            title: scheme.title.clone(),
            summary: scheme.pattern.clone(),
            note: None,
            in_force: None,
            until: None,
            source: scheme.source.clone(),
            checked: scheme.checked,
            confidence: scheme.confidence,
        })
    })
}

/// Returns the citations of a list of ids, in its order.
pub fn resolve_all(library: &Library, ids: &[String]) -> Vec<Citation> {
    ids.iter().filter_map(|id| resolve(library, id)).collect()
}

/// Returns an article as a citation.
pub(crate) fn of_article(id: &str, law: &Law, article: &Article) -> Citation {
    Citation {
        id: id.to_owned(),
        text: short(law, article),
        title: law.title.clone(),
        summary: article.summary.clone(),
        note: article.note.clone(),
        in_force: Some(article.in_force.unwrap_or(law.in_force)),
        until: article.until,
        source: article.source.clone().unwrap_or_else(|| law.source.clone()),
        checked: law.checked,
        confidence: article.confidence.unwrap_or(law.confidence),
    }
}

/// Finds the law and article of an id, `<law>-<number>`.
pub(crate) fn article<'a>(library: &'a Library, id: &str) -> Option<(&'a Law, &'a Article)> {
    library.law.iter().find_map(|(stem, law)| {
        let number = id.strip_prefix(stem.as_str())?.strip_prefix('-')?;
        law.article.iter().find(|article| article.number == number).map(|article| (law, article))
    })
}

/// Returns 《short title》第…条; the full title alone for a law cited as a whole.
pub(crate) fn short(law: &Law, article: &Article) -> String {
    if article.number == "whole" {
        return full(law, article);
    }
    format!("《{}》{}", law.short.zh, number_zh(&article.number))
}

/// Returns 《full title》第…条. A bracket that names an amendment is dropped, one with a document number goes outside the
/// marks, and marks inside become 〈〉.
pub(crate) fn full(law: &Law, article: &Article) -> String {
    let title = law.title.zh.as_str();
    let (mut inside, mut outside) = (title, String::new());
    if let Some((before, bracket)) = title.strip_suffix('）').and_then(|rest| rest.rsplit_once('（')) {
        if bracket.contains(['〔', '号']) {
            (inside, outside) = (before, format!("（{}）", without_amendment(bracket)));
        } else if bracket.contains("修正") || bracket.contains("修订") {
            inside = before;
        }
    }
    let inside = inside.replace('《', "〈").replace('》', "〉");
    let number = if article.number == "whole" { String::new() } else { number_zh(&article.number) };
    format!("《{inside}》{outside}{number}")
}

/// Drops `，2020年修正` from `法释〔2020〕18号，2020年修正`.
fn without_amendment(bracket: &str) -> String {
    let cut = bracket.find(['，', ',']).and_then(|from| {
        let end = bracket.rfind("修正")? + "修正".len();
        (end > from).then(|| [bracket.get(..from), bracket.get(end..)].into_iter().flatten().collect())
    });
    cut.unwrap_or_else(|| bracket.to_owned())
}

/// Returns an article number in Chinese: `253-1` is 第二百五十三条之一.
pub fn number_zh(number: &str) -> String {
    let (main, sub) = number.split_once('-').map_or((number, None), |(main, sub)| (main, Some(sub)));
    let sub = sub.map(|sub| format!("之{}", chinese(sub))).unwrap_or_default();
    format!("第{}条{sub}", chinese(main))
}

fn chinese(digits: &str) -> String {
    let Ok(number) = digits.parse::<u16>() else { return digits.to_owned() };
    let names: Vec<char> = "零一二三四五六七八九".chars().collect();
    let (mut written, mut is_zero_due) = (String::new(), false);
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = usize::from(number / unit % 10);
        if digit > 0 {
            written.extend(is_zero_due.then_some('零'));
            written.push(names[digit]);
            written.push_str(name);
            is_zero_due = false;
        } else if !written.is_empty() {
            is_zero_due = true;
        }
    }
    written.strip_prefix("一十").map_or_else(|| written.clone(), |rest| format!("十{rest}"))
}

#[cfg(test)]
mod tests {
    use super::{number_zh, without_amendment};

    #[test]
    fn numbers_are_written_as_laws_write_them() {
        let written = ["10", "12", "20", "105", "110", "253-1", "1033", "1010"].map(number_zh);
        let expected = [
            "第十条",
            "第十二条",
            "第二十条",
            "第一百零五条",
            "第一百一十条",
            "第二百五十三条之一",
            "第一千零三十三条",
            "第一千零一十条",
        ];
        assert_eq!(written, expected);
    }

    #[test]
    fn an_amendment_in_a_document_number_is_dropped() {
        assert_eq!(without_amendment("法释〔2020〕18号，2020年修正"), "法释〔2020〕18号");
        assert_eq!(without_amendment("法释〔2022〕11号"), "法释〔2022〕11号");
    }
}
