//! The law of the knowledge, to look through: by number, by word, on a day. Summaries are our own words; each says where
//! it was read and when.

use knowledge::Library;
use knowledge::date::Date;
use knowledge::document::{Article, Bilingual, Law};
use serde::Serialize;

use crate::cite::{self, Citation};

/// An article that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Id of its law.
    pub law: String,
    /// Short title of its law.
    pub short: Bilingual,
    /// Number, as `253-1`.
    pub number: String,
    /// The offence it names.
    pub crime: Option<String>,
    /// The article.
    #[serde(flatten)]
    pub citation: Citation,
    /// Whether it was in force on the day asked for; none if none was.
    pub is_in_force: Option<bool>,
}

/// A law in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Full title.
    pub title: Bilingual,
    /// Short title.
    pub short: Bilingual,
    /// Who issued it.
    pub issuer: Bilingual,
    /// From when.
    pub in_force: Date,
    /// How many of its articles are here.
    pub articles: usize,
}

/// Returns all laws.
pub fn list(library: &Library) -> Vec<Entry> {
    let entry = |(id, law): (&String, &Law)| Entry {
        id: id.clone(),
        title: law.title.clone(),
        short: law.short.clone(),
        issuer: law.issuer.clone(),
        in_force: law.in_force,
        articles: law.article.len(),
    };
    library.law.iter().map(entry).collect()
}

/// Returns the articles of a law, or one by its id, in the order of the file.
pub fn show(library: &Library, id: &str, on: Option<Date>) -> Vec<Found> {
    if let Some(law) = library.law.get(id) {
        return law.article.iter().map(|article| found(id, law, article, on)).collect();
    }
    let of_law = |(stem, law): (&String, &Law)| {
        let number = id.strip_prefix(stem.as_str())?.strip_prefix('-')?;
        let article = law.article.iter().find(|article| article.number == number)?;
        Some(found(stem, law, article, on))
    };
    library.law.iter().filter_map(of_law).collect()
}

/// Finds articles: every word of the query must occur in titles, number, summary, note or offence. `民法典 1033`,
/// `民法典第一千零三十三条`, `第1033条`, `催收 骚扰`. With a day, what was not in force then is left out.
pub fn search(library: &Library, query: &str, on: Option<Date>) -> Vec<Found> {
    let words: Vec<String> = words(query);
    if words.is_empty() {
        return Vec::new();
    }
    let mut hits = Vec::new();
    for (id, law) in &library.law {
        for article in &law.article {
            if let Some(weight) = weight(id, law, article, &words) {
                let found = found(id, law, article, on);
                if found.is_in_force != Some(false) {
                    hits.push((std::cmp::Reverse(weight), found));
                }
            }
        }
    }
    hits.sort_by(|(a, left), (b, right)| (a, &left.law).cmp(&(b, &right.law)));
    hits.into_iter().map(|(_, found)| found).collect()
}

fn found(id: &str, law: &Law, article: &Article, on: Option<Date>) -> Found {
    let citation = cite::of_article(&format!("{id}-{}", article.number), law, article);
    Found {
        law: id.to_owned(),
        short: law.short.clone(),
        number: article.number.clone(),
        crime: article.crime.clone(),
        is_in_force: on.map(|day| citation.is_in_force(day)),
        citation,
    }
}

/// Cuts a query into words; 《》 and 第…条 are taken off, so that what a message cites can be pasted.
fn words(query: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(query.len() + 8);
    let mut was_digit = false;
    for character in query.to_lowercase().chars() {
        let is_digit = character.is_ascii_digit() || (was_digit && character == '-');
        // A number directly behind a title is a word of its own.
        if is_digit != was_digit {
            spaced.push(' ');
        }
        spaced.push(if "《》〈〉，。、；：（）()“”\"'".contains(character) { ' ' } else { character });
        was_digit = is_digit;
    }
    spaced
        .split_whitespace()
        .flat_map(split_article)
        .filter(|word| !word.is_empty() && word != "第" && word != "条")
        .collect()
}

/// `民法典第一千零三十三条` is 民法典 and 第一千零三十三条.
fn split_article(word: &str) -> Vec<String> {
    match word.rfind('第').map(|at| (word.get(..at).unwrap_or_default(), word.get(at..).unwrap_or_default())) {
        Some((title, number)) if number.contains('条') => vec![title.to_owned(), number.to_owned()],
        _ => vec![word.trim_matches('第').trim_start_matches('条').to_owned()],
    }
}

/// How well an article fits; none if a word does not occur.
fn weight(id: &str, law: &Law, article: &Article, words: &[String]) -> Option<u32> {
    let number = if article.number == "whole" { String::new() } else { cite::number_zh(&article.number) };
    let contains = |text: &str, word: &str| text.to_lowercase().contains(word);
    let mut weight = 0;
    for word in words {
        let is_number =
            *word == article.number || *word == number || (word.starts_with('第') && number.starts_with(word.as_str()));
        let in_title =
            [&law.short.zh, &law.short.en, &law.title.zh, &law.title.en].iter().any(|text| contains(text, word));
        let in_text = [Some(&article.summary), article.note.as_ref()]
            .into_iter()
            .flatten()
            .any(|text| contains(&text.zh, word) || contains(&text.en, word));
        let in_crime = article.crime.as_ref().is_some_and(|crime| contains(crime, word));
        weight += match () {
            () if is_number => 8,
            () if in_crime => 4,
            () if in_text => 3,
            () if in_title || id.contains(word.as_str()) => 2,
            () => return None,
        };
    }
    Some(weight)
}
