//! Money, exactly: what a loan truly costs by the year, whether that is over the cap, what is owed, and how it can be
//! repaid. Amounts are whole fen, rates exact decimals; floats live only inside root finding and the solver, and every
//! rate that comes out of them carries an interval that is proven to hold a root. Knows no clock, no files, no threads,
//! and no law: caps and guides come in as arguments from the knowledge.

pub mod annual_rate;
pub mod budget;
pub mod cap;
pub mod day_count;
pub mod debt;
mod error;
mod fen;
pub mod flow;
pub mod ledger;
pub mod missing;
pub mod plan;
pub mod root;
pub mod schedule;

pub use error::Error;
pub use fen::{Fen, Percent};
