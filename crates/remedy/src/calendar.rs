//! Days: the knowledge's dates as civil dates, and which days are off in mainland China, by the State Council's yearly
//! notices. Where there is no notice for a year, only weekends are known, and that is said.

use jiff::civil::{self, Weekday};
use knowledge::Library;
use knowledge::date::Date;
use knowledge::document::Bilingual;

use crate::fact::both;

/// Returns a date of the knowledge as a civil date; none where there is no such day.
pub fn civil(date: Date) -> Option<civil::Date> {
    let (year, month, day) =
        (i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
    civil::Date::new(year, month, day).ok()
}

/// Returns a civil date as a date of the knowledge.
pub fn date(day: civil::Date) -> Date {
    Date::new(day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs())
}

/// Reads a day as people write it, `2026-11-23`.
pub fn read(text: &str) -> Option<Date> {
    crate::fact::day(text.trim()).map(date)
}

/// Whether people work on a day.
pub fn is_off(library: &Library, day: civil::Date) -> bool {
    let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let Some(year) = library.holiday.get(&day.year().to_string()) else { return is_weekend };
    let day = date(day);
    let is_festival = year.off.iter().any(|festival| festival.from <= day && day <= festival.until);
    is_festival || (is_weekend && !year.work.contains(&day))
}

/// Returns the name of the festival on a day.
pub fn festival(library: &Library, day: civil::Date) -> Option<&Bilingual> {
    let year = library.holiday.get(&day.year().to_string())?;
    let day = date(day);
    year.off.iter().find(|festival| festival.from <= day && day <= festival.until).map(|festival| &festival.name)
}

/// Returns what is not known of a year's days off; none where its notice is there.
pub fn gap(library: &Library, year: i16) -> Option<Bilingual> {
    match library.holiday.get(&year.to_string()) {
        Some(known) => known.gap.clone(),
        None => Some(both(
            format!("{year}年的放假安排没有收录，只按周六、周日算；靠近节日的，提前办，并问法院。"),
            format!(
                "The holidays of {year} are not known here: only weekends are counted. Near a festival act early and ask the court."
            ),
        )),
    }
}

/// 星期一 and Monday.
pub fn weekday(day: civil::Date) -> [&'static str; 2] {
    match day.weekday() {
        Weekday::Monday => ["星期一", "Monday"],
        Weekday::Tuesday => ["星期二", "Tuesday"],
        Weekday::Wednesday => ["星期三", "Wednesday"],
        Weekday::Thursday => ["星期四", "Thursday"],
        Weekday::Friday => ["星期五", "Friday"],
        Weekday::Saturday => ["星期六", "Saturday"],
        Weekday::Sunday => ["星期日", "Sunday"],
    }
}
