//! The one-year LPR of a day and four times it, in exact hundredths of a percent; nothing where the knowledge has none, or the
//! rule of four times did not hold yet.

use jiff::civil;
use knowledge::Library;

use crate::calendar;
use crate::fact::hundredths;

/// The parameter with the rates.
const LPR: &str = "lpr-1y";
/// The parameter with the rule.
const RULE: &str = "cap-private-lending";

/// Returns the rate in hundredths of a percent.
pub fn lpr(library: &Library, day: civil::Date) -> Option<u32> {
    let day = calendar::date(day);
    library.parameter.get(RULE)?.on(day)?;
    let hundredths = hundredths(library.parameter.get(LPR)?.on(day)?.value.as_deref()?)?;
    u32::try_from(hundredths).ok()
}

/// 385 is `3.85`.
pub fn percent(hundredths: u32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use knowledge::Knowledge;

    use super::{lpr, percent};

    #[test]
    fn four_times_the_rate_of_the_day_is_exact() {
        let known = Knowledge::built_in();
        let four = |year, month, day| lpr(&known.library, date(year, month, day)).map(|rate| percent(rate * 4));
        assert_eq!(four(2024, 6, 3).as_deref(), Some("13.80"));
        assert_eq!(four(2025, 6, 3).as_deref(), Some("12.00"));
        assert_eq!(four(2020, 8, 19), None, "another rule held");
        assert_eq!(four(2026, 11, 1), None, "no source");
    }
}
