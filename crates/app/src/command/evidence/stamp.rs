//! `evidence stamp`: a request out by file, the answer in by file; over the network only to an address that the user names
//! in that very command.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use evidence::Store;

use super::{Context, failure, open};
use crate::args::StampAction;
use crate::failure::Failure;

/// For one answer.
const LIMIT: Duration = Duration::from_secs(30);
/// No answer is larger.
const LARGEST: u64 = 1 << 20;

/// Runs the command.
pub fn run(context: &Context<'_>, action: &StampAction) -> Result<ExitCode, Failure> {
    let mut store = open::store(context)?;
    match action {
        StampAction::Request { output } => {
            let (_, request) = store.request_stamp().map_err(failure::of)?;
            crate::output::write(output, &request)?;
            context.tell(
                "请求已写好，里面只有一个散列，不含任何内容。请交给时间戳机构（Content-Type: application/timestamp-query），再用 stamp accept 导入回复。",
                "the request is written; it holds a hash and nothing of the content. Hand it to a time-stamp service (Content-Type: application/timestamp-query), then bring the answer in with stamp accept.",
            )?;
        }
        StampAction::Accept { reply, authority } => {
            accept(context, &mut store, &read(reply)?, &read(authority)?)?;
        }
        StampAction::Send { to, authority } => {
            let authority = read(authority)?;
            let (_, request) = store.request_stamp().map_err(failure::of)?;
            // While the service thinks, others may write.
            drop(store);
            let reply = asked(to, &request)?;
            accept(context, &mut open::store(context)?, &reply, &authority)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::unreadable(path, &error))
}

fn accept(context: &Context<'_>, store: &mut Store, reply: &[u8], authority: &[u8]) -> Result<(), Failure> {
    let (number, stamp) = store.accept_stamp(reply, authority, &open::origin(context)).map_err(failure::of)?;
    let seconds = i64::try_from(stamp.unix_seconds).unwrap_or_default();
    let time = jiff::Timestamp::from_second(seconds).map(|time| time.to_string()).unwrap_or_default();
    context.tell(
        &format!("时间已锚定 ≤ {time}（{}），记为第 {number} 号。它说明此前的记录在那时已经存在，不说明内容属实。", stamp.signer),
        &format!("time anchored ≤ {time} ({}), record {number}. The records before it existed then; it does not show that they are true.", stamp.signer),
    )
}

/// Sends a request and returns the answer, whatever it is: the store checks it.
fn asked(address: &str, request: &[u8]) -> Result<Vec<u8>, Failure> {
    if !address.starts_with("https://") && !address.starts_with("http://") {
        return Err(Failure::input(
            "网址要以 https:// 或 http:// 开头。",
            "the address begins with https:// or http://",
        ));
    }
    let unreached = |error: ureq::Error| {
        Failure::input(
            format!("没有收到时间戳机构的回复：{error}。请求还在，可以再试，或用 stamp request 生成文件另行提交。"),
            format!(
                "no answer from the time-stamp service: {error}. The request stays; try again, or hand it in by file with stamp request."
            ),
        )
    };
    let config = ureq::Agent::config_builder().timeout_global(Some(LIMIT)).max_redirects(0).build();
    let mut answer = ureq::Agent::new_with_config(config)
        .post(address)
        .header("content-type", "application/timestamp-query")
        .send(request)
        .map_err(unreached)?;
    answer.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(unreached)
}
