//! Signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// How many records.
    pub size: u64,
    /// The root of their tree.
    pub root: [u8; 32],
}

/// Returns the name under which a log's key signs.
pub fn origin(key: &VerifyingKey) -> String {
    format!("zhenxin-evidence/{}", crate::hex(&Sha256::digest(key.as_bytes())[..8]))
}

/// Reads a checkpoint that `key` signed; none when anything about it is otherwise.
pub fn open(bytes: &[u8], key: &VerifyingKey) -> Option<Checkpoint> {
    let text = std::str::from_utf8(bytes).ok()?;
    let lines: Vec<&str> = text.split('\n').collect();
    let [name, size, root, at, "", signature, ""] = lines.as_slice() else {
        return None;
    };
    let origin = origin(key);
    if *name != origin || !at.starts_with("at ") {
        return None;
    }
    let signature = signature.strip_prefix("— ")?.strip_prefix(&origin)?.strip_prefix(' ')?;
    let raw = STANDARD.decode(signature).ok()?;
    let mut id = Sha256::new();
    id.update(&origin);
    id.update([0x0a, 0x01]);
    id.update(key.as_bytes());
    let (given, raw) = raw.split_at_checked(4)?;
    if given != &id.finalize()[..4] {
        return None;
    }
    let body = format!("{name}\n{size}\n{root}\n{at}\n");
    key.verify_strict(body.as_bytes(), &Signature::from_slice(raw).ok()?).ok()?;
    Some(Checkpoint { size: number(size)?, root: STANDARD.decode(root).ok()?.try_into().ok()? })
}

/// A decimal number without sign and leading zeros.
pub(crate) fn number(text: &str) -> Option<u64> {
    let value: u64 = text.parse().ok()?;
    (value.to_string() == text).then_some(value)
}
