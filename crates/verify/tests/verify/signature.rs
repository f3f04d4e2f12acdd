//! Signatures of SSH.

use std::fs;

use verify::signature::{fingerprint, is_signed, public_key};

#[test]
fn the_published_ed25519_signature_verifies_and_no_other_text_does() {
    let Some(suite) = crate::published("sshsig") else { return };
    let read = |name: &str| fs::read_to_string(suite.join(name)).expect("readable");
    let key = public_key(&read("ed25519.pub")).expect("a key");
    let (message, namespace, armored) = (read("signed-data"), read("namespace"), read("ed25519.sig"));
    let namespace = namespace.trim_end();
    assert!(is_signed(&key, namespace, message.as_bytes(), &armored));
    assert!(!is_signed(&key, namespace, b"other", &armored));
    assert!(!is_signed(&key, "other", message.as_bytes(), &armored));
    assert!(!is_signed(&key, namespace, message.as_bytes(), &armored.replacen('A', "B", 1)));
    for other in ["rsa", "ecdsa", "ed25519_sk"] {
        assert!(!is_signed(&key, namespace, message.as_bytes(), &read(&format!("{other}.sig"))), "{other}");
    }
    assert!(fingerprint(&key).starts_with("SHA256:"));
}

#[test]
fn what_is_no_key_is_none() {
    for line in ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA=="] {
        assert!(public_key(line).is_none(), "{line}");
    }
}
