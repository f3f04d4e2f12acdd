//! Reads pictures and prints one JSON object a line: file, milliseconds, and the page or why there is none. For
//! measuring: tools/screenshot/evaluate.py calls it.
#![expect(clippy::print_stdout, reason = "its output")]
#![expect(clippy::disallowed_methods, reason = "it measures")]

use std::time::Instant;

fn main() {
    let threads = std::thread::available_parallelism().expect("the system says how many");
    let reader = reader::Reader::new(threads).expect("the models are part of the program");
    for path in std::env::args_os().skip(1).map(std::path::PathBuf::from) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = std::fs::read(&path).expect("a readable file");
        let begun = Instant::now();
        let read = reader.read(&bytes, &reader::Origin { file_name: Some(&name), captured: None });
        let ms = begun.elapsed().as_millis() as u64;
        let (page, error) = match read {
            Ok(page) => (Some(page), None),
            Err(error) => (None, Some(error.to_string())),
        };
        println!("{}", serde_json::json!({ "file": name, "ms": ms, "page": page, "error": error }));
    }
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
        eprintln!("{peak}");
    }
}
