//! The digests of lists, old and new, in one pass over a file.

use std::io::{self, Read};

use md5::Md5;
use sha1::Sha1;
use sha2::digest::DynDigest;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use sm3::Sm3;

/// A digest algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// MD5: old bags only.
    Md5,
    /// SHA-1: old bags only.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SM3.
    Sm3,
}

impl Algorithm {
    /// Returns the algorithm of a list's name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "md5" => Some(Self::Md5),
            "sha1" => Some(Self::Sha1),
            "sha224" => Some(Self::Sha224),
            "sha256" => Some(Self::Sha256),
            "sha384" => Some(Self::Sha384),
            "sha512" => Some(Self::Sha512),
            "sm3" => Some(Self::Sm3),
            _ => None,
        }
    }

    fn begin(self) -> Box<dyn DynDigest> {
        match self {
            Self::Md5 => Box::new(Md5::default()),
            Self::Sha1 => Box::new(Sha1::default()),
            Self::Sha224 => Box::new(Sha224::default()),
            Self::Sha256 => Box::new(Sha256::default()),
            Self::Sha384 => Box::new(Sha384::default()),
            Self::Sha512 => Box::new(Sha512::default()),
            Self::Sm3 => Box::new(Sm3::default()),
        }
    }
}

/// Returns the digests of a file in hex, in the order asked for.
///
/// # Errors
/// What the system says.
pub fn digests(file: &mut dyn Read, algorithms: &[Algorithm]) -> io::Result<Vec<String>> {
    let mut running: Vec<Box<dyn DynDigest>> = algorithms.iter().map(|algorithm| algorithm.begin()).collect();
    let mut step = vec![0; 64 * 1024];
    loop {
        let got = file.read(&mut step)?;
        if got == 0 {
            break;
        }
        for digest in &mut running {
            digest.update(&step[..got]);
        }
    }
    Ok(running.into_iter().map(|digest| crate::hex(&digest.finalize())).collect())
}
