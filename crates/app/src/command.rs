//! The commands, one file each.

pub mod case;
pub mod check;
pub mod court;
pub mod deadline;
pub mod debt;
pub mod evaluate;
pub mod evidence;
pub mod import;
pub mod inbox;
pub mod knowledge;
pub mod law;
pub mod letter;
pub mod limitation;
pub mod plan;
pub mod rate;
pub mod redact;
pub mod report;
pub mod scan;
pub mod situation;

mod told;
