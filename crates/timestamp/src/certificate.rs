//! Certificates: reading them, whether one may sign stamps, and the chain to a trusted one at a given time (the part of
//! RFC 5280 §6 that time-stamps need; revocation is not looked at).

use base64::Engine as _;
use der::{Decode, Encode};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier};

use crate::{Algorithm, Refusal, signature};

const BASIC_CONSTRAINTS: &str = "2.5.29.19";
const KEY_USAGE: &str = "2.5.29.15";
const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
const SUBJECT_KEY_ID: &str = "2.5.29.14";
const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";
const LONGEST_CHAIN: usize = 8;
const MOST_CERTIFICATES: usize = 32;

/// One certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate(pub(crate) x509_cert::Certificate);

impl Certificate {
    /// Reads all certificates of a PEM file, or the one of a DER file.
    ///
    /// # Errors
    /// [`Refusal::UnreadableCertificate`] when there is none, or one that cannot be read.
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Self>, Refusal> {
        const END: &str = "-----END CERTIFICATE-----";
        let unreadable = Refusal::UnreadableCertificate;
        if bytes.first() == Some(&0x30) {
            return x509_cert::Certificate::from_der(bytes).map(|read| vec![Self(read)]).map_err(|_| unreadable);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| unreadable)?;
        let mut all = Vec::new();
        for part in text.split_inclusive(END).filter(|part| part.contains("-----BEGIN CERTIFICATE-----")) {
            // Some write the whole body on one line, so it is read without its lines.
            let body = part.split("-----BEGIN CERTIFICATE-----").last().and_then(|rest| rest.strip_suffix(END));
            let body: String = body.ok_or(unreadable)?.split_whitespace().collect();
            let der = base64::engine::general_purpose::STANDARD.decode(body).map_err(|_| unreadable)?;
            all.push(Self(x509_cert::Certificate::from_der(&der).map_err(|_| unreadable)?));
        }
        if all.is_empty() || all.len() > MOST_CERTIFICATES { Err(unreadable) } else { Ok(all) }
    }

    /// Returns the DER bytes.
    ///
    /// # Panics
    /// Never: what was read can be written.
    pub fn to_der(&self) -> Vec<u8> {
        self.0.to_der().expect("a certificate that was read can be written")
    }

    /// Returns whose it is, as `CN=…,O=…`.
    pub fn subject(&self) -> String {
        self.0.tbs_certificate.subject.to_string()
    }

