//! Signatures of SSH (PROTOCOL.sshsig), Ed25519 only.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};
use ssh_key::SshSig;

/// Returns whether `armored` is a signature by `key` over `message` for `namespace`.
pub fn is_signed(key: &VerifyingKey, namespace: &str, message: &[u8], armored: &str) -> bool {
    let Ok(signature) = SshSig::from_pem(armored) else {
        return false;
    };
    // One signature has one form, so that no byte of the file can be changed unnoticed.
    if signature.to_pem(ssh_key::LineEnding::LF).ok().as_deref() != Some(armored) {
        return false;
    }
    let public = ssh_key::PublicKey::from(ssh_key::public::Ed25519PublicKey(key.to_bytes()));
    signature.public_key() == public.key_data() && public.verify(namespace, message, &signature).is_ok()
}

/// Reads `ssh-ed25519 AAAA…`, with or without a comment.
pub fn public_key(line: &str) -> Option<VerifyingKey> {
    let mut words = line.split_whitespace();
    if words.next()? != "ssh-ed25519" {
        return None;
    }
    let bytes = STANDARD.decode(words.next()?).ok()?;
    let key = bytes.strip_prefix(b"\0\0\0\x0bssh-ed25519\0\0\0 ")?;
    VerifyingKey::from_bytes(key.try_into().ok()?).ok()
}

/// Returns the fingerprint of a key as `ssh-keygen -l` prints it.
pub fn fingerprint(key: &VerifyingKey) -> String {
    let mut bytes = b"\0\0\0\x0bssh-ed25519\0\0\0 ".to_vec();
    bytes.extend(key.as_bytes());
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(bytes)))
}
