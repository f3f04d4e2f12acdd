//! The commands, one file each.

pub mod case;
pub mod check;
pub mod debt;
pub mod evaluate;
pub mod evidence;
pub mod import;
pub mod inbox;
pub mod knowledge;
pub mod plan;
pub mod rate;
pub mod redact;
pub mod scan;
