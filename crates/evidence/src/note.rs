//! Checkpoints: size and root of the tree, signed (c2sp.org/tlog-checkpoint in a c2sp.org/signed-note).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::content::hex;
use crate::tree::Hash;

/// A checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// How many records.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
    /// When the computer's clock says that it was made, RFC 3339.
    pub at: String,
}

/// Returns the name under which a log key signs.
pub(crate) fn origin(key: &VerifyingKey) -> String {
    format!("zhenxin-evidence/{}", hex(&Sha256::digest(key.as_bytes())[..8]))
}

fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', 1]).chain_update(key.as_bytes()).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

impl Checkpoint {
    /// Returns the signed note.
    pub fn sign(&self, key: &SigningKey) -> String {
        let public = key.verifying_key();
        let name = origin(&public);
        let body = self.body(&name);
        let mut signed = key_id(&name, &public).to_vec();
        signed.extend(key.sign(body.as_bytes()).to_bytes());
        format!("{body}\n— {name} {}\n", STANDARD.encode(signed))
    }

    fn body(&self, name: &str) -> String {
        format!("{name}\n{}\n{}\nat {}\n", self.size, STANDARD.encode(self.root), self.at)
    }

    /// Reads a note that `key` has signed; none when it is not exactly that.
    pub fn open(note: &str, key: &VerifyingKey) -> Option<Self> {
        let name = origin(key);
        let (body, signature) = note.split_once("\n\n— ")?;
        let mut lines = body.split('\n');
        let (first, size, root, at) = (lines.next()?, lines.next()?, lines.next()?, lines.next()?);
        let read = Self {
            size: size.parse().ok()?,
            root: STANDARD.decode(root).ok()?.try_into().ok()?,
            at: at.strip_prefix("at ")?.to_owned(),
        };
        let body = read.body(&name);
        let bytes = STANDARD.decode(signature.strip_prefix(&name)?.strip_prefix(' ')?.strip_suffix('\n')?).ok()?;
        let (id, signature) = bytes.split_first_chunk::<4>()?;
        let signature = Signature::from_slice(signature).ok()?;
        let fits = first == name
            && *id == key_id(&name, key)
            && key.verify_strict(body.as_bytes(), &signature).is_ok()
            // One text for one meaning: a size with a plus sign, say, would be another.
            && note == format!("{body}\n— {name} {}\n", STANDARD.encode(&bytes));
        fits.then_some(read)
    }
}