    /// Returns the SHA-256 of the certificate, in hex: what an authority publishes to compare with.
    pub fn fingerprint(&self) -> String {
        use std::fmt::Write as _;
        let mut text = String::new();
        for byte in Algorithm::Sha256.digest(&self.to_der()) {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    fn is_self_issued(&self) -> bool {
        self.0.tbs_certificate.subject == self.0.tbs_certificate.issuer
    }

    /// Whether both say the same name and key: one, or one signed by two authorities.
    fn is_same_holder(&self, other: &Self) -> bool {
        let (one, two) = (&self.0.tbs_certificate, &other.0.tbs_certificate);
        one.subject == two.subject && one.subject_public_key_info == two.subject_public_key_info
    }

    fn extension(&self, id: &str) -> Option<(bool, &[u8])> {
        let all = self.0.tbs_certificate.extensions.as_ref()?;
        all.iter()
            .find(|extension| extension.extn_id.to_string() == id)
            .map(|extension| (extension.critical, extension.extn_value.as_bytes()))
    }

    pub(crate) fn subject_key_id(&self) -> Option<Vec<u8>> {
        let (_, bytes) = self.extension(SUBJECT_KEY_ID)?;
        SubjectKeyIdentifier::from_der(bytes).ok().map(|id| id.0.as_bytes().to_vec())
    }

    /// How many authorities may stand below this one; none when it is no authority.
    fn room_below(&self) -> Option<u8> {
        let (_, bytes) = self.extension(BASIC_CONSTRAINTS)?;
        let constraints = BasicConstraints::from_der(bytes).ok()?;
        let may_sign = match self.extension(KEY_USAGE) {
            None => true,
            Some((_, bytes)) => KeyUsage::from_der(bytes).is_ok_and(|usage| usage.key_cert_sign()),
        };
        (constraints.ca && may_sign).then_some(constraints.path_len_constraint.unwrap_or(u8::MAX))
    }

    /// Checks that it is an end entity's with exactly one, critical, extended key usage: time-stamping.
    pub(crate) fn check_signs_stamps(&self) -> Result<(), Refusal> {
        let (is_critical, bytes) = self.extension(EXTENDED_KEY_USAGE).ok_or(Refusal::NotForTimeStamps)?;
        let usage = ExtendedKeyUsage::from_der(bytes).map_err(|_| Refusal::NotForTimeStamps)?;
        let is_only = matches!(usage.0.as_slice(), [one] if one.to_string() == TIME_STAMPING);
        if is_critical && is_only && self.room_below().is_none() { Ok(()) } else { Err(Refusal::NotForTimeStamps) }
    }

    fn is_valid_at(&self, unix_seconds: u64) -> bool {
        let validity = &self.0.tbs_certificate.validity;
        let (from, to) = (validity.not_before.to_unix_duration(), validity.not_after.to_unix_duration());
        (from.as_secs()..=to.as_secs()).contains(&unix_seconds)
    }

    fn has_unknown_critical(&self) -> bool {
        let known = [BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, "2.5.29.32"];
        let all = self.0.tbs_certificate.extensions.iter().flatten();
        all.into_iter().any(|extension| extension.critical && !known.contains(&extension.extn_id.to_string().as_str()))
    }

    fn is_signed_by(&self, issuer: &Self) -> bool {
        let inner = &self.0.tbs_certificate.signature.oid;
        let (Ok(message), Some(bytes)) = (self.0.tbs_certificate.to_der(), self.0.signature.as_bytes()) else {
            return false;
        };
        let key = &issuer.0.tbs_certificate.subject_public_key_info;
        let scheme = self.0.signature_algorithm.oid.to_string();
        // The scheme stands twice, once inside what is signed.
        *inner == self.0.signature_algorithm.oid
            && self.0.tbs_certificate.issuer == issuer.0.tbs_certificate.subject
            && signature::verify(key, &scheme, Algorithm::Sha256, (&message, bytes)).is_ok()
    }
}

/// Whom the caller trusts, and certificates that may stand between.
#[derive(Clone, Debug, Default)]
pub struct Authorities {
    /// Trusted: a chain ends at one of these.
    pub anchors: Vec<Certificate>,
    /// Not trusted, but useful to build the chain.
    pub between: Vec<Certificate>,
}

impl Authorities {
    /// Returns the self-issued certificates of a chain file as anchors and the rest as between; all as anchors when
    /// none is self-issued.
    pub fn from_chain(chain: Vec<Certificate>) -> Self {
        let (anchors, between): (Vec<_>, Vec<_>) = chain.into_iter().partition(Certificate::is_self_issued);
        if anchors.is_empty() { Self { anchors: between, between: anchors } } else { Self { anchors, between } }
    }

    /// Checks that a chain leads from `leaf` to an anchor, all valid at `unix_seconds`.
    /// Every certificate in `more` must belong to that chain: what does not was put in to mislead somebody.
    pub(crate) fn check_chain(
        &self,
        leaf: &Certificate,
        more: &[Certificate],
        unix_seconds: u64,
    ) -> Result<(), Refusal> {
        let chain = self.chain(leaf, more)?;
        if more.iter().any(|carried| !chain.iter().any(|link| link.is_same_holder(carried))) {
            return Err(Refusal::StrayCertificate);
        }
        let was_valid = chain.iter().all(|link| link.is_valid_at(unix_seconds));
        if was_valid { Ok(()) } else { Err(Refusal::NotValidThen) }
    }

    /// Returns the chain from `leaf` to an anchor, both included.
    fn chain<'a>(&'a self, leaf: &'a Certificate, more: &'a [Certificate]) -> Result<Vec<&'a Certificate>, Refusal> {
        let mut chain = vec![leaf];
        let mut current = leaf;
        for depth in 0..LONGEST_CHAIN {
            if current.has_unknown_critical() {
                return Err(Refusal::NoChain);
            }
            let fits = |issuer: &&Certificate| {
                issuer.room_below().is_some_and(|room| usize::from(room) >= depth) && current.is_signed_by(issuer)
            };
            if let Some(anchor) = self.anchors.iter().find(fits) {
                chain.push(anchor);
                return Ok(chain);
            }
            let between = self.between.iter().chain(more.iter().take(MOST_CERTIFICATES));
            let next = between.filter(|issuer| !issuer.is_self_issued()).find(fits).ok_or(Refusal::NoChain)?;
            chain.push(next);
            current = next;
        }
        Err(Refusal::NoChain)
    }
}

#[cfg(test)]
mod tests {
    use super::Certificate;
    use crate::Refusal;

    #[test]
    fn a_certificate_that_also_serves_web_sites_signs_no_stamps() {
        let read = |bytes: &[u8]| Certificate::read_all(bytes).unwrap().remove(0);
        let server = read(include_bytes!("../tests/vector/wrong-purpose.pem"));
        assert_eq!(server.check_signs_stamps(), Err(Refusal::NotForTimeStamps));
        let authority = read(include_bytes!("../tests/vector/authority.pem"));
        assert_eq!(authority.check_signs_stamps(), Err(Refusal::NotForTimeStamps));
    }
}
