//! `zhenxin evidence` from outside, and what other people's tools say of its exports: the separate verifier, the shell
//! commands of VERIFY, and bagit.py where it is installed.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::process::{code, folder, zhenxin};

/// A folder of its own for one test, with a store in it.
struct Case {
    folder: PathBuf,
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}

impl Case {
    fn new(name: &str) -> Self {
        Self { folder: folder(name) }
    }

    fn with_store(name: &str) -> Self {
        let case = Self::new(name);
        case.good(&["init", "--sheet", "sheet.txt"]);
        case
    }

    fn run(&self, arguments: &[&str]) -> Output {
        zhenxin()
            .args(["evidence", "--store", "store"])
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .output()
            .expect("the binary starts")
    }

    fn good(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(code(&output), 0, "{arguments:?}: {}", text(&output));
        text(&output)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

#[test]
fn a_message_is_kept_listed_shown_noted_hidden_and_verified() {
    let case = Case::with_store("whole");
    case.good(&[
        "add",
        "--text",
        "【某某银行】请还款",
        "--sender",
        "1069000",
        "--received-at",
        "2026-05-06T21:10:00+08:00",
    ]);
    fs::write(case.path("picture.png"), b"no real picture").expect("written");
    case.good(&["add", "picture.png"]);
    case.good(&["note", "1", "催收"]);
    assert!(case.good(&["list"]).contains("【某某银行】请还款"));
    case.good(&["hide", "1"]);
    assert!(!case.good(&["list"]).contains("【某某银行】请还款"));
    assert!(case.good(&["list", "--all"]).contains("【某某银行】请还款"));
    case.good(&["hide", "1", "--undo"]);
    assert!(case.good(&["show", "1"]).contains("2026-05-06T21:10:00"));
    case.good(&["show", "2", "-o", "out.png"]);
    assert_eq!(fs::read(case.path("out.png")).expect("written"), b"no real picture");
    let verified = case.good(&["verify"]);
    for words in ["完整", "签名有效", "来源未证实"] {
        assert!(verified.contains(words), "{verified}");
    }
    assert!(!verified.contains("真实"), "{verified}");
}

#[test]
fn paper_brings_the_keys_back() {
    let case = Case::with_store("recover");
    case.good(&["add", "--text", "一"]);
    fs::remove_dir_all(case.path("store.keys")).expect("the keys are lost");
    assert_eq!(code(&case.run(&["list"])), 2);
    let sheet = fs::read_to_string(case.path("sheet.txt")).expect("the sheet");
    let key = sheet.lines().find(|line| line.starts_with("AGE-S")).expect("the key is on the sheet");
    fs::write(case.path("typed.txt"), key).expect("written");
    case.good(&["recover", "--key-file", "typed.txt"]);
    assert!(case.good(&["list"]).contains('一'));
    fs::write(case.path("slip.txt"), key.replace('Q', "P")).expect("written");
    assert_eq!(code(&case.run(&["recover", "--key-file", "slip.txt"])), 2);
}

#[test]
fn the_whole_sheet_brings_the_keys_back_too() {
    let case = Case::with_store("sheet");
    case.good(&["add", "--text", "一"]);
    fs::remove_dir_all(case.path("store.keys")).expect("the keys are lost");
    case.good(&["recover", "--key-file", "sheet.txt"]);
    assert!(case.good(&["list"]).contains('一'));
}

#[test]
fn a_stamp_request_under_way_is_handed_out_again() {
    let case = Case::with_store("request");
    case.good(&["stamp", "request", "-o", "one.tsq"]);
    case.good(&["stamp", "request", "-o", "two.tsq"]);
    assert_eq!(fs::read(case.path("one.tsq")).expect("written"), fs::read(case.path("two.tsq")).expect("written"));
}

#[test]
fn a_record_does_not_say_where_a_file_lies_on_this_computer() {
    let case = Case::with_store("path");
    fs::write(case.path("a.txt"), "一").expect("written");
    let whole = case.path("a.txt").canonicalize().expect("it is there");
    case.good(&["add", whole.to_str().expect("a name of letters")]);
    let shown = case.good(&["show", "1"]);
    assert!(shown.contains("\"name\": \"a.txt\""), "{shown}");
}

#[test]
fn bad_input_says_what_to_do_and_changes_nothing() {
    let case = Case::new("bad");
    assert_eq!(code(&case.run(&["list"])), 2, "no store");
    case.good(&["init", "--sheet", "sheet.html"]);
    for arguments in [
        &["init", "--sheet", "other.html"][..],
        &["add"],
        &["add", "missing.png"],
        &["add", "--text", ""],
        &["add", "--text", "一", "--received-at", "yesterday"],
        &["add", "--text", "一", "--received-at", "2026-05-06"],
        &["show", "99"],
        &["note", "99", "一"],
        &["export", "-o", "empty"],
        &["export", "-o", "strange", "--numbers", "x"],
        &["stamp", "accept", "sheet.html", "--authority", "sheet.html"],
        &["check-export", "missing"],
    ] {
        let output = case.run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", text(&output));
        assert!(!text(&output).is_empty());
    }
    assert!(case.good(&["verify"]).contains("完整：1 条"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("sheet.html", case.path("link")).expect("a link");
        assert_eq!(code(&case.run(&["add", "link"])), 2, "a link is refused");
    }
}

#[test]
fn a_damaged_store_ends_with_1_and_a_foreign_key_with_2() {
    let case = Case::with_store("damage");
    case.good(&["add", "--text", "一"]);
    let object = case.path("store/objects/0000000002.age");
    let mut bytes = fs::read(&object).expect("the object");
    *bytes.last_mut().expect("not empty") ^= 1;
    fs::write(&object, bytes).expect("written");
    assert_eq!(code(&case.run(&["verify"])), 1);
    let other = Case::with_store("foreign");
    let keys = other.path("store.keys");
    let output = case.run(&["--keys", keys.to_str().expect("UTF-8"), "list"]);
    assert_eq!(code(&output), 2, "{}", text(&output));
    other.good(&["add", "--text", "一"]);
    assert_eq!(code(&other.run(&["list"])), 0);
    fs::remove_file(other.path("store/checkpoints/0000000001")).expect("it was there");
    assert_eq!(code(&other.run(&["list"])), 1, "a list of a damaged log is not all");
}

/// What each of the checkers says: 0 whole (with something from outside or not), 1 broken.
#[derive(Debug, PartialEq, Eq)]
struct Sayings {
    rust: i32,
    shell: i32,
    bagit: Option<i32>,
}

#[expect(clippy::disallowed_methods, reason = "test.sh says where a Python with bagit.py is")]
fn sayings(case: &Case, export: &str, fingerprint: &str) -> Sayings {
    let rust = code(&case.run(&["check-export", export, "--fingerprint", fingerprint]));
    let shell = Command::new("sh").arg(case.path(export).join("verify.sh")).arg(fingerprint).output().expect("sh runs");
    let python = std::env::var_os("PYTHON_WITH_BAGIT");
    let mut validate = Command::new(python.as_deref().unwrap_or("python3".as_ref()));
    let bagit = validate.args(["-m", "bagit", "--validate"]).arg(case.path(export)).output();
    let bagit = bagit.ok().filter(|output| !text(output).contains("No module named")).map(|output| code(&output));
    if bagit.is_none() {
        assert_eq!(python, None, "it was said to have bagit");
        eprintln!("bagit.py is not installed: two checkers instead of three (test.sh installs it)");
    }
    Sayings { rust, shell: code(&shell), bagit }
}

#[test]
fn a_checker_that_lacks_a_tool_accuses_nobody() {
    let case = Case::with_store("tools");
    case.good(&["add", "--text", "一"]);
    case.good(&["export", "-o", "out"]);
    let tools = case.path("tools");
    fs::create_dir_all(&tools).expect("made");
    for tool in ["dirname", "grep"] {
        std::os::unix::fs::symlink(format!("/usr/bin/{tool}"), tools.join(tool)).expect("a link");
    }
    let script = case.path("out/verify.sh");
    let output = Command::new("/bin/sh").arg(script).env("PATH", &tools).output().expect("sh runs");
    assert_eq!(code(&output), 2, "{}", text(&output));
    assert!(text(&output).contains("sha256sum is missing"), "{}", text(&output));
}

/// Something done to an export.
type Change<'a> = &'a dyn Fn(&Path);

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("readable") {
        let entry = entry.expect("readable");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

fn edit(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("readable");
    change(&mut bytes);
    fs::write(path, bytes).expect("written");
}

/// Makes the four lists fit whatever lies there, with the shell's own tools.
fn relist(export: &Path) {
    let script = "find data -type f | LC_ALL=C sort | while read -r f; do sha256sum \"$f\"; done > manifest-sha256.txt
find data -type f | LC_ALL=C sort | while read -r f; do sha512sum \"$f\"; done > manifest-sha512.txt
find data -type f | LC_ALL=C sort | while read -r f; do echo \"$(openssl dgst -sm3 -r $f | cut -c1-64)  $f\"; done > sm3sums.txt
find . -type f | sed 's|^./||' | grep -v -e '^data/' -e '^tagmanifest' | LC_ALL=C sort | while read -r f; do sha256sum \"$f\"; done > tagmanifest-sha256.txt";
    assert!(Command::new("sh").args(["-c", script]).current_dir(export).status().expect("sh runs").success());
}

#[test]
fn three_independent_checkers_agree_on_good_and_bad_exports() {
    let case = Case::with_store("agree");
    for message in ["第一条 13800000000", "第二条", "第三条", "第四条"] {
        case.good(&["add", "--text", message, "--sender", "1069000"]);
    }
    case.good(&["note", "2", "备注"]);
    case.good(&["export", "-o", "full"]);
    case.good(&["export", "-o", "part", "--numbers", "2,4"]);
    case.good(&["export", "-o", "masked", "--masked"]);
    let keys = Command::new("ssh-keygen").args(["-lf", "full/keys/holder.pub"]).current_dir(&case.folder).output();
    let keys = text(&keys.expect("ssh-keygen runs"));
    let fingerprint = keys.split(' ').nth(1).expect("a fingerprint").to_owned();
    for (export, expected) in [("full", 0), ("part", 0), ("masked", 3)] {
        let said = sayings(&case, export, &fingerprint);
        assert_eq!((said.rust, said.shell), (expected, expected), "{export}");
        assert_ne!(said.bagit, Some(1), "{export}");
    }
    // Changed files: all three see it.
    let seen_by_all: [(&str, Change<'_>); 6] = [
        ("flip", &|path| edit(&path.join("data/originals/000000001.txt"), |bytes| bytes[0] ^= 1)),
        ("truncate", &|path| edit(&path.join("data/records/000000002.json"), |bytes| bytes.truncate(20))),
        ("drop", &|path| fs::remove_file(path.join("data/originals/000000003.txt")).expect("removed")),
        ("add", &|path| fs::write(path.join("data/more.txt"), "x").expect("written")),
        ("list", &|path| edit(&path.join("manifest-sha256.txt"), |bytes| bytes[3] ^= 1)),
        ("proof", &|path| edit(&path.join("log/000000001.tlog-proof"), |bytes| bytes[40] ^= 1)),
    ];
    for (name, change) in seen_by_all {
        copy(&case.path("full"), &case.path(name));
        change(&case.path(name));
        let said = sayings(&case, name, &fingerprint);
        assert_eq!((said.rust, said.shell), (1, 1), "{name}");
        assert_ne!(said.bagit, Some(0), "{name}");
    }
    // Changed and listed anew: a checksum tool is satisfied, the signature and the log are not.
    let seen_by_ours: [(&str, Change<'_>); 4] = [
        ("rewrite", &|path| {
            fs::write(path.join("data/originals/000000001.txt"), "第一条 13900000000").expect("written");
        }),
        ("record", &|path| {
            edit(&path.join("data/records/000000001.json"), |bytes| {
                let text = String::from_utf8(bytes.clone()).expect("text").replace("1069000", "1069001");
                *bytes = text.into_bytes();
            });
        }),
        ("number", &|path| {
            edit(&path.join("bag-info.txt"), |bytes| {
                let text = String::from_utf8(bytes.clone()).expect("text").replace("Numbers: 1-5", "Numbers: 1-4");
                *bytes = text.into_bytes();
            });
        }),
        ("checkpoint", &|path| edit(&path.join("log/checkpoint"), |bytes| bytes[40] ^= 1)),
    ];
    for (name, change) in seen_by_ours {
        copy(&case.path("full"), &case.path(name));
        change(&case.path(name));
        relist(&case.path(name));
        let said = sayings(&case, name, &fingerprint);
        assert_eq!((said.rust, said.shell), (1, 1), "{name}");
        assert_ne!(said.bagit, Some(1), "{name}: all lists fit");
    }
    // Made anew with another key: only the fingerprint tells.
    let forger = Case::with_store("forger");
    forger.good(&["add", "--text", "编造的"]);
    forger.good(&["export", "-o", "full"]);
    copy(&forger.path("full"), &case.path("forged"));
    let said = sayings(&case, "forged", &fingerprint);
    assert_eq!((said.rust, said.shell), (1, 1));
    assert_eq!(code(&case.run(&["check-export", "forged"])), 3, "alone it cannot be told");
    // Another key beside the true one, in lists that are read to their end: the true fingerprint is shown all the same.
    copy(&forger.path("full"), &case.path("two-keys"));
    let export = case.path("two-keys");
    let two_keys = "set -e
ssh-keygen -q -t ed25519 -N '' -C '' -f ../other
other=\"holder namespaces=\\\"evidence-export@v1\\\" $(cut -d' ' -f1,2 ../other.pub)\"
{ cat ../full/keys/holder.pub; echo \"$other\"; } > keys/holder.pub
{ cat ../full/keys/allowed_signers; echo \"$other\"; } > keys/allowed_signers
rm tagmanifest-sha256.txt.sig";
    let sign = "ssh-keygen -q -Y sign -f ../other -n evidence-export@v1 tagmanifest-sha256.txt";
    let shell = |script: &str| {
        let done = Command::new("sh").args(["-c", script]).current_dir(&export).output().expect("sh runs");
        assert!(done.status.success(), "{}", text(&done));
    };
    shell(two_keys);
    relist(&export);
    shell(sign);
    let said = sayings(&case, "two-keys", &fingerprint);
    assert_eq!((said.rust, said.shell), (1, 1));
}

/// Makes a time-stamp service, and an authority that has nothing to do with it.
const SERVICE: &str = "set -e
printf '[ca]\\nbasicConstraints=critical,CA:TRUE\\n[leaf]\\nextendedKeyUsage=critical,timeStamping\\n[tsa]\\ndefault_tsa=t\\n[t]\\nserial=serial\\nsigner_digest=sha256\\ndefault_policy=1.2.3.4\\ndigests=sha256\\ness_cert_id_alg=sha256\\n[req]\\ndistinguished_name=dn\\n[dn]\\n' > c
echo 01 > serial
K='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config c'
openssl req -x509 $K -keyout ca.key -out ca.pem -subj /CN=Root -extensions ca -days 3000
openssl req $K -keyout t.key -out t.csr -subj /CN=Service
openssl x509 -req -in t.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3000 -extfile c -extensions leaf -out t.pem
openssl req -x509 $K -keyout o.key -out other.pem -subj /CN=Other -extensions ca -days 3000";
/// Answers a request.
const STAMP: &str = "openssl ts -reply -config c -queryfile q.tsq -signer t.pem -inkey t.key -out r.tsr";

#[test]
#[expect(clippy::disallowed_methods, reason = "a service that answers beside the program")]
fn a_time_stamp_comes_over_the_network_only_from_an_address_that_was_named() {
    let case = Case::with_store("stamp-sent");
    case.good(&["add", "--text", "一"]);
    let made = Command::new("sh").args(["-c", SERVICE]).current_dir(&case.folder).output().expect("sh runs");
    assert!(made.status.success(), "openssl is needed: {}", text(&made));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/tsa", listener.local_addr().expect("an address"));
    let folder = case.folder.clone();
    let service = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("it is asked");
        let mut asked = Vec::new();
        let mut buffer = [0; 4096];
        // The request is short and comes with its length.
        let (head, length) = loop {
            let read = stream.read(&mut buffer).expect("it is read");
            asked.extend_from_slice(&buffer[..read]);
            let head = asked.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
            let Some(head) = head else { continue };
            let text = String::from_utf8_lossy(&asked[..head]).to_lowercase();
            assert!(text.contains("content-type: application/timestamp-query"), "{text}");
            let length = text.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
            let length: usize = length.and_then(|length| length.parse().ok()).expect("a length");
            if asked.len() >= head + length {
                break (head, length);
            }
        };
        fs::write(folder.join("q.tsq"), &asked[head..head + length]).expect("written");
        let made = Command::new("sh").args(["-c", STAMP]).current_dir(&folder).output().expect("sh runs");
        assert!(made.status.success(), "{}", text(&made));
        let reply = fs::read(folder.join("r.tsr")).expect("made");
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", reply.len());
        stream.write_all(&[head.as_bytes(), &reply].concat()).expect("answered");
    });
    let said = case.good(&["stamp", "send", "--to", &address, "--authority", "ca.pem"]);
    service.join().expect("the service ends");
    assert!(said.contains("时间已锚定"), "{said}");
    case.good(&["verify"]);
    let nobody = case.run(&["stamp", "send", "--to", "http://127.0.0.1:9/tsa", "--authority", "ca.pem"]);
    assert_eq!(code(&nobody), 2, "nobody listens there");
    assert_eq!(code(&case.run(&["stamp", "send", "--to", "ftp://a", "--authority", "ca.pem"])), 2);
}

#[test]
fn a_time_stamp_comes_in_by_file_and_anchors_an_export() {
    let case = Case::with_store("stamp");
    case.good(&["add", "--text", "一"]);
    case.good(&["stamp", "request", "-o", "q.tsq"]);
    let script = format!("{SERVICE}\n{STAMP}");
    let made = Command::new("sh").args(["-c", &script]).current_dir(&case.folder).output().expect("sh runs");
    assert!(made.status.success(), "openssl is needed: {}", text(&made));
    assert_eq!(code(&case.run(&["stamp", "accept", "r.tsr", "--authority", "other.pem"])), 2, "another authority");
    assert!(case.good(&["stamp", "accept", "r.tsr", "--authority", "ca.pem"]).contains("时间已锚定"));
    case.good(&["add", "--text", "二"]);
    case.good(&["verify"]);
    case.good(&["export", "-o", "all"]);
    assert_eq!(code(&case.run(&["check-export", "all", "--authority", "ca.pem"])), 3, "二 came after the stamp");
    let shell = Command::new("sh").args(["all/verify.sh", "", "ca.pem"]).current_dir(&case.folder).output();
    assert_eq!(code(&shell.expect("sh runs")), 3);
    case.good(&["export", "-o", "out", "--numbers", "1"]);
    assert_eq!(code(&case.run(&["check-export", "out"])), 3, "nobody named the authority");
    assert_eq!(code(&case.run(&["check-export", "out", "--authority", "ca.pem"])), 0);
    assert_eq!(code(&case.run(&["check-export", "out", "--authority", "other.pem"])), 1);
    let shell = Command::new("sh").args(["out/verify.sh", "", "ca.pem"]).current_dir(&case.folder).output();
    assert_eq!(code(&shell.expect("sh runs")), 0);
}

/// A process that is killed in the middle of adding, again and again.
#[test]
fn a_killed_process_loses_nothing_that_it_confirmed() {
    let case = Case::with_store("kill");
    let mut confirmed = 0;
    for round in 0..30u64 {
        let mut child = zhenxin()
            .args(["evidence", "--store", "store", "add", "--text", &format!("message {round}")])
            .current_dir(&case.folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        // The kill falls wherever the process happens to be: how far it gets in this many steps of ours is chance.
        (0..round * 40_000).for_each(|step| {
            std::hint::black_box(step);
        });
        let _ = child.kill();
        let output = child.wait_with_output().expect("it is gone");
        confirmed += usize::from(!output.stdout.is_empty());
    }
    case.good(&["verify"]);
    let listed = case.good(&["list"]).lines().filter(|line| line.contains("message")).count();
    assert!(listed >= confirmed, "{listed} kept of {confirmed} confirmed");
}

/// A user who owns nothing; tests that run as root turn into it, since root may read and write everything.
#[cfg(unix)]
const NOBODY: u32 = 65_534;

/// A folder beside which nothing is ours, with the binary in it, for a user without rights.
#[cfg(unix)]
struct Guest {
    folder: PathBuf,
    is_root: bool,
}

#[cfg(unix)]
impl Guest {
    fn new(name: &str) -> Self {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let folder = std::env::temp_dir().join(format!("zhenxin-guest-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("made");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("set");
        fs::copy(env!("CARGO_BIN_EXE_zhenxin"), folder.join("zhenxin")).expect("copied");
        let is_root = fs::metadata(&folder).expect("made").uid() == 0;
        Self { folder, is_root }
    }

    /// Runs as the user of the test.
    fn own(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary starts")
    }

    /// Runs as somebody without rights: as nobody, or as the user who is not root.
    fn guest(&self, arguments: &[&str]) -> Output {
        use std::os::unix::process::CommandExt as _;
        let mut command = self.command(arguments);
        if self.is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output().expect("the binary starts")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.folder.join("zhenxin"));
        command.args(["evidence", "--store", "store"]).args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    /// Gives a path and all that is in it these rights.
    fn allow(&self, path: &str, rights: &str) {
        let done = Command::new("chmod").args(["-R", rights, path]).current_dir(&self.folder).status();
        assert!(done.expect("chmod runs").success());
    }

    fn files(&self, path: &str) -> String {
        let list = format!("find {path} -type f | sort | xargs sha256sum");
        text(&Command::new("sh").args(["-c", &list]).current_dir(&self.folder).output().expect("sh runs"))
    }
}

#[cfg(unix)]
impl Drop for Guest {
    fn drop(&mut self) {
        self.allow(".", "u+rwX");
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
#[cfg(unix)]
fn of_a_folder_what_can_be_read_is_kept_and_the_rest_is_told() {
    let guest = Guest::new("folder");
    let folder = guest.folder.join("phone/inner");
    fs::create_dir_all(&folder).expect("made");
    for name in ["phone/a.txt", "phone/inner/b.txt", "phone/inner/secret.txt", "phone/z.txt"] {
        fs::write(guest.folder.join(name), name).expect("written");
    }
    fs::create_dir(guest.folder.join("phone/closed")).expect("made");
    std::os::unix::fs::symlink("../a.txt", folder.join("link")).expect("a link");
    assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().expect("mkfifo runs").success());
    guest.allow("phone/inner/secret.txt", "a=");
    guest.allow("phone/closed", "a=");
    // The store must be the guest's own.
    guest.allow(".", "o+rwX");
    guest.allow("phone/inner/secret.txt", "a=");
    guest.allow("phone/closed", "a=");
    assert_eq!(code(&guest.guest(&["init", "--sheet", "sheet.txt"])), 0);
    let added = guest.guest(&["add", "phone"]);
    let said = text(&added);
    assert_eq!(code(&added), 3, "{said}");
    for name in ["phone/closed", "phone/inner/link", "phone/inner/pipe", "phone/inner/secret.txt"] {
        assert!(said.contains(&format!("没有存入 {name}")), "{name}: {said}");
    }
    assert!(said.contains("已存入 3 个文件，编号 1–3；另有 4 个没有存入"), "{said}");
    let english = text(&guest.guest(&["add", "phone", "--lang", "en"]));
    assert!(english.contains("not kept, phone/inner/link: no plain file"), "{english}");
    for named in ["phone/inner/link", "phone/inner/pipe", "phone/inner/secret.txt", "phone/closed"] {
        let refused = guest.guest(&["add", "phone/a.txt", named]);
        assert_eq!(code(&refused), 2, "{named} was named: {}", text(&refused));
    }
    let listed = text(&guest.guest(&["list"]));
    assert_eq!(
        listed.lines().filter(|line| line.contains(".txt")).count(),
        6,
        "nothing of a refused command: {listed}"
    );
    fs::create_dir(guest.folder.join("empty")).expect("made");
    guest.allow("empty", "a=rx");
    assert_eq!(code(&guest.guest(&["add", "empty"])), 2);
}

#[test]
#[cfg(unix)]
fn a_store_that_cannot_be_written_is_read_checked_and_exported_from() {
    let guest = Guest::new("medium");
    assert_eq!(code(&guest.own(&["init", "--sheet", "sheet.txt"])), 0);
    assert_eq!(code(&guest.own(&["add", "--text", "一条短信", "--sender", "1069000"])), 0);
    guest.allow("store", "a=rX");
    guest.allow("store.keys", "a=rX");
    fs::create_dir(guest.folder.join("elsewhere")).expect("made");
    guest.allow("elsewhere", "a=rwX");
    let before = guest.files("store store.keys");
    for arguments in [
        &["list"][..],
        &["show", "1"],
        &["show", "1", "-o", "elsewhere/one.txt"],
        &["verify"],
        &["export", "-o", "elsewhere/out"],
        &["check-export", "elsewhere/out"],
    ] {
        let output = guest.guest(arguments);
        let expected = if arguments[0] == "check-export" { 3 } else { 0 };
        assert_eq!(code(&output), expected, "{arguments:?}: {}", text(&output));
        assert!(arguments[0] == "check-export" || text(&output).contains("不能存入"), "{}", text(&output));
    }
    for arguments in
        [&["add", "--text", "二"][..], &["note", "1", "二"], &["hide", "1"], &["stamp", "request", "-o", "elsewhere/q"]]
    {
        let output = guest.guest(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", text(&output));
        assert!(text(&output).contains("复制到可以写的地方"), "{}", text(&output));
    }
    assert_eq!(guest.files("store store.keys"), before);
    // Two readers share it.
    let mut first = guest.command(&["verify"]);
    let first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
    assert_eq!(code(&guest.guest(&["list"])), 0);
    first.wait_with_output().expect("it ends");
}

#[test]
fn damaged_bytes_are_told_and_not_shown_as_good() {
    let case = Case::with_store("shown");
    case.good(&["add", "--text", "完好的短信"]);
    case.good(&["add", "--text", "要损坏的短信"]);
    fs::write(case.path("picture.png"), b"no real picture").expect("written");
    case.good(&["add", "picture.png"]);
    assert!(case.good(&["show", "1"]).contains("内容与记录相符"));
    assert!(case.good(&["list"]).contains("有 1 份内容（图片、文件等）列出时没有核对"));
    for object in ["store/objects/0000000003.age", "store/objects/0000000004.age"] {
        edit(&case.path(object), |bytes| *bytes.last_mut().expect("not empty") ^= 1);
    }
    for number in ["2", "3"] {
        let shown = case.run(&["show", number]);
        assert_eq!(code(&shown), 1, "{}", text(&shown));
        assert!(text(&shown).contains("已损坏或缺失") && !text(&shown).contains("要损坏的"), "{}", text(&shown));
        assert_eq!(code(&case.run(&["show", number, "-o", "out"])), 2);
    }
    let listed = case.run(&["list"]);
    assert_eq!(code(&listed), 1);
    assert!(
        text(&listed).contains("完好的短信") && text(&listed).contains("〔内容已损坏或缺失〕"),
        "{}",
        text(&listed)
    );
    fs::remove_file(case.path("store/objects/0000000003.age")).expect("removed");
    assert_eq!(code(&case.run(&["show", "2"])), 1);
    case.good(&["show", "1"]);
}

#[test]
fn a_reading_and_its_correction_are_exported_with_the_picture() {
    let case = Case::new("derived");
    let run = |arguments: &[&str]| {
        let output = super::process::in_folder(&case.folder, arguments, "");
        assert_eq!(code(&output), 0, "{arguments:?}: {}", text(&output));
    };
    run(&["evidence", "init", "--sheet", "sheet.txt"]);
    run(&["import", concat!(env!("CARGO_MANIFEST_DIR"), "/../reader/tests/page/miui_Screenshot_20240725_111017.png")]);
    run(&["evidence", "export", "-o", "out"]);
    run(&["evidence", "export", "-o", "masked", "--masked"]);
    assert!(case.path("out/data/records/000000002.json").exists(), "what was read goes along");
    assert!(case.path("out/data/print/thread.pdf").exists());
    let masked = fs::read_to_string(case.path("masked/data/masked/000000002.txt")).expect("written");
    assert!(masked.contains("application/json: 内容不在遮盖版中"), "{masked}");
}
