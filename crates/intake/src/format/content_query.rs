//! What `adb shell content query` prints: `Row: 0 _id=1, address=…, body=…`. Bodies hold commas, equals signs and line
//! breaks, so a field ends only where the next known column begins.

use std::io::BufRead;

use super::Context;
use crate::bytes::{self, Line};
use crate::field::Fields;
use crate::message::{Message, TimeSource};
use crate::{Error, Position, Reason, Unit};

const LONGEST_ROW: usize = 1 << 20;
/// Columns of Android's provider and of vendors.
pub const COLUMNS: &[&str] = &[
    "_id",
    "thread_id",
    "address",
    "person",
    "date",
    "date_sent",
    "protocol",
    "read",
    "status",
    "type",
    "reply_path_present",
    "subject",
    "body",
    "service_center",
    "locked",
    "sub_id",
    "error_code",
    "creator",
    "seen",
    "sim_id",
    "sim_slot",
    "phone_id",
    "priority",
    "block_type",
    "timed",
    "deleted",
    "sync_state",
    "marker",
    "source",
    "bind_id",
    "mx_status",
    "mx_id",
    "out_time",
    "account",
    "advanced_seen",
    "b2c_ttl",
    "b2c_numbers",
    "fake_cell_type",
    "url_risky_type",
    "favorite_date",
    "hidden",
    "group_id",
    "group_type",
    "reserved",
    "sim_imsi",
    "network_type",
    "secret_mode",
    "link_url",
    "safe_message",
    "spam_report",
    "favorite",
    "name",
];

/// Reads the print-out.
pub fn read(context: &mut Context<'_>, input: &mut dyn BufRead) -> Result<(), Error> {
    let mut line = Vec::new();
    let mut row = String::new();
    let mut number = 0;
    let mut is_over = false;
    loop {
        let outcome = bytes::line(input, LONGEST_ROW, &mut line)?;
        let text = String::from_utf8_lossy(&line);
        if outcome == Line::End || starts_row(&text) {
            if number > 0 {
                let result = if is_over { Err(Reason::TooLong) } else { message(&row, context) };
                context.outcome(result, Position::new(Unit::Row, number), row.as_bytes())?;
            }
            row.clear();
            is_over = false;
            number += 1;
        }
        if outcome == Line::End {
            return Ok(());
        }
        is_over |= outcome == Line::TooLong || row.len() + text.len() > LONGEST_ROW;
        if !is_over {
            if !row.is_empty() {
                row.push('\n');
            }
            row.push_str(&text);
        }
    }
}

fn starts_row(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("Row: ") else { return false };
    rest.split_once(' ').is_some_and(|(number, rest)| number.parse::<u64>().is_ok() && rest.contains('='))
}

fn message(row: &str, context: &Context<'_>) -> Result<Message, Reason> {
    let start = row.match_indices(' ').nth(1).map_or(row.len(), |(at, _)| at + 1);
    let row = row.get(start..).unwrap_or_default();
    let mut starts: Vec<(usize, usize, &str)> = Vec::new();
    for name in COLUMNS {
        let first = format!("{name}=");
        if row.starts_with(&first) {
            starts.push((0, first.len(), name));
        } else if let Some(at) = row.find(&format!(", {name}=")) {
            starts.push((at, at + 2 + first.len(), name));
        }
    }
    starts.sort_unstable();
    let mut fields = Fields::default();
    for (at, (_, from, name)) in starts.iter().enumerate() {
        let end = starts.get(at + 1).map_or(row.len(), |(next, _, _)| *next);
        let value = row.get(*from..end).unwrap_or_default();
        if value != "NULL" {
            fields.take(name, value);
        }
    }
    fields.message(context.options, TimeSource::Device)
}
