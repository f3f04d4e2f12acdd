//! The reply: everything that must hold before a time is believed (RFC 3161 §2.4.2, RFC 5816, and the ways in which
//! others went wrong: signers found by trying, today's clock for yesterday's stamp).

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{Int, ObjectIdentifier, OctetString};
use der::{Any, Decode, Encode, Sequence, Tag, Tagged};
use x509_cert::attr::Attributes;
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_tsp::{Accuracy, MessageImprint, TimeStampResp, TspVersion};

use crate::{Algorithm, Authorities, Certificate, Refusal, Request, digest, signature};

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2: &str = "1.2.840.113549.1.9.16.2.47";

/// What a stamp must be over.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// The data themselves, in whatever accepted digest; the nonce is not known any more.
    Data(&'a [u8]),
    /// Data whose digest alone is known.
    Digest(&'a [u8]),
    /// Exactly this request, nonce included.
    Request(&'a Request),
}

/// A stamp that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When, in seconds since 1970 UTC.
    pub unix_seconds: u64,
    /// The service's policy, dotted.
    pub policy: String,
    /// The stamp's serial number, hex.
    pub serial: String,
    /// Whose certificate signed.
    pub signer: String,
}

/// `TSTInfo` of RFC 3161 with the time as it stands, because fractions of seconds are allowed there.
#[derive(Clone, Debug, Sequence)]
struct TstInfo {
    version: TspVersion,
    policy: ObjectIdentifier,
    message_imprint: MessageImprint,
    serial_number: Int,
    gen_time: Any,
    #[asn1(optional = "true")]
    accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    ordering: bool,
    #[asn1(optional = "true")]
    nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    tsa: Option<GeneralName>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

#[derive(Clone, Debug, Sequence)]
struct EssCertId {
    cert_hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<Any>,
}

#[derive(Clone, Debug, Sequence)]
struct EssCertIdV2 {
    #[asn1(optional = "true")]
    hash_algorithm: Option<AlgorithmIdentifierOwned>,
    cert_hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<Any>,
}

/// Checks a reply (or a bare token) and returns its time.
///
/// 1. granted, a signed time-stamp, one signer; 2. over the subject; 3. the signer's certificate by id and hash; 4. the
///    signed attributes; 5. the signature; 6. the certificate's purpose and its chain at the stamp's own time.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn verify(reply: &[u8], subject: Subject<'_>, authorities: &Authorities) -> Result<Stamp, Refusal> {
    // 1.
    let token = token(reply)?;
    if token.content_type.to_string() != SIGNED_DATA {
        return Err(Refusal::WrongContentType);
    }
    let signed: SignedData = token.content.decode_as().map_err(|_| Refusal::UnreadableReply)?;
    if signed.encap_content_info.econtent_type.to_string() != TST_INFO {
        return Err(Refusal::WrongContentType);
    }
    let content = signed.encap_content_info.econtent.as_ref().ok_or(Refusal::WrongContentType)?;
    let content: OctetString = content.decode_as().map_err(|_| Refusal::UnreadableReply)?;
    let info = TstInfo::from_der(content.as_bytes()).map_err(|_| Refusal::UnreadableReply)?;
    let [signer] = signed.signer_infos.0.as_slice() else {
        return Err(Refusal::NotOneSigner);
    };
    // 2.
    check_subject(&info, subject)?;
    // 3.
    let carried = certificates(&signed);
    let attributes = signer.signed_attrs.as_ref().ok_or(Refusal::SignedAttributes)?;
    let pool = carried.iter().chain(&authorities.between).chain(&authorities.anchors);
    let certificate = pool
        .into_iter()
        .find(|certificate| is_named(&signer.sid, certificate) && is_hashed(attributes, certificate).unwrap_or(false))
        .ok_or(Refusal::NoSignerCertificate)?;
    // 4.
    let digest = Algorithm::from_oid(signer.digest_alg.oid)?;
    check_attributes(attributes, &digest.digest(content.as_bytes()))?;
    // 5.
    check_signature(signer, attributes, digest, certificate)?;
    // 6.
    certificate.check_signs_stamps()?;
    let unix_seconds = unix_seconds(&info.gen_time)?;
    authorities.check_chain(certificate, &carried, unix_seconds)?;
    Ok(Stamp {
        unix_seconds,
        policy: info.policy.to_string(),
        serial: hex(info.serial_number.as_bytes()),
        signer: certificate.subject(),
    })
}

/// Returns the hash that a reply is over, unverified: to find what it belongs to.
///
/// # Errors
/// What makes the reply unreadable.
pub fn imprint(reply: &[u8]) -> Result<Vec<u8>, Refusal> {
    let signed: SignedData = token(reply)?.content.decode_as().map_err(|_| Refusal::UnreadableReply)?;
    let content = signed.encap_content_info.econtent.ok_or(Refusal::WrongContentType)?;
    let content: OctetString = content.decode_as().map_err(|_| Refusal::UnreadableReply)?;
    let info = TstInfo::from_der(content.as_bytes()).map_err(|_| Refusal::UnreadableReply)?;
    Ok(info.message_imprint.hashed_message.as_bytes().to_vec())
}

fn token(reply: &[u8]) -> Result<ContentInfo, Refusal> {
    use cmpv2::status::PkiStatus;
    if let Ok(token) = ContentInfo::from_der(reply) {
        return Ok(token);
    }
    let response = TimeStampResp::from_der(reply).map_err(|_| Refusal::UnreadableReply)?;
    match response.status.status {
        PkiStatus::Accepted | PkiStatus::GrantedWithMods => response.time_stamp_token.ok_or(Refusal::NotGranted),
        _ => Err(Refusal::NotGranted),
    }
}

fn check_subject(info: &TstInfo, subject: Subject<'_>) -> Result<(), Refusal> {
    let algorithm = Algorithm::from_oid(info.message_imprint.hash_algorithm.oid)?;
    let imprint = info.message_imprint.hashed_message.as_bytes();
    match subject {
        Subject::Data(data) if algorithm.digest(data) == imprint => Ok(()),
        Subject::Digest(digest) if digest == imprint => Ok(()),
        Subject::Data(_) | Subject::Digest(_) => Err(Refusal::OtherImprint),
        Subject::Request(request) if request.algorithm()? != algorithm || request.imprint() != imprint => {
            Err(Refusal::OtherImprint)
        }
        Subject::Request(request) if request.nonce() != info.nonce.as_ref().map(Int::as_bytes) => {
            Err(Refusal::OtherNonce)
        }
        Subject::Request(_) => Ok(()),
    }
}

fn certificates(signed: &SignedData) -> Vec<Certificate> {
    let all = signed.certificates.iter().flat_map(|set| set.0.iter());
    all.filter_map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => Some(Certificate(certificate.clone())),
        CertificateChoices::Other(_) => None,
    })
    .collect()
}

