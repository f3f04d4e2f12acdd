//! The key bag of an encrypted iPhone backup: keys by class of protection, wrapped (RFC 3394) with one made from the
//! password, and what they open. Written from descriptions of the format, none of its programs.

use std::collections::BTreeMap;
use std::io;

use aes::cipher::block_padding::{NoPadding, Pkcs7};
use aes::cipher::{BlockDecryptMut, KeyIvInit};
use aes_kw::KekAes256;
use plist::{Dictionary, Uid, Value};

use crate::Error;

type Decryptor = cbc::Decryptor<aes::Aes256>;
type Key = [u8; 32];

/// Apple asks for ten million; more is an attack.
const MOST_ROUNDS: u32 = 20_000_000;
/// A class key that is wrapped with the password.
const BY_PASSWORD: u32 = 2;

/// The opened key bag.
pub struct KeyBag {
    classes: BTreeMap<u32, Key>,
    /// The wrapped key of the list of files, its class before it.
    list: Vec<u8>,
}

fn damaged(what: &str) -> Error {
    Error::Archive { what: what.to_owned() }
}

fn dictionary(bytes: &[u8]) -> Result<Dictionary, Error> {
    let value = Value::from_reader(io::Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
    value.into_dictionary().ok_or_else(|| damaged("plist"))
}

impl KeyBag {
    /// Opens the key bag that a `Manifest.plist` holds.
    pub fn open(manifest: &[u8], password: &str) -> Result<Self, Error> {
        let manifest = dictionary(manifest)?;
        let data = |name: &str| manifest.get(name).and_then(Value::as_data);
        let bag = data("BackupKeyBag").ok_or_else(|| damaged("没有密钥包 no key bag"))?;
        let list = data("ManifestKey").ok_or(Error::Unsupported {
            what: "iOS 10.2 以前的加密备份 an encrypted backup from before iOS 10.2",
        })?;
        let (head, classes) = parse(bag)?;
        let key = from_password(&head, password.as_bytes())?;
        let mut opened = BTreeMap::new();
        for class in classes.iter().filter(|class| class.is_by_password()) {
            let unwrapped = unwrap(&key, class.bytes("WPKY")?).ok_or(Error::PasswordWrong)?;
            opened.insert(class.number("CLAS")?, unwrapped);
        }
        Ok(Self { classes: opened, list: list.to_vec() })
    }

    /// Decrypts the list of files.
    pub fn decrypted_list(&self, bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
        let (class, wrapped) = self.list.split_first_chunk::<4>().ok_or_else(|| damaged("密钥 key"))?;
        self.decrypted(u32::from_le_bytes(*class), wrapped, bytes)
    }

    /// Decrypts a file of which the list says `file`: a keyed archive with its class of protection and its wrapped key.
    pub fn decrypted_file(&self, file: &[u8], bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
        let archive = dictionary(file)?;
        let unreadable = || damaged("备份目录里的文件说明 the description of the file");
        let objects = archive.get("$objects").and_then(Value::as_array).ok_or_else(unreadable)?;
        let at = |value: Option<&Value>| {
            let place = value.and_then(Value::as_uid).copied().map(Uid::get)?;
            objects.get(usize::try_from(place).ok()?)
        };
        let root = archive.get("$top").and_then(Value::as_dictionary).and_then(|top| at(top.get("root")));
        let root = root.and_then(Value::as_dictionary).ok_or_else(unreadable)?;
        let class = root.get("ProtectionClass").and_then(Value::as_unsigned_integer);
        let class = class.and_then(|class| u32::try_from(class).ok()).ok_or_else(unreadable)?;
        let key = at(root.get("EncryptionKey")).and_then(|key| key.as_dictionary()?.get("NS.data")?.as_data());
        let key = key.and_then(|key| key.get(4..)).ok_or_else(unreadable)?;
        let mut plain = self.decrypted(class, key, bytes)?;
        if let Some(size) = root.get("Size").and_then(Value::as_unsigned_integer) {
            plain.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        }
        Ok(plain)
    }

    fn decrypted(&self, class: u32, wrapped: &[u8], mut bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
        let key = self.classes.get(&class).and_then(|class| unwrap(class, wrapped));
        let key = key.ok_or_else(|| damaged("密钥对不上 the key does not fit"))?;
        bytes.truncate(bytes.len() / 16 * 16);
        let decryptor = Decryptor::new(&key.into(), &[0; 16].into());
        // Padding is there or not, by the version; what is no padding stays.
        if let Ok(plain) = decryptor.clone().decrypt_padded_vec_mut::<Pkcs7>(&bytes) {
            return Ok(plain);
        }
        let blocks = decryptor.decrypt_padded_mut::<NoPadding>(&mut bytes);
        blocks.map_err(|_| damaged("加密内容 the encrypted part"))?;
        Ok(bytes)
    }
}

/// A group of fields: the head of the bag, or one class.
#[derive(Default)]
struct Group(BTreeMap<String, Vec<u8>>);

impl Group {
    fn bytes(&self, name: &str) -> Result<&[u8], Error> {
        self.0.get(name).map(Vec::as_slice).ok_or_else(|| damaged("密钥包不完整 the key bag is incomplete"))
    }

    fn number(&self, name: &str) -> Result<u32, Error> {
        let bytes = self.bytes(name)?.try_into().map_err(|_| damaged("密钥包 key bag"))?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn is_by_password(&self) -> bool {
        self.number("WRAP").is_ok_and(|wrap| wrap & BY_PASSWORD != 0)
    }
}

/// Fields of four letters, a length and a value; the second `UUID` begins the first class.
fn parse(bag: &[u8]) -> Result<(Group, Vec<Group>), Error> {
    let cut = || damaged("密钥包被截断 the key bag is cut short");
    let mut groups = vec![Group::default()];
    let mut rest = bag;
    while !rest.is_empty() {
        let (name, after) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let (length, after) = after.split_first_chunk::<4>().ok_or_else(cut)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| cut())?;
        let (value, after) = after.split_at_checked(length).ok_or_else(cut)?;
        let name = String::from_utf8_lossy(name).into_owned();
        let begins = name == "UUID" && groups.last().is_some_and(|group| group.0.contains_key("UUID"));
        if begins {
            groups.push(Group::default());
        }
        if let Some(group) = groups.last_mut() {
            group.0.insert(name, value.to_vec());
        }
        rest = after;
    }
    let head = groups.remove(0);
    Ok((head, groups))
}

/// Since iOS 10.2 a long derivation stands before the short one.
fn from_password(head: &Group, password: &[u8]) -> Result<Key, Error> {
    let rounds = |name: &str| match head.number(name)? {
        rounds @ 1..=MOST_ROUNDS => Ok(rounds),
        _ => Err(damaged("轮数不合理 unreasonable rounds")),
    };
    let first = match head.bytes("DPSL") {
        Ok(salt) => pbkdf2::pbkdf2_hmac_array::<sha2::Sha256, 32>(password, salt, rounds("DPIC")?).to_vec(),
        Err(_) => password.to_vec(),
    };
    Ok(pbkdf2::pbkdf2_hmac_array::<sha1::Sha1, 32>(&first, head.bytes("SALT")?, rounds("ITER")?))
}

fn unwrap(key: &Key, wrapped: &[u8]) -> Option<Key> {
    let mut unwrapped = [0; 32];
    KekAes256::from(*key).unwrap(wrapped, &mut unwrapped).ok()?;
    Some(unwrapped)
}
