//! Connections: accepted up to a number, plain or by TLS, with a time limit on every head, ended in order.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tower::ServiceExt;

use crate::args::ServeArgs;
use crate::failure::Failure;
use crate::{input, output};

/// Connections at a time; more wait at the door.
const MOST_CONNECTIONS: usize = 1024;
/// Connections from one address; more are closed at once, so that others find room.
const MOST_FROM_ONE: usize = 384;
/// So long a peer may take nothing of what it asked for.
const WRITE_LIMIT: Duration = Duration::from_secs(30);
/// From the first byte of a request to the end of its head.
const HEAD_LIMIT: Duration = Duration::from_secs(10);
/// For the handshake.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
/// What is under way when the end comes may take so long.
const END_LIMIT: Duration = Duration::from_secs(5);

/// Who is at the other end.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The door.
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
}

impl Listening {
    /// Opens it.
    pub async fn bind(address: SocketAddr, tls: Option<TlsAcceptor>) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, tls })
    }

    /// Returns where it is, with the port that the system chose.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until Ctrl-C or SIGTERM, then lets end what is under way.
    pub async fn serve(self, router: Router) {
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        let guests = Arc::new(Guests::default());
        let end = ended();
        tokio::pin!(end);
        loop {
            let permit = Arc::clone(&room).acquire_owned();
            let (permit, accepted) = tokio::select! {
                () = &mut end => break,
                both = async { (permit.await, self.listener.accept().await) } => both,
            };
            // Too many open files is no reason to end: what is under way will close some.
            let Ok((stream, peer)) = accepted else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            let Some(guest) = Guests::admit(&guests, peer.ip()) else { continue };
            let (tls, router, watcher) = (self.tls.clone(), router.clone(), graceful.watcher());
            tokio::spawn(async move {
                let _held = (permit, guest);
                let _ = stream.set_nodelay(true);
                match tls {
                    None => connection(stream, peer, router, watcher).await,
                    Some(tls) => {
                        if let Some(stream) = handshake(&tls, stream).await {
                            connection(stream, peer, router, watcher).await;
                        }
                    }
                }
            });
        }
        drop(self.listener);
        let _ = tokio::time::timeout(END_LIMIT, graceful.shutdown()).await;
    }
}

/// How many connections each address has.
#[derive(Default)]
struct Guests(Mutex<HashMap<IpAddr, usize>>);

/// One connection; counted as long as it lives.
struct Guest {
    guests: Arc<Guests>,
    address: IpAddr,
}

impl Guests {
    fn admit(guests: &Arc<Self>, address: IpAddr) -> Option<Guest> {
        let mut counts = guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_insert(0);
        if *count >= MOST_FROM_ONE {
            return None;
        }
        *count += 1;
        Some(Guest { guests: Arc::clone(guests), address })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut counts = self.guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

async fn handshake(tls: &TlsAcceptor, stream: TcpStream) -> Option<tokio_rustls::server::TlsStream<TcpStream>> {
    tokio::time::timeout(HANDSHAKE_LIMIT, tls.accept(stream)).await.ok()?.ok()
}

async fn connection<S>(stream: S, peer: SocketAddr, router: Router, watcher: hyper_util::server::graceful::Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        router.clone().oneshot(request)
    });
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_LIMIT).max_buf_size(64 * 1024);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_LIMIT));
    // A peer that breaks the connection off harms nobody but itself.
    let _ = watcher.watch(builder.serve_connection(TokioIo::new(Box::pin(stream)), service)).await;
}

async fn ended() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}

/// Returns what encrypts connections, and the fingerprint of the certificate; nothing on this computer alone, or where
/// the user wants none.
pub fn certificate(serve: &ServeArgs) -> Result<Option<(TlsAcceptor, String)>, Failure> {
    let (chain, key) = match (&serve.certificate, &serve.key) {
        (Some(chain), Some(key)) => (read(chain)?, read(key)?),
        _ if serve.listen.ip().is_loopback() || serve.plain => return Ok(None),
        _ => own_certificate(serve)?,
    };
    let unusable = |error: &dyn std::fmt::Display| {
        Failure::input(
            format!("证书或私钥用不了：{error}"),
            format!("the certificate or its key cannot be used: {error}"),
        )
    };
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(chain.as_bytes()).collect::<Result<_, _>>().map_err(|error| unusable(&error))?;
    let first = chain.first().map(|first| first.as_ref().to_vec()).unwrap_or_default();
    let fingerprint = format!("SHA256:{}", evidence::hex(&Sha256::digest(first)));
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|error| unusable(&error))?;
    let config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).map_err(|error| unusable(&error))?;
    Ok(Some((TlsAcceptor::from(Arc::new(config)), fingerprint)))
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))
}

/// Makes a certificate once and keeps it, so that a phone that has accepted it need not do so again.
fn own_certificate(serve: &ServeArgs) -> Result<(String, String), Failure> {
    let folder = input::data_folder().ok_or_else(|| {
        Failure::input(
            "找不到您的数据目录，请用 --certificate 和 --key 给出证书。",
            "there is no data folder for you; give --certificate and --key",
        )
    })?;
    let (chain, key) = (folder.join("server.crt"), folder.join("server.key"));
    if !key.exists() {
        let mut names = serve.host.clone();
        names.extend(["localhost".to_owned(), serve.listen.ip().to_string()]);
        let made = rcgen::generate_simple_self_signed(names).map_err(anyhow::Error::new)?;
        std::fs::create_dir_all(&folder).map_err(|error| Failure::unwritable(&folder, &error))?;
        for path in [&chain, &key] {
            if path.exists() {
                std::fs::remove_file(path).map_err(|error| Failure::unwritable(path, &error))?;
            }
        }
        output::write(&chain, made.cert.pem().as_bytes())?;
        output::write(&key, made.signing_key.serialize_pem().as_bytes())?;
    }
    Ok((read(&chain)?, read(&key)?))
}
