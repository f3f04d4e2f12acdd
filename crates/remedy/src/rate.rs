//! The one-year LPR of a day and four times it, in exact hundredths of a percent; nothing where the knowledge has none, or the
//! rule of four times did not hold yet.

use jiff::civil;
use knowledge::Library;

use crate::calendar;

/// The parameter with the rates.
const LPR: &str = "lpr-1y";
/// The parameter with the rule.
const RULE: &str = "cap-private-lending";

/// Returns the rate in hundredths of a percent.
pub fn lpr(library: &Library, day: civil::Date) -> Option<u32> {
    let day = calendar::date(day);
    library.parameter.get(RULE)?.on(day)?;
    hundredths(library.parameter.get(LPR)?.on(day)?.value.as_deref()?)
}

/// `3.85` is 385.
fn hundredths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_plain = part.len() <= 2 && [whole, part].concat().bytes().all(|byte| byte.is_ascii_digit());
    let part = format!("{part:0<2}").parse::<u32>().ok()?;
    if is_plain { whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(part) } else { None }
}

/// 385 is `3.85`.
pub fn percent(hundredths: u32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use knowledge::Knowledge;

    use super::{hundredths, lpr, percent};

    #[test]
    fn four_times_the_rate_of_the_day_is_exact() {
        let known = Knowledge::built_in();
        let four = |year, month, day| lpr(&known.library, date(year, month, day)).map(|rate| percent(rate * 4));
        assert_eq!(four(2024, 6, 3).as_deref(), Some("13.80"));
        assert_eq!(four(2025, 6, 3).as_deref(), Some("12.00"));
        assert_eq!(four(2020, 8, 19), None, "another rule held");
        assert_eq!(four(2026, 11, 1), None, "no source");
        assert_eq!((hundredths("3.8"), hundredths("x"), hundredths("3.855")), (Some(380), None, None));
    }
}
