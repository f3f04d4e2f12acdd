//! Replies that must be accepted and replies that must not, ours and the published ones where they are at hand.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use timestamp::{Authorities, Certificate, Refusal, Request, Stamp, Subject, verify};

fn vector(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vector").join(name)).expect("the vector is there")
}

fn authorities(pem: &[u8]) -> Authorities {
    Authorities::from_chain(Certificate::read_all(pem).expect("certificates are readable"))
}

fn check(reply: &str) -> Result<Stamp, Refusal> {
    let request = Request::from_der(&vector("request.tsq")).expect("the request is readable");
    verify(&vector(reply), Subject::Request(&request), &authorities(&vector("authority.pem")))
}

#[test]
fn a_reply_to_this_request_is_accepted() {
    for reply in ["good.tsr", "good-rsa.tsr"] {
        let stamp = check(reply).expect("the reply is good");
        assert_eq!(stamp.policy, "1.2.3.4.1");
        assert!(stamp.unix_seconds > 1_700_000_000);
        let data = vector("data");
        assert_eq!(verify(&vector(reply), Subject::Data(&data), &authorities(&vector("authority.pem"))), Ok(stamp));
    }
}

#[test]
fn a_reply_to_something_else_is_refused() {
    assert_eq!(check("other-data.tsr"), Err(Refusal::OtherImprint));
    assert_eq!(check("no-nonce.tsr"), Err(Refusal::OtherNonce));
}

#[test]
fn an_authority_of_the_same_name_is_not_the_authority() {
    let (good, data, stranger) = (vector("good.tsr"), vector("data"), authorities(&vector("stranger.pem")));
    assert_eq!(verify(&good, Subject::Data(&data), &stranger), Err(Refusal::NoChain));
    assert_eq!(verify(&good, Subject::Data(&data), &Authorities::default()), Err(Refusal::NoChain));
}

#[test]
fn a_request_can_be_written_and_read() {
    let request = Request::new(b"data", [0xff; 8]);
    assert_eq!(Request::from_der(&request.to_der()), Ok(request));
    assert_eq!(Request::from_der(b"nothing"), Err(Refusal::UnreadableRequest));
}

#[test]
fn no_changed_byte_of_what_is_signed_goes_unnoticed() {
    let (good, data, trust) = (vector("good.tsr"), vector("data"), authorities(&vector("authority.pem")));
    let stamp = verify(&good, Subject::Data(&data), &trust).expect("the reply is good");
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut changed = good.clone();
            changed[at] ^= 1 << bit;
            // What is not signed may change (a status text, say) as long as nothing that we say changes with it.
            if let Ok(other) = verify(&changed, Subject::Data(&data), &trust) {
                assert_eq!(other, stamp, "byte {at} bit {bit}");
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = verify(&bytes, Subject::Data(b""), &Authorities::default());
        let _ = Request::from_der(&bytes);
        let _ = Certificate::read_all(&bytes);
    }
}

/// The published replies, where the folder lies beside the repository.
mod published {
    use super::*;

    fn read(name: &str) -> Option<Vec<u8>> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/rfc3161");
        let found = fs::read(root.join(name)).ok();
        if found.is_none() {
            eprintln!("no published vector {name} beside the repository");
        }
        found
    }

    fn outcome(reply: &str, chain: &str, subject: Subject<'_>) -> Option<Result<u64, Refusal>> {
        let trust = authorities(&read(chain)?);
        Some(verify(&read(reply)?, subject, &trust).map(|stamp| stamp.unix_seconds))
    }

    #[test]
    fn staged_service() {
        const CHAIN: &str = "sigstage/ts_chain.pem";
        for digest in ["sha256", "sha384", "sha512"] {
            let reply = format!("sigstage/response-{digest}.tsr");
            let Some(got) = outcome(&reply, CHAIN, Subject::Data(b"hello")) else { return };
            assert!(got.is_ok(), "{reply}: {got:?}");
        }
        let bad = outcome("sigstage/response-invalid-signature.tsr", CHAIN, Subject::Data(b"hello"));
        assert_eq!(bad, Some(Err(Refusal::BadSignature)));
        let bare = read("sigstage/response-no-embedded-cert.tsr").expect("the other files were there");
        let chain = Certificate::read_all(&read(CHAIN).expect("the other files were there")).expect("readable");
        let root_only = Authorities { anchors: vec![chain.last().expect("a root").clone()], between: Vec::new() };
        assert_eq!(verify(&bare, Subject::Data(b"hello"), &root_only), Err(Refusal::NoSignerCertificate));
        let whole = verify(&bare, Subject::Data(b"hello"), &Authorities::from_chain(chain));
        assert!(whole.is_ok(), "{whole:?}");
    }

    #[test]
    fn test_service() {
        const CHAIN: &str = "test_tsa/ts_chain.pem";
        let Some(request) = read("test_tsa/request.der") else { return };
        let request = Request::from_der(&request).expect("readable");
        let good = outcome("test_tsa/response.tsr", CHAIN, Subject::Request(&request)).expect("the files are there");
        assert!(good.is_ok(), "{good:?}");
        let other = outcome("test_tsa/other_response.tsr", CHAIN, Subject::Request(&request));
        assert!(matches!(other, Some(Err(Refusal::OtherImprint | Refusal::OtherNonce))), "{other:?}");
        let injected = outcome("test_tsa/response-injected-certs.tsr", CHAIN, Subject::Request(&request));
        assert_eq!(injected, Some(Err(Refusal::StrayCertificate)));
    }

    #[test]
    fn an_expired_certificate_is_good_at_its_own_time() {
        let Some(payload) = read("sigstore.mock/payload") else { return };
        let got = outcome("sigstore.mock/response-expired.tsr", "sigstore.mock/ts_chain.pem", Subject::Data(&payload));
        assert_eq!(got, Some(Ok(1_675_209_600)));
    }

    #[test]
    fn an_older_certificate_hash_and_its_chain() {
        let Some(reply) = read("identrust/issue-104.tsr") else { return };
        let trust = authorities(&read("identrust/ts_chain.pem").expect("the reply was there"));
        assert_eq!(verify(&reply, Subject::Data(b""), &trust), Err(Refusal::OtherImprint));
        // What it stamps is not published; its digest is all there is.
        let digest = timestamp::imprint(&reply).expect("readable");
        let got = verify(&reply, Subject::Digest(&digest), &trust);
        assert!(got.is_ok(), "{got:?}");
    }
}
