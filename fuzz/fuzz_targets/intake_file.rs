//! Any bytes as a file or a backup folder: databases, archives, workbooks, encrypted ones. The first byte picks a magic to
//! stand before the rest, or the two files of a folder that share it.
#![no_main]

use std::fs;
use std::path::Path;

use libfuzzer_sys::fuzz_target;

const MAGIC: &[&[u8]] = &[
    b"",
    b"SQLite format 3\0",
    b"PK\x03\x04",
    b"ANDROID BACKUP\n5\n0\nnone\n",
    b"ANDROID BACKUP\n5\n1\nnone\n",
    b"ANDROID BACKUP\n5\n1\nAES-256\n",
    b"MIUI BACKUP\n2\ncom.android.mms\n1\n0\nANDROID BACKUP\n5\n0\nnone\n",
    b"MIUI BACKUP\n2\ncom.android.mms\n1\n21\nx\n0\nANDROID BACKUP\n5\n0\nAES-256\n",
    // One round over 8 KiB: the key costs little.
    b"SSEF\0\xff\0\x01\0\0\0\x01\0\0\x20\0",
];
const FOLDERS: &[[&str; 2]] = &[["Manifest.plist", "Manifest.db"], ["info.xml", "sms.db"]];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let folder = std::env::temp_dir().join(format!("zhenxin-fuzz-{}", std::process::id()));
    let scratch = folder.join("scratch");
    let _ = fs::create_dir_all(&scratch);
    let pick = usize::from(*first) % (MAGIC.len() + FOLDERS.len());
    let Some(magic) = MAGIC.get(pick) else {
        let backup = folder.join("backup");
        let _ = fs::create_dir_all(&backup);
        let names = FOLDERS[pick - MAGIC.len()];
        let (one, other) = rest.split_at(rest.len() / 2);
        if fs::write(backup.join(names[0]), one).is_ok() && fs::write(backup.join(names[1]), other).is_ok() {
            read(&backup, &scratch);
        }
        let _ = fs::remove_dir_all(&backup);
        return;
    };
    let path = folder.join("input");
    if fs::write(&path, [*magic, rest].concat()).is_ok() {
        read(&path, &scratch);
        let _ = intake::redact_file(&path, &scratch, &mut Vec::new());
    }
});

fn read(path: &Path, scratch: &Path) {
    let mut sink = intake::Collected::default();
    let options = intake::Options { password: Some("x".to_owned()), ..intake::Options::new(480, scratch) };
    let _ = intake::read(path, &options, &mut sink);
    assert!(sink.records.iter().all(|record| record.message.body.len() <= intake::LONGEST_BODY));
}
