//! Looking through the law.

use knowledge::date::Date;
use remedy::law::{list, search, show};

use super::shared::LIBRARY;

fn first(query: &str) -> String {
    search(&LIBRARY, query, None).first().map(|found| found.citation.id.clone()).unwrap_or_default()
}

#[test]
fn an_article_is_found_by_number_title_and_word() {
    for query in ["民法典 1033", "民法典1033", "《民法典》第一千零三十三条", "民法典第1033条", "Civil Code 1033"]
    {
        assert_eq!(first(query), "civil-code-1033", "{query}");
    }
    assert_eq!(first("刑法第二百八十七条之一"), "criminal-law-287-1");
    assert!(search(&LIBRARY, "诉讼时效 三年", None).iter().any(|found| found.citation.id == "civil-code-188"));
    assert!(search(&LIBRARY, "没有这样的词", None).is_empty() && search(&LIBRARY, " 《》", None).is_empty());
}

#[test]
fn a_day_decides_what_is_in_force() {
    let on = |year| {
        let found = search(&LIBRARY, "治安管理处罚法", Some(Date::new(year, 6, 1)));
        found.into_iter().map(|found| found.law).filter(|law| law.starts_with("public-security")).collect::<Vec<_>>()
    };
    assert!(!on(2025).is_empty() && on(2025).iter().all(|law| law.ends_with("2012")));
    assert!(!on(2026).is_empty() && on(2026).iter().all(|law| !law.ends_with("2012")));
    let shown = show(&LIBRARY, "public-security-punishment-law-2012-42", Some(Date::new(2026, 1, 1)));
    assert_eq!(shown[0].is_in_force, Some(false), "what is asked for by its id is shown all the same, and told");
}

#[test]
fn every_law_is_listed_and_shown() {
    let laws = list(&LIBRARY);
    assert_eq!(laws.len(), LIBRARY.law.len());
    for law in laws {
        assert_eq!(show(&LIBRARY, &law.id, None).len(), law.articles, "{}", law.id);
    }
}
