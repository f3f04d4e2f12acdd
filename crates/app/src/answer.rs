//! Answers about money, put together from knowledge, records and the money crate, as structs that every face shows: the
//! command line as text, `--json` and the pages as they are. No printing, no arguments, no clock here.

pub mod account;
pub mod cost;
pub mod limit;
pub mod message;
pub mod repayment;
pub mod words;

use crate::failure::Failure;

impl From<money::Error> for Failure {
    fn from(error: money::Error) -> Self {
        Self::input(error.chinese(), error.to_string())
    }
}
