//! When a fact is asked for: `a` (answered yes, or given), `a=value` (that option), `a|b` (either).

use knowledge::remedy::Value;

use crate::fact::Facts;

/// Returns whether a condition holds on the facts.
pub fn holds(condition: &str, facts: &Facts) -> bool {
    condition.split('|').any(|one| match one.split_once('=') {
        Some((name, wanted)) => facts.get(name).and_then(Value::text) == Some(wanted),
        None => facts.get(one).is_some_and(|value| *value != Value::YesNo(false)),
    })
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::fact::Facts;
    use knowledge::remedy::Value;

    #[test]
    fn a_condition_is_a_yes_an_option_or_either() {
        let mut facts = Facts::default();
        facts.set("paid", Value::YesNo(true));
        facts.set("rate", Value::YesNo(false));
        facts.set("matter", Value::from("fraud"));
        assert!(holds("paid", &facts) && holds("rate|paid", &facts) && holds("matter=fraud", &facts));
        assert!(!holds("rate", &facts) && !holds("matter=threat", &facts) && !holds("other", &facts));
    }
}