fn is_named(id: &SignerIdentifier, certificate: &Certificate) -> bool {
    match id {
        SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber { issuer, serial_number }) => {
            let inner = &certificate.0.tbs_certificate;
            inner.issuer == *issuer && inner.serial_number == *serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(id) => certificate.subject_key_id().as_deref() == Some(id.0.as_bytes()),
    }
}

/// Whether the signed certificate hash is this certificate's.
fn is_hashed(attributes: &Attributes, certificate: &Certificate) -> Result<bool, Refusal> {
    let der = certificate.to_der();
    if let Some(value) = value(attributes, SIGNING_CERTIFICATE_V2)? {
        let certs: Vec<EssCertIdV2> = first_of(value)?;
        let first = certs.first().ok_or(Refusal::SignedAttributes)?;
        let algorithm = match &first.hash_algorithm {
            None => Algorithm::Sha256,
            Some(named) => Algorithm::from_oid(named.oid)?,
        };
        return Ok(algorithm.digest(&der) == first.cert_hash.as_bytes());
    }
    let value = value(attributes, SIGNING_CERTIFICATE)?.ok_or(Refusal::SignedAttributes)?;
    let certs: Vec<EssCertId> = first_of(value)?;
    let first = certs.first().ok_or(Refusal::SignedAttributes)?;
    Ok(digest::sha1(&der) == first.cert_hash.as_bytes())
}

/// Reads `SEQUENCE { certs SEQUENCE OF T, policies … OPTIONAL }` and returns the certs.
fn first_of<T: for<'a> Decode<'a>>(value: &Any) -> Result<Vec<T>, Refusal> {
    let parts: Vec<Any> = value.decode_as().map_err(|_| Refusal::SignedAttributes)?;
    let certs: Vec<Any> = parts.first().and_then(|certs| certs.decode_as().ok()).ok_or(Refusal::SignedAttributes)?;
    certs
        .iter()
        .map(|any| any.to_der().and_then(|der| T::from_der(&der)).map_err(|_| Refusal::SignedAttributes))
        .collect()
}

/// Returns the one value of the one attribute with this id; none when there is no such attribute.
fn value<'a>(attributes: &'a Attributes, id: &str) -> Result<Option<&'a Any>, Refusal> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid.to_string() == id);
    let Some(attribute) = found.next() else {
        return Ok(None);
    };
    let mut values = attribute.values.iter();
    match (values.next(), values.next(), found.next()) {
        (Some(value), None, None) => Ok(Some(value)),
        _ => Err(Refusal::SignedAttributes),
    }
}

fn check_attributes(attributes: &Attributes, content_digest: &[u8]) -> Result<(), Refusal> {
    let kind = value(attributes, CONTENT_TYPE)?.and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
    let digest = value(attributes, MESSAGE_DIGEST)?.and_then(|any| any.decode_as::<OctetString>().ok());
    let fits = kind.is_some_and(|kind| kind.to_string() == TST_INFO)
        && digest.is_some_and(|digest| digest.as_bytes() == content_digest);
    if fits { Ok(()) } else { Err(Refusal::SignedAttributes) }
}

fn check_signature(
    signer: &SignerInfo,
    attributes: &Attributes,
    digest: Algorithm,
    certificate: &Certificate,
) -> Result<(), Refusal> {
    // RFC 5652 §5.4: what is signed is the SET OF, not the implicitly tagged field.
    let message = attributes.to_der().map_err(|_| Refusal::UnreadableReply)?;
    let key = &certificate.0.tbs_certificate.subject_public_key_info;
    let scheme = signer.signature_algorithm.oid.to_string();
    signature::verify(key, &scheme, digest, (&message, signer.signature.as_bytes()))
}

/// Reads `YYYYMMDDhhmmss[.f]Z`; the fraction is cut off.
fn unix_seconds(time: &Any) -> Result<u64, Refusal> {
    let unreadable = Refusal::UnreadableReply;
    if time.tag() != Tag::GeneralizedTime || time.value().last() != Some(&b'Z') {
        return Err(unreadable);
    }
    let digits = time.value().get(..14).filter(|digits| digits.iter().all(u8::is_ascii_digit)).ok_or(unreadable)?;
    let number = |from: usize, to: usize| digits[from..to].iter().fold(0u16, |sum, d| sum * 10 + u16::from(d - b'0'));
    let small = |from: usize| number(from, from + 2) as u8;
    let civil = der::DateTime::new(number(0, 4), small(4), small(6), small(8), small(10), small(12));
    civil.map(|civil| civil.unix_duration().as_secs()).map_err(|_| unreadable)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
