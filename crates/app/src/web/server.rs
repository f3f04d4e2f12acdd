//! What all requests share: the judge, where things lie, who may come in, and what has just happened.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use hmac::{Hmac, KeyInit as _, Mac as _};
use judge::Judge;
use knowledge::Lang;
use sha2::Sha256;

use super::event::Events;
use super::evidence::Kept;
use super::limit::Limit;
use super::page::Pages;
use super::picture::{Held, Turns};
use crate::args::{Args, ServeArgs};
use crate::command::inbox as store;
use crate::failure::Failure;
use crate::input;

/// What all requests share.
pub struct Server {
    /// The judge.
    pub judge: Judge,
    /// The templates.
    pub pages: Pages,
    /// The inbox file; made when something is first put in.
    pub inbox: PathBuf,
    /// The evidence store, where it is not in its default place.
    pub evidence: Option<PathBuf>,
    /// The language of who states none.
    pub lang: Lang,
    /// Who may come in.
    pub access: Access,
    /// What has just happened.
    pub events: Events,
    /// Takes alerts that go beyond the page.
    pub alerts: SyncSender<String>,
    /// Wrong tokens, by address.
    pub wrong: Limit,
    /// Requests from beyond this computer, by address.
    pub asked: Limit,
    /// What phones forward, by address.
    pub forwarded: Limit,
    /// What the pages remember of evidence in this run.
    kept: Mutex<Kept>,
    /// Who reads a picture.
    pub turns: Turns,
    /// Pictures that were read and may yet be kept.
    pictures: Mutex<Held>,
    /// Where this listens, once it does.
    pub listening: OnceLock<SocketAddr>,
    secret: [u8; 32],
}

impl Server {
    /// Lays out the knowledge and reads the templates.
    pub fn new(args: &Args, serve: &ServeArgs, access: Access) -> Result<Self, Failure> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        let inbox = store::place(serve.inbox.as_deref())?;
        Ok(Self {
            judge: input::judge(args)?,
            pages: Pages::new()?,
            alerts: super::alert::sender(inbox.clone()),
            inbox,
            evidence: serve.evidence.clone(),
            lang: args.lang.into(),
            access,
            events: Events::default(),
            wrong: Limit::new(10.0, 0.1),
            asked: Limit::new(200.0, 50.0),
            forwarded: Limit::new(600.0, 50.0),
            kept: Mutex::default(),
            turns: Turns::default(),
            pictures: Mutex::default(),
            listening: OnceLock::new(),
            secret,
        })
    }

    /// Returns the address under which this is reached.
    pub fn address(&self) -> String {
        let address = self.listening.get().copied().map(reachable);
        address.map_or_else(String::new, |address| format!("{}://{address}", self.access.scheme()))
    }

    /// Returns what the pages remember of evidence.
    pub fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the pictures that were read and may yet be kept.
    pub fn pictures(&self) -> MutexGuard<'_, Held> {
        self.pictures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what only this process can make of a text; for tokens that need not be kept.
    pub fn seal(&self, purpose: &str, text: &str) -> String {
        evidence::hex(&hmac(&self.secret, &[purpose.as_bytes(), b"\0", text.as_bytes()]))
    }
}

/// Returns HMAC-SHA-256 over parts.
pub fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Returns whether two texts are the same, in a time that does not tell where they differ.
pub fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// Returns a random text of letters and digits that nobody guesses.
pub fn random_token() -> Result<String, Failure> {
    let mut random = [0; 20];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(evidence::hex(&random))
}

/// Who may come in, and by which name.
pub struct Access {
    /// Names by which this computer may be called, besides addresses.
    hosts: Vec<String>,
    /// The token that is asked for; nothing on this computer alone.
    token: Option<String>,
    /// Whether connections are encrypted.
    pub is_tls: bool,
    /// The fingerprint of the certificate, where they are.
    pub certificate: Option<String>,
}

impl Access {
    /// Returns what the arguments ask for.
    pub fn of(serve: &ServeArgs, certificate: Option<String>) -> Result<Self, Failure> {
        let token = if serve.listen.ip().is_loopback() {
            None
        } else if let Some(path) = &serve.token_file {
            let text = std::fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))?;
            let token = text.lines().next().unwrap_or_default().trim().to_owned();
            if token.len() < 16 {
                return Err(Failure::input(
                    "口令太短，至少 16 个字符。",
                    "the token is too short; it takes 16 characters or more",
                ));
            }
            Some(token)
        } else {
            Some(random_token()?)
        };
        Ok(Self {
            hosts: serve.host.iter().map(|host| host.to_lowercase()).collect(),
            token,
            is_tls: certificate.is_some(),
            certificate,
        })
    }

    /// Returns whether a token is asked for at all.
    pub fn needs_token(&self) -> bool {
        self.token.is_some()
    }

    /// Returns whether this is the token.
    pub fn is_token(&self, given: &str) -> bool {
        self.token.as_deref().is_some_and(|token| is_same(token, given))
    }

    /// Returns whether a Host header names us. An address cannot be made to point here by a foreign name server; a name
    /// can, so that only known ones count.
    pub fn is_ours(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.rsplit_once(':').map_or(host, |(name, _)| name),
        };
        let name = name.to_lowercase();
        match name.parse::<IpAddr>() {
            Ok(address) => self.needs_token() || address.is_loopback(),
            Err(_) => name == "localhost" || self.hosts.contains(&name),
        }
    }

    /// Returns the scheme of our addresses.
    pub fn scheme(&self) -> &'static str {
        if self.is_tls { "https" } else { "http" }
    }

    /// Returns the address to open first.
    pub fn entrance(&self, address: SocketAddr) -> String {
        let base = format!("{}://{}", self.scheme(), reachable(address));
        match &self.token {
            None => format!("{base}/"),
            Some(token) => format!("{base}/enter?token={token}"),
        }
    }
}

/// Returns an address under which others may reach a listener on all addresses.
pub fn reachable(address: SocketAddr) -> SocketAddr {
    if !address.ip().is_unspecified() {
        return address;
    }
    // Nothing is sent: the system only says from which address it would send.
    let outward = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    outward.map_or(address, |own| SocketAddr::new(own.ip(), address.port()))
}
