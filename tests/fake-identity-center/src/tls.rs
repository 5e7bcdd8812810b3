//! Certificates, good and bad, made anew for each stand-in.

use crate::setup::Tls;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::io;
use std::sync::Arc;

/// What the relay serves and what its clients may trust.
pub(crate) struct Certificates {
    /// The CA that clients are told to trust, as PEM.
    pub(crate) ca_pem: String,
    pub(crate) config: Arc<ServerConfig>,
}

/// Makes the certificates of a mode; none where clients speak plain HTTP.
pub(crate) fn certificates(mode: Tls, hosts: &[String]) -> io::Result<Option<Certificates>> {
    match mode {
        Tls::Off => Ok(None),
        _ => make(mode, hosts).map(Some).map_err(io::Error::other),
    }
}

fn make(
    mode: Tls,
    hosts: &[String],
) -> Result<Certificates, Box<dyn std::error::Error + Send + Sync>> {
    let (trusted, ca_pem) = authority("fake-identity-center CA")?;
    let (stranger, _) = authority("some other CA")?;
    let key = KeyPair::generate()?;
    let leaf = leaf(mode, hosts)?;
    let certificate = match mode {
        Tls::SelfSigned => leaf.self_signed(&key)?,
        Tls::UnknownCa => leaf.signed_by(&key, &stranger)?,
        _ => leaf.signed_by(&key, &trusted)?,
    };
    let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(Certificates { ca_pem, config: Arc::new(config) })
}

fn authority(name: &str) -> Result<(Issuer<'static, KeyPair>, String), rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate()?;
    let pem = params.self_signed(&key)?.pem();
    Ok((Issuer::new(params, key), pem))
}

fn leaf(mode: Tls, hosts: &[String]) -> Result<CertificateParams, rcgen::Error> {
    let names: &[&str] = match mode {
        Tls::WrongHost => &["wrong.example"],
        _ => &["127.0.0.1", "localhost"],
    };
    let names = names.iter().map(|name| (*name).to_owned());
    let names: Vec<String> = names.chain(hosts.iter().cloned()).collect();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "fake-identity-center");
    params.use_authority_key_identifier_extension = true;
    if mode == Tls::Expired {
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 1, 1);
    }
    Ok(params)
}
