//! Time-stamps of checkpoints: the request goes out as a file, the answer comes in as a file.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use timestamp::{Authorities, Certificate, Request, Stamp, Subject};

use crate::disk::{read_whole, write_whole};
use crate::record::{Kind, Meaning, Moment};
use crate::store::checkpoint_path;
use crate::{Entry, Input};
use crate::{Error, Fault, Origin, Store};

const LARGEST: u64 = 1 << 20;

impl Store {
    /// Returns the number of the newest checkpoint and a request to stamp it, which the store remembers.
    ///
    /// # Errors
    /// [`Error::Disk`] when it cannot be written down.
    pub fn request_stamp(&mut self) -> Result<(u64, Vec<u8>), Error> {
        let commit = self.commits();
        let note = self.checkpoint(commit)?;
        // One that is under way stays valid: another would make the answer to it one that was not asked for.
        let earlier = read_whole(&*self.disk, &format!("stamps/{}", request_name(commit)), LARGEST);
        if let Some(request) = earlier.ok().filter(|der| Request::from_der(der).is_ok()) {
            return Ok((commit, request));
        }
        if self.is_read_only() {
            return Err(Error::ReadOnly);
        }
        let mut nonce = [0; 8];
        self.random(&mut nonce);
        let request = Request::new(&note, nonce).to_der();
        write_whole(&*self.disk, "stamps", &request_name(commit), &request)?;
        Ok((commit, request))
    }

    /// Checks an answer against the checkpoint it belongs to and keeps it, with the authority's certificates, both or
    /// neither. An answer that we have not asked for is accepted without a nonce, so that stamps made elsewhere can be
    /// brought in.
    ///
    /// # Errors
    /// [`Error::StrangeStamp`] when it belongs to no checkpoint; [`Error::Stamp`] when it does not hold.
    pub fn accept_stamp(&mut self, reply: &[u8], authority: &[u8], origin: &Origin<'_>) -> Result<(u64, Stamp), Error> {
        let authorities = Authorities::from_chain(Certificate::read_all(authority)?);
        let imprint = timestamp::imprint(reply)?;
        let commit = self.stamped_commit(&imprint)?.ok_or(Error::StrangeStamp)?;
        let request = read_whole(&*self.disk, &format!("stamps/{}", request_name(commit)), LARGEST);
        let stamp = match request.ok().and_then(|der| Request::from_der(&der).ok()) {
            Some(request) => timestamp::verify(reply, Subject::Request(&request), &authorities)?,
            None => timestamp::verify(reply, Subject::Data(&self.checkpoint(commit)?), &authorities)?,
        };
        let number = self.next(origin);
        let mut certificates = Entry::original("application/x-pem-file", authority);
        certificates.kind = Kind::Derived;
        certificates.about = vec![number];
        certificates.source = BTreeMap::from([("type".to_owned(), "stamp-authority".to_owned())]);
        self.commit(origin, vec![stamp_entry(commit, reply, &stamp), certificates])?;
        Ok((number, stamp))
    }

    fn stamped_commit(&self, imprint: &[u8]) -> Result<Option<u64>, Error> {
        use timestamp::Algorithm::{Sha256, Sha384, Sha512};
        for commit in (1..=self.commits()).rev() {
            let note = self.checkpoint(commit)?;
            if [Sha256, Sha384, Sha512].iter().any(|algorithm| algorithm.digest(&note) == imprint) {
                return Ok(Some(commit));
            }
        }
        Ok(None)
    }

    /// Returns the signed note after a commit.
    ///
    /// # Errors
    /// [`Error::Disk`] when it cannot be read.
    pub fn checkpoint(&self, commit: u64) -> Result<Vec<u8>, Error> {
        read_whole(&*self.disk, &checkpoint_path(commit), LARGEST)
    }

    /// Checks all kept stamps again, each with the certificates kept beside it, and returns those that do not hold.
    ///
    /// # Errors
    /// Those of reading.
    pub fn verify_stamps(&self) -> Result<Vec<Fault>, Error> {
        let mut faults = Vec::new();
        for kept in self.stamps()? {
            let checked = Certificate::read_all(&kept.authority).and_then(|chain| {
                let note = self.checkpoint(kept.commit).map_err(|_| timestamp::Refusal::OtherImprint)?;
                timestamp::verify(&kept.reply, Subject::Data(&note), &Authorities::from_chain(chain))
            });
            if let Err(refusal) = checked {
                faults.push(Fault::Stamp { number: kept.number, refusal });
            }
        }
        Ok(faults)
    }

    /// Returns all stamps that are kept.
    pub(crate) fn stamps(&self) -> Result<Vec<KeptStamp>, Error> {
        let (mut stamps, mut failure) = (Vec::<KeptStamp>::new(), None);
        let numbers = self.numbers(&[Kind::Stamp]);
        let beside = numbers.iter().flat_map(|number| self.speaking_of(*number));
        let wanted: BTreeSet<u64> = numbers.iter().chain(beside).copied().collect();
        self.visit(&|number| wanted.contains(&number), &mut |kept| {
            let is_authority = kept.record.source.get("type").is_some_and(|kind| kind == "stamp-authority");
            let (is_stamp, record) = (kept.record.kind == Kind::Stamp, kept.record);
            let Some(reader) = kept.content.filter(|_| is_stamp || is_authority) else { return Ok(()) };
            let mut bytes = Vec::new();
            if let Err(error) = reader.take(LARGEST).read_to_end(&mut bytes) {
                failure = Some(error);
            } else if is_stamp {
                let commit = record.source.get("commit").and_then(|commit| commit.parse().ok()).unwrap_or(0);
                stamps.push(KeptStamp { number: record.seq, commit, reply: bytes, authority: Vec::new() });
            } else if let Some(stamp) = stamps.iter_mut().find(|stamp| record.about.contains(&stamp.number)) {
                stamp.authority = bytes;
            }
            Ok(())
        })?;
        failure.map_or(Ok(stamps), |error| Err(Error::at("objects")(error)))
    }
}

/// A stamp with what belongs to it.
pub(crate) struct KeptStamp {
    pub(crate) number: u64,
    pub(crate) commit: u64,
    pub(crate) reply: Vec<u8>,
    pub(crate) authority: Vec<u8>,
}

fn stamp_entry<'a>(commit: u64, reply: &'a [u8], stamp: &Stamp) -> Entry<'a> {
    let seconds = i64::try_from(stamp.unix_seconds).unwrap_or(i64::MAX / 1000);
    let when = Moment { unix_ms: seconds.saturating_mul(1000), offset_minutes: 0 };
    let source = [
        ("commit", commit.to_string()),
        ("policy", stamp.policy.clone()),
        ("serial", stamp.serial.clone()),
        ("signer", stamp.signer.clone()),
    ];
    let input = Input { mime: "application/timestamp-reply".to_owned(), reader: Box::new(reply) };
    Entry {
        input: Some(input),
        source: source.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        times: vec![when.claimed(Meaning::Stamped, "time-stamp")],
        ..Entry::remark(Kind::Stamp, Vec::new(), None)
    }
}

fn request_name(commit: u64) -> String {
    format!("{commit:010}.tsq")
}
