//! Answers about money, put together from knowledge, records and the money crate, as structs that every face shows: the
//! command line as text, `--json` and the pages as they are. No printing, no arguments, no clock here.

pub mod account;
pub mod cost;
pub mod limit;
pub mod message;
pub mod repayment;
pub mod words;

use jiff::civil::Date;

use crate::failure::Failure;

/// Returns a knowledge date as a civil one.
pub fn civil(date: knowledge::date::Date) -> Option<Date> {
    let part = |number: u8| i8::try_from(number).ok();
    Date::new(i16::try_from(date.year).ok()?, part(date.month)?, part(date.day)?).ok()
}

/// Returns a civil date as the knowledge writes it.
pub fn knowledge_date(date: Date) -> knowledge::date::Date {
    knowledge::date::Date::new(date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs())
}

impl From<money::Error> for Failure {
    fn from(error: money::Error) -> Self {
        Self::input(error.chinese(), error.to_string())
    }
}
