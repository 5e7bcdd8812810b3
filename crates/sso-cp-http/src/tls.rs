//! TLS: whose certificates count, and why a handshake failed.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};

use rustls::CertificateError;
use rustls::crypto::{CryptoProvider, KeyProvider, ring};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;
use ureq::Agent;
use ureq::config::Config;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::transport::{ConnectionDetails, Connector, RustlsConnector, Transport};

use crate::limits::{INPUT_BUFFER_BYTES, OUTPUT_BUFFER_BYTES};
use crate::{Error, Roots, RootsInUse, TlsReason, roots};

/// One set of root certificates and the TLS that believes in it.
#[derive(Debug)]
pub(crate) struct Belief {
    /// Whose roots they are.
    pub(crate) roots: RootsInUse,
    config: Config,
    connector: RustlsConnector,
}

impl Belief {
    fn new(roots: RootsInUse, certificates: RootCerts) -> Belief {
        let config = Agent::config_builder()
            .proxy(None)
            .tls_config(tls_config(certificates))
            .input_buffer_size(INPUT_BUFFER_BYTES)
            .output_buffer_size(OUTPUT_BUFFER_BYTES)
            .build();
        Belief { roots, config, connector: RustlsConnector::default() }
    }

    /// The handshake, over a transport that stands, with the host that `details` name.
    pub(crate) fn secure(
        &self,
        details: ConnectionDetails<'_>,
        transport: Box<dyn Transport>,
    ) -> Result<Box<dyn Transport>, ureq::Error> {
        // The set-up that ureq derives from the roots is kept only where it is not of one request.
        let details = ConnectionDetails { config: &self.config, request_level: false, ..details };
        match self.connector.connect(&details, Some(transport))? {
            Some(secured) => Ok(Box::new(secured)),
            None => Err(ureq::Error::TlsRequired),
        }
    }
}

fn tls_config(roots: RootCerts) -> TlsConfig {
    let provider = CryptoProvider { key_provider: &NoKeys, ..ring::default_provider() };
    let builder = TlsConfig::builder().root_certs(roots);
    builder.unversioned_rustls_crypto_provider(Arc::new(provider)).build()
}

/// Servers are asked who they are, and never told who we are by a certificate. What could sign with
/// a key of ours would be a fortieth of the program.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(
        &self,
        _: PrivateKeyDer<'static>,
    ) -> Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General("there are no client certificates here".to_owned()))
    }
}

/// The roots that count, made once. The system's are read in a thread of their own while the name is looked up and the
/// connection is made, and by plain http not at all: decoding them takes half a millisecond.
#[derive(Debug)]
pub(crate) struct Beliefs {
    belief: OnceLock<Belief>,
    loading: Mutex<Option<JoinHandle<Belief>>>,
}

impl Beliefs {
    /// Reads the file that `roots` may name; errors: [`Error::BadRoots`].
    pub(crate) fn new(roots: &Roots) -> Result<Beliefs, Error> {
        let belief = match roots {
            Roots::System => return Ok(Beliefs::of(OnceLock::new())),
            Roots::Bundled => bundled(),
            Roots::File { path, named_by } => {
                let certificates = RootCerts::new_with_certs(&roots::load(path, named_by)?);
                Belief::new(RootsInUse::File(path.clone()), certificates)
            }
        };
        Ok(Beliefs::of(OnceLock::from(belief)))
    }

    fn of(belief: OnceLock<Belief>) -> Beliefs {
        Beliefs { belief, loading: Mutex::default() }
    }

    /// Begins to read the system's roots, if that has not begun. Where no thread can be had, they are read when they
    /// are needed.
    pub(crate) fn load(&self) {
        let mut loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if self.belief.get().is_none() && loading.is_none() {
            *loading = thread::Builder::new().name("roots".to_owned()).spawn(of_system).ok();
        }
    }

    /// What a handshake goes by.
    pub(crate) fn get(&self) -> &Belief {
        self.belief.get_or_init(|| {
            let mut loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
            let loaded = loading.take().and_then(|thread| thread.join().ok());
            loaded.unwrap_or_else(of_system)
        })
    }
}

fn bundled() -> Belief {
    Belief::new(RootsInUse::Bundled, RootCerts::WebPki)
}

#[cfg(any(target_os = "macos", windows))]
fn of_system() -> Belief {
    Belief::new(RootsInUse::Platform, RootCerts::PlatformVerifier)
}

/// A minimal container has no store: there the bundled roots serve.
#[cfg(not(any(target_os = "macos", windows)))]
fn of_system() -> Belief {
    of_store(roots::of_system())
}

#[cfg(not(any(target_os = "macos", windows)))]
fn of_store(store: Option<(PathBuf, Vec<ureq::tls::Certificate<'static>>)>) -> Belief {
    store.map_or_else(bundled, |(path, certificates)| {
        Belief::new(RootsInUse::File(path), RootCerts::new_with_certs(&certificates))
    })
}

#[cfg(test)]
impl Beliefs {
    /// As if the system's store had this one certificate.
    pub(crate) fn with_system(certificate: ureq::tls::Certificate<'static>) -> Beliefs {
        Beliefs::of(OnceLock::from(of_store(Some((PathBuf::from("/store"), vec![certificate])))))
    }

    /// As if the system had no store.
    pub(crate) fn without_system() -> Beliefs {
        Beliefs::of(OnceLock::from(of_store(None)))
    }
}

/// Why a handshake failed; nothing means that it ran out of time.
pub(crate) fn reason(error: &ureq::Error, host: &str) -> Option<TlsReason> {
    match error {
        ureq::Error::Timeout(_) => None,
        ureq::Error::Rustls(error) => Some(reason_of_rustls(error, host)),
        ureq::Error::Io(error) => {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
            Some(match inner {
                Some(inner) => reason_of_rustls(inner, host),
                None => TlsReason::Interrupted(error.to_string()),
            })
        }
        other => Some(TlsReason::Other(other.to_string())),
    }
}

fn reason_of_rustls(error: &rustls::Error, host: &str) -> TlsReason {
    let rustls::Error::InvalidCertificate(fault) = error else {
        return TlsReason::Other(error.to_string());
    };
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsReason::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsReason::NotYetValid
        }
        // A bad signature mostly means an issuer of the same name with another key: a private
        // authority that was made anew.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            TlsReason::UnknownIssuer
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsReason::WrongName(host.to_owned())
        }
        _ => TlsReason::Other(error.to_string()),
    }
}
