//! Any bytes as a file: databases, archives and backups as well. The first byte picks a magic to stand before the rest.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;

const MAGIC: &[&[u8]] = &[
    b"",
    b"SQLite format 3\0",
    b"PK\x03\x04",
    b"ANDROID BACKUP\n5\n0\nnone\n",
    b"ANDROID BACKUP\n5\n1\nnone\n",
    b"ANDROID BACKUP\n5\n1\nAES-256\n",
    b"MIUI BACKUP\n2\ncom.android.mms\n1\n0\nANDROID BACKUP\n5\n0\nnone\n",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let folder = std::env::temp_dir().join(format!("zhenxin-fuzz-{}", std::process::id()));
    let scratch = folder.join("scratch");
    let _ = fs::create_dir_all(&scratch);
    let path = folder.join("input");
    let magic = MAGIC[usize::from(*first) % MAGIC.len()];
    if fs::write(&path, [magic, rest].concat()).is_ok() {
        let mut sink = intake::Collected::default();
        let options = intake::Options { password: Some("x".to_owned()), ..intake::Options::new(480, scratch) };
        let _ = intake::read(&path, &options, &mut sink);
    }
});
