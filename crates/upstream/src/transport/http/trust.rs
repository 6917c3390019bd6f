//! Whom we trust over TLS: the web's authorities, the system's, and those the operator adds.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// The largest file of certificates, in bytes.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// TLS for clients. Reads files: not for a task that others wait for.
pub fn tls(ca_file: Option<&Path>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let system = rustls_native_certs::load_native_certs();
    for error in &system.errors {
        tracing::debug!(%error, "a certificate of the system's store cannot be read");
    }
    roots.add_parsable_certificates(system.certs);
    if let Some(path) = ca_file {
        add(&mut roots, path)
            .map_err(|reason| format!("the certificates in {} {reason}", path.display()))?;
    }
    trusting(roots)
}

/// TLS with whoever these vouch for.
pub(super) fn trusting(roots: RootCertStore) -> Result<ClientConfig, String> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn add(roots: &mut RootCertStore, path: &Path) -> Result<(), String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    if std::fs::metadata(path).map_err(unreadable)?.len() > MAX_FILE {
        return Err(format!("are more than {MAX_FILE} bytes, the limit"));
    }
    let read = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| format!("cannot be read: {error}"))?;
    if read.is_empty() {
        return Err("are none: the file has no certificate in PEM form".to_owned());
    }
    for certificate in read {
        roots.add(certificate).map_err(|error| format!("cannot be used: {error}"))?;
    }
    Ok(())
}
