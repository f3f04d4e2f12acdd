//! The commands, one file each.

pub mod check;
pub mod evaluate;
pub mod evidence;
pub mod knowledge;
pub mod scan;
