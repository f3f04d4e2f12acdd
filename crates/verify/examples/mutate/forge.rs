//! What a forger can do who knows the format and has everything but the keys: change a record, compute the tree anew from
//! what the proofs give away, and sign all of it with keys of their own.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use evidence::{Checkpoint, Digests, Hash, NAMESPACE};
use sha2::{Digest, Sha256};
use verify::Memory;

use super::relist;

const CHECKPOINT: &str = "log/checkpoint";

/// Signs the checkpoint, its copies in the proofs, and the lists with new keys, and puts these keys wherever the old ones
/// stood. Time-stamps stay as they are.
pub fn resign(bag: &mut Memory, seed: u8) {
    let (log, holder) = (SigningKey::from_bytes(&[seed; 32]), SigningKey::from_bytes(&[seed + 100; 32]));
    let old = text(bag, CHECKPOINT);
    let note = checkpoint(&old).sign(&log);
    for (path, bytes) in bag.0.iter_mut().filter(|(path, _)| path.starts_with("log/")) {
        let text = String::from_utf8(bytes.clone()).expect("text").replace(&old, &note);
        assert!(text.contains(&note), "{path} carries the checkpoint");
        *bytes = text.into_bytes();
    }
    let (log_line, holder_line) = (open_ssh(&log), open_ssh(&holder));
    let before = [text(bag, "keys/log.pub"), text(bag, "keys/holder.pub")];
    let print = |line: &str| evidence::fingerprint(line.trim_end()).expect("a key");
    for name in ["VERIFY.zh.txt", "VERIFY.en.txt"] {
        let text = text(bag, name);
        let text =
            text.replace(&print(&before[0]), &print(&log_line)).replace(&print(&before[1]), &print(&holder_line));
        bag.0.insert(name.to_owned(), text.into_bytes());
    }
    let allowed = format!("holder namespaces=\"{NAMESPACE}\" {holder_line}\n");
    for (path, text) in [
        ("keys/log.pub", format!("{log_line}\n")),
        ("keys/log.pub.pem", pem(&log)),
        ("keys/holder.pub", format!("{holder_line}\n")),
        ("keys/allowed_signers", allowed),
    ] {
        bag.0.insert(path.to_owned(), text.into_bytes());
    }
    relist(bag);
    let pair = ssh_key::private::Ed25519Keypair::from_seed(holder.as_bytes());
    let list = bag.0["tagmanifest-sha256.txt"].clone();
    let signature =
        ssh_key::PrivateKey::from(pair).sign(NAMESPACE, ssh_key::HashAlg::Sha512, &list).expect("a key of our own");
    let armoured = signature.to_pem(ssh_key::LineEnding::LF).expect("a signature");
    bag.0.insert("tagmanifest-sha256.txt.sig".to_owned(), armoured.into_bytes());
}

/// Puts another text in place of that of a record that no exported record follows, and computes record, tree, proofs and
/// root anew; the checkpoint is left with the new root, to be signed.
pub fn rewrite(bag: &mut Memory, number: u64, with: &[u8]) {
    let record = format!("data/records/{number:09}.json");
    let original = format!("data/originals/{number:09}.txt");
    let (before, after) = (Digests::of(&bag.0[&original]), Digests::of(with));
    let changed = text(bag, &record)
        .replace(&before.sha256, &after.sha256)
        .replace(&before.sm3, &after.sm3)
        .replace(&format!("\"size\":{}", before.size), &format!("\"size\":{}", after.size));
    bag.0.insert(record, changed.into_bytes());
    bag.0.insert(original, with.to_vec());
    let old = text(bag, CHECKPOINT);
    let mut checkpoint = checkpoint(&old);
    let known = Known::of(bag, checkpoint.size);
    checkpoint.root = known.range(0, checkpoint.size);
    // Unsigned as yet: whoever signs it puts a signature of their own.
    let lines: Vec<&str> = old.lines().collect();
    let note = old.replace(lines[2], &STANDARD.encode(checkpoint.root));
    for number in known.leaves.keys() {
        let mut proof = format!("c2sp.org/tlog-proof@v1\nindex {number}\n");
        for hash in known.path(*number, checkpoint.size) {
            let _ = writeln!(proof, "{}", STANDARD.encode(hash));
        }
        bag.0.insert(format!("log/{number:09}.tlog-proof"), format!("{proof}\n{note}").into_bytes());
    }
    bag.0.insert(CHECKPOINT.to_owned(), note.into_bytes());
}

/// What an export gives away of the tree: its own leaves, and the hashes beside their paths.
struct Known {
    leaves: BTreeMap<u64, Hash>,
    beside: BTreeMap<(u64, u64), Hash>,
}

impl Known {
    fn of(bag: &Memory, size: u64) -> Self {
        let mut known = Self { leaves: BTreeMap::new(), beside: BTreeMap::new() };
        for (path, bytes) in &bag.0 {
            let stem = path.strip_prefix("data/records/").and_then(|name| name.strip_suffix(".json"));
            let Some(number) = stem.and_then(|stem| stem.parse::<u64>().ok()) else { continue };
            known.leaves.insert(number, Sha256::new().chain_update([0]).chain_update(bytes).finalize().into());
            let proof = text(bag, &format!("log/{number:09}.tlog-proof"));
            let hashes = proof.lines().skip(2).take_while(|line| !line.is_empty());
            let hashes = hashes.map(|line| STANDARD.decode(line).expect("base64").try_into().expect("a hash"));
            known.beside.extend(siblings(number, size).into_iter().zip(hashes));
        }
        known
    }

    fn range(&self, from: u64, to: u64) -> Hash {
        if self.leaves.range(from..to).next().is_none() {
            return self.beside[&(from, to)];
        }
        if to - from == 1 {
            return self.leaves[&from];
        }
        let middle = from + split(to - from);
        let (left, right) = (self.range(from, middle), self.range(middle, to));
        Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
    }

    fn path(&self, number: u64, size: u64) -> Vec<Hash> {
        siblings(number, size).into_iter().map(|(from, to)| self.range(from, to)).collect()
    }
}

/// The ranges beside the path of a leaf, from the leaf to the root (RFC 6962 §2.1.1).
fn siblings(number: u64, size: u64) -> Vec<(u64, u64)> {
    let (mut from, mut to, mut all) = (0, size, Vec::new());
    while to - from > 1 {
        let middle = from + split(to - from);
        if number < middle {
            all.push((middle, to));
            to = middle;
        } else {
            all.push((from, middle));
            from = middle;
        }
    }
    all.reverse();
    all
}

/// The largest power of two below `count`, which is at least two.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

fn text(bag: &Memory, path: &str) -> String {
    String::from_utf8(bag.0[path].clone()).expect("text")
}

fn checkpoint(note: &str) -> Checkpoint {
    let lines: Vec<&str> = note.lines().collect();
    Checkpoint {
        size: lines[1].parse().expect("a size"),
        root: STANDARD.decode(lines[2]).expect("base64").try_into().expect("a hash"),
        at: lines[3].strip_prefix("at ").expect("a time").to_owned(),
    }
}

fn open_ssh(key: &SigningKey) -> String {
    let mut bytes = b"\0\0\0\x0bssh-ed25519\0\0\0 ".to_vec();
    bytes.extend(key.verifying_key().as_bytes());
    format!("ssh-ed25519 {}", STANDARD.encode(bytes))
}

fn pem(key: &SigningKey) -> String {
    let mut der = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00".to_vec();
    der.extend(key.verifying_key().as_bytes());
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der))
}
