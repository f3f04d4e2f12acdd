//! The suite of made-up messages in `knowledge/message/`. What is known to fall short stands in
//! `shortfall.tsv` beside them; anything else is a failure, and so is a line there that no longer falls short.

use std::collections::BTreeSet;
use std::fs;

use super::case::{Cases, knowledge_folder, shortfalls};

#[test]
fn messages_get_the_verdict_that_was_written_for_them() {
    let folder = knowledge_folder().join("message");
    let mut found = BTreeSet::new();
    let mut count = 0;
    for entry in fs::read_dir(&folder).expect("the folder is there") {
        let path = entry.expect("the folder can be listed").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("the file can be read");
        let cases: Cases = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in &cases.case {
            count += 1;
            found.extend(shortfalls(case).into_iter().map(|short| format!("{}\t{short}", case.id)));
        }
    }
    assert!(count > 500, "only {count} cases were found");
    let path = folder.join("shortfall.tsv");
    #[expect(clippy::disallowed_methods, reason = "a switch for maintainers")]
    if std::env::var_os("UPDATE_SHORTFALL").is_some() {
        let lines = found.iter().cloned().collect::<Vec<_>>().join("\n") + "\n";
        fs::write(&path, lines).expect("the file can be written");
        return;
    }
    let known: BTreeSet<String> = fs::read_to_string(&path).unwrap_or_default().lines().map(str::to_owned).collect();
    let worse: Vec<_> = found.difference(&known).collect();
    let better: Vec<_> = known.difference(&found).collect();
    assert!(worse.is_empty(), "fall short and are not listed: {worse:#?}");
    assert!(better.is_empty(), "are listed and no longer fall short (run with UPDATE_SHORTFALL=1): {better:#?}");
}
