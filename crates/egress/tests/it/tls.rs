//! TLS with an authority of the test's own.

use std::{io::Write, sync::Arc};

use egress::{Config, InvalidConfig};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;

use crate::support::{Client, Server, TestNetwork, ok, read_request};

/// An authority, and its certificate as a file.
fn authority() -> (CertifiedIssuer<'static, KeyPair>, NamedTempFile) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(issuer.pem().as_bytes()).unwrap();
    (issuer, file)
}

/// A server with a certificate for `name`.
async fn server(issuer: &CertifiedIssuer<'static, KeyPair>, name: &str) -> Server {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new([name.to_owned()]).unwrap();
    let certificate: CertificateDer<'static> =
        params.signed_by(&key, issuer).unwrap().der().clone();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    Server::talking(move |stream, received| {
        let acceptor = acceptor.clone();
        Box::pin(async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let sni = stream.get_ref().1.server_name().unwrap_or("none").to_owned();
            while let Some(request) = read_request(&mut stream).await {
                received.lock().unwrap().push(request);
                stream.write_all(&ok(&sni)).await.ok();
            }
        })
    })
    .await
}

fn trusting(file: &NamedTempFile) -> Config {
    Config { certificates: Some(file.path().to_owned()), ..Config::default() }
}

#[tokio::test]
async fn a_server_proves_its_name_to_the_operators_authority() {
    let (issuer, file) = authority();
    let server = server(&issuer, "localhost").await;
    let client = Client::with(&[server.rule()], trusting(&file));
    let url = server.url("/").replace("http:", "https:");
    for _ in 0..2 {
        assert_eq!(client.get(&url).await.unwrap().1, "localhost");
    }
    assert_eq!(server.connections(), 1);
    assert_eq!(server.received()[0].values("host"), [server.rule()]);
}

#[tokio::test]
async fn server_name_and_host_come_from_the_url() {
    let (issuer, file) = authority();
    let server = server(&issuer, "site.example").await;
    let network = TestNetwork::default()
        .name("site.example", &[&["93.184.215.14"]])
        .route("93.184.215.14:443", server.address);
    let client =
        Client::over(&["*.example.com".into(), "site.example".into()], trusting(&file), network);
    let mut request = crate::support::get("https://SITE.example./");
    request.headers.push(("Host".into(), "other.example".into()));
    let body = client.fetch(request).await.unwrap().body.bytes().await.unwrap();
    assert_eq!(body, "site.example");
    assert_eq!(server.received()[0].values("host"), ["site.example"]);
}

#[tokio::test]
async fn a_certificate_that_does_not_fit_ends_the_request() {
    let (issuer, file) = authority();
    let (_, other_file) = authority();
    let elsewhere = server(&issuer, "elsewhere.example").await;
    let here = server(&issuer, "localhost").await;
    for (server, config) in
        [(&elsewhere, trusting(&file)), (&here, trusting(&other_file)), (&here, Config::default())]
    {
        let client = Client::with(&[server.rule()], config);
        let url = server.url("/").replace("http:", "https:");
        assert_eq!(client.refused(&url).await, "EgressTls");
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn plain_and_tls_do_not_mix() {
    let (issuer, file) = authority();
    let secure = server(&issuer, "localhost").await;
    let plain = Server::answering(|_| ok("plain")).await;
    let client = Client::with(&[secure.rule(), plain.rule()], trusting(&file));
    assert_eq!(client.refused(&secure.url("/")).await, "EgressProtocol");
    let noise = Server::talking(|mut stream, _| {
        Box::pin(async move {
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.ok();
        })
    })
    .await;
    let client = Client::with(&[noise.rule()], trusting(&file));
    let code = client.refused(&noise.url("/").replace("http:", "https:")).await;
    assert!(matches!(code, "EgressTls" | "EgressUnreachable"), "{code}");
}

#[test]
fn a_bad_file_of_certificates_shows_at_the_start() {
    let config = |file: &NamedTempFile| egress::Egress::new(trusting(file)).err();
    let mut file = NamedTempFile::new().unwrap();
    assert!(matches!(config(&file), Some(InvalidConfig::Certificates { .. })));
    file.write_all(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    assert!(matches!(config(&file), Some(InvalidConfig::Certificates { .. })));
    let missing = Config { certificates: Some("/nowhere/ca.pem".into()), ..Config::default() };
    let text = egress::Egress::new(missing).err().unwrap().to_string();
    assert!(text.starts_with("the certificates in /nowhere/ca.pem cannot be used: "), "{text}");
}
