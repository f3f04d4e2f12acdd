//! What the store cannot do, in both languages, with what to do next.

use evidence::Error;

use crate::failure::Failure;

/// Returns what to tell the user.
pub fn of(error: Error) -> Failure {
    let english = error.to_string();
    match error {
        Error::Disk { path, source } => Failure::input(
            format!("读写失败：{path}：{source}。请检查磁盘空间、权限和文件是否损坏；已确认存入的内容不受影响。"),
            format!(
                "{english}. Check space, permissions and whether the file is damaged; what was acknowledged is safe."
            ),
        ),
        Error::Exists => Failure::input(
            "这个目录不是空的，不能在里面新建证据库。请换一个目录，或直接使用已有的证据库。",
            "the folder is not empty; choose another, or use the store that is there",
        ),
        Error::Missing => Failure::input(
            "这里没有证据库。请先运行 zhenxin evidence init，或用 --store 指定目录。",
            "there is no evidence store here; run zhenxin evidence init first, or name it with --store",
        ),
        Error::Version { found } => Failure::input(format!("证据库的版本“{found}”不认识，请用更新的程序。"), english),
        Error::Locked => Failure::Busy {
            zh: "另一个程序正在使用这个证据库，请等它结束再试。".to_owned(),
            en: "another process has the store open; wait until it ends and try again".to_owned(),
        },
        Error::WrongKey => Failure::input(
            "钥匙不属于这个证据库。请检查 --keys，或用恢复单运行 zhenxin evidence recover。",
            "these keys do not belong to this store; check --keys, or run zhenxin evidence recover with the recovery sheet",
        ),
        Error::UnreadableKey => Failure::input(
            "钥匙读不出来，可能抄错了。请对照恢复单逐字检查，或扫描二维码。",
            "the key is unreadable; compare it with the recovery sheet letter by letter, or scan the code",
        ),
        Error::Closed { reason } => Failure::input(
            format!("证据库暂停写入：{reason}。已有内容没有丢失；请先备份整个目录，再运行 zhenxin evidence verify。"),
            format!("{english}. Nothing is lost; copy the whole folder first, then run zhenxin evidence verify."),
        ),
        Error::ReadOnly => Failure::input(
            "证据库在只读的地方，不能存入任何东西。请把证据库目录复制到可以写的地方，再用 --store 指定它。",
            "the store lies where nothing can be written; copy its folder to where it can be, and name that with --store",
        ),
        Error::Input { source, .. } => Failure::input(
            format!("要存入的内容读不完：{source}。没有存入，已有内容不受影响；请检查文件或介质。"),
            format!("{english}. It was not kept, and what is there is safe; check the file or its medium."),
        ),
        Error::NoRecord { number } => Failure::input(
            format!("没有第 {number} 号记录。可用 zhenxin evidence list 查看编号。"),
            format!("there is no record {number}; see zhenxin evidence list"),
        ),
        Error::Stamp(refusal) => Failure::input(
            format!("时间戳没有通过核对：{refusal}。请向时间戳机构核实，或换一份回复。"),
            format!("{english}. Ask the service, or bring another answer."),
        ),
        Error::StrangeStamp => Failure::input(
            "这份时间戳不属于本证据库的任何检查点。请确认回复对应的是本库生成的请求。",
            "the time-stamp belongs to no checkpoint of this store; check that it answers a request from here",
        ),
        _ => Failure::input(format!("无法完成：{english}"), english),
    }
}
