//! The commands, one file each.

pub mod check;
pub mod evaluate;
pub mod knowledge;
pub mod scan;
