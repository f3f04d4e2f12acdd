//! `evidence verify` and `evidence check-export`. The export is checked by code that knows nothing of the store.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use evidence::{Fault, Store, fingerprint};
use timestamp::{Authorities, Certificate};
use verify::{Directory, Language, Outside};

use super::{Context, failure, open};
use crate::failure::Failure;

/// Returns everything that is not as it was written.
pub fn faults(store: &Store) -> Result<Vec<Fault>, Failure> {
    let mut faults = store.verify().map_err(failure::of)?;
    if !matches!(store.fault(), Some(Fault::Log { .. })) {
        faults.extend(store.verify_stamps().map_err(failure::of)?);
    }
    Ok(faults)
}

/// Checks the whole store.
pub fn store(context: &Context<'_>) -> Result<ExitCode, Failure> {
    let store = open::store(context)?;
    let faults = faults(&store)?;
    for fault in &faults {
        context.tell(&format!("不完整：{fault}"), &format!("BROKEN: {fault}"))?;
    }
    if !faults.is_empty() {
        context.tell(
            "请先备份整个目录，不要再改动；可用以前的导出或手机里的原件对照。其他记录不受影响。",
            "Copy the whole folder first and change nothing; compare with an earlier export or the phone. Other records are not affected.",
        )?;
        return Ok(ExitCode::from(1));
    }
    let (count, print) = (store.len(), fingerprint(&store.public().holder).unwrap_or_default());
    context.tell(
        &format!("完整：{count} 条记录，与签名的日志全部相符；不能排除整库被重做，时间戳或事先告知他人的指纹可以。"),
        &format!("complete: {count} records fit the signed log; a store made anew is excluded only by a time-stamp or a fingerprint told earlier"),
    )?;
    context.tell(&format!("签名有效（指纹 {print}）"), &format!("signed (fingerprint {print})"))?;
    context.tell(
        "来源未证实：号码可以伪造。请保留手机和原短信。",
        "source not proved: numbers can be forged; keep the phone and the messages",
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Checks an export, anybody's.
pub fn export(
    context: &Context<'_>,
    folder: &Path,
    fingerprint: Option<&str>,
    authority: Option<&Path>,
) -> Result<ExitCode, Failure> {
    let authorities = match authority {
        None => None,
        Some(path) => {
            let bytes = fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
            let chain = Certificate::read_all(&bytes).map_err(|refusal| failure::of(refusal.into()))?;
            Some(Authorities::from_chain(chain))
        }
    };
    let outside = Outside { fingerprint: fingerprint.map(str::to_owned), authorities };
    let report = verify::check(&Directory(folder.to_owned()), &outside);
    let (chinese, english) = (report.to_text(Language::Chinese), report.to_text(Language::English));
    context.tell(chinese.trim_end(), english.trim_end())?;
    Ok(ExitCode::from(report.outcome().exit_code()))
}
