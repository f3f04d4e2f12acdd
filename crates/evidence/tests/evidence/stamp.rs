//! Time-stamps and power failures: a stamp is there with its certificates or not at all.

use std::path::{Path, PathBuf};
use std::process::Command;

use evidence::{Error, Kind, Store};

use crate::disk::{Memory, Survives};
use crate::store::made;
use crate::{Counter, again, at};

/// Makes a time-stamp service in the folder and has it answer `q.tsq`.
const SERVICE: &str = "set -e
printf '[ca]\\nbasicConstraints=critical,CA:TRUE\\n[leaf]\\nextendedKeyUsage=critical,timeStamping\\n[tsa]\\ndefault_tsa=t\\n[t]\\nserial=serial\\nsigner_digest=sha256\\ndefault_policy=1.2.3.4\\ndigests=sha256\\ness_cert_id_alg=sha256\\n[req]\\ndistinguished_name=dn\\n[dn]\\n' > c
echo 01 > serial
K='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config c'
openssl req -x509 $K -keyout ca.key -out ca.pem -subj /CN=Root -extensions ca -days 3000
openssl req $K -keyout t.key -out t.csr -subj /CN=Service
openssl x509 -req -in t.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3000 -extfile c -extensions leaf -out t.pem
openssl ts -reply -config c -queryfile q.tsq -signer t.pem -inkey t.key -out r.tsr";

fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("stamp");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// What the service answers to a request, and its root.
fn answered(folder: &Path, request: &[u8]) -> (Vec<u8>, Vec<u8>) {
    std::fs::write(folder.join("q.tsq"), request).expect("written");
    let made = Command::new("sh").args(["-c", SERVICE]).current_dir(folder).output().expect("sh runs");
    assert!(made.status.success(), "openssl is needed: {}", String::from_utf8_lossy(&made.stderr));
    let read = |name: &str| std::fs::read(folder.join(name)).expect("made");
    (read("r.tsr"), read("ca.pem"))
}

#[test]
fn at_every_operation_a_power_failure_leaves_no_half_stamp() {
    let made = made();
    made.add(1, &["one"]);
    let (_, request) = made.open().request_stamp().expect("a request");
    let (reply, authority) = answered(&folder(), &request);
    let fresh = made.disk.reboot(Survives::All);
    let accept = |disk: &Memory| -> Result<u64, Error> {
        let mut store = Store::open(Box::new(disk.clone()), again(&made.keys), Box::new(Counter(7)))?;
        Ok(store.accept_stamp(&reply, &authority, &at(5))?.0)
    };
    let whole = fresh.reboot(Survives::All);
    whole.fail_at(usize::MAX);
    accept(&whole).expect("no failure");
    let (operations, mut points) = (whole.operations(), 0);
    for survives in [Survives::All, Survives::Flushed, Survives::Names] {
        for fails_at in 1..=operations + 1 {
            let disk = fresh.reboot(Survives::All);
            disk.fail_at(fails_at);
            let accepted = accept(&disk);
            let after = disk.reboot(survives);
            let store = Store::open(Box::new(after), again(&made.keys), Box::new(Counter(3))).expect("it opens again");
            let place = format!("{survives:?} at {fails_at}");
            assert_eq!(
                (store.fault(), store.verify_stamps().expect("readable").as_slice()),
                (None, &[][..]),
                "{place}"
            );
            let stamps = store.numbers(&[Kind::Stamp]);
            let certificates = store.numbers(&[Kind::Derived]);
            assert_eq!(stamps.len(), certificates.len(), "{place}: both or neither");
            if let Some(stamp) = stamps.first() {
                assert_eq!(store.speaking_of(*stamp), certificates, "{place}");
            }
            assert!(accepted.is_err() || stamps.len() == 1, "{place}: what was acknowledged is there");
            points += 1;
        }
    }
    eprintln!("{points} points of failure");
}
