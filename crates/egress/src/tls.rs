//! TLS to servers: whom we trust, and nothing kept from one connection to the next.

use std::{io, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    client::Resumption,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{net::TcpStream, sync::OnceCell};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{Config, InvalidConfig, host::Host};

/// The largest file of certificates, in bytes.
const MAX_CERTIFICATE_FILE: u64 = 4 * 1024 * 1024;

/// Makes TLS connections. The web's and the system's authorities are read when the first is made.
#[derive(Debug)]
pub(crate) struct Tls {
    operators: Vec<CertificateDer<'static>>,
    connector: OnceCell<Arc<ClientConfig>>,
}

/// Why there is no TLS connection.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The two sides did not agree, or the certificate was not accepted.
    Refused,
    /// The connection ended.
    Io,
    /// TLS cannot be used at all.
    Unusable,
}

impl Tls {
    /// Reads the operator's authorities, so that a bad file shows at the start.
    pub(crate) fn new(config: &Config) -> Result<Self, InvalidConfig> {
        let mut operators = Vec::new();
        if let Some(path) = &config.certificates {
            let invalid =
                |reason: String| InvalidConfig::Certificates { path: path.clone(), reason };
            let length = std::fs::metadata(path).map_err(|error| invalid(error.to_string()))?.len();
            if length > MAX_CERTIFICATE_FILE {
                return Err(invalid(format!("it is larger than {MAX_CERTIFICATE_FILE} bytes")));
            }
            let read = CertificateDer::pem_file_iter(path)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|error| invalid(error.to_string()))?;
            if read.is_empty() {
                return Err(invalid("it holds no certificate in PEM form".to_owned()));
            }
            let mut store = RootCertStore::empty();
            for certificate in &read {
                store.add(certificate.clone()).map_err(|error| invalid(error.to_string()))?;
            }
            operators = read;
        }
        Ok(Self { operators, connector: OnceCell::new() })
    }

    /// The handshake. The server has to prove that it is `host`.
    pub(crate) async fn connect(
        &self,
        host: &Host,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, Failure> {
        let config = self.connector.get_or_try_init(|| self.load()).await?;
        let name = match host {
            Host::Address(address) => ServerName::from(*address),
            Host::Localhost | Host::Name(_) => {
                ServerName::try_from(host.to_string()).map_err(|_| Failure::Refused)?
            }
        };
        let connector = TlsConnector::from(Arc::clone(config));
        connector.connect(name, stream).await.map_err(|error| failure(&error))
    }

    async fn load(&self) -> Result<Arc<ClientConfig>, Failure> {
        let operators = self.operators.clone();
        tokio::task::spawn_blocking(move || client(operators))
            .await
            .map_err(|_| Failure::Unusable)?
            .map(Arc::new)
            .map_err(|error| {
                tracing::error!(%error, "TLS cannot be set up");
                Failure::Unusable
            })
    }
}

fn client(operators: Vec<CertificateDer<'static>>) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let system = rustls_native_certs::load_native_certs();
    for error in &system.errors {
        tracing::debug!(%error, "a certificate of the system's store cannot be read");
    }
    roots.add_parsable_certificates(system.certs);
    roots.add_parsable_certificates(operators);
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A resumed session would tie one execution to another.
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn failure(error: &io::Error) -> Failure {
    match error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) {
        true => Failure::Refused,
        false => Failure::Io,
    }
}
