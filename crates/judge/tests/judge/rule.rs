//! Every rule against its own hits and misses.

use super::case::{finding_ids, library, verdict};

#[test]
fn every_rule_fires_on_its_hits_and_not_on_its_misses() {
    let mut wrong = Vec::new();
    for (id, rule) in &library().rule {
        for (examples, expected) in [(&rule.hit, true), (&rule.miss, false)] {
            for example in examples {
                let verdict = verdict(example.sender.as_deref(), example.received_at.as_deref(), &example.body);
                if finding_ids(&verdict).contains(&id.as_str()) != expected {
                    let what = if expected { "does not fire on" } else { "fires on" };
                    wrong.push(format!("{id} {what} {}", example.body));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} examples:\n{}", wrong.len(), wrong.join("\n"));
}
