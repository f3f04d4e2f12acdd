//! `evidence stamp`: a request out by file, the answer in by file. Nothing is sent by this program.

use std::fs;
use std::process::ExitCode;

use super::{Context, failure, open};
use crate::args::StampAction;
use crate::failure::Failure;

/// Runs the command.
pub fn run(context: &Context<'_>, action: &StampAction) -> Result<ExitCode, Failure> {
    let mut store = open::store(context)?;
    match action {
        StampAction::Request { output } => {
            let (_, request) = store.request_stamp().map_err(failure::of)?;
            open::write(output, &request)?;
            context.tell(
                "请求已写好，里面只有一个散列，不含任何内容。请交给时间戳机构（Content-Type: application/timestamp-query），再用 stamp accept 导入回复。",
                "the request is written; it holds a hash and nothing of the content. Hand it to a time-stamp service (Content-Type: application/timestamp-query), then bring the answer in with stamp accept.",
            )?;
        }
        StampAction::Accept { reply, authority } => {
            let read = |path: &std::path::Path| fs::read(path).map_err(|error| Failure::unreadable(path, &error));
            let (number, stamp) =
                store.accept_stamp(&read(reply)?, &read(authority)?, &open::origin(context)).map_err(failure::of)?;
            let seconds = i64::try_from(stamp.unix_seconds).unwrap_or_default();
            let time = jiff::Timestamp::from_second(seconds).map(|time| time.to_string()).unwrap_or_default();
            context.tell(
                &format!("时间已锚定 ≤ {time}（{}），记为第 {number} 号。它说明此前的记录在那时已经存在，不说明内容属实。", stamp.signer),
                &format!("time anchored ≤ {time} ({}), record {number}. The records before it existed then; it does not show that they are true.", stamp.signer),
            )?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
