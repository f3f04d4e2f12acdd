//! Running the binary, in folders of its own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Returns the binary as a command.
pub fn zhenxin() -> Command {
    Command::new(env!("CARGO_BIN_EXE_zhenxin"))
}

/// Runs a command to its end with this on standard input.
pub fn run(command: &mut Command, input: &[u8]) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("standard input is piped");
    // A command that refuses its input early closes the pipe; that is no failure of the test.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().expect("the binary ends")
}

/// Runs the binary with arguments in a folder that is also its home.
pub fn in_folder(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = zhenxin();
    command.args(arguments).current_dir(folder).env("XDG_DATA_HOME", folder.join("data"));
    run(&mut command, input.as_bytes())
}

/// Returns what was printed, as JSON.
pub fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).expect("the output is JSON")
}

/// Returns the exit code.
pub fn code(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself")
}

/// Makes an empty folder for one test.
pub fn folder(name: &str) -> PathBuf {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{number}-{name}"));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("the folder can be made");
    path
}
