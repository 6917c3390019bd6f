//! The certificate: read from files, checked against its key, and read again when they change.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, version};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// The longest file, in bytes.
const MAX_FILE: u64 = 1024 * 1024;

/// Where the certificate and its key are, both as PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, followed by those that lead to a root that clients know.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Why there is no certificate. Texts name files, never what is in them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{setting} ({path}) cannot be read: {why}")]
    Unreadable {
        /// The setting that names it.
        setting: &'static str,
        /// Where it is.
        path: String,
        /// Why.
        why: String,
    },
    /// The key is not the certificate's.
    #[error("server.tls.key ({key}) is not the key of the certificate in server.tls.cert ({cert})")]
    NotItsKey {
        /// Where the certificate is.
        cert: String,
        /// Where the key is.
        key: String,
    },
}

/// The certificate in force.
#[derive(Debug)]
pub struct Certificate {
    files: TlsFiles,
    read: RwLock<Read>,
}

#[derive(Debug)]
struct Read {
    key: Arc<CertifiedKey>,
    // As the files were when they were last tried.
    bytes: (Vec<u8>, Vec<u8>),
}

impl Certificate {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// Which file is wrong, and how.
    pub fn load(files: TlsFiles) -> Result<Arc<Self>, TlsError> {
        let bytes = files.read()?;
        let key = Arc::new(files.parse(&bytes)?);
        Ok(Arc::new(Self { files, read: RwLock::new(Read { key, bytes }) }))
    }

    /// Reads the files again when they have changed; whether there is another certificate now.
    ///
    /// # Errors
    ///
    /// Which file is wrong, and how; the certificate of before stays. The same wrong files are not
    /// an error twice.
    pub fn renew(&self) -> Result<bool, TlsError> {
        let bytes = self.files.read()?;
        if self.read.read().unwrap_or_else(PoisonError::into_inner).bytes == bytes {
            return Ok(false);
        }
        let parsed = self.files.parse(&bytes);
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        read.bytes = bytes;
        read.key = Arc::new(parsed?);
        Ok(true)
    }

    /// Looks at the files until it is told to stop.
    pub(crate) async fn kept_fresh(self: Arc<Self>, stop: CancellationToken) {
        let mut failed = None;
        while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
            let this = Arc::clone(&self);
            let looked = tokio::task::spawn_blocking(move || this.renew()).await;
            match looked.unwrap_or(Ok(false)) {
                Ok(true) => {
                    failed = None;
                    tracing::info!("the certificate has changed; new connections get the new one");
                }
                Ok(false) => {}
                Err(error) if failed.as_ref() == Some(&error) => {}
                Err(error) => {
                    tracing::warn!("the certificate stays as it was: {error}");
                    failed = Some(error);
                }
            }
        }
    }

    /// What makes TLS of a connection, for HTTP/2 and HTTP/1.1.
    pub(crate) fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, rustls::Error> {
        let versions = [&version::TLS13, &version::TLS12];
        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Resolver(Arc::clone(self))));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

#[derive(Debug)]
struct Resolver(Arc<Certificate>);

impl ResolvesServerCert for Resolver {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let read = self.0.read.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&read.key))
    }
}

impl TlsFiles {
    fn read(&self) -> Result<(Vec<u8>, Vec<u8>), TlsError> {
        let cert = bytes(&self.cert).map_err(|why| unreadable(CERT, &self.cert, why))?;
        let key = bytes(&self.key).map_err(|why| unreadable(KEY, &self.key, why))?;
        Ok((cert, key))
    }

    fn parse(&self, (cert, key): &(Vec<u8>, Vec<u8>)) -> Result<CertifiedKey, TlsError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(cert).collect();
        let chain = chain
            .ok()
            .filter(|chain| !chain.is_empty())
            .ok_or_else(|| unreadable(CERT, &self.cert, "it holds no certificate as PEM"))?;
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|_| unreadable(KEY, &self.key, "it holds no private key as PEM"))?;
        let signing = ring::sign::any_supported_type(&key)
            .map_err(|_| unreadable(KEY, &self.key, "its kind of key is not supported"))?;
        let both = CertifiedKey::new(chain, signing);
        match both.keys_match() {
            Ok(()) => Ok(both),
            Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch)) => {
                let (cert, key) = (self.cert.display(), self.key.display());
                Err(TlsError::NotItsKey { cert: cert.to_string(), key: key.to_string() })
            }
            Err(_) => Err(unreadable(CERT, &self.cert, "the certificate is malformed")),
        }
    }
}

const CERT: &str = "server.tls.cert";
const KEY: &str = "server.tls.key";

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let about = fs::metadata(path).map_err(|error| error.kind().to_string())?;
    if !about.is_file() || about.len() > MAX_FILE {
        return Err(format!("it is no file of at most {MAX_FILE} bytes"));
    }
    fs::read(path).map_err(|error| error.kind().to_string())
}

fn unreadable(setting: &'static str, path: &Path, why: impl Into<String>) -> TlsError {
    TlsError::Unreadable { setting, path: path.display().to_string(), why: why.into() }
}
