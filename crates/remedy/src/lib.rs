//! What to do about a message: confirmed facts and knowledge in, papers, periods, limitation, court papers and law out.
//! Opens no file and reads no clock: the day comes as an argument, facts come from the user and never from a verdict
//! alone. Gives no legal advice of its own: every sentence about law comes from `knowledge/` with its source.

pub mod calendar;
pub mod cite;
mod condition;
pub mod deadline;
pub mod fact;
pub mod ics;
pub mod law;
pub mod letter;
pub mod limitation;
pub mod notice;
pub mod paper;
mod rate;
pub mod situation;
mod template;

pub use fact::Facts;
pub use letter::{Draft, Occasion, Reason, Refused, draft};
pub use limitation::Outcome;
pub use paper::Paper;
