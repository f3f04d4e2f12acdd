//! What programs write and no person does: names of fields, tables and elements, and the few words among their values.
//! Everything that is not listed here is masked.

use crate::field::{self, Field};
use crate::format::content_query;

/// Names of fields besides those by which readers know what a field holds.
const FIELDS: &[&str] = &[
    // Forwarders and exports in JSON.
    "id",
    "event",
    "payload",
    "data",
    "query",
    "list",
    "messages",
    "records",
    "specversion",
    "source",
    "datacontenttype",
    "webhookid",
    "messageid",
    "sign",
    "app",
    "app_name",
    "title",
    "__parts",
    "__sender_address",
    "__recipient_addresses",
    "parts",
    "mms_addresses",
    "mms_body",
    "sender_address",
    "sub",
    "_data",
    "msg_id",
    "mid",
    "code",
    "success",
    "page",
    "page_num",
    "page_size",
    "sim_slot",
    "sim_number",
    "recipient",
    "ismms",
    "subscription_id",
    "rowid",
    // SMS Backup & Restore.
    "toa",
    "sc_toa",
    "readable_date",
    "text_only",
    "retr_st",
    "ct_cls",
    "sub_cs",
    "ct_l",
    "tr_id",
    "st",
    "m_cls",
    "d_tm",
    "read_status",
    "ct_t",
    "retr_txt_cs",
    "d_rpt",
    "m_id",
    "m_type",
    "v",
    "exp",
    "pri",
    "rr",
    "resp_txt",
    "rpt_a",
    "retr_txt",
    "resp_st",
    "m_size",
    "app_id",
    "callback_set",
    "seq",
    "ct",
    "chset",
    "cd",
    "fn",
    "cid",
    "cl",
    "ctt_s",
    "ctt_t",
    "charset",
    "count",
    "backup_set",
    "backup_date",
    "compressed",
    "spam_report",
    "favorite",
    "reserved",
    "encoding",
    "standalone",
    // Columns of phones' databases.
    "receiver_number",
    "is_from_me",
    "handle_id",
    "attributedbody",
    "guid",
    "service_center",
    "destination_caller_id",
    "associated_message_type",
    "item_type",
    "cache_has_attachments",
    "date_read",
    "date_delivered",
    "chat_id",
    "message_id",
    "attachment_id",
    "chat_identifier",
    "account",
    "country",
    "uncanonicalized_id",
    "recipient_ids",
    "message_count",
    "snippet",
    "snippet_cs",
    "has_attachment",
    "archived",
    "msg_type",
    "thread_topic",
    "locale",
    "out_time",
];
/// Tables and elements.
const PLACES: &[&str] = &[
    "sms",
    "smses",
    "mms",
    "part",
    "addrs",
    "addr",
    "calls",
    "call",
    "allsms",
    "pdu",
    "sms_tb",
    "pdu_tb",
    "part_tb",
    "addr_tb",
    "spam_sms",
    "sms_mms_info",
    "message",
    "handle",
    "chat",
    "attachment",
    "chat_message_join",
    "chat_handle_join",
    "message_attachment_join",
    "threads",
    "canonical_addresses",
    "android_metadata",
    "words",
    "raw",
    "rate",
    "drm",
    "pending_msgs",
    "sr_pending",
];
/// Fields whose values say how a record is made.
const STRUCTURE: &[&str] = &[
    "ct",
    "ct_t",
    "seq",
    "chset",
    "charset",
    "read",
    "seen",
    "status",
    "st",
    "m_type",
    "protocol",
    "locked",
    "version",
    "v",
    "encoding",
    "standalone",
    "event",
    "is_from_me",
    "msg_type",
    "text_only",
    "specversion",
    "associated_message_type",
    "item_type",
    "ismms",
    "count",
    "sub_cs",
    "error_code",
];
/// Values of such fields.
const WORDS: &[&str] = &[
    "null",
    "true",
    "false",
    "NULL",
    "yes",
    "no",
    "sms",
    "SMS",
    "mms",
    "MMS",
    "rcs",
    "RCS",
    "iMessage",
    "app",
    "call",
    "in",
    "out",
    "incoming",
    "outgoing",
    "inbox",
    "sent",
    "send",
    "draft",
    "outbox",
    "failed",
    "queued",
    "received",
    "发送",
    "接收",
    "收到",
    "发出",
    "已发送",
    "收",
    "发",
    "草稿",
    "sms:received",
    "mms:received",
    "sms:sent",
    "sms:delivered",
    "sms:failed",
    "message.phone.received",
    "message.phone.sent",
    "text/plain",
    "text/x-vcard",
    "application/smil",
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "video/mp4",
    "video/3gpp",
    "audio/amr",
    "audio/mpeg",
    "application/vnd.wap.multipart.related",
    "application/vnd.wap.multipart.mixed",
    "UTF-8",
    "utf-8",
    "1.0",
    "1.1",
];
/// Digits of a number that is no more than a mark or a count.
const FEW: usize = 6;

/// Returns whether programs call a field so.
pub fn is_field(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    field::known(&name).is_some()
        || FIELDS.contains(&name.as_str())
        || STRUCTURE.contains(&name.as_str())
        || content_query::COLUMNS.contains(&name.as_str())
}

/// Returns whether programs call a table or an element so.
pub fn is_place(name: &str) -> bool {
    PLACES.contains(&name.to_ascii_lowercase().as_str()) || matches!(name, "parts" | "attachments")
}

/// Returns whether a field joins records.
pub fn is_key(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "id" | "rowid" | "mid") || is_field(&name) && name.ends_with("_id")
}

/// Returns whether a field says how a record is made.
pub fn is_structure(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    STRUCTURE.contains(&name.as_str())
        || is_key(&name)
        || matches!(field::known(&name), Some((Field::Direction | Field::Service | Field::Sim, _)))
}

/// Returns whether the value of a field says how the record is made, and nothing else.
pub fn is_mark(name: &str, value: &str) -> bool {
    let value = value.trim();
    let digits = value.strip_prefix('-').unwrap_or(value);
    let is_small = (1..=FEW).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    matches!(value, "null" | "NULL" | "true" | "false") || is_structure(name) && (is_small || WORDS.contains(&value))
}
