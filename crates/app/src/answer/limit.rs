//! Which limits on yearly cost the knowledge has for a kind of lender on a day. Adds nothing to the knowledge: where it has
//! no value for the day, none is given.

use jiff::civil::Date;
use knowledge::document::{Bilingual, Confidence, Parameter, Value};
use knowledge::library::Library;
use money::Percent;
use money::cap::{Known, LenderKind, Limit};
use serde::Serialize;

use remedy::calendar::{civil, date};

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
    let (mut is_gap, mut or_another) = (false, false);
    for kind in kinds {
        let applying = library.parameter.iter().filter(|(id, parameter)| {
            id.starts_with("cap-")
                && parameter.unit == "percent-a-year"
                && parameter.applies.iter().any(|applies| applies == kind.id())
        });
        let mut own = Vec::new();
        for (id, parameter) in applying {
            own.extend(values(library, id, parameter, contract_date));
            or_another |= parameter.by_contract_day && contract_date.is_none();
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
        1 if !or_another => Known::Limit(limits.remove(0)),
        _ => Known::OneOf { limits, or_another },
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

/// The values of a parameter that may apply: the one of a known day, every one otherwise.
fn values(library: &Library, id: &str, parameter: &Parameter, day: Option<Date>) -> Vec<Limit> {
    let value_limits = |value| limits_of(library, id, value, day);
    match day {
        Some(day) => parameter.on(date(day)).map(value_limits).unwrap_or_default(),
        None => parameter.value.iter().flat_map(value_limits).collect(),
    }
}

/// A number as it is, or `4*lpr-1y` held against the other parameter.
fn limits_of(library: &Library, id: &str, value: &Value, day: Option<Date>) -> Vec<Limit> {
    let limit = |percent, formula, from| Some(Limit { rule: id.to_owned(), percent, formula, from: civil(from)? });
    if let Some(text) = &value.value {
        return text
            .parse()
            .ok()
            .and_then(|percent| limit(percent, format!("{text}%"), value.from))
            .into_iter()
            .collect();
    }
    let formula = value.formula.as_deref().and_then(|formula| formula.split_once('*'));
    let Some((Ok(factor), other)) = formula.map(|(factor, other)| (factor.parse::<u32>(), other)) else {
        return Vec::new();
    };
    let Some(parameter) = library.parameter.get(other) else { return Vec::new() };
    let multiple = |base: &Value| {
        let text = base.value.as_deref()?;
        let percent = text.parse::<Percent>().ok()?.times(factor).ok()?;
        limit(percent, format!("{factor} × {text}% ({other} {})", base.from), base.from)
    };
    if let Some(day) = day {
        return parameter.on(date(day)).and_then(multiple).into_iter().collect();
    }
    // The one in force when the rule began, and every one since.
    let first = parameter.on(value.from).map_or(value.from, |base| base.from);
    parameter.value.iter().filter(|base| base.from >= first).filter_map(multiple).collect()
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
            Known::OneOf { or_another, .. } => {
                Some(if or_another { "one of these or another" } else { "one of" }.to_owned())
            }
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
        for lender in [LenderKind::Unlicensed, LenderKind::Platform, LenderKind::SmallLoan] {
            assert_eq!(percent(lender, None).as_deref(), Some("one of these or another"), "older contracts differ");
        }
        assert_eq!(
            percent(LenderKind::Bank, None).as_deref(),
            Some("24%"),
            "the yardstick of the suit, not of the contract"
        );
        assert_eq!(
            percent(LenderKind::Unknown, Some(date(2024, 6, 1))).as_deref(),
            None,
            "platform loans have no rule yet"
        );
    }
}
