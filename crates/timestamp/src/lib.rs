//! RFC 3161 time-stamps: a request out, a reply verified at its own time against certificates that the caller trusts.
//! Knows no network, no clock and nothing of what is stamped.

mod certificate;
mod digest;
mod reply;
mod request;
mod signature;

pub use certificate::{Authorities, Certificate};
pub use digest::Algorithm;
pub use reply::{Stamp, Subject, imprint, verify};
pub use request::Request;

/// Why a request, a reply or a certificate was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The bytes are no request.
    #[error("these bytes are no time-stamp request")]
    UnreadableRequest,
    /// The bytes are no reply.
    #[error("these bytes are no time-stamp reply")]
    UnreadableReply,
    /// The bytes hold no certificate, or one that cannot be read.
    #[error("there is no readable certificate in these bytes")]
    UnreadableCertificate,
    /// The service answered with a refusal.
    #[error("the service refused the request; ask again, or ask another service")]
    NotGranted,
    /// The envelope holds no time-stamp.
    #[error("the envelope does not hold a time-stamp")]
    WrongContentType,
    /// There is not exactly one signer.
    #[error("a time-stamp has exactly one signer, this has not")]
    NotOneSigner,
    /// A digest that is not accepted (any more).
    #[error("the digest algorithm is not accepted")]
    WeakDigest,
    /// The stamp is over other data.
    #[error("the time-stamp belongs to other data")]
    OtherImprint,
    /// The nonce is not the request's.
    #[error("the time-stamp answers another request")]
    OtherNonce,
    /// The signed attributes lack or contradict what they must say.
    #[error("the signed attributes do not fit the content")]
    SignedAttributes,
    /// The certificate that signer id and certificate hash name is not there.
    #[error("the signer's certificate is neither in the reply nor given; give the service's certificates")]
    NoSignerCertificate,
    /// The signer's certificate is not made for time-stamps.
    #[error("the signer's certificate is not one for time-stamps")]
    NotForTimeStamps,
    /// A signature does not verify.
    #[error("a signature does not verify")]
    BadSignature,
    /// A signature algorithm that is not known here.
    #[error("the signature algorithm is not supported here; check with the service's own program")]
    UnknownAlgorithm,
    /// No chain leads to a trusted certificate.
    #[error("no chain of certificates leads to an authority that was named; give the authority's certificate")]
    NoChain,
    /// A certificate in the reply does not belong to the chain.
    #[error("the reply carries a certificate that does not belong to its chain; ask the service for a clean one")]
    StrayCertificate,
    /// The chain was not valid when the stamp was made.
    #[error("a certificate was not valid at the time of the stamp")]
    NotValidThen,
}
