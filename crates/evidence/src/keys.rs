//! The keys: one that opens, one that signs the log, one that signs exports, and one on paper.

use std::io::{Read, Write};
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::content::{hex, unhex};
use crate::disk::ReadSeek;
use crate::{Error, NAMESPACE};

const HEAD: &str = "zhenxin-evidence-keys/1";

/// Where randomness comes from.
pub trait Entropy {
    /// Fills `bytes` with random ones.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// All secrets that daily work needs.
pub struct KeyRing {
    device: Identity,
    pub(crate) log: SigningKey,
    pub(crate) holder: SigningKey,
    recovery: Recipient,
}

/// The key that is printed and kept nowhere else.
pub struct Recovery(Identity);

/// What everybody may know of the keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKeys {
    /// Signs exports; in OpenSSH form.
    pub holder: String,
    /// Signs checkpoints; in OpenSSH form.
    pub log: String,
    /// Whom the store is encrypted to, separated by a space.
    pub recipients: String,
}

impl KeyRing {
    /// Makes new keys, and the one to print.
    pub fn generate(entropy: &mut dyn Entropy) -> (Self, Recovery) {
        let mut key = || {
            let mut seed = [0; 32];
            entropy.fill(&mut seed);
            SigningKey::from_bytes(&seed)
        };
        let (log, holder) = (key(), key());
        let recovery = Identity::generate();
        (Self { device: Identity::generate(), log, holder, recovery: recovery.to_public() }, Recovery(recovery))
    }

    /// Returns what the key file holds.
    pub fn to_text(&self) -> String {
        format!(
            "{HEAD}\ndevice {}\nlog {}\nholder {}\nrecovery-recipient {}\n",
            self.device.to_string().expose_secret(),
            hex(self.log.as_bytes()),
            hex(self.holder.as_bytes()),
            self.recovery
        )
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`Error::UnreadableKey`] when it is none.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        Self::parse(text).ok_or(Error::UnreadableKey)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()? != HEAD {
            return None;
        }
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        Some(Self {
            device: Identity::from_str(value("device")?).ok()?,
            log: SigningKey::from_bytes(&unhex(value("log")?)?),
            holder: SigningKey::from_bytes(&unhex(value("holder")?)?),
            recovery: Recipient::from_str(value("recovery-recipient")?).ok()?,
        })
    }

    /// Returns what everybody may know.
    pub fn public(&self) -> PublicKeys {
        PublicKeys {
            holder: open_ssh(&self.holder.verifying_key()),
            log: open_ssh(&self.log.verifying_key()),
            recipients: format!("{} {}", self.device.to_public(), self.recovery),
        }
    }

    /// Returns what signs exports, in PEM as `ssh-keygen -Y sign` writes it.
    pub(crate) fn sign_export(&self, message: &[u8]) -> Result<String, Error> {
        let pair = ssh_key::private::Ed25519Keypair::from_seed(self.holder.as_bytes());
        let key = ssh_key::PrivateKey::from(pair);
        let signature = key.sign(NAMESPACE, ssh_key::HashAlg::Sha512, message).map_err(|_| Error::UnreadableKey)?;
        signature.to_pem(ssh_key::LineEnding::LF).map_err(|_| Error::UnreadableKey)
    }

    /// Returns what is written through, encrypted to both keys; `finish` it.
    pub(crate) fn encrypt<W: Write>(&self, to: W) -> std::io::Result<age::stream::StreamWriter<W>> {
        let device = self.device.to_public();
        encryptor(&[&device, &self.recovery])?.wrap_output(to)
    }

    /// Opens something encrypted.
    pub(crate) fn decrypt(&self, from: Box<dyn ReadSeek>) -> Result<Box<dyn ReadSeek>, age::DecryptError> {
        let device: &dyn age::Identity = &self.device;
        Ok(Box::new(age::Decryptor::new(from)?.decrypt(std::iter::once(device))?))
    }

    /// Returns the key file, encrypted to the paper key alone.
    pub(crate) fn sealed(&self) -> std::io::Result<Vec<u8>> {
        let mut writer = encryptor(&[&self.recovery])?.wrap_output(Vec::new())?;
        writer.write_all(self.to_text().as_bytes())?;
        writer.finish()
    }
}

fn encryptor(to: &[&Recipient]) -> std::io::Result<age::Encryptor> {
    let to = to.iter().map(|recipient| *recipient as &dyn age::Recipient);
    age::Encryptor::with_recipients(to).map_err(std::io::Error::other)
}

/// How a recovery key begins, and how long it is.
const KEY_START: &str = "AGE-SECRET-KEY-1";
const KEY_LENGTH: usize = 74;

impl Recovery {
    /// Returns what is printed: `AGE-SECRET-KEY-1…`.
    pub fn to_text(&self) -> String {
        self.0.to_string().expose_secret().to_owned()
    }

    /// Reads what was printed, in upper or lower case, with spaces and line ends, alone or within the text of the sheet.
    ///
    /// # Errors
    /// [`Error::UnreadableKey`] when it is none; a slip of typing is noticed.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let text: String = text.split_whitespace().collect::<String>().to_ascii_uppercase();
        let key = text.find(KEY_START).and_then(|at| text.get(at..)).unwrap_or(&text);
        let key: String = key.chars().take(KEY_LENGTH).collect();
        Identity::from_str(&key).map(Self).map_err(|_| Error::UnreadableKey)
    }

    /// Opens the sealed key file of a store.
    pub(crate) fn unseal(&self, sealed: &[u8]) -> Result<KeyRing, Error> {
        let identity: &dyn age::Identity = &self.0;
        let decryptor = age::Decryptor::new(sealed).map_err(|_| Error::UnreadableKey)?;
        let mut reader = decryptor.decrypt(std::iter::once(identity)).map_err(|_| Error::WrongKey)?;
        let mut text = String::new();
        reader.read_to_string(&mut text).map_err(|_| Error::UnreadableKey)?;
        KeyRing::from_text(&text)
    }
}

/// The bytes of a public key in the form of SSH.
fn ssh_bytes(key: &VerifyingKey) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, 11];
    bytes.extend(b"ssh-ed25519");
    bytes.extend([0, 0, 0, 32]);
    bytes.extend(key.as_bytes());
    bytes
}

fn open_ssh(key: &VerifyingKey) -> String {
    format!("ssh-ed25519 {}", base64::engine::general_purpose::STANDARD.encode(ssh_bytes(key)))
}

/// Returns the public key in PEM, as OpenSSL reads it (RFC 8410).
pub(crate) fn pem(key: &VerifyingKey) -> String {
    let mut bytes = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    bytes.extend(key.as_bytes());
    let body = base64::engine::general_purpose::STANDARD.encode(bytes);
    format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
}

/// Returns the fingerprint of a key in OpenSSH form as `ssh-keygen -l` prints it; none when it is no such key.
pub fn fingerprint(open_ssh: &str) -> Option<String> {
    let body = open_ssh.strip_prefix("ssh-ed25519 ")?.split(' ').next()?;
    let bytes = base64::engine::general_purpose::STANDARD.decode(body).ok()?;
    Some(format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(bytes))))
}
