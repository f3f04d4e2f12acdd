//! Signatures of stamps and certificates: RSA (PKCS #1 1.5) and ECDSA over P-256 and P-384.

use der::Encode;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::pkcs8::DecodePublicKey;
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::{Algorithm, Refusal};

/// The largest RSA modulus that is computed with, in bytes: a larger one only costs time.
const LARGEST_MODULUS: usize = 1024;

/// Checks that `signature` over `message` was made by `key`. `scheme` is the dotted identifier of the signature
/// algorithm; `digest` the digest where the scheme does not name one.
pub fn verify(
    key: &SubjectPublicKeyInfoOwned,
    scheme: &str,
    digest: Algorithm,
    (message, signature): (&[u8], &[u8]),
) -> Result<(), Refusal> {
    let (is_rsa, digest) = match scheme {
        "1.2.840.113549.1.1.1" => (true, digest),
        "1.2.840.113549.1.1.11" => (true, Algorithm::Sha256),
        "1.2.840.113549.1.1.12" => (true, Algorithm::Sha384),
        "1.2.840.113549.1.1.13" => (true, Algorithm::Sha512),
        "1.2.840.10045.4.3.2" => (false, Algorithm::Sha256),
        "1.2.840.10045.4.3.3" => (false, Algorithm::Sha384),
        "1.2.840.10045.4.3.4" => (false, Algorithm::Sha512),
        _ => return Err(Refusal::UnknownAlgorithm),
    };
    let hash = digest.digest(message);
    let key = key.to_der().map_err(|_| Refusal::UnreadableCertificate)?;
    if is_rsa { rsa(&key, digest, &hash, signature) } else { ecdsa(&key, &hash, signature) }
}

fn rsa(key: &[u8], digest: Algorithm, hash: &[u8], signature: &[u8]) -> Result<(), Refusal> {
    let key = RsaPublicKey::from_public_key_der(key).map_err(|_| Refusal::UnknownAlgorithm)?;
    if signature.len() > LARGEST_MODULUS {
        return Err(Refusal::UnknownAlgorithm);
    }
    let padding = match digest {
        Algorithm::Sha256 => Pkcs1v15Sign::new::<rsa::sha2::Sha256>(),
        Algorithm::Sha384 => Pkcs1v15Sign::new::<rsa::sha2::Sha384>(),
        Algorithm::Sha512 => Pkcs1v15Sign::new::<rsa::sha2::Sha512>(),
    };
    key.verify(padding, hash, signature).map_err(|_| Refusal::BadSignature)
}

fn ecdsa(key: &[u8], hash: &[u8], signature: &[u8]) -> Result<(), Refusal> {
    if let Ok(key) = p256::ecdsa::VerifyingKey::from_public_key_der(key) {
        let signature = p256::ecdsa::Signature::from_der(signature).map_err(|_| Refusal::BadSignature)?;
        return key.verify_prehash(hash, &signature).map_err(|_| Refusal::BadSignature);
    }
    let key = p384::ecdsa::VerifyingKey::from_public_key_der(key).map_err(|_| Refusal::UnknownAlgorithm)?;
    let signature = p384::ecdsa::Signature::from_der(signature).map_err(|_| Refusal::BadSignature)?;
    key.verify_prehash(hash, &signature).map_err(|_| Refusal::BadSignature)
}
