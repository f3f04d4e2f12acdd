//! Which limits on yearly cost the knowledge has for a kind of lender on a day. Adds nothing to the knowledge: where it has
//! no value for the day, none is given.

use jiff::civil::Date;
use knowledge::document::{Bilingual, Confidence, Parameter};
use knowledge::library::Library;
use money::Percent;
use money::cap::{Known, LenderKind, Limit};
use serde::Serialize;

use super::civil;

/// What the knowledge says of the limit for a loan.
#[derive(Clone, Debug, Serialize)]
pub struct LimitAnswer {
    /// Kind of lender asked about.
    pub lender: LenderKind,
    /// The day of the contract asked about.
    pub contract_date: Option<Date>,
    /// The limit, the candidates, or nothing.
    pub known: Known,
    /// The rules behind it.
    pub rules: Vec<RuleNote>,
}

/// A rule with where it is from.
#[derive(Clone, Debug, Serialize)]
pub struct RuleNote {
    /// Id of the parameter.
    pub id: String,
    /// Its name.
    pub title: Bilingual,
    /// What to know about it.
    pub note: Option<Bilingual>,
    /// Citation ids.
    pub law: Vec<String>,
    /// Where it was read.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
}

/// Returns the limit for a kind of lender on the day of the contract.
pub fn limit(library: &Library, lender: LenderKind, contract_date: Option<Date>) -> LimitAnswer {
    let kinds = if lender == LenderKind::Unknown { LenderKind::KNOWN.to_vec() } else { vec![lender] };
    let mut limits: Vec<Limit> = Vec::new();
    let mut rules: Vec<RuleNote> = Vec::new();
    let mut is_gap = false;
    for kind in kinds {
        let applying = library.parameter.iter().filter(|(id, parameter)| {
            id.starts_with("cap-")
                && parameter.unit == "percent-a-year"
                && parameter.applies.iter().any(|applies| applies == kind.id())
        });
        let mut own = Vec::new();
        for (id, parameter) in applying {
            own.extend(values(library, id, parameter, contract_date));
            if rules.iter().all(|rule| rule.id != *id) {
                rules.push(note(id, parameter));
            }
        }
        is_gap |= own.is_empty();
        // Where several rules apply to one kind on a known day, the lowest binds.
        if contract_date.is_some() {
            own.sort_by_key(|limit| limit.percent);
            own.truncate(1);
        }
        limits.extend(own);
    }
    limits.sort_by_key(|limit| limit.percent);
    limits.dedup_by_key(|limit| limit.percent);
    let known = match limits.len() {
        _ if is_gap => Known::Missing,
        0 => Known::Missing,
        1 => Known::Limit(limits.remove(0)),
        _ => Known::OneOf { limits },
    };
    LimitAnswer { lender, contract_date, known, rules }
}

fn note(id: &str, parameter: &Parameter) -> RuleNote {
    RuleNote {
        id: id.to_owned(),
        title: parameter.title.clone(),
        note: parameter.note.clone(),
        law: parameter.law.clone(),
        source: parameter.source.clone(),
        confidence: parameter.confidence,
    }
}

/// The values of a parameter that may apply: one on a known day, every one otherwise.
fn values(library: &Library, id: &str, parameter: &Parameter, day: Option<Date>) -> Vec<Limit> {
    let in_force = |value: &&knowledge::document::Value| {
        day.is_none_or(|day| {
            civil(value.from).is_some_and(|from| from <= day)
                && value.until.and_then(civil).is_none_or(|until| day <= until)
        })
    };
    let mut limits = Vec::new();
    for value in parameter.value.iter().filter(in_force) {
        let from = civil(value.from).unwrap_or(Date::ZERO);
        match (&value.value, &value.formula) {
            (Some(text), _) => limits.extend(text.parse().ok().map(|percent| Limit {
                rule: id.to_owned(),
                percent,
                formula: format!("{text}%"),
                from,
            })),
            (None, Some(formula)) => limits.extend(multiples(library, id, formula, day, from)),
            (None, None) => {}
        }
    }
    if day.is_some() {
        limits.drain(..limits.len().saturating_sub(1));
    }
    limits
}

/// Reads `4*lpr-1y` against the other parameter.
fn multiples(library: &Library, id: &str, formula: &str, day: Option<Date>, since: Date) -> Vec<Limit> {
    let Some((factor, other)) = formula.split_once('*') else { return Vec::new() };
    let (Ok(factor), Some(parameter)) = (factor.parse::<u32>(), library.parameter.get(other)) else {
        return Vec::new();
    };
    let sourced_until = parameter.gap.as_ref().and_then(|gap| civil(gap.after));
    if day.zip(sourced_until).is_some_and(|(day, until)| day > until) {
        return Vec::new();
    }
    let mut limits: Vec<Limit> = parameter
        .value
        .iter()
        .filter_map(|value| {
            let from = civil(value.from)?;
            let text = value.value.as_deref()?;
            let percent = text.parse::<Percent>().ok()?.times(factor).ok()?;
            Some(Limit { rule: id.to_owned(), percent, formula: format!("{factor} × {text}% ({other} {from})"), from })
        })
        .collect();
    limits.sort_by_key(|limit| limit.from);
    let in_force = limits.iter().rposition(|limit| limit.from <= day.unwrap_or(since)).unwrap_or(0);
    match day {
        Some(day) => {
            limits.retain(|limit| limit.from <= day);
            limits.drain(..limits.len().saturating_sub(1));
        }
        None => {
            limits.drain(..in_force);
        }
    }
    limits
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use knowledge::Knowledge;
    use money::cap::{Known, LenderKind};

    use super::limit;

    fn percent(lender: LenderKind, day: Option<jiff::civil::Date>) -> Option<String> {
        match limit(&Knowledge::built_in().library, lender, day).known {
            Known::Limit(limit) => Some(limit.percent.to_string()),
            Known::OneOf { .. } => Some("one of".to_owned()),
            Known::Missing => None,
        }
    }

    #[test]
    fn four_times_the_rate_of_the_contract_day_binds_private_lenders() {
        assert_eq!(percent(LenderKind::Unlicensed, Some(date(2024, 6, 1))).as_deref(), Some("13.8%"));
        assert_eq!(percent(LenderKind::Unlicensed, Some(date(2025, 6, 1))).as_deref(), Some("12%"));
        assert_eq!(percent(LenderKind::Bank, Some(date(2025, 6, 1))).as_deref(), Some("24%"));
    }

    #[test]
    fn nothing_is_said_for_a_day_without_a_source() {
        assert_eq!(percent(LenderKind::Unlicensed, Some(date(2026, 11, 1))), None);
        assert_eq!(percent(LenderKind::Unlicensed, Some(date(2019, 11, 1))), None);
        assert_eq!(percent(LenderKind::Unlicensed, None).as_deref(), Some("one of"));
        assert_eq!(
            percent(LenderKind::Unknown, Some(date(2024, 6, 1))).as_deref(),
            None,
            "platform loans have no rule yet"
        );
    }
}
