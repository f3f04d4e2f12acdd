//! `zhenxin-verify FOLDER`: checks an export; prints what holds and what not; the exit code is the contract.

use std::path::PathBuf;
use std::process::ExitCode;

use timestamp::{Authorities, Certificate};
use verify::{Directory, Language, Outside, check};

const USAGE: &str =
    "用法 usage: zhenxin-verify 导出目录FOLDER [--fingerprint SHA256:…] [--authority FILE.pem] [--lang en]

--fingerprint  持有人指纹，从别的途径得到 / the holder's fingerprint, received by another route
--authority    您信任的时间戳机构证书 / the certificate of a time-stamp authority that you trust
退出码 exit codes: 0 通过且有外部依据 holds, with something from outside; 1 被改动 broken; 2 读不了 unreadable;
3 没有被改动，但单凭本目录不能排除整份重做 nothing broken, but not verifiable alone";

#[expect(clippy::print_stdout, reason = "the report is what the program is for")]
fn main() -> ExitCode {
    match Arguments::parse(std::env::args().skip(1)) {
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            ExitCode::from(2)
        }
        Ok(arguments) => {
            let report = check(&Directory(arguments.folder), &arguments.outside);
            print!("{}", report.to_text(arguments.language));
            ExitCode::from(report.outcome().exit_code())
        }
    }
}

struct Arguments {
    folder: PathBuf,
    outside: Outside,
    language: Language,
}

impl Arguments {
    fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut folder, mut outside, mut language) = (None, Outside::default(), Language::Chinese);
        while let Some(word) = given.next() {
            let mut value = || given.next().ok_or_else(|| format!("{word} 后面缺少内容 / needs a value"));
            match word.as_str() {
                "--fingerprint" => outside.fingerprint = Some(value()?),
                "--authority" => outside.authorities = Some(authorities(&value()?)?),
                "--lang" => language = if value()? == "en" { Language::English } else { Language::Chinese },
                "--help" | "-h" => return Err(String::new()),
                _ if word.starts_with('-') => return Err(format!("不认识 / unknown: {word}")),
                _ => folder = Some(PathBuf::from(word)),
            }
        }
        let folder = folder.ok_or("请给出导出目录 / name the folder of the export")?;
        Ok(Self { folder, outside, language })
    }
}

fn authorities(path: &str) -> Result<Authorities, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    Certificate::read_all(&bytes).map(Authorities::from_chain).map_err(|refusal| format!("{path}: {refusal}"))
}
