//! The request: a hash, a nonce, and the wish for certificates (RFC 3161 §2.4.1).

use der::asn1::{Int, OctetString};
use der::oid::db::rfc5912::ID_SHA_256;
use der::{Any, Decode, Encode};
use x509_cert::spki::AlgorithmIdentifier;
use x509_tsp::{MessageImprint, TimeStampReq, TspVersion};

use crate::{Algorithm, Refusal};

/// A request for a time-stamp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request(TimeStampReq);

impl Request {
    /// Returns a request over the SHA-256 of `data` with `nonce`.
    ///
    /// # Panics
    /// Never: every part is of fixed size.
    pub fn new(data: &[u8], nonce: [u8; 8]) -> Self {
        // A positive integer of a fixed length: the highest bit off, the next one on.
        let mut nonce = nonce;
        nonce[0] = nonce[0] & 0x3f | 0x40;
        Self(TimeStampReq {
            version: TspVersion::V1,
            message_imprint: MessageImprint {
                hash_algorithm: AlgorithmIdentifier { oid: ID_SHA_256, parameters: Some(Any::null()) },
                hashed_message: OctetString::new(Algorithm::Sha256.digest(data)).expect("32 bytes fit"),
            },
            req_policy: None,
            nonce: Some(Int::new(&nonce).expect("8 bytes fit")),
            cert_req: true,
            extensions: None,
        })
    }

    /// Reads a request.
    ///
    /// # Errors
    /// [`Refusal::UnreadableRequest`] when the bytes are none.
    pub fn from_der(bytes: &[u8]) -> Result<Self, Refusal> {
        TimeStampReq::from_der(bytes).map(Self).map_err(|_| Refusal::UnreadableRequest)
    }

    /// Returns the bytes to send, as of a `.tsq` file.
    ///
    /// # Panics
    /// Never: what was built or read can be written.
    pub fn to_der(&self) -> Vec<u8> {
        self.0.to_der().expect("a request that was read or built can be written")
    }

    /// Returns the hash that is to be stamped.
    pub fn imprint(&self) -> &[u8] {
        self.0.message_imprint.hashed_message.as_bytes()
    }

    pub(crate) fn algorithm(&self) -> Result<Algorithm, Refusal> {
        Algorithm::from_oid(self.0.message_imprint.hash_algorithm.oid)
    }

    pub(crate) fn nonce(&self) -> Option<&[u8]> {
        self.0.nonce.as_ref().map(Int::as_bytes)
    }
}
